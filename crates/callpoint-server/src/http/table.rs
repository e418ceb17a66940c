//! The one table of the interface: every address with its handler, what it takes, gives and can refuse. Both the router
//! and the OpenAPI document are made from it, so that neither can have what the other lacks.

mod connectors;
mod files;
mod search;

use axum::{
    handler::Handler,
    http::Method,
    routing::{MethodFilter, MethodRouter, on},
};
use callpoint_core::{
    model::{
        command::{AccountCommand, ComponentCommand, IncidentCommand},
        opening::Opening,
        report::{Receipt, ReportDraft},
    },
    wire::{
        error::ErrorCode,
        protocol::{self, Incidents, Preferences, PreferencesRequest, SignInRequest, Snapshot, Thread, You},
    },
};
use serde_json::{Value, json};

use super::{
    AppState,
    openapi::{JSON, Schemas},
    operation::{Access, CONFLICTS, Operation},
    routes::{accounts, components, export, health, incidents, locales, preferences, reports, staff, status, stream},
};

/// One row of the table.
pub(super) struct Endpoint {
    pub operation: Operation,
    pub handler: MethodRouter<AppState>,
}

impl Endpoint {
    fn new<H: Handler<T, AppState>, T: 'static>(
        method: Method,
        path: &str,
        handler: H,
        id: &'static str,
        summary: &'static str,
    ) -> Self {
        let operation = Operation {
            path: path.to_owned(),
            id,
            summary,
            access: Access::Anybody,
            parameters: Vec::new(),
            body: None,
            part: None,
            answer: (200, "As of now.", None),
            codes: Vec::new(),
            method: method.clone(),
        };
        // Every method that stands in this file has a filter.
        let filter = MethodFilter::try_from(method).unwrap_or(MethodFilter::TRACE);
        Self { operation, handler: on(filter, handler) }
    }

    fn with(mut self, change: impl FnOnce(&mut Operation)) -> Self {
        change(&mut self.operation);
        self
    }
}

/// A read by anybody that answers with this body.
fn read<H: Handler<T, AppState>, T: 'static>(
    path: &str,
    handler: H,
    id: &'static str,
    summary: &'static str,
    answer: Value,
) -> Endpoint {
    Endpoint::new(Method::GET, path, handler, id, summary)
        .with(|operation| operation.answer = (200, "As of now.", Some((JSON, answer))))
}

/// A thread in another form, of this type.
fn export<H: Handler<T, AppState>, T: 'static>(
    path: &str,
    handler: H,
    id: &'static str,
    summary: &'static str,
    kind: &'static str,
) -> Endpoint {
    Endpoint::new(Method::GET, path, handler, id, summary).with(|operation| {
        (operation.parameters, operation.codes) = (vec![self::id("uuid")], vec![ErrorCode::NotFound]);
        operation.answer = (200, "As of now.", Some((kind, json!({ "type": "string" }))));
    })
}

/// A write by whoever is signed in, with its body and its answer.
fn write<H: Handler<T, AppState>, T: 'static>(
    path: &str,
    handler: H,
    id: &'static str,
    summary: &'static str,
    body: Value,
    answer: (u16, &'static str, Value),
) -> Endpoint {
    let (status, meaning, schema) = answer;
    Endpoint::new(Method::POST, path, handler, id, summary).with(|operation| {
        operation.access = Access::SignedIn;
        operation.body = Some(body);
        operation.answer = (status, meaning, Some((JSON, schema)));
        operation.codes = vec![ErrorCode::Forbidden, ErrorCode::NotFound];
    })
}

/// Every endpoint of the interface.
pub(super) fn endpoints(schemas: &mut Schemas) -> Vec<Endpoint> {
    let mut endpoints = writes(schemas);
    endpoints.extend(reads(schemas));
    endpoints.extend(search::endpoints(schemas));
    endpoints.extend(files::endpoints(schemas));
    endpoints.extend(connectors::endpoints(schemas));
    endpoints.extend(sessions(schemas));
    endpoints.extend(choices(schemas));
    endpoints.extend(machines());
    endpoints
}

fn writes(schemas: &mut Schemas) -> Vec<Endpoint> {
    let key = key();
    let seq = json!({
        "type": "object", "required": ["seq"],
        "properties": { "seq": { "type": "integer", "minimum": 0, "description": "The last event that this caused." } },
    });
    let receipt = schemas.of::<Receipt>();
    let durable = |status, schema: &Value| (status, "It is durable.", schema.clone());
    vec![
        write(
            protocol::REPORTS,
            reports::declare,
            "declare",
            "Declare a report; it opens an incident whose id is the key.",
            schemas.of::<ReportDraft>(),
            durable(201, &receipt),
        )
        .with(|operation| {
            operation.access = Access::Guests;
            operation.parameters = vec![key.clone()];
            operation.codes.push(ErrorCode::FileMissing);
        }),
        write(
            protocol::INCIDENTS,
            incidents::open,
            "openIncident",
            "Open an incident, a maintenance or a drill; its id is the key. Staff only.",
            schemas.of::<Opening>(),
            durable(201, &receipt),
        )
        .with(|operation| operation.parameters = vec![key.clone()]),
        write(
            &commands(protocol::INCIDENTS),
            incidents::command,
            "commandIncident",
            "Ask something of an incident.",
            schemas.of::<IncidentCommand>(),
            durable(200, &receipt),
        )
        .with(|operation| {
            operation.parameters = vec![key.clone(), id("uuid")];
            operation.codes.extend(CONFLICTS);
            operation.codes.push(ErrorCode::FileMissing);
        }),
        write(
            &commands(protocol::COMPONENTS),
            components::command,
            "commandComponent",
            "Ask something of a component. Staff only.",
            schemas.of::<ComponentCommand>(),
            durable(200, &seq),
        )
        .with(|operation| operation.parameters = vec![key.clone(), id("component")]),
        write(
            &commands(protocol::ACCOUNTS),
            accounts::command,
            "commandAccount",
            "Ask something of an account. Staff only.",
            schemas.of::<AccountCommand>(),
            durable(200, &seq),
        )
        .with(|operation| operation.parameters = vec![key.clone(), id("account")]),
    ]
}

fn reads(schemas: &mut Schemas) -> Vec<Endpoint> {
    let words = json!({
        "type": "object", "required": ["lang", "dir", "words"],
        "properties": {
            "lang": { "type": "string", "description": "The language, which may be another region's." },
            "dir": { "type": "string", "enum": ["ltr", "rtl"] },
            "words": { "type": "object", "additionalProperties": { "type": "string" } },
        },
    });
    let sse = json!({ "type": "string", "description": "Frames: `event: reset` with a Snapshot, or an Event." });
    vec![
        read(
            protocol::STATUS,
            status::status,
            "status",
            "Everything the caller may know now.",
            schemas.of::<Snapshot>(),
        ),
        read(
            protocol::INCIDENTS,
            incidents::list,
            "incidents",
            "A customer's own incidents; all for staff, the public ones for anybody else. The latest first.",
            schemas.of::<Incidents>(),
        )
        .with(|operation| {
            operation.parameters = vec![json!({
                "name": "before", "in": "query", "schema": { "type": "string" },
                "description": "`next` of the page before.",
            })];
            operation.codes = vec![ErrorCode::Invalid];
        }),
        read(
            protocol::STAFF,
            staff::list,
            "staff",
            "Whom a role can be handed to. Staff only.",
            schemas.of::<protocol::StaffDirectory>(),
        )
        .with(|operation| {
            operation.access = Access::Staff;
            operation.codes = vec![ErrorCode::Forbidden];
        }),
        read(
            &format!("{}/{{id}}", protocol::INCIDENTS),
            incidents::thread,
            "thread",
            "One incident and its timeline.",
            schemas.of::<Thread>(),
        )
        .with(|operation| {
            operation.parameters = vec![id("uuid")];
            operation.codes = vec![ErrorCode::NotFound];
        }),
        export(
            &protocol::export_path("{id}"),
            export::export,
            "export",
            "One incident and its timeline as a Markdown file: what was said and done, as the caller sees it.",
            "text/markdown",
        ),
        export(&protocol::print_path("{id}"), export::print, "print", "The same as a page to print.", "text/html"),
        read(
            &protocol::colleagues_path("{id}"),
            incidents::colleagues,
            "colleagues",
            "Whom a sealed incident could be opened to: people of the caller's own account. Customers only.",
            schemas.of::<protocol::Colleagues>(),
        )
        .with(|operation| {
            operation.access = Access::SignedIn;
            operation.parameters = vec![id("uuid")];
            operation.codes = vec![ErrorCode::Forbidden, ErrorCode::NotFound, ErrorCode::NotSealed];
        }),
        read(
            &format!("{}/{{lang}}", protocol::LOCALES),
            locales::words,
            "locale",
            "The words of a language by the English; none where it is English, or there is no such language.",
            words,
        )
        .with(|operation| {
            operation.parameters = vec![json!({
                "name": "lang", "in": "path", "required": true, "schema": { "type": "string" },
                "description": "A tag of BCP 47: `de`, `pt-BR`, `zh-CN`.",
            })];
        }),
        Endpoint::new(
            Method::GET,
            protocol::EVENTS,
            stream::stream,
            "events",
            "What the caller may see, as it happens.",
        )
        .with(|operation| {
            operation.parameters = vec![json!({
                "name": "Last-Event-ID", "in": "header", "schema": { "type": "integer", "minimum": 0 },
                "description": "The id of the last frame. Without it, or when it is too old, the stream starts anew.",
            })];
            operation.answer = (200, "The stream.", Some(("text/event-stream", sse)));
            operation.codes = vec![ErrorCode::RateLimited];
        }),
    ]
}

fn sessions(schemas: &mut Schemas) -> Vec<Endpoint> {
    vec![
        write(
            protocol::STAFF_SESSION,
            staff::sign_in,
            "signIn",
            "Exchange a one-time link's token for a session cookie.",
            schemas.of::<SignInRequest>(),
            (200, "Signed in.", schemas.of::<You>()),
        )
        .with(|operation| {
            operation.access = Access::Invited;
            operation.codes = vec![ErrorCode::Unauthenticated, ErrorCode::Forbidden];
        }),
        Endpoint::new(Method::DELETE, protocol::STAFF_SESSION, staff::sign_out, "signOut", "End the session.").with(
            |operation| {
                operation.answer = (204, "Signed out.", None);
                operation.codes = vec![ErrorCode::Forbidden];
            },
        ),
    ]
}

/// What people choose for themselves.
fn choices(schemas: &mut Schemas) -> Vec<Endpoint> {
    let preferences = schemas.of::<Preferences>();
    let body = schemas.of::<PreferencesRequest>();
    vec![
        read(
            protocol::PREFERENCES,
            preferences::read,
            "preferences",
            "What the caller is told outside the page.",
            preferences.clone(),
        )
        .with(|operation| operation.access = Access::SignedIn),
        Endpoint::new(
            Method::PUT,
            protocol::PREFERENCES,
            preferences::write,
            "setPreferences",
            "Choose what one is told outside the page.",
        )
        .with(|operation| {
            operation.access = Access::SignedIn;
            operation.body = Some(body);
            operation.answer = (200, "As it is from here on.", Some((JSON, preferences)));
            operation.codes = vec![ErrorCode::Forbidden];
        }),
    ]
}

/// For programs that look after this one, or want to know the interface.
fn machines() -> Vec<Endpoint> {
    let object = json!({ "type": "object" });
    let rows = [
        read("/v1/openapi.json", health::openapi, "openapi", "This document.", object.clone()),
        read("/healthz", health::alive, "alive", "Whether the process answers.", object.clone()),
        read("/readyz", health::ready, "ready", "Whether the database answers too.", object),
    ];
    rows.map(|row| row.with(|operation| operation.access = Access::Machines)).into()
}

fn commands(resource: &str) -> String {
    format!("{resource}/{{id}}/commands")
}

/// The header of every write.
fn key() -> Value {
    json!({
        "name": protocol::IDEMPOTENCY_KEY, "in": "header", "required": true,
        "description": "A UUID that the client made for this write. The same key gives the same answer for 30 days.",
        "schema": { "type": "string", "format": "uuid" },
    })
}

fn id(kind: &str) -> Value {
    json!({ "name": "id", "in": "path", "required": true, "schema": kind_schema(kind) })
}

fn kind_schema(kind: &str) -> Value {
    match kind {
        "uuid" => json!({ "type": "string", "format": "uuid" }),
        _ => json!({ "type": "string", "minLength": 1, "maxLength": callpoint_core::model::limits::NAME_ID_LIMIT }),
    }
}
