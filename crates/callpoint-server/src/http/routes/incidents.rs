//! Incidents: the caller's list, one thread, and what may be asked of one.

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use callpoint_core::{
    model::{
        command::{Command, IncidentCommand},
        event::Event,
        id::{IncidentId, Seq},
        incident::Incident,
        opening::Opening,
        person::{Actor, Invitee, Viewer},
    },
    wire::{
        error::{Constraint, ErrorCode, Invalid},
        protocol::{Colleagues, Incidents, Thread},
    },
};
use lettre::Address;

use crate::{
    engine::{feed::last_seen, writer::WriteRequest},
    http::{
        AppState, Problem, answer,
        auth::Caller,
        body::{IdempotentBody, PathSegment, segment},
        cursor::{read_cursor, write_cursor},
        query::parameter,
    },
    store::{IncidentCursor, IncidentScope},
};

/// How many incidents a page has.
const PAGE: usize = 50;

/// `GET /v1/incidents?before=`: a customer gets those of their account, staff all, anybody else what is public.
pub async fn list(State(app): State<AppState>, caller: Caller, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let before = match query.as_deref().and_then(|query| parameter(query, "before")) {
        None => None,
        Some(text) => Some(read_cursor(text)?),
    };
    let viewer = caller.viewer();
    let scope = match &viewer {
        Viewer::Anonymous => IncidentScope::Public,
        Viewer::Customer { account, .. } => IncidentScope::Stakes(account.clone()),
        Viewer::Staff { .. } => IncidentScope::All,
    };
    let (incidents, next) = page(&app, &scope, &viewer, before).await?;
    answer(&Incidents { incidents, next: next.map(write_cursor) })
}

/// One page of what the viewer may see. It ends with an incident that they see, so that a cursor reveals nothing.
async fn page(
    app: &AppState,
    scope: &IncidentScope,
    viewer: &Viewer,
    mut before: Option<IncidentCursor>,
) -> Result<(Vec<Incident>, Option<IncidentCursor>), Problem> {
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

fn end(incident: &Incident) -> IncidentCursor {
    IncidentCursor { opened_at: incident.opened_at, id: incident.id }
}

/// The incident that this names: by its id, or by its reference. A reference leads to where its incident goes on, as far
/// as this viewer may follow.
pub(super) async fn named(app: &AppState, viewer: &Viewer, name: &str) -> Result<IncidentId, Problem> {
    if let Some(id) = IncidentId::parse(name) {
        return Ok(id);
    }
    let seen = |incident: Option<Incident>| incident.and_then(|incident| incident.seen_by(viewer));
    let mut named = seen(app.store.by_reference(name).await?).ok_or(ErrorCode::NotFound)?;
    while let Some(into) = named.merged_into {
        let Some(target) = seen(app.store.incident(into).await?) else { break };
        named = target;
    }
    Ok(named.id)
}

/// What a viewer may see of the incident that a path names, and of its timeline, with the log's newest event.
pub(super) async fn seen_thread(
    app: &AppState,
    viewer: &Viewer,
    path: PathSegment,
) -> Result<(Seq, Incident, Vec<Event>), Problem> {
    let id = named(app, viewer, &segment(path, |name| Some(name.to_owned()))?).await?;
    // Whether there is one is found out before its timeline is read, which would take its time.
    let known = app.store.incident(id).await?.and_then(|incident| incident.seen_by(viewer));
    known.ok_or(ErrorCode::NotFound)?;
    let (head, incident, events) = app.store.thread(id).await?.ok_or(ErrorCode::NotFound)?;
    let incident = incident.seen_by(viewer).ok_or(ErrorCode::NotFound)?;
    Ok((head, incident, events.iter().filter_map(|event| event.seen_by(viewer)).collect()))
}

/// `GET /v1/incidents/{id}`: what the caller may see of one incident and its timeline.
pub async fn thread(State(app): State<AppState>, caller: Caller, path: PathSegment) -> Result<Response, Problem> {
    let viewer = caller.viewer();
    let (head, incident, entries) = seen_thread(&app, &viewer, path).await?;
    let seq = last_seen(&app.store, &viewer, head).await?;
    answer(&Thread { seq, incident, entries })
}

/// `GET /v1/incidents/{id}/colleagues`: whom a sealed incident could be opened to. For its account's people who see it, and
/// of that account alone.
pub async fn colleagues(State(app): State<AppState>, caller: Caller, path: PathSegment) -> Result<Response, Problem> {
    let account = match &caller {
        Caller::Anonymous => return Err(ErrorCode::Unauthenticated.into()),
        Caller::Staff { .. } => return Err(ErrorCode::Forbidden.into()),
        Caller::Customer { account, .. } => account.id.clone(),
    };
    let incident = app.store.incident(segment(path, IncidentId::parse)?).await?;
    let incident = incident.and_then(|incident| incident.seen_by(&caller.viewer())).ok_or(ErrorCode::NotFound)?;
    let seal = incident.seal.ok_or(ErrorCode::NotSealed)?;
    let mut colleagues = app.store.customers_of(&account).await?;
    colleagues.retain(|who| !Viewer::Customer { person: who.person.clone(), account: account.clone() }.opens(&seal));
    answer(&Colleagues { colleagues })
}

/// `POST /v1/incidents`: staff open one; 201 and the receipt. The key becomes the incident's id.
pub async fn open(
    State(app): State<AppState>,
    caller: Caller,
    keyed: IdempotentBody<Opening>,
) -> Result<Response, Problem> {
    let actor = caller.actor()?;
    if !matches!(actor, Actor::Staff { .. }) {
        return Err(ErrorCode::Forbidden.into());
    }
    let opening = keyed.body.parse(app.policy.policy(), app.now())?;
    let (incident, command) = (Some(IncidentId(keyed.key.0)), Command::Open(Box::new(opening)));
    let write = WriteRequest {
        key: keyed.key,
        actor,
        tier: None,
        incident,
        command,
        attachments: Vec::new(),
        digest: keyed.digest,
    };
    super::reports::send(&app, write).await
}

/// `POST /v1/incidents/{id}/commands`: 200 and the receipt.
pub async fn command(
    State(app): State<AppState>,
    caller: Caller,
    path: PathSegment,
    keyed: IdempotentBody<IncidentCommand>,
) -> Result<Response, Problem> {
    let (tier, actor) = (caller.tier(), caller.actor()?);
    let incident = Some(segment(path, IncidentId::parse)?);
    let command = keyed.body.parse(app.policy.policy(), app.now())?;
    if let IncidentCommand::Invite(Invitee::Email(email)) = &command
        && email.parse::<Address>().is_err()
    {
        return Err(Invalid::new("email", Constraint::NotAnAddress).into());
    }
    let attachments = match &command {
        IncidentCommand::Message { attachments, .. } => attachments.clone(),
        _ => Vec::new(),
    };
    let (key, digest, command) = (keyed.key, keyed.digest, Command::Incident(command));
    super::reports::send(&app, WriteRequest { key, actor, tier, incident, command, attachments, digest }).await
}
