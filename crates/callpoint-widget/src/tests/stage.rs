//! What the snapshots are drawn of: a client machine that is fed as a server would feed it, and incidents in every state.

use crate::{
    context::{ClientContext, ReaderContext},
    driver::Driver,
    panel::ThreadDraft,
    screens::thread::ThreadScreen,
};
use callpoint_core::{
    client::{Client, Codec as _, Input, JsonCodec, StreamMessage},
    model::{
        attachment::Attachment,
        component::{Component, ComponentStatus},
        event::{Audience, Change, Consent, Duty, Event, Page, PageCause, PageOutcome, PageTarget, Question},
        field::{FieldKind, ReportField},
        id::{AccountId, AttachmentId, CommandId, ComponentId, IncidentId, PersonId},
        incident::{Impact, Incident, Publication, Status},
        limits::title_of,
        person::{Account, Author, PersonRef},
        policy::{Class, Engagement, Terms},
        report::{Report, ReportDraft},
        severity::{Scheme, Severity},
        stake::Closure,
        time::{DAY, MINUTE, Time},
    },
    rules::{headline::Headline, state::State},
    wire::protocol::{Request, Snapshot, Submission, Thread, Vendor, You},
};

use yew::{LocalServerRenderer, prelude::*};

pub(super) const NOW: Time = Time(1_800_000_000_000);

#[derive(PartialEq, Properties)]
struct StageProps {
    driver: Driver,
    reader: ReaderContext,
    html: Html,
}

#[component]
fn Stage(props: &StageProps) -> Html {
    let context = ClientContext { driver: props.driver.clone(), reader: Some(props.reader.clone()) };
    html! { <ContextProvider<ClientContext> {context}>{ props.html.clone() }</ContextProvider<ClientContext>> }
}

pub(super) fn picture() -> Attachment {
    let media_type = "image/png".into();
    Attachment { id: AttachmentId::new(NOW, 1), name: "labels.png".into(), size: 4_096, media_type }
}

pub(super) fn reader(client: &Client) -> ReaderContext {
    let (vendor, you) = (client.cache.vendor.clone().unwrap(), client.cache.you.clone().unwrap());
    let format_day = |at| moment(at, false);
    ReaderContext { vendor: vendor.into(), you: you.into(), format_time: moment, day, format_day }
}

/// One tag a line, so that a change shows where it is.
pub(super) fn draw(client: &Client, html: Html) -> String {
    let props = StageProps { driver: Driver::still(client.clone(), NOW), reader: reader(client), html };
    let run = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let page = run.block_on(LocalServerRenderer::<Stage>::with_props(props).hydratable(false).render());
    page.replace("><", ">\n<")
}

pub(super) fn day(at: Time) -> i64 {
    at.0.div_euclid(DAY)
}

pub(super) fn moment(at: Time, whole: bool) -> String {
    let minutes = at.since(NOW) / MINUTE;
    if whole { format!("exactly {minutes} min from now") } else { format!("{minutes}m") }
}

pub(super) fn id() -> IncidentId {
    IncidentId::new(NOW, 1)
}

pub(super) fn acme() -> Account {
    Account { id: AccountId::parse("acme").unwrap(), name: "Acme Robotics".into() }
}

pub(super) fn mara() -> Author {
    let title = "Customer success manager".into();
    Author::Staff { person: PersonId::parse("mara").unwrap(), name: "Mara Lind".into(), title }
}

pub(super) fn customer(person: &str) -> Author {
    Author::Customer { person: PersonId::parse(person).unwrap(), name: person.to_uppercase(), account: acme().id }
}

pub(super) fn report() -> Report {
    let (what, details) = ("Labels <b>stop</b>".into(), "Since noon".into());
    let fields = [("plant".to_owned(), "Wien".to_owned())].into_iter().collect();
    let draft = ReportDraft { what, details, severity: Some(Severity(1)), fields, ..ReportDraft::default() };
    Report::parse(draft, &Scheme::preset("sev1-3").unwrap(), &[], &own_fields()).unwrap()
}

pub(super) fn own_fields() -> Vec<ReportField> {
    let field =
        |id: &str, kind| ReportField { id: id.into(), label: id.to_uppercase(), kind, ..ReportField::default() };
    vec![
        ReportField { required: true, help: "On the slip".into(), ..field("order", FieldKind::Number) },
        ReportField { choices: vec!["Graz".into(), "Wien".into()], ..field("plant", FieldKind::Choice) },
        field("day", FieldKind::Date),
        field("remark", FieldKind::LongText),
    ]
}

pub(super) fn declared() -> Change {
    let (account, terms) = (acme(), Terms { engagement: Engagement::Shared, ..Terms::default() });
    Change::Declared {
        reference: "NW-4127".into(),
        title: title_of(&report().what),
        account,
        report: Box::new(report()),
        terms,
        csm: Some(named("Mara")),
    }
}

pub(super) fn named(name: &str) -> PersonRef {
    PersonRef { person: PersonId::parse(&name.to_lowercase()).unwrap(), name: name.into() }
}

pub(super) fn own(change: impl FnOnce(&mut Incident)) -> Incident {
    let (command, at, to) = (CommandId::new(NOW, 1), NOW.plus(-3 * MINUTE), Audience::Account(acme().id));
    let mut state = State::default();
    state.apply(&Event {
        seq: 1,
        command,
        at,
        by: customer("ada"),
        incident: Some(id()),
        to,
        seal: None,
        change: declared(),
    });
    let mut incident = state.incidents.into_iter().map(|(_, incident)| incident).next().unwrap();
    change(&mut incident);
    incident
}

pub(super) fn proposed(at: Time, until: Option<Time>) -> Closure {
    Closure::Proposed { at, until, reminder: None, reminded: false }
}

pub(super) fn public() -> Incident {
    own(|incident| {
        incident.id = IncidentId::new(NOW, 4);
        incident.stakes.clear();
        incident.title = "Label printing is slow".into();
        incident.next_update = Some(NOW.plus(12 * MINUTE));
        incident.eta = Some(NOW.plus(40 * MINUTE));
        incident.publication = Some(Publication { title: incident.title.clone(), impact: Impact::Major });
    })
}

pub(super) fn client(signed_in: bool, incidents: Vec<Incident>) -> Client {
    let component = |position, key: &str, status| Component {
        id: ComponentId::parse(key).unwrap(),
        name: key.to_uppercase(),
        position,
        status,
        since: NOW,
        by_hand: Some(status),
    };
    let (person, account) = (PersonId::parse("ada").filter(|_| signed_in), signed_in.then(acme));
    let snapshot = Snapshot {
        seq: 10,
        now: NOW,
        vendor: Vendor {
            name: "Northwind".into(),
            scheme: Scheme::preset("sev1-3").unwrap(),
            classes: vec![Class { id: "billing".into(), words: "Money or invoices".into() }],
            fields: own_fields(),
            roles: Vec::new(),
            escalations: Vec::new(),
        },
        you: You { person, name: "ADA".into(), account, staff: false, security: false, executive: false, guest: false },
        headline: Headline::default(),
        components: vec![
            component(1, "labels", ComponentStatus::DegradedPerformance),
            component(2, "checkout", ComponentStatus::Operational),
        ],
        incidents,
    };
    let mut client = Client::new(1);
    client.handle(Input::Start(Vec::new()), NOW);
    client.handle(Input::Connected, NOW);
    client.handle(Input::Received(StreamMessage::Reset(Box::new(snapshot))), NOW);
    client
}

/// One entry of each kind.
pub(super) fn entries() -> Vec<Event> {
    let (account, affected) = (|| Audience::Account(acme().id), || Audience::Affected(vec![acme().id]));
    let text = || "We see it too.\nA second line.".to_owned();
    let promised = |next_update| Change::Promised { next_update, eta: None };
    let id = || acme().id;
    let lowered = |consent| Change::Lowered { account: id(), severity: Severity(2), reason: text(), consent };
    let by_account = || PageTarget::Account(id());
    let page = || Page { whom: by_account(), severity: Severity(1), cause: PageCause::Disputed, step: None };
    let handled = |outcome| Change::PageHandled { page: 30, of: page(), outcome, connector: "webhook".into() };
    let role = || "commander".to_owned();
    let told = [
        (customer("ada"), account(), declared()),
        (mara(), affected(), Change::Acknowledged {}),
        (mara(), account(), Change::Said { text: text(), mentions: Vec::new(), attachments: vec![picture()] }),
        (
            customer("ben"),
            account(),
            Change::Said { text: "Same here".into(), mentions: Vec::new(), attachments: Vec::new() },
        ),
        (mara(), affected(), Change::Assessed { severity: Severity(2), reason: "There is a workaround".into() }),
        (Author::Vendor, Audience::Public, Change::Updated { text: text(), status: Status::Identified }),
        (Author::Vendor, Audience::Public, promised(Some(NOW.plus(5 * MINUTE)))),
        (Author::Vendor, Audience::Public, promised(None)),
        (Author::System, Audience::Public, Change::Moved { status: Status::Monitoring }),
        (mara(), affected(), Change::Proposed { text: "Restarted the queue".into() }),
        (customer("ada"), account(), Change::Disputed { account: acme().id, reason: "Still stuck".into() }),
        (customer("ben"), account(), Change::Confirmed { account: acme().id }),
        (customer("ben"), account(), Change::SeveritySet { account: id(), severity: Severity(1), reason: text() }),
        (
            mara(),
            account(),
            Change::DowngradeProposed { account: id(), severity: Severity(3), reason: text(), until: None },
        ),
        (customer("ben"), account(), Change::DowngradeRefused { account: id(), reason: text() }),
        (mara(), account(), lowered(Consent::Vendor)),
        (customer("ben"), account(), lowered(Consent::Account)),
        (Author::System, account(), lowered(Consent::Silence)),
        (mara(), account(), Change::Waived { account: id(), reason: text() }),
        (mara(), account(), Change::Overridden { account: id(), reason: text() }),
        (Author::System, account(), Change::Reminded { account: id(), question: Question::Resolution }),
        (Author::System, account(), Change::Reminded { account: id(), question: Question::Downgrade }),
        (Author::System, account(), Change::ReminderDelivered { account: id(), reminder: 9, to: named("Ada") }),
        (Author::System, account(), Change::TimedOut { account: id() }),
        (customer("ben"), account(), Change::Reopened { account: id(), reason: text() }),
        (mara(), affected(), Change::RoleTaken { role: role(), by: named("Theo") }),
        (mara(), affected(), Change::RoleReleased { role: role(), by: named("Theo") }),
        (Author::System, affected(), Change::Overdue { duty: Duty::Acknowledge }),
        (Author::System, affected(), Change::Overdue { duty: Duty::Promise }),
        (Author::System, affected(), Change::Overdue { duty: Duty::Update }),
        (Author::System, account(), Change::Overdue { duty: Duty::Reply }),
        (mara(), affected(), Change::Paused { until: NOW, reason: text() }),
        (Author::System, account(), handled(PageOutcome::Delivered)),
        (Author::System, affected(), Change::OthersAffected {}),
        (mara(), affected(), Change::WorkaroundFound { text: text() }),
        (mara(), affected(), Change::Merged { into: IncidentId::new(NOW, 9), reference: "NW-4100".into() }),
        (mara(), account(), Change::Sealed { reason: text() }),
        (mara(), account(), Change::Unsealed { reason: text() }),
        (customer("ada"), account(), Change::Invited { who: named("Ben"), report: None }),
        (customer("ada"), account(), Change::InvitedByEmail { email: "cy@acme.example".into() }),
        (mara(), account(), Change::Invited { who: named("Theo"), report: None }),
        (Author::System, account(), Change::Invited { who: named("Cy"), report: None }),
        // No line of their own:
        (Author::System, account(), Change::Paged(page())),
        (Author::System, account(), handled(PageOutcome::Undelivered)),
        (Author::System, account(), Change::Read { account: None, seq: 3 }),
        (customer("ben"), account(), Change::Followed { account: id(), who: named("Ben"), follows: true }),
        (mara(), account(), Change::Withdrawn {}),
    ];
    let event = |(seq, (by, to, change)): (u64, (Author, Audience, Change))| {
        let (command, at) = (CommandId::new(NOW, u128::from(seq)), NOW.plus(-2 * MINUTE));
        Event { seq, command, at, by, incident: Some(self::id()), to, seal: None, change }
    };
    (1..).zip(told).map(event).collect()
}

pub(super) fn opened(incident: Incident) -> Client {
    opened_with(incident, entries())
}

/// A message that came this many milliseconds from now.
pub(super) fn said(seq: u64, after: i64) -> Event {
    let change = Change::Said { text: "We see it too.".into(), mentions: Vec::new(), attachments: Vec::new() };
    let (command, at) = (CommandId::new(NOW, u128::from(seq)), NOW.plus(after));
    Event { seq, command, at, by: mara(), incident: Some(id()), to: Audience::Account(acme().id), seal: None, change }
}

pub(super) fn opened_with(incident: Incident, entries: Vec<Event>) -> Client {
    let mut client = client(true, vec![incident.clone()]);
    client.handle(Input::OpenThread(incident.id), NOW);
    let answer = serde_json::to_string(&Thread { seq: 90, incident, entries }).unwrap();
    client.handle(Input::ThreadLoaded(id(), JsonCodec.reply(200, &answer, None)), NOW);
    client
}

pub(super) fn thread(client: &Client, draft: &ThreadDraft) -> String {
    draw(client, html! { <ThreadScreen send={Callback::noop()} id={id()} draft={draft.clone()} /> })
}

pub(super) fn submit(client: &mut Client, request: Request) -> CommandId {
    let command = CommandId::new(NOW, 77);
    client.handle(Input::Submit(Submission { id: command, at: NOW, request }), NOW);
    command
}

pub(super) fn answer(client: &mut Client, command: CommandId, status: u16, body: String) {
    client.handle(Input::Answered(command, JsonCodec.reply(status, &body, None)), NOW);
}
