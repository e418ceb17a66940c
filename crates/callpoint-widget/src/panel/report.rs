//! The report that is being written: its draft on this device, what the host prefilled, and sending it.

use std::rc::Rc;

use callpoint_core::{
    model::{
        field::first_missing,
        id::CommandId,
        report::{Report, ReportDraft},
        time::SECOND,
    },
    rules::hint::hint,
    text::{self, fill, say},
    wire::{
        error::{Constraint, Invalid},
        protocol::{Request, Vendor},
    },
};

use super::{FieldError, Panel, Screen, TextField};
use crate::{capture::Capture, driver::Driver, platform::language};

impl Panel {
    /// The report's draft, to be changed.
    pub(super) fn draft_mut(&mut self) -> &mut ReportDraft {
        Rc::make_mut(&mut self.report_draft)
    }

    pub(super) fn type_into(&mut self, driver: &Driver, field: TextField, text: String) {
        self.error = None;
        match field {
            TextField::What => {
                self.draft_mut().what = text;
                self.similar_timer.set(SECOND / 2);
            }
            TextField::Details => self.draft_mut().details = text,
            TextField::Message => return self.thread_draft.message = text,
            TextField::Reason => return self.thread_draft.reason = text,
            TextField::Search => return self.query = text,
        }
        self.save_draft(driver);
    }

    pub(super) fn choose_class(&mut self, driver: &Driver, class: Option<usize>) {
        let id = |vendor: &Vendor| class.and_then(|at| vendor.classes.get(at)).map(|class| class.id.clone());
        self.draft_mut().class = with_vendor(driver, id);
        self.save_draft(driver);
    }

    pub(super) fn toggle_answer(&mut self, driver: &Driver, question: usize, option: usize) {
        let chosen = self.severity_chosen;
        let draft = self.draft_mut();
        draft.answers.toggle(question, option);
        if !chosen {
            draft.severity =
                with_vendor(driver, |vendor| hint(&draft.answers, &vendor.scheme)).map(|hint| hint.severity);
        }
        self.save_draft(driver);
    }

    pub(super) fn fill_field(&mut self, driver: &Driver, id: String, value: String) {
        self.error = None;
        self.draft_mut().fields.insert(id, value);
        self.save_draft(driver);
    }

    pub(super) fn toggle_context(&mut self, name: String) {
        let before = self.left_out.len();
        self.left_out.retain(|left_out| *left_out != name);
        if self.left_out.len() == before {
            self.left_out.push(name);
        }
    }

    /// Takes in what the page knows now: what nobody has written into yet begins anew with it.
    pub(super) fn renew_context(&mut self, capture: &Capture) {
        let known = Rc::new(capture.complete(self.given.clone()));
        if self.report_draft == self.begun {
            self.report_draft = known.clone();
        } else {
            self.draft_mut().context.clone_from(&known.context);
        }
        self.begun = known;
    }

    pub(super) fn send_report(&mut self, driver: &Driver, capture: &Capture) {
        let draft = &*self.report_draft;
        let invalid = with_vendor(driver, |vendor| {
            Report::parse(draft.clone(), &vendor.scheme, &vendor.classes, &vendor.fields).err()
        });
        if let Some(invalid) = invalid {
            self.refocus = true;
            self.error = Some(FieldError { field: invalid.name().into(), words: explain(&invalid) });
            return;
        }
        // Asked for once: whoever does not have it sends without it.
        let missing = with_vendor(driver, |vendor| {
            let field = first_missing(&vendor.fields, &draft.fields)?;
            let language = language::tag().unwrap_or_default();
            let words = fill(text::NEED_FIELD, &[("field", field.in_language(&language).0)]);
            Some(FieldError { field: field.name().into(), words })
        });
        if missing.is_some() && self.error != missing {
            self.refocus = true;
            self.error = missing;
            return;
        }
        if self.waits_for_files() {
            return;
        }
        let attachments = self.take_files(driver);
        let draft = ReportDraft { attachments, ..self.take_report(driver, capture) };
        let id = driver.submit(Request::Report(draft));
        self.turn_to(driver, Screen::Receipt(id));
    }

    /// What was written, which goes elsewhere now: here and on this device nothing of it stays.
    pub(super) fn take_report(&mut self, driver: &Driver, capture: &Capture) -> ReportDraft {
        self.severity_chosen = false;
        driver.remove_draft();
        self.given = ReportDraft::default();
        self.begun = Rc::new(capture.complete(ReportDraft::default()));
        let draft = core::mem::replace(&mut self.report_draft, self.begun.clone());
        let mut draft = Rc::unwrap_or_clone(draft);
        let left_out = core::mem::take(&mut self.left_out);
        draft.context.retain(|name, _| !left_out.contains(name));
        draft
    }

    /// Takes up the draft of an earlier visit, once it is known whose it is.
    pub(super) fn restore_draft(&mut self, driver: &Driver) {
        if self.restored || driver.draft_key().is_none() {
            return;
        }
        self.restored = true;
        if let Some(mut saved) = driver.load_draft::<ReportDraft>().filter(|_| self.report_draft.what.is_empty()) {
            saved.context.clone_from(&self.begun.context);
            self.severity_chosen = saved.severity.is_some();
            self.report_draft = saved.into();
        }
    }

    /// Takes in what the host begins a report with; what it leaves out stays as it is.
    pub(super) fn prefill(&mut self, given: ReportDraft) {
        let ReportDraft {
            what,
            details,
            component,
            severity,
            class,
            drill,
            answers,
            fields,
            asked: _,
            context,
            attachments: _,
        } = given;
        self.severity_chosen |= severity.is_some();
        let draft = self.draft_mut();
        if !what.is_empty() {
            draft.what = what;
        }
        if !details.is_empty() {
            draft.details = details;
        }
        if !answers.is_empty() {
            draft.answers = answers;
        }
        draft.component = component.or_else(|| draft.component.take());
        draft.severity = severity.or(draft.severity);
        draft.class = class.or_else(|| draft.class.take());
        draft.drill |= drill;
        for (id, value) in fields {
            draft.fields.insert(id, value);
        }
        for (name, value) in context {
            self.given.context.insert(name, value);
        }
    }

    /// Leaving a receipt that was seen drops it.
    pub(super) fn leave_receipt(&self, driver: &Driver, id: CommandId) {
        let received = driver.read(|client| client.outbox.get(id).is_some_and(|entry| entry.state.is_received()));
        if received {
            driver.discard(id);
        }
    }

    /// Keeps the draft on this device.
    pub(super) fn save_draft(&self, driver: &Driver) {
        driver.save_draft(&*self.report_draft);
    }
}

/// Asks the vendor's settings, once they are known.
fn with_vendor<T>(driver: &Driver, ask: impl FnOnce(&Vendor) -> Option<T>) -> Option<T> {
    driver.read(|client| client.cache.vendor.as_ref().and_then(ask))
}

/// What to do about a field, in the form's words.
fn explain(invalid: &Invalid) -> String {
    match (invalid.field, invalid.rule) {
        (_, Constraint::TooLong(limit)) => fill(text::TOO_LONG, &[("limit", &limit.to_string())]),
        ("severity", _) => say(text::NEED_SEVERITY).to_owned(),
        ("what", _) => say(text::NEED_WHAT).to_owned(),
        (_, Constraint::NotANumber) => say(text::NEED_NUMBER).to_owned(),
        (_, Constraint::NotADate) => say(text::NEED_DATE).to_owned(),
        ("fields", Constraint::Unknown) => say(text::NEED_CHOICE).to_owned(),
        (_, rule @ (Constraint::Below | Constraint::Above)) => {
            // Of bounds only a day has a dash there.
            let words = match (rule == Constraint::Below, invalid.bound.get(4..5) == Some("-")) {
                (true, true) => text::NOT_BEFORE,
                (true, false) => text::AT_LEAST,
                (false, true) => text::NOT_AFTER,
                (false, false) => text::AT_MOST,
            };
            fill(words, &[("bound", &invalid.bound)])
        }
        // Better the server's words than another field's.
        _ => invalid.to_string(),
    }
}
