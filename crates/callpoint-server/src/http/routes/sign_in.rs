//! Staff come in through the vendor's own provider. All of it stays between the browser, the provider and the console: no
//! parameter leads anywhere else.

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
};
use callpoint_core::model::id::PersonId;
use reqwest::Url;

use super::hosted::{layout, not_found};
use crate::{
    crypto,
    http::{
        AppState,
        auth::{OidcFailure, OidcSignIn, SessionToken, attempt_cookie, attempt_in, cookie, set_cookie},
        error::Problem,
        page::{Framing, TrustedTypes, html, nonce},
    },
    locale::Locale,
    pages::{self, SignInProblem, SiteContext},
};

/// `GET /console/sign-in`: on to the provider.
pub async fn begin(
    State(app): State<AppState>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(oidc) = &app.oidc else { return not_found(State(app), method, uri, headers).await };
    match oidc.begin().await {
        Ok((url, attempt)) => {
            let mut response = go(&url)?;
            set_cookie(&mut response, &attempt_cookie(Some(&attempt), app.settings.is_https()));
            Ok(response)
        }
        Err(failure) => refuse(&app, &headers, said(&failure)),
    }
}

/// `GET /console/sign-in/callback`: back from the provider, once.
pub async fn finish(
    State(app): State<AppState>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let Some(oidc) = &app.oidc else { return not_found(State(app), method, uri, headers).await };
    let mut response = match come_in(&app, oidc, &headers, &query.unwrap_or_default()).await? {
        Ok((token, lasts)) => {
            let mut response = go("/console")?;
            set_cookie(&mut response, &cookie(&token, lasts, app.settings.is_https()));
            response
        }
        Err(problem) => refuse(&app, &headers, problem)?,
    };
    set_cookie(&mut response, &attempt_cookie(None, app.settings.is_https()));
    Ok(response)
}

/// `GET /console/sign-out`: ends the session with the provider, where it can; the one here was ended before.
pub async fn leave(
    State(app): State<AppState>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(oidc) = &app.oidc else { return not_found(State(app), method, uri, headers).await };
    go(&oidc.leave().await.unwrap_or_else(|| "/console".to_owned()))
}

async fn come_in(
    app: &AppState,
    oidc: &OidcSignIn,
    headers: &HeaderMap,
    query: &str,
) -> Result<Result<(SessionToken, i64), SignInProblem>, Problem> {
    // The parameters as they were meant: whatever stands before the query makes no difference.
    let Ok(url) = Url::parse(&["http://localhost/?", query].concat()) else { return Ok(Err(SignInProblem::Expired)) };
    let parameter = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let attempt = attempt_in(headers, app.settings.is_https());
    let state = parameter("state").unwrap_or_default();
    let Some(attempt) = attempt.filter(|attempt| attempt.is_answered_by(&state)) else {
        return Ok(Err(SignInProblem::Expired));
    };
    let Some(code) = parameter("code") else {
        tracing::info!(error = parameter("error"), "the provider signed nobody in");
        return Ok(Err(SignInProblem::Refused));
    };
    let person = match oidc.finish(code, attempt).await {
        Ok(person) => person,
        Err(failure) => return Ok(Err(said(&failure))),
    };
    let (token, now, lasts) = (SessionToken::new()?, app.now(), oidc.session());
    if !app.store.admit(&person.member, &crypto::digest(&token.0), now, now.plus(lasts)).await? {
        tracing::warn!(staff = person.member.id, "somebody whose access was revoked came through the provider");
        return Ok(Err(SignInProblem::Revoked));
    }
    if let (Some(email), Some(person)) = (person.email, PersonId::parse(&person.member.id)) {
        app.store.put_email(None, &person, email.as_ref()).await?;
    }
    tracing::info!(staff = person.member.id, security = person.member.security, "signed in through the provider");
    Ok(Ok((token, lasts)))
}

/// What is said of it; all of it stands in the log.
fn said(failure: &OidcFailure) -> SignInProblem {
    tracing::warn!(%failure, "nobody was signed in through the provider");
    match failure {
        OidcFailure::Unreachable(_) => SignInProblem::Unreachable,
        OidcFailure::Refused(_) => SignInProblem::Refused,
        OidcFailure::NoRole(_) | OidcFailure::NoId(_) => SignInProblem::NoRole,
    }
}

fn refuse(app: &AppState, headers: &HeaderMap, problem: SignInProblem) -> Result<Response, Problem> {
    let provider = app.settings.oidc.as_ref().map_or("", |oidc| &oidc.name);
    // In the language of the console.
    let site = SiteContext { locale: Locale::of("en"), ..layout(app, headers) };
    let page = pages::sign_in(&site, provider, problem).into_string();
    let mut response = html(page.into_bytes(), &nonce()?, Framing::Nobody, TrustedTypes::Enforced);
    *response.status_mut() = match problem {
        SignInProblem::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
        SignInProblem::Refused | SignInProblem::Expired => StatusCode::BAD_REQUEST,
        SignInProblem::NoRole | SignInProblem::Revoked => StatusCode::FORBIDDEN,
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn go(to: &str) -> Result<Response, Problem> {
    let to = HeaderValue::from_str(to).map_err(|error| Problem::internal(&error))?;
    let headers = [(header::LOCATION, to), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}
