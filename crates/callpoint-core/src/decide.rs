//! The rules: what may be done, and what happens then. Nothing here changes anything; what comes out is folded
//! by [`State::apply`].

use crate::{
    command::{Command, ComponentCommand, IncidentCommand, Publish, Update, Visibility},
    error::{ApiError, ErrorCode, Invalid, Rule},
    event::{Audience, Change, Event, Face},
    id::{CommandId, ComponentId, IncidentId, PersonId, Seq},
    incident::{Closure, Incident, Status},
    person::{Account, Actor, Author},
    report::Report,
    state::State,
    time::Time,
};

/// A command with all that the rules need besides the state.
#[derive(Clone, Debug)]
pub struct Order {
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
    /// When.
    pub now: Time,
}

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The rules say no.
    #[error("{}", .0.sentence())]
    Rule(ErrorCode),
    /// A field is at fault.
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

impl From<ErrorCode> for Denied {
    fn from(code: ErrorCode) -> Self {
        Self::Rule(code)
    }
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Rule(code) => code.into(),
            Denied::Invalid(invalid) => invalid.into(),
        }
    }
}

/// What happens if this is done now, or why it may not be.
///
/// # Errors
/// [`Denied`] with a stable code. Whoever may not see the incident gets `not_found`, as if it did not exist.
pub fn decide(state: &State, order: &Order) -> Result<Vec<Event>, Denied> {
    match &order.command {
        Command::Declare(report) => declare(state, order, report),
        Command::Component(component, command) => {
            staff_only(&order.actor)?;
            let ComponentCommand::SetStatus { status } = command;
            known_component(state, component, "component")?;
            let change = Change::ComponentMoved { component: component.clone(), status: *status };
            Ok(Verdict::of(order, None).also(Audience::Public, change).events)
        }
        Command::Incident(command) => {
            let incident = order.incident.and_then(|id| state.incidents.get(&id)).ok_or(ErrorCode::NotFound)?;
            incident.seen_by(&order.actor.viewer()).ok_or(ErrorCode::NotFound)?;
            decide_incident(state, order, incident, command)
        }
    }
}

fn decide_incident(
    state: &State,
    order: &Order,
    incident: &Incident,
    command: &IncidentCommand,
) -> Result<Vec<Event>, Denied> {
    let verdict = Verdict::of(order, incident.sealed.clone());
    let facts = facts(incident);
    match command {
        IncidentCommand::Message { text, to } => {
            let to = message_audience(incident, &order.actor, to.as_ref())?;
            Ok(verdict.also(to, Change::Said { text: text.clone() }).events)
        }
        IncidentCommand::Acknowledge {} => {
            staff_only(&order.actor)?;
            still_open(incident)?;
            if incident.acknowledged.is_some() {
                return Err(ErrorCode::AlreadyAcknowledged.into());
            }
            Ok(verdict.also(affected(incident), Change::Acknowledged {}).events)
        }
        IncidentCommand::Assess { severity, reason } => {
            staff_only(&order.actor)?;
            still_open(incident)?;
            let change = Change::Assessed { severity: *severity, reason: reason.clone() };
            Ok(verdict.also(affected(incident), change).events)
        }
        IncidentCommand::Move { status } => {
            staff_only(&order.actor)?;
            may_move(incident, *status)?;
            Ok(verdict.also(facts, Change::Moved { status: *status }).events)
        }
        IncidentCommand::Update(update) => {
            staff_only(&order.actor)?;
            publish_update(state, incident, update, verdict)
        }
        IncidentCommand::ProposeResolution { text } => {
            staff_only(&order.actor)?;
            still_open(incident)?;
            if incident.stakes.is_empty() {
                let told = Change::Updated { text: text.clone(), status: Status::Resolved };
                let moved = Change::Moved { status: Status::Resolved };
                return Ok(verdict.also(facts.clone(), told).also(facts, moved).events);
            }
            if !incident.stakes.iter().any(|stake| stake.closure == Closure::Open) {
                return Err(ErrorCode::AlreadyProposed.into());
            }
            let verdict = verdict.also(affected(incident), Change::Proposed { text: text.clone() });
            Ok(match incident.status {
                Status::Monitoring => verdict,
                _ => verdict.also(facts, Change::Moved { status: Status::Monitoring }),
            }
            .events)
        }
        IncidentCommand::Confirm {} => confirm(incident, order, verdict),
        IncidentCommand::Dispute { reason } => {
            let account = answering(incident, &order.actor)?.id.clone();
            let to = Audience::Account(account.clone());
            let verdict = verdict.also(to, Change::Disputed { account, reason: reason.clone() });
            Ok(verdict.then_system(facts, Change::Moved { status: Status::Investigating }).events)
        }
    }
}

fn declare(state: &State, order: &Order, report: &Report) -> Result<Vec<Event>, Denied> {
    let Actor::Customer { person, account, .. } = &order.actor else { return Err(ErrorCode::Forbidden.into()) };
    let id = order.incident.ok_or(ErrorCode::NotFound)?;
    if state.incidents.contains_key(&id) {
        return Err(ErrorCode::KeyReused.into());
    }
    if let Some(component) = &report.component {
        known_component(state, component, "component")?;
    }
    let sealed = (report.answers.security == Some(true)).then(|| person.clone());
    let change = Change::Declared {
        reference: order.reference.clone(),
        account: account.clone(),
        report: Box::new(report.clone()),
    };
    Ok(Verdict::of(order, sealed).also(Audience::Account(account.id.clone()), change).events)
}

fn confirm(incident: &Incident, order: &Order, verdict: Verdict<'_>) -> Result<Vec<Event>, Denied> {
    let account = answering(incident, &order.actor)?.id.clone();
    let others_agree = incident
        .stakes
        .iter()
        .filter(|stake| stake.account.id != account)
        .all(|stake| matches!(stake.closure, Closure::Confirmed(_)));
    let verdict = verdict.also(Audience::Account(account.clone()), Change::Confirmed { account });
    Ok(if others_agree {
        verdict.then_system(facts(incident), Change::Moved { status: Status::Resolved }).events
    } else {
        verdict.events
    })
}

fn publish_update(
    state: &State,
    incident: &Incident,
    update: &Update,
    mut verdict: Verdict<'_>,
) -> Result<Vec<Event>, Denied> {
    let to = audience(incident, &update.to)?;
    let status = update.status.unwrap_or(incident.status);
    if status != incident.status {
        may_move(incident, status)?;
    }
    let mut facts = facts(incident);
    if update.to == Visibility::Public && incident.publication.is_none() {
        let publish = update.publish.as_ref().ok_or(Invalid::new("publish", Rule::Missing))?;
        verdict = verdict.also(Audience::Public, Change::Published(face(state, incident, publish)?));
        facts = Audience::Public;
    }
    verdict = verdict.also(to, Change::Updated { text: update.text.clone(), status });
    if status != incident.status {
        verdict = verdict.also(facts.clone(), Change::Moved { status });
    }
    let promised = Change::Promised { next_update: update.next_update, eta: update.eta.or(incident.eta) };
    let widely = matches!(update.to, Visibility::Affected | Visibility::Public);
    let changes = update.next_update != incident.next_update || update.eta.is_some();
    Ok(if widely && status.is_open() && changes { verdict.also(facts, promised) } else { verdict }.events)
}

fn face(state: &State, incident: &Incident, publish: &Publish) -> Result<Face, Denied> {
    for component in &publish.components {
        known_component(state, component, "components")?;
    }
    Ok(Face {
        reference: incident.reference.clone(),
        title: publish.title.clone(),
        impact: publish.impact,
        status: incident.status,
        opened_at: incident.opened_at,
        components: publish.components.clone(),
        next_update: incident.next_update,
        eta: incident.eta,
        resolved_at: incident.resolved_at,
    })
}

/// The events of one command as they come about.
struct Verdict<'a> {
    order: &'a Order,
    sealed: Option<PersonId>,
    events: Vec<Event>,
}

impl<'a> Verdict<'a> {
    const fn of(order: &'a Order, sealed: Option<PersonId>) -> Self {
        Self { order, sealed, events: Vec::new() }
    }

    fn also(self, to: Audience, change: Change) -> Self {
        let by = self.order.actor.author();
        self.then(by, to, change)
    }

    /// A consequence that nobody did: so that nobody's name travels further than their words.
    fn then_system(self, to: Audience, change: Change) -> Self {
        self.then(Author::System, to, change)
    }

    fn then(mut self, by: Author, to: Audience, change: Change) -> Self {
        let seq = self.events.last().map_or(self.order.last, |event| event.seq) + 1;
        self.events.push(Event {
            seq,
            command: self.order.id,
            at: self.order.now,
            by,
            incident: self.order.incident,
            to,
            sealed: self.sealed.clone(),
            change,
        });
        self
    }
}

/// How far an incident's plain facts reach: everybody once it is public, before that those affected.
fn facts(incident: &Incident) -> Audience {
    if incident.publication.is_some() { Audience::Public } else { affected(incident) }
}

fn affected(incident: &Incident) -> Audience {
    Audience::Affected(incident.stakes.iter().map(|stake| stake.account.id.clone()).collect())
}

fn audience(incident: &Incident, to: &Visibility) -> Result<Audience, Denied> {
    match to {
        Visibility::Internal => Ok(Audience::Internal),
        Visibility::Account(account) => match incident.stake(account) {
            Some(_) => Ok(Audience::Account(account.clone())),
            None => Err(Invalid::new("to", Rule::Unknown).into()),
        },
        Visibility::Affected => Ok(affected(incident)),
        Visibility::Public if incident.sealed.is_some() => Err(ErrorCode::Sealed.into()),
        Visibility::Public => Ok(Audience::Public),
    }
}

fn message_audience(incident: &Incident, actor: &Actor, to: Option<&Visibility>) -> Result<Audience, Denied> {
    match actor {
        Actor::Customer { account, .. } => match incident.stake(&account.id) {
            Some(_) => Ok(Audience::Account(account.id.clone())),
            None => Err(ErrorCode::Forbidden.into()),
        },
        Actor::Staff { .. } => match to {
            None => Err(Invalid::new("to", Rule::Missing).into()),
            // Words to everybody are an update: they need a public face.
            Some(Visibility::Public) => Err(Invalid::new("to", Rule::Unknown).into()),
            Some(to) => audience(incident, to),
        },
        Actor::System => Err(ErrorCode::Forbidden.into()),
    }
}

/// The account whose key the actor may turn now.
fn answering<'a>(incident: &'a Incident, actor: &Actor) -> Result<&'a Account, Denied> {
    let Actor::Customer { account, .. } = actor else { return Err(ErrorCode::Forbidden.into()) };
    let stake = incident.stake(&account.id).ok_or(ErrorCode::Forbidden)?;
    match stake.closure {
        Closure::Proposed(_) => Ok(&stake.account),
        Closure::Open | Closure::Confirmed(_) => Err(ErrorCode::NothingProposed.into()),
    }
}

fn may_move(incident: &Incident, status: Status) -> Result<(), Denied> {
    still_open(incident)?;
    match status {
        Status::Investigating | Status::Identified | Status::Monitoring => Ok(()),
        Status::Resolved if incident.stakes.is_empty() => Ok(()),
        Status::Resolved => Err(ErrorCode::NeedsConfirmation.into()),
        _ => Err(Invalid::new("status", Rule::Unknown).into()),
    }
}

fn still_open(incident: &Incident) -> Result<(), Denied> {
    if incident.status.is_open() { Ok(()) } else { Err(ErrorCode::Closed.into()) }
}

fn staff_only(actor: &Actor) -> Result<(), Denied> {
    match actor {
        Actor::Staff { .. } | Actor::System => Ok(()),
        Actor::Customer { .. } => Err(ErrorCode::Forbidden.into()),
    }
}

fn known_component(state: &State, component: &ComponentId, field: &'static str) -> Result<(), Denied> {
    if state.components.contains_key(component) { Ok(()) } else { Err(Invalid::new(field, Rule::Unknown).into()) }
}
