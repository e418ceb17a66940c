//! Everything that knows HTTP. Each handler is thin: it reads the request, asks the engine or the store, and shapes the
//! answer.

pub mod assets;
pub mod auth;
mod body;
pub mod contacts;
mod cursor;
pub mod error;
pub mod guests;
mod integrity;
pub mod limits;
mod media_type;
mod metrics;
pub mod openapi;
mod operation;
pub mod page;
pub mod query;
mod routes;
mod start;
mod state;
mod table;

use std::time::Duration;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, Method, Response, StatusCode, header},
    middleware,
    response::IntoResponse as _,
    routing::get,
};
use callpoint_core::wire::error::ErrorCode;
use tower_http::{
    compression::CompressionLayer,
    cors::{AllowHeaders, AllowOrigin, CorsLayer},
    set_header::SetResponseHeaderLayer,
    trace::TraceLayer,
};
use tracing::Span;

pub use body::PathSegment;
pub use error::Problem;
pub use metrics::{CountedStream, Metrics};
pub use routes::metrics::router as metrics_router;
pub use start::gate;
pub use state::{AppState, ServerState};

use crate::config::Settings;
use openapi::Schemas;
use routes::{documents, hosted, mail, sign_in};
use table::Endpoint;

/// Every address; `more` are pages that belong to no folder of this one.
pub fn router(state: AppState, more: Router<AppState>) -> Router {
    let router = Router::new()
        .merge(api(&state))
        .merge(pages(&state, more))
        .merge(public(&state))
        .merge(files())
        .route("/metrics", get(routes::metrics::by_token))
        .method_not_allowed_fallback(wrong_method)
        .fallback(hosted::not_found);
    router
        .layer(middleware::from_fn_with_state(state.clone(), metrics::count))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(TraceLayer::new_for_http().make_span_with(span).on_request(()).on_response(log_answer).on_failure(()))
        .with_state(state)
}

/// Any page may use these: they hold nothing of anybody.
fn files() -> Router<AppState> {
    Router::new()
        .route("/assets/{*path}", get(assets::asset))
        .route("/v1/loader.js", get(assets::loader))
        .route("/v1/integrity.json", get(integrity::integrity))
        .method_not_allowed_fallback(wrong_method)
        .layer(cors_for(AllowOrigin::mirror_request()))
}

/// What everybody may know, for programs and pages of any origin; nobody is asked who they are.
fn public(state: &AppState) -> Router<AppState> {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods([Method::GET, Method::HEAD])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([header::ETAG])
        .max_age(Duration::from_secs(3600));
    documents::router()
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(state.clone(), start::unless_away))
        .layer(CompressionLayer::new())
        .layer(cors)
}

fn api(state: &AppState) -> Router<AppState> {
    let endpoints = table::endpoints(&mut Schemas::new(""));
    let add = |router: Router<AppState>, Endpoint { operation, handler }| router.route(&operation.path, handler);
    endpoints
        .into_iter()
        .fold(Router::new(), add)
        // Before the layers, so that they hold for these answers too.
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(state.clone(), start::unless_away))
        .layer(middleware::from_fn_with_state(state.clone(), limits::by_address))
        .layer(middleware::from_fn(error::in_language_of_request))
        .layer(CompressionLayer::new())
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(cors(&state.settings))
}

async fn wrong_method() -> Problem {
    ErrorCode::MethodNotAllowed.into()
}

fn pages(state: &AppState, more: Router<AppState>) -> Router<AppState> {
    Router::new()
        .route("/", get(hosted::status))
        .route("/t/{id}", get(hosted::thread))
        .route("/report", get(hosted::report))
        .route("/console", get(hosted::console))
        .route("/console/queue/{name}", get(hosted::console))
        .route("/console/incidents/{name}", get(hosted::console))
        .route("/console/sign-in", get(sign_in::begin))
        .route(auth::CALLBACK, get(sign_in::finish))
        .route("/console/sign-out", get(sign_in::leave))
        .route("/playground", get(hosted::playground))
        .route("/embed", get(hosted::embed))
        .route("/mail/{link}", get(mail::page).post(mail::choose))
        .merge(more)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(state.clone(), start::unless_away))
        .layer(CompressionLayer::new())
}

/// Pages of the configured origins may call.
fn cors(settings: &Settings) -> CorsLayer {
    let origins: Vec<HeaderValue> =
        settings.origins.iter().filter_map(|origin| HeaderValue::from_str(origin.trim_end_matches('/')).ok()).collect();
    let everybody = settings.origins.iter().any(|origin| origin == "*");
    cors_for(if everybody { AllowOrigin::mirror_request() } else { AllowOrigin::list(origins) })
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .expose_headers([header::RETRY_AFTER, limits::RATE_LIMIT, limits::RATE_LIMIT_POLICY])
}

/// Whatever a page adds to all of its requests, headers that trace them or its cookies, makes no difference. A session's
/// cookie opens nothing to other origins: [`auth::Caller`] reads it only in requests of our own pages.
fn cors_for(origins: AllowOrigin) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origins)
        .allow_credentials(true)
        .allow_headers(AllowHeaders::mirror_request())
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
fn json(status: StatusCode, body: impl Into<axum::body::Body>) -> axum::response::Response {
    let mut answer = (status, body.into()).into_response();
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// 200 with this as JSON.
fn answer<T: serde::Serialize>(body: &T) -> Result<axum::response::Response, Problem> {
    let body = serde_json::to_vec(body).map_err(|error| Problem::internal(&error))?;
    Ok(json(StatusCode::OK, body))
}
