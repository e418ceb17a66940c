//! Email notifications, as typed values.

use callpoint_core::model::{policy::QuietHours, severity::Scheme};
use lettre::{AsyncSmtpTransport, Tokio1Executor, message::Mailbox};
use reqwest::Url;

use super::{Config, ConfigError, MailConfig, policy::quiet_hours};

/// Email notifications.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The transport.
    pub transport: MailTransport,
    /// The sender.
    pub from: Mailbox,
    /// Quiet hours, in which mail about less severe incidents is deferred.
    pub quiet: Option<QuietHours>,
    /// Whether drills send mail.
    pub drills: bool,
}

/// The transport of mail.
#[derive(Clone)]
pub enum MailTransport {
    /// An SMTP server, by its URL with the password in it.
    Smtp(String),
    /// The demonstration's mailbox page, which anybody can read.
    Demo,
}

impl std::fmt::Debug for MailTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MailTransport(…)")
    }
}

impl MailSettings {
    /// Parses them; `None` where no mail is to be sent.
    pub(super) fn parse(config: &Config, scheme: &Scheme) -> Result<Option<Self>, ConfigError> {
        let MailConfig { url, from, quiet_hours: hours, drills } = &config.mail;
        let transport = match url.as_str() {
            "" if config.demo => MailTransport::Demo,
            "" if from.is_empty() => return Ok(None),
            "" => return Err(ConfigError::value("mail.url", URL_FORM)),
            url => MailTransport::Smtp(server(url)?),
        };
        let from = from.parse().map_err(|_| ConfigError::value("mail.from", FROM_FORM))?;
        let quiet = quiet_hours("mail.quiet_hours", hours, config.vendor.quiet_rank, scheme)?;
        Ok(Some(Self { transport, from, quiet, drills: *drills }))
    }
}

const URL_FORM: &str = "must be smtps://user:password@host, or smtp://user:password@host?tls=required; without TLS only \
                        smtp://localhost:port";

const FROM_FORM: &str = "must be an address: `Northwind <support@northwind.example>`";

/// Parses the URL of a server that can be reached confidentially: by TLS, or on the loopback interface.
fn server(text: &str) -> Result<String, ConfigError> {
    let wrong = || ConfigError::value("mail.url", URL_FORM);
    let url = Url::parse(text).map_err(|_| wrong())?;
    let own = url.host_str().is_some_and(|host| ["localhost", "127.0.0.1", "[::1]"].contains(&host));
    let tls = url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
    if !(url.scheme() == "smtps" || (url.scheme() == "smtp" && (tls || own))) {
        return Err(wrong());
    }
    if url.username().is_empty() != url.password().is_none() {
        return Err(ConfigError::value("mail.url", "must have both a user and a password, or neither"));
    }
    AsyncSmtpTransport::<Tokio1Executor>::from_url(text).map_err(|_| wrong())?;
    Ok(text.to_owned())
}
