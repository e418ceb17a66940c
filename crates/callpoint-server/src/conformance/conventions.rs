//! What holds for every request and every text.

use anyhow::{Context as _, Result, ensure};
use callpoint_core::{
    model::{event::Change, limits::TITLE_LIMIT},
    wire::{
        error::ErrorCode,
        protocol::{BODY_LIMIT, COMPONENTS, INCIDENTS, REPORTS, STATUS},
    },
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    checks,
    peer::{Peer, key, same, send},
};

checks! { "Conventions":
    Core unknown_fields "**An unknown field** of a write is refused as `invalid`, which names it, so that nothing is dropped in silence.";
    Core unknown_words "**An unknown word** in a request is refused as `invalid`.";
    Core nothing_is_null "A field that has no value is left out; `null` means the same.";
    Core texts_are_tidied "CR LF and CR become line breaks; other control characters but the tab, NUL among them, are left out, and so is the white space around it.";
    Core what_nobody_can_see "A text of which nothing is visible is empty, and refused as `invalid` where one is needed";
    Core what_joins_stays "Between or beside visible characters they stay, since they join and part them.";
    Core titles "A title that is made of a text is its first line of which something is visible, cut at 120 characters";
    Core limits "Texts are measured after the [rule for texts](#conventions) was applied.";
    Core problems "Every answer from 400 on is a problem document (RFC 9457, `application/problem+json`)";
    Core broken_bodies "the body is not JSON, or broke off";
    Core nothing_is_stored "Answers are never to be stored (`Cache-Control: no-store`)";
    Full other_languages "language that the request asks for by `Accept-Language` where the sentence has words in it (`Content-Language` says which, else it is English)";
}

async fn unknown_fields(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let incident = ada.declare("Slow").await?.incident;
    let commands = format!("{INCIDENTS}/{incident}/commands");
    for (path, body, field) in [
        (REPORTS, r#"{"what":"Slow","severity":2,"mood":"bad"}"#, "mood"),
        (REPORTS, r#"{"what":"Slow","severity":2,"answers":{"colour":null}}"#, "answers.colour"),
        (REPORTS, r#"{"what":"Slow","severity":1e400}"#, "severity"),
        (&commands, r#"{"message":{"text":"a","loudly":true}}"#, "loudly"),
    ] {
        let answer = send(ada.writing(path, key()?, body)).await?;
        answer.refuses_field(field).context(body)?;
        ensure!(answer.body.contains(&format!("`{field}`")), "`detail` does not name `{field}`: {}", answer.body);
    }
    same("the number of incidents", ada.status().await?.headline.yours, 1)
}

async fn unknown_words(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let incident = ada.declare("Slow").await?.incident;
    for draft in [
        json!({ "what": "x", "severity": 1, "answers": { "sees": "aliens" } }),
        json!({ "what": "x", "severity": 1, "class": "moon" }),
        json!({ "what": "x", "severity": 1, "component": "no such component" }),
        json!({ "what": "x", "severity": 99 }),
        json!({ "what": "x", "severity": "SEV1" }),
        json!({ "what": 1, "severity": 1 }),
        json!({ "what": "x" }),
        json!([1, 2]),
    ] {
        ada.write(REPORTS, key()?, &draft).await?.refuses(ErrorCode::Invalid).with_context(|| draft.to_string())?;
    }
    for command in
        [json!({ "explode": {} }), json!({ "confirm": {}, "message": { "text": "a" } }), json!({}), json!("confirm")]
    {
        ada.refused(incident, &command, ErrorCode::Invalid).await?;
    }
    Ok(())
}

async fn nothing_is_null(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let draft = json!({
        "what": "Slow", "severity": 2, "details": null, "component": null, "class": null, "drill": null,
        "answers": null, "fields": null, "context": null, "attachments": null,
    });
    let incident = ada.report(&draft).await?.incident;
    let answer = ada.get(&format!("{INCIDENTS}/{incident}")).await?;
    ensure!(!answer.body.contains("\"details\":\""), "a text appeared that nobody wrote: {}", answer.body);
    answer.read::<Value>(200).map(drop)
}

/// What somebody reads of a report with this text.
async fn reported(peer: &Peer, what: &str) -> Result<(String, String)> {
    let ada = peer.customer()?;
    let incident = ada.declare(what).await?.incident;
    let thread = ada.thread(incident).await?;
    let first = thread.entries.into_iter().next().context("the thread has no entry")?;
    let Change::Declared { report, .. } = first.change else { anyhow::bail!("the first entry is no `declared`") };
    Ok((report.what.clone(), thread.incident.title))
}

async fn texts_are_tidied(peer: &Peer) -> Result<()> {
    let (what, title) = reported(peer, "\u{200b}\n\u{0}Labels\u{0}\u{7} stop\r\nsince\rnoon\t!  ").await?;
    same("the text", &*what, "\u{200b}\nLabels stop\nsince\nnoon\t!")?;
    same("its title", &*title, "Labels stop")
}

async fn what_nobody_can_see(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let incident = ada.declare("Slow").await?.incident;
    for blank in ["", "  ", "\u{200b}\u{2060}", "\u{0}", "\u{3164}\n \u{fe0f}", "\u{2800}"] {
        let answer = ada.write(REPORTS, key()?, &json!({ "what": blank, "severity": 2 })).await?;
        answer.refuses_field("what").with_context(|| format!("what: {blank:?}"))?;
        let answer = ada.command(incident, &json!({ "message": { "text": blank } })).await?;
        answer.refuses_field("text").with_context(|| format!("text: {blank:?}"))?;
    }
    Ok(())
}

async fn what_joins_stays(peer: &Peer) -> Result<()> {
    for whole in ["می\u{200c}خواهم", "👩\u{200d}👩\u{200d}👧 ❤️"] {
        let (what, title) = reported(peer, whole).await?;
        same("the text", &*what, whole)?;
        same("its title", &*title, whole)?;
    }
    Ok(())
}

async fn titles(peer: &Peer) -> Result<()> {
    same("the title", &*reported(peer, " \u{2060} \n  Labels stop  \nsince noon").await?.1, "Labels stop")?;
    let family = "👩\u{200d}👩\u{200d}👧";
    for long in ["x".repeat(300), family.repeat(60)] {
        let (_, title) = reported(peer, &long).await?;
        let cut = title.strip_suffix('…').with_context(|| format!("the title `{title}` does not end with …"))?;
        ensure!(title.chars().count() <= TITLE_LIMIT + 1, "the title has {} characters", title.chars().count());
        let rest = long.strip_prefix(cut).with_context(|| format!("`{title}` is not how the text begins"))?;
        ensure!(!cut.ends_with('\u{200d}') && !rest.starts_with('\u{200d}'), "`{title}` is cut within one character");
    }
    Ok(())
}

async fn limits(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let incident = ada.report(&json!({ "what": format!(" {}\r\n", "ä".repeat(2000)), "severity": 1 })).await?.incident;
    for (draft, field) in [
        (json!({ "what": "ä".repeat(2001), "severity": 1 }), "what"),
        (json!({ "what": "x", "severity": 1, "details": "x".repeat(10_001) }), "details"),
    ] {
        ada.write(REPORTS, key()?, &draft).await?.refuses_field(field)?;
    }
    ada.command(incident, &json!({ "message": { "text": "x".repeat(10_001) } })).await?.refuses_field("text")?;
    let padded = format!(r#"{{"what":"Slow","severity":2}}{}"#, " ".repeat(BODY_LIMIT));
    send(ada.writing(REPORTS, key()?, padded)).await?.refuses(ErrorCode::TooLarge).map(drop)
}

async fn problems(peer: &Peer) -> Result<()> {
    let (ada, anybody) = (peer.customer()?, peer.anybody());
    let incident = ada.declare("Slow").await?.incident;
    let draft = r#"{"what":"Slow","severity":2}"#;
    let bare = |path: &str| ada.request(Method::POST, path).body(draft);
    let json_alone = bare(REPORTS).header("content-type", "application/json");
    let odd_key = bare(REPORTS).header("content-type", "application/json").header("idempotency-key", "1");
    let not_json = bare(REPORTS).header("content-type", "text/plain").header("idempotency-key", key()?.to_string());
    let nowhere = format!("{INCIDENTS}/{}", key()?);
    for (case, request, code) in [
        ("no such path", anybody.request(Method::GET, "/v1/nothing"), ErrorCode::NotFound),
        ("no such method", anybody.request(Method::PUT, STATUS), ErrorCode::MethodNotAllowed),
        ("no incident's id", ada.request(Method::GET, &format!("{INCIDENTS}/x")), ErrorCode::NotFound),
        ("a path that is not UTF-8", ada.request(Method::GET, &format!("{INCIDENTS}/%ff")), ErrorCode::NotFound),
        ("no such incident", ada.request(Method::GET, &nowhere), ErrorCode::NotFound),
        (
            "a command to no incident",
            ada.writing(&format!("{nowhere}/commands"), key()?, r#"{"confirm":{}}"#),
            ErrorCode::NotFound,
        ),
        ("nobody writes", anybody.writing(REPORTS, key()?, draft), ErrorCode::Unauthenticated),
        ("no key", json_alone, ErrorCode::KeyMissing),
        ("a key that is no UUID", odd_key, ErrorCode::KeyMissing),
        ("a body that is not said to be JSON", not_json, ErrorCode::UnsupportedMedia),
        (
            "a component",
            ada.writing(&format!("{COMPONENTS}/x/commands"), key()?, r#"{"set_status":{"status":"operational"}}"#),
            ErrorCode::Forbidden,
        ),
        (
            "a command of staff",
            ada.writing(&format!("{INCIDENTS}/{incident}/commands"), key()?, r#"{"acknowledge":{}}"#),
            ErrorCode::Forbidden,
        ),
    ] {
        send(request).await?.refuses(code).context(case)?;
    }
    Ok(())
}

async fn broken_bodies(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let whole = r#"{"what":"Slow","severity":2,"answers":{"sees":"slow"}}"#;
    let mut bodies: Vec<Vec<u8>> =
        (0..whole.len()).filter_map(|end| whole.as_bytes().get(..end)).map(<[u8]>::to_vec).collect();
    bodies.extend(["-", "\u{0}", r#"{"what":"Slow","severity":2} x"#].map(|body| body.as_bytes().to_vec()));
    bodies.push(b"{\"what\":\"\xff\",\"severity\":2}".to_vec());
    for body in bodies {
        let shown = String::from_utf8_lossy(&body).into_owned();
        send(ada.writing(REPORTS, key()?, body)).await?.refuses(ErrorCode::Malformed).context(shown)?;
    }
    let answer = send(ada.writing(REPORTS, key()?, "[".repeat(5000))).await?;
    ensure!((400..500).contains(&answer.status), "5,000 brackets are answered {}", answer.status);
    same("the number of incidents", ada.status().await?.headline.yours, 0)
}

async fn nothing_is_stored(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let incident = ada.declare("Slow").await?.incident;
    for path in [STATUS, INCIDENTS, &format!("{INCIDENTS}/{incident}"), "/v1/incidents/x"] {
        let caching = ada.get(path).await?.header("cache-control").to_owned();
        ensure!(caching.contains("no-store"), "{path} comes with Cache-Control: `{caching}`");
    }
    Ok(())
}

async fn other_languages(peer: &Peer) -> Result<()> {
    let ada = peer.customer()?;
    let incident = ada.declare("Slow").await?.incident;
    let confirm = ada.writing(&format!("{INCIDENTS}/{incident}/commands"), key()?, r#"{"confirm":{}}"#);
    let answer = send(confirm.header("accept-language", "de-CH, en;q=0.5")).await?;
    answer.refuses(ErrorCode::NothingProposed)?;
    same("Content-Language", answer.header("content-language"), "de")
}
