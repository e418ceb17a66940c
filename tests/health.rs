//! What a server says of how it is, from its first moment on, and what becomes of those who wait for a database that has
//! gone silent.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use std::{future::Future, path::PathBuf, time::Duration};

use callpoint_core::{
    model::{
        report::{Receipt, ReportDraft},
        severity::Severity,
    },
    wire::protocol::Request,
};
use callpoint_server::{config::Config, run};
use callpoint_tests::{Answer, Backend, Person, SECRET, Site, key};
use futures_util::future::join_all;
use serde_json::Value;
use sqlx::{AnyConnection, Connection as _, Executor as _};
use tokio::{
    net::{TcpListener, UnixStream},
    sync::{oneshot, watch},
};

/// A test that waits longer than this for something has failed; so have a few commands one after the other that each wait
/// for a database that is away.
const PATIENCE: Duration = Duration::from_secs(60);

async fn until(what: &str, person: &Person, wanted: impl Fn(&Answer) -> bool) {
    let asking = async { while !wanted(&person.get("/readyz").await) {} };
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("never: {what}"));
}

fn health(answer: &Answer) -> (u16, String, String) {
    let told: Value = answer.json();
    let text = |name: &str| told.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    (answer.status, text("database"), text("writes"))
}

#[tokio::test]
async fn the_port_answers_before_the_server_is_ready() {
    let mut site = Site::start(Backend::Sqlite).await;
    site.stop().await;
    sqlx::any::install_default_drivers();
    let mut other = AnyConnection::connect(&site.database).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();

    let mut config = Config { database: site.database.clone(), ..Config::default() };
    config.customers.secret = SECRET.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(run(listener, config, async move { drop(stopped.await) }));
    let ada = site.ada().at(&origin);
    assert_eq!(ada.get("/healthz").await.status, 200);
    for path in ["/readyz", "/v1/status", "/"] {
        let answer = ada.get(path).await;
        assert_eq!((answer.status, answer.code().as_str()), (503, "unavailable"), "{path}");
        assert!(
            answer.body.contains("starting") && !answer.header("retry-after").is_empty(),
            "{path}: {}",
            answer.body
        );
    }
    other.execute("ROLLBACK").await.unwrap();
    until("ready", &ada, |answer| answer.status == 200).await;
    ada.declare("Nothing loads.").await;
    drop(stop);
    server.await.unwrap().unwrap();
}

/// A way to a database that can be made to swallow everything, as a network does that fails.
fn way_to(socket: PathBuf) -> (u16, watch::Sender<bool>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let listener = TcpListener::from_std(listener).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (silent, heard) = watch::channel(false);
    tokio::spawn(async move {
        let mut accepting = heard.clone();
        while accepting.wait_for(|silent| !silent).await.is_ok() {
            let (mut near, _) = listener.accept().await.unwrap();
            let (socket, mut heard) = (socket.clone(), heard.clone());
            tokio::spawn(async move {
                let mut far = UnixStream::connect(socket).await.unwrap();
                let passing = tokio::io::copy_bidirectional(&mut near, &mut far);
                tokio::select! {
                    _ = passing => return,
                    silent = heard.wait_for(|silent| *silent) => drop(silent),
                }
                drop(heard.wait_for(|silent| !silent).await);
            });
        }
    });
    (port, silent)
}

#[tokio::test]
async fn whoever_waits_for_a_silent_database_is_refused_together_and_it_recovers() {
    let mut way = None;
    let site = Site::start_with(Backend::Postgres, |config| {
        // postgres://postgres@localhost/NAME?host=FOLDER
        let (rest, folder) = config.database.split_once("?host=").unwrap();
        let name = rest.rsplit('/').next().unwrap();
        let socket = PathBuf::from(folder.replace("%2F", "/")).join(".s.PGSQL.5432");
        let (port, silent) = way_to(socket);
        config.database = format!("postgres://postgres@127.0.0.1:{port}/{name}");
        way = Some(silent);
    });
    let site = in_time(site).await;
    let silent = way.unwrap();
    let ada = site.ada();
    let first = ada.declare("Nothing loads.").await;
    assert_eq!(health(&ada.get("/readyz").await), (200, "ok".to_owned(), "ok".to_owned()));

    silent.send_replace(true);
    let keys: Vec<_> = (0..200).map(|_| key()).collect();
    let draft =
        ReportDraft { what: "Nothing loads.".to_owned(), severity: Some(Severity(2)), ..ReportDraft::default() };
    let request = Request::Report(draft);
    let all = || join_all(keys.iter().map(|key| ada.ask(*key, &request)));
    let refused = in_time(all()).await;
    assert!(refused.iter().all(|answer| (answer.status, answer.code().as_str()) == (503, "unavailable")));
    until("away", &ada, |answer| answer.status == 503 && answer.body.contains("database")).await;
    assert_eq!(ada.get("/healthz").await.status, 200);

    silent.send_replace(false);
    until("back", &ada, |answer| answer.status == 200).await;
    let taken = in_time(all()).await;
    assert!(taken.iter().all(|answer| answer.status == 201), "{:?}", taken.first());
    let incidents = ada.status().await.incidents;
    assert_eq!(incidents.len(), 1 + keys.len(), "each of them once");
    assert!(incidents.iter().any(|incident| incident.id == first.incident));
    let again = ada.ask(*keys.first().unwrap(), &request).await.json::<Receipt>();
    assert_eq!(again, taken.first().unwrap().json::<Receipt>());
    site.assert_snapshot_is_fold().await;
}

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("it never came"))
}
