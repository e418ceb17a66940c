//! The panel: which page is shown, and what the person is writing. Everything else is the client machine's.

mod act;

use std::rc::Rc;

use callpoint_core::{
    client::Client,
    model::{
        id::CommandId,
        incident::Incident,
        report::{Report, ReportDraft},
        stake::{Closure, Stake},
        time::{MINUTE, SECOND},
    },
    rules::hint::hint,
    text::{self, Key, fill, say},
    wire::{
        error::{Constraint, Invalid},
        protocol::{Request, Vendor},
    },
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::{
    driver::{Driver, Subscription},
    msg::{Field, Msg, Page, Writing},
    platform::{time::format_time, timers::Timer},
    view::{
        self, Scene,
        badge::{Variant, badge},
        node::{button, el, together},
        report::Form,
        shape::{Draw as _, Shape},
    },
};

/// The way in for whoever holds the panel: set once it is mounted.
pub type Remote = Callback<Callback<Msg>>;

/// What of the widget is drawn. One component draws each, so that a page's WebAssembly holds one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// The panel with its pages.
    #[default]
    Panel,
    /// The live status alone.
    Status(Variant),
}

/// What the panel needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The machine.
    pub driver: Driver,
    /// What of the widget is drawn.
    #[prop_or_default]
    pub part: Part,
    /// Gets the way in.
    #[prop_or_default]
    pub remote: Remote,
    /// Closes the panel; without it the panel is part of a page and has no close button.
    #[prop_or_default]
    pub close: Option<Callback<()>>,
    /// What the page adds to each report.
    #[prop_or_default]
    pub context: Rc<ReportDraft>,
}

/// The panel.
pub struct Callpoint {
    page: Page,
    trail: Vec<Page>,
    draft: ReportDraft,
    /// Whether the person chose the level; until then it follows the hint.
    chose: bool,
    restored: bool,
    fault: Option<(&'static str, String)>,
    writing: Writing,
    open: bool,
    refocus: bool,
    panel: NodeRef,
    tick: Timer,
    /// Rings when somebody has paused in saying what is wrong.
    wonder: Timer,
    _subscription: Subscription,
}

impl Component for Callpoint {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        let props = ctx.props();
        props.remote.emit(link.callback(|msg| msg));
        let changed = link.callback(|()| Msg::Changed);
        let paused = link.clone();
        Self {
            page: Page::Home,
            trail: Vec::new(),
            draft: (*props.context).clone(),
            chose: false,
            restored: false,
            fault: None,
            writing: Writing::default(),
            open: props.close.is_none(),
            refocus: false,
            panel: NodeRef::default(),
            tick: Timer::new(move || link.send_message(Msg::Ticked)),
            wonder: Timer::new(move || paused.send_message(Msg::Wonder)),
            _subscription: props.driver.subscribe(changed),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let driver = &ctx.props().driver;
        match msg {
            Msg::Changed | Msg::Ticked => {
                self.restore(driver);
                self.arm(driver);
                self.go_on(driver);
                return self.open;
            }
            Msg::Opened(open) => {
                self.open = open;
                self.refocus = open;
                self.look(driver);
                self.arm(driver);
            }
            Msg::Show(page, prefill) => {
                self.restore(driver);
                if let Some(prefill) = prefill {
                    self.prefill(*prefill);
                }
                self.trail = if page == Page::Home { Vec::new() } else { vec![Page::Home] };
                self.turn_to(driver, page);
            }
            Msg::Go(page) => {
                match self.page {
                    Page::Receipt(id) => self.leave_receipt(driver, id),
                    left => self.trail.push(left),
                }
                self.turn_to(driver, page);
            }
            Msg::Back => {
                if let Page::Receipt(id) = self.page {
                    self.leave_receipt(driver, id);
                }
                let page = self.trail.pop().unwrap_or_default();
                self.turn_to(driver, page);
            }
            Msg::Close => {
                if let Some(close) = &ctx.props().close {
                    close.emit(());
                }
            }
            Msg::Typed(field, words) => self.type_into(driver, field, words),
            Msg::Place(component) => {
                self.draft.component = component;
                self.note(driver);
                driver.find_similar(&self.draft);
            }
            Msg::Class(class) => {
                let id = |vendor: &Vendor| class.and_then(|at| vendor.classes.get(at)).map(|class| class.id.clone());
                self.draft.class = scheme(driver, id);
                self.note(driver);
            }
            Msg::Wonder => driver.find_similar(&self.draft),
            Msg::Answer(question, option) => {
                self.draft.answers.toggle(question, option);
                if !self.chose {
                    self.draft.severity = scheme(driver, |v| hint(&self.draft.answers, &v.scheme)).map(|h| h.severity);
                }
                self.note(driver);
            }
            Msg::Choose(severity) if self.page != Page::Report => self.writing.severity = Some(severity),
            Msg::Choose(severity) => {
                self.draft.severity = Some(severity);
                self.chose = true;
                self.fault = None;
                self.note(driver);
            }
            Msg::Send => self.send(ctx),
            Msg::Hurry => driver.retry_now(),
            act => self.act(driver, act),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let send = ctx.link().callback(|msg| msg);
        let closes = ctx.props().close.is_some();
        let part = ctx.props().part;
        ctx.props().driver.read(|client| {
            let (Some(vendor), Some(you)) = (&client.cache.vendor, &client.cache.you) else {
                return match part {
                    Part::Panel => self.frame("", closes, &send, unknown(client, &send)),
                    Part::Status(_) => loading(),
                };
            };
            let now = ctx.props().driver.now();
            let scene = Scene { client, vendor, you, now, moment: format_time };
            if let Part::Status(variant) = part {
                return badge(&scene, variant);
            }
            let page = self.page(&scene, &send);
            let body = together(vec![view::offline(&scene, &send), page]);
            self.frame(self.title(&scene), closes, &send, body)
        })
    }

    fn rendered(&mut self, _ctx: &Context<Self>, _first: bool) {
        let Some(panel) = self.panel.cast::<HtmlElement>().filter(|_| self.refocus) else { return };
        let find = |wanted| panel.query_selector(wanted).ok().flatten();
        let field = (self.page == Page::Report).then(|| find("textarea")).flatten();
        // While the form is not there yet the heading holds the focus, and the field gets it later.
        self.refocus = self.page == Page::Report && field.is_none();
        if let Some(target) = field.or_else(|| find("h1")) {
            // An element that can't be focused leaves the focus where it is.
            let _ = target.unchecked_into::<HtmlElement>().focus();
        }
    }
}

impl Callpoint {
    fn frame(&self, title: &str, closes: bool, send: &Callback<Msg>, body: Html) -> Html {
        let icon = |key: Key, msg, shape: Shape| button("icon", send, msg).words("aria-label", key).put(shape.draw());
        let mut header = el("div", "bar");
        if self.page != Page::Home {
            header = header.with(icon(text::BACK, Msg::Back, Shape::BACK));
        }
        header = header.with(el("h1", "").word("tabindex", "-1").word("dir", "auto").text(title));
        if closes {
            header = header.with(icon(text::CLOSE, Msg::Close, Shape::CROSS));
        }
        // A thread opens at its end and stays there as it grows: the style sheet turns its page upside down.
        let page = if matches!(self.page, Page::Thread(_)) { "page thread" } else { "page" };
        let page = el("div", page).with(el("div", "inner").put(body));
        el("div", "app").place(&self.panel).with(header).with(page).html()
    }

    fn title<'a>(&self, scene: &Scene<'a>) -> &'a str {
        match self.page {
            Page::Home => &scene.vendor.name,
            Page::Report | Page::Receipt(_) => say(text::REPORT_A_PROBLEM),
            Page::Status => say(text::STATUS_TITLE),
            Page::Thread(id) => scene.client.cache.state.incidents.get(&id).map_or("", |incident| &incident.title),
        }
    }

    fn page(&self, scene: &Scene<'_>, send: &Callback<Msg>) -> Html {
        match self.page {
            Page::Home => view::home::home(scene, send),
            // Without a name there is no report: home says how to get one.
            Page::Report if !scene.you.may_report() => view::home::home(scene, send),
            Page::Report => view::report::report(scene, Form { draft: &self.draft, fault: self.fault.as_ref() }, send),
            Page::Receipt(id) => match scene.client.outbox.get(id) {
                Some(kept) => view::receipt::receipt(scene, kept, send),
                None => view::home::home(scene, send),
            },
            Page::Status => view::status::status(scene, send),
            Page::Thread(id) => match scene.client.cache.state.incidents.get(&id) {
                Some(incident) => view::thread::thread(scene, incident, &self.writing, send),
                None if scene.client.missing() == Some(id) => el("p", "quiet").say(text::NOT_FOR_YOU).html(),
                None => loading(),
            },
        }
    }

    fn turn_to(&mut self, driver: &Driver, page: Page) {
        if self.page != page {
            self.writing = Writing::default();
            self.fault = None;
        }
        self.page = page;
        self.refocus = true;
        self.look(driver);
    }

    /// A thread that goes on elsewhere is followed there, and what is on screen counts as read.
    fn go_on(&mut self, driver: &Driver) {
        if let Page::Thread(id) = self.page {
            let on = driver.read(|client| client.cache.merge_target(id));
            if on != id {
                self.turn_to(driver, Page::Thread(on));
            }
            if self.open {
                driver.mark_read();
            }
        }
    }

    fn look(&self, driver: &Driver) {
        driver.open_thread(match self.page {
            Page::Thread(id) if self.open => Some(id),
            _ => None,
        });
    }

    /// Wakes in time for what is shown: each second beside a countdown, else each quarter of a minute.
    fn arm(&self, driver: &Driver) {
        if !self.open {
            return self.tick.stop();
        }
        let counting =
            driver.read(|client| client.is_offline() || client.cache.state.incidents.values().any(counts_down));
        self.tick.set(if counting { SECOND } else { MINUTE / 4 });
    }

    fn type_into(&mut self, driver: &Driver, field: Field, words: String) {
        match field {
            Field::What => {
                self.draft.what = words;
                self.wonder.set(SECOND / 2);
            }
            Field::Details => self.draft.details = words,
            Field::Message => return self.writing.message = words,
            Field::Reason => return self.writing.reason = words,
        }
        self.fault = None;
        self.note(driver);
    }

    /// Keeps the draft on this device.
    fn note(&self, driver: &Driver) {
        driver.save_draft(&self.draft);
    }

    /// Takes up the draft of an earlier visit, once it is known whose it is.
    fn restore(&mut self, driver: &Driver) {
        if self.restored || driver.draft_key().is_none() {
            return;
        }
        self.restored = true;
        if let Some(mut noted) = driver.load_draft::<ReportDraft>().filter(|_| self.draft.what.is_empty()) {
            noted.context.clone_from(&self.draft.context);
            self.chose = noted.severity.is_some();
            self.draft = noted;
        }
    }

    fn prefill(&mut self, given: ReportDraft) {
        if !given.what.is_empty() {
            self.draft.what = given.what;
        }
        if !given.details.is_empty() {
            self.draft.details = given.details;
        }
        self.draft.component = given.component.or_else(|| self.draft.component.take());
        self.chose |= given.severity.is_some();
        self.draft.severity = given.severity.or(self.draft.severity);
        self.draft.class = given.class.or_else(|| self.draft.class.take());
        self.draft.drill |= given.drill;
        for (name, value) in given.context {
            self.draft.context.insert(name, value);
        }
    }

    fn send(&mut self, ctx: &Context<Self>) {
        let driver = &ctx.props().driver;
        let checked = scheme(driver, |vendor| Report::parse(self.draft.clone(), &vendor.scheme, &vendor.classes).err());
        if let Some(invalid) = checked {
            self.fault = Some((invalid.field, fault(&invalid)));
            self.refocus = invalid.field == "what";
            return;
        }
        let draft = core::mem::replace(&mut self.draft, (*ctx.props().context).clone());
        self.chose = false;
        driver.remove_draft();
        let id = driver.submit(Request::Report(draft));
        self.turn_to(driver, Page::Receipt(id));
    }

    fn leave_receipt(&self, driver: &Driver, id: CommandId) {
        let received = driver.read(|client| client.outbox.get(id).is_some_and(|kept| kept.state.is_received()));
        if received {
            driver.discard(id);
        }
    }
}

/// Whether something on screen counts down for this incident.
fn counts_down(incident: &Incident) -> bool {
    let waits = |stake: &Stake| matches!(stake.closure, Closure::Proposed { .. }) || stake.downgrade.is_some();
    incident.next_update.is_some() || incident.stakes.iter().any(waits)
}

/// Asks the vendor's scheme, once it is known.
fn scheme<T>(driver: &Driver, ask: impl FnOnce(&Vendor) -> Option<T>) -> Option<T> {
    driver.read(|client| client.cache.vendor.as_ref().and_then(ask))
}

/// What to do about a field, in the form's words.
fn fault(invalid: &Invalid) -> String {
    match (invalid.field, invalid.rule) {
        (_, Constraint::TooLong(limit)) => fill(text::TOO_LONG, &[("limit", &limit.to_string())]),
        ("severity", _) => say(text::NEED_SEVERITY).to_owned(),
        _ => say(text::NEED_WHAT).to_owned(),
    }
}

/// Before anything is known: loading, or why not.
fn unknown(client: &Client, send: &Callback<Msg>) -> Html {
    if !client.is_offline() {
        return loading();
    }
    el("div", "unknown")
        .word("role", "alert")
        .with(el("strong", "").say(text::FAULT_TITLE))
        .with(el("p", "").say(text::FAULT_TEXT))
        .with(button("", send, Msg::Hurry).say(text::TRY_AGAIN))
        .html()
}

fn loading() -> Html {
    el("p", "quiet").word("role", "status").say(text::LOADING).html()
}
