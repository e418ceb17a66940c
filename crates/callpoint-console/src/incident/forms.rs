//! The forms that open in place of the buttons. Each says what will happen before it is sent.

use callpoint_core::{
    model::{id::AccountId, incident::Incident, policy::Engagement, severity::Severity, stake::Stake, time::MINUTE},
    text::{self, Key, fill, say},
    wire::protocol::StaffProfile,
};
use yew::prelude::*;

use super::{
    action_form::{ActionForm, FormInput, InputChange, agreed, can_take_in, is_lower, lets_account_in},
    roles,
    stakes::{engagement_words, may_override},
};
use crate::{
    composer::{
        draft::{ComposerDraft, DraftEdit},
        on_send_key,
    },
    controls::{RadioOption, SendMessage, area, button, choices, line, text_of},
    message::IncidentMsg,
    queue::{Queue, QueueContext, rows::accounts},
    scene::Scene,
};

/// How many incidents to merge into are offered at once.
const OFFERED: usize = 8;

/// What a form shows.
struct FormText {
    title: String,
    /// What will happen.
    note: Option<String>,
    above: Html,
    /// What the words are asked for, if they are.
    words: Option<String>,
    /// What its button says.
    sends: String,
}

impl FormText {
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
    draft: &ComposerDraft,
    form: &ActionForm,
    staff: &[StaffProfile],
    send: &SendMessage,
) -> Html {
    if !form.is_sent() {
        return roles::pane(scene, incident, staff, send);
    }
    let filled = draft.filled(form);
    let text_of_form = text_of_form(scene, incident, form, &filled, staff, send);
    html! {
        <form class="form" aria-label={text_of_form.title.clone()} onkeydown={on_send_key(send, || IncidentMsg::SendForm)}
            novalidate=true onsubmit={send.reform(|event: SubmitEvent| { event.prevent_default(); IncidentMsg::SendForm })}>
            <h3 dir="auto">{ &text_of_form.title }</h3>
            { text_of_form.note.map(|note| html! { <p class="quiet" dir="auto">{ note }</p> }) }
            { text_of_form.above }
            { text_of_form.words.map(|label| area(&label, &filled.words, send)) }
            // Always there: what comes and goes would move the fields before it, and take the focus from them.
            <p class="fault" role="alert">{ draft.form_error.clone().unwrap_or_default() }</p>
            <div class="pair">
                <button class="primary" type="submit">{ text_of_form.sends }</button>
                { button("", text::CANCEL, send, IncidentMsg::EditDraft(DraftEdit::Form(None))) }
            </div>
        </form>
    }
}

fn text_of_form(
    scene: &Scene<'_>,
    incident: &Incident,
    form: &ActionForm,
    filled: &FormInput,
    staff: &[StaffProfile],
    send: &SendMessage,
) -> FormText {
    match form {
        ActionForm::Assess => {
            let stood = filled.level.or(incident.assessed());
            let above = levels(scene, say(text::ASSESS_LEVEL), stood, |_| true, send);
            FormText { above, ..FormText::of(text::ASSESS, text::ASSESS_WHY) }
        }
        ActionForm::Propose | ActionForm::Roles => FormText::of(text::PROPOSE, text::PROPOSE_TEXT),
        ActionForm::Lower(account) => lower(scene, incident, account, filled, send),
        ActionForm::Waive(account) => FormText {
            title: of_account(text::WAIVE_FOR, incident, account),
            note: incident
                .stake(account)
                .filter(|stake| may_override(scene, stake))
                .map(|_| of_account(text::OVERRIDE_NOTE, incident, account)),
            words: Some(of_account(text::WHY_ACCOUNT, incident, account)),
            ..FormText::of(text::WAIVE_SEND, text::ASSESS_WHY)
        },
        ActionForm::Engage(account) => engage(scene, incident, account, filled, send),
        ActionForm::Release(role) => {
            let name = incident.holder(role).map_or(say(text::ROLE_UNASSIGNED), |holder| &holder.name);
            let title = fill(text::RELEASE_FOR, &[("name", name), ("role", role)]);
            FormText { title, ..FormText::of(text::ROLE_RELEASE, text::RELEASE_WHY) }
        }
        ActionForm::WarRoom => {
            let above = line("url", text::WAR_ROOM_URL, &filled.line, InputChange::Line, send);
            FormText { above, words: None, ..FormText::of(text::WAR_ROOM_SET, text::WAR_ROOM_URL) }
        }
        ActionForm::Pause => {
            let above = line("datetime-local", text::PAUSE_UNTIL, &filled.until, InputChange::Until, send);
            FormText { above, ..FormText::of(text::PAUSE, text::ASSESS_WHY) }
        }
        ActionForm::Merge => merge(scene, incident, filled, send),
        ActionForm::Seal => {
            let account = incident.stakes.first().map_or("", |stake| &stake.account.name);
            let reporter = incident.stakes.first().and_then(Stake::own_reporter);
            let (note, reader) = match &reporter {
                Some(reporter) => (fill(text::SEAL_WHAT, &[("name", &reporter.name)]), reporter.name.as_str()),
                None => (fill(text::SEAL_OPENED_WHAT, &[("account", account)]), account),
            };
            let words = Some(fill(text::WHY_ACCOUNT, &[("account", reader)]));
            FormText { note: Some(note), words, ..FormText::of(text::SEAL, text::ASSESS_WHY) }
        }
        ActionForm::GiveAccess => give_access(incident, filled, staff, send),
        ActionForm::Unseal => {
            let above = line("text", text::UNSEAL_TITLE, &filled.line, InputChange::Line, send);
            let note = Some(say(text::UNSEAL_WHAT).to_owned());
            FormText { above, note, ..FormText::of(text::UNSEAL, text::ASSESS_WHY) }
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
    send: &SendMessage,
) -> Html {
    let one = |level: Severity| RadioOption {
        key: level.0.to_string(),
        name: scene.vendor.scheme.name(level).to_owned(),
        meaning: scene.vendor.scheme.level(level).map(|level| level.words.clone()),
        drawn: scene.severity(level),
        chosen: chosen == Some(level),
        open: is_open(level),
        fill: InputChange::Level(level),
    };
    choices(label, "levels", scene.vendor.scheme.severities().map(one), send)
}

/// Its button says what will come of it under the account's engagement.
fn lower(
    scene: &Scene<'_>,
    incident: &Incident,
    account: &AccountId,
    filled: &FormInput,
    send: &SendMessage,
) -> FormText {
    let terms = incident.stake(account).map(|stake| stake.terms.clone()).unwrap_or_default();
    let wait = text::remaining(i64::from(terms.downgrade_minutes) * MINUTE);
    let label = of_account(text::LOWER_LEVEL, incident, account);
    FormText {
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

/// Who of staff can't see it yet, to choose from.
fn give_access(incident: &Incident, filled: &FormInput, staff: &[StaffProfile], send: &SendMessage) -> FormText {
    let without = staff.iter().filter(|colleague| !roles::has_access(incident, colleague));
    let chosen = without.clone().find(|colleague| filled.person.as_ref() == Some(&colleague.person));
    let one = |colleague: &StaffProfile| RadioOption {
        key: colleague.person.text(),
        name: colleague.name.clone(),
        meaning: Some(colleague.title.clone()),
        drawn: html! { <span>{ &colleague.name }{ " " }<span class="quiet">{ &colleague.title }</span></span> },
        chosen: filled.person.as_ref() == Some(&colleague.person),
        open: true,
        fill: InputChange::Person(colleague.person.clone()),
    };
    let above = match without.clone().next() {
        // Until staff are known nobody is.
        None if staff.is_empty() => Html::default(),
        None => html! { <p class="quiet" role="status">{ say(text::GIVE_ACCESS_NONE) }</p> },
        Some(_) => choices(say(text::GIVE_ACCESS_WHO), "members", without.map(one), send),
    };
    let above = match lets_account_in(incident) {
        true => html! {
            <>
                { above }
                { line("email", text::GIVE_ACCESS_EMAIL, &filled.line, InputChange::Line, send) }
                <p class="quiet">{ say(text::GIVE_ACCESS_EMAIL_WHAT) }</p>
            </>
        },
        false => above,
    };
    FormText {
        title: say(text::GIVE_ACCESS).to_owned(),
        note: Some(say(text::GIVE_ACCESS_WHAT).to_owned()),
        above,
        words: None,
        sends: match chosen {
            Some(colleague) => fill(text::GIVE_ACCESS_TO, &[("name", &colleague.name)]),
            None => say(text::GIVE_ACCESS).to_owned(),
        },
    }
}

fn engage(
    scene: &Scene<'_>,
    incident: &Incident,
    account: &AccountId,
    filled: &FormInput,
    send: &SendMessage,
) -> FormText {
    let terms = agreed(&scene.client.cache.state.terms, incident, account);
    let known = terms.engagement;
    let hours =
        |filled: &str, minutes: u32| if filled.is_empty() { (minutes / 60).to_string() } else { filled.to_owned() };
    let closure = hours(&filled.line, terms.closure_minutes);
    let downgrade = hours(&filled.until, terms.downgrade_minutes);
    let one = |engagement: &Engagement| {
        let (word, meaning) = engagement_words(*engagement);
        let words =
            html! { <span><strong>{ say(word) }</strong>{ " " }<span class="quiet">{ say(meaning) }</span></span> };
        RadioOption {
            key: engagement.as_str().to_owned(),
            name: [say(word), ": ", say(meaning)].concat(),
            meaning: None,
            drawn: words,
            chosen: filled.engagement.unwrap_or(known) == *engagement,
            open: true,
            fill: InputChange::Engagement(*engagement),
        }
    };
    let title = of_account(text::ENGAGE_FOR, incident, account);
    let engagements = choices(&title, "engagements", Engagement::ALL.iter().map(one), send);
    let closure = line("number", text::ENGAGE_CLOSURE, &closure, InputChange::Line, send);
    let downgrade = line("number", text::ENGAGE_DOWNGRADE, &downgrade, InputChange::Until, send);
    FormText {
        above: html! { <>{ engagements }{ closure }{ downgrade }</> },
        title,
        note: Some(of_account(text::ENGAGE_NOTE, incident, account)),
        words: None,
        sends: say(text::ENGAGE_SEND).to_owned(),
    }
}

fn merge(scene: &Scene<'_>, incident: &Incident, filled: &FormInput, send: &SendMessage) -> FormText {
    let wanted = filled.line.trim().to_ascii_lowercase();
    let is_named = |other: &Incident| {
        let mut accounts = other.stakes.iter().map(|stake| stake.account.name.as_str());
        let is_wanted = |words: &str| words.to_ascii_lowercase().contains(&wanted);
        is_wanted(&other.full_reference()) || is_wanted(&other.title) || accounts.any(is_wanted)
    };
    let mut fitting = Queue::All.of(scene.client.cache.state.incidents.values(), QueueContext::of(scene));
    fitting.retain(|other| can_take_in(other, incident));
    let into = filled.into.and_then(|into| fitting.iter().find(|other| other.id == into).copied());
    // What is chosen stays in sight, whatever is looked for then.
    fitting.retain(|other| filled.into == Some(other.id) || is_named(other));
    fitting.truncate(OFFERED);
    let found = if fitting.is_empty() {
        html! { <p class="quiet" role="status">{ say(text::MERGE_NONE) }</p> }
    } else {
        let all = fitting.iter().map(|other| other_incident(scene, other, filled));
        choices(say(text::MERGE_CHOOSE), "others", all, send)
    };
    let search = line("search", text::MERGE_SEARCH, &filled.line, InputChange::Line, send);
    FormText {
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

fn other_incident(scene: &Scene<'_>, other: &Incident, filled: &FormInput) -> RadioOption {
    let severity = other.effective_severity().map(|severity| scene.severity(severity)).unwrap_or_default();
    let drawn = html! {
        <span class="other">
            { severity }
            <span class="reference">{ &other.reference }</span>
            { text_of("row-title", &other.title) }
            { text_of("quiet", &accounts(other)) }
        </span>
    };
    RadioOption {
        key: other.id.text(),
        name: [&other.reference, " ", &other.title].concat(),
        meaning: Some(other.title.clone()),
        drawn,
        chosen: filled.into == Some(other.id),
        open: true,
        fill: InputChange::Into(other.id),
    }
}
