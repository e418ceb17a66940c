//! The console: which queue and incident are shown, and what is notified while nobody looks at them. What is done in a
//! pane is the pane's, and everything else is the client machine's.

use callpoint_core::{
    client::Notice,
    model::{command::ComponentCommand, event::Event, id::IncidentId},
    text::{self, say},
    wire::protocol::Request,
};
use callpoint_widget::{
    context::{ClientContext, ReaderContext},
    driver::{Driver, Subscription},
};
use litemap::LiteMap;
use yew::prelude::*;

use crate::{
    desktop::{self, DesktopState, NoticeRelay, switch},
    layout::{Workspace, layout},
    message::ConsoleMsg,
    platform::{
        self, KeyListener,
        notifications::{ShownNotification, show},
    },
    queue::Queue,
};

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
    _subscription: Subscription,
    _keys: Option<KeyListener>,
}

impl Component for Console {
    type Message = ConsoleMsg;
    type Properties = ConsoleProps;

    fn create(ctx: &Context<Self>) -> Self {
        let keys = ctx.link().clone();
        if let Some(linked) = platform::linked_incident().and_then(|id| IncidentId::parse(&id)) {
            ctx.link().send_message(ConsoleMsg::Open(linked));
        }
        let press = move |key: &str| {
            let queue = Queue::of_key(key);
            queue.into_iter().for_each(|queue| keys.send_message(ConsoleMsg::Queue(queue)));
            queue.is_some()
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
            _subscription: ctx.props().driver.subscribe(ctx.link().callback(|()| ConsoleMsg::Changed)),
            _keys: platform::on_key(press),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: ConsoleMsg) -> bool {
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
            ConsoleMsg::Queue(queue) => self.workspace.queue = queue,
            ConsoleMsg::Open(id) => self.turn_to(driver, Some(id)),
            ConsoleMsg::Leave => self.turn_to(driver, None),
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
}

impl Console {
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
