//! Queues: which incidents stand in which, in what order, and what is due next in each. Pure.

use callpoint_core::{
    incident::{Closure, Incident},
    severity::{Scheme, Severity},
    text::{self, Key},
    time::{MINUTE, Time},
    view::{Turn, turn},
};

/// How long before its time a promise is about to break.
pub const ABOUT_TO_BREAK: i64 = 15 * MINUTE;

/// A list of incidents that ask for the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Queue {
    /// Customers wait for our words.
    OnUs,
    /// The promised update is due, or none was promised.
    Promise,
    /// A customer said that it is not fixed.
    Disputed,
    /// Everything open.
    #[default]
    All,
    /// What has ended.
    Ended,
}

impl Queue {
    /// Every queue, the most pressing first.
    pub const ALL: [Self; 5] = [Self::OnUs, Self::Promise, Self::Disputed, Self::All, Self::Ended];

    /// Its name in the page and in tests.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::OnUs => "on-us",
            Self::Promise => "promise",
            Self::Disputed => "disputed",
            Self::All => "all",
            Self::Ended => "ended",
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> Key {
        match self {
            Self::OnUs => text::QUEUE_ON_US,
            Self::Promise => text::QUEUE_PROMISE,
            Self::Disputed => text::QUEUE_DISPUTED,
            Self::All => text::QUEUE_ALL,
            Self::Ended => text::QUEUE_ENDED,
        }
    }

    /// What stands there when it is empty.
    #[must_use]
    pub const fn nothing(self) -> Key {
        match self {
            Self::OnUs => text::QUEUE_ON_US_EMPTY,
            Self::Promise => text::QUEUE_PROMISE_EMPTY,
            Self::Disputed => text::QUEUE_DISPUTED_EMPTY,
            Self::All => text::QUEUE_ALL_EMPTY,
            Self::Ended => text::QUEUE_ENDED_EMPTY,
        }
    }

    /// Whether the incident stands in it.
    #[must_use]
    pub fn holds(self, incident: &Incident, now: Time) -> bool {
        let open = incident.status.is_open();
        match self {
            Self::OnUs => matches!(turn(incident, None), Turn::Vendor(_)),
            Self::Promise => open && promise_breaks(incident, now),
            Self::Disputed => {
                open && incident.stakes.iter().any(|stake| stake.disputes > 0 && is_unsettled(&stake.closure))
            }
            Self::All => open,
            Self::Ended => !open,
        }
    }

    /// Its incidents: the most severe first, then who waits longest; what has ended, the latest first.
    #[must_use]
    pub fn of<'a>(self, incidents: impl IntoIterator<Item = &'a Incident>, now: Time) -> Vec<&'a Incident> {
        let mut held: Vec<_> = incidents.into_iter().filter(|incident| self.holds(incident, now)).collect();
        if self == Self::Ended {
            held.sort_by_key(|incident| core::cmp::Reverse(incident.resolved_at.unwrap_or(incident.opened_at)));
        } else {
            held.sort_by_key(|incident| place(incident));
        }
        held
    }
}

const fn is_unsettled(closure: &Closure) -> bool {
    !matches!(closure, Closure::Confirmed(_))
}

fn promise_breaks(incident: &Incident, now: Time) -> bool {
    match incident.next_update {
        Some(promised) => promised.since(now) <= ABOUT_TO_BREAK,
        None => lacks_promise(incident),
    }
}

/// Whether somebody waits for news and was told no time for it. Whoever is asked whether it is fixed waits for none.
fn lacks_promise(incident: &Incident) -> bool {
    let watched = incident.publication.is_some() || !incident.stakes.is_empty();
    let taken_up = incident.acknowledged.is_some() || incident.stakes.is_empty();
    let asked = matches!(turn(incident, None), Turn::Customer(_));
    watched && taken_up && !asked && incident.next_update.is_none() && !incident.status.is_maintenance()
}

fn place(incident: &Incident) -> (u8, u8, Time) {
    let severity = incident.effective_severity().map_or(u8::MAX, |Severity(level)| level);
    match turn(incident, None) {
        Turn::Vendor(since) => (severity, 0, since),
        Turn::Working => (severity, 1, incident.opened_at),
        Turn::Customer(since) => (severity, 2, since),
        Turn::Nobody => (severity, 3, incident.opened_at),
    }
}

/// What staff owe next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Somebody has to take it up by this time.
    Look(Time),
    /// A customer's words wait for an answer.
    Answer,
    /// News is promised by this time.
    Update(Time),
    /// News is owed, and no time was promised.
    Promise,
    /// Nothing.
    Nothing,
}

/// What staff owe next on this incident.
#[must_use]
pub fn duty(incident: &Incident, scheme: &Scheme, now: Time) -> Duty {
    if !incident.status.is_open() {
        return Duty::Nothing;
    }
    let broken = incident.next_update.filter(|promised| *promised <= now);
    let asked = matches!(turn(incident, None), Turn::Customer(_));
    if incident.acknowledged.is_none()
        && !asked
        && let Some(level) = incident.effective_severity().and_then(|severity| scheme.level(severity))
    {
        return Duty::Look(incident.opened_at.plus(i64::from(level.acknowledge_minutes) * MINUTE));
    }
    match (broken, turn(incident, None), incident.next_update) {
        (Some(promised), ..) => Duty::Update(promised),
        (None, Turn::Vendor(_), _) => Duty::Answer,
        (None, _, Some(promised)) => Duty::Update(promised),
        (None, _, None) if lacks_promise(incident) => Duty::Promise,
        _ => Duty::Nothing,
    }
}
