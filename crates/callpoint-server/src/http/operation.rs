//! One operation of the interface, and how it stands in the OpenAPI document.

use axum::http::Method;
use callpoint_core::wire::{error::ErrorCode, protocol::IDEMPOTENCY_KEY};
use serde_json::{Map, Value, json};

use super::{error::PROBLEM_JSON, openapi::JSON};

/// Who may ask.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Anybody,
    SignedIn,
    /// Whoever is signed in, and guests where they may.
    Guests,
    Staff,
    /// The operation itself signs in.
    Invited,
    /// Anybody, and nobody is asked who they are.
    Machines,
}

/// One operation.
pub(super) struct Operation {
    pub method: Method,
    pub path: String,
    pub id: &'static str,
    pub summary: &'static str,
    pub access: Access,
    pub parameters: Vec<Value>,
    /// The body's schema; whoever sends one also meets the problems of bodies.
    pub body: Option<Value>,
    /// The media type and schema of a body that is no JSON.
    pub part: Option<(&'static str, Value)>,
    /// Status, what it means, media type and schema.
    pub answer: (u16, &'static str, Option<(&'static str, Value)>),
    /// Codes beyond those that every operation of its kind can give.
    pub codes: Vec<ErrorCode>,
}

impl Operation {
    /// As it stands in the document.
    pub fn render(&self) -> Value {
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
        let body = self.body.as_ref().map(|schema| (JSON, schema));
        let body = body.or(self.part.as_ref().map(|(kind, schema)| (*kind, schema)));
        if let (Some((kind, schema)), Some(operation)) = (body, operation.as_object_mut()) {
            let body = json!({ "required": true, "content": { kind: { "schema": schema } } });
            operation.insert("requestBody".to_owned(), body);
        }
        operation
    }

    fn security(&self) -> Value {
        match self.access {
            Access::Anybody | Access::Guests => json!([{}, { "customer": [] }, { "staff": [] }]),
            Access::SignedIn => json!([{ "customer": [] }, { "staff": [] }]),
            Access::Staff => json!([{ "staff": [] }]),
            Access::Invited | Access::Machines => json!([]),
        }
    }

    /// Every problem that it can answer with, by status.
    fn problems(&self) -> Vec<(u16, Vec<ErrorCode>)> {
        use ErrorCode as Code;
        let mut codes = self.codes.clone();
        codes.extend([Code::Internal, Code::Unavailable]);
        if !matches!(self.access, Access::Invited | Access::Machines) {
            codes.extend([Code::Unauthenticated, Code::TokenInvalid, Code::TokenExpired]);
        }
        if self.parameters.iter().any(|parameter| parameter.get("name").is_some_and(|name| name == IDEMPOTENCY_KEY)) {
            codes.extend([Code::KeyMissing, Code::KeyReused]);
        }
        if self.method != Method::GET {
            codes.push(Code::RateLimited);
        }
        if self.body.is_some() || self.part.is_some() {
            codes.extend([Code::Malformed, Code::TooSlow, Code::TooLarge, Code::UnsupportedMedia, Code::Invalid]);
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

/// What an incident's state can have against a command.
pub(super) const CONFLICTS: [ErrorCode; 20] = [
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
    ErrorCode::NotCleared,
    ErrorCode::UnknownColleague,
    ErrorCode::NothingNew,
    ErrorCode::Closed,
    ErrorCode::NeedsConfirmation,
    ErrorCode::Sealed,
];
