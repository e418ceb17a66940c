//! The border to JavaScript: the only names that cross it, and plain objects in both directions. Holds no rule.

mod border;
mod options;

use callpoint_core::{
    client::Notice,
    model::{
        id::IncidentId,
        report::{Report, ReportDraft},
    },
    wire::protocol::Request,
};
use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Element, console};
use yew::{AppHandle, Callback, Renderer};

use crate::{
    capture::Capture,
    components::badge::{LiveStatus, LiveStatusProps, Variant},
    driver::Driver,
    panel::{Panel, PanelMsg, Props, Screen},
    platform::language::speak,
};

use border::{EventDetail, RefusedReport, from_js, to_js};
use options::PageOptions;

/// One booted widget: a client and what is mounted of it.
#[wasm_bindgen]
pub struct Widget {
    driver: Driver,
    capture: Capture,
    panel: Option<AppHandle<Panel>>,
    statuses: Vec<(Element, AppHandle<LiveStatus>)>,
    threads: Vec<(Element, AppHandle<Panel>)>,
}

#[wasm_bindgen]
impl Widget {
    /// Boots with `options`; `on_event(name, detail)` is called for each of the page's events.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(options: &JsValue, on_event: Function) -> Self {
        // Left out, it gives `undefined`: English.
        speak(&Reflect::get(options, &"words".into()).unwrap_or_default());
        let options = PageOptions::read(options);
        let notify = Callback::from(move |notice: Notice| {
            let (name, detail) = EventDetail::of(&notice);
            // What a listener of the page throws is the page's.
            let _ = on_event.call2(&JsValue::UNDEFINED, &name.into(), &to_js(&detail));
        });
        Self {
            driver: Driver::start(&options.config(), notify),
            capture: options.capture(),
            panel: None,
            statuses: Vec::new(),
            threads: Vec::new(),
        }
    }

    /// Takes up what other pages of this person have left to be sent.
    #[wasm_bindgen(js_name = takeUp)]
    pub fn take_up(&self) {
        self.driver.take_up();
    }

    /// Draws the panel into `root`; `close` is called when the person closes it (none: it is part of the page).
    pub fn mount(&mut self, root: Element, close: Option<Function>) {
        let close = close.map(|close| {
            Callback::from(move |()| {
                // Closing can't throw: it is our own function.
                let _ = close.call0(&JsValue::UNDEFINED);
            })
        });
        self.panel = Some(self.render_panel(root, close, false, Screen::Home));
    }

    /// Draws the thread of one incident into `root`, by its id or by a reference that is known here. Whether
    /// `incident` is either.
    #[wasm_bindgen(js_name = mountThread)]
    pub fn mount_thread(&mut self, root: Element, incident: &str) -> bool {
        let found = self.find(incident);
        if let Some(id) = found {
            let thread = self.render_panel(root.clone(), None, true, Screen::Thread(id));
            self.threads.push((root, thread));
        }
        found.is_some()
    }

    /// Draws the live status into `root`: `dot`, `banner` or `card`.
    #[wasm_bindgen(js_name = mountStatus)]
    pub fn mount_status(&mut self, root: Element, variant: &str) {
        let variant = match variant {
            "banner" => Variant::Banner,
            "card" => Variant::Card,
            _ => Variant::Dot,
        };
        let props = LiveStatusProps { driver: self.driver.clone(), variant };
        self.statuses.push((root.clone(), Renderer::with_root_and_props(root, props).render()));
    }

    /// Takes the live status or the thread out of `root`.
    pub fn unmount(&mut self, root: &Element) {
        if let Some(at) = self.statuses.iter().position(|(mounted, _)| mounted == root) {
            self.statuses.swap_remove(at).1.destroy();
        }
        if let Some(at) = self.threads.iter().position(|(mounted, _)| mounted == root) {
            self.threads.swap_remove(at).1.destroy();
        }
    }

    /// Shows `home`, `report` or `status`, with a report begun by the host.
    pub fn show(&self, view: &str, prefill: &JsValue) {
        let page = match view {
            "report" => Screen::Report,
            "status" => Screen::Status,
            _ => Screen::Home,
        };
        let prefill = (!prefill.is_undefined()).then(|| from_js::<ReportDraft>(prefill));
        let prefill = prefill.and_then(|prefill| {
            prefill
                .inspect_err(|refused| console::warn_2(&"callpoint: can't begin this report:".into(), &to_js(refused)))
                .ok()
        });
        self.send_to_panel(PanelMsg::Show(page, prefill.map(Box::new)));
    }

    /// Shows a thread, by its id or by a reference that is known here. Whether `incident` is either.
    #[must_use]
    pub fn open(&self, incident: &str) -> bool {
        let id = self.find(incident);
        if let Some(id) = id {
            self.send_to_panel(PanelMsg::Show(Screen::Thread(id), None));
        }
        id.is_some()
    }

    /// The panel was opened or closed.
    pub fn opened(&self, open: bool) {
        self.send_to_panel(PanelMsg::Opened(open));
    }

    /// Sends a report, and gives its id.
    ///
    /// # Errors
    /// `{code, message, field}` where the report can't be read, or breaks a limit or the vendor's scheme.
    pub fn report(&self, draft: &JsValue) -> Result<String, JsValue> {
        let draft: ReportDraft = from_js(draft).map_err(|refused| to_js(&refused))?;
        let component = draft.component.clone();
        let draft = ReportDraft { component, ..self.capture.complete(draft) };
        let checked = self.driver.read(|client| {
            let vendor = client.cache.vendor.as_ref()?;
            Report::parse(draft.clone(), &vendor.scheme, &vendor.classes).err()
        });
        match checked {
            Some(invalid) => Err(to_js(&RefusedReport::from(invalid))),
            None => Ok(self.driver.submit(Request::Report(draft)).text()),
        }
    }

    /// How things are, as the headline says.
    #[must_use]
    pub fn status(&self) -> JsValue {
        self.driver.read(|client| to_js(&client.cache.headline()))
    }

    /// Ends it: what was mounted is gone, no request, timer or listener is left.
    pub fn shutdown(self) {
        self.driver.stop();
        for panel in self.panel.into_iter().chain(self.threads.into_iter().map(|(_, thread)| thread)) {
            panel.destroy();
        }
        for (_, status) in self.statuses {
            status.destroy();
        }
    }

    fn render_panel(
        &self,
        root: Element,
        close: Option<Callback<()>>,
        alone: bool,
        screen: Screen,
    ) -> AppHandle<Panel> {
        let (driver, capture) = (self.driver.clone(), self.capture.clone());
        Renderer::with_root_and_props(root, Props { driver, close, alone, capture, screen, mounted: None }).render()
    }

    /// The incident of this id, or of this reference that is known here.
    fn find(&self, incident: &str) -> Option<IncidentId> {
        let known = || self.driver.read(|client| client.cache.by_reference(incident));
        IncidentId::parse(incident).or_else(known)
    }

    fn send_to_panel(&self, msg: PanelMsg) {
        if let Some(panel) = &self.panel {
            panel.send_message(msg);
        }
    }
}
