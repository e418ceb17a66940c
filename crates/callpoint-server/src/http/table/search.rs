//! What finds incidents by words.

use callpoint_core::wire::{
    error::ErrorCode,
    protocol::{SUGGESTIONS, Suggestions},
    search::{SEARCH, SearchResults},
};
use serde_json::{Value, json};

use super::{Endpoint, read};
use crate::http::{
    openapi::Schemas,
    operation::Access,
    routes::{search, suggestions},
};

/// A parameter of a query.
fn query(name: &str, required: bool, description: &str) -> Value {
    let schema = json!({ "type": "string" });
    json!({ "name": name, "in": "query", "required": required, "description": description, "schema": schema })
}

pub(super) fn endpoints(schemas: &mut Schemas) -> Vec<Endpoint> {
    vec![
        read(
            SUGGESTIONS,
            suggestions::suggestions,
            "suggestions",
            "Incidents that may be the same as what somebody is about to report: at most five.",
            schemas.of::<Suggestions>(),
        )
        .with(|operation| {
            let text = "What they have written so far. Its words are looked for; nothing in it is an operator.";
            operation.parameters =
                vec![query("text", false, text), query("component", false, "Where, if known: an id.")];
            operation.codes = vec![ErrorCode::Invalid];
        }),
        read(
            SEARCH,
            search::search,
            "search",
            "The incidents that the caller may see and in which, or on whose timelines, all of this stands: 20 a page.",
            schemas.of::<SearchResults>(),
        )
        .with(|operation| {
            operation.access = Access::SignedIn;
            let text = "Words, references, accounts, people. Each is looked for; nothing in it is an operator.";
            operation.parameters = vec![query("q", true, text), query("before", false, "`next` of the page before.")];
            operation.codes = vec![ErrorCode::Malformed, ErrorCode::Invalid];
        }),
    ]
}
