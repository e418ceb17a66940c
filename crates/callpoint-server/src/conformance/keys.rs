//! One answer for each key.

use anyhow::{Context as _, Result, ensure};
use callpoint_core::wire::{
    error::ErrorCode,
    protocol::{IDEMPOTENCY_KEY, INCIDENTS, REPORTS},
};
use futures_util::future::try_join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    checks,
    peer::{Peer, key, same, send},
};

checks! { "Writing":
    Core equal_writes_are_one "**The same key with the same request** (method, path and what the body says) by the same person gives the same answer for 30 days.";
    Core order_makes_no_difference "The order of fields, white space and fields that hold their default make no difference.";
    Core another_request "The same key with another request, or by another person: 422 `key_reused`, which says nothing of the first one.";
    Core refusals "Refusals are not kept: what was denied is decided anew each time.";
    Core the_key_is_the_id "The key of a report or an opening becomes the incident's id, so a client knows it before the server does.";
    Core events_carry_it "All events that a command causes carry its key as `command`.";
    Core bare_or_in_quotes "a UUID that the client made for this write, bare or in quotes.";
    Core commands_too "So whoever hears nothing sends it again.";
}

const DRAFT: &str = r#"{"what":"Twice","severity":1}"#;

async fn equal_writes_are_one(peer: &Peer) -> Result<()> {
    let (ada, key) = (peer.customer()?, key()?);
    let answers = try_join_all((0..20).map(|_| send(ada.writing(REPORTS, key, DRAFT)))).await?;
    let first = answers.first().context("no answer")?.body.clone();
    for answer in &answers {
        same("an answer", (answer.status, &answer.body), (201, &first))?;
    }
    same("the number of incidents", ada.status().await?.headline.yours, 1)
}

async fn order_makes_no_difference(peer: &Peer) -> Result<()> {
    let (ada, key) = (peer.customer()?, key()?);
    let first = send(ada.writing(REPORTS, key, DRAFT)).await?;
    let rewritten = r#" {"drill": false, "severity": 1, "details": "", "what": "Twice", "class": null} "#;
    let second = send(ada.writing(REPORTS, key, rewritten)).await?;
    same("the answer", (second.status, second.body), (first.status, first.body))
}

async fn another_request(peer: &Peer) -> Result<()> {
    let (ada, gita, key) = (peer.customer()?, peer.customer()?, key()?);
    let first = send(ada.writing(REPORTS, key, DRAFT)).await?;
    let reference: Value = first.read(201)?;
    let reference = reference.get("reference").and_then(Value::as_str).unwrap_or("none").to_owned();
    let ben = peer.colleague(&ada.id)?;
    send(ada.writing(REPORTS, key, r#"{"what":"Another","severity":1}"#)).await?.refuses(ErrorCode::KeyReused)?;
    for stranger in [&gita, &ben] {
        let answer = send(stranger.writing(REPORTS, key, DRAFT)).await?;
        answer.refuses(ErrorCode::KeyReused)?;
        ensure!(!answer.body.contains(&reference), "a stranger reads the reference: {}", answer.body);
    }
    same("the number of incidents of the stranger", gita.status().await?.headline.yours, 0)
}

async fn refusals(peer: &Peer) -> Result<()> {
    let (ada, again) = (peer.customer()?, key()?);
    let path = format!("{INCIDENTS}/{}/commands", ada.declare("Slow").await?.incident);
    send(ada.writing(&path, again, r#"{"confirm":{}}"#)).await?.refuses(ErrorCode::NothingProposed)?;
    send(ada.writing(&path, again, r#"{"message":{"text":"Hello"}}"#)).await?.read::<Value>(200).map(drop)
}

async fn the_key_is_the_id(peer: &Peer) -> Result<()> {
    let (ada, key) = (peer.customer()?, key()?);
    let receipt: Value = send(ada.writing(REPORTS, key, DRAFT)).await?.read(201)?;
    same("`incident`", receipt.get("incident").and_then(Value::as_str), Some(&*key.to_string()))
}

async fn events_carry_it(peer: &Peer) -> Result<()> {
    let (ada, key) = (peer.customer()?, key()?);
    let incident = ada.declare("Slow").await?.incident;
    ada.write(&format!("{INCIDENTS}/{incident}/commands"), key, &json!({ "message": { "text": "a" } }))
        .await?
        .read::<Value>(200)?;
    let entries = ada.thread(incident).await?.entries;
    same("`command` of the last entry", entries.last().map(|entry| entry.command), Some(key))
}

async fn bare_or_in_quotes(peer: &Peer) -> Result<()> {
    let (ada, key) = (peer.customer()?, key()?);
    let first = send(ada.writing(REPORTS, key, DRAFT)).await?;
    let request = ada.request(Method::POST, REPORTS).header("content-type", "application/json");
    let second = send(request.header(IDEMPOTENCY_KEY, format!("\"{key}\"")).body(DRAFT)).await?;
    same("the answer", (second.status, second.body), (201, first.body))
}

async fn commands_too(peer: &Peer) -> Result<()> {
    let (ada, key) = (peer.customer()?, key()?);
    let incident = ada.declare("Slow").await?.incident;
    let path = format!("{INCIDENTS}/{incident}/commands");
    let first = send(ada.writing(&path, key, r#"{"message":{"text":"a"}}"#)).await?;
    let second = send(ada.writing(&path, key, r#"{"message": {"text": "a", "attachments": []}}"#)).await?;
    same("the answer", (second.status, &second.body), (200, &first.body))?;
    let entries = ada.thread(incident).await?.entries;
    same("how often it was said", entries.iter().filter(|entry| entry.command == key).count(), 1)
}
