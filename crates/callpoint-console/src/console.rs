//! The console: which queue and incident are shown, and what has the focus. Everything else is the client machine's.

mod drafting;

use callpoint_core::{
    client::Client,
    model::{
        command::{ComponentCommand, IncidentCommand},
        id::{IncidentId, Seq},
        person::PersonRef,
        time::{MINUTE, SECOND},
    },
    text::{self, say},
    wire::protocol::Request,
};
use callpoint_widget::{
    context::{ClientContext, ReaderContext},
    driver::{Driver, Subscription},
    platform::{page, time::now, timers::Timer},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::{
    composer::{draft::DraftEdit, drafts::DraftStore},
    controls::SendMessage,
    incident::timeline,
    layout::{Workspace, layout},
    message::{ConsoleMsg, shortcut},
    platform::{self, KeyListener},
    queue::{Queue, QueueContext, counts_down},
    scene::Scene,
};

/// What the console needs.
#[derive(Clone, PartialEq, Properties)]
pub struct ConsoleProps {
    /// The client machine at work.
    pub driver: Driver,
    /// Ends the session.
    pub sign_out: Callback<()>,
}

/// Where the focus goes once the page is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FocusTarget {
    Row(IncidentId),
    Title,
    Composer,
    Form,
}

/// The console.
pub struct Console {
    queue: Queue,
    at: Option<IncidentId>,
    open: Option<IncidentId>,
    drafts: DraftStore,
    /// Those of staff whom a role can be handed to, once they are known.
    staff: Vec<PersonRef>,
    components: bool,
    /// The last entry of the open incident that was on screen, once it was.
    read_aloud: Option<Seq>,
    said: String,
    focus: Option<FocusTarget>,
    /// Whether the timeline stays at its end.
    follow: bool,
    page: NodeRef,
    send: SendMessage,
    reader: Option<ReaderContext>,
    tick: Timer,
    _subscription: Subscription,
    _keys: Option<KeyListener>,
}

impl Component for Console {
    type Message = ConsoleMsg;
    type Properties = ConsoleProps;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        let keys = ctx.link().clone();
        if let Some(linked) = platform::linked_incident().and_then(|id| IncidentId::parse(&id)) {
            link.send_message(ConsoleMsg::Open(linked));
        }
        let press = move |key: &str| {
            let asked = shortcut(key);
            let known = asked.is_some();
            asked.into_iter().for_each(|msg| keys.send_message(msg));
            known
        };
        Self {
            queue: Queue::All,
            at: None,
            open: None,
            drafts: DraftStore::default(),
            staff: Vec::new(),
            components: false,
            read_aloud: None,
            said: String::new(),
            focus: None,
            follow: false,
            page: NodeRef::default(),
            send: ctx.link().callback(|msg| msg),
            reader: ctx.props().driver.read(|client| ReaderContext::of(client, None)),
            tick: Timer::new(move || link.send_message(ConsoleMsg::Ticked)),
            _subscription: ctx.props().driver.subscribe(ctx.link().callback(|()| ConsoleMsg::Changed)),
            _keys: platform::on_key(press),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: ConsoleMsg) -> bool {
        let driver = &ctx.props().driver;
        match msg {
            ConsoleMsg::Changed => {
                let known = self.reader.take();
                self.reader = driver.read(|client| ReaderContext::of(client, known));
                self.drafts.restore(driver);
                self.announce(driver);
                self.mark_read(driver);
                self.arm(driver);
            }
            ConsoleMsg::Ticked => self.arm(driver),
            ConsoleMsg::Step { down } => self.step(driver, down),
            ConsoleMsg::Compose => self.focus = self.open.map(|_| FocusTarget::Composer),
            ConsoleMsg::StepBack => self.step_back(ctx),
            ConsoleMsg::Queue(queue) => self.show(driver, queue),
            ConsoleMsg::At(id) => {
                let moved = self.at != Some(id);
                self.at = Some(id);
                return moved;
            }
            ConsoleMsg::Open(id) => self.turn_to(driver, Some(id), FocusTarget::Title),
            ConsoleMsg::Leave => self.leave(driver),
            ConsoleMsg::Components(open) => self.components = open,
            ConsoleMsg::SetComponent(id, status) => {
                driver.submit(Request::Component(id, ComponentCommand::SetStatus { status }));
            }
            ConsoleMsg::Staff(staff) => self.staff = staff,
            ConsoleMsg::Command(command) => self.ask(driver, command),
            ConsoleMsg::EditDraft(edit) => self.edit(ctx, edit),
            ConsoleMsg::Send => self.send(driver),
            ConsoleMsg::SendForm => self.send_form(driver),
            ConsoleMsg::EditAgain(id) => self.edit_again(driver, id),
            ConsoleMsg::Discard(id) => driver.discard(id),
            ConsoleMsg::RetryNow => driver.retry_now(),
            ConsoleMsg::SignOut => ctx.props().sign_out.emit(()),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let driver = &ctx.props().driver;
        let page = match &self.reader {
            None => html! { <p class="hollow" role="status">{ say(text::LOADING) }</p> },
            Some(reader) => {
                driver.read(|client| layout(&Scene::new(client, reader, driver.now()), self.workspace(), &self.send))
            }
        };
        let context = ClientContext { driver: driver.clone(), reader: self.reader.clone() };
        html! {
            <ContextProvider<ClientContext> {context}>
                <div class="console" ref={self.page.clone()}>{ page }</div>
            </ContextProvider<ClientContext>>
        }
    }

    fn destroy(&mut self, _ctx: &Context<Self>) {
        self.tick.stop();
    }

    fn rendered(&mut self, _ctx: &Context<Self>, _first: bool) {
        if self.follow
            && let Some(timeline) = self.find(".timeline-box")
        {
            timeline.set_scroll_top(timeline.scroll_height());
        }
        let found = match self.focus.take() {
            None => return,
            Some(FocusTarget::Row(id)) => self.find(&["[data-incident=\"", &id.to_string(), "\"]"].concat()),
            Some(FocusTarget::Title) => self.find("#incident-title"),
            Some(FocusTarget::Composer) => self.find(".compose"),
            Some(FocusTarget::Form) => self
                .find(".form input:checked")
                .or_else(|| self.find(".form :is(input, textarea, select, button):enabled")),
        };
        if let Some(target) = found {
            // What can't be focused leaves the focus where it is.
            let _ = target.unchecked_into::<HtmlElement>().focus();
        }
    }
}

impl Console {
    fn workspace(&self) -> Workspace<'_> {
        Workspace {
            queue: self.queue,
            at: self.at,
            open: self.open,
            drafts: self.drafts.all(),
            staff: &self.staff,
            components: self.components,
            said: &self.said,
        }
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.page.cast::<Element>()?.query_selector(selector).ok().flatten()
    }

    fn show(&mut self, driver: &Driver, queue: Queue) {
        self.queue = queue;
        self.at = None;
        self.arm(driver);
    }

    /// The row below or above.
    fn step(&mut self, driver: &Driver, down: bool) {
        let Some(reader) = &self.reader else { return };
        let ids: Vec<IncidentId> = driver.read(|client| {
            let scene = Scene::new(client, reader, driver.now());
            let rows = self.queue.of(client.cache.state.incidents.values(), QueueContext::of(&scene));
            rows.iter().map(|incident| incident.id).collect()
        });
        let here = self.at.and_then(|at| ids.iter().position(|id| *id == at));
        let there = match (here, down) {
            (None, _) => 0,
            (Some(place), true) => (place + 1).min(ids.len().saturating_sub(1)),
            (Some(place), false) => place.saturating_sub(1),
        };
        if let Some(id) = ids.get(there) {
            self.at = Some(*id);
            self.focus = Some(FocusTarget::Row(*id));
        }
    }

    fn step_back(&mut self, ctx: &Context<Self>) {
        if self.open.is_some_and(|id| self.drafts.has_form(id)) {
            self.edit(ctx, DraftEdit::Form(None));
            self.focus = Some(FocusTarget::Title);
        } else if self.open.is_some() {
            self.leave(&ctx.props().driver);
        } else {
            self.components = false;
        }
    }

    fn leave(&mut self, driver: &Driver) {
        if let Some(id) = self.open {
            self.at = Some(id);
            self.turn_to(driver, None, FocusTarget::Row(id));
        }
    }

    fn turn_to(&mut self, driver: &Driver, incident: Option<IncidentId>, focus: FocusTarget) {
        if self.open != incident {
            self.open = incident;
            self.read_aloud = None;
            self.said.clear();
            self.follow = true;
            driver.open_thread(incident);
        }
        self.at = incident.or(self.at);
        self.focus = Some(focus);
        self.arm(driver);
    }

    /// Reads out what is new in the open incident, once it was loaded.
    fn announce(&mut self, driver: &Driver) {
        let Some(id) = self.open else { return };
        if let Some(timeline) = self.find(".timeline-box") {
            self.follow = timeline.scroll_height() - timeline.scroll_top() - timeline.client_height() < 80;
        }
        let read_aloud = self.read_aloud;
        let Some(reader) = &self.reader else { return };
        let (last, said) =
            driver.read(|client| timeline::announcement(&Scene::new(client, reader, driver.now()), id, read_aloud));
        self.read_aloud = last.or(read_aloud);
        if let Some(said) = said {
            self.said = said;
        }
    }

    /// Wakes in time for what is shown: each second beside a countdown, else each quarter of a minute.
    fn arm(&self, driver: &Driver) {
        let counting = driver.read(|client| {
            let now = client.server_time(now());
            let scheme = client.cache.vendor.as_ref().map(|vendor| &vendor.scheme);
            let soon = |incident| scheme.is_some_and(|scheme| counts_down(incident, scheme, now));
            client.is_offline() || client.cache.state.incidents.values().any(soon)
        });
        self.tick.set(if counting { SECOND } else { MINUTE / 4 });
    }

    /// Says how far the open thread is read, where somebody looks.
    fn mark_read(&self, driver: &Driver) {
        if let Some((id, seq)) = driver.read(Client::to_read).filter(|_| page::is_visible()) {
            driver.submit(Request::Incident(id, IncidentCommand::Read { seq }));
        }
    }

    fn ask(&mut self, driver: &Driver, command: IncidentCommand) {
        if let Some(id) = self.open {
            self.follow = true;
            driver.submit(Request::Incident(id, command));
        }
    }
}
