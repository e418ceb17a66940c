//! Everything somebody may know now.

use axum::{extract::State, response::Response};
use callpoint_core::{
    model::{
        person::Viewer,
        time::{DAY, Time},
    },
    rules::headline::headline,
    wire::protocol::Snapshot,
};

use super::incidents::answer;
use crate::{
    App,
    auth::Caller,
    error::Problem,
    store::{Fault, Scope},
};

/// How long what has ended is still shown to those it concerned.
const ENDED_STAYS: i64 = 14 * DAY;

/// `GET /v1/status`.
pub async fn status(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    answer(&snapshot(&app, &caller).await?)
}

/// Everything the caller may know now.
pub(super) async fn snapshot(app: &App, caller: &Caller) -> Result<Snapshot, Fault> {
    let (now, viewer) = (app.now(), caller.viewer());
    let since = now.plus(-ENDED_STAYS);
    let scope = match &viewer {
        Viewer::Anonymous => Scope::Public,
        Viewer::Customer { account, .. } => Scope::Account(account.clone()),
        Viewer::Staff { .. } => Scope::All,
    };
    // Nothing public and ended is for somebody without a stake; a horizon that never comes leaves it out.
    let since = if viewer == Viewer::Anonymous { Time(i64::MAX) } else { since };
    let (seq, state) = app.store.current(&scope, since).await?;
    let state = state.seen_by(&viewer);
    let mut components: Vec<_> = state.components.into_iter().map(|(_, component)| component).collect();
    components.sort_by_key(|component| component.position);
    let mut incidents: Vec<_> = state.incidents.into_iter().map(|(_, incident)| incident).collect();
    incidents.sort_by_key(|incident| std::cmp::Reverse((incident.opened_at, incident.id)));
    let headline = headline(&components, &incidents);
    let mut you = caller.you();
    you.guest = you.person.is_none() && app.guests.is_open();
    Ok(Snapshot { seq, now, vendor: app.vendor.clone(), you, headline, components, incidents })
}
