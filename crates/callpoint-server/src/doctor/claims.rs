//! A customer token: what it says, and what the server says of it. The token itself is never printed.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use callpoint_core::wire::protocol::STATUS;
use serde_json::Value;

use super::{CheckResult, Patient, reason, text};

/// What is said of a token, and the server's word on it.
pub(super) async fn token(patient: &Patient, token: Option<&str>) -> Vec<CheckResult> {
    const SUBJECT: &str = "token";
    let Some(token) = token else {
        let words = "Not looked at. Pass one that your backend has made: --token TOKEN, or --token - to read it from standard input";
        return vec![CheckResult::note(SUBJECT, words)];
    };
    let mut found = vec![claims(token)];
    let answer = match patient.get(STATUS).bearer_auth(token).send().await {
        Ok(answer) => answer,
        Err(error) => {
            return vec![CheckResult::bad(SUBJECT, format!("The server did not answer ({}).", reason(&error)))];
        }
    };
    let status = answer.status();
    let body: Value = serde_json::from_str(&text(answer).await).unwrap_or_default();
    let word = |path: &str| body.pointer(path).and_then(Value::as_str).unwrap_or_default();
    found.push(if status.is_success() && !word("/you/person").is_empty() {
        let words = format!("The server takes it: {} of {}.", word("/you/name"), word("/you/account/name"));
        CheckResult::good(SUBJECT, words)
    } else if !word("/detail").is_empty() {
        CheckResult::bad(SUBJECT, format!("The server refuses it: {}", word("/detail")))
    } else {
        let words = format!(
            "Something before the server answers {status} in its place. Let it pass the Authorization header on."
        );
        CheckResult::bad(SUBJECT, words)
    });
    found
}

/// What stands in it, whoever signed it.
fn claims(token: &str) -> CheckResult {
    const SUBJECT: &str = "claims";
    let read = |part: usize| -> Option<Value> {
        let part = token.split('.').nth(part)?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?).ok()
    };
    let (Some(header), Some(claims)) = (read(0), read(1)) else {
        let words =
            "They can't be read: this is no JSON Web Token. Pass what your token address answers, and nothing else.";
        return CheckResult::bad(SUBJECT, words);
    };
    let value = |path: &str| claims.pointer(path).map_or_else(|| "missing".to_owned(), Value::to_string);
    let lasts = match (claims.get("iat").and_then(Value::as_f64), claims.get("exp").and_then(Value::as_f64)) {
        (Some(made), Some(ends)) => format!("lasts {:.0} min", (ends - made) / 60.0),
        _ => "lasts nobody knows how long".to_owned(),
    };
    let algorithm = header.get("alg").map_or_else(|| "missing".to_owned(), Value::to_string);
    let words = format!(
        "sub {}, name {}, account.id {}, account.name {}, aud {}, alg {algorithm}, {lasts}.",
        value("/sub"),
        value("/name"),
        value("/account/id"),
        value("/account/name"),
        value("/aud")
    );
    CheckResult::note(SUBJECT, words)
}
