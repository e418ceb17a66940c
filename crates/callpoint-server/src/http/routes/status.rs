//! Everything somebody may know now.

use axum::{extract::State, http::HeaderMap, response::Response};
use callpoint_core::{
    model::{id::Seq, person::Viewer, time::Time},
    rules::{
        delivery::{ENDED_STAYS, shown},
        headline::headline,
    },
    wire::protocol::Snapshot,
};

use crate::http::answer;
use crate::{
    engine::feed::last_seen,
    http::{AppState, auth::Caller, error::Problem},
    locale::Locale,
    store::{IncidentScope, StoreError},
};

/// `GET /v1/status`.
pub async fn status(State(app): State<AppState>, caller: Caller, headers: HeaderMap) -> Result<Response, Problem> {
    answer(&snapshot(&app, &caller, &headers).await?.1)
}

/// The end of the log, and everything the caller may know then; what a preset says of its levels in their language.
pub(super) async fn snapshot(
    app: &AppState,
    caller: &Caller,
    headers: &HeaderMap,
) -> Result<(Seq, Snapshot), StoreError> {
    let (now, viewer) = (app.now(), caller.viewer());
    let since = now.plus(-ENDED_STAYS);
    let scope = match &viewer {
        Viewer::Anonymous => IncidentScope::Public,
        Viewer::Customer { account, .. } => IncidentScope::Account(account.clone()),
        Viewer::Staff { .. } => IncidentScope::All,
    };
    // Nothing public and ended is for somebody without a stake; a horizon that never comes leaves it out.
    let since = if viewer == Viewer::Anonymous { Time(i64::MAX) } else { since };
    let (head, state) = app.store.current(&scope, since).await?;
    let seq = last_seen(&app.store, &viewer, head).await?;
    let (components, incidents) = shown(&state, &viewer, since);
    let headline = headline(&components, &incidents);
    let mut vendor = app.vendor.clone();
    if viewer.is_staff() {
        vendor.escalations = app.policy.policy_with(&app.store.staff().await?).escalations;
    } else {
        vendor.scheme = Locale::accepted_by(headers).speaking(|| vendor.scheme.spoken());
    }
    let mut you = caller.you();
    let executives = &app.policy.policy().executives;
    you.executive = you.staff && you.person.as_ref().is_some_and(|person| executives.contains(person));
    you.guest = you.person.is_none() && app.guests.is_open();
    Ok((head, Snapshot { seq, now, vendor, you, headline, components, incidents }))
}
