//! The OpenAPI 3.1 document: the operations from the one table, the bodies from the core's own schemas, the problems from the
//! core's own codes.

pub mod reference;
pub mod typescript;

use callpoint_core::{
    model::{
        attachment::{NewAttachment, Upload},
        command::{AccountCommand, ComponentCommand, IncidentCommand},
        event::Event,
        report::{Receipt, ReportDraft},
    },
    wire::{
        connectors::{Connectors, Deliveries, ReplayRequest},
        error::ApiError,
        protocol::{
            Incidents, Preferences, PreferencesRequest, SignInRequest, Snapshot, StaffDirectory, Suggestions, Thread,
            You,
        },
    },
};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{
    error::TYPE_PREFIX,
    routes::documents,
    table::{self, Endpoint},
};
use crate::connect::WebhookMessage;

/// The document, for people to read too.
#[must_use]
pub fn text() -> String {
    // Serialising a value of plain maps can't fail.
    serde_json::to_string_pretty(&document()).unwrap_or_default()
}

/// The JSON Schemas of every wire type, by name.
#[must_use]
pub fn schemas() -> Value {
    let mut schemas = Schemas::new("/$defs");
    schemas.add_all();
    Value::Object(schemas.definitions())
}

pub(super) const JSON: &str = "application/json";

fn document() -> Value {
    let mut schemas = Schemas::new("/components/schemas");
    schemas.add_all();
    let mut paths = Map::new();
    let rows = table::endpoints(&mut schemas).into_iter().map(|Endpoint { operation, .. }| operation);
    for operation in rows.chain(documents::operations(&mut schemas)) {
        let entry = paths.entry(operation.path.clone()).or_insert_with(|| json!({}));
        if let Some(entry) = entry.as_object_mut() {
            entry.insert(operation.method.as_str().to_lowercase(), operation.render());
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
        "webhooks": { "message": { "post": webhook(&mut schemas) } },
        "components": {
            "schemas": schemas.definitions(),
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
fn webhook(schemas: &mut Schemas) -> Value {
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
        "requestBody": { "required": true, "content": { JSON: { "schema": schemas.of::<WebhookMessage>() } } },
        "responses": {
            "2XX": { "description": "It was taken." },
            "400": { "description": "It is parked, as for 413, 415 and 422. Anything else is tried again." },
            "410": { "description": "The address is gone; it is asked again after an hour." },
        },
    })
}

pub(super) struct Schemas {
    generator: SchemaGenerator,
}

impl Schemas {
    pub fn new(path: &str) -> Self {
        let mut settings = SchemaSettings::draft2020_12();
        settings.definitions_path = path.to_owned().into();
        Self { generator: settings.into_generator() }
    }

    pub fn of<T: JsonSchema>(&mut self) -> Value {
        self.generator.subschema_for::<T>().to_value()
    }

    /// Every type by name. A problem's `type` is written where it leaves, so the core's type does not have it.
    fn definitions(&mut self) -> Map<String, Value> {
        let mut schemas = self.generator.take_definitions(true);
        let problem = schemas.get_mut("ApiError").and_then(|problem| problem.get_mut("properties"));
        if let Some(properties) = problem.and_then(Value::as_object_mut) {
            let description = format!("`{TYPE_PREFIX}` and the code.");
            properties
                .insert("type".to_owned(), json!({ "type": "string", "format": "uri", "description": description }));
        }
        schemas
    }

    fn add_all(&mut self) {
        self.of::<ReportDraft>();
        self.of::<NewAttachment>();
        self.of::<Upload>();
        self.of::<Receipt>();
        self.of::<IncidentCommand>();
        self.of::<ComponentCommand>();
        self.of::<AccountCommand>();
        self.of::<Snapshot>();
        self.of::<Thread>();
        self.of::<Incidents>();
        self.of::<Suggestions>();
        self.of::<StaffDirectory>();
        self.of::<Connectors>();
        self.of::<Deliveries>();
        self.of::<ReplayRequest>();
        self.of::<WebhookMessage>();
        self.of::<Event>();
        self.of::<Preferences>();
        self.of::<PreferencesRequest>();
        self.of::<SignInRequest>();
        self.of::<You>();
        self.of::<ApiError>();
    }
}
