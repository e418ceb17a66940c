//! The rows of the chosen queue: which of them are mounted, and which has the focus.

use std::rc::Rc;

use callpoint_core::{model::id::IncidentId, wire::search::SearchHit};
use litemap::LiteMap;
use web_sys::Element;
use yew::prelude::*;

use super::{mounted::MountedRows, rows::IncidentRow};
use crate::{
    message::ConsoleMsg,
    platform::{
        self, KeyListener,
        rows::{Anchor, RowList, ScrollListener},
    },
};

/// What the rows need.
#[derive(PartialEq, Properties)]
pub struct IncidentRowsProps {
    /// Sends messages to the console.
    pub send: Callback<ConsoleMsg>,
    /// The address of what is listed: another one is another list.
    pub view: String,
    /// What is searched for, in place of the queue; empty where nothing is.
    pub search: String,
    /// What the server found, for rows of what is not known here.
    pub hits: Rc<Vec<SearchHit>>,
    /// The incidents of the queue, in its order.
    pub held: Rc<Vec<IncidentId>>,
    /// The open incident.
    pub open: Option<IncidentId>,
    /// What something is being written about.
    pub drafted: Rc<Vec<IncidentId>>,
}

/// What happens to the rows.
pub enum RowsMsg {
    /// The row below (or above) gets the focus.
    Step { down: bool },
    /// A row has the focus.
    At(IncidentId),
    /// Another part of the list may be in view.
    Scrolled,
}

/// The rows. A key press draws nothing but these.
pub struct IncidentRows {
    /// The row that has, or would get, the focus. It stays mounted wherever the list is scrolled to.
    at: Option<IncidentId>,
    window: MountedRows,
    /// How high a row is, on the whole.
    height: f64,
    /// What is done once the rows are drawn.
    next: Next,
    /// Where each queue was left.
    left: LiteMap<String, (Option<IncidentId>, i32)>,
    list: NodeRef,
    keys: Option<KeyListener>,
    scroll: Option<ScrollListener>,
}

/// What is done once the rows are drawn.
#[derive(Default)]
struct Next {
    /// This row stays where it is on the screen.
    hold: Option<Anchor>,
    /// The list is scrolled to here.
    scroll: Option<i32>,
    /// The row at hand gets the focus.
    focus: bool,
    /// It had the focus, and keeps it.
    keep_focus: bool,
    /// Whether enough rows are mounted is looked at.
    look: bool,
}

impl Component for IncidentRows {
    type Message = RowsMsg;
    type Properties = IncidentRowsProps;

    fn create(ctx: &Context<Self>) -> Self {
        Self {
            at: ctx.props().open,
            window: MountedRows::default(),
            height: 0.0,
            next: Next::default(),
            left: LiteMap::new(),
            list: NodeRef::default(),
            keys: None,
            scroll: None,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, earlier: &IncidentRowsProps) -> bool {
        let IncidentRowsProps { view, open, .. } = ctx.props();
        self.next.look = true;
        if *view == earlier.view {
            self.hold();
        } else {
            self.turn_to(earlier, ctx.props());
        }
        if *open != earlier.open {
            self.at = open.or(earlier.open);
            // Whoever leaves an incident stands at its row again.
            if open.is_none() {
                self.focus_row(ctx);
            }
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: RowsMsg) -> bool {
        match msg {
            RowsMsg::Step { down } => self.step(ctx, down),
            RowsMsg::At(id) => return self.at.replace(id) != Some(id),
            RowsMsg::Scrolled => {
                let Some(list) = self.on_screen() else { return false };
                let window = self.window.over(&list.view(self.height), ctx.props().held.len());
                if window == self.window {
                    return false;
                }
                self.window = window;
                self.hold();
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let IncidentRowsProps { send, search, hits, held, open, drafted, .. } = ctx.props();
        let kept = self.place(ctx);
        let runs = self.window.runs(kept, held.len());
        // One stop for the Tab key: the row that was last at hand, else the first.
        let stop = kept.or_else(|| runs.first().map(|run| run.start));
        let focused = ctx.link().callback(RowsMsg::At);
        let row = |place: usize| {
            let id = *held.get(place)?;
            let hit = hits.iter().find(|hit| hit.incident.id == id).cloned();
            Some(html! {
                <li key={id.to_string()} aria-setsize={held.len().to_string()} aria-posinset={(place + 1).to_string()}>
                    <IncidentRow {send} focused={focused.clone()} {id} search={search.clone()} {hit} drafted={drafted.contains(&id)}
                        focusable={stop == Some(place)} open={*open == Some(id)} />
                </li>
            })
        };
        let mut rows: Vec<Html> = Vec::new();
        let mut done = 0;
        for (run, key) in runs.into_iter().zip(["before", "between"]) {
            rows.extend(room(key, run.start - done));
            done = run.end;
            rows.extend(run.filter_map(row));
        }
        rows.extend(room("after", held.len().saturating_sub(done)));
        html! { <ul class="rows" ref={self.list.clone()}>{ for rows }</ul> }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            self.listen(ctx);
        }
        let next = core::mem::take(&mut self.next);
        if let Some(list) = self.on_screen() {
            // Measured only where what is in view is held: rooms that change would move it.
            if self.height == 0.0 || next.hold.is_some() || next.scroll.is_some() {
                self.height = list.height();
            }
            if self.scroll.is_none() {
                let link = ctx.link().clone();
                self.scroll = list.on_scroll(move || link.send_message(RowsMsg::Scrolled));
            }
            list.make_room(self.height);
            if let Some(anchor) = &next.hold {
                list.hold(anchor);
            }
            if let Some(top) = next.scroll {
                list.scroll_to(top);
            }
            if next.look || first {
                ctx.link().send_message(RowsMsg::Scrolled);
            }
            if next.focus || next.keep_focus && !list.has_focus() {
                self.focus(!next.focus);
            }
        }
    }
}

/// Room for so many rows that are not mounted; how high it is is known once rows are drawn. It has a key, as rows have:
/// rows among siblings without keys would be compared by position, and a sliding window would replace them all.
fn room(key: &'static str, rows: usize) -> Option<Html> {
    (rows > 0).then(|| html! { <li {key} aria-hidden="true" data-rows={rows.to_string()}></li> })
}

impl IncidentRows {
    fn listen(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        self.keys = platform::on_key(move |key| {
            let down = match key {
                "j" | "ArrowDown" => true,
                "k" | "ArrowUp" => false,
                _ => return false,
            };
            link.send_message(RowsMsg::Step { down });
            true
        });
    }

    fn on_screen(&self) -> Option<RowList> {
        RowList::of(self.list.cast::<Element>()?)
    }

    /// Where the row at hand stands in the queue.
    fn place(&self, ctx: &Context<Self>) -> Option<usize> {
        let at = self.at?;
        ctx.props().held.iter().position(|id| *id == at)
    }

    /// What is in view stays where it is, and what has the focus keeps it.
    fn hold(&mut self) {
        if let Some(list) = self.on_screen() {
            self.next.hold = list.anchor();
            if self.next.hold.is_none() && list.is_at_end() {
                // Whoever went to the end stays there, however high its rows are.
                self.next.scroll = Some(i32::MAX);
            }
            self.next.keep_focus = list.has_focus();
        }
    }

    /// Another queue, as it was left; or what was found, from its beginning.
    fn turn_to(&mut self, earlier: &IncidentRowsProps, now: &IncidentRowsProps) {
        if let Some(list) = self.on_screen().filter(|_| earlier.search.is_empty()) {
            self.left.insert(earlier.view.clone(), (self.at, list.scrolled()));
        }
        let (at, top) = self.left.get(&now.view).copied().unwrap_or_default();
        self.at = at;
        self.next.scroll = Some(top);
        let height = if self.height > 0.0 { self.height } else { f64::INFINITY };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no list is that long")]
        let start = (f64::from(top) / height) as usize;
        self.window = MountedRows::default().around(start, usize::MAX);
    }

    /// The row below or above; from none, the first.
    fn step(&mut self, ctx: &Context<Self>, down: bool) {
        let held = &ctx.props().held;
        let there = match (self.place(ctx), down) {
            (None, _) => 0,
            (Some(place), true) => (place + 1).min(held.len().saturating_sub(1)),
            (Some(place), false) => place.saturating_sub(1),
        };
        self.at = held.get(there).copied().or(self.at);
        self.focus_row(ctx);
    }

    /// The row gets the focus, and is mounted for it with those around it.
    fn focus_row(&mut self, ctx: &Context<Self>) {
        if let Some(place) = self.place(ctx) {
            let window = self.window.around(place, ctx.props().held.len());
            if window != self.window {
                self.hold();
                self.window = window;
            }
            self.next.focus = true;
        }
    }

    /// Focuses the row at hand; where it is `still`, without scrolling to it.
    fn focus(&self, still: bool) {
        if let (Some(list), Some(id)) = (self.list.cast::<Element>(), self.at) {
            let selector = ["[data-incident=\"", &id.to_string(), "\"]"].concat();
            if still {
                platform::focus_still(&list, &selector)
            } else {
                platform::focus(&list, &selector)
            };
        }
    }
}
