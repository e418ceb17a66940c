//! The rules: what may happen ([`decide`]), what happens because time passes (`due`), what the events add up to
//! ([`state`]), who is told of it ([`mentions`], [`notifications`]), what somebody wrote ([`words`]) and how it is found ([`search`]), what a page's own words lose
//! before they leave it ([`redaction`]), what of it whoever looks is given ([`delivery`]), and what follows from it for them
//! ([`allowed`], [`headline`], [`hint`]).

pub mod allowed;
pub mod decide;
pub mod delivery;
pub mod due;
mod fold;
pub mod headline;
pub mod hint;
pub mod history;
pub mod mentions;
pub mod notifications;
mod openness;
pub mod paging;
pub mod redaction;
pub mod search;
pub mod state;
mod visibility;
pub mod words;
