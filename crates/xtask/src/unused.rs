//! Takes functions out of a WebAssembly file that its crate knows to be unused although the compiler can't: parts of a
//! library that nothing of ours asks for. The optimiser then drops what only they needed.
//!
//! It must not know what the crates do: which functions, and why, stands in a crate's `unused.txt`.

use crate::{paths, shell};
use anyhow::{Context as _, Result};
use walrus::{FunctionBuilder, FunctionKind, Module};

/// Empties the functions that the crate's list names: entering one stops the program, as a failed assertion does.
pub fn remove(module: &mut Module, package: &str) -> Result<()> {
    let list = paths::root()?.join("crates").join(package).join("unused.txt");
    if !list.is_file() {
        return Ok(());
    }
    let list = std::fs::read_to_string(&list).with_context(|| format!("no {}", list.display()))?;
    for part in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let found: Vec<_> = module
            .funcs
            .iter_local()
            .filter(|(id, _)| module.funcs.get(*id).name.as_deref().is_some_and(|name| named(name, part)))
            .map(|(id, function)| (id, function.ty(), function.args.clone()))
            .collect();
        if found.is_empty() {
            shell::note(&format!("{package}'s unused.txt names `{part}`, and no function is called like that"));
        }
        for (id, signature, arguments) in found {
            let kind = module.types.get(signature);
            let (takes, gives) = (kind.params().to_vec(), kind.results().to_vec());
            let mut body = FunctionBuilder::new(&mut module.types, &takes, &gives);
            body.func_body().unreachable();
            module.funcs.get_mut(id).kind = FunctionKind::Local(body.local_func(arguments));
        }
    }
    Ok(())
}

/// Whether a part of a function's Rust name is `part`; crates stand in it without the hashes of their releases.
fn named(symbol: &str, part: &str) -> bool {
    format!("{:#}", rustc_demangle::demangle(symbol)).contains(part)
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn functions_are_named_as_rust_writes_them() {
        assert!(named("_RNvNtCs2qSCrjELJET_4core3fmt5write", "core::fmt::write"));
        assert!(!named("_RNvNtCs2qSCrjELJET_4core3fmt5write", "core::fmt::read"));
    }
}
