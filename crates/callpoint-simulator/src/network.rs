//! Between tabs and nodes: what is asked may be lost, refused on the way, late or doubled; what is answered may be lost
//! or late. A connection keeps its order.

use callpoint_core::{
    client::{Body, Reply},
    model::time::{SECOND, Time},
};

use crate::{
    log::Caller,
    plan::NODES,
    world::{Answer, Ask, Happening, World, tell},
};

/// How long a browser waits for an answer at most.
const TIMEOUT: i64 = 30 * SECOND;

/// How the network is now.
#[derive(Debug)]
pub(crate) struct Network {
    pub loss: u8,
    pub twice: u8,
    pub refused: u8,
    pub slow: i64,
    /// Until when it is like that.
    pub until: Time,
    /// Until when each browser reaches nobody.
    pub cut_until: [Time; 2],
    /// Until when streams that are opened are held back.
    pub holds_until: Time,
}

impl Default for Network {
    fn default() -> Self {
        let never = Time(0);
        Self { loss: 0, twice: 0, refused: 0, slow: 0, until: never, cut_until: [never; 2], holds_until: never }
    }
}

impl Ask {
    /// The answer where nothing of use comes back.
    fn failed(&self, status: u16, retry_after: Option<i64>) -> Answer {
        fn bare<T>(status: u16, retry_after: Option<i64>) -> Reply<T> {
            Reply { status, retry_after, body: Body::Unreadable }
        }
        match self {
            Self::Post(submission) => Answer::Post(submission.id, bare(status, retry_after)),
            Self::Thread(id) => Answer::Thread(*id, Box::new(bare(status, retry_after))),
            Self::Status(number) => Answer::Status(*number, Err(bare(status, retry_after))),
            Self::Stream(number, _) => Answer::Stream(*number, bare(status, retry_after)),
        }
    }
}

impl World<'_> {
    pub fn is_bad(&self) -> bool {
        !self.calm && self.now < self.network.until
    }

    pub fn is_cut(&self, browser: usize) -> bool {
        !self.calm && self.now < self.network.cut_until[browser]
    }

    fn chances(&mut self, caller: Caller, percent: u8) -> bool {
        self.is_bad() && self.tabs[caller.tab].net.percent(percent)
    }

    fn travels(&mut self, caller: Caller) -> i64 {
        let slow = if self.is_bad() { self.network.slow } else { 0 };
        self.tabs[caller.tab].net.span(5, 60 + slow)
    }

    /// Sends a request to some node.
    pub fn request(&mut self, caller: Caller, ask: Ask) {
        let browser = self.tabs[caller.tab].browser;
        let mut node = self.tabs[caller.tab].net.below(NODES);
        if !self.nodes[node].up {
            // What stands before the nodes finds out that one is gone.
            node = self.tabs[caller.tab].net.below(NODES);
        }
        if self.is_cut(browser) || self.chances(caller, self.network.loss) {
            let wait = self.tabs[caller.tab].net.span(SECOND, TIMEOUT);
            self.after(wait, Happening::Returns(caller, ask.failed(0, None)));
            return;
        }
        let delay = self.travels(caller);
        if self.chances(caller, self.network.refused) {
            let choices = [(503, None), (503, Some(3 * SECOND)), (429, Some(5 * SECOND)), (401, None), (502, None)];
            let (status, retry_after) = self.tabs[caller.tab].net.one_of(&choices);
            self.after(delay * 2, Happening::Returns(caller, ask.failed(status, retry_after)));
            return;
        }
        if !self.nodes[node].up {
            self.after(delay, Happening::Returns(caller, ask.failed(502, None)));
            return;
        }
        if matches!(ask, Ask::Post(_)) && self.chances(caller, self.network.twice) {
            let again = delay + self.tabs[caller.tab].net.span(1, 20 * SECOND);
            self.after(again, Happening::Arrives { node, caller, ask: ask.clone(), is_copy: true });
        }
        self.after(delay, Happening::Arrives { node, caller, ask, is_copy: false });
    }

    /// Sends an answer back.
    pub fn answer(&mut self, caller: Caller, answer: Answer) {
        let browser = self.tabs[caller.tab].browser;
        if self.is_cut(browser) || self.chances(caller, self.network.loss) {
            let ask = match &answer {
                Answer::Post(id, _) => {
                    tell!(self, "The answer to {} is lost on its way.", self.ledger.name(*id));
                    let wait = self.tabs[caller.tab].net.span(SECOND, TIMEOUT);
                    self.after(wait, Happening::Returns(caller, Answer::Post(*id, Reply::none())));
                    return;
                }
                Answer::Thread(id, _) => Ask::Thread(*id),
                Answer::Status(number, _) => Ask::Status(*number),
                Answer::Stream(number, _) => Ask::Stream(*number, None),
            };
            let wait = self.tabs[caller.tab].net.span(SECOND, TIMEOUT);
            self.after(wait, Happening::Returns(caller, ask.failed(0, None)));
            return;
        }
        let delay = self.travels(caller);
        self.after(delay, Happening::Returns(caller, answer));
    }

    /// Whoever asked hears nothing, since the node has gone.
    pub fn hang_up(&mut self, caller: Caller, ask: &Ask) {
        let delay = self.travels(caller);
        self.after(delay, Happening::Returns(caller, ask.failed(0, None)));
    }

    /// Delivers to a stream in order; whether its connection still holds.
    pub fn carry(&mut self, caller: Caller) -> Option<i64> {
        let browser = self.tabs[caller.tab].browser;
        let breaks = self.network.loss / 4;
        if self.is_cut(browser) || self.chances(caller, breaks) {
            return None;
        }
        Some(self.travels(caller))
    }
}
