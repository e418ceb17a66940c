//! Customer tokens: which are refused, and when those that are good end.

use callpoint_core::{model::time::HOUR, wire::protocol::Snapshot};
use callpoint_tests::{Backend, SECRET, Site};
use serde_json::{Value, json};

/// The recipe for Rust in docs/tokens.md.
#[path = "../../www/examples/tokens/mint.rs"]
mod mint;

fn signed(header: &Value, claims: &Value, secret: &str) -> String {
    let mut real = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
    real.kid = header["kid"].as_str().map(str::to_owned);
    real.crit = serde_json::from_value(header["crit"].clone()).unwrap();
    jsonwebtoken::encode(&real, claims, &jsonwebtoken::EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

#[tokio::test]
async fn a_wrong_token_is_refused_with_a_code() {
    let site = Site::start(Backend::Sqlite).await;
    let now = site.clock.now().0 / 1000;
    let good = json!({
        "sub": "ada", "name": "Ada Marsh", "account": { "id": "acme", "name": "Acme Robotics" },
        "aud": "callpoint", "iat": now, "exp": now + 3600,
    });
    let with = |changes: Value| {
        let mut claims = good.clone();
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        signed(&json!({}), &claims, SECRET)
    };
    let without = |name: &str| {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().remove(name);
        signed(&json!({}), &claims, SECRET)
    };
    let token = with(json!({}));
    let parts: Vec<&str> = token.split('.').collect();
    let encode = |value: &Value| {
        // The middle of a token is the same encoding; let the library do it.
        signed(&json!({}), value, SECRET).split('.').nth(1).unwrap().to_owned()
    };
    let headed = |header: Value| format!("{}.{}.{}", encode(&header), parts[1], parts[2]);
    let invalid = [
        String::new(),
        "x".to_owned(),
        "a.b.c".to_owned(),
        "..".to_owned(),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}x"),
        format!("{token}.x"),
        "x".repeat(9000),
        format!("{}.{}.{}", parts[0], encode(&json!({ "sub": "gita" })), parts[2]),
        headed(json!({ "alg": "none", "typ": "JWT" })),
        headed(json!({ "alg": "None" })),
        headed(json!({ "alg": "HS512" })),
        headed(json!({ "alg": "RS256" })),
        headed(json!({ "alg": "ES256", "jwk": { "kty": "EC" } })),
        headed(json!({ "alg": "EdDSA" })),
        headed(json!({})),
        format!("{}.{}.", encode(&json!({ "alg": "none" })), parts[1]),
        signed(&json!({}), &good, "another secret that is also long enough"),
        signed(&json!({}), &good, ""),
        with(json!({ "aud": "other" })),
        with(json!({ "aud": ["other"] })),
        with(json!({ "aud": 7 })),
        with(json!({ "exp": now + 25 * 3600 })),
        with(json!({ "exp": i64::MAX })),
        with(json!({ "exp": "tomorrow" })),
        with(json!({ "exp": -1.5e300 })),
        with(json!({ "name": "\u{200b}\u{2060}" })),
        with(json!({ "account": { "id": "acme", "name": "\u{feff}" } })),
        signed(&json!({ "crit": ["b64"] }), &good, SECRET),
        with(json!({ "iat": now + 600, "exp": now + 1200 })),
        with(json!({ "iat": "now" })),
        with(json!({ "nbf": now + 600 })),
        with(json!({ "sub": "" })),
        with(json!({ "sub": "a\u{0}b" })),
        with(json!({ "sub": "x".repeat(129) })),
        with(json!({ "sub": 7 })),
        with(json!({ "name": "" })),
        with(json!({ "name": "a\nb" })),
        with(json!({ "name": "x".repeat(201) })),
        with(json!({ "account": "acme" })),
        with(json!({ "account": { "id": "acme" } })),
        with(json!({ "account": { "id": "", "name": "Acme" } })),
        with(json!({ "account": { "id": ["acme"], "name": "Acme" } })),
        with(json!({ "account": { "id": "acme", "name": "Acme", "tier": 1 } })),
        with(json!({ "account": { "id": "acme", "name": "Acme", "tier": "" } })),
        with(json!({ "account": { "id": "acme", "name": "Acme", "tier": "a\u{0}b" } })),
        without("sub"),
        without("name"),
        without("account"),
        without("aud"),
        without("iat"),
        without("exp"),
        signed(&json!({}), &json!([]), SECRET),
    ];
    for token in &invalid {
        let person = site.bearer(token);
        for path in ["/v1/status", "/v1/incidents", "/v1/events"] {
            let answer = person.get(path).await;
            assert_eq!((answer.status, answer.code().as_str()), (401, "token_invalid"), "{path} {token}");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
        }
    }
    let expired = with(json!({ "iat": now - 3700, "exp": now - 310 }));
    assert_eq!(site.bearer(&expired).get("/v1/status").await.code(), "token_expired");
    for (name, token) in [
        ("in time by the leeway", with(json!({ "iat": now - 3600, "exp": now - 290 }))),
        ("early by the leeway", with(json!({ "iat": now + 290, "nbf": now + 290 }))),
        (
            "times with a fraction",
            with(json!({ "iat": now as f64 + 0.25, "nbf": now as f64 - 0.5, "exp": now as f64 + 60.75 })),
        ),
        ("one of several audiences", with(json!({ "aud": ["other", "callpoint"] }))),
        ("with a key's id", signed(&json!({ "kid": "1" }), &good, SECRET)),
        ("with a tier", with(json!({ "account": { "id": "acme", "name": "Acme", "tier": "gold" } }))),
        ("more claims", with(json!({ "email": "ada@acme.example", "role": "staff" }))),
    ] {
        let you: Snapshot = site.bearer(&token).get("/v1/status").await.json();
        assert_eq!(you.you.person.unwrap().as_str(), "ada", "{name}");
        assert!(!you.you.staff);
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_token() {
    let site = Site::start(Backend::Sqlite).await;
    let now = site.clock.now().0 / 1000;
    // One second of the leeway is left.
    let claims = json!({
        "sub": "ada", "name": "Ada Marsh", "account": { "id": "acme", "name": "Acme Robotics" },
        "aud": "callpoint", "iat": now - 3600, "exp": now - 298,
    });
    let mut stream = site.bearer(&signed(&json!({}), &claims, SECRET)).listen(None).await;
    stream.reset().await;
    stream.to_the_end().await;
}

#[tokio::test]
async fn a_token_ends_by_the_servers_clock() {
    let site = Site::start(Backend::Sqlite).await;
    let ada = site.ada();
    assert_eq!(ada.get("/v1/status").await.status, 200);
    site.wait(2 * HOUR);
    assert_eq!(ada.get("/v1/status").await.code(), "token_expired");
    assert_eq!(site.ada().get("/v1/status").await.status, 200);
}

#[tokio::test]
async fn the_recipe_for_rust_makes_customers() {
    let site = Site::start(Backend::Sqlite).await;
    let user = mint::User { id: 4127, name: "Ada Marsh".to_owned(), email: "ada@acme.example".to_owned() };
    let org = mint::Org { id: "acme".to_owned(), name: "Acme Robotics".to_owned() };
    let token = mint::callpoint_token(&user, &org, SECRET).unwrap();
    let told: Snapshot = site.bearer(&token).get("/v1/status").await.json();
    assert_eq!(told.you.person.unwrap().as_str(), "4127");
    let foreign = mint::callpoint_token(&user, &org, "another secret that is also long enough").unwrap();
    assert_eq!(site.bearer(&foreign).get("/v1/status").await.code(), "token_invalid");
}
