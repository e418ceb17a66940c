// Made from the Rust types by `cargo xtask gen`. Don't edit.

/** What a page may tell the widget. */
export interface Options {
  /** Origin of the backend, or several of one backend: when one fails, the next is asked. Default: where the script came from. */
  backend?: string | readonly string[];
  /** Your own function, in place of `fetch`, for every request to the backend, its stream among them. */
  transport?: (request: Request) => Promise<Response>;
  /** Address of a status page with the Statuspage API, in place of a backend: its status is shown, and nothing can be reported. */
  status?: string;
  /** Fetches a fresh customer token from your own backend. Without it the person is anonymous. */
  getToken?: () => string | Promise<string>;
  /** The language, a tag of BCP 47 such as `de`. Default: what the browser asks for; English where there is no such one. */
  locale?: string;
  /** Default: auto, as the person's system says. */
  theme?: "auto" | "light" | "dark";
  /** Where the launcher stands. Default: bottom-right. */
  position?: "bottom-right" | "bottom-left";
  /** When the widget's code is fetched. Default: interaction. */
  load?: "interaction" | "idle" | "eager";
  /** Whether the latest errors and failed requests of your page go with a report. Default: false. */
  capture?: boolean;
  /** What else must not leave the page with a report: patterns, or a function that gives a text without it. */
  redact?: (string | RegExp)[] | ((text: string, name: string) => string);
  /** Fields of the report form, beside those that the server defines. */
  fields?: ReportField[];
  /** Your own words in place of the widget's, by the English that they stand for. */
  labels?: Partial<Record<Text, string | Partial<Record<Intl.LDMLPluralRule, string>>>>;
  /** Address of a picture for the launcher, or `slot` for what stands in the element's own. Default: ours, also while yours can't be had. */
  icon?: string;
  /** The component that this page belongs to; chosen ahead in the report. */
  component?: string;
  /** Your product's version; it goes with each report. */
  release?: string;
  /** The nonce of your page's Content Security Policy, for the script tag that the npm package makes. */
  nonce?: string;
}

/** A view of the panel. */
export type View = "home" | "report" | "status" | `thread:${string}`;

/** What a page may ask of the widget: the verbs. */
export interface Handle {
  /** Starts. Booting again is an update. */
  boot(options?: Options): void;
  /** Shuts down and boots with these options laid over the ones before. */
  update(options: Options): void;
  /** Opens the panel, at a view of it, with a report begun. */
  show(view?: View, prefill?: ReportDraft): void;
  /** Closes the panel. */
  hide(): void;
  /** Opens the panel, or closes it. */
  toggle(): void;
  /** Sends a report without the form; the promise holds once the server has it. */
  report(draft: ReportDraft): Promise<Receipt>;
  /** Opens the panel at a thread: by its ID, or by a reference that the person's account knows, also one from before a merge. */
  open(incident: string): void;
  /** How things are; the promise waits until that is known. */
  status(): Promise<Headline>;
  /** Hears an event by its name without the prefix; returns a function that stops it. */
  on<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void;
  /** Leaves nothing behind: no request, timer, listener or element of its own. */
  shutdown(): Promise<void>;
}

/** What a page hears from the widget: the detail of each event, by its name. */
export interface Events {
  /** The status is known for the first time. */
  ready: Record<string, never>;
  /** The panel opens. */
  open: Record<string, never>;
  /** The panel closes. */
  close: Record<string, never>;
  /** The server has a report. */
  report: Receipt;
  /** The headline changed. */
  status: Headline;
  /** Something is new on a timeline. */
  entry: { incident: IncidentId; seq: number };
  /** How much is unread has changed. */
  unread: { count: number };
  /** The vendor assessed the severity. */
  severity: { incident: IncidentId };
  /** A closure awaits the customer. */
  resolution: { incident: IncidentId };
  /** Every account's closure is confirmed, waived or timed out. */
  settled: { incident: IncidentId };
  /** The widget could not be fetched, or, with `command` and `code`, the server refused what was sent. */
  error: { message: string; command?: CommandId; code?: ErrorCode; field?: string | null };
}

/** A text of the widget, in English. */
export type Text = ", " | "A colleague needs you on an incident with {vendor}" | "A file isn't here any more. Attach it again, or send without it." | "A label is misspelled. Where is this setting?" | "A minor problem or a question" | "A real deployment sends these through your mail server. Here they stay on this page." | "A reply is overdue" | "A sealed incident can't be made public or shared." | "Acknowledged by {name}" | "Acknowledgements of your reports" | "Add a note (optional)" | "Add details (optional)" | "Affected accounts" | "Affects you" | "All components" | "All systems operational" | "All times are UTC." | "An update is overdue" | "Answer any question and we'll suggest a severity. You decide." | "Answer now" | "Anything else that would help? (optional)" | "As of {time}" | "Attach" | "Attach files" | "Attached" | "Automatic closures and downgrades" | "Back" | "Before today" | "CSM" | "Callpoint" | "Cancel" | "Change severity" | "Check your connection, then try again." | "Choose a colleague, or enter an email address." | "Choose a severity." | "Choose a tool, then drag over the picture. With the keyboard: Enter adds an area, the arrow keys move it, Shift with the arrow keys resizes it." | "Choose one of these." | "Choose which emails you get" | "Choose {bound} or earlier." | "Choose {bound} or later." | "Close" | "Closed automatically: no reply" | "Completed" | "Components" | "Connection lost. This page may be out of date." | "Copy link" | "Could this be a security issue?" | "Couldn't send yet. Saved on this device. Trying again in {time}." | "Couldn't send: {why}" | "Critical impact" | "Crop" | "Data is being lost." | "Degraded performance" | "Describe it in your own words" | "Discard" | "Do you agree to {level}?" | "Do you agree to {level}? We'll lower this on {time} if we don't hear from you." | "Download {name}" | "Drill" | "Earlier today" | "Edit" | "Edit and send again" | "Edit picture" | "Edit {name}" | "Email notifications" | "Email sent by this demo" | "Enter a date, such as 2026-11-27." | "Enter a number, such as 12.5." | "Enter {bound} or less." | "Enter {bound} or more." | "Errors" | "Every page takes a minute. Half of our exports fail." | "Everyone" | "Expected end" | "Expected to end by {time}" | "Export as Markdown" | "Files" | "Files can't be added right now. You can still send this without them." | "Files of this type can't be attached. Try a picture, a PDF, a text file or a zip." | "Fill this in first." | "First response is overdue" | "Follow" | "Happened before" | "Help me choose" | "Hide" | "Highlight" | "How severe is this for you?" | "Identified" | "If this incident isn't public, sign in to {vendor} to read it." | "In progress" | "Incident history" | "Incident history pages" | "Internal: staff only" | "Investigating" | "Invitations to sealed incidents" | "Invite a colleague" | "Is any data lost or wrong?" | "Is it fixed for you?" | "Is it fixed for you? We'll close this on {time} if we don't hear from you." | "Is it one of these?" | "Is there a workaround?" | "It has been open for a long time." | "It's back – reopen" | "It's slow" | "It's too late to reopen this. Send a new report and mention this incident." | "Jump to latest" | "Just me" | "Just now" | "Keep this reference. To get replies here, sign in before you report." | "Keep {level}" | "Late: was due {time}" | "Link copied" | "Live updates aren't coming through. We check every few seconds." | "Loading…" | "Lowered automatically to {level}: no reply" | "Maintenance" | "Maintenance in progress" | "Major impact" | "Major outage" | "Mentions of you" | "Merged into {reference}" | "Minor impact" | "Monitoring" | "New since your last visit" | "Newer" | "Next update" | "Next update by {time}" | "Next update in {time}" | "Next update was due at {time}" | "No" | "No connection. Last updated at {time}." | "No data" | "No downgrade is waiting for your reply." | "No email yet. Report a problem in the demo, then reply or post an update in the console." | "No impact" | "No incident matches." | "No incidents reported." | "No next update scheduled" | "No one" | "No resolution is waiting for your reply." | "No, keep {level}" | "No, not yet" | "Nobody can sign in. Orders disappear." | "Not acknowledged yet" | "Not attached: {why}" | "Not available right now. It's safe to try again in a moment." | "Not fixed yet" | "Not given yet" | "Not given yet. Please add it in a reply." | "Not saved on this device. Keep this page open until it's sent." | "Not sure" | "Nothing to change. It's already set this way." | "Nothing works" | "Older" | "One report shows an error, but we can export it." | "Only you and {vendor}'s security team will see this." | "Open in {vendor}" | "Open incidents" | "Open the thread" | "Open thread" | "Open {name}" | "Operational" | "Other customers are affected too" | "Others at {account}" | "Our severity rules raised it." | "Page not found" | "Partial outage" | "Paused until {time}" | "People you can mention" | "Postmortem published" | "Powered by Callpoint" | "Preview" | "Print" | "Public status: {status}." | "Public title: {title}" | "Public: everyone" | "Questions that need your answer" | "Quiet hours. We'll pick this up when they end." | "Read by {vendor}" | "Recently closed" | "Reconnecting…" | "Reference {reference}. {vendor} has been notified." | "Reminder emailed to {name}" | "Reminder: please tell us whether it's fixed" | "Reminder: please tell us whether you agree to the lower severity" | "Reminders of questions that need your answer" | "Remove" | "Remove {name}" | "Reopen" | "Reply" | "Report a problem" | "Reports belong to your account, so you need to sign in to {vendor} first. You'll find Report a problem there, and all replies." | "Resolved" | "Resolved and closed" | "Resolved and confirmed" | "Resolved – report published" | "Save" | "Saved on this device. We'll send it when you're back online." | "Saved." | "Scheduled" | "Scheduled maintenance" | "Sealed: only people with access and the security team" | "Sealed: only you and the security team" | "Search incidents" | "Send" | "Send report" | "Send without them" | "Sending…" | "Set manually" | "Several customers are affected." | "Several of us" | "Severity and status over time" | "Show all {count}" | "Show earlier" | "Show later" | "Sign in first." | "Sign in to {vendor}" | "Sign in to {vendor} to report a problem or see your incidents." | "Site" | "Skip to status" | "Some of us are affected, but we have a workaround" | "Someone at {account} invited you to an incident with {vendor}. To keep it private, this email leaves out the details." | "Someone else, by email" | "Something is wrong, but we have a workaround" | "Something isn't working" | "Something went wrong on our side. It's safe to try again." | "Started" | "Status" | "Status unknown" | "Status: {status}" | "Stop these emails: {kind}?" | "Take a screenshot" | "Tell us what's going wrong." | "Tell {vendor} that something isn't working and how severe it is for you, then follow it with them until it's fixed." | "Tell {vendor} that something isn't working. Sign in first if you'd like a reply." | "The fix was disputed more than once." | "The severity stays as it is until you reply." | "The update we promised is late" | "Their work email" | "There's an update on {reference}. To keep it private, this email doesn't say more." | "There's nothing at this address. It may be misspelled, or the page has moved." | "These look similar. If one is your problem, join it and we'll add what you wrote. If not, fold this away." | "This could be a security issue" | "This didn't load" | "This file is empty." | "This file is too large. Attach a smaller one." | "This incident is closed." | "This incident is still open. Reply in its thread." | "This incident was merged into another one. Continue there." | "This link doesn't work. Use the one in a newer email." | "This page can't connect. You can report on our status site." | "This request is still being processed. Try again in a moment." | "This request is too large." | "This stays open until you reply." | "This stays open until you reply. An executive of {vendor} can close it after {span} and {reminders} without your reply." | "This token has expired. Get a new one and try again." | "This version can't show this entry. Reload the page to see it." | "This view couldn't load. You can still report a problem." | "Time without a major or critical incident" | "To {name}" | "Today" | "Too long. Keep it to {limit} characters." | "Too many files today. Send your message without this one, and attach it tomorrow." | "Too many requests. Try again in a moment." | "Try again" | "Try again: {name}" | "Try now" | "Turn on JavaScript in your browser to use this page." | "Under maintenance" | "Undo" | "Unfollow" | "Unsubscribe" | "Unsubscribe or choose which emails you get" | "Update severity" | "Updates and replies on incidents you follow" | "Uploading {name}" | "Verifying" | "View full status" | "Waiting for your reply" | "Waiting for your reply: is it fixed?" | "Waiting for your reply: lower to {level}?" | "Waiting for {vendor}" | "We can't confirm who you are right now. We'll keep trying. If this keeps happening, sign in again." | "We can't load this file right now. Try again in a moment." | "We can't read this file any more. Attach it again." | "We can't show you this. If it's yours, sign in first." | "We can't work, or we're losing data" | "We closed this because we didn't hear from you. If it isn't fixed, you can reopen it until {time}." | "We don't know this colleague. Choose someone from the list, or enter their email address." | "We lowered this to {level} because we didn't hear from you. You can change the severity at any time." | "We suggest {level}" | "We usually answer by {time}." | "We'll close this in {time} if we don't hear from you." | "We'll close this on {time} if we don't hear from you. We'll remind you first." | "We'll include: {items}" | "We'll lower this in {time} if we don't hear from you." | "We'll lower this on {time} if we don't hear from you. We'll remind you first." | "We'll reply in the thread. You can close this: its button shows a count when there's a reply." | "We're affected too" | "We're working on your {count} incidents" | "We've got your report." | "What are you seeing?" | "What changed? (optional)" | "What is this about?" | "What you told us" | "What's going wrong?" | "What's still wrong?" | "When did it start?" | "Where is it happening?" | "Who is affected?" | "Who should see this?" | "Why is it more severe for you?" | "Work is much slower than usual, or many of us are affected" | "Workaround" | "Workaround: {text}" | "Write a reply first." | "Write a reply…" | "Wrong results" | "Yes" | "Yes, and it's easy" | "Yes, but it's painful" | "Yes, it's fixed" | "Yes, lost" | "Yes, we agree" | "Yes, wrong" | "You" | "You agreed to {level}" | "You can attach up to 10 files at once." | "You chose {level}. We'll use yours." | "You don't have permission to do this." | "You have no open incidents." | "You have {count} open incidents · not all acknowledged yet" | "You have {count} open incidents · waiting for your reply" | "You reported {level}" | "You were given access to {reference}. To keep it private, this email doesn't say more." | "You're getting this because a colleague invited you. Replies to this email aren't read: sign in to {vendor} to see it." | "You're getting this because you follow {reference} at {vendor}. Replies to this email aren't read: reply in the thread." | "You're getting this because you work on {reference} or look after this customer. Replies to this email aren't read: reply in the console." | "You're not signed in. {vendor} will get your report, but can't reply to you here." | "You're unsubscribed. We won't email you these: {kind}." | "Your account is already part of this incident. Reply in its thread." | "Your customer success manager: {name}" | "Your files are still uploading. We'll send this once they're done." | "Your incident" | "Your incidents" | "Your on-call team was paged" | "[{reference}] New update" | "[{reference}] {title}" | "acknowledged this" | "agreed to {level}" | "assessed this as {level}" | "assigned the {role} role to {name}" | "because {reasons}." | "business lead" | "changed the severity to {level}" | "changed the status to {status}" | "closed this for you" | "closed this on your behalf as an executive, after reminders without a reply" | "commander" | "communications lead" | "confirmed the fix" | "customer support lead" | "d" | "data is being lost" | "data is wrong" | "declined the downgrade" | "everyone is affected" | "everyone is affected, but there's an easy workaround" | "expects this to end by {time}" | "gave {name} ({vendor}) access to this" | "h" | "invited {name}" | "is also affected ({level})" | "it could be a security issue" | "it works, but not properly" | "just now" | "lasted {span}" | "left the {role} role" | "lowered this to {level}" | "made this public: {title}" | "marked this as resolved – please confirm" | "mentioned you" | "mentions you" | "merged this with {reference}" | "min" | "no one is affected" | "nobody can work and there's no workaround" | "nothing works" | "nothing works for anyone" | "observer" | "only you are affected" | "posted a workaround" | "posted an update" | "proposed {level}" | "released {name} from the {role} role" | "reopened this" | "reported being affected too ({level})" | "reported this as {level}" | "results are wrong" | "root-cause analyst" | "s" | "said it's not fixed yet" | "scheduled the next update for {time}" | "screenshot" | "sealed this" | "several people are affected" | "several people are affected and there's no workaround" | "social media lead" | "technical lead" | "took the {role} role" | "unsealed this" | "wrote" | "you're affected and there's no workaround" | "{account} only" | "{count} days" | "{count} days with incidents" | "{count} earlier updates" | "{count} hours" | "{count} minutes" | "{count} reminders" | "{count} seconds" | "{count} updates" | "{days} days ago" | "{email} (invited, hasn't signed in yet)" | "{field} is missing. If you don't have it, send again and add it later." | "{name} ({account}) {what}." | "{name} acknowledged your report." | "{name} marked this as resolved. Is it fixed for you?" | "{name} proposes {level}. Do you agree?" | "{name} signed in and can see this now" | "{name} {what}." | "{percent}% uptime over {days} days" | "{reference}, formerly {earlier}" | "{span} ago" | "{tool}: {left}% from the left, {top}% from the top, {width}% wide, {height}% high" | "{vendor} assessed this as {level}" | "{vendor} is working on it" | "{vendor} lowered this to {level}" | "{vendor} proposes {level}. Do you agree?" | "{vendor} status";

/** A customer organisation. */
export interface Account {
  /** Its identifier in the vendor's backend. */
  id: AccountId;
  /** Its display name. */
  name: string;
}

/** A command on an account: the body of `POST /v1/accounts/{id}/commands`. */
export type AccountCommand = {
  set_engagement: Terms;
};

/** A customer organisation, by the vendor's own identifier. */
export type AccountId = string;

/** Who is affected? */
export type AffectedAnswer = "everyone" | "several" | "me" | "nobody";

/** The answers to the guided questions; each may stay unanswered. */
export interface Answers {
  /** Is there a workaround? */
  around?: WorkaroundAnswer | null;
  /** Is data lost or wrong? */
  data?: DataAnswer | null;
  /** Could it be a security issue? Yes seals the incident: its reporter and named staff only. */
  security?: boolean | null;
  /** What are you seeing? */
  sees?: SymptomAnswer | null;
  /** When did it start? */
  since?: SinceAnswer | null;
  /** Who is affected? */
  stopped?: AffectedAnswer | null;
}

/** An error response: an RFC 9457 problem document. */
export interface ApiError {
  /** The stable code. */
  code: ErrorCode;
  /** What happened this time, and what to do. */
  detail: string;
  /** The invalid field, if any. */
  field?: string | null;
  /** The HTTP status, repeated. */
  status: number;
  /** What happened, the same for every problem of this code. */
  title: string;
  /** `urn:callpoint:problem:` and the code. */
  type?: string;
}

/** The vendor's own assessment of the severity. */
export interface Assessment {
  /** The reason; customers read it. */
  reason: string;
  /** The level in the vendor's judgement. */
  severity: Severity;
}

/** A file of an entry. */
export interface Attachment {
  /** The file, for `GET /v1/attachments/{id}`. */
  id: AttachmentId;
  /** Its media type, as the server found it in its contents. */
  media_type: string;
  /** What it is called. */
  name: string;
  /** Its size in bytes. */
  size: number;
}

/** A file that somebody attaches; made by whoever uploads it. */
export type AttachmentId = string;

/** Who did something, and when. */
export interface Attribution {
  /** When they did it. */
  at: Time;
  /** Who did it. */
  by: Author;
}

/** Who can read an entry, resolved to accounts when it was written. */
export type Audience = "internal" | {
  account: AccountId;
} | {
  affected: Array<AccountId>;
} | "public";

/** The author of an entry. */
export type Author = {
  customer: {
    /** Their account. */
    account: AccountId;
    /** Their name. */
    name: string;
    /** Their id. */
    person: PersonId;
  };
} | {
  staff: {
    /** Their name. */
    name: string;
    /** Their id. */
    person: PersonId;
    /** Their job title. */
    title: string;
  };
} | "vendor" | "system";

/** What an event changes. */
export type Change = {
  component_defined: Component;
} | {
  component_moved: {
    /** The component's id. */
    component: ComponentId;
    /** The status from then on. */
    status: ComponentStatus;
  };
} | {
  declared: {
    /** The account that reported it and whose stake it is. */
    account: Account;
    /** The account's customer success manager. */
    csm?: PersonRef | null;
    /** What people call the incident. */
    reference: string;
    /** The report. */
    report: Report;
    /** The terms agreed with the account at that time. */
    terms: Terms;
    /** The report's first line, cut to the length of a title. */
    title: string;
  };
} | {
  opened: {
    /** What was opened. */
    opening: Opening;
    /** What people call the incident. */
    reference: string;
  };
} | {
  joined: {
    /** The stake afterwards. */
    stake: Stake;
    /** The account's comment in Markdown; may be empty. */
    text?: string;
  };
} | {
  revealed: {
    /** The incident as they may know it. */
    incident: Incident;
    /** The account to which it became visible; none for staff. */
    to?: AccountId | null;
  };
} | {
  withdrawn: Record<string, never>;
} | {
  published: PublicView;
} | {
  said: {
    /** Files. */
    attachments?: Array<Attachment>;
    /** The people that the text names. */
    mentions?: Array<PersonId>;
    /** Markdown. */
    text: string;
  };
} | {
  updated: {
    /** The incident's status as of the update. */
    status: Status;
    /** Markdown. */
    text: string;
  };
} | {
  promised: {
    /** When the resolution is expected. */
    eta?: Time | null;
    /** When the next update is due. */
    next_update?: Time | null;
  };
} | {
  workaround_found: {
    /** Markdown. */
    text: string;
  };
} | {
  acknowledged: Record<string, never>;
} | {
  assessed: {
    /** The reason; customers read it. */
    reason: string;
    /** The level in the vendor's judgement. */
    severity: Severity;
  };
} | {
  severity_set: {
    /** The account that declares it. */
    account: AccountId;
    /** The account's reason; may be empty. */
    reason?: string;
    /** The new declared severity. */
    severity: Severity;
  };
} | {
  downgrade_proposed: {
    /** The account whose severity it is. */
    account: AccountId;
    /** The reason; the account reads it. */
    reason: string;
    /** The proposed level. */
    severity: Severity;
    /** When it applies without an answer; left out where it never does. */
    until?: Time | null;
  };
} | {
  downgrade_refused: {
    /** The account that refused. */
    account: AccountId;
    /** The account's reason. */
    reason: string;
  };
} | {
  lowered: {
    /** The account whose severity it is. */
    account: AccountId;
    /** Who or what agreed to it. */
    consent: Consent;
    /** The reason; the account reads it. */
    reason: string;
    /** The level from then on. */
    severity: Severity;
  };
} | {
  advised: {
    /** The condition of the rule. */
    cause: RaiseCause;
    /** The advised level. */
    severity: Severity;
  };
} | {
  moved: {
    /** The status from then on. */
    status: Status;
  };
} | {
  proposed: {
    /** What was done, in Markdown. */
    text: string;
  };
} | {
  confirmed: {
    /** The account that confirmed. */
    account: AccountId;
  };
} | {
  disputed: {
    /** The account that disputes it. */
    account: AccountId;
    /** What is not resolved. */
    reason: string;
  };
} | {
  waived: {
    /** The account whose answer was waived. */
    account: AccountId;
    /** The reason; the account reads it. */
    reason: string;
  };
} | {
  reminded: {
    /** The account that was reminded. */
    account: AccountId;
    /** The question. */
    question?: Question;
  };
} | {
  reminder_delivered: {
    /** The account that was reminded. */
    account: AccountId;
    /** The entry that reminds. */
    reminder: number;
    /** Whom it was addressed to. */
    to: PersonRef;
  };
} | {
  timed_out: {
    /** The account that did not answer. */
    account: AccountId;
  };
} | {
  overridden: {
    /** The account that did not answer. */
    account: AccountId;
    /** The reason; the account reads it. */
    reason: string;
  };
} | {
  reopened: {
    /** The account that reopened it. */
    account: AccountId;
    /** What is wrong again. */
    reason: string;
  };
} | {
  role_taken: {
    /** Who has the role from then on. */
    by: PersonRef;
    /** One of the vendor's roles. */
    role: string;
  };
} | {
  role_released: {
    /** Who had the role. */
    by: PersonRef;
    /** One of the vendor's roles. */
    role: string;
  };
} | {
  war_room_set: {
    /** An https address. */
    url: string;
  };
} | {
  others_affected: Record<string, never>;
} | {
  followed: {
    /** The account they belong to. */
    account: AccountId;
    /** Whether they follow from here on. */
    follows: boolean;
    /** Who follows, or no longer does. */
    who: PersonRef;
  };
} | {
  read: {
    /** The account they belong to; none for staff. */
    account?: AccountId | null;
    /** The last entry read. */
    seq: number;
  };
} | {
  overdue: {
    /** What was due. */
    duty: Duty;
  };
} | {
  paused: {
    /** The reason; customers read it. */
    reason: string;
    /** When the targets run again. */
    until: Time;
  };
} | {
  paged: Page;
} | {
  page_handled: {
    /** The kind of the connector; empty where there is none. */
    connector?: string;
    /** The page. */
    of: Page;
    /** What became of it. */
    outcome: PageOutcome;
    /** The event that asked for it. */
    page: number;
  };
} | {
  merged: {
    /** The incident that remains. */
    into: IncidentId;
    /** The reference of the incident that remains. */
    reference: string;
  };
} | {
  sealed: {
    /** Why it is confidential. */
    reason: string;
  };
} | {
  unsealed: {
    /** Why it is no longer confidential. */
    reason: string;
  };
} | {
  invited: {
    /** What was reported, for whoever was not there. */
    report?: Report | null;
    /** Who got access. */
    who: PersonRef;
  };
} | {
  invited_by_email: {
    /** The address. */
    email: string;
  };
} | {
  engagement_set: {
    /** The account with which they were agreed. */
    account: AccountId;
    /** The terms. */
    terms: Terms;
  };
};

/** A class of incidents with its own on-call schedule and escalation policies. */
export interface Class {
  /** `service`, or one of the vendor's own: `billing`. */
  id: string;
  /** Its label for customers. */
  words: string;
}

/** Whether an incident is closed for one account, and how. */
export type Closure = "open" | {
  proposed: {
    /** When it was proposed. */
    at: Time;
    /** Whether that entry reached somebody of the account, by mail or on their screen: only then silence counts. */
    reminded?: boolean;
    /** The entry that reminds the account that its silence will count. */
    reminder?: number | null;
    /** When it times out; left out where it waits without limit. */
    until?: Time | null;
  };
} | {
  confirmed: Time;
} | {
  waived: Time;
} | {
  timed_out: Time;
} | {
  overridden: Time;
};

/** A command: the idempotency key of the request. All events that it causes carry it. */
export type CommandId = string;

/** A part of the product with a status. */
export interface Component {
  /** What staff set by hand, and not taken back since. */
  by_hand?: ComponentStatus | null;
  /** The vendor's own id. */
  id: ComponentId;
  /** As people read it. */
  name: string;
  /** Its place in lists, ascending. */
  position: number;
  /** When staff last set it by hand, or else when it was defined. */
  since: Time;
  /** How it is doing: the worse of what staff set by hand and of what the open public incidents that name it amount
   * to. */
  status: ComponentStatus;
}

/** A command on a component: the body of `POST /v1/components/{id}/commands`. */
export type ComponentCommand = {
  set_status: {
    /** The new status. */
    status: ComponentStatus;
  };
};

/** A component of the product. */
export type ComponentId = string;

/** How a component is doing. Names as the Statuspage API publishes them; the order is from fine to worst. */
export type ComponentStatus = "operational" | "under_maintenance" | "degraded_performance" | "partial_outage" | "major_outage";

/** A connector, as far as the caller may see what it delivers. */
export interface Connector {
  /** The account whose own on-call team it calls, if it is for one. */
  account?: AccountId | null;
  /** What kind it is, such as `webhook`. */
  kind: string;
  /** Its name. */
  name: string;
  /** When it is tried next, where something waits for that. */
  next_at?: Time | null;
  /** How many messages are parked; at most 100 are counted. */
  parked: number;
  /** Why it is parked, or what was wrong with the last try. */
  reason?: string;
  /** How it is. */
  state: ConnectorState;
  /** How many messages wait; at most 100 are counted. */
  waiting: number;
}

/** How a connector is. */
export type ConnectorState = "delivering" | "retrying" | "parked";

/** Answer of `GET /v1/connectors`. */
export interface Connectors {
  /** Those that are configured and that the caller may know of. */
  connectors: Array<Connector>;
}

/** What made a lower severity count. */
export type Consent = "vendor" | "account" | "silence";

/** Is data lost or wrong? */
export type DataAnswer = "lost" | "wrong" | "safe";

/** Answer of `GET /v1/connectors/{name}/deliveries`. */
export interface Deliveries {
  /** At most 100: those that were not taken first, then the latest. */
  deliveries: Array<Delivery>;
}

/** A message to another system, and its last try. */
export interface Delivery {
  /** The status of the last answer, if there was one. */
  answer?: number | null;
  /** What was wrong with the last try, with the beginning of the answer. */
  error?: string;
  /** Its id: the same for every try, and what the receiver knows it by. */
  id: string;
  /** The incident. */
  incident: IncidentId;
  /** When it is tried next. */
  next_at?: Time | null;
  /** When it was queued. */
  queued_at: Time;
  /** What people call the incident. */
  reference: string;
  /** How it is. */
  state: DeliveryStatus;
  /** How long the last try took, in milliseconds. */
  took?: number | null;
  /** When it was tried last. */
  tried_at?: Time | null;
  /** How often it was tried. */
  tries: number;
  /** What it is about. */
  type: string;
}

/** How a message is. */
export type DeliveryStatus = "waiting" | "retrying" | "delivered" | "parked";

/** A proposal of staff to lower the severity for an account. */
export interface Downgrade {
  /** When it was proposed. */
  at: Time;
  /** The reason; the account reads it. */
  reason: string;
  /** Whether that entry reached somebody of the account. */
  reminded?: boolean;
  /** The entry that reminds the account that its silence will count. */
  reminder?: number | null;
  /** The proposed level. */
  severity: Severity;
  /** When it applies without an answer; left out where it never does. */
  until?: Time | null;
}

/** What the vendor owes to those affected. */
export type Duty = "acknowledge" | "promise" | "update" | "commander" | "reply";

/** Who decides about severity and closure in an incident of an account: the vendor, the account, or both together. */
export type Engagement = "advisory" | "shared" | "customer_led";

/** A stable error code for programs. */
export type ErrorCode = "malformed" | "key_missing" | "unauthenticated" | "token_invalid" | "token_expired" | "forbidden" | "not_found" | "method_not_allowed" | "in_flight" | "already_acknowledged" | "already_proposed" | "nothing_proposed" | "no_downgrade" | "customers_call" | "already_joined" | "too_late" | "still_open" | "merged" | "cant_merge" | "nobody_holds" | "drill" | "already_shared" | "not_sealed" | "not_cleared" | "unknown_colleague" | "nothing_new" | "closed" | "needs_confirmation" | "sealed" | "too_slow" | "too_large" | "unsupported_media" | "file_too_large" | "file_type" | "file_quota" | "offset_conflict" | "file_missing" | "invalid" | "key_reused" | "rate_limited" | "internal" | "unavailable" | "other";

/** An escalation policy: who is paged step by step, and for which incidents. */
export interface EscalationPolicy {
  /** Minutes until it restarts: after the last repeat, and without activity after an acknowledgement. */
  again_minutes: number;
  /** The classes it applies to; without any, all but `security`. */
  classes: Array<string>;
  /** The severity levels it applies to; without any, all. */
  levels: Array<Severity>;
  /** The number of times that all steps are repeated. */
  repeats: number;
  /** The steps in order, at least one. */
  steps: Array<EscalationStep>;
}

/** A step of an escalation policy. */
export interface EscalationStep {
  /** The escalation timeout: minutes without an acknowledgement until the next step. */
  minutes: number;
  /** Who is paged. */
  page: Array<StepTarget>;
}

/** An entry of the log. */
export interface Event {
  /** When it happened. */
  at: Time;
  /** Who caused it. */
  by: Author;
  /** What happened. */
  change: Change;
  /** The command that caused it. */
  command: CommandId;
  /** The incident whose timeline it stands on; none for what concerns a component alone. */
  incident?: IncidentId | null;
  /** The seal of the incident when this was written: nobody else can read it, whatever its audience. */
  seal?: Seal | null;
  /** Its place in the log; what identifies an entry. */
  seq: number;
  /** Who can read it. */
  to: Audience;
}

/** A field as a report has it: with the label that it had then. */
export interface FieldAnswer {
  /** The field's id. */
  id: string;
  /** Its label. */
  label: string;
  /** What was written; empty where a required field was left out. */
  value: string;
}

/** What may stand in a field. */
export type FieldKind = "long_text" | "number" | "date" | "choice" | "text";

/** What customers read of a field in one language; what is left out is as the field has it. */
export interface FieldWords {
  /** The words of each choice, in the order of the field's. */
  choices?: Array<string>;
  /** The help. */
  help?: string;
  /** The label. */
  label?: string;
}

/** How things are for somebody. */
export interface Headline {
  /** The worst of the components and the open incidents that this person may see. */
  condition: ComponentStatus;
  /** In how many incidents their own account has not agreed that it is over. */
  yours: number;
}

/** How much a public incident impairs the service. Named as in the Statuspage API; ordered from none to critical. */
export type Impact = "none" | "maintenance" | "minor" | "major" | "critical";

/** What is true of an incident now; how it came about is told by the entries of its timeline. */
export interface Incident {
  /** Who of staff acknowledged it first, once they did to every account that whoever looks sees. */
  acknowledged?: Attribution | null;
  /** A rule's advice to raise the severity; staff decide. */
  advice?: SeveritySuggestion | null;
  /** The vendor's own judgement of the severity, once there is one. */
  assessment?: Assessment | null;
  /** What kind of trouble it is: `service`, or a class of the vendor's. */
  class?: string;
  /** The components that it affects. */
  components: Array<ComponentId>;
  /** Whether it is a rehearsal. */
  drill?: boolean;
  /** When the resolution is expected. */
  eta?: Time | null;
  /** Its id: that of the report that opened it. */
  id: IncidentId;
  /** When the last update for all affected accounts was published. */
  last_update_at?: Time | null;
  /** The incident in which it continues, if it was merged. */
  merged_into?: IncidentId | null;
  /** When the promised next update is due. */
  next_update?: Time | null;
  /** When the first report arrived. */
  opened_at: Time;
  /** Whether so many accounts report it that each of them may know. */
  others_affected?: boolean;
  /** What the vendor owes and has missed. */
  overdue?: Overdue;
  /** Where paging stands; for staff alone, so the widget's bundle does without reading it. */
  paging?: Paging | null;
  /** When paused response targets run again. */
  paused_until?: Time | null;
  /** Title and impact for the public, once it is public. */
  publication?: Publication | null;
  /** How far the words among these facts reach. */
  reach?: Reach;
  /** The number by which people refer to it, such as `NW-4127`. */
  reference: string;
  /** When the vendor ended it, or the last key was turned. */
  resolved_at?: Time | null;
  /** The roles that somebody of staff has. */
  roles?: Array<RoleAssignment>;
  /** Who has access to it, if it is sealed. */
  seal?: Seal | null;
  /** The last entry that staff have read. */
  staff_read_to?: number;
  /** The part of each affected account. */
  stakes: Array<Stake>;
  /** How far the work has come. */
  status: Status;
  /** The first reporter's words for staff, an account's own for those with a stake, the public title for others. */
  title: string;
  /** The https address at which staff meet; only staff see it. */
  war_room?: string | null;
  /** A workaround in Markdown, if one is known. */
  workaround?: string | null;
}

/** A command on an incident: the body of `POST /v1/incidents/{id}/commands`. Each says first who may send it. */
export type IncidentCommand = {
  message: {
    /** Files that the caller has uploaded, at most 10; each can be used once. */
    attachments?: Array<AttachmentId>;
    /** Markdown, 1 to 10,000 characters. */
    text: string;
    /** Who can read it; ignored for customers. */
    to?: Visibility | null;
  };
} | {
  acknowledge: Record<string, never>;
} | {
  assess: {
    /** The reason; customers read it. */
    reason: string;
    /** The level in the vendor's judgement. */
    severity: Severity;
  };
} | {
  move: {
    /** `investigating`, `identified` or `monitoring`; `resolved` once every account was asked whether it is over. */
    status: Status;
  };
} | {
  update: Update;
} | {
  propose_resolution: {
    /** What was done. Markdown. */
    text: string;
  };
} | {
  confirm: Record<string, never>;
} | {
  dispute: {
    /** What is not resolved. */
    reason: string;
  };
} | {
  reopen: {
    /** What is wrong again. */
    reason: string;
  };
} | {
  join: {
    /** The severity that this account declares. */
    severity: Severity;
    /** A comment in Markdown; may be empty. */
    text?: string;
  };
} | {
  set_severity: {
    /** The reason; may be empty. */
    reason?: string;
    /** The new declared severity. */
    severity: Severity;
  };
} | {
  accept_downgrade: Record<string, never>;
} | {
  refuse_downgrade: {
    /** The reason. */
    reason: string;
  };
} | {
  follow: Record<string, never>;
} | {
  unfollow: Record<string, never>;
} | {
  invite: Invitee;
} | {
  read: {
    /** The last entry read. */
    seq: number;
  };
} | {
  propose_downgrade: {
    /** The account whose severity it is. */
    account: AccountId;
    /** The reason; the account reads it. */
    reason: string;
    /** The proposed level, less severe than the one that counts now. */
    severity: Severity;
  };
} | {
  waive: {
    /** The account whose answer is waived. */
    account: AccountId;
    /** The reason; the account reads it. */
    reason: string;
  };
} | {
  assign_role: {
    /** The assignee; the caller if it is left out. */
    person?: PersonId | null;
    /** One of the vendor's roles. */
    role: string;
  };
} | {
  release_role: {
    /** The reason; only staff read it. */
    reason: string;
    /** One of the vendor's roles. */
    role: string;
  };
} | {
  set_war_room: {
    /** An https address; only staff see it. */
    url: string;
  };
} | {
  merge: {
    /** The incident that remains. */
    into: IncidentId;
  };
} | {
  pause: {
    /** The reason; customers read it. */
    reason: string;
    /** When the targets run again. */
    until: Time;
  };
} | {
  seal: {
    /** Why it is confidential. */
    reason: string;
  };
} | {
  unseal: {
    /** Why it is no longer confidential. */
    reason: string;
    /** The title from then on, since the old one may reveal what was confidential. */
    title: string;
  };
};

/** An incident. The report that opens one gives it its own id. */
export type IncidentId = string;

/** Answer of `GET /v1/incidents`. */
export interface Incidents {
  /** The latest first. */
  incidents: Array<Incident>;
  /** Pass as `before` for the next page; none on the last. */
  next?: string | null;
}

/** A colleague to whom a sealed incident is opened. */
export type Invitee = {
  person: PersonId;
} | {
  email: string;
};

/** One level of a scheme. */
export interface Level {
  /** Staff acknowledge within this many minutes. */
  acknowledge_minutes: number;
  /** What that looks like, for example. */
  example?: string;
  /** Short name, as people say it: `SEV1`. */
  name: string;
  /** Staff publish an update at least this often, in minutes. */
  update_minutes: number;
  /** What it means, for customers. */
  words: string;
}

/** A file that is about to be uploaded: the body of `POST /v1/attachments`. */
export interface NewAttachment {
  /** What it is called, at most 200 characters. What stands before a slash is left out. */
  name: string;
  /** Its size in bytes. */
  size: number;
}

/** What somebody is told of, and may choose not to be. */
export type NotificationKind = "question" | "reminder" | "closed" | "update" | "mention" | "acknowledged" | "invitation";

/** A page that no connector took yet. */
export interface OpenPage {
  /** Whether a connector said that it could not be delivered. */
  failed?: boolean;
  /** The page. */
  page: Page;
  /** The event that asked for it. */
  seq: number;
}

/** What staff open: the body of `POST /v1/incidents`. */
export interface Opening {
  /** Whom it is opened for: the account has a stake and sees it at once. Without it only staff see it until it is
   * published. */
  account?: Account | null;
  /** What kind of trouble it is: one of the vendor's classes; `service` without it. */
  class?: string | null;
  /** What it affects; of an incident for an account at most one. */
  components?: Array<ComponentId>;
  /** Whether it is a rehearsal. */
  drill?: boolean;
  /** When the work is planned; only of a maintenance. */
  maintenance?: PlannedWork | null;
  /** How bad it is: for the account that it is opened for, else by the vendor's judgement. A maintenance has none. */
  severity?: Severity | null;
  /** What is known of it. Markdown; at most 10,000 characters. Staff read it, and the account that it is opened for. */
  text?: string;
  /** What it is called; 1 to 120 characters. */
  title?: string;
}

/** What the vendor owes and has missed. */
export interface Overdue {
  /** Nobody of staff acknowledged it in time to an account that whoever looks sees. */
  acknowledge?: boolean;
  /** A top-level incident has no commander. */
  commander?: boolean;
  /** The promised update is late. */
  promise?: boolean;
  /** No update within the time that the level allows. */
  update?: boolean;
}

/** One person or group that is to be called, and what for. */
export interface Page {
  /** What for. */
  cause: PageCause;
  /** How bad it is. */
  severity: Severity;
  /** Where it stands in the escalation policy; for staff alone, and none for an account's own people. */
  step?: PageStep | null;
  /** Who. */
  whom: PageTarget;
}

/** What somebody is paged for. */
export type PageCause = "declared" | "raised" | "disputed" | "overdue" | "no_commander" | "unattended";

/** What became of a page. */
export type PageOutcome = "delivered" | "undelivered" | "no_connector";

/** A step of an escalation policy, and when the next one follows. */
export interface PageStep {
  /** When the next step follows, if nobody acknowledges until then. */
  next_at: Time;
  /** Which step, from 1. */
  number: number;
  /** Of how many. */
  of: number;
  /** How often the policy was repeated by now. */
  repeat: number;
  /** How often it is repeated. */
  repeats: number;
}

/** Who is paged. */
export type PageTarget = {
  on_call: string;
} | {
  staff: PersonRef;
} | {
  account: AccountId;
};

/** Where paging stands in an incident. */
export interface Paging {
  /** When staff took the incident up since then, if they did. */
  acknowledged_at?: Time | null;
  /** When staff last did something in the incident, or were called. */
  active_at: Time;
  /** When it was asked for. */
  at: Time;
  /** Whether staff were called because nobody commands it, since somebody last did. */
  commander_called?: boolean;
  /** Whether it is known that there is no connector. */
  no_connector?: boolean;
  /** Pages that no connector took yet. */
  open?: Array<OpenPage>;
  /** The last page of staff. */
  page: Page;
}

/** A person, customer or staff. A customer's is the `sub` claim of their token. */
export type PersonId = string;

/** A person by id and name. */
export interface PersonRef {
  /** Their name. */
  name: string;
  /** Their id. */
  person: PersonId;
}

/** When planned work begins and ends. */
export interface PlannedWork {
  /** When it ends. */
  ends_at: Time;
  /** When it begins. */
  starts_at: Time;
}

/** The notification preferences of the caller: answer of `GET` and `PUT /v1/preferences`. */
export interface Preferences {
  /** Their email address, if known. */
  email?: string | null;
  /** The kinds that they have unsubscribed from. */
  unwanted: Array<NotificationKind>;
}

/** Body of `PUT /v1/preferences`. */
export interface PreferencesRequest {
  /** The kinds that the caller unsubscribes from. */
  unwanted: Array<NotificationKind>;
}

/** What everybody may know of a public incident. */
export interface PublicView {
  /** The components that it affects. */
  components: Array<ComponentId>;
  /** When the resolution was expected at that time. */
  eta?: Time | null;
  /** How much the incident impairs the service. */
  impact: Impact;
  /** When the next update was due at that time. */
  next_update?: Time | null;
  /** When the incident was opened. */
  opened_at: Time;
  /** Whether the promised update was overdue at that time. */
  overdue?: boolean;
  /** The number by which people refer to the incident, such as `NW-4127`. */
  reference: string;
  /** When it was resolved, if it was. */
  resolved_at?: Time | null;
  /** Its status when it became public. */
  status: Status;
  /** Its public title. */
  title: string;
  /** The workaround in Markdown, if one was known. */
  workaround?: string | null;
}

/** What staff chose for the public to read. */
export interface Publication {
  /** How much the incident impairs the service. */
  impact: Impact;
  /** The public title. */
  title: string;
}

/** What the public reads of an incident. */
export interface Publish {
  /** The components that it affects. */
  components?: Array<ComponentId>;
  /** How much the incident impairs the service. */
  impact: Impact;
  /** The public title; never a customer's words unless staff chose them. 1 to 120 characters. */
  title: string;
}

/** What an account is asked, and may be taken to agree to by its silence. */
export type Question = "resolution" | "downgrade";

/** The condition on which a rule raises the severity. */
export type RaiseCause = "data_loss" | "accounts" | "disputes" | "duration";

/** A rule of the scheme that raises severity. */
export interface RaiseRule {
  /** Whether it applies by itself, or is advice to staff. */
  at_once?: boolean;
  /** The condition. */
  cause: RaiseCause;
  /** The threshold: minutes open, accounts or disputes; without meaning for data loss. */
  from?: number;
  /** The level to raise to, if the present one is less severe; 0: one level up. */
  to: Severity;
}

/** The accounts that words among an incident's facts were written for. Whoever joins later is given none of them, unless
 * their author chose everybody. */
export interface Reach {
  /** The last workaround that was for everybody. */
  public_workaround?: string | null;
  /** The reason of the assessment. */
  reason?: Array<AccountId>;
  /** The workaround, where it is not for everybody. */
  workaround?: Array<AccountId>;
}

/** The server's answer to a report: only with it may anybody say "received". */
export interface Receipt {
  /** By when the vendor means to answer its reporter. */
  answer_by?: Time | null;
  /** The name of the customer success manager who looks after the reporter's account. */
  csm?: string | null;
  /** The incident that the report opened. */
  incident: IncidentId;
  /** What people call it: `NW-4127`. */
  reference: string;
  /** The last event that this command caused. */
  seq: number;
}

/** Body of `POST /v1/connectors/{name}/replay`. */
export interface ReplayRequest {
  /** The message to send again, delivered or parked; without one, all that are parked. */
  delivery?: string | null;
}

/** A report within its limits. */
export interface Report {
  /** The answers to the guided questions. */
  answers?: Answers;
  /** Files; known once the report is declared. */
  attachments?: Array<Attachment>;
  /** What kind of trouble it is. */
  class?: string;
  /** Where, if known. */
  component?: ComponentId | null;
  /** What the page and the host product added. */
  context?: Record<string, string>;
  /** More about it. */
  details?: string;
  /** Whether this is a rehearsal. */
  drill?: boolean;
  /** What is written in the vendor's own fields, in the order of the form. */
  fields?: Array<FieldAnswer>;
  /** The declared severity. */
  severity: Severity;
  /** What is going wrong, in the person's own words. */
  what: string;
}

/** A report as somebody wrote it; not yet checked. The body of `POST /v1/reports`. */
export interface ReportDraft {
  /** The answers to the guided questions. */
  answers?: Answers;
  /** The labels of what is written in fields that the page defines, by their ids. */
  asked?: Record<string, string>;
  /** Files that the person has uploaded, at most 10; each can be used once. */
  attachments?: Array<AttachmentId>;
  /** What kind of trouble it is: one of the vendor's classes; `service` without it. */
  class?: string | null;
  /** Where, if known. */
  component?: ComponentId | null;
  /** What the page and the host product add: page address, release, … Numbers and booleans are taken as text. */
  context?: Record<string, string>;
  /** More about it. At most 10,000 characters. */
  details?: string;
  /** Whether this is a rehearsal: all of it runs, nothing of it is public. */
  drill?: boolean;
  /** What is written in the fields that the vendor defines, by their ids. Numbers and booleans are taken as text. */
  fields?: Record<string, string>;
  /** How bad it is, as this person says: the declared severity. */
  severity?: Severity | null;
  /** What is going wrong, in the person's own words. 1 to 2,000 characters. */
  what?: string;
}

/** A field of the report form. */
export interface ReportField {
  /** What a `choice` offers. */
  choices?: Array<string>;
  /** What helps to fill it in. */
  help?: string;
  /** Its id: `order`. */
  id: string;
  /** What may stand in it; `text` without it. */
  kind?: FieldKind;
  /** Its label for customers. */
  label: string;
  /** The greatest number, or the last day. */
  max?: string;
  /** The most characters of a text. */
  max_length?: number | null;
  /** The least number, or the first day. */
  min?: string;
  /** Whether the form asks for it. */
  required?: boolean;
  /** Its words in other languages, by their tags. */
  words?: Record<string, FieldWords>;
}

/** A role and who of staff has it. */
export interface RoleAssignment {
  /** Who has the role. */
  by: PersonRef;
  /** One of the vendor's roles. */
  role: string;
}

/** Ordered levels, the most severe first: level 1 is `levels[0]`. */
export interface Scheme {
  /** `sev1-3`, `p0-p3`, or the vendor's own name. */
  id: string;
  /** 1 to 9 levels. */
  levels: Array<Level>;
  /** What makes an incident worse by itself. */
  raises?: Array<RaiseRule>;
}

/** The access list of a sealed incident, beside staff with security access. */
export interface Seal {
  /** E-mail addresses that were invited and with which nobody has signed in yet. */
  addresses?: Array<string>;
  /** Colleagues whom the reporter invited. */
  invited?: Array<PersonId>;
  /** Who of the account reported it. Left out while staff who opened it for the account have let nobody of it in. */
  reporter?: PersonId | null;
  /** Staff without security access to whom it was opened by name. */
  staff?: Array<PersonId>;
}

/** A level: 1 is the most severe. Its name is the scheme's. */
export type Severity = number;

/** A rule's advice to staff to raise the severity. */
export interface SeveritySuggestion {
  /** The condition of the rule. */
  cause: RaiseCause;
  /** The advised level. */
  severity: Severity;
}

/** Body of `POST /v1/staff/session`. */
export interface SignInRequest {
  /** The token of the one-time link. */
  invite: string;
}

/** What has to have happened before an executive of the vendor may close for an account that does not answer. */
export interface SilenceLimit {
  /** How many days ago the resolution was proposed. */
  days: number;
  /** How many reminders of it have reached somebody of the account. */
  reminders: number;
}

/** When did it start? */
export type SinceAnswer = "now" | "today" | "longer";

/** Everything that the caller may know now: answer of `GET /v1/status`, and the data of a `reset` frame. */
export interface Snapshot {
  /** Every component, in order of position. */
  components: Array<Component>;
  /** The headline for the caller. */
  headline: Headline;
  /** Every open incident that the caller may see, and those of their account (for staff: of all) that ended in the
   * last 14 days; the latest first. */
  incidents: Array<Incident>;
  /** The server's time. */
  now: Time;
  /** The last event folded in. */
  seq: number;
  /** The vendor. */
  vendor: Vendor;
  /** The caller. */
  you: You;
}

/** Answer of `GET /v1/staff`. */
export interface StaffDirectory {
  /** Everybody whose access is not revoked, by name. */
  staff: Array<StaffProfile>;
}

/** A member of staff. */
export interface StaffProfile {
  /** Their name. */
  name: string;
  /** Their id. */
  person: PersonId;
  /** Whether sealed incidents are open to them. */
  security?: boolean;
  /** Their job title, as customers read it. */
  title: string;
}

/** One account's part in an incident. */
export interface Stake {
  /** The account whose part this is. */
  account: Account;
  /** Who of staff acknowledged the incident to this account, or answered it, first. */
  acknowledged?: Attribution | null;
  /** Whether the incident is closed for this account. */
  closure: Closure;
  /** The account's customer success manager, where one is configured. */
  csm?: PersonRef | null;
  /** The severity that the account declares. */
  declared: Severity;
  /** How often this account disputed a resolution, or opened the incident again. */
  disputes: number;
  /** A downgrade that waits for the account's answer. */
  downgrade?: Downgrade | null;
  /** Who of the account follows: the reporter, authors, and whoever asked to. */
  followers?: Array<PersonRef>;
  /** The references under which this account knew what was merged into the incident, the earliest first. */
  formerly?: Array<string>;
  /** What the declared severity was lowered to, by the account's consent or as its engagement allows. */
  lowered?: Severity | null;
  /** Whether the reporter is one of staff, who opened it for the account. */
  opened_by_staff?: boolean;
  /** The last entry that somebody of this account has read. */
  read_to?: number;
  /** When this account was last reminded of a question. */
  reminded_at?: Time | null;
  /** How many reminders of the resolution that waits have reached somebody of this account. */
  reminders?: number;
  /** Whether a response to this account is overdue. */
  reply_overdue?: boolean;
  /** Who reported it. */
  reporter: PersonId;
  /** The reporter's name. */
  reporter_name: string;
  /** What staff say was done, from when the account is asked whether it is over. Markdown. */
  resolution?: string;
  /** The terms that held when the account came in. Later agreements do not change an incident under way. */
  terms: Terms;
  /** What this account calls it: the first line of its own report, or the public title. */
  title: string;
  /** Since when a message of this account waits for an answer. */
  unanswered_since?: Time | null;
}

/** Where the work stands. Names as the Statuspage API publishes them. */
export type Status = "investigating" | "identified" | "monitoring" | "resolved" | "postmortem" | "scheduled" | "in_progress" | "verifying" | "completed";

/** A target of a step. */
export type StepTarget = "on_call" | {
  schedule: string;
} | "owners" | {
  staff: {
    /** Whether they have access to sealed incidents. */
    security: boolean;
    /** Who. */
    who: PersonRef;
  };
};

/** Answer of `GET /v1/suggestions`. */
export interface Suggestions {
  /** Open incidents that the caller may see, and past ones with a known workaround; the likeliest first. */
  incidents: Array<Incident>;
}

/** What are you seeing? */
export type SymptomAnswer = "down" | "errors" | "slow" | "wrong";

/** The terms agreed with an account: its engagement and timeouts. */
export interface Terms {
  /** The timeout of a proposed resolution, in minutes. Without effect under `customer_led`. */
  closure_minutes: number;
  /** The timeout of a proposed downgrade, in minutes. Without effect under `customer_led`. */
  downgrade_minutes: number;
  /** Who decides about severity and closure. */
  engagement: Engagement;
  /** After how many days the account is reminded again of a question: as long as no reminder has reached it, and under
   * `customer_led` until it answers. */
  reminder_days?: number;
  /** The number of days after the incident was closed for the account in which it can reopen it. */
  reopen_days: number;
  /** Whether the account's own on-call team is paged for its stake. */
  shared_pager?: boolean;
  /** Under `customer_led`, after how long a silence an executive of the vendor may close for the account; without it
   * never. By configuration alone: what staff agree with an account leaves it out. */
  silence_limit?: SilenceLimit | null;
}

/** One incident with its timeline: answer of `GET /v1/incidents/{id}`. */
export interface Thread {
  /** The entries that the caller may see, the earliest first. */
  entries: Array<Event>;
  /** The facts. */
  incident: Incident;
  /** The last event of the log when this was read. */
  seq: number;
}

/** A time: milliseconds since 1970-01-01T00:00:00Z. */
export type Time = number;

/** An update about an incident. */
export interface Update {
  /** When the resolution is expected. Needs a visibility of `affected` or `public`. */
  eta?: Time | null;
  /** When the next update is due. Needs a visibility of `affected` or `public`. */
  next_update?: Time | null;
  /** Title, impact and components of the incident for the public; required in the first public update. */
  publish?: Publish | null;
  /** The new status, if the update changes it. */
  status?: Status | null;
  /** What is known and done, in Markdown. */
  text: string;
  /** Who can read it. */
  to: Visibility;
  /** A workaround in Markdown, shown to everybody who sees the incident. Needs a visibility of `affected` or
   * `public`. */
  workaround?: string | null;
}

/** How far an upload is: the answer of `POST` and `PATCH`. */
export interface Upload {
  /** The file. */
  id: AttachmentId;
  /** So many of its bytes are stored: the next part begins there. */
  offset: number;
  /** Its size in bytes. */
  size: number;
}

/** The vendor that runs this deployment. */
export interface Vendor {
  /** The classes that a report may name, besides `service`. */
  classes?: Array<Class>;
  /** Who is paged for which incidents, for staff alone: who is on call is nothing that customers may know. The widget
   * does without reading it. */
  escalations?: Array<EscalationPolicy>;
  /** The vendor's own fields of the report form, in its order. */
  fields?: Array<ReportField>;
  /** Its name, as customers know it. */
  name: string;
  /** The roles on an incident. */
  roles?: Array<string>;
  /** The severity scheme. */
  scheme: Scheme;
}

/** Who can read an entry, as its author chose. */
export type Visibility = "internal" | {
  account: AccountId;
} | "affected" | "public";

/** The content of a message. */
export interface WebhookData {
  /** What happened, as `type` says. */
  event: Event;
  /** All that happened since the message before, in order, `event` among it. */
  events: Array<Event>;
  /** The incident that it happened in. */
  incident: WebhookIncident;
}

/** An incident in a few words, as it is when they are sent. */
export interface WebhookIncident {
  /** Its class. */
  class: string;
  /** Whether it is a rehearsal. */
  drill: boolean;
  /** Its id. */
  id: string;
  /** That severity's name. */
  level: string;
  /** Where people read on. */
  link: string;
  /** What people call it. */
  reference: string;
  /** The effective severity, if it has one. */
  severity?: Severity | null;
  /** Where the work stands. */
  status: Status;
  /** Its title. */
  title: string;
}

/** What a webhook posts. */
export interface WebhookMessage {
  /** The event and its incident. */
  data: WebhookData;
  /** When it happened, as RFC 3339. */
  timestamp: string;
  /** `incident.` and what happened: `paged`, `declared`, `opened`, `disputed`, `reopened` or `overdue`; of several,
   * `paged` if it is among them, else the first. */
  type: string;
}

/** Is there a workaround? */
export type WorkaroundAnswer = "none" | "hard" | "easy";

/** The caller, as authenticated. */
export interface You {
  /** Their account; none for staff and anonymous visitors. */
  account?: Account | null;
  /** Whether the vendor's configuration names them as an executive; for staff alone, so the widget's bundle does
   * without reading it. */
  executive?: boolean;
  /** Whether they may report although they are not signed in. */
  guest?: boolean;
  /** Their name; empty for anonymous visitors. */
  name?: string;
  /** Their id; none for anonymous visitors. */
  person?: PersonId | null;
  /** Whether they have access to sealed incidents. */
  security?: boolean;
  /** Whether they are staff. */
  staff?: boolean;
}
