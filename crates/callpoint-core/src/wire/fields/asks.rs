//! What is asked: commands and requests, read and written. What only staff ask is left out of the widget's bundle.

use crate::{
    json::{Json, Read, Write, Writer},
    model::{
        command::{ComponentCommand, IncidentCommand},
        report::ReportDraft,
    },
    wire::protocol::Request,
};

use super::{Fields, of};

variants! {
    IncidentCommand {
        "message" Message { text to }
        "confirm" Confirm {}
        "dispute" Dispute { reason }
        "reopen" Reopen { reason }
        "join" Join { severity text }
        "set_severity" SetSeverity { severity reason }
        "accept_downgrade" AcceptDowngrade {}
        "refuse_downgrade" RefuseDowngrade { reason }
        "follow" Follow {}
        "unfollow" Unfollow {}
        "invite" Invite { person name }
        "read" Read { seq }
        #[cfg(feature = "staff")]
        "assess" Assess { severity reason }
        #[cfg(feature = "staff")]
        "move" Move { status }
        #[cfg(feature = "staff")]
        "propose_resolution" ProposeResolution { text }
        #[cfg(feature = "staff")]
        "propose_downgrade" ProposeDowngrade { account severity reason }
        #[cfg(feature = "staff")]
        "waive" Waive { account reason }
        #[cfg(feature = "staff")]
        "assign_role" AssignRole { role person }
        #[cfg(feature = "staff")]
        "release_role" ReleaseRole { role reason }
        #[cfg(feature = "staff")]
        "set_war_room" SetWarRoom { url }
        #[cfg(feature = "staff")]
        "merge" Merge { into }
        #[cfg(feature = "staff")]
        "pause" Pause { until reason }
        #[cfg(feature = "staff")]
        "seal" Seal { reason }
        #[cfg(feature = "staff")]
        "unseal" Unseal { reason title }
    } or {
        "update" Update
    } else "acknowledge" Acknowledge
}

impl Write for IncidentCommand {
    fn write(&self, out: &mut Writer) {
        let mut put = |word, fields: &[(&str, &dyn Write)]| of(out, word, &Fields(fields));
        match self {
            Self::Message { text, to } => put("message", &[("text", text), ("to", to)]),
            Self::Confirm {} => put("confirm", &[]),
            Self::Dispute { reason } => put("dispute", &[("reason", reason)]),
            Self::Reopen { reason } => put("reopen", &[("reason", reason)]),
            Self::Join { severity, text } => put("join", &[("severity", severity), ("text", text)]),
            Self::SetSeverity { severity, reason } => {
                put("set_severity", &[("severity", severity), ("reason", reason)]);
            }
            Self::AcceptDowngrade {} => put("accept_downgrade", &[]),
            Self::RefuseDowngrade { reason } => put("refuse_downgrade", &[("reason", reason)]),
            Self::Follow {} => put("follow", &[]),
            Self::Unfollow {} => put("unfollow", &[]),
            Self::Invite { person, name } => put("invite", &[("person", person), ("name", name)]),
            Self::Read { seq } => put("read", &[("seq", seq)]),
            #[cfg(feature = "staff")]
            staff => staff.write_of_staff(out),
            #[cfg(not(feature = "staff"))]
            _ => {}
        }
    }
}

#[cfg(feature = "staff")]
impl IncidentCommand {
    /// What only staff ask: left out of the widget's bundle.
    fn write_of_staff(&self, out: &mut Writer) {
        let mut put = |word, fields: &[(&str, &dyn Write)]| of(out, word, &Fields(fields));
        match self {
            Self::Acknowledge {} => put("acknowledge", &[]),
            Self::Assess { severity, reason } => put("assess", &[("severity", severity), ("reason", reason)]),
            Self::Move { status } => put("move", &[("status", status)]),
            Self::Update(update) => of(out, "update", update),
            Self::ProposeResolution { text } => put("propose_resolution", &[("text", text)]),
            Self::ProposeDowngrade { account, severity, reason } => {
                put("propose_downgrade", &[("account", account), ("severity", severity), ("reason", reason)]);
            }
            Self::Waive { account, reason } => put("waive", &[("account", account), ("reason", reason)]),
            Self::AssignRole { role, person } => put("assign_role", &[("role", role), ("person", person)]),
            Self::ReleaseRole { role, reason } => put("release_role", &[("role", role), ("reason", reason)]),
            Self::SetWarRoom { url } => put("set_war_room", &[("url", url)]),
            Self::Merge { into } => put("merge", &[("into", into)]),
            Self::Pause { until, reason } => put("pause", &[("until", until), ("reason", reason)]),
            Self::Seal { reason } => put("seal", &[("reason", reason)]),
            Self::Unseal { reason, title } => put("unseal", &[("reason", reason), ("title", title)]),
            _ => {}
        }
    }
}

#[cfg(feature = "staff")]
impl Read for crate::model::command::AccountCommand {
    fn read(json: &Json, fault: &mut bool) -> Self {
        let (word, of) = json.variant();
        *fault |= word != "set_engagement";
        Self::SetEngagement(Read::read(of, fault))
    }
}

#[cfg(feature = "staff")]
impl Write for crate::model::command::AccountCommand {
    fn write(&self, out: &mut Writer) {
        let Self::SetEngagement(terms) = self;
        of(out, "set_engagement", terms);
    }
}

impl Read for ComponentCommand {
    fn read(json: &Json, fault: &mut bool) -> Self {
        let (word, of) = json.variant();
        *fault |= word != "set_status";
        Self::SetStatus { status: of.field("status", fault) }
    }
}

impl Write for ComponentCommand {
    fn write(&self, out: &mut Writer) {
        let Self::SetStatus { status } = self;
        of(out, "set_status", &Fields(&[("status", status)]));
    }
}

/// What is asked of whom.
struct Pair<'a>(&'a dyn Write, &'a dyn Write);

impl Write for Pair<'_> {
    fn write(&self, out: &mut Writer) {
        out.raw("[");
        out.item(self.0);
        out.item(self.1);
        out.raw("]");
    }
}

impl Write for Request {
    fn write(&self, out: &mut Writer) {
        match self {
            Self::Report(draft) => of(out, "report", draft),
            Self::Incident(id, command) => of(out, "incident", &Pair(id, command)),
            Self::Component(id, command) => of(out, "component", &Pair(id, command)),
            #[cfg(feature = "staff")]
            Self::Account(id, command) => of(out, "account", &Pair(id, command)),
            #[cfg(not(feature = "staff"))]
            Self::Account(..) => {}
        }
    }
}

impl Read for Request {
    fn read(json: &Json, fault: &mut bool) -> Self {
        match json.variant() {
            ("report", of) => return Self::Report(Read::read(of, fault)),
            ("incident", Json::List(pair)) => {
                if let [id, command] = pair.as_slice() {
                    return Self::Incident(Read::read(id, fault), Read::read(command, fault));
                }
            }
            #[cfg(feature = "staff")]
            ("account", Json::List(pair)) => {
                if let [id, command] = pair.as_slice() {
                    return Self::Account(Read::read(id, fault), Read::read(command, fault));
                }
            }
            ("component", Json::List(pair)) => {
                if let [id, command] = pair.as_slice() {
                    return Self::Component(Read::read(id, fault), Read::read(command, fault));
                }
            }
            _ => {}
        }
        *fault = true;
        Self::Report(ReportDraft::default())
    }
}
