//! The forms that open in place of the buttons. Each says what will happen before it is sent.

use callpoint_core::{
    model::{
        id::AccountId, incident::Incident, person::PersonRef, policy::Engagement, severity::Severity, time::MINUTE,
    },
    text::{self, Key, fill, say},
};
use callpoint_widget::view::{Scene, node::el};
use yew::prelude::*;

use super::{
    composer::on_send_key,
    part::{Choice, area, button, choices, line},
    roles,
    stakes::engagement_words,
};
use crate::{
    draft::{Draft, Edit},
    form::{Fill, Filled, Form, agreed, can_take_in, is_lower},
    msg::Msg,
    queue::{Eyes, Queue},
};

/// How many incidents to merge into are offered at once.
const OFFERED: usize = 8;

/// What a form shows.
struct Sheet {
    title: String,
    /// What will happen.
    note: Option<String>,
    above: Html,
    /// What the words are asked for, if they are.
    words: Option<String>,
    /// What its button says.
    sends: String,
}

impl Sheet {
    fn of(title: Key, words: Key) -> Self {
        Self {
            title: say(title).to_owned(),
            note: None,
            above: Html::default(),
            words: Some(say(words).to_owned()),
            sends: say(title).to_owned(),
        }
    }
}

/// The open form.
pub fn form(
    scene: &Scene<'_>,
    incident: &Incident,
    draft: &Draft,
    form: &Form,
    staff: &[PersonRef],
    send: &Callback<Msg>,
) -> Html {
    if !form.is_sent() {
        return roles::pane(scene, incident, staff, send);
    }
    let filled = draft.filled(form);
    let sheet = sheet(scene, incident, form, &filled, send);
    html! {
        <form class="form" aria-label={sheet.title.clone()} onkeydown={on_send_key(send, || Msg::SendForm)}
            novalidate=true onsubmit={send.reform(|event: SubmitEvent| { event.prevent_default(); Msg::SendForm })}>
            <h3 dir="auto">{ &sheet.title }</h3>
            { sheet.note.map(|note| html! { <p class="quiet" dir="auto">{ note }</p> }) }
            { sheet.above }
            { sheet.words.map(|label| area(&label, &filled.words, send)) }
            // Always there: what comes and goes would move the fields before it, and take the focus from them.
            <p class="fault" role="alert">{ draft.form_fault.clone().unwrap_or_default() }</p>
            <div class="pair">
                <button class="primary" type="submit">{ sheet.sends }</button>
                { button("", text::CANCEL, send, Msg::Edit(Edit::Form(None))) }
            </div>
        </form>
    }
}

fn sheet(scene: &Scene<'_>, incident: &Incident, form: &Form, filled: &Filled, send: &Callback<Msg>) -> Sheet {
    match form {
        Form::Assess => {
            let stood = filled.level.or(incident.assessed());
            let above = levels(scene, say(text::ASSESS_LEVEL), stood, |_| true, send);
            Sheet { above, ..Sheet::of(text::ASSESS, text::ASSESS_WHY) }
        }
        Form::Propose | Form::Roles => Sheet::of(text::PROPOSE, text::PROPOSE_TEXT),
        Form::Lower(account) => lower(scene, incident, account, filled, send),
        Form::Waive(account) => Sheet {
            title: of_account(text::WAIVE_FOR, incident, account),
            words: Some(of_account(text::WHY_ACCOUNT, incident, account)),
            ..Sheet::of(text::WAIVE_SEND, text::ASSESS_WHY)
        },
        Form::Engage(account) => engage(scene, incident, account, filled, send),
        Form::Release(role) => {
            let name = incident.holder(role).map_or(say(text::ROLE_UNASSIGNED), |holder| &holder.name);
            let title = fill(text::RELEASE_FOR, &[("name", name), ("role", role)]);
            Sheet { title, ..Sheet::of(text::ROLE_RELEASE, text::RELEASE_WHY) }
        }
        Form::WarRoom => {
            let above = line("url", text::WAR_ROOM_URL, &filled.line, Fill::Line, send);
            Sheet { above, words: None, ..Sheet::of(text::WAR_ROOM_SET, text::WAR_ROOM_URL) }
        }
        Form::Pause => {
            let above = line("datetime-local", text::PAUSE_UNTIL, &filled.until, Fill::Until, send);
            Sheet { above, ..Sheet::of(text::PAUSE, text::ASSESS_WHY) }
        }
        Form::Merge => merge(scene, incident, filled, send),
        Form::Seal => {
            let name = incident.stakes.first().map_or("", |stake| &stake.reporter_name);
            let note = Some(fill(text::SEAL_WHAT, &[("name", name)]));
            let words = Some(fill(text::WHY_ACCOUNT, &[("account", name)]));
            Sheet { note, words, ..Sheet::of(text::SEAL, text::ASSESS_WHY) }
        }
        Form::Unseal => {
            let above = line("text", text::UNSEAL_TITLE, &filled.line, Fill::Line, send);
            let note = Some(say(text::UNSEAL_WHAT).to_owned());
            Sheet { above, note, ..Sheet::of(text::UNSEAL, text::ASSESS_WHY) }
        }
    }
}

fn of_account(key: Key, incident: &Incident, account: &AccountId) -> String {
    let name = incident.stake(account).map_or(account.as_str(), |stake| &stake.account.name);
    fill(key, &[("account", name)])
}

/// The levels of the scheme to choose from.
fn levels(
    scene: &Scene<'_>,
    label: &str,
    chosen: Option<Severity>,
    is_open: impl Fn(Severity) -> bool,
    send: &Callback<Msg>,
) -> Html {
    let one = |level: Severity| Choice {
        key: level.0.to_string(),
        name: scene.vendor.scheme.name(level).to_owned(),
        meaning: scene.vendor.scheme.level(level).map(|level| level.words.clone()),
        drawn: scene.severity(level),
        chosen: chosen == Some(level),
        open: is_open(level),
        fill: Fill::Level(level),
    };
    choices(label, "levels", scene.vendor.scheme.severities().map(one), send)
}

/// Its button says what will come of it under the account's engagement.
fn lower(scene: &Scene<'_>, incident: &Incident, account: &AccountId, filled: &Filled, send: &Callback<Msg>) -> Sheet {
    let terms = incident.stake(account).map(|stake| stake.terms.clone()).unwrap_or_default();
    let wait = text::remaining(i64::from(terms.downgrade_minutes) * MINUTE);
    let label = of_account(text::LOWER_LEVEL, incident, account);
    Sheet {
        title: of_account(text::LOWER_FOR, incident, account),
        note: None,
        above: levels(scene, &label, filled.level, |level| is_lower(incident, account, level), send),
        words: Some(of_account(text::WHY_ACCOUNT, incident, account)),
        sends: match terms.engagement {
            Engagement::Advisory => say(text::LOWER_NOW).to_owned(),
            Engagement::Shared => fill(text::LOWER_PROPOSE, &[("span", &wait)]),
            Engagement::CustomerLed => say(text::LOWER_ASK).to_owned(),
        },
    }
}

fn engage(scene: &Scene<'_>, incident: &Incident, account: &AccountId, filled: &Filled, send: &Callback<Msg>) -> Sheet {
    let terms = agreed(&scene.client.cache.state.terms, incident, account);
    let known = terms.engagement;
    let hours =
        |filled: &str, minutes: u32| if filled.is_empty() { (minutes / 60).to_string() } else { filled.to_owned() };
    let closure = hours(&filled.line, terms.closure_minutes);
    let downgrade = hours(&filled.until, terms.downgrade_minutes);
    let one = |engagement: &Engagement| {
        let (word, meaning) = engagement_words(*engagement);
        let words = el("span", "").with(el("strong", "").say(word)).text(" ").with(el("span", "quiet").say(meaning));
        Choice {
            key: engagement.as_str().to_owned(),
            name: [say(word), ": ", say(meaning)].concat(),
            meaning: None,
            drawn: words.html(),
            chosen: filled.engagement.unwrap_or(known) == *engagement,
            open: true,
            fill: Fill::Engagement(*engagement),
        }
    };
    let title = of_account(text::ENGAGE_FOR, incident, account);
    let engagements = choices(&title, "engagements", Engagement::ALL.iter().map(one), send);
    let closure = line("number", text::ENGAGE_CLOSURE, &closure, Fill::Line, send);
    let downgrade = line("number", text::ENGAGE_DOWNGRADE, &downgrade, Fill::Until, send);
    Sheet {
        above: html! { <>{ engagements }{ closure }{ downgrade }</> },
        title,
        note: Some(of_account(text::ENGAGE_NOTE, incident, account)),
        words: None,
        sends: say(text::ENGAGE_SEND).to_owned(),
    }
}

fn merge(scene: &Scene<'_>, incident: &Incident, filled: &Filled, send: &Callback<Msg>) -> Sheet {
    let wanted = filled.line.trim().to_ascii_lowercase();
    let is_named = |other: &Incident| {
        let mut accounts = other.stakes.iter().map(|stake| stake.account.name.as_str());
        let is_wanted = |words: &str| words.to_ascii_lowercase().contains(&wanted);
        is_wanted(&other.reference) || is_wanted(&other.title) || accounts.any(is_wanted)
    };
    let mut fitting = Queue::All.of(scene.client.cache.state.incidents.values(), Eyes::of(scene));
    fitting.retain(|other| can_take_in(other, incident));
    let into = filled.into.and_then(|into| fitting.iter().find(|other| other.id == into).copied());
    // What is chosen stays in sight, whatever is looked for then.
    fitting.retain(|other| filled.into == Some(other.id) || is_named(other));
    fitting.truncate(OFFERED);
    let found = if fitting.is_empty() {
        el("p", "quiet").word("role", "status").say(text::MERGE_NONE).html()
    } else {
        let all = fitting.iter().map(|other| other_incident(scene, other, filled));
        choices(say(text::MERGE_CHOOSE), "others", all, send)
    };
    let search = line("search", text::MERGE_SEARCH, &filled.line, Fill::Line, send);
    Sheet {
        title: say(text::MERGE).to_owned(),
        note: Some(say(text::MERGE_WHAT).to_owned()),
        above: html! { <>{ search }{ found }</> },
        words: None,
        sends: match into {
            Some(into) => fill(text::MERGE_INTO, &[("reference", &into.reference)]),
            None => say(text::MERGE).to_owned(),
        },
    }
}

fn other_incident(scene: &Scene<'_>, other: &Incident, filled: &Filled) -> Choice {
    let severity = other.effective_severity().map(|severity| scene.severity(severity)).unwrap_or_default();
    let title = el("span", "row-title").word("dir", "auto").text(&other.title);
    let accounts = el("span", "quiet").word("dir", "auto").text(&super::rows::accounts(other));
    let reference = el("span", "reference").text(&other.reference);
    Choice {
        key: other.id.text(),
        name: [&other.reference, " ", &other.title].concat(),
        meaning: Some(other.title.clone()),
        drawn: el("span", "other").put(severity).with(reference).with(title).with(accounts).html(),
        chosen: filled.into == Some(other.id),
        open: true,
        fill: Fill::Into(other.id),
    }
}
