//! People who talk to a server over HTTP.

use std::time::Duration;

use callpoint_core::{
    model::{
        command::IncidentCommand,
        id::{CommandId, IncidentId},
        incident::Incident,
        report::{Receipt, ReportDraft},
        severity::Severity,
    },
    rules::hint::Answers,
    wire::protocol::{IDEMPOTENCY_KEY, Request, Snapshot, Suggestions, Thread},
};
use reqwest::{Client, Method, header::HeaderMap};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::Listener;

/// A new id for a write.
pub fn key() -> CommandId {
    CommandId(Uuid::now_v7())
}

/// Somebody with a token, a session, or neither.
#[derive(Clone)]
pub struct Person {
    pub origin: String,
    pub client: Client,
    credential: Option<(&'static str, String)>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The code of a problem document.
    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{} {}", self.status, self.body);
        let problem: serde_json::Value = self.json();
        assert_eq!(problem["status"], self.status);
        problem["code"].as_str().unwrap().to_owned()
    }
}

impl Person {
    pub(crate) fn new(origin: &str, credential: Option<(&'static str, String)>) -> Self {
        callpoint_server::connect::prepare_tls();
        Self { origin: origin.to_owned(), client: Client::new(), credential }
    }

    /// A customer by their token, at a server of another process.
    pub fn with_token(origin: &str, token: &str) -> Self {
        Self::new(origin, Some(("authorization", format!("Bearer {token}"))))
    }

    /// The same person at another server.
    pub fn at(&self, origin: &str) -> Self {
        Self { origin: origin.to_owned(), ..self.clone() }
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.origin));
        match &self.credential {
            Some((name, value)) => request.header(*name, value),
            None => request,
        }
    }

    pub async fn send(request: reqwest::RequestBuilder) -> Answer {
        Self::try_to_send(request).await.unwrap()
    }

    async fn try_to_send(request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, body: response.text().await? })
    }

    /// Whether the server says that it is ready.
    pub(crate) async fn is_ready(&self) -> bool {
        let answer = Self::try_to_send(self.request(Method::GET, "/readyz")).await;
        answer.is_ok_and(|answer| answer.status == 200)
    }

    pub async fn get(&self, path: &str) -> Answer {
        Self::send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, key: Option<CommandId>, body: &str) -> Answer {
        Self::send(self.posted(path, key, body.to_owned())).await
    }

    fn posted(&self, path: &str, key: Option<CommandId>, body: String) -> reqwest::RequestBuilder {
        let mut request = self.request(Method::POST, path).header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header(IDEMPOTENCY_KEY, key.to_string());
        }
        request.body(body)
    }

    /// Sends a request as the product's own clients do.
    pub async fn ask(&self, key: CommandId, request: &Request) -> Answer {
        self.post(&request.path(), Some(key), &serde_json::to_string(&request.body()).unwrap()).await
    }

    /// The same, where the answer may never come.
    pub async fn try_to_ask(&self, key: CommandId, request: &Request, patience: Duration) -> Option<Answer> {
        let body = serde_json::to_string(&request.body()).unwrap();
        Self::try_to_send(self.posted(&request.path(), Some(key), body).timeout(patience)).await.ok()
    }

    /// Declares a report about `what`.
    pub async fn declare(&self, what: &str) -> Receipt {
        self.declares(ReportDraft { what: what.to_owned(), severity: Some(Severity(2)), ..ReportDraft::default() })
            .await
    }

    /// Declares this report.
    pub async fn declares(&self, draft: ReportDraft) -> Receipt {
        let answer = self.ask(key(), &Request::Report(draft)).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    }

    /// Declares a security worry about `what`.
    pub async fn worries(&self, what: &str) -> Receipt {
        let answers = Answers { security: Some(true), ..Answers::default() };
        self.declares(ReportDraft {
            what: what.to_owned(),
            severity: Some(Severity(1)),
            answers,
            ..ReportDraft::default()
        })
        .await
    }

    /// What may be the same as this.
    pub async fn suggested(&self, text: &str, component: Option<&str>) -> Vec<Incident> {
        let request = self.request(Method::GET, "/v1/suggestions").query(&[("text", text)]);
        let request = component.into_iter().fold(request, |request, id| request.query(&[("component", id)]));
        let answer = Self::send(request).await;
        assert_eq!(answer.status, 200, "{text}: {}", answer.body);
        answer.json::<Suggestions>().incidents
    }

    /// Asks something of an incident, with a new key.
    pub async fn command(&self, incident: IncidentId, command: IncidentCommand) -> Answer {
        self.ask(key(), &Request::Incident(incident, command)).await
    }

    /// The same, where it has to be done.
    pub async fn does(&self, incident: IncidentId, command: IncidentCommand) -> Receipt {
        let answer = self.command(incident, command).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    pub async fn status(&self) -> Snapshot {
        self.get("/v1/status").await.json()
    }

    pub async fn thread(&self, incident: IncidentId) -> Thread {
        let answer = self.get(&format!("/v1/incidents/{incident}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Opens the stream, from a cursor if there is one.
    pub async fn listen(&self, cursor: Option<u64>) -> Listener {
        let mut request = self.request(Method::GET, "/v1/events");
        if let Some(cursor) = cursor {
            request = request.header("last-event-id", cursor.to_string());
        }
        Listener::open(request).await
    }
}
