//! What a product in Rust says when it puts Callpoint into its pages. The names are those of the options in JavaScript.

use std::{collections::BTreeMap, fmt::Display, future::Future, pin::Pin, rc::Rc};

use callpoint_core::model::field::ReportField;

use crate::platform::page;

/// How a product wants Callpoint. Every field has a default; more may come, so end with
/// `..CallpointConfig::default()`.
///
/// Another `backend`, `mode` or `icon`, other `fields` or `labels`, or a token where there was none, begins anew: what is
/// open closes. Everything else takes effect as it is changed.
#[derive(Clone, Default, PartialEq)]
pub struct CallpointConfig {
    /// The backend's origin, as in `https://incidents.vendor.example`. Default: the page's own.
    pub backend: String,
    /// Fetches a fresh customer token from the product's own backend. Without it the person is anonymous.
    pub get_token: Option<GetToken>,
    /// Light or dark. Default: as the person's system says.
    pub theme: Theme,
    /// Where the launcher stands. Default: at the bottom, on the right.
    pub position: Position,
    /// What stands in the page. Default: a launcher that opens a panel.
    pub mode: Mode,
    /// When the backend is first asked. Default: when somebody shows interest.
    pub load: Load,
    /// The id of the component that this part of the product belongs to; chosen ahead in the report.
    pub component: Option<String>,
    /// The product's version; it goes with each report.
    pub release: Option<String>,
    /// What else must not leave the page with a report.
    pub redact: Option<Redact>,
    /// Fields of the report form, beside those that the server defines.
    pub fields: Vec<ReportField>,
    /// The product's own words in place of the widget's, by the English that they stand for; at most 300 characters
    /// each. They stay plain text. They need the feature `languages`.
    pub labels: BTreeMap<String, String>,
    /// Address of a picture for the launcher, 24 px high. Default: ours, also while it can't be had.
    pub icon: Option<String>,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the person's system says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// As the attribute says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Where the launcher stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Position {
    /// At the bottom, on the right.
    #[default]
    BottomRight,
    /// At the bottom, on the left.
    BottomLeft,
}

impl Position {
    /// As the attribute says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BottomRight => "bottom-right",
            Self::BottomLeft => "bottom-left",
        }
    }
}

/// What stands in the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A launcher that opens a panel, beside everything else in the page.
    #[default]
    Launcher,
    /// The panel, as a part of the page where the component is.
    Inline,
    /// Nothing: the panel opens by [`CallpointHandle::show`](super::CallpointHandle::show).
    None,
}

/// When the backend is first asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Load {
    /// When somebody comes near the launcher or the panel opens, or a component in the page has something to show.
    #[default]
    Interaction,
    /// At once: what is unread is counted, and events come, before anybody shows interest.
    Eager,
}

/// A rule of the product: what of a text may leave the page with a report, given the name that it stands under. What
/// looks like a secret or is personal is taken out of what it leaves. Any counts as equal to any other, as with
/// [`GetToken`].
#[derive(Clone)]
pub struct Redact(Rc<RedactFn>);

impl Redact {
    /// From a function of a text and its name.
    pub fn new(redact: impl Fn(&str, &str) -> String + 'static) -> Self {
        Self(Rc::new(redact))
    }

    pub(super) fn call(&self, text: &str, name: &str) -> String {
        (self.0)(text, name)
    }
}

impl PartialEq for Redact {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

type RedactFn = dyn Fn(&str, &str) -> String;
type TokenFuture = Pin<Box<dyn Future<Output = Option<String>>>>;

/// An asynchronous function of the product that fetches a fresh customer token.
///
/// It is called again when a token has run out. One such function counts as equal to any other, so that it may be
/// written where the component is: the latest is the one that is called. To sign somebody else in, give
/// [`Callpoint`](super::Callpoint) another `key`; one person's unsent words never go out under another's name.
#[derive(Clone)]
pub struct GetToken(Rc<dyn Fn() -> TokenFuture>);

impl GetToken {
    /// From a function whose answer is the token, or why there is none now: then it is asked again later.
    pub fn new<T, E>(fetch: impl Fn() -> T + 'static) -> Self
    where
        T: Future<Output = Result<String, E>> + 'static,
        E: Display,
    {
        Self(Rc::new(move || {
            let token = fetch();
            Box::pin(async move {
                match token.await {
                    Ok(token) => Some(token),
                    Err(error) => {
                        page::warn(&["callpoint: get_token gave no token: ", &error.to_string()].concat());
                        None
                    }
                }
            })
        }))
    }

    pub(super) fn call(&self) -> TokenFuture {
        (self.0)()
    }
}

impl PartialEq for GetToken {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}
