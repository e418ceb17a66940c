//! What crosses the border: the details of events, and why a report was refused.

use callpoint_core::{
    client::Notice,
    model::{
        id::{CommandId, IncidentId, Seq},
        report::Receipt,
    },
    rules::headline::Headline,
    wire::error::{ApiError, ErrorCode, Invalid},
};
use js_sys::{Array, Object, Reflect};
use serde::{Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};

/// A value as a plain object.
pub fn to_js<T: Serialize>(value: &T) -> JsValue {
    value.serialize(&Serializer::json_compatible()).unwrap_or_default()
}

/// A value from a plain object; what is `undefined` in it counts as not there, as it does in JSON.
///
/// # Errors
/// Where it is not one of that type.
pub fn from_js<T: DeserializeOwned>(value: &JsValue) -> Result<T, RefusedReport> {
    serde_wasm_bindgen::from_value(defined(value, NESTING)).map_err(|error| RefusedReport {
        code: ErrorCode::Malformed,
        message: error.to_string(),
        field: None,
    })
}

/// How deep the objects of a report lie, and those of a field: its own, and those of its answers, context or words.
const NESTING: u8 = 2;

/// A copy without the properties that are `undefined`.
fn defined(value: &JsValue, depth: u8) -> JsValue {
    let plain = value.dyn_ref::<Object>().filter(|_| depth > 0 && !Array::is_array(value));
    let Some(object) = plain else { return value.clone() };
    let copy = Object::new();
    for name in Object::keys(object) {
        let value = Reflect::get(object, &name).unwrap_or_default();
        if !value.is_undefined() {
            // A new object takes any property.
            let _ = Reflect::set(&copy, &name, &defined(&value, depth - 1));
        }
    }
    copy.into()
}

/// Why a report was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedReport {
    /// The stable code, as on the wire.
    code: ErrorCode,
    /// What happened, and what to do.
    message: String,
    /// The field at fault, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl From<ApiError> for RefusedReport {
    fn from(problem: ApiError) -> Self {
        Self { code: problem.code, message: problem.detail, field: problem.field }
    }
}

impl From<Invalid> for RefusedReport {
    fn from(invalid: Invalid) -> Self {
        ApiError::from(invalid).into()
    }
}

/// The detail of one of the page's events.
#[derive(Serialize)]
#[serde(untagged)]
pub enum EventDetail<'a> {
    Nothing {},
    Receipt(&'a Receipt),
    Refused { command: CommandId, code: ErrorCode, message: &'a str, field: Option<&'a str> },
    Headline(&'a Headline),
    Entry { incident: IncidentId, seq: Seq },
    Unread { count: u32 },
    Incident { incident: IncidentId },
}

impl<'a> EventDetail<'a> {
    /// A notice as the page hears of it: the event's name and its detail.
    pub fn of(notice: &'a Notice) -> (&'static str, Self) {
        match notice {
            Notice::Ready => ("ready", Self::Nothing {}),
            Notice::Report(receipt) => ("report", Self::Receipt(receipt)),
            Notice::Refused(command, problem) => {
                let (message, field) = (&*problem.detail, problem.field.as_deref());
                ("error", Self::Refused { command: *command, code: problem.code, message, field })
            }
            Notice::Status(headline) => ("status", Self::Headline(headline)),
            Notice::Entry(incident, event) => ("entry", Self::Entry { incident: *incident, seq: event.seq }),
            Notice::Unread(count) => ("unread", Self::Unread { count: *count }),
            Notice::Severity(incident) => ("severity", Self::Incident { incident: *incident }),
            Notice::Resolution(incident) => ("resolution", Self::Incident { incident: *incident }),
            Notice::Settled(incident) => ("settled", Self::Incident { incident: *incident }),
        }
    }
}

#[cfg(test)]
mod tests {
    use callpoint_core::model::{
        event::{Audience, Change, Event},
        person::Author,
        time::Time,
    };
    use serde_json::json;

    use super::*;

    fn event(notice: &Notice) -> serde_json::Value {
        let (name, detail) = EventDetail::of(notice);
        json!([name, serde_json::to_value(detail).unwrap()])
    }

    #[test]
    fn events_have_the_names_and_details_that_pages_rely_on() {
        let text = "0190a8c0-0000-7000-8000-000000000001";
        let (incident, command) = (IncidentId::parse(text).unwrap(), CommandId::parse(text).unwrap());
        let receipt = Receipt { incident, reference: "INC-7".to_owned(), seq: 7, answer_by: None, csm: None };
        assert_eq!(event(&Notice::Ready), json!(["ready", {}]));
        assert_eq!(
            event(&Notice::Report(receipt)),
            json!(["report", { "incident": text, "reference": "INC-7", "seq": 7 }])
        );
        let problem =
            ApiError { detail: "Say it.".to_owned(), field: Some("what".to_owned()), ..ErrorCode::Invalid.into() };
        assert_eq!(
            event(&Notice::Refused(command, problem.clone())),
            json!(["error", { "command": text, "code": "invalid", "message": "Say it.", "field": "what" }])
        );
        assert_eq!(
            serde_json::to_value(RefusedReport::from(problem)).unwrap(),
            json!({ "code": "invalid", "message": "Say it.", "field": "what" })
        );
        let entry = Event {
            seq: 9,
            command,
            at: Time(0),
            by: Author::System,
            incident: Some(incident),
            to: Audience::Public,
            seal: None,
            change: Change::OthersAffected {},
        };
        assert_eq!(event(&Notice::Entry(incident, entry.into())), json!(["entry", { "incident": text, "seq": 9 }]));
        assert_eq!(event(&Notice::Unread(2)), json!(["unread", { "count": 2 }]));
        assert_eq!(event(&Notice::Severity(incident)), json!(["severity", { "incident": text }]));
        assert_eq!(event(&Notice::Resolution(incident)), json!(["resolution", { "incident": text }]));
        assert_eq!(event(&Notice::Settled(incident)), json!(["settled", { "incident": text }]));
    }
}
