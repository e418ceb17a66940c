//! Who sits in front of the console: asks the server, spends one-time links, signs out. Knows no screen.

use callpoint_core::{
    client::{Body, Codec as _, Reply},
    model::id::IncidentId,
    wire::protocol::{
        INCIDENTS, STAFF, STAFF_SESSION, STATUS, SignInRequest, Snapshot, StaffDirectory, StaffProfile, Thread, You,
    },
};
use callpoint_widget::platform::{
    codec::BrowserCodec,
    http::{HttpRequest, send},
};

/// What the server says of whoever asks.
#[derive(Clone, Debug)]
pub enum SessionReply {
    /// One of the staff.
    Staff(Box<You>),
    /// Nobody who may come in.
    Nobody,
    /// The link that was shown is no longer good.
    LinkExpired,
    /// Nothing; try again.
    NoReply,
}

/// Spends the link, if there is one, and says who is signed in then.
pub async fn ask(invite: Option<String>) -> SessionReply {
    match invite {
        None => who().await,
        Some(invite) => match spend(invite).await {
            // A link that was opened twice must not lock somebody out who is signed in already.
            SessionReply::LinkExpired => match who().await {
                SessionReply::Nobody => SessionReply::LinkExpired,
                other => other,
            },
            other => other,
        },
    }
}

async fn who() -> SessionReply {
    let Reply { status, body, .. } = send(get(STATUS)).await.reply::<Snapshot>();
    match body {
        Body::Value(snapshot) if status == 200 => admitted(snapshot.you),
        _ if matches!(status, 401 | 403) => SessionReply::Nobody,
        _ => SessionReply::NoReply,
    }
}

async fn spend(invite: String) -> SessionReply {
    let body = BrowserCodec.encode(&SignInRequest { invite });
    let headers = [("Content-Type", "application/json")];
    let request = HttpRequest { method: "POST", headers: &headers, body: Some(&body), ..get(STAFF_SESSION) };
    let Reply { status, body, .. } = send(request).await.reply::<You>();
    match body {
        Body::Value(you) => admitted(you),
        _ if matches!(status, 400..=499) && status != 429 => SessionReply::LinkExpired,
        _ => SessionReply::NoReply,
    }
}

/// Who of staff there is to give a role or access to; nobody, if the server does not say.
pub async fn colleagues() -> Vec<StaffProfile> {
    let StaffDirectory { staff } = send(get(STAFF)).await.reply().body.value().unwrap_or_default();
    staff
}

/// What the server says of a reference.
#[derive(Clone, Copy, Debug)]
pub enum IncidentReply {
    /// This incident is called so, or was before it was merged.
    Found(IncidentId),
    /// None that this person may see.
    NotFound,
    /// Nothing; try again.
    NoReply,
}

/// Asks whom a reference belongs to.
pub async fn incident_called(reference: &str) -> IncidentReply {
    let Reply { status, body, .. } = send(get(&[INCIDENTS, "/", reference].concat())).await.reply::<Thread>();
    match (status, body) {
        (_, Body::Value(thread)) => IncidentReply::Found(thread.incident.id),
        (400..=499, _) if status != 429 => IncidentReply::NotFound,
        _ => IncidentReply::NoReply,
    }
}

/// Ends the session. Whether the server answered.
pub async fn sign_out() -> bool {
    let reply = send(HttpRequest { method: "DELETE", ..get(STAFF_SESSION) }).await.reply::<()>();
    reply.status / 100 == 2
}

fn admitted(you: You) -> SessionReply {
    if you.staff { SessionReply::Staff(Box::new(you)) } else { SessionReply::Nobody }
}

pub const fn get(url: &str) -> HttpRequest<'_> {
    HttpRequest { method: "GET", url, headers: &[], body: None, session: true, carry: None }
}
