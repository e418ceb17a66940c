//! Pages of HTML name other files by what they are; here they get the addresses that a build has given.

use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;

/// Puts addresses in place of `{{file}}`, a file being named from the page's own folder or from www. Words without a
/// dot, such as `{{nonce}}`, are left for the server.
///
/// # Errors
/// When a file is not in the manifest.
pub fn fill(template: &str, page: &str, manifest: &BTreeMap<String, String>) -> Result<String> {
    let folder = page.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").context("`{{` without `}}`")?;
        filled.push_str(before);
        rest = after;
        if !name.contains('.') {
            filled.push_str(&format!("{{{{{name}}}}}"));
            continue;
        }
        let found = manifest.get(&format!("{folder}{}", name.trim())).or_else(|| manifest.get(name.trim()));
        let Some(path) = found else {
            let known = manifest.keys().cloned().collect::<Vec<_>>().join(", ");
            bail!("asks for {name}, which this build doesn't make; there are: {known}");
        };
        filled.push('/');
        filled.push_str(path);
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::fill;
    use std::collections::BTreeMap;

    #[test]
    fn a_page_names_files_by_what_they_are() {
        let manifest = BTreeMap::from(
            [("console.js", "assets/console-1.js"), ("demo/demo.css", "assets/demo-2.css")]
                .map(|(name, path)| (name.to_owned(), path.to_owned())),
        );
        let page = fill("<script src=\"{{console.js}}\">{}", "console.html", &manifest).unwrap();
        assert_eq!(page, "<script src=\"/assets/console-1.js\">{}");
        let page = fill("{{demo.css}} {{console.js}} {{nonce}}", "demo/index.html", &manifest).unwrap();
        assert_eq!(page, "/assets/demo-2.css /assets/console-1.js {{nonce}}");
        let problem = fill("{{status.js}}", "console.html", &manifest).unwrap_err().to_string();
        assert!(problem.contains("status.js") && problem.contains("console.js"), "{problem}");
        assert!(fill("{{console.js", "console.html", &manifest).is_err());
    }
}
