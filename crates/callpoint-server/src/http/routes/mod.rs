//! The handlers, by what they are about.

pub(super) mod accounts;
pub(super) mod attachments;
pub(super) mod components;
pub(super) mod connectors;
pub(super) mod documents;
pub(super) mod export;
pub(super) mod health;
pub(super) mod hosted;
pub(super) mod incidents;
pub(super) mod locales;
pub(super) mod mail;
pub(super) mod metrics;
pub(super) mod preferences;
pub(super) mod reports;
pub(super) mod search;
pub(super) mod sign_in;
pub(super) mod staff;
pub(super) mod status;
pub(super) mod stream;
pub(super) mod suggestions;
