//! Customer tokens that are signed with a key of the vendor's own: which are taken, which are not, and how published keys
//! are kept and followed.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use callpoint_core::{
    model::time::{MINUTE, SECOND},
    wire::protocol::Snapshot,
};
use callpoint_server::config::{Config, CustomerKeyConfig};
use callpoint_tests::{Answer, Backend, SECRET, Site};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

/// Keys of each kind, by name: the private one in DER, the public one in PEM and as a JSON Web Key.
fn pair(name: &str) -> Value {
    let keys: Value = serde_json::from_str(include_str!("keys.json")).unwrap();
    keys[name].clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A public key by its name, with this `kid`.
fn jwk(name: &str, kid: &str) -> Value {
    let mut jwk = pair(name)["jwk"].clone();
    jwk["kid"] = kid.into();
    jwk
}

/// Signs with a private key by its name, whatever the header says.
fn signed(name: &str, header: &Header, claims: &Value) -> String {
    let der = STANDARD.decode(text(&pair(name)["private"])).unwrap();
    let key = match name {
        "rsa" | "rsa_short" => EncodingKey::from_rsa_der(&der),
        "p256" | "p384" => EncodingKey::from_ec_der(&der),
        _ => EncodingKey::from_ed_der(&der),
    };
    encode(header, claims, &key).unwrap()
}

fn header(algorithm: Algorithm, kid: Option<&str>) -> Header {
    Header { kid: kid.map(str::to_owned), ..Header::new(algorithm) }
}

fn claims(site: &Site) -> Value {
    let now = site.clock.now().0 / 1000;
    json!({
        "sub": "ada", "name": "Ada Marsh", "account": { "id": "acme", "name": "Acme Robotics" },
        "aud": "callpoint", "iat": now, "exp": now + 3600,
    })
}

fn pem(name: &str) -> CustomerKeyConfig {
    CustomerKeyConfig { pem: text(&pair(name)["pem"]), ..CustomerKeyConfig::default() }
}

async fn ask(site: &Site, token: &str) -> Answer {
    site.bearer(token).get("/v1/status").await
}

async fn takes(site: &Site, token: &str) {
    let you: Snapshot = ask(site, token).await.json();
    assert_eq!(you.you.person.unwrap().as_str(), "ada", "{token}");
    assert!(!you.you.staff);
}

async fn refuses(site: &Site, token: &str, why: &str) {
    let answer = ask(site, token).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "token_invalid"), "{why}: {token}");
    assert!(answer.body.contains(why), "{why}: {}", answer.body);
}

/// A server that publishes keys, or whatever else it is told to answer.
struct Publisher {
    url: String,
    answer: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
}

impl Publisher {
    async fn start(keys: &[Value]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap());
        let (answer, asked) = (Arc::<Mutex<String>>::default(), Arc::<AtomicUsize>::default());
        let (said, count) = (Arc::clone(&answer), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                count.fetch_add(1, Ordering::SeqCst);
                let answer = said.lock().unwrap().clone();
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        let publisher = Self { url, answer, asked };
        publisher.publish(keys);
        publisher
    }

    fn publish(&self, keys: &[Value]) {
        self.say("200 OK", &json!({ "keys": keys }).to_string());
    }

    fn say(&self, status: &str, body: &str) {
        let length = body.len();
        *self.answer.lock().unwrap() =
            format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn told(&self) -> CustomerKeyConfig {
        CustomerKeyConfig { jwks_url: self.url.clone(), ..CustomerKeyConfig::default() }
    }
}

async fn site_with(keys: Vec<CustomerKeyConfig>) -> Site {
    Site::start_with(Backend::Sqlite, |config: &mut Config| config.customers.keys = keys).await
}

const KINDS: [(&str, Algorithm); 3] =
    [("ed25519", Algorithm::EdDSA), ("p256", Algorithm::ES256), ("rsa", Algorithm::RS256)];

#[tokio::test]
async fn each_kind_of_key_makes_customers_in_every_form_and_beside_the_secret() {
    let forms = |(name, _): (&str, Algorithm)| {
        let as_jwk = CustomerKeyConfig { jwk: jwk(name, name).to_string(), ..CustomerKeyConfig::default() };
        [pem(name), as_jwk]
    };
    let published: Vec<Value> = KINDS.iter().map(|(name, _)| jwk(name, name)).collect();
    let publisher = Publisher::start(&published).await;
    let pems = site_with(KINDS.map(|kind| forms(kind)[0].clone()).to_vec()).await;
    let jwks = site_with(KINDS.map(|kind| forms(kind)[1].clone()).to_vec()).await;
    let address = site_with(vec![publisher.told()]).await;
    for site in [&pems, &jwks, &address] {
        for (name, algorithm) in KINDS {
            takes(site, &signed(name, &header(algorithm, Some(name)), &claims(site))).await;
            takes(site, &signed(name, &header(algorithm, None), &claims(site))).await;
            // Where to find a key is ours to know; what a token says about it leads nowhere.
            let mut elsewhere = header(algorithm, Some(name));
            elsewhere.jku = Some("https://keys.attacker.example/".to_owned());
            elsewhere.x5u = Some("https://keys.attacker.example/".to_owned());
            takes(site, &signed(name, &elsewhere, &claims(site))).await;
        }
        takes(site, &site.token("ada", "Ada Marsh", ("acme", "Acme Robotics"))).await;
    }
    assert_eq!(publisher.asked(), 1, "once for all of them");
}

#[tokio::test]
async fn an_algorithm_belongs_to_its_key_and_no_header_brings_a_key() {
    let keys = vec![CustomerKeyConfig { id: "e".to_owned(), ..pem("ed25519") }, pem("rsa"), pem("p256")];
    let site = site_with(keys).await;
    let good = claims(&site);
    let hs256 = |secret: &[u8], header: &Header| encode(header, &good, &EncodingKey::from_secret(secret)).unwrap();
    let hs = |secret: &[u8]| hs256(secret, &header(Algorithm::HS256, None));
    // What everybody knows of a key is no secret.
    for (name, _) in KINDS {
        let public = text(&pair(name)["pem"]);
        let der = STANDARD.decode(public.lines().filter(|line| !line.starts_with('-')).collect::<String>()).unwrap();
        for secret in [public.as_bytes(), public.trim().as_bytes(), &der, pair(name)["jwk"].to_string().as_bytes(), b""]
        {
            refuses(&site, &hs(secret), "signature doesn't match").await;
            refuses(&site, &hs256(secret, &header(Algorithm::HS256, Some("e"))), "signature doesn't match").await;
        }
    }
    // Parts of a good token under another header.
    for (name, algorithm) in KINDS {
        let token = signed(name, &header(algorithm, None), &good);
        let parts: Vec<&str> = token.split('.').collect();
        let encode = |value: &Value| {
            let token = encode(&Header::default(), value, &EncodingKey::from_secret(b"x")).unwrap();
            token.split('.').nth(1).unwrap().to_owned()
        };
        for head in [
            json!({ "alg": "none" }),
            json!({ "alg": "NONE" }),
            json!({ "alg": "HS256" }),
            json!({ "alg": "RS512" }),
            json!({ "alg": "PS256" }),
            json!({ "alg": "ES384" }),
            json!({ "alg": ["EdDSA"] }),
            json!({ "kid": "e" }),
            json!({ "alg": name, "kid": "../../dev/null" }),
        ] {
            for signature in [parts[2], ""] {
                refuses(&site, &format!("{}.{}.{signature}", encode(&head), parts[1]), "The token's ").await;
            }
        }
        let other = encode(&json!({ "sub": "gita", "name": "Gita" }));
        refuses(&site, &format!("{}.{other}.{}", parts[0], parts[2]), "signature doesn't match").await;
        refuses(&site, &format!("{}.{}.", parts[0], parts[1]), "signature doesn't match").await;
        refuses(&site, &format!("{}.{}.{}", parts[0], parts[1], "A".repeat(86)), "signature doesn't match").await;
        let mut critical = header(algorithm, None);
        critical.crit = Some(vec!["b64".to_owned()]);
        refuses(&site, &signed(name, &critical, &good), "`crit`").await;
    }
    // A key that the token brings along, or points at.
    let mut brought = header(Algorithm::EdDSA, None);
    brought.jwk = serde_json::from_value(jwk("ed25519_next", "e")).unwrap();
    refuses(&site, &signed("ed25519_next", &brought, &good), "signature doesn't match").await;
    let (publisher, next) = (Publisher::start(&[jwk("ed25519_next", "e")]).await, Some("e"));
    let mut pointed = header(Algorithm::EdDSA, next);
    (pointed.jku, pointed.x5u) = (Some(publisher.url.clone()), Some(publisher.url.clone()));
    refuses(&site, &signed("ed25519_next", &pointed, &good), "signature doesn't match").await;
    assert_eq!(publisher.asked(), 0);
    // Names of keys that are none.
    for kid in ["", "E", "e ", "e\u{0}", "../e", "' OR 1=1 --", "http://127.0.0.1/", &"e".repeat(4000)] {
        refuses(&site, &signed("ed25519", &header(Algorithm::EdDSA, Some(kid)), &good), "`kid`").await;
    }
    refuses(&site, &signed("rsa", &header(Algorithm::RS512, None), &good), "sign it with HS256, EdDSA, ES256, RS256")
        .await;
    refuses(&site, &signed("rsa", &header(Algorithm::PS256, None), &good), "algorithm").await;
    refuses(&site, &signed("rsa_short", &header(Algorithm::RS256, None), &good), "signature doesn't match").await;
    refuses(&site, &signed("p384", &header(Algorithm::ES384, None), &good), "algorithm").await;
}

#[tokio::test]
async fn what_is_signed_for_somebody_else_is_refused() {
    let issuer = "https://sign-in.northwind.example/";
    let keys = CustomerKeyConfig { audience: "support".to_owned(), issuer: issuer.to_owned(), ..pem("ed25519") };
    let site = site_with(vec![keys, pem("rsa")]).await;
    let with = |name: &str, changes: Value| {
        let mut claims = claims(&site);
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let algorithm = if name == "rsa" { Algorithm::RS256 } else { Algorithm::EdDSA };
        signed(name, &header(algorithm, None), &claims)
    };
    takes(&site, &with("ed25519", json!({ "aud": "support", "iss": issuer }))).await;
    takes(&site, &with("ed25519", json!({ "aud": ["support", "mail"], "iss": issuer }))).await;
    takes(&site, &with("rsa", json!({}))).await;
    refuses(&site, &with("ed25519", json!({ "iss": issuer })), "`aud` must be").await;
    refuses(&site, &with("ed25519", json!({ "aud": "support" })), "no `iss`").await;
    refuses(&site, &with("ed25519", json!({ "aud": "support", "iss": "https://other.example/" })), "`iss` isn't").await;
    refuses(&site, &with("rsa", json!({ "aud": "support" })), "`aud` must be").await;
    let now = site.clock.now().0 / 1000;
    for changes in [
        json!({ "aud": "mail" }),
        json!({ "exp": now + 25 * 3600 }),
        json!({ "exp": "tomorrow" }),
        json!({ "iat": now + 600, "exp": now + 1200 }),
        json!({ "nbf": now + 600 }),
        json!({ "sub": "guest:1" }),
        json!({ "sub": "" }),
        json!({ "account": "acme" }),
        json!({ "name": 7 }),
    ] {
        refuses(&site, &with("rsa", changes), "token").await;
    }
    let expired = with("rsa", json!({ "iat": now - 3700, "exp": now - 310 }));
    assert_eq!(ask(&site, &expired).await.code(), "token_expired");
}

#[tokio::test]
async fn a_new_key_is_found_when_it_is_used_and_nobody_makes_us_ask_often() {
    let publisher = Publisher::start(&[jwk("ed25519", "1")]).await;
    let site = site_with(vec![publisher.told()]).await;
    let old = signed("ed25519", &header(Algorithm::EdDSA, Some("1")), &claims(&site));
    let new = signed("ed25519_next", &header(Algorithm::EdDSA, Some("2")), &claims(&site));
    takes(&site, &old).await;
    let asked = publisher.asked();
    // Whoever makes names up makes nobody ask: somebody just did.
    for kid in 0..20 {
        let made_up = header(Algorithm::EdDSA, Some(&format!("made up {kid}")));
        refuses(&site, &signed("ed25519", &made_up, &claims(&site)), "`kid`").await;
    }
    assert_eq!(publisher.asked(), asked);
    publisher.publish(&[jwk("ed25519", "1"), jwk("ed25519_next", "2")]);
    site.wait(11 * SECOND);
    let (one, other) = tokio::join!(ask(&site, &new), ask(&site, &new));
    assert_eq!((one.status, other.status), (200, 200));
    assert_eq!(publisher.asked(), asked + 1);
    for kid in 0..20 {
        let made_up = header(Algorithm::EdDSA, Some(&format!("made up {kid}")));
        refuses(&site, &signed("ed25519_next", &made_up, &claims(&site)), "`kid`").await;
    }
    // A name that is known, with a signature of another key, is no news.
    site.wait(11 * SECOND);
    refuses(&site, &signed("ed25519_next", &header(Algorithm::EdDSA, Some("1")), &claims(&site)), "signature").await;
    assert_eq!(publisher.asked(), asked + 1);
    takes(&site, &old).await;

    // What is published no longer is known to be gone after a while, though nobody asks for it.
    publisher.publish(&[jwk("ed25519_next", "2")]);
    site.wait(6 * MINUTE);
    while ask(&site, &old).await.status == 200 {
        tokio::task::yield_now().await;
    }
    takes(&site, &new).await;
}

#[tokio::test]
async fn keys_go_on_while_their_address_fails_and_what_is_published_wrongly_is_left_out() {
    let publisher = Publisher::start(&[]).await;
    let site = site_with(vec![publisher.told()]).await;
    let token = signed("ed25519", &header(Algorithm::EdDSA, Some("1")), &claims(&site));
    let answer = ask(&site, &token).await;
    assert_eq!((answer.status, answer.code().as_str()), (503, "unavailable"), "it may well be good");
    assert_eq!(ask(&site, "x").await.status, 401);

    // Among keys that are of no use, or worse, stands a good one.
    let mut private = jwk("ed25519_next", "private");
    private["d"] = "AAAA".into();
    let mut encrypts = jwk("rsa", "encrypts");
    encrypts["use"] = "enc".into();
    let mut cut = jwk("ed25519_next", "cut");
    cut["x"] = "AAAA".into();
    let mut off_the_curve = jwk("p256", "off");
    off_the_curve["y"] = off_the_curve["x"].clone();
    let secret = json!({ "kty": "oct", "kid": "secret", "alg": "HS256", "k": "c2VjcmV0" });
    let odd = json!({ "kty": 7 });
    let weak =
        json!({ "kty": "OKP", "crv": "Ed25519", "kid": "weak", "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" });
    let bad =
        [private, encrypts, cut, off_the_curve, secret, odd, weak, jwk("p384", "p384"), jwk("rsa_short", "short")];
    publisher.publish(&[&bad[..], &[jwk("ed25519", "1")]].concat());
    site.wait(11 * SECOND);
    takes(&site, &token).await;
    for (name, kid, algorithm) in [
        ("ed25519_next", "private", Algorithm::EdDSA),
        ("ed25519_next", "cut", Algorithm::EdDSA),
        ("ed25519_next", "weak", Algorithm::EdDSA),
        ("rsa", "encrypts", Algorithm::RS256),
        ("p256", "off", Algorithm::ES256),
        ("rsa_short", "short", Algorithm::RS256),
    ] {
        refuses(&site, &signed(name, &header(algorithm, Some(kid)), &claims(&site)), "The token's ").await;
    }
    let by_published =
        encode(&header(Algorithm::HS256, Some("secret")), &claims(&site), &EncodingKey::from_secret(b"secret"));
    refuses(&site, &by_published.unwrap(), "signature doesn't match").await;

    let large = json!({ "keys": [jwk("ed25519_next", "2")], "more": "x".repeat(300_000) }).to_string();
    let elsewhere = Publisher::start(&[jwk("ed25519_next", "2")]).await;
    let other = signed("ed25519_next", &header(Algorithm::EdDSA, Some("2")), &claims(&site));
    for (status, body) in [
        ("500 Internal Server Error", ""),
        ("200 OK", "<html>"),
        ("200 OK", r#"{"keys":[]}"#),
        ("200 OK", r#"{"keys":"none"}"#),
        ("200 OK", &large),
        (&format!("302 Found\r\nlocation: {}", elsewhere.url), ""),
    ] {
        publisher.say(status, body);
        let asked = publisher.asked();
        site.wait(11 * SECOND);
        refuses(&site, &other, "`kid`").await;
        assert!(publisher.asked() > asked, "{status}");
        takes(&site, &token).await;
    }
    assert_eq!(elsewhere.asked(), 0, "nobody is sent on");
}

#[tokio::test]
async fn a_server_without_a_secret_takes_what_its_keys_have_signed_alone() {
    let site = Site::start_with(Backend::Sqlite, |config: &mut Config| {
        config.customers.secret = String::new();
        config.customers.keys = vec![pem("ed25519")];
    })
    .await;
    takes(&site, &signed("ed25519", &header(Algorithm::EdDSA, None), &claims(&site))).await;
    for secret in [SECRET, ""] {
        let token = encode(&Header::default(), &claims(&site), &EncodingKey::from_secret(secret.as_bytes())).unwrap();
        refuses(&site, &token, "sign it with EdDSA.").await;
    }
}
