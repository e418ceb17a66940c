//! An open stream.

use std::{collections::VecDeque, time::Duration};

use callpoint_core::{
    client::sse::{Frame, Parser},
    model::event::{Change, Event},
    wire::protocol::{RESET, Snapshot},
};
use reqwest::{RequestBuilder, Response};

/// A test that waits longer than this for something has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Somebody's open stream.
pub struct Listener {
    response: Response,
    parser: Parser,
    frames: VecDeque<Frame>,
    /// Every event it brought so far.
    pub heard: Vec<Event>,
    /// The id of the last frame.
    pub cursor: u64,
}

impl Listener {
    pub(crate) async fn open(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, parser: Parser::default(), frames: VecDeque::new(), heard: Vec::new(), cursor: 0 }
    }

    /// The next frame; none when the stream has ended. Heartbeats are none.
    async fn frame(&mut self) -> Option<Frame> {
        tokio::time::timeout(PATIENCE, self.read()).await.expect("the stream stays silent")
    }

    async fn read(&mut self) -> Option<Frame> {
        loop {
            if let Some(frame) = self.frames.pop_front() {
                self.cursor = frame.id.parse().unwrap();
                return Some(frame);
            }
            let chunk = self.response.chunk().await.expect("the stream breaks")?;
            self.frames.extend(self.parser.push(&chunk));
        }
    }

    /// The snapshot that the stream starts with.
    pub async fn reset(&mut self) -> Snapshot {
        let frame = self.frame().await.expect("a frame");
        assert_eq!(frame.event, RESET, "{frame:?}");
        serde_json::from_str(&frame.data).unwrap()
    }

    /// Waits for an event whose change is as wanted.
    pub async fn until(&mut self, wanted: impl Fn(&Change) -> bool) -> Event {
        loop {
            let frame = self.frame().await.expect("the stream ended before it brought what was waited for");
            assert_eq!(frame.event, "", "{frame:?}");
            let event: Event = serde_json::from_str(&frame.data).unwrap();
            assert_eq!(event.seq, self.cursor);
            self.heard.push(event.clone());
            if wanted(&event.change) {
                return event;
            }
        }
    }

    /// Reads to the end of the stream, which has to come before `other`, opened earlier by somebody else, is sent anything.
    pub async fn ends_before(&mut self, other: &mut Self) {
        tokio::select! {
            biased;
            sent = other.response.chunk() => panic!("another stream was sent something first: {sent:?}"),
            () = self.to_the_end() => {}
        }
    }

    /// Reads on to the end of the stream, which has to be a clean one.
    pub async fn to_the_end(&mut self) {
        while self.frame().await.is_some() {}
    }
}
