//! The browser, as the widget and the console use it. The only browser input and output there is; it knows nothing of
//! incidents, and holds one rule of its own: whose words are whose on a shared device ([`credentials`]).

pub mod codec;
pub mod credentials;
pub mod database;
pub mod files;
pub mod front;
pub mod http;
pub mod in_view;
pub mod language;
pub mod page;
pub mod random;
pub mod shadow;
pub mod storage;
pub mod stream;
pub mod time;
pub mod timers;
