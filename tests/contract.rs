//! The contract over HTTP: what wrong requests get, who is let in, and that the OpenAPI document tells the truth.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

#[path = "contract/bodies.rs"]
mod bodies;
#[path = "contract/metrics.rs"]
mod metrics;
#[path = "contract/oidc.rs"]
mod oidc;
#[path = "contract/provider.rs"]
mod provider;
#[path = "contract/public_keys.rs"]
mod public_keys;
#[path = "contract/tokens.rs"]
mod tokens;

use std::collections::BTreeMap;

use callpoint_core::{
    model::command::IncidentCommand as Ask,
    wire::protocol::{BODY_LIMIT, Snapshot, You},
};
use callpoint_tests::{Answer, Backend, Person, Site, key, on_both_databases};
use reqwest::Method;
use serde_json::Value;

on_both_databases! {
    what_is_wrong_with_a_request_is_said_in_one_shape,
    a_refusal_is_read_in_the_language_that_was_asked_for,
    garbage_never_is_a_fault_of_ours,
    staff_come_in_once_by_a_link,
}

const TERMS: &str =
    r#"{"set_engagement":{"engagement":"shared","closure_minutes":60,"downgrade_minutes":60,"reopen_days":7}}"#;

const REPORT: &str = r#"{"what":"Slow","severity":2}"#;

fn json_post(person: &Person, path: &str, body: impl Into<reqwest::Body>) -> reqwest::RequestBuilder {
    person
        .request(Method::POST, path)
        .header("content-type", "application/json")
        .header("idempotency-key", key().to_string())
        .body(body)
}

async fn what_is_wrong_with_a_request_is_said_in_one_shape(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, anybody, mara) = (site.ada(), site.anybody(), site.staff("mara").await);
    let incident = ada.declare("Slow").await.incident;
    let commands = format!("/v1/incidents/{incident}/commands");
    let report = async |body: &str| ada.post("/v1/reports", Some(key()), body).await;
    let staff = async |body: &str| mara.post(&commands, Some(key()), body).await;
    let keyed = async |key: &str| {
        let request = ada.request(Method::POST, "/v1/reports").header("content-type", "application/json");
        Person::send(request.header("idempotency-key", key).body(REPORT)).await
    };
    let text = ada.request(Method::POST, "/v1/reports").header("idempotency-key", key().to_string());
    let long = format!(r#"{{"severity":1,"what":"{}"}}"#, "x".repeat(2001));
    let cases: Vec<(&str, Answer)> = vec![
        ("no such path", anybody.get("/v1/nothing").await),
        ("no such method", Person::send(anybody.request(Method::PUT, "/v1/status")).await),
        ("no such asset", anybody.get("/assets/nothing-0123456789ab.js").await),
        ("not an incident's id", anybody.get("/v1/incidents/x").await),
        ("path not UTF-8", anybody.get("/v1/incidents/%ff").await),
        ("not signed in", anybody.post("/v1/reports", Some(key()), REPORT).await),
        ("no key", ada.post("/v1/reports", None, REPORT).await),
        ("key is not a UUID", keyed("1").await),
        ("not JSON by its header", Person::send(text.body(REPORT)).await),
        ("not JSON", report("{").await),
        ("more than JSON", report(&format!("{REPORT} x")).await),
        ("not an object", report("[1,2]").await),
        ("a number for text", report(r#"{"what":1}"#).await),
        ("a level that is no number", report(r#"{"what":"x","severity":"SEV1"}"#).await),
        ("no severity", report(r#"{"what":"x"}"#).await),
        ("no such severity", report(r#"{"what":"x","severity":9}"#).await),
        ("no words", report(r#"{"what":"  ","severity":1}"#).await),
        ("too many words", report(&long).await),
        ("no such answer", report(r#"{"what":"x","severity":1,"answers":{"sees":"aliens"}}"#).await),
        ("no such component", report(r#"{"what":"x","severity":1,"component":"moon"}"#).await),
        ("too large", report(&" ".repeat(BODY_LIMIT + 1)).await),
        ("no such command", ada.post(&commands, Some(key()), r#"{"explode":{}}"#).await),
        ("two commands", ada.post(&commands, Some(key()), r#"{"confirm":{},"acknowledge":{}}"#).await),
        ("a field deep inside", ada.post(&commands, Some(key()), r#"{"message":{"text":7}}"#).await),
        ("not for customers", ada.post(&commands, Some(key()), r#"{"acknowledge":{}}"#).await),
        ("no such class", report(r#"{"what":"x","severity":1,"class":"moon"}"#).await),
        ("no such role", staff(r#"{"assign_role":{"role":"jester"}}"#).await),
        ("nobody of staff", staff(r#"{"assign_role":{"role":"observer","person":"nobody"}}"#).await),
        ("not an address", staff(r#"{"set_war_room":{"url":"http://meet.example"}}"#).await),
        ("no lower", staff(r#"{"propose_downgrade":{"account":"acme","severity":1,"reason":"x"}}"#).await),
        ("no stake", staff(r#"{"waive":{"account":"globex","reason":"x"}}"#).await),
        ("in the past", staff(r#"{"pause":{"until":1,"reason":"x"}}"#).await),
        ("not read yet", ada.post(&commands, Some(key()), r#"{"read":{"seq":999999}}"#).await),
        ("not for customers' accounts", ada.post("/v1/accounts/acme/commands", Some(key()), TERMS).await),
        (
            "no such engagement",
            mara.post("/v1/accounts/acme/commands", Some(key()), r#"{"set_engagement":{"engagement":"x"}}"#).await,
        ),
        ("not an account's id", mara.post("/v1/accounts/%00/commands", Some(key()), TERMS).await),
        ("a query that says it twice", ada.get("/v1/suggestions?text=a&text=b").await),
        ("staff alone", ada.get("/v1/staff").await),
        ("a link that is none", anybody.post("/v1/staff/session", None, r#"{"invite":"x"}"#).await),
    ];
    let mut told = BTreeMap::new();
    for (case, answer) in cases {
        assert!(!answer.code().is_empty());
        told.insert(case, (answer.status, answer.json::<Value>()));
    }
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!("problems", told);
    });
}

/// Every prefix of good bodies, every byte of them replaced, and shapes from nowhere, at every address that writes.
async fn a_refusal_is_read_in_the_language_that_was_asked_for(backend: Backend) {
    let site = Site::start(backend).await;
    let ada = site.ada();
    let incident = ada.declare("Slow").await.incident;
    let confirm = async |language: &str| {
        let request = json_post(&ada, &format!("/v1/incidents/{incident}/commands"), r#"{"confirm":{}}"#);
        Person::send(request.header("accept-language", language)).await
    };
    let (english, german) = (confirm("en").await, confirm("de-CH, en;q=0.5").await);
    let detail = |answer: &Answer| answer.json::<Value>()["detail"].as_str().unwrap().to_owned();
    assert_eq!(detail(&english), "No resolution is waiting for your reply.");
    assert_eq!(detail(&german), "Keine Lösung wartet auf Ihre Antwort.");
    assert_eq!((german.code(), german.header("content-language")), (english.code(), "de"));
    assert_eq!((german.status, german.header("content-type")), (409, "application/problem+json"));
}

async fn garbage_never_is_a_fault_of_ours(backend: Backend) {
    let site = Site::start(backend).await;
    let mara = site.staff("mara").await;
    let incident = site.ada().declare("Slow").await.incident;
    let commands = format!("/v1/incidents/{incident}/commands");
    let message = r#"{"message":{"text":"a","to":{"account":"acme"}}}"#;
    let good = [
        (site.ada(), "/v1/reports", REPORT),
        (mara.clone(), &commands, message),
        (mara.clone(), "/v1/components/actions/commands", r#"{"set_status":{"status":"operational"}}"#),
        (mara.clone(), "/v1/accounts/acme/commands", TERMS),
        (site.ada(), &commands, r#"{"set_severity":{"severity":3}}"#),
        (site.anybody(), "/v1/staff/session", r#"{"invite":"abc"}"#),
        (site.ada(), "/v1/attachments", r#"{"name":"a.png","size":9}"#),
        (mara.clone(), "/v1/connectors/webhook/replay", r#"{"delivery":"a"}"#),
    ];
    let deep = "[".repeat(5000);
    let odd = ["", "null", "true", "0", "-0.0", "1e999", "\"\\ud800\"", "[]", "{}", "\u{0}", &deep, r#"{"":{}}"#];
    for (person, path, body) in &good {
        let mut bodies: Vec<Vec<u8>> = odd.iter().map(|body| body.as_bytes().to_vec()).collect();
        for at in 0..body.len() {
            bodies.push(body.as_bytes()[..at].to_vec());
            for byte in [0_u8, 0xff, b'"', b'}', b'9'] {
                let mut bytes = body.as_bytes().to_vec();
                bytes[at] = byte;
                bodies.push(bytes);
            }
        }
        for chunk in bodies.chunks(50) {
            let sent = chunk.iter().map(|bytes| Person::send(json_post(person, path, bytes.clone())));
            for (answer, bytes) in futures_util::future::join_all(sent).await.into_iter().zip(chunk) {
                let body = String::from_utf8_lossy(bytes);
                assert!(answer.status < 500, "{path} {body}: {}", answer.body);
                assert!(answer.status < 300 || !answer.code().is_empty(), "{path} {body}");
            }
        }
    }
    site.assert_snapshot_is_fold().await;
}

#[tokio::test]
async fn an_authorization_header_decides_over_a_cookie() {
    let site = Site::start(Backend::Sqlite).await;
    let mara = site.staff("mara").await;
    for (value, status) in [("Basic bWFyYTo=", 401), ("Bearer x", 401), ("Bearer", 401), ("", 401)] {
        let answer = Person::send(mara.request(Method::GET, "/v1/status").header("authorization", value)).await;
        assert_eq!(answer.status, status, "{value}");
        assert_eq!(answer.header("set-cookie"), "", "a wrong token ends no session");
    }
    let token = format!("Bearer {}", site.token("ada", "Ada Marsh", ("acme", "Acme Robotics")));
    let both = Person::send(mara.request(Method::GET, "/v1/status").header("authorization", &token)).await;
    assert_eq!(both.json::<Snapshot>().you.name, "Ada Marsh");
    let twice = mara.request(Method::GET, "/v1/status").header("authorization", &token).header("authorization", &token);
    assert_eq!(Person::send(twice).await.code(), "token_invalid");
}

/// Never answered as if nobody had come: not from its cursor either. The browser is told to forget the cookie.
async fn a_dead_session_is_refused(person: &Person) {
    let resumed = Person::send(person.request(Method::GET, "/v1/events").header("last-event-id", "1")).await;
    for answer in [person.get("/v1/status").await, person.get("/v1/incidents").await, resumed] {
        assert_eq!((answer.status, answer.code().as_str()), (401, "unauthenticated"));
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with("callpoint_session=;") && cookie.contains("Max-Age=0"), "{cookie}");
    }
    for page in ["/", "/report", "/console", "/console/queue/all", "/console/incidents/NW-1"] {
        let answer = person.get(page).await;
        assert_ne!(answer.status, 401, "{page}");
        assert_eq!(answer.header("set-cookie"), "", "{page}");
    }
    assert_eq!(Person::send(person.request(Method::DELETE, "/v1/staff/session")).await.status, 204);
}

async fn staff_come_in_once_by_a_link(backend: Backend) {
    let site = Site::start(backend).await;
    let body = format!(r#"{{"invite":"{}"}}"#, site.invite("mara").await);
    let enter = || site.anybody();
    let foreign = enter().request(Method::POST, "/v1/staff/session").header("origin", "https://evil.example");
    let foreign = foreign.header("content-type", "application/json").body(body.clone());
    assert_eq!(Person::send(foreign).await.code(), "forbidden");
    let first = enter().post("/v1/staff/session", None, &body).await;
    assert_eq!((first.status, first.json::<You>().name.as_str()), (200, "Mara Lind"));
    let cookie = first.header("set-cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(enter().post("/v1/staff/session", None, &body).await.code(), "unauthenticated", "a link works once");

    let mara = site.staff("mara").await;
    let incident = site.ada().declare("Slow").await.incident;
    let path = format!("/v1/incidents/{incident}/commands");
    let body = r#"{"acknowledge":{}}"#;
    for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
        let answer = Person::send(json_post(&mara, &path, body).header(name, value)).await;
        assert_eq!(answer.code(), "forbidden", "{name}: {value}");
    }
    assert_eq!(mara.post(&path, None, body).await.code(), "key_missing");
    let own = json_post(&mara, &path, body).header("origin", &site.origin).header("sec-fetch-site", "same-origin");
    assert_eq!(Person::send(own).await.status, 200);

    let mut stream = mara.listen(None).await;
    assert!(stream.reset().await.you.staff);
    assert_eq!(Person::send(mara.request(Method::DELETE, "/v1/staff/session")).await.status, 204);
    assert_eq!(mara.command(incident, Ask::Acknowledge {}).await.code(), "unauthenticated");
    a_dead_session_is_refused(&mara).await;

    let theo = site.staff("theo").await;
    let link = site.invite("theo").await;
    let store = site.store().await;
    // Opened before, so that its heartbeat comes before the time at which Theo's stream would look by itself.
    let mut heartbeat = site.anybody().listen(None).await;
    heartbeat.reset().await;
    let mut stream = theo.listen(None).await;
    stream.reset().await;
    assert!(store.revoke_staff("theo", site.clock.now()).await.unwrap());
    match backend {
        Backend::Sqlite => stream.ends_before(&mut heartbeat).await,
        // The write may wait for those of the tests beside this one.
        Backend::Postgres => stream.to_the_end().await,
    }
    store.close().await;
    a_dead_session_is_refused(&theo).await;
    let forged = site.anybody().request(Method::GET, "/v1/status").header("cookie", "callpoint_session=x");
    assert_eq!(Person::send(forged).await.code(), "unauthenticated");
    let late = enter().post("/v1/staff/session", None, &format!(r#"{{"invite":"{link}"}}"#)).await;
    assert_eq!(late.code(), "unauthenticated");
}

#[tokio::test]
async fn pages_of_configured_origins_may_call_and_a_session_counts_in_none_of_them() {
    let site = Site::start(Backend::Sqlite).await;
    let anybody = site.anybody();
    let from = async |origin: &str| {
        let preflight = anybody.request(Method::OPTIONS, "/v1/reports").header("origin", origin);
        let preflight = preflight.header("access-control-request-method", "POST");
        // What tracing adds to every request of a page makes no difference.
        let asked = "authorization,content-type,idempotency-key,last-event-id,traceparent,sentry-trace";
        Person::send(preflight.header("access-control-request-headers", asked)).await
    };
    let known = from("https://app.northwind.example").await;
    assert_eq!(known.header("access-control-allow-origin"), "https://app.northwind.example");
    for name in ["authorization", "content-type", "idempotency-key", "last-event-id", "traceparent", "sentry-trace"] {
        assert!(known.header("access-control-allow-headers").contains(name), "{name}");
    }
    assert_eq!(known.header("access-control-allow-credentials"), "true");
    let mara = site.staff("mara").await;
    let status = async |origin: &str| {
        let answer = Person::send(mara.request(Method::GET, "/v1/status").header("origin", origin)).await;
        answer.json::<serde_json::Value>()["you"]["staff"] == true
    };
    assert!(mara.get("/v1/status").await.json::<serde_json::Value>()["you"]["staff"] == true);
    assert!(!status("https://app.northwind.example").await, "a session is read in our own pages alone");
    assert_eq!(from("https://evil.example").await.header("access-control-allow-origin"), "");
    // A problem can be read there too.
    let wrong = anybody.request(Method::GET, "/v1/incidents/x").header("origin", "https://app.northwind.example");
    let wrong = Person::send(wrong).await;
    assert_eq!((wrong.status, wrong.header("access-control-allow-origin")), (404, "https://app.northwind.example"));
}

#[tokio::test]
async fn pages_forbid_what_they_do_not_need() {
    let site = Site::start(Backend::Sqlite).await;
    let page = site.anybody().get("/").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.body.contains("All systems operational"));
    let policy = page.header("content-security-policy");
    for part in ["default-src 'none'", "frame-ancestors 'none'", "'wasm-unsafe-eval'", "trusted-types 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(site.anybody().get("/v1/status").await.header("cache-control"), "no-store");
    assert_eq!(site.anybody().get("/demo").await.code(), "not_found", "only with --demo");
    assert!(page.body.contains("<link rel=\"icon\" href=\"data:"), "no browser asks for another");
    let names: Vec<_> = page.body.split("<nav ").skip(1).filter_map(|nav| nav.split("aria-label=").nth(1)).collect();
    assert_eq!(names.len(), page.body.matches("<nav ").count(), "each has a name");
    assert!(names.len() == 2 && names.first() != names.last(), "and its own");
    let tag = page.header("etag").to_owned();
    let body = r#"{"set_status":{"status":"partial_outage"}}"#;
    site.staff("mara").await.post("/v1/components/actions/commands", Some(key()), body).await;
    assert_ne!(site.anybody().get("/").await.header("etag"), tag, "the page has changed");
}

#[tokio::test]
async fn the_widgets_own_pages_promise_only_what_is_public() {
    let site = Site::start(Backend::Sqlite).await;
    let incident = site.ada().declare("Slow").await.incident;
    let thread = format!("thread:{incident}");
    let open = site.beside(|config| config.customers.guests = true).await;
    let pages = [
        (&open, "/report".to_owned(), "report", "Sign in first if"),
        (&site, format!("/t/{incident}"), &*thread, "sign in to"),
    ];
    for (site, path, view, words) in pages {
        let page = site.anybody().get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        let element = format!("<callpoint-widget mode=\"inline\" view=\"{view}\">");
        for part in [element.as_str(), "src=\"/v1/loader.js\"", words, "rel=\"icon\""] {
            assert!(page.body.contains(part), "{path} {part}: {}", page.body);
        }
        assert!(!page.body.contains("Slow"), "whoever comes is anonymous");
        assert!(page.header("content-security-policy").contains("trusted-types 'none'"));
    }
    assert_eq!(site.anybody().get("/t/x").await.code(), "not_found");
}

#[tokio::test]
async fn the_openapi_document_is_complete() {
    let site = Site::start(Backend::Sqlite).await;
    let document: Value = site.anybody().get("/v1/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let mut answers = BTreeMap::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let mut statuses = Vec::new();
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let kinds: Vec<_> =
                    answer["content"].as_object().map(|kinds| kinds.keys().collect()).unwrap_or_default();
                match status.parse::<u16>().unwrap() {
                    204 => assert!(kinds.is_empty()),
                    200..300 if path == "/v1/events" => assert_eq!(kinds, ["text/event-stream"]),
                    200..300 if method == "get" && path.starts_with("/v1/attachments") => {
                        assert_eq!(kinds, ["application/octet-stream"]);
                    }
                    200..300 if path.ends_with("/export.md") => assert_eq!(kinds, ["text/markdown"]),
                    200..300 if path.ends_with("/export.html") => assert_eq!(kinds, ["text/html"]),
                    200..300 => assert_eq!(kinds, ["application/json"]),
                    _ => assert_eq!(kinds, ["application/problem+json"]),
                }
                statuses.push(status.clone());
            }
            answers.insert(format!("{} {path}", method.to_uppercase()), statuses);
        }
    }
    assert_references_resolve(&document, &document);
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_json_snapshot!("operations", answers);
    });
}

fn assert_references_resolve(document: &Value, part: &Value) {
    match part {
        Value::Object(parts) => {
            if let Some(Value::String(target)) = parts.get("$ref") {
                let pointer = target.strip_prefix('#').unwrap();
                assert!(document.pointer(pointer).is_some(), "{target}");
            }
            parts.values().for_each(|part| assert_references_resolve(document, part));
        }
        Value::Array(parts) => parts.iter().for_each(|part| assert_references_resolve(document, part)),
        _ => {}
    }
}
