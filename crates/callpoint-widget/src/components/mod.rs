//! What screens are made of. The console shows the same entries, shapes and times.

pub mod attachments;
pub mod badge;
pub mod button;
pub mod composer;
pub mod entry;
pub mod facts;
pub mod form;
pub mod groups;
pub mod history;
pub mod icon;
pub mod incident_row;
pub mod levels;
pub mod mention_field;
pub mod offline;
pub mod outbox_entry;
pub mod own_field;
pub mod stake_actions;
pub mod take_out;
pub mod time;
pub mod timeline;
pub mod window;
pub mod written;
