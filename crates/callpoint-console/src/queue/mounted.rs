//! Which rows of a long queue are mounted: those in view, some before and after them, and the one that has the focus. Pure.

use std::ops::Range;

/// How many rows are mounted before those in view, and after them.
const MARGIN: usize = 12;

/// How near those in view come to the last mounted one before others are mounted.
const NEAR: usize = 4;

/// How many rows are mounted before it is known how many are in view.
const FIRST: usize = 40;

/// The mounted part of a list of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MountedRows {
    start: usize,
    size: usize,
}

impl Default for MountedRows {
    fn default() -> Self {
        Self { start: 0, size: FIRST }
    }
}

impl MountedRows {
    /// The mounted ones of `length` rows; as many wherever it stands.
    #[must_use]
    pub fn range(self, length: usize) -> Range<usize> {
        let end = length.min(self.start.saturating_add(self.size));
        end.saturating_sub(self.size)..end
    }

    /// This window while enough is mounted around what is in `view`; else one with `view` in its middle.
    #[must_use]
    pub fn over(self, view: &Range<usize>, length: usize) -> Self {
        let mounted = self.range(length);
        let lacks_before = mounted.start > 0 && view.start < mounted.start + NEAR;
        let lacks_after = mounted.end < length && view.end + NEAR > mounted.end;
        if lacks_before || lacks_after { Self::on(view) } else { self }
    }

    /// The window with `view` in its middle.
    #[must_use]
    pub fn on(view: &Range<usize>) -> Self {
        Self { start: view.start.saturating_sub(MARGIN), size: view.len() + 2 * MARGIN }
    }

    /// This window where it has the row at `place`, else the one that has it in its middle.
    #[must_use]
    pub fn around(self, place: usize, length: usize) -> Self {
        let start = place.saturating_sub(self.size / 2);
        if self.range(length).contains(&place) { self } else { Self { start, ..self } }
    }

    /// What is mounted, in order: the window, and the row that is `kept` wherever it is. Between these runs is room for
    /// the rows that are not.
    #[must_use]
    pub fn runs(self, kept: Option<usize>, length: usize) -> Vec<Range<usize>> {
        let mounted = self.range(length);
        match kept.filter(|kept| *kept < length && !mounted.contains(kept)) {
            Some(kept) if kept < mounted.start => vec![kept..kept + 1, mounted],
            Some(kept) => vec![mounted, kept..kept + 1],
            None => vec![mounted],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTHS: [usize; 6] = [0, 1, 30, FIRST, 100, 10_000];

    #[test]
    fn whatever_is_in_view_is_mounted_with_some_around_it_and_little_else() {
        for length in LENGTHS {
            let mut window = MountedRows::default();
            for start in (0..length).chain((0..length).rev()).step_by(7) {
                let view = start..length.min(start + 27);
                window = window.over(&view, length);
                let mounted = window.range(length);
                assert!(mounted.start <= view.start && view.end <= mounted.end, "{view:?} of {length}: {mounted:?}");
                assert!(mounted.start == 0 || mounted.start + NEAR <= view.start, "{view:?} of {length}: {mounted:?}");
                assert!(mounted.end == length || view.end + NEAR <= mounted.end, "{view:?} of {length}: {mounted:?}");
                assert!(mounted.len() <= FIRST.max(27 + 2 * MARGIN), "{mounted:?}");
                assert_eq!(window.over(&view, length), window, "it rests where it is");
            }
        }
    }

    #[test]
    fn a_window_moves_only_for_a_row_that_it_lacks() {
        let window = MountedRows::on(&(100..130));
        for place in [88, 100, 141] {
            assert_eq!(window.around(place, 1_000), window);
        }
        for place in [0, 87, 142, 999] {
            let moved = window.around(place, 1_000);
            assert!(moved != window && moved.range(1_000).contains(&place), "{place}: {moved:?}");
        }
    }

    #[test]
    fn the_runs_hold_each_mounted_row_once_and_in_order() {
        for length in LENGTHS {
            for start in [0, 50, 5_000] {
                for kept in [None, Some(0), Some(60), Some(9_999), Some(20_000)] {
                    let window = MountedRows::on(&(start..start + 30));
                    let rows: Vec<_> = window.runs(kept, length).into_iter().flatten().collect();
                    assert!(rows.is_sorted_by(|one, next| one < next), "{rows:?}");
                    assert!(rows.iter().all(|row| *row < length));
                    assert!(kept.is_none_or(|kept| kept >= length || rows.contains(&kept)));
                }
            }
        }
    }
}
