//! People who report as fast as they are answered, over connections that stay open. It speaks just enough HTTP that the
//! machine's time goes to the server.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};
use uuid::Uuid;

const BODY: &str = r#"{"what":"Builds wait for a runner and never start.","details":"Since about nine. We have tried again twice, in two regions.","severity":2,"context":{"page":"https://app.northwind.example/builds/4711","release":"2026.4.1","browser":"Firefox 140 on Linux","region":"eu-central-1","plan":"team","error":"TimeoutError: no runner within 600 s at queue.js:112"}}"#;

struct Person {
    stream: TcpStream,
    token: String,
    answer: Vec<u8>,
}

impl Person {
    async fn report(&mut self) -> Result<()> {
        let key = Uuid::now_v7();
        let request = format!(
            "POST /v1/reports HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\nidempotency-key: {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}",
            self.token,
            BODY.len(),
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.answer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.answer).await?;
            ensure!(read > 0, "the server hung up");
            let text = std::str::from_utf8(&self.answer)?;
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.context("an answer of no length")?.parse()?;
            if body.len() >= length {
                ensure!(head.starts_with("HTTP/1.1 201 "), "{text}");
                return Ok(());
            }
        }
    }

    async fn keep_reporting(mut self, end: Instant) -> Result<(Self, Vec<Duration>)> {
        let mut waits = Vec::new();
        while Instant::now() < end {
            let began = Instant::now();
            self.report().await?;
            waits.push(began.elapsed());
        }
        Ok((self, waits))
    }
}

/// Waits until the server takes writes.
async fn ready(address: SocketAddr) -> Result<()> {
    loop {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        if answer.starts_with("HTTP/1.1 200 ") {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// All of them.
pub struct Load {
    people: Vec<Person>,
    waits: Vec<Duration>,
}

impl Load {
    pub async fn connect(address: SocketAddr, tokens: &[String]) -> Result<Self> {
        ready(address).await?;
        let mut people = Vec::new();
        for token in tokens {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            people.push(Person { stream, token: token.clone(), answer: Vec::new() });
        }
        Ok(Self { people, waits: Vec::new() })
    }

    /// How many reports were answered in this time.
    pub async fn run(&mut self, length: Duration) -> Result<usize> {
        let (before, end) = (self.waits.len(), Instant::now() + length);
        let mut running: JoinSet<_> = self.people.drain(..).map(|person| person.keep_reporting(end)).collect();
        while let Some(done) = running.join_next().await {
            let (person, waits) = done??;
            self.people.push(person);
            self.waits.extend(waits);
        }
        Ok(self.waits.len() - before)
    }

    /// How many were answered at all.
    pub const fn answered(&self) -> usize {
        self.waits.len()
    }

    /// For how long one of two, and 99 of 100, waited at most, in milliseconds.
    pub fn waits(&self) -> (f64, f64) {
        let mut waits = self.waits.clone();
        waits.sort();
        let at = |part: usize| waits.get(waits.len() * part / 100).map_or(0.0, |wait| wait.as_secs_f64() * 1_000.0);
        (at(50), at(99))
    }
}
