//! Who sits in front of the console: asks the server, spends one-time links, signs out. Knows no screen.

use callpoint_core::{
    client::Codec as _,
    model::person::PersonRef,
    wire::protocol::{STAFF, STAFF_SESSION, STATUS, SignIn, Snapshot, StaffDirectory, You},
};
use callpoint_widget::{
    browser::{Ask, send},
    platform::codec::BrowserCodec,
};

/// What the server says of whoever asks.
#[derive(Clone, Debug)]
pub enum Asked {
    /// One of the staff.
    Staff(Box<You>),
    /// Nobody who may come in.
    Nobody,
    /// The link that was shown is no longer good.
    Spent,
    /// Nothing; try again.
    Silence,
}

/// Spends the link, if there is one, and says who is signed in then.
pub async fn ask(invite: Option<String>) -> Asked {
    match invite {
        None => who().await,
        Some(invite) => match spend(invite).await {
            // A link that was opened twice must not lock somebody out who is signed in already.
            Asked::Spent => match who().await {
                Asked::Nobody => Asked::Spent,
                other => other,
            },
            other => other,
        },
    }
}

async fn who() -> Asked {
    let (status, body) = send(get(STATUS), None).await;
    match BrowserCodec.decode::<Snapshot>(&body) {
        Some(snapshot) if status == 200 => admitted(snapshot.you),
        _ if matches!(status, 401 | 403) => Asked::Nobody,
        _ => Asked::Silence,
    }
}

async fn spend(invite: String) -> Asked {
    let body = BrowserCodec.encode(&SignIn { invite });
    let ask = Ask { method: "POST", headers: "Content-Type\napplication/json", ..get(STAFF_SESSION) };
    let (status, body) = send(ask, Some(&body)).await;
    match BrowserCodec.decode::<You>(&body) {
        Some(you) if status / 100 == 2 => admitted(you),
        _ if matches!(status, 400..=499) && status != 429 => Asked::Spent,
        _ => Asked::Silence,
    }
}

/// Who of staff there is to hand a role to; nobody, if the server does not say.
pub async fn colleagues() -> Vec<PersonRef> {
    let (_, body) = send(get(STAFF), None).await;
    let StaffDirectory { staff } = BrowserCodec.decode(&body).unwrap_or_default();
    staff.into_iter().map(|profile| PersonRef { person: profile.person, name: profile.name }).collect()
}

/// Ends the session. Whether the server heard it.
pub async fn sign_out() -> bool {
    let (status, _) = send(Ask { method: "DELETE", ..get(STAFF_SESSION) }, None).await;
    status / 100 == 2
}

fn admitted(you: You) -> Asked {
    if you.staff { Asked::Staff(Box::new(you)) } else { Asked::Nobody }
}

const fn get(url: &str) -> Ask<'_> {
    Ask { url, method: "GET", headers: "", session: true }
}
