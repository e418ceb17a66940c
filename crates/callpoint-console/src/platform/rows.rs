//! A long list of rows in the part of the page that scrolls it: what is in view, and how it stays where it is while other
//! rows are mounted. Rows say their place by `aria-posinset`, and the room between them how many it stands for.

use std::ops::Range;

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, window};

/// Around what the rows scroll.
const SCROLLER: &str = ".list";

/// How high a row is before any was measured.
const HEIGHT: f64 = 52.0;

/// A list, as it is on the screen.
pub struct RowList {
    list: Element,
    scroller: HtmlElement,
}

/// A row, and how far below the upper edge it stands.
pub struct Anchor {
    row: Element,
    below: f64,
}

/// Listens until dropped.
pub struct ScrollListener {
    _listeners: [EventListener; 2],
}

impl RowList {
    /// The list, where it is on the screen.
    #[must_use]
    pub fn of(list: Element) -> Option<Self> {
        let scroller: HtmlElement = list.closest(SCROLLER).ok()??.unchecked_into();
        (scroller.client_height() > 0).then_some(Self { list, scroller })
    }

    /// Calls when another part may be in view.
    #[must_use]
    pub fn on_scroll(&self, call: impl Fn() + Clone + 'static) -> Option<ScrollListener> {
        let resized = call.clone();
        let scrolled = EventListener::new(&self.scroller, "scroll", move |_| call());
        let resized = EventListener::new(&window()?.into(), "resize", move |_| resized());
        Some(ScrollListener { _listeners: [scrolled, resized] })
    }

    fn rows(&self) -> impl Iterator<Item = (usize, Element)> {
        let children = self.list.children();
        (0..children.length()).filter_map(move |at| {
            let row = children.item(at)?;
            let place = row.get_attribute("aria-posinset")?.parse::<usize>().ok()?;
            Some((place.checked_sub(1)?, row))
        })
    }

    fn edge(&self) -> f64 {
        self.scroller.get_bounding_client_rect().top()
    }

    /// The first row that is in view.
    fn first(&self) -> Option<(usize, Element)> {
        let (top, bottom) = (self.edge(), self.scroller.get_bounding_client_rect().bottom());
        self.rows().find(|(_, row)| {
            let row = row.get_bounding_client_rect();
            row.bottom() > top && row.top() < bottom
        })
    }

    /// How high a row is, on the whole.
    #[must_use]
    pub fn height(&self) -> f64 {
        let heights: Vec<f64> = self.rows().map(|(_, row)| row.get_bounding_client_rect().height()).collect();
        let sum: f64 = heights.iter().sum();
        #[expect(clippy::cast_precision_loss, reason = "few rows are mounted")]
        let count = heights.len() as f64;
        if sum > 0.0 { sum / count } else { HEIGHT }
    }

    /// Which rows are in view, or would be if they were mounted.
    #[must_use]
    pub fn view(&self, height: f64) -> Range<usize> {
        let rows = |length: f64| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no list is that long")]
            let rows = (length / height).max(0.0) as usize;
            rows
        };
        let start = match self.first() {
            Some((place, row)) => place.saturating_sub(rows(row.get_bounding_client_rect().top() - self.edge())),
            None => rows(self.edge() - self.list.get_bounding_client_rect().top()),
        };
        start..start + rows(self.scroller.client_height().into()) + 1
    }

    /// What must not move while other rows are mounted; nothing where the list begins, so that what is new is seen.
    #[must_use]
    pub fn anchor(&self) -> Option<Anchor> {
        let (_, row) = self.first().filter(|_| self.scroller.scroll_top() > 0)?;
        let below = row.get_bounding_client_rect().top() - self.edge();
        Some(Anchor { row, below })
    }

    /// Scrolls back to where the anchor was.
    pub fn hold(&self, anchor: &Anchor) {
        if anchor.row.is_connected() {
            let moved = anchor.row.get_bounding_client_rect().top() - self.edge() - anchor.below;
            if moved.abs() >= 1.0 {
                #[expect(clippy::cast_possible_truncation, reason = "no page is that high")]
                self.scroll_to(self.scrolled() + moved.round() as i32);
            }
        }
    }

    /// Makes room for the rows that are not mounted.
    pub fn make_room(&self, height: f64) {
        let children = self.list.children();
        for child in (0..children.length()).filter_map(|at| children.item(at)) {
            if let Some(rows) = child.get_attribute("data-rows").and_then(|rows| rows.parse::<u32>().ok()) {
                // Whole pixels: what writes fractions weighs more than all of this.
                #[expect(clippy::cast_possible_truncation, reason = "no page is that high")]
                let pixels = (f64::from(rows) * height) as i32;
                let style = child.unchecked_into::<HtmlElement>().style();
                // No style can be set by an attribute here, and this one can't be refused.
                let _ = style.set_property("block-size", &[&pixels.to_string(), "px"].concat());
            }
        }
    }

    /// Whether it is scrolled to its end.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        let (top, height) = (self.scrolled(), self.scroller.client_height());
        top > 0 && top + height >= self.scroller.scroll_height() - 1
    }

    /// How far it is scrolled.
    #[must_use]
    pub fn scrolled(&self) -> i32 {
        self.scroller.scroll_top()
    }

    /// Scrolls.
    pub fn scroll_to(&self, top: i32) {
        self.scroller.set_scroll_top(top);
    }

    /// Whether one of the rows has the focus.
    #[must_use]
    pub fn has_focus(&self) -> bool {
        self.list.query_selector(":focus").ok().flatten().is_some()
    }
}
