//! What stands there while nobody is signed in.

use callpoint_core::text::{self, Key, fill, say};
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

/// Where the server sends whoever signs in with the provider, or out of it.
const SIGN_IN: &str = "/console/sign-in";
const SIGN_OUT: &str = "/console/sign-out";

/// The page; `provider` is what staff call the one that they can sign in with, if there is one.
pub fn screen(why: SignedOutReason, provider: &str, again: &Callback<MouseEvent>) -> Html {
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
                    SignedOutReason::Nobody => ask(None, provider),
                    SignedOutReason::LinkExpired => ask(Some(text::SIGN_IN_LINK_EXPIRED), provider),
                    SignedOutReason::Ended => ask(Some(text::SESSION_ENDED), provider),
                }
            }
        </main>
    }
}

fn ask(because: Option<Key>, provider: &str) -> Html {
    let link = |class, href, key| {
        html! { <p><a {class} {href}>{ fill(key, &[("provider", provider)]) }</a></p> }
    };
    html! {
        <>
            <h2>{ say(text::SIGN_IN_TITLE) }</h2>
            { because.map(|key| html! { <p role="alert">{ say(key) }</p> }) }
            if !provider.is_empty() {
                { link("primary", SIGN_IN, text::SIGN_IN_WITH) }
                { link("", SIGN_OUT, text::SIGN_OUT_OF) }
            }
            <p>{ say(text::SIGN_IN_HOW) }</p>
            <p><code>{ say(text::SIGN_IN_COMMAND) }</code></p>
        </>
    }
}
