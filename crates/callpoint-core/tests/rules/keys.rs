//! The practice of customer reliability engineering, rule by rule: who may lower a severity, who ends an incident,
//! what happens when nobody answers, and who learns of what.

use crate::world::{DAYS, HOURS, World, account, component, consents, incident, people, person, report, stake, text};
use callpoint_core::{
    model::{
        command::{IncidentCommand as Ask, Publish, Update, Visibility},
        event::{Change, Consent, Duty, Event, Page, PageTarget},
        id::IncidentId,
        incident::{Impact, Status},
        person::{Invitee, Viewer},
        policy::Engagement::{self, Advisory, CustomerLed, Shared},
        report::Report,
        severity::Severity,
        stake::Closure,
        time::MINUTE,
    },
    rules::decide::Denied,
    wire::error::ErrorCode,
};

fn effective(world: &World, id: IncidentId) -> u8 {
    incident(world, id).effective_severity().unwrap().0
}

/// A world in which acme, under this engagement, has declared SEV1.
fn declared(engagement: Engagement) -> (World, IncidentId) {
    let mut world = World::new([engagement, Shared, Shared]);
    let [ada, ..] = people();
    let id = world.declare(&ada, report(1, false)).unwrap();
    (world, id)
}

/// News that change nothing else.
fn update(to: Visibility) -> Update {
    Update { text: text(), to, status: None, next_update: None, eta: None, workaround: None, publish: None }
}

pub fn publish(world: &mut World, id: IncidentId) {
    let [_, _, _, _, mara, _] = people();
    let publish =
        Publish { title: "Label printing".into(), impact: Impact::Minor, components: vec![component("labels")] };
    let update = Update { publish: Some(publish), ..update(Visibility::Public) };
    world.ask(&mara, id, Ask::Update(update)).unwrap();
}

fn lower(world: &mut World, id: IncidentId, to: u8) -> Result<Vec<Event>, Denied> {
    let [_, _, _, _, mara, _] = people();
    world.ask(&mara, id, Ask::ProposeDowngrade { account: account("acme").id, severity: Severity(to), reason: text() })
}

fn sees(world: &World, id: IncidentId, viewer: &Viewer) -> bool {
    world.state.seen_by(viewer).incidents.contains_key(&id)
}

#[test]
fn an_advisory_account_is_lowered_at_once_with_a_reason_that_it_sees() {
    let (mut world, id) = declared(Advisory);
    let [ada, ..] = people();
    let events = lower(&mut world, id, 3).unwrap();
    assert_eq!((effective(&world, id), consents(&world)), (3, vec![Consent::Vendor]));
    let seen = events[0].seen_by(&ada.viewer()).unwrap();
    assert!(matches!(seen.change, Change::Lowered { reason, .. } if reason == text()));
    // The customer can raise it again at any time.
    world.ask(&ada, id, Ask::SetSeverity { severity: Severity(1), reason: text() }).unwrap();
    assert_eq!(effective(&world, id), 1);
    let of_owner = |event: &Event| matches!(event.change, Change::Paged(Page { whom: PageTarget::Staff(_), .. }));
    assert!(world.log.iter().any(of_owner));
}

#[test]
fn a_shared_account_agrees_refuses_or_is_taken_to_agree_when_its_time_is_over() {
    let [ada, ben, ..] = people();
    let (mut world, id) = declared(Shared);
    lower(&mut world, id, 2).unwrap();
    assert_eq!(effective(&world, id), 1, "until it answers");
    world.ask(&ben, id, Ask::RefuseDowngrade { reason: text() }).unwrap();
    assert_eq!((effective(&world, id), &stake(&world, id, "acme").downgrade), (1, &None));
    assert_eq!(world.ask(&ada, id, Ask::AcceptDowngrade {}), Err(ErrorCode::NoDowngrade.into()));
    lower(&mut world, id, 2).unwrap();
    world.ask(&ada, id, Ask::AcceptDowngrade {}).unwrap();
    assert_eq!(effective(&world, id), 2);
    lower(&mut world, id, 3).unwrap();
    world.wait(3 * HOURS + 2);
    world.deliver(id);
    world.wait(HOURS - 4);
    assert_eq!(effective(&world, id), 2);
    world.wait(3);
    assert_eq!((effective(&world, id), consents(&world)), (3, vec![Consent::Account, Consent::Silence]));
    // What the vendor itself judges graver counts again.
    let [_, _, _, _, mara, _] = people();
    world.ask(&mara, id, Ask::Assess { severity: Severity(2), reason: text() }).unwrap();
    assert_eq!(effective(&world, id), 2);
}

#[test]
fn only_a_customer_who_leads_lowers_and_ends_its_incident() {
    let [ada, _, _, _, mara, _] = people();
    let (mut world, id) = declared(CustomerLed);
    world.ask(&mara, id, Ask::Assess { severity: Severity(3), reason: text() }).unwrap();
    lower(&mut world, id, 3).unwrap();
    world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
    let waive = Ask::Waive { account: account("acme").id, reason: text() };
    assert_eq!(world.ask(&mara, id, waive), Err(ErrorCode::CustomersCall.into()));
    world.wait(90 * DAYS);
    assert_eq!(effective(&world, id), 1);
    assert!(incident(&world, id).status.is_open());
    assert!(matches!(stake(&world, id, "acme").closure, Closure::Proposed { until: None, .. }));
    world.ask(&ada, id, Ask::SetSeverity { severity: Severity(3), reason: String::new() }).unwrap();
    world.ask(&ada, id, Ask::Confirm {}).unwrap();
    assert!(incident(&world, id).settled());
}

#[test]
fn a_closure_times_out_after_a_reminder_and_can_be_opened_again_within_its_window() {
    let [ada, _, _, _, mara, _] = people();
    let (mut world, id) = declared(Shared);
    world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
    let reminders = |world: &World| world.log.iter().filter(|e| matches!(e.change, Change::Reminded { .. })).count();
    world.wait(54 * HOURS - 2);
    assert_eq!(reminders(&world), 0);
    world.wait(3);
    world.deliver(id);
    world.wait(HOURS);
    assert_eq!((reminders(&world), incident(&world, id).status.is_open()), (1, true));
    world.wait(18 * HOURS);
    assert!(matches!(stake(&world, id, "acme").closure, Closure::TimedOut(_)));
    assert!(incident(&world, id).settled());
    world.wait(13 * DAYS);
    world.ask(&ada, id, Ask::Reopen { reason: text() }).unwrap();
    assert_eq!((incident(&world, id).status, incident(&world, id).settled()), (Status::Investigating, false));
    assert_eq!(world.ask(&ada, id, Ask::Reopen { reason: text() }), Err(ErrorCode::StillOpen.into()));
    world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
    world.ask(&ada, id, Ask::Confirm {}).unwrap();
    world.wait(15 * DAYS);
    assert_eq!(world.ask(&ada, id, Ask::Reopen { reason: text() }), Err(ErrorCode::TooLate.into()));
}

#[test]
fn an_advisory_account_can_be_closed_with_a_reason_and_opens_it_again() {
    let [ada, _, _, _, mara, _] = people();
    let (mut world, id) = declared(Advisory);
    world.ask(&mara, id, Ask::Waive { account: account("acme").id, reason: text() }).unwrap();
    assert!(incident(&world, id).settled());
    world.ask(&ada, id, Ask::Reopen { reason: text() }).unwrap();
    assert!(incident(&world, id).status.is_open());
    let paged = |event: &&Event| matches!(event.change, Change::Paged(_));
    assert!(world.log.iter().filter(paged).count() >= 2, "people are called again");
}

#[test]
fn disputed_twice_is_one_level_worse() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(3, false)).unwrap();
    for expected in [3, 2] {
        world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
        world.ask(&ada, id, Ask::Dispute { reason: text() }).unwrap();
        assert_eq!(effective(&world, id), expected);
    }
    let reason = incident(&world, id).assessment.as_ref().map(|assessment| assessment.reason.as_str());
    assert_eq!(reason, Some("The fix was disputed more than once."));
    assert_eq!(stake(&world, id, "acme").disputes, 2);
}

#[test]
fn it_ends_when_every_account_agrees_and_one_that_disputes_keeps_the_others_word() {
    let [ada, _, gita, _, mara, _] = people();
    let (mut world, id) = declared(Shared);
    publish(&mut world, id);
    world.ask(&gita, id, Ask::Join { severity: Severity(2), text: "Us too".into() }).unwrap();
    world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
    world.ask(&ada, id, Ask::Confirm {}).unwrap();
    assert!(incident(&world, id).status.is_open());
    world.ask(&gita, id, Ask::Dispute { reason: text() }).unwrap();
    assert_eq!(incident(&world, id).status, Status::Investigating);
    assert!(matches!(stake(&world, id, "acme").closure, Closure::Confirmed(_)));
    world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
    world.ask(&gita, id, Ask::Confirm {}).unwrap();
    assert!(incident(&world, id).settled());
}

#[test]
fn whoever_joins_knows_what_all_affected_know_and_nothing_of_the_others() {
    let [ada, _, gita, hugo, mara, _] = people();
    let (mut world, id) = declared(Shared);
    assert_eq!(
        world.ask(&gita, id, Ask::Join { severity: Severity(2), text: text() }),
        Err(ErrorCode::NotFound.into()),
        "what nobody sees, nobody joins"
    );
    world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    world.ask(&ada, id, Ask::Message { text: "Our own secret".into(), to: None, attachments: Vec::new() }).unwrap();
    publish(&mut world, id);
    world.ask(&gita, id, Ask::Join { severity: Severity(1), text: String::new() }).unwrap();
    assert_eq!(
        world.ask(&gita, id, Ask::Join { severity: Severity(1), text: text() }),
        Err(ErrorCode::AlreadyJoined.into())
    );
    let seen = incident(&world, id).seen_by(&gita.viewer()).unwrap();
    assert!(seen.acknowledged.is_some() && seen.stakes.len() == 1);
    assert_eq!(seen.title, "Label printing", "the reporter's words stay theirs");
    let json = serde_json::to_string(&seen).unwrap();
    assert!(!json.contains("acme") && !json.contains("Labels do not print"), "{json}");
    // From a threshold on (here two accounts) each affected account may know that it is not alone.
    assert!(seen.others_affected);
    assert!(!incident(&world, id).seen_by(&hugo.viewer()).unwrap().others_affected);
}

#[test]
fn merged_accounts_go_on_together_and_apart() {
    let [ada, ben, gita, hugo, mara, theo] = people();
    let mut world = World::new([Shared; 3]);
    let one = world.declare(&ada, report(2, false)).unwrap();
    let two = world.declare(&gita, Report { what: "Printing is stuck".into(), ..report(1, false) }).unwrap();
    let sealed = world.declare(&hugo, report(1, true)).unwrap();
    world.ask(&gita, two, Ask::Message { text: "For your eyes".into(), to: None, attachments: Vec::new() }).unwrap();
    for (from, into) in [(one, sealed), (sealed, one), (one, one)] {
        assert_eq!(world.ask(&theo, from, Ask::Merge { into }), Err(ErrorCode::CantMerge.into()));
    }
    assert_eq!(world.ask(&mara, one, Ask::Merge { into: sealed }), Err(ErrorCode::NotFound.into()));
    world.ask(&mara, two, Ask::Merge { into: one }).unwrap();
    assert_eq!(incident(&world, two).merged_into, Some(one));
    assert_eq!(effective(&world, one), 1, "the worst of both");
    let seen = incident(&world, one).seen_by(&gita.viewer()).unwrap();
    assert_eq!((seen.title.as_str(), seen.stakes.len()), ("Printing is stuck", 1));
    let message = Ask::Message { text: text(), to: None, attachments: Vec::new() };
    assert_eq!(world.ask(&gita, two, message.clone()), Err(ErrorCode::Merged.into()));
    world.ask(&gita, one, message).unwrap();
    for (viewer, other) in [(ada.viewer(), "globex"), (ben.viewer(), "globex"), (gita.viewer(), "acme")] {
        let seen = world.log.iter().filter_map(|event| event.seen_by(&viewer));
        for event in seen {
            assert!(!serde_json::to_string(&event).unwrap().contains(other));
        }
    }
}

#[test]
fn sealing_takes_it_from_everybody_else_and_unsealing_shows_nothing_that_was_said() {
    let [ada, ben, gita, _, mara, theo] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, Report { what: "Customer files are readable".into(), ..report(1, false) }).unwrap();
    assert!(sees(&world, id, &ben.viewer()) && sees(&world, id, &mara.viewer()));
    let sealed = world.ask(&mara, id, Ask::Seal { reason: text() }).unwrap();
    let to_security = |event: &Event| {
        event.seal.is_some()
            && matches!(&event.change, Change::Paged(Page { whom: PageTarget::OnCall(class), .. }) if class == "security")
    };
    assert!(sealed.iter().any(to_security), "whoever is on call for security hears of it");
    for viewer in [ben.viewer(), gita.viewer(), mara.viewer(), Viewer::Anonymous] {
        assert!(!sees(&world, id, &viewer), "{viewer:?}");
    }
    assert!(sees(&world, id, &ada.viewer()) && sees(&world, id, &theo.viewer()));
    world.ask(&ada, id, Ask::Message { text: "The secret path".into(), to: None, attachments: Vec::new() }).unwrap();
    let invite = || Ask::Invite(Invitee::Person(person("ben")));
    world.ask(&ada, id, invite()).unwrap();
    assert_eq!(world.ask(&ada, id, invite()), Err(ErrorCode::NothingNew.into()));
    assert_eq!(world.ask(&ben, id, invite()), Err(ErrorCode::Forbidden.into()), "only the reporter invites");
    assert!(sees(&world, id, &ben.viewer()));
    assert_eq!(world.ask(&mara, id, Ask::Unseal { reason: text(), title: text() }), Err(ErrorCode::NotFound.into()));
    let title = "An access problem".to_owned();
    world.ask(&theo, id, Ask::Unseal { reason: text(), title }).unwrap();
    let all = world
        .log
        .iter()
        .filter_map(|event| event.seen_by(&mara.viewer()))
        .skip_while(|event| !matches!(event.change, Change::Withdrawn {}));
    let after: Vec<String> = all.map(|event| serde_json::to_string(&event).unwrap()).collect();
    assert!(after.iter().any(|json| json.contains("An access problem")));
    assert!(after.iter().all(|json| !json.contains("secret") && !json.contains("readable")), "{after:#?}");
    assert!(sees(&world, id, &mara.viewer()));
}

#[test]
fn what_was_merged_into_it_keeps_it_open() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let one = world.declare(&ada, report(2, false)).unwrap();
    let two = world.declare(&ada, report(2, false)).unwrap();
    world.ask(&mara, two, Ask::Merge { into: one }).unwrap();
    assert_eq!(world.ask(&mara, one, Ask::Seal { reason: text() }), Err(ErrorCode::AlreadyShared.into()));
}

#[test]
fn what_others_know_of_can_t_be_sealed() {
    let [_, _, _, _, mara, _] = people();
    let (mut world, id) = declared(Shared);
    publish(&mut world, id);
    assert_eq!(world.ask(&mara, id, Ask::Seal { reason: text() }), Err(ErrorCode::AlreadyShared.into()));
}

#[test]
fn a_broken_promise_is_said_and_escalates_once() {
    let [ada, _, _, _, mara, _] = people();
    let (mut world, id) = declared(Shared);
    let next_update = Some(world.now().plus(30 * MINUTE));
    let update = Update { next_update, ..update(Visibility::Affected) };
    world.ask(&mara, id, Ask::Update(update)).unwrap();
    world.wait(40);
    world.wait(40);
    let broken: Vec<&Event> =
        world.log.iter().filter(|e| matches!(e.change, Change::Overdue { duty: Duty::Promise })).collect();
    assert_eq!(broken.len(), 1);
    assert!(broken[0].seen_by(&ada.viewer()).is_some(), "the customer sees it");
    assert!(incident(&world, id).overdue.promise);
    let escalated = |event: &Event| matches!(&event.change, Change::Paged(Page { whom: PageTarget::OnCall(class), .. }) if class == "service");
    assert!(world.log.iter().filter(|event| event.seq > broken[0].seq).any(escalated));
}

#[test]
fn the_clock_rests_in_quiet_hours_and_says_so() {
    let [ada, ..] = people();
    let mut world = World::new([Advisory; 3]);
    // Declared at half past eight in the evening, with eight hours for the first look.
    world.wait(10 * HOURS + 30);
    let id = world.declare(&ada, report(3, false)).unwrap();
    world.wait(8 * HOURS + 10);
    let seen = incident(&world, id);
    assert!(seen.paused_until.is_some() && !seen.overdue.acknowledge);
    assert!(
        world
            .log
            .iter()
            .any(|event| { matches!(event.change, Change::Paused { .. }) && event.seen_by(&ada.viewer()).is_some() })
    );
    world.wait(2 * HOURS);
    assert!(incident(&world, id).overdue.acknowledge);
}

#[test]
fn a_top_level_incident_calls_for_a_commander() {
    let [_, _, _, _, mara, _] = people();
    let (mut world, id) = declared(Shared);
    world.wait(0);
    assert!(incident(&world, id).overdue.commander);
    world.ask(&mara, id, Ask::AssignRole { role: "commander".into(), person: None }).unwrap();
    assert!(!incident(&world, id).overdue.commander);
    assert_eq!(incident(&world, id).holder("commander").map(|who| who.name.as_str()), Some("MARA"));
    world.ask(&mara, id, Ask::AssignRole { role: "commander".into(), person: Some(person("theo")) }).unwrap();
    world.ask(&mara, id, Ask::ReleaseRole { role: "commander".into(), reason: "Not us".into() }).unwrap();
    assert!(incident(&world, id).roles.is_empty());
    let role = |role: &str| Ask::AssignRole { role: role.into(), person: None };
    assert_eq!(
        world.ask(&mara, id, role("king")).unwrap_err().to_string(),
        "`role` refers to something that doesn't exist."
    );
}

#[test]
fn a_drill_runs_all_of_it_and_is_never_public() {
    let [ada, _, gita, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, Report { drill: true, ..report(1, false) }).unwrap();
    let publish = Publish { title: text(), impact: Impact::Minor, components: Vec::new() };
    let update = Update { publish: Some(publish), ..update(Visibility::Public) };
    assert_eq!(world.ask(&mara, id, Ask::Update(update)), Err(ErrorCode::Drill.into()));
    assert!(!sees(&world, id, &gita.viewer()));
    world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
    world.ask(&ada, id, Ask::Confirm {}).unwrap();
    assert!(incident(&world, id).settled());
}

#[test]
fn both_sides_see_how_far_the_other_has_read() {
    let [ada, ben, gita, _, mara, _] = people();
    let (mut world, id) = declared(Shared);
    let last = world.log.len() as u64;
    world.ask(&mara, id, Ask::Read { seq: last }).unwrap();
    assert_eq!(incident(&world, id).seen_by(&ada.viewer()).unwrap().staff_read_to, last);
    world.ask(&ben, id, Ask::Read { seq: last }).unwrap();
    assert_eq!(stake(&world, id, "acme").read_to, last);
    assert_eq!(world.ask(&ada, id, Ask::Read { seq: last }), Ok(Vec::new()), "a colleague was quicker");
    assert_eq!(
        world.ask(&ada, id, Ask::Read { seq: 9_999 }).unwrap_err().to_string(),
        "`seq` refers to something that doesn't exist."
    );
    assert_eq!(world.ask(&gita, id, Ask::Read { seq: 1 }), Err(ErrorCode::NotFound.into()));
}
