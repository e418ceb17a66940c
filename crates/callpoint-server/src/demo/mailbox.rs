//! The mailbox of the demonstration: what a mail server would have been given.

use callpoint_core::text::{self, fill, say};
use maud::{Markup, html};

use crate::{
    connect::mail::DemoMail,
    pages::{SiteContext, moment, page},
};

/// Every mail that the demonstration sent, the latest first.
pub(super) fn mailbox(site: &SiteContext<'_>, mails: &[DemoMail]) -> Markup {
    let title = say(text::MAIL_DEMO);
    let main = html! {
        section.shell {
            h1 { (title) }
            p.lead { (say(if mails.is_empty() { text::MAIL_DEMO_NONE } else { text::MAIL_DEMO_NOTE })) }
            @for mail in mails {
                article.mail {
                    h2 { (mail.subject) }
                    p { (fill(text::MAIL_DEMO_TO, &[("name", &mail.to)])) " · " (moment(mail.at)) }
                    pre { (mail.text) }
                    p { a href=(mail.link) { (say(text::MAIL_OPEN)) } }
                }
            }
        }
    };
    page(site, title, &main)
}
