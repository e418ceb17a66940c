//! Every string that people read, by key. The words of status pages, pagers and support
//! tools: short, in the second person, no exclamation marks.
//!
//! A key is a constant, so that a bundle holds only the strings that it uses.

pub mod shape;

use crate::{model::policy, wire::error::ErrorCode};

/// A string that people read: its English words, where `{name}` marks what is filled in. Other [`Language`]s are keyed by
/// the English, as gettext's catalogues are, so that a bundle carries each string once and no names of strings at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub &'static str);

/// The words of a key.
#[must_use]
pub fn say(key: Key) -> &'static str {
    translation(key.0).unwrap_or(key.0)
}

/// The words of a key with its marks filled in.
#[must_use]
pub fn fill(key: Key, values: &[(&str, &str)]) -> String {
    fill_words(say(key), values)
}

fn fill_words(mut rest: &str, values: &[(&str, &str)]) -> String {
    let mut words = String::new();
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        words.push_str(before);
        words.push_str(values.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value));
        rest = after;
    }
    words.push_str(rest);
    words
}

macro_rules! keys {
    ($($name:ident = $en:literal;)*) => {
        $(
            #[doc = $en]
            pub const $name: Key = Key($en);
        )*

        /// Every key of this part with its name.
        pub(super) const LISTED: &[(&str, Key)] = &[$((stringify!($name), $name),)*];
    };
}

mod console;
mod language;
mod mail;
mod pages;
mod plural;
mod remaining;
mod widget;

pub use console::*;
pub use language::*;
pub use mail::*;
pub use pages::*;
pub use plural::*;
pub use remaining::*;
pub use widget::*;

/// Why a rule did something, as it stands in the log: in English, so that each reads it in their own language.
const RULE_REASONS: [Key; 6] =
    [RAISED_DATA, RAISED_ACCOUNTS, RAISED_DISPUTES, RAISED_DURATION, RAISED_BY_RULE, QUIET_HOURS];

/// A reason in the log as it is read: a rule's in the language that is spoken, a person's as they wrote it.
#[must_use]
pub fn reason(words: &str) -> &str {
    RULE_REASONS.into_iter().find(|key| key.0 == words).map_or(words, |key| say(key))
}

/// A role as it is read: one of the default roles in the language that is spoken, a vendor's own as it is configured.
#[must_use]
pub fn role(name: &str) -> &str {
    policy::ROLES.into_iter().find(|role| *role == name).and_then(translation).unwrap_or(name)
}

type Listed = &'static [(&'static str, Key)];

const PARTS: [Listed; 6] = [LISTED, widget::LISTED, pages::LISTED, remaining::LISTED, console::LISTED, mail::LISTED];

/// Every key with its name: for locale packs and their checks.
pub const ALL: &[(&str, Key)] = &join::<{ total() }>();

/// Every key that customers and visitors read, with its name: what a language has words for. Staff read English.
pub fn translated() -> impl Iterator<Item = (&'static str, Key)> {
    let staff = |name: &str| console::LISTED.iter().any(|(listed, _)| *listed == name);
    let refusals = ErrorCode::ALL.iter().filter(|code| code.is_for_people());
    let refusals = refusals.map(|code| (code.as_str(), Key(code.sentence())));
    let roles = policy::ROLES.into_iter().map(|role| (role, Key(role)));
    ALL.iter().copied().filter(move |(name, _)| !staff(name)).chain(refusals).chain(roles)
}

/// What is counted in [`translated`] words. Nothing names one that is missing here: other languages would then have one
/// form for every count.
pub const PLURALS: [Plural; 11] = [
    remaining::SECONDS,
    remaining::MINUTES,
    remaining::HOURS,
    remaining::DAYS,
    REMINDERS,
    HEADLINE_YOURS,
    HEADLINE_NOT_ACKNOWLEDGED,
    HEADLINE_YOUR_REPLY,
    UPDATES,
    EARLIER_UPDATES,
    DAYS_WITH_INCIDENTS,
];

const fn total() -> usize {
    let [shared, widget, pages, remaining, console, mail] = PARTS;
    shared.len() + widget.len() + pages.len() + remaining.len() + console.len() + mail.len()
}

const fn join<const N: usize>() -> [(&'static str, Key); N] {
    let mut all = [("", Key("")); N];
    let mut rest: &mut [(&'static str, Key)] = &mut all;
    let mut parts: &[Listed] = &PARTS;
    while let [part, others @ ..] = parts {
        let (start, end) = rest.split_at_mut(part.len());
        start.copy_from_slice(part);
        rest = end;
        parts = others;
    }
    all
}

keys! {
    LIST_SEPARATOR = ", ";

    // The levels of the preset schemes, in customers' words, each with an example.
    LEVEL_DOWN = "We can't work, or we're losing data";
    LEVEL_DOWN_EXAMPLE = "Nobody can sign in. Orders disappear.";
    LEVEL_SLOWED = "Work is much slower than usual, or many of us are affected";
    LEVEL_SLOWED_EXAMPLE = "Every page takes a minute. Half of our exports fail.";
    LEVEL_IMPAIRED = "Something is wrong, but we have a workaround";
    LEVEL_IMPAIRED_SOME = "Some of us are affected, but we have a workaround";
    LEVEL_IMPAIRED_EXAMPLE = "One report shows an error, but we can export it.";
    LEVEL_MINOR = "A minor problem or a question";
    LEVEL_MINOR_EXAMPLE = "A label is misspelled. Where is this setting?";

    // The severity hint.
    SYMPTOM_DOWN = "Nothing works";
    SYMPTOM_ERRORS = "Errors";
    SYMPTOM_SLOW = "It's slow";
    SYMPTOM_WRONG = "Wrong results";
    AFFECTED_EVERYONE = "Everyone";
    AFFECTED_SEVERAL = "Several of us";
    AFFECTED_ME = "Just me";
    AFFECTED_NO_ONE = "No one";
    SINCE_NOW = "Just now";
    SINCE_TODAY = "Earlier today";
    SINCE_LONGER = "Before today";
    WORKAROUND_NONE = "No";
    WORKAROUND_HARD = "Yes, but it's painful";
    WORKAROUND_EASY = "Yes, and it's easy";
    DATA_LOST = "Yes, lost";
    DATA_WRONG = "Yes, wrong";
    DATA_SAFE = "No";
    BECAUSE_DATA_LOST = "data is being lost";
    BECAUSE_DATA_WRONG = "data is wrong";
    BECAUSE_SECURITY = "it could be a security issue";
    BECAUSE_EVERYONE_BLOCKED = "nobody can work and there's no workaround";
    BECAUSE_EVERYONE_AFFECTED = "everyone is affected";
    BECAUSE_EVERYONE_WITH_WORKAROUND = "everyone is affected, but there's an easy workaround";
    BECAUSE_SEVERAL_BLOCKED = "several people are affected and there's no workaround";
    BECAUSE_SEVERAL_AFFECTED = "several people are affected";
    BECAUSE_ONE_BLOCKED = "you're affected and there's no workaround";
    BECAUSE_ONE_AFFECTED = "only you are affected";
    BECAUSE_NO_ONE_AFFECTED = "no one is affected";
    BECAUSE_DOWN_FOR_ALL = "nothing works for anyone";
    BECAUSE_DOWN = "nothing works";
    BECAUSE_WRONG = "results are wrong";
    BECAUSE_IMPAIRED = "it works, but not properly";

    // Why a rule raises severity.
    RAISED_DATA = "Data is being lost.";
    RAISED_ACCOUNTS = "Several customers are affected.";
    RAISED_DISPUTES = "The fix was disputed more than once.";
    RAISED_DURATION = "It has been open for a long time.";
    RAISED_BY_RULE = "Our severity rules raised it.";
    QUIET_HOURS = "Quiet hours. We'll pick this up when they end.";

    // Names of states, wherever they stand.
    CONDITION_OPERATIONAL = "Operational";
    CONDITION_MAINTENANCE = "Under maintenance";
    CONDITION_DEGRADED = "Degraded performance";
    CONDITION_PARTIAL = "Partial outage";
    CONDITION_MAJOR = "Major outage";
    HEADLINE_OPERATIONAL = "All systems operational";
    HEADLINE_MAINTENANCE = "Maintenance in progress";
    HEADLINE_DEGRADED = "Degraded performance";
    HEADLINE_PARTIAL = "Partial outage";
    HEADLINE_MAJOR = "Major outage";
    STATUS_INVESTIGATING = "Investigating";
    STATUS_IDENTIFIED = "Identified";
    STATUS_MONITORING = "Monitoring";
    STATUS_RESOLVED = "Resolved";
    STATUS_POSTMORTEM = "Resolved – report published";
    STATUS_POSTMORTEM_STAFF = "Postmortem published";
    STATUS_SCHEDULED = "Scheduled";
    STATUS_IN_PROGRESS = "In progress";
    STATUS_VERIFYING = "Verifying";
    STATUS_COMPLETED = "Completed";
    IMPACT_NONE = "No impact";
    IMPACT_MAINTENANCE = "Maintenance";
    IMPACT_MINOR = "Minor impact";
    IMPACT_MAJOR = "Major impact";
    IMPACT_CRITICAL = "Critical impact";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn marks_are_filled_and_unknown_ones_vanish() {
        let key = Key("{a} and {b}{c}.");
        assert_eq!(fill(key, &[("b", "two"), ("a", "{b}")]), "{b} and two.");
    }

    #[test]
    fn names_are_unique_and_the_voice_is_calm() {
        let names: BTreeSet<_> = ALL.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), ALL.len());
        for (name, key) in ALL {
            assert!(!key.0.is_empty() && !key.0.contains('!'), "{name}");
        }
    }
}
