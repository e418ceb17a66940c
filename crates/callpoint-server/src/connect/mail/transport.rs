//! The way to the mail server, and what its refusals mean.

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    transport::smtp::{Error, PoolConfig},
};

use super::{
    super::prepare_tls,
    mailbox::{DemoMail, DemoMailbox},
};
use crate::config::MailTransport;

/// A server that does not answer within this long is tried again.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Refusals that are about us or about the moment, whatever the mail: not available now, and all that has to do with
/// signing in.
const OF_THE_SERVER: [u16; 6] = [421, 454, 530, 534, 535, 538];

/// Why a mail was not taken.
#[derive(Debug)]
pub(super) enum Refused {
    /// The server takes none just now.
    Away(String),
    /// This one is worth another try.
    Later(String),
    /// This one never will be.
    Never(String),
}

/// What takes mails.
pub(super) enum MailServer {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Demo(DemoMailbox),
}

impl MailServer {
    pub fn new(transport: &MailTransport, mailbox: &DemoMailbox) -> anyhow::Result<Self> {
        let url = match transport {
            MailTransport::Demo => return Ok(Self::Demo(mailbox.clone())),
            MailTransport::Smtp(url) => url,
        };
        prepare_tls();
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.timeout(Some(TIMEOUT));
        Ok(Self::Smtp(Box::new(builder.pool_config(PoolConfig::new().max_size(2)).build())))
    }

    /// Hands a mail over; once this returns, the server has taken it on.
    pub async fn send(&self, message: Message, shown: DemoMail) -> Result<(), Refused> {
        match self {
            Self::Demo(mailbox) => {
                mailbox.put(shown);
                Ok(())
            }
            Self::Smtp(transport) => transport.send(message).await.map(drop).map_err(|error| refused(&error)),
        }
    }
}

fn refused(error: &Error) -> Refused {
    let why = std::error::Error::source(error).map_or_else(|| error.to_string(), |source| format!("{error}: {source}"));
    let code = error.status().map(u16::from);
    match code {
        Some(code) if OF_THE_SERVER.contains(&code) => Refused::Away(why),
        Some(_) if error.is_permanent() => Refused::Never(why),
        Some(_) => Refused::Later(why),
        // What this mail needs and the server lacks.
        None if error.is_client() => Refused::Later(why),
        None => Refused::Away(why),
    }
}
