//! The launcher, and the panel around the screens: how they open and close, who has the focus, and how they get on with
//! the page. For pages in JavaScript the SDK's element does the same.

use std::rc::Rc;

use callpoint_core::{
    model::report::ReportDraft,
    text::{self, say},
};
use web_sys::{Element, HtmlElement};
use yew::{html::Scope, prelude::*};

use super::{event::CallpointEvent, handle::CallpointHandle};
use crate::{
    driver::Driver,
    panel::{Panel, PanelMsg, Screen},
    platform::{
        front::{Floating, InFront},
        page,
        shadow::{self, Shadow},
    },
};

/// The styles of the launcher and the panel.
const PANEL_STYLES: &str = include_str!("../../../../www/sdk/internal/loader.css");

/// The styles of what stands in the panel, or in the page.
pub const SCREEN_STYLES: [&str; 2] =
    [include_str!("../../../../www/sdk/internal/form.css"), include_str!("../../../../www/sdk/internal/widget.css")];

/// The shape on the launcher: the handle of a call point.
const HANDLE: &str = "M5 1h6l4 4v6l-4 4H5l-4-4V5zM7 4v5h2V4zm0 6v2h2v-2z";

/// Where Tab stops in the panel.
const STOPS: &str = "button:enabled,input,textarea,select,summary,a[href]";

/// The element that holds the launcher and the panel.
#[derive(Clone)]
pub struct Host(Rc<HostParts>);

struct HostParts {
    shadow: Shadow,
    element: HtmlElement,
    /// None where it is part of the page.
    floating: Option<Floating>,
}

impl PartialEq for Host {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Host {
    /// Beside everything else in the page.
    pub fn floating() -> Option<Self> {
        let floating = Floating::new("callpoint-widget")?;
        Self::of(floating.element().clone(), Some(floating))
    }

    /// A part of the page.
    pub fn inline(element: HtmlElement) -> Option<Self> {
        Self::of(element, None)
    }

    fn of(element: HtmlElement, floating: Option<Floating>) -> Option<Self> {
        let [form, widget] = SCREEN_STYLES;
        let shadow = Shadow::attach(&element, &[PANEL_STYLES, form, widget], "shell")?;
        Some(Self(Rc::new(HostParts { shadow, element, floating })))
    }

    /// Where to draw.
    pub fn root(&self) -> Element {
        self.0.shadow.inner()
    }

    /// Sets an attribute, or takes it away. That can't fail: the names are ours.
    pub fn set(&self, name: &str, value: Option<&str>) {
        let _ = match value {
            Some(value) => self.0.element.set_attribute(name, value),
            None => self.0.element.remove_attribute(name),
        };
    }

    fn floats(&self) -> bool {
        self.0.floating.is_some()
    }

    fn has_focus(&self) -> bool {
        page::active_element().is_some_and(|active| active == self.0.element)
    }
}

/// What happens to the launcher and the panel.
pub enum ShellMsg {
    /// Opens the panel, at a screen, with a report that the product has begun.
    Show(Option<Screen>, Option<Box<ReportDraft>>),
    /// Closes it.
    Hide,
    /// Opens or closes it.
    Toggle,
    /// Somebody came near the launcher.
    Near,
    /// The screens are there, and hear by this.
    Mounted(Callback<PanelMsg>),
    /// The status is known.
    Ready,
    /// So much is unread.
    Unread(u32),
    /// The product's picture for the launcher can't be had.
    NoIcon,
}

/// What the shell needs.
#[derive(Clone, PartialEq, Properties)]
pub struct ShellProps {
    /// The client, and what the product hears.
    pub handle: CallpointHandle,
    /// The element around it.
    pub host: Host,
}

/// The launcher and the panel.
pub struct Shell {
    icon: Option<AttrValue>,
    open: bool,
    unread: u32,
    /// The client, once the panel was opened: the screens stay from then on.
    driver: Option<Driver>,
    /// Whether the panel waits for the status to choose its first screen.
    undecided: bool,
    screens: Option<Callback<PanelMsg>>,
    waiting: Vec<PanelMsg>,
    /// What had the focus before.
    from: Option<HtmlElement>,
    launcher: NodeRef,
    panel: NodeRef,
    in_front: Option<InFront>,
}

impl Component for Shell {
    type Message = ShellMsg;
    type Properties = ShellProps;

    fn create(ctx: &Context<Self>) -> Self {
        let ShellProps { handle, host } = ctx.props();
        handle.set_shell(ctx.link().callback(|msg| msg));
        if !host.floats() {
            ctx.link().send_message(ShellMsg::Show(None, None));
        }
        Self {
            icon: handle.icon(),
            open: false,
            unread: 0,
            driver: None,
            undecided: false,
            screens: None,
            waiting: Vec::new(),
            from: None,
            launcher: NodeRef::default(),
            panel: NodeRef::default(),
            in_front: None,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: ShellMsg) -> bool {
        match msg {
            ShellMsg::Show(screen, draft) => self.show(ctx.props(), screen, draft),
            ShellMsg::Hide => self.hide(ctx.props()),
            ShellMsg::Toggle if self.open => self.hide(ctx.props()),
            ShellMsg::Toggle => self.show(ctx.props(), None, None),
            ShellMsg::Near => {
                // What is needed on opening is there by then.
                ctx.props().handle.driver();
                return false;
            }
            ShellMsg::Mounted(screens) => {
                for msg in self.waiting.drain(..) {
                    screens.emit(msg);
                }
                self.screens = Some(screens);
                return false;
            }
            ShellMsg::Ready => {
                if core::mem::take(&mut self.undecided) {
                    self.decide();
                }
                return false;
            }
            ShellMsg::NoIcon => self.icon = None,
            ShellMsg::Unread(count) => self.unread = if self.open { 0 } else { count },
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (link, host) = (ctx.link(), &ctx.props().host);
        let onpointerenter = link.callback(|_: PointerEvent| ShellMsg::Near);
        let onfocus = link.callback(|_: FocusEvent| ShellMsg::Near);
        let onkeydown = {
            let (host, panel, hide) = (host.clone(), self.panel.clone(), link.callback(|()| ShellMsg::Hide));
            Callback::from(move |event: KeyboardEvent| press(&host, &panel, &event, &hide))
        };
        let floats = host.floats();
        let close = floats.then(|| link.callback(|()| ShellMsg::Hide));
        let mounted = link.callback(ShellMsg::Mounted);
        let screens = self.driver.clone().map(|driver| {
            html! { <Panel {driver} {close} {mounted} capture={ctx.props().handle.capture()} /> }
        });
        html! {
            <>
                <button type="button" class="launcher" part="launcher" ref={self.launcher.clone()}
                    aria-label={say(text::LAUNCHER)} aria-expanded={self.open.to_string()}
                    onclick={link.callback(|_| ShellMsg::Toggle)} {onpointerenter} {onfocus}>
                    { self.icon(link) }
                    <span class="badge" part="badge">{ (self.unread > 0).then_some(self.unread) }</span>
                </button>
                <div class="panel" part="panel" role="dialog" aria-label={say(text::REPORT_A_PROBLEM)}
                    popover={floats.then_some("manual")} ref={self.panel.clone()} {onkeydown}>
                    <div class="frame" onwheel={fold::<WheelEvent>()} ontouchmove={fold::<TouchEvent>()}>{ screens }</div>
                </div>
            </>
        }
    }

    fn destroy(&mut self, ctx: &Context<Self>) {
        self.hide(ctx.props());
    }
}

impl Shell {
    fn icon(&self, link: &Scope<Self>) -> Html {
        match &self.icon {
            Some(src) => {
                html! { <img {src} alt="" height="24" onerror={link.callback(|_: Event| ShellMsg::NoIcon)} /> }
            }
            None => html! { <svg viewBox="0 0 16 16" aria-hidden="true"><path fill-rule="evenodd" d={HANDLE} /></svg> },
        }
    }

    fn show(&mut self, props: &ShellProps, screen: Option<Screen>, draft: Option<Box<ReportDraft>>) {
        let ShellProps { handle, host } = props;
        let Some(driver) = handle.driver() else { return };
        let first = self.driver.is_none();
        self.driver = Some(driver);
        if !self.open {
            self.open = true;
            self.unread = 0;
            // Before the screens are drawn: what can't be seen gets no focus.
            host.set("open", Some(""));
            if host.floats() {
                self.from = page::active_element();
                let panel = self.panel.clone();
                let raise = move || pop(&panel, true);
                // What brought it there before stays responsible for the way back.
                self.in_front = InFront::bring(&host.0.element, raise).or(self.in_front.take());
                pop(&self.panel, true);
            }
            self.tell(PanelMsg::Opened(true));
            handle.emit(CallpointEvent::Open);
        }
        match screen {
            Some(screen) => self.tell(PanelMsg::Show(screen, draft)),
            None if first => self.decide(),
            None => {}
        }
    }

    /// The first screen: the form, or home for whoever has open incidents or may not report.
    fn decide(&mut self) {
        let reports = self.driver.as_ref().and_then(|driver| {
            driver.read(|client| {
                let you = client.cache.you.as_ref()?;
                Some(you.may_report() && client.cache.headline().yours == 0)
            })
        });
        self.undecided = reports.is_none();
        if reports == Some(true) {
            self.tell(PanelMsg::Show(Screen::Report, None));
        }
    }

    fn hide(&mut self, props: &ShellProps) {
        let ShellProps { handle, host } = props;
        if !self.open || !host.floats() {
            return;
        }
        self.open = false;
        self.undecided = false;
        let had_focus = host.has_focus();
        pop(&self.panel, false);
        host.set("open", None);
        // Back to where the person was, unless they have gone on by themselves.
        let from = self.from.take().filter(|from| *from != host.0.element);
        if let Some(target) = from.or_else(|| self.launcher.cast()).filter(|_| had_focus) {
            let _ = target.focus();
        }
        self.tell(PanelMsg::Opened(false));
        handle.emit(CallpointEvent::Close);
    }

    fn tell(&mut self, msg: PanelMsg) {
        match &self.screens {
            Some(screens) => screens.emit(msg),
            None => self.waiting.push(msg),
        }
    }
}

/// Escape closes, and Tab goes round inside the panel: it never falls through to the page behind.
fn press(host: &Host, panel: &NodeRef, event: &KeyboardEvent, hide: &Callback<()>) {
    if !host.floats() || event.is_composing() {
        return;
    }
    match &*event.key() {
        "Escape" => hide.emit(()),
        "Tab" => {
            let Some(panel) = panel.cast::<Element>() else { return };
            let stops = shadow::visible(&panel, STOPS);
            let active = host.0.shadow.active_element();
            let is_active = |stop: Option<&HtmlElement>| {
                active.as_ref().is_some_and(|active| stop.is_some_and(|stop| **stop == *active))
            };
            let on_title = active.as_ref().is_some_and(|active| active.tag_name() == "H1");
            let (leaves, target) = if event.shift_key() {
                (is_active(stops.first()) || on_title, stops.last())
            } else {
                (is_active(stops.last()), stops.first())
            };
            if let Some(target) = target.filter(|_| leaves) {
                event.prevent_default();
                let _ = target.focus();
            }
        }
        _ => {}
    }
}

/// Shows the panel above everything else, or no longer; a browser without such a layer shows it all the same.
fn pop(panel: &NodeRef, show: bool) {
    let Some(panel) = panel.cast::<HtmlElement>() else { return };
    let _ = if show { panel.show_popover() } else { panel.hide_popover() };
}

/// Whoever scrolls a thread reads it: the facts above it take two lines from then on.
fn fold<E: AsRef<web_sys::Event> + 'static>() -> Callback<E> {
    Callback::from(|event: E| {
        let target = event.target_dyn_into::<Element>();
        let page = target.and_then(|target| target.closest(".timeline").ok()??.closest(".page").ok()?);
        if let Some(facts) = page.and_then(|page| page.query_selector(".facts[open]").ok()?) {
            let _ = facts.remove_attribute("open");
        }
    })
}
