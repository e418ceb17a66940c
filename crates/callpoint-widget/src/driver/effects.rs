//! The client's effects, carried out by the browser: each one ends in an input, whatever becomes of it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use callpoint_core::{
    client::{Codec as _, DeliveryState, Effect, Input, Reply},
    model::{
        id::{CommandId, IncidentId, Seq},
        incident::Incident,
        person::PersonRef,
    },
    wire::protocol::{Colleagues, EVENTS, IDEMPOTENCY_KEY, INCIDENTS, Submission, colleagues_path},
};
use gloo_events::EventListener;
use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::AbortSignal;
use yew::Callback;

use super::Driver;
use crate::{
    config::ClientConfig,
    platform::{
        codec::BrowserCodec,
        credentials::{Authorization, Credentials},
        database::OutboxStore,
        http::{self, Answer, HttpRequest},
        page,
        stream::{StreamHandle, StreamReader},
        timers::{Timer, within},
    },
};

/// How long to wait for this device's database before going on without it, in milliseconds.
const DATABASE_TIMEOUT: u32 = 2_000;

/// A backend as this browser reaches it, and what this device keeps for it.
pub(super) struct Backend {
    origin: String,
    carry: Option<Function>,
    files: Option<Function>,
    take_out: Option<Function>,
    credentials: Rc<Credentials>,
    outbox: OutboxStore,
    /// Ends when what this device kept for the person has been read, or takes too long; not begun until it is known
    /// who they are.
    restoring: RefCell<Option<Promise>>,
    stream: RefCell<Option<StreamHandle>>,
    timer: Timer,
    listeners: RefCell<Vec<EventListener>>,
    stopped: Cell<bool>,
}

impl Backend {
    pub(super) fn new(config: &ClientConfig, feed: impl Fn(Input<'static>) + Clone + 'static) -> Self {
        let returned = feed.clone();
        Self {
            origin: config.backend.clone(),
            carry: config.carry.clone(),
            files: config.files.clone(),
            take_out: config.take_out.clone(),
            credentials: Rc::new(Credentials::new(config.identity.clone())),
            outbox: OutboxStore::default(),
            restoring: RefCell::default(),
            stream: RefCell::default(),
            timer: Timer::new(move || feed(Input::Tick)),
            listeners: RefCell::new(page::on_return(move || returned(Input::RetryNow))),
            stopped: Cell::default(),
        }
    }

    pub(super) fn owner(&self) -> Option<String> {
        self.credentials.owner()
    }

    pub(super) fn files(&self) -> Option<Function> {
        self.files.clone()
    }

    pub(super) const fn is_stopped(&self) -> bool {
        self.stopped.get()
    }

    pub(super) fn set_timer(&self, wait: Option<i64>) {
        match wait {
            Some(milliseconds) => self.timer.set(milliseconds),
            None => self.timer.stop(),
        }
    }

    pub(super) fn stop(&self) {
        self.stopped.set(true);
        self.timer.stop();
        self.stream.take();
        self.listeners.take();
        self.outbox.close();
    }

    async fn get(&self, path: &str, authorization: &Authorization) -> Answer {
        let headers = headers(authorization, &[("Accept", "application/json")]);
        let url = [&*self.origin, path].concat();
        http::send(self.request(&url, &headers, authorization)).await
    }

    async fn post(&self, outgoing: &Outgoing, authorization: &Authorization) -> Answer {
        let always = [("Content-Type", "application/json"), (IDEMPOTENCY_KEY, &*outgoing.id)];
        let headers = headers(authorization, &always);
        let url = [&*self.origin, &outgoing.path].concat();
        let request = self.request(&url, &headers, authorization);
        http::send(HttpRequest { method: "POST", body: Some(&outgoing.body), ..request }).await
    }

    fn request<'a>(
        &'a self,
        url: &'a str,
        headers: &'a [(&'a str, &'a str)],
        authorization: &Authorization,
    ) -> HttpRequest<'a> {
        let carry = self.carry.as_ref();
        HttpRequest { method: "GET", url, headers, body: None, session: authorization.session, carry }
    }
}

/// A submission as it is posted.
struct Outgoing {
    id: String,
    path: String,
    body: String,
}

fn headers<'a>(authorization: &'a Authorization, always: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let header = authorization.header.as_deref().map(|header| ("Authorization", header));
    always.iter().copied().chain(header).collect()
}

impl Driver {
    /// Finds out who the person is and what this device has kept for them; then goes on either way.
    pub(super) fn begin(&self) {
        let this = self.clone();
        spawn_local(async move {
            this.authorize().await;
            this.feed(Input::Start(Vec::new()));
        });
    }

    /// Takes up what this device has kept for the person since it was read.
    pub fn take_up(&self) {
        let Some(owner) = self.backend().and_then(Backend::owner) else { return };
        let this = self.clone();
        spawn_local(async move { this.restore(&owner).await });
    }

    pub(super) fn run(&self, effect: Effect) {
        let Some(backend) = self.backend() else { return };
        match effect {
            Effect::Save(id) => self.save(id),
            Effect::Forget(id) => self.forget(id),
            Effect::Send(id) => self.send(id),
            Effect::Connect(cursor) => self.connect(cursor),
            Effect::LoadThread(id) => self.load_thread(id),
            Effect::FindSimilar(path) => {
                let this = self.clone();
                spawn_local(async move {
                    let answer = this.fetch(&path).await;
                    this.feed(Input::SimilarFound(answer.reply()));
                });
            }
            Effect::RenewToken => backend.credentials.forget_token(),
            Effect::Notify(notice) => self.0.notify.emit(notice),
        }
    }

    /// Says who asks, once it is known what this device has kept for them.
    async fn authorize(&self) -> Option<Authorization> {
        let backend = self.backend()?;
        let authorization = backend.credentials.authorization().await;
        if let Some(owner) = backend.owner() {
            self.restored(owner).await;
        }
        authorization
    }

    /// Takes up what this device has kept for the person. Waits for that, but not for ever.
    async fn restored(&self, owner: String) {
        let Some(backend) = self.backend() else { return };
        let running = backend.restoring.borrow().clone();
        let restoring = running.unwrap_or_else(|| {
            let this = self.clone();
            let reading = future_to_promise(async move {
                this.restore(&owner).await;
                Ok(JsValue::UNDEFINED)
            });
            let restoring = future_to_promise(async move {
                within(DATABASE_TIMEOUT, reading).await;
                Ok(JsValue::UNDEFINED)
            });
            backend.restoring.replace(Some(restoring.clone()));
            restoring
        });
        // It never rejects.
        let _ = JsFuture::from(restoring).await;
    }

    async fn restore(&self, owner: &str) {
        let Some(backend) = self.backend() else { return };
        // Written before it was known by whom.
        for id in self.read(|client| client.outbox.unsaved().collect::<Vec<CommandId>>()) {
            self.save(id);
        }
        let texts = backend.outbox.load(owner).await;
        self.feed(Input::Start(texts.iter().filter_map(|text| BrowserCodec.decode(text)).collect()));
    }

    /// Until it is known whose words they are, they are kept in memory alone.
    fn save(&self, id: CommandId) {
        let Some(owner) = self.backend().and_then(Backend::owner) else { return };
        let Some(json) = self.submission(id, |submission| BrowserCodec.encode(submission)) else { return };
        let this = self.clone();
        spawn_local(async move {
            let Some(backend) = this.backend() else { return };
            let key = id.text();
            if !backend.outbox.save(&owner, &key, &json).await {
                return;
            }
            let received = this.read(|client| client.outbox.get(id).is_none_or(|entry| entry.state.is_received()));
            if received {
                // The copy was still being written when it was no longer needed.
                backend.outbox.remove(&owner, &key).await;
            } else {
                this.feed(Input::Saved(id));
            }
        });
    }

    fn forget(&self, id: CommandId) {
        let Some(owner) = self.backend().and_then(Backend::owner) else { return };
        let this = self.clone();
        spawn_local(async move {
            if let Some(backend) = this.backend() {
                backend.outbox.remove(&owner, &id.text()).await;
            }
        });
    }

    fn send(&self, id: CommandId) {
        let outgoing = self.submission(id, |submission| Outgoing {
            id: id.text(),
            path: submission.request.path(),
            body: BrowserCodec.encode(&submission.request.body()),
        });
        let Some(outgoing) = outgoing else { return };
        let this = self.clone();
        spawn_local(async move {
            let authorization = this.authorize().await;
            let answer = match (this.backend(), authorization) {
                (Some(backend), Some(authorization)) if this.is_first(id) => {
                    backend.post(&outgoing, &authorization).await
                }
                _ => Answer::default(),
            };
            this.feed(Input::Answered(id, answer.reply()));
        });
    }

    /// Whether no earlier submission waits: one may have been found on the device while the token was fetched.
    fn is_first(&self, id: CommandId) -> bool {
        let waits = |state: &DeliveryState| matches!(state, DeliveryState::Waiting(_) | DeliveryState::Sent);
        self.read(|client| {
            let first = client.outbox.entries().iter().find(|entry| waits(&entry.state));
            first.is_some_and(|entry| entry.submission.id == id)
        })
    }

    fn load_thread(&self, id: IncidentId) {
        let this = self.clone();
        spawn_local(async move {
            let answer = this.fetch(&[INCIDENTS, "/", &id.text()].concat()).await;
            this.feed(Input::ThreadLoaded(id, answer.reply()));
        });
    }

    /// Whom the person can invite to a sealed incident; nobody, if the server does not say.
    pub async fn colleagues(&self, incident: IncidentId) -> Vec<PersonRef> {
        let answer = self.fetch(&colleagues_path(&incident.text())).await;
        answer.reply::<Colleagues>().body.value().unwrap_or_default().colleagues
    }

    /// Whether a thread can be taken out of the widget here.
    #[must_use]
    pub fn can_take_out(&self) -> bool {
        self.backend().is_some_and(|backend| backend.take_out.is_some())
    }

    /// Takes a thread out of the widget; `done` hears whether that was possible.
    pub fn take_out(&self, kind: &str, incident: &Incident, done: Callback<bool>) {
        let Some(take_out) = self.backend().and_then(|backend| backend.take_out.as_ref()) else { return };
        let (id, reference) = (incident.id.text(), &incident.reference);
        let taken = take_out.call3(&JsValue::UNDEFINED, &kind.into(), &id.into(), &reference.into());
        let Ok(taken) = taken.map(|taken| Promise::resolve(&taken)) else { return done.emit(false) };
        spawn_local(async move { done.emit(JsFuture::from(taken).await.is_ok_and(|taken| taken.is_truthy())) });
    }

    async fn fetch(&self, path: &str) -> Answer {
        match (self.authorize().await, self.backend()) {
            (Some(authorization), Some(backend)) => backend.get(path, &authorization).await,
            _ => Answer::default(),
        }
    }

    /// Opens the stream in place of the one that may be open.
    fn connect(&self, cursor: Option<Seq>) {
        let Some(handle) = StreamHandle::new() else { return self.feed(Input::Disconnected(Reply::none())) };
        let signal = handle.signal();
        if let Some(backend) = self.backend() {
            backend.stream.replace(Some(handle));
        }
        let this = self.clone();
        spawn_local(async move {
            let end = this.follow(&signal, cursor).await;
            if !signal.aborted() {
                this.feed(Input::Disconnected(end));
            }
        });
    }

    /// Follows the stream to its end, or until it is aborted.
    async fn follow(&self, signal: &AbortSignal, cursor: Option<Seq>) -> Reply<()> {
        let (Some(authorization), Some(backend)) = (self.authorize().await, self.backend()) else {
            return Reply::none();
        };
        let cursor = cursor.map(|seq| seq.to_string());
        let mut always = vec![("Accept", "text/event-stream")];
        always.extend(cursor.as_deref().map(|cursor| ("Last-Event-ID", cursor)));
        let headers = headers(&authorization, &always);
        let url = [&*backend.origin, EVENTS].concat();
        let response = match http::open(backend.request(&url, &headers, &authorization), signal).await {
            Some(response) if (200..300).contains(&response.status) => response,
            Some(refusal) => return refusal.read().await.reply(),
            None => return Reply::none(),
        };
        if !signal.aborted() {
            self.feed(Input::Connected);
        }
        let mut reader = StreamReader::new(&response);
        while let Some(messages) = reader.next().await {
            for message in messages {
                if signal.aborted() {
                    return Reply::none();
                }
                self.feed(Input::Received(message));
            }
        }
        Reply::none()
    }

    /// Reads a submission of the outbox, unless it was removed meanwhile.
    fn submission<T>(&self, id: CommandId, read: impl FnOnce(&Submission) -> T) -> Option<T> {
        self.read(|client| client.outbox.get(id).map(|entry| read(&entry.submission)))
    }
}
