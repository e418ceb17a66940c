//! What matters most about an incident, above everything else: how severe, who is on it, when the next update comes,
//! whose turn it is.

use callpoint_core::{
    model::incident::Incident,
    rules::allowed::{Turn, turn},
    text::{self, Key, fill, say, shape::Shape},
};
use yew::prelude::*;

use super::{
    entry::author,
    form::written,
    icon::icon,
    levels::severity,
    time::{ago, eta, next_update},
};
use crate::context::ReaderContext;

/// The facts, with the chart of how they came about.
pub fn facts(reader: &ReaderContext, incident: &Incident, chart: Html) -> Html {
    let promise = match incident.next_update {
        None if incident.status.is_open() => {
            html! { <span class="promise none">{ say(text::NO_NEXT_UPDATE) }</span> }
        }
        _ => next_update(incident),
    };
    html! {
        <div class="facts">
            <p class="facts-line">
                if let Some(level) = incident.effective_severity() { { severity(reader, level) } }
                { marks(incident) }
                <span class="reference">{ &incident.reference }</span>
            </p>
            { disagreement(reader, incident) }
            { work(reader, incident) }
            <p class="facts-line">
                { promise }
                if let Some(at) = incident.eta { { eta(reader, at) } }
            </p>
            { whose_turn(reader, incident) }
            { public_title(incident) }
            { roles(incident) }
            if let Some(workaround) = &incident.workaround {
                <details class="workaround" open=true>
                    <summary>{ say(text::WORKAROUND) }</summary>
                    { written(workaround) }
                </details>
            }
            { chart }
        </div>
    }
}

fn marks(incident: &Incident) -> Html {
    let mark = |shape: Shape, key: Key| html! { <span class="sealed">{ icon(shape) }{ say(key) }</span> };
    html! {
        <>
            if incident.drill { <span class="drill">{ say(text::DRILL_MARK) }</span> }
            if incident.seal.is_some() { { mark(Shape::LOCK, text::SEALED_MARK) } }
            if incident.others_affected { { mark(Shape::PEOPLE, text::OTHERS_AFFECTED) } }
        </>
    }
}

/// Both severities with the vendor's reason, where they differ.
fn disagreement(reader: &ReaderContext, incident: &Incident) -> Html {
    let own = reader.you.account.as_ref().and_then(|account| incident.stake(&account.id));
    match (own, &incident.assessment) {
        (Some(stake), Some(assessment)) if stake.declared != assessment.severity => {
            let yours = reader.level_words(text::YOU_DECLARED, stake.declared);
            let theirs = reader.level_words(text::VENDOR_ASSESSED, assessment.severity);
            html! {
                <p class="facts-line">
                    { [&yours, " · ", &theirs, ": "].concat() }<span dir="auto">{ &assessment.reason }</span>
                </p>
            }
        }
        _ => Html::default(),
    }
}

/// The status, and who acknowledged.
fn work(reader: &ReaderContext, incident: &Incident) -> Html {
    let waits = incident.stakes.iter().any(|stake| stake.unanswered_since == Some(incident.opened_at));
    let acknowledged = match &incident.acknowledged {
        Some(by) => {
            let words = fill(text::ACKNOWLEDGED_BY, &[("name", &author(reader, &by.by).0)]);
            html! { <span>{ words }</span> }
        }
        None if incident.overdue.acknowledge => {
            html! { <span class="promise late">{ say(text::ENTRY_ACKNOWLEDGE_OVERDUE) }</span> }
        }
        None if waits => html! { <span>{ say(text::NOT_ACKNOWLEDGED) }</span> },
        None => Html::default(),
    };
    html! { <p class="facts-line"><strong>{ say(incident.status.label()) }</strong>{ acknowledged }</p> }
}

/// Whose turn it is, and for the vendor, since when.
fn whose_turn(reader: &ReaderContext, incident: &Incident) -> Html {
    match turn(incident, reader.you.account.as_ref().map(|account| &account.id)) {
        Turn::Vendor(at) => html! {
            <p class="facts-line">{ reader.vendor_words(text::WAITING_ON_VENDOR) }{ " · " }{ ago(at) }</p>
        },
        Turn::Customer(_) => html! { <p class="facts-line">{ say(text::WAITING_ON_YOU) }</p> },
        Turn::Working | Turn::Nobody => Html::default(),
    }
}

/// What everybody calls it, where the account's own title differs.
fn public_title(incident: &Incident) -> Html {
    match &incident.publication {
        Some(publication) if publication.title != incident.title => html! {
            <p class="facts-line" dir="auto">{ fill(text::PUBLIC_TITLE, &[("title", &publication.title)]) }</p>
        },
        _ => Html::default(),
    }
}

/// Who is on it.
fn roles(incident: &Incident) -> Html {
    let held = incident.roles.iter().map(|held| (held.by.name.as_str(), held.role.as_str()));
    let csm = incident.stakes.iter().filter_map(|stake| stake.csm.as_ref()).map(|csm| (csm.name.as_str(), "CSM"));
    let people: Vec<Html> =
        held.chain(csm).map(|(name, role)| html! { <span><b>{ name }</b>{ " " }{ role }</span> }).collect();
    html! { <p class="facts-line">{ for people }</p> }
}
