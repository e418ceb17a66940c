//! What the reader's account may do in a thread now: answer what is asked, join, change its severity, write. It stays
//! in view.

use std::rc::Rc;

use callpoint_core::{
    model::{
        incident::Incident,
        stake::{Closure, Downgrade, Stake},
        time::MINUTE,
    },
    rules::allowed::{downgrade, may_answer, may_join, may_reopen, may_set_severity, may_write},
    text::{self, Key, say, shape::Shape},
};
use yew::prelude::*;

use super::{
    button::{Send, button, sends},
    composer::Composer,
    form::{typed, written},
    icon::icon,
    levels::Levels,
    time::Deadline,
};
use crate::{
    context::{ReaderContext, use_now, use_reader},
    panel::{PanelMsg, TextField, ThreadDraft, ThreadForm, ThreadMsg},
};

/// What the actions need.
#[derive(PartialEq, Properties)]
pub struct StakeActionsProps {
    /// Sends messages to the panel.
    pub send: Send,
    /// The incident.
    pub incident: Rc<Incident>,
    /// What is being written.
    pub draft: ThreadDraft,
}

const fn open(form: ThreadForm) -> PanelMsg {
    PanelMsg::Thread(ThreadMsg::OpenForm(Some(form)))
}

/// Everything that is the reader's to do.
#[component]
pub fn StakeActions(props: &StakeActionsProps) -> Html {
    let StakeActionsProps { send, incident, draft } = props;
    let reader = use_reader();
    let Some(account) = &reader.you.account else { return Html::default() };
    if let Some(form) = draft.form {
        return html! { <div class="dock">{ thread_form(form, draft, send) }</div> };
    }
    let own = incident.stake(&account.id);
    let question = own.filter(|_| may_answer(incident, &account.id));
    let writable = own.filter(|_| may_write(incident, &account.id));
    html! {
        <div class="dock">
            if let Some(stake) = question { { closing(incident, stake, send) } }
            if let Some(downgrade) = downgrade(incident, &account.id) { { lowering(&reader, downgrade, send) } }
            if incident.settled() && own.is_some() {
                <p class="settled">{ icon(Shape::CHECK) }{ say(text::YOU_CONFIRMED) }</p>
            }
            if may_join(incident, &account.id) { { button("primary", send, open(ThreadForm::Join), text::US_TOO) } }
            if let Some(stake) = writable {
                <Composer {send} message={draft.message.clone()} />
                <OtherActions {send} incident={incident.clone()} stake={stake.clone()} />
            }
        </div>
    }
}

/// The closing question: two answers, the second with a reason.
fn closing(incident: &Incident, stake: &Stake, send: &Send) -> Html {
    let done = incident.resolution.as_ref().map_or_else(Html::default, |resolution| written(&resolution.text));
    let until = match stake.closure {
        Closure::Proposed { until, .. } => until,
        Closure::Open | Closure::Confirmed(_) | Closure::Waived(_) | Closure::TimedOut(_) => None,
    };
    question(
        say(text::IS_IT_FIXED).to_owned(),
        done,
        [
            button("primary", send, PanelMsg::Thread(ThreadMsg::Confirm), text::YES_FIXED),
            button("", send, open(ThreadForm::Dispute), text::NOT_FIXED),
        ],
        html! { <Deadline {until} words={text::FIXED_IN} /> },
    )
}

/// The vendor proposes a lower severity.
fn lowering(reader: &ReaderContext, downgrade: &Downgrade, send: &Send) -> Html {
    question(
        reader.level_words(text::MAY_BE_LESS, downgrade.severity),
        written(&downgrade.reason),
        [
            button("primary", send, PanelMsg::Thread(ThreadMsg::AcceptDowngrade), text::AGREE_LESS),
            button("", send, open(ThreadForm::DeclineDowngrade), text::NOT_LESS),
        ],
        html! { <Deadline until={downgrade.until} words={text::LESS_IN} /> },
    )
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
        ThreadForm::Reopen => (text::NOT_FIXED_AFTER_ALL, text::NOT_FIXED_WHY, text::OPEN_AGAIN),
        ThreadForm::DeclineDowngrade => (text::NOT_LESS, text::NOT_LESS_WHY, text::SEND_NOT_LESS),
        ThreadForm::ChangeSeverity => (text::SEVERITY_LABEL, text::WHAT_CHANGED, text::SEND_HOW_BAD),
        ThreadForm::Join => (text::US_TOO, text::OWN_WORD, text::SEND_US_TOO),
        ThreadForm::Invite => (text::LET_IN, text::LET_IN_WHOM, text::LET_IN),
    }
}

/// A form with a text and, where it asks for one, a severity.
fn thread_form(form: ThreadForm, draft: &ThreadDraft, send: &Send) -> Html {
    let (title, label, submit) = words(form);
    html! {
        <section class="question" aria-label={say(title)}>
            <h2>{ say(title) }</h2>
            if form.asks_severity() { <Levels {send} chosen={draft.severity} /> }
            <label>
                { say(label) }
                <textarea class="reason" rows="2" dir="auto" value={draft.reason.clone()}
                    oninput={typed(send, TextField::Reason)} />
            </label>
            <div class="pair">
                <button type="button" class="primary" disabled={!draft.is_complete()}
                    onclick={sends(send, PanelMsg::Thread(ThreadMsg::SubmitForm))}>{ say(submit) }</button>
                { button("", send, PanelMsg::Thread(ThreadMsg::OpenForm(None)), text::BACK) }
            </div>
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct OtherActionsProps {
    send: Send,
    incident: Rc<Incident>,
    stake: Stake,
}

/// What is needed less often.
#[component]
fn OtherActions(props: &OtherActionsProps) -> Html {
    let OtherActionsProps { send, incident, stake } = props;
    let reader = use_reader();
    // The window in which an incident can be reopened ends by itself.
    let now = use_now(MINUTE);
    let account = &stake.account.id;
    let you = reader.you.person.as_ref();
    let follows = stake.followers.iter().any(|follower| Some(&follower.person) == you);
    let reporter = incident.seal.as_ref().is_some_and(|seal| Some(&seal.reporter) == you);
    let link = |msg, key| button("link", send, msg, key);
    html! {
        <div class="beside">
            if may_set_severity(incident, account) { { link(open(ThreadForm::ChangeSeverity), text::CHANGE_HOW_BAD) } }
            if may_reopen(incident, account, now) { { link(open(ThreadForm::Reopen), text::NOT_FIXED_AFTER_ALL) } }
            { link(PanelMsg::Thread(ThreadMsg::Follow(!follows)), if follows { text::UNFOLLOW } else { text::FOLLOW }) }
            if reporter { { link(open(ThreadForm::Invite), text::LET_IN) } }
        </div>
    }
}
