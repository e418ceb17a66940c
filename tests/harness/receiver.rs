//! Another system on this machine that webhooks are sent to: a real HTTP peer that answers as it is told.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// A test that waits longer than this for something has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// What requests are answered with: these first, then always the same.
#[derive(Default)]
struct Answers {
    next: VecDeque<String>,
    always: Option<String>,
    /// What holds this word, with this.
    of: Option<(String, String)>,
}

impl Answers {
    fn take(&mut self, body: &str) -> String {
        if let Some((_, answer)) = self.of.as_ref().filter(|(word, _)| body.contains(word)) {
            return answer.clone();
        }
        let always = || self.always.clone().unwrap_or_else(|| "204 No Content".to_owned());
        self.next.pop_front().unwrap_or_else(always)
    }
}

/// A request as it came.
#[derive(Debug)]
pub struct Received {
    pub headers: HashMap<String, String>,
    pub body: String,
    /// What it was answered with; 0 where the connection was closed without an answer.
    pub answered: u16,
}

/// The peer.
pub struct Receiver {
    /// `http://127.0.0.1:PORT/in`.
    pub url: String,
    answers: Arc<Mutex<Answers>>,
    came: mpsc::UnboundedReceiver<Received>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/in", listener.local_addr().unwrap());
        let answers = Arc::<Mutex<Answers>>::default();
        let (tell, came) = mpsc::unbounded_channel();
        let planned = Arc::clone(&answers);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Some(received) = receive(stream, |body| planned.lock().unwrap().take(body)).await {
                    drop(tell.send(received));
                }
            }
        });
        Self { url, answers, came }
    }

    /// The next requests are answered with these status lines, headers and, after an empty line, bodies; those after
    /// with 204. An empty one closes the connection.
    pub fn answer(&self, lines: &[&str]) {
        self.answers.lock().unwrap().next.extend(lines.iter().map(|line| (*line).to_owned()));
    }

    /// From here on every request is answered with this, or with 204 again.
    pub fn answer_always(&self, line: Option<&str>) {
        self.answers.lock().unwrap().always = line.map(str::to_owned);
    }

    /// From here on every request that holds this word is answered with this, or like the others again.
    pub fn answer_of(&self, of: Option<(&str, &str)>) {
        self.answers.lock().unwrap().of = of.map(|(word, answer)| (word.to_owned(), answer.to_owned()));
    }

    /// The next request.
    pub async fn next(&mut self) -> Received {
        tokio::time::timeout(PATIENCE, self.came.recv()).await.expect("nothing is sent").unwrap()
    }

    /// What has come by now.
    pub fn rest(&mut self) -> Vec<Received> {
        std::iter::from_fn(|| self.came.try_recv().ok()).collect()
    }

    /// Whether anything came that nobody has looked at.
    pub fn has_more(&self) -> bool {
        !self.came.is_empty()
    }
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// All that it tells of, in order.
    pub fn happened(&self) -> Vec<String> {
        let json = self.json();
        let events = json["data"]["events"].as_array().unwrap().iter();
        let change = |event: &serde_json::Value| event["change"].as_object().unwrap().keys().next().unwrap().clone();
        events.map(change).collect()
    }

    /// What happened, and to what.
    pub fn told(&self) -> (String, String) {
        let json = self.json();
        let part = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        (part(&json["type"]), part(&json["data"]["incident"]["reference"]))
    }
}

async fn receive(stream: TcpStream, answer: impl FnOnce(&str) -> String) -> Option<Received> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    if line.is_empty() {
        // Opened and given up before anything was said.
        return None;
    }
    assert_eq!(line, "POST /in HTTP/1.1\r\n");
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    stream.read_exact(&mut body).await.ok()?;
    let body = String::from_utf8(body).ok()?;
    let answer = answer(&body);
    if answer.is_empty() {
        return Some(Received { headers, body, answered: 0 });
    }
    let (head, words) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let lines = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{words}", words.len());
    stream.get_mut().write_all(lines.as_bytes()).await.ok()?;
    let answered = answer.get(..3)?.parse().ok()?;
    Some(Received { headers, body, answered })
}
