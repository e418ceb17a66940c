//! Who is paged while time passes, as the pages leave: who, for what, and when.

use callpoint_core::model::{
    command::IncidentCommand as Ask,
    id::ComponentId,
    report::ReportDraft,
    severity::Severity,
    time::{HOUR, MINUTE},
};
use callpoint_server::config::{Config, EscalationConfig, StepConfig};
use callpoint_tests::{Backend, Receiver, Site, id, on_both_databases, publish, text};

on_both_databases! {
    an_untouched_incident_of_the_top_level_pages_along_its_policy_for_as_long_as_it_takes,
    eighteen_accounts_that_join_an_acknowledged_incident_page_nobody,
}

fn along_a_policy(url: &str) -> impl FnOnce(&mut Config) {
    move |config| {
        super::to(url)(config);
        config.vendor.owners = vec![text("actions=mara")];
        let step = |page: &[&str], minutes| StepConfig { page: page.iter().map(|who| text(who)).collect(), minutes };
        config.escalation = vec![EscalationConfig {
            classes: Vec::new(),
            levels: vec![text("SEV1")],
            steps: vec![step(&["on_call", "owners"], 5), step(&["on_call:secondary"], 10), step(&["staff:theo"], 15)],
            repeat: 1,
            again_minutes: 120,
        }];
    }
}

fn all_is_down() -> ReportDraft {
    ReportDraft {
        what: text("All is down"),
        severity: Some(Severity(1)),
        component: Some(id(ComponentId::parse, "actions")),
        ..ReportDraft::default()
    }
}

/// The pages that have left by now, a line each; whatever leaves last is a marker of no interest.
async fn pages(site: &Site, desk: &mut Receiver) -> Vec<String> {
    let marker = site.hugo().declare("A marker").await.reference;
    let (mut first, mut lines) = (None, Vec::new());
    loop {
        let came = desk.next().await;
        if came.told().1 == marker {
            return lines;
        }
        for event in came.json()["data"]["events"].as_array().unwrap() {
            let page = &event["change"]["paged"];
            if page.is_null() {
                continue;
            }
            let at = event["at"].as_i64().unwrap();
            let minutes = (at - *first.get_or_insert(at)) / MINUTE;
            let (whom, step) = (&page["whom"], &page["step"]);
            let whom = whom["on_call"].as_str().map_or_else(
                || whom["staff"]["name"].as_str().unwrap().to_owned(),
                |schedule| format!("on call: {schedule}"),
            );
            let (cause, number, repeat) = (page["cause"].as_str().unwrap(), &step["number"], &step["repeat"]);
            lines.push(format!(
                "{:02}:{:02}  {whom:<18}  {cause}, step {number}, repeat {repeat}",
                minutes / 60,
                minutes % 60
            ));
        }
    }
}

async fn an_untouched_incident_of_the_top_level_pages_along_its_policy_for_as_long_as_it_takes(backend: Backend) {
    let mut desk = Receiver::start().await;
    let site = Site::start_with(backend, along_a_policy(&desk.url)).await;
    site.ada().declares(all_is_down()).await;
    let store = site.store().await;
    for _ in 0..12 * HOUR / (5 * MINUTE) {
        site.wait(5 * MINUTE);
        // Until the clock has done what was due.
        let done = async { while store.next_due().await.unwrap().unwrap() <= site.clock.now() {} };
        tokio::time::timeout(std::time::Duration::from_secs(20), done).await.unwrap();
    }
    store.close().await;
    let table = pages(&site, &mut desk).await.join("\n");
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../snapshots" }, {
        insta::assert_snapshot!("pages", table);
    });
}

async fn eighteen_accounts_that_join_an_acknowledged_incident_page_nobody(backend: Backend) {
    let mut desk = Receiver::start().await;
    let site = Site::start_with(backend, along_a_policy(&desk.url)).await;
    let (mara, incident) = (site.staff("mara").await, site.ada().declares(all_is_down()).await.incident);
    mara.does(incident, Ask::Acknowledge {}).await;
    mara.does(incident, Ask::AssignRole { role: text("commander"), person: None }).await;
    mara.does(incident, Ask::Update(publish("All is down", "We look."))).await;
    assert_eq!(pages(&site, &mut desk).await.len(), 2, "the report pages whoever is on call, and the owner");
    for number in 0..18 {
        let account = format!("account-{number}");
        let joining = site.bearer(&site.token(&account, "Somebody", (&account, &account)));
        joining.does(incident, Ask::Join { severity: Severity(1 + number % 3), text: String::new() }).await;
    }
    let more = pages(&site, &mut desk).await;
    assert_eq!(more, Vec::<String>::new());
}
