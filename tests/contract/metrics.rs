//! The figures for Prometheus: who gets them, that they are well formed, and that they tell of nobody.

use std::collections::BTreeSet;

use callpoint_core::model::command::IncidentCommand as Ask;
use callpoint_server::config::Config;
use callpoint_tests::{Answer, Backend, Person, Receiver, Site, on_both_databases, publish};
use reqwest::Client;

on_both_databases! {
    they_count_what_is_open_and_waits_and_nothing_that_is_sealed,
}

const TOKEN: &str = "a token of the tests";

async fn ask(url: &str, token: Option<&str>) -> Answer {
    let request = Client::new().get(url);
    Person::send(match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    })
    .await
}

/// The lines that tell of incidents and of messages.
fn told(text: &str) -> BTreeSet<String> {
    let of = |line: &&str| line.starts_with("callpoint_incidents") || line.starts_with("callpoint_deliveries");
    text.lines().filter(of).map(str::to_owned).collect()
}

#[tokio::test]
async fn they_are_given_with_a_token_or_on_an_address_of_their_own_and_else_to_nobody() {
    let plain = Site::start(Backend::Sqlite).await;
    for token in [None, Some(""), Some(TOKEN)] {
        let answer = ask(&format!("{}/metrics", plain.origin), token).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"));
    }
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let own = Site::start_with(Backend::Sqlite, |config: &mut Config| config.metrics.listen = free.to_string()).await;
    assert_eq!(ask(&format!("{}/metrics", own.origin), Some(TOKEN)).await.status, 404);
    let answer = ask(&format!("http://{free}/metrics"), None).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    for path in ["/", "/v1/status", "/console"] {
        assert_eq!(ask(&format!("http://{free}{path}"), None).await.status, 404, "there is nothing else");
    }
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let both = Site::start_with(Backend::Sqlite, |config: &mut Config| {
        config.metrics.listen = free.to_string();
        config.metrics.token = TOKEN.to_owned();
    })
    .await;
    for url in [format!("http://{free}/metrics"), format!("{}/metrics", both.origin)] {
        assert_eq!(ask(&url, Some(TOKEN)).await.status, 200);
        for wrong in [None, Some(""), Some("a token of the test"), Some("A token of the tests")] {
            let answer = ask(&url, wrong).await;
            assert_eq!((answer.status, answer.code().as_str()), (401, "unauthenticated"), "{wrong:?}");
        }
        let own = Person::send(Client::new().get(&url).header("authorization", format!("Basic {TOKEN}"))).await;
        assert_eq!(own.status, 401);
    }
    let customer = ask(&format!("{}/metrics", both.origin), Some(&both.token("ada", "Ada", ("acme", "Acme")))).await;
    assert_eq!(customer.status, 401);
    let staff = both.staff("theo").await.get("/metrics").await;
    assert_eq!(staff.status, 401, "they are for machines");
}

async fn they_count_what_is_open_and_waits_and_nothing_that_is_sealed(backend: Backend) {
    let receiver = Receiver::start().await;
    receiver.answer_always(Some("500 Internal Server Error"));
    let site = Site::start_with(backend, |config: &mut Config| {
        config.metrics.token = TOKEN.to_owned();
        config.webhook.secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3".to_owned();
        config.webhook.url = receiver.url.clone();
        config.webhook.security_url = receiver.url.clone();
        config.webhook.accounts = vec![format!("acme={}", receiver.url)];
        config.engagement.shared_pager = vec!["acme".to_owned()];
    })
    .await;
    let url = format!("{}/metrics", site.origin);
    let text = async || ask(&url, Some(TOKEN)).await.body;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let receipt = ada.declare("The arm stops in its cell").await;
    ada.declare("Labels stop at the gate").await;
    mara.does(receipt.incident, Ask::Update(publish("The arm stops", "We look."))).await;
    let waits = |text: &str| {
        text.lines().any(|line| {
            line.starts_with(r#"callpoint_deliveries_waiting{connector="webhook"} "#) && !line.ends_with(" 0")
        })
    };
    let before = loop {
        let text = text().await;
        if waits(&text) {
            break text;
        }
        tokio::task::yield_now().await;
    };
    for line in [
        r#"callpoint_incidents_open{visibility="public"} 1"#,
        r#"callpoint_incidents_open{visibility="private"} 1"#,
        r#"callpoint_healthy{part="database"} 1"#,
        r#"callpoint_http_requests_total{method="POST",route="/v1/reports",status="201"} 2"#,
        r#"callpoint_deliveries_parked{connector="webhook"} 0"#,
        "callpoint_streams_open 0",
    ] {
        assert!(before.lines().any(|found| found == line), "{line}: {before}");
    }
    assert!(before.ends_with("# EOF\n"));

    // A sealed report.
    let count = |text: &str| told(text).into_iter().filter(|line| line.contains("incidents_open")).collect::<Vec<_>>();
    let secret = site.hugo().worries("Salaries are open to all").await;
    site.staff("theo").await.does(secret.incident, Ask::Acknowledge {}).await;
    assert_eq!(ask(&format!("{}/a/path/of/grace", site.origin), None).await.status, 404);
    let after = text().await;
    assert_eq!(count(&after), count(&before));
    for word in [
        "acme",
        "Acme",
        "initech",
        "Ada",
        "ada",
        "theo",
        "NW-",
        "grace",
        "security\"",
        "actions",
        "Salaries",
        &receipt.incident.to_string(),
        &secret.incident.to_string(),
    ] {
        assert!(!after.contains(word), "{word}: {after}");
    }
}

#[tokio::test]
async fn the_dashboard_and_the_guide_name_figures_that_there_are() {
    let site = Site::start_with(Backend::Sqlite, |config: &mut Config| config.metrics.token = TOKEN.to_owned()).await;
    let text = ask(&format!("{}/metrics", site.origin), Some(TOKEN)).await.body;
    let names: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let ends = ["_total", "_bucket", "_info"];
    for document in [include_str!("../../docs/grafana/callpoint.json"), include_str!("../../docs/metrics.md")] {
        let word = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        let named = document.split(word).filter(|word| word.starts_with("callpoint_") || word.starts_with("process_"));
        let mut count = 0;
        for name in named {
            count += 1;
            let bare = ends.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
            assert!(names.contains(bare) || names.contains(name), "{name}: {names:?}");
        }
        assert!(count > 10);
    }
    let guide = include_str!("../../docs/metrics.md");
    for name in names {
        assert!(guide.contains(name), "{name}");
    }
}
