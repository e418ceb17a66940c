//! What becomes of reports when the database fails under the server: none is acknowledged that is not kept, and once
//! the fault is over everything works again without a restart.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use callpoint_core::{
    model::{
        id::IncidentId,
        report::{Receipt, ReportDraft},
        severity::Severity,
    },
    wire::protocol::Request,
};
use callpoint_server::store::Store;
use callpoint_tests::{Answer, Backend, Limit, Person, Site, SmallDisk, key, on_small_disk, print_row};
use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};

/// More tries than it takes to use up what an open log still has room for.
const TRIES: usize = 400;

async fn report(person: &Person, number: usize) -> Answer {
    let what = format!("Report {number}: nothing loads. {}", "Details. ".repeat(100));
    let draft = ReportDraft { what, severity: Some(Severity(2)), ..ReportDraft::default() };
    person.ask(key(), &Request::Report(draft)).await
}

#[test]
fn reports_are_kept_after_the_file_system_was_full() {
    on_small_disk("reports_are_kept_after_the_file_system_was_full", Limit::FileSystem, reports_are_kept);
}

#[test]
fn reports_are_kept_after_files_could_not_grow() {
    on_small_disk("reports_are_kept_after_files_could_not_grow", Limit::FileSize, reports_are_kept);
}

async fn reports_are_kept(disk: SmallDisk) {
    let mut site = Site::start_with(Backend::Sqlite, |config| config.database = disk.database()).await;
    let ada = site.ada();
    let mut acknowledged: Vec<IncidentId> = Vec::new();
    for number in 0..20 {
        acknowledged.push(report(&ada, number).await.json::<Receipt>().incident);
    }
    disk.fill();
    let mut refused = 0;
    for number in 20..TRIES {
        let answer = report(&ada, number).await;
        match answer.status {
            201 => acknowledged.push(answer.json::<Receipt>().incident),
            status => {
                assert_eq!((status, answer.code().as_str()), (503, "unavailable"));
                refused += 1;
            }
        }
        if refused == 3 {
            break;
        }
    }
    assert_eq!(refused, 3, "the disk was never full");
    assert_eq!(ada.get("/v1/status").await.status, 200, "what is known can still be read");
    let writes = async || ada.get("/readyz").await.json::<serde_json::Value>().get("writes").cloned();
    assert!(["full", "failing"].map(|word| Some(word.into())).contains(&writes().await), "{:?}", writes().await);
    disk.make_room();
    let recovering = async { while writes().await != Some("ok".into()) {} };
    tokio::time::timeout(std::time::Duration::from_secs(20), recovering).await.unwrap();
    let mut refused = 0;
    for number in TRIES..TRIES + 60 {
        let answer = report(&ada, number).await;
        if answer.status != 201 {
            refused += 1;
            continue;
        }
        acknowledged.push(answer.json::<Receipt>().incident);
    }
    site.stop().await;
    let store = site.store().await;
    let mut lost = 0;
    for incident in &acknowledged {
        lost += usize::from(store.incident(*incident).await.unwrap().is_none());
    }
    store.close().await;
    let count = acknowledged.len();
    print_row(&format!(
        "| disk full under the server, and room made again, SQLite | 1 | {count} | {lost} | 0 | - | - | - |"
    ));
    assert_eq!((lost, refused), (0, 0), "lost of {count} acknowledged, and refused though there was room again");
    site.assert_snapshot_is_fold().await;
}

/// A connection beside the server's own.
async fn connect(database: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(database).await.unwrap()
}

#[tokio::test]
async fn a_locked_file_refuses_reports_until_it_is_free() {
    let site = Site::start(Backend::Sqlite).await;
    let ada = site.ada();
    let mut other = connect(&site.database).await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    assert_eq!(report(&ada, 1).await.code(), "unavailable");
    assert_eq!(ada.get("/v1/status").await.status, 200, "what is known can still be read");
    other.execute("ROLLBACK").await.unwrap();
    let receipt: Receipt = report(&ada, 2).await.json();
    assert!(site.restart().await.store().await.incident(receipt.incident).await.unwrap().is_some());
}

#[tokio::test]
async fn reports_are_kept_though_postgres_drops_connections() {
    let site = Site::start(Backend::Postgres).await;
    let ada = site.ada();
    let mut acknowledged = vec![report(&ada, 1).await.json::<Receipt>().incident];

    // In the middle of a transaction, which waits for the log's lock.
    let (mut holder, mut admin) = (connect(&site.database).await, connect(&site.database).await);
    holder.execute("BEGIN").await.unwrap();
    holder.execute("SELECT seq FROM vendor FOR UPDATE").await.unwrap();
    let waiting = tokio::spawn(async move { report(&ada, 2).await });
    let ended = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
                 WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let once = async { while admin.fetch_one(ended).await.unwrap().get::<i64, _>(0) == 0 {} };
    tokio::time::timeout(std::time::Duration::from_secs(20), once).await.unwrap();
    holder.execute("ROLLBACK").await.unwrap();
    let answer = waiting.await.unwrap();
    assert_eq!(answer.status, 201, "it was tried again: {}", answer.body);
    acknowledged.push(answer.json::<Receipt>().incident);

    // While nothing is under way.
    let ended = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert!(admin.fetch_one(ended).await.unwrap().get::<i64, _>(0) > 1);
    let ada = site.ada();
    let answer = report(&ada, 3).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    acknowledged.push(answer.json::<Receipt>().incident);

    let site = site.restart().await;
    let store = site.store().await;
    for incident in acknowledged {
        assert!(store.incident(incident).await.unwrap().is_some());
    }
    store.close().await;
    site.assert_snapshot_is_fold().await;
}

#[tokio::test]
async fn a_file_that_can_not_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("callpoint.db");
    let address = format!("sqlite:{}", file.display());
    let refused = async |address: &str| Store::open(address, 1).await.unwrap_err().to_string();

    Store::open(&address, 1).await.unwrap().close().await;
    let reason = refused(&format!("{address}?mode=ro")).await;
    assert!(reason.starts_with(&address) && reason.contains("can be read but not written"), "{reason}");

    let mut bytes = std::fs::read(&file).unwrap();
    bytes.iter_mut().skip(100).for_each(|byte| *byte = 0xa5);
    std::fs::write(&file, &bytes).unwrap();
    let reason = refused(&address).await;
    assert!(reason.starts_with(&address) && reason.contains("is damaged"), "{reason}");

    std::fs::write(&file, "Minutes of the meeting. ".repeat(400)).unwrap();
    let reason = refused(&address).await;
    assert!(reason.starts_with(&address) && reason.contains("is not an SQLite database"), "{reason}");

    let reason = refused(&format!("sqlite:{}/missing/callpoint.db", folder.path().display())).await;
    assert!(reason.contains("unable to open database file"), "{reason}");
}

#[tokio::test]
async fn a_database_of_another_version_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("callpoint.db").display());
    let (one, two) = tokio::join!(Store::open(&address, 1), Store::open(&address, 1));
    one.unwrap().close().await;
    two.unwrap().close().await;

    let mut other = connect(&address).await;
    other
        .execute(
            "INSERT INTO _sqlx_migrations SELECT 9999, '', installed_on, 1, checksum, 0 FROM _sqlx_migrations LIMIT 1",
        )
        .await
        .unwrap();
    let reason = Store::open(&address, 1).await.unwrap_err().to_string();
    assert!(reason.contains("newer version of Callpoint (migration 9999)"), "{reason}");

    other.execute("CREATE TABLE migrations (id BIGINT NOT NULL PRIMARY KEY)").await.unwrap();
    let reason = Store::open(&address, 1).await.unwrap_err().to_string();
    assert!(reason.contains("development version of Callpoint"), "{reason}");
}
