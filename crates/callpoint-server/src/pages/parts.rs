//! What the pages share: head and page, shapes, times and words.

use callpoint_core::{
    model::{component::ComponentStatus, incident::Impact, time::Time},
    text::{
        self, Key, fill, say,
        shape::{Shape, condition_class, impact_class},
    },
};
use jiff::{Timestamp, tz::TimeZone};
use maud::{DOCTYPE, Markup, html};

use crate::{
    locale::{Locale, date, short_date_time},
    public::PublicDocument,
};

/// Paths in a box of 16 by 16, the same as the widget's.
const SHAPES: [(&str, Shape); 9] = [
    ("shape-operational", Shape::CHECK),
    ("shape-degraded", Shape::MINUS),
    ("shape-partial", Shape::HALF),
    ("shape-major", Shape::CROSS),
    ("shape-maintenance", Shape::WRENCH),
    ("impact-critical", Shape::OCTAGON),
    ("impact-major", Shape::TRIANGLE),
    ("impact-minor", Shape::CIRCLE),
    ("impact-none", Shape::RING),
];

/// The red box on a wall, as the console's page has it; in the page itself, so that no browser asks for another.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
%3Crect width='16' height='16' rx='3' fill='%23c0281f'/%3E%3Ccircle cx='8' cy='8' r='3.5' fill='%23fff'/%3E%3C/svg%3E";

/// What is the same on every page.
#[derive(Clone, Copy)]
pub struct SiteContext<'a> {
    /// The vendor's name.
    pub vendor: &'a str,
    /// The language that its reader reads.
    pub locale: &'static Locale,
    /// The address of a file of the web build, by its logical name.
    pub asset: fn(&str) -> Option<String>,
}

/// What differs from page to page.
pub(super) struct PageLayout<'a> {
    pub(super) title: &'a str,
    pub(super) site: &'a SiteContext<'a>,
    /// Scripts by their logical names; those that the build has not are left out.
    pub(super) modules: &'a [&'a str],
    /// Whether the page embeds the widget.
    pub(super) widget: bool,
    /// Whether feed readers find the history by this page's address.
    pub(super) feeds: bool,
}

/// A whole page around `main`.
pub(super) fn layout(page: &PageLayout<'_>, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(page.site.locale.lang) dir=(page.site.locale.dir) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (page.title) }
                link rel="icon" href=(ICON);
                @if page.feeds {
                    @for feed in [PublicDocument::Atom, PublicDocument::Rss, PublicDocument::JsonFeed] {
                        link rel="alternate" type=(feed.essence()) title=(page.title) href=(feed.path());
                    }
                }
                @if let Some(style) = (page.site.asset)("hosted.css") { link rel="stylesheet" href=(style); }
                @for name in page.modules {
                    @if let Some(script) = (page.site.asset)(name) { script type="module" src=(script) {} }
                }
                @if page.widget { script defer src="/v1/loader.js" data-launcher="none" {} }
            }
            body {
                svg.sprite aria-hidden="true" {
                    @for (name, shape) in SHAPES { symbol id=(name) viewBox="0 0 16 16" { path d=(shape.path()) {} } }
                }
                a.skip href="#main" { (say(text::PAGE_SKIP)) }
                header.top { div.wrap {
                    a.vendor href="/" { (page.site.vendor) }
                    nav.top-links aria-label=(say(text::PAGE_NAV_TOP)) { a.primary href="/report" { (say(text::REPORT_A_PROBLEM)) } }
                } }
                main #main .wrap data-offline-text=(say(text::PAGE_OFFLINE)) { (main) }
                footer.foot { div.wrap { p.powered { (say(text::PAGE_POWERED)) } } }
            }
        }
    }
}

/// A whole page of words and forms alone.
#[must_use]
pub fn page(site: &SiteContext<'_>, title: &str, main: &Markup) -> Markup {
    layout(&PageLayout { title, site, modules: &[], widget: false, feeds: false }, main)
}

/// A page to print: words alone, which can be read without its styles.
#[must_use]
pub fn printed(site: &SiteContext<'_>, title: &str, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(site.locale.lang) dir=(site.locale.dir) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · " (site.vendor) }
                link rel="icon" href=(ICON);
                @if let Some(style) = (site.asset)("hosted.css") { link rel="stylesheet" href=(style); }
            }
            body { main .wrap { (main) } }
        }
    }
}

/// A shape of the sprite; its word stands beside it.
pub(super) fn shape(name: &str) -> Markup {
    html! { svg.shape aria-hidden="true" { use href={ "#" (name) } {} } }
}

/// Class and word of a component's status.
pub(super) const fn condition(status: ComponentStatus) -> (&'static str, Key) {
    (condition_class(status), status.label())
}

/// Class and word of an impact.
pub(super) const fn impact(impact: Impact) -> (&'static str, Key) {
    (impact_class(impact), impact.label())
}

fn strftime(time: Time, format: &str) -> String {
    let moment = Timestamp::from_millisecond(time.0).unwrap_or_default();
    moment.to_zoned(TimeZone::UTC).strftime(format).to_string()
}

/// A day as addresses name it.
pub(super) fn day_of_address(time: Time) -> String {
    strftime(time, "%Y-%m-%d")
}

/// A moment with its exact words.
#[must_use]
pub fn moment(time: Time) -> Markup {
    html! { time datetime=(stamp(time)) { (short_date_time(time)) } }
}

/// A time that a script shows as relative.
pub(super) fn relative(time: Time) -> Markup {
    html! { time datetime=(stamp(time)) data-relative { (short_date_time(time)) } }
}

/// A time to come that a script shows as a countdown.
pub(super) fn countdown(time: Time) -> Markup {
    html! { time datetime=(stamp(time)) data-countdown { (short_date_time(time)) } }
}

/// A promised time: a countdown, and late once it has passed. A page that stays open says so by itself.
pub(super) fn promise(time: Time, late: bool) -> Markup {
    let missed = fill(text::PAGE_LATE, &[("time", &short_date_time(time))]);
    html! {
        @if late { time.late datetime=(stamp(time)) { (missed) } }
        @else { time datetime=(stamp(time)) data-countdown data-missed=(missed) { (short_date_time(time)) } }
    }
}

/// A day.
pub(super) fn day(time: Time) -> Markup {
    html! { time datetime=(day_of_address(time)) { (date(time)) } }
}

fn stamp(time: Time) -> String {
    strftime(time, "%Y-%m-%dT%H:%M:%SZ")
}
