//! How components reach the client machine: one context, and hooks that re-render a component only when what it selected
//! has changed.

use std::rc::Rc;

use callpoint_core::{
    client::Client,
    model::{incident::Incident, severity::Severity, time::Time},
    text::{Key, fill},
    wire::protocol::{Vendor, You},
};
use yew::prelude::*;

use crate::{
    driver::Driver,
    platform::{
        time::{day, format_day, format_time},
        timers::Timer,
    },
};

/// Who reads, in whose deployment, and how times are written for them.
#[derive(Clone)]
pub struct ReaderContext {
    /// Who runs this.
    pub vendor: Rc<Vendor>,
    /// Who reads.
    pub you: Rc<You>,
    /// A time as people here write it; `true` spells it out.
    pub format_time: fn(Time, bool) -> String,
    /// The day of a time where they are, by its number.
    pub day: fn(Time) -> i64,
    /// A day as people here write it.
    pub format_day: fn(Time) -> String,
}

impl PartialEq for ReaderContext {
    fn eq(&self, other: &Self) -> bool {
        // How times are written never changes while somebody reads.
        self.vendor == other.vendor && self.you == other.you
    }
}

impl ReaderContext {
    /// The reader, once a snapshot says who it is; the one known before if nothing about it has changed.
    #[must_use]
    pub fn of(client: &Client, known: Option<Self>) -> Option<Self> {
        let (vendor, you) = (client.cache.vendor.as_ref()?, client.cache.you.as_ref()?);
        match known {
            Some(known) if *known.vendor == *vendor && *known.you == *you => Some(known),
            _ => Some(Self { vendor: vendor.clone().into(), you: you.clone().into(), format_time, day, format_day }),
        }
    }

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

/// What components find around them.
#[derive(Clone, PartialEq)]
pub struct ClientContext {
    /// The client machine at work.
    pub driver: Driver,
    /// Who reads; none until a snapshot says it.
    pub reader: Option<ReaderContext>,
}

#[hook]
#[expect(clippy::expect_used, reason = "every root of ours provides it; without it nothing can be drawn")]
fn use_client_context() -> ClientContext {
    use_context().expect("a client around this component")
}

/// The client machine at work around this component.
#[hook]
pub fn use_driver() -> Driver {
    use_client_context().driver
}

/// Who reads, once it is known.
#[hook]
pub fn use_known_reader() -> Option<ReaderContext> {
    use_client_context().reader
}

/// Who reads.
#[hook]
#[expect(clippy::expect_used, reason = "screens are drawn once it is known who reads")]
pub fn use_reader() -> ReaderContext {
    use_known_reader().expect("a reader around this component")
}

/// What `select` takes from the client machine. The component is drawn again only when that has changed.
#[hook]
pub fn use_client<T: PartialEq + 'static>(select: impl Fn(&Client) -> T + 'static) -> Rc<T> {
    let driver = use_driver();
    use_selection(driver, select)
}

/// As [`use_client`], of a client machine that is not in the context.
#[hook]
pub fn use_selection<T: PartialEq + 'static>(driver: Driver, select: impl Fn(&Client) -> T + 'static) -> Rc<T> {
    let selected = Rc::new(driver.read(&select));
    let known = selected.clone();
    use_redraw_when(driver, Rc::new(move |client| select(client) != *known));
    selected
}

/// Whether what a component has drawn is no longer so.
type IsStale = Rc<dyn Fn(&Client) -> bool>;

/// Draws the component again when the client machine has changed and `is_stale` says so.
#[hook]
fn use_redraw_when(driver: Driver, is_stale: IsStale) {
    let update = use_force_update();
    let latest = use_mut_ref(|| None::<IsStale>);
    latest.replace(Some(is_stale));
    use_effect_with(driver, move |driver| {
        let reading = driver.clone();
        let subscription = driver.subscribe(Callback::from(move |()| {
            let is_stale = latest.borrow().clone();
            if is_stale.is_some_and(|is_stale| reading.read(|client| is_stale(client))) {
                update.force_update();
            }
        }));
        move || drop(subscription)
    });
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
    let driver = use_driver();
    let update = use_force_update();
    let now = driver.now();
    use_effect_with(now, move |_| {
        let timer = Timer::new(move || update.force_update());
        timer.set(period);
        move || drop(timer)
    });
    now
}
