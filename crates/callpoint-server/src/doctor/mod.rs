//! What `callpoint doctor` says: whether a page can use a server, as its browser would find out, and what to do where it
//! can't. It talks to the server from outside and trusts nothing of what comes back.

mod backend;
mod claims;
mod page;

use std::{io::Read as _, time::Duration};

use reqwest::{Client, Response, Url, redirect};

use crate::connect::prepare_tls;

/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// More of an answer is not read.
const ANSWER_SIZE: usize = 1024 * 1024;

/// What to look at.
#[derive(Debug)]
pub struct DoctorRequest {
    /// The server's address.
    pub url: String,
    /// The origin of the page that embeds the widget.
    pub origin: Option<String>,
    /// A customer token; `-` for one on standard input.
    pub token: Option<String>,
}

/// What was found of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckResult {
    /// Whether it is as it should be; nothing where it was not looked at.
    pub good: Option<bool>,
    /// What was looked at.
    pub subject: &'static str,
    /// How it is, and what to do where it is wrong.
    pub words: String,
}

impl CheckResult {
    fn good(subject: &'static str, words: impl Into<String>) -> Self {
        Self { good: Some(true), subject, words: words.into() }
    }

    fn bad(subject: &'static str, words: impl Into<String>) -> Self {
        Self { good: Some(false), subject, words: words.into() }
    }

    fn note(subject: &'static str, words: impl Into<String>) -> Self {
        Self { good: None, subject, words: words.into() }
    }

    /// One line of text. What a server said can't reach the terminal's controls.
    #[must_use]
    pub fn line(&self) -> String {
        let mark = match self.good {
            Some(true) => '✓',
            Some(false) => '✗',
            None => '·',
        };
        let words = self.words.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
        format!("{mark} {}: {}", self.subject, words.collect::<String>())
    }
}

/// What every check works with.
struct Patient {
    client: Client,
    /// The server's address, without a slash at its end.
    base: String,
    origin: Option<String>,
}

impl Patient {
    /// Asks for a path as a page of the origin would.
    fn get(&self, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.get([&*self.base, path].concat());
        match &self.origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        }
    }
}

/// Looks at everything, one thing after the other.
///
/// # Errors
/// When what was asked for can't be looked at: an address that is none, or no TLS.
pub async fn examine(request: DoctorRequest) -> anyhow::Result<Vec<CheckResult>> {
    prepare_tls();
    let base = address("URL", &request.url)?;
    let origin = request.origin.map(|origin| address("--origin", &origin)).transpose()?;
    let client = Client::builder().redirect(redirect::Policy::none()).timeout(TIMEOUT).build()?;
    let patient = Patient { client, base, origin };
    let token = request.token.map(read_token).transpose()?;
    let mut found = backend::reach(&patient).await;
    if found.iter().any(|check| check.good == Some(false)) {
        return Ok(found);
    }
    found.extend(backend::clock(&patient).await);
    found.extend(backend::files(&patient).await);
    found.push(backend::stream(&patient).await);
    found.extend(page::cors(&patient).await);
    found.extend(page::policy(&patient).await);
    found.extend(claims::token(&patient, token.as_deref()).await);
    Ok(found)
}

/// An origin as browsers write it.
fn address(name: &str, text: &str) -> anyhow::Result<String> {
    let example = "https://incidents.vendor.example";
    let url =
        Url::parse(text).map_err(|error| anyhow::anyhow!("{name} must be an origin, such as {example}: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || !matches!(url.path(), "" | "/") || url.query().is_some() {
        anyhow::bail!("{name} must be an origin, such as {example}: without a path");
    }
    Ok(url.origin().ascii_serialization())
}

/// On a command line everybody on the machine can read it.
fn read_token(given: String) -> anyhow::Result<String> {
    if given != "-" {
        return Ok(given);
    }
    let mut text = String::new();
    std::io::stdin().lock().take(64 * 1024).read_to_string(&mut text)?;
    Ok(text.trim().to_owned())
}

/// Why a request brought no answer, down to the cause.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} seconds", TIMEOUT.as_secs());
    }
    let mut words = String::new();
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        words = error.to_string();
        cause = error.source();
    }
    words
}

/// The text of an answer, as far as it is read.
async fn text(mut answer: Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(part)) = answer.chunk().await {
        bytes.extend_from_slice(&part);
        if bytes.len() > ANSWER_SIZE {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A header, as text.
fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
