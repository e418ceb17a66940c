//! The middle pane: the incidents of one queue, a row each.

use std::rc::Rc;

use callpoint_core::{
    model::{
        id::IncidentId,
        incident::Incident,
        policy::{SECURITY, SERVICE},
        time::{MINUTE, SECOND, Time},
    },
    rules::allowed::{Turn, turn},
    text::{self, fill, remaining_short, say, shape::Shape},
};
use callpoint_widget::{
    components::{icon::icon, levels, window::MountedRange},
    context::{ReaderContext, use_client, use_driver, use_incident, use_now, use_reader},
};
use web_sys::Element;
use yew::prelude::*;

use super::{ABOUT_TO_BREAK, NextDuty, QUEUE_REFRESH, Queue, QueueContext, counts_down, duty, lacks_commander};
use crate::{
    controls::sends,
    message::ConsoleMsg,
    platform::{self, KeyListener},
};

/// How long before its time an acknowledgement is marked, in milliseconds.
const ACKNOWLEDGE_SOON: i64 = 5 * MINUTE;

/// What the pane needs.
#[derive(PartialEq, Properties)]
pub struct QueuePaneProps {
    /// Sends messages to the console.
    pub send: Callback<ConsoleMsg>,
    /// The chosen queue.
    pub queue: Queue,
    /// The open incident.
    pub open: Option<IncidentId>,
    /// What something is being written about.
    pub drafted: Rc<Vec<IncidentId>>,
}

/// The pane: which incidents stand in the queue, and in what order.
#[component]
pub fn QueuePane(props: &QueuePaneProps) -> Html {
    let QueuePaneProps { send, queue, open, drafted } = props;
    let queue = *queue;
    let person = use_reader().you.person.clone();
    let now = use_now(QUEUE_REFRESH);
    let held = use_client(move |client| {
        let held = queue.of(client.cache.state.incidents.values(), QueueContext { now, person: person.as_ref() });
        held.iter().map(|incident| incident.id).collect::<Vec<_>>()
    });
    html! {
        <section class="pane list" aria-label={say(queue.label())}>
            <h2>{ say(queue.label()) }{ " " }<span class="count">{ held.len() }</span></h2>
            if held.is_empty() {
                <p class="hollow">{ icon(Shape::CHECK) }{ say(queue.nothing()) }</p>
            }
            <IncidentRows key={queue.id()} {send} {held} open={*open} {drafted} />
        </section>
    }
}

/// What the rows need.
#[derive(PartialEq, Properties)]
pub struct IncidentRowsProps {
    send: Callback<ConsoleMsg>,
    /// The incidents of the queue, in its order.
    held: Rc<Vec<IncidentId>>,
    /// The open incident.
    open: Option<IncidentId>,
    /// What something is being written about.
    drafted: Rc<Vec<IncidentId>>,
}

/// What happens to the rows.
pub enum RowsMsg {
    /// The row below (or above) gets the focus.
    Step { down: bool },
    /// A row has the focus.
    At(IncidentId),
    /// Another part of the list.
    Show(MountedRange),
}

/// The rows: which of them are mounted, and which has the focus. A key press draws nothing but these.
pub struct IncidentRows {
    /// The row that has, or would get, the focus.
    at: Option<IncidentId>,
    /// Where the window begins.
    start: usize,
    /// Whether the row gets the focus once it is drawn.
    focus: bool,
    list: NodeRef,
    keys: Option<KeyListener>,
}

impl Component for IncidentRows {
    type Message = RowsMsg;
    type Properties = IncidentRowsProps;

    fn create(ctx: &Context<Self>) -> Self {
        Self { at: ctx.props().open, start: 0, focus: false, list: NodeRef::default(), keys: None }
    }

    fn changed(&mut self, ctx: &Context<Self>, earlier: &IncidentRowsProps) -> bool {
        if ctx.props().open != earlier.open {
            self.at = ctx.props().open.or(earlier.open);
            // Whoever leaves an incident stands at its row again.
            if ctx.props().open.is_none() {
                self.focus_row(ctx);
            }
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: RowsMsg) -> bool {
        match msg {
            RowsMsg::Step { down } => self.step(ctx, down),
            RowsMsg::At(id) => return self.at.replace(id) != Some(id),
            RowsMsg::Show(rows) => self.start = rows.range().start,
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let IncidentRowsProps { send, held, open, drafted } = ctx.props();
        let window = self.window(ctx);
        let mounted = held.get(window.range()).unwrap_or_default();
        // One stop for the Tab key: the row that was last at hand, else the first.
        let stop = self.at.filter(|at| mounted.contains(at)).or(mounted.first().copied());
        let focused = ctx.link().callback(RowsMsg::At);
        let row = |id: &IncidentId| {
            html! {
                <IncidentRow key={id.to_string()} {send} focused={focused.clone()} id={*id}
                    drafted={drafted.contains(id)} focusable={stop == Some(*id)} open={*open == Some(*id)} />
            }
        };
        let go = ctx.link().callback(RowsMsg::Show);
        let rows = mounted.iter().map(row).collect();
        html! {
            <ul class="rows" ref={self.list.clone()}>
                { window.list(rows, [text::SHOW_ROWS_BEFORE, text::SHOW_ROWS_AFTER], &go) }
            </ul>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            let link = ctx.link().clone();
            self.keys = platform::on_key(move |key| {
                let down = match key {
                    "j" | "ArrowDown" => true,
                    "k" | "ArrowUp" => false,
                    _ => return false,
                };
                link.send_message(RowsMsg::Step { down });
                true
            });
        }
        if !core::mem::take(&mut self.focus) {
            return;
        }
        if let (Some(list), Some(id)) = (self.list.cast::<Element>(), self.at) {
            platform::focus(&list, &["[data-incident=\"", &id.to_string(), "\"]"].concat());
        }
    }
}

impl IncidentRows {
    fn window(&self, ctx: &Context<Self>) -> MountedRange {
        MountedRange::from(self.start, ctx.props().held.len())
    }

    /// The row below or above; from none, the first.
    fn step(&mut self, ctx: &Context<Self>, down: bool) {
        let held = &ctx.props().held;
        let here = self.at.and_then(|at| held.iter().position(|id| *id == at));
        let there = match (here, down) {
            (None, _) => 0,
            (Some(place), true) => (place + 1).min(held.len().saturating_sub(1)),
            (Some(place), false) => place.saturating_sub(1),
        };
        self.at = held.get(there).copied().or(self.at);
        self.focus_row(ctx);
    }

    /// The row gets the focus, and is mounted for it.
    fn focus_row(&mut self, ctx: &Context<Self>) {
        let place = ctx.props().held.iter().position(|id| Some(*id) == self.at);
        if let Some(place) = place {
            self.start = self.window(ctx).around(place).range().start;
            self.focus = true;
        }
    }
}

#[derive(PartialEq, Properties)]
struct IncidentRowProps {
    send: Callback<ConsoleMsg>,
    /// The row has the focus.
    focused: Callback<IncidentId>,
    id: IncidentId,
    /// Whether something is being written about it.
    drafted: bool,
    /// Whether the Tab key stops here.
    focusable: bool,
    /// Whether it is the open incident.
    open: bool,
}

/// One incident. It is drawn again by itself: when the incident has changed, or a countdown goes on.
#[component]
fn IncidentRow(props: &IncidentRowProps) -> Html {
    let IncidentRowProps { send, focused, id, .. } = props;
    let id = *id;
    let reader = use_reader();
    let driver = use_driver();
    let incident = use_incident(id);
    let unread = use_client(move |client| client.cache.unread(id));
    let counts = |incident: &Rc<Incident>| counts_down(incident, &reader.vendor.scheme, driver.now());
    let now = use_now(if incident.as_ref().is_some_and(counts) { SECOND } else { QUEUE_REFRESH });
    let Some(incident) = incident else { return Html::default() };
    let duty = duty(&incident, &reader.vendor.scheme, now);
    let late = lateness(&incident, Some(duty));
    let severity = match incident.effective_severity() {
        Some(severity) => levels::severity(&reader, severity),
        None => html! { <span class="severity"><span aria-hidden="true">{ "–" }</span></span> },
    };
    html! {
        <li>
            <button class={classes!("row", (*unread > 0).then_some("fresh"))} data-incident={id.to_string()}
                tabindex={if props.focusable { "0" } else { "-1" }} aria-current={props.open.then_some("true")}
                onfocus={focused.reform(move |_| id)} onclick={sends(send, ConsoleMsg::Open(id))}>
                { severity }
                <span class="row-title" dir="auto">{ &incident.title }</span>
                { waiting(&reader, &incident, now) }
                <span class="row-about">
                    <span class="row-accounts" dir="auto">{ accounts(&incident) }</span>
                    { marks(&reader, &incident) }
                    if props.drafted { <span class="mark">{ say(text::DRAFT_MARK) }</span> }
                    if *unread > 0 {
                        <span class="new">{ fill(text::MARK_NEW, &[("count", &unread.to_string())]) }</span>
                    }
                </span>
                <span class="reference">{ &incident.reference }</span>
                { owed(duty, now) }
                if !late.is_empty() { <span class="row-late">{ late }</span> }
            </button>
        </li>
    }
}

/// Whose incident it is.
#[must_use]
pub fn accounts(incident: &Incident) -> String {
    if incident.stakes.is_empty() {
        return say(text::NO_ACCOUNT).to_owned();
    }
    incident.stakes.iter().map(|stake| stake.account.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// What kind of incident it is: a drill, of a class of its own, sealed, or public.
pub fn marks(reader: &ReaderContext, incident: &Incident) -> Html {
    let class = Some(&incident.class).filter(|class| *class != SERVICE && *class != SECURITY);
    let meaning = |class: &str| {
        let known = reader.vendor.classes.iter().find(|known| known.id == class);
        known.map(|known| known.words.clone())
    };
    html! {
        <>
            if incident.drill { <span class="mark drill">{ say(text::DRILL_MARK) }</span> }
            { class.map(|class| html! { <span class="mark class" title={meaning(class)}>{ class }</span> }) }
            if incident.seal.is_some() { <span class="mark">{ icon(Shape::LOCK) }{ say(text::MARK_SEALED) }</span> }
            if incident.publication.is_some() {
                <span class="mark everyone">{ icon(Shape::GLOBE) }{ say(text::MARK_PUBLIC) }</span>
            }
        </>
    }
}

/// What did not come in time, in so many words; but for what a row says `beside` it.
pub fn lateness(incident: &Incident, beside: Option<NextDuty>) -> Vec<Html> {
    let late = incident.overdue;
    let open = incident.status.is_open();
    let marks = [
        (late.acknowledge && !matches!(beside, Some(NextDuty::Acknowledge(_))), text::OVERDUE_ACKNOWLEDGE),
        (late.promise, text::OVERDUE_PROMISE),
        (late.update, text::OVERDUE_UPDATE),
        // Where there is room, it has a line of its own.
        (beside.is_some() && lacks_commander(incident), text::NO_COMMANDER),
    ];
    let replies = incident.stakes.iter().any(|stake| stake.reply_overdue && incident.is_open_to(stake));
    let replies = (replies && !late.acknowledge, text::OVERDUE_REPLY);
    let marks = marks.into_iter().map(|(is_late, key)| (is_late && open, key)).chain([replies]);
    let marks = marks.filter(|(is_late, _)| *is_late);
    marks.map(|(_, key)| html! { <span class="mark late">{ say(key) }</span> }).collect()
}

fn waiting(reader: &ReaderContext, incident: &Incident, now: Time) -> Html {
    let (key, since, class) = match turn(incident, None) {
        Turn::Vendor(since) => (text::TURN_US, since, "on-us"),
        Turn::Customer(since) => (text::TURN_THEM, since, "on-them"),
        Turn::Nobody => (text::ENDED_AGO, incident.resolved_at.unwrap_or(incident.opened_at), "ended"),
        Turn::Working => return html! { <span class="row-wait">{ say(text::TURN_NONE) }</span> },
    };
    let words = fill(key, &[("span", &text::span(now.since(since).max(0)))]);
    html! { <span class={classes!("row-wait", class)} title={(reader.format_time)(since, true)}>{ words }</span> }
}

/// What is due next.
fn owed(duty: NextDuty, now: Time) -> Html {
    let by = |ahead, late, due: Time, soon: i64| match due.since(now) {
        over if over < 0 => (fill(late, &[("span", &text::span(over))]), Some("late")),
        ahead_by => (fill(ahead, &[("time", &remaining_short(ahead_by))]), (ahead_by <= soon).then_some("soon")),
    };
    let (words, class) = match duty {
        NextDuty::Acknowledge(due) => by(text::DUTY_ACKNOWLEDGE, text::DUTY_ACKNOWLEDGE_LATE, due, ACKNOWLEDGE_SOON),
        NextDuty::Update(due) => by(text::DUTY_UPDATE, text::DUTY_UPDATE_LATE, due, ABOUT_TO_BREAK),
        NextDuty::Answer => (say(text::DUTY_ANSWER).to_owned(), None),
        NextDuty::Promise => (say(text::DUTY_NO_UPDATE).to_owned(), None),
        NextDuty::Nothing => return Html::default(),
    };
    html! { <span class={classes!("row-duty", class)}>{ words }</span> }
}
