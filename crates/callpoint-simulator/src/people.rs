//! Who acts, what was agreed with them, and what they ask for.

use callpoint_core::{
    model::{
        command::{IncidentCommand as Ask, Publish, Update, Visibility},
        component::{Component, ComponentStatus},
        event::{Audience, Change, Event},
        id::{AccountId, CommandId, ComponentId, PersonId},
        incident::{Impact, Status},
        person::{Account, Actor, Author, Invitee, PersonRef, Viewer},
        policy::{Engagement, Policy, QuietHours, SilenceLimit, Terms},
        report::ReportDraft,
        severity::{Scheme, Severity},
        time::{HOUR, MINUTE, Time},
    },
    rules::hint::Answers,
    wire::protocol::{Vendor, You},
};

use crate::chance::Chance;

/// Ten in the morning, UTC.
pub(crate) const START: Time = Time(1_760_004_000_000);

/// Their names; the first two are of Acme, the third is of Globex, the last two are the vendor's.
pub(crate) const NAMES: [&str; 5] = ["Ada", "Ben", "Gita", "Mara", "Theo"];
const THEO: usize = 4;

/// Somebody who is signed in, or a passer-by.
pub(crate) type Who = Option<usize>;

pub(crate) fn name_of(who: Who) -> &'static str {
    who.map_or("a passer-by", |person| NAMES[person])
}

pub(crate) const fn is_staff(person: usize) -> bool {
    person >= 3
}

/// The people and the vendor, as the nodes know them.
pub(crate) struct Society {
    pub actors: Vec<Actor>,
    pub policy: Policy,
    engagements: [Engagement; 2],
}

fn person(person: usize) -> PersonId {
    PersonId::parse(&NAMES[person].to_lowercase()).unwrap_or_else(|| unreachable!("a name is an id"))
}

fn account(name: &str) -> Account {
    let id = AccountId::parse(&name.to_lowercase()).unwrap_or_else(|| unreachable!("a name is an id"));
    Account { id, name: name.to_owned() }
}

fn component(name: &str) -> ComponentId {
    ComponentId::parse(name).unwrap_or_else(|| unreachable!("a name is an id"))
}

pub(crate) fn reference(who: usize) -> PersonRef {
    PersonRef { person: person(who), name: NAMES[who].to_owned() }
}

impl Society {
    pub fn new(engagements: [Engagement; 2]) -> Self {
        let actor = |who: usize| {
            let (person, name) = (person(who), NAMES[who].to_owned());
            match who {
                0 | 1 => Actor::Customer { person, name, account: account("Acme") },
                2 => Actor::Customer { person, name, account: account("Globex") },
                _ => Actor::Staff { person, name, title: "Responder".to_owned(), security: who == THEO },
            }
        };
        let scheme = Scheme::preset("sev1-3").unwrap_or_else(|| unreachable!("it is a preset"));
        let policy = Policy {
            quiet: Some(QuietHours { from: 22 * 60, until: 6 * 60, rank: 3 }),
            owners: vec![(component("labels"), reference(THEO))],
            cleared: vec![person(THEO)],
            executives: vec![person(THEO)],
            others_from: 2,
            ..Policy::of(scheme)
        };
        Self { actors: (0..NAMES.len()).map(actor).collect(), policy, engagements }
    }

    pub fn viewer(&self, who: Who) -> Viewer {
        who.map_or(Viewer::Anonymous, |person| self.actors[person].viewer())
    }

    pub fn terms(&self, account: &AccountId) -> Terms {
        let engagement = self.engagements[usize::from(account.as_str() == "globex")];
        let silence_limit = Some(SilenceLimit { days: 3, reminders: 1 });
        Terms { engagement, silence_limit, reminder_days: 2, ..Terms::default() }
    }

    pub fn vendor(&self) -> Vendor {
        Vendor {
            name: "Northwind".to_owned(),
            scheme: self.policy.scheme.clone(),
            classes: Vec::new(),
            fields: Vec::new(),
            roles: Vec::new(),
            escalations: Vec::new(),
        }
    }

    pub fn you(&self, who: Who) -> You {
        let viewer = self.viewer(who);
        let account = who.and_then(|person| match &self.actors[person] {
            Actor::Customer { account, .. } => Some(account.clone()),
            Actor::Staff { .. } | Actor::System => None,
        });
        You {
            person: who.map(person),
            name: name_of(who).to_owned(),
            account,
            staff: viewer.is_staff(),
            security: who == Some(THEO),
            executive: who == Some(THEO),
            guest: false,
        }
    }

    /// Whom an invitation or a role names, as far as the one who asks can know them.
    pub fn colleague(&self, by: &Actor, of: &PersonId) -> Option<PersonRef> {
        let found = (0..NAMES.len()).find(|who| person(*who) == *of)?;
        let same_side = match (by, &self.actors[found]) {
            (Actor::Customer { account: one, .. }, Actor::Customer { account: other, .. }) => one.id == other.id,
            (Actor::Staff { .. }, Actor::Staff { .. }) => true,
            _ => false,
        };
        same_side.then(|| reference(found))
    }
}

/// What the log begins with: two components.
pub(crate) fn first_events() -> Vec<Event> {
    let define = |(position, name): (u32, &str)| Event {
        seq: u64::from(position) + 1,
        command: CommandId::new(START, u128::from(position)),
        at: START,
        by: Author::System,
        incident: None,
        to: Audience::Public,
        seal: None,
        change: Change::ComponentDefined(Component {
            id: component(name),
            name: name.to_uppercase(),
            position,
            status: ComponentStatus::Operational,
            since: START,
            by_hand: None,
        }),
    };
    [(0, "checkout"), (1, "labels")].map(define).into()
}

pub(crate) fn report(number: usize, severity: u8, security: bool, drill: bool) -> ReportDraft {
    ReportDraft {
        what: format!("report {number}"),
        component: Some(component("labels")),
        severity: Some(Severity(severity)),
        drill,
        answers: Answers { security: security.then_some(true), ..Answers::default() },
        ..ReportDraft::default()
    }
}

/// What somebody asks of an incident. `number` makes the words their own.
pub(crate) fn random_command(chance: &mut Chance, staff: bool, number: usize, now: Time) -> Ask {
    // Now and then somebody tries what is not theirs to ask.
    let staff = staff != chance.percent(3);
    let words = || format!("words {number}");
    let severity = |chance: &mut Chance| Severity(chance.one_of(&[1, 2, 3]));
    let who = |chance: &mut Chance| account(chance.one_of(&["Acme", "Globex"])).id;
    let to = |chance: &mut Chance| match chance.below(5) {
        0 => Visibility::Internal,
        1 => Visibility::Account(who(chance)),
        2 | 3 => Visibility::Affected,
        _ => Visibility::Public,
    };
    let status = |chance: &mut Chance| {
        use Status::{Identified, Investigating, Monitoring, Resolved};
        chance.one_of(&[Investigating, Identified, Monitoring, Resolved])
    };
    let message = |to| Ask::Message { text: words(), to, attachments: Vec::new() };
    if !staff {
        return match chance.below(24) {
            0..=9 => message(None),
            10..=12 => Ask::Confirm {},
            13 | 14 => Ask::Dispute { reason: words() },
            15 => Ask::Reopen { reason: words() },
            16 | 17 => Ask::Join { severity: severity(chance), text: words() },
            18 => Ask::SetSeverity { severity: severity(chance), reason: words() },
            19 => Ask::AcceptDowngrade {},
            20 => Ask::RefuseDowngrade { reason: words() },
            21 => Ask::Follow {},
            22 => Ask::Invite(Invitee::Person(person(chance.below(2)))),
            _ => Ask::Unfollow {},
        };
    }
    match chance.below(28) {
        0..=3 => message(Some(to(chance))),
        4..=10 => Ask::Update(Update {
            text: words(),
            to: to(chance),
            status: chance.percent(30).then(|| status(chance)),
            next_update: chance.percent(60).then(|| now.plus(chance.span(MINUTE, 3 * HOUR))),
            eta: None,
            workaround: chance.percent(20).then(words),
            publish: chance.percent(70).then(|| Publish {
                title: words(),
                impact: chance.one_of(&[Impact::Minor, Impact::Major, Impact::Critical]),
                components: vec![component("checkout")],
            }),
        }),
        11..=13 => Ask::Acknowledge {},
        14 => Ask::Assess { severity: severity(chance), reason: words() },
        15 | 16 => Ask::Move { status: status(chance) },
        17..=19 => Ask::ProposeResolution { text: words() },
        20 => Ask::ProposeDowngrade { account: who(chance), severity: severity(chance), reason: words() },
        21 => Ask::Waive { account: who(chance), reason: words() },
        22 => Ask::AssignRole { role: "commander".to_owned(), person: Some(person(THEO)) },
        23 => Ask::ReleaseRole { role: "commander".to_owned(), reason: words() },
        24 => Ask::Seal { reason: words() },
        25 => Ask::Unseal { reason: words(), title: words() },
        26 => Ask::Pause { until: now.plus(chance.span(MINUTE, 5 * HOUR)), reason: words() },
        _ => Ask::Invite(Invitee::Person(person(3 + chance.below(2)))),
    }
}
