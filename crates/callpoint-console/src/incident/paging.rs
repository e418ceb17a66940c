//! Where paging stands: who is called, which step of the escalation policy that is, and when the next one follows.

use callpoint_core::{
    model::incident::Incident,
    text::{self, fill, say},
};
use yew::prelude::*;

use super::staff_entries::{called, called_for};
use crate::{controls::text_of, scene::Scene};

/// The line below the roles; nothing where nobody was called or the incident is over.
pub fn paging(scene: &Scene<'_>, incident: &Incident) -> Html {
    let open = incident.status.is_open() && incident.merged_into.is_none();
    let Some(paging) = incident.paging.as_ref().filter(|_| open) else { return Html::default() };
    let waits = || {
        let whom = called(incident, &paging.page.whom);
        fill(text::PAGING_WAITS, &[("whom", &whom), ("why", &called_for(scene.reader, &paging.page))])
    };
    let next = paging.page.step.filter(|_| paging.is_unacknowledged());
    let undelivered = paging.open.iter().any(|open| open.failed);
    html! {
        <p class="state paging">
            <strong>{ say(text::PAGING) }</strong>
            if paging.is_unacknowledged() {
                <span class="unseen-yet">{ waits() }</span>
            } else {
                <span>{ say(text::PAGING_ACKNOWLEDGED) }</span>
            }
            if let Some(step) = next {
                <span>{ fill(text::PAGING_NEXT, &[("time", &scene.format_time(step.next_at, false))]) }</span>
            }
            if paging.no_connector {
                { text_of("soon", say(text::PAGING_NO_CONNECTOR)) }
            } else if undelivered {
                { text_of("soon", say(text::PAGING_NOT_DELIVERED)) }
            }
        </p>
    }
}
