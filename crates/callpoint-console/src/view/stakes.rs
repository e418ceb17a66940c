//! The stakes: one row an account, with what it declares, what counts, and where its key stands. Who disputes stands
//! first, then who is waited for.

use callpoint_core::{
    client::{DeliveryState, OutboxEntry},
    model::{
        event::{Change, Consent},
        id::{AccountId, Seq},
        incident::Incident,
        policy::Engagement,
        stake::{Closure, Stake},
        time::span,
    },
    text::{self, Key, fill, remaining_short, say},
    wire::protocol::Request,
};
use callpoint_widget::view::{
    Scene,
    node::{Node, el},
    shape::{Draw as _, Shape},
};
use yew::prelude::*;

use super::{
    part::{explained, opens_for, words_of},
    side::pending,
};
use crate::{
    form::{Form, agreed, is_lower},
    msg::Msg,
    queue::is_disputed,
};

/// Every stake, the one that needs most first.
pub fn stakes(scene: &Scene<'_>, incident: &Incident, send: &Callback<Msg>) -> Html {
    let of_place = |wanted| incident.stakes.iter().filter(move |stake| place(stake) == wanted);
    let sorted = (0..4).flat_map(of_place);
    let rows = sorted.map(|stake| row(scene, incident, stake, send)).collect();
    el("ul", "stakes").list(rows).html()
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

fn row(scene: &Scene<'_>, incident: &Incident, stake: &Stake, send: &Callback<Msg>) -> Html {
    let account = &stake.account;
    let level = scene.vendor.scheme.name(stake.declared);
    let says = fill(text::DECLARED_BY_ACCOUNT, &[("account", &account.name), ("level", level)]);
    let mut facts = el("div", "stake-facts").with(el("strong", "").word("dir", "auto").text(&says));
    facts = facts.list(counts(scene, incident, stake).into_iter().map(Node::html).collect());
    facts = facts.put(engagement(stake.terms.engagement)).with(key(scene, incident, stake));
    if let Some(words) = disputes(stake) {
        facts = facts.with(el("span", "disputes").text(&words));
    }
    let class = if is_disputed(stake) { "stake disputed" } else { "stake" };
    let mut row = el("li", class).key(account.id.text()).with(facts).put(doings(scene, incident, stake, send));
    if let Some(words) = downgrade(scene, stake) {
        row = row.with(words);
    }
    row.with(people(scene, incident, stake)).put(asked(scene, &account.id, send)).html()
}

/// What counts for this account, where that is not what it declared, and by whose word.
fn counts(scene: &Scene<'_>, incident: &Incident, stake: &Stake) -> Option<Node> {
    let effective = stake.effective(incident.assessed());
    let key = match stake.lowered {
        Some(_) => match consent(scene, incident, stake) {
            Some(Consent::Vendor) => text::LOWERED_BY_US,
            Some(Consent::Account) => text::LOWERED_AGREED,
            Some(Consent::Silence) => text::LOWERED_TIMEOUT,
            None => text::LOWERED_TO,
        },
        None if effective != stake.declared => text::EFFECTIVE_FOR_ACCOUNT,
        None => return None,
    };
    Some(el("span", "counts").text(&scene.level_words(key, effective)))
}

/// What made the lower severity count. The timeline knows; before it is here, nobody does for sure.
fn consent(scene: &Scene<'_>, incident: &Incident, stake: &Stake) -> Option<Consent> {
    let timeline = scene.client.cache.timeline(incident.id)?;
    timeline.entries.iter().rev().find_map(|entry| match &entry.change {
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

/// Where its key stands; a key that waits says when it counts as turned.
fn key(scene: &Scene<'_>, incident: &Incident, stake: &Stake) -> Node {
    let open = incident.status.is_open();
    let (class, words, shape, at) = match stake.closure {
        Closure::Open => ("key open", say(text::CLOSURE_OPEN).to_owned(), Shape::RING, None),
        Closure::Proposed { at, until, reminded } => {
            let mut words = vec![fill(text::CLOSURE_PROPOSED, &[("time", &(scene.moment)(at, false))])];
            words.push(match until {
                Some(until) => fill(text::CLOSURE_TIMEOUT, &[("time", &remaining_short(until.since(scene.now)))]),
                None => say(text::CLOSURE_NO_TIMEOUT).to_owned(),
            });
            words.extend(reminded.then(|| say(text::CLOSURE_REMINDED).to_owned()));
            ("key waits", words.join(", "), Shape::HALF, until)
        }
        Closure::Confirmed(at) => ("key confirmed", say(text::CLOSURE_CONFIRMED).to_owned(), Shape::CHECK, Some(at)),
        Closure::Waived(at) => ("key waived", say(text::CLOSURE_WAIVED).to_owned(), Shape::MINUS, Some(at)),
        Closure::TimedOut(at) => ("key timed-out", say(text::CLOSURE_TIMED_OUT).to_owned(), Shape::MINUS, Some(at)),
    };
    let key = el("span", class).put(shape.draw()).text(&words);
    match at.filter(|_| open || stake.closure.is_turned()) {
        Some(at) => key.attr("title", (scene.moment)(at, true)),
        None => key,
    }
}

fn disputes(stake: &Stake) -> Option<String> {
    match stake.disputes {
        0 => None,
        many => Some(text::count(text::DISPUTES, usize::try_from(many).unwrap_or(usize::MAX))),
    }
}

/// Who waits, who it is about, who has read it.
fn people(scene: &Scene<'_>, incident: &Incident, stake: &Stake) -> Node {
    let mut line = el("div", "stake-facts people");
    if let Some(since) = stake.unanswered_since.filter(|_| incident.status.is_open()) {
        let waited = span(scene.now.since(since).max(0));
        let words = fill(text::UNANSWERED, &[("span", &waited)]);
        line = line.with(el("span", "on-us").attr("title", (scene.moment)(since, true)).text(&words));
    }
    let reporter = words_of("", &fill(text::REPORTED_BY, &[("name", &stake.reporter_name)]));
    let csm = match &stake.csm {
        Some(csm) => words_of("", &fill(text::CSM_IS, &[("name", &csm.name)])),
        None => el("span", "").say(text::CSM_NONE),
    };
    line = line.with(reporter).with(csm).put(followers(stake));
    let next = agreed(&scene.client.cache.state.terms, incident, &stake.account.id).engagement;
    if next != stake.terms.engagement {
        let words = fill(text::ENGAGEMENT_NEXT, &[("engagement", say(engagement_words(next).0))]);
        line = line.with(el("span", "").text(&words));
    }
    match read(scene, incident, stake) {
        Some(words) => line.with(words_of("read", &words)),
        None => line,
    }
}

/// How many follow; who, on demand.
fn followers(stake: &Stake) -> Html {
    let count = match stake.followers.len() {
        0 => return Html::default(),
        many => text::count(text::FOLLOWERS, many),
    };
    let names: Vec<_> = stake.followers.iter().map(|follower| follower.name.as_str()).collect();
    let names = words_of("names", &names.join(", "));
    el("details", "followers").with(el("summary", "").text(&count)).with(names).html()
}

/// How far this account has read, of what it can see.
fn read(scene: &Scene<'_>, incident: &Incident, stake: &Stake) -> Option<String> {
    let timeline = scene.client.cache.timeline(incident.id)?;
    let mut reaching = timeline.entries.iter().filter(|entry| entry.to.reaches(&stake.account.id) && entry.is_spoken());
    let last: Seq = reaching.clone().next_back()?.seq;
    let words = match reaching.rfind(|entry| entry.seq <= stake.read_to) {
        _ if stake.read_to >= last => say(text::READ_ALL).to_owned(),
        Some(entry) => fill(text::READ_TO, &[("time", &(scene.moment)(entry.at, false))]),
        None => say(text::READ_NONE).to_owned(),
    };
    Some(words)
}

/// A lower severity that waits for this account's word.
fn downgrade(scene: &Scene<'_>, stake: &Stake) -> Option<Node> {
    let downgrade = stake.downgrade.as_ref()?;
    let level = scene.vendor.scheme.name(downgrade.severity);
    let words = match downgrade.until {
        Some(until) => {
            fill(text::DOWNGRADE_UNTIL, &[("level", level), ("time", &remaining_short(until.since(scene.now)))])
        }
        None => fill(text::DOWNGRADE_NO_TIMEOUT, &[("level", level)]),
    };
    let key = el("span", "key waits").put(Shape::HALF.draw()).text(&words);
    let why = words_of("why", &downgrade.reason).attr("title", downgrade.reason.clone());
    Some(el("p", "stake-facts").with(key).with(why))
}

/// What can be done about this stake; where its engagement rules something out, it says so in its place.
fn doings(scene: &Scene<'_>, incident: &Incident, stake: &Stake, send: &Callback<Msg>) -> Html {
    let (id, name) = (&stake.account.id, stake.account.name.as_str());
    let mut doings = el("div", "doings");
    if incident.status.is_open() && incident.merged_into.is_none() {
        if scene.vendor.scheme.severities().any(|level| is_lower(incident, id, level)) {
            doings = doings.put(opens_for(text::LOWER, text::LOWER_FOR, name, send, Form::Lower(id.clone())));
        }
        if !stake.closure.is_turned() {
            doings = doings.put(match stake.terms.engagement {
                Engagement::Advisory => opens_for(text::WAIVE, text::WAIVE_FOR, name, send, Form::Waive(id.clone())),
                Engagement::Shared => el("span", "quiet").say(text::WAIVE_SHARED).html(),
                Engagement::CustomerLed => el("span", "quiet").say(text::WAIVE_LED).html(),
            });
        }
        doings = doings.put(opens_for(text::ENGAGE, text::ENGAGE_FOR, name, send, Form::Engage(id.clone())));
    }
    doings.html()
}

/// What was asked about the account and is not with the server yet.
fn asked(scene: &Scene<'_>, account: &AccountId, send: &Callback<Msg>) -> Html {
    let about = |kept: &&OutboxEntry| {
        matches!(&kept.submission.request, Request::Account(id, _) if id == account)
            && !matches!(kept.state, DeliveryState::Received(_))
    };
    let kept = scene.client.outbox.entries().iter().rev().find(about);
    kept.map_or_else(Html::default, |kept| pending(scene, kept, send))
}
