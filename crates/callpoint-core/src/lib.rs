//! The rules of Callpoint, compiled twice: into the server, which decides with authority, and into the
//! browser, which folds what the stream delivers and asks the same rules what a person may do next.
//!
//! Everything here is pure. There is no clock, randomness, socket, thread, browser or `cfg(target_arch)`:
//! time, ids and randomness come in as arguments.
//!
//! One idea carries it: a [`Command`](model::command::Command) is checked by [`decide`](rules::decide::decide), which yields
//! [`Event`](model::event::Event)s; an event is folded by [`State::apply`](rules::state::State::apply); and what a
//! [`Viewer`](model::person::Viewer) may know of an event is [`Event::seen_by`](model::event::Event::seen_by). The law that
//! makes it safe is that folding and visibility commute: folding what somebody may see of the events gives what they may
//! see of the fold.

pub mod client;
pub mod markdown;
pub mod model;
pub mod rules;
pub mod text;
pub mod wire;
