//! The switch for desktop notifications in the side pane. The browser is asked for permission on a click, never on load.

use callpoint_core::text::{self, Key, say};
use callpoint_widget::platform::storage;
use yew::prelude::*;

use super::DesktopState;
use crate::platform::{
    ReturnListener,
    notifications::{Permission, permission, request_permission, show},
    on_return,
};

/// Where the choice is kept on this device.
const CHOICE: &str = "callpoint:desktop";

/// How things are now.
#[must_use]
pub fn current() -> DesktopState {
    DesktopState::of(permission(), storage::load(CHOICE).is_some())
}

async fn turn_on() -> DesktopState {
    request_permission().await;
    if permission() != Some(Permission::Granted) {
        return current();
    }
    // Some browsers have permission and show none: it is on once one was shown.
    if show(say(text::DESKTOP_SHOWN), say(text::DESKTOP_NOTE), CHOICE, || ()).is_none() {
        return DesktopState::Unsupported;
    }
    storage::save(CHOICE, "on");
    current()
}

/// What happens to the switch.
pub enum SwitchMsg {
    /// It may have been changed in the browser's settings, or in another tab.
    Returned,
    /// The person turns it on, or off.
    Set(bool),
    /// It is in this state now.
    Is(DesktopState),
}

/// The switch, once it is known what the browser can do.
#[derive(Default)]
pub struct DesktopSwitch {
    state: Option<DesktopState>,
    listener: Option<ReturnListener>,
}

impl Component for DesktopSwitch {
    type Message = SwitchMsg;
    type Properties = ();

    fn create(_: &Context<Self>) -> Self {
        Self::default()
    }

    fn update(&mut self, ctx: &Context<Self>, msg: SwitchMsg) -> bool {
        let state = match msg {
            SwitchMsg::Set(true) => {
                ctx.link().send_future(async { SwitchMsg::Is(turn_on().await) });
                return false;
            }
            SwitchMsg::Set(false) => {
                storage::remove(CHOICE);
                current()
            }
            SwitchMsg::Returned => current(),
            SwitchMsg::Is(state) => state,
        };
        self.state.replace(state) != Some(state)
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        self.state.map(|state| disclosure(state, &ctx.link().callback(SwitchMsg::Set))).unwrap_or_default()
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            let link = ctx.link().clone();
            self.listener = Some(on_return(move || link.send_message(SwitchMsg::Returned)));
            ctx.link().send_message(SwitchMsg::Returned);
        }
    }
}

/// The switch in each state; `set` turns it on or off.
pub fn disclosure(state: DesktopState, set: &Callback<bool>) -> Html {
    let (word, note, button): (Key, Key, Option<(Key, bool)>) = match state {
        DesktopState::Unsupported => (text::DESKTOP_UNAVAILABLE, text::DESKTOP_UNSUPPORTED, None),
        DesktopState::NotAsked => (text::DESKTOP_OFF, text::DESKTOP_ASKS, Some((text::DESKTOP_TURN_ON, true))),
        DesktopState::On => (text::DESKTOP_ON, text::DESKTOP_NOTE, Some((text::DESKTOP_TURN_OFF, false))),
        DesktopState::Off => (text::DESKTOP_OFF, text::DESKTOP_OFF_NOTE, Some((text::DESKTOP_TURN_ON, true))),
        DesktopState::Blocked => (text::DESKTOP_BLOCKED, text::DESKTOP_BLOCKED_HOW, None),
    };
    html! {
        <details class="disclosure">
            <summary>{ say(text::DESKTOP) }{ " · " }<span class="quiet">{ say(word) }</span></summary>
            <p class="quiet" role="status">{ say(note) }</p>
            if let Some((label, on)) = button {
                <button type="button" onclick={set.reform(move |_| on)}>{ say(label) }</button>
            }
        </details>
    }
}
