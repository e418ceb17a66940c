//! A thread as a Markdown file, or as a page to print: what its reader may see of it, and nothing else.

use std::borrow::Cow;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use callpoint_core::{
    markdown::{self, Block, Inline},
    model::{
        event::{Audience, Change, Event},
        id::PersonId,
        incident::Incident,
    },
    rules::{
        notifications::{sentence, signature},
        words::own_text,
    },
    text::{self, fill, say},
    wire::protocol::Vendor,
};

use maud::{Markup, html};

use super::incidents::seen_thread;
use crate::{
    http::{
        AppState, Problem,
        auth::Caller,
        body::PathSegment,
        page::{self, Framing, TrustedTypes},
    },
    locale::{Locale, short_date_time},
    pages::{self, SiteContext},
    public::rendered,
};

/// `GET /v1/incidents/{id}/export.md`: the thread as the caller sees it, in the language that their browser asks for.
pub async fn export(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    path: PathSegment,
) -> Result<Response, Problem> {
    let thread = ExportedThread::read(&app, &caller, path).await?;
    let file = Locale::accepted_by(&headers).speaking(|| thread.file());
    let reference = &thread.incident.reference;
    let name: String = reference.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let disposition = format!("attachment; filename=\"{name}.md\"");
    let kind = "text/markdown; charset=utf-8".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], file).into_response())
}

/// `GET /v1/incidents/{id}/export.html`: the same as a page to print.
pub async fn print(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    path: PathSegment,
) -> Result<Response, Problem> {
    let thread = ExportedThread::read(&app, &caller, path).await?;
    let site = super::hosted::layout(&app, &headers);
    let page = site.locale.speaking(|| thread.page(&site)).into_string().into_bytes();
    let mut answer = page::html(page, &page::nonce()?, Framing::Nobody, TrustedTypes::Enforced);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// A thread with what its reader may see of it.
struct ExportedThread {
    vendor: Vendor,
    incident: Incident,
    entries: Vec<Event>,
    to_staff: bool,
    reader: Option<PersonId>,
}

/// What was said or done at one time, and in whose words.
struct ExportedEntry<'a> {
    said: String,
    words: Vec<Cow<'a, str>>,
}

impl ExportedThread {
    async fn read(app: &AppState, caller: &Caller, path: PathSegment) -> Result<Self, Problem> {
        let (_, incident, entries) = seen_thread(app, &caller.viewer(), path).await?;
        let to_staff = matches!(caller, Caller::Staff { .. });
        Ok(Self { vendor: app.vendor.clone(), incident, entries, to_staff, reader: caller.you().person })
    }

    fn standing(&self) -> String {
        format!("{} · {}", self.incident.full_reference(), say(self.incident.standing().label()))
    }

    fn entries(&self) -> impl Iterator<Item = ExportedEntry<'_>> {
        let Self { vendor, incident, entries, to_staff, reader } = self;
        entries.iter().filter_map(move |event| {
            let text = own_text(&event.change);
            let did = match &event.change {
                Change::Moved { status } => Some(fill(text::STATUS_IS, &[("status", say(status.label()))])),
                _ => sentence(event, incident, false, &vendor.name, &vendor.scheme, *to_staff),
            };
            let said = did.or_else(|| text.map(|_| signature(&event.by, &vendor.name).to_owned()))?;
            // Who was given access reads what was reported there.
            let report = match &event.change {
                Change::Declared { report, .. } => Some((None, report)),
                Change::Invited { who, report: Some(report) } if reader.as_ref() == Some(&who.person) => {
                    Some((Some(&*report.what), report))
                }
                _ => None,
            };
            let told = report.map(|(_, report)| Cow::Owned(report.told("\n\n")));
            let report = report.into_iter().flat_map(|(what, report)| what.into_iter().chain([&*report.details]));
            let words = text.into_iter().chain(report).map(Cow::Borrowed).chain(told);
            let words = words.filter(|words| !words.is_empty()).collect();
            // What is a sentence in a mail is the head of an entry here.
            let mut said = format!("{} · {}", said.trim_end_matches(['.', '。']), short_date_time(event.at));
            // What must not be passed on says so where it stands.
            if event.to == Audience::Internal {
                said = format!("{said} · {}", say(text::AUDIENCE_INTERNAL));
            }
            Some(ExportedEntry { said, words })
        })
    }

    fn file(&self) -> String {
        let mut file = format!("# {}\n\n{}\n", plain(&self.incident.title), plain(&self.standing()));
        for ExportedEntry { said, words } in self.entries() {
            file.push_str(&format!("\n---\n\n{}\n", plain(&said)));
            for words in words {
                file.push_str(&format!("\n{}\n", markdown::write(&markdown::parse(&words))));
            }
        }
        file
    }

    fn page(&self, site: &SiteContext<'_>) -> Markup {
        pages::printed(
            site,
            &self.incident.title,
            &html! {
                h1 dir="auto" { (self.incident.title) }
                p { (self.standing()) }
                @for ExportedEntry { said, words } in self.entries() {
                    article.printed { p.meta { (said) } @for words in words { (rendered(&words)) } }
                }
            },
        )
    }
}

/// Words that are no Markdown.
fn plain(words: &str) -> String {
    markdown::write(&[Block::Paragraph(vec![Inline::Text(words.to_owned())])])
}
