//! The server and what stands before it: whether it answers, as what, by which clock, and with the right files.

use std::time::Instant;

use callpoint_core::wire::protocol::EVENTS;
use serde_json::Value;

use super::{CheckResult, Patient, header, reason, text};
use crate::clock::Clock;

/// How far clocks may differ before it is worth a word, in seconds.
const SKEW: i64 = 60;

/// Whether a Callpoint server answers there.
pub(super) async fn reach(patient: &Patient) -> Vec<CheckResult> {
    const SUBJECT: &str = "server";
    let asked = Instant::now();
    let answer = match patient.get("/v1/openapi.json").send().await {
        Ok(answer) => answer,
        Err(error) => {
            let words = format!(
                "{} can't be reached ({}). See whether the address is right, the server runs, and its certificate holds.",
                patient.base,
                reason(&error)
            );
            return vec![CheckResult::bad(SUBJECT, words)];
        }
    };
    let status = answer.status();
    if status.is_redirection() {
        let words = format!("It sends on to {}. Use the address that answers itself.", header(&answer, "location"));
        return vec![CheckResult::bad(SUBJECT, words)];
    }
    let document: Value = serde_json::from_str(&text(answer).await).unwrap_or_default();
    let info = |name: &str| document.pointer(&format!("/info/{name}")).and_then(Value::as_str);
    let (Some("Callpoint"), Some(version)) = (info("title").and_then(|title| title.split(' ').next()), info("version"))
    else {
        let words = format!(
            "{} answers {status}, but not as a Callpoint server. See whether the address is right, and let a proxy before it pass /v1/ on unchanged.",
            patient.base
        );
        return vec![CheckResult::bad(SUBJECT, words)];
    };
    let took = asked.elapsed().as_millis();
    let mut found = vec![
        CheckResult::good(SUBJECT, format!("{} answers as Callpoint {version} in {took} ms.", patient.base)),
        tls(patient),
    ];
    let ready = patient.get("/readyz").send().await;
    if !ready.is_ok_and(|answer| answer.status().is_success()) {
        found.push(CheckResult::bad("database", "The server is not ready. See its log: it can't use its database."));
    }
    found
}

fn tls(patient: &Patient) -> CheckResult {
    const SUBJECT: &str = "TLS";
    let local =
        patient.base.contains("//127.") || patient.base.contains("//localhost") || patient.base.contains("//[::1]");
    if patient.base.starts_with("https:") {
        CheckResult::good(SUBJECT, "The certificate holds.")
    } else if local {
        CheckResult::note(SUBJECT, "None, as is well on this machine alone.")
    } else {
        CheckResult::bad(
            SUBJECT,
            "Pages on https can't use it. Put a proxy with TLS before it, and set public_url to its address.",
        )
    }
}

/// Whether its clock and ours agree: by it the times of a token are checked.
pub(super) async fn clock(patient: &Patient) -> Option<CheckResult> {
    const SUBJECT: &str = "clock";
    let answer = patient.get("/healthz").send().await.ok()?;
    let theirs = jiff::fmt::rfc2822::parse(header(&answer, "date")).ok()?.timestamp().as_second();
    let ahead = theirs - Clock::default().now().0.div_euclid(1000);
    Some(if ahead.abs() <= SKEW {
        CheckResult::good(SUBJECT, "The server's clock and this machine's agree.")
    } else {
        let way = if ahead > 0 { "ahead of" } else { "behind" };
        let words = format!(
            "The server's clock is {} s {way} this machine's. Set both by NTP; customers.leeway_seconds says how much a token may differ.",
            ahead.abs()
        );
        CheckResult::bad(SUBJECT, words)
    })
}

/// Whether the script, and the WebAssembly that it leads to, come as a browser needs them.
pub(super) async fn files(patient: &Patient) -> Vec<CheckResult> {
    const SUBJECT: &str = "files";
    let mut found = Vec::new();
    let mut path = "/v1/loader.js".to_owned();
    // One names the next.
    for next in ["/assets/form-", "/assets/callpoint-widget-", ""] {
        let Ok(answer) = patient.get(&path).header("accept-encoding", "identity").send().await else {
            found.push(CheckResult::bad(
                SUBJECT,
                format!("{path} does not come. Let the proxy pass /v1/ and /assets/ on."),
            ));
            return found;
        };
        let status = answer.status();
        let kind = header(&answer, "content-type").split(';').next().unwrap_or_default().trim().to_owned();
        let wanted = if next.is_empty() { "application/wasm" } else { "text/javascript" };
        if !status.is_success() {
            found.push(CheckResult::bad(
                SUBJECT,
                format!("{path} answers {status}. Let the proxy pass /v1/ and /assets/ on."),
            ));
            return found;
        }
        if kind != wanted {
            found.push(CheckResult::bad(SUBJECT, format!("{path} comes as `{kind}`. It must be `{wanted}`.")));
        }
        if let Some(origin) = &patient.origin
            && !matches!(header(&answer, "access-control-allow-origin"), allowed if allowed == origin || allowed == "*")
        {
            found.push(CheckResult::bad(
                SUBJECT,
                format!("{path} may not be read by {origin}. Let the proxy keep CORS headers."),
            ));
        }
        if next.is_empty() {
            break;
        }
        let code = text(answer).await;
        let Some(address) = code.find(next).and_then(|at| code.get(at..)?.split(['"', '\'', '`', '#', '?']).next())
        else {
            found.push(CheckResult::bad(
                SUBJECT,
                format!("{path} is not Callpoint's. Let the proxy change nothing in it."),
            ));
            return found;
        };
        path = address.to_owned();
    }
    if found.is_empty() {
        found.push(CheckResult::good(SUBJECT, "The script and the WebAssembly come, as the right types."));
    }
    found.push(compression(patient, &path).await);
    found
}

async fn compression(patient: &Patient, path: &str) -> CheckResult {
    const SUBJECT: &str = "compression";
    let answer = patient.get(path).header("accept-encoding", "br, gzip").send().await;
    let coding = answer.as_ref().map(|answer| header(answer, "content-encoding")).unwrap_or_default();
    match coding {
        "br" | "gzip" | "zstd" => CheckResult::good(SUBJECT, format!("The WebAssembly comes compressed ({coding}).")),
        _ => CheckResult::bad(
            SUBJECT,
            "The WebAssembly comes uncompressed, three times as large. Let the proxy pass Accept-Encoding on, and use a release build.",
        ),
    }
}

/// Whether what happens comes at once: a proxy that buffers holds it back.
pub(super) async fn stream(patient: &Patient) -> CheckResult {
    const SUBJECT: &str = "stream";
    let answer = patient.get(EVENTS).header("accept", "text/event-stream").send().await;
    let first = match answer {
        Ok(mut answer) if answer.status().is_success() => answer.chunk().await.ok().flatten(),
        _ => None,
    };
    match first {
        Some(_) => CheckResult::good(SUBJECT, "News comes at once."),
        None => CheckResult::bad(SUBJECT, format!("Nothing comes from {EVENTS}. Let the proxy pass it on unbuffered.")),
    }
}
