//! Queues: which incidents stand in which, in what order, and what is due next in each. Pure.

pub mod filter;
pub mod filters;
pub mod keys;
pub mod list;
pub mod mounted;
pub mod opening;
pub mod policies;
pub mod rows;
pub mod search;
pub mod side;

use crate::scene::Scene;
use callpoint_core::{
    model::{
        id::PersonId,
        incident::Incident,
        policy::COMMANDER,
        severity::{Scheme, Severity},
        stake::{Closure, Stake},
        time::{HOUR, MINUTE, Time},
    },
    rules::{
        allowed::{Turn, turn},
        due::acknowledge_by,
    },
    text::{self, Key},
};
use strum::VariantArray;

/// How long before its time a promise is about to break.
pub const ABOUT_TO_BREAK: i64 = 15 * MINUTE;

/// How often what stands in a queue is looked at again without a change, in milliseconds.
pub const QUEUE_REFRESH: i64 = MINUTE / 4;

/// A list of incidents that ask for the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, VariantArray)]
pub enum Queue {
    /// Customers wait for our reply.
    OnUs,
    /// We wait for a customer's reply.
    OnThem,
    /// The promised update is due.
    Promise,
    /// No update was promised to whoever waits for one.
    Unpromised,
    /// A customer said that it is not fixed.
    Disputed,
    /// At the top, and nobody commands it.
    Commander,
    /// Accounts that whoever looks is the customer success manager of.
    Mine,
    /// Everything open.
    #[default]
    All,
    /// What has ended.
    Ended,
}

// Its place is its digit, and there are nine.
const _: () = assert!(Queue::ALL.len() < 10);

/// Who looks, and when.
#[derive(Clone, Copy)]
pub struct QueueContext<'a> {
    /// The server's time.
    pub now: Time,
    /// Their id.
    pub person: Option<&'a PersonId>,
}

impl<'a> QueueContext<'a> {
    /// Who looks at a scene.
    #[must_use]
    pub const fn of(scene: &Scene<'a>) -> Self {
        Self { now: scene.now, person: scene.you.person.as_ref() }
    }
}

impl Queue {
    /// Every queue, the most pressing first.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;

    /// The queue that a digit stands for, by its place.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        let place = key.parse::<usize>().ok()?.checked_sub(1)?;
        Self::ALL.get(place).copied()
    }

    /// The letter that leads to it after `g`.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::OnUs => "u",
            Self::OnThem => "t",
            Self::Promise => "d",
            Self::Unpromised => "n",
            Self::Disputed => "x",
            Self::Commander => "c",
            Self::Mine => "m",
            Self::All => "a",
            Self::Ended => "e",
        }
    }

    /// The queue that a letter leads to after `g`.
    #[must_use]
    pub fn of_letter(letter: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|queue| queue.letter() == letter)
    }

    /// The queue of this name.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|queue| queue.id() == id)
    }

    /// Its name in the page and in addresses.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::OnUs => "waiting-on-us",
            Self::OnThem => "waiting-on-them",
            Self::Promise => "updates-due",
            Self::Unpromised => "no-update-scheduled",
            Self::Disputed => "disputed",
            Self::Commander => "needs-commander",
            Self::Mine => "my-accounts",
            Self::All => "all",
            Self::Ended => "closed",
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> Key {
        match self {
            Self::OnUs => text::QUEUE_ON_US,
            Self::OnThem => text::QUEUE_ON_THEM,
            Self::Promise => text::QUEUE_UPDATES_DUE,
            Self::Unpromised => text::DUTY_NO_UPDATE,
            Self::Disputed => text::QUEUE_DISPUTED,
            Self::Commander => text::QUEUE_COMMANDER,
            Self::Mine => text::QUEUE_MINE,
            Self::All => text::QUEUE_ALL,
            Self::Ended => text::QUEUE_ENDED,
        }
    }

    /// What stands there when it is empty.
    #[must_use]
    pub const fn nothing(self) -> Key {
        match self {
            Self::OnUs => text::QUEUE_ON_US_EMPTY,
            Self::OnThem => text::QUEUE_ON_THEM_EMPTY,
            Self::Promise => text::QUEUE_UPDATES_DUE_EMPTY,
            Self::Unpromised => text::QUEUE_UNPROMISED_EMPTY,
            Self::Disputed => text::QUEUE_DISPUTED_EMPTY,
            Self::Commander => text::QUEUE_COMMANDER_EMPTY,
            Self::Mine => text::QUEUE_MINE_EMPTY,
            Self::All => text::QUEUE_ALL_EMPTY,
            Self::Ended => text::QUEUE_ENDED_EMPTY,
        }
    }

    /// Whether what stands in it asks for somebody.
    #[must_use]
    pub const fn presses(self) -> bool {
        match self {
            Self::OnUs | Self::Promise | Self::Unpromised | Self::Disputed | Self::Commander => true,
            Self::OnThem | Self::Mine | Self::All | Self::Ended => false,
        }
    }

    /// Whether the incident stands in it. What goes on elsewhere stands in none.
    #[must_use]
    pub fn holds(self, incident: &Incident, context: QueueContext<'_>) -> bool {
        let open = incident.is_open();
        let held = match self {
            Self::OnUs => matches!(turn(incident, None), Turn::Vendor(_)),
            Self::OnThem => open && matches!(turn(incident, None), Turn::Customer(_)),
            Self::Promise => incident.status.is_open() && promise_breaks(incident, context.now),
            Self::Unpromised => incident.status.is_open() && lacks_promise(incident),
            Self::Disputed => open && incident.stakes.iter().any(is_disputed),
            Self::Commander => lacks_commander(incident),
            Self::Mine => open && incident.stakes.iter().any(|stake| is_managed(stake, context.person)),
            Self::All => open,
            Self::Ended => !open,
        };
        held && incident.merged_into.is_none()
    }

    /// Its incidents: the most severe first, then who waits longest; updates by when they are due; what has ended, the
    /// latest first.
    #[must_use]
    pub fn of<'a>(
        self,
        incidents: impl IntoIterator<Item = &'a Incident>,
        context: QueueContext<'_>,
    ) -> Vec<&'a Incident> {
        let place = |incident: &Incident| match self {
            Self::Ended => (0, 0, Time(0).plus(-incident.resolved_at.unwrap_or(incident.opened_at).0)),
            Self::Promise => (0, 0, incident.next_update.unwrap_or(incident.opened_at)),
            Self::OnUs
            | Self::OnThem
            | Self::Unpromised
            | Self::Disputed
            | Self::Commander
            | Self::Mine
            | Self::All => place(incident),
        };
        let held = incidents.into_iter().filter(|incident| self.holds(incident, context));
        let mut held: Vec<_> = held.map(|incident| ((place(incident), incident.id), incident)).collect();
        held.sort_unstable_by_key(|(place, _)| *place);
        held.into_iter().map(|(_, incident)| incident).collect()
    }
}

/// Whether the account said that it is not fixed, and has not changed its mind.
#[must_use]
pub const fn is_disputed(stake: &Stake) -> bool {
    stake.disputes > 0 && !stake.closure.is_turned()
}

fn is_managed(stake: &Stake, person: Option<&PersonId>) -> bool {
    stake.csm.as_ref().is_some_and(|csm| Some(&csm.person) == person)
}

/// Whether it is at the top and nobody commands it.
#[must_use]
pub fn lacks_commander(incident: &Incident) -> bool {
    incident.status.is_open()
        && !incident.status.is_maintenance()
        && !incident.stakes.is_empty()
        && incident.effective_severity() == Some(Severity::TOP)
        && incident.holder(COMMANDER).is_none()
}

fn promise_breaks(incident: &Incident, now: Time) -> bool {
    incident.next_update.is_some_and(|promised| promised.since(now) <= ABOUT_TO_BREAK)
}

/// Whether somebody waits for an update that has no time. An account that is asked to confirm waits for none.
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
pub enum NextDuty {
    /// Somebody has to take it up by this time.
    Acknowledge(Time),
    /// A customer's message waits for a reply.
    Answer,
    /// An update is promised by this time.
    Update(Time),
    /// An update is owed, and no time was promised.
    Promise,
    /// Nothing.
    Nothing,
}

/// What staff owe next on this incident.
#[must_use]
pub fn duty(incident: &Incident, scheme: &Scheme, now: Time) -> NextDuty {
    if !incident.status.is_open() {
        return match turn(incident, None) {
            Turn::Vendor(_) => NextDuty::Answer,
            Turn::Customer(_) | Turn::Working | Turn::Nobody => NextDuty::Nothing,
        };
    }
    let broken = incident.next_update.filter(|promised| *promised <= now);
    let asked = matches!(turn(incident, None), Turn::Customer(_));
    if incident.acknowledged.is_none()
        && !asked
        && let Some(level) = incident.effective_severity().and_then(|severity| scheme.level(severity))
    {
        let due = incident.opened_at.plus(i64::from(level.acknowledge_minutes) * MINUTE);
        return NextDuty::Acknowledge(acknowledge_by(incident, scheme).unwrap_or(due));
    }
    match (broken, turn(incident, None), incident.next_update) {
        (Some(promised), ..) => NextDuty::Update(promised),
        (None, Turn::Vendor(_), _) => NextDuty::Answer,
        (None, Turn::Customer(_) | Turn::Working | Turn::Nobody, Some(promised)) => NextDuty::Update(promised),
        (None, Turn::Customer(_) | Turn::Working | Turn::Nobody, None) if lacks_promise(incident) => NextDuty::Promise,
        (None, Turn::Customer(_) | Turn::Working | Turn::Nobody, None) => NextDuty::Nothing,
    }
}

/// Whether what is owed is counted by the second: less than an hour is left.
#[must_use]
pub fn counts_seconds(duty: NextDuty, now: Time) -> bool {
    match duty {
        NextDuty::Acknowledge(due) | NextDuty::Update(due) => (0..HOUR).contains(&due.since(now)),
        NextDuty::Answer | NextDuty::Promise | NextDuty::Nothing => false,
    }
}

/// Whether something of it is shown by the second: less than an hour is left.
#[must_use]
pub fn counts_down(incident: &Incident, scheme: &Scheme, now: Time) -> bool {
    let due = match duty(incident, scheme, now) {
        NextDuty::Acknowledge(due) | NextDuty::Update(due) => Some(due),
        NextDuty::Answer | NextDuty::Promise | NextDuty::Nothing => incident.next_update,
    };
    let waits = incident.stakes.iter().flat_map(deadlines).flatten();
    due.into_iter().chain(waits).any(|due| (0..HOUR).contains(&due.since(now)))
}

/// When an account's silence will count.
fn deadlines(stake: &Stake) -> [Option<Time>; 2] {
    let key = match stake.closure {
        Closure::Proposed { until, .. } => until,
        Closure::Open | Closure::Confirmed(_) | Closure::Waived(_) | Closure::TimedOut(_) | Closure::Overridden(_) => {
            None
        }
    };
    [key, stake.downgrade.as_ref().and_then(|downgrade| downgrade.until)]
}
