//! What was asked here and is not on the timeline yet: it stands at its end until the server has it.

use callpoint_core::{
    client::{DeliveryState, OutboxEntry},
    model::{
        command::{IncidentCommand, Visibility},
        event::Audience,
        incident::Incident,
    },
    text::{self, Key, fill, say},
    wire::protocol::Request,
};
use callpoint_widget::components::form::written;
use yew::prelude::*;

use crate::{
    composer::{audience::EntryAudience, draft::ComposerDraft},
    controls::SendMessage,
    message::ConsoleMsg,
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
    let (action, text) = describe(scene, command);
    let reach = EntryAudience::of(incident, &audience(incident, command));
    let stage = match &outbox_entry.state {
        DeliveryState::Received(_) => Html::default(),
        stage => html! {
            <p class="entry-stage" role={if matches!(stage, DeliveryState::Refused(_)) { "alert" } else { "status" }}>
                { scene.delivery(outbox_entry) }
                if matches!(stage, DeliveryState::Waiting(_)) {
                    <button class="link" onclick={send.reform(|_| ConsoleMsg::RetryNow)}>{ say(text::TRY_NOW) }</button>
                }
                if matches!(stage, DeliveryState::Refused(_)) {
                    if text.is_some() {
                        <button class="link" disabled={!draft.has_room(command)}
                            onclick={send.reform(move |_| ConsoleMsg::EditAgain(id))}>{ say(text::EDIT_AGAIN) }</button>
                    }
                    <button class="link" onclick={send.reform(move |_| ConsoleMsg::Discard(id))}>{ say(text::DISCARD) }</button>
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

/// What a command says: what is done, and somebody's own words.
fn describe<'a>(scene: &Scene<'_>, command: &'a IncidentCommand) -> (Option<String>, Option<&'a str>) {
    use IncidentCommand as Ask;
    let plain = |key: Key| Some(say(key).to_owned());
    let role = |role: &str| Some(fill(text::ROLE_ASKED, &[("role", role)]));
    match command {
        Ask::Message { text, .. } => (None, Some(text)),
        Ask::Update(update) => (plain(text::ENTRY_UPDATE), Some(&update.text)),
        Ask::ProposeResolution { text } => (plain(text::ENTRY_PROPOSED), Some(text)),
        Ask::Assess { severity, reason } => (Some(scene.level_words(text::ENTRY_ASSESSED, *severity)), Some(reason)),
        Ask::ProposeDowngrade { severity, reason, .. } => {
            (Some(scene.level_words(text::ENTRY_DOWNGRADE, *severity)), Some(reason))
        }
        Ask::Waive { reason, .. } => (plain(text::WAIVE_SEND), Some(reason)),
        Ask::Move { status } => (plain(status.label()), None),
        Ask::Acknowledge {} => (plain(text::ENTRY_ACKNOWLEDGED), None),
        Ask::AssignRole { role: of, .. } => (role(of), None),
        Ask::ReleaseRole { role: of, reason } => (role(of), Some(reason)),
        Ask::SetWarRoom { url } => (plain(text::ENTRY_WAR_ROOM_SET), Some(url)),
        Ask::Merge { .. } => (plain(text::MERGE), None),
        Ask::Pause { until, reason } => {
            (Some(fill(text::ENTRY_PAUSED, &[("time", &scene.format_time(*until, false))])), Some(reason))
        }
        Ask::Seal { reason } => (plain(text::ENTRY_SEALED), Some(reason)),
        Ask::Unseal { reason, .. } => (plain(text::ENTRY_UNSEALED), Some(reason)),
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
        | Ask::Invite { .. }
        | Ask::Read { .. } => (None, None),
    }
}

/// How far it will reach, as far as that is known before the server has decided.
fn audience(incident: &Incident, command: &IncidentCommand) -> Audience {
    let affected = || Audience::Affected(incident.stakes.iter().map(|stake| stake.account.id.clone()).collect());
    let to = match command {
        IncidentCommand::Message { to, .. } => to.as_ref(),
        IncidentCommand::Update(update) => Some(&update.to),
        IncidentCommand::ProposeDowngrade { account, .. } | IncidentCommand::Waive { account, .. } => {
            return Audience::Account(account.clone());
        }
        IncidentCommand::SetWarRoom { .. } => Some(&Visibility::Internal),
        IncidentCommand::Move { .. } if incident.publication.is_some() => Some(&Visibility::Public),
        IncidentCommand::Move { .. }
        | IncidentCommand::Acknowledge {}
        | IncidentCommand::Assess { .. }
        | IncidentCommand::ProposeResolution { .. }
        | IncidentCommand::AssignRole { .. }
        | IncidentCommand::ReleaseRole { .. }
        | IncidentCommand::Merge { .. }
        | IncidentCommand::Pause { .. }
        | IncidentCommand::Seal { .. }
        | IncidentCommand::Unseal { .. }
        | IncidentCommand::Confirm {}
        | IncidentCommand::Dispute { .. }
        | IncidentCommand::Reopen { .. }
        | IncidentCommand::Join { .. }
        | IncidentCommand::SetSeverity { .. }
        | IncidentCommand::AcceptDowngrade {}
        | IncidentCommand::RefuseDowngrade { .. }
        | IncidentCommand::Follow {}
        | IncidentCommand::Unfollow {}
        | IncidentCommand::Invite { .. }
        | IncidentCommand::Read { .. } => Some(&Visibility::Affected),
    };
    match to {
        Some(Visibility::Account(account)) => Audience::Account(account.clone()),
        Some(Visibility::Affected) => affected(),
        Some(Visibility::Public) => Audience::Public,
        Some(Visibility::Internal) | None => Audience::Internal,
    }
}
