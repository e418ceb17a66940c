//! The backend that is looked at, and people who talk to it.

use std::{collections::VecDeque, fmt::Debug, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use callpoint_core::{
    client::sse::{Frame, Parser},
    model::{
        event::{Change, Event},
        id::{CommandId, IncidentId},
        report::Receipt,
        time::SECOND,
    },
    wire::{
        error::ErrorCode,
        protocol::{EVENTS, IDEMPOTENCY_KEY, INCIDENTS, REPORTS, RESET, STAFF_SESSION, STATUS, Snapshot, Thread, You},
    },
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Client, Method, RequestBuilder, Response, header::HeaderMap, redirect};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::Sha256;

use super::{ConformanceRequest, origin_of};
use crate::{clock::Clock, connect::prepare_tls, crypto};

/// Whoever waits longer for anything waits in vain.
const PATIENCE: Duration = Duration::from_secs(20);

/// What was not passed on the command line, and so can't be looked at.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NotAsked(&'static str);

pub(super) struct Peer {
    client: Client,
    base: String,
    secret: String,
    origin: Option<String>,
    /// Somebody of staff, who they are, and the link by which they came, which is used by now.
    staff: Option<(Person, You, String)>,
}

impl Peer {
    pub async fn meet(request: ConformanceRequest) -> Result<Self> {
        prepare_tls();
        let base = origin_of(&request.url)?;
        let client = Client::builder().redirect(redirect::Policy::none()).connect_timeout(PATIENCE).build()?;
        let mut peer = Self { client, base, secret: request.secret, origin: request.origin, staff: None };
        peer.anybody().status().await.with_context(|| format!("{} does not answer {STATUS}", peer.base))?;
        if let Some(link) = request.staff {
            let code = link.rsplit("invite=").next().unwrap_or_default().to_owned();
            let answer = peer.sign_in(&code).await?;
            let you: You = answer.read(200).context("nobody of staff comes in by this link")?;
            let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
            let person = Person { credential: Credential::Cookie(cookie), ..peer.anybody() };
            peer.staff = Some((person, you, code));
        }
        Ok(peer)
    }

    pub async fn sign_in(&self, invite: &str) -> Result<Answer> {
        let request = self.anybody().request(Method::POST, STAFF_SESSION).header("content-type", "application/json");
        send(request.body(json!({ "invite": invite }).to_string())).await
    }

    pub fn origin(&self) -> Result<&str> {
        Ok(self.origin.as_deref().ok_or(NotAsked("pass an origin whose pages may call: --origin"))?)
    }

    pub fn anybody(&self) -> Person {
        Person { client: self.client.clone(), base: self.base.clone(), credential: Credential::None, id: String::new() }
    }

    /// Somebody of staff.
    pub fn staff(&self) -> Result<Person> {
        Ok(self.signed_in()?.0.clone())
    }

    /// Somebody of staff, who they are, and the link that they have used.
    pub fn signed_in(&self) -> Result<&(Person, You, String)> {
        Ok(self.staff.as_ref().ok_or(NotAsked("pass a one-time link of somebody of staff: --staff"))?)
    }

    /// The claims of a token for a person of an account, now.
    pub fn claims(&self, person: &str, account: &str) -> Value {
        let now = Clock::default().now().0.div_euclid(SECOND);
        json!({
            "sub": person, "name": "Ada Marsh", "account": { "id": account, "name": "Acme Robotics" },
            "aud": "callpoint", "iat": now, "exp": now + 3600,
        })
    }

    pub fn sign(&self, claims: &Value) -> Result<String> {
        signed(&self.secret, &json!({ "alg": "HS256", "typ": "JWT" }), claims)
    }

    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// A customer of an account that nobody knew before.
    pub fn customer(&self) -> Result<Person> {
        self.colleague(&fresh("account")?)
    }

    /// Somebody new of this account.
    pub fn colleague(&self, account: &str) -> Result<Person> {
        let person = fresh("person")?;
        let token = self.sign(&self.claims(&person, account))?;
        Ok(Person { id: account.to_owned(), ..self.bearer(token) })
    }

    pub fn bearer(&self, token: String) -> Person {
        Person { credential: Credential::Token(token), ..self.anybody() }
    }
}

/// A token with this header, signed by HMAC-SHA256 whatever the header says.
pub(super) fn signed(secret: &str, header: &Value, claims: &Value) -> Result<String> {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
    mac.update(text.as_bytes());
    Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())))
}

fn fresh(kind: &str) -> Result<String> {
    Ok(format!("conformance-{kind}-{}", key()?))
}

/// A new id for a write.
pub(super) fn key() -> Result<CommandId> {
    let random = crypto::random().ok().and_then(|bytes| bytes.first_chunk::<16>().copied());
    let random = random.context("the system has no randomness to give")?;
    Ok(CommandId::new(Clock::default().now(), u128::from_be_bytes(random)))
}

/// Fails where something is not as it should be, and says both.
pub(super) fn same<T: PartialEq + Debug>(what: &str, is: T, should: T) -> Result<()> {
    ensure!(is == should, "{what} is {is:?}, and should be {should:?}");
    Ok(())
}

#[derive(Clone)]
enum Credential {
    None,
    Token(String),
    Cookie(String),
}

/// Somebody with a token, a session, or neither.
#[derive(Clone)]
pub(super) struct Person {
    client: Client,
    base: String,
    credential: Credential,
    /// Of a customer, their account.
    pub id: String,
}

impl Person {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, [&*self.base, path].concat());
        match &self.credential {
            Credential::None => request,
            Credential::Token(token) => request.bearer_auth(token),
            Credential::Cookie(cookie) => request.header("cookie", cookie),
        }
    }

    pub async fn get(&self, path: &str) -> Result<Answer> {
        send(self.request(Method::GET, path)).await
    }

    /// A write, as it is before it is sent.
    pub fn writing(&self, path: &str, key: CommandId, body: impl Into<reqwest::Body>) -> RequestBuilder {
        let request = self.request(Method::POST, path).header("content-type", "application/json");
        request.header(IDEMPOTENCY_KEY, key.to_string()).body(body)
    }

    pub async fn write(&self, path: &str, key: CommandId, body: &Value) -> Result<Answer> {
        send(self.writing(path, key, body.to_string())).await
    }

    /// Reports this.
    pub async fn report(&self, draft: &Value) -> Result<Receipt> {
        self.write(REPORTS, key()?, draft).await?.read(201)
    }

    /// Reports something in these words.
    pub async fn declare(&self, what: &str) -> Result<Receipt> {
        self.report(&json!({ "what": what, "severity": 2 })).await
    }

    pub async fn command(&self, incident: IncidentId, command: &Value) -> Result<Answer> {
        self.write(&format!("{INCIDENTS}/{incident}/commands"), key()?, command).await
    }

    /// Asks what has to be done.
    pub async fn does(&self, incident: IncidentId, command: &Value) -> Result<Receipt> {
        self.command(incident, command).await?.read(200).with_context(|| command.to_string())
    }

    /// Asks what has to be refused.
    pub async fn refused(&self, incident: IncidentId, command: &Value, code: ErrorCode) -> Result<Value> {
        self.command(incident, command).await?.refuses(code).with_context(|| command.to_string())
    }

    pub async fn status(&self) -> Result<Snapshot> {
        self.get(STATUS).await?.read(200)
    }

    pub async fn thread(&self, incident: IncidentId) -> Result<Thread> {
        self.get(&format!("{INCIDENTS}/{incident}")).await?.read(200)
    }

    /// Opens the stream, from a cursor if there is one.
    pub async fn listen(&self, cursor: Option<&str>) -> Result<Listener> {
        let request = self.request(Method::GET, EVENTS);
        let request = cursor.into_iter().fold(request, |request, cursor| request.header("last-event-id", cursor));
        let response = request.send().await?;
        ensure!(response.status() == 200, "{EVENTS} is answered {}", response.status());
        let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        ensure!(kind.starts_with("text/event-stream"), "{EVENTS} comes as `{kind}`");
        Ok(Listener { response, parser: Parser::default(), frames: VecDeque::new(), cursor: 0 })
    }
}

/// An answer, read to its end.
pub(super) struct Answer {
    pub status: u16,
    headers: HeaderMap,
    pub body: String,
}

pub(super) async fn send(request: RequestBuilder) -> Result<Answer> {
    let response = request.timeout(PATIENCE).send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Answer { status, headers, body: response.text().await? })
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body, if it was answered with this status.
    pub fn read<T: DeserializeOwned>(&self, status: u16) -> Result<T> {
        let shown: String = self.body.chars().take(300).collect();
        ensure!(self.status == status, "the answer is {} and should be {status}: {shown}", self.status);
        serde_json::from_str(&self.body).map_err(|error| anyhow::anyhow!("the answer can't be read ({error}): {shown}"))
    }

    /// The problem document, if it is one with this code.
    pub fn refuses(&self, code: ErrorCode) -> Result<Value> {
        let problem: Value = self.read(code.status())?;
        let text = |name: &str| problem.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        same("the code", &*text("code"), code.as_str())?;
        same("the type of the answer", self.header("content-type"), "application/problem+json")?;
        same("`type`", text("type"), format!("urn:callpoint:problem:{}", code.as_str()))?;
        same("`status`", problem.get("status").and_then(Value::as_u64), Some(u64::from(code.status())))?;
        ensure!(!text("title").is_empty() && !text("detail").is_empty(), "`title` or `detail` is missing");
        Ok(problem)
    }

    /// The same, where this field is at fault.
    pub fn refuses_field(&self, field: &str) -> Result<()> {
        let problem = self.refuses(ErrorCode::Invalid)?;
        same("`field`", problem.get("field").and_then(Value::as_str).unwrap_or_default(), field)
    }
}

/// An open stream.
pub(super) struct Listener {
    response: Response,
    parser: Parser,
    frames: VecDeque<Frame>,
    /// The id of the last frame.
    pub cursor: u64,
}

impl Listener {
    /// What comes next, as it comes.
    pub async fn bytes(&mut self) -> Result<Vec<u8>> {
        let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.context("the stream stays silent")?;
        Ok(chunk?.context("the stream has ended")?.to_vec())
    }

    /// The next frame. Heartbeats are none, and are no reason to wait for ever.
    pub async fn frame(&mut self) -> Result<Frame> {
        tokio::time::timeout(PATIENCE, self.next()).await.context("no frame comes on the stream")?
    }

    async fn next(&mut self) -> Result<Frame> {
        loop {
            if let Some(frame) = self.frames.pop_front() {
                let id: u64 = frame.id.parse().with_context(|| format!("a frame has the id `{}`", frame.id))?;
                ensure!(id >= self.cursor, "the id {id} comes after {}", self.cursor);
                self.cursor = id;
                return Ok(frame);
            }
            let bytes = self.bytes().await?;
            self.frames.extend(self.parser.push(&bytes));
        }
    }

    pub async fn reset(&mut self) -> Result<Snapshot> {
        let frame = self.frame().await?;
        same("the first frame", &*frame.event, RESET)?;
        serde_json::from_str(&frame.data).context("the snapshot can't be read")
    }

    pub async fn event(&mut self) -> Result<Event> {
        let frame = self.frame().await?;
        same("the name of a frame", &*frame.event, "")?;
        let event: Event =
            serde_json::from_str(&frame.data).with_context(|| format!("an event can't be read: {}", frame.data))?;
        same("the id of a frame", self.cursor, event.seq)?;
        Ok(event)
    }

    /// Waits for an event like this, and gives all that came until then.
    pub async fn until(&mut self, wanted: impl Fn(&Change) -> bool) -> Result<Vec<Event>> {
        let mut heard = Vec::new();
        while heard.len() < 1_000 {
            let event = self.event().await?;
            let done = wanted(&event.change);
            heard.push(event);
            if done {
                return Ok(heard);
            }
        }
        bail!("what was waited for did not come among 1,000 events")
    }
}
