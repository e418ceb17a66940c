//! The desk: which queue and incident are shown, and what has the focus. What is known is the client machine's.

use callpoint_core::{
    client::Client,
    model::{
        command::{ComponentCommand, IncidentCommand},
        id::{CommandId, IncidentId, Seq},
        person::PersonRef,
        time::{MINUTE, SECOND},
    },
    rules::state::State,
    text::{self, say},
    wire::{error::Invalid, protocol::Request},
};
use callpoint_widget::{
    driver::{Driver, Subscription},
    platform::{
        time::{format_time, now},
        timers::Timer,
    },
    view::Scene,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::{
    browser::{self, Keys},
    draft::{self, Draft, Edit},
    form::Form,
    msg::{KEYS, Msg},
    notes::Notes,
    queue::{Eyes, Queue, counts_down},
    session,
    view::{self, timeline},
};

/// What the desk needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The machine.
    pub driver: Driver,
    /// Ends the session.
    pub sign_out: Callback<()>,
}

/// Where the focus goes once the page is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Focus {
    Row(IncidentId),
    Title,
    Composer,
    Form,
}

/// The desk.
pub struct Console {
    queue: Queue,
    at: Option<IncidentId>,
    open: Option<IncidentId>,
    notes: Notes,
    /// Those of staff whom a role can be handed to, once they are known.
    staff: Vec<PersonRef>,
    components: bool,
    /// The last entry of the open incident that was on screen, once it was.
    heard: Option<Seq>,
    said: String,
    focus: Option<Focus>,
    /// Whether the timeline stays at its end.
    follow: bool,
    page: NodeRef,
    tick: Timer,
    _subscription: Subscription,
    _keys: Keys,
}

impl Component for Console {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        let keys = ctx.link().clone();
        if let Some(linked) = browser::linked().and_then(|id| IncidentId::parse(&id)) {
            link.send_message(Msg::Open(linked));
        }
        let press = move |key: String| {
            let known = KEYS.contains(&key.as_str());
            if known {
                keys.send_message(Msg::Key(key));
            }
            known
        };
        Self {
            queue: Queue::All,
            at: None,
            open: None,
            notes: Notes::default(),
            staff: Vec::new(),
            components: false,
            heard: None,
            said: String::new(),
            focus: None,
            follow: false,
            page: NodeRef::default(),
            tick: Timer::new(move || link.send_message(Msg::Ticked)),
            _subscription: ctx.props().driver.subscribe(ctx.link().callback(|()| Msg::Changed)),
            _keys: Keys::new(press),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let driver = &ctx.props().driver;
        match msg {
            Msg::Changed => {
                self.notes.restore(driver);
                self.listen(driver);
                self.say_read(driver);
                self.arm(driver);
            }
            Msg::Ticked => self.arm(driver),
            Msg::Key(key) => self.press(ctx, &key),
            Msg::Queue(queue) => self.show(driver, queue),
            Msg::At(id) => {
                let moved = self.at != Some(id);
                self.at = Some(id);
                return moved;
            }
            Msg::Open(id) => self.turn_to(driver, Some(id), Focus::Title),
            Msg::Leave => self.leave(driver),
            Msg::Components(open) => self.components = open,
            Msg::SetComponent(id, status) => {
                driver.submit(Request::Component(id, ComponentCommand::SetStatus { status }));
            }
            Msg::Staff(staff) => self.staff = staff,
            Msg::Do(command) => self.ask(driver, command),
            Msg::Edit(edit) => self.edit(ctx, edit),
            Msg::Send => self.send(driver),
            Msg::SendForm => self.send_form(driver),
            Msg::TakeUp(id) => self.take_up(driver, id),
            Msg::Discard(id) => driver.discard(id),
            Msg::Hurry => driver.retry_now(),
            Msg::SignOut => ctx.props().sign_out.emit(()),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let send = ctx.link().callback(|msg| msg);
        let drawn = ctx.props().driver.read(|client| match scene(client) {
            Some(scene) => view::desk(&scene, self.desk(), &send),
            None => html! { <p class="hollow" role="status">{ say(text::LOADING) }</p> },
        });
        html! { <div class="console" ref={self.page.clone()}>{ drawn }</div> }
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
            Some(Focus::Row(id)) => self.find(&["[data-incident=\"", &id.to_string(), "\"]"].concat()),
            Some(Focus::Title) => self.find("#incident-title"),
            Some(Focus::Composer) => self.find(".compose"),
            Some(Focus::Form) => self
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
    fn desk(&self) -> view::Desk<'_> {
        view::Desk {
            queue: self.queue,
            at: self.at,
            open: self.open,
            drafts: self.notes.all(),
            staff: &self.staff,
            components: self.components,
            said: &self.said,
        }
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.page.cast::<Element>()?.query_selector(selector).ok().flatten()
    }

    fn press(&mut self, ctx: &Context<Self>, key: &str) {
        let driver = &ctx.props().driver;
        match key {
            "j" | "ArrowDown" => self.step(driver, true),
            "k" | "ArrowUp" => self.step(driver, false),
            "r" => self.focus = self.open.map(|_| Focus::Composer),
            "s" => self.edit(ctx, Edit::Form(Some(Form::Assess))),
            "p" => self.edit(ctx, Edit::Form(Some(Form::Propose))),
            "o" => self.edit(ctx, Edit::Form(Some(Form::Roles))),
            _ => match Queue::of_key(key) {
                Some(queue) => self.show(driver, queue),
                None => self.step_back(ctx),
            },
        }
    }

    fn show(&mut self, driver: &Driver, queue: Queue) {
        self.queue = queue;
        self.at = None;
        self.arm(driver);
    }

    /// The row below or above.
    fn step(&mut self, driver: &Driver, down: bool) {
        let ids: Vec<IncidentId> = driver.read(|client| {
            let Some(scene) = scene(client) else { return Vec::new() };
            let rows = self.queue.of(client.cache.state.incidents.values(), Eyes::of(&scene));
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
            self.focus = Some(Focus::Row(*id));
        }
    }

    /// Out of what is innermost: a form, then the incident.
    fn step_back(&mut self, ctx: &Context<Self>) {
        if self.open.is_some_and(|id| self.notes.has_form(id)) {
            self.edit(ctx, Edit::Form(None));
            self.focus = Some(Focus::Title);
        } else if self.open.is_some() {
            self.leave(&ctx.props().driver);
        } else {
            self.components = false;
        }
    }

    fn leave(&mut self, driver: &Driver) {
        if let Some(id) = self.open {
            self.at = Some(id);
            self.turn_to(driver, None, Focus::Row(id));
        }
    }

    fn turn_to(&mut self, driver: &Driver, incident: Option<IncidentId>, focus: Focus) {
        if self.open != incident {
            self.open = incident;
            self.heard = None;
            self.said.clear();
            self.follow = true;
            driver.open_thread(incident);
        }
        self.at = incident.or(self.at);
        self.focus = Some(focus);
        self.arm(driver);
    }

    /// Hears what has come to the open incident, once it was there at all.
    fn listen(&mut self, driver: &Driver) {
        let Some(id) = self.open else { return };
        if let Some(timeline) = self.find(".timeline-box") {
            self.follow = timeline.scroll_height() - timeline.scroll_top() - timeline.client_height() < 80;
        }
        let heard = self.heard;
        let (last, said) = driver.read(|client| match scene(client) {
            Some(scene) => timeline::news(&scene, id, heard),
            None => (None, None),
        });
        self.heard = last.or(heard);
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

    fn edit(&mut self, ctx: &Context<Self>, edit: Edit) {
        let driver = &ctx.props().driver;
        let Some(id) = self.open else { return };
        if let Edit::Form(Some(form)) = &edit {
            self.focus = Some(Focus::Form);
            if *form == Form::Roles {
                ctx.link().send_future(async { Msg::Staff(session::colleagues().await) });
            }
        }
        driver.read(|client| {
            if let Some(incident) = client.cache.state.incidents.get(&id) {
                self.notes.edit(incident, edit);
            }
        });
        self.notes.keep(driver);
    }

    /// Says how far the open thread is read, where somebody looks.
    fn say_read(&self, driver: &Driver) {
        if let Some((id, seq)) = driver.read(Client::to_read).filter(|_| browser::seen()) {
            driver.submit(Request::Incident(id, IncidentCommand::Read { seq }));
        }
    }

    fn ask(&mut self, driver: &Driver, command: IncidentCommand) {
        if let Some(id) = self.open {
            self.follow = true;
            driver.submit(Request::Incident(id, command));
        }
    }

    fn send(&mut self, driver: &Driver) {
        match self.made(driver, Draft::command) {
            Some(Ok(command)) => {
                self.draft(Draft::sent);
                self.focus = Some(Focus::Composer);
                self.ask(driver, command);
            }
            Some(Err(invalid)) => self.draft(|draft| draft.fault = Some(draft::advice(&invalid))),
            None => {}
        }
        self.notes.keep(driver);
    }

    fn send_form(&mut self, driver: &Driver) {
        match self.made(driver, Draft::form_request) {
            Some(Ok(request)) => {
                self.draft(Draft::form_sent);
                self.focus = Some(Focus::Title);
                self.follow = true;
                driver.submit(request);
            }
            Some(Err(invalid)) => self.draft(|draft| draft.form_fault = Some(draft::advice(&invalid))),
            None => {}
        }
        self.notes.keep(driver);
    }

    fn draft(&mut self, change: impl FnOnce(&mut Draft)) {
        if let Some(id) = self.open {
            self.notes.with(id, change);
        }
    }

    /// What the open draft asks for, as the rules take it.
    fn made<T>(
        &self,
        driver: &Driver,
        make: impl Fn(&Draft, draft::Desk<'_>) -> Result<T, Invalid>,
    ) -> Option<Result<T, Invalid>> {
        let (id, blank) = (self.open?, Draft::default());
        let draft = self.notes.all().get(&id).unwrap_or(&blank);
        driver.read(|client| {
            let vendor = client.cache.vendor.as_ref()?;
            let State { incidents, terms, .. } = &client.cache.state;
            let incident = incidents.get(&id)?;
            let now = client.server_time(now());
            // A field holds this device's time; the promise is kept by the server's.
            let instant = |text: &str| browser::instant(text).map(|time| client.server_time(time));
            Some(make(draft, draft::Desk { incident, vendor, terms, now, instant: &instant }))
        })
    }

    fn take_up(&mut self, driver: &Driver, id: CommandId) {
        let request = driver.read(|client| client.outbox.get(id).map(|kept| kept.submission.request.clone()));
        let Some(Request::Incident(incident, command)) = request else { return };
        let focus = if Form::of(&command).is_some() { Focus::Form } else { Focus::Composer };
        let taken = self.notes.with(incident, |draft| {
            let room = draft.has_room(&command);
            if room {
                draft.take_up(command);
            }
            room
        });
        if taken {
            self.focus = Some(focus);
            driver.discard(id);
            self.notes.keep(driver);
        }
    }
}

fn scene(client: &Client) -> Option<Scene<'_>> {
    let (vendor, you) = (client.cache.vendor.as_ref()?, client.cache.you.as_ref()?);
    Some(Scene { client, vendor, you, now: client.server_time(now()), moment: format_time })
}
