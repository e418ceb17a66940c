//! The options of the widget. The TypeScript declarations and the documentation are generated from this list.

/// One option of `callpoint("boot", {...})`; as an attribute it is written in kebab-case.
#[derive(Clone, Copy, Debug)]
pub struct OptionDoc {
    /// Its name in JavaScript.
    pub name: &'static str,
    /// Its TypeScript type.
    pub ts: &'static str,
    /// Its description and default.
    pub doc: &'static str,
}

const fn option(name: &'static str, ts: &'static str, doc: &'static str) -> OptionDoc {
    OptionDoc { name, ts, doc }
}

/// Every option.
pub const OPTIONS: &[OptionDoc] = &[
    option(
        "backend",
        "string | readonly string[]",
        "Origin of the backend, or several of one backend: when one fails, the next is asked. Default: where the script came from.",
    ),
    option(
        "transport",
        "(request: Request) => Promise<Response>",
        "Your own function, in place of `fetch`, for every request to the backend, its stream among them.",
    ),
    option(
        "status",
        "string",
        "Address of a status page with the Statuspage API, in place of a backend: its status is shown, and nothing can be reported.",
    ),
    option(
        "getToken",
        "() => string | Promise<string>",
        "Fetches a fresh customer token from your own backend. Without it the person is anonymous.",
    ),
    option(
        "locale",
        "string",
        "The language, a tag of BCP 47 such as `de`. Default: what the browser asks for; English where there is no such one.",
    ),
    option("theme", "\"auto\" | \"light\" | \"dark\"", "Default: auto, as the person's system says."),
    option("position", "\"bottom-right\" | \"bottom-left\"", "Where the launcher stands. Default: bottom-right."),
    option(
        "load",
        "\"interaction\" | \"idle\" | \"eager\"",
        "When the widget's code is fetched. Default: interaction.",
    ),
    option(
        "capture",
        "boolean",
        "Whether the latest errors and failed requests of your page go with a report. Default: false.",
    ),
    option(
        "redact",
        "(string | RegExp)[] | ((text: string, name: string) => string)",
        "What else must not leave the page with a report: patterns, or a function that gives a text without it.",
    ),
    option("fields", "ReportField[]", "Fields of the report form, beside those that the server defines."),
    option(
        "labels",
        "Partial<Record<Text, string | Partial<Record<Intl.LDMLPluralRule, string>>>>",
        "Your own words in place of the widget's, by the English that they stand for.",
    ),
    option(
        "icon",
        "string",
        "Address of a picture for the launcher, or `slot` for what stands in the element's own. Default: ours, also while yours can't be had.",
    ),
    option("component", "string", "The component that this page belongs to; chosen ahead in the report."),
    option("release", "string", "Your product's version; it goes with each report."),
    option(
        "nonce",
        "string",
        "The nonce of your page's Content Security Policy, for the script tag that the npm package makes.",
    ),
];

/// The names of the [`OPTIONS`], without their descriptions, for bundles that must stay small.
pub const NAMES: [&str; OPTIONS.len()] = names();

const fn names() -> [&'static str; OPTIONS.len()] {
    let mut names = [""; OPTIONS.len()];
    let (mut empty, mut options): (&mut [&str], _) = (&mut names, OPTIONS);
    while let ([name, others @ ..], [option, rest @ ..]) = (empty, options) {
        *name = option.name;
        (empty, options) = (others, rest);
    }
    names
}
