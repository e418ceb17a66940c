//! Backups, and what comes back from them.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use std::{path::Path, process::Command};

use callpoint_core::model::attachment::Upload;
use callpoint_server::store::{self, BackupError, Store};
use callpoint_tests::{Backend, DurablePostgres, Load, Site, Tally, key, reporter};
use reqwest::Method;
use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};

async fn integrity(database: &str) -> String {
    let mut connection = AnyConnection::connect(database).await.unwrap();
    connection.fetch_one("PRAGMA integrity_check").await.unwrap().get(0)
}

fn names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[tokio::test]
async fn a_backup_under_load_has_each_report_that_was_acknowledged_before_it_began() {
    let site = Site::start(Backend::Sqlite).await;
    let (upload, ada) = (key(), site.ada());
    let begun = ada.post("/v1/attachments", Some(upload), r#"{"name":"server.log","size":70000}"#).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let part = ada.request(Method::PATCH, &format!("/v1/attachments/{upload}")).header("upload-offset", "0");
    let part = part.header("content-type", "application/offset+octet-stream").body("All is well. ".repeat(5_100));
    part.send().await.unwrap().error_for_status().unwrap();

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("callpoint.backup");
    let mut load = Load::start((0..8).map(|number| reporter(&site.origin, number)));
    load.goes_on(200).await;
    let before = load.acknowledged();
    let last = store::back_up(&site.database, &file).await.unwrap();
    load.goes_on(20).await;
    let all = load.stop().await;
    assert!(all.len() >= before.len() + 20, "the server went on writing");
    assert_eq!(names(folder.path()), ["callpoint.backup"]);

    let restored = format!("sqlite:{}", file.display());
    assert_eq!(integrity(&restored).await, "ok");
    let copy = Site::start_with(Backend::Sqlite, |config| config.database.clone_from(&restored)).await;
    let store = copy.store().await;
    assert!(store.head().await.unwrap() >= last);
    Tally::of(&store, &before).await.assert_once();
    store.close().await;
    copy.assert_snapshot_is_fold().await;
    let answer = copy.ada().post("/v1/attachments", Some(upload), r#"{"name":"server.log","size":70000}"#).await;
    assert_eq!(answer.json::<Upload>().offset, 66_300, "files are in it too");

    // Whoever asks again under a key of before is answered as before, by the restored server too.
    let (number, again) = before.iter().next().unwrap();
    let events = copy.staff("mara").await.thread(again.incident).await.entries;
    assert!(events.iter().any(|event| event.command == *number));
    let mut load = Load::start([reporter(&copy.origin, 1)]);
    load.goes_on(3).await;
    let store = copy.store().await;
    Tally::of(&store, &load.stop().await).await.assert_once();
    store.close().await;
}

#[tokio::test]
async fn a_backup_takes_no_other_files_place() {
    let site = Site::start(Backend::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("callpoint.backup");
    std::fs::write(&file, "yesterday's").unwrap();
    let refused = store::back_up(&site.database, &file).await.unwrap_err();
    assert!(matches!(&refused, BackupError::Exists(path) if *path == file), "{refused}");
    assert_eq!(std::fs::read(&file).unwrap(), b"yesterday's");

    let (other, part) = (folder.path().join("other.backup"), folder.path().join("other.backup.partial"));
    std::fs::write(&part, "half of it").unwrap();
    let refused = store::back_up(&site.database, &other).await.unwrap_err();
    assert!(matches!(&refused, BackupError::Unfinished(path) if *path == part), "{refused}");
    assert_eq!(std::fs::read(&part).unwrap(), b"half of it");
}

#[tokio::test]
async fn what_can_not_be_copied_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let (database, file) = (folder.path().join("callpoint.db"), folder.path().join("callpoint.backup"));
    let address = format!("sqlite:{}", database.display());
    let refused = store::back_up(&address, &file).await.unwrap_err().to_string();
    assert!(refused.contains("callpoint.db: ") && refused.contains("unable to open"), "{refused}");
    assert!(names(folder.path()).is_empty());

    Store::open(&address, 1).await.unwrap().close().await;
    let mut bytes = std::fs::read(&database).unwrap();
    bytes.iter_mut().skip(5_000).for_each(|byte| *byte = 0xa5);
    std::fs::write(&database, bytes).unwrap();
    let refused = store::back_up(&address, &file).await.unwrap_err().to_string();
    assert!(refused.contains("damaged"), "{refused}");
    assert_eq!(names(folder.path()), ["callpoint.db"]);

    let refused = store::back_up(&address, &folder.path().join("missing/callpoint.backup")).await.unwrap_err();
    assert!(matches!(refused, BackupError::File(..)), "{refused}");
}

#[tokio::test]
async fn the_command_that_is_named_for_postgres_makes_a_backup_that_a_server_starts_on() {
    let postgres = DurablePostgres::start();
    let site = Site::start_with(Backend::Postgres, |config| config.database = postgres.database()).await;
    let mut load = Load::start((0..4).map(|number| reporter(&site.origin, number)));
    load.goes_on(50).await;
    let before = load.acknowledged();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("callpoint.dump");
    let BackupError::Postgres(command) = store::back_up(&site.database, &file).await.unwrap_err() else { panic!() };
    let run = |command: &str| {
        let programs = postgres.program("").display().to_string();
        let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
        let done = Command::new("sh").args(["-c", command]).env("PATH", path).output().unwrap();
        assert!(done.status.success(), "{command}: {}", String::from_utf8_lossy(&done.stderr));
    };
    run(&command);
    load.stop().await;

    let restored = postgres.database();
    run(&format!("pg_restore --no-owner --dbname='{restored}' '{}'", file.display()));
    let copy = Site::start_with(Backend::Postgres, |config| config.database = restored).await;
    let store = copy.store().await;
    Tally::of(&store, &before).await.assert_once();
    store.close().await;
    copy.assert_snapshot_is_fold().await;
}
