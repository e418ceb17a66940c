//! Mail: people are told by SMTP what concerns them, each through their own eyes. The log is read from a durable place
//! into a queue, and each mail of the queue is tried by itself, so that none holds back another.

mod content;
mod link;
mod mailbox;
mod message;
mod queue;
mod transport;

use callpoint_core::model::{id::Seq, policy::QuietHours, severity::Scheme};
use lettre::message::Mailbox;
use tokio::sync::watch;

pub use link::{MailLink, MailLinks};
pub use mailbox::{DemoMail, DemoMailbox};

use crate::{clock::Clock, config::Settings, engine::writer::Writer, store::Store};
use transport::MailServer;

/// Under which the connector keeps its place in the log.
const NAME: &str = "mail";

/// Everything that it takes to tell people.
struct MailConnector {
    store: Store,
    writer: Writer,
    clock: Clock,
    server: MailServer,
    links: MailLinks,
    from: Mailbox,
    vendor: String,
    scheme: Scheme,
    quiet: Option<QuietHours>,
    drills: bool,
}

/// What the mail connector works with.
pub struct MailContext<'a> {
    /// The configuration.
    pub settings: &'a Settings,
    /// The database.
    pub store: &'a Store,
    /// Takes the news that a reminder was delivered.
    pub writer: &'a Writer,
    /// The addresses in mails.
    pub links: &'a MailLinks,
    /// Where the demonstration's mail goes.
    pub mailbox: &'a DemoMailbox,
}

/// Starts the task, where mail is configured. `head` and the clock wake it, `stop` ends it.
///
/// # Errors
/// When there is no TLS to send with.
pub fn start(
    context: &MailContext<'_>,
    head: &watch::Receiver<Seq>,
    stop: &watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let MailContext { settings, store, writer, links, mailbox } = *context;
    let Some(mail) = &settings.mail else { return Ok(()) };
    let connector = MailConnector {
        store: store.clone(),
        writer: writer.clone(),
        clock: settings.clock.clone(),
        server: MailServer::new(&mail.transport, mailbox)?,
        links: links.clone(),
        from: mail.from.clone(),
        vendor: settings.vendor.clone(),
        scheme: settings.policy.policy.scheme.clone(),
        quiet: mail.quiet,
        drills: mail.drills,
    };
    tokio::spawn(queue::run(connector, head.clone(), stop.clone()));
    Ok(())
}
