//! What a browser may hold the widget's scripts to: their digests by their addresses, in the form of an import map.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use axum::{extract::State, response::Response};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Serialize;
use sha2::{Digest as _, Sha384};

use super::{AppState, Problem, answer, assets};

/// The scripts of pages of our own, which no other page loads.
const OWN_PAGES: [&str; 5] = ["console", "demo-demo", "embed", "hosted", "playground"];

/// The scripts in whose address the number of the try stands.
const TRIED: [&str; 4] = ["element", "form", "labels", "ways"];

/// So many tries of one page are held to a digest.
const TRIES: u32 = 10;

/// An import map that names no modules.
#[derive(Serialize)]
struct ImportMap {
    integrity: BTreeMap<String, String>,
}

/// `GET /v1/integrity.json`.
pub async fn integrity(State(app): State<AppState>) -> Result<Response, Problem> {
    static DIGESTS: OnceLock<Vec<(String, String)>> = OnceLock::new();
    let site = app.settings.site.trim_end_matches('/');
    let digests = DIGESTS.get_or_init(digests).iter();
    answer(&ImportMap { integrity: digests.map(|(path, digest)| (format!("{site}{path}"), digest.clone())).collect() })
}

fn digests() -> Vec<(String, String)> {
    let digest = |bytes: &[u8]| format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)));
    let files: Vec<_> = assets::files().collect();
    let parted = files.iter().filter_map(|(path, _)| stem_and_tag(path));
    let worded: BTreeSet<&str> = parted.filter(|(_, tag)| *tag != "en").map(|(stem, _)| stem).collect();
    let scripts = files.iter().filter_map(|(path, bytes)| {
        let worded = worded.contains(stem_and_tag(path)?.0);
        Some((addresses(path, worded)?, digest(bytes)))
    });
    scripts.flat_map(|(paths, digest)| paths.into_iter().map(move |path| (path, digest.clone()))).collect()
}

/// The address of a script without its ending, and the language of its words.
fn stem_and_tag(file: &str) -> Option<(&str, &str)> {
    let name = file.strip_suffix(".js")?;
    Some(name.split_once('.').unwrap_or((name, "en")))
}

/// At which addresses pages load the script in this file of the web build; none of any other file. A script that is
/// `worded` is there once for each language.
fn addresses(file: &str, worded: bool) -> Option<Vec<String>> {
    let (stem, tag) = stem_and_tag(file)?;
    if stem == "loader" {
        return Some(vec![format!("/v1/loader.js?lang={tag}")]);
    }
    let (name, _) = stem.strip_prefix("assets/")?.rsplit_once('-')?;
    if OWN_PAGES.contains(&name) {
        return None;
    }
    let path = format!("/{stem}.js{}", if worded { format!("?{tag}") } else { String::new() });
    let numbered = |number| format!("{path}#{number}");
    Some(if TRIED.contains(&name) { (0..TRIES).map(numbered).collect() } else { vec![path.clone()] })
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn each_script_stands_at_the_addresses_that_pages_load() {
        assert_eq!(addresses("loader.de.js", true).unwrap(), ["/v1/loader.js?lang=de"]);
        assert_eq!(addresses("assets/guest-0a1b2c3d.js", false).unwrap(), ["/assets/guest-0a1b2c3d.js"]);
        assert_eq!(addresses("assets/setup-0a1b2c3d.pt-BR.js", true).unwrap(), ["/assets/setup-0a1b2c3d.js?pt-BR"]);
        let form = addresses("assets/form-0a1b2c3d.js", true).unwrap();
        assert_eq!(
            (form.len(), &*form[0], &*form[9]),
            (10, "/assets/form-0a1b2c3d.js?en#0", "/assets/form-0a1b2c3d.js?en#9")
        );
        assert_eq!(addresses("assets/console-0a1b2c3d.js", false), None);
        assert_eq!(addresses("assets/form-0a1b2c3d.js.br", true), None);
    }
}
