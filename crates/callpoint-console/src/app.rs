//! The desk: which queue and incident are shown, and what is being written. Everything else is the client machine's.

use std::collections::BTreeMap;

use callpoint_core::{
    client::Client,
    command::{ComponentCommand, IncidentCommand},
    error::Invalid,
    id::{CommandId, IncidentId, Seq},
    incident::Incident,
    protocol::Request,
    text::{self, say},
    time::{HOUR, MINUTE, SECOND, Time},
};
use callpoint_widget::{
    browser::{self as device, Alarm},
    driver::{Driver, Viewing},
    view::Scene,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::{
    browser::{self, Keys},
    draft::{self, Draft, Edit},
    msg::Msg,
    queue::{Duty, Queue, duty},
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
    drafts: BTreeMap<IncidentId, Draft>,
    restored: bool,
    components: bool,
    /// The last entry of the open incident that was on screen, once it was.
    heard: Option<Seq>,
    said: String,
    focus: Option<Focus>,
    /// Whether the timeline stays at its end.
    follow: bool,
    page: NodeRef,
    tick: Alarm,
    _viewing: Viewing,
    _keys: Keys,
}

impl Component for Console {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        let keys = ctx.link().clone();
        let press = move |key: String| {
            let known = matches!(key.as_str(), "j" | "k" | "r" | "ArrowDown" | "ArrowUp" | "Escape");
            if known {
                keys.send_message(Msg::Key(key));
            }
            known
        };
        Self {
            queue: Queue::All,
            at: None,
            open: None,
            drafts: BTreeMap::new(),
            restored: false,
            components: false,
            heard: None,
            said: String::new(),
            focus: None,
            follow: false,
            page: NodeRef::default(),
            tick: Alarm::new(move || link.send_message(Msg::Ticked)),
            _viewing: ctx.props().driver.view(ctx.link().callback(|()| Msg::Changed)),
            _keys: Keys::new(press),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let driver = &ctx.props().driver;
        match msg {
            Msg::Changed => {
                self.restore(driver);
                self.listen(driver);
                self.arm(driver);
            }
            Msg::Ticked => self.arm(driver),
            Msg::Key(key) => return self.press(driver, &key),
            Msg::Queue(queue) => {
                self.queue = queue;
                self.at = None;
                self.arm(driver);
            }
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
            Msg::Do(command) => self.ask(driver, command),
            Msg::Edit(edit) => self.edit(driver, edit),
            Msg::Send => self.send(driver),
            Msg::SendForm => self.send_form(driver),
            Msg::TakeUp(id) => self.take_up(driver, id),
            Msg::Discard(id) => driver.discard(id),
            Msg::Hurry => driver.hurry(),
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
        let selector = match self.focus.take() {
            None => return,
            Some(Focus::Row(id)) => ["[data-incident=\"", &id.to_string(), "\"]"].concat(),
            Some(Focus::Title) => "#incident-title".to_owned(),
            Some(Focus::Composer) => ".compose".to_owned(),
            Some(Focus::Form) => ".form input:checked, .form input, .form textarea".to_owned(),
        };
        if let Some(target) = self.find(&selector) {
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
            drafts: &self.drafts,
            components: self.components,
            said: &self.said,
        }
    }

    fn find(&self, selector: &str) -> Option<Element> {
        self.page.cast::<Element>()?.query_selector(selector).ok().flatten()
    }

    fn press(&mut self, driver: &Driver, key: &str) -> bool {
        match key {
            "j" | "ArrowDown" => self.step(driver, true),
            "k" | "ArrowUp" => self.step(driver, false),
            "r" => self.focus = self.open.map(|_| Focus::Composer),
            _ => self.step_back(driver),
        }
        true
    }

    /// The row below or above.
    fn step(&mut self, driver: &Driver, down: bool) {
        let ids: Vec<IncidentId> = driver.read(|client| {
            let now = client.server_time(device::now());
            self.queue.of(client.cache.state.incidents.values(), now).iter().map(|incident| incident.id).collect()
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
    fn step_back(&mut self, driver: &Driver) {
        let form = self.open.and_then(|id| self.drafts.get(&id)).and_then(|draft| draft.form);
        if form.is_some() {
            self.edit(driver, Edit::Form(None));
            self.focus = Some(Focus::Title);
        } else if self.open.is_some() {
            self.leave(driver);
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
            driver.look(incident);
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
        let (last, said) = driver.read(|client| {
            let entries = client.cache.timeline(id).map(|timeline| &timeline.entries);
            let last = entries.and_then(|entries| entries.last()).map(|entry| entry.seq);
            let new = entries.into_iter().flatten().filter(|entry| heard.is_some_and(|heard| entry.seq > heard));
            let said = scene(client).and_then(|scene| {
                let mut others = new.filter(|entry| entry.is_spoken() && !timeline::is_own(&scene, entry));
                others.next_back().map(|entry| timeline::spoken(&scene, entry))
            });
            (last, said)
        });
        self.heard = last.or(heard);
        if let Some(said) = said {
            self.said = said;
        }
    }

    /// Wakes in time for what is shown: each second beside a countdown, else each quarter of a minute.
    fn arm(&self, driver: &Driver) {
        let counting = driver.read(|client| {
            let now = client.server_time(device::now());
            let soon = |incident: &Incident| counts_down(client, incident, now);
            client.is_offline() || client.cache.state.incidents.values().any(soon)
        });
        self.tick.set(if counting { SECOND } else { MINUTE / 4 });
    }

    fn edit(&mut self, driver: &Driver, edit: Edit) {
        let Some(id) = self.open else { return };
        if matches!(edit, Edit::Form(Some(_))) {
            self.focus = Some(Focus::Form);
        }
        let draft = self.drafts.entry(id).or_default();
        driver.read(|client| {
            if let Some(incident) = client.cache.state.incidents.get(&id) {
                draft.edit(incident, edit);
            }
        });
        self.note(driver);
    }

    fn ask(&mut self, driver: &Driver, command: IncidentCommand) {
        if let Some(id) = self.open {
            self.follow = true;
            driver.submit(Request::Incident(id, command));
        }
    }

    fn send(&mut self, driver: &Driver) {
        if let Some(command) = self.checked(driver, Draft::command) {
            self.with_draft(Draft::sent);
            self.note(driver);
            self.focus = Some(Focus::Composer);
            self.ask(driver, command);
        }
    }

    fn send_form(&mut self, driver: &Driver) {
        if let Some(command) = self.checked(driver, Draft::form_command) {
            self.with_draft(Draft::form_sent);
            self.note(driver);
            self.focus = Some(Focus::Title);
            self.ask(driver, command);
        }
    }

    /// The command of the open draft; what is wrong with it is noted there.
    fn checked(
        &mut self,
        driver: &Driver,
        command: impl Fn(&Draft, draft::Desk<'_>) -> Result<IncidentCommand, Invalid>,
    ) -> Option<IncidentCommand> {
        let id = self.open?;
        let draft = self.drafts.entry(id).or_default();
        let made = driver.read(|client| {
            let scheme = &client.cache.vendor.as_ref()?.scheme;
            let incident = client.cache.state.incidents.get(&id)?;
            let now = client.server_time(device::now());
            // A field holds this device's time; the promise is kept by the server's.
            let instant = |text: &str| browser::instant(text).map(|time| client.server_time(time));
            Some(command(draft, draft::Desk { incident, scheme, now, instant: &instant }))
        })?;
        match made {
            Ok(command) => Some(command),
            Err(invalid) => {
                draft.fault = Some((invalid.field, draft::advice(&invalid)));
                None
            }
        }
    }

    fn with_draft(&mut self, change: impl FnOnce(&mut Draft)) {
        if let Some(draft) = self.open.and_then(|id| self.drafts.get_mut(&id)) {
            change(draft);
        }
    }

    fn take_up(&mut self, driver: &Driver, id: CommandId) {
        let request = driver.read(|client| client.outbox.get(id).map(|kept| kept.parcel.request.clone()));
        let Some(Request::Incident(incident, command)) = request else { return };
        let draft = self.drafts.entry(incident).or_default();
        if !draft.has_room(&command) {
            return;
        }
        let formal = matches!(command, IncidentCommand::Assess { .. } | IncidentCommand::ProposeResolution { .. });
        draft.take_up(command);
        self.focus = Some(if formal { Focus::Form } else { Focus::Composer });
        driver.discard(id);
        self.note(driver);
    }

    /// Keeps the drafts on this device.
    fn note(&self, driver: &Driver) {
        let Some(key) = driver.draft_key() else { return };
        let kept: BTreeMap<_, _> = self.drafts.iter().filter(|(_, draft)| !draft.is_blank()).collect();
        let text = if kept.is_empty() { Ok(String::new()) } else { serde_json::to_string(&kept) };
        if let Ok(text) = text {
            device::note(&key, &text);
        }
    }

    /// Takes up the drafts of an earlier visit, once it is known whose they are.
    fn restore(&mut self, driver: &Driver) {
        let Some(key) = driver.draft_key().filter(|_| !self.restored) else { return };
        self.restored = true;
        if let Some(drafts) = device::noted(&key).and_then(|text| serde_json::from_str(&text).ok()) {
            self.drafts = drafts;
        }
    }
}

fn scene(client: &Client) -> Option<Scene<'_>> {
    let (vendor, you) = (client.cache.vendor.as_ref()?, client.cache.you.as_ref()?);
    Some(Scene { client, vendor, you, now: client.server_time(device::now()), moment: device::moment })
}

/// Whether its next duty is shown by the second.
fn counts_down(client: &Client, incident: &Incident, now: Time) -> bool {
    let Some(vendor) = &client.cache.vendor else { return false };
    let due = match duty(incident, &vendor.scheme, now) {
        Duty::Look(due) | Duty::Update(due) => Some(due),
        _ => incident.next_update,
    };
    due.is_some_and(|due| (0..HOUR).contains(&due.since(now)))
}
