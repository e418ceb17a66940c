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

use anyhow::{Context as _, Result};
use jobs::{bench, chaos, demo, dev, dist, r#gen, lint, npm, setup, simulate, size, test};
use lexopt::prelude::*;
use std::process::ExitCode;
use web::{Build, WebBuild};

const HELP: &str = "\
cargo xtask <command>

  setup                     install the tools that the other commands need
  demo [--port N] [--no-open] [--fast]
                            build everything and run the demonstration until Ctrl-C
  dev  [--port N] [--no-open]
                            the same with fast builds; rebuilds and reloads on every change
  test [STAGE...]           run the checks: lint web cargo codec gen types e2e size (default: all)
                            only when named: `sequences`, the rules under 100,000 random sequences, and `firefox`,
                            the main walk in Firefox
  ci                        run all checks, as continuous integration does
  lint                      check formatting, clippy lints (warnings denied) and TypeScript types
  web  [--fast]             build the browser files into target/web
  size                      report raw, gzip and brotli sizes; fails when they exceed www/budgets.json
  size --parts              report the size of each crate and module in the WebAssembly
  gen  [--check]            generate files from the code; --check fails when they are stale
  bench [NAME...]           run benchmarks: console, embed, form, thread-append and those of the crates (default: all)
  simulate [--seeds N] [--from N] [--seed N] [--plant FAULT]
                            run clients, nodes and a bad network in one process from N seeds (default: 10,000), or one
                            seed with its story; with a planted fault, which it has to find
  chaos [--rounds N] [--short]
                            kill, freeze and cut off servers under load (default: 200 rounds), with a table of what was
                            lost; --short does a few rounds, as `test` does
  npm                       pack the npm package into target/dist
  dist                      build a release archive for this platform, and pack the npm package
";

/// The options of `simulate`, which it hands on.
const SIMULATION: [&str; 4] = ["seeds", "from", "seed", "plant"];

/// The options with a value that the jobs read themselves.
const HANDED_ON: [&str; 5] = ["seeds", "from", "seed", "plant", "rounds"];

/// The options and names that each command takes; anything else on its line is an error.
const COMMANDS: [(&str, &[&str], bool); 15] = [
    ("help", &[], false),
    ("setup", &[], false),
    ("demo", &["port", "no-open", "fast"], false),
    ("dev", &["port", "no-open"], false),
    ("test", &[], true),
    ("ci", &[], false),
    ("lint", &[], false),
    ("web", &["fast"], false),
    ("size", &["parts"], false),
    ("gen", &["check"], false),
    ("bench", &[], true),
    ("simulate", &SIMULATION, false),
    ("chaos", &["rounds", "short"], false),
    ("npm", &[], false),
    ("dist", &[], false),
];

/// What the command line asked for.
#[derive(Default)]
struct Options {
    command: String,
    names: Vec<String>,
    port: Option<u16>,
    /// What is handed on as it is.
    handed_on: Vec<String>,
    /// The options without a value.
    flags: Vec<String>,
}

impl Options {
    fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|given| given == flag)
    }
}

fn parse(mut parser: lexopt::Parser) -> Result<Options> {
    let mut options = Options { command: "help".to_owned(), ..Options::default() };
    let mut takes: Option<(&[&str], bool)> = None;
    while let Some(argument) = parser.next()? {
        match (argument, takes) {
            (Short('h') | Long("help"), _) => return Ok(Options { command: "help".to_owned(), ..Options::default() }),
            (Value(word), None) => {
                options.command = word.string()?;
                let known = COMMANDS.iter().find(|(name, ..)| *name == options.command);
                let (_, flags, names) = known.with_context(|| {
                    format!("unknown command `{}`; `cargo xtask help` lists the commands", options.command)
                })?;
                takes = Some((flags, *names));
            }
            (Value(word), Some((_, true))) => options.names.push(word.string()?),
            (Long("port"), Some((flags, _))) if flags.contains(&"port") => {
                options.port = Some(parser.value()?.parse()?)
            }
            (Long(flag), Some((flags, _))) if flags.contains(&flag) && HANDED_ON.contains(&flag) => {
                options.handed_on.push(format!("--{flag}"));
                options.handed_on.push(parser.value()?.string()?);
            }
            (Long(flag), Some((flags, _))) if flags.contains(&flag) => options.flags.push(flag.to_owned()),
            (argument, _) => return Err(argument.unexpected().into()),
        }
    }
    Ok(options)
}

fn dispatch(options: &Options) -> Result<()> {
    let speed = if options.has("fast") { Build::Fast } else { Build::Release };
    let open = demo::Open::unless(options.has("no-open"));
    match options.command.as_str() {
        "setup" => setup::run(),
        "demo" => demo::run(options.port, open, speed),
        "dev" => dev::run(options.port, open),
        "test" | "ci" => test::run(&options.names),
        "lint" => lint::run(),
        "web" => web::build(WebBuild::new(speed)),
        "size" if options.has("parts") => size::parts::print(),
        "size" => web::build(WebBuild::new(Build::Release)).and_then(|()| size::check()),
        "gen" if options.has("check") => r#gen::check(),
        "gen" => r#gen::write(),
        "bench" => bench::run(&options.names),
        "simulate" => simulate::run(&options.handed_on),
        "chaos" => chaos::run(&options.handed_on, options.has("short")),
        "npm" => npm::run(),
        "dist" => dist::run(),
        _ => {
            print!("{HELP}");
            Ok(())
        }
    }
}

fn main() -> ExitCode {
    match parse(lexopt::Parser::from_env()).and_then(|options| dispatch(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, HELP, parse};

    #[test]
    fn a_command_takes_its_own_options_and_no_others() {
        let parsed = |line: &str| parse(lexopt::Parser::from_args(line.split(' ')));
        let demo = parsed("demo --port 5000 --fast").unwrap();
        assert_eq!((demo.command.as_str(), demo.port, demo.has("fast")), ("demo", Some(5000), true));
        assert_eq!(parsed("test e2e size").unwrap().names, ["e2e", "size"]);
        assert_eq!(
            parsed("simulate --seeds 5 --plant no-lock").unwrap().handed_on,
            ["--seeds", "5", "--plant", "no-lock"]
        );
        let chaos = parsed("chaos --rounds 7 --short").unwrap();
        assert_eq!(
            (chaos.handed_on.as_slice(), chaos.has("short")),
            (["--rounds", "7"].map(String::from).as_slice(), true)
        );
        for wrong in [
            "simulate --rounds 7",
            "web --port 5000",
            "web --seed 1",
            "simulate --seed",
            "size --check",
            "lint e2e",
            "demo --fats",
            "--fast demo",
            "ship",
        ] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_help_names_every_command() {
        for (name, flags, _) in COMMANDS {
            assert!(name == "help" || HELP.contains(&format!("\n  {name} ")), "{name}");
            assert!(flags.iter().all(|flag| HELP.contains(&format!("--{flag}"))), "{name} {flags:?}");
        }
    }
}
