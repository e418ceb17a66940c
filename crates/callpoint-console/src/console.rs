//! The console: which queue and incident are shown, which is also its address, and what is notified while nobody looks at
//! them. What is done in a pane is the pane's, and everything else is the client machine's.

use std::{cell::Cell, rc::Rc};

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
    queue::{
        Queue,
        filter::Filter,
        search::{FIELD, Found, ask},
    },
    sign_in::{IncidentReply, incident_called},
};

/// How long to wait before the server is asked again whom a reference belongs to, in milliseconds.
const SEEK_AGAIN: i64 = 5 * SECOND;

/// How long after a key the server is asked, in milliseconds.
const TYPING: i64 = 120;

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
    /// Asks the server once nothing more is typed.
    ask_search: Timer,
    /// Whether Escape leads from what was found to the queue.
    leaves_search: Rc<Cell<bool>>,
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
        let [turned, again, asks] = [ctx.link(), ctx.link(), ctx.link()].map(Clone::clone);
        turned.send_message(ConsoleMsg::Turned);
        let led = Cell::new(false);
        let leaves_search = Rc::new(Cell::new(false));
        let leaves = leaves_search.clone();
        // It listens first, so that what follows `g` means nothing to anybody else.
        let press = move |key: &str| {
            let asked = match key {
                _ if led.replace(key == "g") => Queue::of_letter(key).map(ConsoleMsg::Queue),
                "g" => return true,
                "/" => return platform::focus_page(FIELD),
                "f" => Some(ConsoleMsg::Filters(true)),
                "Escape" => leaves.get().then(|| ConsoleMsg::Search(String::new())),
                _ => Queue::of_key(key).map(ConsoleMsg::Queue),
            };
            let is_asked = asked.is_some();
            asked.into_iter().for_each(|msg| keys.send_message(msg));
            is_asked
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
            ask_search: Timer::new(move || asks.send_message(ConsoleMsg::AskSearch)),
            leaves_search,
            _turns: history::on_turn(move || turned.send_message(ConsoleMsg::Turned)),
            _subscription: ctx.props().driver.subscribe(ctx.link().callback(|()| ConsoleMsg::Changed)),
            _keys: platform::on_key(press),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: ConsoleMsg) -> bool {
        let is_other = self.handle(ctx, msg);
        self.set_title(&ctx.props().driver);
        let Workspace { search, open, instead, .. } = &self.workspace;
        self.leaves_search.set(!search.is_empty() && open.is_none() && instead.is_none());
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
                self.search_for(String::new());
                if self.workspace.instead.is_some() {
                    self.turn_to(driver, None);
                }
                self.record(driver);
            }
            ConsoleMsg::Filter(filter) => {
                self.workspace.filter = filter;
                self.record(driver);
            }
            ConsoleMsg::Filters(open) => self.workspace.filters = open,
            ConsoleMsg::Search(text) => {
                let goes_on = !text.is_empty() && !self.workspace.search.is_empty();
                self.search_for(text);
                if goes_on {
                    history::replace(&self.place(driver).address());
                } else {
                    self.record(driver);
                }
            }
            ConsoleMsg::AskSearch => {
                self.workspace.found.failed = false;
                self.ask_server(ctx, None);
            }
            ConsoleMsg::SearchOn => {
                self.ask_server(ctx, self.workspace.found.next.clone());
                return false;
            }
            ConsoleMsg::Found(reply) => self.workspace.found.take(*reply, &self.workspace.search),
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
                self.workspace.filter = Filter::default();
                self.search_for(String::new());
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
        let Some(Place { queue, incident, search, filter }) = place else {
            self.turn_to(driver, None);
            self.workspace.instead = Some(Instead::NoPlace);
            return;
        };
        (self.workspace.queue, self.workspace.filter) = (queue, filter);
        if self.workspace.search != search {
            self.search_for(search);
        }
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

    /// Searches for this among what is known here, and soon on the server.
    fn search_for(&mut self, text: String) {
        if text.trim().is_empty() {
            self.ask_search.stop();
            self.workspace.found = Found::default();
        } else {
            self.ask_search.set(TYPING);
        }
        self.workspace.search = text;
    }

    fn ask_server(&self, ctx: &Context<Self>, before: Option<String>) {
        let text = self.workspace.search.clone();
        ctx.link().send_future(async { ConsoleMsg::Found(Box::new(ask(text, before).await)) });
    }

    /// Writes where the person is into the address, with a way back to where they were.
    fn record(&self, driver: &Driver) {
        let place = self.place(driver);
        if here().as_ref() != Some(&place) {
            history::push(&place.address());
        }
    }

    /// Where the person is.
    fn place(&self, driver: &Driver) -> Place {
        let named = |id| {
            let reference = driver.read(|client| {
                let incident = client.cache.state.incidents.get(&id)?;
                // The reference of a merged one leads to where it goes on.
                incident.merged_into.is_none().then(|| IncidentName::parse(&incident.reference))?
            });
            reference.unwrap_or(IncidentName::Id(id))
        };
        let Workspace { queue, filter, search, open, .. } = &self.workspace;
        Place { queue: *queue, incident: open.map(named), search: search.clone(), filter: filter.clone() }
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
            (None, None) if !self.workspace.search.is_empty() => Some(say(text::SEARCH_RESULTS).to_owned()),
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
