//! Sign-in: asks the server whose session this is, and opens the console to staff. It asks again whenever the
//! connection breaks and once it is back, since a session can end at any time.

pub mod screen;
mod session;

pub use session::{IncidentReply, colleagues, get, incident_called};

use callpoint_core::{client::ConnectionState, model::time::SECOND, wire::protocol::You};
use callpoint_widget::{
    config::{ClientConfig, Identity},
    driver::{Driver, Subscription},
    platform::timers::Timer,
};
use js_sys::Function;
use wasm_bindgen::{JsCast as _, JsValue};
use yew::prelude::*;

use crate::{
    console::{self, Console},
    desktop::NoticeRelay,
    place::Place,
    platform::{self, ReturnListener, history},
};
use screen::{SignedOutReason, screen};
use session::SessionReply;

/// How long to wait before the server is asked again, in milliseconds.
const AGAIN: i64 = 5 * SECOND;

/// What happens while somebody signs in or out.
pub enum SignInMsg {
    /// The server has answered.
    SessionReply(SessionReply),
    /// Ask again.
    Again,
    /// The connection has changed.
    Changed,
    /// The person came back to this page, and may have signed in elsewhere.
    Returned,
    /// Sign out.
    SignOut,
    /// Signed out.
    SignedOut,
}

/// What it is given.
#[derive(PartialEq, Properties)]
pub struct SignInProps {
    /// Gives what sends the requests of one of staff, by their id, in place of the browser's `fetch`.
    pub carry_for: Function,
    /// What adds and shows files.
    pub files: Function,
    /// What staff call the provider that they can sign in with; nothing where there is none.
    pub provider: String,
}

/// Sign-in, and the console behind it.
pub struct SignIn {
    signed_in: Option<SignedIn>,
    why: SignedOutReason,
    invite: Option<String>,
    again: Timer,
    _return: ReturnListener,
}

struct SignedIn {
    driver: Driver,
    notices: NoticeRelay,
    you: You,
    cut_off: bool,
    connection: ConnectionState,
    _subscription: Subscription,
}

impl Component for SignIn {
    type Message = SignInMsg;
    type Properties = SignInProps;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        let again = Timer::new(move || link.send_message(SignInMsg::Again));
        let returned = ctx.link().clone();
        let sign_in = Self {
            signed_in: None,
            why: SignedOutReason::Loading,
            invite: platform::take_invite(),
            again,
            _return: platform::on_return(move || returned.send_message(SignInMsg::Returned)),
        };
        sign_in.ask(ctx);
        sign_in
    }

    fn update(&mut self, ctx: &Context<Self>, msg: SignInMsg) -> bool {
        match msg {
            SignInMsg::Again => {
                self.ask(ctx);
                false
            }
            SignInMsg::Returned => {
                // The first question may still wait for its answer, and a link is spent once.
                if self.signed_in.is_none() && !matches!(self.why, SignedOutReason::Loading) {
                    self.ask(ctx);
                }
                false
            }
            SignInMsg::SessionReply(asked) => self.asked(ctx, asked),
            SignInMsg::Changed => {
                let Some(signed_in) = &mut self.signed_in else { return false };
                let connection = signed_in.driver.read(|client| client.connection.state());
                let before = core::mem::replace(&mut signed_in.connection, connection);
                let broke = matches!(connection, ConnectionState::Waiting(_)) && connection != before;
                let back = signed_in.cut_off && connection == ConnectionState::Live;
                signed_in.cut_off = !back && (signed_in.cut_off || broke);
                // A stream that is refused never comes back by itself: each time it breaks it may be the session.
                if broke || back {
                    self.ask(ctx);
                }
                false
            }
            SignInMsg::SignOut => {
                ctx.link().send_future(async {
                    if session::sign_out().await { SignInMsg::SignedOut } else { SignInMsg::Changed }
                });
                false
            }
            SignInMsg::SignedOut => {
                self.close(SignedOutReason::Nobody);
                true
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        match &self.signed_in {
            Some(signed_in) => {
                let person = signed_in.you.person.as_ref().map(ToString::to_string);
                html! {
                    <Console key={person.unwrap_or_default()} driver={signed_in.driver.clone()}
                        notices={signed_in.notices.clone()}
                        sign_out={ctx.link().callback(|()| SignInMsg::SignOut)} />
                }
            }
            None => screen(self.why, &ctx.props().provider, &ctx.link().callback(|_| SignInMsg::Again)),
        }
    }
}

impl SignIn {
    fn ask(&self, ctx: &Context<Self>) {
        let invite = self.invite.clone();
        ctx.link().send_future(async { SignInMsg::SessionReply(session::ask(invite).await) });
    }

    fn asked(&mut self, ctx: &Context<Self>, asked: SessionReply) -> bool {
        if !matches!(asked, SessionReply::NoReply) {
            self.invite = None;
        }
        match asked {
            SessionReply::Staff(you) => self.open(ctx, *you),
            SessionReply::Nobody if self.signed_in.is_some() => self.refuse(SignedOutReason::Ended),
            SessionReply::Nobody => self.refuse(SignedOutReason::Nobody),
            SessionReply::LinkExpired => self.refuse(SignedOutReason::LinkExpired),
            // Whoever is inside sees that the server is away.
            SessionReply::NoReply if self.signed_in.is_some() => return false,
            SessionReply::NoReply => {
                self.why = SignedOutReason::NoReply;
                self.again.set(AGAIN);
            }
        }
        true
    }

    /// Nobody comes in yet. Whoever signs in gets to where they were going, in whichever tab they do.
    fn refuse(&mut self, why: SignedOutReason) {
        if let Some(place) = console::here().filter(|place| *place != Place::default()) {
            history::keep_wanted(&place.address());
        }
        self.close(why);
    }

    fn open(&mut self, ctx: &Context<Self>, you: You) {
        if self.signed_in.as_ref().is_some_and(|signed_in| signed_in.you == you) {
            return;
        }
        self.close(SignedOutReason::Loading);
        let person = you.person.as_ref().map(ToString::to_string).unwrap_or_default();
        let notices = NoticeRelay::default();
        let carry = ctx.props().carry_for.call1(&JsValue::UNDEFINED, &JsValue::from(&person));
        let carry = carry.ok().and_then(|carry| carry.dyn_into().ok());
        let identity = Identity::Session(person);
        let files = Some(ctx.props().files.clone());
        let config = ClientConfig { carry, files, identity, ..ClientConfig::default() };
        let driver = Driver::start(&config, notices.callback());
        let subscription = driver.subscribe(ctx.link().callback(|()| SignInMsg::Changed));
        self.signed_in = Some(SignedIn {
            driver,
            notices,
            you,
            cut_off: false,
            connection: ConnectionState::Idle,
            _subscription: subscription,
        });
    }

    fn close(&mut self, why: SignedOutReason) {
        self.why = why;
        if let Some(signed_in) = self.signed_in.take() {
            signed_in.driver.stop();
        }
    }
}

impl Drop for SignIn {
    fn drop(&mut self) {
        self.close(SignedOutReason::Nobody);
    }
}
