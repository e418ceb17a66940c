//! People who are not signed in: they report only where the vendor lets them, are marked as unverified, and can be
//! neither many nor somebody else. Each on both databases.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use callpoint_core::{
    model::{
        command::IncidentCommand as Ask,
        policy::Engagement,
        report::{Receipt, ReportDraft},
        severity::Severity,
    },
    wire::protocol::Request,
};
use callpoint_server::config::Config;
use callpoint_tests::{Backend, Site, key, on_both_databases};

on_both_databases! {
    nobody_reports_without_signing_in_unless_that_is_wanted,
    a_guest_is_marked_and_can_do_nothing_more,
    guests_are_few_and_keep_nobody_from_reporting,
    guests_are_not_many_accounts,
}

fn open(config: &mut Config) {
    config.customers.guests = true;
    config.customers.guests_per_minute = 3;
    config.engagement.guests = "shared".to_owned();
}

fn report() -> Request {
    Request::Report(ReportDraft {
        what: "Nothing loads.".into(),
        severity: Some(Severity(1)),
        ..ReportDraft::default()
    })
}

async fn nobody_reports_without_signing_in_unless_that_is_wanted(backend: Backend) {
    let site = Site::start(backend).await;
    let refused = site.anybody().ask(key(), &report()).await;
    assert_eq!((refused.status, refused.code().as_str()), (401, "unauthenticated"));
    assert!(!site.anybody().get("/v1/status").await.body.contains("guest"));
}

async fn a_guest_is_marked_and_can_do_nothing_more(backend: Backend) {
    let site = Site::start_with(backend, open).await;
    let (guest, mara, key) = (site.anybody(), site.staff("mara").await, key());
    assert!(guest.get("/v1/status").await.body.contains(r#""guest":true"#));
    let (first, again) = (guest.ask(key, &report()).await, guest.ask(key, &report()).await);
    assert_eq!((first.status, &first.body), (201, &again.body), "one key is one report");
    let receipt: Receipt = first.json();
    let incident = mara.thread(receipt.incident).await.incident;
    let stake = incident.stakes.first().unwrap();
    assert!(stake.account.is_guest());
    assert_eq!((stake.account.name.as_str(), stake.terms.engagement), ("Guest, unverified", Engagement::Shared));
    assert_eq!(guest.get(&format!("/v1/incidents/{}", receipt.incident)).await.code(), "not_found");
    assert_eq!(guest.command(receipt.incident, Ask::Confirm {}).await.code(), "unauthenticated");
    // A token can't name one.
    let posing = site.of_tier("mallory", stake.account.id.as_str(), "gold");
    assert_eq!(posing.get("/v1/incidents").await.code(), "token_invalid");
}

async fn guests_are_few_and_keep_nobody_from_reporting(backend: Backend) {
    let site = Site::start_with(backend, open).await;
    let guest = site.anybody();
    for _ in 0..3 {
        assert_eq!(guest.ask(key(), &report()).await.status, 201);
    }
    let refused = guest.ask(key(), &report()).await;
    assert_eq!((refused.status, refused.code().as_str()), (429, "rate_limited"));
    assert!(refused.header("retry-after").parse::<u32>().is_ok());
    site.ada().declare("A customer still reports.").await;
}

async fn guests_are_not_many_accounts(backend: Backend) {
    let site = Site::start_with(backend, |config| {
        open(config);
        config.vendor.others_from = 2;
    })
    .await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let into = ada.declare("Nothing loads for us.").await.incident;
    let guests = [site.anybody().ask(key(), &report()).await, site.anybody().ask(key(), &report()).await];
    for guest in guests {
        let from = guest.json::<Receipt>().incident;
        assert_eq!(mara.command(from, Ask::Merge { into }).await.status, 200);
    }
    assert!(!ada.thread(into).await.incident.others_affected, "anybody could be many guests");
    let gita = site.gita();
    let from = gita.declare("Nor for us.").await.incident;
    assert_eq!(mara.command(from, Ask::Merge { into }).await.status, 200);
    assert!(ada.thread(into).await.incident.others_affected);
}
