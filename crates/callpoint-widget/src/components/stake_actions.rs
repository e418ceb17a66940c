//! What the reader's account may do in a thread now: answer what is asked, join, change its severity, write. It stays
//! in view.

use callpoint_core::{
    model::{
        id::PersonId,
        incident::Incident,
        person::PersonRef,
        stake::{Closure, Downgrade, Stake},
        time::Time,
    },
    rules::allowed::{downgrade, may_answer, may_join, may_reopen, may_set_severity, may_write},
    text::{self, Key, say, shape::Shape},
};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::{
    button::{Send, button, sends},
    composer::composer,
    form::{alert, send_keys, typed},
    icon::icon,
    levels::levels,
    time::deadline,
    written::written,
};
use crate::{
    context::ReaderContext,
    panel::{FieldError, PanelMsg, TextField, ThreadDraft, ThreadForm, ThreadMsg},
};

const fn open(form: ThreadForm) -> PanelMsg {
    PanelMsg::Thread(ThreadMsg::OpenForm(Some(form)))
}

/// Everything that is the reader's to do.
pub fn stake_actions(
    reader: &ReaderContext,
    incident: &Incident,
    draft: &ThreadDraft,
    error: Option<&FieldError>,
    now: Time,
    send: &Send,
    files: Html,
) -> Html {
    let Some(account) = &reader.you.account else { return Html::default() };
    if let Some(form) = draft.form {
        return html! { <div class="dock">{ thread_form(reader, incident, form, draft, error, send) }</div> };
    }
    let own = incident.stake(&account.id);
    let question = own.filter(|_| may_answer(incident, &account.id));
    let writable = own.filter(|_| may_write(incident, &account.id));
    html! {
        <div class="dock">
            if let Some(stake) = question { { closing(reader, stake, send) } }
            if let Some(downgrade) = downgrade(incident, &account.id) { { lowering(reader, incident, downgrade, send) } }
            if let Some(stake) = own.filter(|_| incident.settled()) {
                <p class="settled">{ icon(Shape::CHECK) }{ say(stake.closure.closed_label()) }</p>
            }
            if may_join(incident, &account.id) { { button("primary", send, open(ThreadForm::Join), text::ALSO_AFFECTED) } }
            if let Some(stake) = writable {
                { alert(error) }
                { composer(reader, incident, &account.id, &draft.message, files, send) }
                { other_actions(reader, incident, stake, now, send) }
            }
        </div>
    }
}

/// The closing question: two answers, the second with a reason.
fn closing(reader: &ReaderContext, stake: &Stake, send: &Send) -> Html {
    let until = match stake.closure {
        Closure::Proposed { until, .. } => until,
        Closure::Open | Closure::Confirmed(_) | Closure::Waived(_) | Closure::TimedOut(_) | Closure::Overridden(_) => {
            None
        }
    };
    question(
        say(text::IS_IT_FIXED).to_owned(),
        written(&stake.resolution),
        [
            button("primary", send, PanelMsg::Thread(ThreadMsg::Confirm), text::YES_FIXED),
            button("", send, open(ThreadForm::Dispute), text::NOT_FIXED),
        ],
        deadline(until, text::CLOSURE_DEADLINE, || stake.terms.without_deadline(&reader.vendor.name)),
    )
}

/// The vendor proposes a lower severity.
fn lowering(reader: &ReaderContext, incident: &Incident, downgrade: &Downgrade, send: &Send) -> Html {
    let declared =
        reader.you.account.as_ref().and_then(|account| incident.stake(&account.id)).map(|stake| stake.declared);
    let about = html! {
        <>
            if let Some(declared) = declared { <p class="quiet">{ reader.level_words(text::YOU_DECLARED, declared) }</p> }
            { written(&downgrade.reason) }
        </>
    };
    question(
        reader.level_words(text::DOWNGRADE_TITLE, downgrade.severity),
        about,
        [
            button("primary", send, PanelMsg::Thread(ThreadMsg::AcceptDowngrade), text::ACCEPT_DOWNGRADE),
            html! {
                <button type="button" onclick={sends(send, open(ThreadForm::DeclineDowngrade))}>
                    { with_level(reader, incident, text::DECLINE_DOWNGRADE) }
                </button>
            },
        ],
        deadline(downgrade.until, text::DOWNGRADE_DEADLINE, || say(text::DOWNGRADE_NO_DEADLINE).to_owned()),
    )
}

/// Words with the severity that stays when a downgrade is declined; others stay as they are.
fn with_level(reader: &ReaderContext, incident: &Incident, key: Key) -> String {
    match reader.you.account.as_ref().and_then(|account| incident.stake(&account.id)) {
        Some(stake) => reader.level_words(key, stake.effective(incident.assessed())),
        None => say(key).to_owned(),
    }
}

fn question(title: String, about: Html, answers: [Html; 2], deadline: Html) -> Html {
    html! {
        <section class="question" aria-label={title.clone()}>
            <h2>{ title }</h2>
            { about }
            <div class="pair">{ for answers }</div>
            { deadline }
        </section>
    }
}

const fn words(form: ThreadForm) -> (Key, Key, Key) {
    match form {
        ThreadForm::Dispute => (text::NOT_FIXED, text::NOT_FIXED_WHY, text::SEND_NOT_FIXED),
        ThreadForm::Reopen => (text::REOPEN_TITLE, text::NOT_FIXED_WHY, text::REOPEN),
        ThreadForm::DeclineDowngrade => {
            (text::DECLINE_DOWNGRADE, text::DECLINE_DOWNGRADE_REASON, text::SEND_DECLINE_DOWNGRADE)
        }
        ThreadForm::ChangeSeverity => (text::SEVERITY_LABEL, text::SEVERITY_REASON, text::SEND_SEVERITY),
        ThreadForm::Join => (text::ALSO_AFFECTED, text::OPTIONAL_NOTE, text::SEND_ALSO_AFFECTED),
        ThreadForm::Invite => (text::INVITE_COLLEAGUE, text::INVITE_EMAIL, text::INVITE_COLLEAGUE),
    }
}

/// A form with a text and, where it asks for one, a severity.
fn thread_form(
    reader: &ReaderContext,
    incident: &Incident,
    form: ThreadForm,
    draft: &ThreadDraft,
    error: Option<&FieldError>,
    send: &Send,
) -> Html {
    let msg = PanelMsg::Thread(ThreadMsg::SubmitForm);
    let (title, label, submit) = words(form);
    let title = with_level(reader, incident, title);
    html! {
        <section class="question" aria-label={title.clone()} onkeydown={send_keys(send, msg.clone())}>
            <h2>{ title }</h2>
            if form.asks_severity() { { levels(reader, send, draft.severity) } }
            if form == ThreadForm::Invite { { colleagues(draft, send) } }
            if form != ThreadForm::Invite {
                <label>
                    { say(label) }
                    <textarea name="reason" rows="2" dir="auto" value={draft.reason.clone()}
                        oninput={typed(send, TextField::Reason)} />
                </label>
            } else if draft.colleague.is_none() {
                <label>
                    { say(label) }
                    <input type="email" name="reason" value={draft.reason.clone()}
                        oninput={typed(send, TextField::Reason)} />
                </label>
            }
            { alert(error) }
            <div class="pair">
                <button type="button" class="primary" onclick={sends(send, msg)}>
                    { with_level(reader, incident, submit) }
                </button>
                { button("", send, PanelMsg::Thread(ThreadMsg::OpenForm(None)), text::BACK) }
            </div>
        </section>
    }
}

/// The people of the account who are known; nothing while nobody is.
fn colleagues(draft: &ThreadDraft, send: &Send) -> Html {
    let known = draft.colleagues.as_deref().unwrap_or_default();
    if known.is_empty() {
        return Html::default();
    }
    let send = send.clone();
    let onchange = Callback::from(move |event: Event| {
        let person = PersonId::parse(&event.target_unchecked_into::<HtmlSelectElement>().value());
        send.emit(PanelMsg::Thread(ThreadMsg::ChooseColleague(person)));
    });
    let option = |who: &PersonRef| {
        // Two of one name are told apart.
        let namesake = known.iter().any(|other| other.name == who.name && other.person != who.person);
        let name = if namesake { [&who.name, " (", who.person.as_str(), ")"].concat() } else { who.name.clone() };
        html! { <option value={who.person.text()} selected={draft.colleague.as_ref() == Some(&who.person)}>{ name }</option> }
    };
    html! {
        <label>
            { say(text::INVITE_WHO) }
            <select name="colleague" {onchange}>
                <option value="" selected={draft.colleague.is_none()}>{ say(text::INVITE_BY_EMAIL) }</option>
                { for known.iter().map(option) }
            </select>
        </label>
    }
}

/// What is needed less often.
fn other_actions(reader: &ReaderContext, incident: &Incident, stake: &Stake, now: Time, send: &Send) -> Html {
    let account = &stake.account.id;
    let you = reader.you.person.as_ref();
    let follows = stake.followers.iter().any(|follower| Some(&follower.person) == you);
    let reporter = incident.seal.as_ref().is_some_and(|seal| you.is_some_and(|you| seal.is_reporter(you)));
    let link = |msg, key| button("link", send, msg, key);
    html! {
        <div class="beside">
            if may_set_severity(incident, account) { { link(open(ThreadForm::ChangeSeverity), text::CHANGE_SEVERITY) } }
            if may_reopen(incident, account, now) { { link(open(ThreadForm::Reopen), text::REOPEN_TITLE) } }
            { link(PanelMsg::Thread(ThreadMsg::Follow(!follows)), if follows { text::UNFOLLOW } else { text::FOLLOW }) }
            if reporter { { link(open(ThreadForm::Invite), text::INVITE_COLLEAGUE) } }
        </div>
    }
}
