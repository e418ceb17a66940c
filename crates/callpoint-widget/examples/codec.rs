//! Holds the browser's codec to the snapshots of the wire types that hold `serde_json` to them: every value must be
//! read the same by both, and written as it stands in the snapshot. Run in a JavaScript engine by `cargo xtask test`.

use callpoint_core::{
    client::{Codec as _, JsonCodec},
    model::{
        command::{AccountCommand, ComponentCommand, IncidentCommand},
        event::Event,
        report::{Receipt, Report, ReportDraft},
    },
    rules::headline::Headline,
    wire::{
        error::ApiError,
        protocol::{Incidents, SignInRequest, Snapshot, StaffDirectory, Submission, Suggestions, Thread, Vendor, You},
    },
};
use callpoint_widget::platform::codec::BrowserCodec;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;

const SNAPSHOTS: [(&str, &str); 4] = [
    ("answers", include_str!("../../callpoint-core/tests/snapshots/wire__answers.snap")),
    ("commands", include_str!("../../callpoint-core/tests/snapshots/wire__commands.snap")),
    ("events", include_str!("../../callpoint-core/tests/snapshots/wire__events.snap")),
    ("problems", include_str!("../../callpoint-core/tests/snapshots/wire__problems.snap")),
];

/// Every value that the browser's codec reads or writes differently, and every snapshot without values; `[]` is success.
#[wasm_bindgen]
#[must_use]
pub fn check() -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, file) in SNAPSHOTS {
        // Behind the header that the snapshot library writes.
        let values = file.splitn(3, "---").nth(2).and_then(|json| serde_json::from_str::<Vec<Value>>(json).ok());
        let values = values.unwrap_or_default();
        if values.is_empty() {
            wrong.push([name, ": no values"].concat());
        }
        for value in values {
            if !agree(&value) {
                wrong.push([name, ": ", &value.to_string()].concat());
            }
        }
    }
    wrong
}

/// Whether there is a wire type that holds this value, and both codecs agree about it.
fn agree(value: &Value) -> bool {
    let checks = [
        same::<Event>,
        same::<IncidentCommand>,
        same::<ComponentCommand>,
        same::<AccountCommand>,
        same::<Snapshot>,
        same::<Thread>,
        same::<Incidents>,
        same::<Suggestions>,
        same::<StaffDirectory>,
        same::<Submission>,
        same::<SignInRequest>,
        same::<Receipt>,
        same::<Report>,
        same::<ReportDraft>,
        same::<Headline>,
        same::<ApiError>,
        same::<Vec<ApiError>>,
        same::<Vendor>,
        same::<You>,
    ];
    let outcomes: Vec<Outcome> = checks.iter().map(|check| check(value)).collect();
    outcomes.contains(&Outcome::Same) && !outcomes.contains(&Outcome::Different)
}

#[derive(PartialEq)]
enum Outcome {
    Same,
    Different,
    /// It is not a value of this type.
    Other,
}

fn same<T: Serialize + DeserializeOwned + PartialEq>(value: &Value) -> Outcome {
    let json = value.to_string();
    // A value of this type is one that comes back whole. Of other values the two may think differently: serde_json reads
    // a struct from a list, serde-wasm-bindgen reads a list as an object without fields.
    let whole = |decoded: &T| serde_json::to_value(decoded).is_ok_and(|again| again == *value);
    let Some(native) = JsonCodec.decode::<T>(&json).filter(whole) else { return Outcome::Other };
    let again: Option<Value> = serde_json::from_str(&BrowserCodec.encode(&native)).ok();
    let agrees = BrowserCodec.decode::<T>(&json).as_ref() == Some(&native) && again.as_ref() == Some(value);
    if agrees { Outcome::Same } else { Outcome::Different }
}
