//! The panel: which screen is shown, and what the person is writing. Everything else is the client machine's.

mod files;
mod message;
mod report;
mod thread;

use std::rc::Rc;

use callpoint_core::{
    model::{id::IncidentId, report::ReportDraft},
    text::{self, Key, say, shape::Shape},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

pub use files::FilesDraft;
pub use message::{FieldError, PanelMsg, Screen, TextField, ThreadDraft, ThreadForm, ThreadMsg};

use crate::{
    capture::Capture,
    components::{button::sends, icon::icon, offline::Offline},
    context::{ClientContext, ReaderContext},
    driver::{Driver, Subscription},
    platform::{in_view::InView, timers::Timer},
    screens::{
        home::HomeScreen, receipt::ReceiptScreen, report::ReportScreen, status::StatusScreen, thread::ThreadScreen,
    },
};

/// What the panel needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The client machine at work.
    pub driver: Driver,
    /// Gets a callback that sends messages to the panel, once it is mounted.
    #[prop_or_default]
    pub mounted: Option<Callback<Callback<PanelMsg>>>,
    /// Closes the panel; without it the panel is part of a page and has no close button.
    #[prop_or_default]
    pub close: Option<Callback<()>>,
    /// Whether it stays at its first screen, as one thing of many in a page.
    #[prop_or_default]
    pub alone: bool,
    /// What goes with each report.
    #[prop_or_default]
    pub capture: Capture,
    /// The screen to begin with.
    #[prop_or_default]
    pub screen: Screen,
}

/// The panel.
pub struct Panel {
    screen: Screen,
    trail: Vec<Screen>,
    report_draft: Rc<ReportDraft>,
    /// What the report began with: what the page and the host knew.
    begun: Rc<ReportDraft>,
    /// What the host added to it.
    given: ReportDraft,
    /// What of its context the person leaves out, by name.
    left_out: Vec<String>,
    /// Whether the person chose the severity; until then it follows the hint.
    severity_chosen: bool,
    restored: bool,
    error: Option<FieldError>,
    thread_draft: ThreadDraft,
    files: FilesDraft,
    query: String,
    open: bool,
    /// The thread that the client machine keeps on screen for this panel.
    opened_thread: Option<IncidentId>,
    /// Says when its end is where somebody can see it; none for a panel, which is opened to be seen.
    in_view: Option<InView>,
    end: NodeRef,
    refocus: bool,
    element: NodeRef,
    send: Callback<PanelMsg>,
    reader: Option<ReaderContext>,
    /// The title of the open thread.
    thread_title: String,
    /// Set while somebody types what is wrong; looks for similar incidents when they pause.
    similar_timer: Timer,
    _subscription: Subscription,
}

impl Component for Panel {
    type Message = PanelMsg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let (link, props) = (ctx.link(), ctx.props());
        let send = link.callback(|msg| msg);
        if let Some(mounted) = &props.mounted {
            mounted.emit(send.clone());
        }
        let paused = link.clone();
        let begun = Rc::new(props.capture.complete(ReportDraft::default()));
        let mut panel = Self {
            screen: props.screen,
            trail: Vec::new(),
            report_draft: begun.clone(),
            begun,
            given: ReportDraft::default(),
            left_out: Vec::new(),
            severity_chosen: false,
            restored: false,
            error: None,
            thread_draft: ThreadDraft::default(),
            files: FilesDraft::default(),
            query: String::new(),
            open: props.close.is_none(),
            opened_thread: None,
            in_view: None,
            end: NodeRef::default(),
            refocus: false,
            element: NodeRef::default(),
            send,
            reader: props.driver.read(|client| ReaderContext::of(client, None)),
            thread_title: String::new(),
            similar_timer: Timer::new(move || paused.send_message(PanelMsg::FindSimilar)),
            _subscription: props.driver.subscribe(link.callback(|()| PanelMsg::ClientChanged)),
        };
        panel.open_thread(&props.driver);
        panel
    }

    fn update(&mut self, ctx: &Context<Self>, msg: PanelMsg) -> bool {
        let driver = &ctx.props().driver;
        // What is part of a page takes the focus only from what somebody pressed in it.
        let (floats, capture) = (ctx.props().close.is_some(), &ctx.props().capture);
        let comes = self.screen != Screen::Report || matches!(msg, PanelMsg::Show(..) | PanelMsg::Opened(true));
        match msg {
            PanelMsg::ClientChanged => return self.client_changed(driver),
            PanelMsg::Opened(open) => {
                self.open = open;
                self.refocus = open && floats;
                self.open_thread(driver);
            }
            PanelMsg::Show(screen, prefill) => {
                self.restore_draft(driver);
                if let Some(prefill) = prefill {
                    self.prefill(*prefill);
                }
                self.trail = if screen == Screen::Home { Vec::new() } else { vec![Screen::Home] };
                self.turn_to(driver, screen);
                self.refocus = floats;
            }
            PanelMsg::Go(screen) => self.go(driver, screen),
            PanelMsg::Join(id) => {
                self.go(driver, Screen::Thread(id));
                self.open_form(Some(ThreadForm::Join));
            }
            PanelMsg::Back => {
                if let Screen::Receipt(id) = self.screen {
                    self.leave_receipt(driver, id);
                }
                let screen = self.trail.pop().unwrap_or_default();
                self.turn_to(driver, screen);
            }
            PanelMsg::Close => {
                if let Some(close) = &ctx.props().close {
                    close.emit(());
                }
            }
            PanelMsg::Typed(field, text) => self.type_into(driver, field, text),
            PanelMsg::ChooseComponent(component) => {
                self.draft_mut().component = component;
                self.save_draft(driver);
                driver.find_similar(&self.report_draft);
            }
            PanelMsg::ChooseClass(class) => self.choose_class(driver, class),
            PanelMsg::ToggleAnswer(question, option) => self.toggle_answer(driver, question, option),
            PanelMsg::ChooseSeverity(severity) if self.screen != Screen::Report => {
                self.thread_draft.severity = Some(severity);
                self.error = None;
            }
            PanelMsg::ChooseSeverity(severity) => {
                self.draft_mut().severity = Some(severity);
                self.severity_chosen = true;
                self.error = None;
                self.save_draft(driver);
            }
            PanelMsg::FillField(id, value) => self.fill_field(driver, id, value),
            PanelMsg::ToggleContext(name) => self.toggle_context(name),
            PanelMsg::SendReport => self.send_report(driver, capture),
            PanelMsg::FindSimilar => {
                driver.find_similar(&self.report_draft);
                return false;
            }
            PanelMsg::EditAgain(id) => self.edit_again(driver, capture, id),
            PanelMsg::RetryNow => {
                driver.retry_now();
                return false;
            }
            PanelMsg::CameIntoView => {
                self.say_read(driver);
                return false;
            }
            PanelMsg::Files(writing, files) => self.files_changed(driver, capture, &writing, files),
            PanelMsg::SendWithoutFiles => self.send_without_files(driver, capture),
            PanelMsg::Thread(msg) => self.update_thread(driver, capture, msg),
        }
        if comes && self.screen == Screen::Report {
            self.renew_context(capture);
        }
        self.find_colleagues(ctx);
        true
    }

    fn changed(&mut self, ctx: &Context<Self>, _before: &Props) -> bool {
        if self.screen == Screen::Report {
            self.renew_context(&ctx.props().capture);
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        // While the panel is closed nothing in it costs the page anything.
        if !self.open {
            return Html::default();
        }
        let send = &self.send;
        let (title, screen) = self.reader.as_ref().map(|reader| (self.title(reader), self.screen(reader))).unzip();
        let inside = html! { <><Offline {send} />{ screen }</> };
        let context = ClientContext { driver: ctx.props().driver.clone(), reader: self.reader.clone() };
        html! {
            <ContextProvider<ClientContext> {context}>
                { self.frame(title.unwrap_or_default(), ctx.props(), inside) }
            </ContextProvider<ClientContext>>
        }
    }

    fn rendered(&mut self, _ctx: &Context<Self>, first: bool) {
        if first && let Some(end) = self.end.cast() {
            let send = self.send.clone();
            self.in_view = InView::watch(end, move || send.emit(PanelMsg::CameIntoView));
        }
        let Some(panel) = self.element.cast::<HtmlElement>().filter(|_| self.refocus) else { return };
        let find = |wanted: &str| panel.query_selector(wanted).ok().flatten();
        let at_fault = self.error.as_ref().map(|error| ["[name=\"", &*error.field, "\"]"].concat());
        let at_fault = at_fault.and_then(|wanted| find(&wanted));
        let field = at_fault.or_else(|| (self.screen == Screen::Report).then(|| find("textarea")).flatten());
        // While the form is not there yet the heading holds the focus, and the field gets it later.
        self.refocus = self.screen == Screen::Report && field.is_none();
        if let Some(target) = field.or_else(|| find("h1")) {
            // What is folded away can't be focused.
            if let Ok(Some(fold)) = target.closest("details") {
                let _ = fold.set_attribute("open", "");
            }
            // An element that can't be focused leaves the focus where it is.
            let _ = target.unchecked_into::<HtmlElement>().focus();
        }
    }

    fn destroy(&mut self, ctx: &Context<Self>) {
        self.open = false;
        self.open_thread(&ctx.props().driver);
    }
}

impl Panel {
    fn frame(&self, title: Html, props: &Props, inside: Html) -> Html {
        let icon_button = |label: Key, msg, shape: Shape| {
            html! {
                <button type="button" class="icon" aria-label={say(label)} onclick={sends(&self.send, msg)}>
                    { icon(shape) }
                </button>
            }
        };
        // A thread opens at its end and stays there as it grows: the style sheet turns its page upside down.
        let page = if matches!(self.screen, Screen::Thread(_)) { "page thread" } else { "page" };
        html! {
            <div class="app" ref={self.element.clone()}>
                <div class="bar">
                    if self.screen != Screen::Home && !props.alone { { icon_button(text::BACK, PanelMsg::Back, Shape::BACK) } }
                    <h1 tabindex="-1" dir="auto" aria-level={props.alone.then_some("2")}>{ title }</h1>
                    if props.close.is_some() { { icon_button(text::CLOSE, PanelMsg::Close, Shape::CROSS) } }
                </div>
                <div class={page}><div class="inner">{ inside }</div></div>
                if props.alone { <div ref={self.end.clone()} /> }
            </div>
        }
    }

    fn title(&self, reader: &ReaderContext) -> Html {
        match self.screen {
            Screen::Home => html! { { &reader.vendor.name } },
            Screen::Report | Screen::Receipt(_) => html! { { say(text::REPORT_A_PROBLEM) } },
            Screen::Status => html! { { say(text::STATUS_TITLE) } },
            Screen::Thread(_) => html! { { &self.thread_title } },
        }
    }

    fn screen(&self, reader: &ReaderContext) -> Html {
        let send = &self.send;
        match self.screen {
            // Without a name there is no report: home says how to get one.
            Screen::Report if !reader.you.may_report() => html! { <HomeScreen {send} /> },
            Screen::Home => html! { <HomeScreen {send} query={self.query.clone()} /> },
            Screen::Report => html! {
                <ReportScreen {send} draft={&self.report_draft} left_out={self.left_out.clone()} files={self.files.clone()} error={self.error.clone()} />
            },
            Screen::Receipt(id) => html! { <ReceiptScreen {send} {id} /> },
            Screen::Status => html! { <StatusScreen {send} /> },
            Screen::Thread(id) => {
                let (draft, files) = (self.thread_draft.clone(), self.files.clone());
                html! { <ThreadScreen {send} {id} {draft} {files} error={self.error.clone()} /> }
            }
        }
    }

    /// One screen on; the way back is kept.
    fn go(&mut self, driver: &Driver, screen: Screen) {
        match self.screen {
            Screen::Receipt(id) => self.leave_receipt(driver, id),
            left => self.trail.push(left),
        }
        self.turn_to(driver, screen);
    }

    fn turn_to(&mut self, driver: &Driver, screen: Screen) {
        if self.screen != screen {
            self.thread_draft = ThreadDraft::default();
            self.files = FilesDraft::default();
            self.error = None;
        }
        self.screen = screen;
        self.refocus = true;
        self.thread_title = self.read_title(driver);
        self.open_thread(driver);
    }

    /// Whether the panel itself has to be drawn again.
    fn client_changed(&mut self, driver: &Driver) -> bool {
        let draft = self.report_draft.clone();
        self.restore_draft(driver);
        let before = (self.screen, self.reader.clone(), self.thread_title.clone());
        self.follow_merge(driver);
        let known = self.reader.take();
        self.reader = driver.read(|client| ReaderContext::of(client, known));
        self.thread_title = self.read_title(driver);
        before != (self.screen, self.reader.clone(), self.thread_title.clone())
            || !Rc::ptr_eq(&draft, &self.report_draft)
    }

    /// The title of the open thread, as far as it is known.
    fn read_title(&self, driver: &Driver) -> String {
        let Screen::Thread(id) = self.screen else { return String::new() };
        driver
            .read(|client| client.cache.state.incidents.get(&id).map(|incident| incident.title.clone()))
            .unwrap_or_default()
    }

    /// A merged thread leads to the one it was merged into, and what is on screen counts as read.
    fn follow_merge(&mut self, driver: &Driver) {
        if let Screen::Thread(id) = self.screen {
            let target = driver.read(|client| client.cache.merge_target(id));
            if target != id {
                self.turn_to(driver, Screen::Thread(target));
                // Nobody pressed anything.
                self.refocus = false;
            }
            if self.open {
                match &self.in_view {
                    Some(in_view) => in_view.look_again(),
                    None => self.say_read(driver),
                }
            }
        }
    }

    /// Asks whom the open form can invite, once.
    fn find_colleagues(&mut self, ctx: &Context<Self>) {
        let Screen::Thread(id) = self.screen else { return };
        let draft = &mut self.thread_draft;
        if draft.form == Some(ThreadForm::Invite) && draft.colleagues.is_none() {
            draft.colleagues = Some(Vec::new());
            let driver = ctx.props().driver.clone();
            ctx.link()
                .send_future(async move { PanelMsg::Thread(ThreadMsg::ColleaguesFound(driver.colleagues(id).await)) });
        }
    }
}
