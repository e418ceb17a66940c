//! What the person, the page or the machine may do to the panel.

use callpoint_core::model::{
    id::{CommandId, ComponentId, IncidentId},
    report::ReportDraft,
    severity::Severity,
};
use web_sys::{HtmlSelectElement, HtmlTextAreaElement};
use yew::{Event, InputEvent, TargetCast};

/// Which page of the panel is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// What concerns me.
    #[default]
    Home,
    /// The form.
    Report,
    /// Where a sent report is.
    Receipt(CommandId),
    /// One incident.
    Thread(IncidentId),
    /// Everything.
    Status,
}

impl Page {
    /// Whether its code is among what is fetched first: all of it but threads and status.
    #[must_use]
    pub const fn is_near(self) -> bool {
        matches!(self, Self::Home | Self::Report | Self::Receipt(_))
    }
}

/// A field that people type into.
#[derive(Clone, Copy, Debug)]
pub enum Field {
    /// What is going wrong.
    What,
    /// Anything else.
    Details,
    /// A message in a thread.
    Message,
    /// Why it is not fixed.
    Reason,
}

/// What somebody says in a thread beside writing: each asks for a word or a level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Saying {
    /// Nothing.
    #[default]
    Nothing,
    /// It is not fixed.
    NotFixed,
    /// It is not fixed after all.
    Again,
    /// It is not less severe.
    NotLess,
    /// How bad it is now.
    HowBad,
    /// It's us too.
    UsToo,
    /// Let a colleague in.
    LetIn,
}

/// What somebody is writing in a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writing {
    /// The message.
    pub message: String,
    /// What is being said beside it.
    pub saying: Saying,
    /// The word that goes with it.
    pub reason: String,
    /// The level that goes with it.
    pub severity: Option<Severity>,
}

/// What the person, the page or the machine does.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Something is known that was not known.
    Changed,
    /// Time has passed.
    Ticked,
    /// The SDK asks for a page, with a report begun by the host.
    Show(Page, Option<Box<ReportDraft>>),
    /// The panel was opened or closed.
    Opened(bool),
    /// Another page.
    Go(Page),
    /// One page back.
    Back,
    /// Close the panel.
    Close,
    /// Typed.
    Typed(Field, String),
    /// Chose where.
    Place(Option<ComponentId>),
    /// Answered a question with one of its options, or took that answer back.
    Answer(usize, usize),
    /// Said how bad it is.
    Choose(Severity),
    /// Send the report.
    Send,
    /// Take a refused parcel up again.
    EditAgain(CommandId),
    /// Send the message.
    Say,
    /// It is fixed.
    Confirm,
    /// Begin to say this, or leave it.
    Begin(Saying),
    /// Say what was begun.
    Finish,
    /// Agree to the lower severity.
    Agree,
    /// Follow, or no longer.
    Follow(bool),
    /// Choose a class, the vendor's n-th; none is `service`.
    Class(Option<usize>),
    /// Look whether somebody has reported it before.
    Wonder,
    /// Try now.
    Hurry,
}

impl Msg {
    /// What was typed into a text area.
    #[must_use]
    pub fn typed(field: Field, event: &InputEvent) -> Self {
        Self::Typed(field, event.target_unchecked_into::<HtmlTextAreaElement>().value())
    }

    /// What was chosen in the list of components.
    #[must_use]
    pub fn chosen(event: &Event) -> Self {
        Self::Place(ComponentId::parse(&event.target_unchecked_into::<HtmlSelectElement>().value()))
    }
}
