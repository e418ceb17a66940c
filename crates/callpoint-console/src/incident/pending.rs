//! What was asked here and is not on the timeline yet: it stands at its end until the server has it.

use callpoint_core::{
    client::{DeliveryState, OutboxEntry},
    model::{
        command::{IncidentCommand, Visibility},
        event::Audience,
        id::AccountId,
        incident::Incident,
    },
    text::{self, Key, fill, say},
    wire::protocol::Request,
};
use callpoint_widget::components::written::written;
use yew::prelude::*;

use super::action_form::Editable;
use crate::{
    composer::{audience::EntryAudience, draft::ComposerDraft},
    controls::{SendMessage, sends},
    message::IncidentMsg,
    scene::Scene,
};

/// What was asked here and is not on the timeline yet.
pub fn pending_entry(
    scene: &Scene<'_>,
    incident: &Incident,
    outbox_entry: &OutboxEntry,
    draft: &ComposerDraft,
    send: &SendMessage,
) -> Html {
    let Request::Incident(_, command) = &outbox_entry.submission.request else { return Html::default() };
    if outbox_entry.submission.request.is_silent() {
        return Html::default();
    }
    let id = outbox_entry.submission.id;
    let Echo { action, text, to } = Echo::of(scene, incident, command);
    let reach = EntryAudience::of(incident, &to);
    let has_room = || Editable::of(command.clone()).is_some_and(|editable| draft.has_room(&editable));
    let stage = match &outbox_entry.state {
        DeliveryState::Received(_) => Html::default(),
        stage => html! {
            <p class="entry-stage" role={if matches!(stage, DeliveryState::Refused(_)) { "alert" } else { "status" }}>
                { scene.delivery(outbox_entry) }
                if matches!(stage, DeliveryState::Waiting(_)) {
                    <button class="link" onclick={sends(send, IncidentMsg::RetryNow)}>{ say(text::TRY_NOW) }</button>
                }
                if matches!(stage, DeliveryState::Refused(_)) {
                    if text.is_some() {
                        <button class="link" disabled={!has_room()}
                            onclick={sends(send, IncidentMsg::EditAgain(id))}>{ say(text::EDIT_AGAIN) }</button>
                    }
                    <button class="link" onclick={sends(send, IncidentMsg::Discard(id))}>{ say(text::DISCARD) }</button>
                }
            </p>
        },
    };
    let kind = if text.is_some() { "spoken" } else { "fact" };
    html! {
        <li key={id.to_string()} class={classes!("entry", "echo", kind, reach.class())}>
            <p class="entry-head">
                <strong>{ say(text::YOU) }</strong>
                { action.map(|action| html! { <span class="act">{ action }</span> }) }
                { reach.chip() }
            </p>
            { text.map(written) }
            { stage }
        </li>
    }
}

/// What a command says, as far as that is known before the server has decided.
struct Echo<'a> {
    /// What is done.
    action: Option<String>,
    /// Somebody's own words.
    text: Option<&'a str>,
    /// How far it will reach.
    to: Audience,
}

impl<'a> Echo<'a> {
    fn of(scene: &Scene<'_>, incident: &Incident, command: &'a IncidentCommand) -> Self {
        use IncidentCommand as Ask;
        let affected = || Audience::Affected(incident.stakes.iter().map(|stake| stake.account.id.clone()).collect());
        let reaching = |to: &Visibility| match to {
            Visibility::Account(account) => Audience::Account(account.clone()),
            Visibility::Affected => affected(),
            Visibility::Public => Audience::Public,
            Visibility::Internal => Audience::Internal,
        };
        let says = |action: String, text: Option<&'a str>| Self { action: Some(action), text, to: affected() };
        let plain = |key: Key, text: Option<&'a str>| says(say(key).to_owned(), text);
        let role = |role: &str, text: Option<&'a str>| says(fill(text::ROLE_ASKED, &[("role", role)]), text);
        let to_account = |account: &AccountId, echo: Self| Self { to: Audience::Account(account.clone()), ..echo };
        match command {
            Ask::Message { text, to, .. } => {
                let to = to.as_ref().map_or(Audience::Internal, reaching);
                Self { action: None, text: Some(text), to }
            }
            Ask::Update(update) => {
                Self { to: reaching(&update.to), ..plain(text::ENTRY_UPDATE, Some(update.text.as_str())) }
            }
            Ask::ProposeResolution { text } => plain(text::ENTRY_PROPOSED, Some(text.as_str())),
            Ask::Assess { severity, reason } => {
                says(scene.level_words(text::ENTRY_ASSESSED, *severity), Some(reason.as_str()))
            }
            Ask::ProposeDowngrade { account, severity, reason } => {
                to_account(account, says(scene.level_words(text::ENTRY_DOWNGRADE, *severity), Some(reason.as_str())))
            }
            Ask::Waive { account, reason } => to_account(account, plain(text::WAIVE_SEND, Some(reason.as_str()))),
            Ask::Move { status } if incident.publication.is_some() => {
                Self { to: Audience::Public, ..plain(status.label(), None) }
            }
            Ask::Move { status } => plain(status.label(), None),
            Ask::Acknowledge {} => plain(text::ENTRY_ACKNOWLEDGED, None),
            Ask::AssignRole { role: of, .. } => role(of, None),
            Ask::ReleaseRole { role: of, reason } => role(of, Some(reason.as_str())),
            Ask::SetWarRoom { url } => {
                Self { to: Audience::Internal, ..plain(text::ENTRY_WAR_ROOM_SET, Some(url.as_str())) }
            }
            Ask::Merge { .. } => plain(text::MERGE, None),
            Ask::Pause { until, reason } => {
                let time = scene.format_time(*until, false);
                says(fill(text::ENTRY_PAUSED, &[("time", &time)]), Some(reason.as_str()))
            }
            Ask::Seal { reason } => plain(text::ENTRY_SEALED, Some(reason.as_str())),
            Ask::Unseal { reason, .. } => plain(text::ENTRY_UNSEALED, Some(reason.as_str())),
            Ask::Invite(_) => plain(text::GIVE_ACCESS, None),
            // What only customers ask is not asked from here.
            Ask::Confirm {}
            | Ask::Dispute { .. }
            | Ask::Reopen { .. }
            | Ask::Join { .. }
            | Ask::SetSeverity { .. }
            | Ask::AcceptDowngrade {}
            | Ask::RefuseDowngrade { .. }
            | Ask::Follow {}
            | Ask::Unfollow {}
            | Ask::Read { .. } => Self { action: None, text: None, to: affected() },
        }
    }
}
