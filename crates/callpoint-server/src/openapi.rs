//! The OpenAPI 3.1 document: the operations as one table, the bodies from the core's own types, the problems from the
//! core's own codes.

mod operation;
mod table;

use callpoint_core::{
    model::{
        command::{AccountCommand, ComponentCommand, IncidentCommand},
        event::Event,
        report::{Receipt, ReportDraft},
    },
    wire::{
        error::ApiError,
        protocol::{Incidents, SignIn, Snapshot, StaffDirectory, Suggestions, Thread, You},
    },
};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{connect::WebhookMessage, error::TYPE_PREFIX};

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

const JSON: &str = "application/json";

fn document() -> Value {
    let mut types = Types::new("/components/schemas");
    types.add_all();
    let mut paths = Map::new();
    for operation in table::operations(&mut types) {
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
        "webhooks": { "message": { "post": webhook(&mut types) } },
        "components": {
            "schemas": types.definitions(),
            "securitySchemes": {
                "customer": {
                    "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                    "description": "Signed by the vendor's own backend: `sub`, `name`, \
                        `account: {id, name, tier?}`, \
                        `aud: \"callpoint\"`, `iat`, `exp` (at most 24 hours after `iat`).",
                },
                "staff": { "type": "apiKey", "in": "cookie", "name": "callpoint_session" },
            },
        },
    })
}

/// What a connector posts, and what it takes for an answer.
fn webhook(types: &mut Types) -> Value {
    let header = |name: &str, description: &str| {
        json!({
            "name": name, "in": "header", "required": true, "description": description, "schema": { "type": "string" },
        })
    };
    json!({
        "operationId": "message",
        "summary": "What people must be called for, as it happens; signed as Standard Webhooks lays it down.",
        "parameters": [
            header("webhook-id", "The same for every try."),
            header("webhook-timestamp", "When it was sent, in seconds since 1970."),
            header("webhook-signature", "`v1,` and the Base64 of HMAC-SHA256 over `id.timestamp.body`."),
        ],
        "requestBody": { "required": true, "content": { JSON: { "schema": types.of::<WebhookMessage>() } } },
        "responses": {
            "2XX": { "description": "It was taken. Anything else but 410 is tried again." },
            "410": { "description": "Nothing more is wanted here." },
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
        self.of::<ReportDraft>();
        self.of::<Receipt>();
        self.of::<IncidentCommand>();
        self.of::<ComponentCommand>();
        self.of::<AccountCommand>();
        self.of::<Snapshot>();
        self.of::<Thread>();
        self.of::<Incidents>();
        self.of::<Suggestions>();
        self.of::<StaffDirectory>();
        self.of::<WebhookMessage>();
        self.of::<Event>();
        self.of::<SignIn>();
        self.of::<You>();
        self.of::<ApiError>();
    }
}
