//! What somebody of staff reads who was not signed in through the provider.

use callpoint_core::text::{self, fill, say};
use maud::{Markup, html};

use super::parts::{SiteContext, page};

/// Why they were not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInProblem {
    /// The provider can't be used.
    Unreachable,
    /// It did not sign them in, or its answer can't be trusted.
    Refused,
    /// Its answer belongs to no sign-in of this browser.
    Expired,
    /// Nothing that it says of them lets them in.
    NoRole,
    /// They are locked out here.
    Revoked,
}

/// The page; `provider` is what staff call it.
#[must_use]
pub fn sign_in(site: &SiteContext<'_>, provider: &str, problem: SignInProblem) -> Markup {
    let words = match problem {
        SignInProblem::Unreachable => text::SSO_UNREACHABLE,
        SignInProblem::Refused => text::SSO_REFUSED,
        SignInProblem::Expired => text::SSO_EXPIRED,
        SignInProblem::NoRole => text::SSO_NO_ROLE,
        SignInProblem::Revoked => text::SSO_REVOKED,
    };
    let title = say(text::SIGN_IN_TITLE);
    let main = html! {
        section.shell {
            h1 { (title) }
            p.lead role="alert" { (fill(words, &[("provider", provider)])) }
            p.lead { a.primary href="/console/sign-in" { (say(text::TRY_AGAIN)) } }
            p.lead { a href="/console" { (say(text::CONSOLE_TITLE)) } }
        }
    };
    page(site, title, &main)
}
