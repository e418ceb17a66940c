//! What is answered before the server is ready, and while its database is away: that it lives, and that it is about to be
//! well.

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use callpoint_core::wire::error::ErrorCode;
use tokio::sync::watch;
use tower::Service as _;

use super::{AppState, Problem, json};

/// Everything, before the routes are there and after.
pub fn gate(routes: watch::Receiver<Option<Router>>) -> Router {
    Router::new().fallback(move |request: Request| {
        let ready = routes.borrow().clone();
        async move {
            match ready {
                Some(mut router) => router.call(request).await.unwrap_or_else(|never| match never {}),
                None => starting(request.uri().path()),
            }
        }
    })
}

/// Refuses whoever waits for a database that is away; what needs none is answered.
pub(super) async fn unless_away(State(app): State<AppState>, request: Request, next: Next) -> Response {
    tokio::select! {
        biased;
        answer = next.run(request) => answer,
        () = app.health.gone() => Problem::from(ErrorCode::Unavailable).into_response(),
    }
}

fn starting(path: &str) -> Response {
    match path {
        "/healthz" => json(StatusCode::OK, r#"{"alive":true}"#),
        _ => Problem::of(ErrorCode::Unavailable, "The server is starting. Try again in a moment.").into_response(),
    }
}
