//! Desktop notifications: what is shown while the console is in the background. Pure, but for [`switch`].

pub mod switch;

use std::{cell::RefCell, rc::Rc};

use callpoint_core::{
    client::Notice,
    model::{
        event::{Change, Event},
        incident::Incident,
    },
    rules::notifications::{DesktopReason, NotificationKind, desktop_reason, sentence},
    text::{self, fill, say},
};
use callpoint_widget::context::ReaderContext;
use yew::Callback;

use crate::{incident::staff_entries::called_for, platform::notifications::Permission};

/// Whether this browser shows notifications for the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DesktopState {
    /// It can't.
    Unsupported,
    /// They were not asked for permission yet.
    NotAsked,
    /// It does.
    On,
    /// It may, and they have turned it off on this device, or not turned it on.
    Off,
    /// They or their administrator have forbidden it to this site.
    Blocked,
}

impl DesktopState {
    /// By the browser's permission (`None` where there are no notifications) and the choice kept on this device.
    #[must_use]
    pub const fn of(permission: Option<Permission>, chosen: bool) -> Self {
        match permission {
            None => Self::Unsupported,
            Some(Permission::NotAsked) => Self::NotAsked,
            Some(Permission::Granted) if chosen => Self::On,
            Some(Permission::Granted) => Self::Off,
            Some(Permission::Denied) => Self::Blocked,
        }
    }
}

/// The words of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DesktopNotification {
    /// Which incident.
    pub title: String,
    /// What happened. Never what somebody wrote: a desktop is seen by others.
    pub body: String,
}

/// What is shown of an event, if it concerns the reader.
#[must_use]
pub fn notification(reader: &ReaderContext, event: &Event, incident: &Incident) -> Option<DesktopNotification> {
    let reason = desktop_reason(event, incident, &reader.you.viewer())?;
    let reference = [("reference", incident.reference.as_str()), ("title", &incident.title)];
    if event.seal.is_some() || incident.seal.is_some() {
        let (title, body) = (fill(text::NOTIFY_SEALED_SUBJECT, &reference), say(text::DESKTOP_SEALED).to_owned());
        return Some(DesktopNotification { title, body });
    }
    let mention = reason == DesktopReason::Addressed(NotificationKind::Mention);
    let body = match &event.change {
        Change::Paged(page) => Some(fill(text::DESKTOP_PAGED, &[("why", &called_for(reader, page))])),
        _ => sentence(event, incident, mention, &reader.vendor.name, &reader.vendor.scheme, true),
    };
    Some(DesktopNotification { title: fill(text::NOTIFY_SUBJECT, &reference), body: body? })
}

/// Hands what the client machine tells to whoever listens by then: the machine starts before there is a console.
#[derive(Clone, Default)]
pub struct NoticeRelay(Rc<RefCell<Callback<Notice>>>);

impl PartialEq for NoticeRelay {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl NoticeRelay {
    /// What the client machine calls.
    #[must_use]
    pub fn callback(&self) -> Callback<Notice> {
        let listener = self.0.clone();
        Callback::from(move |notice| {
            let current = listener.borrow().clone();
            current.emit(notice);
        })
    }

    /// Listens from now on.
    pub fn listen(&self, listener: Callback<Notice>) {
        self.0.replace(listener);
    }
}
