//! The hosted pages' strings, by key.

use super::{Key, Plural};

keys! {
    PAGE_TITLE = "{vendor} status";
    PAGE_HISTORY = "Incident history";
    PAGE_NO_INCIDENTS = "No incidents reported.";
    PAGE_UPTIME = "{percent}% uptime over {days} days";
    PAGE_EARLIER = "Older";
    PAGE_LATER = "Newer";
    PAGE_POWERED = "Powered by Callpoint";
    PAGE_OFFLINE = "Connection lost. This page may be out of date.";
    PAGE_UPDATE = "{count} update";
    PAGE_UPDATES = "{count} updates";
    PAGE_SKIP = "Skip to status";
    PAGE_AS_OF = "As of {time}";
    PAGE_PLANNED = "Scheduled maintenance";
    PAGE_STARTED = "Started";
    PAGE_COMPONENTS = "Components";
    PAGE_NEXT_UPDATE = "Next update";
    PAGE_LATE = "Late: was due {time}";
    PAGE_ZONE = "All times are UTC.";
    PAGE_ETA = "Expected end";
    PAGE_EARLIER_UPDATE = "{count} earlier update";
    PAGE_EARLIER_UPDATES = "{count} earlier updates";
    PAGE_UPTIME_NOTE = "Time without a major or critical incident";
    PAGE_DAYS_WITH = "{count} days with incidents";
    PAGE_ONE_DAY_WITH = "{count} day with incidents";
    PAGE_DAYS_AGO = "{days} days ago";
    PAGE_TODAY = "Today";
    PAGE_NO_RECORD = "No data";
    PAGE_ALL_COMPONENTS = "All components";
    PAGE_LASTED = "lasted {span}";
    PAGE_REPORT_LEAD = "Tell {vendor} that something isn't working and how severe it is for you, then follow it with them until it's fixed.";
    PAGE_REPORT_SIGN_IN = "Reports belong to your account, so you need to sign in to {vendor} first. You'll find Report a problem there, and all replies.";
    PAGE_REPORT_GUESTS = "Tell {vendor} that something isn't working. Sign in first if you'd like a reply.";
    PAGE_SIGN_IN = "Sign in to {vendor}";
    PAGE_NOT_FOUND = "Page not found";
    PAGE_NOT_FOUND_LEAD = "There's nothing at this address. It may be misspelled, or the page has moved.";
    PAGE_THREAD = "Your incident";
    PAGE_THREAD_LEAD = "If this incident isn't public, sign in to {vendor} to read it.";
    PAGE_THREAD_OPEN = "Open in {vendor}";
    PAGE_NEEDS_SCRIPT = "Turn on JavaScript in your browser to use this page.";
    PAGE_NAV_TOP = "Site";
    PAGE_NAV_HISTORY = "Incident history pages";
}

/// How many updates an incident has.
pub const UPDATES: Plural = Plural { one: PAGE_UPDATE, other: PAGE_UPDATES };
/// How many updates are folded away.
pub const EARLIER_UPDATES: Plural = Plural { one: PAGE_EARLIER_UPDATE, other: PAGE_EARLIER_UPDATES };
/// How many of a component's days had incidents.
pub const DAYS_WITH_INCIDENTS: Plural = Plural { one: PAGE_ONE_DAY_WITH, other: PAGE_DAYS_WITH };
