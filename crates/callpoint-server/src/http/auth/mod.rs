//! The only reader of tokens and cookies: it says who asks. What they may do or see is the core's business.

mod keys;
mod oidc;
mod session;
mod token;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    response::{IntoResponse, Response},
};
use callpoint_core::{
    model::{
        id::PersonId,
        person::{Account, Actor, Viewer},
        time::Time,
    },
    wire::{error::ErrorCode, protocol::You},
};

use lettre::Address;

pub use keys::TokenKeys;
pub use oidc::{CALLBACK, OidcAttempt, OidcFailure, OidcPerson, OidcSignIn};
pub use session::{SESSION, SessionToken, attempt_cookie, attempt_in, cookie, expired_cookie, invite, set_cookie};
pub use token::{CustomerClaims, MAX_MINUTES};

use super::{AppState, contacts, error::Problem};
use crate::{crypto, locale::Locale, store::StaffMember};

/// Who asks.
#[derive(Clone, Debug)]
pub enum Caller {
    /// Nobody we know.
    Anonymous,
    /// Somebody with a customer token.
    Customer {
        /// Their id.
        person: PersonId,
        /// Their name.
        name: String,
        /// Their account.
        account: Account,
        /// What was agreed with their account, in the vendor's own word.
        tier: Option<String>,
        /// Where mail reaches them, if their token says so.
        email: Option<Address>,
        /// The language that they read, if their token says so.
        locale: Option<&'static Locale>,
        /// When their token ends.
        until: Time,
    },
    /// Somebody with a staff session.
    Staff {
        /// Who.
        member: StaffMember,
        /// Their id.
        person: PersonId,
        /// The digest of their session.
        session: String,
    },
}

impl Caller {
    /// What they may see.
    #[must_use]
    pub fn viewer(&self) -> Viewer {
        self.you().viewer()
    }

    /// The caller, as the snapshot describes them to themselves.
    #[must_use]
    pub fn you(&self) -> You {
        let (name, account, guest) = (String::new(), None, false);
        let nobody = You { person: None, name, account, staff: false, security: false, executive: false, guest };
        match self {
            Self::Anonymous => nobody,
            Self::Customer { person, name, account, .. } => {
                You { person: Some(person.clone()), name: name.clone(), account: Some(account.clone()), ..nobody }
            }
            Self::Staff { member, person, .. } => You {
                person: Some(person.clone()),
                name: member.name.clone(),
                staff: true,
                security: member.security,
                ..nobody
            },
        }
    }

    /// The tier that a customer's token names.
    #[must_use]
    pub fn tier(&self) -> Option<String> {
        match self {
            Self::Customer { tier, .. } => tier.clone(),
            Self::Anonymous | Self::Staff { .. } => None,
        }
    }

    /// Who acts, if they may write at all.
    ///
    /// # Errors
    /// `unauthenticated` for whoever is not signed in.
    pub fn actor(self) -> Result<Actor, Problem> {
        match self {
            Self::Anonymous => Err(ErrorCode::Unauthenticated.into()),
            Self::Customer { person, name, account, .. } => Ok(Actor::Customer { person, name, account }),
            Self::Staff { member, person, .. } => {
                Ok(Actor::Staff { person, name: member.name, title: member.title, security: member.security })
            }
        }
    }
}

/// Why nobody was made of a request.
#[derive(Debug)]
pub enum AuthRejection {
    /// What it carries is not as it should be.
    Problem(Problem),
    /// Its cookie names a session that is over, or never was.
    Ended {
        /// Whether we are reached by https.
        https: bool,
    },
}

impl From<Problem> for AuthRejection {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl IntoResponse for AuthRejection {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Ended { https } => {
                let problem = Problem::of(ErrorCode::Unauthenticated, "Your session has ended. Sign in again.");
                let mut answer = problem.into_response();
                session::set_cookie(&mut answer, &expired_cookie(https));
                answer
            }
        }
    }
}

/// An Authorization header decides if there is one, then a session's cookie: a wrong one is refused, never silently
/// somebody else.
impl FromRequestParts<AppState> for Caller {
    type Rejection = AuthRejection;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, AuthRejection> {
        let mut headers = parts.headers.get_all(header::AUTHORIZATION).iter();
        if let Some(value) = headers.next() {
            if headers.next().is_some() {
                return Err(Problem::of(ErrorCode::TokenInvalid, "Send one Authorization header, not several.").into());
            }
            let caller = app.keys.customer(value.as_bytes(), app.now()).await?;
            contacts::note(app, &caller, &parts.headers).await;
            return Ok(caller);
        }
        let Some(token) = session::token_in(&parts.headers) else { return Ok(Self::Anonymous) };
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            same_origin(&parts.headers, app.settings.public_url.as_deref())?;
        } else if parts.headers.contains_key(header::ORIGIN)
            && same_origin(&parts.headers, app.settings.public_url.as_deref()).is_err()
        {
            // A page of the vendor's that sends every cookie along asks as anybody does.
            return Ok(Self::Anonymous);
        }
        let session = crypto::digest(&token);
        let member = app.store.session(&session, app.now()).await.map_err(Problem::from)?;
        match member.and_then(|member| PersonId::parse(&member.id).map(|person| (member, person))) {
            Some((member, person)) => Ok(Self::Staff { member, person, session }),
            None => Err(AuthRejection::Ended { https: app.settings.is_https() }),
        }
    }
}

/// Whether a request carries this very token, which makes nobody of whoever asks.
#[must_use]
pub fn carries(headers: &HeaderMap, token: &str) -> bool {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let value = sent.next().filter(|_| sent.next().is_none()).map(HeaderValue::as_bytes);
    // Their digests are compared, so that how long it takes tells nothing.
    value.and_then(token::bearer_in).is_some_and(|given| crypto::digest(given) == crypto::digest(token))
}

/// A write that a cookie vouches for must come from a page of our own.
///
/// # Errors
/// `forbidden` when the browser says that it comes from elsewhere.
pub fn same_origin(headers: &HeaderMap, public_url: Option<&str>) -> Result<(), Problem> {
    let foreign = || Problem::of(ErrorCode::Forbidden, "This request must come from a page on this site.");
    if let Some(site) = headers.get("sec-fetch-site")
        && !matches!(site.as_bytes(), b"same-origin" | b"none")
    {
        return Err(foreign());
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = origin.to_str().unwrap_or_default();
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    let ours = (authority.is_some() && authority == host) || public_url == Some(origin);
    if ours { Ok(()) } else { Err(foreign()) }
}
