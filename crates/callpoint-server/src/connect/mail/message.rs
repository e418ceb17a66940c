//! A mail as it goes over the wire: plain text and HTML, its place in the incident's thread, and the way out of it.

use std::time::{Duration, UNIX_EPOCH};

use callpoint_core::{
    model::{id::IncidentId, time::Time},
    text::{self, Key, fill, say},
};
use lettre::{
    Message,
    error::Error,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use maud::{DOCTYPE, html};

use super::content::MailContent;
use crate::{locale::Locale, public::rendered};

/// A mail with all that is needed to send it.
pub(super) struct Mail<'a> {
    /// Stable: the same for every try.
    pub id: &'a str,
    pub incident: IncidentId,
    pub reference: &'a str,
    pub vendor: &'a str,
    /// The language that its reader reads.
    pub locale: &'static Locale,
    /// Why its reader gets it.
    pub why: Key,
    pub from: &'a Mailbox,
    pub to: Mailbox,
    pub at: Time,
    pub content: &'a MailContent,
    /// Where the thread opens.
    pub link: &'a str,
    /// Where its reader unsubscribes; whoever is not known has nothing to unsubscribe from.
    pub unsubscribe: Option<&'a str>,
}

impl Mail<'_> {
    /// The message.
    ///
    /// # Errors
    /// When an address can't be sent to.
    pub fn message(&self) -> Result<Message, Error> {
        let domain = self.from.email.domain();
        let root = format!("<{}@{domain}>", self.incident);
        let date = UNIX_EPOCH + Duration::from_millis(self.at.0.max(0).unsigned_abs());
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(self.to.clone())
            .date(date)
            .subject(self.content.subject.clone())
            .message_id(Some(format!("<{}@{domain}>", self.id)))
            // All of an incident's mails answer one that nobody ever sent, so that they stand together in any order.
            .in_reply_to(root.clone())
            .references(root)
            .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()))
            .raw_header(raw("Content-Language", self.locale.lang.clone()));
        if let Some(unsubscribe) = self.unsubscribe {
            builder = builder
                .raw_header(raw("List-Unsubscribe", format!("<{unsubscribe}>")))
                .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        builder.multipart(MultiPart::alternative_plain_html(self.text(), self.html()))
    }

    /// As plain text.
    pub fn text(&self) -> String {
        let MailContent { lead, words, facts, button, .. } = self.content;
        let lead = lead.join("\n\n");
        let (facts, link) = (facts.join("\n"), format!("{}:\n{}", say(*button), self.link));
        let unsubscribe = |url| format!("\n{}:\n{url}", say(text::MAIL_UNSUBSCRIBE));
        let end = format!("-- \n{}{}", self.why(), self.unsubscribe.map(unsubscribe).unwrap_or_default());
        let parts = [lead.as_str(), words, &facts, &link, &end];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
    }

    fn html(&self) -> String {
        const WORDS: &str = "margin:16px 0;padding:0 12px;border-inline-start:3px solid #d0d4da;white-space:pre-wrap";
        const BUTTON: &str = "display:inline-block;padding:10px 16px;border-radius:6px;background:#1f5fbf;color:#ffffff;\
                              text-decoration:none;font-weight:600";
        let MailContent { subject, lead, words, facts, button } = self.content;
        let page = html! {
            (DOCTYPE)
            html lang=(self.locale.lang) dir=(self.locale.dir) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (subject) }
                    style { "pre{overflow-x:auto}" }
                }
                body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif" {
                    div style="max-width:560px;margin:0 auto" {
                        @for sentence in lead { p { (sentence) } }
                        @if !words.is_empty() { blockquote style=(WORDS) { (rendered(words)) } }
                        @for fact in facts { p style="margin:4px 0;white-space:pre-wrap" { (fact) } }
                        p style="margin:24px 0" { a href=(self.link) style=(BUTTON) { (say(*button)) } }
                        hr style="border:0;border-top:1px solid #d0d4da";
                        p style="font-size:13px" {
                            (self.why())
                            @if let Some(url) = self.unsubscribe { " " a href=(url) { (say(text::MAIL_UNSUBSCRIBE)) } "." }
                        }
                    }
                }
            }
        };
        page.into_string()
    }

    fn why(&self) -> String {
        fill(self.why, &[("reference", self.reference), ("vendor", self.vendor)])
    }
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}
