//! Puts the functions of a WebAssembly file into the order in which they compress best: each beside those it resembles.
//!
//! It must not know what the functions do. The order is only computed here, and handed on as names that sort; moving
//! functions is left to wasm-opt, which knows every place that counts them.

use anyhow::{Context as _, Result};
use std::collections::{BTreeMap, BTreeSet};
use wasm_encoder::{Encode as _, NameMap, NameSection, Section as _};
use wasmparser::{Parser, Payload, TypeRef};

/// How many bytes in a row count as a likeness.
const GRAM: usize = 4;
/// What more functions than this have in common says nothing about any two of them.
const COMMON: usize = 60;

/// The module with a name for each function, such that sorting by name gives the best order.
pub fn named(wasm: &[u8]) -> Result<Vec<u8>> {
    let (imported, bodies) = functions(wasm)?;
    let mut names = NameMap::new();
    let places = best(&bodies).into_iter().enumerate().map(|(place, function)| (function, place));
    for (function, place) in places.collect::<BTreeMap<_, _>>() {
        names.append(imported + u32::try_from(function)?, &format!("{place:06}"));
    }
    let mut section = NameSection::new();
    section.functions(&names);
    let mut named = wasm.to_vec();
    named.push(section.id());
    section.encode(&mut named);
    Ok(named)
}

/// How many functions are imported, and the bytes of each of the others.
fn functions(wasm: &[u8]) -> Result<(u32, Vec<&[u8]>)> {
    let (mut imported, mut bodies) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(wasm.get(body.range()).context("a body outside its file")?),
            _ => {}
        }
    }
    Ok((imported, bodies))
}

/// Starts with the longest, then always takes what resembles most what was taken last, the more recent the more.
fn best(bodies: &[&[u8]]) -> Vec<usize> {
    let likeness = Likeness::of(bodies);
    let mut near = vec![0.0; bodies.len()];
    let mut left: BTreeSet<usize> = (0..bodies.len()).collect();
    let mut order = Vec::new();
    let rank = |near: &[f64], function: usize| near.get(function).map_or(0.0, |near| near * likeness.weight(function));
    let length = |function: usize| bodies.get(function).map_or(0, |body| body.len());
    while let Some(next) = left.iter().copied().max_by(|one, other| {
        rank(&near, *one).total_cmp(&rank(&near, *other)).then_with(|| length(*one).cmp(&length(*other)))
    }) {
        left.remove(&next);
        order.push(next);
        near.iter_mut().for_each(|near| *near /= 2.0);
        likeness.add(next, &mut near);
    }
    order
}

/// Which functions share which bytes.
struct Likeness<'a> {
    grams: Vec<BTreeSet<&'a [u8]>>,
    holders: BTreeMap<&'a [u8], Vec<usize>>,
}

impl<'a> Likeness<'a> {
    fn of(bodies: &[&'a [u8]]) -> Self {
        let grams: Vec<BTreeSet<&[u8]>> = bodies.iter().map(|body| body.windows(GRAM).collect()).collect();
        let mut holders: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
        for (function, grams) in grams.iter().enumerate() {
            grams.iter().for_each(|gram| holders.entry(gram).or_default().push(function));
        }
        holders.retain(|_, functions| (2..=COMMON).contains(&functions.len()));
        Self { grams, holders }
    }

    /// Long functions resemble everything a little; this takes it off again.
    #[expect(clippy::cast_precision_loss, reason = "functions are shorter than 2⁵² bytes")]
    fn weight(&self, function: usize) -> f64 {
        self.grams.get(function).map_or(0.0, |grams| 1.0 / (grams.len() as f64 + 20.0).sqrt())
    }

    /// Adds how much each function resembles this one: what is rare counts more.
    #[expect(clippy::cast_precision_loss, reason = "there are fewer functions than 2⁵²")]
    fn add(&self, function: usize, near: &mut [f64]) {
        let all = self.grams.len() as f64;
        for gram in self.grams.get(function).into_iter().flatten() {
            let holders = self.holders.get(gram).map_or(&[][..], Vec::as_slice);
            let worth = ((all / holders.len().max(1) as f64).ln() + 0.1) * self.weight(function);
            for holder in holders {
                if let Some(near) = near.get_mut(*holder) {
                    *near += worth;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::best;

    #[test]
    fn functions_stand_beside_those_they_resemble() {
        let bodies = ["abcdefghijkl", "0123456789", "abcdefghijk", "012345678", "xyz"];
        let order = best(&bodies.map(str::as_bytes));
        assert_eq!(order, [0, 2, 1, 3, 4]);
    }
}
