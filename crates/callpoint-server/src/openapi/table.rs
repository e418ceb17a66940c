//! The table of operations: every address of the interface, with what it takes, gives and can have against it.

use callpoint_core::{
    model::{
        command::{AccountCommand, ComponentCommand, IncidentCommand},
        report::{Receipt, ReportDraft},
    },
    wire::{
        error::ErrorCode,
        protocol::{self, Incidents, SignIn, Snapshot, Suggestions, Thread, You},
    },
};
use serde_json::{Value, json};

use super::{
    JSON, Types,
    operation::{Operation, Who},
};

/// Every operation.
pub(super) fn operations(types: &mut Types) -> Vec<Operation> {
    let key = json!({
        "name": protocol::IDEMPOTENCY_KEY, "in": "header", "required": true,
        "description": "A UUID that the client made for this write. The same key gives the same answer for 30 days.",
        "schema": { "type": "string", "format": "uuid" },
    });
    let id = |kind: &str| json!({ "name": "id", "in": "path", "required": true, "schema": kind_schema(kind) });
    let query = |name: &str, description: &str| json!({ "name": name, "in": "query", "description": description, "schema": { "type": "string" } });
    let seq = json!({
        "type": "object", "required": ["seq"],
        "properties": { "seq": { "type": "integer", "minimum": 0, "description": "The last event that this caused." } },
    });
    let sse = json!({ "type": "string", "description": "Frames: `event: reset` with a Snapshot, or an Event." });
    let problems_of_rules = vec![ErrorCode::Forbidden, ErrorCode::NotFound];
    let read = |path: &str, id, summary, answer| Operation {
        method: "get",
        path: path.to_owned(),
        id,
        summary,
        who: Who::Anybody,
        parameters: Vec::new(),
        body: None,
        answer: (200, "As of now.", Some((JSON, answer))),
        codes: Vec::new(),
    };
    let write = |path: &str, id, summary, body, answer| Operation {
        method: "post",
        who: Who::SignedIn,
        body: Some(body),
        answer,
        codes: problems_of_rules.clone(),
        ..read(path, id, summary, Value::Null)
    };
    let receipt = types.of::<Receipt>();
    vec![
        Operation {
            parameters: vec![key.clone()],
            who: Who::Guests,
            codes: [&problems_of_rules[..], &[ErrorCode::RateLimited]].concat(),
            ..write(
                protocol::REPORTS,
                "declare",
                "Declare a report; it opens an incident whose id is the key.",
                types.of::<ReportDraft>(),
                (201, "It is durable.", Some((JSON, receipt.clone()))),
            )
        },
        Operation {
            parameters: vec![key.clone(), id("uuid")],
            codes: [&problems_of_rules[..], &CONFLICTS].concat(),
            ..write(
                "/v1/incidents/{id}/commands",
                "commandIncident",
                "Ask something of an incident.",
                types.of::<IncidentCommand>(),
                (200, "It is durable.", Some((JSON, receipt))),
            )
        },
        Operation {
            parameters: vec![key.clone(), id("component")],
            ..write(
                "/v1/components/{id}/commands",
                "commandComponent",
                "Ask something of a component. Staff only.",
                types.of::<ComponentCommand>(),
                (200, "It is durable.", Some((JSON, seq.clone()))),
            )
        },
        Operation {
            parameters: vec![key, id("account")],
            ..write(
                "/v1/accounts/{id}/commands",
                "commandAccount",
                "Ask something of an account. Staff only.",
                types.of::<AccountCommand>(),
                (200, "It is durable.", Some((JSON, seq))),
            )
        },
        read(protocol::STATUS, "status", "Everything the caller may know now.", types.of::<Snapshot>()),
        Operation {
            parameters: vec![json!({
                "name": "before", "in": "query", "schema": { "type": "string" },
                "description": "`next` of the page before.",
            })],
            codes: vec![ErrorCode::Invalid],
            ..read(
                protocol::INCIDENTS,
                "incidents",
                "A customer's own incidents; all for staff, the public ones for anybody else. The latest first.",
                types.of::<Incidents>(),
            )
        },
        Operation {
            parameters: vec![
                query("text", "What they have written so far. Its words are looked for; nothing in it is an operator."),
                query("component", "Where, if known: an id."),
            ],
            codes: vec![ErrorCode::Invalid],
            ..read(
                protocol::SUGGESTIONS,
                "suggestions",
                "Incidents that may be the same as what somebody is about to report: at most five.",
                types.of::<Suggestions>(),
            )
        },
        Operation {
            who: Who::Staff,
            codes: vec![ErrorCode::Forbidden],
            ..read(
                protocol::STAFF,
                "staff",
                "Whom a role can be handed to. Staff only.",
                types.of::<protocol::StaffDirectory>(),
            )
        },
        Operation {
            parameters: vec![id("uuid")],
            codes: vec![ErrorCode::NotFound],
            ..read("/v1/incidents/{id}", "thread", "One incident and its timeline.", types.of::<Thread>())
        },
        Operation {
            parameters: vec![json!({
                "name": "Last-Event-ID", "in": "header", "schema": { "type": "integer", "minimum": 0 },
                "description": "The id of the last frame. Without it, or when it is too old, the stream starts anew.",
            })],
            answer: (200, "The stream.", Some(("text/event-stream", sse))),
            ..read(protocol::EVENTS, "events", "What the caller may see, as it happens.", Value::Null)
        },
        Operation {
            who: Who::Invited,
            codes: vec![ErrorCode::Unauthenticated, ErrorCode::Forbidden],
            ..write(
                protocol::STAFF_SESSION,
                "signIn",
                "Exchange a one-time link's token for a session cookie.",
                types.of::<SignIn>(),
                (200, "Signed in.", Some((JSON, types.of::<You>()))),
            )
        },
        Operation {
            method: "delete",
            codes: vec![ErrorCode::Forbidden],
            answer: (204, "Signed out.", None),
            ..read(protocol::STAFF_SESSION, "signOut", "End the session.", Value::Null)
        },
    ]
}

/// What an incident's state can have against a command.
const CONFLICTS: [ErrorCode; 18] = [
    ErrorCode::AlreadyAcknowledged,
    ErrorCode::AlreadyProposed,
    ErrorCode::NothingProposed,
    ErrorCode::NoDowngrade,
    ErrorCode::CustomersCall,
    ErrorCode::AlreadyJoined,
    ErrorCode::TooLate,
    ErrorCode::StillOpen,
    ErrorCode::Merged,
    ErrorCode::CantMerge,
    ErrorCode::NobodyHolds,
    ErrorCode::Drill,
    ErrorCode::AlreadyShared,
    ErrorCode::NotSealed,
    ErrorCode::NothingNew,
    ErrorCode::Closed,
    ErrorCode::NeedsConfirmation,
    ErrorCode::Sealed,
];

fn kind_schema(kind: &str) -> Value {
    match kind {
        "uuid" => json!({ "type": "string", "format": "uuid" }),
        _ => json!({ "type": "string", "minLength": 1, "maxLength": callpoint_core::model::limits::NAME_ID_LIMIT }),
    }
}
