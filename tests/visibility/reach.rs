//! What was written while fewer were there, and what numbers and marks tell of what somebody may not see.

use callpoint_core::{
    model::{
        command::{IncidentCommand as Ask, Update, Visibility},
        event::Change,
        severity::Severity,
    },
    wire::protocol::{Snapshot, export_path, print_path},
};
use callpoint_tests::{Backend, Person, Site, on_both_databases, publish, say, text};

on_both_databases! {
    who_joins_later_reads_no_word_that_was_for_others,
    nothing_that_a_stranger_reads_moves_with_what_they_may_not_see,
}

/// Everything that this person reads, with all that a new stream brings.
async fn reads(person: &Person, paths: &[String]) -> String {
    let mut all = String::new();
    for path in paths {
        all.push_str(&person.get(path).await.body);
    }
    all + &serde_json::to_string(&person.listen(None).await.reset().await).unwrap()
}

async fn who_joins_later_reads_no_word_that_was_for_others(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, gita, hugo) = (site.ada(), site.gita(), site.hugo());
    let mara = site.staff("mara").await;
    let incident = ada.declare("An aardvark of Acme").await.incident;
    let (to, publish_none) = (Visibility::Affected, None);
    let found = Update { to, publish: publish_none, ..publish("", "A bittern for those affected") };
    let words = ["aardvark", "bittern", "caracal", "dormouse", "egret", "ferret", "gopher"];
    mara.does(incident, Ask::Assess { severity: Severity(1), reason: text("The caracal of Acme") }).await;
    mara.does(incident, Ask::Update(Update { workaround: Some(text("Use the dormouse")), ..found.clone() })).await;
    mara.does(incident, Ask::ProposeResolution { text: text("We fed the egret") }).await;
    ada.does(incident, Ask::Dispute { reason: text("The ferret is hungry") }).await;
    mara.does(incident, say("Only the gopher knows", Some(Visibility::Affected))).await;
    mara.does(incident, Ask::Update(publish("Feeding is late", "We look into feeding."))).await;

    let paths = ["/v1/status", "/v1/incidents", "/", "/v1/suggestions?text=dormouse", "/v1/suggestions?text=feeding"];
    let paths: Vec<String> = paths
        .into_iter()
        .chain(super::documents())
        .map(str::to_owned)
        .chain([
            format!("/v1/incidents/{incident}"),
            export_path(&incident.to_string()),
            print_path(&incident.to_string()),
        ])
        .collect();
    let mut phone = gita.listen(None).await;
    phone.reset().await;
    gita.does(incident, Ask::Join { severity: Severity(2), text: String::new() }).await;
    mara.does(incident, Ask::ProposeResolution { text: text("We fed everybody") }).await;
    ada.does(incident, Ask::Dispute { reason: text("The ferret is still hungry") }).await;
    phone.until(|change| matches!(change, Change::Moved { .. })).await;
    let live = serde_json::to_string(&phone.heard).unwrap();
    for person in [&gita, &hugo, &site.anybody()] {
        let all = reads(person, &paths).await + &live;
        for word in words {
            assert!(!all.contains(word), "{word}: {all}");
        }
    }
    let joined = gita.thread(incident).await.incident;
    let assessment = joined.assessment.unwrap();
    assert!(!assessment.reason.contains("disputed"), "another account's answer is no reason to be read");
    let resolutions: Vec<&str> = joined.stakes.iter().map(|stake| stake.resolution.as_str()).collect();
    assert_eq!(resolutions, ["We fed everybody"], "what came afterwards is theirs");
    let known = ada.thread(incident).await.incident;
    assert_eq!(known.workaround.as_deref(), Some("Use the dormouse"));

    // What is written for everybody is for whoever comes later too, and a narrower word takes nothing from them.
    let public = |words: &str| Update { publish: None, workaround: Some(text(words)), ..publish("", "News.") };
    mara.does(incident, Ask::Update(public("Feed by hand"))).await;
    mara.does(incident, Ask::Update(Update { to: Visibility::Affected, ..public("Ask for the heron") })).await;
    let seen = async |person: &Person| person.thread(incident).await.incident.workaround;
    assert_eq!(seen(&gita).await.as_deref(), Some("Ask for the heron"));
    assert_eq!(seen(&hugo).await.as_deref(), Some("Feed by hand"));
    hugo.does(incident, Ask::Join { severity: Severity(3), text: String::new() }).await;
    assert_eq!(seen(&hugo).await.as_deref(), Some("Feed by hand"));
    site.assert_snapshot_is_fold().await;
}

async fn nothing_that_a_stranger_reads_moves_with_what_they_may_not_see(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, stranger) = (site.ada(), site.anybody());
    let mara = site.staff("mara").await;
    let looks = async || -> (u64, String, String) {
        let page = stranger.get("/").await;
        let minute = page.body.split("data-now=").nth(1).unwrap().chars().take(20).collect();
        (stranger.get("/v1/status").await.json::<Snapshot>().seq, page.header("etag").to_owned(), minute)
    };
    // The documents name no time but that of what everybody sees.
    let documents = async || -> Vec<String> {
        let mut etags = Vec::new();
        for path in super::documents() {
            etags.push(stranger.get(path).await.header("etag").to_owned());
        }
        etags
    };
    let (before, written) = (looks().await, documents().await);
    let gita_before = site.gita().status().await.seq;
    let sealed = ada.worries("Keys of others are visible").await.incident;
    let plain = ada.declare("Labels do not print").await.incident;
    mara.does(plain, say("We look", Some(Visibility::Internal))).await;
    let after = looks().await;
    assert_eq!(documents().await, written);
    assert_eq!(before.0, after.0);
    assert!(before.1 == after.1 || before.2 != after.2, "the page moved within a minute: {before:?} {after:?}");
    assert_eq!(site.gita().status().await.seq, gita_before);
    assert_eq!(ada.thread(sealed).await.seq, ada.status().await.seq);
    // Whoever resumes from there misses nothing and hears nothing twice.
    let mut phone = stranger.listen(Some(after.0)).await;
    mara.does(plain, Ask::Update(publish("Printing is late", "We look."))).await;
    let first = phone.until(|_| true).await;
    assert!(matches!(first.change, Change::Published(_)), "{first:?}");
    assert_ne!(looks().await.1, after.1, "it moves with what everybody sees");
    let moved = documents().await.iter().zip(&written).filter(|(now, then)| now != then).count();
    assert_eq!(moved, 11, "all but the calendar");
}
