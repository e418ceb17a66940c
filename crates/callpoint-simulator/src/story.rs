//! Words for what happens, in plain English.

use std::fmt::Debug;

use callpoint_core::model::{
    command::{IncidentCommand as Ask, Visibility},
    event::{Change, Event},
};

/// What somebody asks of an incident.
pub(crate) fn command(command: &Ask) -> String {
    match command {
        Ask::Message { to: None, .. } => "a message".to_owned(),
        Ask::Message { to: Some(to), .. } => format!("a message to {}", readers(to)),
        Ask::Update(update) => format!("an update to {}", readers(&update.to)),
        Ask::Acknowledge {} => "to acknowledge".to_owned(),
        Ask::Confirm {} => "that it is over".to_owned(),
        Ask::Dispute { .. } => "that it is not over".to_owned(),
        Ask::Reopen { .. } => "to open it again".to_owned(),
        Ask::Join { .. } => "to join".to_owned(),
        Ask::ProposeResolution { .. } => "whether it is over".to_owned(),
        Ask::Seal { .. } => "to seal it".to_owned(),
        Ask::Unseal { .. } => "to unseal it".to_owned(),
        Ask::Merge { .. } => "to merge it into another".to_owned(),
        Ask::Read { .. } => "that it is read".to_owned(),
        other => {
            let debug = format!("{other:?}");
            format!("to {}", words(debug.split([' ', '{', '(']).next().unwrap_or_default()))
        }
    }
}

fn readers(to: &Visibility) -> &str {
    match to {
        Visibility::Internal => "staff",
        Visibility::Account(account) => account.as_str(),
        Visibility::Affected => "all who are affected",
        Visibility::Public => "everybody",
    }
}

/// Where one thing, spelled out, differs from another first.
pub(crate) fn difference(shown: &impl Debug, so: &impl Debug) -> String {
    let (shown, so) = (format!("{shown:#?}"), format!("{so:#?}"));
    let differs = shown.lines().zip(so.lines()).find(|(shown, so)| shown != so);
    let (shown, so) = differs.unwrap_or(("less or more", "the rest"));
    format!("it shows `{}` where `{}` is so", shown.trim(), so.trim())
}

/// What an event says.
pub(crate) fn change(event: &Event) -> String {
    match &event.change {
        Change::Said { text, .. } | Change::Updated { text, .. } => format!("somebody says “{text}”"),
        Change::Declared { reference, title, .. } => format!("{reference} is opened by “{title}”"),
        Change::Moved { status } => format!("its status is {status:?}").to_lowercase(),
        Change::Overdue { duty } => format!("{duty:?} is overdue").to_lowercase(),
        other => {
            let debug = format!("{other:?}");
            words(debug.split([' ', '{', '(']).next().unwrap_or_default())
        }
    }
}

/// `ThisName` as "this name".
fn words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
