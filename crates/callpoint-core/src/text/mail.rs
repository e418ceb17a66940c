//! The strings of mails, of the page where people choose which they get, and of what desktop notifications share with
//! them, by key.

use super::Key;

keys! {
    NOTIFY_QUESTION = "Questions that need your answer";
    NOTIFY_REMINDER = "Reminders of questions that need your answer";
    NOTIFY_CLOSED = "Automatic closures and downgrades";
    NOTIFY_UPDATE = "Updates and replies on incidents you follow";
    NOTIFY_MENTION = "Mentions of you";
    NOTIFY_ACKNOWLEDGED = "Acknowledgements of your reports";
    NOTIFY_INVITATION = "Invitations to sealed incidents";
    NOTIFY_SUBJECT = "[{reference}] {title}";
    NOTIFY_SEALED_SUBJECT = "[{reference}] New update";
    NOTIFY_BY = "{name} {what}.";
    NOTIFY_BY_ACCOUNT = "{name} ({account}) {what}.";
    NOTIFY_JOINED = "is also affected ({level})";
    NOTIFY_WROTE = "wrote";
    NOTIFY_MENTIONED = "mentioned you";
    MAIL_SEALED = "There's an update on {reference}. To keep it private, this email doesn't say more.";
    MAIL_INVITED_SUBJECT = "A colleague needs you on an incident with {vendor}";
    MAIL_INVITED = "Someone at {account} invited you to an incident with {vendor}. To keep it private, this email leaves out the details.";
    MAIL_ACCESS = "You were given access to {reference}. To keep it private, this email doesn't say more.";
    MAIL_RESOLVED = "{name} marked this as resolved. Is it fixed for you?";
    MAIL_DOWNGRADE = "{name} proposes {level}. Do you agree?";
    MAIL_UNTIL_CLOSED = "We'll close this on {time} if we don't hear from you. We'll remind you first.";
    MAIL_UNTIL_LOWERED = "We'll lower this on {time} if we don't hear from you. We'll remind you first.";
    MAIL_REMIND_RESOLVED = "Is it fixed for you? We'll close this on {time} if we don't hear from you.";
    MAIL_REMIND_DOWNGRADE = "Do you agree to {level}? We'll lower this on {time} if we don't hear from you.";
    MAIL_REMIND_RESOLVED_OPEN = "Is it fixed for you?";
    MAIL_REMIND_DOWNGRADE_OPEN = "Do you agree to {level}?";
    MAIL_CLOSED = "We closed this because we didn't hear from you. If it isn't fixed, you can reopen it until {time}.";
    MAIL_LOWERED = "We lowered this to {level} because we didn't hear from you. You can change the severity at any time.";
    MAIL_ACKNOWLEDGED = "{name} acknowledged your report.";
    MAIL_STATUS = "Status: {status}";
    MAIL_NEXT_UPDATE = "Next update by {time}";
    MAIL_WORKAROUND = "Workaround: {text}";
    MAIL_OPEN = "Open the thread";
    MAIL_ANSWER = "Answer now";
    MAIL_WHY = "You're getting this because you follow {reference} at {vendor}. Replies to this email aren't read: reply in the thread.";
    MAIL_WHY_STAFF = "You're getting this because you work on {reference} or look after this customer. Replies to this email aren't read: reply in the console.";
    MAIL_WHY_INVITED = "You're getting this because a colleague invited you. Replies to this email aren't read: sign in to {vendor} to see it.";
    MAIL_UNSUBSCRIBE = "Unsubscribe or choose which emails you get";
    MAIL_PAGE = "Email notifications";
    MAIL_PAGE_ASK = "Stop these emails: {kind}?";
    MAIL_PAGE_STOP = "Unsubscribe";
    MAIL_PAGE_STOPPED = "You're unsubscribed. We won't email you these: {kind}.";
    MAIL_PAGE_CHOOSE = "Choose which emails you get";
    MAIL_PAGE_SAVE = "Save";
    MAIL_PAGE_SAVED = "Saved.";
    MAIL_DEMO = "Email sent by this demo";
    MAIL_DEMO_NOTE = "A real deployment sends these through your mail server. Here they stay on this page.";
    MAIL_DEMO_NONE = "No email yet. Report a problem in the demo, then reply or post an update in the console.";
    MAIL_DEMO_TO = "To {name}";
    MAIL_PAGE_INVALID = "This link doesn't work. Use the one in a newer email.";
}
