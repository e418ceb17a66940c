//! What people in the tests say, in few words.

use callpoint_core::model::{
    command::{IncidentCommand, Publish, Update, Visibility},
    id::ComponentId,
    incident::Impact,
};

/// The text as its own.
pub fn text(text: &str) -> String {
    text.to_owned()
}

/// The id of a component, account or person.
pub fn id<T>(parse: impl Fn(&str) -> Option<T>, text: &str) -> T {
    parse(text).unwrap()
}

/// Words in a thread.
pub fn say(words: &str, to: Option<Visibility>) -> IncidentCommand {
    IncidentCommand::Message { text: text(words), to, attachments: Vec::new() }
}

/// The update that makes an incident public under a title, with the component Actions.
pub fn publish(title: &str, words: &str) -> Update {
    Update {
        text: text(words),
        to: Visibility::Public,
        status: None,
        next_update: None,
        eta: None,
        workaround: None,
        publish: Some(Publish {
            title: text(title),
            impact: Impact::Major,
            components: vec![id(ComponentId::parse, "actions")],
        }),
    }
}
