//! The middle pane: the incidents of one queue, a row each.

use std::rc::Rc;

use callpoint_core::{
    model::{
        id::IncidentId,
        incident::Incident,
        policy::{SECURITY, SERVICE},
        time::{MINUTE, SECOND, Time},
    },
    rules::{
        allowed::{Turn, turn},
        search::Query,
    },
    text::{self, fill, remaining_short, say, shape::Shape},
    wire::search::SearchHit,
};
use callpoint_widget::{
    components::{icon::icon, levels},
    context::{ReaderContext, use_client, use_driver, use_incident, use_now, use_reader},
};
use yew::prelude::*;

use super::{
    ABOUT_TO_BREAK, NextDuty, QUEUE_REFRESH, Queue, QueueContext, counts_seconds, duty,
    filter::Filter,
    filters::{self, Filters, filter_button},
    lacks_commander,
    list::IncidentRows,
    search::{Found, SearchField, known, marked, more, search_note},
};
use crate::{controls::sends, message::ConsoleMsg, place::Place};

/// How long before its time an acknowledgement is marked, in milliseconds.
const ACKNOWLEDGE_SOON: i64 = 5 * MINUTE;

/// What the pane needs.
#[derive(PartialEq, Properties)]
pub struct QueuePaneProps {
    /// Sends messages to the console.
    pub send: Callback<ConsoleMsg>,
    /// The chosen queue.
    pub queue: Queue,
    /// What is shown of it.
    pub filter: Filter,
    /// Whether the choice of that is open.
    pub filters: bool,
    /// What is searched for, in place of the queue; empty where nothing is.
    pub search: String,
    /// What the server found.
    pub found: Found,
    /// The open incident.
    pub open: Option<IncidentId>,
    /// What something is being written about.
    pub drafted: Rc<Vec<IncidentId>>,
}

/// The pane: which incidents stand in the queue, and in what order.
#[component]
pub fn QueuePane(props: &QueuePaneProps) -> Html {
    let QueuePaneProps { send, queue, filter, filters, search, found, open, drafted } = props;
    let queue = *queue;
    let person = use_reader().you.person.clone();
    let now = use_now(QUEUE_REFRESH);
    let is_search = !search.trim().is_empty();
    let query = Query::parse(search);
    let hits = if is_search { found.holding(search, &query) } else { Rc::default() };
    let beside: Vec<IncidentId> = hits.iter().map(|hit| hit.incident.id).collect();
    let (text, chosen) = (search.clone(), filter.clone());
    let listed = use_client(move |client| {
        let incidents = client.cache.state.incidents.values();
        let ids = |incidents: &[&Incident]| incidents.iter().map(|incident| incident.id).collect::<Vec<_>>();
        if !is_search {
            let all = queue.of(incidents, QueueContext { now, person: person.as_ref() });
            let count = all.len();
            return (Rc::new(ids(&chosen.of(all, person.as_ref()))), count);
        }
        let mut held = ids(&known(incidents, &query, &text));
        let new: Vec<_> = beside.iter().filter(|id| !held.contains(id)).copied().collect();
        held.extend(new);
        let count = held.len();
        (Rc::new(held), count)
    });
    let (held, all) = &*listed;
    let narrows = !is_search && filter.narrows();
    let count = match narrows {
        true => fill(text::FILTER_SHOWN, &[("shown", &held.len().to_string()), ("all", &all.to_string())]),
        false => all.to_string(),
    };
    let view = Place { queue, incident: None, search: search.clone(), filter: filter.clone() }.address();
    let heading = say(if is_search { text::SEARCH_RESULTS } else { queue.label() });
    let is_whole = !is_search || found.text == *search && found.next.is_none() && !found.failed;
    html! {
        <section class="pane list" aria-label={heading}>
            <header>
                <h2>{ heading }if is_whole { { " " }<span class="count">{ count }</span> }</h2>
                if !is_search { { filter_button(filter, *filters, send) } }
                <SearchField {send} search={search.clone()} first={held.first().copied()} />
            </header>
            if *filters && !is_search { <Filters {send} filter={filter.clone()} /> }
            if is_search {
                { search_note(search, found, held.is_empty(), send) }
            } else if held.is_empty() && narrows {
                { filters::nothing(send) }
            } else if held.is_empty() {
                <p class="hollow">{ icon(Shape::CHECK) }{ say(queue.nothing()) }</p>
            }
            <IncidentRows {send} {view} search={search.clone()} {hits} held={held.clone()} open={*open} {drafted} />
            if is_search { { more(search, found, send) } }
        </section>
    }
}

/// What a row needs.
#[derive(PartialEq, Properties)]
pub struct IncidentRowProps {
    /// Sends messages to the console.
    pub send: Callback<ConsoleMsg>,
    /// The row has the focus.
    pub focused: Callback<IncidentId>,
    /// The incident.
    pub id: IncidentId,
    /// What is searched for; empty where nothing is.
    pub search: String,
    /// What the server found of it.
    pub hit: Option<SearchHit>,
    /// Whether something is being written about it.
    pub drafted: bool,
    /// Whether the Tab key stops here.
    pub focusable: bool,
    /// Whether it is the open incident.
    pub open: bool,
}

/// One incident. It is drawn again by itself: when the incident has changed, and now and then for the times in it.
#[component]
pub fn IncidentRow(props: &IncidentRowProps) -> Html {
    let IncidentRowProps { send, focused, id, .. } = props;
    let id = *id;
    let reader = use_reader();
    let incident = use_incident(id);
    let unread = use_client(move |client| client.cache.unread(id));
    let now = use_now(QUEUE_REFRESH);
    let hit = props.hit.as_ref();
    let Some(incident) = incident.or_else(|| hit.map(|hit| Rc::new(hit.incident.clone()))) else {
        return Html::default();
    };
    let query = Query::parse(&props.search);
    let excerpt = hit.and_then(|hit| hit.excerpt.as_ref()).map(|excerpt| marked(&query, &excerpt.text));
    let duty = duty(&incident, &reader.vendor.scheme, now);
    let late = lateness(&incident, Some(duty));
    let severity = match incident.effective_severity() {
        Some(severity) => levels::severity(&reader, severity),
        None => html! { <span class="severity"><span aria-hidden="true">{ "–" }</span></span> },
    };
    html! {
        <button class={classes!("row", (*unread > 0).then_some("fresh"))} data-incident={id.to_string()}
            tabindex={if props.focusable { "0" } else { "-1" }} aria-current={props.open.then_some("true")}
            onfocus={focused.reform(move |_| id)} onclick={sends(send, ConsoleMsg::Open(id))}>
            { severity }
            <span class="row-title" dir="auto">{ marked(&query, &incident.title) }</span>
            { waiting(&reader, &incident, now) }
            <span class="row-about">
                <span class="row-accounts" dir="auto">{ marked(&query, &accounts(&incident)) }</span>
                { marks(&reader, &incident) }
                if props.drafted { <span class="mark">{ say(text::DRAFT_MARK) }</span> }
                if *unread > 0 {
                    <span class="new">{ fill(text::MARK_NEW, &[("count", &unread.to_string())]) }</span>
                }
            </span>
            <span class="reference">{ &incident.reference }</span>
            <Owed {duty} />
            if let Some(excerpt) = excerpt { <span class="row-found" dir="auto">{ excerpt }</span> }
            if !late.is_empty() { <span class="row-late">{ late }</span> }
        </button>
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

#[derive(PartialEq, Properties)]
struct OwedProps {
    duty: NextDuty,
}

/// What is due next. Where it is counted by the second, nothing else is drawn for that.
#[component]
fn Owed(props: &OwedProps) -> Html {
    let duty = props.duty;
    let driver = use_driver();
    let seconds = counts_seconds(duty, driver.now());
    owed(duty, use_now(if seconds { SECOND } else { QUEUE_REFRESH }))
}

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
