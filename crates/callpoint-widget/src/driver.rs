//! Runs the client machine in a browser: carries out its effects and tells whoever shows it. Holds no rule of its
//! own.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use callpoint_core::{
    client::{Answer, Client, Effect, Input, Notice},
    json,
    model::{
        command::IncidentCommand,
        id::{CommandId, IncidentId},
        report::ReportDraft,
        time::Time,
    },
    wire::protocol::{INCIDENTS, Request, Submission},
};
use js_sys::Function;
use wasm_bindgen::{JsValue, prelude::Closure};
use yew::Callback;

use crate::browser::{self, Tell, Wire};

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
    wire: Wire,
    viewers: RefCell<Vec<(usize, Callback<()>)>>,
    next_viewer: Cell<usize>,
    tell: Callback<Notice>,
    _heard: Tell,
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
    pub fn start(backend: &str, identity: Identity, tell: Callback<Notice>) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "any 64 of the random bits will do")]
        let seed = browser::random() as u64;
        let (who, session) = match identity {
            Identity::Anonymous => (JsValue::UNDEFINED, false),
            Identity::Token(fetch) => (fetch.into(), false),
            Identity::Session(person) => (["staff:", &person].concat().into(), true),
        };
        Self(Rc::new_cyclic(|this: &Weak<Inner>| {
            let this = this.clone();
            let heard: Tell = Closure::new(move |kind, id: String, status, body: String, retry| {
                if let Some(inner) = this.upgrade() {
                    Self(inner).heard(kind, &id, status, body, retry);
                }
            });
            Inner {
                client: RefCell::new(Client::new(seed)),
                wire: Wire::new(backend, &who, session, &heard),
                viewers: RefCell::default(),
                next_viewer: Cell::default(),
                tell,
                _heard: heard,
            }
        }))
    }

    /// Ends it: no request, timer or listener is left.
    pub fn stop(&self) {
        self.0.wire.stop();
        self.0.viewers.take();
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
        self.feed(Input::Submit(Submission { id, at: now, request }));
        id
    }

    /// A thread is opened, or left.
    pub fn look(&self, incident: Option<IncidentId>) {
        self.feed(Input::Look(incident));
    }

    /// Something is about to be reported; others may have.
    pub fn wonder(&self, draft: &ReportDraft) {
        self.feed(Input::FindSimilar(draft));
    }

    /// Says that what is on screen is read, where that is news.
    pub fn read_on(&self) {
        if let Some((id, seq)) = self.read(Client::to_read) {
            self.submit(Request::Incident(id, IncidentCommand::Read { seq }));
        }
    }

    /// A refused parcel is given up, or a receipt was seen.
    pub fn discard(&self, id: CommandId) {
        self.feed(Input::Discard(id));
    }

    /// Waits no longer.
    pub fn hurry(&self) {
        self.feed(Input::Hurry);
    }

    /// The code for threads and status is fetched later; until then they are not read, nor drawn.
    pub fn wait_for_rest(&self) {
        self.0.client.borrow_mut().wait_for_rest();
    }

    /// All of the code is here.
    pub fn arrived(&self) {
        self.feed(Input::Whole);
    }

    /// The server's time.
    #[must_use]
    pub fn now(&self) -> Time {
        self.read(|client| client.server_time(browser::now()))
    }

    /// Under whose name drafts are kept on this device; none until it is known.
    #[must_use]
    pub fn draft_key(&self) -> Option<String> {
        self.0.wire.owner().map(|owner| ["callpoint:draft:", &owner].concat())
    }

    /// What the wire tells, by its kinds.
    fn heard(&self, kind: u32, id: &str, status: u32, body: String, retry: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "longer than a page lives either way")]
        let retry_after = (retry >= 0.0).then_some(retry as i64);
        let answer = |body| Answer { status: u16::try_from(status).unwrap_or(0), body, retry_after };
        let command = CommandId::parse(id);
        match (kind, command) {
            (0, _) => self.feed(Input::Started(body.split('\n').filter_map(json::read).collect())),
            (1, Some(id)) => self.feed(Input::Saved(id)),
            (2, Some(id)) => self.feed(Input::Answered(id, answer(body))),
            (3, _) => self.feed(Input::Opened),
            (4, _) => self.feed(Input::Bytes(body.as_bytes())),
            (5, _) => self.feed(Input::Lost(answer(body))),
            (6, Some(id)) => self.feed(Input::Loaded(IncidentId(id.0), answer(body))),
            (6, None) => self.feed(Input::Suggested(answer(body))),
            (7, _) => self.feed(Input::Hurry),
            _ => self.feed(Input::Woke),
        }
    }

    fn feed(&self, input: Input<'_>) {
        let now = browser::now();
        let effects = self.0.client.borrow_mut().handle(input, now);
        for effect in effects {
            self.run(effect);
        }
        #[expect(clippy::cast_precision_loss, reason = "longer than a page lives either way")]
        let wait = self.read(Client::wake).map_or(-1.0, |at| at.since(now).max(0) as f64);
        self.0.wire.wake(wait);
        let viewers = self.0.viewers.borrow().clone();
        for (_, changed) in viewers {
            changed.emit(());
        }
    }

    fn run(&self, effect: Effect) {
        let wire = &self.0.wire;
        match effect {
            Effect::Save(id) => {
                if let Some(text) = self.of(id, Submission::text) {
                    wire.save(&id.text(), &text);
                }
            }
            Effect::Forget(id) => wire.forget(&id.text()),
            Effect::Send(id) => {
                if let Some((path, body)) = self.of(id, |parcel| (parcel.request.path(), parcel.request.body())) {
                    wire.post(&id.text(), &path, &body);
                }
            }
            Effect::Connect(cursor) => wire.connect(&cursor.map(|seq| seq.to_string()).unwrap_or_default()),
            Effect::Load(id) => wire.load(&id.text(), &[INCIDENTS, "/", &id.text()].concat()),
            Effect::Suggest(path) => wire.load("", &path),
            Effect::RenewToken => wire.forget_token(),
            Effect::Tell(notice) => self.0.tell.emit(notice),
        }
    }

    /// Asks a parcel of the outbox, unless it was given up meanwhile.
    fn of<T>(&self, id: CommandId, ask: impl FnOnce(&Submission) -> T) -> Option<T> {
        self.read(|client| client.outbox.get(id).map(|kept| ask(&kept.parcel)))
    }
}
