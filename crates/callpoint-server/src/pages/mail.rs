//! The page where people choose which mails they get, without signing in.

use callpoint_core::{
    rules::notifications::NotificationKind,
    text::{self, Key, fill, say},
};
use maud::{Markup, html};

use super::parts::{SiteContext, page};

/// What a form says whose boxes count.
pub const CHOSEN: &str = "chosen=yes";

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct MailPage<'a> {
    /// The kind of the mail that led here.
    pub kind: NotificationKind,
    /// What its reader doesn't want.
    pub unwanted: &'a [NotificationKind],
    /// What was just done.
    pub done: Option<Key>,
}

/// The page.
#[must_use]
pub fn mail(site: &SiteContext<'_>, shown: &MailPage<'_>) -> Markup {
    site.locale.speaking(|| render(site, shown))
}

fn render(site: &SiteContext<'_>, shown: &MailPage<'_>) -> Markup {
    let kind = [("kind", say(shown.kind.label()))];
    let title = say(text::MAIL_PAGE);
    let main = html! {
        section.shell {
            h1 { (title) }
            @if let Some(done) = shown.done { p.lead role="status" { (fill(done, &kind)) } }
            @if !shown.unwanted.contains(&shown.kind) && shown.done.is_none() {
                form method="post" {
                    p.lead { (fill(text::MAIL_PAGE_ASK, &kind)) }
                    button.primary name="List-Unsubscribe" value="One-Click" { (say(text::MAIL_PAGE_STOP)) }
                }
            }
            form method="post" {
                fieldset {
                    legend { (say(text::MAIL_PAGE_CHOOSE)) }
                    input type="hidden" name="chosen" value="yes";
                    @for kind in NotificationKind::ALL {
                        p { label {
                            input type="checkbox" name="kind" value=(kind.as_str()) checked[!shown.unwanted.contains(&kind)];
                            " " (say(kind.label()))
                        } }
                    }
                }
                button { (say(text::MAIL_PAGE_SAVE)) }
            }
        }
    };
    page(site, title, &main)
}
