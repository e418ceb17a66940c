//! What a browser may hold the widget's scripts to: their digests by their addresses, in the form of an import map.

use std::{collections::BTreeMap, sync::OnceLock};

use axum::{extract::State, response::Response};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Serialize;
use sha2::{Digest as _, Sha384};

use super::{AppState, Problem, answer, assets};

/// The scripts that the loader brings into other people's pages: whether a language stands in their address, and
/// whether the number of the try does.
const MODULES: [(&str, bool, bool); 8] = [
    ("element", false, true),
    ("form", true, true),
    ("frame", false, false),
    ("front", false, false),
    ("guest", false, false),
    ("reporting", false, false),
    ("setup", true, false),
    ("ways", false, true),
];

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
    let scripts = assets::files().filter_map(|(path, bytes)| Some((addresses(&path)?, digest(&bytes))));
    scripts.flat_map(|(paths, digest)| paths.into_iter().map(move |path| (path, digest.clone()))).collect()
}

/// At which addresses pages load the script in this file of the web build; none of any other file.
fn addresses(file: &str) -> Option<Vec<String>> {
    let (stem, tag) = match file.strip_suffix(".js")?.split_once('.') {
        Some((stem, tag)) => (stem, tag),
        None => (file.strip_suffix(".js")?, "en"),
    };
    if stem == "loader" {
        return Some(vec![format!("/v1/loader.js?lang={tag}")]);
    }
    let (name, _) = stem.strip_prefix("assets/")?.rsplit_once('-')?;
    let (_, worded, tried) = MODULES.iter().find(|(module, ..)| *module == name)?;
    let path = format!("/{stem}.js{}", if *worded { format!("?{tag}") } else { String::new() });
    let numbered = |number| format!("{path}#{number}");
    Some(if *tried { (0..TRIES).map(numbered).collect() } else { vec![path.clone()] })
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn each_script_stands_at_the_addresses_that_pages_load() {
        assert_eq!(addresses("loader.de.js").unwrap(), ["/v1/loader.js?lang=de"]);
        assert_eq!(addresses("assets/guest-0a1b2c3d.js").unwrap(), ["/assets/guest-0a1b2c3d.js"]);
        assert_eq!(addresses("assets/setup-0a1b2c3d.pt-BR.js").unwrap(), ["/assets/setup-0a1b2c3d.js?pt-BR"]);
        let form = addresses("assets/form-0a1b2c3d.js").unwrap();
        assert_eq!(
            (form.len(), &*form[0], &*form[9]),
            (10, "/assets/form-0a1b2c3d.js?en#0", "/assets/form-0a1b2c3d.js?en#9")
        );
        assert_eq!(addresses("assets/console-0a1b2c3d.js"), None);
        assert_eq!(addresses("assets/form-0a1b2c3d.js.br"), None);
    }
}
