//! What people try in random sequences, and what time does between.

use callpoint_core::model::{
    command::{Command, ComponentCommand, IncidentCommand, Publish, Update, Visibility},
    component::ComponentStatus,
    event::PageOutcome,
    id::IncidentId,
    incident::{Impact, Status},
    opening::{Opening, PlannedWork},
    person::{Actor, Invitee},
    policy::Engagement,
    report::Report,
    severity::Severity,
    time::{DAY, MINUTE},
};
use proptest::prelude::*;

use crate::{
    invitations::BENS_ADDRESS,
    words,
    world::{self, START, World, account, component, people, report},
};

#[derive(Clone, Debug)]
enum Step {
    Declare {
        by: usize,
        severity: u8,
        security: bool,
        drill: bool,
    },
    Ask {
        by: usize,
        incident: usize,
        command: IncidentCommand,
    },
    Merge {
        by: usize,
        from: usize,
        into: usize,
    },
    Component {
        by: usize,
        status: ComponentStatus,
    },
    Deliver {
        incident: usize,
    },
    /// Everybody is asked, the reminder arrives, nobody answers, and an executive closes wherever they may.
    Silence {
        incident: usize,
    },
    Wait {
        minutes: i64,
    },
    Handle {
        incident: usize,
        outcome: PageOutcome,
    },
    Open {
        by: usize,
        opening: Opening,
    },
}

const OUTCOMES: [PageOutcome; 3] = [PageOutcome::Delivered, PageOutcome::Undelivered, PageOutcome::NoConnector];

fn visibility() -> impl Strategy<Value = Visibility> {
    prop_oneof![
        Just(Visibility::Internal),
        prop::sample::select(vec!["acme", "globex", "initech"]).prop_map(|id| Visibility::Account(account(id).id)),
        Just(Visibility::Affected),
        Just(Visibility::Public),
    ]
}

fn update() -> impl Strategy<Value = IncidentCommand> {
    let promise = || prop::option::of((0i64..900).prop_map(|minutes| START.plus(minutes * MINUTE)));
    let impact = prop::sample::select(vec![Impact::None, Impact::Minor, Impact::Major, Impact::Critical]);
    let publish = prop::option::weighted(
        0.7,
        ("x[a-z]{0,7}", impact).prop_map(|(title, impact)| Publish {
            title,
            impact,
            components: vec![component("checkout")],
        }),
    );
    let workaround = prop::option::of("x[a-z]{0,7}");
    ("x[a-z]{0,7}", visibility(), prop::option::of(status()), promise(), promise(), publish, workaround).prop_map(
        |(text, to, status, next_update, eta, publish, workaround)| {
            IncidentCommand::Update(Update { text, to, status, next_update, eta, workaround, publish })
        },
    )
}

fn status() -> impl Strategy<Value = Status> {
    use Status::{Completed, Identified, Investigating, Monitoring, Resolved};
    prop::sample::select(vec![Investigating, Identified, Monitoring, Resolved, Completed])
}

fn by_customers() -> impl Strategy<Value = IncidentCommand> {
    use IncidentCommand as Ask;
    let severity = || (1u8..4).prop_map(Severity);
    let text = "x[a-z]{0,7}";
    prop_oneof![
        3 => (text, prop::option::of(visibility())).prop_map(|(text, to)| Ask::Message { text, to, attachments: Vec::new() }),
        4 => Just(Ask::Confirm {}),
        3 => text.prop_map(|reason| Ask::Dispute { reason }),
        5 => text.prop_map(|reason| Ask::Reopen { reason }),
        4 => (severity(), "(x[a-z]{0,7})?").prop_map(|(severity, text)| Ask::Join { severity, text }),
        2 => (severity(), "(x[a-z]{0,7})?").prop_map(|(severity, reason)| Ask::SetSeverity { severity, reason }),
        2 => Just(Ask::AcceptDowngrade {}),
        7 => text.prop_map(|reason| Ask::RefuseDowngrade { reason }),
        1 => Just(Ask::Follow {}),
        1 => Just(Ask::Unfollow {}),
        3 => prop::sample::select(vec!["ada", "ben"])
            .prop_map(|name| Ask::Invite(Invitee::Person(world::person(name)))),
        2 => Just(Ask::Invite(Invitee::Email(BENS_ADDRESS.into()))),
        1 => (1u64..40).prop_map(|seq| Ask::Read { seq }),
    ]
}

fn by_staff() -> impl Strategy<Value = IncidentCommand> {
    use IncidentCommand as Ask;
    let severity = || (1u8..4).prop_map(Severity);
    let who = || prop::sample::select(vec!["acme", "globex", "initech"]).prop_map(|id| account(id).id);
    let role = || prop::sample::select(vec!["commander", "observer"]).prop_map(str::to_owned);
    let text = "x[a-z]{0,7}";
    prop_oneof![
        1 => Just(Ask::Acknowledge {}),
        2 => (severity(), text).prop_map(|(severity, reason)| Ask::Assess { severity, reason }),
        2 => status().prop_map(|status| Ask::Move { status }),
        6 => update(),
        5 => text.prop_map(|text| Ask::ProposeResolution { text }),
        4 => (who(), severity(), text)
            .prop_map(|(account, severity, reason)| Ask::ProposeDowngrade { account, severity, reason }),
        2 => (who(), text).prop_map(|(account, reason)| Ask::Waive { account, reason }),
        2 => (role(), prop::option::of(Just(world::person("theo"))))
            .prop_map(|(role, person)| Ask::AssignRole { role, person }),
        3 => (role(), text).prop_map(|(role, reason)| Ask::ReleaseRole { role, reason }),
        1 => Just(Ask::SetWarRoom { url: "https://meet.example/1".into() }),
        1 => (0i64..900, text).prop_map(|(minutes, reason)| Ask::Pause { until: START.plus(minutes * MINUTE), reason }),
        1 => text.prop_map(|reason| Ask::Seal { reason }),
        2 => (text, text).prop_map(|(reason, title)| Ask::Unseal { reason, title }),
        2 => prop::sample::select(vec!["mara", "theo"])
            .prop_map(|name| Ask::Invite(Invitee::Person(world::person(name)))),
        1 => Just(Ask::Invite(Invitee::Email(BENS_ADDRESS.into()))),
        1 => (1u64..40).prop_map(|seq| Ask::Read { seq }),
        1 => (text, prop::option::of(visibility())).prop_map(|(text, to)| Ask::Message { text, to, attachments: Vec::new() }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0usize..4, 1u8..4, prop::bool::weighted(0.2), prop::bool::weighted(0.1))
            .prop_map(|(by, severity, security, drill)| Step::Declare { by, severity, security, drill }),
        8 => (0usize..4, 0usize..3, by_customers()).prop_map(|(by, incident, command)| Step::Ask { by, incident, command }),
        8 => (4usize..6, 0usize..3, by_staff()).prop_map(|(by, incident, command)| Step::Ask { by, incident, command }),
        1 => (0usize..6, 0usize..4, prop_oneof![by_staff(), by_customers()])
            .prop_map(|(by, incident, command)| Step::Ask { by, incident, command }),
        1 => (3usize..6, 0usize..4, 0usize..4).prop_map(|(by, from, into)| Step::Merge { by, from, into }),
        1 => (0usize..6, prop::sample::select(ComponentStatus::ALL.to_vec()))
            .prop_map(|(by, status)| Step::Component { by, status }),
        3 => (0usize..3).prop_map(|incident| Step::Deliver { incident }),
        1 => (0usize..3).prop_map(|incident| Step::Silence { incident }),
        3 => prop_oneof![0i64..90, 90i64..9_000].prop_map(|minutes| Step::Wait { minutes }),
        2 => (0usize..3, prop::sample::select(OUTCOMES.to_vec()))
            .prop_map(|(incident, outcome)| Step::Handle { incident, outcome }),
        1 => (3usize..6, opening()).prop_map(|(by, opening)| Step::Open { by, opening }),
    ]
}

fn opening() -> impl Strategy<Value = Opening> {
    let account = prop::option::of(prop::sample::select(vec!["acme", "globex", "initech"]).prop_map(account));
    let window = PlannedWork { starts_at: START.plus(DAY), ends_at: START.plus(1_000 * DAY) };
    let maintenance = prop::option::weighted(0.2, Just(window));
    ("x[a-z]{0,7}", "(x[a-z]{0,7})?", 1u8..4, prop::bool::weighted(0.1), account, maintenance).prop_map(
        |(title, text, severity, drill, account, maintenance)| Opening {
            title,
            text,
            severity: Some(Severity(severity)).filter(|_| maintenance.is_none()),
            components: vec![component("checkout")],
            drill: drill && maintenance.is_none(),
            account: account.filter(|_| maintenance.is_none()),
            maintenance,
            ..Opening::default()
        },
    )
}

fn engagements() -> impl Strategy<Value = [Engagement; 3]> {
    let one = || prop::sample::select(Engagement::ALL.to_vec());
    [one(), one(), one()]
}

/// Runs a sequence; whoever is denied is told why in words, and nothing has happened.
fn run(engagements: [Engagement; 3], steps: &[Step]) -> World {
    let mut world = World::new(engagements);
    let people = people();
    for (number, step) in steps.iter().enumerate() {
        let before = world.state.clone();
        let done = match step {
            Step::Declare { by, severity, security, drill } => {
                let report = Report { drill: *drill, ..report(*severity, *security) };
                let report = words::plant_report(report, number);
                world.declare(&people[*by], report).map(drop)
            }
            Step::Ask { by, incident, command } => match world.incidents.get(*incident).copied() {
                Some(id) => world.ask(&people[*by], id, words::plant(command, number)).map(drop),
                None => Ok(()),
            },
            Step::Merge { by, from, into } => match (world.incidents.get(*from), world.incidents.get(*into)) {
                (Some(from), Some(into)) => {
                    let (from, into) = (*from, *into);
                    world.ask(&people[*by], from, IncidentCommand::Merge { into }).map(drop)
                }
                _ => Ok(()),
            },
            Step::Component { by, status } => {
                let of = component(if number.is_multiple_of(2) { "labels" } else { "checkout" });
                let command = Command::Component(of, ComponentCommand::SetStatus { status: *status });
                let done = world.try_(&people[*by], None, command).map(drop);
                assert_eq!(done.is_ok(), matches!(people[*by], Actor::Staff { .. }));
                done
            }
            Step::Deliver { incident } => {
                if let Some(id) = world.incidents.get(*incident).copied() {
                    world.deliver(id);
                    world.sign_in(id, "ben");
                }
                Ok(())
            }
            Step::Silence { incident } => {
                world.incidents.get(*incident).copied().into_iter().for_each(|id| world.fall_silent(id));
                Ok(())
            }
            Step::Wait { minutes } => {
                world.wait(*minutes);
                Ok(())
            }
            Step::Open { by, opening } => world.open(&people[*by], words::plant(opening, number)).map(drop),
            Step::Handle { incident, outcome } => {
                let paging =
                    |id: &IncidentId| Some((*id, world.state.incidents[id].paging.as_ref()?.open.first()?.seq));
                if let Some((id, page)) = world.incidents.get(*incident).and_then(paging) {
                    world.handle(id, page, *outcome);
                }
                Ok(())
            }
        };
        if let Err(denied) = done {
            assert_eq!(world.state, before, "{step:?}");
            let sentence = denied.to_string();
            assert!(sentence.len() > 15 && sentence.ends_with('.') && !sentence.contains('!'), "{sentence}");
        }
    }
    world
}

pub fn world() -> impl Strategy<Value = World> {
    (engagements(), prop::collection::vec(step(), 1..30)).prop_map(|(engagements, steps)| run(engagements, &steps))
}
