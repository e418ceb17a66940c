//! Runs the client machine in a browser: carries out its effects and notifies whoever shows it. Holds no rule of its
//! own.

mod effects;

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use callpoint_core::{
    client::{Client, Codec as _, Input, Notice},
    model::{
        command::IncidentCommand,
        id::{CommandId, IncidentId},
        report::ReportDraft,
        time::Time,
    },
    wire::protocol::{Request, Submission},
};
use js_sys::Function;
use serde::{Serialize, de::DeserializeOwned};
use yew::Callback;

use crate::{
    config::ClientConfig,
    platform::{codec::BrowserCodec, page, random::random, storage, time},
};

use effects::Backend;

/// The client machine at work on a page. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Driver(Rc<Inner>);

struct Inner {
    client: RefCell<Client>,
    surroundings: Surroundings,
    subscribers: RefCell<Vec<(usize, Callback<()>)>>,
    next_subscriber: Cell<usize>,
    notify: Callback<Notice>,
}

/// What carries out the client's effects.
enum Surroundings {
    /// A browser, and through it a backend.
    Browser(Box<Backend>),
    /// Nothing: the client stands still at this time.
    Still(Time),
}

impl PartialEq for Driver {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Keeps a subscriber notified of changes until dropped.
pub struct Subscription {
    driver: Weak<Inner>,
    number: usize,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(inner) = self.driver.upgrade() {
            inner.subscribers.borrow_mut().retain(|(number, _)| *number != self.number);
        }
    }
}

impl Driver {
    /// Starts a client; `notify` gets what the page may want to know.
    #[must_use]
    pub fn start(config: &ClientConfig, notify: Callback<Notice>) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "any 64 of the random bits will do")]
        let mut client = Client::new(random() as u64);
        client.page_fields.clone_from(&config.fields);
        let driver = Self(Rc::new_cyclic(|this: &Weak<Inner>| {
            let feed = {
                let this = this.clone();
                move |input: Input<'static>| {
                    if let Some(inner) = this.upgrade() {
                        Self(inner).feed(input);
                    }
                }
            };
            let surroundings = Surroundings::Browser(Box::new(Backend::new(config, feed)));
            Inner::new(client, surroundings, notify)
        }));
        driver.begin();
        driver
    }

    /// A client that stands still, for rendering without a browser: what is asked of it is taken, and nothing is sent.
    #[must_use]
    pub fn still(client: Client, now: Time) -> Self {
        Self(Rc::new(Inner::new(client, Surroundings::Still(now), Callback::noop())))
    }

    /// Ends it: no request, timer or listener is left.
    pub fn stop(&self) {
        if let Some(backend) = self.backend() {
            backend.stop();
        }
        self.0.subscribers.take();
    }

    /// Reads the client.
    pub fn read<T>(&self, read: impl FnOnce(&Client) -> T) -> T {
        read(&self.0.client.borrow())
    }

    /// Calls after each change that can be shown, until the subscription is dropped.
    #[must_use]
    pub fn subscribe(&self, changed: Callback<()>) -> Subscription {
        let number = self.0.next_subscriber.get();
        self.0.next_subscriber.set(number + 1);
        self.0.subscribers.borrow_mut().push((number, changed));
        Subscription { driver: Rc::downgrade(&self.0), number }
    }

    /// Puts a request into the outbox, to be sent as soon as it can be.
    pub fn submit(&self, request: Request) -> CommandId {
        let now = self.device_time();
        let random = self.backend().map_or(0, |_| random());
        let id = self.0.client.borrow_mut().new_id(now, random);
        self.feed(Input::Submit(Submission { id, at: now, request }));
        id
    }

    /// The person opens a thread.
    pub fn open_thread(&self, incident: IncidentId) {
        self.feed(Input::OpenThread(incident));
    }

    /// The person leaves a thread that was opened.
    pub fn leave_thread(&self, incident: IncidentId) {
        self.feed(Input::LeaveThread(incident));
    }

    /// The person is about to report this; there may be an incident of it already.
    pub fn find_similar(&self, draft: &ReportDraft) {
        self.feed(Input::FindSimilar(draft));
    }

    /// Says that a thread on screen is read, where somebody can see the page and the server does not know yet.
    pub fn mark_read(&self, incident: IncidentId) {
        let unsaid = self.read(|client| client.cache.to_read(incident));
        if let Some(seq) = unsaid.filter(|_| page::is_visible()) {
            self.submit(Request::Incident(incident, IncidentCommand::Read { seq }));
        }
    }

    /// The person gives a refused submission up, or has seen its receipt.
    pub fn discard(&self, id: CommandId) {
        self.feed(Input::Discard(id));
    }

    /// Ends every wait.
    pub fn retry_now(&self) {
        self.feed(Input::RetryNow);
    }

    /// The server's time.
    #[must_use]
    pub fn now(&self) -> Time {
        self.read(|client| client.server_time(self.device_time()))
    }

    /// Under which key this person's draft is kept on this device; none until it is known whose it is.
    #[must_use]
    pub fn draft_key(&self) -> Option<String> {
        self.backend()?.owner().map(|owner| ["callpoint:draft:", &owner].concat())
    }

    /// Keeps this person's draft on this device, if it is known whose it is and the device stores anything.
    pub fn save_draft<T: Serialize>(&self, draft: &T) {
        if let Some(key) = self.draft_key() {
            storage::save(&key, &BrowserCodec.encode(draft));
        }
    }

    /// The draft that this person has left on this device.
    #[must_use]
    pub fn load_draft<T: DeserializeOwned>(&self) -> Option<T> {
        BrowserCodec.decode(&storage::load(&self.draft_key()?)?)
    }

    /// Removes this person's draft from this device.
    pub fn remove_draft(&self) {
        if let Some(key) = self.draft_key() {
            storage::remove(&key);
        }
    }

    /// What adds and shows files, where the page has it.
    #[must_use]
    pub fn files(&self) -> Option<Function> {
        self.backend()?.files()
    }

    fn backend(&self) -> Option<&Backend> {
        match &self.0.surroundings {
            Surroundings::Browser(backend) => Some(backend),
            Surroundings::Still(_) => None,
        }
    }

    fn device_time(&self) -> Time {
        match self.0.surroundings {
            Surroundings::Browser(_) => time::now(),
            Surroundings::Still(now) => now,
        }
    }

    /// Gives the client an input, carries out what it asks, and notifies those who show what changed.
    fn feed(&self, input: Input<'_>) {
        if self.backend().is_some_and(Backend::is_stopped) {
            return;
        }
        let now = self.device_time();
        let (effects, changed) = {
            let mut client = self.0.client.borrow_mut();
            let before = client.revision();
            (client.handle(input, now), client.revision() != before)
        };
        for effect in effects {
            self.run(effect);
        }
        if let Some(backend) = self.backend() {
            backend.set_timer(self.read(Client::wake).map(|at| at.since(now)));
        }
        if changed {
            // A copy: subscribers come and go while they are notified.
            let subscribers = self.0.subscribers.borrow().clone();
            for (_, changed) in subscribers {
                changed.emit(());
            }
        }
    }
}

impl Inner {
    fn new(client: Client, surroundings: Surroundings, notify: Callback<Notice>) -> Self {
        Self {
            client: RefCell::new(client),
            surroundings,
            subscribers: RefCell::default(),
            next_subscriber: Cell::default(),
            notify,
        }
    }
}

#[cfg(test)]
mod tests {
    use callpoint_core::client::StreamMessage;

    use super::*;

    fn counted(driver: &Driver) -> (Rc<Cell<u32>>, Subscription) {
        let count = Rc::new(Cell::new(0));
        let counter = count.clone();
        let subscription = driver.subscribe(Callback::from(move |()| counter.set(counter.get() + 1)));
        (count, subscription)
    }

    #[test]
    fn subscribers_are_notified_of_what_can_be_shown_until_they_leave() {
        let driver = Driver::still(Client::new(1), Time(1_760_000_000_000));
        let (count, subscription) = counted(&driver);
        let (other, _staying) = counted(&driver);
        driver.feed(Input::Received(StreamMessage::Heartbeat));
        driver.feed(Input::Tick);
        assert_eq!(count.get(), 0, "nothing has changed");
        driver.submit(Request::Report(ReportDraft { what: "Words".to_owned(), ..ReportDraft::default() }));
        assert_eq!(count.get(), 1);
        drop(subscription);
        driver.retry_now();
        assert_eq!((count.get(), other.get()), (1, 2));
    }
}
