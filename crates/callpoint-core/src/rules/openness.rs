//! Whom an incident is over for. The vendor's word ends it for everybody; an account whose key is not turned keeps its own
//! thread open, and nothing else. What is asked here is asked of what somebody sees: each account sees its own stake
//! alone, and whoever has none sees none.

use crate::model::{
    incident::{Incident, Status},
    stake::{Closure, Stake},
};

impl Incident {
    /// Whether it goes on for whoever sees it like this.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status.is_open() || self.stakes.iter().any(|stake| self.is_open_to(stake))
    }

    /// Whether it goes on for the account of this stake.
    #[must_use]
    pub fn is_open_to(&self, stake: &Stake) -> bool {
        self.status.is_open() || (self.merged_into.is_none() && !stake.closure.is_turned())
    }

    /// Where the work stands for whoever sees it like this: what an account disputes is worked on for that account, also
    /// after the vendor's word.
    #[must_use]
    pub fn standing(&self) -> Status {
        let disputed = |stake: &Stake| self.is_open_to(stake) && stake.closure == Closure::Open;
        match self.status.is_open() || !self.stakes.iter().any(disputed) {
            true => self.status,
            false => Status::Investigating,
        }
    }

    /// Whether every account was asked, so that the vendor's word can end it.
    #[must_use]
    pub fn can_end(&self) -> bool {
        self.status.is_open() && self.stakes.iter().all(|stake| stake.closure != Closure::Open)
    }

    /// Whether it is over, and every concern with it: each stake's key is turned.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.merged_into.is_none() && !self.is_open()
    }
}
