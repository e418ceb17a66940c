//! The hosted pages as a browser without scripts gets them.

use callpoint_core::model::time::{MINUTE, Time};
use callpoint_tests::{Backend, Person, Site, key};
use reqwest::Method;

#[tokio::test]
async fn a_visitor_learns_what_the_report_page_is_for_and_where_to_sign_in() {
    let site = Site::start_with(Backend::Sqlite, |config| config.customers.sign_in_url = "/enter?a&b".to_owned()).await;
    let page = site.anybody().get("/report").await;
    for part in ["something isn&#39;t working", "you need to sign in to Northwind", "href=\"/enter?a&amp;b\""] {
        let plain = page.body.replace('\'', "&#39;");
        assert!(plain.contains(part), "{part}: {}", page.body);
    }
    assert!(!page.body.contains("<callpoint-widget"), "a form that could not be sent");
}

#[tokio::test]
async fn a_browser_that_asks_for_a_page_gets_one_even_where_there_is_none() {
    let site = Site::start(Backend::Sqlite).await;
    let browser = |method, path| {
        let accepted = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        Person::send(site.anybody().request(method, path).header("accept", accepted))
    };
    for path in ["/nope", "/t/x", "/console/nope", "/console/queue", "/console/incidents/NW-1/more"] {
        let page = browser(Method::GET, path).await;
        assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"), "{path}");
        assert!(page.body.contains("Page not found") && page.body.contains("href=\"/\""), "{}", page.body);
        assert!(page.header("content-security-policy").contains("default-src 'none'"));
        assert_eq!(site.anybody().get(path).await.code(), "not_found", "a program reads what it can");
    }
    assert_eq!(browser(Method::GET, "/v1/nope").await.code(), "not_found", "the API answers programs");
    assert_eq!(browser(Method::POST, "/nope").await.code(), "not_found");
}

#[tokio::test]
async fn the_status_page_calls_a_missed_promise_late() {
    let site = Site::start(Backend::Sqlite).await;
    let mara = site.staff("mara").await;
    let incident = site.ada().declare("Slow").await.incident;
    let now = site.clock.now();
    let update = format!(
        r#"{{"update":{{"text":"We look into it.","to":"public","next_update":{},"publish":{{"title":"Slow","impact":"minor","components":[]}}}}}}"#,
        now.plus(30 * MINUTE).0
    );
    let told = mara.post(&format!("/v1/incidents/{incident}/commands"), Some(key()), &update).await;
    assert_eq!(told.status, 200, "{}", told.body);
    let page = async || site.anybody().get("/").await.body;
    let early = page().await;
    assert!(
        early.contains("data-countdown data-missed=\"Late: was due") && !early.contains("class=\"late\""),
        "{early}"
    );
    site.clock.forward(31 * MINUTE);
    let late = page().await;
    assert!(late.contains("class=\"late\"") && late.contains("UTC</time>"), "{late}");
    let told = late.split("data-now=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let behind = site.clock.now().since(Time(told.parse().unwrap()));
    assert!((0..=MINUTE).contains(&behind), "the page says what time it is for the server: {behind}");
}
