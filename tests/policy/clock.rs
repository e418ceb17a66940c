//! What time brings, through the server's own clock: nobody waits for it.

use std::time::Duration;

use callpoint_core::{
    model::{
        command::{ComponentCommand, IncidentCommand as Ask, Update, Visibility},
        component::ComponentStatus,
        event::{Change, Consent, Duty, Page, PageCause, PageTarget},
        id::{ComponentId, IncidentId},
        incident::Status,
        report::ReportDraft,
        severity::Severity,
        stake::Closure,
        time::{DAY, HOUR, MINUTE},
    },
    wire::protocol::Request,
};
use callpoint_server::config::Config;
use callpoint_tests::{Backend, Listener, Person, Site, id, key, on_both_databases, publish, text};

use super::{account, led};

on_both_databases! {
    a_silent_account_is_taken_to_agree_once_its_time_is_over,
    a_customer_led_account_is_never_taken_to_agree,
    what_is_late_is_said_once_however_often_somebody_looks,
    what_is_due_is_known_anew_when_more_is_told_at_the_start,
    what_is_not_due_by_ones_own_rules_is_left_alone,
    less_severe_incidents_rest_in_quiet_hours_and_say_so,
    the_clock_goes_on_where_it_was_after_a_restart,
}

async fn closure(staff: &Person, incident: IncidentId) -> Closure {
    staff.thread(incident).await.incident.stakes[0].closure.clone()
}

/// Somebody of an account is shown the reminder, and says nothing.
async fn reads_the_reminder(customer: &Person, incident: IncidentId, console: &mut Listener) {
    let seq = console.until(|change| matches!(change, Change::Reminded { .. })).await.seq;
    customer.does(incident, Ask::Read { seq }).await;
}

async fn a_silent_account_is_taken_to_agree_once_its_time_is_over(backend: Backend) {
    let site = Site::start_with(backend, led).await;
    let (gita, mara) = (site.gita(), site.staff("mara").await);
    let incident = gita.declare("Exports are empty").await.incident;
    let lower =
        Ask::ProposeDowngrade { account: account("globex"), severity: Severity(3), reason: text("One report.") };
    mara.does(incident, lower).await;
    let mut console = mara.listen(None).await;
    console.reset().await;

    site.wait(3 * HOUR + MINUTE);
    reads_the_reminder(&site.gita(), incident, &mut console).await;
    site.wait(HOUR);
    let lowered = console.until(|change| matches!(change, Change::Lowered { .. })).await;
    assert!(matches!(lowered.change, Change::Lowered { consent: Consent::Silence, severity: Severity(3), .. }));
    mara.does(incident, Ask::ProposeResolution { text: text("They are full again.") }).await;
    site.wait(55 * HOUR);
    reads_the_reminder(&site.gita(), incident, &mut console).await;
    assert!(matches!(closure(&mara, incident).await, Closure::Proposed { reminded: true, .. }));
    site.wait(18 * HOUR);
    console.until(|change| matches!(change, Change::TimedOut { .. })).await;
    console.until(|change| matches!(change, Change::Moved { status: Status::Resolved })).await;
    assert!(matches!(closure(&mara, incident).await, Closure::TimedOut(_)));

    // Whoever was silent can still say otherwise.
    site.gita().does(incident, Ask::Reopen { reason: text("Empty again.") }).await;
    console.until(|change| matches!(change, Change::Paged(Page { cause: PageCause::Disputed, .. }))).await;
    assert_eq!(mara.thread(incident).await.incident.status, Status::Investigating);
    site.assert_snapshot_is_fold().await;
}

async fn a_customer_led_account_is_never_taken_to_agree(backend: Backend) {
    let site = Site::start_with(backend, led).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let incident = ada.declare("Exports are empty").await.incident;
    let other = site.gita().declare("Exports are empty").await.incident;
    let acme = || account("acme");
    let lower = Ask::ProposeDowngrade { account: acme(), severity: Severity(3), reason: text("One report.") };
    mara.does(incident, lower).await;
    let waive = Ask::Waive { account: acme(), reason: text("It is over.") };
    assert_eq!(mara.command(incident, waive).await.code(), "customers_call");
    for incident in [incident, other] {
        mara.does(incident, Ask::ProposeResolution { text: text("They are full again.") }).await;
    }
    let mut console = mara.listen(None).await;
    console.reset().await;
    site.wait(60 * HOUR);
    reads_the_reminder(&site.gita(), other, &mut console).await;
    site.wait(10 * DAY);
    // By then the clock has looked at both.
    console.until(|change| matches!(change, Change::TimedOut { .. })).await;
    let stake = mara.thread(incident).await.incident.stakes[0].clone();
    assert!(matches!(stake.closure, Closure::Proposed { until: None, reminded: false, .. }));
    assert_eq!((stake.effective(None), stake.downgrade.map(|asked| asked.until)), (Severity(2), Some(None)));

    let ada = site.ada();
    ada.does(incident, Ask::AcceptDowngrade {}).await;
    ada.does(incident, Ask::Confirm {}).await;
    let settled = mara.thread(incident).await.incident;
    assert_eq!((settled.settled(), settled.effective_severity()), (true, Some(Severity(3))));
    site.assert_snapshot_is_fold().await;
}

/// Waits for everything that the clock does about an incident until a public marker comes after it.
async fn overdue(staff: &Person, console: &mut Listener) -> Vec<Duty> {
    let before = console.heard.len();
    let pages = id(ComponentId::parse, "pages");
    let now = staff.status().await.components.into_iter().find(|part| part.id == pages).unwrap().status;
    let status = if now == ComponentStatus::Operational {
        ComponentStatus::UnderMaintenance
    } else {
        ComponentStatus::Operational
    };
    let set = Request::Component(pages, ComponentCommand::SetStatus { status });
    assert_eq!(staff.ask(key(), &set).await.status, 200);
    console.until(|change| matches!(change, Change::ComponentMoved { .. })).await;
    let heard = console.heard[before..].iter();
    heard
        .filter_map(|event| match event.change {
            Change::Overdue { duty } => Some(duty),
            _ => None,
        })
        .collect()
}

async fn what_is_late_is_said_once_however_often_somebody_looks(backend: Backend) {
    let site = Site::start(backend).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let draft = ReportDraft { what: text("All is down"), severity: Some(Severity(1)), ..ReportDraft::default() };
    let incident = ada.declares(draft).await.incident;
    let mut console = mara.listen(Some(0)).await;
    // Nobody commands it: that is said at once.
    console.until(|change| matches!(change, Change::Overdue { duty: Duty::Commander })).await;
    mara.does(incident, Ask::AssignRole { role: text("commander"), person: None }).await;

    site.wait(16 * MINUTE);
    console.until(|change| matches!(change, Change::Overdue { duty: Duty::Acknowledge })).await;
    mara.does(incident, Ask::Acknowledge {}).await;

    // What is promised counts from when it is promised, and sooner than news would be owed.
    let soon = Some(site.clock.now().plus(5 * MINUTE));
    let promise = Update { to: Visibility::Affected, next_update: soon, publish: None, ..publish("", "We look.") };
    mara.does(incident, Ask::Update(promise.clone())).await;
    site.wait(6 * MINUTE);
    console.until(|change| matches!(change, Change::Overdue { duty: Duty::Promise })).await;
    let paged = console.until(|change| matches!(change, Change::Paged(_))).await;
    assert!(matches!(paged.change, Change::Paged(Page { cause: PageCause::Overdue, whom: PageTarget::OnCall(_), .. })));
    mara.does(incident, Ask::Update(Update { next_update: None, ..promise })).await;

    // Several nodes look at once: each asks the rules, and one entry is made.
    let second = site.beside(|_| ()).await;
    site.wait(31 * MINUTE);
    second.wait(53 * MINUTE);
    console.until(|change| matches!(change, Change::Overdue { duty: Duty::Update })).await;
    assert_eq!(overdue(&mara, &mut console).await, []);
    let entries = mara.thread(incident).await.entries;
    let late: Vec<_> = entries.iter().filter(|event| matches!(event.change, Change::Overdue { .. })).collect();
    assert_eq!(late.len(), 4, "{late:?}");
    site.assert_snapshot_is_fold().await;
}

async fn the_clock_goes_on_where_it_was_after_a_restart(backend: Backend) {
    let site = Site::start(backend).await;
    let (hugo, mara) = (site.hugo(), site.staff("mara").await);
    let incident = hugo.declare("Slow").await.incident;
    mara.does(incident, Ask::ProposeResolution { text: text("Fast again.") }).await;
    let mut site = site;
    site.stop().await;
    site.wait(73 * HOUR);
    let site = site.again(|_| ()).await;
    let mut console = mara.at(&site.origin).listen(Some(0)).await;
    reads_the_reminder(&site.hugo(), incident, &mut console).await;
    site.wait(9 * HOUR);
    console.until(|change| matches!(change, Change::TimedOut { .. })).await;
    site.assert_snapshot_is_fold().await;
}

async fn less_severe_incidents_rest_in_quiet_hours_and_say_so(backend: Backend) {
    let site = Site::start_with(backend, |config| config.vendor.quiet_hours = text("22:00-06:00")).await;
    let now = site.clock.now().0;
    // To 23:00 of the day that is next.
    site.wait(DAY - now.rem_euclid(DAY) + 23 * HOUR);
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let cursor = mara.status().await.seq;
    let incident = ada.declare("Slow").await.incident;
    let mut console = mara.listen(Some(cursor)).await;
    site.wait(HOUR + MINUTE);
    let paused = console.until(|change| matches!(change, Change::Paused { .. })).await;
    let Change::Paused { until, .. } = paused.change else { unreachable!() };
    assert_eq!(until.0.rem_euclid(DAY), 6 * HOUR);
    assert_eq!(ada.thread(incident).await.incident.paused_until, Some(until), "those affected know");
    assert_eq!(overdue(&mara, &mut console).await, []);
    site.wait(6 * HOUR);
    let late = console.until(|change| matches!(change, Change::Overdue { .. })).await;
    assert!(late.at >= until && late.change == Change::Overdue { duty: Duty::Acknowledge });
    site.assert_snapshot_is_fold().await;
}

/// Under `sev1-3` the third level is looked at within 8 hours, under `p0-p3` within 4.
fn other_scheme(config: &mut Config) {
    config.vendor.scheme = text("p0-p3");
}

fn small() -> ReportDraft {
    ReportDraft { what: text("A small fault"), severity: Some(Severity(3)), ..ReportDraft::default() }
}

async fn what_is_due_is_known_anew_when_more_is_told_at_the_start(backend: Backend) {
    let mut site = Site::start(backend).await;
    let mara = site.staff("mara").await;
    site.ada().declares(small()).await;
    let cursor = mara.status().await.seq;
    site.stop().await;
    let site = site.again(other_scheme).await;
    let mut console = mara.at(&site.origin).listen(Some(cursor)).await;
    site.wait(4 * HOUR + MINUTE);
    console.until(|change| matches!(change, Change::Overdue { duty: Duty::Acknowledge })).await;
}

/// As while servers are told something new one after the other.
async fn what_is_not_due_by_ones_own_rules_is_left_alone(backend: Backend) {
    let site = Site::start(backend).await;
    let mara = site.staff("mara").await;
    let mut other = site.beside(other_scheme).await;
    let incident = site.ada().at(&other.origin).declares(small()).await.incident;
    other.stop().await;
    let store = site.store().await;
    assert!(store.next_due().await.unwrap().unwrap().since(site.clock.now()) <= 4 * HOUR);
    site.wait(4 * HOUR + MINUTE);
    let looked = async { while store.next_due().await.unwrap().unwrap() <= site.clock.now() {} };
    tokio::time::timeout(Duration::from_secs(20), looked).await.unwrap();
    let entries = mara.thread(incident).await.entries;
    assert!(entries.iter().all(|event| !matches!(event.change, Change::Overdue { .. })));
    store.close().await;
}
