//! Somebody who reads the log through the stream for as long as it takes, and comes back whenever it ends.

use std::time::Duration;

use callpoint_core::{
    client::sse::Parser,
    model::{event::Event, id::Seq},
    wire::protocol::RESET,
};
use reqwest::Method;
use tokio::{sync::watch, task::JoinHandle};

use crate::Person;

/// Clients wait before they come back; this one waits so long.
const RETRY: Duration = Duration::from_millis(50);

/// It reads in a task of its own.
pub struct Follower {
    heard: watch::Receiver<Vec<Event>>,
    task: JoinHandle<()>,
}

impl Follower {
    /// Begins after this event.
    pub fn start(person: Person, after: Seq) -> Self {
        let (tell, heard) = watch::channel(Vec::new());
        let task = tokio::spawn(async move {
            let mut last = after;
            loop {
                read(&person, &mut last, &tell).await;
                tokio::time::sleep(RETRY).await;
            }
        });
        Self { heard, task }
    }

    /// All that it heard, once it has heard this event or a later one.
    pub async fn until(&mut self, seq: Seq) -> Vec<Event> {
        let caught_up = self.heard.wait_for(|heard| heard.last().is_some_and(|event| event.seq >= seq));
        let caught_up = tokio::time::timeout(Duration::from_secs(60), caught_up).await;
        caught_up.expect("the stream catches up").unwrap().clone()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One stream, until it ends however it does.
async fn read(person: &Person, last: &mut Seq, tell: &watch::Sender<Vec<Event>>) {
    let request = person.request(Method::GET, "/v1/events").header("last-event-id", last.to_string());
    let Ok(mut response) = request.send().await else { return };
    if response.status() != 200 {
        return;
    }
    let mut parser = Parser::default();
    while let Ok(Some(chunk)) = response.chunk().await {
        for frame in parser.push(&chunk) {
            assert_ne!(frame.event, RESET, "a stream that was there a moment ago resumes");
            let event: Event = serde_json::from_str(&frame.data).unwrap();
            *last = event.seq;
            tell.send_modify(|heard| heard.push(event));
        }
    }
}
