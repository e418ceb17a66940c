//! Who asks: tokens, sessions, nobody, and pages of other origins.

use anyhow::{Context as _, Result, ensure};
use callpoint_core::wire::{
    error::ErrorCode,
    protocol::{EVENTS, IDEMPOTENCY_KEY, INCIDENTS, REPORTS, STAFF_SESSION, STATUS, Snapshot, You},
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    checks,
    peer::{Peer, key, same, send, signed},
};

checks! { "Who asks":
    Core good_tokens "Other claims are ignored.";
    Core wrong_tokens "A request with several Authorization headers, or one that is not such a token, is refused with 401: never\nanswered as if it were somebody else's.";
    Core an_old_token "| `token_expired` | 401 | fetch a fresh one |";
    Core several_headers "A header with `crit` is refused: there is no extension that it could ask for.";
    Core nobody "**Anybody else** is anonymous: they read what is public and can't write.";
    Core a_link_once "401 `unauthenticated` for a link that was used or has expired.";
    Core foreign_pages "A write with a session must come from a page of the server's own origin (`Sec-Fetch-Site`, `Origin`), else `forbidden`.";
    Core a_dead_session "A session\nthat has ended is refused with 401 `unauthenticated`, reads and the stream too, and the answer takes the cookie away";
    Core a_token_goes_before "| `you` | [`You`](#you) |";
    Core origins "Pages of the configured `origins` may call from a browser";
    Full signing_out "204, also for whoever was not signed in, or no longer is";
}

/// The claims with one of them changed, or taken out.
fn with(claims: &Value, name: &str, value: Option<Value>) -> Value {
    let mut claims = claims.clone();
    if let Some(claims) = claims.as_object_mut() {
        claims.remove(name);
        claims.extend(value.map(|value| (name.to_owned(), value)));
    }
    claims
}

async fn good_tokens(peer: &Peer) -> Result<()> {
    let claims = peer.claims("conformance-ada", "conformance-acme");
    let now = claims.get("iat").and_then(Value::as_i64).unwrap_or_default();
    let changed = |name: &str, value: Value| with(&claims, name, Some(value));
    for (case, claims) in [
        ("as it should be", claims.clone()),
        ("one of several audiences", changed("aud", json!(["other", "callpoint"]))),
        ("times with a fraction", changed("exp", json!(now as f64 + 60.75))),
        (
            "with a tier",
            changed("account", json!({ "id": "conformance-acme", "name": "Acme Robotics", "tier": "gold" })),
        ),
        ("more claims", changed("role", json!("staff"))),
    ] {
        let told = peer.bearer(peer.sign(&claims)?).status().await.context(case)?;
        same(case, told.you.person.map(|person| person.to_string()).as_deref(), Some("conformance-ada"))?;
        ensure!(!told.you.staff && !told.you.security, "{case}: a token makes nobody staff");
        same("the account", told.you.account.map(|account| account.name).as_deref(), Some("Acme Robotics"))?;
    }
    let kid = signed(peer.secret(), &json!({ "alg": "HS256", "kid": "1" }), &claims)?;
    peer.bearer(kid).status().await.context("with a key's id").map(drop)
}

/// Tokens that nobody may come in by, each with what is wrong with it.
fn wrong(peer: &Peer) -> Result<Vec<(String, String)>> {
    let good = peer.claims("conformance-ada", "conformance-acme");
    let now = good.get("iat").and_then(Value::as_i64).unwrap_or_default();
    let token = peer.sign(&good)?;
    let parts: Vec<&str> = token.split('.').collect();
    let [head, body, signature] = parts[..] else { anyhow::bail!("a token has three parts") };
    let other = peer.sign(&with(&good, "sub", Some(json!("conformance-gita"))))?;
    let none = signed(peer.secret(), &json!({ "alg": "none" }), &good)?;
    let none_head = none.split('.').next().unwrap_or_default();
    let mut found = vec![
        ("nothing".to_owned(), String::new()),
        ("one letter".to_owned(), "x".to_owned()),
        ("three letters".to_owned(), "a.b.c".to_owned()),
        ("no parts".to_owned(), "..".to_owned()),
        ("no signature".to_owned(), format!("{head}.{body}.")),
        ("two parts".to_owned(), format!("{head}.{body}")),
        ("a longer signature".to_owned(), format!("{token}x")),
        ("four parts".to_owned(), format!("{token}.x")),
        ("9,000 letters".to_owned(), "x".repeat(9000)),
        ("another's claims".to_owned(), format!("{head}.{}.{signature}", other.split('.').nth(1).unwrap_or_default())),
        ("alg none without signature".to_owned(), format!("{none_head}.{body}.")),
        (
            "another secret".to_owned(),
            signed("another secret that is also long enough", &json!({ "alg": "HS256" }), &good)?,
        ),
        ("an empty secret".to_owned(), signed("", &json!({ "alg": "HS256" }), &good)?),
        ("an array".to_owned(), peer.sign(&json!([]))?),
    ];
    for header in [
        json!({ "alg": "none" }),
        json!({ "alg": "None" }),
        json!({ "alg": "HS512" }),
        json!({ "alg": "RS256" }),
        json!({ "alg": "ES256", "jwk": { "kty": "EC" } }),
        json!({ "alg": "EdDSA" }),
        json!({}),
        json!({ "alg": "HS256", "crit": ["b64"] }),
    ] {
        found.push((format!("the header {header}"), signed(peer.secret(), &header, &good)?));
    }
    for name in ["sub", "name", "account", "aud", "iat", "exp"] {
        found.push((format!("no `{name}`"), peer.sign(&with(&good, name, None))?));
    }
    for (name, value) in [
        ("aud", json!("other")),
        ("aud", json!(["other"])),
        ("aud", json!(7)),
        ("exp", json!(now + 25 * 3600)),
        ("exp", json!(i64::MAX)),
        ("exp", json!("tomorrow")),
        ("exp", json!(-1.5e300)),
        ("iat", json!("now")),
        ("iat", json!(now + 80_000)),
        ("nbf", json!(now + 80_000)),
        ("sub", json!("")),
        ("sub", json!("a\u{0}b")),
        ("sub", json!("x".repeat(129))),
        ("sub", json!(7)),
        ("name", json!("")),
        ("name", json!("a\nb")),
        ("name", json!("x".repeat(201))),
        ("name", json!("\u{200b}\u{2060}")),
        ("account", json!("acme")),
        ("account", json!({ "id": "acme" })),
        ("account", json!({ "id": "", "name": "Acme" })),
        ("account", json!({ "id": ["acme"], "name": "Acme" })),
        ("account", json!({ "id": "acme", "name": "\u{feff}" })),
        ("account", json!({ "id": "guest:1", "name": "Acme" })),
        ("account", json!({ "id": "acme", "name": "Acme", "tier": 1 })),
        ("account", json!({ "id": "acme", "name": "Acme", "tier": "" })),
        ("account", json!({ "id": "acme", "name": "Acme", "tier": "a\u{0}b" })),
    ] {
        found.push((format!("`{name}` as {value}"), peer.sign(&with(&good, name, Some(value)))?));
    }
    Ok(found)
}

async fn wrong_tokens(peer: &Peer) -> Result<()> {
    for (case, token) in wrong(peer)? {
        let person = peer.bearer(token);
        for path in [STATUS, INCIDENTS, EVENTS] {
            let answer =
                send(person.request(Method::GET, path)).await.with_context(|| format!("{path} with {case}"))?;
            answer
                .refuses(ErrorCode::TokenInvalid)
                .with_context(|| format!("{path} with a token of which is wrong: {case}"))?;
            same("WWW-Authenticate", answer.header("www-authenticate"), "Bearer")?;
        }
    }
    Ok(())
}

async fn an_old_token(peer: &Peer) -> Result<()> {
    let claims = peer.claims("conformance-ada", "conformance-acme");
    let now = claims.get("iat").and_then(Value::as_i64).unwrap_or_default();
    let claims = with(&with(&claims, "iat", Some(json!(now - 10_800))), "exp", Some(json!(now - 7_200)));
    peer.bearer(peer.sign(&claims)?).get(STATUS).await?.refuses(ErrorCode::TokenExpired).map(drop)
}

async fn several_headers(peer: &Peer) -> Result<()> {
    let token = peer.sign(&peer.claims("conformance-ada", "conformance-acme"))?;
    let twice = peer.bearer(token.clone()).request(Method::GET, STATUS).bearer_auth(&token);
    send(twice).await?.refuses(ErrorCode::TokenInvalid).context("two Authorization headers")?;
    let basic = peer.anybody().request(Method::GET, STATUS).basic_auth("mara", None::<&str>);
    send(basic).await?.refuses(ErrorCode::TokenInvalid).context("Authorization: Basic")?;
    let crit = signed(peer.secret(), &json!({ "alg": "HS256", "crit": ["b64"] }), &peer.claims("a", "b"))?;
    peer.bearer(crit).get(STATUS).await?.refuses(ErrorCode::TokenInvalid).context("crit").map(drop)
}

async fn nobody(peer: &Peer) -> Result<()> {
    let (anybody, ada) = (peer.anybody(), peer.customer()?);
    let told = anybody.status().await?;
    same("`you`", (told.you.person, told.you.account, told.you.staff, &*told.you.name), (None, None, false, ""))?;
    let incident = ada.declare("Slow").await?.incident;
    anybody.get(&format!("{INCIDENTS}/{incident}")).await?.refuses(ErrorCode::NotFound)?;
    anybody.refused(incident, &json!({ "message": { "text": "a" } }), ErrorCode::Unauthenticated).await.map(drop)
}

async fn a_link_once(peer: &Peer) -> Result<()> {
    let (person, you, invite) = peer.signed_in()?;
    ensure!(you.staff && you.person.is_some() && you.account.is_none(), "`You` of staff is {you:?}");
    same("`you`", &person.status().await?.you, you)?;
    peer.sign_in(invite).await?.refuses(ErrorCode::Unauthenticated).context("the link was used")?;
    peer.sign_in("no such link").await?.refuses(ErrorCode::Unauthenticated).map(drop)
}

async fn foreign_pages(peer: &Peer) -> Result<()> {
    let (mara, incident) = (peer.staff()?, peer.customer()?.declare("Slow").await?.incident);
    let path = format!("{INCIDENTS}/{incident}/commands");
    for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
        let request = mara.writing(&path, key()?, r#"{"acknowledge":{}}"#).header(name, value);
        send(request).await?.refuses(ErrorCode::Forbidden).with_context(|| format!("{name}: {value}"))?;
    }
    let foreign = peer.anybody().request(Method::POST, STAFF_SESSION).header("origin", "https://evil.example");
    let foreign = foreign.header("content-type", "application/json").body(r#"{"invite":"x"}"#);
    send(foreign).await?.refuses(ErrorCode::Forbidden).context("a sign-in")?;
    let own = mara.writing(&path, key()?, r#"{"acknowledge":{}}"#).header("sec-fetch-site", "same-origin");
    send(own).await?.read::<Value>(200).map(drop)
}

async fn a_dead_session(peer: &Peer) -> Result<()> {
    for path in [STATUS, INCIDENTS, EVENTS] {
        let request = peer.anybody().request(Method::GET, path).header("cookie", "callpoint_session=x");
        let answer = send(request).await?;
        answer.refuses(ErrorCode::Unauthenticated).context(path)?;
        let cookie = answer.header("set-cookie");
        ensure!(
            cookie.starts_with("callpoint_session=;") && cookie.contains("Max-Age=0"),
            "{path}: Set-Cookie is `{cookie}`"
        );
    }
    Ok(())
}

async fn a_token_goes_before(peer: &Peer) -> Result<()> {
    let (mara, ada) = (peer.staff()?, peer.customer()?);
    let token = peer.sign(&peer.claims("conformance-ada", &ada.id))?;
    let both: Snapshot = send(mara.request(Method::GET, STATUS).bearer_auth(&token)).await?.read(200)?;
    ensure!(
        !both.you.staff && both.you.account.is_some(),
        "a token with a session beside it is answered as {:?}",
        both.you
    );
    let answer = send(mara.request(Method::GET, STATUS).bearer_auth("x")).await?;
    answer.refuses(ErrorCode::TokenInvalid).context("a wrong token with a session beside it")?;
    same("Set-Cookie", answer.header("set-cookie"), "").context("a wrong token ends no session")
}

async fn origins(peer: &Peer) -> Result<()> {
    let origin = peer.origin()?;
    let names = ["authorization", "content-type", "idempotency-key", "last-event-id", "traceparent"];
    let preflight = async |origin: &str| {
        let asked = peer.anybody().request(Method::OPTIONS, REPORTS).header("origin", origin);
        let asked = asked.header("access-control-request-method", "POST");
        send(asked.header("access-control-request-headers", names.join(","))).await
    };
    let known = preflight(origin).await?;
    ensure!(known.status < 300, "OPTIONS {REPORTS} is answered {}", known.status);
    same("Access-Control-Allow-Origin", known.header("access-control-allow-origin"), origin)?;
    same("Access-Control-Allow-Credentials", known.header("access-control-allow-credentials"), "true")?;
    let allowed = known.header("access-control-allow-headers").to_lowercase();
    for name in names {
        ensure!(allowed.contains(name), "the header {name} is not allowed: `{allowed}`");
    }
    let foreign = preflight("https://evil.example").await?;
    same("Access-Control-Allow-Origin of another", foreign.header("access-control-allow-origin"), "")?;
    // A problem can be read there too.
    let wrong = peer.anybody().request(Method::GET, "/v1/incidents/x").header("origin", origin);
    let wrong = send(wrong).await?;
    wrong.refuses(ErrorCode::NotFound)?;
    same("Access-Control-Allow-Origin of a problem", wrong.header("access-control-allow-origin"), origin)
}

async fn signing_out(peer: &Peer) -> Result<()> {
    let request = peer.anybody().request(Method::DELETE, STAFF_SESSION);
    same("the status", send(request.header(IDEMPOTENCY_KEY, key()?.to_string())).await?.status, 204)?;
    let dead = peer.anybody().request(Method::DELETE, STAFF_SESSION).header("cookie", "callpoint_session=x");
    same("the status with a dead session", send(dead).await?.status, 204)?;
    let (_, you, _) = peer.signed_in()?;
    let still: You = peer.staff()?.status().await?.you;
    same("whoever is signed in", &still, you)
}
