//! The simulator: clients, nodes, the log and the network between them, in one process and under a virtual clock, from
//! one seed. It runs the client machine, the rules and what the server says of the log as they ship; what stands around
//! them (a browser's driver, the tabs that share a stream, a node's writer, the database) is modelled here, with all that
//! goes wrong there. In the end everything must have come right.

#![expect(
    clippy::indexing_slicing,
    reason = "a tool for developers: what is out of range is its own fault, and says where"
)]

mod acts;
mod chance;
mod checks;
mod device;
mod feed;
mod kept;
mod ledger;
mod log;
mod network;
mod node;
mod people;
mod plan;
mod planted;
mod requests;
mod share;
mod story;
mod tab;
mod world;

pub use plan::Plan;
pub use planted::Planted;

/// What became of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What did not hold, if something did not.
    pub failure: Option<String>,
    /// What happened, line by line, if it was to be told.
    pub story: Vec<String>,
    /// How much happened.
    pub happened: u64,
}

/// Runs a plan, and tells its story if it is to be `told`.
#[must_use]
pub fn run(plan: &Plan, planted: Option<Planted>, told: bool) -> Outcome {
    let mut world = world::World::new(plan, planted, told);
    world.run();
    Outcome { failure: world.failure, story: world.story.unwrap_or_default(), happened: world.happened }
}

/// The smallest plan found that still fails: steps are taken out, many at once and then one by one, as long as
/// something goes wrong without them.
#[must_use]
pub fn shrink(plan: &Plan, planted: Option<Planted>) -> Plan {
    let mut least = plan.clone();
    let mut count = least.len().div_ceil(2);
    while count > 0 {
        let (mut from, mut smaller) = (0, false);
        while from < least.len() {
            let candidate = least.without(from, count);
            if run(&candidate, planted, false).failure.is_some() {
                least = candidate;
                smaller = true;
            } else {
                from += count;
            }
        }
        if !smaller || count > 1 {
            count /= 2;
        }
    }
    least
}
