//! People who are not signed in: whether they may report, and how many of their reports are taken. Nobody has checked
//! who they are, so each report of theirs is an account of its own that can join and answer nothing.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use callpoint_core::{
    model::{
        id::{AccountId, CommandId, PersonId},
        person::{Account, Actor, GUEST},
    },
    wire::error::ErrorCode,
};

use crate::{config::CustomersConfig, error::Problem};

/// What guests are called, where staff read it.
const NAME: &str = "Guest, unverified";

/// How many reports of guests may still be taken. It fills up again evenly; those of customers never pass it.
#[derive(Debug)]
pub struct GuestBook {
    /// None: guests may not report.
    every: Option<Duration>,
    most: u32,
    left: Mutex<(u32, Instant)>,
}

impl GuestBook {
    /// As the configuration has it.
    #[must_use]
    pub fn new(config: &CustomersConfig) -> Self {
        let most = u32::try_from(config.guests_per_minute).unwrap_or_default();
        let every = config.guests.then(|| Duration::from_secs(60).checked_div(most)).flatten();
        Self { every, most, left: Mutex::new((most, Instant::now())) }
    }

    /// Whether guests may report.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.every.is_some()
    }

    /// Who a guest is for the rules: the same for each try with one key.
    ///
    /// # Errors
    /// `unauthenticated` where guests may not report, `rate_limited` when too many did just now.
    pub fn enter(&self, key: CommandId, now: Instant) -> Result<Actor, Problem> {
        let every = self.every.ok_or(ErrorCode::Unauthenticated)?;
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut count, mut since) = *left;
        while count < self.most && now.duration_since(since) >= every {
            (count, since) = (count + 1, since + every);
        }
        let rest = count.checked_sub(1).ok_or(ErrorCode::RateLimited)?;
        *left = (rest, if count == self.most { now } else { since });
        drop(left);
        let id = format!("{GUEST}{key}");
        let (person, account) = PersonId::parse(&id).zip(AccountId::parse(&id)).ok_or(ErrorCode::Internal)?;
        Ok(Actor::Customer { person, name: NAME.to_owned(), account: Account { id: account, name: NAME.to_owned() } })
    }
}

#[cfg(test)]
mod tests {
    use callpoint_core::model::time::Time;

    use super::*;

    fn book(guests: bool, guests_per_minute: i64) -> GuestBook {
        GuestBook::new(&CustomersConfig { guests, guests_per_minute, ..CustomersConfig::default() })
    }

    #[test]
    fn so_many_in_a_minute_and_no_more() {
        let (book, key, start) = (book(true, 3), CommandId::new(Time(1), 1), Instant::now());
        let enter = |seconds| book.enter(key, start + Duration::from_secs(seconds)).is_ok();
        assert_eq!([enter(1), enter(1), enter(1), enter(1)], [true, true, true, false]);
        assert_eq!([enter(22), enter(22)], [true, false]);
        assert_eq!([enter(900), enter(900), enter(900), enter(900)], [true, true, true, false]);
    }

    #[test]
    fn nobody_where_guests_are_not_let_in() {
        let refused = book(false, 3).enter(CommandId::new(Time(1), 1), Instant::now()).unwrap_err();
        assert_eq!(refused.0.code, ErrorCode::Unauthenticated);
    }
}
