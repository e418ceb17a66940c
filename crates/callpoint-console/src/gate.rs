//! The gate: asks who sits there, and opens the desk to staff. It asks again whenever the line breaks and once it is
//! back, since a session can end at any time.

use callpoint_core::{client::ConnectionState, model::time::SECOND, wire::protocol::You};
use callpoint_widget::{
    CallpointConfig, Identity,
    driver::{Driver, Subscription},
    platform::timers::Timer,
};
use yew::prelude::*;

use crate::{
    app::Console,
    browser,
    session::{self, Asked},
    view::gate::{Why, gate},
};

/// How long to wait before the server is asked again, in milliseconds.
const AGAIN: i64 = 5 * SECOND;

/// What happens at the gate.
pub enum Msg {
    /// The server has answered.
    Asked(Asked),
    /// Ask again.
    Again,
    /// The line has changed.
    Changed,
    /// Sign out.
    SignOut,
    /// Signed out.
    SignedOut,
}

/// The gate, and the desk behind it.
pub struct Gate {
    inside: Option<Inside>,
    why: Why,
    invite: Option<String>,
    again: Timer,
}

struct Inside {
    driver: Driver,
    you: You,
    cut_off: bool,
    line: ConnectionState,
    _subscription: Subscription,
}

impl Component for Gate {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        let again = Timer::new(move || link.send_message(Msg::Again));
        let gate = Self { inside: None, why: Why::Asking, invite: browser::invite(), again };
        gate.ask(ctx);
        gate
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Again => {
                self.ask(ctx);
                false
            }
            Msg::Asked(asked) => self.asked(ctx, asked),
            Msg::Changed => {
                let Some(inside) = &mut self.inside else { return false };
                let line = inside.driver.read(|client| client.connection.state());
                let before = core::mem::replace(&mut inside.line, line);
                let broke = matches!(line, ConnectionState::Waiting(_)) && line != before;
                let back = inside.cut_off && line == ConnectionState::Live;
                inside.cut_off = !back && (inside.cut_off || broke);
                // A stream that is refused never comes back by itself: each time it breaks it may be the session.
                if broke || back {
                    self.ask(ctx);
                }
                false
            }
            Msg::SignOut => {
                ctx.link().send_future(async { if session::sign_out().await { Msg::SignedOut } else { Msg::Changed } });
                false
            }
            Msg::SignedOut => {
                self.close(Why::Nobody);
                true
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        match &self.inside {
            Some(inside) => {
                let person = inside.you.person.as_ref().map(ToString::to_string);
                html! {
                    <Console key={person.unwrap_or_default()} driver={inside.driver.clone()}
                        sign_out={ctx.link().callback(|()| Msg::SignOut)} />
                }
            }
            None => gate(self.why, &ctx.link().callback(|_| Msg::Again)),
        }
    }
}

impl Gate {
    fn ask(&self, ctx: &Context<Self>) {
        let invite = self.invite.clone();
        ctx.link().send_future(async { Msg::Asked(session::ask(invite).await) });
    }

    fn asked(&mut self, ctx: &Context<Self>, asked: Asked) -> bool {
        if !matches!(asked, Asked::Silence) {
            self.invite = None;
        }
        match asked {
            Asked::Staff(you) => self.open(ctx, *you),
            Asked::Nobody if self.inside.is_some() => self.close(Why::Ended),
            Asked::Nobody => self.close(Why::Nobody),
            Asked::Spent => self.close(Why::Spent),
            // Whoever is inside sees by the line that the server is away.
            Asked::Silence if self.inside.is_some() => return false,
            Asked::Silence => {
                self.why = Why::Silence;
                self.again.set(AGAIN);
            }
        }
        true
    }

    fn open(&mut self, ctx: &Context<Self>, you: You) {
        if self.inside.as_ref().is_some_and(|inside| inside.you == you) {
            return;
        }
        self.close(Why::Asking);
        let person = you.person.as_ref().map(ToString::to_string).unwrap_or_default();
        let driver = Driver::start(
            &CallpointConfig { identity: Identity::Session(person), ..CallpointConfig::default() },
            Callback::noop(),
        );
        let subscription = driver.subscribe(ctx.link().callback(|()| Msg::Changed));
        self.inside =
            Some(Inside { driver, you, cut_off: false, line: ConnectionState::Idle, _subscription: subscription });
    }

    fn close(&mut self, why: Why) {
        self.why = why;
        if let Some(inside) = self.inside.take() {
            inside.driver.stop();
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.close(Why::Nobody);
    }
}
