//! Staff who sign in through a provider: a browser that was sent there and back, and answers of a provider that must open
//! nothing. `tests/e2e/sign-in.test.mjs` has a provider of others in its place.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use callpoint_core::{
    model::time::{HOUR, MINUTE},
    wire::protocol::Snapshot,
};
use callpoint_server::config::Config;
use callpoint_tests::{Answer, Backend, Site, on_both_databases};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{Client, Url, redirect};
use serde_json::{Value, json};

use crate::provider::{Provider, key};

on_both_databases! {
    staff_come_in_by_their_group_and_for_as_long_as_was_configured,
    whoever_is_locked_out_or_in_no_group_stays_out,
}

const SECRET: &str = "what the provider and the server share";

fn private(name: &str) -> EncodingKey {
    EncodingKey::from_ec_der(&STANDARD.decode(key(name)["private"].as_str().unwrap()).unwrap())
}

/// One browser, as far as signing in goes.
struct Browser<'a> {
    site: &'a Site,
    client: Client,
    /// Where it was sent.
    sent: Url,
    cookie: String,
}

impl<'a> Browser<'a> {
    /// Somebody presses the button.
    async fn begin(site: &'a Site) -> Self {
        let client = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        let answer = client.get(format!("{}/console/sign-in", site.origin)).send().await.unwrap();
        assert_eq!(answer.status(), 303);
        let text = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let cookie = text("set-cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        let sent = Url::parse(&text("location")).unwrap();
        Self { site, client, sent, cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    fn parameter(&self, name: &str) -> String {
        self.sent.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
    }

    async fn asks(&self, query: &str, cookie: &str) -> Answer {
        let url = format!("{}/console/sign-in/callback?{query}", self.site.origin);
        let answer = self.client.get(url).header("cookie", cookie).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Answer { status, headers, body: answer.text().await.unwrap() }
    }

    /// The provider sends it back.
    async fn back(&self) -> Answer {
        self.asks(&format!("code=c&state={}", self.parameter("state")), &self.cookie).await
    }
}

/// What the provider says of Mara, now, in answer to this request.
fn claims(provider: &Provider, browser: &Browser<'_>) -> Value {
    let now = browser.site.clock.now().0 / 1000;
    json!({
        "iss": provider.issuer, "aud": "callpoint", "sub": "u-1", "iat": now, "exp": now + 60,
        "nonce": browser.parameter("nonce"), "name": "Mara Lind", "preferred_username": "mara",
        "realm_access": { "roles": ["support"] },
    })
}

fn signed(claims: &Value) -> String {
    let header = Header { kid: Some("1".to_owned()), ..Header::new(Algorithm::ES256) };
    encode(&header, claims, &private("p256")).unwrap()
}

async fn site(backend: Backend, provider: &Provider) -> Site {
    Site::start_with(backend, |config: &mut Config| {
        config.oidc.issuer = provider.issuer.clone();
        config.oidc.client_id = "callpoint".to_owned();
        config.oidc.client_secret = SECRET.to_owned();
        config.oidc.id_claim = "preferred_username".to_owned();
        config.oidc.roles_claim = "realm_access.roles".to_owned();
        config.oidc.roles = vec!["support=staff".to_owned(), "red=security".to_owned()];
    })
    .await
}

/// Makes something in place of the token with these claims.
type Forgery = Box<dyn Fn(&Value) -> String>;

fn session(answer: &Answer) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let held = |cookie: &str| cookie.split(';').next().unwrap().to_owned();
    cookies.map(held).find(|cookie| cookie.starts_with("callpoint_session=") && !cookie.ends_with('='))
}

/// Who the server says that this session is.
async fn who(site: &Site, session: &str) -> Answer {
    let request = Client::new().get(format!("{}/v1/status", site.origin)).header("cookie", session);
    callpoint_tests::Person::send(request).await
}

fn refused(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.contains(words), "{words}: {}", answer.body);
    assert_eq!(session(answer), None);
    assert_eq!(answer.header("cache-control"), "no-store");
}

async fn staff_come_in_by_their_group_and_for_as_long_as_was_configured(backend: Backend) {
    let provider = Provider::start().await;
    let site = site(backend, &provider).await;
    let browser = Browser::begin(&site).await;
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "callpoint"),
        ("code_challenge_method", "S256"),
        ("scope", "openid profile email"),
    ] {
        assert_eq!(browser.parameter(name), value);
    }
    assert!(browser.parameter("redirect_uri").ends_with("/console/sign-in/callback"));
    provider.say(|says| says.id_token = signed(&claims(&provider, &browser)));
    let answer = browser.back().await;
    assert_eq!((answer.status, answer.header("location")), (303, "/console"), "{}", answer.body);
    let cookie = session(&answer).unwrap();
    let you: Snapshot = who(&site, &cookie).await.json();
    assert_eq!((you.you.person.unwrap().as_str(), you.you.name.as_str()), ("mara", "Mara Lind"));
    assert!(you.you.staff && !you.you.security);
    // What was sent for the code proves that it is the browser that began.
    let asked = provider.says.lock().unwrap().asked.pop().unwrap();
    assert!(asked.contains("code_verifier=") && asked.contains("authorization: Basic "), "{asked}");

    // The group that opens sealed incidents; and she is told at once in the session that she has.
    let other = Browser::begin(&site).await;
    let mut red = claims(&provider, &other);
    red["realm_access"]["roles"] = json!(["support", "red"]);
    provider.say(|says| says.id_token = signed(&red));
    let second = session(&other.back().await).unwrap();
    for cookie in [&cookie, &second] {
        let you: Snapshot = who(&site, cookie).await.json();
        assert!(you.you.security);
    }
    // All of her sessions end together, when somebody says so; she may come again.
    let store = site.store().await;
    assert_eq!(store.session_counts(site.clock.now()).await.unwrap()["mara"], 2);
    assert_eq!(store.end_sessions("mara").await.unwrap(), 2);
    store.close().await;
    for cookie in [&cookie, &second] {
        assert_eq!(who(&site, cookie).await.code(), "unauthenticated");
    }
    let third = Browser::begin(&site).await;
    provider.say(|says| says.id_token = signed(&claims(&provider, &third)));
    let cookie = session(&third.back().await).unwrap();
    assert_eq!(who(&site, &cookie).await.status, 200);
    // A one-time link goes on to work beside it.
    assert_eq!(site.staff("theo").await.get("/v1/staff").await.status, 200);
    site.wait(12 * HOUR + MINUTE);
    assert_eq!(who(&site, &cookie).await.code(), "unauthenticated");
}

async fn whoever_is_locked_out_or_in_no_group_stays_out(backend: Backend) {
    let provider = Provider::start().await;
    let site = site(backend, &provider).await;
    for (roles, words) in [
        (json!(["sales"]), "isn't in a group that has access"),
        (json!([]), "isn't in a group"),
        (json!("supports"), "isn't in a group"),
        (json!({ "support": true }), "isn't in a group"),
        (json!(null), "isn't in a group"),
    ] {
        let browser = Browser::begin(&site).await;
        let mut of_nobody = claims(&provider, &browser);
        of_nobody["realm_access"]["roles"] = roles;
        provider.say(|says| says.id_token = signed(&of_nobody));
        refused(&browser.back().await, 403, words);
    }
    for id in [json!(""), json!("guest:1"), json!("a\u{0}"), json!(null)] {
        let browser = Browser::begin(&site).await;
        let mut nameless = claims(&provider, &browser);
        nameless["preferred_username"] = id;
        provider.say(|says| says.id_token = signed(&nameless));
        refused(&browser.back().await, 403, "isn't in a group");
    }
    let store = site.store().await;
    assert!(store.revoke_staff("mara", site.clock.now()).await.unwrap());
    store.close().await;
    let browser = Browser::begin(&site).await;
    provider.say(|says| says.id_token = signed(&claims(&provider, &browser)));
    refused(&browser.back().await, 403, "was revoked");
}

#[tokio::test]
async fn an_answer_that_is_not_to_this_browser_opens_nothing() {
    let provider = Provider::start().await;
    let site = site(Backend::Sqlite, &provider).await;
    let (mine, theirs) = (Browser::begin(&site).await, Browser::begin(&site).await);
    provider.say(|says| says.id_token = signed(&claims(&provider, &mine)));
    let state = mine.parameter("state");
    for (query, cookie) in [
        (format!("code=c&state={state}"), ""),
        (format!("code=c&state={state}"), theirs.cookie.as_str()),
        (format!("code=c&state={}", theirs.parameter("state")), mine.cookie.as_str()),
        ("code=c".to_owned(), mine.cookie.as_str()),
        ("code=c&state=".to_owned(), "callpoint_sign_in=.."),
        ("code=c&state=a".to_owned(), "callpoint_sign_in=a"),
        (String::new(), mine.cookie.as_str()),
        (format!("code=c&state={state}%00"), mine.cookie.as_str()),
    ] {
        refused(&mine.asks(&query, cookie).await, 400, "took too long");
    }
    refused(&mine.asks(&format!("error=access_denied&state={state}"), &mine.cookie).await, 400, "sign you in");
    assert!(provider.says.lock().unwrap().asked.is_empty(), "nobody asked for a token");
    let answer = mine.back().await;
    assert!(session(&answer).is_some());
    let cookies = answer.headers.get_all("set-cookie").iter();
    assert!(cookies.map(|value| value.to_str().unwrap()).any(|cookie| cookie.starts_with("callpoint_sign_in=;")));
    // Nowhere else, whatever is asked for.
    let asked =
        mine.asks(&format!("code=c&state={state}&to=//evil.example&next=https://evil.example"), &mine.cookie).await;
    assert_eq!(asked.header("location"), "/console");
}

#[tokio::test]
async fn a_token_that_the_provider_did_not_make_for_this_opens_nothing() {
    let provider = Provider::start().await;
    let site = site(Backend::Sqlite, &provider).await;
    let now = site.clock.now().0 / 1000;
    let with = |changes: Value| {
        move |good: &Value| {
            let mut claims = good.clone();
            claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            signed(&claims)
        }
    };
    let headed = |header: Value| {
        move |good: &Value| {
            let token = signed(good);
            let parts: Vec<&str> = token.split('.').collect();
            format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), parts[1], parts[2])
        }
    };
    let unsigned = |good: &Value| {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(&json!({ "alg": "none" })), part(good))
    };
    let shared = |secret: &'static str| {
        move |good: &Value| encode(&Header::default(), good, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
    };
    let foreign = |good: &Value| {
        let header = Header { kid: Some("1".to_owned()), ..Header::new(Algorithm::EdDSA) };
        let der = STANDARD.decode(key("ed25519")["private"].as_str().unwrap()).unwrap();
        encode(&header, good, &EncodingKey::from_ed_der(&der)).unwrap()
    };
    let bad: Vec<Forgery> = vec![
        Box::new(with(json!({ "nonce": "another" }))),
        Box::new(with(json!({ "nonce": null }))),
        Box::new(with(json!({ "aud": "another" }))),
        Box::new(with(json!({ "aud": ["callpoint", "another"] }))),
        Box::new(with(json!({ "iss": "http://another.example" }))),
        Box::new(with(json!({ "exp": now - 60 }))),
        Box::new(headed(json!({ "alg": "none" }))),
        Box::new(headed(json!({ "alg": "HS256" }))),
        Box::new(headed(json!({ "alg": "ES256", "kid": "2" }))),
        Box::new(unsigned),
        Box::new(shared(SECRET)),
        Box::new(shared("")),
        Box::new(foreign),
        Box::new(|_| String::new()),
        Box::new(|_| "a.b.c".to_owned()),
    ];
    for (number, bad) in bad.iter().enumerate() {
        let browser = Browser::begin(&site).await;
        let token = bad(&claims(&provider, &browser));
        provider.say(|says| says.id_token = token);
        let answer = browser.back().await;
        assert_eq!(answer.status, 400, "{number}");
        refused(&answer, 400, "sign you in");
    }
    // Somebody else's claims beside a token.
    let browser = Browser::begin(&site).await;
    let mut bare = claims(&provider, &browser);
    bare.as_object_mut().unwrap().remove("realm_access");
    provider.say(|says| {
        says.id_token = signed(&bare);
        says.user = json!({ "sub": "u-2", "realm_access": { "roles": ["red"] } });
    });
    refused(&browser.back().await, 400, "sign you in");
    provider.say(|says| says.user["sub"] = "u-1".into());
    let browser = Browser::begin(&site).await;
    let mut bare = claims(&provider, &browser);
    bare.as_object_mut().unwrap().remove("realm_access");
    provider.say(|says| says.id_token = signed(&bare));
    assert!(session(&browser.back().await).is_some());
}

#[tokio::test]
async fn a_provider_that_is_away_or_not_who_it_should_be_is_said_to_be() {
    let provider = Provider::start().await;
    let site = site(Backend::Sqlite, &provider).await;
    provider.say(|says| says.metadata["issuer"] = "http://another.example".into());
    let answer = site.anybody().get("/console/sign-in").await;
    refused(&answer, 503, "SSO can't be reached right now");
    let plain = Site::start(Backend::Sqlite).await;
    for path in ["/console/sign-in", "/console/sign-in/callback?code=c&state=s", "/console/sign-out"] {
        assert_eq!(plain.anybody().get(path).await.status, 404, "{path}");
    }
}
