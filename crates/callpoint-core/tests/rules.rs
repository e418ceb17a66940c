//! Properties of the rules, over random commands by random people: whatever they try, the fold is the snapshot, the
//! square commutes for every viewer, and nothing crosses from one account to another.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on says where")]

use callpoint_core::{
    command::{Command, ComponentCommand, IncidentCommand, Publish, Update, Visibility},
    component::{Component, ComponentStatus},
    decide::{Denied, Order, decide},
    error::ErrorCode,
    event::{Audience, Change, Event},
    hint::Answers,
    id::{AccountId, CommandId, ComponentId, IncidentId, PersonId},
    incident::{Closure, Impact, Status},
    person::{Account, Actor, Author, Viewer},
    report::{Draft, Report},
    severity::{Scheme, Severity},
    state::State,
    status::headline,
    time::{MINUTE, Time},
    view::{Turn, may_answer, may_write, turn},
};
use proptest::prelude::*;

const START: Time = Time(1_760_000_000_000);

fn account(name: &str) -> Account {
    Account { id: AccountId::parse(name).unwrap(), name: name.to_uppercase() }
}

fn customer(person: &str, of: &str) -> Actor {
    Actor::Customer { person: PersonId::parse(person).unwrap(), name: person.to_uppercase(), account: account(of) }
}

fn staff(person: &str, security: bool) -> Actor {
    let name = person.to_uppercase();
    Actor::Staff { person: PersonId::parse(person).unwrap(), name, title: "Responder".into(), security }
}

fn people() -> [Actor; 6] {
    [
        customer("ada", "acme"),
        customer("ben", "acme"),
        customer("gita", "globex"),
        customer("hugo", "initech"),
        staff("mara", false),
        staff("theo", true),
    ]
}

fn component(name: &str) -> ComponentId {
    ComponentId::parse(name).unwrap()
}

/// The log and its fold, as a server keeps them.
#[derive(Default)]
struct World {
    state: State,
    log: Vec<Event>,
    incidents: Vec<IncidentId>,
    steps: u32,
}

impl World {
    fn new() -> Self {
        let mut world = Self::default();
        for (position, id) in ["checkout", "labels"].into_iter().enumerate() {
            let component = Component {
                id: component(id),
                name: id.to_uppercase(),
                position: u32::try_from(position).unwrap(),
                status: ComponentStatus::Operational,
                since: START,
            };
            let event = Event {
                seq: world.log.len() as u64 + 1,
                command: CommandId::new(START, 7),
                at: START,
                by: Author::System,
                incident: None,
                to: Audience::Public,
                sealed: None,
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

    fn now(&self) -> Time {
        START.plus(i64::from(self.steps) * MINUTE)
    }

    fn order(&mut self, actor: &Actor, incident: Option<IncidentId>, command: Command) -> Order {
        self.steps += 1;
        Order {
            id: CommandId::new(self.now(), u128::from(self.steps)),
            actor: actor.clone(),
            incident,
            command,
            last: self.log.len() as u64,
            reference: format!("NW-{}", self.steps),
            now: self.now(),
        }
    }

    fn try_(&mut self, actor: &Actor, incident: Option<IncidentId>, command: Command) -> Result<Vec<Event>, Denied> {
        let order = self.order(actor, incident, command);
        let events = decide(&self.state, &order)?;
        assert!(!events.is_empty(), "what is allowed leaves a trace");
        self.append(events.clone());
        Ok(events)
    }

    fn declare(&mut self, actor: &Actor, report: Report) -> Option<IncidentId> {
        let id = IncidentId::new(self.now(), u128::from(self.steps) + 1_000);
        self.try_(actor, Some(id), Command::Declare(Box::new(report))).ok()?;
        self.incidents.push(id);
        Some(id)
    }

    fn ask(&mut self, actor: &Actor, incident: IncidentId, command: IncidentCommand) -> Result<Vec<Event>, Denied> {
        let scheme = Scheme::preset("sev1-3").unwrap();
        let command = command.parse(&scheme, self.now())?;
        self.try_(actor, Some(incident), Command::Incident(command))
    }
}

fn report(severity: u8, security: bool) -> Report {
    let draft = Draft {
        what: "Labels do not print".into(),
        component: Some(component("labels")),
        severity: Some(Severity(severity)),
        answers: Answers { security: security.then_some(true), ..Answers::default() },
        ..Draft::default()
    };
    Report::parse(draft, &Scheme::preset("sev1-3").unwrap()).unwrap()
}

#[derive(Clone, Debug)]
enum Step {
    Declare { by: usize, severity: u8, security: bool },
    Ask { by: usize, incident: usize, command: IncidentCommand },
    Component { by: usize, status: ComponentStatus },
}

fn visibility() -> impl Strategy<Value = Visibility> {
    prop_oneof![
        Just(Visibility::Internal),
        prop::sample::select(vec!["acme", "globex", "initech"]).prop_map(|id| Visibility::Account(account(id).id)),
        Just(Visibility::Affected),
        Just(Visibility::Public),
    ]
}

fn command() -> impl Strategy<Value = IncidentCommand> {
    let text = "[a-z]{1,8}";
    let status = prop::sample::select(vec![
        Status::Investigating,
        Status::Identified,
        Status::Monitoring,
        Status::Resolved,
        Status::Completed,
    ]);
    let promise = || prop::option::of((0i64..90).prop_map(|minutes| START.plus(minutes * MINUTE)));
    let publish = prop::option::of(text.prop_map(|title| Publish {
        title,
        impact: Impact::Major,
        components: vec![component("checkout")],
    }));
    let update = (text, visibility(), prop::option::of(status.clone()), promise(), promise(), publish).prop_map(
        |(text, to, status, next_update, eta, publish)| {
            IncidentCommand::Update(Update { text, to, status, next_update, eta, publish })
        },
    );
    prop_oneof![
        3 => (text, prop::option::of(visibility())).prop_map(|(text, to)| IncidentCommand::Message { text, to }),
        1 => Just(IncidentCommand::Acknowledge {}),
        1 => (1u8..4, text).prop_map(|(rank, reason)| IncidentCommand::Assess { severity: Severity(rank), reason }),
        2 => status.prop_map(|status| IncidentCommand::Move { status }),
        3 => update,
        2 => text.prop_map(|text| IncidentCommand::ProposeResolution { text }),
        2 => Just(IncidentCommand::Confirm {}),
        2 => text.prop_map(|reason| IncidentCommand::Dispute { reason }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0usize..6, 1u8..4, prop::bool::weighted(0.2))
            .prop_map(|(by, severity, security)| Step::Declare { by, severity, security }),
        9 => (0usize..6, 0usize..4, command()).prop_map(|(by, incident, command)| Step::Ask { by, incident, command }),
        1 => (0usize..6, prop::sample::select(ComponentStatus::ALL.to_vec()))
            .prop_map(|(by, status)| Step::Component { by, status }),
    ]
}

fn run(steps: &[Step]) -> World {
    let mut world = World::new();
    let people = people();
    for step in steps {
        match step {
            Step::Declare { by, severity, security } => {
                world.declare(&people[*by], report(*severity, *security));
            }
            Step::Ask { by, incident, command } => {
                if let Some(id) = world.incidents.get(*incident).copied() {
                    let before = world.state.clone();
                    if world.ask(&people[*by], id, command.clone()).is_err() {
                        assert_eq!(world.state, before);
                    }
                }
            }
            Step::Component { by, status } => {
                let command = Command::Component(component("labels"), ComponentCommand::SetStatus { status: *status });
                let done = world.try_(&people[*by], None, command);
                assert_eq!(done.is_ok(), matches!(people[*by], Actor::Staff { .. }));
            }
        }
    }
    world
}

fn viewers() -> Vec<Viewer> {
    people().iter().map(Actor::viewer).chain([Viewer::Anonymous]).collect()
}

fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> State {
    let mut state = State::default();
    events.into_iter().for_each(|event| state.apply(event));
    state
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn the_square_commutes_for_every_viewer(steps in prop::collection::vec(step(), 1..24)) {
        let world = run(&steps);
        prop_assert_eq!(&fold(&world.log), &world.state);
        for viewer in viewers() {
            let seen: Vec<_> = world.log.iter().filter_map(|event| event.seen_by(&viewer)).collect();
            prop_assert_eq!(fold(&seen), world.state.seen_by(&viewer), "{:?}", viewer);
            let twice: Vec<_> = seen.iter().filter_map(|event| event.seen_by(&viewer)).collect();
            prop_assert_eq!(twice, seen, "seeing twice is seeing once");
        }
    }

    #[test]
    fn nothing_crosses_from_one_account_to_another(steps in prop::collection::vec(step(), 1..24)) {
        let world = run(&steps);
        for viewer in viewers().iter().filter(|viewer| !viewer.is_staff()) {
            let own = viewer.account();
            for event in world.log.iter().filter_map(|event| event.seen_by(viewer)) {
                prop_assert_ne!(&event.to, &Audience::Internal);
                if let Author::Customer { account, .. } = &event.by {
                    prop_assert_eq!(Some(account), own);
                }
                if let Audience::Affected(accounts) = &event.to {
                    prop_assert!(accounts.iter().all(|account| Some(account) == own));
                }
                let json = serde_json::to_string(&event).unwrap();
                for (other, person) in [("acme", "ada"), ("acme", "ben"), ("globex", "gita"), ("initech", "hugo")] {
                    if own.is_none_or(|own| own.as_str() != other) {
                        let leaks = [other, person].iter().any(|word| json.contains(&format!("\"{word}\"")));
                        prop_assert!(!leaks, "{} in {}", other, json);
                    }
                }
            }
            for incident in world.state.seen_by(viewer).incidents.values() {
                prop_assert!(incident.stakes.iter().all(|stake| Some(&stake.account.id) == own));
            }
        }
    }

    #[test]
    fn a_sealed_incident_is_its_reporters_and_the_security_staffs(steps in prop::collection::vec(step(), 1..24)) {
        let world = run(&steps);
        for incident in world.state.incidents.values() {
            let Some(reporter) = &incident.sealed else { continue };
            prop_assert!(incident.publication.is_none());
            for viewer in viewers() {
                let open = match &viewer {
                    Viewer::Customer { person, .. } => person == reporter,
                    Viewer::Staff { security, .. } => *security,
                    Viewer::Anonymous => false,
                };
                prop_assert_eq!(incident.seen_by(&viewer).is_some(), open);
                let of_it = |event: &&Event| event.incident == Some(incident.id);
                prop_assert_eq!(world.log.iter().filter(of_it).any(|event| event.seen_by(&viewer).is_some()), open);
            }
        }
    }

    #[test]
    fn no_open_incident_stands_beside_operational(steps in prop::collection::vec(step(), 1..24)) {
        let state = run(&steps).state;
        for viewer in viewers() {
            let seen = state.seen_by(&viewer);
            let headline = headline(seen.components.values(), seen.incidents.values());
            if headline.condition == ComponentStatus::Operational {
                prop_assert!(seen.incidents.values().all(|incident| !incident.status.is_open()));
                prop_assert!(seen.components.values().all(|c| c.status == ComponentStatus::Operational));
            }
        }
    }

    #[test]
    fn an_incident_ends_only_when_every_key_is_turned(steps in prop::collection::vec(step(), 1..24)) {
        for incident in run(&steps).state.incidents.values() {
            let agreed = incident.stakes.iter().all(|stake| matches!(stake.closure, Closure::Confirmed(_)));
            prop_assert_eq!(!incident.status.is_open(), agreed);
            prop_assert_eq!(incident.settled(), agreed);
            prop_assert_eq!(incident.resolved_at.is_some(), agreed);
            prop_assert!(incident.status.is_open() || incident.next_update.is_none());
            let worst = incident.stakes.iter().map(|s| s.declared.0).chain(incident.assessment.as_ref().map(|a| a.severity.0)).min();
            prop_assert_eq!(incident.effective_severity().map(|severity| severity.0), worst);
        }
    }

    #[test]
    fn what_the_view_offers_is_what_the_rules_allow(steps in prop::collection::vec(step(), 1..24), by in 0usize..4) {
        let mut world = run(&steps);
        let actor = people()[by].clone();
        let Some(own) = actor.viewer().account().cloned() else { unreachable!() };
        for (id, incident) in world.state.seen_by(&actor.viewer()).incidents {
            let message = IncidentCommand::Message { text: "x".into(), to: None };
            prop_assert_eq!(world.ask(&actor, id, message).is_ok(), may_write(&incident, &own));
            let dispute = IncidentCommand::Dispute { reason: "x".into() };
            prop_assert_eq!(world.ask(&actor, id, dispute).is_ok(), may_answer(&incident, &own));
        }
    }

    #[test]
    fn a_report_is_bounded_whatever_is_written(what in ".{0,300}", details in ".{0,60}", severity in any::<u8>()) {
        let draft = Draft { what, details, severity: Some(Severity(severity)), ..Draft::default() };
        if let Ok(report) = Report::parse(draft, &Scheme::preset("p0-p3").unwrap()) {
            prop_assert!(!report.what.is_empty() && report.what.trim() == report.what);
            prop_assert!(report.title().chars().count() <= callpoint_core::report::TITLE_LIMIT + 1);
            prop_assert!((1..=4).contains(&report.severity.0));
        }
    }
}

/// The walk of an incident from the alarm to the end.
#[test]
fn two_keys_end_an_incident() {
    let mut world = World::new();
    let [ada, ben, gita, _, mara, _] = people();
    let id = world.declare(&ada, report(2, false)).unwrap();
    let since = |world: &World| turn(&world.state.incidents[&id], None);
    assert!(matches!(since(&world), Turn::Vendor(_)));

    world.ask(&mara, id, IncidentCommand::Acknowledge {}).unwrap();
    assert_eq!(world.ask(&mara, id, IncidentCommand::Acknowledge {}), Err(ErrorCode::AlreadyAcknowledged.into()));
    assert_eq!(since(&world), Turn::Working);
    assert_eq!(world.ask(&gita, id, IncidentCommand::Confirm {}), Err(ErrorCode::NotFound.into()));
    assert_eq!(world.ask(&ada, id, IncidentCommand::Confirm {}), Err(ErrorCode::NothingProposed.into()));
    let resolve = IncidentCommand::Move { status: Status::Resolved };
    assert_eq!(world.ask(&mara, id, resolve), Err(ErrorCode::NeedsConfirmation.into()));

    let propose = || IncidentCommand::ProposeResolution { text: "Restarted the printer queue".into() };
    world.ask(&mara, id, propose()).unwrap();
    assert_eq!(world.ask(&mara, id, propose()), Err(ErrorCode::AlreadyProposed.into()));
    assert!(matches!(since(&world), Turn::Customer(_)));
    world.ask(&ben, id, IncidentCommand::Dispute { reason: "Still stuck".into() }).unwrap();
    let incident = &world.state.incidents[&id];
    assert_eq!((incident.status, incident.stakes[0].disputes), (Status::Investigating, 1));
    assert!(matches!(since(&world), Turn::Vendor(_)));

    world.ask(&mara, id, propose()).unwrap();
    world.ask(&ada, id, IncidentCommand::Confirm {}).unwrap();
    let incident = &world.state.incidents[&id];
    assert_eq!(incident.status, Status::Resolved);
    assert!(incident.settled() && since(&world) == Turn::Nobody);
    assert_eq!(world.ask(&mara, id, propose()), Err(ErrorCode::Closed.into()));
    assert_eq!(world.ask(&ada, id, IncidentCommand::Confirm {}), Err(ErrorCode::NothingProposed.into()));
}

/// Going public tells everybody the public face and nothing else.
#[test]
fn the_public_meets_a_face_not_a_customer() {
    let mut world = World::new();
    let [ada, _, gita, _, mara, _] = people();
    let id = world.declare(&ada, report(1, false)).unwrap();
    let update = |publish| {
        IncidentCommand::Update(Update {
            text: "We are looking into label printing.".into(),
            to: Visibility::Public,
            status: Some(Status::Identified),
            next_update: Some(START.plus(60 * MINUTE)),
            eta: None,
            publish,
        })
    };
    let refused = world.ask(&mara, id, update(None)).unwrap_err();
    assert_eq!(refused.to_string(), "`publish` is missing.");
    let title = "Label printing is slow".to_owned();
    let publish = Publish { title: title.clone(), impact: Impact::Minor, components: vec![component("labels")] };
    world.ask(&mara, id, update(Some(publish))).unwrap();

    let seen = world.state.seen_by(&gita.viewer()).incidents.remove(&id).unwrap();
    assert_eq!((seen.title, seen.status), (title, Status::Identified));
    assert!(seen.stakes.is_empty() && seen.next_update.is_some());
    let said = world.log.iter().filter_map(|event| event.seen_by(&Viewer::Anonymous)).collect::<Vec<_>>();
    assert!(said.iter().all(|event| matches!(event.by, Author::Vendor | Author::System)));
    // Who reported still reads their own words.
    assert_eq!(world.state.seen_by(&ada.viewer()).incidents[&id].title, "Labels do not print");
    // A customer without a stake may read and not write.
    let message = IncidentCommand::Message { text: "us too".into(), to: None };
    assert_eq!(world.ask(&gita, id, message), Err(ErrorCode::Forbidden.into()));
}

/// A stranger can't take over an incident by declaring with its id.
#[test]
fn an_id_opens_one_incident() {
    let mut world = World::new();
    let [ada, _, gita, _, _, _] = people();
    let id = world.declare(&ada, report(2, false)).unwrap();
    let again = world.try_(&gita, Some(id), Command::Declare(Box::new(report(1, false))));
    assert_eq!(again, Err(ErrorCode::KeyReused.into()));
}
