//! The stakes: one row an account, with what it declares, what counts, and where its closure stands. Who disputes stands
//! first, then who is waited for.

use callpoint_core::{
    client::{DeliveryState, OutboxEntry},
    model::{
        event::{Change, Consent},
        id::{AccountId, Seq},
        incident::Incident,
        policy::Engagement,
        stake::{Closure, Stake},
        time::DAY,
    },
    text::{self, Key, fill, remaining, remaining_short, say, shape::Shape},
    wire::protocol::Request,
};
use callpoint_widget::components::icon::icon;
use yew::prelude::*;

use super::action_form::{ActionForm, agreed, is_lower};
use crate::{
    controls::{SendMessage, explained, opens_for, reason, text_of},
    message::IncidentMsg,
    queue::{is_disputed, side::pending},
    scene::Scene,
};

/// Every stake, the one that needs most first.
pub fn stakes(scene: &Scene<'_>, incident: &Incident, send: &SendMessage) -> Html {
    let of_place = |wanted| incident.stakes.iter().filter(move |stake| place(stake) == wanted);
    let sorted = (0..4).flat_map(of_place);
    html! { <ul class="stakes">{ for sorted.map(|stake| row(scene, incident, stake, send)) }</ul> }
}

fn place(stake: &Stake) -> u8 {
    let waits = matches!(stake.closure, Closure::Proposed { .. }) || stake.downgrade.is_some();
    match (is_disputed(stake), waits || stake.unanswered_since.is_some(), stake.closure.is_turned()) {
        (true, ..) => 0,
        (_, true, _) => 1,
        (_, _, false) => 2,
        (_, _, true) => 3,
    }
}

fn row(scene: &Scene<'_>, incident: &Incident, stake: &Stake, send: &SendMessage) -> Html {
    let account = &stake.account;
    let level = scene.vendor.scheme.name(stake.declared);
    let says = fill(text::DECLARED_BY_ACCOUNT, &[("account", &account.name), ("level", level)]);
    html! {
        <li key={account.id.text()} class={if is_disputed(stake) { "stake disputed" } else { "stake" }}>
            <div class="stake-facts">
                <strong dir="auto">{ says }</strong>
                { effective(scene, incident, stake) }
                { engagement(stake.terms.engagement) }
                { closure(scene, incident, stake) }
                if let Some(words) = disputes(stake) { <span class="disputes">{ words }</span> }
            </div>
            { actions(scene, incident, stake, send) }
            { downgrade(scene, stake) }
            { people(scene, incident, stake) }
            { asked(scene, &account.id, send) }
        </li>
    }
}

/// The severity for this account, where that is not what it declared, and who decided it.
fn effective(scene: &Scene<'_>, incident: &Incident, stake: &Stake) -> Html {
    let effective = stake.effective(incident.assessed());
    let key = match stake.lowered {
        Some(_) => match consent(scene, incident, stake) {
            Some(Consent::Vendor) => text::LOWERED_BY_US,
            Some(Consent::Account) => text::LOWERED_AGREED,
            Some(Consent::Silence) => text::LOWERED_TIMEOUT,
            None => text::LOWERED_TO,
        },
        None if effective != stake.declared => text::EFFECTIVE_FOR_ACCOUNT,
        None => return Html::default(),
    };
    html! { <span class="counts">{ scene.level_words(key, effective) }</span> }
}

/// Who decided the lower severity. The timeline says; before it is loaded nothing does.
fn consent(scene: &Scene<'_>, incident: &Incident, stake: &Stake) -> Option<Consent> {
    let timeline = scene.client.cache.timeline(incident.id)?;
    timeline.lowerings.iter().rev().find_map(|entry| match &entry.change {
        Change::Lowered { account, consent, .. } if *account == stake.account.id => Some(*consent),
        _ => None,
    })
}

/// An engagement in plain words.
#[must_use]
pub const fn engagement_words(engagement: Engagement) -> (Key, Key) {
    match engagement {
        Engagement::Advisory => (text::ENGAGEMENT_ADVISORY, text::ENGAGEMENT_ADVISORY_MEANS),
        Engagement::Shared => (text::ENGAGEMENT_SHARED, text::ENGAGEMENT_SHARED_MEANS),
        Engagement::CustomerLed => (text::ENGAGEMENT_LED, text::ENGAGEMENT_LED_MEANS),
    }
}

fn engagement(engagement: Engagement) -> Html {
    let (word, meaning) = engagement_words(engagement);
    explained("mark engagement", word, meaning)
}

/// The state of the account's closure, and when it times out.
fn closure(scene: &Scene<'_>, incident: &Incident, stake: &Stake) -> Html {
    let (class, words, shape, at) = match stake.closure {
        Closure::Open => ("key open", say(text::CLOSURE_OPEN).to_owned(), Shape::RING, None),
        Closure::Proposed { at, until, reminder, reminded } => {
            let mut words = vec![fill(text::CLOSURE_PROPOSED, &[("time", &scene.format_time(at, false))])];
            words.push(match until {
                None => say(text::CLOSURE_NO_TIMEOUT).to_owned(),
                Some(_) if reminder.is_some() && !reminded => say(text::CLOSURE_NOT_REMINDED).to_owned(),
                Some(until) => fill(text::CLOSURE_TIMEOUT, &[("time", &remaining_short(until.since(scene.now)))]),
            });
            words.extend(reminded.then(|| say(text::CLOSURE_REMINDED).to_owned()));
            ("key waits", words.join(", "), Shape::HALF, until)
        }
        Closure::Confirmed(at) => ("key confirmed", say(text::CLOSURE_CONFIRMED).to_owned(), Shape::CHECK, Some(at)),
        Closure::Waived(at) => ("key waived", say(text::CLOSURE_WAIVED).to_owned(), Shape::MINUS, Some(at)),
        Closure::Overridden(at) => ("key waived", say(text::CLOSURE_OVERRIDDEN).to_owned(), Shape::MINUS, Some(at)),
        Closure::TimedOut(at) => ("key timed-out", say(text::CLOSURE_TIMED_OUT).to_owned(), Shape::MINUS, Some(at)),
    };
    let title =
        at.filter(|_| incident.is_open_to(stake) || stake.closure.is_turned()).map(|at| scene.format_time(at, true));
    html! { <span {class} {title}>{ icon(shape) }{ words }</span> }
}

fn disputes(stake: &Stake) -> Option<String> {
    match stake.disputes {
        0 => None,
        many => Some(text::count(text::DISPUTES, usize::try_from(many).unwrap_or(usize::MAX))),
    }
}

/// Who waits, who it is about, who has read it.
fn people(scene: &Scene<'_>, incident: &Incident, stake: &Stake) -> Html {
    let waiting = stake.unanswered_since.filter(|_| incident.is_open_to(stake)).map(|since| {
        let words = fill(text::UNANSWERED, &[("span", &text::span(scene.now.since(since).max(0)))]);
        html! { <span class="on-us" title={scene.format_time(since, true)}>{ words }</span> }
    });
    let csm = match &stake.csm {
        Some(csm) => text_of("", &fill(text::CSM_IS, &[("name", &csm.name)])),
        None => html! { <span>{ say(text::CSM_NONE) }</span> },
    };
    let next = agreed(&scene.client.cache.state.terms, incident, &stake.account.id).engagement;
    let next = (next != stake.terms.engagement).then(|| {
        html! { <span>{ fill(text::ENGAGEMENT_NEXT, &[("engagement", say(engagement_words(next).0))]) }</span> }
    });
    html! {
        <div class="stake-facts people">
            { waiting }
            { text_of("", &fill(text::REPORTED_BY, &[("name", &stake.reporter_name)])) }
            { csm }
            { followers(stake) }
            { next }
            { read(scene, incident, stake).map(|words| text_of("read", &words)) }
        </div>
    }
}

/// How many follow; who, on demand.
fn followers(stake: &Stake) -> Html {
    let count = match stake.followers.len() {
        0 => return Html::default(),
        many => text::count(text::FOLLOWERS, many),
    };
    let names: Vec<_> = stake.followers.iter().map(|follower| follower.name.as_str()).collect();
    html! {
        <details class="followers"><summary>{ count }</summary>{ text_of("names", &names.join(", ")) }</details>
    }
}

/// How far this account has read, of what it can see.
fn read(scene: &Scene<'_>, incident: &Incident, stake: &Stake) -> Option<String> {
    let timeline = scene.client.cache.timeline(incident.id)?;
    let mut reaching = timeline.entries.iter().filter(|entry| entry.to.reaches(&stake.account.id) && entry.is_spoken());
    let last: Seq = reaching.clone().next_back()?.seq;
    let words = match reaching.rfind(|entry| entry.seq <= stake.read_to) {
        _ if stake.read_to >= last => say(text::READ_ALL).to_owned(),
        Some(entry) => fill(text::READ_TO, &[("time", &scene.format_time(entry.at, false))]),
        None => say(text::READ_NONE).to_owned(),
    };
    Some(words)
}

/// A downgrade that waits for this account.
fn downgrade(scene: &Scene<'_>, stake: &Stake) -> Html {
    let Some(downgrade) = &stake.downgrade else { return Html::default() };
    let level = scene.vendor.scheme.name(downgrade.severity);
    let words = match downgrade.until {
        Some(_) if downgrade.reminder.is_some() && !downgrade.reminded => {
            fill(text::DOWNGRADE_NOT_REMINDED, &[("level", level)])
        }
        Some(until) => {
            fill(text::DOWNGRADE_UNTIL, &[("level", level), ("time", &remaining_short(until.since(scene.now)))])
        }
        None => fill(text::DOWNGRADE_NO_TIMEOUT, &[("level", level)]),
    };
    html! {
        <p class="stake-facts">
            <span class="key waits">{ icon(Shape::HALF) }{ words }</span>
            { reason(&downgrade.reason) }
        </p>
    }
}

/// What can be done about this stake; where its engagement rules something out, that is said in its place.
fn actions(scene: &Scene<'_>, incident: &Incident, stake: &Stake, send: &SendMessage) -> Html {
    let (id, name) = (&stake.account.id, stake.account.name.as_str());
    if !incident.is_open_to(stake) {
        return html! { <div class="doings" /> };
    }
    let can_lower = scene.vendor.scheme.severities().any(|level| is_lower(incident, id, level));
    let waive = match stake.terms.engagement {
        _ if stake.closure.is_turned() => Html::default(),
        _ if stake.vendor_may_waive() || may_override(scene, stake) => {
            opens_for(text::WAIVE, text::WAIVE_FOR, name, send, ActionForm::Waive(id.clone()))
        }
        Engagement::Advisory | Engagement::Shared => html! { <span class="quiet">{ say(text::WAIVE_SHARED) }</span> },
        Engagement::CustomerLed => html! { <span class="quiet">{ led(stake) }</span> },
    };
    html! {
        <div class="doings">
            if can_lower { { opens_for(text::LOWER, text::LOWER_FOR, name, send, ActionForm::Lower(id.clone())) } }
            { waive }
            { opens_for(text::ENGAGE, text::ENGAGE_FOR, name, send, ActionForm::Engage(id.clone())) }
        </div>
    }
}

/// Whether whoever looks is an executive who may close for this account.
pub fn may_override(scene: &Scene<'_>, stake: &Stake) -> bool {
    scene.you.executive && stake.executive_may_override(scene.now)
}

/// Who closes for an account that leads.
fn led(stake: &Stake) -> String {
    let Some(limit) = stake.terms.silence_limit else { return say(text::WAIVE_LED).to_owned() };
    let (reached, reminders) = (stake.reminders.to_string(), limit.reminders.to_string());
    let values =
        [("span", &*remaining(i64::from(limit.days) * DAY)), ("reached", &*reached), ("reminders", &*reminders)];
    fill(text::WAIVE_LED_LIMIT, &values)
}

/// What was asked about the account and is not with the server yet.
fn asked(scene: &Scene<'_>, account: &AccountId, send: &SendMessage) -> Html {
    let about = |outbox_entry: &&OutboxEntry| {
        matches!(&outbox_entry.submission.request, Request::Account(id, _) if id == account)
            && !matches!(outbox_entry.state, DeliveryState::Received(_))
    };
    let outbox_entry = scene.client.outbox.entries().iter().rev().find(about);
    outbox_entry.map_or_else(Html::default, |outbox_entry| pending(scene, outbox_entry, send, IncidentMsg::Discard))
}
