//! The console: which queue and incident are shown, which is also its address, and what is notified while nobody looks at
//! them. What is done in a pane is the pane's, and everything else is the client machine's.

use std::cell::Cell;

use callpoint_core::{
    client::Notice,
    model::{command::ComponentCommand, event::Event, id::IncidentId, time::SECOND},
    text::{self, say},
    wire::protocol::Request,
};
use callpoint_widget::{
    context::{ClientContext, ReaderContext},
    driver::{Driver, Subscription},
    platform::timers::Timer,
};
use litemap::LiteMap;
use yew::prelude::*;

use crate::{
    desktop::{self, DesktopState, NoticeRelay, switch},
    layout::{Instead, Workspace, layout},
    message::ConsoleMsg,
    place::{IncidentName, Place},
    platform::{
        self, KeyListener,
        history::{self, TurnListener},
        notifications::{ShownNotification, show},
    },
    queue::Queue,
    sign_in::{IncidentReply, incident_called},
};

/// How long to wait before the server is asked again whom a reference belongs to, in milliseconds.
const SEEK_AGAIN: i64 = 5 * SECOND;

/// What the address leads to; a link of an earlier version names the incident in the fragment.
#[must_use]
pub fn here() -> Option<Place> {
    let place = Place::parse(&history::address())?;
    match platform::linked_incident() {
        Some(id) => Some(Place { incident: Some(IncidentName::Id(IncidentId::parse(&id)?)), ..place }),
        None => Some(place),
    }
}

/// What the console needs.
#[derive(Clone, PartialEq, Properties)]
pub struct ConsoleProps {
    /// The client machine at work.
    pub driver: Driver,
    /// What the client machine tells.
    pub notices: NoticeRelay,
    /// Ends the session.
    pub sign_out: Callback<()>,
}

/// The console.
pub struct Console {
    workspace: Workspace,
    reader: Option<ReaderContext>,
    send: Callback<ConsoleMsg>,
    /// The last notification of each incident.
    shown: LiteMap<IncidentId, ShownNotification>,
    /// What stands on the tab.
    title: String,
    seek_again: Timer,
    _turns: Option<TurnListener>,
    _subscription: Subscription,
    _keys: Option<KeyListener>,
}

impl Component for Console {
    type Message = ConsoleMsg;
    type Properties = ConsoleProps;

    fn create(ctx: &Context<Self>) -> Self {
        let keys = ctx.link().clone();
        let wanted = history::take_wanted().and_then(|address| Place::parse(&address));
        // An address of its own goes first.
        if let Some(wanted) = wanted.filter(|_| here() == Some(Place::default())) {
            history::replace(&wanted.address());
        }
        let (turned, again) = (ctx.link().clone(), ctx.link().clone());
        turned.send_message(ConsoleMsg::Turned);
        let led = Cell::new(false);
        // It listens first, so that what follows `g` means nothing to anybody else.
        let press = move |key: &str| {
            let leads = key == "g";
            let queue = if led.replace(leads) { Queue::of_letter(key) } else { Queue::of_key(key) };
            queue.into_iter().for_each(|queue| keys.send_message(ConsoleMsg::Queue(queue)));
            leads || queue.is_some()
        };
        let arrived = ctx.link().clone();
        ctx.props().notices.listen(Callback::from(move |notice| {
            if let Notice::Entry(_, event) = notice {
                arrived.send_message(ConsoleMsg::Arrived(event));
            }
        }));
        Self {
            workspace: Workspace::default(),
            reader: ctx.props().driver.read(|client| ReaderContext::of(client, None)),
            send: ctx.link().callback(|msg| msg),
            shown: LiteMap::new(),
            title: String::new(),
            seek_again: Timer::new(move || again.send_message(ConsoleMsg::SeekAgain)),
            _turns: history::on_turn(move || turned.send_message(ConsoleMsg::Turned)),
            _subscription: ctx.props().driver.subscribe(ctx.link().callback(|()| ConsoleMsg::Changed)),
            _keys: platform::on_key(press),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: ConsoleMsg) -> bool {
        let is_other = self.handle(ctx, msg);
        self.set_title(&ctx.props().driver);
        is_other
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let driver = &ctx.props().driver;
        let page = match &self.reader {
            None => html! { <p class="hollow" role="status">{ say(text::LOADING) }</p> },
            Some(_) => layout(driver, &self.workspace, &self.send),
        };
        let context = ClientContext { driver: driver.clone(), reader: self.reader.clone() };
        html! {
            <ContextProvider<ClientContext> {context}>
                <div class="console">{ page }</div>
            </ContextProvider<ClientContext>>
        }
    }

    fn destroy(&mut self, _: &Context<Self>) {
        history::set_title(say(text::CONSOLE_TITLE));
    }
}

impl Console {
    /// Takes up what happened. Whether it is to be seen.
    fn handle(&mut self, ctx: &Context<Self>, msg: ConsoleMsg) -> bool {
        let driver = &ctx.props().driver;
        match msg {
            ConsoleMsg::Changed => {
                let reader = driver.read(|client| ReaderContext::of(client, self.reader.clone()));
                let known = core::mem::replace(&mut self.reader, reader);
                return known != self.reader;
            }
            ConsoleMsg::Arrived(event) => {
                self.notify(driver, &event);
                return false;
            }
            ConsoleMsg::Queue(queue) => {
                self.workspace.queue = queue;
                if self.workspace.instead.is_some() {
                    self.turn_to(driver, None);
                }
                self.record(driver);
            }
            ConsoleMsg::Open(id) => {
                self.turn_to(driver, Some(id));
                self.record(driver);
            }
            ConsoleMsg::Leave => {
                self.turn_to(driver, None);
                self.record(driver);
            }
            ConsoleMsg::ShowAll => {
                self.workspace.queue = Queue::All;
                self.turn_to(driver, None);
                self.record(driver);
            }
            ConsoleMsg::Turned => self.arrive(ctx),
            ConsoleMsg::SeekAgain => {
                self.seek(ctx);
                return false;
            }
            ConsoleMsg::Sought(reference, reply) => return self.sought(driver, reference, reply),
            ConsoleMsg::Components(open) => self.workspace.components = open,
            ConsoleMsg::Drafted(incidents) => self.workspace.drafted = incidents,
            ConsoleMsg::OpenIncident(mut opening) => {
                if let Some(window) = &mut opening.maintenance {
                    let time = |at| driver.read(|client| client.server_time(at));
                    (window.starts_at, window.ends_at) = (time(window.starts_at), time(window.ends_at));
                }
                driver.submit(Request::Opening(opening));
                return false;
            }
            ConsoleMsg::SetComponent(id, status) => {
                driver.submit(Request::Component(id, ComponentCommand::SetStatus { status }));
                return false;
            }
            ConsoleMsg::Discard(id) => {
                driver.discard(id);
                return false;
            }
            ConsoleMsg::RetryNow => {
                driver.retry_now();
                return false;
            }
            ConsoleMsg::SignOut => {
                ctx.props().sign_out.emit(());
                return false;
            }
        }
        true
    }

    /// Goes to where the address leads.
    fn arrive(&mut self, ctx: &Context<Self>) {
        let driver = &ctx.props().driver;
        let place = here();
        if let (Some(place), Some(_)) = (&place, platform::linked_incident()) {
            history::replace(&place.address());
        }
        let Some(Place { queue, incident }) = place else {
            self.turn_to(driver, None);
            self.workspace.instead = Some(Instead::NoPlace);
            return;
        };
        self.workspace.queue = queue;
        match incident {
            None => self.turn_to(driver, None),
            Some(IncidentName::Id(id)) => self.turn_to(driver, Some(id)),
            Some(IncidentName::Reference(reference)) => {
                self.turn_to(driver, None);
                self.workspace.instead = Some(Instead::Seeking(reference));
                self.seek(ctx);
            }
        }
    }

    /// Asks whom the reference in the address belongs to.
    fn seek(&self, ctx: &Context<Self>) {
        if let Some(Instead::Seeking(reference)) = self.workspace.instead.clone() {
            ctx.link().send_future(async {
                let reply = incident_called(&reference).await;
                ConsoleMsg::Sought(reference, reply)
            });
        }
    }

    fn sought(&mut self, driver: &Driver, reference: String, reply: IncidentReply) -> bool {
        if self.workspace.instead != Some(Instead::Seeking(reference)) {
            return false;
        }
        match reply {
            IncidentReply::Found(id) => self.turn_to(driver, Some(id)),
            IncidentReply::NotFound => self.workspace.instead = Some(Instead::NoIncident),
            IncidentReply::NoReply => self.seek_again.set(SEEK_AGAIN),
        }
        true
    }

    /// Writes where the person is into the address, with a way back to where they were.
    fn record(&self, driver: &Driver) {
        let named = |id| {
            let reference = driver.read(|client| {
                let incident = client.cache.state.incidents.get(&id)?;
                // The reference of a merged one leads to where it goes on.
                incident.merged_into.is_none().then(|| IncidentName::parse(&incident.reference))?
            });
            reference.unwrap_or(IncidentName::Id(id))
        };
        let place = Place { queue: self.workspace.queue, incident: self.workspace.open.map(named) };
        if here().as_ref() != Some(&place) {
            history::push(&place.address());
        }
    }

    /// Says on the tab what is shown. Of a sealed incident nothing but its reference: titles stay in a browser's history.
    fn set_title(&mut self, driver: &Driver) {
        let vendor = self.reader.as_ref().map_or("", |reader| &reader.vendor.name);
        let incident = |id| {
            driver.read(|client| {
                let incident = client.cache.state.incidents.get(&id)?;
                let title = if incident.seal.is_some() { "" } else { &incident.title };
                Some([&incident.reference, title].join(" ").trim_end().to_owned())
            })
        };
        let what = match (&self.workspace.instead, self.workspace.open) {
            (None, Some(id)) => incident(id),
            (None, None) => Some(say(self.workspace.queue.label()).to_owned()),
            (Some(_), _) => None,
        };
        let title = [&what.unwrap_or_else(|| say(text::CONSOLE_TITLE).to_owned()), vendor].join(" · ");
        if title != self.title && self.reader.is_some() {
            history::set_title(&title);
            self.title = title;
        }
    }

    /// Shows a notification of what arrived, where it concerns the person and they are not looking.
    fn notify(&mut self, driver: &Driver, event: &Event) {
        let (Some(reader), Some(id)) = (&self.reader, event.incident) else { return };
        if platform::has_attention() || switch::current() != DesktopState::On {
            return;
        }
        let notification = driver.read(|client| {
            let incident = client.cache.state.incidents.get(&id)?;
            desktop::notification(reader, event, incident)
        });
        let Some(notification) = notification else { return };
        let send = self.send.clone();
        let click = move || send.emit(ConsoleMsg::Open(id));
        if let Some(shown) = show(&notification.title, &notification.body, &id.text(), click) {
            self.shown.insert(id, shown);
        }
    }

    fn turn_to(&mut self, driver: &Driver, incident: Option<IncidentId>) {
        self.workspace.instead = None;
        if self.workspace.open != incident {
            if let Some(left) = self.workspace.open {
                driver.leave_thread(left);
            }
            self.workspace.open = incident;
            if let Some(id) = incident {
                driver.open_thread(id);
            }
        }
    }
}
