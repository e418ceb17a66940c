//! Whose word ends what, over HTTP: the vendor's ends the public incident, each account's its own thread.

use callpoint_core::{
    model::{
        command::{IncidentCommand as Ask, Update},
        component::ComponentStatus,
        event::{Change, Event},
        id::IncidentId,
        incident::Status,
        person::Author,
        severity::Severity,
        stake::Closure,
        time::{DAY, HOUR},
    },
    wire::protocol::{Snapshot, Thread},
};
use callpoint_tests::{Backend, Person, Site, on_both_databases, publish, text};

use super::{account, led};

on_both_databases! {
    one_silent_account_holds_nobody_elses_page,
    an_executive_closes_for_an_account_that_leads_and_does_not_answer,
    an_old_reference_leads_whoever_knew_it_to_where_the_incident_goes_on,
}

fn knows(snapshot: &Snapshot, incident: IncidentId) -> bool {
    snapshot.incidents.iter().any(|one| one.id == incident)
}

async fn one_silent_account_holds_nobody_elses_page(backend: Backend) {
    let site = Site::start_with(backend, led).await;
    let (ada, gita, hugo) = (site.ada(), site.gita(), site.hugo());
    let mara = site.staff("mara").await;
    let incident = gita.declare("Pipelines are stuck").await.incident;
    mara.does(incident, Ask::Update(publish("Pipelines start late", "We look."))).await;
    for other in [&ada, &hugo] {
        other.does(incident, Ask::Join { severity: Severity(2), text: text("") }).await;
    }
    let end =
        || Ask::Update(Update { status: Some(Status::Resolved), publish: None, ..publish("", "All start in time.") });
    assert_eq!(mara.command(incident, end()).await.code(), "needs_confirmation");
    mara.does(incident, Ask::ProposeResolution { text: text("More runners.") }).await;
    for other in [&gita, &hugo] {
        other.does(incident, Ask::Confirm {}).await;
    }
    let page = site.anybody().get("/").await.body;
    assert!(page.contains("Partial outage") && page.contains("Pipelines start late"));
    let mut passer = site.anybody().listen(None).await;
    passer.reset().await;
    site.wait(2 * HOUR);
    mara.does(incident, end()).await;
    passer.until(|change| matches!(change, Change::Moved { status: Status::Resolved })).await;
    let page = site.anybody().get("/").await.body;
    assert!(page.contains("All systems operational") && page.contains("lasted 2"));

    site.wait(33 * DAY);
    // Tokens and sessions have ended meanwhile.
    let (ada, gita, mara) = (site.ada(), site.gita(), site.staff("mara").await);
    for who in [&gita, &site.anybody()] {
        let snapshot = who.status().await;
        assert_eq!((snapshot.headline.condition, snapshot.headline.yours), (ComponentStatus::Operational, 0));
        assert!(!knows(&snapshot, incident), "that another account has not answered shows nowhere");
    }
    let own = ada.status().await;
    assert_eq!((own.headline.condition, own.headline.yours), (ComponentStatus::DegradedPerformance, 1));
    assert!(knows(&own, incident) && knows(&mara.status().await, incident));
    site.assert_snapshot_is_fold().await;
    ada.does(incident, Ask::Confirm {}).await;
    assert!(mara.thread(incident).await.incident.settled());
    assert!(!knows(&ada.status().await, incident), "it ended more than 14 days ago");
    site.assert_snapshot_is_fold().await;
}

async fn an_executive_closes_for_an_account_that_leads_and_does_not_answer(backend: Backend) {
    let site = Site::start_with(backend, |config| {
        led(config);
        config.engagement.executives = vec![text("theo")];
        config.engagement.silence_days = 10;
        config.engagement.silence_reminders = 1;
    })
    .await;
    let mara = site.staff("mara").await;
    let incident = site.ada().declare("Exports are empty").await.incident;
    mara.does(incident, Ask::ProposeResolution { text: text("They are full again.") }).await;
    let mut console = mara.listen(None).await;
    console.reset().await;
    site.wait(7 * DAY);
    let seq = console.until(|change| matches!(change, Change::Reminded { .. })).await.seq;
    site.wait(3 * DAY);
    let (ada, mara, theo) = (site.ada(), site.staff("mara").await, site.staff("theo").await);
    assert_eq!((theo.status().await.you.executive, mara.status().await.you.executive), (true, false));
    let waive = || Ask::Waive { account: account("acme"), reason: text("No answer by phone either.") };
    assert_eq!(theo.command(incident, waive()).await.code(), "customers_call", "nobody was reached");
    ada.does(incident, Ask::Read { seq }).await;
    assert_eq!(mara.command(incident, waive()).await.code(), "customers_call");
    theo.does(incident, waive()).await;
    let thread = ada.thread(incident).await;
    assert!(matches!(thread.incident.stakes[0].closure, Closure::Overridden(_)) && thread.incident.settled());
    let told = |event: &Event| matches!((&event.by, &event.change), (Author::Staff { name, .. }, Change::Overridden { reason, .. }) if name == "Theo Park" && reason.starts_with("No answer"));
    assert!(thread.entries.iter().any(told), "{:?}", thread.entries);
    ada.does(incident, Ask::Reopen { reason: text("Empty again.") }).await;
    site.assert_snapshot_is_fold().await;
}

async fn an_old_reference_leads_whoever_knew_it_to_where_the_incident_goes_on(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, gita, mara) = (site.ada(), site.gita(), site.staff("mara").await);
    let target = ada.declare("Pipelines are stuck").await;
    let source = gita.declare("Nothing deploys").await;
    mara.does(source.incident, Ask::Merge { into: target.incident }).await;
    let found = async |who: &Person, name: &str| who.get(&format!("/v1/incidents/{name}")).await;
    for who in [&gita, &mara] {
        let thread: Thread = found(who, &source.reference).await.json();
        assert_eq!(
            (thread.incident.id, thread.incident.formerly()),
            (target.incident, vec![source.reference.as_str()])
        );
    }
    assert_eq!(found(&ada, &target.reference).await.json::<Thread>().incident.full_reference(), target.reference);
    for (who, name) in [(&ada, &source.reference), (&site.anybody(), &source.reference), (&ada, &text("NW-9"))] {
        assert_eq!(found(who, name).await.code(), "not_found", "{name}");
    }
    // Where nobody is signed in, one answer for what is hidden and for what there is not.
    for name in [&source.reference, &text("NW-9")] {
        let page = site.anybody().get(&format!("/t/{name}")).await;
        assert!(page.status == 200 && page.body.contains(&format!("thread:{name}")), "{}", page.body);
    }
    mara.does(target.incident, Ask::Update(publish("Pipelines start late", "We look."))).await;
    let page = site.anybody().get(&format!("/t/{}", target.reference)).await.body;
    assert!(page.contains(&format!("thread:{}", target.incident)), "{page}");
    site.assert_snapshot_is_fold().await;
}
