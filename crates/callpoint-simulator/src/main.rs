//! `cargo xtask simulate`: runs many seeds on all processors, or one with its story.
#![expect(clippy::print_stdout, reason = "a command line tool prints its results on standard output")]

use std::{
    num::NonZero,
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
use callpoint_simulator::{Outcome, Plan, Planted, run, shrink};
use lexopt::prelude::*;

/// What the command line asked for.
struct Options {
    seeds: u64,
    from: u64,
    seed: Option<u64>,
    planted: Option<Planted>,
}

fn parse(mut parser: lexopt::Parser) -> Result<Options> {
    let mut options = Options { seeds: 10_000, from: 0, seed: None, planted: None };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("seeds") => options.seeds = parser.value()?.parse()?,
            Long("from") => options.from = parser.value()?.parse()?,
            Long("seed") => options.seed = Some(parser.value()?.parse()?),
            Long("plant") => {
                let name = parser.value()?.string()?;
                let known = Planted::ALL.iter().find(|(known, _)| *known == name);
                let names = Planted::ALL.map(|(name, _)| name).join(" ");
                options.planted =
                    Some(known.with_context(|| format!("nothing to plant of that name; there are: {names}"))?.1);
            }
            argument => return Err(argument.unexpected().into()),
        }
    }
    Ok(options)
}

/// The first seed that fails, and how many were run.
fn search(options: &Options) -> (Option<u64>, u64) {
    let (next, failed) = (AtomicU64::new(options.from), AtomicU64::new(u64::MAX));
    let end = options.from.saturating_add(options.seeds);
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end || seed > failed.load(Ordering::Relaxed) {
                        return;
                    }
                    if run(&Plan::of(seed), options.planted, false).failure.is_some() {
                        failed.fetch_min(seed, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let failed = Some(failed.into_inner()).filter(|seed| *seed < u64::MAX);
    (failed, failed.map_or(end, |seed| seed + 1) - options.from)
}

fn tell(seed: u64, options: &Options) -> Result<()> {
    let plan = Plan::of(seed);
    let whole = run(&plan, options.planted, true);
    let Some(failure) = whole.failure.clone() else {
        show(&whole);
        println!("\nSeed {seed}: all came right, in {} steps of the plan.", plan.len());
        return Ok(());
    };
    let least = shrink(&plan, options.planted);
    let shrunk = run(&least, options.planted, true);
    show(&shrunk);
    println!("\nSeed {seed} fails with {} of the {} steps of its plan.", least.len(), plan.len());
    println!("As it was: {}", short(&failure));
    bail!("{}", short(&shrunk.failure.unwrap_or(failure)))
}

fn show(outcome: &Outcome) {
    outcome.story.iter().for_each(|line| println!("{line}"));
}

fn short(text: &str) -> String {
    text.chars().take(4_000).collect()
}

fn work(options: &Options) -> Result<()> {
    if let Some(seed) = options.seed {
        return tell(seed, options);
    }
    let begun = Instant::now();
    let (failed, count) = search(options);
    let seconds = begun.elapsed().as_secs_f64();
    println!("{count} seeds in {seconds:.1} s");
    match failed {
        Some(seed) => tell(seed, options),
        None => Ok(()),
    }
}

fn main() -> ExitCode {
    match parse(lexopt::Parser::from_env()).and_then(|options| work(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("simulate: {error:#}");
            ExitCode::FAILURE
        }
    }
}
