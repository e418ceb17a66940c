//! Which incidents may be the same as what somebody is about to report: what each is found by and by whom, and the
//! order in which they are offered. One account's words never make another account's query find anything.

use callpoint_core::{
    model::{
        id::{AccountId, ComponentId},
        incident::Incident,
        limits::WHAT_LIMIT,
        person::Viewer,
    },
    wire::protocol::Suggestions,
};

use crate::{
    crypto,
    store::{SearchText, Store, StoreError},
};

/// The most that are offered.
const OFFERED: usize = 5;

/// The most words of a query that count.
const WORDS: usize = 24;

/// Shorter words say nothing.
const SHORTEST: usize = 3;

/// Longer ones are nobody's.
const LONGEST: usize = 40;

/// Words that stand in every report.
const COMMON: [&str; 40] = [
    "about", "after", "all", "and", "any", "are", "but", "can", "cannot", "does", "for", "from", "has", "have", "her",
    "his", "its", "not", "now", "our", "out", "she", "since", "some", "that", "the", "their", "them", "there", "they",
    "this", "too", "was", "were", "what", "when", "with", "work", "you", "your",
];

const PUBLIC: &str = "public";

/// An account's scope. Never that of everybody, whatever the account is called.
fn scope(account: &AccountId) -> String {
    format!("account {account}")
}

/// What an incident is found by, scope by scope; nothing for what is offered to nobody.
#[must_use]
pub fn words(incident: &Incident) -> Vec<SearchText> {
    if !is_offered(incident) {
        return Vec::new();
    }
    let public = incident.seen_by(&Viewer::Anonymous).map(|seen| (PUBLIC.to_owned(), seen));
    let accounts = incident.stakes.iter().map(|stake| {
        let account = &stake.account.id;
        (scope(account), incident.part_of(account))
    });
    let body = |seen: &Incident| {
        let components = seen.components.iter().map(token);
        visible(seen).into_iter().chain(components).collect::<Vec<_>>().join(" ")
    };
    public.into_iter().chain(accounts).map(|(scope, seen)| SearchText { scope, body: body(&seen) }).collect()
}

/// Open ones, and past ones that say how to get by. What is sealed or a drill is nobody's to find, and what was merged
/// is found by where it goes on.
fn is_offered(incident: &Incident) -> bool {
    let helps = incident.status.is_open() || incident.workaround.is_some();
    helps && incident.seal.is_none() && !incident.drill && incident.merged_into.is_none()
}

/// The words by which somebody finds what they see of an incident.
fn visible(seen: &Incident) -> Vec<String> {
    let face = seen.publication.as_ref().map_or("", |face| face.title.as_str());
    [seen.title.as_str(), face, seen.workaround.as_deref().unwrap_or_default()].map(plain).concat()
}

/// A text's words, in small letters.
fn plain(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.to_lowercase().chars().filter(|c| c.is_alphanumeric()).take(LONGEST).collect()).collect()
}

/// A component as one word that is nobody's.
fn token(component: &ComponentId) -> String {
    let digest: String = crypto::digest(component.as_str()).chars().take(16).collect();
    format!("component{digest}")
}

/// The words of a query that say something.
fn telling(text: &str) -> Vec<String> {
    let text: String = text.chars().take(WHAT_LIMIT).collect();
    let mut words: Vec<String> = Vec::new();
    for word in plain(&text) {
        let fits = word.chars().count() >= SHORTEST && !COMMON.contains(&word.as_str());
        if fits && !words.contains(&word) && words.len() < WORDS {
            words.push(word);
        }
    }
    words
}

/// Incidents that this viewer may see and that may be the same; the likeliest first.
///
/// # Errors
/// When the database fails.
pub async fn suggest(
    store: &Store,
    viewer: &Viewer,
    text: &str,
    component: Option<&ComponentId>,
) -> Result<Suggestions, StoreError> {
    let own = viewer.account().map(scope);
    let scopes = (!viewer.is_staff()).then(|| [PUBLIC.to_owned(), own.unwrap_or_else(|| PUBLIC.to_owned())]);
    let words = telling(text);
    let mut found = store.find(&words, scopes.as_ref()).await?;
    if let Some(component) = component {
        let there = store.find(&[token(component)], scopes.as_ref()).await?;
        let there: Vec<Incident> = there.into_iter().filter(|incident| incident.status.is_open()).collect();
        for incident in there {
            if found.iter().all(|known| known.id != incident.id) {
                found.push(incident);
            }
        }
    }
    let seen = found.iter().filter(|incident| is_offered(incident)).filter_map(|incident| incident.seen_by(viewer));
    // What helps others may not be for these eyes.
    let mut incidents: Vec<Incident> = seen.filter(is_offered).collect();
    let near = |incident: &Incident| component.is_some_and(|component| incident.components.contains(component));
    incidents.sort_by_key(|incident| std::cmp::Reverse((near(incident), likeness(incident, &words))));
    incidents.truncate(OFFERED);
    Ok(Suggestions { incidents })
}

/// How many of these words occur in what the viewer may see of an incident; the rank must depend on nothing else.
fn likeness(seen: &Incident, words: &[String]) -> usize {
    let visible = visible(seen);
    words.iter().filter(|word| visible.iter().any(|part| part.starts_with(word.as_str()))).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_plain_words_whatever_it_holds() {
        assert_eq!(
            telling("The builds: \"fail\" OR NEAR(x, 2)* ' ; DROP \u{0} -- Ärger!"),
            ["builds", "fail", "near", "drop", "ärger"]
        );
        assert_eq!(telling("is it us?"), Vec::<String>::new());
        assert_eq!(telling(&"long ".repeat(9_000)), ["long"]);
        assert!(telling(&"İ".repeat(500)).iter().all(|word| word.chars().all(char::is_alphanumeric)));
    }

    #[test]
    fn no_account_is_called_like_everybody() {
        assert_ne!(scope(&AccountId::parse("public").unwrap()), PUBLIC);
    }
}
