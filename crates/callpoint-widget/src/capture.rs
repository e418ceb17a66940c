//! What goes with a report without anybody writing it: what the page and the product know at the moment of reporting,
//! without what must not leave the page.

use std::rc::Rc;

use callpoint_core::model::report::{ReportDraft, clean_context};

use crate::{config::ClientConfig, platform::page};

/// A product's own rule for a text and the name that it stands under: what of it may leave the page.
pub type Rule = Rc<dyn Fn(String, &str) -> String>;

/// What goes with a report, each time as it is then. Any counts as equal to any other: the latest is the one asked.
#[derive(Clone, Default)]
pub struct Capture {
    known: Option<Rc<dyn Fn() -> ReportDraft>>,
    rule: Option<Rule>,
}

impl Capture {
    /// From what the product and its page know. A text passes `rule` before anything else is taken out of it.
    pub fn new(known: impl Fn() -> ReportDraft + 'static, rule: Option<Rule>) -> Self {
        Self { known: Some(Rc::new(known)), rule }
    }

    /// A report with what is known now; what it says already comes before that.
    #[must_use]
    pub fn complete(&self, mut draft: ReportDraft) -> ReportDraft {
        let known = self.known.as_ref().map(|known| known()).unwrap_or_default();
        draft.component = draft.component.or(known.component);
        for (name, value) in known.context {
            if !draft.context.contains_key(&name) {
                draft.context.insert(name, value);
            }
        }
        if let Some(rule) = &self.rule {
            for (name, value) in draft.context.iter_mut() {
                *value = rule(core::mem::take(value), name);
            }
        }
        draft.context = clean_context(&draft.context);
        draft
    }
}

impl PartialEq for Capture {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

/// What the page and a product's settings say now.
#[must_use]
pub fn surroundings(config: &ClientConfig) -> ReportDraft {
    let mut draft = ReportDraft { component: config.component.clone(), ..ReportDraft::default() };
    let release = ("release", config.release.clone().unwrap_or_default());
    for (name, value) in page::surroundings().into_iter().chain([release]) {
        if !value.is_empty() {
            draft.context.insert(name.to_owned(), value);
        }
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_report_says_comes_first_and_the_products_rule_before_the_core() {
        let known = || {
            let context = [("page", "https://app.test/a"), ("user", "ada@example.com"), ("team", "blue 17")];
            let context = context.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
            ReportDraft { context, ..ReportDraft::default() }
        };
        let rule: Rule = Rc::new(|text, name| if name == "team" { text.replace("17", "…") } else { text });
        let given = [("page".to_owned(), "https://app.test/b?api_key=abcdef".to_owned())].into_iter().collect();
        let draft = Capture::new(known, Some(rule)).complete(ReportDraft { context: given, ..ReportDraft::default() });
        let context: Vec<_> = draft.context.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected = [("page", "https://app.test/b?api_key=[redacted]"), ("team", "blue …"), ("user", "[redacted]")];
        assert_eq!(context, expected);
    }
}
