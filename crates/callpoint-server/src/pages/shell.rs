//! Pages around the widget: one thread, and the report form.

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
    let (title, lead) = match shell {
        Shell::Thread(_) => (say(text::PAGE_THREAD), ""),
        Shell::Report => (say(text::REPORT_A_PROBLEM), say(text::PAGE_REPORT_LEAD)),
    };
    let main = html! {
        section.shell {
            h1 { (title) }
            @if !lead.is_empty() { p.lead { (lead) } }
            div.shell-frame {
                @match shell {
                    Shell::Thread(id) => callpoint-thread incident=(id.to_string()) {},
                    Shell::Report => callpoint-widget mode="inline" view="report" {},
                }
                noscript { p { (say(text::PAGE_NEEDS_SCRIPT)) } }
            }
        }
    };
    let name = fill(text::PAGE_TITLE, &[("vendor", &vendor.name)]);
    let title = format!("{title} · {name}");
    page(&Frame { title: &title, vendor: &vendor.name, modules: &[], widget: true }, &main)
}
