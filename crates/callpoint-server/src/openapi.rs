//! The OpenAPI 3.1 document: the operations as one table, the bodies from the core's own types, the problems from the
//! core's own codes.

use callpoint_core::{
    command::{ComponentCommand, IncidentCommand},
    error::{ApiError, ErrorCode},
    event::Event,
    protocol::{self, Incidents, SignIn, Snapshot, Thread, You},
    report::{Draft, Receipt},
};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::error::{PROBLEM_JSON, TYPE_PREFIX};

/// The document, for people to read too.
#[must_use]
pub fn text() -> String {
    // Serialising a value of plain maps can't fail.
    serde_json::to_string_pretty(&document()).unwrap_or_default()
}

/// The JSON Schemas of every wire type, by name.
#[must_use]
pub fn schemas() -> Value {
    let mut types = Types::new("/$defs");
    types.add_all();
    Value::Object(types.definitions())
}

/// Who may ask.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Anybody,
    SignedIn,
    /// The operation itself signs in.
    Invited,
}

struct Operation {
    method: &'static str,
    path: String,
    id: &'static str,
    summary: &'static str,
    who: Who,
    parameters: Vec<Value>,
    /// The body's schema; whoever sends one also meets the problems of bodies.
    body: Option<Value>,
    /// Status, what it means, media type and schema.
    answer: (u16, &'static str, Option<(&'static str, Value)>),
    /// Codes beyond those that every operation of its kind can give.
    codes: Vec<ErrorCode>,
}

const JSON: &str = "application/json";

fn document() -> Value {
    let mut types = Types::new("/components/schemas");
    types.add_all();
    let mut paths = Map::new();
    for operation in operations(&mut types) {
        let entry = paths.entry(operation.path.clone()).or_insert_with(|| json!({}));
        if let Some(entry) = entry.as_object_mut() {
            entry.insert(operation.method.to_owned(), operation.render());
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Callpoint",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Incidents between a vendor and its customers, to the end.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": types.definitions(),
            "securitySchemes": {
                "customer": {
                    "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "Signed by the vendor's own backend: `sub`, `name`, `account: {id, name}`, \
                        `aud: \"callpoint\"`, `iat`, `exp` (at most 24 hours after `iat`).",
                },
                "staff": { "type": "apiKey", "in": "cookie", "name": "callpoint_session" },
            },
        },
    })
}

struct Types {
    generator: SchemaGenerator,
}

impl Types {
    fn new(path: &str) -> Self {
        let mut settings = SchemaSettings::draft2020_12();
        settings.definitions_path = path.to_owned().into();
        Self { generator: settings.into_generator() }
    }

    fn of<T: JsonSchema>(&mut self) -> Value {
        self.generator.subschema_for::<T>().to_value()
    }

    /// Every type by name. A problem's `type` is written where it leaves, so the core's type does not have it.
    fn definitions(&mut self) -> Map<String, Value> {
        let mut types = self.generator.take_definitions(true);
        let problem = types.get_mut("ApiError").and_then(|problem| problem.get_mut("properties"));
        if let Some(properties) = problem.and_then(Value::as_object_mut) {
            let description = format!("`{TYPE_PREFIX}` and the code.");
            properties
                .insert("type".to_owned(), json!({ "type": "string", "format": "uri", "description": description }));
        }
        types
    }

    fn add_all(&mut self) {
        self.of::<Draft>();
        self.of::<Receipt>();
        self.of::<IncidentCommand>();
        self.of::<ComponentCommand>();
        self.of::<Snapshot>();
        self.of::<Thread>();
        self.of::<Incidents>();
        self.of::<Event>();
        self.of::<SignIn>();
        self.of::<You>();
        self.of::<ApiError>();
    }
}

fn operations(types: &mut Types) -> Vec<Operation> {
    let key = json!({
        "name": protocol::IDEMPOTENCY_KEY, "in": "header", "required": true,
        "description": "A UUID that the client made for this write. The same key gives the same answer for 30 days.",
        "schema": { "type": "string", "format": "uuid" },
    });
    let id = |kind: &str| json!({ "name": "id", "in": "path", "required": true, "schema": kind_schema(kind) });
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
            ..write(
                protocol::REPORTS,
                "declare",
                "Declare a report; it opens an incident whose id is the key.",
                types.of::<Draft>(),
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
            parameters: vec![key, id("component")],
            ..write(
                "/v1/components/{id}/commands",
                "commandComponent",
                "Ask something of a component. Staff only.",
                types.of::<ComponentCommand>(),
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
const CONFLICTS: [ErrorCode; 6] = [
    ErrorCode::AlreadyAcknowledged,
    ErrorCode::AlreadyProposed,
    ErrorCode::NothingProposed,
    ErrorCode::Closed,
    ErrorCode::NeedsConfirmation,
    ErrorCode::Sealed,
];

fn kind_schema(kind: &str) -> Value {
    match kind {
        "uuid" => json!({ "type": "string", "format": "uuid" }),
        _ => json!({ "type": "string", "minLength": 1, "maxLength": callpoint_core::id::NAME_ID_LIMIT }),
    }
}

impl Operation {
    fn render(&self) -> Value {
        let (status, meaning, content) = &self.answer;
        let mut answers = Map::new();
        let mut answer = json!({ "description": meaning });
        if let (Some((kind, schema)), Some(answer)) = (content, answer.as_object_mut()) {
            answer.insert("content".to_owned(), json!({ *kind: { "schema": schema } }));
        }
        answers.insert(status.to_string(), answer);
        for (status, codes) in self.problems() {
            let lines: Vec<String> =
                codes.iter().map(|code| format!("- `{}`: {}", code.as_str(), code.sentence())).collect();
            let schema = json!({ "$ref": "#/components/schemas/ApiError" });
            answers.insert(
                status.to_string(),
                json!({ "description": lines.join("\n"), "content": { PROBLEM_JSON: { "schema": schema } } }),
            );
        }
        let mut operation = json!({
            "operationId": self.id,
            "summary": self.summary,
            "parameters": self.parameters,
            "security": self.security(),
            "responses": answers,
        });
        if let (Some(body), Some(operation)) = (&self.body, operation.as_object_mut()) {
            operation
                .insert("requestBody".to_owned(), json!({ "required": true, "content": { JSON: { "schema": body } } }));
        }
        operation
    }

    fn security(&self) -> Value {
        match self.who {
            Who::Anybody => json!([{}, { "customer": [] }, { "staff": [] }]),
            Who::SignedIn => json!([{ "customer": [] }, { "staff": [] }]),
            Who::Invited => json!([]),
        }
    }

    /// Every problem that it can answer with, by status.
    fn problems(&self) -> Vec<(u16, Vec<ErrorCode>)> {
        use ErrorCode as Code;
        let mut codes = self.codes.clone();
        codes.extend([Code::Internal, Code::Unavailable]);
        if self.who != Who::Invited {
            codes.extend([Code::Unauthenticated, Code::TokenInvalid, Code::TokenExpired]);
        }
        if self.who == Who::SignedIn {
            codes.extend([Code::KeyMissing, Code::KeyReused]);
        }
        if self.body.is_some() {
            codes.extend([Code::Malformed, Code::TooLarge, Code::UnsupportedMedia, Code::Invalid]);
        }
        codes.sort_by_key(|code| code.status());
        codes.dedup();
        let mut by_status: Vec<(u16, Vec<ErrorCode>)> = Vec::new();
        for code in codes {
            match by_status.last_mut() {
                Some((status, same)) if *status == code.status() => same.push(code),
                _ => by_status.push((code.status(), vec![code])),
            }
        }
        by_status
    }
}
