//! Slack, with a peer on this machine that takes what an incoming webhook takes. Each on both databases.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that can't go on fails, and says where")]

use callpoint_core::{
    model::{
        command::IncidentCommand as Ask,
        event::{Change, PageOutcome},
    },
    wire::connectors::{Deliveries, DeliveryStatus},
};
use callpoint_server::config::Config;
use callpoint_tests::{Backend, Receiver, Site, on_both_databases, publish, text};
use serde_json::Value;

on_both_databases! {
    a_channel_reads_what_happens,
    what_is_sealed_is_read_in_its_own_channel_alone,
}

fn to(url: &str, security: &str) -> impl FnOnce(&mut Config) {
    move |config| {
        config.slack.url = url.to_owned();
        config.slack.security_url = security.to_owned();
        config.public_url = text("https://incidents.northwind.example");
    }
}

/// The next message's texts: header, what happened, foot. It is checked by the limits that Slack documents for its blocks.
async fn read(channel: &mut Receiver) -> Vec<String> {
    let message = channel.next().await.json();
    assert!(message["text"].as_str().is_some_and(|text| !text.is_empty()), "what notifications show");
    let texts = message["blocks"].as_array().unwrap().iter().map(|block| {
        let (text, kind, most) = match block["type"].as_str().unwrap() {
            "header" => (&block["text"], "plain_text", 150),
            "section" => (&block["text"], "mrkdwn", 3000),
            "context" => (&block["elements"][0], "mrkdwn", 3000),
            other => panic!("{other}"),
        };
        assert_eq!(text["type"], kind);
        let words = text["text"].as_str().unwrap();
        assert!((1..=most).contains(&words.chars().count()), "{words}");
        assert!(kind == "plain_text" || text["verbatim"] == Value::Bool(true), "words are no mentions");
        words.to_owned()
    });
    texts.collect()
}

async fn a_channel_reads_what_happens(backend: Backend) {
    let mut channel = Receiver::start().await;
    let site = Site::start_with(backend, to(&channel.url, "")).await;
    let (ada, mara) = (site.ada(), site.staff("mara").await);
    let mut console = mara.listen(Some(0)).await;
    let report = ada.declare("<!channel> is *down* & out").await;
    let link = format!("https://incidents.northwind.example/console/incidents/{}", report.incident);
    let reference = &report.reference;
    assert_eq!(
        read(&mut channel).await,
        [
            format!("{reference} SEV2: <!channel> is *down* & out"),
            text("Ada Marsh (Acme Robotics) reported this as SEV2."),
            format!("Investigating · <{link}|{reference}>"),
        ]
    );
    let handled = console.until(|change| matches!(change, Change::PageHandled { .. })).await;
    let Change::PageHandled { outcome, .. } = handled.change else { unreachable!() };
    assert_eq!(outcome, PageOutcome::NoConnector, "whoever reads a channel is not called");

    channel.answer(&["429 Too Many Requests\r\nretry-after: 1", "400 Bad Request\r\n\r\ninvalid_blocks"]);
    mara.does(report.incident, Ask::Update(publish("It is down", "We look into it."))).await;
    let (busy, refused) = (read(&mut channel).await, read(&mut channel).await);
    assert_eq!(busy, refused);
    assert!(busy[1].contains("Mara Lind posted an update."), "{busy:?}");
    assert!(!busy.concat().contains("look into it"), "what people wrote stands behind the link");
    let parked = async {
        loop {
            let log: Deliveries = mara.get("/v1/connectors/slack/deliveries").await.json();
            if let Some(parked) = log.deliveries.into_iter().find(|one| one.state == DeliveryStatus::Parked) {
                return parked;
            }
        }
    };
    let parked = tokio::time::timeout(std::time::Duration::from_secs(20), parked).await.unwrap();
    assert_eq!(parked.error, "it answered 400 Bad Request: invalid_blocks");
}

async fn what_is_sealed_is_read_in_its_own_channel_alone(backend: Backend) {
    let (mut channel, mut security) = (Receiver::start().await, Receiver::start().await);
    let site = Site::start_with(backend, to(&channel.url, &security.url)).await;
    let sealed = site.ada().worries("Keys of others are visible").await;
    let plain = site.gita().declare("Nothing deploys").await;
    assert!(read(&mut channel).await[0].starts_with(&plain.reference));
    assert!(read(&mut security).await[0].starts_with(&sealed.reference));
    assert!(channel.rest().iter().all(|came| !came.body.contains(&sealed.reference)));
}
