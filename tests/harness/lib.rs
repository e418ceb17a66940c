//! What the tests share: real servers on free ports, with a database of their own on SQLite or PostgreSQL, and people
//! who talk to them over HTTP. Nothing here sleeps: tests wait for what the stream brings.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that can't be set up fails, and says where"
)]
#![expect(missing_docs, reason = "the names say it; nothing outside these tests uses them")]

mod asks;
mod follower;
mod front;
mod listener;
mod load;
mod mail_server;
mod people;
mod postgres;
mod process;
mod receiver;
mod site;
mod small_disk;

pub use asks::{id, publish, say, text};
pub use follower::Follower;
pub use front::{Fault, Front};
pub use listener::Listener;
pub use load::{Acknowledged, Load, Tally, print_row, reporter};
pub use mail_server::{MailServer, TakenMail};
pub use people::{Answer, Person, key};
pub use postgres::DurablePostgres;
pub use process::{ServerProcess, serve_if_asked};
pub use receiver::{Received, Receiver};
pub use site::{Backend, SECRET, Site};
pub use small_disk::{Limit, SmallDisk, on_small_disk};

/// Runs each of these tests, which take a [`Backend`], on every database.
#[macro_export]
macro_rules! on_both_databases {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite { $(
            #[tokio::test]
            async fn $name() { super::$name($crate::Backend::Sqlite).await; }
        )* }
        mod on_postgres { $(
            #[tokio::test]
            async fn $name() { super::$name($crate::Backend::Postgres).await; }
        )* }
    };
}
