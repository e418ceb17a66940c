//! What matters most about an incident, above everything else: how severe, who is on it, when the next update comes,
//! whose turn it is.

use callpoint_core::{
    model::{incident::Incident, stake::Consent},
    rules::allowed::{Turn, turn},
    text::{self, Key, fill, say, shape::Shape},
};
use yew::prelude::*;

use super::{
    entry::author,
    icon::icon,
    incident_row::asked,
    levels::severity,
    time::{ago, eta, next_update},
    written::written,
};
use crate::context::ReaderContext;

/// How an account's severity came to be lower than what it reported: what made that count, and the vendor's reason.
pub type Lowering = (Consent, String);

/// The facts: two lines that stay in view, and all the rest folded under them, `open` where there is room for it.
pub fn facts(
    reader: &ReaderContext,
    incident: &Incident,
    lowering: Option<&Lowering>,
    chart: Html,
    end: Html,
    open: bool,
) -> Html {
    let promise = match incident.next_update {
        None if incident.status.is_open() => {
            html! { <span class="promise none">{ say(text::NO_NEXT_UPDATE) }</span> }
        }
        _ => next_update(incident),
    };
    html! {
        <details class="facts" {open}>
            <summary>
                <span class="facts-line">
                    if let Some(level) = incident.effective_severity() { { severity(reader, level) } }
                    <strong>{ say(incident.standing().label()) }</strong>
                    if incident.drill { <span class="drill">{ say(text::DRILL_MARK) }</span> }
                    <span class="reference">{ incident.full_reference() }</span>
                </span>
                <span class="facts-line">{ whose_turn(reader, incident) }{ promise }</span>
            </summary>
            <p class="facts-line">{ marks(incident) }</p>
            { disagreement(reader, incident, lowering) }
            <p class="facts-line">
                { acknowledged(reader, incident) }
                if let Some(at) = incident.eta { { eta(reader, at) } }
            </p>
            { public_title(incident) }
            { roles(incident) }
            if let Some(workaround) = &incident.workaround {
                <div class="workaround"><strong>{ say(text::WORKAROUND) }</strong>{ written(workaround) }</div>
            }
            { chart }
            { end }
        </details>
    }
}

fn marks(incident: &Incident) -> Html {
    let mark = |shape: Shape, key: Key| html! { <span class="sealed">{ icon(shape) }{ say(key) }</span> };
    html! {
        <>
            if let Some(seal) = &incident.seal {
                { mark(Shape::LOCK, if seal.is_shared() { text::SEALED_MARK_SHARED } else { text::SEALED_MARK }) }
                { for seal.addresses.iter().map(|email| {
                    html! { <span dir="auto">{ fill(text::INVITED_PENDING, &[("email", email)]) }</span> }
                }) }
            }
            if incident.others_affected { { mark(Shape::PEOPLE, text::OTHERS_AFFECTED) } }
        </>
    }
}

/// What was reported, what it counts as, and why the vendor sees it otherwise.
fn disagreement(reader: &ReaderContext, incident: &Incident, lowering: Option<&Lowering>) -> Html {
    let Some(stake) = reader.you.account.as_ref().and_then(|account| incident.stake(&account.id)) else {
        return Html::default();
    };
    let (key, severity, reason) = match (stake.lowered, lowering, &incident.assessment) {
        (Some(lowered), Some((consent, reason)), _) if lowered != stake.declared => {
            let key = match consent {
                Consent::Vendor => text::VENDOR_LOWERED,
                Consent::Account => text::YOU_AGREED,
                Consent::Silence => text::ENTRY_LOWERED_TIMEOUT,
            };
            (key, lowered, reason)
        }
        (_, _, Some(assessment)) if stake.declared != assessment.severity => {
            (text::VENDOR_ASSESSED, assessment.severity, &assessment.reason)
        }
        _ => return Html::default(),
    };
    let yours = reader.level_words(text::YOU_DECLARED, stake.declared);
    let theirs = reader.level_words(key, severity);
    html! {
        <p class="facts-line disagreement">
            <span>
                { [&yours, " · ", &theirs].concat() }
                if !reason.is_empty() { { ": " }<span dir="auto">{ text::reason(reason) }</span> }
            </span>
        </p>
    }
}

/// Who acknowledged it.
fn acknowledged(reader: &ReaderContext, incident: &Incident) -> Html {
    match &incident.acknowledged {
        Some(by) => {
            let words = fill(text::ACKNOWLEDGED_BY, &[("name", &author(reader, &by.by).0)]);
            html! { <span>{ words }</span> }
        }
        None => Html::default(),
    }
}

/// What the reader is asked; else that nobody has taken it up; else who it waits for, and since when.
fn whose_turn(reader: &ReaderContext, incident: &Incident) -> Html {
    if let Some(asked) = asked(reader, incident) {
        return html! { <span class="asked">{ asked }</span> };
    }
    let waits = incident.stakes.iter().any(|stake| stake.unanswered_since == Some(incident.opened_at));
    match turn(incident, reader.you.account.as_ref().map(|account| &account.id)) {
        _ if incident.acknowledged.is_none() && incident.overdue.acknowledge => {
            html! { <span class="promise late">{ say(text::ENTRY_ACKNOWLEDGE_OVERDUE) }</span> }
        }
        Turn::Vendor(_) if incident.acknowledged.is_none() && waits => {
            html! { <span>{ say(text::NOT_ACKNOWLEDGED) }</span> }
        }
        Turn::Vendor(at) => {
            html! { <span>{ reader.vendor_words(text::WAITING_ON_VENDOR) }{ " · " }{ ago(at) }</span> }
        }
        Turn::Customer(_) => html! { <span>{ say(text::WAITING_ON_YOU) }</span> },
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
    let held = incident.roles.iter().map(|held| (held.by.name.as_str(), text::role(&held.role)));
    let csm =
        incident.stakes.iter().filter_map(|stake| stake.csm.as_ref()).map(|csm| (csm.name.as_str(), text::role("CSM")));
    let people: Vec<Html> =
        held.chain(csm).map(|(name, role)| html! { <span><b>{ name }</b>{ " " }{ role }</span> }).collect();
    html! { <p class="facts-line">{ for people }</p> }
}
