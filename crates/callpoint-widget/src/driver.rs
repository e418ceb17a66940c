//! Runs the client machine in a browser: carries out its effects and tells whoever shows it. Holds no rule of its
//! own.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use callpoint_core::{
    client::{Client, Codec as _, Effect, Input, Notice, StreamMessage, sse::Parser},
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

use crate::{
    browser::{self, Tell, Wire},
    context::ClientSource,
    platform::codec::BrowserCodec,
};

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
    parser: RefCell<Parser>,
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
                parser: RefCell::default(),
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
        self.feed(Input::OpenThread(incident));
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
        self.feed(Input::RetryNow);
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
        let status = u16::try_from(status).unwrap_or(0);
        let command = CommandId::parse(id);
        match (kind, command) {
            (0, _) => self.feed(Input::Start(body.split('\n').filter_map(|text| BrowserCodec.decode(text)).collect())),
            (1, Some(id)) => self.feed(Input::Saved(id)),
            (2, Some(id)) => self.feed(Input::Answered(id, BrowserCodec.reply(status, &body, retry_after))),
            (3, _) => {
                self.0.parser.take();
                self.feed(Input::Connected);
            }
            (4, _) => self.received(&body),
            (5, _) => self.feed(Input::Disconnected(BrowserCodec.reply(status, &body, retry_after))),
            (6, Some(id)) => {
                let reply = BrowserCodec.reply(status, &body, retry_after);
                self.feed(Input::ThreadLoaded(IncidentId(id.0), reply));
            }
            (6, None) => self.feed(Input::SimilarFound(BrowserCodec.reply(status, &body, retry_after))),
            (7, _) => self.feed(Input::RetryNow),
            _ => self.feed(Input::Tick),
        }
    }

    fn received(&self, text: &str) {
        let frames = self.0.parser.borrow_mut().push(text.as_bytes());
        if frames.is_empty() {
            self.feed(Input::Received(StreamMessage::Heartbeat));
        }
        for frame in frames {
            self.feed(Input::Received(BrowserCodec.message(&frame)));
        }
    }

    fn feed(&self, input: Input<'_>) {
        let now = browser::now();
        let (effects, changed) = {
            let mut client = self.0.client.borrow_mut();
            let before = client.revision();
            (client.handle(input, now), client.revision() != before)
        };
        for effect in effects {
            self.run(effect);
        }
        #[expect(clippy::cast_precision_loss, reason = "longer than a page lives either way")]
        let wait = self.read(Client::wake).map_or(-1.0, |at| at.since(now).max(0) as f64);
        self.0.wire.wake(wait);
        if !changed {
            return;
        }
        let viewers = self.0.viewers.borrow().clone();
        for (_, changed) in viewers {
            changed.emit(());
        }
    }

    fn run(&self, effect: Effect) {
        let wire = &self.0.wire;
        match effect {
            Effect::Save(id) => {
                if let Some(text) = self.of(id, |submission| BrowserCodec.encode(submission)) {
                    wire.save(&id.text(), &text);
                }
            }
            Effect::Forget(id) => wire.forget(&id.text()),
            Effect::Send(id) => {
                if let Some((path, body)) =
                    self.of(id, |entry| (entry.request.path(), BrowserCodec.encode(&entry.request.body())))
                {
                    wire.post(&id.text(), &path, &body);
                }
            }
            Effect::Connect(cursor) => wire.connect(&cursor.map(|seq| seq.to_string()).unwrap_or_default()),
            Effect::LoadThread(id) => wire.load(&id.text(), &[INCIDENTS, "/", &id.text()].concat()),
            Effect::FindSimilar(path) => wire.load("", &path),
            Effect::RenewToken => wire.forget_token(),
            Effect::Notify(notice) => self.0.tell.emit(notice),
        }
    }

    /// Asks a parcel of the outbox, unless it was given up meanwhile.
    fn of<T>(&self, id: CommandId, ask: impl FnOnce(&Submission) -> T) -> Option<T> {
        self.read(|client| client.outbox.get(id).map(|entry| ask(&entry.submission)))
    }
}

impl ClientSource for Driver {
    fn lend(&self, look: &mut dyn FnMut(&Client)) {
        look(&self.0.client.borrow());
    }

    fn subscribe(&self, changed: Callback<()>) -> Box<dyn core::any::Any> {
        Box::new(self.view(changed))
    }

    fn after(&self, milliseconds: i64, call: Callback<()>) -> Box<dyn core::any::Any> {
        let alarm = browser::Alarm::new(move || call.emit(()));
        alarm.set(milliseconds);
        Box::new(alarm)
    }

    fn now(&self) -> Time {
        Self::now(self)
    }
}
