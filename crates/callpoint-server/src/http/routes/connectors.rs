//! How the connectors are that take events out, and what became of each message. For staff, who see of it what they see
//! of the incidents.

use axum::{extract::State, response::Response};
use callpoint_core::{
    model::person::Viewer,
    wire::{
        connectors::{Connector, ConnectorState, Connectors, Deliveries, Delivery, DeliveryStatus, ReplayRequest},
        error::ErrorCode,
    },
};

use crate::{
    config::Recipient,
    connect::{self, ConfiguredConnector},
    http::{
        AppState, Problem, answer,
        auth::Caller,
        body::{JsonBody, PathSegment, segment},
    },
    store::{DeliveryEnd, StoredDelivery},
};

/// How many messages are listed and counted.
const MOST: usize = 100;

/// How many are read together.
const READ: i64 = 200;

/// `GET /v1/connectors`: how each is.
pub async fn list(State(app): State<AppState>, caller: Caller) -> Result<Response, Problem> {
    let viewer = staff(&caller)?;
    let mut connectors = Vec::new();
    for configured in known(&app, &viewer) {
        connectors.push(describe(&app, &viewer, &configured).await?);
    }
    answer(&Connectors { connectors })
}

/// `GET /v1/connectors/{name}/deliveries`: what became of its messages.
pub async fn deliveries(State(app): State<AppState>, caller: Caller, path: PathSegment) -> Result<Response, Problem> {
    let viewer = staff(&caller)?;
    let connector = named(&app, &viewer, path)?;
    answer(&Deliveries { deliveries: seen(&app, &viewer, &connector.name).await? })
}

/// `POST /v1/connectors/{name}/replay`: a message is sent again, or all that are parked.
pub async fn replay(
    State(app): State<AppState>,
    caller: Caller,
    path: PathSegment,
    JsonBody(body): JsonBody<ReplayRequest>,
) -> Result<Response, Problem> {
    let viewer = staff(&caller)?;
    let connector = named(&app, &viewer, path)?;
    if let Some(id) = &body.delivery {
        let stored = app.store.delivery(&connector.name, id).await?.ok_or(ErrorCode::NotFound)?;
        see(&app, &viewer, &stored).await?.ok_or(ErrorCode::NotFound)?;
    }
    app.store.replay_deliveries(&connector.name, body.delivery.as_deref(), app.now()).await?;
    tracing::info!(connector = connector.name, by = by(&caller), "messages are sent again by hand");
    answer(&describe(&app, &viewer, &connector).await?)
}

/// `POST /v1/connectors/{name}/resume`: what waits is tried at once.
pub async fn resume(State(app): State<AppState>, caller: Caller, path: PathSegment) -> Result<Response, Problem> {
    let viewer = staff(&caller)?;
    let connector = named(&app, &viewer, path)?;
    app.store.resume_connector(&connector.name, app.now()).await?;
    tracing::info!(connector = connector.name, by = by(&caller), "a connector goes on by hand");
    answer(&describe(&app, &viewer, &connector).await?)
}

fn staff(caller: &Caller) -> Result<Viewer, Problem> {
    match caller {
        Caller::Anonymous => Err(ErrorCode::Unauthenticated.into()),
        Caller::Customer { .. } => Err(ErrorCode::Forbidden.into()),
        Caller::Staff { .. } => Ok(caller.viewer()),
    }
}

fn by(caller: &Caller) -> &str {
    match caller {
        Caller::Staff { person, .. } => person.as_str(),
        Caller::Anonymous | Caller::Customer { .. } => "",
    }
}

/// Those that this viewer may know of: that something is sealed shows in a connector for what is sealed.
fn known(app: &AppState, viewer: &Viewer) -> Vec<ConfiguredConnector> {
    let security = matches!(viewer, Viewer::Staff { security: true, .. });
    let may = |connector: &ConfiguredConnector| security || connector.recipient != Recipient::Security;
    connect::configured(&app.settings).into_iter().filter(may).collect()
}

fn named(app: &AppState, viewer: &Viewer, path: PathSegment) -> Result<ConfiguredConnector, Problem> {
    let name = segment(path, |name| Some(name.to_owned()))?;
    known(app, viewer).into_iter().find(|connector| connector.name == name).ok_or_else(|| ErrorCode::NotFound.into())
}

async fn describe(app: &AppState, viewer: &Viewer, of: &ConfiguredConnector) -> Result<Connector, Problem> {
    let rest = app.store.connector_rest(&of.name).await?;
    let seen = seen(app, viewer, &of.name).await?;
    let count = |state| u32::try_from(seen.iter().filter(|one| one.state == state).count()).unwrap_or(u32::MAX);
    let retrying = seen.iter().filter(|one| one.state == DeliveryStatus::Retrying);
    let next = retrying.min_by_key(|one| one.next_at);
    let (state, next_at, reason) = match next {
        _ if !rest.parked.is_empty() => (ConnectorState::Parked, rest.until, rest.parked),
        Some(next) => (ConnectorState::Retrying, next.next_at.max(rest.until), next.error.clone()),
        None => (ConnectorState::Delivering, None, String::new()),
    };
    let account = match &of.recipient {
        Recipient::Account(account) => Some(account.clone()),
        Recipient::Vendor | Recipient::Security => None,
    };
    let waiting = count(DeliveryStatus::Waiting) + count(DeliveryStatus::Retrying);
    let (name, kind, parked) = (of.name.clone(), of.kind.to_owned(), count(DeliveryStatus::Parked));
    Ok(Connector { name, kind, account, state, next_at, reason, waiting, parked })
}

/// The messages that this viewer may see, those that were not taken first: those of incidents that they may see.
async fn seen(app: &AppState, viewer: &Viewer, connector: &str) -> Result<Vec<Delivery>, Problem> {
    let mut found = Vec::new();
    for taken in [false, true] {
        let mut skip = 0;
        loop {
            let stored = app.store.deliveries(connector, taken, skip, READ).await?;
            for one in &stored {
                found.extend(see(app, viewer, one).await?);
                if found.len() == MOST {
                    return Ok(found);
                }
            }
            skip += READ;
            if i64::try_from(stored.len()).is_ok_and(|read| read < READ) {
                break;
            }
        }
    }
    Ok(found)
}

async fn see(app: &AppState, viewer: &Viewer, stored: &StoredDelivery) -> Result<Option<Delivery>, Problem> {
    let incident = app.store.incident(stored.incident).await?.and_then(|incident| incident.seen_by(viewer));
    let state = match stored.end {
        Some(DeliveryEnd::Skipped) => return Ok(None),
        Some(DeliveryEnd::Delivered) => DeliveryStatus::Delivered,
        Some(DeliveryEnd::Parked) => DeliveryStatus::Parked,
        None if stored.attempt.error.is_empty() => DeliveryStatus::Waiting,
        None => DeliveryStatus::Retrying,
    };
    Ok(incident.map(|incident| Delivery {
        id: stored.id.clone(),
        kind: stored.kind.clone(),
        incident: stored.incident,
        reference: incident.reference,
        state,
        queued_at: stored.queued_at,
        tries: stored.tries,
        tried_at: stored.tried_at,
        next_at: stored.due_at,
        answer: stored.attempt.status,
        error: stored.attempt.error.clone(),
        took: stored.attempt.took,
    }))
}
