//! What a page may ask of the widget, and what it hears from it. The TypeScript declarations and the documentation are
//! generated from these lists.

/// One verb: `callpoint("name", ...)`, and a method of the same name on the handle of the npm package.
#[derive(Clone, Copy, Debug)]
pub struct VerbDoc {
    /// Its name.
    pub name: &'static str,
    /// Its parameters and what it returns, in TypeScript, as they follow the name.
    pub ts: &'static str,
    /// What it does.
    pub doc: &'static str,
}

/// One event: `callpoint:name` in the document, and `name` in `on`.
#[derive(Clone, Copy, Debug)]
pub struct EventDoc {
    /// Its name.
    pub name: &'static str,
    /// The TypeScript type of its detail.
    pub ts: &'static str,
    /// When it comes.
    pub doc: &'static str,
}

const fn verb(name: &'static str, ts: &'static str, doc: &'static str) -> VerbDoc {
    VerbDoc { name, ts, doc }
}

const fn event(name: &'static str, ts: &'static str, doc: &'static str) -> EventDoc {
    EventDoc { name, ts, doc }
}

/// The TypeScript type of a view of the panel.
pub const VIEW: &str = "\"home\" | \"report\" | \"status\" | `thread:${string}`";

/// Every verb.
pub const VERBS: &[VerbDoc] = &[
    verb("boot", "(options?: Options): void", "Starts. Booting again is an update."),
    verb("update", "(options: Options): void", "Shuts down and boots with these options laid over the ones before."),
    verb(
        "show",
        "(view?: View, prefill?: ReportDraft): void",
        "Opens the panel, at a view of it, with a report begun.",
    ),
    verb("hide", "(): void", "Closes the panel."),
    verb("toggle", "(): void", "Opens the panel, or closes it."),
    verb(
        "report",
        "(draft: ReportDraft): Promise<Receipt>",
        "Sends a report without the form; the promise holds once the server has it.",
    ),
    verb(
        "open",
        "(incident: string): void",
        "Opens the panel at a thread: by its ID, or by a reference that the person's account knows, also one from before a merge.",
    ),
    verb("status", "(): Promise<Headline>", "How things are; the promise waits until that is known."),
    verb(
        "on",
        "<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void",
        "Hears an event by its name without the prefix; returns a function that stops it.",
    ),
    verb("shutdown", "(): Promise<void>", "Leaves nothing behind: no request, timer, listener or element of its own."),
];

/// Every event.
pub const EVENTS: &[EventDoc] = &[
    event("ready", "Record<string, never>", "The status is known for the first time."),
    event("open", "Record<string, never>", "The panel opens."),
    event("close", "Record<string, never>", "The panel closes."),
    event("report", "Receipt", "The server has a report."),
    event("status", "Headline", "The headline changed."),
    event("entry", "{ incident: IncidentId; seq: number }", "Something is new on a timeline."),
    event("unread", "{ count: number }", "How much is unread has changed."),
    event("severity", "{ incident: IncidentId }", "The vendor assessed the severity."),
    event("resolution", "{ incident: IncidentId }", "A closure awaits the customer."),
    event("settled", "{ incident: IncidentId }", "Every account's closure is confirmed, waived or timed out."),
    event(
        "error",
        "{ message: string; command?: CommandId; code?: ErrorCode; field?: string | null }",
        "The widget could not be fetched, or, with `command` and `code`, the server refused what was sent.",
    ),
];
