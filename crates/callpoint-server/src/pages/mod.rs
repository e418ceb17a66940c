//! The hosted pages, as HTML without a script needed to read them. They show what everybody may see, and take every
//! word from `callpoint_core::text`.

mod cache;
mod days;
mod embed;
mod mail;
mod parts;
mod query;
mod sign_in;
mod status;

pub use cache::{StatusPage, StatusPageCache};
pub use embed::{EmbedPage, embed};
pub use mail::{CHOSEN, MailPage, mail};
pub use parts::{SiteContext, moment, page, printed};
pub use query::StatusPageQuery;
pub use sign_in::{SignInProblem, sign_in};
pub use status::status;
