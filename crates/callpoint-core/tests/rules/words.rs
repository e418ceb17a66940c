//! Words that are planted in what people write, so that a test can follow how far each of them goes.

use callpoint_core::model::{command::Command, field::FieldAnswer, report::Report};
use serde::{Serialize, de::DeserializeOwned};

/// What a planted word begins with; no other text of a world does.
const PLANT: &str = "zq";

/// What was written, with a word of its own in each of its texts.
pub fn plant<T: Serialize + DeserializeOwned>(written: &T, step: usize) -> T {
    let mut json = serde_json::to_value(written).unwrap();
    let mut count = 0;
    each_text(&mut json, &mut |text| {
        // Texts of generated commands begin so; ids and choices don't.
        if text.starts_with('x') {
            count += 1;
            *text = format!("{PLANT}{step}n{count}q");
        }
    });
    serde_json::from_value(json).unwrap()
}

/// A report of this step's own words.
pub fn plant_report(report: Report, step: usize) -> Report {
    let field = FieldAnswer { id: "f".into(), label: "Field".into(), value: format!("{PLANT}{step}n3q") };
    let (what, details) = (format!("{PLANT}{step}n1q"), format!("{PLANT}{step}n2q"));
    Report { what, details, fields: vec![field], ..report }
}

pub fn planted(command: &Command) -> Vec<String> {
    let json = match command {
        Command::Declare(report) => serde_json::to_string(report),
        Command::Open(opening) => serde_json::to_string(opening),
        Command::Incident(command) => serde_json::to_string(command),
        Command::Component(..)
        | Command::Account(..)
        | Command::PageHandled { .. }
        | Command::ReminderDelivered { .. }
        | Command::TakeUpInvitation { .. }
        | Command::Due => return Vec::new(),
    };
    planted_in(&json.unwrap())
}

/// The planted words of a text.
pub fn planted_in(text: &str) -> Vec<String> {
    let word = |rest: &str| rest.split_once('q').map(|(word, _)| format!("{PLANT}{word}q"));
    text.split(PLANT).skip(1).filter_map(word).collect()
}

fn each_text(json: &mut serde_json::Value, see: &mut impl FnMut(&mut String)) {
    match json {
        serde_json::Value::String(text) => see(text),
        serde_json::Value::Array(parts) => parts.iter_mut().for_each(|part| each_text(part, see)),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(|part| each_text(part, see)),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}
