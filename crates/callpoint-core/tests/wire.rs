//! Snapshots of every type on the wire: a change here is a change for everybody who speaks the protocol.

#![expect(clippy::unwrap_used, reason = "a test that can't go on says where")]

use callpoint_core::{
    command::{ComponentCommand, IncidentCommand, Publish, Update, Visibility},
    component::{Component, ComponentStatus},
    error::{ApiError, ErrorCode, Invalid, Rule},
    event::{Audience, Change, Event, Face},
    hint::{Answers, Around, Data, Sees, Since, Stopped},
    id::{AccountId, CommandId, ComponentId, IncidentId, PersonId},
    incident::{Assessment, Closure, Impact, Incident, Publication, Resolution, Signed, Stake, Status},
    json::{self, Read, Write},
    person::{Account, Author},
    protocol::{Incidents, Parcel, Request, SignIn, Snapshot, Thread, Vendor, You},
    report::{Draft, Receipt, Report},
    severity::{Scheme, Severity},
    status::headline,
    time::Time,
};
use insta::assert_json_snapshot;
use serde::{Serialize, de::DeserializeOwned};

const AT: Time = Time(1_760_000_000_000);

fn command() -> CommandId {
    CommandId::new(AT, 1)
}

fn incident_id() -> IncidentId {
    IncidentId::new(AT, 2)
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

fn draft() -> Draft {
    Draft {
        what: "Labels do not print".into(),
        details: "Since noon".into(),
        component: Some(labels()),
        severity: Some(Severity(1)),
        answers: Answers {
            sees: Some(Sees::Errors),
            stopped: Some(Stopped::Everyone),
            since: Some(Since::Today),
            around: Some(Around::None),
            data: Some(Data::Safe),
            security: Some(false),
        },
        context: [("page".into(), "https://app.example/labels".into())].into(),
    }
}

fn incident() -> Incident {
    let report = Report::parse(draft(), &Scheme::preset("sev1-3").unwrap()).unwrap();
    let stake = Stake {
        account: account(),
        declared: Severity(1),
        reporter: PersonId::parse("ada").unwrap(),
        reporter_name: "Ada Marsh".into(),
        closure: Closure::Proposed(AT),
        disputes: 1,
        unanswered_since: Some(AT),
    };
    let mut incident = Incident::declared(incident_id(), "NW-4127".into(), AT, &report, stake);
    incident.assessment = Some(Assessment { severity: Severity(2), reason: "A way around exists".into() });
    incident.acknowledged = Some(Signed { by: mara(), at: AT });
    incident.next_update = Some(AT.plus(60_000));
    incident.eta = Some(AT.plus(120_000));
    incident.resolution = Some(Resolution { text: "Restarted".into(), by: mara(), at: AT });
    incident.publication = Some(Publication { title: "Label printing".into(), impact: Impact::Major });
    incident
}

fn event(to: Audience, change: Change) -> Event {
    Event { seq: 7, command: command(), at: AT, by: mara(), incident: Some(incident_id()), to, sealed: None, change }
}

fn component() -> Component {
    Component { id: labels(), name: "Labels".into(), position: 1, status: ComponentStatus::PartialOutage, since: AT }
}

/// What is written is read back as it was, by the client's reader too.
fn both<T: Read + Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: T) -> serde_json::Value {
    let text = serde_json::to_string(&value).unwrap();
    assert_eq!(json::read::<T>(&text).as_ref(), Some(&value), "{text}");
    round(value)
}

/// What the client writes is what `serde_json` writes.
fn three<T: Read + Write + Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: T) -> serde_json::Value {
    let written: serde_json::Value = serde_json::from_str(&json::write(&value)).unwrap();
    assert_eq!(written, serde_json::to_value(&value).unwrap());
    both(value)
}

/// What is written is read back as it was.
fn round<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: T) -> serde_json::Value {
    let json = serde_json::to_value(&value).unwrap();
    assert_eq!(serde_json::from_value::<T>(json.clone()).unwrap(), value);
    json
}

#[test]
fn commands() {
    let update = Update {
        text: "Cause found".into(),
        to: Visibility::Public,
        status: Some(Status::Identified),
        next_update: Some(AT),
        eta: Some(AT),
        publish: Some(Publish { title: "Label printing".into(), impact: Impact::Major, components: vec![labels()] }),
    };
    let text = || "Words".to_owned();
    assert_json_snapshot!([
        three(IncidentCommand::Message { text: text(), to: None }),
        three(IncidentCommand::Message { text: text(), to: Some(Visibility::Account(account().id)) }),
        three(IncidentCommand::Message { text: text(), to: Some(Visibility::Internal) }),
        three(IncidentCommand::Acknowledge {}),
        three(IncidentCommand::Assess { severity: Severity(2), reason: text() }),
        three(IncidentCommand::Move { status: Status::Monitoring }),
        three(IncidentCommand::Update(update)),
        three(IncidentCommand::ProposeResolution { text: text() }),
        three(IncidentCommand::Confirm {}),
        three(IncidentCommand::Dispute { reason: text() }),
        three(ComponentCommand::SetStatus { status: ComponentStatus::MajorOutage }),
    ]);
}

#[test]
fn events() {
    let report = Box::new(Report::parse(draft(), &Scheme::preset("sev1-3").unwrap()).unwrap());
    let face = Face {
        reference: "NW-4127".into(),
        title: "Label printing".into(),
        impact: Impact::Major,
        status: Status::Identified,
        opened_at: AT,
        components: vec![labels()],
        next_update: Some(AT),
        eta: None,
        resolved_at: None,
    };
    let (text, own) = (|| "Words".to_owned(), || Audience::Account(account().id));
    let affected = || Audience::Affected(vec![account().id]);
    let declared = Change::Declared { reference: "NW-4127".into(), account: account(), report };
    let mut sealed = event(Audience::Internal, Change::Said { text: text() });
    sealed.sealed = PersonId::parse("ada");
    let mut by_customer = event(own(), declared);
    by_customer.by = ada();
    let mut of_component = event(Audience::Public, Change::ComponentDefined(component()));
    (of_component.incident, of_component.by) = (None, Author::System);
    let confirmed = Change::Confirmed { account: account().id };
    let disputed = Change::Disputed { account: account().id, reason: text() };
    assert_json_snapshot!([
        both(by_customer),
        both(sealed),
        both(of_component),
        both(event(
            Audience::Public,
            Change::ComponentMoved { component: labels(), status: ComponentStatus::Operational }
        )),
        both(event(Audience::Public, Change::Published(face))),
        both(event(affected(), Change::Updated { text: text(), status: Status::Investigating })),
        both(event(affected(), Change::Promised { next_update: Some(AT), eta: None })),
        both(event(affected(), Change::Acknowledged {})),
        both(event(affected(), Change::Assessed { severity: Severity(2), reason: text() })),
        both(event(affected(), Change::Moved { status: Status::Resolved })),
        both(event(affected(), Change::Proposed { text: text() })),
        both(event(own(), confirmed)),
        both(event(own(), disputed)),
    ]);
}

#[test]
fn answers() {
    let you = You {
        person: PersonId::parse("ada"),
        name: "Ada Marsh".into(),
        account: Some(account()),
        staff: false,
        security: false,
    };
    let snapshot = Snapshot {
        seq: 7,
        now: AT,
        vendor: Vendor { name: "Northwind".into(), scheme: Scheme::preset("sev1-3").unwrap() },
        you,
        headline: headline([&component()], [&incident()]),
        components: vec![component()],
        incidents: vec![incident()],
    };
    let thread =
        Thread { seq: 7, incident: incident(), entries: vec![event(Audience::Public, Change::Acknowledged {})] };
    assert_json_snapshot!([
        both(snapshot),
        both(thread),
        round(Incidents { incidents: Vec::new(), next: Some("7".into()) }),
        three(Receipt { incident: incident_id(), reference: "NW-4127".into(), seq: 7 }),
        round(SignIn { invite: "one-time".into() }),
        three(Parcel { id: command(), at: AT, request: Request::Report(draft()) }),
    ]);
}

#[test]
fn what_the_client_writes() {
    let parcel = |request| Parcel { id: command(), at: AT, request };
    three(Draft::default());
    three(headline([&component()], [&incident()]));
    three(parcel(Request::Incident(incident_id(), IncidentCommand::Confirm {})));
    three(parcel(Request::Component(labels(), ComponentCommand::SetStatus { status: ComponentStatus::Operational })));
    for to in [Visibility::Internal, Visibility::Account(account().id), Visibility::Affected, Visibility::Public] {
        let (text, publish) = ("\"\\\u{1f}\n é".into(), None);
        three(IncidentCommand::Update(Update { text, to, status: None, next_update: None, eta: None, publish }));
    }
    let bodies = [
        Request::Report(draft()).body(),
        Request::Incident(incident_id(), IncidentCommand::Acknowledge {}).body(),
        Request::Component(labels(), ComponentCommand::SetStatus { status: ComponentStatus::Operational }).body(),
    ];
    let wanted =
        [json::write(&draft()), r#"{"acknowledge":{}}"#.into(), r#"{"set_status":{"status":"operational"}}"#.into()];
    assert_eq!(bodies, wanted);
}

#[test]
fn problems() {
    let all: Vec<ApiError> = ErrorCode::ALL.iter().map(|code| (*code).into()).collect();
    assert_json_snapshot!([both(all), both(vec![ApiError::from(Invalid::new("what", Rule::TooLong(2_000)))])]);
}

#[test]
fn unknown_fields_are_ignored_and_unknown_codes_kept_readable() {
    let draft: Draft = serde_json::from_str(r#"{"what": "x", "mood": "bad", "answers": {"weather": 1}}"#).unwrap();
    assert_eq!(draft.what, "x");
    assert_eq!(serde_json::from_str::<ErrorCode>("\"of_next_year\"").unwrap(), ErrorCode::Other);
}
