//! What `callpoint conformance` says: whether a backend, whoever wrote it, keeps the sentences of PROTOCOL.md. It talks to
//! it as clients do, over HTTP alone, and knows nothing of our own server's inside; our own tests run the same checks.

mod conventions;
mod identity;
mod incidents;
mod keys;
mod life;
mod peer;
mod sharing;
mod stream;

use std::{pin::Pin, str::FromStr};

use futures_util::future::join_all;
use reqwest::Url;

use peer::{NotAsked, Peer};

/// How much of the protocol a backend is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// One account's incidents, from the report to the end that it agrees to.
    Core,
    /// All of it.
    Full,
}

impl FromStr for Profile {
    type Err = anyhow::Error;

    fn from_str(word: &str) -> anyhow::Result<Self> {
        match word {
            "core" => Ok(Self::Core),
            "full" => Ok(Self::Full),
            _ => anyhow::bail!("`{word}` is no profile: use core or full"),
        }
    }
}

/// What to hold to the protocol.
#[derive(Clone)]
pub struct ConformanceRequest {
    /// The backend's address.
    pub url: String,
    /// What it is to have.
    pub profile: Profile,
    /// The secret that customer tokens are signed with.
    pub secret: String,
    /// A one-time link of somebody of staff, or its token.
    pub staff: Option<String>,
    /// An origin whose pages may call.
    pub origin: Option<String>,
}

/// What became of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckOutcome {
    /// The sentence holds.
    Passed,
    /// It does not, and this was seen.
    Failed(String),
    /// It was not looked at; this is missing.
    Skipped(String),
}

/// A sentence of the protocol, and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConformanceResult {
    /// The part of the protocol.
    pub part: &'static str,
    /// As it stands in PROTOCOL.md.
    pub sentence: &'static str,
    /// Whether it holds.
    pub outcome: CheckOutcome,
}

impl ConformanceResult {
    /// The line of the report. What a backend said can't reach the terminal's controls.
    #[must_use]
    pub fn line(&self) -> String {
        let text = match &self.outcome {
            CheckOutcome::Passed => format!("✓ {}", self.sentence),
            CheckOutcome::Failed(why) => format!("✗ {}\n    {why}", self.sentence),
            CheckOutcome::Skipped(why) => format!("· {}\n    Not looked at: {why}", self.sentence),
        };
        text.chars().map(|letter| if letter.is_control() && letter != '\n' { ' ' } else { letter }).collect()
    }
}

type Checked<'a> = Pin<Box<dyn Future<Output = anyhow::Result<()>> + 'a>>;

/// One thing that is looked at.
pub(crate) struct Check {
    profile: Profile,
    part: &'static str,
    sentence: &'static str,
    run: for<'a> fn(&'a Peer) -> Checked<'a>,
}

/// The checks of one part of the protocol, each with the sentence that it holds.
macro_rules! checks {
    ($part:literal: $($profile:ident $run:ident $sentence:literal;)*) => {
        pub(super) fn checks() -> Vec<$crate::conformance::Check> {
            vec![$($crate::conformance::Check {
                profile: $crate::conformance::Profile::$profile,
                part: $part,
                sentence: $sentence,
                run: |peer| Box::pin($run(peer)),
            }),*]
        }
    };
}
use checks;

fn all() -> Vec<Check> {
    let parts = [
        conventions::checks(),
        identity::checks(),
        keys::checks(),
        incidents::checks(),
        life::checks(),
        stream::checks(),
        sharing::checks(),
    ];
    parts.into_iter().flatten().collect()
}

/// Every sentence that is held.
pub fn sentences() -> impl Iterator<Item = &'static str> {
    all().into_iter().map(|check| check.sentence)
}

/// Runs every check of the profile. They disturb each other in nothing: each has accounts of its own.
///
/// # Errors
/// When nothing can be looked at: the address is none or does not answer, or nobody of staff comes in by the link.
pub async fn conformance(request: ConformanceRequest) -> anyhow::Result<Vec<ConformanceResult>> {
    let profile = request.profile;
    let peer = &Peer::meet(request).await?;
    let checks = all().into_iter().filter(|check| check.profile <= profile);
    let runs = checks.map(async |Check { part, sentence, run, .. }| {
        let outcome = match run(peer).await {
            Ok(()) => CheckOutcome::Passed,
            Err(error) if error.is::<NotAsked>() => CheckOutcome::Skipped(error.to_string()),
            Err(error) => CheckOutcome::Failed(format!("{error:#}")),
        };
        ConformanceResult { part, sentence, outcome }
    });
    Ok(join_all(runs).await)
}

/// An origin as it is asked.
fn origin_of(text: &str) -> anyhow::Result<String> {
    let url = Url::parse(text)?;
    if !matches!(url.scheme(), "http" | "https") || !matches!(url.path(), "" | "/") {
        anyhow::bail!("URL must be an origin, such as http://127.0.0.1:4127");
    }
    Ok(url.origin().ascii_serialization())
}
