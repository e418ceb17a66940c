//! One client for all that a product shows of Callpoint, and the verbs that its code may say.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use callpoint_core::{
    client::Notice,
    model::{
        id::{ComponentId, IncidentId},
        report::{Report, ReportDraft},
    },
    rules::headline::Headline,
    wire::{error::Invalid, protocol::Request},
};
use yew::{AttrValue, Callback};

use super::{config::CallpointConfig, event::CallpointEvent, labels, shell::ShellMsg};
use crate::{
    capture::{Capture, surroundings},
    config::{ClientConfig, Identity, usable_fields},
    driver::Driver,
    panel::Screen,
    platform::page,
};

/// A view of the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// What concerns the person.
    Home,
    /// The report form.
    Report,
    /// How everything is.
    Status,
    /// One incident.
    Thread(IncidentId),
}

impl From<View> for Screen {
    fn from(view: View) -> Self {
        match view {
            View::Home => Self::Home,
            View::Report => Self::Report,
            View::Status => Self::Status,
            View::Thread(incident) => Self::Thread(incident),
        }
    }
}

/// The [`Callpoint`](super::Callpoint) around a component, from [`use_callpoint`](super::use_callpoint). Cheap to
/// clone; all clones are one.
///
/// Where there is none, or it is gone, each verb is one warning in the browser's console and nothing else.
#[derive(Clone, Default)]
pub struct CallpointHandle(Option<Rc<Inner>>);

#[derive(Default)]
struct Inner {
    config: RefCell<CallpointConfig>,
    on_event: RefCell<Callback<CallpointEvent>>,
    driver: RefCell<Option<Driver>>,
    shell: RefCell<Option<Callback<ShellMsg>>>,
    over: Cell<bool>,
}

impl PartialEq for CallpointHandle {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Rc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}

impl CallpointHandle {
    /// Opens the panel as it was left; the first time with the report form, or with home for whoever has open
    /// incidents.
    pub fn open(&self) {
        self.tell_shell(ShellMsg::Show(None, None));
    }

    /// Opens the panel at a view.
    pub fn show(&self, view: View) {
        self.tell_shell(ShellMsg::Show(Some(view.into()), None));
    }

    /// Opens the report form with what the product already knows; what the person has written stays.
    pub fn begin_report(&self, draft: ReportDraft) {
        self.tell_shell(ShellMsg::Show(Some(Screen::Report), Some(Box::new(draft))));
    }

    /// Closes the panel.
    pub fn hide(&self) {
        self.tell_shell(ShellMsg::Hide);
    }

    /// Opens or closes the panel.
    pub fn toggle(&self) {
        self.tell_shell(ShellMsg::Toggle);
    }

    /// Sends a report without the form, as soon as it can be; [`CallpointEvent::Report`] says when the server has it,
    /// under the incident's id that this gives. None where there is no `Callpoint` around.
    ///
    /// # Errors
    /// Where the draft breaks a limit, or the vendor's severity scheme as far as it is known here.
    pub fn report(&self, draft: ReportDraft) -> Result<Option<IncidentId>, Invalid> {
        let Some(inner) = self.running() else { return Ok(None) };
        let driver = inner.driver();
        let draft = self.capture().complete(draft);
        let invalid = driver.read(|client| {
            let vendor = client.cache.vendor.as_ref()?;
            Report::parse(draft.clone(), &vendor.scheme, &vendor.classes, &vendor.fields).err()
        });
        match invalid {
            Some(invalid) => Err(invalid),
            None => Ok(Some(IncidentId(driver.submit(Request::Report(draft)).0))),
        }
    }

    /// How things are for the person; none while that is not known.
    #[must_use]
    pub fn status(&self) -> Option<Headline> {
        let driver = self.0.as_ref()?.driver.borrow().clone()?;
        driver.read(|client| client.cache.known_at.map(|_| client.cache.headline()))
    }

    pub(super) fn new() -> Self {
        Self(Some(Rc::default()))
    }

    /// Takes over what the product says now.
    pub(super) fn renew(&self, config: CallpointConfig, on_event: Callback<CallpointEvent>) {
        if let Some(inner) = &self.0 {
            inner.config.replace(config);
            inner.on_event.replace(on_event);
        }
    }

    /// Lets the screens say what the product says otherwise.
    pub(super) fn speak(&self) {
        if let Some(inner) = &self.0 {
            labels::speak(&inner.config.borrow().labels);
        }
    }

    /// The product's own picture for the launcher.
    pub(super) fn icon(&self) -> Option<AttrValue> {
        self.0.as_ref()?.config.borrow().icon.clone().map(AttrValue::from)
    }

    pub(super) fn set_shell(&self, shell: Callback<ShellMsg>) {
        if let Some(inner) = &self.0 {
            inner.shell.replace(Some(shell));
        }
    }

    /// The client at work, started where it is not yet; none where there is no `Callpoint` around.
    pub(super) fn driver(&self) -> Option<Driver> {
        Some(self.running()?.driver())
    }

    /// What goes with each report.
    pub(super) fn capture(&self) -> Capture {
        let Some(inner) = &self.0 else { return Capture::default() };
        // The latest settings, whichever were there at the start.
        let (known, ruled) = (Rc::downgrade(inner), Rc::downgrade(inner));
        let known = move || known.upgrade().map(|inner| surroundings(&inner.client_config())).unwrap_or_default();
        let rule = move |text: String, name: &str| {
            let redact = ruled.upgrade().and_then(|inner| inner.config.borrow().redact.clone());
            match redact {
                Some(redact) => redact.call(&text, name),
                None => text,
            }
        };
        Capture::new(known, Some(Rc::new(rule)))
    }

    pub(super) fn emit(&self, event: CallpointEvent) {
        if let Some(inner) = &self.0 {
            inner.emit(event);
        }
    }

    /// Ends it: no request, timer or listener is left.
    pub(super) fn stop(&self) {
        if let Some(inner) = &self.0 {
            inner.over.set(true);
            inner.shell.take();
            if let Some(driver) = inner.driver.take() {
                driver.stop();
            }
        }
    }

    fn running(&self) -> Option<&Rc<Inner>> {
        let running = self.0.as_ref().filter(|inner| !inner.over.get());
        if running.is_none() {
            page::warn("callpoint: there is no <Callpoint> around this component; put it inside one");
        }
        running
    }

    fn tell_shell(&self, msg: ShellMsg) {
        let shell = self.running().and_then(|inner| inner.shell.borrow().clone());
        if let Some(shell) = shell {
            shell.emit(msg);
        }
    }
}

impl Inner {
    fn driver(self: &Rc<Self>) -> Driver {
        let running = self.driver.borrow().clone();
        running.unwrap_or_else(|| {
            let this = Rc::downgrade(self);
            let notify = Callback::from(move |notice: Notice| {
                if let Some(inner) = this.upgrade() {
                    inner.heard(notice);
                }
            });
            let driver = Driver::start(&self.client_config(), notify);
            self.driver.replace(Some(driver.clone()));
            driver
        })
    }

    fn client_config(self: &Rc<Self>) -> ClientConfig {
        let config = self.config.borrow();
        let this = Rc::downgrade(self);
        // The latest function, whichever was there at the start.
        let fetch = move || {
            let latest = this.upgrade().and_then(|inner| inner.config.borrow().get_token.clone());
            async move { latest?.call().await }
        };
        let identity = if config.get_token.is_some() { Identity::customer(fetch) } else { Identity::Anonymous };
        let component = config.component.as_deref().and_then(ComponentId::parse);
        ClientConfig {
            backend: config.backend.clone(),
            carry: None,
            files: None,
            take_out: None,
            identity,
            component,
            release: config.release.clone(),
            fields: usable_fields(config.fields.iter().cloned().map(Some)),
        }
    }

    fn heard(&self, notice: Notice) {
        let shell = self.shell.borrow().clone();
        let told = match &notice {
            Notice::Ready => Some(ShellMsg::Ready),
            Notice::Unread(count) => Some(ShellMsg::Unread(*count)),
            _ => None,
        };
        if let Some((shell, told)) = shell.zip(told) {
            shell.emit(told);
        }
        self.emit(notice.into());
    }

    fn emit(&self, event: CallpointEvent) {
        // Out of the borrow first: whoever hears it may draw the component again.
        let on_event = self.on_event.borrow().clone();
        on_event.emit(event);
    }
}
