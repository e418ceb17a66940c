//! Pages around the widget: one thread, and the report form. Whoever comes is anonymous here, so the words promise no
//! more than what is public.

use callpoint_core::{
    id::IncidentId,
    protocol::Vendor,
    text::{self, fill, say},
};
use maud::{Markup, html};

use super::parts::{Frame, page};

/// Which page.
#[derive(Clone, Copy, Debug)]
pub enum Shell {
    /// One thread.
    Thread(IncidentId),
    /// The report form.
    Report,
}

/// The page.
#[must_use]
pub fn shell(vendor: &Vendor, shell: &Shell) -> Markup {
    let (title, lead, view) = match shell {
        Shell::Thread(id) => (text::PAGE_THREAD, text::PAGE_THREAD_LEAD, format!("thread:{id}")),
        Shell::Report => (text::REPORT_A_PROBLEM, text::PAGE_REPORT_LEAD, "report".to_owned()),
    };
    let title = say(title);
    let main = html! {
        section.shell {
            h1 { (title) }
            p.lead { (fill(lead, &[("vendor", &vendor.name)])) }
            div.shell-frame {
                callpoint-widget mode="inline" view=(view) {}
                noscript { p { (say(text::PAGE_NEEDS_SCRIPT)) } }
            }
        }
    };
    let name = fill(text::PAGE_TITLE, &[("vendor", &vendor.name)]);
    let title = format!("{title} · {name}");
    page(&Frame { title: &title, vendor: &vendor.name, modules: &["hosted.js"], widget: true }, &main)
}
