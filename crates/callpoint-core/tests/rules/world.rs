//! The log and its fold as a server keeps them, and the people who write to it.

use std::collections::BTreeMap;

use callpoint_core::{
    model::{
        command::{AccountCommand, Command, IncidentCommand},
        component::{Component, ComponentStatus},
        escalation::{EscalationPolicy, EscalationStep, StepTarget},
        event::{Audience, Change, Consent, Event, PageOutcome},
        id::{AccountId, CommandId, ComponentId, IncidentId, PersonId},
        incident::Incident,
        opening::Opening,
        person::{Account, Actor, Author, PersonRef, Viewer},
        policy::{Engagement, Policy, QuietHours, SilenceLimit, Terms},
        report::{Report, ReportDraft},
        severity::{Scheme, Severity},
        stake::{Closure, Stake},
        time::{DAY, HOUR, MINUTE, Time},
    },
    rules::{
        decide::{CommandContext, Denied, decide},
        hint::Answers,
        state::State,
    },
};

use crate::words::planted;

use crate::invitations::known;

/// An hour in minutes, as worlds count time.
pub const HOURS: i64 = HOUR / MINUTE;
/// A day in minutes.
pub const DAYS: i64 = DAY / MINUTE;

/// What lets theo close for an account that leads and does not answer.
pub const SILENCE_LIMIT: SilenceLimit = SilenceLimit { days: 3, reminders: 1 };

/// Ten in the morning, UTC.
pub const START: Time = Time(1_760_004_000_000);

pub fn person(name: &str) -> PersonId {
    PersonId::parse(name).unwrap()
}

pub fn account(name: &str) -> Account {
    Account { id: AccountId::parse(name).unwrap(), name: name.to_uppercase() }
}

pub fn component(name: &str) -> ComponentId {
    ComponentId::parse(name).unwrap()
}

pub fn customer(name: &str, of: &str) -> Actor {
    Actor::Customer { person: person(name), name: name.to_uppercase(), account: account(of) }
}

fn staff(name: &str, security: bool) -> Actor {
    Actor::Staff { person: person(name), name: name.to_uppercase(), title: "Responder".into(), security }
}

pub fn people() -> [Actor; 6] {
    [
        customer("ada", "acme"),
        customer("ben", "acme"),
        customer("gita", "globex"),
        customer("hugo", "initech"),
        staff("mara", false),
        staff("theo", true),
    ]
}

pub fn viewers() -> Vec<Viewer> {
    people().iter().map(Actor::viewer).chain([Viewer::Anonymous]).collect()
}

pub fn policy_of(scheme: &str) -> Policy {
    let owner = PersonRef { person: person("theo"), name: "THEO".into() };
    Policy {
        quiet: Some(QuietHours { from: 22 * 60, until: 6 * 60, rank: 3 }),
        owners: vec![(component("labels"), owner)],
        cleared: vec![person("theo")],
        executives: vec![person("theo")],
        others_from: 2,
        ..Policy::of(Scheme::preset(scheme).unwrap())
    }
}

/// A policy for everything, whose steps page whoever is on call and wait for so many minutes.
pub fn escalation(minutes: &[u32], repeats: u8, again_minutes: u32) -> EscalationPolicy {
    let step = |minutes: &u32| EscalationStep { page: vec![StepTarget::OnCall], minutes: *minutes };
    let steps = minutes.iter().map(step).collect();
    EscalationPolicy { classes: Vec::new(), levels: Vec::new(), steps, repeats, again_minutes }
}

pub fn policy() -> Policy {
    policy_of("sev1-3")
}

/// How many sequences a property runs through.
pub fn sequences() -> u32 {
    std::env::var("CALLPOINT_SEQUENCES").ok().and_then(|text| text.parse().ok()).unwrap_or(3_000)
}

pub fn report(severity: u8, security: bool) -> Report {
    let draft = ReportDraft {
        what: "Labels do not print".into(),
        component: Some(component("labels")),
        severity: Some(Severity(severity)),
        answers: Answers { security: security.then_some(true), ..Answers::default() },
        ..ReportDraft::default()
    };
    Report::parse(draft, &policy().scheme, &[], &[]).unwrap()
}

pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> State {
    let mut state = State::default();
    events.into_iter().for_each(|event| state.apply(event));
    state
}

pub fn text() -> String {
    "Because".to_owned()
}

pub fn incident(world: &World, id: IncidentId) -> &Incident {
    &world.state.incidents[&id]
}

pub fn stake<'a>(world: &'a World, id: IncidentId, of: &str) -> &'a Stake {
    incident(world, id).stake(&account(of).id).unwrap()
}

/// What made each lower severity count.
pub fn consents(world: &World) -> Vec<Consent> {
    let consent = |event: &Event| match event.change {
        Change::Lowered { consent, .. } => Some(consent),
        _ => None,
    };
    world.log.iter().filter_map(consent).collect()
}

pub fn named(name: &str) -> PersonRef {
    PersonRef { person: person(name), name: name.to_uppercase() }
}

#[derive(Clone, Debug)]
pub struct World {
    pub state: State,
    pub log: Vec<Event>,
    pub incidents: Vec<IncidentId>,
    /// The words planted in commands, each with the command that brought it.
    pub words: BTreeMap<String, CommandId>,
    engagements: [Engagement; 3],
    pub policy: Policy,
    steps: u32,
    minutes: i64,
}

impl World {
    /// A world in which acme, globex and initech have these engagements.
    pub fn new(engagements: [Engagement; 3]) -> Self {
        let mut world = Self {
            state: State::default(),
            log: Vec::new(),
            incidents: Vec::new(),
            words: BTreeMap::new(),
            engagements,
            policy: policy(),
            steps: 0,
            minutes: 0,
        };
        for (position, id) in ["checkout", "labels"].into_iter().enumerate() {
            let component = Component {
                id: component(id),
                name: id.to_uppercase(),
                position: u32::try_from(position).unwrap(),
                status: ComponentStatus::Operational,
                since: START,
                by_hand: None,
            };
            let event = Event {
                seq: world.log.len() as u64 + 1,
                command: CommandId::new(START, 7),
                at: START,
                by: Author::System,
                incident: None,
                to: Audience::Public,
                seal: None,
                change: Change::ComponentDefined(component),
            };
            world.append(vec![event]);
        }
        world
    }

    fn append(&mut self, events: Vec<Event>) {
        for event in events {
            assert_eq!(event.seq, self.log.len() as u64 + 1, "numbers have no gap");
            self.state.apply(&event);
            self.log.push(event);
        }
    }

    pub fn now(&self) -> Time {
        START.plus(self.minutes * MINUTE)
    }

    pub fn order(&mut self, actor: &Actor, incident: Option<IncidentId>, command: Command) -> CommandContext {
        self.steps += 1;
        // What holds is agreed with the account that it is about, whoever asks.
        let about = match (actor, &command) {
            (Actor::Customer { account, .. }, _) => Some(account.clone()),
            (_, Command::Open(opening)) => opening.account.clone(),
            _ => None,
        };
        let about = about.map(|account| account.id.text());
        let at = ["acme", "globex", "initech"].iter().position(|name| about.as_deref() == Some(name));
        let engagement = at.and_then(|at| self.engagements.get(at).copied()).unwrap_or_default();
        let [mara, theo] = [named("mara"), named("theo")];
        let colleague = match &command {
            Command::Incident(IncidentCommand::Invite(invitee)) => known(actor, invitee),
            _ => Some(if self.steps.is_multiple_of(3) { mara.clone() } else { theo }),
        };
        CommandContext {
            id: CommandId::new(self.now(), u128::from(self.steps)),
            actor: actor.clone(),
            incident,
            command,
            last: self.log.len() as u64,
            reference: format!("NW-{}", self.steps),
            terms: Terms {
                engagement,
                shared_pager: engagement != Engagement::Advisory,
                reminder_days: 2,
                silence_limit: Some(SILENCE_LIMIT),
                ..Terms::default()
            },
            csm: Some(mara),
            colleague,
            report: incident.and_then(|id| self.reported(id)),
            attachments: Vec::new(),
            now: self.now(),
        }
    }

    fn reported(&self, id: IncidentId) -> Option<Box<Report>> {
        self.log.iter().filter(|event| event.incident == Some(id)).find_map(|event| match &event.change {
            Change::Declared { report, .. } => Some(report.clone()),
            _ => None,
        })
    }

    pub fn try_(
        &mut self,
        actor: &Actor,
        incident: Option<IncidentId>,
        command: Command,
    ) -> Result<Vec<Event>, Denied> {
        self.minutes += 1;
        let order = self.order(actor, incident, command);
        let reads = matches!(order.command, Command::Incident(IncidentCommand::Read { .. }));
        self.words.extend(planted(&order.command).into_iter().map(|word| (word, order.id)));
        let events = decide(&self.state, &order, &self.policy)?;
        assert!(!events.is_empty() || reads, "what is allowed leaves a trace");
        self.append(events.clone());
        Ok(events)
    }

    pub fn declare(&mut self, actor: &Actor, report: Report) -> Result<IncidentId, Denied> {
        let id = IncidentId::new(self.now(), u128::from(self.steps) + 1_000);
        self.try_(actor, Some(id), Command::Declare(Box::new(report)))?;
        self.incidents.push(id);
        Ok(id)
    }

    /// Staff open an incident themselves.
    pub fn open(&mut self, actor: &Actor, opening: Opening) -> Result<IncidentId, Denied> {
        let id = IncidentId::new(self.now(), u128::from(self.steps) + 1_000);
        let opening = opening.parse(&self.policy, self.now())?;
        self.try_(actor, Some(id), Command::Open(Box::new(opening)))?;
        self.incidents.push(id);
        Ok(id)
    }

    pub fn ask(&mut self, actor: &Actor, id: IncidentId, command: IncidentCommand) -> Result<Vec<Event>, Denied> {
        let command = command.parse(&self.policy, self.now())?;
        self.try_(actor, Some(id), Command::Incident(command))
    }

    /// Staff agree something with an account, for what it comes into from here on.
    pub fn agree(&mut self, account: &AccountId, terms: Terms) {
        let [.., mara, _] = people();
        let command = Command::Account(account.clone(), AccountCommand::SetEngagement(terms));
        self.try_(&mara, None, command).unwrap();
    }

    /// Does what is due in an incident now.
    pub fn due(&mut self, id: IncidentId) -> Vec<Event> {
        let order = self.order(&Actor::System, Some(id), Command::Due);
        let events = decide(&self.state, &order, &self.policy).unwrap();
        self.append(events.clone());
        events
    }

    /// A connector says what became of a page.
    pub fn handle(&mut self, id: IncidentId, page: u64, outcome: PageOutcome) -> Vec<Event> {
        let command = Command::PageHandled { page, outcome, connector: "webhook".into() };
        let order = self.order(&Actor::System, Some(id), command);
        let events = decide(&self.state, &order, &self.policy).unwrap();
        self.append(events.clone());
        events
    }

    /// A mail server takes every reminder that has reached nobody yet.
    pub fn deliver(&mut self, id: IncidentId) {
        for stake in self.state.incidents[&id].stakes.clone() {
            let closure = match stake.closure {
                Closure::Proposed { reminder, .. } => reminder,
                _ => None,
            };
            for reminder in [closure, stake.downgrade.and_then(|asked| asked.reminder)].into_iter().flatten() {
                let account = stake.account.id.clone();
                let to = PersonRef { person: stake.reporter.clone(), name: stake.reporter_name.clone() };
                let command = Command::ReminderDelivered { account, reminder, to };
                let order = self.order(&Actor::System, Some(id), command);
                let events = decide(&self.state, &order, &self.policy).unwrap();
                self.append(events);
            }
        }
    }

    /// Everybody is asked whether it is over and reminded of it, nobody answers, and an executive closes for every account
    /// that they may close for.
    pub fn fall_silent(&mut self, id: IncidentId) {
        let [.., theo] = people();
        let _may_be_asked_already = self.ask(&theo, id, IncidentCommand::ProposeResolution { text: text() });
        self.wait(2 * DAYS);
        self.deliver(id);
        self.wait(DAYS);
        for stake in self.state.incidents[&id].stakes.clone() {
            let waive = IncidentCommand::Waive { account: stake.account.id, reason: text() };
            let _may_not_be_theirs = self.ask(&theo, id, waive);
        }
    }

    /// Somebody of acme signs in with the address that everybody has there.
    pub fn sign_in(&mut self, id: IncidentId, name: &str) -> Vec<Event> {
        self.sign_in_at(account("acme").id, id, name)
    }

    /// The same for somebody of any account.
    pub fn sign_in_at(&mut self, account: AccountId, id: IncidentId, name: &str) -> Vec<Event> {
        let command = Command::TakeUpInvitation { account, email: format!("{name}@acme.example"), who: named(name) };
        let order = self.order(&Actor::System, Some(id), command);
        let events = decide(&self.state, &order, &self.policy).unwrap();
        self.append(events.clone());
        events
    }

    /// Time passes, and the clock does what is due then in every incident.
    pub fn wait(&mut self, minutes: i64) {
        self.minutes += minutes;
        let ids: Vec<IncidentId> = self.state.incidents.keys().copied().collect();
        for id in ids {
            self.due(id);
        }
    }

    /// So many minutes pass, and then those until noon; the clock looks once.
    pub fn wait_until_noon_after(&mut self, minutes: i64) {
        let noon = 2 * HOURS;
        self.wait(minutes + (noon - self.minutes - minutes).rem_euclid(DAYS));
    }

    /// Whether an incident's clock stands still now.
    pub fn rests(&self, incident: &Incident) -> bool {
        incident.paused_until.is_some_and(|until| until > self.now())
    }
}
