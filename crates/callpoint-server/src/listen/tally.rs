//! How many there are of each: of connections by address, of streams by person.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

/// Counts by key. Copies count together.
#[derive(Debug)]
pub struct Tally<K>(Arc<Mutex<HashMap<K, usize>>>);

impl<K> Clone for Tally<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// One that is counted, until it is dropped.
#[derive(Debug)]
pub struct Counted<K: Hash + Eq> {
    tally: Tally<K>,
    key: K,
}

impl<K: Hash + Eq + Clone> Tally<K> {
    /// Counts one more under this key, unless there are as many as there may be.
    #[must_use]
    pub fn enter(&self, key: &K, most: usize) -> Option<Counted<K>> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.get(key).copied().unwrap_or_default();
        if count >= most {
            return None;
        }
        counts.insert(key.clone(), count + 1);
        Some(Counted { tally: self.clone(), key: key.clone() })
    }
}

impl<K: Hash + Eq> Drop for Counted<K> {
    fn drop(&mut self) {
        let mut counts = self.tally.0.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.get_mut(&self.key) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(counts.remove(&self.key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_leaves_makes_room_for_one_and_leaves_nothing_behind() {
        let tally = Tally::default();
        let (one, two) = (tally.enter(&"ada", 2), tally.enter(&"ada", 2));
        assert!(one.is_some() && two.is_some() && tally.enter(&"ada", 2).is_none());
        assert!(tally.enter(&"ben", 2).is_some(), "nobody takes another's place");
        drop(one);
        let three = tally.enter(&"ada", 2);
        assert!(three.is_some() && tally.enter(&"ada", 2).is_none());
        drop((two, three));
        assert!(tally.0.lock().unwrap().is_empty());
    }
}
