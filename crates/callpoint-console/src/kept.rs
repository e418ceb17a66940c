//! How drafts look on the device: field by field with the core's own reader and writer, which are in the bundle
//! anyway. A word that is not known makes the whole be forgotten, as a later version's drafts are.

use callpoint_core::{
    json::{Json, Read, Write, Writer},
    map::Map,
    model::id::IncidentId,
};

use crate::{
    draft::Draft,
    form::{Filled, Form, Opened},
    mode::{Mode, Next},
};

/// All that is being written, by incident.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Kept(pub Map<IncidentId, Draft>);

impl Read for Kept {
    fn read(json: &Json, fault: &mut bool) -> Self {
        let mut kept = Map::new();
        if let Json::Object(drafts) = json {
            for (id, draft) in drafts {
                kept.insert(IncidentId::read(&Json::Text(id.clone()), fault), Draft::read(draft, fault));
            }
        }
        Self(kept)
    }
}

impl Write for Kept {
    fn write(&self, out: &mut Writer) {
        out.raw("{");
        for (id, draft) in &self.0 {
            out.field(&id.text(), draft);
        }
        out.raw("}");
    }
}

macro_rules! fields {
    ($name:ident { $($field:ident)* } $(else $rest:expr)?) => {
        impl Read for $name {
            fn read(json: &Json, fault: &mut bool) -> Self {
                Self { $($field: json.field(stringify!($field), fault),)* $(..$rest)? }
            }
        }

        impl Write for $name {
            fn write(&self, out: &mut Writer) {
                out.raw("{");
                $(out.field(stringify!($field), &self.$field);)*
                out.raw("}");
            }
        }
    };
}

fields! {
    Draft {
        text mode account status next next_at eta title impact components workaround form filled
    } else Self::default()
}

fields! { Filled { level words line until engagement into } }

impl Read for Opened {
    fn read(json: &Json, fault: &mut bool) -> Self {
        Self { form: json.field("form", fault), filled: json.field("filled", fault) }
    }
}

impl Write for Opened {
    fn write(&self, out: &mut Writer) {
        out.raw("{");
        out.field("form", &self.form);
        out.field("filled", &self.filled);
        out.raw("}");
    }
}

/// A variant and what belongs to it.
fn of(out: &mut Writer, word: &str, value: &dyn Write) {
    out.raw("{");
    out.field(word, value);
    out.raw("}");
}

impl Read for Form {
    fn read(json: &Json, fault: &mut bool) -> Self {
        match json.variant() {
            ("assess", _) => Self::Assess,
            ("propose", _) => Self::Propose,
            ("lower", of) => Self::Lower(Read::read(of, fault)),
            ("waive", of) => Self::Waive(Read::read(of, fault)),
            ("engage", of) => Self::Engage(Read::read(of, fault)),
            ("release", of) => Self::Release(Read::read(of, fault)),
            ("war_room", _) => Self::WarRoom,
            ("pause", _) => Self::Pause,
            ("merge", _) => Self::Merge,
            ("seal", _) => Self::Seal,
            ("unseal", _) => Self::Unseal,
            (word, _) => {
                *fault |= word != "roles";
                Self::Roles
            }
        }
    }
}

impl Write for Form {
    fn write(&self, out: &mut Writer) {
        match self {
            Self::Assess => out.text("assess"),
            Self::Propose => out.text("propose"),
            Self::Lower(account) => of(out, "lower", account),
            Self::Waive(account) => of(out, "waive", account),
            Self::Engage(account) => of(out, "engage", account),
            Self::Roles => out.text("roles"),
            Self::Release(role) => of(out, "release", role),
            Self::WarRoom => out.text("war_room"),
            Self::Pause => out.text("pause"),
            Self::Merge => out.text("merge"),
            Self::Seal => out.text("seal"),
            Self::Unseal => out.text("unseal"),
        }
    }
}

impl Read for Mode {
    fn read(json: &Json, fault: &mut bool) -> Self {
        match json.variant().0 {
            "reply" => Self::Reply,
            "affected" => Self::Affected,
            "public" => Self::Public,
            word => {
                *fault |= word != "internal";
                Self::Internal
            }
        }
    }
}

impl Write for Mode {
    fn write(&self, out: &mut Writer) {
        out.text(match self {
            Self::Internal => "internal",
            Self::Reply => "reply",
            Self::Affected => "affected",
            Self::Public => "public",
        });
    }
}

impl Read for Next {
    fn read(json: &Json, fault: &mut bool) -> Self {
        match json.variant() {
            ("in", minutes) => Self::In(Read::read(minutes, fault)),
            ("at", _) => Self::At,
            (word, _) => {
                *fault |= word != "untold";
                Self::Untold
            }
        }
    }
}

impl Write for Next {
    fn write(&self, out: &mut Writer) {
        match self {
            Self::Untold => out.text("untold"),
            Self::In(minutes) => of(out, "in", minutes),
            Self::At => out.text("at"),
        }
    }
}
