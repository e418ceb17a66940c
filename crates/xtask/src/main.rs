//! The one door to every job in this repository: `cargo xtask <command>`.
//!
//! It knows how to bring tools, build, run, measure and test; it must not know anything about the product's own
//! code, so it depends on none of the other crates and keeps working when they don't compile.
#![expect(clippy::print_stdout, reason = "a command line tool talks to a person on standard output")]

mod bench;
mod demo;
mod dev;
mod dist;
mod gen_files;
mod http;
mod lint;
mod measure;
mod order;
mod paths;
mod rust_wasm;
mod server;
mod shell;
mod size;
mod split;
mod tally;
mod test;
mod tools;
mod unused;
mod wasm;
mod web;

use anyhow::{Result, bail};
use lexopt::prelude::*;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  setup                     bring every tool the other commands need
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
    let speed = if options.fast { wasm::Build::Fast } else { wasm::Build::Small };
    let open = demo::Open::unless(options.no_open);
    match options.command.as_deref() {
        _ if options.help => print!("{HELP}"),
        None | Some("help") => print!("{HELP}"),
        Some("setup") => tools::setup()?,
        Some("demo") => demo::run(options.port, open, speed)?,
        Some("dev") => dev::run(options.port, open)?,
        Some("test") => test::run(&options.names)?,
        Some("ci") => test::run(&[])?,
        Some("lint") => lint::run()?,
        Some("web") => web::build(&web::Request::new(speed))?,
        Some("size") => {
            web::build(&web::Request::new(wasm::Build::Small))?;
            if options.check { size::check()? } else { size::print()? }
        }
        Some("gen") if options.check => gen_files::check()?,
        Some("gen") => gen_files::write()?,
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
