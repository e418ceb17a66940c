//! The part of the table that is about connectors. All of it is for staff.

use axum::http::Method;
use callpoint_core::wire::{
    connectors::{CONNECTORS, Connector, Connectors, Deliveries, ReplayRequest},
    error::ErrorCode,
};
use serde_json::{Value, json};

use super::{Access, Endpoint, JSON, Schemas, read};
use crate::http::routes::connectors;

/// Every endpoint of connectors.
pub(super) fn endpoints(schemas: &mut Schemas) -> Vec<Endpoint> {
    let connector = schemas.of::<Connector>();
    let below = |what: &str| format!("{CONNECTORS}/{{name}}/{what}");
    let ask = |endpoint: Endpoint, meaning, answer: Value| {
        endpoint.with(|operation| operation.answer = (200, meaning, Some((JSON, answer))))
    };
    let named = |endpoint: Endpoint| {
        endpoint.with(|operation| {
            operation.parameters = vec![json!({
                "name": "name", "in": "path", "required": true, "schema": { "type": "string" },
                "description": "Its name.",
            })];
            operation.codes = vec![ErrorCode::Forbidden, ErrorCode::NotFound];
        })
    };
    let list = read(
        CONNECTORS,
        connectors::list,
        "connectors",
        "How the connectors are that take events out. Staff only.",
        schemas.of::<Connectors>(),
    );
    let deliveries = read(
        &below("deliveries"),
        connectors::deliveries,
        "deliveries",
        "What became of a connector's messages. Staff only.",
        schemas.of::<Deliveries>(),
    );
    let replay = Endpoint::new(
        Method::POST,
        &below("replay"),
        connectors::replay,
        "replay",
        "Send a message again, or all that are parked. Staff only.",
    )
    .with(|operation| operation.body = Some(schemas.of::<ReplayRequest>()));
    let resume = Endpoint::new(
        Method::POST,
        &below("resume"),
        connectors::resume,
        "resume",
        "Try at once what waits for a parked connector. Staff only.",
    );
    let rows = [
        list.with(|operation| operation.codes = vec![ErrorCode::Forbidden]),
        named(deliveries),
        ask(named(replay), "It is queued.", connector.clone()),
        ask(named(resume), "It goes on.", connector),
    ];
    rows.map(|row| row.with(|operation| operation.access = Access::Staff)).into()
}
