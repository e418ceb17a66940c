//! Every string that people read, by key. Short sentences, the customer's words before ours, no exclamation marks.
//!
//! A key is a constant, so that a bundle holds only the strings that it uses.

pub mod shape;

/// A string that people read: its English words, where `{name}` marks what is filled in. Locale packs are keyed by
/// the English, as gettext's are, so that a bundle carries each string once and no names of strings at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub &'static str);

/// The words of a key.
#[must_use]
pub const fn say(key: Key) -> &'static str {
    key.0
}

/// The words of a key with its marks filled in.
#[must_use]
pub fn fill(key: Key, values: &[(&str, &str)]) -> String {
    let mut words = String::new();
    let mut rest = say(key);
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
pub use console::*;

/// Every key with its name: for locale packs and their checks.
pub const ALL: &[(&str, Key)] = &join::<{ LISTED.len() + console::LISTED.len() }>(LISTED, console::LISTED);

const fn join<const N: usize>(one: &[(&'static str, Key)], two: &[(&'static str, Key)]) -> [(&'static str, Key); N] {
    let mut all = [("", Key("")); N];
    let (start, end) = all.split_at_mut(one.len());
    start.copy_from_slice(one);
    end.copy_from_slice(two);
    all
}

keys! {
    // The severity hint.
    SEES_DOWN = "Nothing works";
    SEES_ERRORS = "Errors";
    SEES_SLOW = "It is slow";
    SEES_WRONG = "Wrong results";
    STOPPED_EVERYONE = "Everyone";
    STOPPED_SEVERAL = "Several of us";
    STOPPED_ME = "Only me";
    STOPPED_NOBODY = "Nobody";
    SINCE_NOW = "Just now";
    SINCE_TODAY = "Earlier today";
    SINCE_LONGER = "Longer";
    AROUND_NONE = "No";
    AROUND_HARD = "Yes, with effort";
    AROUND_EASY = "Yes, easily";
    DATA_LOST = "Lost";
    DATA_WRONG = "Wrong";
    DATA_SAFE = "No";
    BECAUSE_DATA_LOST = "data is being lost";
    BECAUSE_DATA_WRONG = "data is wrong";
    BECAUSE_SECURITY = "it may be a security matter";
    BECAUSE_ALL_STOPPED_NO_WAY = "nobody can work and there is no way around";
    BECAUSE_ALL_STOPPED = "everyone is stopped";
    BECAUSE_ALL_BUT_EASY_WAY = "everyone is affected, and there is an easy way around";
    BECAUSE_SEVERAL_STOPPED_NO_WAY = "several people are stopped with no way around";
    BECAUSE_SEVERAL_STOPPED = "several people are affected";
    BECAUSE_ONE_STOPPED_NO_WAY = "one person is stopped with no way around";
    BECAUSE_ONE_STOPPED = "one person is affected";
    BECAUSE_NOBODY_STOPPED = "work goes on";
    BECAUSE_DOWN_FOR_ALL = "nothing works for anyone";
    BECAUSE_DOWN = "nothing works";
    BECAUSE_WRONG = "results are wrong";
    BECAUSE_IMPAIRED = "it works, but not as it should";

    // Why a rule raises severity.
    RAISED_DATA = "Data is lost.";
    RAISED_ACCOUNTS = "Several accounts report it.";
    RAISED_DISPUTES = "A fix was disputed more than once.";
    RAISED_DURATION = "It has gone on for long.";
    QUIET_HOURS = "Quiet hours: the clock goes on when they end.";

    // Names of states, wherever they stand.
    CONDITION_OPERATIONAL = "Operational";
    CONDITION_MAINTENANCE = "Maintenance";
    CONDITION_DEGRADED = "Degraded";
    CONDITION_PARTIAL = "Partial outage";
    CONDITION_MAJOR = "Major outage";
    HEADLINE_OPERATIONAL = "All systems operational";
    HEADLINE_MAINTENANCE = "Maintenance is going on";
    HEADLINE_DEGRADED = "Some things are degraded";
    HEADLINE_PARTIAL = "Partial outage";
    HEADLINE_MAJOR = "Major outage";
    STATUS_INVESTIGATING = "Investigating";
    STATUS_IDENTIFIED = "Cause found";
    STATUS_MONITORING = "Fix in, watching";
    STATUS_RESOLVED = "Resolved";
    STATUS_POSTMORTEM = "Resolved, written up";
    STATUS_SCHEDULED = "Planned";
    STATUS_IN_PROGRESS = "In progress";
    STATUS_VERIFYING = "Being checked";
    STATUS_COMPLETED = "Completed";
    IMPACT_NONE = "No impact";
    IMPACT_MAINTENANCE = "Maintenance";
    IMPACT_MINOR = "Minor impact";
    IMPACT_MAJOR = "Major impact";
    IMPACT_CRITICAL = "Critical impact";

    // The widget.
    LAUNCHER = "Help, something is wrong";
    CLOSE = "Close";
    BACK = "Back";
    LOADING = "Loading…";
    REPORT_A_PROBLEM = "Report a problem";
    YOUR_INCIDENTS = "Your incidents";
    ENDED_INCIDENTS = "Ended";
    NO_INCIDENTS = "Nothing is open for you.";
    ALL_STATUS = "All status";
    AFFECTS_YOU = "affects you";
    HEADLINE_YOURS = "We are working on your incident";
    HEADLINE_YOURS_MANY = "We are working on your {count} incidents";
    NOT_FOR_YOU = "There is nothing here that you can see. If it is yours, open it signed in.";
    SIGN_IN_FIRST = "Sign in to {vendor} to report a problem or see your incidents.";
    GUEST_NOTE = "You are not signed in. {vendor} gets your report, and can't answer you here.";
    GUEST_RECEIPT = "Keep the reference. Signed in, you would read the answers here.";
    WAITING_ON_VENDOR = "waiting on {vendor}";
    VENDOR_WORKING = "{vendor} is on it";
    PLEASE_CONFIRM = "please say whether it is fixed";
    NEXT_UPDATE_IN = "Next update in {time}";
    UPDATE_OVERDUE = "The next update is overdue since {time}";
    NO_PROMISE = "No time given for the next update";
    ETA_BY = "Expected to end by {time}";
    COMPONENTS = "Components";
    OPEN_INCIDENTS = "Open incidents";
    STATUS_TITLE = "Status";
    OFFLINE_BAR = "No connection. Showing what was known at {time}.";
    RECONNECTING = "Connecting again…";
    FAULT_TITLE = "This did not load";
    FAULT_TEXT = "Your words are kept. Try again in a moment.";
    TRY_AGAIN = "Try again";
    VIEW_UNAVAILABLE = "This view could not be loaded. You can still report a problem.";
    WHAT_LABEL = "What is going wrong?";
    WHAT_PLACEHOLDER = "In your own words";
    WHERE_LABEL = "Where?";
    WHERE_UNKNOWN = "Not sure";
    SEES_LABEL = "What do you see?";
    STOPPED_LABEL = "Who is stopped?";
    SINCE_LABEL = "Since when?";
    AROUND_LABEL = "Is there a way around?";
    DATA_LABEL = "Is data lost or wrong?";
    SECURITY_LABEL = "Is this a security or data-exposure worry?";
    SECURITY_NOTE = "Only you and {vendor}'s security staff will see this.";
    YES = "Yes";
    NO = "No";
    SEVERITY_LABEL = "How bad is it for you?";
    WE_SUGGEST = "We suggest {level}";
    BECAUSE = "because {reasons}";
    YOU_CHOSE = "You say {level}. Yours counts.";
    HINT_WAITS = "Answer a question above and we suggest a level. You decide.";
    DETAILS_LABEL = "Anything else that helps?";
    INCLUDED = "Goes with it: {items}";
    SEND_REPORT = "Send report";
    NEED_WHAT = "Say what is going wrong, in a few words.";
    NEED_SEVERITY = "Choose how bad it is.";
    TOO_LONG = "Too long: at most {limit} characters.";
    SENDING = "Sending…";
    KEPT_OFFLINE = "Kept on this device. It goes out when you are back online.";
    KEPT_RETRY = "Could not send yet. Your words are kept. Trying again in {time}.";
    NOT_KEPT = "Not saved on this device: keep this page open until it is sent.";
    TRY_NOW = "Try now";
    REFUSED = "This was not taken: {why}";
    EDIT_AGAIN = "Change it and send again";
    DISCARD = "Discard";
    RECEIVED_TITLE = "We have it.";
    RECEIVED_TEXT = "Reference {reference}. {vendor} sees it now.";
    OPEN_THREAD = "Open the thread";
    YOU_SAID = "you said {level}";
    VENDOR_SAYS = "{vendor} says {level}";
    ACKNOWLEDGED_BY = "{name} has seen it";
    NOT_ACKNOWLEDGED = "Not seen by anybody yet";
    REPLY_LABEL = "Write a reply";
    REPLY_PLACEHOLDER = "Write a reply…";
    SEND = "Send";
    SHOW_EARLIER = "Show earlier entries";
    SHOW_LATER = "Show later entries";
    NEW_SINCE = "New since you were here";
    IS_IT_FIXED = "Is it fixed for you?";
    YES_FIXED = "Yes, it is fixed";
    NOT_FIXED = "Not fixed for us";
    NOT_FIXED_WHY = "What is still wrong?";
    SEND_NOT_FIXED = "Say it is not fixed";
    YOU_CONFIRMED = "This is settled.";
    ENTRY_DECLARED = "reported this as {level}";
    ENTRY_ACKNOWLEDGED = "saw this";
    ENTRY_ASSESSED = "judged it {level}";
    ENTRY_MOVED = "Status: {status}";
    ENTRY_PROPOSED = "proposed that this is over";
    ENTRY_CONFIRMED = "said it is fixed";
    ENTRY_DISPUTED = "said it is not fixed";
    ENTRY_PUBLISHED = "Made public: {title}";
    ENTRY_PROMISED = "Next update by {time}";
    ENTRY_PROMISED_ETA = "Expected to end by {time}";
    ENTRY_UPDATE = "Update";
    ENTRY_JOINED = "part of this too, as {level}";
    ENTRY_BROUGHT = "brought this together";
    ENTRY_SEVERITY_SET = "now says {level}";
    ENTRY_DOWNGRADE = "asked to take this as {level}";
    ENTRY_DOWNGRADE_REFUSED = "did not agree to less";
    ENTRY_LOWERED = "took this down to {level}";
    ENTRY_LOWERED_AGREED = "agreed to {level}";
    ENTRY_LOWERED_SILENCE = "Taken as {level}: nobody answered in time";
    ENTRY_WAIVED = "closed this for you";
    ENTRY_REMINDED = "Please answer soon, or this counts as fixed";
    ENTRY_TIMED_OUT = "Counts as fixed: nobody answered in time";
    ENTRY_REOPENED = "opened this again";
    ENTRY_ROLE_TAKEN = "{name} is {role}";
    ENTRY_ROLE_RELEASED = "{name} is no longer {role}";
    ENTRY_LATE_LOOK = "The first look is late";
    ENTRY_LATE_PROMISE = "The promised update did not come";
    ENTRY_LATE_NEWS = "News are late";
    ENTRY_PAUSED = "The clock stands still until {time}";
    ENTRY_PAGED_OWN = "Your own people on call were asked to come";
    ENTRY_MERGED = "Goes on as {reference}";
    ENTRY_SEALED = "sealed this";
    ENTRY_UNSEALED = "unsealed this";
    ENTRY_INVITED = "let {name} in";
    LOOKS_LIKE = "Looks like";
    CLASS_LABEL = "What kind of trouble is it?";
    CLASS_SERVICE = "Something does not work";
    DRILL_MARK = "Drill";
    US_TOO = "It's us too";
    SEND_US_TOO = "Say it's us too";
    OWN_WORD = "A word of your own, if you like";
    MAY_BE_LESS = "{vendor} would take this as {level}. Do you agree?";
    AGREE_LESS = "Yes, we agree";
    NOT_LESS = "No, it stays";
    NOT_LESS_WHY = "What makes it worse for you?";
    SEND_NOT_LESS = "Say it stays";
    LESS_IN = "Without an answer this counts as agreed in {time}.";
    FIXED_IN = "Without an answer this counts as fixed in {time}.";
    WAITS_FOR_YOU = "This waits until you answer.";
    WAITING_ON_YOU = "waiting on you";
    CHANGE_HOW_BAD = "Change how bad it is";
    WHAT_CHANGED = "What has changed? If you like.";
    SEND_HOW_BAD = "Say how bad it is";
    NOT_FIXED_AFTER_ALL = "Not fixed after all";
    OPEN_AGAIN = "Open it again";
    FOLLOW = "Follow";
    UNFOLLOW = "Stop following";
    LET_IN = "Let a colleague in";
    LET_IN_WHOM = "Their id, as they sign in with";
    NAMES_YOU = "names you";
    READ_BY_VENDOR = "Read by {vendor}";
    KNOWN_AS = "Known to everybody as: {title}";
    OTHERS_TOO = "Others report this too";
    WORKAROUND = "How to get by";
    ENTRY_UNKNOWN = "Something happened that this version can't show.";
    YOU = "You";
    CALLPOINT = "Callpoint";
    SEALED_MARK = "Sealed: you and security staff only";
    TO_INTERNAL = "Internal, staff only";
    TO_ACCOUNT = "{account} only";
    TO_AFFECTED = "Affected accounts";
    TO_PUBLIC = "Public: everyone";
    JUST_NOW = "just now";
    AGO = "{span} ago";

    // The hosted pages.
    PAGE_TITLE = "{vendor} status";
    PAGE_HISTORY = "History";
    PAGE_NO_INCIDENTS = "No incidents reported.";
    PAGE_UPTIME = "{percent} % over {days} days";
    PAGE_EARLIER = "Earlier";
    PAGE_LATER = "Later";
    PAGE_POWERED = "Powered by Callpoint";
    PAGE_OFFLINE = "Not connected. This may be out of date.";
    PAGE_UPDATES = "{count} updates";
    PAGE_SKIP = "Skip to the status";
    PAGE_AS_OF = "As of {time}";
    PAGE_PLANNED = "Planned work";
    PAGE_STARTED = "Started";
    PAGE_COMPONENTS = "Components";
    PAGE_NEXT_UPDATE = "Next update";
    PAGE_ETA = "Expected end";
    PAGE_EARLIER_UPDATES = "{count} earlier updates";
    PAGE_UPTIME_NOTE = "Share of time without a major or critical incident";
    PAGE_DAYS_WITH = "{count} days with incidents";
    PAGE_ONE_DAY_WITH = "1 day with incidents";
    PAGE_DAYS_AGO = "{days} days ago";
    PAGE_TODAY = "Today";
    PAGE_NO_RECORD = "No record";
    PAGE_ALL_COMPONENTS = "All components";
    PAGE_LASTED = "lasted {span}";
    PAGE_REPORT_LEAD = "Sign in to {vendor} to report a problem: the answer reaches you there. This page shows what everybody can see.";
    PAGE_THREAD = "Your incident";
    PAGE_NEEDS_SCRIPT = "This part needs JavaScript.";
    PAGE_THREAD_LEAD = "If this incident is not public, read it in {vendor}, where you are signed in.";
    PAGE_REPORT_GUESTS = "Signed in to {vendor}, you would read the answer there. This page shows what everybody can see.";
    PAGE_THREAD_OPEN = "Open it in {vendor}";
    PAGE_NAV_TOP = "Site";
    PAGE_NAV_HISTORY = "Pages of the history";
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
