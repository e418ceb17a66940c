//! Search: at once among the incidents that are known here, and joined by what the server finds in all that this person
//! may see.

use std::{ops::Range, rc::Rc};

use callpoint_core::{
    client::{Body, Reply},
    model::{id::IncidentId, incident::Incident},
    rules::search::{Query, facts},
    text::{self, fill, say},
    wire::search::{SearchHit, SearchResults, search_path},
};
use callpoint_widget::platform::http::send;
use yew::prelude::*;

use crate::{
    controls::{button, sends},
    message::{ConsoleMsg, field},
    platform,
    sign_in::get,
};

/// The field in which people search.
pub const FIELD: &str = ".find";

/// The row at hand.
pub const ROW: &str = ".rows [tabindex='0']";

/// What the server found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// What it was asked.
    pub text: String,
    /// The hits of the pages so far.
    pub hits: Rc<Vec<SearchHit>>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Whether it gave no answer when it was last asked.
    pub failed: bool,
}

/// What the server says of a search.
#[derive(Clone, Debug)]
pub struct SearchReply {
    text: String,
    before: Option<String>,
    results: Option<SearchResults>,
}

/// Asks the server.
pub async fn ask(text: String, before: Option<String>) -> SearchReply {
    let path = search_path(&text, before.as_deref());
    let Reply { body, .. } = send(get(&path)).await.reply::<SearchResults>();
    let results = match body {
        Body::Value(results) => Some(results),
        _ => None,
    };
    SearchReply { text, before, results }
}

impl Found {
    /// Takes up what the server says, if that is what is searched for now.
    pub fn take(&mut self, reply: SearchReply, search: &str) {
        let SearchReply { text, before, results } = reply;
        if text != search || before.is_some() && before != self.next {
            return;
        }
        self.failed = results.is_none();
        let hits = Rc::make_mut(&mut self.hits);
        if before.is_none() {
            hits.clear();
            self.next = None;
        }
        if let Some(results) = results {
            hits.extend(results.hits);
            self.next = results.next;
        }
        self.text = text;
    }

    /// The hits that hold while the server is asked anew.
    #[must_use]
    pub fn holding(&self, search: &str, query: &Query) -> Rc<Vec<SearchHit>> {
        if self.text == search {
            return self.hits.clone();
        }
        let holds = |hit: &&SearchHit| {
            let excerpt = hit.excerpt.as_ref().map(|excerpt| excerpt.text.as_str());
            query.without(facts(&hit.incident).into_iter().chain(excerpt)).is_empty()
        };
        Rc::new(self.hits.iter().filter(holds).cloned().collect())
    }
}

/// The incidents that are known here in whose facts all of this stands: the one that is called so first, then what is
/// open, the latest first.
#[must_use]
pub fn known<'a>(incidents: impl IntoIterator<Item = &'a Incident>, query: &Query, search: &str) -> Vec<&'a Incident> {
    let words: Vec<&str> = query.terms().iter().flat_map(|term| &term.words).map(String::as_str).collect();
    let mut small = String::new();
    let fits = |incident: &&Incident| {
        let facts = facts(incident);
        small.clear();
        for text in &facts {
            small.push_str(&text.to_lowercase());
            small.push(' ');
        }
        // The words are taken apart only where there is something to be found.
        words.iter().all(|word| small.contains(word)) && query.without(facts).is_empty()
    };
    let mut found: Vec<&Incident> = incidents.into_iter().filter(|_| !query.is_empty()).filter(fits).collect();
    found.sort_by_cached_key(|incident| {
        let is_called = incident.reference.eq_ignore_ascii_case(search.trim());
        (!is_called, !incident.is_open(), -incident.opened_at.0, incident.id)
    });
    found
}

/// A text in which what was searched for is marked.
pub fn marked(query: &Query, text: &str) -> Html {
    let mut parts: Vec<Html> = Vec::new();
    let mut done = 0;
    let part = |range: Range<usize>| text.get(range).unwrap_or_default().to_owned();
    for mark in query.marks(text) {
        parts.push(part(done..mark.start).into());
        done = mark.end;
        parts.push(html! { <mark>{ part(mark) }</mark> });
    }
    parts.push(part(done..text.len()).into());
    html! { { for parts } }
}

/// What the field needs.
#[derive(PartialEq, Properties)]
pub struct SearchFieldProps {
    /// Sends messages to the console.
    pub send: Callback<ConsoleMsg>,
    /// What is searched for.
    pub search: String,
    /// What Enter opens.
    pub first: Option<IncidentId>,
}

/// Where people search. Enter opens what was found first, the arrow leads to the rows, Escape back to the queue.
#[component]
pub fn SearchField(props: &SearchFieldProps) -> Html {
    let SearchFieldProps { send, search, first } = props;
    let typed = send.reform(|event: InputEvent| ConsoleMsg::Search(field(&event)));
    let (first, console) = (*first, send.clone());
    let is_empty = search.is_empty();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        match (&*event.key(), first) {
            ("Enter", Some(first)) if !is_empty => console.emit(ConsoleMsg::Open(first)),
            ("ArrowDown", Some(_)) => drop(platform::focus_page(ROW)),
            ("Escape", _) => {
                platform::focus_page(ROW);
                if !is_empty {
                    console.emit(ConsoleMsg::Search(String::new()));
                }
            }
            _ => return,
        }
        event.prevent_default();
    });
    html! {
        <search>
            <input type="search" class="find" aria-label={say(text::SEARCH_INCIDENTS)} aria-keyshortcuts="/"
                placeholder={say(text::SEARCH_PLACEHOLDER)} autocomplete="off" spellcheck="false" enterkeyhint="search"
                value={search.clone()} oninput={typed} {onkeydown} />
        </search>
    }
}

/// What is said of a search before its rows: that it is under way, that the server did not answer, or that nothing was found.
pub fn search_note(search: &str, found: &Found, is_empty: bool, send: &Callback<ConsoleMsg>) -> Html {
    if found.text != search {
        return html! { <p class="found" role="status">{ say(text::SEARCHING) }</p> };
    }
    if found.failed {
        return html! {
            <p class="found late" role="alert">
                { say(text::SEARCH_OFFLINE) }{ " " }{ button("link", text::SEARCH_AGAIN, send, ConsoleMsg::AskSearch) }
            </p>
        };
    }
    if is_empty {
        return html! {
            <div class="hollow" role="status">
                <p dir="auto">{ fill(text::SEARCH_NOTHING, &[("text", search.trim())]) }</p>
                <p>{ say(text::SEARCH_NOTHING_HINT) }</p>
            </div>
        };
    }
    Html::default()
}

/// Leads on to what the server has more of.
pub fn more(search: &str, found: &Found, send: &Callback<ConsoleMsg>) -> Html {
    if found.text != search || found.next.is_none() {
        return Html::default();
    }
    html! {
        <p class="found">
            <button class="link" onclick={sends(send, ConsoleMsg::SearchOn)}>{ say(text::SEARCH_MORE) }</button>
        </p>
    }
}
