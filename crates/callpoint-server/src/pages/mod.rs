//! The hosted pages, as HTML without a script needed to read them. They show what everybody may see, and take every
//! word from `callpoint_core::text`.

mod shell;
mod status;

pub use shell::{Shell, shell};
pub use status::{Cache, Page, View, status};
