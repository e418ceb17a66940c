//! What `callpoint doctor` finds on real servers, and on what only looks like one.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use callpoint_server::{
    doctor::{CheckResult, DoctorRequest, examine},
    http::auth::{CustomerClaims, TokenKeys},
};
use callpoint_tests::{Backend, SECRET, Site};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

const APP: &str = "https://app.northwind.example";

async fn ask(url: &str, origin: Option<&str>, token: Option<&str>) -> Vec<CheckResult> {
    let given = |text: Option<&str>| text.map(str::to_owned);
    examine(DoctorRequest { url: url.to_owned(), origin: given(origin), token: given(token) }).await.unwrap()
}

/// The words on everything that is not as it should be, but for the web files, which a test may run without.
fn wrong(found: &[CheckResult]) -> Vec<String> {
    let files = ["files", "compression"];
    let bad = found.iter().filter(|check| check.good == Some(false) && !files.contains(&check.subject));
    bad.map(CheckResult::line).collect()
}

/// The one thing that is wrong.
fn only(found: &[CheckResult]) -> String {
    let wrong = wrong(found);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    wrong.concat()
}

#[tokio::test]
async fn a_healthy_server_has_nothing_wrong_with_it() {
    let site = Site::start(Backend::Sqlite).await;
    let token = site.token("ada", "Ada Marsh", ("acme", "Acme Robotics"));
    let found = ask(&format!("{}/", site.origin), Some(APP), Some(&token)).await;
    assert_eq!(wrong(&found), Vec::<String>::new());
    let told: Vec<String> = found.iter().map(CheckResult::line).collect();
    for words in [
        "✓ server",
        "✓ clock",
        "✓ stream",
        "✓ origin",
        "· claims: sub \"ada\"",
        "✓ token: The server takes it: Ada Marsh of Acme Robotics",
    ] {
        assert!(told.iter().any(|line| line.starts_with(words)), "{words} in {told:#?}");
    }
    assert!(!told.concat().contains(&token), "the token is not printed");
}

#[tokio::test]
async fn a_page_that_is_not_let_in_is_told_what_to_configure() {
    let site = Site::start(Backend::Sqlite).await;
    let line = only(&ask(&site.origin, Some("https://other.example"), None).await);
    assert!(line.starts_with("✗ origin") && line.contains("Add \"https://other.example\" to origins"), "{line}");
}

/// What is said of a token, the secret that it is signed with, and what is changed in its claims.
type TokenCase<'a> = (&'a str, &'a str, &'a dyn Fn(&mut Value));

#[tokio::test]
async fn a_token_that_is_refused_is_told_why() {
    let site = Site::start(Backend::Sqlite).await;
    let now = site.clock.now();
    let seconds = now.0 / 1000;
    let minted = |secret: &str, change: &dyn Fn(&mut Value)| {
        let claims = CustomerClaims::new("ada", "Ada Marsh", ("acme", "Acme Robotics"), now, 60);
        let mut claims = serde_json::to_value(claims).unwrap();
        change(&mut claims);
        let key = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
        jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap()
    };
    let cases: [TokenCase<'_>; 7] = [
        ("sign it with the server's customers.secret", "another secret that is also long enough", &|_| ()),
        ("This token has expired", SECRET, &|claims| {
            claims["iat"] = json!(seconds - 7200);
            claims["exp"] = json!(seconds - 3600);
        }),
        ("at most 24 hours after `iat`", SECRET, &|claims| claims["exp"] = json!(seconds + 48 * 3600)),
        ("no `aud`: set it to \"callpoint\"", SECRET, &|claims| drop(claims.as_object_mut().unwrap().remove("aud"))),
        ("`aud` must be \"callpoint\"", SECRET, &|claims| claims["aud"] = json!("other")),
        ("`account.id` is missing or isn't valid: invalid type: integer `42`", SECRET, &|claims| {
            claims["account"]["id"] = json!(42);
        }),
        ("`iat` is in the future: set both clocks right", SECRET, &|claims| claims["iat"] = json!(seconds + 900)),
    ];
    for (why, secret, change) in cases {
        let token = minted(secret, change);
        let line = only(&ask(&site.origin, None, Some(&token)).await);
        assert!(line.starts_with("✗ token: The server refuses it: ") && line.contains(why), "{why}: {line}");
    }
    let found = ask(&site.origin, None, Some("<!doctype html>")).await;
    assert!(wrong(&found).iter().any(|line| line.starts_with("✗ claims: They can't be read")), "{:?}", wrong(&found));
    assert!(TokenKeys::new("", 0).mint(&site.claims("ada", "Ada", ("acme", "Acme"))).is_none());
}

/// A server that gives the same answer to everything.
async fn stranger(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 4096];
            let _ = stream.read(&mut asked).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    origin
}

#[tokio::test]
async fn whoever_is_no_callpoint_server_is_named_so() {
    let elsewhere = stranger(
        "HTTP/1.1 302 Found\r\nlocation: https://sign-in.example/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    )
    .await;
    let line = only(&ask(&elsewhere, None, None).await);
    assert!(line.starts_with("✗ server: It sends on to"), "{line}");
    let hostile = CheckResult { good: None, subject: "token", words: "a\u{1b}[2J\nb".to_owned() };
    assert_eq!(hostile.line(), "· token: a [2J b", "no word of a stranger's reaches the terminal's controls");

    let page =
        stranger("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>")
            .await;
    let line = only(&ask(&page, None, None).await);
    assert!(line.contains("but not as a Callpoint server"), "{line}");

    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let line = only(&ask(&gone, None, None).await);
    assert!(line.starts_with("✗ server") && line.contains("can't be reached"), "{line}");
    let none = examine(DoctorRequest { url: "incidents.vendor.example".to_owned(), origin: None, token: None }).await;
    assert!(none.unwrap_err().to_string().contains("such as https://"), "an address that is none is named");
}
