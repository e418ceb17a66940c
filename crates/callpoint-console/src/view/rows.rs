//! The middle pane: the incidents of one queue, a row each.

use callpoint_core::{
    model::{
        incident::Incident,
        policy::{SECURITY, SERVICE},
        time::{MINUTE, Time, span},
    },
    rules::allowed::{Turn, turn},
    text::{self, fill, remaining_short, say},
};
use callpoint_widget::view::{
    Scene,
    node::el,
    shape::{Draw as _, Shape},
};
use yew::prelude::*;

use super::Desk;
use crate::{
    msg::Msg,
    queue::{ABOUT_TO_BREAK, Duty, Eyes, duty, lacks_commander},
};

/// How long before its time a first look is marked, in milliseconds.
const LOOK_SOON: i64 = 5 * MINUTE;

/// The pane.
pub fn rows(scene: &Scene<'_>, desk: Desk<'_>, send: &Callback<Msg>) -> Html {
    let held = desk.queue.of(scene.client.cache.state.incidents.values(), Eyes::of(scene));
    // One stop for the Tab key: the row that was last at hand, else the first.
    let stop = held.iter().map(|incident| incident.id).find(|id| Some(*id) == desk.at);
    let stop = stop.or_else(|| held.first().map(|incident| incident.id));
    html! {
        <section class="pane list" aria-label={say(desk.queue.label())}>
            <h2>{ say(desk.queue.label()) }{ " " }<span class="count">{ held.len() }</span></h2>
            if held.is_empty() {
                <p class="hollow">{ Shape::CHECK.draw() }{ say(desk.queue.nothing()) }</p>
            }
            <ul class="rows">
                { for held.iter().map(|incident| row(scene, desk, incident, stop == Some(incident.id), send)) }
            </ul>
        </section>
    }
}

fn row(scene: &Scene<'_>, desk: Desk<'_>, incident: &Incident, stop: bool, send: &Callback<Msg>) -> Html {
    let id = incident.id;
    let unread = scene.client.cache.unread(id);
    let late = lateness(incident, Some(duty(incident, &scene.vendor.scheme, scene.now)));
    let severity = match incident.effective_severity() {
        Some(severity) => scene.severity(severity),
        None => html! { <span class="severity"><span aria-hidden="true">{ "–" }</span></span> },
    };
    html! {
        <li key={id.to_string()}>
            <button class={classes!("row", (unread > 0).then_some("fresh"))} data-incident={id.to_string()}
                tabindex={if stop { "0" } else { "-1" }} aria-current={(desk.open == Some(id)).then_some("true")}
                onfocus={send.reform(move |_| Msg::At(id))} onclick={send.reform(move |_| Msg::Open(id))}>
                { severity }
                <span class="row-title" dir="auto">{ &incident.title }</span>
                { waiting(scene, incident) }
                <span class="row-about">
                    <span class="row-accounts" dir="auto">{ accounts(incident) }</span>
                    { marks(scene, incident) }
                    if desk.drafts.get(&id).is_some_and(|draft| !draft.is_blank()) {
                        <span class="mark">{ say(text::DRAFT_MARK) }</span>
                    }
                    if unread > 0 { <span class="new">{ fill(text::MARK_NEW, &[("count", &unread.to_string())]) }</span> }
                </span>
                <span class="reference">{ &incident.reference }</span>
                { owed(scene, incident) }
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

/// What kind of incident it is: a rehearsal, of a class of its own, closed to most eyes, or open to all.
pub fn marks(scene: &Scene<'_>, incident: &Incident) -> Html {
    let class = Some(&incident.class).filter(|class| *class != SERVICE && *class != SECURITY);
    let meaning = |class: &str| {
        let known = scene.vendor.classes.iter().find(|known| known.id == class);
        known.map(|known| known.words.clone())
    };
    html! {
        <>
            if incident.drill { <span class="mark drill">{ say(text::DRILL_MARK) }</span> }
            { class.map(|class| html! { <span class="mark class" title={meaning(class)}>{ class }</span> }) }
            if incident.seal.is_some() { <span class="mark">{ Shape::LOCK.draw() }{ say(text::MARK_SEALED) }</span> }
            if incident.publication.is_some() {
                <span class="mark everyone">{ Shape::GLOBE.draw() }{ say(text::MARK_PUBLIC) }</span>
            }
        </>
    }
}

/// What did not come in time, in so many words; but for what a row says `beside` it.
pub fn lateness(incident: &Incident, beside: Option<Duty>) -> Vec<Html> {
    let late = incident.overdue;
    let open = incident.status.is_open();
    let marks = [
        (late.acknowledge && !matches!(beside, Some(Duty::Acknowledge(_))), text::OVERDUE_ACKNOWLEDGE),
        (late.promise, text::OVERDUE_PROMISE),
        (late.update, text::OVERDUE_UPDATE),
        // Where there is room, it has a line of its own.
        (beside.is_some() && lacks_commander(incident), text::NO_COMMANDER),
    ];
    let marks = marks.into_iter().filter(|(is_late, _)| *is_late && open);
    marks.map(|(_, key)| el("span", "mark late").say(key).html()).collect()
}

fn waiting(scene: &Scene<'_>, incident: &Incident) -> Html {
    let (key, since, class) = match turn(incident, None) {
        Turn::Vendor(since) => (text::TURN_US, since, "on-us"),
        Turn::Customer(since) => (text::TURN_THEM, since, "on-them"),
        Turn::Nobody => (text::ENDED_AGO, incident.resolved_at.unwrap_or(incident.opened_at), "ended"),
        Turn::Working => return html! { <span class="row-wait">{ say(text::TURN_NONE) }</span> },
    };
    let words = fill(key, &[("span", &span(scene.now.since(since).max(0)))]);
    html! { <span class={classes!("row-wait", class)} title={(scene.moment)(since, true)}>{ words }</span> }
}

/// What is due next.
fn owed(scene: &Scene<'_>, incident: &Incident) -> Html {
    let by = |ahead, late, due: Time, soon: i64| match due.since(scene.now) {
        over if over < 0 => (fill(late, &[("span", &span(over))]), Some("late")),
        ahead_by => (fill(ahead, &[("time", &remaining_short(ahead_by))]), (ahead_by <= soon).then_some("soon")),
    };
    let (words, class) = match duty(incident, &scene.vendor.scheme, scene.now) {
        Duty::Acknowledge(due) => by(text::DUTY_ACKNOWLEDGE, text::DUTY_ACKNOWLEDGE_LATE, due, LOOK_SOON),
        Duty::Update(due) => by(text::DUTY_UPDATE, text::DUTY_UPDATE_LATE, due, ABOUT_TO_BREAK),
        Duty::Answer => (say(text::DUTY_ANSWER).to_owned(), None),
        Duty::Promise => (say(text::DUTY_NO_UPDATE).to_owned(), None),
        Duty::Nothing => return Html::default(),
    };
    html! { <span class={classes!("row-duty", class)}>{ words }</span> }
}
