//! What an answer means: taken, to be tried again, refused, or gone.

use std::{error::Error as _, time::Duration};

use callpoint_core::model::time::{HOUR, SECOND, Time};
use reqwest::{
    Client, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER},
};
use tokio::time::Instant;

use super::connector::Message;
use crate::store::DeliveryAttempt;

/// A receiver that can't be reached within this long is tried again.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The same for one that does not answer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(15);

/// Nobody is obeyed who asks for a longer rest.
const LONGEST_REST: i64 = HOUR;

/// So much of an answer is read to say what was wrong.
const READ: usize = 4096;

/// So much of it is kept, in characters.
const KEPT: usize = 300;

/// What to do after a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was taken.
    Taken,
    /// It is tried again; not before this, if it is said.
    Again(Option<Time>),
    /// It is refused for what it says: trying again changes nothing.
    Refused,
    /// The address wants no more.
    Gone,
}

/// Posts a message once.
pub(super) async fn post(client: &Client, message: &Message, now: Time) -> (Verdict, DeliveryAttempt) {
    let mut request = client.post(message.url.clone()).header(CONTENT_TYPE, "application/json");
    for (name, value) in &message.headers {
        request = request.header(*name, value);
    }
    let began = Instant::now();
    let answer = request.body(message.body.clone()).send().await;
    let (verdict, status, error) = match answer {
        Ok(answer) if answer.status().is_success() => (Verdict::Taken, Some(answer.status()), String::new()),
        Ok(answer) => {
            let (status, verdict) = (answer.status(), judge(answer.status(), answer.headers(), now));
            let words = words(answer).await;
            let words = if message.secret.is_empty() { words } else { words.replace(&message.secret, "…") };
            (verdict, Some(status), format!("it answered {status}: {words}").trim_end_matches([':', ' ']).to_owned())
        }
        Err(error) => (Verdict::Again(None), None, unreachable(error)),
    };
    let took = i64::try_from(began.elapsed().as_millis()).ok();
    (verdict, DeliveryAttempt { status: status.map(|status| status.as_u16()), error, took })
}

fn judge(status: StatusCode, headers: &HeaderMap, now: Time) -> Verdict {
    match status {
        StatusCode::GONE => Verdict::Gone,
        StatusCode::BAD_REQUEST
        | StatusCode::PAYLOAD_TOO_LARGE
        | StatusCode::UNSUPPORTED_MEDIA_TYPE
        | StatusCode::UNPROCESSABLE_ENTITY => Verdict::Refused,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            let value = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            Verdict::Again(value.and_then(|value| retry_after(value.trim(), now)))
        }
        _ => Verdict::Again(None),
    }
}

/// Until when somebody asks for a rest: in seconds, or by a date.
fn retry_after(value: &str, now: Time) -> Option<Time> {
    let wait = match value.parse::<i64>() {
        Ok(seconds) => seconds.saturating_mul(SECOND),
        Err(_) => {
            let date = jiff::fmt::rfc2822::parse(value).ok()?;
            date.timestamp().as_millisecond().saturating_sub(now.0)
        }
    };
    (wait > 0).then(|| now.plus(wait.min(LONGEST_REST)))
}

/// The beginning of what an answer says, on one line.
async fn words(mut answer: Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < READ
        && let Ok(Some(chunk)) = answer.chunk().await
    {
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(READ);
    let text = String::from_utf8_lossy(&bytes);
    let line = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    line.collect::<Vec<_>>().join(" ").chars().take(KEPT).collect()
}

/// Addresses can hold secrets, so what is said of an error is its innermost cause without one.
pub(super) fn unreachable(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "it did not answer in time".to_owned();
    }
    let error = error.without_url();
    let (mut cause, mut words) = (error.source(), error.to_string());
    while let Some(inner) = cause {
        (words, cause) = (inner.to_string(), inner.source());
    }
    words.chars().take(KEPT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rest_is_obeyed_in_seconds_or_by_a_date_for_an_hour_at_most() {
        let now = Time(1_445_412_420_000);
        for (value, wait) in [
            ("7", Some(7 * SECOND)),
            ("Wed, 21 Oct 2015 07:28:00 GMT", Some(60 * SECOND)),
            ("999999", Some(HOUR)),
            ("9223372036854775807", Some(HOUR)),
            ("0", None),
            ("-1", None),
            ("Wed, 21 Oct 2015 07:26:00 GMT", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(retry_after(value, now).map(|until| until.since(now)), wait, "{value}");
        }
    }
}
