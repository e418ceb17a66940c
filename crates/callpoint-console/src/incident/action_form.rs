//! The forms that open in place of the buttons: what is filled in, and what is asked for when it is sent. Each form
//! keeps its own words, so that what was meant for one account never stands before another.

use crate::composer::draft::DraftContext;
use callpoint_core::{
    model::{
        command::{AccountCommand, IncidentCommand, Update, Visibility},
        id::{AccountId, IncidentId, PersonId},
        incident::Incident,
        limits::is_blank,
        person::Invitee,
        policy::{Engagement, Terms},
        severity::Severity,
    },
    wire::{
        error::{Constraint, Invalid},
        protocol::Request,
    },
};
use litemap::LiteMap;
use serde::{Deserialize, Serialize};

/// A form that is open in place of the buttons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionForm {
    /// Assess the severity.
    Assess,
    /// Propose that it is over.
    Propose,
    /// Take an account's severity lower.
    Lower(AccountId),
    /// End it for an account.
    Waive(AccountId),
    /// Say what holds for an account from here on.
    Engage(AccountId),
    /// Who does what.
    Roles,
    /// Let whoever has a role go.
    Release(String),
    /// Where staff meet.
    WarRoom,
    /// Stop the clock.
    Pause,
    /// It is the same as another.
    Merge,
    /// Seal it.
    Seal,
    /// Open it to one of staff without security access.
    GiveAccess,
    /// Open it again.
    Unseal,
}

/// What was filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FormInput {
    /// A level.
    pub level: Option<Severity>,
    /// Why, or what was done.
    pub words: String,
    /// A title, an address, what is looked for, or the hours that a closure waits.
    pub line: String,
    /// A field for date and time, or the hours that a downgrade waits.
    pub until: String,
    /// An engagement.
    pub engagement: Option<Engagement>,
    /// Another incident.
    pub into: Option<IncidentId>,
    /// One of staff.
    pub person: Option<PersonId>,
}

/// A form that was opened, and what was filled in to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormEntry {
    /// Which.
    pub form: ActionForm,
    /// What was filled in.
    pub filled: FormInput,
}

/// One change to what is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputChange {
    /// A level.
    Level(Severity),
    /// Why, or what was done.
    Words(String),
    /// A title, an address, or what is looked for.
    Line(String),
    /// Date and time.
    Until(String),
    /// An engagement.
    Engagement(Engagement),
    /// Another incident.
    Into(IncidentId),
    /// One of staff.
    Person(PersonId),
}

impl FormInput {
    /// Makes a change.
    pub fn fill(&mut self, fill: InputChange) {
        match fill {
            InputChange::Level(level) => self.level = Some(level),
            InputChange::Words(words) => self.words = words,
            InputChange::Line(line) => self.line = line,
            InputChange::Until(until) => self.until = until,
            InputChange::Engagement(engagement) => self.engagement = Some(engagement),
            InputChange::Into(into) => self.into = Some(into),
            InputChange::Person(person) => self.person = Some(person),
        }
    }

    /// Whether there is nothing that would be a pity to lose.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        is_blank(&self.words) && is_blank(&self.line)
    }
}

impl ActionForm {
    /// What is asked for when it is sent.
    ///
    /// # Errors
    /// Names the first field that is not as it should be.
    pub fn request(&self, filled: &FormInput, context: DraftContext<'_>) -> Result<Request, Invalid> {
        let id = context.incident.id;
        if let Self::Engage(account) = self {
            let command = AccountCommand::SetEngagement(Self::terms(account, filled, context)?).parse()?;
            return Ok(Request::Account(account.clone(), command));
        }
        let command = self.command(filled, context)?.parse(&context.policy(), context.now);
        // A new title of what was sealed is not the public one: what to do about it is said in other words.
        command.map(|command| Request::Incident(id, command)).map_err(|invalid| match (self, invalid.field) {
            (Self::Unseal, "title") => Invalid { field: "new_title", ..invalid },
            _ => invalid,
        })
    }

    /// What was agreed, with what is filled in; a field that is left alone changes nothing.
    fn terms(account: &AccountId, filled: &FormInput, context: DraftContext<'_>) -> Result<Terms, Invalid> {
        let known = agreed(context.terms, context.incident, account);
        let minutes = |field, hours: &str, known| match hours.trim() {
            "" => Ok(known),
            hours => hours
                .parse::<u32>()
                .ok()
                .and_then(|hours| hours.checked_mul(60))
                .ok_or(Invalid::new(field, Constraint::Malformed)),
        };
        Ok(Terms {
            engagement: filled.engagement.unwrap_or(known.engagement),
            closure_minutes: minutes("closure_minutes", &filled.line, known.closure_minutes)?,
            downgrade_minutes: minutes("downgrade_minutes", &filled.until, known.downgrade_minutes)?,
            ..known
        })
    }

    fn command(&self, filled: &FormInput, context: DraftContext<'_>) -> Result<IncidentCommand, Invalid> {
        let words = filled.words.clone();
        let level = || filled.level.ok_or(Invalid::new("severity", Constraint::Missing));
        Ok(match self {
            Self::Assess => {
                // What was judged before is chosen until something else is.
                let severity =
                    level().or(context.incident.assessed().ok_or(Invalid::new("severity", Constraint::Missing)))?;
                IncidentCommand::Assess { severity, reason: words }
            }
            Self::Propose => IncidentCommand::ProposeResolution { text: words },
            Self::Lower(account) => {
                let severity = level().ok().filter(|level| is_lower(context.incident, account, *level));
                let severity = severity.ok_or(Invalid::new("severity", Constraint::NotLower))?;
                IncidentCommand::ProposeDowngrade { account: account.clone(), severity, reason: words }
            }
            Self::Waive(account) => IncidentCommand::Waive { account: account.clone(), reason: words },
            Self::Release(role) => IncidentCommand::ReleaseRole { role: role.clone(), reason: words },
            Self::WarRoom => IncidentCommand::SetWarRoom { url: filled.line.clone() },
            Self::Pause => {
                let until = (context.instant)(&filled.until).ok_or(Invalid::new("until", Constraint::Malformed))?;
                IncidentCommand::Pause { until, reason: words }
            }
            Self::Merge => {
                IncidentCommand::Merge { into: filled.into.ok_or(Invalid::new("into", Constraint::Missing))? }
            }
            Self::Seal => IncidentCommand::Seal { reason: words },
            Self::GiveAccess => {
                let missing = Invalid::new("person", Constraint::Missing);
                IncidentCommand::Invite(match lets_account_in(context.incident) && !is_blank(&filled.line) {
                    true => Invitee::Email(filled.line.clone()),
                    false => Invitee::Person(filled.person.clone().ok_or(missing)?),
                })
            }
            Self::Unseal => IncidentCommand::Unseal { reason: words, title: filled.line.clone() },
            Self::Engage(_) | Self::Roles => return Err(Invalid::new("form", Constraint::Missing)),
        })
    }

    /// Whether it makes sense for this incident: what has ended can be sealed and unsealed, and nothing else.
    #[must_use]
    pub fn fits(&self, incident: &Incident) -> bool {
        match self {
            Self::Unseal | Self::GiveAccess => incident.seal.is_some(),
            Self::Seal => can_be_sealed(incident),
            Self::Propose
            | Self::Lower(_)
            | Self::Waive(_)
            | Self::Engage(_)
            | Self::Roles
            | Self::Release(_)
            | Self::WarRoom => incident.is_open(),
            Self::Assess | Self::Pause | Self::Merge => incident.status.is_open(),
        }
    }

    /// Whether it can be sent at all; the list of roles acts by its buttons.
    #[must_use]
    pub const fn is_sent(&self) -> bool {
        !matches!(self, Self::Roles)
    }
}

/// What a refused command gives back to edit.
pub enum Editable {
    /// A message: its words, and how far they were to reach.
    Message(String, Option<Visibility>),
    /// An update.
    Update(Update),
    /// A form, filled in as it was.
    Form(ActionForm, FormInput),
}

impl Editable {
    /// What `command` gives back; none for what a button asks for, and for what only customers do.
    #[must_use]
    pub fn of(command: IncidentCommand) -> Option<Self> {
        let words = |words| FormInput { words, ..FormInput::default() };
        let graded = |level, reason| FormInput { level: Some(level), ..words(reason) };
        let (form, filled) = match command {
            IncidentCommand::Message { text, to, .. } => return Some(Self::Message(text, to)),
            IncidentCommand::Update(update) => return Some(Self::Update(update)),
            IncidentCommand::Assess { severity, reason } => (ActionForm::Assess, graded(severity, reason)),
            IncidentCommand::ProposeResolution { text } => (ActionForm::Propose, words(text)),
            IncidentCommand::ProposeDowngrade { account, severity, reason } => {
                (ActionForm::Lower(account), graded(severity, reason))
            }
            IncidentCommand::Waive { account, reason } => (ActionForm::Waive(account), words(reason)),
            IncidentCommand::ReleaseRole { role, reason } => (ActionForm::Release(role), words(reason)),
            IncidentCommand::SetWarRoom { url } => {
                (ActionForm::WarRoom, FormInput { line: url, ..FormInput::default() })
            }
            IncidentCommand::Pause { reason, .. } => (ActionForm::Pause, words(reason)),
            IncidentCommand::Seal { reason } => (ActionForm::Seal, words(reason)),
            IncidentCommand::Unseal { reason, title } => {
                (ActionForm::Unseal, FormInput { line: title, ..words(reason) })
            }
            IncidentCommand::Acknowledge {}
            | IncidentCommand::Move { .. }
            | IncidentCommand::AssignRole { .. }
            | IncidentCommand::Merge { .. }
            | IncidentCommand::Confirm {}
            | IncidentCommand::Dispute { .. }
            | IncidentCommand::Reopen { .. }
            | IncidentCommand::Join { .. }
            | IncidentCommand::SetSeverity { .. }
            | IncidentCommand::AcceptDowngrade {}
            | IncidentCommand::RefuseDowngrade { .. }
            | IncidentCommand::Follow {}
            | IncidentCommand::Unfollow {}
            | IncidentCommand::Invite(_)
            | IncidentCommand::Read { .. } => return None,
        };
        Some(Self::Form(form, filled))
    }
}

/// What holds for an account from the next incident on: what was set for it, else what it came in with.
#[must_use]
pub fn agreed(terms: &LiteMap<AccountId, Terms>, incident: &Incident, account: &AccountId) -> Terms {
    let known = terms.get(account).or_else(|| incident.stake(account).map(|stake| &stake.terms));
    known.cloned().unwrap_or_default()
}

/// Whether a level is less severe than what counts for the account now.
#[must_use]
pub fn is_lower(incident: &Incident, account: &AccountId, level: Severity) -> bool {
    incident.stake(account).is_some_and(|stake| level.0 > stake.effective(incident.assessed()).0)
}

/// Whether somebody of the account can be given access: nobody of it has any yet.
#[must_use]
pub fn lets_account_in(incident: &Incident) -> bool {
    incident.seal.as_ref().is_some_and(|seal| seal.reporter.is_none()) && !incident.stakes.is_empty()
}

/// Whether an incident can take another one in, as far as the rules can be asked ahead.
#[must_use]
pub fn can_take_in(other: &Incident, incident: &Incident) -> bool {
    other.id != incident.id
        && other.status.is_open()
        && !other.status.is_maintenance()
        && other.merged_into.is_none()
        && other.seal.is_none()
        && incident.seal.is_none()
        && other.drill == incident.drill
        && (incident.publication.is_none() || other.publication.is_some())
}

/// Whether an incident can be sealed: one account's, and not public.
#[must_use]
pub fn can_be_sealed(incident: &Incident) -> bool {
    incident.seal.is_none() && incident.publication.is_none() && incident.stakes.len() == 1
}
