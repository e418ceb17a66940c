//! What was agreed with whom, over HTTP and through the clock, each on both databases: who holds which key, what
//! happens when nobody answers, and how accounts come together in one incident.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

#[path = "policy/clock.rs"]
mod clock;
#[path = "policy/ends.rs"]
mod ends;
#[path = "policy/opening.rs"]
mod opening;

use std::collections::BTreeSet;

use callpoint_core::{
    model::{
        command::{AccountCommand, IncidentCommand as Ask, Visibility},
        escalation::StepTarget,
        event::{Change, Page, PageCause, PageTarget},
        id::{AccountId, ComponentId, PersonId},
        incident::Status,
        person::PersonRef,
        policy::{Engagement, Terms},
        report::ReportDraft,
        severity::Severity,
        time::DAY,
    },
    wire::{error::ErrorCode, protocol::Request},
};
use callpoint_server::config::{Config, EscalationConfig, StepConfig};
use callpoint_tests::{Answer, Backend, Person, Site, id, key, on_both_databases, publish, say, text};

on_both_databases! {
    who_holds_which_key_is_as_was_agreed,
    people_are_named_as_staff_are_known,
    two_incidents_become_one_and_a_sealed_one_stays_apart,
    every_denial_has_its_status_and_its_sentence,
}

fn account(name: &str) -> AccountId {
    id(AccountId::parse, name)
}

fn led(config: &mut Config) {
    config.engagement.accounts = vec![text("acme=customer_led"), text("globex=shared")];
}

async fn set_engagement(person: &Person, name: &str, terms: Terms) -> Answer {
    person.ask(key(), &Request::Account(account(name), AccountCommand::SetEngagement(terms))).await
}

async fn who_holds_which_key_is_as_was_agreed(backend: Backend) {
    let site = Site::start_with(backend, |config| {
        config.engagement.tiers = vec![text("gold=shared")];
        config.engagement.accounts = vec![text("acme=customer_led")];
        config.engagement.closure_hours = 10;
    })
    .await;
    let mara = site.staff("mara").await;
    let terms = async |person: &Person| {
        let incident = person.declare("Slow").await.incident;
        mara.thread(incident).await.incident.stakes[0].terms.clone()
    };
    let gold = site.of_tier("zoe", "umbrella", "gold");
    assert_eq!(terms(&gold).await.engagement, Engagement::Shared, "by tier");
    let both = site.of_tier("ada", "acme", "gold");
    assert_eq!(terms(&both).await.engagement, Engagement::CustomerLed, "by account");
    let hugo = site.hugo();
    let before = terms(&hugo).await;
    assert_eq!((before.engagement, before.closure_minutes), (Engagement::Advisory, 600), "by default");

    let agreed = Terms { engagement: Engagement::CustomerLed, reopen_days: 3, ..Terms::default() };
    assert_eq!(set_engagement(&hugo, "initech", agreed.clone()).await.code(), "forbidden");
    assert_eq!(set_engagement(&site.anybody(), "initech", agreed.clone()).await.code(), "unauthenticated");
    let mut phone = hugo.listen(None).await;
    phone.reset().await;
    assert_eq!(set_engagement(&mara, "initech", agreed.clone()).await.status, 200);
    phone.until(|change| matches!(change, Change::EngagementSet { terms, .. } if *terms == agreed)).await;
    assert_eq!(terms(&hugo).await, agreed, "by staff, from then on");
    site.assert_snapshot_is_fold().await;
    let site = site.restart().await;
    let (hugo, mara) = (hugo.at(&site.origin), mara.at(&site.origin));
    let incident = hugo.declare("Slow again").await.incident;
    assert_eq!(mara.thread(incident).await.incident.stakes[0].terms, agreed, "it is kept");
}

async fn people_are_named_as_staff_are_known(backend: Backend) {
    let site = Site::start_with(backend, |config| {
        config.vendor.csm = vec![text("acme=mara"), text("globex=nobody")];
        config.vendor.owners = vec![text("actions=theo")];
        config.engagement.shared_pager = vec![text("acme")];
        config.vendor.classes = vec![text("billing=Invoices")];
    })
    .await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let draft = ReportDraft {
        what: text("All is down"),
        severity: Some(Severity(1)),
        component: Some(id(ComponentId::parse, "actions")),
        class: Some(text("billing")),
        ..ReportDraft::default()
    };
    let incident = ada.declares(draft).await.incident;
    let thread = mara.thread(incident).await;
    assert_eq!(thread.incident.stakes[0].csm.as_ref().unwrap().name, "Mara Lind");
    assert_eq!(thread.incident.class, "billing");
    let paged = |change: &Change| match change {
        Change::Paged(Page { whom: PageTarget::OnCall(class), cause: PageCause::Declared, .. }) => Some(class.clone()),
        Change::Paged(Page { whom: PageTarget::Staff(owner), cause: PageCause::Declared, .. }) => {
            Some(owner.name.clone())
        }
        Change::Paged(Page { whom: PageTarget::Account(account), cause: PageCause::Declared, .. }) => {
            Some(account.text())
        }
        _ => None,
    };
    let whom: Vec<String> = thread.entries.iter().filter_map(|event| paged(&event.change)).collect();
    assert_eq!(whom[..3], ["billing", "Theo Park", "acme"]);
    let seen = ada.thread(incident).await.entries;
    assert_eq!(seen.iter().filter_map(|event| paged(&event.change)).collect::<Vec<_>>(), ["acme"]);
    assert!(site.gita().declare("Slow").await.seq > 0, "a customer success manager who is nobody is no fault");

    // A role is handed to whom staff know, by the name they know.
    let hand = |person: &str| Ask::AssignRole { role: text("commander"), person: PersonId::parse(person) };
    mara.does(incident, hand("theo")).await;
    assert_eq!(mara.thread(incident).await.incident.holder("commander").unwrap().name, "Theo Park");
    let refused = mara.command(incident, hand("nobody")).await;
    assert_eq!(
        (refused.code().as_str(), refused.json::<serde_json::Value>()["field"].as_str()),
        ("invalid", Some("person"))
    );
    let staff: serde_json::Value = mara.get("/v1/staff").await.json();
    let names: Vec<_> =
        staff["staff"].as_array().unwrap().iter().map(|member| member["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Mara Lind", "Theo Park"]);
    assert_eq!(ada.get("/v1/staff").await.code(), "forbidden");
    assert_eq!(site.anybody().get("/v1/staff").await.code(), "unauthenticated");
    let vendor = ada.status().await.vendor;
    assert_eq!((vendor.classes[0].words.as_str(), vendor.roles.len()), ("Invoices", 9));
}

#[tokio::test]
async fn escalation_policies_are_read_by_staff_alone() {
    let site = Site::start_with(Backend::Sqlite, |config| {
        let page = vec![text("on_call:night-shift"), text("staff:theo")];
        config.escalation = vec![EscalationConfig {
            classes: Vec::new(),
            levels: vec![text("SEV1")],
            steps: vec![StepConfig { page, minutes: 7 }],
            repeat: 1,
            again_minutes: 120,
        }];
    })
    .await;
    let (mara, _) = (site.staff("mara").await, site.staff("theo").await);
    let mut console = mara.listen(None).await;
    for snapshot in [mara.status().await, console.reset().await] {
        let [policy] = snapshot.vendor.escalations.as_slice() else { panic!("{snapshot:?}") };
        let [step] = policy.steps.as_slice() else { panic!("{policy:?}") };
        assert_eq!((policy.levels.as_slice(), step.minutes), (&[Severity(1)][..], 7));
        let who = PersonRef { person: id(PersonId::parse, "theo"), name: text("Theo Park") };
        let theo = StepTarget::Staff { who, security: true };
        assert_eq!(step.page, [StepTarget::Schedule(text("night-shift")), theo]);
    }
    for person in [site.ada(), site.gita(), site.anybody()] {
        let answer = person.get("/v1/status").await;
        assert!(!answer.body.contains("escalations") && !answer.body.contains("night-shift"), "{}", answer.body);
        let snapshot = person.listen(None).await.reset().await;
        assert!(snapshot.vendor.escalations.is_empty());
    }
}

#[tokio::test]
async fn others_too_is_said_from_the_agreed_number_of_accounts_on() {
    for (from, joins) in [(2, 1), (3, 2)] {
        let site = Site::start_with(Backend::Sqlite, |config| config.vendor.others_from = from).await;
        let (ada, mara) = (site.ada(), site.staff("mara").await);
        let incident = ada.declare("Pipelines are stuck").await.incident;
        mara.does(incident, Ask::Update(publish("Pipelines start late", "We look."))).await;
        let mut phone = ada.listen(None).await;
        phone.reset().await;
        let others = [site.gita(), site.hugo()];
        for (at, other) in (1..).zip(&others) {
            assert_eq!(ada.thread(incident).await.incident.others_affected, at > joins, "{from} accounts");
            other.does(incident, Ask::Join { severity: Severity(2), text: text("Ours too") }).await;
        }
        phone.until(|change| matches!(change, Change::OthersAffected {})).await;
        let heard = serde_json::to_string(&(phone.heard, ada.thread(incident).await)).unwrap();
        for secret in ["globex", "initech", "Gita", "Hugo", "Ours too"] {
            assert!(!heard.contains(secret), "{secret}: never who");
        }
        assert_eq!(mara.thread(incident).await.incident.stakes.len(), 3);
        assert_eq!(site.gita().status().await.headline.yours, 1, "a stake is theirs to see");
        site.assert_snapshot_is_fold().await;
    }
}

async fn two_incidents_become_one_and_a_sealed_one_stays_apart(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, gita, hugo) = (site.ada(), site.gita(), site.hugo());
    let (mara, theo) = (site.staff("mara").await, site.staff("theo").await);
    let target = ada.declare("Pipelines are stuck").await;
    let source = gita.declare("Nothing deploys").await;
    let earlier = gita.declare("Deploys were slow").await;
    let sealed = hugo.worries("Keys of others are visible").await.incident;
    gita.does(source.incident, say("Since noon", None)).await;
    let (mut at_acme, mut at_globex) = (ada.listen(None).await, gita.listen(None).await);
    at_acme.reset().await;
    at_globex.reset().await;
    let merge = |into| Ask::Merge { into };

    assert_eq!(mara.command(source.incident, merge(sealed)).await.code(), "not_found");
    assert_eq!(theo.command(source.incident, merge(sealed)).await.code(), "cant_merge");
    assert_eq!(theo.command(sealed, merge(source.incident)).await.code(), "cant_merge");
    assert_eq!(ada.command(target.incident, merge(source.incident)).await.code(), "forbidden");
    mara.does(earlier.incident, merge(source.incident)).await;
    mara.does(source.incident, merge(target.incident)).await;
    at_globex
        .until(|change| matches!(change, Change::Revealed { incident, .. } if incident.id == target.incident))
        .await;

    let tombstone = gita.thread(source.incident).await.incident;
    assert_eq!((tombstone.merged_into, tombstone.status), (Some(target.incident), Status::Resolved));
    assert_eq!(ada.get(&format!("/v1/incidents/{}", source.incident)).await.code(), "not_found");
    assert_eq!(gita.command(source.incident, say("Hello", None)).await.code(), "merged");
    gita.does(target.incident, say("Still nothing deploys", None)).await;
    mara.does(target.incident, say("One cause for all", Some(Visibility::Affected))).await;

    let thread = gita.thread(target.incident).await;
    let told = serde_json::to_string(&thread).unwrap();
    for words in ["Nothing deploys", "Deploys were slow", "Since noon", "Still nothing", "One cause"] {
        assert!(told.contains(words), "{words}: what was said elsewhere goes along");
    }
    assert!(!told.contains("Pipelines are stuck") && !told.contains("acme"));
    let numbers: Vec<_> = thread.entries.iter().map(|event| event.seq).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    let incidents: BTreeSet<_> = thread.entries.iter().filter_map(|event| event.incident).collect();
    assert_eq!(incidents, BTreeSet::from([target.incident, source.incident, earlier.incident]));

    at_acme.until(|change| matches!(change, Change::Said { text, .. } if text == "One cause for all")).await;
    let heard = serde_json::to_string(&(at_acme.heard, ada.thread(target.incident).await)).unwrap();
    assert!(!heard.contains("globex") && !heard.contains("deploys") && !heard.contains("Gita"), "{heard}");
    assert_eq!(hugo.get(&format!("/v1/incidents/{}", target.incident)).await.code(), "not_found");

    // It ends with the last key of both.
    mara.does(target.incident, Ask::ProposeResolution { text: text("All deploys.") }).await;
    ada.does(target.incident, Ask::Confirm {}).await;
    assert!(mara.thread(target.incident).await.incident.status.is_open());
    gita.does(target.incident, Ask::Confirm {}).await;
    assert!(mara.thread(target.incident).await.incident.settled());
    // What others have read under another name can't be closed to them.
    let alone = site.ada().declare("Alone").await.incident;
    let twin = site.ben().declare("Alone too").await.incident;
    mara.does(twin, merge(alone)).await;
    assert_eq!(theo.command(alone, Ask::Seal { reason: text("Keys") }).await.code(), "already_shared");
    site.assert_snapshot_is_fold().await;
}

async fn every_denial_has_its_status_and_its_sentence(backend: Backend) {
    let site = Site::start_with(backend, led).await;
    let (ada, gita, mara) = (site.ada(), site.gita(), site.staff("mara").await);
    let reason = || text("Because");
    let incident = ada.declare("Slow").await.incident;
    let (public, other) = (gita.declare("Stuck").await.incident, gita.declare("Twice").await.incident);
    mara.does(public, Ask::Update(publish("Pipelines start late", "We look."))).await;
    mara.does(other, Ask::Merge { into: public }).await;
    let drill =
        ReportDraft { what: text("A rehearsal"), severity: Some(Severity(1)), drill: true, ..ReportDraft::default() };
    let drill = ada.declares(drill).await.incident;
    let ended = ada.declare("Over soon").await.incident;
    mara.does(ended, Ask::ProposeResolution { text: text("Over.") }).await;
    assert_eq!(mara.command(ended, Ask::ProposeResolution { text: text("Over.") }).await.code(), "already_proposed");
    ada.does(ended, Ask::Confirm {}).await;
    let sealed = ada.worries("Keys of others are visible").await.incident;
    let theo = site.staff("theo").await;
    let who = || account("acme");

    let mut met = BTreeSet::new();
    let mut check = |answer: &Answer, code: ErrorCode| {
        assert_eq!((answer.status, answer.code().as_str()), (code.status(), code.as_str()));
        assert_eq!(answer.json::<serde_json::Value>()["title"], code.sentence());
        met.insert(code.as_str());
    };
    use ErrorCode as Code;
    let cases = [
        (&ada, incident, Ask::AcceptDowngrade {}, Code::NoDowngrade),
        (&ada, incident, Ask::Confirm {}, Code::NothingProposed),
        (&ada, incident, Ask::Reopen { reason: reason() }, Code::StillOpen),
        (&mara, incident, Ask::Waive { account: who(), reason: reason() }, Code::CustomersCall),
        (&mara, incident, Ask::Move { status: Status::Resolved }, Code::NeedsConfirmation),
        (&mara, incident, Ask::ReleaseRole { role: text("observer"), reason: reason() }, Code::NobodyHolds),
        (&gita, public, Ask::Join { severity: Severity(2), text: text("") }, Code::AlreadyJoined),
        (&mara, other, Ask::Acknowledge {}, Code::Merged),
        (&mara, incident, Ask::Merge { into: drill }, Code::CantMerge),
        (&mara, drill, Ask::Update(publish("A rehearsal", "For all")), Code::Drill),
        (&mara, public, Ask::Seal { reason: reason() }, Code::AlreadyShared),
        (&mara, incident, Ask::Unseal { reason: reason(), title: text("Slow") }, Code::NotSealed),
        (&theo, sealed, Ask::Update(publish("Keys", "For all")), Code::Sealed),
        (&theo, sealed, Ask::AssignRole { role: text("commander"), person: PersonId::parse("mara") }, Code::NotCleared),
        (&ada, incident, Ask::SetSeverity { severity: Severity(2), reason: text("") }, Code::NothingNew),
        (&mara, ended, Ask::Acknowledge {}, Code::Closed),
    ];
    for (person, incident, command, code) in cases {
        check(&person.command(incident, command).await, code);
    }
    mara.does(incident, Ask::Acknowledge {}).await;
    check(&mara.command(incident, Ask::Acknowledge {}).await, Code::AlreadyAcknowledged);
    site.wait(15 * DAY);
    check(&site.ada().command(ended, Ask::Reopen { reason: reason() }).await, Code::TooLate);
    let rules = ErrorCode::ALL.iter().filter(|code| code.status() == 409);
    // A part of a file that does not follow what is there is no command.
    let rules = rules.filter(|code| !matches!(code, Code::InFlight | Code::AlreadyProposed | Code::OffsetConflict));
    assert_eq!(met, rules.map(|code| code.as_str()).collect(), "each is met");
}
