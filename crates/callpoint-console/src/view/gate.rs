//! What stands there while nobody is signed in.

use callpoint_core::text::{self, Key, say};
use yew::prelude::*;

/// Why there is no desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The server is being asked who this is.
    Asking,
    /// Nobody is signed in.
    Nobody,
    /// The one-time link is no longer good.
    Spent,
    /// The session ended while the console was open.
    Ended,
    /// The server does not answer.
    Silence,
}

/// The page.
pub fn gate(why: Why, again: &Callback<MouseEvent>) -> Html {
    html! {
        <main class="gate">
            <h1>{ say(text::CONSOLE_TITLE) }</h1>
            {
                match why {
                    Why::Asking => html! { <p class="quiet" role="status">{ say(text::SIGNING_IN) }</p> },
                    Why::Silence => html! {
                        <>
                            <p role="alert">{ say(text::CONSOLE_UNREACHABLE) }</p>
                            <button onclick={again}>{ say(text::TRY_NOW) }</button>
                        </>
                    },
                    Why::Nobody => ask(None),
                    Why::Spent => ask(Some(text::SIGN_IN_LINK_EXPIRED)),
                    Why::Ended => ask(Some(text::SESSION_ENDED)),
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
