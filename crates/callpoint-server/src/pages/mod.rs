//! The hosted pages, as HTML without a script needed to read them. They show what everybody may see, and take every
//! word from `callpoint_core::text`.

mod days;
mod parts;
mod shell;
mod status;
mod view;

pub use shell::{Shell, shell};
pub use status::{Cache, Page, status};
pub use view::View;
