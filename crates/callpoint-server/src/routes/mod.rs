//! Addresses. Each handler is thin: it reads the request, asks the rules or the store, and shapes the answer.

mod accounts;
mod body;
mod components;
mod events;
pub mod guests;
mod health;
mod hosted;
mod incidents;
mod reports;
mod staff;
mod status;
mod suggestions;

use std::time::Duration;

use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue, Method, Response, header},
    response::IntoResponse as _,
    routing::{get, post},
};
use callpoint_core::wire::{error::ErrorCode, protocol};
use tower_http::{
    compression::CompressionLayer,
    cors::{AllowOrigin, CorsLayer},
    set_header::SetResponseHeaderLayer,
    trace::TraceLayer,
};
use tracing::Span;

pub use body::Segment;

use crate::{App, assets, config::Config, error::Problem};

/// Every address.
pub fn router(app: App) -> Router {
    let router = Router::new()
        .merge(api(&app.config))
        .merge(pages(&app.config))
        .route("/assets/{*path}", get(assets::asset))
        .route("/v1/loader.js", get(assets::loader))
        .method_not_allowed_fallback(wrong_method)
        .fallback(|| async { Problem::from(ErrorCode::NotFound) });
    router
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(TraceLayer::new_for_http().make_span_with(span).on_request(()).on_response(log_answer).on_failure(()))
        .with_state(app)
}

fn api(config: &Config) -> Router<App> {
    Router::new()
        .route(protocol::REPORTS, post(reports::declare))
        .route(protocol::STATUS, get(status::status))
        .route(protocol::INCIDENTS, get(incidents::list))
        .route(&format!("{}/{{id}}", protocol::INCIDENTS), get(incidents::thread))
        .route(&format!("{}/{{id}}/commands", protocol::INCIDENTS), post(incidents::command))
        .route(&format!("{}/{{id}}/commands", protocol::COMPONENTS), post(components::command))
        .route(&format!("{}/{{id}}/commands", protocol::ACCOUNTS), post(accounts::command))
        .route(protocol::SUGGESTIONS, get(suggestions::suggestions))
        .route(protocol::EVENTS, get(events::stream))
        .route(protocol::STAFF, get(staff::list))
        .route(protocol::STAFF_SESSION, post(staff::sign_in).delete(staff::sign_out))
        .route("/v1/openapi.json", get(health::openapi))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        // Before the layers, so that they hold for these answers too.
        .method_not_allowed_fallback(wrong_method)
        .layer(CompressionLayer::new())
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(cors(config))
}

async fn wrong_method() -> Problem {
    ErrorCode::MethodNotAllowed.into()
}

fn pages(config: &Config) -> Router<App> {
    let mut router = Router::new()
        .route("/", get(hosted::status))
        .route("/t/{id}", get(hosted::thread))
        .route("/report", get(hosted::report))
        .route("/console", get(hosted::console));
    if config.demo {
        router = router
            .route("/demo", get(hosted::demo))
            .route("/demo/token", get(hosted::demo_token))
            .route("/demo/console", get(hosted::demo_console));
    }
    router.method_not_allowed_fallback(wrong_method).layer(CompressionLayer::new())
}

/// Pages of the configured origins may call; cookies never come with that, so it opens nothing to staff's sessions.
fn cors(config: &Config) -> CorsLayer {
    let origins: Vec<HeaderValue> =
        config.origins.iter().filter_map(|origin| HeaderValue::from_str(origin.trim_end_matches('/')).ok()).collect();
    let everybody = config.origins.iter().any(|origin| origin == "*");
    CorsLayer::new()
        .allow_origin(if everybody { AllowOrigin::any() } else { AllowOrigin::list(origins) })
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("last-event-id"),
        ])
        .expose_headers([header::RETRY_AFTER])
        .max_age(Duration::from_secs(3600))
}

/// The path alone: queries may hold what people search for, fragments and headers hold secrets.
fn span(request: &Request) -> Span {
    tracing::info_span!("request", method = %request.method(), path = request.uri().path())
}

fn log_answer<B>(answer: &Response<B>, took: Duration, _: &Span) {
    let (status, ms) = (answer.status().as_u16(), took.as_millis());
    tracing::debug!(status, ms, "answered");
}

/// A JSON answer from what is already JSON.
fn json(status: axum::http::StatusCode, body: impl Into<axum::body::Body>) -> axum::response::Response {
    let mut answer = (status, body.into()).into_response();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}
