//! Counts tests by reading what their runners print, so that the last line can say how many ran.

use crate::shell;
use anyhow::{Context as _, Result, bail};
use std::fmt::{self, Display, Formatter};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

/// How many tests came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TestCounts {
    passed: usize,
    failed: usize,
    ignored: usize,
}

impl TestCounts {
    /// Runs a test runner, shows its output, and counts.
    ///
    /// # Errors
    /// When it could not start or says that something failed.
    pub fn run_and_count(&mut self, command: &mut Command) -> Result<()> {
        let before = *self;
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("could not start {name}"))?;
        let output = child.stdout.take().context("no output to read")?;
        for line in BufReader::new(output).lines() {
            let line = line?;
            self.count(&line);
            println!("{line}");
        }
        let status = child.wait()?;
        if !status.success() {
            bail!("{}", shell::failure(command, status));
        }
        if *self == before {
            bail!("{name} printed no test results");
        }
        Ok(())
    }

    /// cargo: `test result: ok. 3 passed; 0 failed; 0 ignored; …`. Node: `ℹ pass 3`.
    fn count(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            for part in result.split(['.', ';']) {
                let mut words = part.split_whitespace();
                let number = words.next().and_then(|word| word.parse::<usize>().ok()).unwrap_or(0);
                self.add(words.next().unwrap_or_default(), number);
            }
        } else if let Some((word, number)) = line.strip_prefix("ℹ ").and_then(|rest| rest.split_once(' ')) {
            self.add(word, number.parse().unwrap_or(0));
        }
    }

    fn add(&mut self, word: &str, number: usize) {
        match word {
            "passed" | "pass" => self.passed += number,
            "failed" | "fail" => self.failed += number,
            "ignored" | "skipped" | "todo" => self.ignored += number,
            _ => {}
        }
    }
}

impl Display for TestCounts {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{} tests passed, {} failed, {} skipped", self.passed, self.failed, self.ignored)
    }
}

#[cfg(test)]
mod tests {
    use super::TestCounts;

    #[test]
    fn both_runners_are_understood() {
        let mut counts = TestCounts::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
            "ℹ tests 9",
            "ℹ pass 7",
            "ℹ fail 1",
            "ℹ skipped 1",
            "ℹ duration_ms 1234.5",
        ] {
            counts.count(line);
        }
        assert_eq!(counts, TestCounts { passed: 11, failed: 3, ignored: 2 });
    }
}
