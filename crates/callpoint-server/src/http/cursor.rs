//! Where a page of incidents ends, as it stands in answers and queries.

use callpoint_core::model::{id::IncidentId, time::Time};

use super::Problem;
use crate::store::IncidentCursor;

/// As it stands in an answer; what it is made of needs no encoding.
#[must_use]
pub fn write_cursor(cursor: IncidentCursor) -> String {
    format!("{}.{}", cursor.opened_at.0, cursor.id)
}

/// As it comes back in `before`.
///
/// # Errors
/// Where it came from nowhere.
pub fn read_cursor(text: &str) -> Result<IncidentCursor, Problem> {
    let read = || {
        let (opened_at, id) = text.split_once('.')?;
        Some(IncidentCursor { opened_at: Time(opened_at.parse().ok()?), id: IncidentId::parse(id)? })
    };
    read().ok_or_else(|| Problem::field("before", "`before` must come from a previous response."))
}
