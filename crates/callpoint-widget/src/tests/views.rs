//! Snapshots of every view in its states, drawn without a browser. The machine behind them is fed as a server would
//! feed it.

use crate::{
    components::{
        badge::{Variant, badge, others},
        offline::Offline,
    },
    context::{ClientContext, ReaderContext},
    driver::Driver,
    panel::{FieldError, ThreadDraft, ThreadForm},
    screens::{
        home::HomeScreen, receipt::ReceiptScreen, report::ReportScreen, status::StatusScreen, thread::ThreadScreen,
    },
};
use callpoint_core::{
    client::{Client, Codec as _, Effect, Input, JsonCodec, Reply, StreamMessage},
    model::{
        attachment::Attachment,
        command::IncidentCommand,
        component::{Component, ComponentStatus},
        event::{Audience, Change, Consent, Duty, Event, Page, PageCause, PageOutcome, PageTarget, Question},
        field::{FieldKind, ReportField},
        id::{AccountId, AttachmentId, CommandId, ComponentId, IncidentId, PersonId},
        incident::{Assessment, Attribution, Impact, Incident, Publication, RoleAssignment, Status},
        limits::title_of,
        person::{Account, Author, PersonRef, Seal},
        policy::{Class, Engagement, Terms},
        report::{Receipt, Report, ReportDraft},
        severity::{Scheme, Severity},
        stake::{Closure, Downgrade},
        time::{DAY, HOUR, MINUTE, Time},
    },
    rules::{
        headline::Headline,
        hint::{AffectedAnswer, Answers, WorkaroundAnswer},
        state::State,
    },
    text::{self, say},
    wire::{
        error::{ApiError, ErrorCode},
        protocol::{Request, Snapshot, Submission, Suggestions, Thread, Vendor, You},
    },
};
use insta::assert_snapshot;
use std::rc::Rc;

use yew::{LocalServerRenderer, prelude::*};

const NOW: Time = Time(1_800_000_000_000);

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

fn picture() -> Attachment {
    let media_type = "image/png".into();
    Attachment { id: AttachmentId::new(NOW, 1), name: "labels.png".into(), size: 4_096, media_type }
}

/// One tag a line, so that a change shows where it is.
pub(super) fn draw(client: &Client, html: Html) -> String {
    let (vendor, you) = (client.cache.vendor.clone().unwrap(), client.cache.you.clone().unwrap());
    let format_day = |at| moment(at, false);
    let reader = ReaderContext { vendor: vendor.into(), you: you.into(), format_time: moment, day, format_day };
    let props = StageProps { driver: Driver::still(client.clone(), NOW), reader, html };
    let run = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let page = run.block_on(LocalServerRenderer::<Stage>::with_props(props).hydratable(false).render());
    page.replace("><", ">\n<")
}

fn day(at: Time) -> i64 {
    at.0.div_euclid(DAY)
}

fn moment(at: Time, whole: bool) -> String {
    let minutes = at.since(NOW) / MINUTE;
    if whole { format!("exactly {minutes} min from now") } else { format!("{minutes}m") }
}

fn id() -> IncidentId {
    IncidentId::new(NOW, 1)
}

fn acme() -> Account {
    Account { id: AccountId::parse("acme").unwrap(), name: "Acme Robotics".into() }
}

fn mara() -> Author {
    let title = "Customer success manager".into();
    Author::Staff { person: PersonId::parse("mara").unwrap(), name: "Mara Lind".into(), title }
}

fn customer(person: &str) -> Author {
    Author::Customer { person: PersonId::parse(person).unwrap(), name: person.to_uppercase(), account: acme().id }
}

fn report() -> Report {
    let (what, details) = ("Labels <b>stop</b>".into(), "Since noon".into());
    let fields = [("plant".to_owned(), "Wien".to_owned())].into_iter().collect();
    let draft = ReportDraft { what, details, severity: Some(Severity(1)), fields, ..ReportDraft::default() };
    Report::parse(draft, &Scheme::preset("sev1-3").unwrap(), &[], &own_fields()).unwrap()
}

fn own_fields() -> Vec<ReportField> {
    let field =
        |id: &str, kind| ReportField { id: id.into(), label: id.to_uppercase(), kind, ..ReportField::default() };
    vec![
        ReportField { required: true, help: "On the slip".into(), ..field("order", FieldKind::Number) },
        ReportField { choices: vec!["Graz".into(), "Wien".into()], ..field("plant", FieldKind::Choice) },
        field("day", FieldKind::Date),
        field("remark", FieldKind::LongText),
    ]
}

fn declared() -> Change {
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

fn named(name: &str) -> PersonRef {
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

fn proposed(at: Time, until: Option<Time>) -> Closure {
    Closure::Proposed { at, until, reminder: None, reminded: false }
}

fn public() -> Incident {
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
fn entries() -> Vec<Event> {
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

fn opened(incident: Incident) -> Client {
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

fn submit(client: &mut Client, request: Request) -> CommandId {
    let command = CommandId::new(NOW, 77);
    client.handle(Input::Submit(Submission { id: command, at: NOW, request }), NOW);
    command
}

fn answer(client: &mut Client, command: CommandId, status: u16, body: String) {
    client.handle(Input::Answered(command, JsonCodec.reply(status, &body, None)), NOW);
}

#[test]
fn home_in_each_state() {
    let home = |client: &Client| draw(client, html! { <HomeScreen send={Callback::noop()} /> });
    assert_snapshot!("home_signed_out", home(&client(false, Vec::new())));
    assert_snapshot!("home_with_nothing_open", home(&client(true, Vec::new())));
    let waiting = own(|incident| {
        incident.id = IncidentId::new(NOW, 2);
        incident.stakes[0].unanswered_since = None;
        incident.stakes[0].closure = proposed(NOW.plus(-MINUTE), Some(NOW.plus(HOUR)));
    });
    let ended = own(|incident| {
        incident.id = IncidentId::new(NOW, 3);
        incident.status = Status::Resolved;
        incident.resolved_at = Some(NOW.plus(-90 * MINUTE));
        incident.stakes[0].closure = Closure::Confirmed(NOW.plus(-90 * MINUTE));
    });
    let mut client = client(true, vec![own(|_| ()), waiting, ended, public()]);
    let draft = ReportDraft { what: "Not sent yet".into(), severity: Some(Severity(3)), ..ReportDraft::default() };
    submit(&mut client, Request::Report(draft));
    assert_snapshot!("home_with_incidents", home(&client));
}

#[test]
fn the_form_suggests_and_the_person_decides() {
    let client = client(true, Vec::new());
    let form = |draft: &ReportDraft, error: Option<FieldError>| {
        draw(&client, html! { <ReportScreen send={Callback::noop()} draft={Rc::new(draft.clone())} {error} /> })
    };
    assert_snapshot!("report_empty", form(&ReportDraft::default(), None));
    let (stopped, around, security) = (Some(AffectedAnswer::Everyone), Some(WorkaroundAnswer::None), Some(true));
    let draft = ReportDraft {
        what: "Labels".into(),
        component: ComponentId::parse("labels"),
        severity: Some(Severity(2)),
        answers: Answers { stopped, around, security, ..Answers::default() },
        fields: [("order".to_owned(), "seven".to_owned())].into_iter().collect(),
        context: [("page".to_owned(), "https://app.example/labels".to_owned())].into_iter().collect(),
        ..ReportDraft::default()
    };
    assert_snapshot!(
        "report_field_wrong",
        form(&draft, Some(FieldError { field: "fields.order".into(), words: say(text::NEED_NUMBER).into() }))
    );
    assert_snapshot!(
        "report_overridden",
        form(&draft, Some(FieldError { field: "what".into(), words: "Tell us what's going wrong.".into() }))
    );
}

#[test]
fn received_is_said_only_after_the_answer() {
    let mut client = client(true, Vec::new());
    let draft = ReportDraft { what: "Labels".into(), severity: Some(Severity(1)), ..ReportDraft::default() };
    let command = submit(&mut client, Request::Report(draft));
    let page = |client: &Client| draw(client, html! { <ReceiptScreen send={Callback::noop()} id={command} /> });
    assert!(page(&client).contains("Sending…") && !page(&client).contains("We've got your report"));
    answer(&mut client, command, 503, String::new());
    assert!(page(&client).contains("Not saved on this device"), "{}", page(&client));
    client.handle(Input::Saved(command), NOW);
    assert!(page(&client).contains("Saved on this device. Trying again in"), "{}", page(&client));
    client.handle(Input::RetryNow, NOW);
    let receipt = Receipt {
        incident: IncidentId(command.0),
        reference: "NW-4127".into(),
        seq: 11,
        answer_by: Some(NOW.plus(30 * MINUTE)),
        csm: Some("Mara Lee".into()),
    };
    answer(&mut client, command, 201, serde_json::to_string(&receipt).unwrap());
    assert_snapshot!("receipt", page(&client));
}

#[test]
fn a_thread_in_each_state() {
    let loading = client(true, vec![own(|_| ())]);
    assert!(thread(&loading, &ThreadDraft::default()).contains("Loading…"));
    assert_snapshot!("thread_new", thread(&opened(own(|_| ())), &ThreadDraft::default()));
    let late = own(|incident| {
        incident.acknowledged = Some(Attribution { by: mara(), at: NOW });
        incident.assessment = Some(Assessment { severity: Severity(2), reason: "There is a workaround".into() });
        incident.next_update = Some(NOW.plus(-MINUTE));
        incident.seal = Some(Seal::of(PersonId::parse("ada")));
    });
    assert_snapshot!("thread_overdue", thread(&opened(late), &ThreadDraft::default()));
    let proposed = opened(own(|incident| {
        incident.stakes[0].resolution = "Restarted the queue".into();
        incident.stakes[0].closure = proposed(NOW, Some(NOW.plus(41 * HOUR)));
    }));
    assert_snapshot!("thread_proposed", thread(&proposed, &ThreadDraft::default()));
    let disputing =
        ThreadDraft { form: Some(ThreadForm::Dispute), reason: "Still <stuck>".into(), ..ThreadDraft::default() };
    assert_snapshot!("thread_disputing", thread(&proposed, &disputing));
    let settled = own(|incident| {
        incident.status = Status::Resolved;
        incident.stakes[0].closure = Closure::Confirmed(NOW);
    });
    assert_snapshot!("thread_settled", thread(&opened(settled), &ThreadDraft::default()));
}

#[test]
fn a_severity_is_talked_over() {
    let asked = opened(own(|incident| {
        incident.stakes[0].downgrade = Some(Downgrade {
            severity: Severity(3),
            reason: "Printing from the browser works".into(),
            at: NOW.plus(-MINUTE),
            until: Some(NOW.plus(3 * HOUR)),
            reminder: None,
            reminded: false,
        });
        incident.assessment = Some(Assessment { severity: Severity(3), reason: "There is a workaround".into() });
    }));
    assert_snapshot!("thread_downgrade", thread(&asked, &ThreadDraft::default()));
    let form = |form| ThreadDraft { form: Some(form), severity: Some(Severity(2)), ..ThreadDraft::default() };
    for (name, shown) in [
        ("not_less", ThreadForm::DeclineDowngrade),
        ("how_bad", ThreadForm::ChangeSeverity),
        ("let_in", ThreadForm::Invite),
    ] {
        assert_snapshot!(format!("thread_{name}"), thread(&asked, &form(shown)));
    }
}

#[test]
fn a_colleague_is_chosen_or_has_an_address() {
    let sealed = opened(own(|incident| {
        let seal = Seal::of(PersonId::parse("ada"));
        incident.seal = Some(Seal { addresses: vec!["cy@acme.example".into()], ..seal });
    }));
    let (ben, other) = (named("Ben"), PersonRef { person: PersonId::parse("ben2").unwrap(), name: "Ben".into() });
    let colleagues = Some(vec![ben.clone(), other]);
    let draft = ThreadDraft { form: Some(ThreadForm::Invite), colleagues, ..ThreadDraft::default() };
    let by_email = thread(&sealed, &draft);
    assert!(by_email.contains("type=\"email\"") && by_email.contains("Ben (ben2)"), "{by_email}");
    assert!(by_email.contains("cy@acme.example (invited, hasn"), "{by_email}");
    assert_eq!(draft.missing().map(|error| error.words), Some(say(text::NEED_COLLEAGUE).to_owned()));
    let chosen = ThreadDraft { colleague: Some(ben.person), ..draft.clone() };
    assert!(!thread(&sealed, &chosen).contains("type=\"email\"") && chosen.missing().is_none());
    let free = ThreadDraft { reason: "ben".into(), ..draft.clone() };
    assert!(free.missing().is_some(), "a name is no address");
    assert!(ThreadDraft { reason: "dan@acme.example".into(), ..draft }.missing().is_none());
}

#[test]
fn a_thread_says_who_is_on_it_and_what_helps_meanwhile() {
    let staffed = opened(own(|incident| {
        incident.roles = vec![RoleAssignment { role: "commander".into(), by: named("Theo") }];
        incident.workaround = Some("Print from the browser".into());
        (incident.others_affected, incident.drill, incident.staff_read_to) = (true, true, 90);
    }));
    assert_snapshot!("thread_staffed", thread(&staffed, &ThreadDraft::default()));
    let ended = own(|incident| {
        (incident.status, incident.resolved_at) = (Status::Resolved, Some(NOW));
        incident.stakes[0].closure = Closure::TimedOut(NOW);
    });
    assert_snapshot!("thread_to_reopen", thread(&opened(ended), &ThreadDraft::default()));
}

#[test]
fn what_one_command_changed_is_one_entry() {
    let update = Change::Updated { text: "We are on it".into(), status: Status::Identified };
    let promised = Change::Promised { next_update: Some(NOW.plus(30 * MINUTE)), eta: None };
    let changes = [Change::Moved { status: Status::Identified }, update, promised];
    let event = |(seq, change)| Event {
        seq,
        command: CommandId::new(NOW, 5),
        at: NOW,
        by: Author::Vendor,
        incident: Some(id()),
        to: Audience::Public,
        seal: None,
        change,
    };
    let incident = own(|_| ());
    let mut client = client(true, vec![incident.clone()]);
    client.handle(Input::OpenThread(incident.id), NOW);
    let entries = (11..).zip(changes).map(event).collect();
    let answer = serde_json::to_string(&Thread { seq: 90, incident, entries }).unwrap();
    client.handle(Input::ThreadLoaded(id(), JsonCodec.reply(200, &answer, None)), NOW);
    let page = thread(&client, &ThreadDraft::default());
    assert_eq!(page.matches("<li class=\"entry").count(), 1, "{page}");
    assert!(page.contains("Status: Identified · Next update by 30m"), "{page}");
}

#[test]
fn others_can_say_that_it_is_them_too() {
    let mut incident = public();
    incident.id = id();
    let open = opened(incident);
    assert_snapshot!("thread_to_join", thread(&open, &ThreadDraft::default()));
    let joining = ThreadDraft { form: Some(ThreadForm::Join), reason: "Since nine".into(), ..ThreadDraft::default() };
    assert_snapshot!("thread_joining", thread(&open, &joining));
}

#[test]
fn what_may_be_the_same_is_offered_while_typing() {
    let mut client = client(true, Vec::new());
    let draft =
        ReportDraft { what: "Labels".into(), class: Some("billing".into()), drill: true, ..ReportDraft::default() };
    let asked = client.handle(Input::FindSimilar(&draft), NOW);
    assert_eq!(asked, [Effect::FindSimilar("/v1/suggestions?text=Labels".into())]);
    let mut past = public();
    past.workaround = Some("Print from the browser".into());
    let found = Suggestions { incidents: vec![public(), past] };
    let body = serde_json::to_string(&found).unwrap();
    client.handle(Input::SimilarFound(JsonCodec.reply(200, &body, None)), NOW);
    let page = draw(
        &client,
        html! { <ReportScreen send={Callback::noop()} draft={Rc::new(draft)} error={None::<FieldError>} /> },
    );
    assert_snapshot!("report_suggesting", page);
}

#[test]
fn what_was_written_here_shows_where_it_is() {
    let mut client = opened(own(|_| ()));
    let say = IncidentCommand::Message { text: "Any news?".into(), to: None, attachments: Vec::new() };
    let command = submit(&mut client, Request::Incident(id(), say));
    assert!(thread(&client, &ThreadDraft::default()).contains("Sending…"));
    answer(&mut client, command, 409, serde_json::to_string(&ApiError::from(ErrorCode::Closed)).unwrap());
    let refused = thread(&client, &ThreadDraft::default());
    assert!(refused.contains("Couldn't send") && refused.contains("Edit and send again"), "{refused}");
}

#[test]
fn a_broken_line_is_said() {
    let mut client = client(true, Vec::new());
    assert_eq!(draw(&client, html! { <Offline send={Callback::noop()} /> }), "");
    client.handle(Input::Disconnected(Reply::none()), NOW);
    assert_snapshot!("offline", draw(&client, html! { <Offline send={Callback::noop()} /> }));
}

#[test]
fn status_in_each_size() {
    let client = client(true, vec![own(|_| ()), public()]);
    assert_snapshot!("status", draw(&client, html! { <StatusScreen send={Callback::noop()} /> }));
    for variant in [Variant::Dot, Variant::Banner, Variant::Card] {
        let drawn = badge(variant, client.condition(), &others(&client, 3));
        assert_snapshot!(format!("badge_{variant:?}"), draw(&client, drawn));
    }
}
