//! The rules: what may be done, and what happens then. Nothing here changes anything; what comes out is folded
//! by [`State::apply`]. Each part of an incident's life has its rules in a file of its own.

pub(crate) mod closure;
mod opening;
pub(crate) mod paging;
mod people;
mod sealing;
pub(crate) mod severity;
mod stakes;
mod updates;

use crate::{
    model::{
        attachment::Attachment,
        command::{AccountCommand, Command, ComponentCommand, IncidentCommand, Visibility},
        event::{Audience, Change, Event},
        id::{AccountId, CommandId, ComponentId, IncidentId, Seq},
        incident::{Incident, Status},
        person::{Actor, Author, PersonRef, Seal},
        policy::{Policy, Terms},
        report::Report,
        stake::Stake,
        time::Time,
    },
    rules::{due, state::State},
    wire::error::{ApiError, Constraint, ErrorCode, Invalid},
};

/// A command with all that the rules need besides the state.
#[derive(Clone, Debug)]
pub struct CommandContext {
    /// The client-made id of the command.
    pub id: CommandId,
    /// Who asks.
    pub actor: Actor,
    /// The incident it is asked of, or that a report opens.
    pub incident: Option<IncidentId>,
    /// What is asked.
    pub command: Command,
    /// The last event of the log; what is decided is numbered from here.
    pub last: Seq,
    /// What the next incident will be called.
    pub reference: String,
    /// What holds for the actor's account, by configuration. What staff set for the account goes before it.
    pub terms: Terms,
    /// The customer success manager of the actor's account; for staff who unseal, that of the incident's.
    pub csm: Option<PersonRef>,
    /// Whom the command names, as they are known: one of staff, or a colleague of the customer who asks.
    pub colleague: Option<PersonRef>,
    /// What was reported, where somebody who has not read it is given access.
    pub report: Option<Box<Report>>,
    /// The files that the command names: all of them, whole, the actor's own, and used by nothing yet.
    pub attachments: Vec<Attachment>,
    /// When.
    pub now: Time,
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The rules say no.
    #[error("{}", .0.sentence())]
    Refused(ErrorCode),
    /// A field is at fault.
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

impl From<ErrorCode> for Denied {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code)
    }
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Refused(code) => code.into(),
            Denied::Invalid(invalid) => invalid.into(),
        }
    }
}

/// What happens, or why nothing does.
type Decision = Result<Vec<Event>, Denied>;

/// What happens if this is done now, or why it may not be.
///
/// # Errors
/// [`Denied`] with a stable code. Whoever may not see the incident gets `not_found`, as if it did not exist.
pub fn decide(state: &State, context: &CommandContext, policy: &Policy) -> Decision {
    match &context.command {
        Command::Declare(report) => stakes::declare(state, context, policy, report),
        Command::Open(opening) => opening::open(state, context, policy, opening),
        Command::Component(component, command) => {
            staff_only(&context.actor)?;
            let ComponentCommand::SetStatus { status } = command;
            known_component(state, component, "component")?;
            let change = Change::ComponentMoved { component: component.clone(), status: *status };
            Ok(Verdict::of(context, None).also(Audience::Public, change).events)
        }
        Command::Account(account, AccountCommand::SetEngagement(terms)) => {
            staff_only(&context.actor)?;
            let terms = Terms { silence_limit: None, ..terms.clone() };
            let change = Change::EngagementSet { account: account.clone(), terms };
            Ok(Verdict::of(context, None).also(Audience::Account(account.clone()), change).events)
        }
        Command::Due => {
            let incident = context.incident.and_then(|id| state.incidents.get(&id)).ok_or(ErrorCode::NotFound)?;
            let case = Case { state, context, policy, incident };
            Ok(due::due(&case))
        }
        Command::PageHandled { page, outcome, connector } => {
            let incident = context.incident.and_then(|id| state.incidents.get(&id)).ok_or(ErrorCode::NotFound)?;
            paging::handled(&Case { state, context, policy, incident }, *page, *outcome, connector)
        }
        Command::TakeUpInvitation { account, email, who } => {
            let incident = context.incident.and_then(|id| state.incidents.get(&id)).ok_or(ErrorCode::NotFound)?;
            sealing::take_up(&Case { state, context, policy, incident }, account, email, who)
        }
        Command::ReminderDelivered { account, reminder, to } => {
            let incident = context.incident.and_then(|id| state.incidents.get(&id)).ok_or(ErrorCode::NotFound)?;
            let case = Case { state, context, policy, incident };
            Ok(due::delivered(&case, account, *reminder, to))
        }
        Command::Incident(command) => {
            let incident = context.incident.and_then(|id| state.incidents.get(&id)).ok_or(ErrorCode::NotFound)?;
            incident.seen_by(&context.actor.viewer()).ok_or(ErrorCode::NotFound)?;
            if incident.merged_into.is_some() && !matches!(command, IncidentCommand::Read { .. }) {
                return Err(ErrorCode::Merged.into());
            }
            let case = Case { state, context, policy, incident };
            Ok(people::acknowledge_by_reply(&case, decide_incident(&case, command)?))
        }
    }
}

fn decide_incident(case: &Case<'_>, command: &IncidentCommand) -> Decision {
    use IncidentCommand as Ask;
    match command {
        Ask::Message { text, to, .. } => updates::message(case, text, to.as_ref()),
        Ask::Update(update) => updates::publish(case, update),
        Ask::Move { status } => updates::move_to(case, *status),
        Ask::Pause { until, reason } => updates::pause(case, *until, reason),
        Ask::Acknowledge {} => people::acknowledge(case),
        Ask::AssignRole { role, person } => people::assign(case, role, person.is_some()),
        Ask::ReleaseRole { role, reason } => people::release(case, role, reason),
        Ask::SetWarRoom { url } => people::set_war_room(case, url),
        Ask::Follow {} => people::follow(case, true),
        Ask::Unfollow {} => people::follow(case, false),
        Ask::Read { seq } => people::read(case, *seq),
        Ask::Assess { severity, reason } => severity::assess(case, *severity, reason),
        Ask::SetSeverity { severity, reason } => severity::set(case, *severity, reason),
        Ask::ProposeDowngrade { account, severity, reason } => severity::lower(case, account, *severity, reason),
        Ask::AcceptDowngrade {} => severity::accept(case),
        Ask::RefuseDowngrade { reason } => severity::refuse(case, reason),
        Ask::ProposeResolution { text } => closure::propose(case, text),
        Ask::Confirm {} => closure::confirm(case),
        Ask::Dispute { reason } => closure::dispute(case, reason),
        Ask::Reopen { reason } => closure::reopen(case, reason),
        Ask::Waive { account, reason } => closure::waive(case, account, reason),
        Ask::Join { severity, text } => stakes::join(case, *severity, text),
        Ask::Merge { into } => stakes::merge(case, *into),
        Ask::Seal { reason } => sealing::seal(case, reason),
        Ask::Unseal { reason, title } => sealing::unseal(case, reason, title),
        Ask::Invite(whom) => sealing::invite(case, whom),
    }
}

/// One command on one incident.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub state: &'a State,
    pub context: &'a CommandContext,
    pub policy: &'a Policy,
    pub incident: &'a Incident,
}

impl<'a> Case<'a> {
    pub fn now(&self) -> Time {
        self.context.now
    }

    /// An empty verdict on this incident.
    pub fn verdict(&self) -> Verdict<'a> {
        Verdict::of(self.context, self.incident.seal.clone())
    }

    /// The customer's stake that the actor speaks for.
    pub fn own_stake(&self) -> Result<&'a Stake, Denied> {
        let Actor::Customer { account, .. } = &self.context.actor else { return Err(ErrorCode::Forbidden.into()) };
        self.incident.stake(&account.id).ok_or_else(|| ErrorCode::Forbidden.into())
    }

    /// The stake that staff name.
    pub fn stake_of(&self, account: &AccountId) -> Result<&'a Stake, Denied> {
        self.incident.stake(account).ok_or_else(|| Invalid::new("account", Constraint::Unknown).into())
    }

    pub fn staff_only(&self) -> Result<(), Denied> {
        staff_only(&self.context.actor)
    }

    pub fn still_open(&self) -> Result<(), Denied> {
        if self.incident.status.is_open() { Ok(()) } else { Err(ErrorCode::Closed.into()) }
    }

    /// Staff, on what is not over yet for somebody.
    pub fn staff_at_work(&self) -> Result<(), Denied> {
        self.staff_only()?;
        if self.incident.is_open() { Ok(()) } else { Err(ErrorCode::Closed.into()) }
    }

    /// A stake whose account it is not over for.
    pub fn open_stake(&self, stake: &'a Stake) -> Result<&'a Stake, Denied> {
        if self.incident.is_open_to(stake) { Ok(stake) } else { Err(ErrorCode::Closed.into()) }
    }

    /// How far an incident's plain facts reach: everybody once it is public, before that those affected.
    pub fn facts(&self) -> Audience {
        if self.incident.publication.is_some() { Audience::Public } else { self.affected() }
    }

    /// The accounts it is not over for.
    pub fn concerned(&self) -> Audience {
        let open = self.incident.stakes.iter().filter(|stake| self.incident.is_open_to(stake));
        Audience::Affected(open.map(|stake| stake.account.id.clone()).collect())
    }

    pub fn affected(&self) -> Audience {
        Audience::Affected(self.incident.stakes.iter().map(|stake| stake.account.id.clone()).collect())
    }
}

/// The events of one command as they come about.
pub(crate) struct Verdict<'a> {
    context: &'a CommandContext,
    /// Whose timeline they stand on.
    incident: Option<IncidentId>,
    seal: Option<Seal>,
    pub events: Vec<Event>,
}

impl<'a> Verdict<'a> {
    pub const fn of(context: &'a CommandContext, seal: Option<Seal>) -> Self {
        Self { context, incident: context.incident, seal, events: Vec::new() }
    }

    /// The same verdict under another seal from here on.
    pub fn under(self, seal: Option<Seal>) -> Self {
        Self { seal, ..self }
    }

    /// The same verdict, on another incident's timeline from here on.
    pub fn on(self, incident: IncidentId) -> Self {
        Self { incident: Some(incident), ..self }
    }

    pub fn also(self, to: Audience, change: Change) -> Self {
        let by = self.context.actor.author();
        self.then(by, to, change)
    }

    /// A consequence that nobody did: so that nobody's name travels further than their words.
    pub fn then_system(self, to: Audience, change: Change) -> Self {
        self.then(Author::System, to, change)
    }

    fn then(mut self, by: Author, to: Audience, change: Change) -> Self {
        let seq = self.events.last().map_or(self.context.last, |event| event.seq) + 1;
        self.events.push(Event {
            seq,
            command: self.context.id,
            at: self.context.now,
            by,
            incident: self.incident,
            to,
            seal: self.seal.clone(),
            change,
        });
        self
    }

    /// The state as these events leave it.
    pub fn after(&self, state: &State) -> State {
        let mut after = state.clone();
        self.events.iter().for_each(|event| after.apply(event));
        after
    }
}

fn audience(case: &Case<'_>, to: &Visibility) -> Result<Audience, Denied> {
    let incident = case.incident;
    match to {
        Visibility::Internal => Ok(Audience::Internal),
        Visibility::Account(account) => match incident.stake(account) {
            Some(_) => Ok(Audience::Account(account.clone())),
            None => Err(Invalid::new("to", Constraint::Unknown).into()),
        },
        Visibility::Affected => Ok(case.affected()),
        Visibility::Public if incident.seal.is_some() => Err(ErrorCode::Sealed.into()),
        Visibility::Public if incident.drill => Err(ErrorCode::Drill.into()),
        Visibility::Public => Ok(Audience::Public),
    }
}

fn may_move(case: &Case<'_>, status: Status) -> Result<(), Denied> {
    if !case.incident.is_open() {
        return Err(ErrorCode::Closed.into());
    }
    let planned = case.incident.status.is_maintenance();
    match status {
        Status::Investigating | Status::Identified | Status::Monitoring if !planned => Ok(()),
        Status::Resolved if !planned && case.incident.can_end() => Ok(()),
        Status::Resolved if !planned && !case.incident.status.is_open() => Err(ErrorCode::NothingNew.into()),
        Status::Resolved if !planned => Err(ErrorCode::NeedsConfirmation.into()),
        Status::Scheduled | Status::InProgress | Status::Verifying if planned => Ok(()),
        Status::Completed if planned && case.incident.can_end() => Ok(()),
        Status::Completed if planned => Err(ErrorCode::NeedsConfirmation.into()),
        _ => Err(Invalid::new("status", Constraint::Unknown).into()),
    }
}

fn staff_only(actor: &Actor) -> Result<(), Denied> {
    match actor {
        Actor::Staff { .. } | Actor::System => Ok(()),
        Actor::Customer { .. } => Err(ErrorCode::Forbidden.into()),
    }
}

fn known_component(state: &State, component: &ComponentId, field: &'static str) -> Result<(), Denied> {
    if state.components.contains_key(component) { Ok(()) } else { Err(Invalid::new(field, Constraint::Unknown).into()) }
}
