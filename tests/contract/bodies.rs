//! What the body of a write may hold, beyond what `callpoint conformance` holds of every backend.

use callpoint_core::model::{event::Change, report::Receipt};
use callpoint_server::config::FieldConfig;
use callpoint_tests::{Backend, Site, key, on_both_databases};
use serde_json::Value;

on_both_databases! {
    an_unknown_field_of_a_command_of_staff_is_named,
    what_nobody_can_see_is_no_text_of_staff,
    a_context_takes_numbers_and_booleans_and_keeps_no_secret,
    a_vendors_own_fields_go_with_the_report_and_keep_nobody_from_it,
}

async fn an_unknown_field_of_a_command_of_staff_is_named(backend: Backend) {
    let site = Site::start(backend).await;
    let (mara, incident) = (site.staff("mara").await, site.ada().declare("Slow").await.incident);
    let commands = format!("/v1/incidents/{incident}/commands");
    for (person, path, body, field) in [
        (mara.clone(), &commands, r#"{"acknowledge":{"loudly":true}}"#, "loudly"),
        (mara, &commands, r#"{"update":{"text":"a","to":"affected","publish":null,"eat":1}}"#, "eat"),
    ] {
        let answer = person.post(path, Some(key()), body).await;
        let problem: Value = answer.json();
        assert_eq!((answer.status, problem["field"].as_str()), (422, Some(field)), "{body}: {}", answer.body);
        assert!(problem["detail"].as_str().unwrap().contains(field), "{body}: {}", answer.body);
    }
    assert_eq!(site.ada().status().await.incidents.len(), 1);
}

/// Whatever of it is invisible: in every text that staff write, and on both databases alike.
async fn what_nobody_can_see_is_no_text_of_staff(backend: Backend) {
    let site = Site::start(backend).await;
    let (incident, mara) = (site.ada().declare("Slow").await.incident, site.staff("mara").await);
    let commands = format!("/v1/incidents/{incident}/commands");
    for (body, field) in [
        (r#"{"message":{"text":"?","to":"affected"}}"#, "text"),
        (r#"{"update":{"text":"?","to":"affected"}}"#, "text"),
        (r#"{"update":{"text":"a","to":"affected","workaround":"?"}}"#, "workaround"),
        (r#"{"update":{"text":"a","to":"public","publish":{"title":"?","impact":"none"}}}"#, "title"),
        (r#"{"assess":{"severity":1,"reason":"?"}}"#, "reason"),
        (r#"{"propose_resolution":{"text":"?"}}"#, "text"),
        (r#"{"unseal":{"reason":"a","title":"?"}}"#, "title"),
        (r#"{"seal":{"reason":"?"}}"#, "reason"),
        (r#"{"set_war_room":{"url":"?"}}"#, "url"),
        (r#"{"invite":{"email":"?"}}"#, "email"),
    ] {
        for blank in ["\\u200b\\u2060", "\\u0000", "\\u3164\\n \\ufe0f", ""] {
            let answer = mara.post(&commands, Some(key()), &body.replace('?', blank)).await;
            let problem: Value = answer.json();
            assert_eq!((answer.status, problem["field"].as_str()), (422, Some(field)), "{body}: {}", answer.body);
        }
    }
    site.assert_snapshot_is_fold().await;
}

async fn a_context_takes_numbers_and_booleans_and_keeps_no_secret(backend: Backend) {
    let site = Site::start(backend).await;
    let body = r#"{"what":"Slow","severity":2,"context":{"a":7,"b":-0.5,"c":true,"d":"to a@b.example","pin":4711}}"#;
    let answer = site.ada().post("/v1/reports", Some(key()), body).await;
    let thread = site.ada().thread(answer.json::<Receipt>().incident).await;
    let Change::Declared { report, .. } = &thread.entries[0].change else { panic!("{:?}", thread.entries) };
    let context: Vec<_> = report.context.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(context, [("a", "7"), ("b", "-0.5"), ("c", "true"), ("d", "to [redacted]"), ("pin", "[redacted]")]);
    for wrong in ["[1]", "{}", "null"] {
        let body = format!(r#"{{"what":"Slow","severity":2,"context":{{"a":{wrong}}}}}"#);
        assert_eq!(site.ada().post("/v1/reports", Some(key()), &body).await.code(), "invalid");
    }
}

const FIELDS: &str = r#"[
    { "id": "order", "label": "Order number", "kind": "number", "required": true, "min": 1 },
    { "id": "day", "label": "Day", "kind": "date" },
    { "id": "plant", "label": "Plant", "kind": "choice", "choices": ["Graz", "Wien"] }
]"#;

async fn a_vendors_own_fields_go_with_the_report_and_keep_nobody_from_it(backend: Backend) {
    let fields: Vec<FieldConfig> = serde_json::from_str(FIELDS).unwrap();
    let site = Site::start_with(backend, |config| config.report.fields = fields).await;
    let (ada, gita) = (site.ada(), site.gita());
    assert_eq!(ada.status().await.vendor.fields.len(), 3);
    for (written, told) in [
        (r#"{"order":4127,"day":"2026-11-27"}"#, vec![("Order number", "4127"), ("Day", "2026-11-27")]),
        (r#"{"order":" 1,5 "}"#, vec![("Order number", "1.5")]),
        // Of a client that knows none of them.
        ("{}", vec![("Order number", "")]),
        // A page's own, with the label that it asked under, and one that the vendor has taken away since.
        (r#"{"shelf":"B7","gone":"x","No id":"x"}"#, vec![("Order number", ""), ("gone", "x"), ("Shelf", "B7")]),
    ] {
        let asked = r#"{"shelf":"Shelf","order":"Not the vendor's"}"#;
        let body = format!(r#"{{"what":"Slow","severity":2,"fields":{written},"asked":{asked}}}"#);
        let incident = ada.post("/v1/reports", Some(key()), &body).await.json::<Receipt>().incident;
        let thread = ada.thread(incident).await;
        let Change::Declared { report, .. } = &thread.entries[0].change else { panic!("{:?}", thread.entries) };
        let fields: Vec<_> = report.fields.iter().map(|field| (&*field.label, &*field.value)).collect();
        assert_eq!(fields, told);
        assert_eq!(gita.get(&format!("/v1/incidents/{incident}")).await.status, 404);
    }
    for (written, wrong) in [
        (r#"{"order":"seven"}"#, "fields.order"),
        (r#"{"order":0}"#, "fields.order"),
        (r#"{"day":"27.11."}"#, "fields.day"),
        (r#"{"plant":"Berlin"}"#, "fields.plant"),
        (&format!(r#"{{"shelf":"{}"}}"#, "x".repeat(1_001)), "fields.shelf"),
    ] {
        let body = format!(r#"{{"what":"Slow","severity":2,"fields":{written}}}"#);
        let answer = ada.post("/v1/reports", Some(key()), &body).await;
        let problem: Value = answer.json();
        assert_eq!((answer.status, problem["field"].as_str()), (422, Some(wrong)), "{}", answer.body);
    }
    site.assert_snapshot_is_fold().await;
}
