//! Every key of the configuration, with what it is for: the one list that the file, the environment and the guide
//! share.

/// How a value reads in the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As it is.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// Separated by commas.
    List,
}

/// One key of the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As in the file; a dot means a table.
    pub name: &'static str,
    /// How it reads in the environment.
    pub shape: Shape,
    /// What it is for, and what happens without it.
    pub doc: &'static str,
}

/// Every key.
pub const KEYS: &[Key] = &[
    Key { name: "listen", shape: Shape::Text, doc: "Address to listen on. Default: 127.0.0.1:4127." },
    Key {
        name: "public_url",
        shape: Shape::Text,
        doc: "How people reach it. Default: http:// and the listen address.",
    },
    Key { name: "database", shape: Shape::Text, doc: "sqlite:FILE or postgres://… Default: sqlite:callpoint.db." },
    Key {
        name: "origins",
        shape: Shape::List,
        doc: "Origins whose pages may embed the widget. Default: only its own.",
    },
    Key { name: "log", shape: Shape::Text, doc: "How to log: text or json. Default: text." },
    Key { name: "log_level", shape: Shape::Text, doc: "error, warn, info, debug or trace. Default: info." },
    Key { name: "vendor.name", shape: Shape::Text, doc: "The vendor, as customers know them. Default: Callpoint." },
    Key { name: "vendor.reference_prefix", shape: Shape::Text, doc: "What references begin with. Default: INC-." },
    Key { name: "vendor.reference_start", shape: Shape::Number, doc: "The first reference's number. Default: 1." },
    Key { name: "vendor.scheme", shape: Shape::Text, doc: "Severity scheme: sev1-3 or p0-p3. Default: sev1-3." },
    Key { name: "vendor.components", shape: Shape::List, doc: "Parts of the product, as `id=Name`. Default: none." },
    Key {
        name: "vendor.classes",
        shape: Shape::List,
        doc: "Kinds of trouble that a report can name beside service, as `id=Words for customers`. Default: none.",
    },
    Key {
        name: "vendor.roles",
        shape: Shape::List,
        doc: "Roles on an incident; commander must be one. Default: commander, technical lead and seven more.",
    },
    Key {
        name: "vendor.others_from",
        shape: Shape::Number,
        doc: "From how many accounts on each is told that others report it too. Default: 3.",
    },
    Key {
        name: "vendor.quiet_hours",
        shape: Shape::Text,
        doc: "Hours in which the clock of less severe incidents rests, in UTC: `22:00-06:00`. Default: none.",
    },
    Key {
        name: "vendor.quiet_rank",
        shape: Shape::Number,
        doc: "The most severe level that rests in quiet hours; the top level never does. Default: 2.",
    },
    Key {
        name: "vendor.owners",
        shape: Shape::List,
        doc: "Who is paged directly for a component, as `component=staff id`. Default: nobody.",
    },
    Key {
        name: "vendor.csm",
        shape: Shape::List,
        doc: "Who looks after an account, as `account=staff id`. Default: nobody.",
    },
    Key {
        name: "customers.thread_url",
        shape: Shape::Text,
        doc: "Page of your product that opens a thread, with `{incident}` in it. Shared links lead there, where people are signed in. Default: none.",
    },
    Key {
        name: "customers.guests",
        shape: Shape::Flag,
        doc: "Whether people who are not signed in may report; they are marked as unverified. Default: false.",
    },
    Key {
        name: "customers.guests_per_minute",
        shape: Shape::Number,
        doc: "How many reports of guests are taken in a minute, all together. Default: 20.",
    },
    Key { name: "customers.secret", shape: Shape::Text, doc: "HS256 secret of customer tokens, at least 32 bytes." },
    Key {
        name: "engagement.default",
        shape: Shape::Text,
        doc: "What holds for every other account: advisory, shared or customer_led. Default: advisory.",
    },
    Key {
        name: "engagement.guests",
        shape: Shape::Text,
        doc: "What holds for people who are not signed in: advisory or shared. Default: advisory.",
    },
    Key {
        name: "engagement.tiers",
        shape: Shape::List,
        doc: "What holds by the tier that tokens name, as `tier=engagement`. Default: nothing.",
    },
    Key {
        name: "engagement.accounts",
        shape: Shape::List,
        doc: "What holds by account, as `account=engagement`; goes before tiers. Default: nothing.",
    },
    Key {
        name: "engagement.closure_hours",
        shape: Shape::Number,
        doc: "How long a proposed resolution waits for the account's answer. Default: 72.",
    },
    Key {
        name: "engagement.downgrade_hours",
        shape: Shape::Number,
        doc: "How long a proposed downgrade waits for the account's answer. Default: 4.",
    },
    Key {
        name: "engagement.reopen_days",
        shape: Shape::Number,
        doc: "For how many days after its end an account may open an incident again. Default: 14.",
    },
    Key {
        name: "engagement.shared_pager",
        shape: Shape::List,
        doc: "Accounts whose own people on call are paged too. Default: none.",
    },
    Key {
        name: "webhook.url",
        shape: Shape::Text,
        doc: "Where pages and what they are about are sent, signed; https, or http on this machine. Default: nowhere.",
    },
    Key {
        name: "webhook.secret",
        shape: Shape::Text,
        doc: "What they are signed with: whsec_ and 24 to 64 bytes in Base64.",
    },
    Key {
        name: "webhook.security_url",
        shape: Shape::Text,
        doc: "Where sealed incidents are sent, and nowhere else. Default: nowhere.",
    },
    Key {
        name: "webhook.drills",
        shape: Shape::Flag,
        doc: "Whether drills are sent too: true or false. Default: false.",
    },
    Key {
        name: "webhook.accounts",
        shape: Shape::List,
        doc: "Where an account's own people are paged, as `account=https://…`. Default: nowhere.",
    },
];

/// The environment variable of a key: `vendor.name` is `CALLPOINT_VENDOR_NAME`.
#[must_use]
pub fn variable(key: &str) -> String {
    format!("CALLPOINT_{}", key.replace('.', "_").to_uppercase())
}
