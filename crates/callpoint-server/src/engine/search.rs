//! Search over all that somebody may see. The index narrows to what stands in their scopes; whether something is found is
//! decided on what visibility lets through, and nothing else makes a difference to what is found, in which order, or
//! where a page ends.

use std::collections::BTreeSet;

use callpoint_core::{
    model::{
        event::{Audience, Event},
        id::IncidentId,
        incident::Incident,
        person::{Seal, Viewer},
        time::Time,
    },
    rules::search::{self, Query},
    wire::search::{SearchExcerpt, SearchHit, SearchResults},
};
use tokio::sync::watch;

use crate::{
    crypto,
    engine::suggest,
    store::{IncidentCursor, IncidentIndex, Passage, Store, StoreError},
};

/// How many incidents a page has.
const PAGE: usize = 20;

/// A scope in a word that is nobody's.
fn scope(parts: &[&str]) -> String {
    // The lengths keep apart what would read the same in a row.
    let named: String = parts.iter().map(|part| format!("{}:{part}", part.len())).collect();
    let digest: String = crypto::digest(&named).chars().take(24).collect();
    format!("x{digest}")
}

/// What everybody may see, staff may see, or staff with security access.
fn wide(name: &str) -> String {
    scope(&["wide", name])
}

/// The scopes of a viewer: what stands in none of them is not theirs to see.
fn scopes_of(viewer: &Viewer) -> Vec<String> {
    match viewer {
        Viewer::Anonymous => vec![wide("public")],
        Viewer::Customer { person, account } => {
            let (person, account) = (person.as_str(), account.as_str());
            let own = [scope(&["account", account]), scope(&["let in", person, account]), scope(&["let in", person])];
            own.into_iter().chain([wide("public")]).collect()
        }
        Viewer::Staff { person, security } => {
            let security = security.then(|| wide("security"));
            security.into_iter().chain([wide("staff"), scope(&["staff", person.as_str()])]).collect()
        }
    }
}

/// The scopes of what has this audience, under a seal or none.
fn scopes(to: &Audience, seal: Option<&Seal>) -> String {
    let mut scopes: BTreeSet<String> = BTreeSet::new();
    match seal {
        None => {
            scopes.insert(wide("staff"));
            scopes.extend(to.accounts().iter().map(|account| scope(&["account", account.as_str()])));
            if *to == Audience::Public {
                scopes.insert(wide("public"));
            }
        }
        Some(seal) => {
            scopes.insert(wide("security"));
            scopes.extend(seal.staff.iter().map(|person| scope(&["staff", person.as_str()])));
            for person in seal.reporter.iter().chain(&seal.invited) {
                let person = person.as_str();
                scopes.extend(to.accounts().iter().map(|account| scope(&["let in", person, account.as_str()])));
                if *to == Audience::Public {
                    scopes.insert(scope(&["let in", person]));
                }
            }
        }
    }
    scopes.into_iter().collect::<Vec<_>>().join(" ")
}

/// What is said in events, by which their incidents are found.
#[must_use]
pub fn said(events: &[Event]) -> Vec<Passage> {
    let passage = |event: &Event, scopes: String| {
        let texts = search::said(event);
        let incident = event.incident.filter(|_| !texts.is_empty())?;
        Some(Passage { incident, seq: event.seq, scopes, body: search::indexed(texts) })
    };
    let passages = |event: &Event| match event.seen_by(&Viewer::Anonymous) {
        // Who of staff wrote it is nobody else's to know.
        Some(seen) => [passage(event, wide("staff")), passage(&seen, wide("public"))],
        None => [passage(event, scopes(&event.to, event.seal.as_ref())), None],
    };
    events.iter().flat_map(passages).flatten().collect()
}

/// What stands beside an incident's facts: when to look at it next, and what it is found by.
#[must_use]
pub fn index(incident: &Incident, due_at: Option<Time>) -> IncidentIndex {
    IncidentIndex { due_at, words: suggest::words(incident), facts: facts(incident) }
}

/// What people know an incident by, as each of those sees it who see it differently.
fn facts(incident: &Incident) -> Vec<Passage> {
    let own = incident.stakes.iter().map(|stake| {
        let account = &stake.account.id;
        (Audience::Account(account.clone()), incident.part_of(account))
    });
    let public = incident.seen_by(&Viewer::Anonymous).map(|seen| (Audience::Public, seen));
    let seen = own.chain(public).chain([(Audience::Internal, incident.clone())]);
    let passage = |(to, seen): (Audience, Incident)| Passage {
        incident: incident.id,
        seq: 0,
        scopes: scopes(&to, incident.seal.as_ref()),
        body: search::indexed(search::facts(&seen)),
    };
    seen.map(passage).collect()
}

/// Incidents that this viewer may see, in which or on whose timelines all of this stands; from where a page before ended.
///
/// # Errors
/// When the database fails.
pub async fn search(
    store: &Store,
    viewer: &Viewer,
    text: &str,
    mut before: Option<IncidentCursor>,
) -> Result<(SearchResults, Option<IncidentCursor>), StoreError> {
    let query = Query::parse(text);
    let mut hits: Vec<SearchHit> = Vec::new();
    if query.is_empty() {
        return Ok((SearchResults::default(), None));
    }
    let scopes = scopes_of(viewer);
    let called = match store.by_reference(text.trim()).await? {
        None => store.by_reference(&text.trim().to_uppercase()).await?,
        known => known,
    };
    let called = called.and_then(|incident| incident.seen_by(viewer));
    let first = called.as_ref().map(|incident| incident.id);
    let is_first_page = before.is_none();
    loop {
        let rows = store.search(query.terms(), &scopes, before, PAGE as i64 + 1).await?;
        let is_last = rows.len() <= PAGE;
        for incident in rows {
            before = Some(end(&incident));
            if Some(incident.id) != first
                && let Some(hit) = find(store, viewer, &scopes, &query, &incident).await?
            {
                hits.push(hit);
            }
        }
        if hits.len() > PAGE || is_last {
            let next = (hits.len() > PAGE).then(|| hits.truncate(PAGE)).and(hits.last());
            let next = next.map(|hit| end(&hit.incident));
            let called = called.filter(|_| is_first_page).map(|incident| SearchHit { incident, excerpt: None });
            hits.splice(0..0, called);
            return Ok((SearchResults { hits, next: None }, next));
        }
    }
}

/// The incident as this viewer sees it, if all that they look for stands in what they see of it.
async fn find(
    store: &Store,
    viewer: &Viewer,
    scopes: &[String],
    query: &Query,
    incident: &Incident,
) -> Result<Option<SearchHit>, StoreError> {
    let Some(incident) = incident.seen_by(viewer) else { return Ok(None) };
    let mut left = query.without(search::facts(&incident));
    let beside = left.clone();
    let mut excerpt = None;
    while let Some(term) = left.terms().first() {
        let entries = store.entries_with(incident.id, term, scopes).await?;
        let known = left.terms().len();
        for seen in entries.iter().filter_map(|entry| entry.seen_by(viewer)) {
            let said = search::said(&seen);
            left = left.without(said.iter().copied());
            let found =
                || Some(SearchExcerpt { seq: seen.seq, text: said.iter().find_map(|text| beside.excerpt(text))? });
            excerpt = excerpt.or_else(found);
        }
        if left.terms().len() == known {
            return Ok(None);
        }
    }
    Ok(Some(SearchHit { incident, excerpt }))
}

/// Where a page ends with this incident.
const fn end(incident: &Incident) -> IncidentCursor {
    IncidentCursor { opened_at: incident.opened_at, id: incident.id }
}

/// Brings in what the log said before there was a search: a few events at a time, between writes, the latest first.
pub async fn catch_up(store: Store, stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match bring_in(&store).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%error, "preparing the search failed; retrying");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// How long to wait before the database is tried again.
const RETRY: std::time::Duration = std::time::Duration::from_secs(2);

/// Whether there was anything left.
async fn bring_in(store: &Store) -> Result<bool, StoreError> {
    let mut batch = store.batch().await?;
    let events = batch.take_unsearched().await?;
    if events.is_empty() {
        return Ok(false);
    }
    let ids: BTreeSet<IncidentId> = events.iter().filter_map(|event| event.incident).collect();
    for id in ids {
        batch.load(id).await?;
        if let Some(facts) = batch.state.incidents.get(&id).map(facts) {
            batch.put_facts(id, facts).await?;
        }
    }
    batch.put_said(said(&events));
    batch.commit(|_| IncidentIndex::default()).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use callpoint_core::model::{
        event::Change,
        id::{AccountId, CommandId, PersonId},
        person::Author,
    };

    use super::*;

    fn person(id: &str) -> PersonId {
        PersonId::parse(id).unwrap()
    }

    fn account(id: &str) -> AccountId {
        AccountId::parse(id).unwrap()
    }

    /// The index leaves out nothing that somebody may see, and brings in nothing that they may not.
    #[test]
    fn scopes_meet_where_visibility_lets_through() {
        let people = ["ada", "gita", "mara", "acme"].map(person);
        let accounts = ["acme", "globex", "public"].map(account);
        let mut viewers = vec![Viewer::Anonymous];
        for person in &people {
            viewers.extend(accounts.clone().map(|account| Viewer::Customer { person: person.clone(), account }));
            viewers.extend([true, false].map(|security| Viewer::Staff { person: person.clone(), security }));
        }
        let audiences = accounts.clone().map(Audience::Account).into_iter().chain([
            Audience::Internal,
            Audience::Public,
            Audience::Affected(Vec::new()),
            Audience::Affected(accounts[..2].to_vec()),
        ]);
        let seal = |reporter: Option<usize>, invited: &[usize], staff: &[usize]| Seal {
            reporter: reporter.map(|place| people[place].clone()),
            invited: invited.iter().map(|place| people[*place].clone()).collect(),
            addresses: Vec::new(),
            staff: staff.iter().map(|place| people[*place].clone()).collect(),
        };
        let seals =
            [None, Some(seal(None, &[], &[])), Some(seal(Some(0), &[], &[2])), Some(seal(Some(1), &[0, 3], &[0]))];
        let mut met = BTreeSet::new();
        for to in audiences {
            for seal in &seals {
                let event = Event {
                    seq: 1,
                    command: CommandId(crypto::derived_id("x")),
                    at: Time(0),
                    by: Author::System,
                    incident: None,
                    to: to.clone(),
                    seal: seal.clone(),
                    change: Change::Acknowledged {},
                };
                let written = scopes(&to, seal.as_ref());
                for viewer in &viewers {
                    let meets = scopes_of(viewer).iter().any(|scope| written.split(' ').any(|word| word == scope));
                    assert_eq!(meets, event.seen_by(viewer).is_some(), "{viewer:?} {to:?} {seal:?}");
                    met.insert(meets);
                }
            }
        }
        assert_eq!(met.len(), 2);
    }
}
