//! A page around the widget.
use callpoint_core::{id::IncidentId, protocol::Vendor};
use maud::{DOCTYPE, Markup, html};

/// Which page.
pub enum Shell {
    /// One thread.
    Thread(IncidentId),
    /// The report form.
    Report,
}

/// The page.
#[must_use]
pub fn shell(vendor: &Vendor, _shell: &Shell) -> Markup {
    html! { (DOCTYPE) html lang="en" { head { title { (vendor.name) } } body {} } }
}
