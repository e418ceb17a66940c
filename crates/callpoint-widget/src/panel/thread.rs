//! What people do in a thread: write, answer what is asked, join, edit what was refused.

use callpoint_core::{
    model::{
        command::IncidentCommand, id::CommandId, limits::is_blank, person::Invitee, report::ReportDraft,
        severity::Severity,
    },
    wire::protocol::Request,
};

use super::{Panel, Screen, ThreadDraft, ThreadForm, ThreadMsg};
use crate::{capture::Capture, driver::Driver};

impl Panel {
    pub(super) fn update_thread(&mut self, driver: &Driver, capture: &Capture, msg: ThreadMsg) {
        match msg {
            ThreadMsg::SendMessage => self.send_message(driver),
            ThreadMsg::Confirm => self.command(driver, IncidentCommand::Confirm {}),
            ThreadMsg::AcceptDowngrade => self.command(driver, IncidentCommand::AcceptDowngrade {}),
            ThreadMsg::Follow(true) => self.command(driver, IncidentCommand::Follow {}),
            ThreadMsg::Follow(false) => self.command(driver, IncidentCommand::Unfollow {}),
            ThreadMsg::OpenForm(form) => self.open_form(form),
            ThreadMsg::SubmitForm => self.submit_form(driver, capture),
            ThreadMsg::ChooseColleague(person) => {
                self.error = None;
                self.thread_draft.colleague = person;
            }
            ThreadMsg::ColleaguesFound(found) => self.thread_draft.colleagues = Some(found),
        }
    }

    /// Opens a form, or closes it. What was written for a report goes into the one that joins.
    pub(super) fn open_form(&mut self, form: Option<ThreadForm>) {
        self.error = None;
        let draft = &mut self.thread_draft;
        (draft.form, draft.severity) = (form, None);
        let report = &*self.report_draft;
        if form == Some(ThreadForm::Join) && !is_blank(&report.what) {
            draft.reason = [report.what.trim(), report.details.trim()].join("\n\n").trim().to_owned();
            draft.severity = report.severity;
        }
    }

    /// Whether nothing is missing; else what is missing is said and has the focus.
    fn is_complete(&mut self) -> bool {
        self.error = self.thread_draft.missing();
        self.refocus |= self.error.is_some();
        self.error.is_none()
    }

    pub(super) fn edit_again(&mut self, driver: &Driver, capture: &Capture, id: CommandId) {
        let submission = driver.read(|client| client.outbox.get(id).map(|entry| entry.submission.clone()));
        driver.discard(id);
        match submission.as_ref().map(|submission| &submission.request) {
            Some(Request::Report(draft)) => {
                self.severity_chosen = true;
                // As it was sent: what was left out stays so.
                self.given.context.clone_from(&draft.context);
                let known = capture.complete(ReportDraft::default()).context;
                self.left_out = known.keys().filter(|name| !draft.context.contains_key(*name)).cloned().collect();
                // The files went with it; they are added anew.
                self.report_draft = ReportDraft { attachments: Vec::new(), ..draft.clone() }.into();
                self.turn_to(driver, Screen::Report);
            }
            Some(Request::Incident(_, command)) => self.thread_draft = draft_of(command),
            Some(Request::Opening(_) | Request::Component(..) | Request::Account(..)) | None => {}
        }
    }

    fn send_message(&mut self, driver: &Driver) {
        // A picture alone says something too: it is called by its name.
        if is_blank(&self.thread_draft.message) && self.thread_draft.form.is_none() {
            if self.waits_for_files() {
                return;
            }
            self.thread_draft.message = self.files.names();
        }
        if self.is_complete() && !self.waits_for_files() {
            let text = core::mem::take(&mut self.thread_draft.message);
            let attachments = self.take_files(driver);
            self.command(driver, IncidentCommand::Message { text, to: None, attachments });
        }
    }

    fn submit_form(&mut self, driver: &Driver, capture: &Capture) {
        if !self.is_complete() {
            return;
        }
        let ThreadDraft { form, reason, severity, colleague, message, .. } = core::mem::take(&mut self.thread_draft);
        self.thread_draft.message = message;
        let reason = reason.trim().to_owned();
        let severity = severity.unwrap_or(Severity::TOP);
        let command = match form {
            None => return,
            Some(ThreadForm::Dispute) => IncidentCommand::Dispute { reason },
            Some(ThreadForm::Reopen) => IncidentCommand::Reopen { reason },
            Some(ThreadForm::DeclineDowngrade) => IncidentCommand::RefuseDowngrade { reason },
            Some(ThreadForm::ChangeSeverity) => IncidentCommand::SetSeverity { severity, reason },
            Some(ThreadForm::Join) => {
                let what = self.report_draft.what.trim();
                if !what.is_empty() && reason.starts_with(what) {
                    self.take_report(driver, capture);
                    self.trail.retain(|left| *left != Screen::Report);
                }
                IncidentCommand::Join { severity, text: reason }
            }
            Some(ThreadForm::Invite) => {
                IncidentCommand::Invite(colleague.map_or(Invitee::Email(reason), Invitee::Person))
            }
        };
        self.command(driver, command);
    }

    pub(super) fn say_read(&self, driver: &Driver) {
        if let Some(id) = self.opened_thread {
            driver.mark_read(id);
        }
    }

    pub(super) fn open_thread(&mut self, driver: &Driver) {
        if let Some(left) = self.opened_thread.take() {
            driver.leave_thread(left);
        }
        if let Screen::Thread(id) = self.screen
            && self.open
        {
            self.opened_thread = Some(id);
            driver.open_thread(id);
        }
    }

    fn command(&self, driver: &Driver, command: IncidentCommand) {
        if let Screen::Thread(id) = self.screen {
            driver.submit(Request::Incident(id, command));
        }
    }
}

/// What was refused, to be written again. What only staff ask, and what has no text, leaves nothing to write.
fn draft_of(command: &IncidentCommand) -> ThreadDraft {
    let form = |form, reason: &str, severity| {
        let reason = reason.to_owned();
        ThreadDraft { form: Some(form), reason, severity, ..ThreadDraft::default() }
    };
    match command {
        IncidentCommand::Message { text, .. } => ThreadDraft { message: text.clone(), ..ThreadDraft::default() },
        IncidentCommand::Dispute { reason } => form(ThreadForm::Dispute, reason, None),
        IncidentCommand::Reopen { reason } => form(ThreadForm::Reopen, reason, None),
        IncidentCommand::RefuseDowngrade { reason } => form(ThreadForm::DeclineDowngrade, reason, None),
        IncidentCommand::SetSeverity { severity, reason } => form(ThreadForm::ChangeSeverity, reason, Some(*severity)),
        IncidentCommand::Join { severity, text } => form(ThreadForm::Join, text, Some(*severity)),
        IncidentCommand::Invite(Invitee::Email(email)) => form(ThreadForm::Invite, email, None),
        IncidentCommand::Invite(Invitee::Person(person)) => {
            ThreadDraft { colleague: Some(person.clone()), ..form(ThreadForm::Invite, "", None) }
        }
        IncidentCommand::Acknowledge {}
        | IncidentCommand::Assess { .. }
        | IncidentCommand::Move { .. }
        | IncidentCommand::Update(_)
        | IncidentCommand::ProposeResolution { .. }
        | IncidentCommand::Confirm {}
        | IncidentCommand::AcceptDowngrade {}
        | IncidentCommand::Follow {}
        | IncidentCommand::Unfollow {}
        | IncidentCommand::Read { .. }
        | IncidentCommand::ProposeDowngrade { .. }
        | IncidentCommand::Waive { .. }
        | IncidentCommand::AssignRole { .. }
        | IncidentCommand::ReleaseRole { .. }
        | IncidentCommand::SetWarRoom { .. }
        | IncidentCommand::Merge { .. }
        | IncidentCommand::Pause { .. }
        | IncidentCommand::Seal { .. }
        | IncidentCommand::Unseal { .. } => ThreadDraft::default(),
    }
}
