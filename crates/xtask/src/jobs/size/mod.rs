//! `cargo xtask size`: what is shipped and what it weighs, against `www/budgets.json`.
//!
//! The budgets name files as the manifest does. A path is what one person waits for: a list of files with a name.

pub mod parts;

use crate::paths;
use crate::web::compress;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

/// The weight of one file, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Weight {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// As cells of a table.
impl Display for Weight {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{} | {} | {}", grouped(self.raw), grouped(self.gzip), grouped(self.brotli))
    }
}

/// A limit from the budgets: some files, together at most `max` bytes of brotli. Where that is not reached yet,
/// `max_until_then` is what fails, and the table says by how much `max` is missed.
#[derive(Debug, PartialEq, Eq)]
struct Budget {
    name: String,
    files: Vec<String>,
    max: usize,
    max_until_then: Option<usize>,
}

/// Prints the tables, and fails when a budget is exceeded.
///
/// # Errors
/// When it is, or nothing is built.
pub fn check() -> Result<()> {
    let weights = weigh()?;
    println!("| file | raw | gzip | brotli |\n|---|---:|---:|---:|");
    for (name, weight) in &weights {
        println!("| {name} | {weight} |");
    }
    let budgets = read_budgets(&std::fs::read_to_string(paths::www()?.join("budgets.json"))?)?;
    println!("\n| path | raw | gzip | brotli | at most |\n|---|---:|---:|---:|---:|");
    let mut excesses = Vec::new();
    for budget in &budgets {
        let max = grouped(budget.max);
        match total(budget, &weights) {
            Ok(weight) => {
                let missed = match weight.brotli.saturating_sub(budget.max) {
                    0 => String::new(),
                    excess => format!(", missed by {}", grouped(excess)),
                };
                println!("| {} | {weight} | {max}{missed} |", budget.name);
                let limit = budget.max_until_then.unwrap_or(budget.max);
                if weight.brotli > limit {
                    let (bytes, limit) = (grouped(weight.brotli), grouped(limit));
                    excesses.push(format!("{} is {bytes} of {limit} bytes", budget.name));
                }
            }
            Err(missing) => excesses.push(format!("{}: {missing} is not built", budget.name)),
        }
    }
    if excesses.is_empty() {
        return Ok(());
    }
    bail!("over budget: {}", excesses.join("; "))
}

fn weigh() -> Result<BTreeMap<String, Weight>> {
    let web = paths::web()?;
    let manifest = std::fs::read(web.join("manifest.json")).context("nothing is built yet: run `cargo xtask web`")?;
    let manifest: BTreeMap<String, String> = serde_json::from_slice(&manifest)?;
    let mut weights = BTreeMap::new();
    for (name, path) in manifest {
        let bytes = std::fs::read(web.join(&path))?;
        let weight = if compress::is_compressible(path.as_ref()) {
            Weight { raw: bytes.len(), gzip: compress::gzip(&bytes)?.len(), brotli: compress::brotli(&bytes)?.len() }
        } else {
            Weight { raw: bytes.len(), gzip: bytes.len(), brotli: bytes.len() }
        };
        weights.insert(name, weight);
    }
    Ok(weights)
}

fn read_budgets(text: &str) -> Result<Vec<Budget>> {
    let parsed: Value = serde_json::from_str(text).context("www/budgets.json")?;
    let entries = parsed.get("paths").and_then(Value::as_array).context("www/budgets.json has no `paths`")?;
    entries.iter().map(|entry| read_budget(entry).with_context(|| format!("in www/budgets.json: {entry}"))).collect()
}

fn read_budget(entry: &Value) -> Result<Budget> {
    let files = entry.get("files").and_then(Value::as_array).context("no `files`")?;
    let number = |key: &str| entry.get(key).and_then(Value::as_u64).and_then(|bytes| usize::try_from(bytes).ok());
    Ok(Budget {
        name: entry.get("name").and_then(Value::as_str).context("no `name`")?.to_owned(),
        files: files
            .iter()
            .map(|file| file.as_str().map(str::to_owned).context("a file is not a string"))
            .collect::<Result<_>>()?,
        max: number("max").context("no `max`")?,
        max_until_then: number("max_until_then"),
    })
}

/// The weight of a path, or the first of its files that is not there.
fn total<'a>(budget: &'a Budget, weights: &BTreeMap<String, Weight>) -> std::result::Result<Weight, &'a str> {
    let mut sum = Weight::default();
    for file in &budget.files {
        let weight = weights.get(file).ok_or(file.as_str())?;
        sum.raw += weight.raw;
        sum.gzip += weight.gzip;
        sum.brotli += weight.brotli;
    }
    Ok(sum)
}

/// With a space between groups of three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Weight, grouped, read_budgets, total};
    use std::collections::BTreeMap;

    #[test]
    fn a_path_is_the_sum_of_its_files_and_names_what_is_missing() {
        let budgets = read_budgets(r#"{"paths":[{"name":"form","files":["loader.js","form.js"],"max":10}]}"#).unwrap();
        let weight = |brotli| Weight { raw: 99, gzip: 50, brotli };
        let mut weights = BTreeMap::from([("loader.js".to_owned(), weight(3))]);
        assert_eq!(total(&budgets[0], &weights), Err("form.js"));
        weights.insert("form.js".to_owned(), weight(8));
        assert_eq!(total(&budgets[0], &weights), Ok(Weight { raw: 198, gzip: 100, brotli: 11 }));
        assert_eq!(budgets[0].max, 10);
    }

    #[test]
    fn a_budget_without_a_limit_is_refused() {
        assert!(read_budgets(r#"{"paths":[{"name":"form","files":[]}]}"#).is_err());
        assert!(read_budgets("{}").is_err());
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1 000", "1 234 567"]);
    }
}
