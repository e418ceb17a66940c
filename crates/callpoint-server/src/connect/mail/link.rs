//! The addresses in mails: where a thread opens for its reader, and where they unsubscribe without signing in.

use callpoint_core::{
    model::id::{AccountId, IncidentId, PersonId},
    rules::notifications::NotificationKind,
};

use crate::{config::Settings, crypto::LinkKey};

/// Whose mail it is, and of what kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailLink {
    /// The reader's account; none for staff.
    pub account: Option<AccountId>,
    /// The reader.
    pub person: PersonId,
    /// The kind.
    pub kind: NotificationKind,
}

/// Makes and reads such addresses.
#[derive(Clone, Debug)]
pub struct MailLinks {
    site: String,
    thread_url: Option<String>,
    key: LinkKey,
}

impl MailLinks {
    /// For this configuration; `key` signs.
    #[must_use]
    pub fn new(settings: &Settings, key: LinkKey) -> Self {
        Self { site: settings.site.clone(), thread_url: settings.customers.thread_url.clone(), key }
    }

    /// Where somebody of this account, or of staff, opens the thread.
    #[must_use]
    pub fn thread(&self, account: Option<&AccountId>, incident: IncidentId) -> String {
        let (site, id) = (&self.site, incident.text());
        match (account, &self.thread_url) {
            (None, _) => format!("{site}/console/incidents/{id}"),
            (Some(_), None) => format!("{site}/t/{id}"),
            (Some(_), Some(url)) if url.starts_with('/') => format!("{site}{}", url.replace("{incident}", &id)),
            (Some(_), Some(url)) => url.replace("{incident}", &id),
        }
    }

    /// Where this reader ends mails of this kind.
    #[must_use]
    pub fn unsubscribe(&self, link: &MailLink) -> String {
        let words = (link.account.as_ref().map(AccountId::as_str), link.person.as_str(), link.kind);
        format!("{}/mail/{}", self.site, self.key.seal(&serde_json::to_string(&words).unwrap_or_default()))
    }

    /// Reads the last part of such an address; `None` for one that we did not make.
    #[must_use]
    pub fn read(&self, sealed: &str) -> Option<MailLink> {
        let words = self.key.open(sealed)?;
        let (account, person, kind) = serde_json::from_str::<(Option<AccountId>, PersonId, _)>(&words).ok()?;
        Some(MailLink { account, person, kind })
    }
}
