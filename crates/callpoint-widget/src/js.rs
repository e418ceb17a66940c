//! The JavaScript side: the only names that cross the border. Holds no logic of its own.

use std::{cell::RefCell, rc::Rc};

use callpoint_core::{
    client::{Codec as _, Notice},
    model::{
        id::{ComponentId, IncidentId},
        report::ReportDraft,
    },
    wire::protocol::Request,
};
use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::{AppHandle, Callback, Renderer};

use crate::{
    components::badge::{CallpointStatus, StatusProps, Variant},
    driver::{Driver, Identity},
    panel::{Callpoint, PanelMsg, Props, Screen},
    platform::codec::BrowserCodec,
};

/// One booted widget: a client and what is mounted of it.
#[wasm_bindgen]
pub struct Widget {
    driver: Driver,
    context: Rc<ReportDraft>,
    panel: Rc<RefCell<Panel>>,
    panels: Vec<AppHandle<Callpoint>>,
    statuses: Vec<(Element, AppHandle<CallpointStatus>)>,
}

/// The way into the panel, and what was said before it was there.
#[derive(Default)]
struct Panel {
    send: Option<Callback<PanelMsg>>,
    waiting: Vec<PanelMsg>,
}

#[wasm_bindgen]
impl Widget {
    /// Boots with `options`; `tell(name, json)` is called for each of the page's events.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &JsValue, tell: Function) -> Self {
        let option = |name: &str| Reflect::get(options, &name.into()).ok().filter(|value| !value.is_undefined());
        let text = |name: &str| option(name).and_then(|value| value.as_string());
        let identity = match option("getToken").and_then(|value| value.dyn_into::<Function>().ok()) {
            Some(fetch) => Identity::Token(fetch),
            None => Identity::Anonymous,
        };
        let mut context = ReportDraft {
            component: text("component").and_then(|id| ComponentId::parse(&id)),
            ..ReportDraft::default()
        };
        for name in ["page", "release", "browser"] {
            if let Some(value) = text(name) {
                context.context.insert(name.to_owned(), value);
            }
        }
        let tell = Callback::from(move |notice: Notice| {
            let (name, json) = spoken(&notice);
            // What a listener of the page throws is the page's.
            let _ = tell.call2(&JsValue::UNDEFINED, &name.into(), &json.into());
        });
        let driver = Driver::start(&text("backend").unwrap_or_default(), identity, tell);
        Self { driver, context: Rc::new(context), panel: Rc::default(), panels: Vec::new(), statuses: Vec::new() }
    }

    /// Draws the panel into `root`; `close` is called when the person closes it (none: it is part of the page).
    pub fn mount(&mut self, root: Element, close: Option<Function>) {
        let panel = self.panel.clone();
        let props = Props {
            driver: self.driver.clone(),
            mounted: Callback::from(move |send: Callback<PanelMsg>| {
                let waiting = core::mem::take(&mut panel.borrow_mut().waiting);
                waiting.into_iter().for_each(|msg| send.emit(msg));
                panel.borrow_mut().send = Some(send);
            }),
            close: close.map(|close| {
                Callback::from(move |()| {
                    // Closing can't throw: it is our own function.
                    let _ = close.call0(&JsValue::UNDEFINED);
                })
            }),
            context: self.context.clone(),
            screen: Screen::Home,
        };
        self.panels.push(Renderer::with_root_and_props(root, props).render());
    }

    /// Draws the live status into `root`: `dot`, `banner` or `card`.
    #[wasm_bindgen(js_name = mountStatus)]
    pub fn mount_status(&mut self, root: Element, variant: &str) {
        let variant = match variant {
            "banner" => Variant::Banner,
            "card" => Variant::Card,
            _ => Variant::Dot,
        };
        let props = StatusProps { driver: self.driver.clone(), variant };
        self.statuses.push((root.clone(), Renderer::with_root_and_props(root, props).render()));
    }

    /// Takes the live status out of `root`.
    #[wasm_bindgen(js_name = unmountStatus)]
    pub fn unmount_status(&mut self, root: &Element) {
        if let Some(at) = self.statuses.iter().position(|(mounted, _)| mounted == root) {
            self.statuses.swap_remove(at).1.destroy();
        }
    }

    /// Shows `home`, `report` or `status`, with a report begun by the host as JSON.
    pub fn show(&self, view: &str, prefill: Option<String>) {
        let page = match view {
            "report" => Screen::Report,
            "status" => Screen::Status,
            _ => Screen::Home,
        };
        let prefill = prefill.and_then(|text| BrowserCodec.decode(&text)).map(Box::new);
        self.tell_panel(PanelMsg::Show(page, prefill));
    }

    /// Shows a thread. Whether `incident` is an id at all.
    pub fn open(&self, incident: &str) -> bool {
        let id = IncidentId::parse(incident);
        if let Some(id) = id {
            self.tell_panel(PanelMsg::Show(Screen::Thread(id), None));
        }
        id.is_some()
    }

    /// The panel was opened or closed.
    pub fn opened(&self, open: bool) {
        self.tell_panel(PanelMsg::Opened(open));
    }

    /// Sends a report given as JSON; its id, or nothing if it can't be read.
    pub fn report(&self, draft: &str) -> Option<String> {
        let draft: ReportDraft = BrowserCodec.decode(draft)?;
        Some(self.driver.submit(Request::Report(draft)).text())
    }

    /// The headline as JSON.
    pub fn status(&self) -> String {
        self.driver.read(|client| spoken(&Notice::Status(client.cache.headline())).1)
    }

    /// Ends it: what was mounted is gone, no request, timer or listener is left.
    pub fn shutdown(self) {
        self.driver.stop();
        for panel in self.panels {
            panel.destroy();
        }
        for (_, status) in self.statuses {
            status.destroy();
        }
    }

    fn tell_panel(&self, msg: PanelMsg) {
        // Out of the borrow first: the panel may ask for another page while it handles this.
        let send = self.panel.borrow().send.clone();
        match send {
            Some(send) => send.emit(msg),
            None => self.panel.borrow_mut().waiting.push(msg),
        }
    }
}

/// A notice as the page's events give it: name and detail.
fn spoken(notice: &Notice) -> (&'static str, String) {
    let object = |pairs: &[&str]| ["{", &pairs.concat(), "}"].concat();
    let of = |id: &IncidentId| object(&["\"incident\":\"", &id.text(), "\""]);
    match notice {
        Notice::Ready => ("ready", "{}".to_owned()),
        Notice::Report(receipt) => ("report", BrowserCodec.encode(receipt)),
        Notice::Refused(id) => ("error", object(&["\"command\":\"", &id.text(), "\""])),
        Notice::Status(headline) => ("status", BrowserCodec.encode(headline)),
        Notice::Entry(id, seq) => ("entry", object(&["\"incident\":\"", &id.text(), "\",\"seq\":", &seq.to_string()])),
        Notice::Unread(count) => ("unread", object(&["\"count\":", &count.to_string()])),
        Notice::Severity(id) => ("severity", of(id)),
        Notice::Resolution(id) => ("resolution", of(id)),
        Notice::Settled(id) => ("settled", of(id)),
    }
}
