//! The command line of every job in this repository: `cargo xtask <command>`.
//!
//! It depends on none of the other crates, so it keeps working when they don't compile.
#![expect(clippy::print_stdout, reason = "a command line tool prints its results on standard output")]

mod files;
mod jobs;
mod paths;
mod shell;
mod toolchain;
mod web;

use anyhow::{Result, bail};
use jobs::{bench, demo, dev, dist, r#gen, lint, setup, size, test};
use lexopt::prelude::*;
use std::process::ExitCode;
use web::{Build, Request};

const HELP: &str = "\
cargo xtask <command>

  setup                     install every tool the other commands need
  demo [--port N] [--no-open] [--fast]
                            build everything and run the demonstration until Ctrl-C
  dev  [--port N] [--no-open]
                            the same with fast builds, rebuilt and reloaded on every change
  test [STAGE...]           everything that must hold: lint web cargo gen types e2e size (default: all)
  ci                        what the continuous integration runs: test, all stages
  lint                      formatting, clippy with warnings denied, TypeScript types
  web  [--fast]             the browser's files into target/web
  size [--check]            what is shipped, raw, gzip and brotli, against www/budgets.json
  gen  [--check]            files generated from the code
  bench [NAME]              benchmarks that exist
  dist                      a release archive for this machine
";

/// What the command line asked for.
#[derive(Default)]
struct Options {
    command: Option<String>,
    names: Vec<String>,
    port: Option<u16>,
    no_open: bool,
    fast: bool,
    check: bool,
    help: bool,
}

fn parse() -> Result<Options> {
    let mut parser = lexopt::Parser::from_env();
    let mut options = Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => options.port = Some(parser.value()?.parse()?),
            Long("no-open") => options.no_open = true,
            Long("fast") => options.fast = true,
            Long("check") => options.check = true,
            Short('h') | Long("help") => options.help = true,
            Value(word) if options.command.is_none() => options.command = Some(word.string()?),
            Value(word) => options.names.push(word.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    Ok(options)
}

fn dispatch(options: &Options) -> Result<()> {
    let speed = if options.fast { Build::Fast } else { Build::Release };
    let open = demo::Open::unless(options.no_open);
    match options.command.as_deref() {
        _ if options.help => print!("{HELP}"),
        None | Some("help") => print!("{HELP}"),
        Some("setup") => setup::run()?,
        Some("demo") => demo::run(options.port, open, speed)?,
        Some("dev") => dev::run(options.port, open)?,
        Some("test") => test::run(&options.names)?,
        Some("ci") => test::run(&[])?,
        Some("lint") => lint::run()?,
        Some("web") => web::build(Request::new(speed))?,
        Some("size") => {
            web::build(Request::new(Build::Release))?;
            if options.check { size::check()? } else { size::print()? }
        }
        Some("gen") if options.check => r#gen::check()?,
        Some("gen") => r#gen::write()?,
        Some("bench") => bench::run(&options.names)?,
        Some("dist") => dist::run()?,
        Some(other) => bail!("no command `{other}`; `cargo xtask help` lists them"),
    }
    Ok(())
}

fn main() -> ExitCode {
    match parse().and_then(|options| dispatch(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
