//! The part of a long list that is mounted, and the ways to what stands before and after it.

use std::ops::Range;

use callpoint_core::text::{Key, say};
use yew::prelude::*;

/// The most rows that are mounted at once.
pub const WINDOW: usize = 60;

/// How far one step goes. Half of the rows stay, so that whoever reads keeps their place.
const STEP: usize = WINDOW / 2;

/// Which rows of a list are mounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MountedRange {
    start: usize,
    length: usize,
}

impl MountedRange {
    /// The window over `length` rows that begins at `start`, or as near to it as leaves the window full.
    #[must_use]
    pub const fn from(start: usize, length: usize) -> Self {
        let last = length.saturating_sub(WINDOW);
        Self { start: if start < last { start } else { last }, length }
    }

    /// The window over `length` rows that has `after` of them after it.
    #[must_use]
    pub const fn before(after: usize, length: usize) -> Self {
        Self::from(length.saturating_sub(after.saturating_add(WINDOW)), length)
    }

    /// This window where it has the row at `place`, else the one that has it in its middle.
    #[must_use]
    pub fn around(self, place: usize) -> Self {
        if self.range().contains(&place) { self } else { Self::from(place.saturating_sub(STEP), self.length) }
    }

    /// The mounted rows.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start..self.length.min(self.start + WINDOW)
    }

    /// How many rows stand after the window.
    #[must_use]
    pub fn after(self) -> usize {
        self.length - self.range().end
    }

    /// The mounted rows, which have keys, between the buttons that `go` to another window.
    pub fn list(self, rows: Vec<Html>, [earlier, later]: [Key; 2], go: &Callback<Self>) -> Html {
        let more = |start, key| {
            let onclick = go.reform(move |_: MouseEvent| Self::from(start, self.length));
            html! { <li class="more"><button type="button" class="link" {onclick}>{ say(key) }</button></li> }
        };
        html! {
            <>
                if self.start > 0 { { more(self.start.saturating_sub(STEP), earlier) } }
                // Keyed rows among siblings without keys would be compared by position, and a sliding window would replace them all.
                <>{ for rows }</>
                if self.after() > 0 { { more(self.start + STEP, later) } }
            </>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_full_wherever_it_stands_and_its_steps_reach_every_row() {
        for length in [0, 1, WINDOW - 1, WINDOW, WINDOW + 1, 1_000] {
            for start in 0..length + 2 {
                let window = MountedRange::from(start, length);
                assert_eq!(window.range().len(), length.min(WINDOW), "{start} of {length}");
                assert_eq!(MountedRange::before(window.after(), length), window, "{start} of {length}");
            }
            let mut end = MountedRange::before(0, length);
            assert_eq!(end.range().end, length);
            while end.start > 0 {
                end = MountedRange::from(end.start.saturating_sub(STEP), length);
            }
            assert_eq!(end, MountedRange::from(0, length));
        }
    }

    #[test]
    fn a_window_moves_only_for_a_row_that_it_lacks() {
        let window = MountedRange::from(100, 1_000);
        for place in [100, 130, 159] {
            assert_eq!(window.around(place), window);
        }
        for place in [0, 99, 160, 999] {
            let moved = window.around(place);
            assert!(moved != window && moved.range().contains(&place), "{place}: {moved:?}");
        }
    }
}
