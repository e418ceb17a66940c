//! What the person in front of the console does, and what the machine brings.

use callpoint_core::model::{
    command::IncidentCommand,
    component::ComponentStatus,
    id::{CommandId, ComponentId, IncidentId},
    person::PersonRef,
};
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::{Event, InputEvent, TargetCast};

use crate::{composer::draft::DraftEdit, queue::Queue};

/// Keys that mean something outside of fields.
pub const KEYS: [&str; 16] =
    ["j", "k", "r", "s", "p", "o", "1", "2", "3", "4", "5", "6", "7", "ArrowDown", "ArrowUp", "Escape"];

/// What happens.
#[derive(Clone, Debug)]
pub enum ConsoleMsg {
    /// Something is known that was not known.
    Changed,
    /// Time has passed.
    Ticked,
    /// A key outside of any field.
    Key(String),
    /// Another queue.
    Queue(Queue),
    /// A row has the focus.
    At(IncidentId),
    /// Open an incident.
    Open(IncidentId),
    /// Back to the rows.
    Leave,
    /// Open or close the list of components where it takes room from the rows.
    Components(bool),
    /// Who of staff can take a role.
    Staff(Vec<PersonRef>),
    /// Set a component's status.
    SetComponent(ComponentId, ComponentStatus),
    /// Ask something of the open incident at once.
    Command(IncidentCommand),
    /// Change the draft of the open incident.
    EditDraft(DraftEdit),
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
    /// End the session.
    SignOut,
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
