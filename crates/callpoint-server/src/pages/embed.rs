//! Pages beside the status page: one thread, the report form, and what stands where there is nothing. Whoever comes is
//! anonymous here, so the words promise no more than what is public.

use callpoint_core::text::{self, fill, say};
use maud::{Markup, html};

use super::parts::{PageLayout, SiteContext, layout};

/// Which page.
#[derive(Clone, Debug)]
pub enum EmbedPage {
    /// One thread.
    Thread {
        /// The incident's id, or a reference of it.
        name: String,
        /// The vendor's own page for it, where people are signed in.
        signed_in: Option<String>,
    },
    /// The report form, where guests may send it; else what it is for, and where to sign in.
    Report {
        /// Whether they may.
        guests: bool,
        /// Where people sign in to the vendor's product.
        sign_in: Option<String>,
    },
    /// There is no such page.
    NotFound,
}

/// The page.
#[must_use]
pub fn embed(site: &SiteContext<'_>, page: &EmbedPage) -> Markup {
    site.locale.speaking(|| render(site, page))
}

fn render(site: &SiteContext<'_>, page: &EmbedPage) -> Markup {
    let vendor = |key| fill(key, &[("vendor", site.vendor)]);
    let (title, main, widget) = match page {
        EmbedPage::Thread { name, signed_in } => {
            let main = html! {
                p.lead { (vendor(text::PAGE_THREAD_LEAD)) }
                (leads(signed_in.as_deref(), &vendor(text::PAGE_THREAD_OPEN)))
                (frame(&format!("thread:{name}")))
            };
            (text::PAGE_THREAD, main, true)
        }
        EmbedPage::Report { guests: true, sign_in } => {
            let main = html! {
                p.lead { (vendor(text::PAGE_REPORT_GUESTS)) }
                (leads(sign_in.as_deref(), &vendor(text::PAGE_SIGN_IN)))
                (frame("report"))
            };
            (text::REPORT_A_PROBLEM, main, true)
        }
        EmbedPage::Report { guests: false, sign_in } => {
            let main = html! {
                p.lead { (vendor(text::PAGE_REPORT_LEAD)) }
                p.lead { (vendor(text::PAGE_REPORT_SIGN_IN)) }
                (leads(sign_in.as_deref(), &vendor(text::PAGE_SIGN_IN)))
                p.lead { a href="/" { (say(text::ALL_STATUS)) } }
            };
            (text::REPORT_A_PROBLEM, main, false)
        }
        EmbedPage::NotFound => {
            let main = html! {
                p.lead { (say(text::PAGE_NOT_FOUND_LEAD)) }
                (leads(Some("/"), say(text::ALL_STATUS)))
            };
            (text::PAGE_NOT_FOUND, main, false)
        }
    };
    let main = html! { section.shell { h1 { (say(title)) } (main) } };
    let title = format!("{} · {}", say(title), vendor(text::PAGE_TITLE));
    let modules: &[&str] = if widget { &["hosted.js"] } else { &[] };
    layout(&PageLayout { title: &title, site, modules, widget, feeds: false }, &main)
}

/// The one thing to do on a page: a link that looks like a button.
fn leads(address: Option<&str>, words: &str) -> Markup {
    html! { @if let Some(address) = address { p.lead { a.primary href=(address) { (words) } } } }
}

/// The widget as part of the page.
fn frame(view: &str) -> Markup {
    html! {
        div.shell-frame {
            callpoint-widget mode="inline" view=(view) {}
            noscript { p { (say(text::PAGE_NEEDS_SCRIPT)) } }
        }
    }
}
