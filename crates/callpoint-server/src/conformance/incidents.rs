//! One account's incident: the receipt, the thread, and who sees them.

use anyhow::{Context as _, Result, ensure};
use callpoint_core::{
    model::{
        component::ComponentStatus,
        event::{Audience, Change},
        id::IncidentId,
        person::Author,
        report::Receipt,
    },
    wire::{
        error::ErrorCode,
        protocol::{COMPONENTS, INCIDENTS, Incidents, STATUS, Thread},
    },
};
use serde_json::{Value, json};

use super::{
    checks,
    peer::{Peer, Person, key, same},
};

checks! { "Incidents":
    Core receipts "The answer is given once it is durable. Only with it may anybody say \"received\".";
    Core threads "`seq`, the last event of the log that the caller may see when it was read; `incident`, the facts; `entries`, the events of this incident,";
    Core by_reference "by id, or by reference (`NW-4127`)";
    Core reports_are_kept "A draft within its limits, as `declared` carries it";
    Core colleagues "| `{\"account\": \"acme\"}` | that account and staff |";
    Core strangers "404 `not_found` for what the caller may not see, as if it did not exist.";
    Core notes "| `\"internal\"` | staff |";
    Core worries "A [security worry](#report) is sealed from the start";
    Core lists "Customers get those in which their account has a stake, staff all, anybody else the public ones.";
    Core headlines "An incident that goes on for the caller makes the condition at least `degraded_performance`";
    Core drills "Drills count for nothing.";
    Core components "`operational` takes back what was set by hand";
}

async fn receipts(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let Receipt { incident, reference, seq, answer_by, .. } = ada.declare("Slow").await?;
    let thread = ada.thread(incident).await?;
    same("`reference`", &reference, &thread.incident.reference)?;
    ensure!(!reference.is_empty(), "`reference` is empty");
    let first = thread.entries.first().context("the thread has no entry")?;
    ensure!(
        first.seq <= seq && seq <= thread.seq,
        "`seq` is {seq}, of an entry {} in a log up to {}",
        first.seq,
        thread.seq
    );
    let answer_by = answer_by.context("`answer_by` is missing in the receipt of a report")?;
    ensure!(answer_by >= thread.incident.opened_at, "`answer_by` lies before the report");
    let other = ada.declare("Slower").await?;
    ensure!(
        other.seq > seq && other.reference != reference,
        "a later report has {} and {}",
        other.seq,
        other.reference
    );
    Ok(())
}

async fn threads(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let incident = ada.declare("Labels stop").await?.incident;
    ada.does(incident, &json!({ "message": { "text": "Since *noon*" } })).await?;
    let Thread { seq, incident: facts, entries } = ada.thread(incident).await?;
    ensure!(entries.is_sorted_by(|one, two| one.seq < two.seq), "the entries are not in the order of the log");
    ensure!(
        entries.iter().all(|entry| entry.incident == Some(incident) && entry.seq <= seq),
        "an entry is not of this thread"
    );
    ensure!(
        matches!(entries.first().map(|entry| &entry.change), Some(Change::Declared { .. })),
        "it does not begin with `declared`"
    );
    let said =
        entries.iter().find(|entry| matches!(&entry.change, Change::Said { text, .. } if text == "Since *noon*"));
    let said = said.context("what was said is not in the thread as it was written")?;
    ensure!(
        matches!(&said.by, Author::Customer { account, .. } if account.as_str() == ada.id),
        "its author is {:?}",
        said.by
    );
    same(
        "its audience",
        Some(&said.to),
        facts.stakes.first().map(|stake| Audience::Account(stake.account.id.clone())).as_ref(),
    )?;
    let stake = facts.stakes.first().context("the incident has no stake")?;
    same("the title", (&*facts.title, &*stake.title), ("Labels stop", "Labels stop"))?;
    same("the severity", stake.declared.0, 2)?;
    ensure!(stake.unanswered_since.is_some(), "an account's words wait for an answer: `unanswered_since` is missing");
    Ok(())
}

async fn by_reference(peer: &Peer) -> Result<()> {
    let (ada, gita) = (peer.customer()?, peer.customer()?);
    let receipt = ada.declare("Slow").await?;
    let path = format!("{INCIDENTS}/{}", receipt.reference);
    same("its id", ada.get(&path).await?.read::<Thread>(200)?.incident.id, receipt.incident)?;
    gita.get(&path).await?.refuses(ErrorCode::NotFound).map(drop)
}

async fn reports_are_kept(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let components = ada.status().await?.components;
    let component = components.first().map(|component| component.id.to_string());
    let draft = json!({
        "what": "Labels stop", "details": "all\nof them", "severity": 1, "component": component,
        "answers": { "sees": "errors", "stopped": "everyone", "since": "today", "around": "none", "data": "safe" },
        "context": { "a": 7, "b": -0.5, "c": true, "d": "x" },
    });
    let incident = ada.report(&draft).await?.incident;
    let thread = ada.thread(incident).await?;
    let first = thread.entries.into_iter().next().context("the thread has no entry")?;
    let Change::Declared { report, .. } = first.change else { anyhow::bail!("the first entry is no `declared`") };
    let kept = serde_json::to_value(&report)?;
    for name in ["what", "details", "severity", "component", "answers"] {
        same(name, kept.get(name), draft.get(name).filter(|value| !value.is_null()))?;
    }
    same("`context`", kept.get("context"), Some(&json!({ "a": "7", "b": "-0.5", "c": "true", "d": "x" })))?;
    same("`class`", &*report.class, "service")?;
    same("`components`", thread.incident.components.first().map(ToString::to_string), component)
}

async fn colleagues(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let ben = peer.colleague(&ada.id)?;
    let incident = ada.declare("Slow").await?.incident;
    same("how many a colleague sees", ben.status().await?.headline.yours, 1)?;
    ben.does(incident, &json!({ "message": { "text": "Here too" } })).await?;
    let Thread { incident, .. } = ada.thread(incident).await?;
    let followers = incident.stakes.first().map(|stake| stake.followers.len());
    same("how many follow once they wrote", followers, Some(2))
}

/// Nothing of it is there for them, by any way.
async fn unseen(person: &Person, incident: IncidentId, words: &str) -> Result<()> {
    person.get(&format!("{INCIDENTS}/{incident}")).await?.refuses(ErrorCode::NotFound)?;
    for path in [STATUS, INCIDENTS] {
        let body = person.get(path).await?.body;
        ensure!(!body.contains(words) && !body.contains(&incident.to_string()), "{path} tells of it: {body}");
    }
    Ok(())
}

async fn strangers(peer: &Peer) -> Result<()> {
    let (ada, gita) = (peer.customer()?, peer.customer()?);
    let words = format!("Slow {}", key()?);
    let incident = ada.declare(&words).await?.incident;
    for stranger in [&gita, &peer.anybody()] {
        unseen(stranger, incident, &words).await?;
    }
    for command in
        [json!({ "message": { "text": "Us too" } }), json!({ "confirm": {} }), json!({ "read": { "seq": 1 } })]
    {
        gita.refused(incident, &command, ErrorCode::NotFound).await?;
    }
    Ok(())
}

async fn notes(peer: &Peer) -> Result<()> {
    let (mara, ada) = (peer.staff()?, peer.customer()?);
    let incident = ada.declare("Slow").await?.incident;
    let before = ada.thread(incident).await?;
    mara.does(incident, &json!({ "message": { "text": "Between us", "to": "internal" } })).await?;
    let after = ada.thread(incident).await?;
    same(
        "the thread of the account",
        (after.entries.len(), &after.incident),
        (before.entries.len(), &before.incident),
    )?;
    let of_staff = mara.thread(incident).await?;
    let note = of_staff
        .entries
        .iter()
        .find(|entry| matches!(&entry.change, Change::Said { text, .. } if text == "Between us"));
    same("its audience", &note.context("staff don't see it")?.to, &Audience::Internal)?;
    mara.does(incident, &json!({ "message": { "text": "To you", "to": { "account": ada.id } } })).await?;
    same(
        "entries with a reply",
        ada.thread(incident).await?.entries.iter().filter(|entry| matches!(&entry.change, Change::Said { .. })).count(),
        1,
    )?;
    mara.command(incident, &json!({ "message": { "text": "a", "to": { "account": "nobody" } } }))
        .await?
        .refuses_field("to")?;
    mara.command(incident, &json!({ "message": { "text": "a" } })).await?.refuses_field("to")
}

async fn worries(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let ben = peer.colleague(&ada.id)?;
    let words = format!("Keys of others are visible {}", key()?);
    let incident =
        ada.report(&json!({ "what": words, "severity": 1, "answers": { "security": true } })).await?.incident;
    let Thread { incident: facts, entries, .. } = ada.thread(incident).await?;
    same("`class`", &*facts.class, "security")?;
    ensure!(
        facts.seal.is_some() && entries.iter().all(|entry| entry.seal.is_some()),
        "the facts or an entry have no `seal`"
    );
    for stranger in [&ben, &peer.customer()?, &peer.anybody()] {
        unseen(stranger, incident, &words).await?;
    }
    let (mara, you, _) = peer.signed_in()?;
    match you.security {
        true => mara.thread(incident).await.context("staff with `security`").map(drop),
        false => unseen(mara, incident, &words).await.context("staff without `security`"),
    }
}

async fn lists(peer: &Peer) -> Result<()> {
    let (ada, gita) = (peer.customer()?, peer.customer()?);
    let (one, two) = (ada.declare("One").await?.incident, ada.declare("Two").await?.incident);
    let ids = async |person: &Person| -> Result<Vec<IncidentId>> {
        let page: Incidents = person.get(INCIDENTS).await?.read(200)?;
        Ok(page.incidents.into_iter().map(|incident| incident.id).collect())
    };
    let of_ada = ids(&ada).await?;
    ensure!(
        of_ada.len() == 2 && of_ada.contains(&one) && of_ada.contains(&two),
        "the list of the account is {of_ada:?}"
    );
    same("the list of another account", ids(&gita).await?, Vec::new())?;
    let of_all = ids(&peer.staff()?).await?;
    ensure!(of_all.contains(&two), "staff do not find the latest among {} incidents", of_all.len());
    Ok(())
}

async fn headlines(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    same("`yours` before", ada.status().await?.headline.yours, 0)?;
    ada.declare("Slow").await?;
    let headline = ada.status().await?.headline;
    same("`yours`", headline.yours, 1)?;
    ensure!(headline.condition >= ComponentStatus::DegradedPerformance, "the condition is {:?}", headline.condition);
    Ok(())
}

async fn drills(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let incident = ada.report(&json!({ "what": "A rehearsal", "severity": 1, "drill": true })).await?.incident;
    same("`drill`", ada.thread(incident).await?.incident.drill, true)?;
    same("`yours`", ada.status().await?.headline.yours, 0)
}

async fn components(peer: &Peer) -> Result<()> {
    let (mara, anybody) = (peer.staff()?, peer.anybody());
    let status = anybody.status().await?;
    ensure!(
        status.components.is_sorted_by_key(|component| component.position),
        "components are not in order of `position`"
    );
    let component = status.components.last().context("there is no component")?.id.to_string();
    let path = format!("{COMPONENTS}/{component}/commands");
    let mut stream = anybody.listen(None).await?;
    stream.reset().await?;
    for word in ["partial_outage", "operational"] {
        mara.write(&path, key()?, &json!({ "set_status": { "status": word } })).await?.read::<Value>(200)?;
        let wanted: ComponentStatus = serde_json::from_value(json!(word))?;
        let heard = stream.until(|change| matches!(change, Change::ComponentMoved { component: one, status } if one.as_str() == component && *status == wanted)).await?;
        let moved = heard.last().context("nothing was heard")?;
        same("its author and audience for everybody", (&moved.by, &moved.to), (&Author::Vendor, &Audience::Public))?;
        let now = anybody.status().await?;
        let by_hand = now.components.iter().find(|one| one.id.as_str() == component).and_then(|one| one.by_hand);
        same("`by_hand`", by_hand, Some(wanted).filter(|status| *status != ComponentStatus::Operational))?;
        ensure!(
            now.headline.condition >= wanted,
            "the condition is {:?} beside a component that is {wanted:?}",
            now.headline.condition
        );
    }
    mara.write(&path, key()?, &json!({ "set_status": { "status": "sunny" } })).await?.refuses(ErrorCode::Invalid)?;
    mara.write(
        &format!("{COMPONENTS}/no such one/commands"),
        key()?,
        &json!({ "set_status": { "status": "operational" } }),
    )
    .await?
    .refuses(ErrorCode::Invalid)
    .map(drop)
}
