//! The simulator under the seeds that every change has to pass, and whether it finds what is planted.

use callpoint_simulator::{Plan, Planted, run, shrink};

/// `cargo xtask simulate` runs as many as are wanted.
const SEEDS: u64 = 300;

/// Each planted fault is found within so many seeds; most within twenty.
const WITHIN: u64 = 400;

fn first_failing(planted: Planted) -> Option<Plan> {
    (0..WITHIN).map(Plan::of).find(|plan| run(plan, Some(planted), false).failure.is_some())
}

#[test]
fn whatever_goes_wrong_nothing_is_lost_doubled_or_shown_wrong() {
    for seed in 0..SEEDS {
        let failure = run(&Plan::of(seed), None, false).failure;
        assert_eq!(failure, None, "`cargo xtask simulate --seed {seed}` tells how it came about");
    }
}

#[test]
fn a_seed_replays_identically() {
    for seed in [0, 7, 77, 777, 7_777] {
        let told = run(&Plan::of(seed), None, true);
        assert_eq!(told, run(&Plan::of(seed), None, true));
        assert_eq!(told.happened, run(&Plan::of(seed), None, false).happened, "who listens changes nothing");
        assert!(told.story.len() > 10, "{:#?}", told.story);
    }
}

#[test]
fn every_planted_fault_is_found() {
    for (name, planted) in Planted::ALL {
        assert!(first_failing(planted).is_some(), "`{name}` is not found within {WITHIN} seeds");
    }
}

#[test]
fn a_failing_plan_is_shrunk_to_what_it_takes_and_told() {
    let planted = Planted::DeleteBeforeReceipt;
    let plan = first_failing(planted).unwrap();
    let least = shrink(&plan, Some(planted));
    assert!(!least.is_empty() && least.len() < plan.len() / 2, "{} of {}", least.len(), plan.len());
    let outcome = run(&least, Some(planted), true);
    let last = outcome.story.last().unwrap();
    assert!(last.contains("WRONG: ") && last.ends_with(&outcome.failure.unwrap()), "{last}");
    assert!(run(&least, None, false).failure.is_none(), "without what is planted all comes right");
}
