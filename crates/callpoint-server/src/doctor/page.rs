//! The page that embeds the widget: whether the server lets it in, and whether its own policy lets the server in.

use callpoint_core::wire::protocol::{IDEMPOTENCY_KEY, REPORTS, STATUS};

use super::{CheckResult, Patient, header};

/// The headers that the widget sends with a report.
const SENT: [&str; 3] = ["Authorization", "Content-Type", IDEMPOTENCY_KEY];

/// Whether a page of the origin may ask the server.
pub(super) async fn cors(patient: &Patient) -> Option<CheckResult> {
    const SUBJECT: &str = "origin";
    let Some(origin) = &patient.origin else {
        return Some(CheckResult::note(
            SUBJECT,
            "Not looked at. Pass the origin of your page: --origin https://app.example",
        ));
    };
    let answer = patient.get(STATUS).send().await.ok()?;
    if header(&answer, "access-control-allow-origin") != origin {
        let words =
            format!("Pages of {origin} may not read its answers. Add \"{origin}\" to origins in its configuration.");
        return Some(CheckResult::bad(SUBJECT, words));
    }
    let names = SENT.join(", ");
    let preflight = patient
        .client
        .request(reqwest::Method::OPTIONS, [&*patient.base, REPORTS].concat())
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", &names)
        .send()
        .await
        .ok()?;
    let allowed = header(&preflight, "access-control-allow-headers").to_lowercase();
    let missing = names.split(", ").find(|name| allowed != "*" && !allowed.contains(&name.to_lowercase()));
    Some(if !preflight.status().is_success() || header(&preflight, "access-control-allow-origin") != origin {
        CheckResult::bad(SUBJECT, "OPTIONS requests don't reach the server. Let the proxy pass them on.")
    } else if let Some(name) = missing {
        CheckResult::bad(
            SUBJECT,
            format!("The header {name} is not allowed. Let the proxy keep the server's CORS headers."),
        )
    } else {
        CheckResult::good(SUBJECT, format!("Pages of {origin} may use it."))
    })
}

/// Whether the page's Content Security Policy lets the widget work, as far as its first page says.
pub(super) async fn policy(patient: &Patient) -> Option<CheckResult> {
    const SUBJECT: &str = "policy";
    let base = &patient.base;
    let needed = format!("script-src {base} 'wasm-unsafe-eval'; connect-src {base} 'self'");
    let origin = patient.origin.as_ref()?;
    let Ok(page) = patient.client.get(format!("{origin}/")).send().await else {
        let words = format!("{origin} can't be asked from here. A page with a Content Security Policy needs: {needed}");
        return Some(CheckResult::note(SUBJECT, words));
    };
    let policies: Vec<&str> =
        page.headers().get_all("content-security-policy").iter().filter_map(|value| value.to_str().ok()).collect();
    if policies.is_empty() {
        let words = format!(
            "{origin}/ has no Content Security Policy in its headers. If a page of yours has one, it needs: {needed}"
        );
        return Some(CheckResult::note(SUBJECT, words));
    }
    let missing: Vec<String> =
        policies.iter().flat_map(|policy| policy.split(',')).flat_map(|policy| lacks(policy, base)).collect();
    Some(if missing.is_empty() {
        CheckResult::good(SUBJECT, format!("The Content Security Policy of {origin}/ lets it work."))
    } else {
        let words = format!("The Content Security Policy of {origin}/ lacks: {}.", missing.join("; "));
        CheckResult::bad(SUBJECT, words)
    })
}

/// What a policy has to be given.
fn lacks(policy: &str, base: &str) -> Vec<String> {
    let sources = |name: &str| {
        policy.split(';').find_map(|part| {
            let mut words = part.split_whitespace();
            words.next().filter(|found| found.eq_ignore_ascii_case(name))?;
            Some(words.collect::<Vec<_>>())
        })
    };
    let of = |name: &str| sources(name).or_else(|| sources("default-src"));
    let host = base.split("//").last().unwrap_or_default();
    let scheme = base.split("//").next().unwrap_or_default();
    let lets_in = |sources: &[&str]| {
        sources.iter().any(|source| [base, host, scheme, "*"].contains(source) || wild(source, host))
    };
    let mut missing = Vec::new();
    if let Some(sources) = of("script-src") {
        let by_nonce =
            sources.iter().any(|source| source.starts_with("'nonce-")) && sources.contains(&"'strict-dynamic'");
        if !by_nonce && !lets_in(&sources) {
            missing.push(format!("{base} in script-src"));
        }
        if !sources.iter().any(|source| ["'wasm-unsafe-eval'", "'unsafe-eval'"].contains(source)) {
            missing.push("'wasm-unsafe-eval' in script-src".to_owned());
        }
    }
    if of("connect-src").is_some_and(|sources| !lets_in(&sources)) {
        missing.push(format!("{base} in connect-src"));
    }
    missing
}

/// Whether a source such as `https://*.vendor.example` holds this host.
fn wild(source: &str, host: &str) -> bool {
    let source = source.split("//").last().unwrap_or_default();
    source.strip_prefix('*').is_some_and(|rest| rest.starts_with('.') && host.ends_with(rest))
}

#[cfg(test)]
mod tests {
    use super::lacks;

    #[test]
    fn a_policy_lacks_what_the_widget_needs() {
        let base = "https://incidents.vendor.example";
        let missing = |policy: &str| lacks(policy, base).join("; ");
        assert_eq!(missing("img-src 'self'"), "");
        assert_eq!(missing("default-src 'self' https: 'wasm-unsafe-eval'"), "");
        assert_eq!(missing("script-src https://*.vendor.example 'wasm-unsafe-eval'; connect-src *"), "");
        assert_eq!(missing("script-src 'nonce-x' 'strict-dynamic' 'wasm-unsafe-eval'"), "");
        assert_eq!(missing("script-src 'nonce-x' 'wasm-unsafe-eval'"), format!("{base} in script-src"));
        assert_eq!(
            missing("default-src 'none'; connect-src 'self'"),
            format!("{base} in script-src; 'wasm-unsafe-eval' in script-src; {base} in connect-src")
        );
    }
}
