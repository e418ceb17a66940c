//! What becomes of an incident between its report and the end that its account agrees to.

use anyhow::{Context as _, Result, ensure};
use callpoint_core::{
    model::{
        event::Change,
        id::IncidentId,
        incident::{Incident, Status},
        stake::{Closure, Stake},
    },
    wire::error::ErrorCode,
};
use serde_json::json;

use super::{
    checks,
    peer::{Peer, Person, same},
};

checks! { "Commands":
    Core forbidden "Commands of customers are `forbidden` to staff and to accounts without a stake, commands of staff to customers.";
    Core acknowledging "| `acknowledge` | none | `acknowledged`; again after people were called anew | `closed`, `already_acknowledged` |";
    Core answers_acknowledge "What staff say with any command to an account that has a stake acknowledges the incident, if nobody has yet: `acknowledged` follows. An internal note does not.";
    Core reading "What was read already is no fault: 200, and nothing happens";
    Core severities "| `set_severity` | `severity`, `reason` | `severity_set`: up or down, at any time; it takes back what was lowered.";
    Core moving "| `moved` | `status`. Over: `resolved_at`, and `next_update`, `eta` and `overdue.promise` end; open: `resolved_at` ends.";
    Core updating "| `text` | the news |";
    Core nobody_asked "once every account was asked: it is over for everybody but those that have not answered";
    Core agreeing "| `confirm` | none | `confirmed`; with the last key `moved` to `resolved`, if it is not yet | `nothing_proposed` |";
    Core disagreeing "| `dispute` | `reason` | `disputed`, `paged`, and `moved` to `investigating`";
    Core asked_twice "| `propose_resolution` | `text` | `proposed`, and `moved` to `monitoring`.";
    Core after_the_end "`said`, to their own account and staff. Possible after the end too";
}

/// A customer's incident, and one of staff.
async fn scene(peer: &Peer) -> Result<(Person, Person, IncidentId)> {
    let (mara, ada) = (peer.staff()?, peer.customer()?);
    let incident = ada.declare("Pipelines are stuck").await?.incident;
    Ok((mara, ada, incident))
}

async fn facts(person: &Person, incident: IncidentId) -> Result<(Incident, Stake)> {
    let facts = person.thread(incident).await?.incident;
    let stake = facts.stakes.first().cloned().context("the incident has no stake")?;
    Ok((facts, stake))
}

async fn forbidden(peer: &Peer) -> Result<()> {
    let (mara, ada, incident) = scene(peer).await?;
    for command in [
        json!({ "acknowledge": {} }),
        json!({ "move": { "status": "identified" } }),
        json!({ "update": { "text": "a", "to": "affected" } }),
        json!({ "propose_resolution": { "text": "a" } }),
    ] {
        ada.refused(incident, &command, ErrorCode::Forbidden).await?;
    }
    for command in [
        json!({ "confirm": {} }),
        json!({ "dispute": { "reason": "a" } }),
        json!({ "set_severity": { "severity": 1 } }),
    ] {
        mara.refused(incident, &command, ErrorCode::Forbidden).await?;
    }
    Ok(())
}

async fn acknowledging(peer: &Peer) -> Result<()> {
    let (mara, ada, incident) = scene(peer).await?;
    mara.does(incident, &json!({ "acknowledge": {} })).await?;
    mara.refused(incident, &json!({ "acknowledge": {} }), ErrorCode::AlreadyAcknowledged).await?;
    let (facts, stake) = facts(&ada, incident).await?;
    ensure!(
        facts.acknowledged.is_some() && facts.acknowledged == stake.acknowledged,
        "`acknowledged` is {:?}",
        facts.acknowledged
    );
    same("`unanswered_since`", stake.unanswered_since, None)
}

async fn answers_acknowledge(peer: &Peer) -> Result<()> {
    let (mara, ada, incident) = scene(peer).await?;
    mara.does(incident, &json!({ "message": { "text": "Hm", "to": "internal" } })).await?;
    ensure!(facts(&ada, incident).await?.0.acknowledged.is_none(), "an internal note has acknowledged it");
    mara.does(incident, &json!({ "message": { "text": "We look", "to": "affected" } })).await?;
    let thread = ada.thread(incident).await?;
    let last = thread.entries.last().map(|entry| &entry.change);
    ensure!(last == Some(&Change::Acknowledged {}), "after a reply comes {last:?}");
    ensure!(thread.incident.acknowledged.is_some(), "a reply has not acknowledged it");
    ada.does(incident, &json!({ "message": { "text": "And?" } })).await?;
    ensure!(facts(&ada, incident).await?.1.unanswered_since.is_some(), "words of an account do not wait for an answer");
    mara.does(incident, &json!({ "message": { "text": "Soon", "to": "affected" } })).await?;
    let thread = ada.thread(incident).await?;
    let often = thread.entries.iter().filter(|entry| entry.change == Change::Acknowledged {}).count();
    same("how often it was acknowledged", often, 1)
}

async fn reading(peer: &Peer) -> Result<()> {
    let (mara, ada, incident) = scene(peer).await?;
    let seq = ada.thread(incident).await?.entries.last().map_or(0, |entry| entry.seq);
    ada.does(incident, &json!({ "read": { "seq": seq } })).await?;
    let entries = ada.thread(incident).await?.entries.len();
    ada.does(incident, &json!({ "read": { "seq": seq } })).await?;
    same("the number of entries", ada.thread(incident).await?.entries.len(), entries)?;
    same("`read_to`", facts(&mara, incident).await?.1.read_to, seq)?;
    mara.does(incident, &json!({ "read": { "seq": seq } })).await?;
    same("`staff_read_to`", facts(&ada, incident).await?.0.staff_read_to, seq)?;
    ada.command(incident, &json!({ "read": { "seq": 999_999_999_999_u64 } })).await?.refuses_field("seq")
}

async fn severities(peer: &Peer) -> Result<()> {
    let (_, ada, incident) = scene(peer).await?;
    ada.refused(incident, &json!({ "set_severity": { "severity": 2 } }), ErrorCode::NothingNew).await?;
    for severity in [1, 3] {
        ada.does(incident, &json!({ "set_severity": { "severity": severity, "reason": "It changed" } })).await?;
        same("`declared`", facts(&ada, incident).await?.1.declared.0, severity)?;
    }
    ada.command(incident, &json!({ "set_severity": { "severity": 0 } })).await?.refuses_field("severity")
}

async fn moving(peer: &Peer) -> Result<()> {
    let (mara, ada, incident) = scene(peer).await?;
    for (word, status) in [
        ("identified", Status::Identified),
        ("monitoring", Status::Monitoring),
        ("investigating", Status::Investigating),
    ] {
        mara.does(incident, &json!({ "move": { "status": word } })).await?;
        let (facts, _) = facts(&ada, incident).await?;
        same("`status`", (facts.status, facts.resolved_at), (status, None))?;
    }
    mara.refused(incident, &json!({ "move": { "status": "over" } }), ErrorCode::Invalid).await.map(drop)
}

async fn updating(peer: &Peer) -> Result<()> {
    let (mara, ada, incident) = scene(peer).await?;
    mara.does(incident, &json!({ "update": { "text": "We found it", "to": "affected", "status": "identified" } }))
        .await?;
    let thread = ada.thread(incident).await?;
    let told = thread.entries.iter().any(
        |entry| matches!(&entry.change, Change::Updated { text, status: Status::Identified } if text == "We found it"),
    );
    ensure!(told, "`updated` with the status is not in the thread");
    same("`status`", thread.incident.status, Status::Identified)?;
    ensure!(thread.incident.last_update_at.is_some(), "`last_update_at` is missing");
    Ok(())
}

async fn nobody_asked(peer: &Peer) -> Result<()> {
    let (mara, ada, incident) = scene(peer).await?;
    mara.refused(incident, &json!({ "move": { "status": "resolved" } }), ErrorCode::NeedsConfirmation).await?;
    for command in [json!({ "confirm": {} }), json!({ "dispute": { "reason": "a" } })] {
        ada.refused(incident, &command, ErrorCode::NothingProposed).await?;
    }
    Ok(())
}

const PROPOSAL: &str = "The queue was restarted.";

async fn agreeing(peer: &Peer) -> Result<()> {
    let (mara, ada, incident) = scene(peer).await?;
    mara.does(incident, &json!({ "propose_resolution": { "text": PROPOSAL } })).await?;
    let (asked, stake) = facts(&ada, incident).await?;
    same("`status` while the account is asked", asked.status, Status::Monitoring)?;
    ensure!(matches!(stake.closure, Closure::Proposed { .. }), "`closure` is {:?}", stake.closure);
    same("`resolution`", &*stake.resolution, PROPOSAL)?;
    ada.does(incident, &json!({ "confirm": {} })).await?;
    let (over, stake) = facts(&ada, incident).await?;
    same("`status`", over.status, Status::Resolved)?;
    ensure!(
        matches!(stake.closure, Closure::Confirmed(_)) && over.resolved_at.is_some(),
        "`closure` is {:?}",
        stake.closure
    );
    let told = ada.status().await?;
    same("`yours` after the end", told.headline.yours, 0)?;
    ensure!(told.incidents.iter().any(|one| one.id == incident), "what has just ended is not in the snapshot any more");
    ada.refused(incident, &json!({ "confirm": {} }), ErrorCode::NothingProposed).await?;
    for command in [
        json!({ "acknowledge": {} }),
        json!({ "move": { "status": "identified" } }),
        json!({ "propose_resolution": { "text": "a" } }),
    ] {
        mara.refused(incident, &command, ErrorCode::Closed).await?;
    }
    ada.refused(incident, &json!({ "set_severity": { "severity": 1 } }), ErrorCode::Closed).await.map(drop)
}

async fn disagreeing(peer: &Peer) -> Result<()> {
    let (mara, ada, incident) = scene(peer).await?;
    mara.does(incident, &json!({ "propose_resolution": { "text": PROPOSAL } })).await?;
    ada.does(incident, &json!({ "dispute": { "reason": "Two still wait" } })).await?;
    let (facts, stake) = facts(&ada, incident).await?;
    same("`status`", facts.status, Status::Investigating)?;
    same("`closure` and `disputes`", (&stake.closure, stake.disputes), (&Closure::Open, 1))?;
    ensure!(stake.unanswered_since.is_some(), "a dispute does not wait for an answer");
    ada.refused(incident, &json!({ "confirm": {} }), ErrorCode::NothingProposed).await?;
    mara.does(incident, &json!({ "propose_resolution": { "text": "Now they run" } })).await?;
    ada.does(incident, &json!({ "confirm": {} })).await.map(drop)
}

async fn asked_twice(peer: &Peer) -> Result<()> {
    let (mara, ada, incident) = scene(peer).await?;
    mara.does(incident, &json!({ "propose_resolution": { "text": PROPOSAL } })).await?;
    mara.refused(incident, &json!({ "propose_resolution": { "text": "Again" } }), ErrorCode::AlreadyProposed).await?;
    mara.does(incident, &json!({ "move": { "status": "investigating" } })).await?;
    same("`closure` once it goes on", facts(&ada, incident).await?.1.closure, Closure::Open)
}

async fn after_the_end(peer: &Peer) -> Result<()> {
    let (mara, ada, incident) = scene(peer).await?;
    mara.does(incident, &json!({ "propose_resolution": { "text": PROPOSAL } })).await?;
    ada.does(incident, &json!({ "confirm": {} })).await?;
    ada.does(incident, &json!({ "message": { "text": "Thank you" } })).await?;
    mara.does(incident, &json!({ "message": { "text": "You are welcome", "to": "affected" } })).await?;
    same("`status`", facts(&ada, incident).await?.0.status, Status::Resolved)
}
