//! What must hold of any world, whatever people did in it.

use std::collections::BTreeSet;

use callpoint_core::{
    model::{
        component::ComponentStatus,
        event::{Audience, Change, Consent, Event, PageTarget, Question},
        id::{AccountId, IncidentId, PersonId},
        incident::{Impact, Incident, Status},
        person::{Author, PersonRef, Viewer},
        policy::Engagement,
        time::DAY,
    },
    rules::{
        headline::headline,
        notifications::{DesktopReason, NotificationKind, addressees, desktop_reason},
        state::State,
    },
};

use crate::{
    words::planted_in,
    world::{SILENCE_LIMIT, World, fold, policy, viewers},
};

/// Folding what somebody may see gives what they may see of the fold, at every step of the way; and seeing twice is
/// seeing once.
pub fn check_square(world: &World) {
    assert_eq!(fold(&world.log), world.state);
    for viewer in viewers() {
        let seen: Vec<_> = world.log.iter().filter_map(|event| event.seen_by(&viewer)).collect();
        assert_eq!(fold(&seen), world.state.seen_by(&viewer), "{viewer:?}");
        assert!(seen.iter().all(|event| event.seen_by(&viewer).as_ref() == Some(event)));
    }
}

/// Whoever began with a snapshot, which leaves out what has ended, knows every open incident that they may see.
pub fn check_snapshots(world: &World) {
    let (before, since) = world.log.split_at(world.log.len() / 2);
    for viewer in viewers() {
        let mut state = fold(before).seen_by(&viewer);
        state.incidents = state.incidents.into_iter().filter(|(_, incident)| incident.is_open()).collect();
        since.iter().filter_map(|event| event.seen_by(&viewer)).for_each(|event| state.apply(&event));
        let open = |state: State| {
            state.incidents.into_iter().map(|(_, incident)| incident).filter(Incident::is_open).collect::<Vec<_>>()
        };
        assert_eq!(open(state), open(world.state.seen_by(&viewer)), "{viewer:?}");
    }
}

/// No word, name or id of one account reaches another, nor anybody who is not signed in.
pub fn check_crossing(world: &World) {
    for viewer in viewers().iter().filter(|viewer| !viewer.is_staff()) {
        let own = viewer.account();
        for event in world.log.iter().filter_map(|event| event.seen_by(viewer)) {
            assert_ne!(event.to, Audience::Internal);
            let json = serde_json::to_string(&event).unwrap();
            for (other, person) in [("acme", "ada"), ("acme", "ben"), ("globex", "gita"), ("initech", "hugo")] {
                if own.is_none_or(|own| own.as_str() != other) {
                    let leaks = [other, person].iter().any(|word| json.contains(&format!("\"{word}\"")));
                    assert!(!leaks, "{viewer:?} reads of {other} in {json}");
                }
            }
        }
        for incident in world.state.seen_by(viewer).incidents.values() {
            assert!(incident.stakes.iter().all(|stake| Some(&stake.account.id) == own));
            assert!(incident.advice.is_none() && incident.war_room.is_none() && incident.paging.is_none());
        }
    }
}

/// Nobody is called for a drill, nor for what is sealed but whoever is on call for security.
pub fn check_pages(world: &World) {
    for event in &world.log {
        let Change::Paged(page) = &event.change else { continue };
        let drill = event.incident.is_some_and(|id| world.state.incidents[&id].drill);
        assert!(!drill, "{event:?}");
        assert!(event.seal.is_none() || page.whom == PageTarget::OnCall("security".into()), "{event:?}");
    }
}

/// Every word is found by whom its author wrote it for, and by nobody else: whoever sees it anywhere, in an event or
/// among the facts, saw it in an event of the very command that brought it. Whoever is let in reads the report.
pub fn check_words(world: &World) {
    for viewer in viewers() {
        let log: Vec<Event> = world.log.iter().filter_map(|event| event.seen_by(&viewer)).collect();
        let let_in: BTreeSet<_> =
            log.iter().filter(|event| lets_in(event, &viewer)).filter_map(|e| e.incident).collect();
        let (mut found, mut written) = (BTreeSet::new(), BTreeSet::new());
        for event in &log {
            let words = planted_in(&serde_json::to_string(event).unwrap());
            written.extend(words.iter().filter(|word| world.words.get(*word) == Some(&event.command)).cloned());
            // What they read where they were let in may go on elsewhere, once that is opened and merged.
            found.extend(words.into_iter().filter(|_| event.incident.is_none_or(|id| !let_in.contains(&id))));
        }
        let facts = world.state.seen_by(&viewer).incidents;
        for incident in facts.values().filter(|incident| !let_in.contains(&incident.id)) {
            found.extend(planted_in(&serde_json::to_string(incident).unwrap()));
        }
        let leaked: Vec<_> = found.difference(&written).collect();
        assert!(leaked.is_empty(), "{viewer:?} reads {leaked:?}, not written for them: {:#?}", world.log);
    }
}

fn lets_in(event: &Event, viewer: &Viewer) -> bool {
    let person = match viewer {
        Viewer::Customer { person, .. } | Viewer::Staff { person, .. } => person,
        Viewer::Anonymous => return false,
    };
    matches!(&event.change, Change::Invited { who, .. } if who.person == *person)
}

/// A sealed incident is its reporter's, whom they invited, and the security staff's.
pub fn check_seals(world: &World) {
    for incident in world.state.incidents.values() {
        let Some(seal) = &incident.seal else { continue };
        assert!(incident.publication.is_none());
        // Whom its reporter reads of can see it.
        let named = incident.roles.iter().map(|held| &held.by).chain(incident.stakes.iter().flat_map(|s| &s.csm));
        let may_know = |who: &PersonRef| who.person.as_str() == "theo" || seal.staff.contains(&who.person);
        assert!(named.clone().all(may_know), "{incident:?}");
        let followers = incident.stakes.iter().flat_map(|stake| &stake.followers);
        let opens = |who: &PersonRef| seal.is_reporter(&who.person) || seal.invited.contains(&who.person);
        assert!(followers.clone().all(opens), "{incident:?}");
        for viewer in viewers() {
            let open = match &viewer {
                Viewer::Customer { person, account } => {
                    let let_in = seal.is_reporter(person) || seal.invited.contains(person);
                    let_in && incident.stake(account).is_some()
                }
                Viewer::Staff { person, security } => *security || seal.staff.contains(person),
                Viewer::Anonymous => false,
            };
            assert_eq!(incident.seen_by(&viewer).is_some(), open, "{viewer:?}");
            let sealed = world.log.iter().filter(|e| e.incident == Some(incident.id) && e.seal.as_ref() == Some(seal));
            assert!(sealed.clone().count() > 0);
            assert_eq!(sealed.clone().any(|event| event.seen_by(&viewer).is_some()), open, "{viewer:?}");
        }
    }
}

/// It is settled when every key is turned, and not before; no key is lost; under `customer_led` only the customer turns it.
pub fn check_keys(world: &World) {
    // Where nobody has a stake there is no key.
    let keyed = |incident: &&Incident| incident.merged_into.is_none() && !incident.stakes.is_empty();
    for incident in world.state.incidents.values().filter(keyed) {
        let turned = incident.stakes.iter().all(|stake| stake.closure.is_turned());
        assert!(!turned || !incident.status.is_open(), "{incident:?}");
        assert_eq!((incident.settled(), incident.resolved_at.is_none()), (turned, incident.status.is_open()));
        assert!(incident.status.is_open() || incident.next_update.is_none());
        for stake in &incident.stakes {
            let assessed = incident.assessment.as_ref().map_or(u8::MAX, |assessment| assessment.severity.0);
            let higher = stake.declared.0.min(assessed);
            let effective = stake.effective(incident.assessed()).0;
            assert!(stake.lowered.is_some() || effective == higher);
        }
        let worst = incident.stakes.iter().map(|stake| stake.effective(incident.assessed()).0).min();
        assert_eq!(incident.effective_severity().map(|severity| severity.0), worst);
    }
    let led = |account: &callpoint_core::model::id::AccountId| {
        world
            .state
            .incidents
            .values()
            .flat_map(|incident| &incident.stakes)
            .any(|stake| stake.account.id == *account && stake.terms.engagement == Engagement::CustomerLed)
    };
    for event in &world.log {
        match &event.change {
            Change::Waived { account, .. } | Change::TimedOut { account } => assert!(!led(account), "{event:?}"),
            Change::Overridden { account, .. } => check_silence_limit(world, event, account),
            Change::Lowered { account, consent, .. } if led(account) => {
                assert_eq!(*consent, Consent::Account);
            }
            _ => {}
        }
    }
}

/// Only an executive closes for an account that leads, in its own thread, and after the days and the reminders that the
/// configuration says.
fn check_silence_limit(world: &World, event: &Event, account: &AccountId) {
    assert!(matches!(&event.by, Author::Staff { person, .. } if person.as_str() == "theo"), "{event:?}");
    assert_eq!(event.to, Audience::Account(account.clone()));
    let earlier = || world.log.iter().filter(|earlier| earlier.seq < event.seq && earlier.incident == event.incident);
    let proposes = |event: &&Event| matches!(event.change, Change::Proposed { .. }) && event.to.reaches(account);
    let asked = earlier().rfind(proposes).unwrap();
    assert!(event.at >= asked.at.plus(i64::from(SILENCE_LIMIT.days) * DAY), "{event:?}");
    let reached = |reminder: &&Event| {
        let reminds = Change::Reminded { account: account.clone(), question: Question::Resolution };
        reminder.seq > asked.seq
            && reminder.change == reminds
            && earlier().any(|other| reaches(other, account, reminder))
    };
    assert!(earlier().filter(reached).count() >= SILENCE_LIMIT.reminders as usize, "{event:?}");
}

/// Whether somebody of an account learns of a reminder by an event: a mail server took it, or they read it.
fn reaches(event: &Event, account: &AccountId, reminder: &Event) -> bool {
    match &event.change {
        Change::ReminderDelivered { account: of, reminder: entry, .. } => of == account && *entry == reminder.seq,
        Change::Read { account: Some(of), seq } => of == account && *seq >= reminder.seq,
        _ => false,
    }
}

/// Nobody's silence counts before a reminder of that very question has reached them: taken by a mail server for one of
/// them, or read by one of them.
pub fn check_silence(world: &World) {
    for (at, event) in world.log.iter().enumerate() {
        let (account, asked) = match &event.change {
            Change::TimedOut { account } => (account, Question::Resolution),
            Change::Lowered { account, consent: Consent::Silence, .. } => (account, Question::Downgrade),
            _ => continue,
        };
        let earlier = || world.log[..at].iter().filter(|earlier| earlier.incident == event.incident);
        let asks = |event: &Event| match (&event.change, asked) {
            (Change::Proposed { .. }, Question::Resolution) => event.to.reaches(account),
            (Change::DowngradeProposed { account: of, .. }, Question::Downgrade) => of == account,
            _ => false,
        };
        let since = earlier().filter(|earlier| asks(earlier)).map(|earlier| earlier.seq).max().unwrap();
        let reminds = |event: &&Event| {
            event.seq > since
                && matches!(&event.change, Change::Reminded { account: of, question } if of == account && *question == asked)
        };
        let reached = |reminder: &Event| earlier().any(|other| reaches(other, account, reminder));
        assert!(earlier().filter(reminds).any(reached), "{event:?}");
    }
}

/// Whoever is told of an event outside the page sees it and its incident, did not do it, and is told once; and a
/// reminder is for everybody who follows.
pub fn check_addressees(world: &World) {
    let mut state = State::default();
    let security = |person: &PersonId| {
        [("mara", false), ("theo", true)].iter().find(|one| person.as_str() == one.0).map(|one| one.1)
    };
    for event in &world.log {
        state.apply(event);
        let Some(incident) = event.incident.and_then(|id| state.incidents.get(&id)) else { continue };
        let told = addressees(event, incident, security);
        for to in &told {
            let seen = event.seen_by(&to.viewer).zip(incident.seen_by(&to.viewer));
            assert!(seen.is_some(), "{to:?} of {event:?}");
            assert_eq!(told.iter().filter(|other| other.viewer == to.viewer).count(), 1);
            let by = match &event.by {
                Author::Customer { person, .. } | Author::Staff { person, .. } => Some(person),
                Author::Vendor | Author::System => None,
            };
            assert_ne!(by, Some(&to.who.person), "{event:?}");
            if let Some(account) = to.viewer.account() {
                let stake = incident.stake(account).unwrap();
                assert!(stake.followers.contains(&to.who) || to.kind == NotificationKind::Invitation);
            }
        }
        for (person, security) in [("mara", false), ("theo", true), ("lena", false)] {
            let viewer = Viewer::Staff { person: PersonId::parse(person).unwrap(), security };
            let mailed = told.iter().find(|to| to.viewer == viewer).map(|to| to.kind);
            let shown = desktop_reason(event, incident, &viewer);
            match shown {
                Some(DesktopReason::Addressed(kind)) => assert_eq!(mailed, Some(kind), "{event:?}"),
                Some(DesktopReason::Paged | DesktopReason::Unassigned) | None => assert_eq!(mailed, None, "{event:?}"),
            }
            let sees = event.seen_by(&viewer).and(incident.seen_by(&viewer)).is_some();
            let own = matches!(&event.by, Author::Staff { person: by, .. } if by.as_str() == person);
            assert!(shown.is_none() || sees && !own, "{shown:?} of {event:?}");
        }
        if let (Change::Reminded { account, .. }, None) = (&event.change, &incident.seal) {
            let followers = &incident.stake(account).unwrap().followers;
            let reminded = told.iter().filter(|to| to.kind == NotificationKind::Reminder);
            assert_eq!(reminded.count(), followers.len(), "{event:?}");
        }
    }
}

/// No open incident stands beside "operational"; a drill does, and a maintenance that has not begun: nothing is wrong.
pub fn check_headline(world: &World) {
    for viewer in viewers() {
        let seen = world.state.seen_by(&viewer);
        let headline = headline(seen.components.values(), seen.incidents.values());
        if headline.condition == ComponentStatus::Operational {
            let is_fine =
                |incident: &Incident| !incident.is_open() || incident.drill || incident.status == Status::Scheduled;
            assert!(seen.incidents.values().all(is_fine));
            assert!(seen.components.values().all(|c| c.status == ComponentStatus::Operational));
        }
        for component in seen.components.values() {
            let runs = |status: Status| status.is_open() && status != Status::Scheduled;
            let names = |incident: &&Incident| runs(incident.status) && incident.components.contains(&component.id);
            let impacts = seen.incidents.values().filter(names).filter_map(|one| one.publication.as_ref());
            let worst = impacts.map(|publication| publication.impact).max().unwrap_or(Impact::None);
            let least = match worst {
                Impact::None => ComponentStatus::Operational,
                Impact::Maintenance => ComponentStatus::UnderMaintenance,
                Impact::Minor => ComponentStatus::DegradedPerformance,
                Impact::Major => ComponentStatus::PartialOutage,
                Impact::Critical => ComponentStatus::MajorOutage,
            };
            assert_eq!(component.status, least.max(component.by_hand.unwrap_or_default()), "{viewer:?} {component:?}");
        }
    }
}

/// What is due is done once: straight afterwards nothing is, and the next look lies ahead.
pub fn check_clock(world: &mut World) {
    world.wait(1);
    let ids: Vec<IncidentId> = world.state.incidents.keys().copied().collect();
    for id in ids {
        let due = world.due(id);
        assert_eq!(due, Vec::<Event>::new());
        let next = callpoint_core::rules::due::next(&world.state.incidents[&id], &policy());
        let incident = &world.state.incidents[&id];
        let waits = incident.paging.as_ref().is_some_and(|paging| paging.is_unacknowledged());
        let planned = incident.status.is_maintenance() && incident.stakes.is_empty();
        let open = incident.status.is_open() && incident.merged_into.is_none() && !planned;
        assert!(next.is_some() || !open || !waits, "whoever is called is called again: {incident:?}");
        assert!(waits || !open || incident.drill || incident.paging.is_some(), "somebody was called: {incident:?}");
        assert!(next.is_none_or(|at| at > world.now() || world.rests(&world.state.incidents[&id])), "{next:?}");
    }
}
