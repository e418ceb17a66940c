//! The status page: how things are, what is open, 90 days of each component, and the history by day.

use std::{collections::BTreeMap, sync::Arc};

use callpoint_core::{
    model::{
        component::Component,
        event::{Change, Event},
        id::IncidentId,
        incident::Incident,
        person::Viewer,
        time::{DAY, MINUTE, Time},
    },
    rules::{
        allowed::overdue,
        headline::{follow_incidents, headline},
    },
    text::{self, count, fill, say},
};
use maud::{Markup, html};

use super::{
    cache::{PageKey, StatusPage, StatusPageCache},
    days::{DAYS, DayStatus, day_start, record},
    parts::{self, PageLayout, SiteContext, condition, countdown, day, impact, moment, promise, relative, shape},
    query::{StatusPageQuery, WINDOW},
};
use crate::{
    crypto,
    locale::{short_date, short_date_time},
    public::rendered,
    store::{Store, StoreError},
};

/// How many updates of an open incident are shown at once.
const SHOWN: usize = 3;

/// The page for this view, as everybody may see it.
///
/// # Errors
/// When the database fails.
pub async fn status(
    store: &Store,
    cache: &StatusPageCache,
    site: &SiteContext<'_>,
    view: &StatusPageQuery,
    now: Time,
) -> Result<Arc<StatusPage>, StoreError> {
    let moment = (store.head().await?, now.0.div_euclid(MINUTE));
    let key: PageKey = (view.clone(), &site.locale.lang);
    if let Some(page) = cache.get(moment, &key) {
        return Ok(page);
    }
    // The whole minute: nothing of the page may tell when it was rendered, since that may be for what nobody may see.
    let facts = StatusFacts::read(store, view, Time(moment.1 * MINUTE)).await?;
    let html = site.locale.speaking(|| {
        let title = fill(text::PAGE_TITLE, &[("vendor", site.vendor)]);
        let layout = PageLayout { title: &title, site, modules: &["status.js"], widget: false, feeds: true };
        parts::layout(&layout, &facts.render(view)).into_string()
    });
    let etag = format!("\"{}\"", crypto::digest(&html));
    let page = Arc::new(StatusPage { html, etag });
    cache.put(moment, key, &page);
    Ok(page)
}

/// All that the page shows, each of it as an anonymous viewer sees it.
struct StatusFacts {
    now: Time,
    since: Option<Time>,
    components: Vec<Component>,
    /// Those of the 90 days, and the open ones.
    recent: Vec<Incident>,
    /// Those that began in the window of the history.
    past: Vec<Incident>,
    news: BTreeMap<IncidentId, Vec<Event>>,
}

impl StatusFacts {
    async fn read(store: &Store, view: &StatusPageQuery, now: Time) -> Result<Self, StoreError> {
        let anybody = Viewer::Anonymous;
        let see = |incidents: Vec<Incident>| -> Vec<Incident> {
            incidents.iter().filter_map(|incident| incident.seen_by(&anybody)).collect()
        };
        let mut components = store.components().await?;
        let recent = see(store.public_between(day_start(now).plus(-(DAYS as i64) * DAY), Time(i64::MAX)).await?);
        follow_incidents(&mut components, &recent);
        let (from, until) = window(view, now);
        let wanted = |incident: &Incident| view.component.as_ref().is_none_or(|id| incident.components.contains(id));
        let mut past = see(store.public_between(from, until).await?);
        past.retain(|incident| incident.opened_at >= from && wanted(incident));
        let mut news = BTreeMap::new();
        for incident in past.iter().chain(recent.iter().filter(|incident| incident.status.is_open())) {
            let events = store.timeline(incident.id).await?;
            let mut updates_seen: Vec<Event> = events
                .iter()
                .filter_map(|event| event.seen_by(&anybody))
                .filter(|event| matches!(event.change, Change::Updated { .. }))
                .collect();
            updates_seen.reverse();
            news.insert(incident.id, updates_seen);
        }
        Ok(Self { now, since: store.first_public().await?, components, recent, past, news })
    }

    fn render(&self, view: &StatusPageQuery) -> Markup {
        let open: Vec<&Incident> = self.recent.iter().filter(|incident| incident.status.is_open()).collect();
        let (planned, broken): (Vec<&Incident>, Vec<&Incident>) =
            open.into_iter().partition(|incident| incident.status.is_maintenance());
        html! {
            (self.headline())
            (self.open_block(&broken, say(text::OPEN_INCIDENTS)))
            (self.open_block(&planned, say(text::PAGE_PLANNED)))
            (self.components(view))
            (self.history(view))
            (pager(view, self.since, self.now))
        }
    }

    fn headline(&self) -> Markup {
        let condition_now = headline(&self.components, &self.recent).condition;
        let (class, _) = condition(condition_now);
        html! {
            section class={ "headline status-" (class) } data-now=(self.now.0) {
                (shape(&format!("shape-{class}")))
                div {
                    h1 { (say(condition_now.headline())) }
                    p.as-of { (fill(text::PAGE_AS_OF, &[("time", &short_date_time(self.now))])) }
                }
            }
        }
    }

    fn open_block(&self, incidents: &[&Incident], title: &str) -> Markup {
        html! {
            @if !incidents.is_empty() {
                section.block {
                    h2 { (title) }
                    @for incident in incidents { (self.open_incident(incident)) }
                }
            }
        }
    }

    fn open_incident(&self, incident: &Incident) -> Markup {
        let (class, word) = impact(incident.publication.as_ref().map(|face| face.impact).unwrap_or_default());
        let news = self.updates_of(incident);
        let older = news.get(SHOWN..).unwrap_or_default();
        html! {
            article class={ "incident impact-" (class) } id=(incident.reference) {
                header.incident-head {
                    (shape(&format!("impact-{class}")))
                    div {
                        h3 { a href={ "#" (incident.reference) } { (incident.title) } }
                        p.facts { span { (incident.reference) } span { (say(word)) } }
                    }
                    span.state { (say(incident.status.label())) }
                }
                dl.duties {
                    div { dt { (say(text::PAGE_STARTED)) } dd { (relative(incident.opened_at)) } }
                    @if !incident.components.is_empty() {
                        div { dt { (say(text::PAGE_COMPONENTS)) } dd { (self.names(incident)) } }
                    }
                    @if let Some(next) = incident.next_update {
                        div { dt { (say(text::PAGE_NEXT_UPDATE)) } dd { (promise(next, overdue(incident, self.now))) } }
                    }
                    @if let Some(eta) = incident.eta { div { dt { (say(text::PAGE_ETA)) } dd { (countdown(eta)) } } }
                }
                (updates(news.get(..SHOWN).unwrap_or(news)))
                @if !older.is_empty() {
                    details.more id={ "more-" (incident.reference) } {
                        summary { (count(text::EARLIER_UPDATES, older.len())) }
                        (updates(older))
                    }
                }
            }
        }
    }

    fn components(&self, view: &StatusPageQuery) -> Markup {
        let shown = |component: &&Component| view.component.as_ref().is_none_or(|id| *id == component.id);
        html! {
            @if !self.components.is_empty() {
                section.block {
                    div.block-head {
                        h2 { (say(text::PAGE_COMPONENTS)) }
                        p.note {
                            (say(text::PAGE_UPTIME_NOTE))
                            @if view.component.is_some() { " · " a href="/" { (say(text::PAGE_ALL_COMPONENTS)) } }
                        }
                    }
                    ul.components { @for one in self.components.iter().filter(shown) { (self.component(one)) } }
                }
            }
        }
    }

    fn component(&self, component: &Component) -> Markup {
        let (class, word) = condition(component.status);
        let record = record(component, &self.recent, self.since, self.now);
        let first = day_start(self.now).plus(-(DAYS as i64 - 1) * DAY);
        let days = DAYS.to_string();
        // Never rounded up to a hundred that it was not.
        let percent = format!("{:.2}", (record.uptime * 10_000.0).floor() / 100.0);
        let uptime = fill(text::PAGE_UPTIME, &[("percent", &percent), ("days", &days)]);
        let hit = count(text::DAYS_WITH_INCIDENTS, record.hit);
        html! {
            li class={ "component status-" (class) } {
                div.component-head {
                    h3 { (component.name) }
                    span.component-status {
                        (shape(&format!("shape-{class}"))) (say(word))
                        @if component.is_set_by_hand() { " " small { (say(text::SET_BY_HAND)) } }
                    }
                }
                svg.days viewBox="0 0 90 32" preserveAspectRatio="none" aria-hidden="true" {
                    @for (x, what) in record.days.iter().enumerate() {
                        (bar(x, *what, first.plus(i64::try_from(x).unwrap_or_default() * DAY)))
                    }
                }
                p.days-foot {
                    span { (fill(text::PAGE_DAYS_AGO, &[("days", &days)])) }
                    span.uptime { (uptime) (say(text::LIST_SEPARATOR)) (hit) }
                    span { (say(text::PAGE_TODAY)) }
                }
            }
        }
    }

    fn history(&self, view: &StatusPageQuery) -> Markup {
        let (from, until) = window(view, self.now);
        let mut quiet: Vec<Time> = Vec::new();
        let mut days = Vec::new();
        let mut start = until.plus(-DAY);
        while start >= from {
            let of_day: Vec<&Incident> =
                self.past.iter().filter(|incident| day_start(incident.opened_at) == start).collect();
            if of_day.is_empty() {
                quiet.push(start);
            } else {
                days.push(quiet_days(&std::mem::take(&mut quiet)));
                days.push(html! {
                    section.date { h3 { (day(start)) } @for incident in of_day { (self.past_incident(incident)) } }
                });
            }
            start = start.plus(-DAY);
        }
        days.push(quiet_days(&quiet));
        html! {
            section.block.history {
                div.block-head { h2 { (say(text::PAGE_HISTORY)) } p.note { (say(text::PAGE_ZONE)) } }
                @for day in days { (day) }
            }
        }
    }

    fn past_incident(&self, incident: &Incident) -> Markup {
        let (class, word) = impact(incident.publication.as_ref().map(|face| face.impact).unwrap_or_default());
        let news = self.updates_of(incident);
        let lasted = incident.resolved_at.map(|end| text::span(end.since(incident.opened_at)));
        // What is open has the id on its card above.
        let id = incident.resolved_at.map(|_| incident.reference.as_str());
        html! {
            article class={ "past impact-" (class) } id=[id] {
                details id={ "past-" (incident.reference) } {
                    summary {
                        (shape(&format!("impact-{class}")))
                        span.past-title { (incident.title) }
                        span.past-facts {
                            (say(word)) " · "
                            @match &lasted {
                                Some(lasted) => (fill(text::PAGE_LASTED, &[("span", lasted)])),
                                None => (say(incident.status.label())),
                            }
                            " · " (count(text::UPDATES, news.len()))
                        }
                    }
                    (updates(news))
                    (self.merged(incident))
                }
            }
        }
    }

    /// Where it goes on, for whoever wrote its reference down.
    fn merged(&self, incident: &Incident) -> Markup {
        let mut known = self.recent.iter().chain(&self.past);
        let target = incident.merged_into.and_then(|into| known.find(|other| other.id == into));
        html! {
            @if let Some(Incident { reference, .. }) = target {
                p { a href={ "#" (reference) } { (fill(text::ENTRY_MERGED, &[("reference", reference)])) } }
            }
        }
    }

    fn updates_of(&self, incident: &Incident) -> &[Event] {
        self.news.get(&incident.id).map(Vec::as_slice).unwrap_or_default()
    }

    fn names(&self, incident: &Incident) -> String {
        let named = self.components.iter().filter(|component| incident.components.contains(&component.id));
        named.map(|component| component.name.as_str()).collect::<Vec<_>>().join(say(text::LIST_SEPARATOR))
    }
}

/// The history's first moment, and the moment it ends before.
fn window(view: &StatusPageQuery, now: Time) -> (Time, Time) {
    let last = day_start(view.last(now));
    (last.plus(-(WINDOW - 1) * DAY), last.plus(DAY))
}

fn bar(x: usize, what: DayStatus, date: Time) -> Markup {
    let (class, word) = match what {
        DayStatus::Unknown => ("none", text::PAGE_NO_RECORD),
        DayStatus::Fine => ("ok", text::PAGE_NO_INCIDENTS),
        DayStatus::Hit(hit) => impact(hit),
    };
    html! {
        rect class={ "day " (class) } x=(x) width=".7" height="32" {
            title { (short_date(date)) ": " (say(word)) }
        }
    }
}

fn quiet_days(days: &[Time]) -> Markup {
    html! {
        @if let (Some(last), Some(first)) = (days.first(), days.last()) {
            p.quiet {
                span { @if first == last { (day(*last)) } @else { (day(*first)) " – " (day(*last)) } }
                span { (say(text::PAGE_NO_INCIDENTS)) }
            }
        }
    }
}

fn updates(news: &[Event]) -> Markup {
    html! {
        ol.updates {
            @for event in news {
                @if let Change::Updated { text, status } = &event.change {
                    li.update {
                        p.update-head { strong { (say(status.label())) } (moment(event.at)) }
                        (rendered(text))
                    }
                }
            }
        }
    }
}

fn pager(view: &StatusPageQuery, since: Option<Time>, now: Time) -> Markup {
    let more = since.is_some_and(|since| since < window(view, now).0);
    html! {
        nav.pager aria-label=(say(text::PAGE_NAV_HISTORY)) {
            @if more { a rel="prev" href=(view.earlier(now)) { (say(text::PAGE_EARLIER)) } }
            @else { span aria-disabled="true" { (say(text::PAGE_EARLIER)) } }
            @match view.later(now) {
                Some(later) => a rel="next" href=(later) { (say(text::PAGE_LATER)) },
                None => span aria-disabled="true" { (say(text::PAGE_LATER)) },
            }
        }
    }
}
