//! What the person, the page or the client machine may do to the panel, and what the person is writing.

use std::borrow::Cow;

use callpoint_core::{
    model::{
        id::{CommandId, ComponentId, IncidentId, PersonId},
        limits::is_blank,
        person::PersonRef,
        report::ReportDraft,
        severity::Severity,
    },
    text::{self, say},
};

use crate::platform::files::WrittenFiles;

/// Which screen the panel shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// What concerns me.
    #[default]
    Home,
    /// The report form.
    Report,
    /// How far the delivery of a report is.
    Receipt(CommandId),
    /// One incident.
    Thread(IncidentId),
    /// Everything.
    Status,
}

/// A field that people type into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextField {
    /// What is going wrong.
    What,
    /// Anything else.
    Details,
    /// A message in a thread.
    Message,
    /// The text of the thread's open form.
    Reason,
    /// What is searched for among one's own incidents.
    Search,
}

/// A form of a thread: each asks for a text or a severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadForm {
    /// Dispute the resolution.
    Dispute,
    /// Reopen the incident.
    Reopen,
    /// Decline the downgrade.
    DeclineDowngrade,
    /// Change the declared severity.
    ChangeSeverity,
    /// Join the incident.
    Join,
    /// Invite a colleague to a sealed incident.
    Invite,
}

impl ThreadForm {
    /// Whether it asks for a severity.
    #[must_use]
    pub const fn asks_severity(self) -> bool {
        matches!(self, Self::ChangeSeverity | Self::Join)
    }
}

/// What somebody is writing in a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadDraft {
    /// The message.
    pub message: String,
    /// The open form.
    pub form: Option<ThreadForm>,
    /// The form's text.
    pub reason: String,
    /// The form's severity.
    pub severity: Option<Severity>,
    /// The colleague whom the form names; without one, its text is an e-mail address.
    pub colleague: Option<PersonId>,
    /// The colleagues to choose from, once they were asked for.
    pub colleagues: Option<Vec<PersonRef>>,
}

impl ThreadDraft {
    /// The field that the open form, or the reply where none is open, still lacks.
    #[must_use]
    pub fn missing(&self) -> Option<FieldError> {
        let lacks = |field, key| Some(FieldError { field: Cow::Borrowed(field), words: say(key).to_owned() });
        match self.form {
            Some(form) if form.asks_severity() && self.severity.is_none() => lacks("severity", text::NEED_SEVERITY),
            Some(ThreadForm::Invite) if self.colleague.is_some() || self.reason.contains('@') => None,
            Some(ThreadForm::Invite) => lacks("reason", text::NEED_COLLEAGUE),
            Some(form) if !form.asks_severity() && is_blank(&self.reason) => lacks("reason", text::NEED_ANSWER),
            None if is_blank(&self.message) => lacks("message", text::NEED_REPLY),
            Some(_) | None => None,
        }
    }
}

/// The field of a form that is not as it should be, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name; for the report's, as in the JSON body.
    pub field: Cow<'static, str>,
    /// What to do.
    pub words: String,
}

/// What happens to the panel.
#[derive(Clone, Debug)]
pub enum PanelMsg {
    /// The client machine has changed.
    ClientChanged,
    /// The SDK asks for a screen, with a report begun by the host.
    Show(Screen, Option<Box<ReportDraft>>),
    /// The panel was opened or closed.
    Opened(bool),
    /// Goes to another screen.
    Go(Screen),
    /// Goes one screen back.
    Back,
    /// Closes the panel.
    Close,
    /// Typed into a field.
    Typed(TextField, String),
    /// Chose the component of the report.
    ChooseComponent(Option<ComponentId>),
    /// Chose the class of the report: the vendor's n-th; none is `service`.
    ChooseClass(Option<usize>),
    /// Answered a question (its number) with one of its options (its number), or took that answer back.
    ToggleAnswer(usize, usize),
    /// Chose a severity, in the report or in the thread's open form.
    ChooseSeverity(Severity),
    /// Wrote into the vendor's own field of this id.
    FillField(String, String),
    /// Leaves what stands under this name out of the report's context, or takes it in again.
    ToggleContext(String),
    /// Sends the report.
    SendReport,
    /// Goes to an incident to join it with what was written for a report.
    Join(IncidentId),
    /// Looks for open incidents like the one that is being reported.
    FindSimilar,
    /// Edits a refused submission again.
    EditAgain(CommandId),
    /// Tries again now.
    RetryNow,
    /// The end of what stands in a page has come where somebody can see it.
    CameIntoView,
    /// The files of what is written under this name have changed.
    Files(String, WrittenFiles),
    /// Sends what waits for its files now, without those that are not ready.
    SendWithoutFiles,
    /// What people do in threads.
    Thread(ThreadMsg),
}

/// What people do in a thread.
#[derive(Clone, Debug)]
pub enum ThreadMsg {
    /// Sends the message.
    SendMessage,
    /// Confirms that it is fixed.
    Confirm,
    /// Accepts the downgrade.
    AcceptDowngrade,
    /// Opens a form, or closes it.
    OpenForm(Option<ThreadForm>),
    /// Sends the open form.
    SubmitForm,
    /// Follows the incident, or no longer.
    Follow(bool),
    /// Chose the colleague to invite; none is somebody else.
    ChooseColleague(Option<PersonId>),
    /// Those who can be chosen have become known.
    ColleaguesFound(Vec<PersonRef>),
}
