//! Search over all that the caller may see.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::Response,
};
use callpoint_core::wire::error::{ApiError, ErrorCode};

use crate::{
    engine::search,
    http::{
        AppState, Problem, answer,
        auth::Caller,
        cursor::{read_cursor, write_cursor},
    },
};

/// `GET /v1/search?q=&before=`: what the caller may see in which all of this stands.
pub async fn search(
    State(app): State<AppState>,
    caller: Caller,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Response, Problem> {
    if matches!(caller, Caller::Anonymous) {
        return Err(ErrorCode::Unauthenticated.into());
    }
    let Query(given) = query.map_err(|_| malformed("q", "The query can't be read: encode it as a URL's query."))?;
    let (mut text, mut before) = (None, None);
    for (name, value) in given {
        let place = match name.as_str() {
            "q" => &mut text,
            "before" => &mut before,
            _ => return Err(malformed(&name, &format!("There is no parameter `{name}` here."))),
        };
        if place.replace(value).is_some() {
            return Err(malformed(&name, &format!("Give `{name}` once.")));
        }
    }
    let text = text.ok_or_else(|| malformed("q", "Say in `q` what to look for."))?;
    let before = before.map(|page| read_cursor(&page)).transpose()?;
    let (mut results, next) = search::search(&app.store, &caller.viewer(), &text, before).await?;
    results.next = next.map(write_cursor);
    answer(&results)
}

fn malformed(field: &str, detail: &str) -> Problem {
    let error = ApiError { detail: detail.to_owned(), field: Some(field.to_owned()), ..ErrorCode::Malformed.into() };
    Problem(Box::new(error))
}
