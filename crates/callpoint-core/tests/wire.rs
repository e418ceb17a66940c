//! Snapshots of every type on the wire: a change here is a change for everybody who speaks the protocol.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on says where")]

#[path = "wire/reported.rs"]
mod reported;

use callpoint_core::{
    model::{
        command::{AccountCommand, ComponentCommand, IncidentCommand, Publish, Update, Visibility},
        component::{Component, ComponentStatus},
        event::{
            Audience, Change, Consent, Duty, Event, Page, PageCause, PageOutcome, PageStep, PageTarget, PublicView,
        },
        id::{AccountId, CommandId, ComponentId, IncidentId, PersonId},
        incident::{
            Assessment, Attribution, Impact, Incident, Overdue, Publication, RoleAssignment, SeveritySuggestion, Status,
        },
        limits::title_of,
        opening::{Opening, PlannedWork},
        person::{Account, Author, Invitee, PersonRef, Seal},
        policy::{Class, Engagement, Terms},
        report::{Receipt, ReportDraft},
        severity::{RaiseCause, Scheme, Severity},
        stake::{Closure, Downgrade, Question},
        time::Time,
    },
    rules::{headline::headline, state::State},
    wire::{
        error::{ApiError, Constraint, ErrorCode, Invalid},
        protocol::{Incidents, Request, SignInRequest, Snapshot, Submission, Suggestions, Thread, Vendor, You},
    },
};
use insta::assert_json_snapshot;
use reported::{attachment, draft, report};
use serde::{Serialize, de::DeserializeOwned};

const AT: Time = Time(1_760_000_000_000);
const FIELDS: &str = include_str!("fields.json");

fn command() -> CommandId {
    CommandId::new(AT, 1)
}

fn incident_id() -> IncidentId {
    IncidentId::new(AT, 2)
}

fn person(name: &str) -> PersonId {
    PersonId::parse(name).unwrap()
}

fn named(name: &str) -> PersonRef {
    PersonRef { person: person(name), name: name.to_uppercase() }
}

fn account() -> Account {
    Account { id: AccountId::parse("acme").unwrap(), name: "Acme Robotics".into() }
}

fn labels() -> ComponentId {
    ComponentId::parse("labels").unwrap()
}

fn ada() -> Author {
    Author::Customer { person: PersonId::parse("ada").unwrap(), name: "Ada Marsh".into(), account: account().id }
}

fn mara() -> Author {
    let title = "Customer success manager".into();
    Author::Staff { person: PersonId::parse("mara").unwrap(), name: "Mara Lind".into(), title }
}

fn incident() -> Incident {
    let report = report();
    let terms = Terms { engagement: Engagement::Shared, shared_pager: true, ..Terms::default() };
    let declared = Change::Declared {
        reference: "NW-4127".into(),
        title: title_of(&report.what),
        account: account(),
        report: Box::new(report),
        terms,
        csm: Some(named("mara")),
    };
    let mut by_customer = event(Audience::Account(account().id), declared);
    by_customer.by = ada();
    let mut state = State::default();
    state.apply(&by_customer);
    let mut incident = state.incidents.into_iter().map(|(_, incident)| incident).next().unwrap();
    let stake = &mut incident.stakes[0];
    stake.resolution = "Restarted".into();
    stake.closure = Closure::Proposed { at: AT, until: Some(AT.plus(60_000)), reminder: Some(8), reminded: true };
    stake.lowered = Some(Severity(2));
    let (severity, reason, until, reminder) = (Severity(3), "A way around".into(), Some(AT), Some(9));
    stake.downgrade = Some(Downgrade { severity, reason, at: AT, until, reminder, reminded: false });
    (stake.disputes, stake.read_to) = (1, 9);
    incident.assessment = Some(Assessment { severity: Severity(2), reason: "A way around exists".into() });
    incident.advice = Some(SeveritySuggestion { severity: Severity(1), cause: RaiseCause::Accounts });
    incident.acknowledged = Some(Attribution { by: mara(), at: AT });
    incident.roles = vec![RoleAssignment { role: "commander".into(), by: named("theo") }];
    (incident.war_room, incident.paused_until) = (Some("https://meet.example/1".into()), Some(AT));
    (incident.next_update, incident.eta) = (Some(AT.plus(60_000)), Some(AT.plus(120_000)));
    (incident.workaround, incident.last_update_at) = (Some("Print from the browser".into()), Some(AT));
    incident.overdue = Overdue { acknowledge: true, promise: true, update: true, commander: true };
    (incident.others_affected, incident.staff_read_to) = (true, 7);
    incident.publication = Some(Publication { title: "Label printing".into(), impact: Impact::Major });
    incident.merged_into = Some(IncidentId::new(AT, 3));
    incident.seal = Some(Seal { invited: vec![person("ben")], ..Seal::of(Some(person("ada"))) });
    incident
}

fn event(to: Audience, change: Change) -> Event {
    Event { seq: 7, command: command(), at: AT, by: mara(), incident: Some(incident_id()), to, seal: None, change }
}

fn component() -> Component {
    let status = ComponentStatus::PartialOutage;
    Component { id: labels(), name: "Labels".into(), position: 1, status, since: AT, by_hand: Some(status) }
}

/// What is written is read back as it was.
fn round<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: T) -> serde_json::Value {
    let json = serde_json::to_value(&value).unwrap();
    assert_eq!(serde_json::from_value::<T>(json.clone()).unwrap(), value);
    json
}

/// The kinds of `T` that none of these is of. Asked for a kind that there is none of, serde names all that there are.
fn lacking<'a, T: DeserializeOwned + std::fmt::Debug>(
    listed: impl Iterator<Item = &'a serde_json::Value> + Clone,
) -> Vec<String> {
    let named = serde_json::from_str::<T>(r#"{"?":{}}"#).unwrap_err().to_string();
    let kinds = named.split('`').skip(3).step_by(2);
    kinds.filter(|kind| listed.clone().all(|json| json.get(kind).is_none())).map(str::to_owned).collect()
}

#[test]
fn commands() {
    let update = Update {
        text: "Cause found".into(),
        to: Visibility::Public,
        status: Some(Status::Identified),
        next_update: Some(AT),
        eta: Some(AT),
        workaround: Some("Print from the browser".into()),
        publish: Some(Publish { title: "Label printing".into(), impact: Impact::Major, components: vec![labels()] }),
    };
    let text = || "Words".to_owned();
    let say = |to, attachments| IncidentCommand::Message { text: text(), to, attachments };
    let commands = vec![
        round(say(None, vec![])),
        round(say(Some(Visibility::Account(account().id)), vec![])),
        round(say(Some(Visibility::Internal), vec![attachment().id])),
        round(IncidentCommand::Acknowledge {}),
        round(IncidentCommand::Assess { severity: Severity(2), reason: text() }),
        round(IncidentCommand::Move { status: Status::Monitoring }),
        round(IncidentCommand::Update(update)),
        round(IncidentCommand::ProposeResolution { text: text() }),
        round(IncidentCommand::Confirm {}),
        round(IncidentCommand::Dispute { reason: text() }),
        round(IncidentCommand::Reopen { reason: text() }),
        round(IncidentCommand::Join { severity: Severity(1), text: text() }),
        round(IncidentCommand::SetSeverity { severity: Severity(1), reason: text() }),
        round(IncidentCommand::AcceptDowngrade {}),
        round(IncidentCommand::RefuseDowngrade { reason: text() }),
        round(IncidentCommand::Follow {}),
        round(IncidentCommand::Unfollow {}),
        round(IncidentCommand::Invite(Invitee::Person(person("ben")))),
        round(IncidentCommand::Invite(Invitee::Email("cy@acme.example".into()))),
        round(IncidentCommand::Read { seq: 7 }),
        round(IncidentCommand::ProposeDowngrade { account: account().id, severity: Severity(3), reason: text() }),
        round(IncidentCommand::Waive { account: account().id, reason: text() }),
        round(IncidentCommand::AssignRole { role: "commander".into(), person: Some(person("theo")) }),
        round(IncidentCommand::ReleaseRole { role: "commander".into(), reason: text() }),
        round(IncidentCommand::SetWarRoom { url: "https://meet.example/1".into() }),
        round(IncidentCommand::Merge { into: incident_id() }),
        round(IncidentCommand::Pause { until: AT, reason: text() }),
        round(IncidentCommand::Seal { reason: text() }),
        round(IncidentCommand::Unseal { reason: text(), title: text() }),
        round(ComponentCommand::SetStatus { status: ComponentStatus::MajorOutage }),
        round(AccountCommand::SetEngagement(Terms::default())),
    ];
    let lacking = lacking::<IncidentCommand>(commands.iter());
    assert!(lacking.is_empty(), "add these above: {lacking:?}");
    assert_json_snapshot!(commands);
}

#[test]
fn events() {
    let face = PublicView {
        reference: "NW-4127".into(),
        title: "Label printing".into(),
        impact: Impact::Major,
        status: Status::Identified,
        opened_at: AT,
        components: vec![labels()],
        next_update: Some(AT),
        eta: None,
        workaround: Some("Print from the browser".into()),
        overdue: true,
        resolved_at: None,
    };
    let (text, own) = (|| "Words".to_owned(), || Audience::Account(account().id));
    let affected = || Audience::Affected(vec![account().id]);
    let (terms, csm) = (Terms::default(), Some(named("mara")));
    let reference = || "NW-4127".to_owned();
    let (title, reported) = (title_of(&report().what), || Box::new(report()));
    let declared =
        Change::Declared { reference: reference(), title, account: account(), report: reported(), terms, csm };
    let id = || account().id;
    let stake = || Box::new(incident().stakes.remove(0));
    let said = Change::Said { text: text(), mentions: vec![person("theo")], attachments: vec![attachment()] };
    let mut sealed = event(Audience::Internal, said);
    let (addresses, staff) = (vec!["cy@acme.example".into()], vec![person("mara")]);
    sealed.seal = Some(Seal { addresses, staff, ..Seal::of(Some(person("ada"))) });
    let mut by_customer = event(own(), declared);
    by_customer.by = ada();
    let mut of_component = event(Audience::Public, Change::ComponentDefined(component()));
    (of_component.incident, of_component.by) = (None, Author::System);
    let lowered = Change::Lowered { account: id(), severity: Severity(3), reason: text(), consent: Consent::Silence };
    let page = |whom, cause| Page { whom, severity: Severity(1), cause, step: None };
    let (on_call, theo) = (|| PageTarget::OnCall("service".into()), PageTarget::Staff(named("theo")));
    let step = PageStep { number: 2, of: 3, repeat: 1, repeats: 2, next_at: AT };
    let (of, connector) = (page(on_call(), PageCause::Declared), "webhook".to_owned());
    let maintenance = Some(PlannedWork { starts_at: AT, ends_at: AT });
    let opening = Opening { title: text(), components: vec![labels()], maintenance, ..Opening::default() };
    let opening = Box::new(opening);
    let handled = Change::PageHandled { page: 7, of, outcome: PageOutcome::Delivered, connector };
    let moved = Change::ComponentMoved { component: labels(), status: ComponentStatus::Operational };
    let events = vec![
        round(by_customer),
        round(sealed),
        round(of_component),
        round(event(Audience::Public, moved)),
        round(event(Audience::Public, Change::Published(face))),
        round(event(affected(), Change::Updated { text: text(), status: Status::Investigating })),
        round(event(affected(), Change::Promised { next_update: Some(AT), eta: None })),
        round(event(affected(), Change::Acknowledged {})),
        round(event(affected(), Change::Assessed { severity: Severity(2), reason: text() })),
        round(event(affected(), Change::Moved { status: Status::Resolved })),
        round(event(affected(), Change::Proposed { text: text() })),
        round(event(own(), Change::Confirmed { account: id() })),
        round(event(own(), Change::Disputed { account: id(), reason: text() })),
        round(event(own(), Change::Joined { stake: stake(), text: text() })),
        round(event(own(), Change::Revealed { to: Some(id()), incident: Box::new(incident()) })),
        round(event(own(), Change::Withdrawn {})),
        round(event(affected(), Change::WorkaroundFound { text: text() })),
        round(event(own(), Change::SeveritySet { account: id(), severity: Severity(1), reason: text() })),
        round(event(
            own(),
            Change::DowngradeProposed { account: id(), severity: Severity(3), reason: text(), until: Some(AT) },
        )),
        round(event(own(), Change::DowngradeRefused { account: id(), reason: text() })),
        round(event(own(), lowered)),
        round(event(Audience::Internal, Change::Advised { severity: Severity(1), cause: RaiseCause::Duration })),
        round(event(own(), Change::Waived { account: id(), reason: text() })),
        round(event(own(), Change::Overridden { account: id(), reason: text() })),
        round(event(own(), Change::Reminded { account: id(), question: Question::Downgrade })),
        round(event(own(), Change::ReminderDelivered { account: id(), reminder: 9, to: named("ada") })),
        round(event(own(), Change::TimedOut { account: id() })),
        round(event(own(), Change::Reopened { account: id(), reason: text() })),
        round(event(affected(), Change::RoleTaken { role: "commander".into(), by: named("theo") })),
        round(event(affected(), Change::RoleReleased { role: "commander".into(), by: named("theo") })),
        round(event(Audience::Internal, Change::WarRoomSet { url: "https://meet.example/1".into() })),
        round(event(affected(), Change::OthersAffected {})),
        round(event(own(), Change::Followed { account: id(), who: named("ben"), follows: true })),
        round(event(own(), Change::Read { account: Some(id()), seq: 7 })),
        round(event(affected(), Change::Overdue { duty: Duty::Acknowledge })),
        round(event(own(), Change::Overdue { duty: Duty::Reply })),
        round(event(affected(), Change::Paused { until: AT, reason: text() })),
        round(event(Audience::Internal, Change::Paged(page(on_call(), PageCause::Declared)))),
        round(event(Audience::Internal, Change::Paged(Page { step: Some(step), ..page(theo, PageCause::Raised) }))),
        round(event(own(), Change::Paged(page(PageTarget::Account(id()), PageCause::Disputed)))),
        round(event(Audience::Internal, handled)),
        round(event(Audience::Internal, Change::Opened { reference: reference(), opening })),
        round(event(affected(), Change::Merged { into: incident_id(), reference: reference() })),
        round(event(own(), Change::Sealed { reason: text() })),
        round(event(affected(), Change::Unsealed { reason: text() })),
        round(event(own(), Change::Invited { who: named("ben"), report: Some(reported()) })),
        round(event(own(), Change::InvitedByEmail { email: "cy@acme.example".into() })),
        round(event(own(), Change::EngagementSet { account: id(), terms: Terms::default() })),
    ];
    let lacking = lacking::<Change>(events.iter().map(|event| &event["change"]));
    assert!(lacking.is_empty(), "add these above: {lacking:?}");
    assert_json_snapshot!(events);
}

#[test]
fn answers() {
    let you = You {
        person: PersonId::parse("ada"),
        name: "Ada Marsh".into(),
        account: Some(account()),
        staff: false,
        security: false,
        executive: false,
        guest: false,
    };
    let snapshot = Snapshot {
        seq: 7,
        now: AT,
        vendor: Vendor {
            name: "Northwind".into(),
            scheme: Scheme::preset("sev1-3").unwrap(),
            classes: vec![Class { id: "billing".into(), words: "Money".into() }],
            fields: serde_json::from_str(FIELDS).unwrap(),
            roles: vec!["commander".into()],
            escalations: serde_json::from_str(include_str!("escalations.json")).unwrap(),
        },
        you,
        headline: headline([&component()], [&incident()]),
        components: vec![component()],
        incidents: vec![incident()],
    };
    assert_json_snapshot!(vec![
        round(snapshot),
        round(Thread { seq: 7, incident: incident(), entries: vec![event(Audience::Public, Change::Acknowledged {})] }),
        round(Suggestions { incidents: vec![incident()] }),
        round(Incidents { incidents: Vec::new(), next: Some("7".into()) }),
        round(Receipt { incident: incident_id(), reference: "NW-4127".into(), seq: 7, answer_by: None, csm: None }),
        round(SignInRequest { invite: "one-time".into() }),
        round(Submission { id: command(), at: AT, request: Request::Report(draft()) }),
    ]);
}

#[test]
fn what_the_client_writes() {
    let submission = |request| Submission { id: command(), at: AT, request };
    // Whatever field comes later: a version without it must write the same request.
    assert_eq!(serde_json::to_string(&ReportDraft::default()).unwrap(), "{}");
    round(ReportDraft::default());
    round(headline([&component()], [&incident()]));
    round(submission(Request::Incident(incident_id(), IncidentCommand::Confirm {})));
    round(submission(Request::Account(account().id, AccountCommand::SetEngagement(Terms::default()))));
    let set = || ComponentCommand::SetStatus { status: ComponentStatus::Operational };
    round(submission(Request::Component(labels(), set())));
    for to in [Visibility::Internal, Visibility::Account(account().id), Visibility::Affected, Visibility::Public] {
        round(IncidentCommand::Update(Update {
            text: "\"\\\u{1f}\n é".into(),
            to,
            status: None,
            next_update: None,
            eta: None,
            workaround: None,
            publish: None,
        }));
    }
    let body = |request: &Request| serde_json::to_string(&request.body()).unwrap();
    let bodies = [
        body(&Request::Report(draft())),
        body(&Request::Incident(incident_id(), IncidentCommand::Acknowledge {})),
        body(&Request::Component(labels(), set())),
    ];
    let wanted = [
        serde_json::to_string(&draft()).unwrap(),
        r#"{"acknowledge":{}}"#.into(),
        r#"{"set_status":{"status":"operational"}}"#.into(),
    ];
    assert_eq!(bodies, wanted);
}

#[test]
fn problems() {
    let all: Vec<ApiError> = ErrorCode::ALL.iter().map(|code| (*code).into()).collect();
    let invalid = ApiError::from(Invalid::new("what", Constraint::TooLong(2_000)));
    assert_json_snapshot!(vec![round(all), round(vec![invalid])]);
}

#[test]
fn unknown_fields_are_ignored_and_unknown_codes_kept_readable() {
    let draft: ReportDraft =
        serde_json::from_str(r#"{"what": "x", "mood": "bad", "answers": {"weather": 1}}"#).unwrap();
    assert_eq!(draft.what, "x");
    assert_eq!(serde_json::from_str::<ErrorCode>("\"of_next_year\"").unwrap(), ErrorCode::Other);
}
