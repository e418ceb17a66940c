//! Who sits in front of the console: asks the server, spends one-time links, signs out. Knows no screen.

use callpoint_core::{
    client::Answer,
    json::{self, Json, Read, Write, Writer},
    model::person::PersonRef,
    wire::protocol::{STAFF, STAFF_SESSION, STATUS, SignIn, Snapshot, You},
};
use callpoint_widget::browser::{Ask, send};

/// Staff, as the server lists them.
struct Colleagues(Vec<PersonRef>);

impl Read for Colleagues {
    fn read(json: &Json, fault: &mut bool) -> Self {
        Self(json.field("staff", fault))
    }
}

/// What spends a link.
struct Link(SignIn);

impl Write for Link {
    fn write(&self, out: &mut Writer) {
        out.raw("{");
        out.field("invite", &self.0.invite);
        out.raw("}");
    }
}

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
    let answer = send(get(STATUS), None).await;
    match json::read::<Snapshot>(&answer.body) {
        Some(snapshot) if answer.status == 200 => admitted(snapshot.you),
        _ if matches!(answer.status, 401 | 403) => Asked::Nobody,
        _ => Asked::Silence,
    }
}

async fn spend(invite: String) -> Asked {
    let body = json::write(&Link(SignIn { invite }));
    let ask = Ask { method: "POST", headers: "Content-Type\napplication/json", ..get(STAFF_SESSION) };
    let Answer { status, body, .. } = send(ask, Some(&body)).await;
    match json::read::<You>(&body) {
        Some(you) if status / 100 == 2 => admitted(you),
        _ if matches!(status, 400..=499) && status != 429 => Asked::Spent,
        _ => Asked::Silence,
    }
}

/// Who of staff there is to hand a role to; nobody, if the server does not say.
pub async fn colleagues() -> Vec<PersonRef> {
    let answer = send(get(STAFF), None).await;
    json::read(&answer.body).map(|Colleagues(staff)| staff).unwrap_or_default()
}

/// Ends the session. Whether the server heard it.
pub async fn sign_out() -> bool {
    let answer = send(Ask { method: "DELETE", ..get(STAFF_SESSION) }, None).await;
    answer.status / 100 == 2
}

fn admitted(you: You) -> Asked {
    if you.staff { Asked::Staff(Box::new(you)) } else { Asked::Nobody }
}

const fn get(url: &str) -> Ask<'_> {
    Ask { url, method: "GET", headers: "", session: true }
}
