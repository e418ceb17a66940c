//! A thread as a Markdown file: what its reader sees of it, and nothing else.

use callpoint_core::{
    client::Client,
    markdown::{self, Block, Inline},
    model::{
        event::{Change, Event},
        id::IncidentId,
        incident::Incident,
    },
    text::say,
};

use super::entry::{action, author, own_text};
use crate::{context::ReaderContext, platform::page::download};

/// What an entry says that is not its author's own text.
type ActionWords = fn(&ReaderContext, &Incident, &Change) -> Option<String>;

/// Gives the reader the thread as a file, as far as it was loaded. `others` says what they read in other words than
/// everybody does.
pub fn export(client: &Client, id: IncidentId, others: ActionWords) {
    if let (Some(incident), Some(timeline), Some(reader)) =
        (client.cache.state.incidents.get(&id), client.cache.timeline(id), ReaderContext::of(client, None))
    {
        let file = exported(&reader, incident, timeline.entries.iter().map(|event| &**event), others);
        download(&[&incident.reference, ".md"].concat(), &file);
    }
}

pub(crate) fn exported<'a>(
    reader: &ReaderContext,
    incident: &Incident,
    entries: impl Iterator<Item = &'a Event>,
    others: ActionWords,
) -> String {
    let plain = |words: &str| markdown::write(&[Block::Paragraph(vec![Inline::Text(words.to_owned())])]);
    let head = [&incident.full_reference(), " · ", say(incident.standing().label())].concat();
    let mut file = ["# ", &plain(&incident.title), "\n\n", &plain(&head), "\n"].concat();
    for event in entries {
        let act = others(reader, incident, &event.change).or_else(|| action(reader, &event.change));
        let text = own_text(&event.change);
        if act.is_none() && text.is_none() {
            continue;
        }
        let (name, title) = author(reader, &event.by);
        let when = (reader.format_time)(event.at, true);
        let said = [Some(name), title, Some(when), act].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        file.push_str(&["\n---\n\n", &plain(&said), "\n"].concat());
        let details = match &event.change {
            Change::Declared { report, .. } => Some(report.details.as_str()),
            _ => None,
        };
        for words in text.into_iter().chain(details).filter(|words| !words.is_empty()) {
            file.push_str(&["\n", &markdown::write(&markdown::parse(words)), "\n"].concat());
        }
    }
    file
}
