//! What the person in front of the console does, and what the machine brings.

use std::rc::Rc;

use callpoint_core::{
    model::{
        command::IncidentCommand,
        component::ComponentStatus,
        event::Event as TimelineEvent,
        id::{CommandId, ComponentId, IncidentId},
        opening::Opening,
    },
    wire::protocol::StaffProfile,
};
use callpoint_widget::platform::files::WrittenFiles;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::{Event, InputEvent, TargetCast};

use crate::{
    composer::draft::DraftEdit,
    incident::action_form::ActionForm,
    queue::{Queue, filter::Filter, search::SearchReply},
    sign_in::IncidentReply,
};

/// What happens to the console as a whole.
#[derive(Clone, Debug)]
pub enum ConsoleMsg {
    /// Something is known that was not known.
    Changed,
    /// An entry arrived.
    Arrived(Rc<TimelineEvent>),
    /// Another queue.
    Queue(Queue),
    /// Show this of the queue.
    Filter(Filter),
    /// Open or close the choice of what is shown.
    Filters(bool),
    /// Search for this.
    Search(String),
    /// Ask the server too.
    AskSearch,
    /// Ask the server for the next page.
    SearchOn,
    /// What the server found.
    Found(Box<SearchReply>),
    /// Open an incident.
    Open(IncidentId),
    /// What the server says of the reference in the address.
    Sought(String, IncidentReply),
    /// Ask again about the reference in the address.
    SeekAgain,
    /// The address is another: the person went back or forth.
    Turned,
    /// Back to the rows.
    Leave,
    /// To everything that is open.
    ShowAll,
    /// Open or close the list of components where it takes room from the rows.
    Components(bool),
    /// Open an incident, with times by the device's clock.
    OpenIncident(Box<Opening>),
    /// Set a component's status.
    SetComponent(ComponentId, ComponentStatus),
    /// What something is being written about.
    Drafted(Rc<Vec<IncidentId>>),
    /// Discard a refused submission.
    Discard(CommandId),
    /// Try now.
    RetryNow,
    /// End the session.
    SignOut,
}

/// What happens to the open incident.
#[derive(Clone, Debug)]
pub enum IncidentMsg {
    /// Something is known that was not known.
    Changed,
    /// A key outside of any field.
    Key(IncidentKey),
    /// Open another incident.
    Open(IncidentId),
    /// Back to the rows.
    Leave,
    /// To everything that is open.
    ShowAll,
    /// Who of staff can take a role.
    Staff(Vec<StaffProfile>),
    /// Ask something of it at once.
    Command(IncidentCommand),
    /// Change its draft.
    EditDraft(DraftEdit),
    /// The files of what is written about an incident have changed.
    Files(IncidentId, WrittenFiles),
    /// Send the draft.
    Send,
    /// Send the open form.
    SendForm,
    /// Edit a refused submission again.
    EditAgain(CommandId),
    /// Discard a refused submission.
    Discard(CommandId),
    /// Try now.
    RetryNow,
}

/// A key that means something to the open incident.
#[derive(Clone, Debug)]
pub enum IncidentKey {
    /// Write.
    Write,
    /// Write what only staff read.
    Note,
    /// Open a form.
    Form(ActionForm),
    /// Out of what is innermost.
    Back,
}

impl IncidentKey {
    /// What a key outside of fields means.
    #[must_use]
    pub fn of(key: &str) -> Option<Self> {
        Some(match key {
            "r" => Self::Write,
            "n" => Self::Note,
            "s" => Self::Form(ActionForm::Assess),
            "p" => Self::Form(ActionForm::Propose),
            "o" => Self::Form(ActionForm::Roles),
            "Escape" => Self::Back,
            _ => return None,
        })
    }
}

/// What was typed into a text area.
#[must_use]
pub fn words(event: &InputEvent) -> String {
    event.target_unchecked_into::<HtmlTextAreaElement>().value()
}

/// What was typed into a field.
#[must_use]
pub fn field(event: &InputEvent) -> String {
    event.target_unchecked_into::<HtmlInputElement>().value()
}

/// What was chosen in a list.
#[must_use]
pub fn chosen(event: &Event) -> String {
    event.target_unchecked_into::<HtmlSelectElement>().value()
}

/// Whether a box is ticked now.
#[must_use]
pub fn ticked(event: &Event) -> bool {
    event.target_unchecked_into::<HtmlInputElement>().checked()
}
