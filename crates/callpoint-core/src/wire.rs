//! How the client reads and writes each wire type: field by field, as serde's derives do. Types that a client never
//! gets are not here, and only what it sends or tells the page can be written.

use crate::{
    client::Place,
    command::{ComponentCommand, IncidentCommand, Publish, Update, Visibility},
    component::{Component, ComponentStatus},
    error::{ApiError, ErrorCode},
    event::{Audience, Change, Event, Face},
    hint::{Answers, Around, Data, Sees, Since, Stopped},
    id::{AccountId, CommandId, ComponentId, IncidentId},
    incident::{Assessment, Closure, Impact, Incident, Publication, Resolution, Signed, Stake, Status},
    json::{Json, Read, Write, Writer},
    person::{Account, Author},
    protocol::{Parcel, Request, Snapshot, Thread, Vendor, You},
    report::{Draft, Receipt, Report},
    severity::{Level, Scheme, Severity},
    status::Headline,
    time::Time,
};

macro_rules! structs {
    ($($name:ident { $($field:ident)* })*) => {$(
        impl Read for $name {
            fn read(json: &Json, fault: &mut bool) -> Self {
                Self { $($field: json.field(stringify!($field), fault),)* }
            }
        }
    )*};
}

/// Structs that are written too.
macro_rules! both {
    ($($name:ident { $($field:ident)* })*) => {
        structs! { $($name { $($field)* })* }
        $(
            impl Write for $name {
                fn write(&self, out: &mut Writer) {
                    out.raw("{");
                    $(out.field(stringify!($field), &self.$field);)*
                    out.raw("}");
                }
            }
        )*
    };
}

/// Which of these words it is; the first, with `fault` set, if none of them.
fn word(json: &Json, words: &[&str], fault: &mut bool) -> usize {
    let word = json.variant().0;
    let at = words.iter().position(|known| *known == word);
    *fault |= at.is_none();
    at.unwrap_or(0)
}

macro_rules! words {
    ($($name:ident { $first:ident = $first_word:literal $($variant:ident = $word:literal)* })*) => {$(
        impl Read for $name {
            fn read(json: &Json, fault: &mut bool) -> Self {
                let at = word(json, &[$first_word, $($word),*], fault);
                [Self::$first, $(Self::$variant),*].get(at).copied().unwrap_or(Self::$first)
            }
        }

        impl Write for $name {
            fn write(&self, out: &mut Writer) {
                out.text(match self {
                    $(Self::$variant => $word,)*
                    Self::$first => $first_word,
                });
            }
        }
    )*};
}

macro_rules! names {
    ($($name:ident)*) => {$(
        impl Write for $name {
            fn write(&self, out: &mut Writer) {
                out.text(&self.text());
            }
        }
    )*};
}

names! { AccountId CommandId ComponentId IncidentId }

both! {
    Answers { sees stopped since around data security }
    Draft { what details component severity answers context }
    Headline { condition yours }
    Parcel { id at request }
    Publish { title impact components }
    Receipt { incident reference seq }
    Update { text to status next_update eta publish }
}

structs! {
    Account { id name }
    ApiError { status code title detail field }
    Assessment { severity reason }
    Component { id name position status since }
    Event { seq command at by incident to sealed change }
    Face { reference title impact status opened_at components next_update eta resolved_at }
    Incident {
        id reference title status opened_at components stakes assessment acknowledged next_update eta resolution
        resolved_at publication sealed
    }
    Level { name words acknowledge_minutes update_minutes }
    Publication { title impact }
    Report { what details component severity answers context }
    Resolution { text by at }
    Scheme { id levels }
    Signed { by at }
    Snapshot { seq now vendor you headline components incidents }
    Stake { account declared reporter reporter_name closure disputes unanswered_since }
    Thread { seq incident entries }
    Vendor { name scheme }
    You { person name account staff security }
}

words! {
    Around { None = "none" Hard = "hard" Easy = "easy" }
    ComponentStatus {
        Operational = "operational" UnderMaintenance = "under_maintenance" DegradedPerformance = "degraded_performance"
        PartialOutage = "partial_outage" MajorOutage = "major_outage"
    }
    Data { Lost = "lost" Wrong = "wrong" Safe = "safe" }
    Impact { None = "none" Maintenance = "maintenance" Minor = "minor" Major = "major" Critical = "critical" }
    Sees { Down = "down" Errors = "errors" Slow = "slow" Wrong = "wrong" }
    Since { Now = "now" Today = "today" Longer = "longer" }
    Status {
        Investigating = "investigating" Identified = "identified" Monitoring = "monitoring" Resolved = "resolved"
        Postmortem = "postmortem" Scheduled = "scheduled" InProgress = "in_progress" Verifying = "verifying"
        Completed = "completed"
    }
    Stopped { Everyone = "everyone" Several = "several" Me = "me" Nobody = "nobody" }
}

impl Read for Place {
    fn read(json: &Json, fault: &mut bool) -> Self {
        let seq = json.field("seq", fault);
        *fault |= seq == 0;
        Self { seq }
    }
}

impl Read for Time {
    fn read(json: &Json, fault: &mut bool) -> Self {
        Self(i64::read(json, fault))
    }
}

impl Write for Time {
    fn write(&self, out: &mut Writer) {
        self.0.write(out);
    }
}

impl Read for Severity {
    fn read(json: &Json, fault: &mut bool) -> Self {
        Self(u8::read(json, fault))
    }
}

impl Write for Severity {
    fn write(&self, out: &mut Writer) {
        self.0.write(out);
    }
}

impl Read for ErrorCode {
    fn read(json: &Json, _: &mut bool) -> Self {
        let word = json.variant().0;
        Self::ALL.iter().copied().find(|code| code.as_str() == word).unwrap_or(Self::Other)
    }
}

impl Read for Author {
    fn read(json: &Json, fault: &mut bool) -> Self {
        let (word, of) = json.variant();
        match word {
            "customer" => Self::Customer {
                person: of.field("person", fault),
                name: of.field("name", fault),
                account: of.field("account", fault),
            },
            "staff" => Self::Staff {
                person: of.field("person", fault),
                name: of.field("name", fault),
                title: of.field("title", fault),
            },
            "vendor" => Self::Vendor,
            "system" => Self::System,
            _ => {
                *fault = true;
                Self::System
            }
        }
    }
}

impl Read for Audience {
    fn read(json: &Json, fault: &mut bool) -> Self {
        match json.variant() {
            ("account", of) => return Self::Account(Read::read(of, fault)),
            ("affected", of) => return Self::Affected(Read::read(of, fault)),
            ("public", _) => return Self::Public,
            ("internal", _) => {}
            _ => *fault = true,
        }
        Self::Internal
    }
}

impl Read for Visibility {
    fn read(json: &Json, fault: &mut bool) -> Self {
        match json.variant() {
            ("account", of) => return Self::Account(Read::read(of, fault)),
            ("affected", _) => return Self::Affected,
            ("public", _) => return Self::Public,
            ("internal", _) => {}
            _ => *fault = true,
        }
        Self::Internal
    }
}

impl Write for Visibility {
    fn write(&self, out: &mut Writer) {
        match self {
            Self::Internal => out.text("internal"),
            Self::Account(account) => of(out, "account", account),
            Self::Affected => out.text("affected"),
            Self::Public => out.text("public"),
        }
    }
}

/// A variant and what belongs to it.
fn of(out: &mut Writer, word: &str, value: &dyn Write) {
    out.raw("{");
    out.field(word, value);
    out.raw("}");
}

/// The fields of a variant, for [`of`].
struct Fields<'a>(&'a [(&'a str, &'a dyn Write)]);

impl Write for Fields<'_> {
    fn write(&self, out: &mut Writer) {
        out.raw("{");
        for (name, value) in self.0 {
            out.field(name, *value);
        }
        out.raw("}");
    }
}

impl Read for Closure {
    fn read(json: &Json, fault: &mut bool) -> Self {
        match json.variant() {
            ("proposed", of) => return Self::Proposed(Read::read(of, fault)),
            ("confirmed", of) => return Self::Confirmed(Read::read(of, fault)),
            ("open", _) => {}
            _ => *fault = true,
        }
        Self::Open
    }
}

impl Read for Change {
    fn read(json: &Json, fault: &mut bool) -> Self {
        let (word, of) = json.variant();
        match word {
            "component_defined" => Self::ComponentDefined(Read::read(of, fault)),
            "component_moved" => {
                Self::ComponentMoved { component: of.field("component", fault), status: of.field("status", fault) }
            }
            "declared" => Self::Declared {
                reference: of.field("reference", fault),
                account: of.field("account", fault),
                report: of.field("report", fault),
            },
            "published" => Self::Published(Read::read(of, fault)),
            "said" => Self::Said { text: of.field("text", fault) },
            "updated" => Self::Updated { text: of.field("text", fault), status: of.field("status", fault) },
            "promised" => Self::Promised { next_update: of.field("next_update", fault), eta: of.field("eta", fault) },
            "assessed" => Self::Assessed { severity: of.field("severity", fault), reason: of.field("reason", fault) },
            "moved" => Self::Moved { status: of.field("status", fault) },
            "proposed" => Self::Proposed { text: of.field("text", fault) },
            "confirmed" => Self::Confirmed { account: of.field("account", fault) },
            "disputed" => Self::Disputed { account: of.field("account", fault), reason: of.field("reason", fault) },
            _ => {
                *fault |= word != "acknowledged";
                Self::Acknowledged {}
            }
        }
    }
}

impl Read for IncidentCommand {
    fn read(json: &Json, fault: &mut bool) -> Self {
        let (word, of) = json.variant();
        match word {
            "message" => Self::Message { text: of.field("text", fault), to: of.field("to", fault) },
            "assess" => Self::Assess { severity: of.field("severity", fault), reason: of.field("reason", fault) },
            "move" => Self::Move { status: of.field("status", fault) },
            "update" => Self::Update(Read::read(of, fault)),
            "propose_resolution" => Self::ProposeResolution { text: of.field("text", fault) },
            "confirm" => Self::Confirm {},
            "dispute" => Self::Dispute { reason: of.field("reason", fault) },
            _ => {
                *fault |= word != "acknowledge";
                Self::Acknowledge {}
            }
        }
    }
}

impl Write for IncidentCommand {
    fn write(&self, out: &mut Writer) {
        match self {
            Self::Message { text, to } => of(out, "message", &Fields(&[("text", text), ("to", to)])),
            Self::Acknowledge {} => of(out, "acknowledge", &Fields(&[])),
            Self::Assess { severity, reason } => {
                of(out, "assess", &Fields(&[("severity", severity), ("reason", reason)]));
            }
            Self::Move { status } => of(out, "move", &Fields(&[("status", status)])),
            Self::Update(update) => of(out, "update", update),
            Self::ProposeResolution { text } => of(out, "propose_resolution", &Fields(&[("text", text)])),
            Self::Confirm {} => of(out, "confirm", &Fields(&[])),
            Self::Dispute { reason } => of(out, "dispute", &Fields(&[("reason", reason)])),
        }
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
            ("component", Json::List(pair)) => {
                if let [id, command] = pair.as_slice() {
                    return Self::Component(Read::read(id, fault), Read::read(command, fault));
                }
            }
            _ => {}
        }
        *fault = true;
        Self::Report(Draft::default())
    }
}
