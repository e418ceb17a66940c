//! A reproducible source of chance.

/// `SplitMix64`. Each part of the world has its own, so that one step less changes little of what else happens.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The source of this part of the world that a seed makes.
    pub const fn of(seed: u64, part: u64) -> Self {
        let mut chance = Self(seed ^ part.wrapping_mul(0xa076_1d64_78bd_642f));
        chance.next();
        chance
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % (bound.max(1) as u64)).unwrap_or_default()
    }

    pub fn percent(&mut self, percent: u8) -> bool {
        self.next() % 100 < u64::from(percent)
    }

    /// Milliseconds, at least `least` and less than `most`.
    pub fn span(&mut self, least: i64, most: i64) -> i64 {
        let room = most.saturating_sub(least).max(1).unsigned_abs();
        least.saturating_add(i64::try_from(self.next() % room).unwrap_or_default())
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}
