//! What stands there while nobody is signed in.

use callpoint_core::text::{self, Key, say};
use yew::prelude::*;

/// Why nobody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedOutReason {
    /// The server is being asked who this is.
    Loading,
    /// Nobody is signed in.
    Nobody,
    /// The one-time link is no longer good.
    LinkExpired,
    /// The session ended while the console was open.
    Ended,
    /// The server does not answer.
    NoReply,
}

/// The page.
pub fn screen(why: SignedOutReason, again: &Callback<MouseEvent>) -> Html {
    html! {
        <main class="gate">
            <h1>{ say(text::CONSOLE_TITLE) }</h1>
            {
                match why {
                    SignedOutReason::Loading => html! { <p class="quiet" role="status">{ say(text::SIGNING_IN) }</p> },
                    SignedOutReason::NoReply => html! {
                        <>
                            <p role="alert">{ say(text::CONSOLE_UNREACHABLE) }</p>
                            <button onclick={again}>{ say(text::TRY_NOW) }</button>
                        </>
                    },
                    SignedOutReason::Nobody => ask(None),
                    SignedOutReason::LinkExpired => ask(Some(text::SIGN_IN_LINK_EXPIRED)),
                    SignedOutReason::Ended => ask(Some(text::SESSION_ENDED)),
                }
            }
        </main>
    }
}

fn ask(because: Option<Key>) -> Html {
    html! {
        <>
            <h2>{ say(text::SIGN_IN_TITLE) }</h2>
            { because.map(|key| html! { <p role="alert">{ say(key) }</p> }) }
            <p>{ say(text::SIGN_IN_HOW) }</p>
            <p><code>{ say(text::SIGN_IN_COMMAND) }</code></p>
        </>
    }
}
