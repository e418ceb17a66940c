// Made from the Rust types by `cargo xtask gen`. Don't edit.

/** What a page may tell the widget. */
export interface Options {
  /** Origin of the backend. Default: where the script came from. */
  backend?: string;
  /** Fetches a fresh customer token from your own backend. Without it the person is anonymous. */
  getToken?: () => string | Promise<string>;
  /** Default: auto, as the person's system says. */
  theme?: "auto" | "light" | "dark";
  /** Where the launcher stands. Default: bottom-right. */
  position?: "bottom-right" | "bottom-left";
  /** When the widget's code is fetched. Default: interaction. */
  load?: "interaction" | "idle" | "eager";
  /** The component that this page belongs to; chosen ahead in the report. */
  component?: string;
  /** Your product's version; it goes with each report. */
  release?: string;
}

/** A customer organisation. */
export interface Account {
  /** As the vendor's backend names it. */
  id: AccountId;
  /** As people read it. */
  name: string;
}

/** A customer organisation, as the vendor's own backend names it. */
export type AccountId = string;

/** What the guided questions brought; each may stay unanswered. */
export interface Answers {
  /** Is there a way around? */
  around?: Around | null;
  /** Is data lost or wrong? */
  data?: Data | null;
  /** Is it a security or data-exposure worry? Yes seals the incident: its reporter and named staff only. */
  security?: boolean | null;
  /** What do you see? */
  sees?: Sees | null;
  /** Since when? */
  since?: Since | null;
  /** Who is stopped? */
  stopped?: Stopped | null;
}

/** The one error that leaves a process: an RFC 9457 problem document. */
export interface ApiError {
  /** The stable code. */
  code: ErrorCode;
  /** What happened this time, and what to do. */
  detail: string;
  /** The field at fault, if it is one. */
  field?: string | null;
  /** The HTTP status, repeated. */
  status: number;
  /** What happened, the same for every problem of this code. */
  title: string;
  /** `urn:callpoint:problem:` and the code. */
  type?: string;
}

/** Is there a way around? */
export type Around = "none" | "hard" | "easy";

/** The vendor's own judgement of how bad it is. */
export interface Assessment {
  /** Why. */
  reason: string;
  /** The assessed severity. */
  severity: Severity;
}

/** How far an entry reaches, resolved to accounts when it was written. */
export type Audience = "internal" | {
  account: AccountId;
} | {
  affected: Array<AccountId>;
} | "public";

/** Who an entry is by. */
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
    /** What they do. */
    title: string;
  };
} | "vendor" | "system";

/** What an event changes. */
export type Change = {
  component_defined: Component;
} | {
  component_moved: {
    /** Which. */
    component: ComponentId;
    /** Its new status. */
    status: ComponentStatus;
  };
} | {
  declared: {
    /** Whose stake this is. */
    account: Account;
    /** What people call the incident. */
    reference: string;
    /** What was declared. */
    report: Report;
  };
} | {
  published: Face;
} | {
  said: {
    /** Markdown. */
    text: string;
  };
} | {
  updated: {
    /** The incident's status as it was given with the news. */
    status: Status;
    /** Markdown. */
    text: string;
  };
} | {
  promised: {
    /** The expected end. */
    eta?: Time | null;
    /** The update promise. */
    next_update?: Time | null;
  };
} | {
  acknowledged: Record<string, never>;
} | {
  assessed: {
    /** Why, in words the customer sees. */
    reason: string;
    /** The assessed severity. */
    severity: Severity;
  };
} | {
  moved: {
    /** The new status. */
    status: Status;
  };
} | {
  proposed: {
    /** What was done. Markdown. */
    text: string;
  };
} | {
  confirmed: {
    /** Whose key was turned. */
    account: AccountId;
  };
} | {
  disputed: {
    /** Whose key was turned. */
    account: AccountId;
    /** Why, in their words. */
    reason: string;
  };
};

/** Where an account's key stands. */
export type Closure = "open" | {
  proposed: Time;
} | {
  confirmed: Time;
};

/** One command of one person: the idempotency key. All events it causes carry it. */
export type CommandId = string;

/** A part of the product with a status. */
export interface Component {
  /** The vendor's own id. */
  id: ComponentId;
  /** As people read it. */
  name: string;
  /** Its place in lists, ascending. */
  position: number;
  /** Since when it has this status. */
  since: Time;
  /** How it is doing. */
  status: ComponentStatus;
}

/** What may be asked of a component: the body of `POST /v1/components/{id}/commands`. */
export type ComponentCommand = {
  set_status: {
    /** The new status. */
    status: ComponentStatus;
  };
};

/** A part of the product with a status. */
export type ComponentId = string;

/** How a component is doing. Names as the Statuspage API publishes them; the order is from fine to worst. */
export type ComponentStatus = "operational" | "under_maintenance" | "degraded_performance" | "partial_outage" | "major_outage";

/** Is data lost or wrong? */
export type Data = "lost" | "wrong" | "safe";

/** A report as somebody wrote it; not yet checked. The body of `POST /v1/reports`. */
export interface Draft {
  /** What the guided questions brought. */
  answers?: Answers;
  /** Where, if known. */
  component?: ComponentId | null;
  /** What the page and the host product add: page address, release, … */
  context?: Record<string, string>;
  /** More about it. At most 10,000 characters. */
  details?: string;
  /** How bad it is, as this person says: the declared severity. */
  severity?: Severity | null;
  /** What is going wrong, in the person's own words. 1 to 2,000 characters. */
  what?: string;
}

/** A stable code: what programs may rely on. */
export type ErrorCode = "malformed" | "key_missing" | "unauthenticated" | "token_invalid" | "token_expired" | "forbidden" | "not_found" | "method_not_allowed" | "in_flight" | "already_acknowledged" | "already_proposed" | "nothing_proposed" | "closed" | "needs_confirmation" | "sealed" | "too_large" | "unsupported_media" | "invalid" | "key_reused" | "rate_limited" | "internal" | "unavailable" | "other";

/** One thing that happened. */
export interface Event {
  /** When. */
  at: Time;
  /** Who. */
  by: Author;
  /** What changed. */
  change: Change;
  /** The command that caused it. */
  command: CommandId;
  /** The incident whose timeline it stands on; none for what concerns a component alone. */
  incident?: IncidentId | null;
  /** The reporter of a sealed incident: then only they and named staff see it, whatever its reach. */
  sealed?: PersonId | null;
  /** Its place in the log; what identifies an entry. */
  seq: number;
  /** How far it reaches. */
  to: Audience;
}

/** What everybody may know of a public incident. */
export interface Face {
  /** What it affects. */
  components: Array<ComponentId>;
  /** The expected end that stood then. */
  eta?: Time | null;
  /** How hard it hits. */
  impact: Impact;
  /** The update promise that stood then. */
  next_update?: Time | null;
  /** When it began. */
  opened_at: Time;
  /** What people call the incident. */
  reference: string;
  /** When it was resolved, if it was by then. */
  resolved_at?: Time | null;
  /** Its status when it became public. */
  status: Status;
  /** Its public title. */
  title: string;
}

/** How things are for somebody. */
export interface Headline {
  /** The worst of the components and the open incidents that this person may see. */
  condition: ComponentStatus;
  /** How many open incidents their own account has a stake in. */
  yours: number;
}

/** How hard a public incident hits. Names as the Statuspage API publishes them; the order is from none to worst. */
export type Impact = "none" | "maintenance" | "minor" | "major" | "critical";

/** An incident's facts. */
export interface Incident {
  /** Who of staff first took it up. */
  acknowledged?: Signed | null;
  /** The vendor's own judgement. */
  assessment?: Assessment | null;
  /** What it affects. */
  components: Array<ComponentId>;
  /** The expected end. */
  eta?: Time | null;
  /** Its id: that of the report that opened it. */
  id: IncidentId;
  /** The update promise. */
  next_update?: Time | null;
  /** When it began. */
  opened_at: Time;
  /** Its public face, once it has one. */
  publication?: Publication | null;
  /** What people call it: `NW-4127`. */
  reference: string;
  /** What staff say was done, while it is or was proposed that this is over. */
  resolution?: Resolution | null;
  /** When the last key was turned. */
  resolved_at?: Time | null;
  /** The reporter of a sealed incident. */
  sealed?: PersonId | null;
  /** Each account's part in it. */
  stakes: Array<Stake>;
  /** Where the work stands. */
  status: Status;
  /** The reporter's words for those with a stake and for staff, the public title for others. */
  title: string;
}

/** What may be asked of an incident: the body of `POST /v1/incidents/{id}/commands`. */
export type IncidentCommand = {
  message: {
    /** Markdown, 1 to 10,000 characters. */
    text: string;
    /** How far it reaches; for customers, their account. */
    to?: Visibility | null;
  };
} | {
  acknowledge: Record<string, never>;
} | {
  assess: {
    /** Why, in words the customer sees. */
    reason: string;
    /** The assessed severity. */
    severity: Severity;
  };
} | {
  move: {
    /** `investigating`, `identified` or `monitoring`; `resolved` only where no customer holds a key. */
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
    /** Why. */
    reason: string;
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

/** One level of a scheme. */
export interface Level {
  /** Staff acknowledge within this many minutes. */
  acknowledge_minutes: number;
  /** Short name, as people say it: `SEV1`. */
  name: string;
  /** Staff give news at least this often, in minutes. */
  update_minutes: number;
  /** What it means, in words for customers. */
  words: string;
}

/** Somebody, customer or staff. A customer's is the `sub` of their token. */
export type PersonId = string;

/** A public face. */
export interface Publication {
  /** How hard it hits. */
  impact: Impact;
  /** The public title. */
  title: string;
}

/** The public face that staff give an incident. */
export interface Publish {
  /** What it affects. */
  components?: Array<ComponentId>;
  /** How hard it hits. */
  impact: Impact;
  /** The public title; never a customer's words unless staff chose them. 1 to 120 characters. */
  title: string;
}

/** The server's answer to a report: only with it may anybody say "received". */
export interface Receipt {
  /** The incident that the report opened. */
  incident: IncidentId;
  /** What people call it: `NW-4127`. */
  reference: string;
  /** The last event that this command caused. */
  seq: number;
}

/** A report within its limits. */
export interface Report {
  /** What the guided questions brought. */
  answers?: Answers;
  /** Where, if known. */
  component?: ComponentId | null;
  /** What the page and the host product added. */
  context?: Record<string, string>;
  /** More about it. */
  details?: string;
  /** The declared severity. */
  severity: Severity;
  /** What is going wrong, in the person's own words. */
  what: string;
}

/** The proposal that it is over. */
export interface Resolution {
  /** When. */
  at: Time;
  /** Who proposed it. */
  by: Author;
  /** What was done. Markdown. */
  text: string;
}

/** Ordered levels, the most severe first: level 1 is `levels[0]`. */
export interface Scheme {
  /** `sev1-3`, `p0-p3`, or the vendor's own name. */
  id: string;
  /** 1 to 9 levels. */
  levels: Array<Level>;
}

/** What do you see? */
export type Sees = "down" | "errors" | "slow" | "wrong";

/** A level: 1 is the most severe. Its name is the scheme's. */
export type Severity = number;

/** Body of `POST /v1/staff/session`. */
export interface SignIn {
  /** The token of the one-time link. */
  invite: string;
}

/** Who did something, and when. */
export interface Signed {
  /** When. */
  at: Time;
  /** Who. */
  by: Author;
}

/** Since when? */
export type Since = "now" | "today" | "longer";

/** Everything somebody may know now: answer of `GET /v1/status`, and the data of a `reset` frame. */
export interface Snapshot {
  /** Every component, in order of position. */
  components: Array<Component>;
  /** How things are for whoever asks. */
  headline: Headline;
  /** Every open incident that whoever asks may see, and those of their account (for staff: of all) that ended
   * in the last 14 days; the latest first. */
  incidents: Array<Incident>;
  /** The server's clock. */
  now: Time;
  /** The last event folded in. */
  seq: number;
  /** Who runs this. */
  vendor: Vendor;
  /** Who asks. */
  you: You;
}

/** One account's part in an incident. */
export interface Stake {
  /** Whose. */
  account: Account;
  /** This account's key. */
  closure: Closure;
  /** The declared severity. */
  declared: Severity;
  /** How often this account disputed a resolution. */
  disputes: number;
  /** Who declared it. */
  reporter: PersonId;
  /** The name of who declared it. */
  reporter_name: string;
  /** Since when words of this account wait for an answer. */
  unanswered_since?: Time | null;
}

/** Where the work stands. Names as the Statuspage API publishes them. */
export type Status = "investigating" | "identified" | "monitoring" | "resolved" | "postmortem" | "scheduled" | "in_progress" | "verifying" | "completed";

/** Who is stopped? */
export type Stopped = "everyone" | "several" | "me" | "nobody";

/** One incident with its timeline: answer of `GET /v1/incidents/{id}`. */
export interface Thread {
  /** The entries that the caller may see, the earliest first. */
  entries: Array<Event>;
  /** The facts. */
  incident: Incident;
  /** The last event of the log when this was read. */
  seq: number;
}

/** A moment: milliseconds since 1970-01-01T00:00:00Z. */
export type Time = number;

/** News about an incident. */
export interface Update {
  /** By when an end is expected. Needs a reach of `affected` or `public`. */
  eta?: Time | null;
  /** By when the next update comes. Needs a reach of `affected` or `public`. */
  next_update?: Time | null;
  /** The first public update: how the incident is called and what it affects, for everybody. */
  publish?: Publish | null;
  /** The status, if it changes with the news. */
  status?: Status | null;
  /** Markdown. */
  text: string;
  /** How far it reaches. */
  to: Visibility;
}

/** Who runs this deployment. */
export interface Vendor {
  /** As customers know them. */
  name: string;
  /** The severity scheme. */
  scheme: Scheme;
}

/** How far an entry shall reach, as its author chooses it. */
export type Visibility = "internal" | {
  account: AccountId;
} | "affected" | "public";

/** Who asks, as the server knows them. */
export interface You {
  /** Their account; none for staff and anonymous visitors. */
  account?: Account | null;
  /** Their name; empty for anonymous visitors. */
  name?: string;
  /** Their id; none for anonymous visitors. */
  person?: PersonId | null;
  /** Whether sealed incidents are open to them. */
  security?: boolean;
  /** Whether they are staff. */
  staff?: boolean;
}
