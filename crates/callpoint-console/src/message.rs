//! What the person in front of the console does, and what the machine brings.

use callpoint_core::model::{
    command::IncidentCommand,
    component::ComponentStatus,
    id::{CommandId, ComponentId, IncidentId},
    person::PersonRef,
};
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::{Event, InputEvent, TargetCast};

use crate::{composer::draft::DraftEdit, incident::action_form::ActionForm, queue::Queue};

/// What happens.
#[derive(Clone, Debug)]
pub enum ConsoleMsg {
    /// Something is known that was not known.
    Changed,
    /// Time has passed.
    Ticked,
    /// The focus moves to the row below the present one, or above it.
    Step {
        /// Whether it moves down.
        down: bool,
    },
    /// The focus moves to the composer, if an incident is open.
    Compose,
    /// The innermost of what is open is closed: a form, else the incident, else the list of components.
    StepBack,
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

/// What a key means outside of fields, if it means anything.
#[must_use]
pub fn shortcut(key: &str) -> Option<ConsoleMsg> {
    let form = |form| ConsoleMsg::EditDraft(DraftEdit::Form(Some(form)));
    Some(match key {
        "j" | "ArrowDown" => ConsoleMsg::Step { down: true },
        "k" | "ArrowUp" => ConsoleMsg::Step { down: false },
        "r" => ConsoleMsg::Compose,
        "s" => form(ActionForm::Assess),
        "p" => form(ActionForm::Propose),
        "o" => form(ActionForm::Roles),
        "Escape" => ConsoleMsg::StepBack,
        _ => ConsoleMsg::Queue(Queue::of_key(key)?),
    })
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
