//! People who are not signed in: whether they may report, and how many of their reports are taken. Nobody has checked
//! who they are, so each report of theirs is an account of its own that can join and answer nothing.

use std::num::NonZeroU32;

use callpoint_core::{
    model::{
        id::{AccountId, CommandId, PersonId},
        person::{Account, Actor, GUEST},
    },
    wire::error::ErrorCode,
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};

use super::error::Problem;

/// What guests are called, where staff read it.
const NAME: &str = "Guest, unverified";

/// How many reports of guests may still be taken. It fills up again evenly; those of customers never pass it.
#[derive(Debug)]
pub struct GuestLimiter<C: Clock = DefaultClock> {
    /// None: guests may not report.
    limit: Option<RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<C::Instant>>>,
}

impl GuestLimiter {
    /// So many reports a minute; none where guests may not report.
    #[must_use]
    pub fn new(per_minute: Option<NonZeroU32>) -> Self {
        Self::with_clock(per_minute, DefaultClock::default())
    }
}

impl<C: Clock> GuestLimiter<C> {
    fn with_clock(per_minute: Option<NonZeroU32>, clock: C) -> Self {
        Self { limit: per_minute.map(|most| RateLimiter::direct_with_clock(Quota::per_minute(most), clock)) }
    }

    /// Whether guests may report.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.limit.is_some()
    }

    /// Who a guest is for the rules: the same for each try with one key.
    ///
    /// # Errors
    /// `unauthenticated` where guests may not report, `rate_limited` when too many did just now.
    pub fn admit(&self, key: CommandId) -> Result<Actor, Problem> {
        let limit = self.limit.as_ref().ok_or(ErrorCode::Unauthenticated)?;
        limit.check().map_err(|_| ErrorCode::RateLimited)?;
        let id = format!("{GUEST}{key}");
        let (person, account) = PersonId::parse(&id).zip(AccountId::parse(&id)).ok_or(ErrorCode::Internal)?;
        Ok(Actor::Customer { person, name: NAME.to_owned(), account: Account { id: account, name: NAME.to_owned() } })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use callpoint_core::model::time::Time;
    use governor::clock::FakeRelativeClock;

    use super::*;

    #[test]
    fn so_many_in_a_minute_and_no_more() {
        let clock = FakeRelativeClock::default();
        let guests = GuestLimiter::with_clock(NonZeroU32::new(3), clock.clone());
        let admit = || guests.admit(CommandId::new(Time(1), 1)).is_ok();
        assert_eq!([admit(), admit(), admit(), admit()], [true, true, true, false]);
        clock.advance(Duration::from_secs(21));
        assert_eq!([admit(), admit()], [true, false]);
        clock.advance(Duration::from_secs(900));
        assert_eq!([admit(), admit(), admit(), admit()], [true, true, true, false]);
    }

    #[test]
    fn nobody_where_guests_are_not_let_in() {
        let refused = GuestLimiter::new(None).admit(CommandId::new(Time(1), 1)).unwrap_err();
        assert_eq!(refused.0.code, ErrorCode::Unauthenticated);
    }
}
