//! What a browser has for all its tabs: a clock, and storage that keeps what was written when a tab dies. Storage works
//! one after the other, as IndexedDB's transactions do; it may refuse, or hang.

use std::{collections::BTreeMap, rc::Rc};

use callpoint_core::{
    model::{id::CommandId, time::Time},
    wire::protocol::Submission,
};

use crate::{chance::Chance, people::Who};

#[derive(Debug)]
pub(crate) struct Browser {
    pub skew: i64,
    pub disk: BTreeMap<(Who, CommandId), Rc<Submission>>,
    pub refuses_until: Time,
    pub hangs_until: Time,
    pub no_tokens_until: Time,
    busy_until: Time,
}

impl Browser {
    pub const fn new(skew: i64) -> Self {
        let never = Time(0);
        let disk = BTreeMap::new();
        Self { skew, disk, refuses_until: never, hangs_until: never, no_tokens_until: never, busy_until: never }
    }

    /// After how long the next thing that storage is asked for is done, and whether it is.
    pub fn work(&mut self, now: Time, chance: &mut Chance) -> (i64, bool) {
        let takes = chance.span(1, 30);
        if now < self.refuses_until {
            return (takes, false);
        }
        self.busy_until = self.busy_until.max(self.hangs_until).max(now).plus(takes);
        (self.busy_until.since(now), true)
    }

    /// Everything works from now on.
    pub fn mend(&mut self, now: Time) {
        self.refuses_until = now;
        self.hangs_until = now;
        self.no_tokens_until = now;
        self.busy_until = self.busy_until.min(now);
    }
}
