//! What a server does about those who take more than their part: who only stays connected, sends slowly, listens too often
//! or writes too much stops nobody else.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use std::{
    future::Future,
    io::{BufRead as _, Write as _},
    process::{Command, Stdio},
    time::Duration,
};

use callpoint_core::{model::report::Receipt, wire::protocol::IDEMPOTENCY_KEY};
use callpoint_server::config::Config;
use callpoint_tests::{Answer, Backend, Person, Site, key};
use reqwest::Method;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// A test that waits longer than this for something has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Names the test that a process of its own serves.
const APART: &str = "CALLPOINT_TEST_LIMITS";

const REPORT: &str = r#"{"what":"Nothing loads.","severity":2}"#;

async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("it never came"))
}

async fn connect(origin: &str) -> TcpStream {
    TcpStream::connect(origin.strip_prefix("http://").unwrap()).await.unwrap()
}

/// What comes until the connection ends, however that is.
async fn to_the_end(connection: &mut TcpStream) -> String {
    let mut said = Vec::new();
    let read = async {
        let mut part = [0; 4096];
        while let Ok(length @ 1..) = connection.read(&mut part).await {
            said.extend_from_slice(part.get(..length).unwrap());
        }
    };
    in_time(read).await;
    String::from_utf8(said).unwrap()
}

/// The head of a report whose body has this length.
fn head(token: &str, length: usize) -> String {
    let key = key();
    format!(
        "POST /v1/reports HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         {IDEMPOTENCY_KEY}: {key}\r\ncontent-length: {length}\r\n\r\n"
    )
}

/// Writes the first part, then the rest byte by byte for as long as the other end listens.
async fn drip(connection: TcpStream, first: &str, rest: &str) -> String {
    let (mut reading, mut writing) = connection.into_split();
    writing.write_all(first.as_bytes()).await.unwrap();
    let mut pace = tokio::time::interval(Duration::from_millis(100));
    let dripping = async {
        for byte in rest.bytes() {
            pace.tick().await;
            if writing.write_all(&[byte]).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let mut said = Vec::new();
    let mut part = [0; 4096];
    let reading = async {
        while let Ok(length @ 1..) = reading.read(&mut part).await {
            said.extend_from_slice(part.get(..length).unwrap())
        }
    };
    tokio::select! {
        () = dripping => {}
        () = in_time(reading) => {}
    }
    String::from_utf8(said).unwrap()
}

fn apply(config: &mut Config) {
    (config.limits.header_seconds, config.limits.body_seconds, config.limits.idle_seconds) = (1, 1, 1);
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_cut() {
    let site = Site::start_with(Backend::Sqlite, apply).await;
    let never = "y".repeat(1_000);
    assert_eq!(drip(connect(&site.origin).await, "GET /healthz HTTP/1.1\r\nhost: x\r\nx: ", &never).await, "");
}

#[tokio::test]
async fn a_connection_that_is_not_used_is_closed() {
    let site = Site::start_with(Backend::Sqlite, apply).await;
    assert_eq!(to_the_end(&mut connect(&site.origin).await).await, "");
    let mut used = connect(&site.origin).await;
    used.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert!(to_the_end(&mut used).await.ends_with(r#"{"alive":true}"#));
}

#[tokio::test]
async fn a_body_that_comes_byte_by_byte_is_cut() {
    let site = Site::start_with(Backend::Sqlite, apply).await;
    let first = head(&site.token("ada", "Ada Marsh", ("acme", "Acme Robotics")), 4_000);
    let said = drip(connect(&site.origin).await, &first, &" ".repeat(1_000)).await;
    assert!(said.starts_with("HTTP/1.1 408 ") && said.contains(r#""code":"too_slow""#), "{said}");
    assert!(site.ada().status().await.incidents.is_empty());
}

#[tokio::test]
async fn a_slow_upload_that_goes_on_passes() {
    let site = Site::start_with(Backend::Sqlite, apply).await;
    // Longer than the patience without progress.
    let body = format!("{REPORT}{}", " ".repeat(20_000 - REPORT.len()));
    let first = head(&site.token("ada", "Ada Marsh", ("acme", "Acme Robotics")), body.len());
    let mut connection = connect(&site.origin).await;
    connection.write_all(first.as_bytes()).await.unwrap();
    let mut pace = tokio::time::interval(Duration::from_millis(150));
    for part in body.as_bytes().chunks(1_000) {
        pace.tick().await;
        connection.write_all(part).await.unwrap();
    }
    let said = to_the_end(&mut connection).await;
    assert!(said.starts_with("HTTP/1.1 201 "), "{said}");
}

#[tokio::test]
async fn a_stream_outlives_the_idle_limit() {
    let site = Site::start_with(Backend::Sqlite, apply).await;
    let ada = site.ada();
    let mut stream = ada.listen(None).await;
    stream.reset().await;
    // Two idle connections, one after the other, end in this time.
    to_the_end(&mut connect(&site.origin).await).await;
    to_the_end(&mut connect(&site.origin).await).await;
    ada.declare("Nothing loads.").await;
    stream.until(|_| true).await;
}

/// A server in a process of its own that may have 1,024 descriptors.
#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_stop_nobody() {
    if std::env::var_os(APART).is_some() {
        let most = Some(1_024);
        setrlimit(Resource::Nofile, Rlimit { current: most, maximum: most }).unwrap();
        let site = Site::start(Backend::Sqlite).await;
        let token = site.token("ada", "Ada Marsh", ("acme", "Acme Robotics"));
        writeln!(std::io::stdout(), "serving {} {token}", site.origin).unwrap();
        tokio::task::spawn_blocking(|| std::io::stdin().lines().count()).await.unwrap();
        return;
    }
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
    let mut server = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "idle_connections_stop_nobody", "--nocapture"])
        .env(APART, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
    let line = lines.find(|line| line.contains("serving ")).unwrap();
    let mut words = line.split("serving ").last().unwrap().split(' ').map(str::to_owned);
    let (origin, token) = (words.next().unwrap(), words.next().unwrap());
    let ada = Person::with_token(&origin, &token);
    let mut stream = ada.listen(None).await;
    stream.reset().await;

    let mut idle = Vec::new();
    for _ in 0..1_100 {
        idle.push(connect(&origin).await);
    }
    let late = Person::with_token(&origin, &token);
    let receipt = in_time(late.declare("Nothing loads.")).await;
    let heard = stream.until(|_| true).await;
    assert_eq!(heard.incident, Some(receipt.incident), "an open stream never makes room");
    assert_eq!(in_time(late.get("/readyz")).await.status, 200);
    server.stdin.take().unwrap().flush().unwrap();
    assert!(server.wait().unwrap().success());
}

#[tokio::test]
async fn where_nobody_is_idle_a_new_one_is_told_to_come_back() {
    let site = Site::start_with(Backend::Sqlite, |config| config.limits.connections = 2).await;
    let (one, two) = (site.ada(), site.gita());
    let (mut first, mut second) = (one.listen(None).await, two.listen(None).await);
    first.reset().await;
    second.reset().await;
    let said = to_the_end(&mut connect(&site.origin).await).await;
    assert!(said.starts_with("HTTP/1.1 503 ") && said.contains("\r\nretry-after: 2\r\n"), "{said}");
    drop(first);
    in_time(async { while site.anybody().request(Method::GET, "/healthz").send().await.is_err() {} }).await;
}

fn limited(answer: &Answer) {
    assert_eq!((answer.status, answer.code().as_str()), (429, "rate_limited"));
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
}

#[tokio::test]
async fn one_person_has_so_many_streams_and_another_their_own() {
    let site = Site::start_with(Backend::Sqlite, |config| config.limits.streams_per_person = 2).await;
    let ada = site.ada();
    let (one, _two) = (ada.listen(None).await, ada.listen(None).await);
    limited(&ada.get("/v1/events").await);
    site.gita().listen(None).await.reset().await;
    drop(one);
    in_time(async { while ada.request(Method::GET, "/v1/events").send().await.unwrap().status() != 200 {} }).await;
}

#[tokio::test]
async fn one_address_has_so_many_streams_whoever_asks() {
    let site = Site::start_with(Backend::Sqlite, |config| config.limits.streams_per_address = 1).await;
    let from = |address: &'static str| {
        let anybody = site.anybody();
        async move { anybody.request(Method::GET, "/v1/events").header("x-forwarded-for", address).send().await.unwrap() }
    };
    let open = from("203.0.113.7").await;
    assert_eq!(open.status(), 200);
    let refused = from("203.0.113.7").await;
    assert_eq!((refused.status().as_u16(), refused.headers().contains_key("retry-after")), (429, true));
    assert_eq!(from("198.51.100.1").await.status(), 200);
    drop(open);
}

#[tokio::test]
async fn one_person_writes_so_much_in_a_minute_and_reads_how_much_is_left() {
    let site = Site::start_with(Backend::Sqlite, |config| config.limits.writes_per_minute = 2).await;
    let (ada, same) = (site.ada(), key());
    let first = ada.post("/v1/reports", Some(same), REPORT).await;
    assert_eq!(
        (first.header("ratelimit-policy"), first.header("ratelimit")),
        (r#""person";q=2;w=60"#, r#""person";r=1;t=30"#)
    );
    let again = ada.post("/v1/reports", Some(same), REPORT).await;
    assert_eq!(first.json::<Receipt>(), again.json::<Receipt>(), "a retry counts as any other");
    let refused = ada.post("/v1/reports", Some(key()), REPORT).await;
    limited(&refused);
    assert!(refused.header("ratelimit").starts_with(r#""person";r=0;t="#), "{:?}", refused.headers);
    assert_eq!(ada.status().await.incidents.len(), 1, "whoever may not write can read");
    site.gita().declare("Nothing loads.").await;
}

#[tokio::test]
async fn one_address_writes_so_much_before_anybody_is_asked_who_they_are() {
    let site = Site::start_with(Backend::Sqlite, |config| config.limits.writes_per_minute = 1).await;
    let anybody = site.anybody();
    let from = |address: &str| {
        let request = anybody.request(Method::POST, "/v1/reports").header("x-forwarded-for", address);
        let request = request.header("content-type", "application/json").header(IDEMPOTENCY_KEY, key().to_string());
        Person::send(request.body(REPORT))
    };
    for left in (0..10).rev() {
        let answer = from("203.0.113.7").await;
        assert_eq!(answer.status, 401);
        assert!(answer.header("ratelimit").starts_with(&format!(r#""address";r={left};"#)), "{:?}", answer.headers);
    }
    limited(&from("203.0.113.7").await);
    assert_eq!(from("198.51.100.1").await.status, 401);
}
