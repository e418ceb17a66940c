//! What a seed makes: who sits where, what people do, and what goes wrong. A plan runs the same every time, also with
//! some of its steps taken out.

use callpoint_core::model::{
    policy::Engagement,
    time::{DAY, HOUR, MINUTE, SECOND},
};

use crate::{
    chance::Chance,
    people::{NAMES, Who},
};

pub(crate) const TABS: usize = 3;
pub(crate) const NODES: usize = 3;

/// A run of the world, before it has run.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) seed: u64,
    pub(crate) engagements: [Engagement; 2],
    /// In which browser each tab is, and who is signed in there at first.
    pub(crate) tabs: [(usize, Who); TABS],
    /// How far the clocks of the browsers and of the nodes are off, in milliseconds.
    pub(crate) browser_skews: [i64; 2],
    pub(crate) node_skews: [i64; NODES],
    pub(crate) steps: Vec<Step>,
}

/// One thing that somebody does, or that goes wrong.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Milliseconds after the beginning.
    pub at: i64,
    /// Makes what is chosen when it comes to it, and the words.
    pub number: usize,
    pub what: What,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    Report {
        tab: usize,
        severity: u8,
        security: bool,
        drill: bool,
    },
    Ask {
        tab: usize,
    },
    /// Somebody asks elsewhere, with a client that tries once.
    AskElsewhere {
        person: usize,
    },
    /// Connectors say what became of pages and reminders.
    Connect {
        node: usize,
    },
    OpenThread {
        tab: usize,
    },
    LeaveThread {
        tab: usize,
    },
    Discard {
        tab: usize,
    },
    TryNow {
        tab: usize,
    },
    /// The tab shuts down, and boots for this person.
    SignIn {
        tab: usize,
        who: Who,
    },
    Fault(Fault),
}

#[derive(Clone, Debug)]
pub(crate) enum Fault {
    CrashTab {
        tab: usize,
        back: i64,
    },
    CrashBrowser {
        browser: usize,
        back: i64,
    },
    CrashNode {
        node: usize,
        back: i64,
    },
    FreezeNode {
        node: usize,
        span: i64,
    },
    Weather {
        loss: u8,
        twice: u8,
        refused: u8,
        slow: i64,
        span: i64,
    },
    Cut {
        browser: usize,
        span: i64,
    },
    /// The connection of a stream ends, or goes silent.
    BreakStream {
        tab: usize,
        silently: bool,
    },
    /// Something on the way holds streams back for so long, as a buffering proxy does.
    HoldStreams {
        span: i64,
    },
    Disk {
        browser: usize,
        hangs: bool,
        span: i64,
    },
    /// A transaction of a node fails: nothing of it is there, or all of it is and nobody is told.
    Commit {
        node: usize,
        unknown: bool,
    },
    Clock {
        browser: Option<usize>,
        node: usize,
        by: i64,
    },
    /// The page's own backend gives no tokens for so long.
    Tokens {
        browser: usize,
        span: i64,
    },
}

const SKEWS: [i64; 8] = [0, 0, 0, 200, -1_500, 40 * SECOND, -DAY, DAY];

impl Plan {
    /// The plan that this seed makes.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut chance = Chance::of(seed, 1);
        let agreed = [Engagement::Advisory, Engagement::Shared, Engagement::CustomerLed];
        let engagements = [chance.one_of(&agreed), chance.one_of(&agreed)];
        let first = chance.below(2);
        // Often two tabs of one person beside each other, which share a stream and a device's storage.
        let second = if chance.percent(50) { Some(first) } else { somebody(&mut chance) };
        let third = chance.below(2);
        let tabs = [(0, Some(first)), (0, second), (third, somebody(&mut chance))];
        let browser_skews = [chance.one_of(&SKEWS), chance.one_of(&SKEWS)];
        let node_skews = [chance.one_of(&SKEWS), chance.one_of(&SKEWS), chance.one_of(&SKEWS)];
        let mut plan = Self { seed, engagements, tabs, browser_skews, node_skews, steps: Vec::new() };
        let count = 12 + chance.below(36);
        let mut at = 500;
        for number in 0..count {
            at += match chance.below(20) {
                0..=9 => chance.span(0, 2 * SECOND),
                10..=17 => chance.span(SECOND, 20 * SECOND),
                18 => chance.span(SECOND, 20 * MINUTE),
                _ if chance.percent(60) => chance.span(MINUTE, 8 * HOUR),
                _ => chance.span(0, 500),
            };
            let what = if number == 0 { report(&mut chance, 0) } else { plan.something(&mut chance) };
            plan.steps.push(Step { at, number, what });
        }
        plan
    }

    /// How many steps it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether nothing happens in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The same plan without `count` of its steps from the one at `from` on.
    pub(crate) fn without(&self, from: usize, count: usize) -> Self {
        let mut steps = self.steps.clone();
        steps.drain(from..(from + count).min(steps.len()));
        Self { steps, ..self.clone() }
    }

    fn something(&self, chance: &mut Chance) -> What {
        let tab = chance.below(TABS);
        match chance.below(100) {
            0..=9 => report(chance, tab),
            10..=41 => What::Ask { tab },
            42..=51 => What::AskElsewhere { person: chance.below(NAMES.len()) },
            52..=54 => What::Connect { node: chance.below(NODES) },
            55..=60 => What::OpenThread { tab },
            61..=62 => What::LeaveThread { tab },
            63..=65 => What::Discard { tab },
            66..=67 => What::TryNow { tab },
            68..=71 => What::SignIn { tab, who: self.somebody_else(chance, tab) },
            _ => What::Fault(fault(chance, tab)),
        }
    }

    /// Whoever sat there at first comes back more often than others come.
    fn somebody_else(&self, chance: &mut Chance, tab: usize) -> Who {
        if chance.percent(40) { self.tabs[tab].1 } else { somebody(chance) }
    }
}

fn report(chance: &mut Chance, tab: usize) -> What {
    let severity = chance.one_of(&[1, 2, 2, 3]);
    What::Report { tab, severity, security: chance.percent(15), drill: chance.percent(5) }
}

fn somebody(chance: &mut Chance) -> Who {
    Some(chance.below(NAMES.len() + 1)).filter(|person| *person < NAMES.len())
}

fn fault(chance: &mut Chance, tab: usize) -> Fault {
    let (browser, node) = (chance.below(2), chance.below(NODES));
    let back = chance.span(50, 20 * SECOND);
    let span = chance.span(500, 90 * SECOND);
    match chance.below(30) {
        0..=3 => Fault::CrashTab { tab, back },
        4 | 5 => Fault::CrashBrowser { browser, back },
        6..=8 => Fault::CrashNode { node, back },
        9 | 10 => Fault::FreezeNode { node, span },
        11..=15 => Fault::Weather {
            loss: chance.one_of(&[5, 20, 40]),
            twice: chance.one_of(&[0, 10, 30]),
            refused: chance.one_of(&[0, 5, 20]),
            slow: chance.one_of(&[100, 2_000, 8_000]),
            span: span * 2,
        },
        16 | 17 => Fault::Cut { browser, span },
        18 | 19 => Fault::BreakStream { tab, silently: chance.percent(50) },
        20 | 21 => Fault::HoldStreams { span },
        22..=24 => Fault::Disk { browser, hangs: chance.percent(60), span: span / 3 },
        25 | 26 => Fault::Commit { node, unknown: chance.percent(50) },
        27 | 28 => {
            let by = chance.one_of(&[-DAY, -HOUR, -90 * SECOND, 90 * SECOND, HOUR, DAY]);
            Fault::Clock { browser: Some(browser).filter(|_| chance.percent(65)), node, by }
        }
        _ => Fault::Tokens { browser, span: span / 2 },
    }
}
