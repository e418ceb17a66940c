//! Incidents: the caller's list, one thread, and what may be asked of one.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use callpoint_core::{
    model::{
        command::{Command, IncidentCommand},
        id::IncidentId,
        incident::Incident,
        person::Viewer,
        time::Time,
    },
    wire::{
        error::ErrorCode,
        protocol::{Incidents, Thread},
    },
};

use super::body::{Keyed, Segment, segment};
use crate::{
    App,
    auth::Caller,
    error::Problem,
    store::{Page, Scope},
    writer::Write,
};

/// How many incidents a page has.
const PAGE: usize = 50;

/// `GET /v1/incidents?before=`: a customer gets those of their account, staff all, anybody else what is public.
pub async fn list(State(app): State<App>, caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let before = match query.as_deref().and_then(|query| parameter(query, "before")) {
        None => None,
        Some(text) => Some(
            read_page(text).ok_or_else(|| Problem::field("before", "`before` must come from a previous response."))?,
        ),
    };
    let viewer = caller.viewer();
    let scope = match &viewer {
        Viewer::Anonymous => Scope::Public,
        Viewer::Customer { account, .. } => Scope::Stakes(account.clone()),
        Viewer::Staff { .. } => Scope::All,
    };
    let (incidents, next) = page(&app, &scope, &viewer, before).await?;
    let next = next.map(|page| format!("{}.{}", page.opened_at.0, page.id));
    answer(&Incidents { incidents, next })
}

/// One page of what these eyes may see. Its end is always the last that they see: a cursor tells nothing either.
async fn page(
    app: &App,
    scope: &Scope,
    viewer: &Viewer,
    mut before: Option<Page>,
) -> Result<(Vec<Incident>, Option<Page>), Problem> {
    let mut seen: Vec<Incident> = Vec::new();
    loop {
        let rows = app.store.incidents(scope, before, 2 * PAGE as i64).await?;
        let exhausted = rows.len() < 2 * PAGE;
        before = rows.last().map(end);
        seen.extend(rows.iter().filter_map(|incident| incident.seen_by(viewer)));
        if seen.len() > PAGE || exhausted {
            let more = seen.len() > PAGE;
            seen.truncate(PAGE);
            let next = seen.last().map(end).filter(|_| more);
            return Ok((seen, next));
        }
    }
}

fn end(incident: &Incident) -> Page {
    Page { opened_at: incident.opened_at, id: incident.id }
}

fn read_page(text: &str) -> Option<Page> {
    let (opened_at, id) = text.split_once('.')?;
    Some(Page { opened_at: Time(opened_at.parse().ok()?), id: IncidentId::parse(id)? })
}

/// A query's value; what we put into cursors needs no decoding.
pub(super) fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// `GET /v1/incidents/{id}`: what the caller may see of one incident and its timeline.
pub async fn thread(State(app): State<App>, caller: Caller, path: Segment) -> Result<Response, Problem> {
    let id = segment(path, IncidentId::parse)?;
    let viewer = caller.viewer();
    let (seq, incident, events) = app.store.thread(id).await?.ok_or(ErrorCode::NotFound)?;
    let incident = incident.seen_by(&viewer).ok_or(ErrorCode::NotFound)?;
    let entries = events.iter().filter_map(|event| event.seen_by(&viewer)).collect();
    answer(&Thread { seq, incident, entries })
}

/// `POST /v1/incidents/{id}/commands`: 200 and the receipt.
pub async fn command(
    State(app): State<App>,
    caller: Caller,
    path: Segment,
    keyed: Keyed<IncidentCommand>,
) -> Result<Response, Problem> {
    let (tier, actor) = (caller.tier(), caller.actor()?);
    let incident = Some(segment(path, IncidentId::parse)?);
    let command = Command::Incident(keyed.body.parse(app.agreements.policy(), app.now())?);
    super::reports::send(&app, Write { key: keyed.key, actor, tier, incident, command, digest: keyed.digest }).await
}

/// 200 with this as JSON.
pub(super) fn answer<T: serde::Serialize>(body: &T) -> Result<Response, Problem> {
    let body = serde_json::to_vec(body).map_err(|error| Problem::fault(&error))?;
    Ok(super::json(StatusCode::OK, body))
}
