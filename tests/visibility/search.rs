//! Search finds for each what they can read, and nothing tells of anything else: not what is found, nor its order, nor
//! where a page ends.

use std::collections::BTreeMap;

use callpoint_core::{
    model::{
        command::{IncidentCommand as Ask, Update, Visibility},
        id::{AccountId, IncidentId, PersonId},
        person::Invitee,
        severity::Severity,
    },
    rules::search::{Query, facts, said},
    wire::{
        protocol::Thread,
        search::{SearchResults, search_path},
    },
};
use callpoint_tests::{Backend, Person, Site, id, on_both_databases, publish, say, text};

on_both_databases! {
    everybody_finds_what_they_can_read_and_nothing_else,
    nothing_that_others_write_changes_what_somebody_finds,
    pages_are_whole_and_each_incident_stands_on_one,
    what_is_no_search_is_refused_by_name,
    what_was_written_before_there_was_a_search_is_found,
}

/// Every page.
async fn pages(person: &Person, text: &str) -> Vec<SearchResults> {
    let mut pages: Vec<SearchResults> = Vec::new();
    loop {
        let before = pages.last().and_then(|page| page.next.clone());
        if !pages.is_empty() && before.is_none() {
            return pages;
        }
        let answer = person.get(&search_path(text, before.as_deref())).await;
        assert_eq!(answer.status, 200, "{text}: {}", answer.body);
        pages.push(answer.json());
    }
}

async fn found(person: &Person, text: &str) -> Vec<IncidentId> {
    let pages = pages(person, text).await;
    pages.iter().flat_map(|page| &page.hits).map(|hit| hit.incident.id).collect()
}

/// Whether this person can read all of this in the thread.
async fn reads(person: &Person, incident: IncidentId, text: &str) -> bool {
    let answer = person.get(&format!("/v1/incidents/{incident}")).await;
    if answer.status != 200 {
        return false;
    }
    let Thread { incident, entries, .. } = answer.json();
    let left = Query::parse(text).without(facts(&incident));
    entries
        .iter()
        .filter(|entry| entry.incident == Some(incident.id))
        .fold(left, |left, entry| left.without(said(entry)))
        .is_empty()
}

async fn everybody_finds_what_they_can_read_and_nothing_else(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, ben, gita, hugo) = (site.ada(), site.ben(), site.gita(), site.hugo());
    let (mara, theo) = (site.staff("mara").await, site.staff("theo").await);
    let acme = || Visibility::Account(id(AccountId::parse, "acme"));

    let shared = ada.declare("Exports stop at the aardvark").await.incident;
    mara.does(shared, say("A note about the bittern", Some(Visibility::Internal))).await;
    mara.does(shared, say("The caracal is for Acme", Some(acme()))).await;
    mara.does(shared, Ask::Assess { severity: Severity(1), reason: text("A dormouse sleeps") }).await;
    let everybody = Update {
        workaround: Some(text("Feed the egret by hand")),
        ..publish("Ferrets are late", "We saw the gopher.")
    };
    mara.does(shared, Ask::Update(everybody)).await;
    gita.does(shared, Ask::Join { severity: Severity(2), text: text("Our heron too") }).await;
    mara.does(shared, say("The ibis is for all affected", Some(Visibility::Affected))).await;
    let sealed = ben.declare("A numbat prints labels").await.incident;
    let worry = ada.worries("The jackal reads keys").await.incident;
    ada.does(worry, say("A kestrel circles", None)).await;
    theo.does(worry, say("The lemur is internal", Some(Visibility::Internal))).await;
    ada.does(worry, Ask::Invite(Invitee::Person(id(PersonId::parse, "ben")))).await;
    ada.does(worry, say("The marmot is for Ben", None)).await;
    ben.does(sealed, say("The ocelot saw it", None)).await;
    theo.does(sealed, Ask::Seal { reason: text("Panther keys") }).await;
    ben.does(sealed, say("The quokka is sealed", None)).await;
    let opened = ada.declare("A raccoon in the cell").await.incident;
    theo.does(opened, Ask::Seal { reason: text("Serval keys") }).await;
    ada.does(opened, say("A tapir while sealed", None)).await;
    theo.does(opened, Ask::Unseal { reason: text("An urchin, no keys"), title: text("A list") }).await;
    ada.does(opened, say("A vole in the open", None)).await;
    let other = hugo.declare("Wombats wait").await.incident;
    let merged = gita.declare("A xerus too").await.incident;
    mara.does(merged, Ask::Merge { into: shared }).await;

    let incidents = [shared, worry, sealed, opened, other, merged];
    let reference = ada.thread(shared).await.incident.reference;
    let words = [
        reference.as_str(),
        "aardvark",
        "bittern",
        "caracal",
        "dormouse",
        "egret",
        "ferrets",
        "gopher",
        "heron",
        "ibis",
        "jackal",
        "kestrel",
        "lemur",
        "marmot",
        "numbat",
        "ocelot",
        "panther",
        "quokka",
        "raccoon",
        "serval",
        "tapir",
        "urchin",
        "vole",
        "wombats",
        "xerus",
        "Mara",
        "Ada",
        "Theo",
        "Acme",
        "aardv",
        "aardvark bittern",
        "ada aardvark ibis",
    ];
    let everybody = [("ada", ada), ("ben", ben), ("gita", gita), ("hugo", hugo), ("mara", mara), ("theo", theo)];
    let mut finders: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, person) in &everybody {
        for word in words {
            let found = found(person, word).await;
            for incident in incidents {
                let reads = reads(person, incident, word).await;
                assert_eq!(found.contains(&incident), reads, "{name} looks for {word} in {incident}");
                *finders.entry(word).or_default() += usize::from(reads);
            }
        }
    }
    let nobody: Vec<_> = finders.iter().filter(|(_, count)| **count == 0).collect();
    assert_eq!(nobody, [], "each word is there to be found by somebody");
    assert_eq!(site.anybody().get(&search_path("gopher", None)).await.code(), "unauthenticated");
    let hit = pages(&site.staff("mara").await, "note bittern").await.remove(0).hits.remove(0);
    assert_eq!(hit.excerpt.unwrap().text, "A note about the bittern");
    site.assert_snapshot_is_fold().await;
}

async fn nothing_that_others_write_changes_what_somebody_finds(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, gita, mara) = (site.ada(), site.gita(), site.staff("mara").await);
    for number in 0..25 {
        let incident = gita.declare(&format!("Zebra {number}")).await.incident;
        if number == 7 {
            mara.does(incident, Ask::Update(publish("Zebras are late", "The zebra waits."))).await;
        }
    }
    let open = gita.declare("Labels").await.incident;
    mara.does(open, Ask::Update(publish("Labels are late", "We look."))).await;
    let before = pages(&gita, "zebra").await;
    for number in 0..30 {
        ada.declare(&format!("A zebra of Acme {number}")).await;
        mara.does(open, say("Is it the zebra?", Some(Visibility::Internal))).await;
    }
    ada.worries("Zebra keys").await;
    assert_eq!(pages(&gita, "zebra").await, before);
    assert_eq!(before.iter().map(|page| page.hits.len()).collect::<Vec<_>>(), [20, 5]);
    let secret: Vec<_> = found(&gita, "zebra acme").await;
    assert_eq!(secret, []);
}

async fn pages_are_whole_and_each_incident_stands_on_one(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let mut declared = Vec::new();
    for number in 0..41 {
        site.wait(1_000);
        declared.push(ada.declare(&format!("Zebra {number}")).await.incident);
    }
    declared.reverse();
    for person in [&ada, &mara] {
        assert_eq!(found(person, "zebra").await, declared, "the latest first");
        assert_eq!(found(person, "ze").await, declared, "as somebody types");
        assert_eq!(found(person, "ZEBRA 40").await, declared.get(..1).unwrap());
    }
    let oldest = ada.thread(*declared.last().unwrap()).await.incident;
    let called = found(&mara, &oldest.reference.to_lowercase()).await;
    assert_eq!(called.first(), Some(&oldest.id), "what is called so comes first");
    assert_eq!(called.iter().filter(|id| **id == oldest.id).count(), 1);
}

async fn what_is_no_search_is_refused_by_name(backend: Backend) {
    let site = Site::start(backend).await;
    let ada = site.ada();
    ada.declare("The zebra is stuck").await;
    for (query, field) in [("?q=a&limit=9", "limit"), ("?text=a", "text"), ("", "q"), ("?q=a&q=b", "q")] {
        let answer = ada.get(&format!("/v1/search{query}")).await;
        let told: serde_json::Value = answer.json();
        assert_eq!(
            (answer.status, told.get("field").and_then(serde_json::Value::as_str)),
            (400, Some(field)),
            "{query}: {}",
            answer.body
        );
    }
    assert_eq!(ada.get("/v1/search?q=a&before=x").await.status, 422);
    let long = "zebra ".repeat(9_000);
    for query in [
        "",
        " ",
        "*",
        "\"",
        "zebra\" OR \"1",
        "zebra' | 'x':*",
        "(zebra",
        "body : x",
        "scopes:x",
        "%",
        "½ ²",
        "👋🏽",
        "a <-> b",
        &long,
    ] {
        assert!(found(&ada, query).await.len() <= 1, "{query}");
    }
    assert_eq!(found(&ada, "zebra* (STUCK)").await.len(), 1, "its words count, nothing else");
    assert_eq!(found(&ada, "ebra").await, [], "a word is found by its beginning");
}

async fn what_was_written_before_there_was_a_search_is_found(backend: Backend) {
    let site = Site::start(backend).await;
    let ada = site.ada();
    let incident = ada.declare("Exports stop").await.incident;
    ada.does(incident, say("It is the zebra", None)).await;
    site.store().await.forget_search().await.unwrap();
    assert_eq!(found(&ada, "zebra").await, []);
    let site = site.restart().await;
    let ada = site.ada();
    for _ in 0..100 {
        if !found(&ada, "zebra").await.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(found(&ada, "exports zebra").await, [incident]);
    site.assert_snapshot_is_fold().await;
}
