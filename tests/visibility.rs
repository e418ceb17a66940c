//! Who finds what: whatever way somebody looks (thread, list, status, stream, suggestions, the hosted page), nobody finds
//! what is sealed, a drill or another account's. Each on both databases.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

#[path = "visibility/invitations.rs"]
mod invitations;
#[path = "visibility/reach.rs"]
mod reach;
#[path = "visibility/search.rs"]
mod search;

use callpoint_core::{
    model::{
        command::{ComponentCommand, IncidentCommand as Ask, Update, Visibility},
        component::ComponentStatus,
        event::{Change, Event},
        id::{AccountId, ComponentId, IncidentId, PersonId},
        incident::Status,
        person::Invitee,
        report::ReportDraft,
        severity::Severity,
    },
    wire::protocol::{Incidents, Request, export_path, print_path},
};
use callpoint_server::public::PublicDocument;
use callpoint_tests::{Backend, Person, Site, id, key, on_both_databases, publish, say, text};

on_both_databases! {
    a_sealed_report_is_found_by_nobody_else,
    what_is_sealed_later_is_taken_from_whoever_saw_it,
    whom_the_reporter_lets_in_sees_what_is_said_from_then_on,
    a_drill_runs_among_its_own_people,
    a_thread_is_taken_out_as_its_reader_sees_it,
    what_may_be_the_same_is_suggested,
    no_accounts_words_make_another_find_anything,
    no_accounts_words_change_the_order_for_another,
    a_receipt_counts_nothing_that_its_author_may_not_see,
    a_hostile_query_is_plain_words,
}

const WORD: &str = "zebra";

/// Everything that this person can look at but the stream; it must not hold the word.
async fn looks_everywhere(person: &Person, incident: IncidentId) {
    for path in
        [format!("/v1/incidents/{incident}"), export_path(&incident.to_string()), print_path(&incident.to_string())]
    {
        assert_eq!(person.get(&path).await.code(), "not_found");
    }
    let command = person.command(incident, say("Hello", Some(Visibility::Internal))).await;
    assert!(["not_found", "unauthenticated"].contains(&command.code().as_str()), "{}", command.body);
    let own = ["/v1/status", "/v1/incidents", "/", "/v1/suggestions?text=zebra&component=actions"];
    let search = person.get("/v1/search?q=zebra").await;
    assert!(search.status == 401 || search.body == r#"{"hits":[]}"#, "{}", search.body);
    for path in own.into_iter().chain(documents()) {
        let answer = person.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        let found = answer.body.contains(WORD) || answer.body.contains(&incident.to_string());
        assert!(!found, "{path}: {}", answer.body);
    }
}

/// What everybody may know, in the formats of other programs.
fn documents() -> impl Iterator<Item = &'static str> {
    PublicDocument::STATUSPAGE.into_iter().chain(PublicDocument::FEEDS).map(PublicDocument::path)
}

/// All that a stream brings, from this cursor or anew, until a public marker.
async fn hears(site: &Site, person: &Person, cursor: Option<u64>) -> Vec<Event> {
    let mut stream = person.listen(cursor).await;
    if cursor.is_none() {
        let snapshot = serde_json::to_string(&stream.reset().await).unwrap();
        assert!(!snapshot.contains(WORD), "{snapshot}");
    }
    mark(site).await;
    stream.until(|change| matches!(change, Change::ComponentMoved { .. })).await;
    stream.heard
}

/// Something public happens.
async fn mark(site: &Site) {
    let set = ComponentCommand::SetStatus { status: ComponentStatus::UnderMaintenance };
    let request = Request::Component(id(ComponentId::parse, "pages"), set);
    assert_eq!(site.staff("theo").await.ask(key(), &request).await.status, 200);
}

async fn a_sealed_report_is_found_by_nobody_else(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, theo) = (site.ada(), site.staff("theo").await);
    let cursor = ada.status().await.seq;
    let answers = callpoint_core::rules::hint::Answers { security: Some(true), ..Default::default() };
    let draft = ReportDraft {
        what: text("The zebra keys of others are visible"),
        severity: Some(Severity(1)),
        component: Some(id(ComponentId::parse, "actions")),
        answers,
        ..ReportDraft::default()
    };
    let incident = ada.declares(draft).await.incident;
    ada.does(incident, say("The zebra again", None)).await;
    theo.does(incident, say("The zebra is known", Some(Visibility::Affected))).await;
    for person in [site.ben(), site.gita(), site.staff("mara").await, site.anybody()] {
        looks_everywhere(&person, incident).await;
        for cursor in [None, Some(cursor)] {
            let heard = hears(&site, &person, cursor).await;
            assert!(heard.iter().all(|event| event.incident != Some(incident)), "{heard:?}");
        }
    }
    for person in [&ada, &theo] {
        assert!(serde_json::to_string(&person.thread(incident).await).unwrap().contains("The zebra is known"));
    }
    assert_eq!(theo.suggested("zebra", None).await, [], "never suggested, not even to those who may open it");
    site.assert_snapshot_is_fold().await;
}

async fn what_is_sealed_later_is_taken_from_whoever_saw_it(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, ben, mara, theo) = (site.ada(), site.ben(), site.staff("mara").await, site.staff("theo").await);
    let cursor = ada.status().await.seq;
    let mut live = ben.listen(None).await;
    live.reset().await;
    let incident = ada.declare("The zebra keys of others are visible").await.incident;
    ben.does(incident, say("I see the zebra too", None)).await;
    mara.does(incident, say("What zebra?", Some(Visibility::Internal))).await;
    assert_eq!(ben.suggested(WORD, None).await.len(), 1);
    theo.does(incident, Ask::Seal { reason: text("These are zebra keys") }).await;
    live.until(|change| matches!(change, Change::Withdrawn {})).await;

    for (person, knew) in [(ben, true), (site.gita(), false), (mara.clone(), true), (site.anybody(), false)] {
        looks_everywhere(&person, incident).await;
        assert_eq!(hears(&site, &person, None).await.len(), 1);
        // From before it was said, and from between.
        for cursor in [cursor, cursor + 2] {
            let heard = hears(&site, &person, Some(cursor)).await;
            let of_it: Vec<_> = heard.iter().filter(|event| event.incident == Some(incident)).collect();
            assert!(of_it.iter().all(|event| event.change == Change::Withdrawn {}), "{of_it:?}");
            assert_eq!(of_it.len(), usize::from(knew));
            assert!(!serde_json::to_string(&heard).unwrap().contains(WORD));
        }
    }
    let seen = hears(&site, &theo, Some(cursor)).await;
    assert!(serde_json::to_string(&seen).unwrap().contains("What zebra?"), "whoever may open it misses nothing");
    let reporter = hears(&site, &ada, Some(cursor)).await;
    assert!(reporter.iter().any(|event| matches!(event.change, Change::Sealed { .. })));

    // Opened again, it goes on under another name, and nobody new reads what was said under the seal.
    ada.does(incident, say("The zebra key is otter", None)).await;
    theo.does(incident, Ask::Unseal { reason: text("No keys after all"), title: text("Odd names in a list") }).await;
    let open = mara.thread(incident).await;
    assert_eq!((open.incident.title.as_str(), open.incident.seal), ("Odd names in a list", None));
    assert!(!serde_json::to_string(&open.entries).unwrap().contains("otter"));
    assert_eq!(site.ben().suggested("odd names", None).await.len(), 1);
    site.assert_snapshot_is_fold().await;
}

async fn whom_the_reporter_lets_in_sees_what_is_said_from_then_on(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, ben) = (site.ada(), site.ben());
    let incident = ada.worries("Keys of others are visible").await.incident;
    ada.does(incident, say("For staff alone", None)).await;
    let mut phone = ben.listen(None).await;
    phone.reset().await;
    let invite = |person: &str| Ask::Invite(Invitee::Person(id(PersonId::parse, person)));
    assert_eq!(site.staff("theo").await.command(incident, invite("ben")).await.code(), "unknown_colleague");
    ada.does(incident, invite("ben")).await;
    phone.until(|change| matches!(change, Change::Revealed { .. })).await;
    ada.does(incident, say("Ben is here", None)).await;
    let seen = serde_json::to_string(&ben.thread(incident).await).unwrap();
    assert!(seen.contains("Ben is here") && !seen.contains("For staff alone"));
    assert!(seen.contains("Keys of others are visible"), "what was reported is what the invitation is about: {seen}");
    looks_everywhere(&site.gita(), incident).await;
    site.assert_snapshot_is_fold().await;
}

async fn a_drill_runs_among_its_own_people(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, gita, mara) = (site.ada(), site.gita(), site.staff("mara").await);
    let draft = ReportDraft {
        what: text("A zebra crosses the line"),
        severity: Some(Severity(1)),
        component: Some(id(ComponentId::parse, "actions")),
        drill: true,
        ..ReportDraft::default()
    };
    let incident = ada.declares(draft).await.incident;
    for person in [&gita, &site.anybody()] {
        looks_everywhere(person, incident).await;
    }
    assert_eq!(mara.command(incident, Ask::Update(publish("A zebra", "Look."))).await.code(), "drill");
    let own = ada.status().await;
    assert_eq!((own.headline.condition, own.headline.yours), (ComponentStatus::Operational, 0), "nothing is wrong");
    assert!(own.incidents.iter().any(|incident| incident.drill));
    assert_eq!(ada.suggested("zebra", Some("actions")).await, []);
    let page = site.anybody().get("/").await.body;
    assert!(page.contains("All systems operational"));
    mara.does(incident, Ask::ProposeResolution { text: text("Over.") }).await;
    ada.does(incident, Ask::Confirm {}).await;
    assert!(mara.thread(incident).await.incident.settled());
    assert!(!site.anybody().get("/").await.body.contains("zebra"));
    site.assert_snapshot_is_fold().await;
}

fn titles(incidents: &[callpoint_core::model::incident::Incident]) -> Vec<&str> {
    incidents.iter().map(|incident| incident.title.as_str()).collect()
}

async fn what_may_be_the_same_is_suggested(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, gita, mara, anybody) = (site.ada(), site.gita(), site.staff("mara").await, site.anybody());
    let public = gita.declare("Our builds hang").await.incident;
    mara.does(public, Ask::Update(publish("Pipelines start late", "We look."))).await;
    for person in [&ada, &gita, &mara, &anybody] {
        assert_eq!(person.suggested("the pipeline starts so late!", None).await.len(), 1, "by its words, in any form");
        assert_eq!(person.suggested("pipel", None).await.len(), 1, "while the word is being written");
        assert_eq!(person.suggested("", Some("actions")).await.len(), 1, "by its component");
        assert_eq!(person.suggested("", Some("pages")).await, []);
        assert_eq!(person.suggested("invoice", None).await, []);
        assert_eq!(person.suggested("is it", None).await, []);
    }
    assert_eq!(titles(&ada.suggested("pipelines", None).await), ["Pipelines start late"]);
    assert_eq!(titles(&gita.suggested("pipelines", None).await), ["Our builds hang"], "by their own name for it");

    // What is over helps only with a way around.
    let (with, without) =
        (ada.declare("Invoices are empty").await.incident, ada.declare("Invoices are late").await.incident);
    let found = Update { to: Visibility::Affected, publish: None, ..publish("", "Open them from the archive.") };
    mara.does(with, Ask::Update(Update { workaround: Some(text("Use the archive")), ..found })).await;
    for incident in [with, without] {
        mara.does(incident, Ask::ProposeResolution { text: text("Fixed.") }).await;
        assert_eq!(site.ben().suggested("invoices", None).await.len(), 2, "open, or with a way around");
        ada.does(incident, Ask::Confirm {}).await;
    }
    assert_eq!(titles(&site.ben().suggested("invoices", None).await), ["Invoices are empty"]);
    assert_eq!(site.ben().suggested("archive", None).await.len(), 1);

    // What was merged is found where it goes on, the nearest first, and never more than five.
    let twin = ada.declare("Pipelines wait for a runner").await.incident;
    mara.does(twin, Ask::Merge { into: public }).await;
    let found = mara.suggested("pipelines", None).await;
    assert_eq!(found.iter().map(|incident| incident.id).collect::<Vec<_>>(), [public]);
    for number in 0..6 {
        gita.declare(&format!("Runner {number} is down")).await;
    }
    gita.declare("The label printer is out of paper and down").await;
    let found = gita.suggested("label printer down", None).await;
    assert_eq!((found.len(), found.first().unwrap().title.starts_with("The label printer")), (5, true));
    site.assert_snapshot_is_fold().await;
}

async fn no_accounts_words_make_another_find_anything(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, gita, mara) = (site.ada(), site.gita(), site.staff("mara").await);
    let incident = ada.declare("The zebra of Acme is stuck").await.incident;
    let finds = async |word: &str| {
        let mut found = Vec::new();
        for person in [&ada, &site.ben(), &mara, &gita, &site.anybody()] {
            found.push(person.suggested(word, None).await.len());
        }
        found
    };
    assert_eq!(finds("zebra").await, [1, 1, 1, 0, 0]);
    mara.does(incident, Ask::Update(publish("Pipelines start late", "We look."))).await;
    assert_eq!(finds("pipelines").await, [1, 1, 1, 1, 1]);
    assert_eq!(finds("zebra").await, [1, 1, 1, 0, 0], "public, but not by their words");
    let other = gita.declare("A quokka waits").await.incident;
    mara.does(other, Ask::Merge { into: incident }).await;
    assert_eq!(finds("quokka").await, [0, 0, 1, 1, 0]);
    assert_eq!(finds("zebra").await, [1, 1, 1, 0, 0]);
    let told = serde_json::to_string(&gita.suggested("quokka", None).await).unwrap();
    assert!(!told.contains("zebra") && !told.contains("acme"), "{told}");
    // An account that is called like everybody is not everybody.
    let odd = site.bearer(&site.token("eve", "Eve", ("public", "Public Ltd")));
    odd.declare("The walrus is stuck").await;
    assert_eq!(finds("walrus").await, [0, 0, 1, 0, 0]);
    site.assert_snapshot_is_fold().await;
}

async fn no_accounts_words_change_the_order_for_another(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, gita) = (site.ada(), site.gita());
    ada.declare("acquisition").await;
    ada.declare("zebra").await;
    let order = async || -> Vec<String> {
        let found = ada.suggested("acquisition zebra", None).await;
        found.into_iter().map(|incident| incident.title).collect()
    };
    let before = order().await;
    assert_eq!(before.len(), 2);
    for _ in 0..3 {
        gita.declare("zebra, zebra and zebra").await;
        gita.declare("acquisition").await;
        assert_eq!(order().await, before, "how rare a word is elsewhere is nobody's to know");
    }
}

async fn a_receipt_counts_nothing_that_its_author_may_not_see(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let receipt = ada.declare("The zebra is stuck").await;
    let last = async || ada.thread(receipt.incident).await.entries.last().unwrap().seq;
    assert_eq!(receipt.seq, last().await);
    mara.does(receipt.incident, Ask::ProposeResolution { text: text("Freed") }).await;
    let disputed = ada.does(receipt.incident, Ask::Dispute { reason: text("Still stuck") }).await;
    assert_eq!(disputed.seq, last().await);
    let all = mara.thread(receipt.incident).await.entries.last().unwrap().seq;
    assert!(disputed.seq < all, "staff were called, which the customer does not see");
}

async fn a_hostile_query_is_plain_words(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, gita) = (site.ada(), site.gita());
    ada.declare("The zebra of Acme is stuck").await;
    let long = "zebra ".repeat(300);
    let queries = [
        "\"",
        "'",
        "zebra*",
        "* OR *",
        "body : zebra",
        "scope:account",
        "NEAR(zebra stuck, 5)",
        "^zebra",
        "{zebra}",
        "-zebra",
        "zebra\" OR \"1",
        "zebra' | 'x':*",
        "!zebra",
        "zebra & !x",
        "a <-> b",
        "zebra\u{0}stuck",
        "\u{202e}zebra",
        "%",
        "_",
        "\\",
        "½ ² Ⅷ",
        "ß İ ǆ",
        "👋🏽 zebra",
        "' OR 1=1 --",
        "') UNION SELECT",
        &long,
    ];
    for query in queries {
        assert!(ada.suggested(query, None).await.len() <= 1, "{query}");
        assert_eq!(gita.suggested(query, None).await, [], "{query}");
        assert_eq!(gita.suggested(query, Some(query)).await, [], "{query}");
    }
    for query in ["zebra*", "-zebra", "zebra\u{0}stuck", "zebra' | 'x':*"] {
        assert_eq!(ada.suggested(query, None).await.len(), 1, "{query}: its words count, nothing else");
    }
    for query in ["text=%ff", "text=%", "", "text", "text=a&text=b", "component=", "component=%00"] {
        let answer = ada.get(&format!("/v1/suggestions?{query}")).await;
        assert!([200, 422].contains(&answer.status), "{query}: {}", answer.body);
    }
    let list: Incidents = ada.get("/v1/incidents").await.json();
    assert!(list.incidents.iter().all(|incident| incident.status == Status::Investigating));
}

async fn a_thread_is_taken_out_as_its_reader_sees_it(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let incident = ada.declare("Exports <b>stop</b> at **3**").await.incident;
    mara.does(incident, say("The zebra shard is _full_", Some(Visibility::Internal))).await;
    let acme = Visibility::Account(id(AccountId::parse, "acme"));
    mara.does(incident, say("We see it & look", Some(acme))).await;
    let path = export_path(&incident.to_string());
    for person in [site.gita(), site.anybody()] {
        assert_eq!(person.get(&path).await.code(), "not_found");
    }
    let [theirs, ours] = [ada.get(&path).await, mara.get(&path).await];
    for file in [&theirs, &ours] {
        let reference = ada.thread(incident).await.incident.reference;
        assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"{reference}.md\""));
        assert_eq!(file.header("content-type"), "text/markdown; charset=utf-8");
        assert_eq!((file.header("x-content-type-options"), file.header("cache-control")), ("nosniff", "no-store"));
        assert!(file.body.contains("\nExports \\<b\\>stop\\</b\\> at **3**\n"), "{}", file.body);
        assert!(file.body.contains("\nWe see it \\& look\n") && !file.body.contains("<b>"), "{}", file.body);
    }
    let path = print_path(&incident.to_string());
    for (person, notes) in [(&ada, false), (&mara, true)] {
        let page = person.get(&path).await;
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("cache-control"), "no-store");
        assert!(page.body.contains("Exports &lt;b&gt;stop&lt;/b&gt; at <strong>3</strong>"), "{}", page.body);
        assert_eq!((page.body.contains(WORD), page.body.contains("shard is <em>full</em>")), (notes, notes));
        assert_eq!(page.body.contains("Internal: staff only"), notes, "what must not be passed on says so");
    }
    assert_eq!([&theirs, &ours].map(|file| file.body.contains("zebra shard is *full*")), [false, true]);
    assert!(!theirs.body.contains(WORD));
}
