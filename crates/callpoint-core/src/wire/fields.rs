//! How the client reads and writes each wire type: field by field, as serde's derives do. Types that a client never
//! gets are not here, and only what it sends or tells the page can be written.

use crate::{
    client::EventPosition,
    json::{Json, Read, Write, Writer},
    model::{
        command::{Publish, Update, Visibility},
        component::{Component, ComponentStatus},
        event::{Audience, Change, Consent, Duty, Event, PageCause, PageTarget, PublicView},
        id::{AccountId, CommandId, ComponentId, IncidentId, PersonId},
        incident::{
            Assessment, Attribution, Impact, Incident, Overdue, Publication, Resolution, RoleAssignment,
            SeveritySuggestion, Status,
        },
        person::{Account, Author, PersonRef, Seal},
        policy::{Class, Engagement, Terms},
        report::{Receipt, Report, ReportDraft},
        severity::{Level, RaiseCause, RaiseRule, Scheme, Severity},
        stake::{Closure, Downgrade, Stake},
        time::Time,
    },
    rules::{
        headline::Headline,
        hint::{AffectedAnswer, Answers, DataAnswer, SinceAnswer, SymptomAnswer, WorkaroundAnswer},
    },
    wire::{
        error::{ApiError, ErrorCode},
        protocol::{Snapshot, Submission, Suggestions, Thread, Vendor, You},
    },
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

names! { AccountId CommandId ComponentId IncidentId PersonId }

both! {
    Answers { sees stopped since around data security }
    ReportDraft { what details component severity class drill answers context }
    Headline { condition yours }
    Submission { id at request }
    Publish { title impact components }
    Receipt { incident reference seq }
    Terms { engagement closure_minutes downgrade_minutes reopen_days shared_pager }
    Update { text to status next_update eta workaround publish }
}

structs! {
    Account { id name }
    SeveritySuggestion { severity cause }
    ApiError { status code title detail field }
    Assessment { severity reason }
    Class { id words }
    Component { id name position status since }
    Downgrade { severity reason at until }
    Event { seq command at by incident to seal change }
    PublicView { reference title impact status opened_at components next_update eta workaround overdue resolved_at }
    RoleAssignment { role by }
    Incident {
        id reference title class drill status opened_at components stakes assessment advice acknowledged roles war_room
        next_update eta workaround last_update_at overdue paused_until others_affected staff_read_to resolution resolved_at publication
        merged_into seal
    }
    Overdue { acknowledge promise update commander }
    Level { name words acknowledge_minutes update_minutes }
    PersonRef { person name }
    Publication { title impact }
    RaiseRule { cause from to at_once }
    Report { what details component severity class drill answers context }
    Resolution { text by at }
    Scheme { id levels raises }
    Seal { reporter invited }
    Attribution { by at }
    Snapshot { seq now vendor you headline components incidents }
    Stake {
        account title declared lowered downgrade reporter reporter_name terms csm followers closure disputes
        unanswered_since read_to
    }
    Suggestions { incidents }
    Thread { seq incident entries }
    Vendor { name scheme classes roles }
    You { person name account staff security guest }
}

words! {
    WorkaroundAnswer { None = "none" Hard = "hard" Easy = "easy" }
    RaiseCause { DataLoss = "data_loss" Accounts = "accounts" Disputes = "disputes" Duration = "duration" }
    Consent { Vendor = "vendor" Account = "account" Silence = "silence" }
    Duty { Acknowledge = "acknowledge" Promise = "promise" Update = "update" Commander = "commander" }
    Engagement { Advisory = "advisory" Shared = "shared" CustomerLed = "customer_led" }
    PageCause { Declared = "declared" Raised = "raised" Disputed = "disputed" Overdue = "overdue" }
    ComponentStatus {
        Operational = "operational" UnderMaintenance = "under_maintenance" DegradedPerformance = "degraded_performance"
        PartialOutage = "partial_outage" MajorOutage = "major_outage"
    }
    DataAnswer { Lost = "lost" Wrong = "wrong" Safe = "safe" }
    Impact { None = "none" Maintenance = "maintenance" Minor = "minor" Major = "major" Critical = "critical" }
    SymptomAnswer { Down = "down" Errors = "errors" Slow = "slow" Wrong = "wrong" }
    SinceAnswer { Now = "now" Today = "today" Longer = "longer" }
    Status {
        Investigating = "investigating" Identified = "identified" Monitoring = "monitoring" Resolved = "resolved"
        Postmortem = "postmortem" Scheduled = "scheduled" InProgress = "in_progress" Verifying = "verifying"
        Completed = "completed"
    }
    AffectedAnswer { Everyone = "everyone" Several = "several" Me = "me" Nobody = "nobody" }
}

impl Read for EventPosition {
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
            ("proposed", of) => {
                return Self::Proposed {
                    at: of.field("at", fault),
                    until: of.field("until", fault),
                    reminded: of.field("reminded", fault),
                };
            }
            ("confirmed", of) => return Self::Confirmed(Read::read(of, fault)),
            ("waived", of) => return Self::Waived(Read::read(of, fault)),
            ("timed_out", of) => return Self::TimedOut(Read::read(of, fault)),
            ("open", _) => {}
            _ => *fault = true,
        }
        Self::Open
    }
}

impl Read for PageTarget {
    fn read(json: &Json, fault: &mut bool) -> Self {
        match json.variant() {
            ("owner", of) => Self::Owner(Read::read(of, fault)),
            ("account", of) => Self::Account(Read::read(of, fault)),
            (word, of) => {
                *fault |= word != "on_call";
                Self::OnCall(Read::read(of, fault))
            }
        }
    }
}

/// A variant by its word, each field by its name; the last word stands for the variant without fields.
macro_rules! variants {
    ($name:ident {
        $($(#[$cfg:meta])* $word:literal $variant:ident { $($field:ident)* })*
    } or { $($whole:literal $of:ident)* } else $last_word:literal $last:ident) => {
        impl Read for $name {
            fn read(json: &Json, fault: &mut bool) -> Self {
                let (word, of) = json.variant();
                match word {
                    $($(#[$cfg])* $word => Self::$variant { $($field: of.field(stringify!($field), fault),)* },)*
                    $($whole => Self::$of(Read::read(of, fault)),)*
                    _ => {
                        *fault |= word != $last_word;
                        Self::$last {}
                    }
                }
            }
        }
    };
}

variants! {
    Change {
        "component_moved" ComponentMoved { component status }
        "declared" Declared { reference account report terms csm }
        "joined" Joined { stake text }
        "revealed" Revealed { to incident }
        "withdrawn" Withdrawn {}
        "said" Said { text mentions }
        "updated" Updated { text status }
        "promised" Promised { next_update eta }
        "workaround_found" WorkaroundFound { text }
        "assessed" Assessed { severity reason }
        "severity_set" SeveritySet { account severity reason }
        "downgrade_proposed" DowngradeProposed { account severity reason until }
        "downgrade_refused" DowngradeRefused { account reason }
        "lowered" Lowered { account severity reason consent }
        "advised" Advised { severity cause }
        "moved" Moved { status }
        "proposed" Proposed { text }
        "confirmed" Confirmed { account }
        "disputed" Disputed { account reason }
        "waived" Waived { account reason }
        "reminded" Reminded { account }
        "timed_out" TimedOut { account }
        "reopened" Reopened { account reason }
        "role_taken" RoleTaken { role by }
        "role_released" RoleReleased { role by }
        "war_room_set" WarRoomSet { url }
        "others_affected" OthersAffected {}
        "followed" Followed { account who follows }
        "read" Read { account seq }
        "overdue" Overdue { duty }
        "paused" Paused { until reason }
        "paged" Paged { whom severity cause }
        "merged" Merged { into reference }
        "sealed" Sealed { reason }
        "unsealed" Unsealed { reason }
        "invited" Invited { who }
        "engagement_set" EngagementSet { account terms }
    } or {
        "component_defined" ComponentDefined
        "published" Published
    } else "acknowledged" Acknowledged
}

// Below the macros, which it uses.
mod asks;
