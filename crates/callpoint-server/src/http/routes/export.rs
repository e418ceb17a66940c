//! A thread as a Markdown file: what its reader may see of it, and nothing else.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};
use callpoint_core::{
    markdown::{self, Block, Inline},
    model::{
        event::{Change, Event},
        incident::Incident,
    },
    rules::{
        notifications::{sentence, signature},
        words::own_text,
    },
    text::{self, fill, say},
    wire::protocol::Vendor,
};

use super::incidents::seen_thread;
use crate::{
    http::{AppState, Problem, auth::Caller, body::PathSegment},
    locale::{Locale, short_date_time},
};

/// `GET /v1/incidents/{id}/export.md`: the thread as the caller sees it, in the language that their browser asks for.
pub async fn export(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    path: PathSegment,
) -> Result<Response, Problem> {
    let to_staff = matches!(caller, Caller::Staff { .. });
    let (_, incident, entries) = seen_thread(&app, &caller.viewer(), path).await?;
    let file = Locale::accepted_by(&headers).speaking(|| written(&app.vendor, &incident, &entries, to_staff));
    let name: String = incident.reference.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let disposition = format!("attachment; filename=\"{name}.md\"");
    let kind = "text/markdown; charset=utf-8".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], file).into_response())
}

fn written(vendor: &Vendor, incident: &Incident, entries: &[Event], to_staff: bool) -> String {
    let head = format!("{} · {}", incident.full_reference(), say(incident.standing().label()));
    let mut file = format!("# {}\n\n{}\n", plain(&incident.title), plain(&head));
    for event in entries {
        let text = own_text(&event.change);
        let did = match &event.change {
            Change::Moved { status } => Some(fill(text::STATUS_IS, &[("status", say(status.label()))])),
            _ => sentence(event, incident, false, &vendor.name, &vendor.scheme, to_staff),
        };
        let Some(said) = did.or_else(|| text.map(|_| signature(&event.by, &vendor.name).to_owned())) else { continue };
        file.push_str(&format!("\n---\n\n{}\n", plain(&format!("{said} · {}", short_date_time(event.at)))));
        let details = match &event.change {
            Change::Declared { report, .. } => Some(report.details.as_str()),
            _ => None,
        };
        for words in text.into_iter().chain(details).filter(|words| !words.is_empty()) {
            file.push_str(&format!("\n{}\n", markdown::write(&markdown::parse(words))));
        }
    }
    file
}

/// Words that are no Markdown.
fn plain(words: &str) -> String {
    markdown::write(&[Block::Paragraph(vec![Inline::Text(words.to_owned())])])
}
