//! What the person may do in a thread now: turn their key, answer, say how bad it is, join, write. Stays in sight.

use std::rc::Rc;

use callpoint_core::{
    model::{
        incident::Incident,
        stake::{Closure, Downgrade, Stake},
        time::Time,
    },
    rules::allowed::{downgrade, may_answer, may_join, may_reopen, may_set_severity, may_write},
    text::{self, Key, fill, say},
};
use yew::{Callback, Html, KeyboardEvent};

use super::{
    Scene,
    node::{Node, button, el, nothing},
    report::levels,
    shape::Shape,
    words,
};
use crate::msg::{Field, Msg, Saying, Writing};

/// Everything that is theirs to do.
pub fn your_part(scene: &Scene<'_>, incident: &Incident, writing: &Writing, send: &Callback<Msg>) -> Html {
    let Some(account) = &scene.you.account else { return nothing() };
    let mut part = el("div", "dock");
    if writing.saying != Saying::Nothing {
        return part.put(say_it(scene, incident, writing, send)).html();
    }
    let own = incident.stake(&account.id);
    if let (Some(stake), true) = (own, may_answer(incident, &account.id)) {
        part = part.put(closing(scene, incident, stake, send));
    }
    if let Some(downgrade) = downgrade(incident, &account.id) {
        part = part.put(lowering(scene, incident, downgrade, send));
    }
    if let (Some(stake), true) = (own, incident.settled()) {
        part = part.with(el("p", "settled").put(Shape::CHECK.draw()).say(stake.closure.closed_label()));
    }
    if may_join(incident, &account.id) {
        part = part.with(button("primary", send, Msg::Begin(Saying::UsToo)).say(text::ALSO_AFFECTED));
    }
    if let (Some(stake), true) = (own, may_write(incident, &account.id)) {
        part = part.put(composer(writing, send)).put(beside(scene, incident, stake, send));
    }
    part.html()
}

/// The closing question: two answers, the second with a reason.
fn closing(scene: &Scene<'_>, incident: &Incident, stake: &Stake, send: &Callback<Msg>) -> Html {
    let done = incident.resolution.as_ref().map_or_else(nothing, |resolution| words(&resolution.text));
    let until = match stake.closure {
        Closure::Proposed { until, .. } => until,
        _ => None,
    };
    question(
        say(text::IS_IT_FIXED),
        done,
        waits(scene, until, text::CLOSURE_DEADLINE, text::NO_DEADLINE),
        [
            button("primary", send, Msg::Confirm).say(text::YES_FIXED),
            button("", send, Msg::Begin(Saying::NotFixed)).say(text::NOT_FIXED),
        ],
    )
}

/// The vendor sees it as less severe: a conversation, not a verdict.
fn lowering(scene: &Scene<'_>, incident: &Incident, downgrade: &Downgrade, send: &Callback<Msg>) -> Html {
    let title = scene.level_words(text::DOWNGRADE_TITLE, downgrade.severity);
    question(
        &title,
        words(&downgrade.reason),
        waits(scene, downgrade.until, text::DOWNGRADE_DEADLINE, text::DOWNGRADE_NO_DEADLINE),
        [
            button("primary", send, Msg::Agree).say(text::ACCEPT_DOWNGRADE),
            button("", send, Msg::Begin(Saying::NotLess)).text(&kept_level(scene, incident, text::DECLINE_DOWNGRADE)),
        ],
    )
}

/// Words with the level that stays when the downgrade is declined.
fn kept_level(scene: &Scene<'_>, incident: &Incident, key: Key) -> String {
    let own = scene.you.account.as_ref().and_then(|account| incident.stake(&account.id));
    match own {
        Some(stake) => scene.level_words(key, stake.effective(incident.assessed())),
        None => say(key).to_owned(),
    }
}

fn question(title: &str, told: Html, waits: Html, answers: [Node; 2]) -> Html {
    el("section", "question")
        .attr("aria-label", title.to_owned())
        .with(el("h2", "").text(title))
        .put(told)
        .with(el("div", "pair").list(answers.map(Node::html).into()))
        .put(waits)
        .html()
}

/// When no answer counts as one, counted down.
fn waits(scene: &Scene<'_>, until: Option<Time>, key: Key, endless: Key) -> Html {
    let Some(until) = until else { return el("p", "quiet").say(endless).html() };
    let left = text::remaining(until.since(scene.now));
    el("p", "quiet").attr("title", (scene.moment)(until, true)).text(&fill(key, &[("time", &left)])).html()
}

/// The words and the level that go with what is being said.
fn say_it(scene: &Scene<'_>, incident: &Incident, writing: &Writing, send: &Callback<Msg>) -> Html {
    let (title, label, sends) = match writing.saying {
        Saying::Nothing => return nothing(),
        Saying::NotFixed => (text::NOT_FIXED, text::NOT_FIXED_WHY, text::SEND_NOT_FIXED),
        Saying::Again => (text::REOPEN_TITLE, text::NOT_FIXED_WHY, text::REOPEN),
        Saying::NotLess => (text::DECLINE_DOWNGRADE, text::DECLINE_DOWNGRADE_REASON, text::SEND_DECLINE_DOWNGRADE),
        Saying::HowBad => (text::SEVERITY_LABEL, text::SEVERITY_REASON, text::SEND_SEVERITY),
        Saying::UsToo => (text::ALSO_AFFECTED, text::OPTIONAL_NOTE, text::SEND_ALSO_AFFECTED),
        Saying::LetIn => (text::INVITE_COLLEAGUE, text::INVITE_COLLEAGUE_ID, text::INVITE_COLLEAGUE),
    };
    // What names a level is filled in; what names none stays as it is.
    let (title, sends) = (kept_level(scene, incident, title), kept_level(scene, incident, sends));
    let graded = matches!(writing.saying, Saying::HowBad | Saying::UsToo);
    let ready = if graded { writing.severity.is_some() } else { !writing.reason.trim().is_empty() };
    let mut asked = el("section", "question").attr("aria-label", title.clone()).with(el("h2", "").text(&title));
    if graded {
        asked = asked.put(levels(scene, writing.severity, send));
    }
    let reason = el("textarea", "reason").word("rows", "2").field(&writing.reason, send, Field::Reason);
    let done = button("primary", send, Msg::Finish).flag("disabled", !ready).text(&sends);
    let back = button("", send, Msg::Begin(Saying::Nothing)).say(text::BACK);
    asked.with(el("label", "").say(label).with(reason)).with(el("div", "pair").with(done).with(back)).html()
}

/// What is asked for less often.
fn beside(scene: &Scene<'_>, incident: &Incident, stake: &Stake, send: &Callback<Msg>) -> Html {
    let link = |msg, key| button("link", send, msg).say(key).html();
    let mut links = Vec::new();
    if may_set_severity(incident, &stake.account.id) {
        links.push(link(Msg::Begin(Saying::HowBad), text::CHANGE_SEVERITY));
    }
    if may_reopen(incident, &stake.account.id, scene.now) {
        links.push(link(Msg::Begin(Saying::Again), text::REOPEN_TITLE));
    }
    let follows = stake.followers.iter().any(|follower| Some(&follower.person) == scene.you.person.as_ref());
    links.push(link(Msg::Follow(!follows), if follows { text::UNFOLLOW } else { text::FOLLOW }));
    if incident.seal.as_ref().is_some_and(|seal| Some(&seal.reporter) == scene.you.person.as_ref()) {
        links.push(link(Msg::Begin(Saying::LetIn), text::INVITE_COLLEAGUE));
    }
    el("div", "beside").list(links).html()
}

fn composer(writing: &Writing, send: &Callback<Msg>) -> Html {
    let keys = send.clone();
    let pressed = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            keys.emit(Msg::Say);
        }
    });
    let field = el("textarea", "")
        .word("rows", "2")
        .words("aria-label", text::REPLY_LABEL)
        .words("placeholder", text::REPLY_PLACEHOLDER)
        .field(&writing.message, send, Field::Message)
        .on(Rc::new(yew::html::onkeydown::Wrapper::new(pressed)));
    let empty = writing.message.trim().is_empty();
    let send = button("primary", send, Msg::Say).flag("disabled", empty).say(text::SEND);
    el("div", "composer").with(field).with(send).html()
}
