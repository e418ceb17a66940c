//! The rules of Callpoint, compiled twice: into the server, which decides with authority, and into the
//! browser, which folds what the stream brings and asks the same rules what a person may do next.
//!
//! Everything here is pure. There is no clock, randomness, socket, thread, browser or `cfg(target_arch)`:
//! time, ids and randomness come in as arguments.
//!
//! One idea carries it: a [`Command`](command::Command) is checked by [`decide`](decide::decide), which yields
//! [`Event`](event::Event)s; an event is folded by [`State::apply`](state::State::apply); and what a
//! [`Viewer`](person::Viewer) may know of an event is [`Event::seen_by`](event::Event::seen_by). The law that
//! makes it safe is that the square commutes: folding what somebody may see of the events gives what they may
//! see of the fold.

pub mod client;
pub mod command;
pub mod component;
pub mod config;
pub mod decide;
pub mod due;
pub mod error;
pub mod event;
mod fold;
pub mod hint;
pub mod id;
pub mod incident;
pub mod json;
pub mod map;
pub mod paging;
pub mod person;
pub mod policy;
pub mod protocol;
pub mod report;
pub mod severity;
pub mod sse;
pub mod stake;
pub mod state;
pub mod status;
pub mod text;
pub mod time;
pub mod view;
mod wire;
