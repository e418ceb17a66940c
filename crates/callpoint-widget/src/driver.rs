//! Runs the client machine in a browser: carries out its effects and tells whoever shows it. The only place that
//! spawns; holds no rule of its own.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use callpoint_core::{
    client::{Answer, Client, Effect, Input, Notice},
    id::{CommandId, IncidentId, Seq},
    json,
    protocol::{EVENTS, IDEMPOTENCY_KEY, INCIDENTS, Parcel, Request},
    time::Time,
};
use js_sys::Function;
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use crate::browser::{self, Alarm, Ask, Stream, Watch};

/// Who a client speaks for.
#[derive(Clone, Debug, Default)]
pub enum Identity {
    /// Nobody known: public status only.
    #[default]
    Anonymous,
    /// A customer: the host's function fetches their token.
    Token(Function),
    /// Staff, by the session cookie of this origin; whose session it is, so that words are kept under their name.
    Session(String),
}

/// The client machine at work on a page. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Driver(Rc<Inner>);

struct Inner {
    client: RefCell<Client>,
    backend: String,
    identity: Identity,
    token: RefCell<Option<String>>,
    /// Under whose name parcels are kept on this device; none until the token is known.
    owner: RefCell<Option<String>>,
    stream: RefCell<Option<Rc<Stream>>>,
    alarm: Alarm,
    watch: RefCell<Option<Watch>>,
    stopped: Cell<bool>,
    viewers: RefCell<Vec<(usize, Callback<()>)>>,
    next_viewer: Cell<usize>,
    tell: Callback<Notice>,
}

impl PartialEq for Driver {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Keeps somebody told of changes until dropped.
pub struct Viewing {
    driver: Weak<Inner>,
    number: usize,
}

impl Drop for Viewing {
    fn drop(&mut self) {
        if let Some(inner) = self.driver.upgrade() {
            inner.viewers.borrow_mut().retain(|(number, _)| *number != self.number);
        }
    }
}

impl Driver {
    /// Starts a client against `backend` (an origin; empty for the page's own).
    #[must_use]
    pub fn start(backend: String, identity: Identity, tell: Callback<Notice>) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "any 64 of the random bits will do")]
        let seed = browser::random() as u64;
        let inner = Rc::new_cyclic(|this: &Weak<Inner>| Inner {
            client: RefCell::new(Client::new(seed)),
            backend,
            identity,
            token: RefCell::default(),
            owner: RefCell::default(),
            stream: RefCell::default(),
            alarm: Alarm::new(calling(this, Input::Woke)),
            watch: RefCell::new(Some(Watch::new(calling(this, Input::Hurry)))),
            stopped: Cell::new(false),
            viewers: RefCell::default(),
            next_viewer: Cell::default(),
            tell,
        });
        let driver = Self(inner);
        spawn_local(driver.clone().begin());
        driver
    }

    /// Ends it: no request, timer or listener is left.
    pub fn stop(&self) {
        self.0.stopped.set(true);
        self.0.alarm.stop();
        self.0.watch.take();
        self.0.viewers.take();
        if let Some(stream) = self.0.stream.take() {
            stream.close();
        }
    }

    /// Looks at the machine.
    pub fn read<T>(&self, look: impl FnOnce(&Client) -> T) -> T {
        look(&self.0.client.borrow())
    }

    /// Calls after each change, until the answer is dropped.
    #[must_use]
    pub fn view(&self, changed: Callback<()>) -> Viewing {
        let number = self.0.next_viewer.get();
        self.0.next_viewer.set(number + 1);
        self.0.viewers.borrow_mut().push((number, changed));
        Viewing { driver: Rc::downgrade(&self.0), number }
    }

    /// Writes a request down and sends it as soon as it can be sent.
    pub fn submit(&self, request: Request) -> CommandId {
        let now = browser::now();
        let id = self.0.client.borrow_mut().new_id(now, browser::random());
        self.feed(Input::Submit(Parcel { id, at: now, request }));
        id
    }

    /// A thread is opened, or left.
    pub fn look(&self, incident: Option<IncidentId>) {
        self.feed(Input::Look(incident));
    }

    /// A refused parcel is given up, or a receipt was seen.
    pub fn discard(&self, id: CommandId) {
        self.feed(Input::Discard(id));
    }

    /// Waits no longer.
    pub fn hurry(&self) {
        self.feed(Input::Hurry);
    }

    /// The server's time.
    #[must_use]
    pub fn now(&self) -> Time {
        self.read(|client| client.server_time(browser::now()))
    }

    async fn begin(self) {
        self.renew_token().await;
        let owner = self.0.owner.borrow().clone();
        let saved = match owner {
            Some(owner) => browser::kept(&owner).await,
            None => Vec::new(),
        };
        self.feed(Input::Started(saved.iter().filter_map(|text| json::read(text)).collect()));
    }

    fn feed(&self, input: Input<'_>) {
        if self.0.stopped.get() {
            return;
        }
        let now = browser::now();
        let effects = self.0.client.borrow_mut().handle(input, now);
        for effect in effects {
            self.run(effect);
        }
        match self.read(Client::wake) {
            Some(at) => self.0.alarm.set(at.since(now)),
            None => self.0.alarm.stop(),
        }
        let viewers = self.0.viewers.borrow().clone();
        for (_, changed) in viewers {
            changed.emit(());
        }
    }

    fn run(&self, effect: Effect) {
        let this = self.clone();
        match effect {
            Effect::Save(parcel) => spawn_local(this.save(parcel)),
            Effect::Forget(id) => spawn_local(async move {
                let owner = this.0.owner.borrow().clone();
                if let Some(owner) = owner {
                    browser::forget(&owner, &id.to_string()).await;
                }
            }),
            Effect::Send(parcel) => spawn_local(this.send(parcel)),
            Effect::Connect(cursor) => spawn_local(this.connect(cursor)),
            Effect::Load(incident) => spawn_local(async move {
                let path = [INCIDENTS, "/", &incident.to_string()].concat();
                let answer = this.ask(&path, "GET", &[], None).await;
                this.feed(Input::Loaded(incident, answer));
            }),
            Effect::RenewToken => {
                this.0.token.take();
            }
            Effect::Tell(notice) => this.0.tell.emit(notice),
        }
    }

    async fn save(self, parcel: Parcel) {
        let owner = self.0.owner.borrow().clone();
        let (Some(owner), Ok(text)) = (owner, serde_json::to_string(&parcel)) else { return };
        if browser::keep(&owner, &parcel.id.to_string(), &text).await {
            // An answer may have come before the copy was made; then it must not stay.
            let needed = self.read(|client| client.outbox.get(parcel.id).is_some_and(|kept| !kept.stage.is_received()));
            if needed {
                self.feed(Input::Saved(parcel.id));
            } else {
                browser::forget(&owner, &parcel.id.to_string()).await;
            }
        }
    }

    async fn send(self, parcel: Parcel) {
        let key = parcel.id.to_string();
        let headers = [("Content-Type", "application/json"), (IDEMPOTENCY_KEY, key.as_str())];
        let body = parcel.request.body();
        let answer = self.ask(&parcel.request.path(), "POST", &headers, Some(&body)).await;
        self.feed(Input::Answered(parcel.id, answer));
    }

    async fn ask(&self, path: &str, method: &str, headers: &[(&str, &str)], body: Option<&str>) -> Answer {
        let Some(headers) = self.headers(headers).await else { return Answer::default() };
        browser::send(Ask { url: &self.url(path), method, headers: &headers, session: self.has_session() }, body).await
    }

    async fn connect(self, cursor: Option<Seq>) {
        let stream = Rc::new(Stream::new());
        if let Some(before) = self.0.stream.replace(Some(stream.clone())) {
            before.close();
        }
        let place = cursor.map(|seq| seq.to_string()).unwrap_or_default();
        let mut headers = vec![("Accept", "text/event-stream")];
        if cursor.is_some() {
            headers.push(("Last-Event-ID", &place));
        }
        let answer = match self.headers(&headers).await {
            Some(headers) => {
                let (url, session) = (self.url(EVENTS), self.has_session());
                browser::open(&stream, Ask { url: &url, method: "GET", headers: &headers, session }).await
            }
            None => Answer::default(),
        };
        if answer.status == 200 {
            self.feed_from(&stream, Input::Opened);
            while let Some(bytes) = browser::next(&stream).await {
                self.feed_from(&stream, Input::Bytes(&bytes));
            }
        }
        let status = if answer.status == 200 { 0 } else { answer.status };
        self.feed_from(&stream, Input::Lost(Answer { status, ..answer }));
    }

    /// Feeds what a stream brought, unless another has taken its place.
    fn feed_from(&self, stream: &Rc<Stream>, input: Input<'_>) {
        let current = self.0.stream.borrow().as_ref().is_some_and(|current| Rc::ptr_eq(current, stream));
        if current {
            self.feed(input);
        }
    }

    fn url(&self, path: &str) -> String {
        [&self.0.backend, path].concat()
    }

    fn has_session(&self) -> bool {
        matches!(self.0.identity, Identity::Session(_))
    }

    /// Headers as lines of name and value; `None` while a token is needed and can't be had.
    async fn headers(&self, more: &[(&str, &str)]) -> Option<String> {
        let mut lines: Vec<&str> = more.iter().flat_map(|(name, value)| [*name, *value]).collect();
        if let Identity::Token(_) = self.0.identity {
            let known = self.0.token.borrow().is_some();
            if !known {
                self.renew_token().await;
            }
            let bearer = ["Bearer ", self.0.token.borrow().as_ref()?].concat();
            lines.extend(["Authorization", &bearer]);
            return Some(lines.join("\n"));
        }
        Some(lines.join("\n"))
    }

    async fn renew_token(&self) {
        let owner = match &self.0.identity {
            Identity::Anonymous => String::new(),
            Identity::Session(person) => ["staff:", person].concat(),
            Identity::Token(fetch) => {
                let Some(token) = browser::call(fetch).await.ok().and_then(|token| token.as_string()) else { return };
                let owner = browser::owner(&token);
                // One person's words never go out under another's name: a page that signs somebody else in
                // shuts down and boots anew.
                let stranger = self.0.owner.borrow().as_ref().is_some_and(|known| *known != owner);
                if stranger {
                    return;
                }
                self.0.token.replace(Some(token));
                owner
            }
        };
        let first = self.0.owner.replace(Some(owner)).is_none();
        if first {
            let unsaved = self.read(|client| client.outbox.kept().to_vec());
            for kept in unsaved.into_iter().filter(|kept| !kept.saved && !kept.stage.is_received()) {
                spawn_local(self.clone().save(kept.parcel));
            }
        }
    }

    /// Under whose name drafts are kept on this device.
    #[must_use]
    pub fn draft_key(&self) -> Option<String> {
        self.0.owner.borrow().as_ref().map(|owner| ["callpoint:draft:", owner].concat())
    }
}

fn calling(inner: &Weak<Inner>, input: Input<'static>) -> impl Fn() + 'static {
    let inner = inner.clone();
    move || {
        if let Some(inner) = inner.upgrade() {
            Driver(inner).feed(input.clone());
        }
    }
}
