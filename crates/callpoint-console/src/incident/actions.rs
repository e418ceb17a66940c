//! What staff can do to an incident beside writing: all in its place, nothing in front of it.

use std::rc::Rc;

use callpoint_core::{
    client::{DeliveryState, OutboxEntry},
    model::{
        command::IncidentCommand,
        incident::{Incident, Status},
        stake::Closure,
    },
    text::{self, say},
    wire::protocol::{Request, StaffProfile, export_path, print_path},
};
use callpoint_widget::context::use_client;
use yew::prelude::*;

use super::{
    action_form::{ActionForm, can_be_sealed},
    forms,
};
use crate::{
    composer::draft::ComposerDraft,
    controls::{SendMessage, opens, waiting_button, when},
    message::IncidentMsg,
    scene::{Scene, use_scene},
};

/// The statuses of a maintenance.
const PLANNED: [Status; 4] = [Status::Scheduled, Status::InProgress, Status::Verifying, Status::Completed];

/// What the actions need.
#[derive(PartialEq, Properties)]
pub struct ActionsProps {
    /// Sends messages to the pane.
    pub send: SendMessage,
    /// The incident.
    pub incident: Rc<Incident>,
    /// The open form, and what was filled in.
    pub draft: ComposerDraft,
    /// Those of staff whom a role can be handed to, once they are known.
    pub staff: Rc<Vec<StaffProfile>>,
}

/// The buttons, or the form that one of them has opened.
#[component]
pub fn Actions(props: &ActionsProps) -> Html {
    let ActionsProps { send, incident, draft, staff } = props;
    let source = use_scene(incident.id);
    // What this one can be merged into is any other incident.
    let merging = draft.form == Some(ActionForm::Merge);
    let _ = use_client(move |client| merging.then(|| client.revision()));
    source.draw(|scene| actions(scene, incident, draft, staff, send))
}

fn actions(
    scene: &Scene<'_>,
    incident: &Incident,
    draft: &ComposerDraft,
    staff: &[StaffProfile],
    send: &SendMessage,
) -> Html {
    match &draft.form {
        Some(form) if form.fits(incident) => forms::form(scene, incident, draft, form, staff, send),
        _ => buttons(scene, incident, send),
    }
}

fn buttons(scene: &Scene<'_>, incident: &Incident, send: &SendMessage) -> Html {
    let (open, goes_on) = (incident.status.is_open(), incident.is_open());
    let seal = match &incident.seal {
        Some(_) if !scene.you.security => Html::default(),
        Some(_) => html! {
            <>{ opens(text::GIVE_ACCESS, send, ActionForm::GiveAccess) }{ opens(text::UNSEAL, send, ActionForm::Unseal) }</>
        },
        None if can_be_sealed(incident) => opens(text::SEAL, send, ActionForm::Seal),
        None => Html::default(),
    };
    html! {
        <div class="actions">
            if goes_on { { daily(scene, incident, send) } }
            // What is seldom done stands apart, at the end.
            <div class="more" role="group" aria-label={say(text::MORE_ACTIONS)}>
                if open { { opens(text::PAUSE, send, ActionForm::Pause) } }
                if open && incident.seal.is_none() { { opens(text::MERGE, send, ActionForm::Merge) } }
                { seal }
                <a class="link" href={export_path(&incident.id.text())} download="">{ say(text::EXPORT) }</a>
                <a class="link" href={print_path(&incident.id.text())} target="_blank">{ say(text::PRINT) }</a>
            </div>
        </div>
    }
}

/// What is done every day.
fn daily(scene: &Scene<'_>, incident: &Incident, send: &SendMessage) -> Html {
    let asked = asked(scene, incident);
    let acknowledging = asked.clone().any(|command| matches!(command, IncidentCommand::Acknowledge {}));
    let acknowledge = IncidentMsg::Command(IncidentCommand::Acknowledge {});
    let moving = asked.last().and_then(|command| match command {
        IncidentCommand::Move { status } => Some(*status),
        _ => None,
    });
    let calling = incident.paging.as_ref().is_some_and(|paging| paging.is_unacknowledged());
    let can_propose = incident.stakes.is_empty() || incident.stakes.iter().any(|stake| stake.closure == Closure::Open);
    html! {
        <>
            if incident.acknowledged.is_none() || calling {
                { waiting_button("primary", text::ACKNOWLEDGE, send, acknowledge, acknowledging) }
            }
            { segments(incident, moving.unwrap_or(incident.status), send) }
            if incident.status.is_open() { { opens(text::ASSESS, send, ActionForm::Assess) } }
            if can_propose { { opens(text::PROPOSE, send, ActionForm::Propose) } }
        </>
    }
}

fn segments(incident: &Incident, current: Status, send: &SendMessage) -> Html {
    // Once every account was asked, the vendor's word ends it.
    let ends = incident.can_end() && !incident.stakes.is_empty();
    let offered: Vec<Status> = match current.is_maintenance() {
        true => PLANNED.to_vec(),
        false => Status::steps().chain(ends.then_some(Status::Resolved)).collect(),
    };
    html! {
        <div class="segments" role="group" aria-label={say(text::STATUS_LABEL)}>
            { for offered.into_iter().map(|status| html! {
                <button key={say(status.label())} aria-pressed={(status == current).to_string()}
                    title={(status == Status::Resolved).then_some(say(text::RESOLVE_MEANS))}
                    onclick={when(send, move |_: MouseEvent| {
                        (status != current).then_some(IncidentMsg::Command(IncidentCommand::Move { status }))
                    })}>{ say(status.label()) }</button>
            }) }
        </div>
    }
}

/// What was asked of this incident and is still on its way.
pub fn asked<'a>(
    scene: &Scene<'a>,
    incident: &Incident,
) -> impl Iterator<Item = &'a IncidentCommand> + Clone + use<'a> {
    let id = incident.id;
    let under_way = move |outbox_entry: &'a OutboxEntry| match (&outbox_entry.submission.request, &outbox_entry.state) {
        (_, DeliveryState::Refused(_)) => None,
        (Request::Incident(of, command), _) if *of == id && !outbox_entry.submission.request.is_silent() => {
            Some(command)
        }
        _ => None,
    };
    scene.client.outbox.entries().iter().filter_map(under_way)
}
