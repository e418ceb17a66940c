//! A fixture: a vendor, two of staff, incidents of each kind, drawn without a browser.

mod desktop;
mod drafts;
mod escalation;
mod facts;
mod forms;
mod places;
mod queues;
mod timeline;
mod views;

use std::rc::Rc;

use callpoint_core::{
    client::{Body, Client, Input, Reply, StreamMessage},
    model::{
        component::{Component, ComponentStatus},
        event::{Audience, Change, Event},
        id::{AccountId, CommandId, ComponentId, IncidentId, PersonId, Seq},
        incident::{Assessment, Attribution, Impact, Incident, Publication, RoleAssignment, Status},
        person::{Account, Author, PersonRef, Seal},
        policy::{COMMANDER, Class, Engagement, ROLES, SERVICE, Terms},
        report::Report,
        severity::{Scheme, Severity},
        stake::{Closure, Stake},
        time::{DAY, MINUTE, SECOND, Time},
    },
    rules::{
        headline::Headline,
        hint::{AffectedAnswer, Answers},
    },
    wire::protocol::{Snapshot, StaffProfile, Thread, Vendor, You},
};
use callpoint_widget::{
    context::{ClientContext, ReaderContext},
    driver::Driver,
};
use yew::{LocalServerRenderer, prelude::*};

use crate::{
    composer::{Composer, draft::ComposerDraft},
    incident::{IncidentView, actions::Actions},
    layout::{Workspace, layout},
    queue::Queue,
};

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

fn day(at: Time) -> i64 {
    at.0.div_euclid(DAY)
}

fn moment(at: Time, whole: bool) -> String {
    let minutes = at.since(NOW) / MINUTE;
    if whole { format!("exactly {minutes} min from now") } else { format!("{minutes}m") }
}

fn id(number: u128) -> IncidentId {
    IncidentId::new(NOW, number)
}

fn account(key: &str, name: &str) -> Account {
    Account { id: AccountId::parse(key).unwrap(), name: name.to_owned() }
}

fn component(key: &str, name: &str, status: ComponentStatus, position: u32) -> Component {
    Component {
        id: ComponentId::parse(key).unwrap(),
        name: name.to_owned(),
        position,
        status,
        since: NOW,
        by_hand: Some(status),
    }
}

fn report(what: &str, severity: u8) -> Report {
    Report {
        what: what.to_owned(),
        details: String::new(),
        component: ComponentId::parse("actions"),
        severity: Severity(severity),
        class: SERVICE.to_owned(),
        drill: false,
        answers: Answers { stopped: Some(AffectedAnswer::Everyone), ..Answers::default() },
        fields: Vec::new(),
        context: [("page".to_owned(), "https://app.example/pipelines".to_owned())].into_iter().collect(),
        attachments: Vec::new(),
    }
}

fn named(key: &str, name: &str) -> PersonRef {
    PersonRef { person: PersonId::parse(key).unwrap(), name: name.to_owned() }
}

fn stake(account: Account, severity: u8, minutes: i64) -> Stake {
    Stake {
        account,
        title: String::new(),
        declared: Severity(severity),
        lowered: None,
        downgrade: None,
        reporter: PersonId::parse("ada").unwrap(),
        reporter_name: "Ada Marsh".to_owned(),
        opened_by_staff: false,
        terms: Terms::default(),
        csm: Some(named("mara", "Mara Lind")),
        followers: vec![named("ada", "Ada Marsh"), named("ben", "Ben Ode")],
        formerly: Vec::new(),
        closure: Closure::Open,
        resolution: String::new(),
        reminders: 0,
        reminded_at: None,
        acknowledged: None,
        reply_overdue: false,
        disputes: 0,
        unanswered_since: Some(NOW.plus(-minutes * MINUTE)),
        read_to: 0,
    }
}

fn acme() -> Account {
    account("acme", "Acme Robotics")
}

fn incident(number: u128, what: &str, severity: u8, minutes: i64) -> Incident {
    let at = NOW.plus(-minutes * MINUTE);
    Incident {
        stakes: vec![stake(acme(), severity, minutes)],
        components: ComponentId::parse("actions").into_iter().collect(),
        ..Incident::bare(id(number), format!("NW-{}", 4100 + number), what.to_owned(), at)
    }
}

/// An incident that asks for nothing but work.
fn quiet(number: u128, what: &str, severity: u8) -> Incident {
    let mut incident = incident(number, what, severity, 42);
    incident.acknowledged = told().acknowledged;
    incident.stakes[0].unanswered_since = None;
    incident.next_update = Some(NOW.plus(90 * MINUTE));
    incident.roles = vec![RoleAssignment { role: COMMANDER.to_owned(), by: named("theo", "Theo Brandt") }];
    incident
}

/// A seal that opens to Ada.
fn seal() -> Option<Seal> {
    Some(Seal::of(PersonId::parse("ada")))
}

fn on_terms(engagement: Engagement) -> Terms {
    Terms { engagement, ..Terms::default() }
}

fn staff() -> Author {
    Author::Staff { person: PersonId::parse("mara").unwrap(), name: "Mara Lind".into(), title: "CSM".into() }
}

fn ada() -> Author {
    Author::Customer {
        person: PersonId::parse("ada").unwrap(),
        name: "Ada Marsh".into(),
        account: AccountId::parse("acme").unwrap(),
    }
}

fn event(seq: Seq, by: Author, to: Audience, change: Change) -> Event {
    let at = NOW.plus(-MINUTE);
    let command = CommandId::new(NOW, u128::from(seq));
    Event { seq, command, at, by, incident: Some(id(1)), to, seal: None, change }
}

/// An acknowledged incident that was assessed, published, proposed and disputed.
fn told() -> Incident {
    let mut incident = incident(1, "Pipelines stand still", 1, 42);
    incident.stakes[0].disputes = 1;
    incident.stakes[0].unanswered_since = None;
    incident.acknowledged = Some(Attribution { by: staff(), at: NOW });
    incident.assessment = Some(Assessment { severity: Severity(2), reason: "One region.".into() });
    incident.next_update = Some(NOW.plus(11 * MINUTE + 42 * SECOND));
    incident.publication = Some(Publication { title: "Actions delayed".into(), impact: Impact::Major });
    incident
}

fn entries() -> Vec<Event> {
    let to_acme = || Audience::Account(acme().id);
    let declared = Change::Declared {
        reference: "NW-4101".into(),
        title: "Pipelines stand still".into(),
        account: acme(),
        report: Box::new(report("Pipelines stand still", 1)),
        terms: Terms::default(),
        csm: None,
    };
    let said = |text: &str| Change::Said { text: text.into(), mentions: Vec::new(), attachments: Vec::new() };
    vec![
        event(1, ada(), to_acme(), declared),
        event(2, staff(), Audience::Internal, said("Looks like the <queue>.")),
        event(3, staff(), to_acme(), said("We see it.")),
        event(
            4,
            staff(),
            Audience::Affected(vec![acme().id, AccountId::parse("globex").unwrap()]),
            Change::Updated { text: "Two accounts.".into(), status: Status::Identified },
        ),
        event(5, staff(), Audience::Public, Change::Updated { text: "Everybody.".into(), status: Status::Monitoring }),
    ]
}

fn vendor() -> Vendor {
    Vendor {
        name: "Northwind".into(),
        scheme: Scheme::preset("sev1-3").unwrap(),
        classes: vec![Class { id: "billing".into(), words: "A bill is wrong".into() }],
        fields: Vec::new(),
        roles: ROLES.map(str::to_owned).into(),
        escalations: Vec::new(),
    }
}

struct Fixture {
    client: Client,
    reader: ReaderContext,
}

impl Fixture {
    /// Everything that Mara may know.
    fn snapshot(incidents: Vec<Incident>) -> Snapshot {
        let you = You {
            person: PersonId::parse("mara"),
            name: "Mara Lind".into(),
            account: None,
            staff: true,
            security: false,
            executive: false,
            guest: false,
        };
        Snapshot {
            seq: 0,
            now: NOW,
            vendor: vendor(),
            you,
            headline: Headline::default(),
            components: vec![
                component("actions", "Actions", ComponentStatus::DegradedPerformance, 1),
                component("pages", "Pages", ComponentStatus::Operational, 2),
            ],
            incidents,
        }
    }

    fn with(incidents: Vec<Incident>) -> Self {
        let snapshot = Self::snapshot(incidents);
        let (vendor, you) = (snapshot.vendor.clone().into(), snapshot.you.clone().into());
        let mut client = Client::default();
        client.handle(Input::Start(Vec::new()), NOW);
        client.handle(Input::Connected, NOW);
        client.handle(Input::Received(StreamMessage::Reset(Box::new(snapshot))), NOW);
        let reader = ReaderContext { vendor, you, format_time: moment, day, format_day: |at| moment(at, false) };
        Self { client, reader }
    }

    fn told() -> Self {
        Self::looking(told(), entries())
    }

    /// Somebody looks at this incident, and its timeline is here.
    fn looking(incident: Incident, entries: Vec<Event>) -> Self {
        let mut fixture = Self::with(vec![incident.clone()]);
        fixture.client.handle(Input::OpenThread(id(1)), NOW);
        let thread = Thread { seq: 0, incident, entries };
        let reply = Reply { status: 200, retry_after: None, body: Body::Value(thread) };
        fixture.client.handle(Input::ThreadLoaded(id(1), reply), NOW);
        fixture
    }

    /// The same person, to whom every sealed incident is open.
    fn with_security(mut self) -> Self {
        let you = You { security: true, ..(*self.reader.you).clone() };
        self.client.cache.you = Some(you.clone());
        self.reader.you = you.into();
        self
    }

    /// One tag a line, so that a change shows where it is.
    fn draw(&self, html: Html) -> String {
        let props = StageProps { driver: Driver::still(self.client.clone(), NOW), reader: self.reader.clone(), html };
        let run = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let page = run.block_on(LocalServerRenderer::<Stage>::with_props(props).hydratable(false).render());
        page.replace("><", ">\n<")
    }

    fn incident(&self, draft: &ComposerDraft) -> String {
        let (send, draft) = (Callback::noop(), draft.clone());
        self.draw(html! { <IncidentView {send} id={id(1)} {draft} staff={Rc::default()} /> })
    }

    /// What stands above the timeline.
    fn facts(&self) -> String {
        let drawn = self.incident(&ComposerDraft::default());
        let facts = drawn.split_once("<div class=\"facts\">").unwrap().1;
        facts.split_once("class=\"timeline-box\"").unwrap().0.to_owned()
    }

    fn known(&self) -> Rc<Incident> {
        Rc::new(self.client.cache.state.incidents[&id(1)].clone())
    }

    fn actions(&self, draft: &ComposerDraft) -> String {
        self.actions_among(&[], draft)
    }

    /// `staff` are those whom a role can be handed to.
    fn actions_among(&self, staff: &[StaffProfile], draft: &ComposerDraft) -> String {
        let (send, draft, staff) = (Callback::noop(), draft.clone(), Rc::new(staff.to_vec()));
        self.draw(html! { <Actions {send} incident={self.known()} {draft} {staff} /> })
    }

    fn composer(&self, draft: &ComposerDraft) -> String {
        let (send, draft) = (Callback::noop(), draft.clone());
        self.draw(html! { <Composer {send} incident={self.known()} {draft} /> })
    }

    fn layout(&self, queue: Queue) -> String {
        let driver = Driver::still(self.client.clone(), NOW);
        self.draw(layout(&driver, &Workspace { queue, ..Workspace::default() }, &Callback::noop()))
    }
}

/// Incidents of each kind that a row can show.
fn variety() -> Vec<Incident> {
    let mut sealed = incident(2, "Somebody else's data", 2, 5);
    sealed.seal = seal();
    let mut late = incident(3, "Webhooks late", 2, 90);
    late.acknowledged = told().acknowledged;
    late.stakes[0].unanswered_since = None;
    late.next_update = Some(NOW.plus(-4 * MINUTE));
    let mut asked = incident(4, "Pages stale", 3, 300);
    asked.acknowledged = told().acknowledged;
    asked.stakes[0].unanswered_since = None;
    asked.stakes[0].closure =
        Closure::Proposed { at: NOW.plus(-30 * MINUTE), until: None, reminder: None, reminded: false };
    let mut ended = incident(5, "Long over", 1, 3000);
    ended.status = Status::Resolved;
    ended.stakes[0].closure = Closure::Confirmed(NOW);
    ended.resolved_at = Some(NOW.plus(-90 * MINUTE));
    let mut public = Incident { stakes: Vec::new(), ..told() };
    public.id = id(6);
    public.next_update = None;
    public.assessment = None;
    let mut merged = incident(7, "Nothing builds here either", 1, 3);
    merged.merged_into = Some(id(1));
    merged.status = Status::Resolved;
    vec![asked, ended, public, late, incident(1, "Nothing builds", 1, 3), sealed, merged]
}
