//! The stream, and the law that makes it one with what is read.

use anyhow::{Context as _, Result, ensure};
use callpoint_core::{
    model::{
        event::{Change, Event},
        id::IncidentId,
        incident::Incident,
    },
    rules::state::State,
    wire::protocol::{REPORTS, Snapshot},
};
use serde_json::{Value, json};

use super::{
    checks,
    peer::{Peer, Person, key, same, send},
};

checks! { "The stream":
    Core begins_with_a_snapshot "It comes first on a stream without a cursor.";
    Core at_once "Only what the caller sees is sent, and only that has an id here: numbers may jump, and a jump says nothing.";
    Core resuming "What was missed follows at once.";
    Core useless_cursors "A cursor that is not of this log, or more than 5,000 events behind its end, gets a `reset`.";
    Core heartbeats "**Heartbeat**: a comment line at least every 15 seconds.";
    Core folding "Folding the events that somebody may see gives exactly the facts that they may see.";
    Core staff_fold_too "Whoever keeps facts beside a log, or folds a stream, makes the same of each event.";
}

async fn begins_with_a_snapshot(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    ada.declare("Slow").await?;
    let mut stream = ada.listen(None).await?;
    let snapshot = stream.reset().await?;
    same("the id of the frame", stream.cursor, snapshot.seq)?;
    let read = ada.status().await?;
    same("`you`", &snapshot.you, &read.you)?;
    let own = |told: &Snapshot| told.incidents.iter().filter(|one| !one.stakes.is_empty()).cloned().collect::<Vec<_>>();
    same("`incidents`", own(&snapshot), own(&read))?;
    same("`vendor`", &snapshot.vendor, &read.vendor)?;
    ensure!(!snapshot.vendor.scheme.levels.is_empty(), "`vendor.scheme` has no levels, so nothing can be reported");
    Ok(())
}

async fn at_once(peer: &Peer) -> Result<()> {
    let (ada, gita, key) = (peer.customer()?, peer.customer()?, key()?);
    let (mut own, mut other) = (ada.listen(None).await?, gita.listen(None).await?);
    own.reset().await?;
    other.reset().await?;
    send(ada.writing(REPORTS, key, r#"{"what":"Slow","severity":2}"#)).await?.read::<Value>(201)?;
    own.until(|change| matches!(change, Change::Declared { .. })).await?;
    let another = gita.declare("Another").await?.reference;
    let is_own = |change: &Change| matches!(change, Change::Declared { reference, .. } if *reference == another);
    let heard = other.until(is_own).await?;
    ensure!(
        heard.iter().all(|event| event.incident.is_none_or(|id| id.0 != key.0)),
        "another account was sent it: {heard:?}"
    );
    Ok(())
}

async fn resuming(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let mut stream = ada.listen(None).await?;
    stream.reset().await?;
    let incident = ada.declare("Slow").await?.incident;
    stream.until(|change| matches!(change, Change::Declared { .. })).await?;
    let cursor = stream.cursor;
    drop(stream);
    for word in ["one", "two", "three"] {
        ada.does(incident, &json!({ "message": { "text": word } })).await?;
    }
    let is_last = |change: &Change| matches!(change, Change::Said { text, .. } if text == "three");
    let heard = ada.listen(Some(&cursor.to_string())).await?.until(is_last).await?;
    let said: Vec<_> =
        heard.iter().filter(|event| matches!(event.change, Change::Said { .. })).map(|event| event.seq).collect();
    ensure!(said.len() == 3 && said.iter().all(|seq| *seq > cursor), "after {cursor} came {said:?}");
    let entries: Vec<Event> =
        ada.thread(incident).await?.entries.into_iter().filter(|entry| entry.seq > cursor).collect();
    same(
        "the events",
        heard.iter().filter(|event| event.incident == Some(incident)).collect::<Vec<_>>(),
        entries.iter().take_while(|entry| entry.seq <= said.last().copied().unwrap_or_default()).collect(),
    )
}

async fn useless_cursors(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    ada.declare("Slow").await?;
    for cursor in ["9007199254740991", "x", "-1"] {
        let snapshot =
            ada.listen(Some(cursor)).await?.reset().await.with_context(|| format!("Last-Event-ID: {cursor}"))?;
        same("the number of incidents", snapshot.headline.yours, 1)?;
    }
    Ok(())
}

async fn heartbeats(peer: &Peer) -> Result<()> {
    let mut stream = peer.customer()?.listen(None).await?;
    let mut text = String::new();
    while !text.starts_with(':') && !text.contains("\n:") {
        text.push_str(&String::from_utf8_lossy(&stream.bytes().await.context("no comment line comes")?));
    }
    Ok(())
}

/// Everything that the core profile can do with an incident.
async fn live(mara: &Person, ada: &Person) -> Result<IncidentId> {
    let incident = ada.report(&json!({ "what": "Slow", "severity": 2, "answers": { "sees": "slow" } })).await?.incident;
    let seq = ada.thread(incident).await?.seq;
    let steps = [
        (mara, json!({ "message": { "text": "We look", "to": "affected" } })),
        (ada, json!({ "message": { "text": "Since noon" } })),
        (mara, json!({ "message": { "text": "Between us", "to": "internal" } })),
        (ada, json!({ "read": { "seq": seq } })),
        (mara, json!({ "read": { "seq": seq } })),
        (ada, json!({ "set_severity": { "severity": 1, "reason": "Nobody can work" } })),
        (mara, json!({ "update": { "text": "Found", "to": "affected", "status": "identified" } })),
        (mara, json!({ "move": { "status": "investigating" } })),
        (mara, json!({ "propose_resolution": { "text": "Restarted" } })),
        (ada, json!({ "dispute": { "reason": "Still" } })),
        (mara, json!({ "update": { "text": "Sorry", "to": { "account": ada.id } } })),
        (mara, json!({ "propose_resolution": { "text": "Started by hand" } })),
        (ada, json!({ "confirm": {} })),
        (ada, json!({ "message": { "text": "Thank you" } })),
    ];
    for (person, command) in &steps {
        person.does(incident, command).await?;
    }
    Ok(incident)
}

/// Which of the facts differ, and how.
fn difference(folded: &Incident, read: &Incident) -> Result<String> {
    let (folded, read) = (serde_json::to_value(folded)?, serde_json::to_value(read)?);
    let names = [&folded, &read].into_iter().filter_map(Value::as_object).flat_map(|object| object.keys());
    let mut differ: Vec<&String> = names.filter(|name| folded.get(name) != read.get(name)).collect();
    differ.dedup();
    let told = |name: &&String| {
        let shown = |facts: &Value| facts.get(name).map_or_else(|| "nothing".to_owned(), Value::to_string);
        format!("`{name}` is {}, and the events amount to {}", shown(&read), shown(&folded))
    };
    Ok(differ.iter().map(told).collect::<Vec<_>>().join("; "))
}

/// Folds what this person's stream brings of a whole life, and compares it with what they read.
async fn folds(person: &Person, mara: &Person, ada: &Person) -> Result<()> {
    let mut stream = person.listen(None).await?;
    let snapshot = stream.reset().await?;
    let mut state = State::of(snapshot.components, snapshot.incidents);
    let incident = live(mara, ada).await?;
    let thread = person.thread(incident).await?;
    // What time, or a connector, adds afterwards is in neither.
    let last = thread.entries.last().map_or(0, |entry| entry.seq);
    while stream.cursor < last {
        state.apply(&stream.event().await?);
    }
    let folded = state.incidents.get(&incident).context("the stream tells nothing of the incident")?;
    ensure!(*folded == thread.incident, "{}", difference(folded, &thread.incident)?);
    Ok(())
}

async fn folding(peer: &Peer) -> Result<()> {
    let (mara, ada) = (peer.staff()?, peer.customer()?);
    folds(&ada, &mara, &ada).await
}

async fn staff_fold_too(peer: &Peer) -> Result<()> {
    let (mara, ada) = (peer.staff()?, peer.customer()?);
    folds(&mara, &mara, &ada).await
}
