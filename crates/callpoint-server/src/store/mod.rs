//! The only module with SQL. One text serves SQLite and PostgreSQL; it must know nothing of HTTP or of who may see
//! what.

mod attachments;
mod backup;
mod commit;
mod connection;
mod connectors;
mod deliveries;
mod due;
mod error;
mod figures;
mod health;
mod log;
mod mails;
mod migrations;
mod passages;
mod people;
mod read;
mod rows;
mod search;
mod staff;

pub use attachments::{StoredAttachment, UploadBegun, UploadPart, Uploader};
pub use backup::{BackupError, back_up};
pub use connectors::ConnectorRest;
pub use deliveries::{DeliveryAttempt, DeliveryEnd, DeliveryOutcome, NewDelivery, StoredDelivery};
pub use error::StoreError;
pub use figures::{Backlog, Figures};
pub use health::DatabaseProbe;
pub use log::{BatchNeeds, IncidentIndex, ReplyKey, StoredReply, WriteBatch};
pub use mails::{MailOutcome, QueuedMail};
pub use passages::Passage;
pub use people::Contact;
pub use read::{IncidentCursor, IncidentScope};
pub use search::SearchText;
pub use staff::{StaffInvite, StaffMember};

use connection::{DatabaseAddress, ReadTransaction, WriteConnection};
use sqlx::AnyPool;

/// Which database is behind it, where the two differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DatabaseKind {
    Sqlite,
    Postgres,
}

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    readers: AnyPool,
    writer: WriteConnection,
    kind: DatabaseKind,
}

impl Store {
    /// Opens the database at `address`, creating an SQLite file that is not there, and brings its tables up to date.
    ///
    /// # Errors
    /// When it can't be reached or was made by a later version.
    pub async fn open(address: &str, first_reference: i64) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let address = DatabaseAddress::parse(address)?;
        let (readers, kind) = (address.readers(), address.kind);
        let store = Self { readers, writer: WriteConnection::new(address.clone()), kind };
        store.prepare(&address, first_reference).await.map_err(|error| address.name(error))?;
        Ok(store)
    }

    async fn prepare(&self, address: &DatabaseAddress, first_reference: i64) -> Result<(), StoreError> {
        if self.kind == DatabaseKind::Postgres {
            // The pool waits for a server that is only starting up.
            drop(self.readers.acquire().await?);
        }
        self.migrate(address, first_reference).await
    }

    /// Waits until every connection has given back what it holds, and closes.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// A view of one moment: everything read through it belongs together.
    async fn read_transaction(&self) -> Result<ReadTransaction, StoreError> {
        ReadTransaction::begin(&self.readers, self.kind).await
    }
}
