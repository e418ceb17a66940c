//! The middle pane: the incidents of one queue, a row each.

use callpoint_core::{
    model::{
        id::IncidentId,
        incident::Incident,
        policy::{SECURITY, SERVICE},
        time::{MINUTE, SECOND, Time, span},
    },
    rules::allowed::{Turn, turn},
    text::{self, fill, remaining_short, say, shape::Shape},
};
use callpoint_widget::{
    components::{icon::icon, levels},
    context::{ReaderContext, use_reader},
};
use yew::prelude::*;

use super::{ABOUT_TO_BREAK, NextDuty, QueueContext, counts_down, duty, lacks_commander};
use crate::{
    controls::{SendMessage, sends},
    layout::Workspace,
    message::ConsoleMsg,
    scene::Scene,
};

/// How often a row without a countdown is drawn again at most, in milliseconds.
const ROW_REFRESH: i64 = MINUTE / 4;

/// How long before its time an acknowledgement is marked, in milliseconds.
const ACKNOWLEDGE_SOON: i64 = 5 * MINUTE;

/// The pane.
pub fn rows(scene: &Scene<'_>, workspace: Workspace<'_>, send: &SendMessage) -> Html {
    let held = workspace.queue.of(scene.client.cache.state.incidents.values(), QueueContext::of(scene));
    // One stop for the Tab key: the row that was last at hand, else the first.
    let stop = held.iter().map(|incident| incident.id).find(|id| Some(*id) == workspace.at);
    let stop = stop.or_else(|| held.first().map(|incident| incident.id));
    html! {
        <section class="pane list" aria-label={say(workspace.queue.label())}>
            <h2>{ say(workspace.queue.label()) }{ " " }<span class="count">{ held.len() }</span></h2>
            if held.is_empty() {
                <p class="hollow">{ icon(Shape::CHECK) }{ say(workspace.queue.nothing()) }</p>
            }
            <ul class="rows">{ for held.iter().map(|incident| row(scene, workspace, incident, stop, send)) }</ul>
        </section>
    }
}

fn row(
    scene: &Scene<'_>,
    workspace: Workspace<'_>,
    incident: &Incident,
    stop: Option<IncidentId>,
    send: &SendMessage,
) -> Html {
    let id = incident.id;
    // A row without a countdown is drawn again only when what it says can have changed.
    let step = if counts_down(incident, &scene.vendor.scheme, scene.now) { SECOND } else { ROW_REFRESH };
    html! {
        <IncidentRow key={id.to_string()} {send} incident={incident.clone()} unread={scene.client.cache.unread(id)}
            drafted={workspace.drafts.get(&id).is_some_and(|draft| !draft.is_blank())}
            focusable={stop == Some(id)} open={workspace.open == Some(id)}
            now={Time(scene.now.0.div_euclid(step) * step)} />
    }
}

#[derive(PartialEq, Properties)]
struct IncidentRowProps {
    send: SendMessage,
    incident: Incident,
    unread: u32,
    /// Whether something is being written about it.
    drafted: bool,
    /// Whether the Tab key stops here.
    focusable: bool,
    /// Whether it is the open incident.
    open: bool,
    /// The server's time, in steps as fine as the row needs.
    now: Time,
}

/// One incident.
#[component]
fn IncidentRow(props: &IncidentRowProps) -> Html {
    let IncidentRowProps { send, incident, unread, now, .. } = props;
    let (id, now) = (incident.id, *now);
    let reader = use_reader();
    let duty = duty(incident, &reader.vendor.scheme, now);
    let late = lateness(incident, Some(duty));
    let severity = match incident.effective_severity() {
        Some(severity) => levels::severity(&reader, severity),
        None => html! { <span class="severity"><span aria-hidden="true">{ "–" }</span></span> },
    };
    html! {
        <li>
            <button class={classes!("row", (*unread > 0).then_some("fresh"))} data-incident={id.to_string()}
                tabindex={if props.focusable { "0" } else { "-1" }} aria-current={props.open.then_some("true")}
                onfocus={sends(send, ConsoleMsg::At(id))} onclick={sends(send, ConsoleMsg::Open(id))}>
                { severity }
                <span class="row-title" dir="auto">{ &incident.title }</span>
                { waiting(&reader, incident, now) }
                <span class="row-about">
                    <span class="row-accounts" dir="auto">{ accounts(incident) }</span>
                    { marks(&reader, incident) }
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
    let marks = marks.into_iter().filter(|(is_late, _)| *is_late && open);
    marks.map(|(_, key)| html! { <span class="mark late">{ say(key) }</span> }).collect()
}

fn waiting(reader: &ReaderContext, incident: &Incident, now: Time) -> Html {
    let (key, since, class) = match turn(incident, None) {
        Turn::Vendor(since) => (text::TURN_US, since, "on-us"),
        Turn::Customer(since) => (text::TURN_THEM, since, "on-them"),
        Turn::Nobody => (text::ENDED_AGO, incident.resolved_at.unwrap_or(incident.opened_at), "ended"),
        Turn::Working => return html! { <span class="row-wait">{ say(text::TURN_NONE) }</span> },
    };
    let words = fill(key, &[("span", &span(now.since(since).max(0)))]);
    html! { <span class={classes!("row-wait", class)} title={(reader.format_time)(since, true)}>{ words }</span> }
}

/// What is due next.
fn owed(duty: NextDuty, now: Time) -> Html {
    let by = |ahead, late, due: Time, soon: i64| match due.since(now) {
        over if over < 0 => (fill(late, &[("span", &span(over))]), Some("late")),
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
