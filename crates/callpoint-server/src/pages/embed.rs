//! Pages around the widget: one thread, and the report form. Whoever comes is anonymous here, so the words promise no
//! more than what is public.

use callpoint_core::{
    model::id::IncidentId,
    text::{self, fill, say},
};
use maud::{Markup, html};

use super::parts::{PageLayout, SiteContext, layout};

/// Which page.
#[derive(Clone, Debug)]
pub enum EmbedPage {
    /// One thread.
    Thread {
        /// The incident.
        id: IncidentId,
        /// The vendor's own page for it, where people are signed in.
        signed_in: Option<String>,
    },
    /// The report form; whether guests may send it.
    Report {
        /// Whether they may.
        guests: bool,
    },
}

/// The page.
#[must_use]
pub fn embed(site: &SiteContext<'_>, page: &EmbedPage) -> Markup {
    let (title, lead, view, signed_in) = match page {
        EmbedPage::Thread { id, signed_in } => {
            (text::PAGE_THREAD, text::PAGE_THREAD_LEAD, format!("thread:{id}"), signed_in.as_deref())
        }
        EmbedPage::Report { guests } => {
            let lead = if *guests { text::PAGE_REPORT_GUESTS } else { text::PAGE_REPORT_LEAD };
            (text::REPORT_A_PROBLEM, lead, "report".to_owned(), None)
        }
    };
    let title = say(title);
    let main = html! {
        section.shell {
            h1 { (title) }
            p.lead { (fill(lead, &[("vendor", site.vendor)])) }
            @if let Some(address) = signed_in {
                p { a href=(address) { (fill(text::PAGE_THREAD_OPEN, &[("vendor", site.vendor)])) } }
            }
            div.shell-frame {
                callpoint-widget mode="inline" view=(view) {}
                noscript { p { (say(text::PAGE_NEEDS_SCRIPT)) } }
            }
        }
    };
    let name = fill(text::PAGE_TITLE, &[("vendor", site.vendor)]);
    let title = format!("{title} · {name}");
    layout(&PageLayout { title: &title, site, modules: &["hosted.js"], widget: true }, &main)
}
