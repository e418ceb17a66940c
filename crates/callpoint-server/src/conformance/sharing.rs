//! What only the full profile has: several accounts, the public, files, and what other programs read.

use anyhow::{Context as _, Result, ensure};
use callpoint_core::{
    model::{
        event::Change,
        id::IncidentId,
        incident::{Impact, Status},
        person::Author,
    },
    wire::{
        error::ErrorCode,
        protocol::{
            ATTACHMENTS, INCIDENTS, PREFERENCES, Preferences, REPORTS, STAFF, StaffDirectory, Suggestions,
            UPLOAD_OFFSET,
        },
    },
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    checks,
    peer::{Peer, Person, key, same, send},
};

checks! { "Sharing":
    Full publishing "a viewer without a stake meets the public title, and no stakes, assessment, acknowledgement or resolution;";
    Full joining "somebody of an account sees that account's stake alone, under\nits own title, and neither advice nor war room.";
    Full earlier_words "Whoever joins later gets the severity without the reason, and the last workaround that was for everybody";
    Full promises "time by which the next update comes. Only with a reach of `\"affected\"` or `\"public\"`. A wide update without it takes the promise back";
    Full lowering "under `advisory` `lowered` at once, with the consent `vendor`; else `downgrade_proposed`. Only to what is less severe than what counts";
    Full reopening "`reopened`, `paged`: after their key was turned, within the `reopen_days` that were agreed.";
    Full merging "One that was merged keeps its own facts, with `merged_into`, for whoever saw it";
    Full roles "| `assign_role` | `role`, `person` | `role_taken`: by oneself, or by the one of staff who is named.";
    Full following "| `follow`, `unfollow` | none | `followed` | `nothing_new` |";
    Full inviting "the reporter of a sealed incident lets a colleague in: somebody of the account who was here, by id or address, is `invited`";
    Full opening "Without it the incident is `opened`, for staff alone until it is published";
    Full suggesting "Nobody finds anything by another account's words; what is sealed, a drill or merged is never suggested";
    Full files "A file is uploaded first, part by part, and then named by a report or a message, once, by whoever uploaded it.";
    Full statuspage "Each answer has an `ETag` that changes with its text and with nothing else; `If-None-Match` gives 304.";
    Full languages "what a language says instead of English, by the English;";
    Full preferences "where mail to the caller goes, if an address is known, and what they don't want. 401 for whoever is not signed in";
    Full described "A running server gives the same as an OpenAPI 3.1 document at `/v1/openapi.json`.";
}

/// An incident of an account, made public under this title.
async fn published(peer: &Peer, title: &str) -> Result<(Person, Person, IncidentId)> {
    let (mara, ada) = (peer.staff()?, peer.customer()?);
    let incident = ada.declare("Own words of the account").await?.incident;
    let publish = json!({ "title": title, "impact": "minor", "components": [] });
    mara.does(incident, &json!({ "update": { "text": "We look", "to": "public", "publish": publish } })).await?;
    Ok((mara, ada, incident))
}

async fn publishing(peer: &Peer) -> Result<()> {
    let mut stream = peer.anybody().listen(None).await?;
    stream.reset().await?;
    let title = format!("Runs start late {}", key()?);
    let (_, ada, incident) = published(peer, &title).await?;
    for stranger in [peer.anybody(), peer.customer()?] {
        let thread = stranger.thread(incident).await?;
        let facts = &thread.incident;
        same("the title", &facts.title, &title)?;
        ensure!(
            facts.stakes.is_empty() && facts.assessment.is_none() && facts.acknowledged.is_none(),
            "a stranger reads {facts:?}"
        );
        same("the impact", facts.publication.as_ref().map(|face| face.impact), Some(Impact::Minor))?;
        ensure!(
            thread.entries.iter().all(|entry| matches!(entry.by, Author::Vendor | Author::System)),
            "a stranger reads who wrote"
        );
        let body = stranger.get(&format!("{INCIDENTS}/{incident}")).await?.body;
        ensure!(!body.contains("Own words") && !body.contains(&ada.id), "a stranger reads of the account: {body}");
    }
    let heard = stream.until(|change| matches!(change, Change::Published(face) if face.title == title)).await?;
    ensure!(!format!("{heard:?}").contains(&ada.id), "an anonymous stream names the account");
    same("the account's own title", &*ada.thread(incident).await?.incident.title, "Own words of the account")
}

async fn joining(peer: &Peer) -> Result<()> {
    let (mara, ada, incident) = published(peer, "Runs start late").await?;
    let gita = peer.customer()?;
    gita.does(incident, &json!({ "join": { "severity": 1, "text": "It is us too" } })).await?;
    gita.refused(incident, &json!({ "join": { "severity": 1, "text": "Again" } }), ErrorCode::AlreadyJoined).await?;
    for (own, other, title) in [(&ada, &gita, "Own words of the account"), (&gita, &ada, "Runs start late")] {
        let facts = own.thread(incident).await?.incident;
        same(
            "the stakes",
            facts.stakes.iter().map(|stake| stake.account.id.as_str()).collect::<Vec<_>>(),
            vec![&*own.id],
        )?;
        same("the title", &*facts.title, title)?;
        ensure!(
            !own.get(&format!("{INCIDENTS}/{incident}")).await?.body.contains(&other.id),
            "an account reads of the other one"
        );
    }
    same("the stakes for staff", mara.thread(incident).await?.incident.stakes.len(), 2)
}

async fn earlier_words(peer: &Peer) -> Result<()> {
    let (mara, ada) = (peer.staff()?, peer.customer()?);
    let incident = ada.declare("Slow").await?.incident;
    mara.does(incident, &json!({ "assess": { "severity": 2, "reason": "As you said" } })).await?;
    mara.does(incident, &json!({ "update": { "text": "a", "to": "affected", "workaround": "Restart it" } })).await?;
    same(
        "the workaround of whoever is there",
        ada.thread(incident).await?.incident.workaround.as_deref(),
        Some("Restart it"),
    )?;
    let publish = json!({ "title": "Slow", "impact": "minor", "components": [] });
    mara.does(incident, &json!({ "update": { "text": "b", "to": "public", "publish": publish } })).await?;
    let gita = peer.customer()?;
    gita.does(incident, &json!({ "join": { "severity": 2, "text": "" } })).await?;
    let facts = gita.thread(incident).await?.incident;
    same("the workaround of whoever joins later", facts.workaround, None)?;
    same("the reason", facts.assessment.map(|assessment| assessment.reason), Some(String::new()))
}

async fn promises(peer: &Peer) -> Result<()> {
    let (mara, ada) = (peer.staff()?, peer.customer()?);
    let incident = ada.declare("Slow").await?.incident;
    let at = ada.status().await?.now.0 + 3_600_000;
    mara.does(incident, &json!({ "update": { "text": "a", "to": "affected", "next_update": at } })).await?;
    same("`next_update`", ada.thread(incident).await?.incident.next_update.map(|time| time.0), Some(at))?;
    mara.does(incident, &json!({ "update": { "text": "b", "to": "affected" } })).await?;
    same("`next_update` after one without", ada.thread(incident).await?.incident.next_update, None)?;
    mara.command(incident, &json!({ "update": { "text": "c", "to": "affected", "next_update": 1 } }))
        .await?
        .refuses_field("next_update")
}

async fn lowering(peer: &Peer) -> Result<()> {
    let (mara, ada) = (peer.staff()?, peer.customer()?);
    let incident = ada.declare("Slow").await?.incident;
    let lower =
        |severity: u8| json!({ "propose_downgrade": { "account": ada.id, "severity": severity, "reason": "It runs" } });
    mara.command(incident, &lower(1)).await?.refuses_field("severity")?;
    mara.does(incident, &lower(3)).await?;
    let thread = ada.thread(incident).await?;
    if thread.incident.stakes.iter().any(|stake| stake.downgrade.is_some()) {
        ada.does(incident, &json!({ "accept_downgrade": {} })).await?;
    }
    let stake = ada.thread(incident).await?.incident.stakes.into_iter().next().context("there is no stake")?;
    same("`lowered`", stake.lowered.map(|severity| severity.0), Some(3))?;
    ada.refused(incident, &json!({ "accept_downgrade": {} }), ErrorCode::NoDowngrade).await.map(drop)
}

async fn reopening(peer: &Peer) -> Result<()> {
    let (mara, ada) = (peer.staff()?, peer.customer()?);
    let incident = ada.declare("Slow").await?.incident;
    ada.refused(incident, &json!({ "reopen": { "reason": "a" } }), ErrorCode::StillOpen).await?;
    mara.does(incident, &json!({ "propose_resolution": { "text": "Done" } })).await?;
    ada.does(incident, &json!({ "confirm": {} })).await?;
    ada.does(incident, &json!({ "reopen": { "reason": "It is back" } })).await?;
    let facts = ada.thread(incident).await?.incident;
    same(
        "`status` and `disputes`",
        (facts.status, facts.stakes.first().map(|stake| stake.disputes)),
        (Status::Investigating, Some(1)),
    )
}

async fn merging(peer: &Peer) -> Result<()> {
    let (mara, ada, gita) = (peer.staff()?, peer.customer()?, peer.customer()?);
    let (one, two) = (ada.declare("One").await?, gita.declare("Two").await?);
    mara.does(one.incident, &json!({ "merge": { "into": two.incident } })).await?;
    let old = ada.thread(one.incident).await?.incident;
    same("`merged_into`", old.merged_into, Some(two.incident))?;
    ada.refused(one.incident, &json!({ "message": { "text": "a" } }), ErrorCode::Merged).await?;
    let found = ada.get(&format!("{INCIDENTS}/{}", one.reference)).await?;
    let found: callpoint_core::wire::protocol::Thread = found.read(200)?;
    same("where the old reference leads", found.incident.id, two.incident)?;
    same("the stakes of an account there", found.incident.stakes.len(), 1)
}

async fn roles(peer: &Peer) -> Result<()> {
    let ((mara, you, _), ada) = (peer.signed_in()?, peer.customer()?);
    let incident = ada.declare("Slow").await?.incident;
    let role = mara.status().await?.vendor.roles.first().cloned().context("the vendor has no roles")?;
    mara.does(incident, &json!({ "assign_role": { "role": role } })).await?;
    let held = ada.thread(incident).await?.incident.roles;
    same("who holds the role", held.first().map(|held| &held.by.person), you.person.as_ref())?;
    mara.refused(incident, &json!({ "assign_role": { "role": role } }), ErrorCode::NothingNew).await?;
    mara.does(incident, &json!({ "release_role": { "role": role, "reason": "Home" } })).await?;
    ensure!(!ada.get(&format!("{INCIDENTS}/{incident}")).await?.body.contains("Home"), "an account reads why");
    mara.does(incident, &json!({ "set_war_room": { "url": "https://meet.example/1" } })).await?;
    ensure!(
        !ada.get(&format!("{INCIDENTS}/{incident}")).await?.body.contains("meet.example"),
        "an account reads where staff meet"
    );
    let directory: StaffDirectory = mara.get(STAFF).await?.read(200)?;
    ensure!(directory.staff.iter().any(|one| Some(&one.person) == you.person.as_ref()), "{STAFF} lacks whoever asks");
    ada.get(STAFF).await?.refuses(ErrorCode::Forbidden).map(drop)
}

async fn following(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let incident = ada.declare("Slow").await?.incident;
    ada.refused(incident, &json!({ "follow": {} }), ErrorCode::NothingNew).await?;
    ada.does(incident, &json!({ "unfollow": {} })).await?;
    let stake = ada.thread(incident).await?.incident.stakes.into_iter().next();
    same("`followers`", stake.map(|stake| stake.followers.len()), Some(0))
}

async fn inviting(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let ben = peer.colleague(&ada.id)?;
    let known = ben.status().await?.you.person.context("a customer has no id")?;
    ben.declare("So that somebody knows me").await?;
    let incident = ada
        .report(&json!({ "what": "Keys are visible", "severity": 1, "answers": { "security": true } }))
        .await?
        .incident;
    ben.get(&format!("{INCIDENTS}/{incident}")).await?.refuses(ErrorCode::NotFound)?;
    ada.does(incident, &json!({ "invite": { "person": known } })).await?;
    same("what a colleague reads", &*ben.thread(incident).await?.incident.class, "security")?;
    ada.refused(incident, &json!({ "invite": { "person": "nobody" } }), ErrorCode::UnknownColleague).await.map(drop)
}

async fn opening(peer: &Peer) -> Result<()> {
    let (mara, ada) = (peer.staff()?, peer.customer()?);
    let draft = json!({ "title": "Disks fill", "severity": 2 });
    let receipt: Value = mara.write(INCIDENTS, key()?, &draft).await?.read(201)?;
    let path = format!("{INCIDENTS}/{}", receipt.get("incident").and_then(Value::as_str).unwrap_or_default());
    mara.get(&path).await?.read::<Value>(200)?;
    ada.get(&path).await?.refuses(ErrorCode::NotFound)?;
    ada.write(INCIDENTS, key()?, &draft).await?.refuses(ErrorCode::Forbidden).map(drop)
}

async fn suggesting(peer: &Peer) -> Result<()> {
    let (ada, gita) = (peer.customer()?, peer.customer()?);
    let word = format!("zebra{}", key()?.to_string().replace('-', ""));
    let incident = ada.declare(&format!("The {word} prints nothing")).await?.incident;
    let found = async |person: &Person| -> Result<Vec<IncidentId>> {
        let request = person.request(Method::GET, &format!("/v1/suggestions?text={word}"));
        let answer: Suggestions = send(request).await?.read(200)?;
        Ok(answer.incidents.into_iter().map(|incident| incident.id).collect())
    };
    same("what the account finds", found(&ada).await?, vec![incident])?;
    same("what another account finds", found(&gita).await?, Vec::new())
}

async fn files(peer: &Peer) -> Result<()> {
    let (ada, gita, id) = (peer.customer()?, peer.customer()?, key()?);
    let contents = "Labels stop at noon\n";
    let begun = ada.write(ATTACHMENTS, id, &json!({ "name": "log.txt", "size": contents.len() })).await?;
    same("`offset`", begun.read::<Value>(201)?.get("offset").and_then(Value::as_u64), Some(0))?;
    let path = format!("{ATTACHMENTS}/{id}");
    let part = |offset: usize| {
        let request = ada.request(Method::PATCH, &path).header("content-type", "application/offset+octet-stream");
        request.header(UPLOAD_OFFSET, offset.to_string()).body(contents)
    };
    send(part(7)).await?.refuses(ErrorCode::OffsetConflict)?;
    let draft = json!({ "what": "Labels stop", "severity": 2, "attachments": [id.to_string()] });
    ada.write(REPORTS, key()?, &draft).await?.refuses(ErrorCode::FileMissing).context("a file that is not whole")?;
    send(part(0)).await?.read::<Value>(200)?;
    gita.write(REPORTS, key()?, &draft).await?.refuses(ErrorCode::FileMissing).context("a file of another")?;
    ada.report(&draft).await?;
    ada.write(REPORTS, key()?, &draft).await?.refuses(ErrorCode::FileMissing).context("a file that was used")?;
    let file = ada.get(&path).await?;
    same("the file", (file.status, &*file.body), (200, contents))?;
    gita.get(&path).await?.refuses(ErrorCode::NotFound).map(drop)
}

async fn statuspage(peer: &Peer) -> Result<()> {
    for path in
        ["/api/v2/summary.json", "/api/v2/status.json", "/api/v2/components.json", "/history.atom", "/maintenance.ics"]
    {
        let request = || peer.anybody().request(Method::GET, path).header("origin", "https://anybody.example");
        let answer = send(request()).await?;
        same(path, (answer.status, answer.header("access-control-allow-origin")), (200, "*"))?;
        ensure!(!answer.header("etag").is_empty(), "{path} has no ETag");
        // Somebody else may have published something in between.
        let again = send(request().header("if-none-match", answer.header("etag"))).await?;
        ensure!(
            again.status == 304 || again.header("etag") != answer.header("etag"),
            "{path} is answered {} again",
            again.status
        );
    }
    let summary: Value = peer.anybody().get("/api/v2/summary.json").await?.read(200)?;
    for name in ["page", "status", "components", "incidents", "scheduled_maintenances"] {
        ensure!(summary.get(name).is_some(), "`{name}` is missing in summary.json");
    }
    Ok(())
}

async fn languages(peer: &Peer) -> Result<()> {
    let german: Value = peer.anybody().get("/v1/locales/de").await?.read(200)?;
    same("`lang` and `dir`", (german.get("lang"), german.get("dir")), (Some(&json!("de")), Some(&json!("ltr"))))?;
    ensure!(german.get("words").and_then(Value::as_object).is_some_and(|words| !words.is_empty()), "`words` is empty");
    let none: Value = peer.anybody().get("/v1/locales/en").await?.read(200)?;
    same("the words of English", none.get("words"), Some(&json!({})))
}

async fn preferences(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let before: Preferences = ada.get(PREFERENCES).await?.read(200)?;
    ensure!(before.unwanted.is_empty(), "somebody new does not want {:?}", before.unwanted);
    let request = ada.request(Method::PUT, PREFERENCES).header("content-type", "application/json");
    let after: Preferences = send(request.body(r#"{"unwanted":["update"]}"#)).await?.read(200)?;
    same("how many are unwanted", after.unwanted.len(), 1)?;
    peer.anybody().get(PREFERENCES).await?.refuses(ErrorCode::Unauthenticated).map(drop)
}

async fn described(peer: &Peer) -> Result<()> {
    let document: Value = peer.anybody().get("/v1/openapi.json").await?.read(200)?;
    same("`openapi`", document.get("openapi"), Some(&json!("3.1.0")))?;
    same("/healthz", peer.anybody().get("/healthz").await?.status, 200)?;
    same("/readyz", peer.anybody().get("/readyz").await?.status, 200)
}
