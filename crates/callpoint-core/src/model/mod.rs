//! The nouns: what there is. Each type has the `parse` that makes it valid, and what that gives is valid everywhere
//! after. Nothing here decides what may happen; that is [`rules`](crate::rules)' part.

pub mod attachment;
pub mod audience;
pub mod command;
pub mod component;
pub mod escalation;
pub mod event;
pub mod field;
pub mod id;
pub mod incident;
pub mod limits;
pub mod opening;
pub mod person;
pub mod policy;
pub mod public_view;
pub mod reach;
pub mod report;
pub mod response;
pub mod severity;
pub mod stake;
pub mod status;
pub mod time;
