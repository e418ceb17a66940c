//! Customer tokens: which are refused, and when those that are good end.

use callpoint_core::{model::time::HOUR, wire::protocol::Snapshot};
use callpoint_tests::{Backend, SECRET, Site};
use serde_json::{Value, json};

/// The recipe for Rust in docs/tokens.md.
#[path = "../../www/examples/tokens/mint.rs"]
mod mint;

fn signed(claims: &Value, secret: &str) -> String {
    let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
    jsonwebtoken::encode(&header, claims, &jsonwebtoken::EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

/// Which tokens are refused whatever is configured is held by `callpoint conformance`, and so by `tests/conformance.rs`.
#[tokio::test]
async fn clocks_may_differ_by_the_leeway_and_no_more() {
    let site = Site::start(Backend::Sqlite).await;
    let now = site.clock.now().0 / 1000;
    let with = |changes: Value| {
        let mut claims = json!({
            "sub": "ada", "name": "Ada Marsh", "account": { "id": "acme", "name": "Acme Robotics" },
            "aud": "callpoint", "iat": now, "exp": now + 3600,
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        site.bearer(&signed(&claims, SECRET))
    };
    for early in [json!({ "iat": now + 600, "exp": now + 1200 }), json!({ "nbf": now + 600 })] {
        assert_eq!(with(early).get("/v1/status").await.code(), "token_invalid");
    }
    let expired = with(json!({ "iat": now - 3700, "exp": now - 310 }));
    assert_eq!(expired.get("/v1/status").await.code(), "token_expired");
    for good in [
        json!({ "iat": now - 3600, "exp": now - 290 }),
        json!({ "iat": now + 290, "nbf": now + 290 }),
        json!({ "iat": now as f64 + 0.25, "nbf": now as f64 - 0.5, "exp": now as f64 + 60.75 }),
    ] {
        let told: Snapshot = with(good.clone()).get("/v1/status").await.json();
        assert_eq!(told.you.person.unwrap().as_str(), "ada", "{good}");
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
    let mut stream = site.bearer(&signed(&claims, SECRET)).listen(None).await;
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
