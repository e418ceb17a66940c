//! How components reach the client machine: a context, and hooks that re-render a component only when what it selected
//! has changed.

use std::rc::Rc;

use callpoint_core::{
    client::Client,
    model::{incident::Incident, severity::Severity, time::Time},
    text::{Key, fill},
    wire::protocol::{Vendor, You},
};
use yew::prelude::*;

/// Where components read the client machine. The driver is one; tests have one without a browser.
pub trait ClientSource {
    /// Lends the machine.
    fn lend(&self, look: &mut dyn FnMut(&Client));
    /// Calls after each change that can be seen, until what is returned is dropped.
    fn subscribe(&self, changed: Callback<()>) -> Box<dyn core::any::Any>;
    /// Calls once after this many milliseconds, unless what is returned is dropped.
    fn after(&self, milliseconds: i64, call: Callback<()>) -> Box<dyn core::any::Any>;
    /// The server's time.
    fn now(&self) -> Time;
}

/// The client machine of the component tree.
#[derive(Clone)]
pub struct ClientContext(Rc<dyn ClientSource>);

impl PartialEq for ClientContext {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl ClientContext {
    /// The context of this source.
    pub fn new(source: impl ClientSource + 'static) -> Self {
        Self(Rc::new(source))
    }

    /// Asks the machine something.
    pub fn read<T>(&self, ask: impl FnOnce(&Client) -> T) -> Option<T> {
        let (mut ask, mut answer) = (Some(ask), None);
        self.0.lend(&mut |client| answer = ask.take().map(|ask| ask(client)));
        answer
    }

    /// Calls after each change that can be seen, until what is returned is dropped.
    #[must_use]
    pub fn subscribe(&self, changed: Callback<()>) -> Box<dyn core::any::Any> {
        self.0.subscribe(changed)
    }
}

/// Who reads, in whose deployment, and how times are written for them.
#[derive(Clone)]
pub struct ReaderContext {
    /// Who runs this.
    pub vendor: Rc<Vendor>,
    /// Who reads.
    pub you: Rc<You>,
    /// A time as people here write it; `true` spells it out.
    pub format_time: fn(Time, bool) -> String,
}

impl PartialEq for ReaderContext {
    fn eq(&self, other: &Self) -> bool {
        // How times are written never changes while somebody reads.
        self.vendor == other.vendor && self.you == other.you
    }
}

impl ReaderContext {
    /// Words with the vendor's name in them.
    #[must_use]
    pub fn vendor_words(&self, key: Key) -> String {
        fill(key, &[("vendor", &self.vendor.name)])
    }

    /// Words with a level's name in them.
    #[must_use]
    pub fn level_words(&self, key: Key, severity: Severity) -> String {
        fill(key, &[("vendor", &self.vendor.name), ("level", self.vendor.scheme.name(severity))])
    }
}

/// The client machine of this tree.
#[hook]
#[expect(clippy::expect_used, reason = "every root of ours provides the context; without it nothing can be drawn")]
pub fn use_client_context() -> ClientContext {
    use_context().expect("a client context around this component")
}

/// Who reads.
#[hook]
#[expect(clippy::expect_used, reason = "screens are drawn inside the context once it is known who reads")]
pub fn use_reader() -> ReaderContext {
    use_context().expect("a reader context around this component")
}

/// What `select` takes from the machine. The component is drawn again only when that has changed.
#[hook]
pub fn use_client<T: PartialEq + 'static>(select: impl Fn(&Client) -> T + 'static) -> Rc<T> {
    let context = use_client_context();
    let update = use_force_update();
    let select: Rc<dyn Fn(&Client) -> T> = Rc::new(select);
    let selected = context.read(|client| Rc::new(select(client)));
    let latest = use_mut_ref(|| None);
    latest.replace(selected.clone().map(|selected| (select, selected)));
    use_effect_with(context.clone(), move |context| {
        let context = context.clone();
        let reader = context.clone();
        let subscription = context.subscribe(Callback::from(move |()| {
            let known = latest.borrow().clone();
            let changed = known.is_some_and(|(select, known): (Rc<dyn Fn(&Client) -> T>, Rc<T>)| {
                reader.read(|client| select(client)).is_some_and(|selected| selected != *known)
            });
            if changed {
                update.force_update();
            }
        }));
        move || drop(subscription)
    });
    #[expect(clippy::expect_used, reason = "a source that is there lends its machine")]
    selected.expect("the client machine")
}

/// An incident as it is now; none while it is not known.
#[hook]
pub fn use_incident(id: callpoint_core::model::id::IncidentId) -> Option<Rc<Incident>> {
    let incident = use_client(move |client| client.cache.state.incidents.get(&id).cloned());
    use_memo(incident, |incident| Option::clone(incident).map(Rc::new)).as_ref().clone()
}

/// The server's time, drawn again after `period` milliseconds.
#[hook]
pub fn use_now(period: i64) -> Time {
    let context = use_client_context();
    let update = use_force_update();
    let now = context.0.now();
    use_effect_with((context, now), move |(context, _)| {
        let timer = context.0.after(period, Callback::from(move |()| update.force_update()));
        move || drop(timer)
    });
    now
}
