//! The log as a database keeps it: events, what they add up to, the replies kept by key, and when to look at what. A
//! batch decides on the log as it was when it began, and is there whole or not at all.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use callpoint_core::{
    client::{Accepted, Body, Reply},
    model::{
        command::{AccountCommand, Command, IncidentCommand},
        event::{Change, Event},
        id::{CommandId, IncidentId, Seq},
        incident::Incident,
        person::{Actor, Invitee, Seal},
        report::{Receipt, Report},
        time::Time,
    },
    rules::{
        decide::{CommandContext, decide},
        delivery::{last_seen, receipt},
        due,
        state::State,
    },
    wire::{
        error::{ApiError, ErrorCode},
        protocol::{Request, Submission},
    },
};

use crate::{
    people::{Society, first_events},
    planted::Planted,
};

/// Whose key it is, and the key.
pub(crate) type Key = (usize, CommandId);

/// A client's tab, and which of its lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub tab: usize,
    pub life: u32,
}

/// What is handed to a node's writer.
#[derive(Clone, Debug)]
pub(crate) enum Write {
    /// Somebody's submission; nobody hears of a request that came twice.
    Of { person: usize, submission: Rc<Submission>, caller: Option<Caller> },
    /// What is due in this incident.
    Due(IncidentId),
    /// What a connector has to say of it.
    Told(IncidentId, Box<Command>),
}

#[derive(Clone, Debug)]
struct Kept {
    submission: Rc<Submission>,
    reply: Reply<Accepted>,
}

#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub events: Vec<Event>,
    pub state: State,
    replies: BTreeMap<Key, Kept>,
    pub due: BTreeMap<IncidentId, Time>,
    /// The last event of each incident.
    touched: BTreeMap<IncidentId, Seq>,
    references: u64,
}

/// Writes that are decided and committed together.
#[derive(Debug)]
pub(crate) struct Batch {
    state: State,
    events: Vec<Event>,
    replies: Vec<(Key, Kept)>,
    looked: Vec<IncidentId>,
    last: Seq,
    references: u64,
    now: Time,
    pub answers: Vec<(Caller, CommandId, Reply<Accepted>)>,
    /// Whether its lock was taken from it: then it can't be committed.
    pub doomed: bool,
}

pub(crate) fn problem<T>(problem: impl Into<ApiError>) -> Reply<T> {
    let problem = problem.into();
    Reply { status: problem.status, retry_after: None, body: Body::Problem(problem) }
}

fn denied(problem: impl Into<ApiError>) -> ApiError {
    problem.into()
}

impl Log {
    pub fn new() -> Self {
        let mut log = Self {
            events: first_events(),
            state: State::default(),
            replies: BTreeMap::new(),
            due: BTreeMap::new(),
            touched: BTreeMap::new(),
            references: 1,
        };
        log.events.iter().for_each(|event| log.state.apply(event));
        log
    }

    pub fn head(&self) -> Seq {
        self.events.last().map_or(0, |event| event.seq)
    }

    /// The events after this one, in order.
    pub fn after(&self, seq: Seq) -> &[Event] {
        let from = self.events.partition_point(|event| event.seq <= seq);
        &self.events[from..]
    }

    /// Whether this person's key was answered with a success.
    pub fn has(&self, key: &Key) -> bool {
        self.replies.contains_key(key)
    }

    /// What is sealed now, and to which something happened since.
    pub fn sealed_after(&self, seq: Seq) -> impl Iterator<Item = (IncidentId, &Seal)> {
        let touched = self.touched.iter().filter(move |(_, last)| **last > seq);
        touched.filter_map(|(id, _)| Some((*id, self.state.incidents.get(id)?.seal.as_ref()?)))
    }

    /// An incident's events, and those of what was merged into it.
    pub fn thread(&self, id: IncidentId) -> Vec<&Event> {
        let mut family = BTreeSet::from([id]);
        loop {
            let into = |incident: &Incident| incident.merged_into.is_some_and(|into| family.contains(&into));
            let found: Vec<IncidentId> = self.state.incidents.values().filter(|i| into(i)).map(|i| i.id).collect();
            let before = family.len();
            family.extend(found);
            if family.len() == before {
                break;
            }
        }
        self.events.iter().filter(|event| event.incident.is_some_and(|id| family.contains(&id))).collect()
    }

    fn report_of(&self, id: IncidentId) -> Option<Box<Report>> {
        self.events.iter().filter(|event| event.incident == Some(id)).find_map(|event| match &event.change {
            Change::Declared { report, .. } => Some(report.clone()),
            _ => None,
        })
    }

    pub fn batch(&self, now: Time) -> Batch {
        Batch {
            state: self.state.clone(),
            events: Vec::new(),
            replies: Vec::new(),
            looked: Vec::new(),
            last: self.head(),
            references: self.references,
            now,
            answers: Vec::new(),
            doomed: false,
        }
    }

    /// Makes a batch durable. What is wrong with it, if anything is.
    pub fn commit(&mut self, batch: &Batch, society: &Society) -> Option<String> {
        let mut wrong = None;
        let begins = self.head();
        let mut changed = batch.looked.clone();
        for event in &batch.events {
            if event.seq != self.head() + 1 {
                wrong = Some(format!(
                    "event {} is written after event {}: numbers have a gap or repeat",
                    event.seq,
                    self.head()
                ));
            }
            let doubled = self.events.iter().any(|other| other.command == event.command && other.seq <= begins);
            if doubled {
                wrong = Some(format!("a command is done a second time by event {}", event.seq));
            }
            self.state.apply(event);
            if let Some(id) = event.incident {
                changed.push(id);
                self.touched.insert(id, event.seq);
            }
            self.events.push(event.clone());
        }
        for (key, kept) in &batch.replies {
            self.replies.insert(*key, kept.clone());
        }
        self.references = batch.references;
        for id in changed {
            let Some(incident) = self.state.incidents.get(&id) else { continue };
            let at = match batch.looked.contains(&id) {
                true => due::next_after_look(incident, &society.policy, batch.now),
                false => due::next(incident, &society.policy),
            };
            match at {
                Some(at) => drop(self.due.insert(id, at)),
                None => drop(self.due.remove(&id)),
            }
        }
        wrong
    }
}

impl Batch {
    pub const fn is_changed(&self) -> bool {
        !self.events.is_empty()
    }

    /// Decides one write. What is wrong with what was decided, if anything is.
    pub fn write(&mut self, log: &Log, write: &Write, society: &Society, planted: Option<Planted>) -> Option<String> {
        match write {
            Write::Due(id) => self.look(log, *id, society),
            Write::Told(id, command) => {
                let key = CommandId::new(self.now, u128::from(self.last) + 2_000_000);
                // It may be of no interest any more.
                let _ = self.decide(log, key, &Actor::System, Some(*id), (**command).clone(), society);
                None
            }
            Write::Of { person, submission, caller } => {
                let reply = self.answer(log, *person, submission, society, planted);
                self.answers.extend(caller.map(|caller| (caller, submission.id, reply)));
                None
            }
        }
    }

    fn look(&mut self, log: &Log, id: IncidentId, society: &Society) -> Option<String> {
        let key = CommandId::new(self.now, u128::from(self.last) + 1_000_000);
        let done = self.decide(log, key, &Actor::System, Some(id), Command::Due, society);
        self.looked.push(id);
        if let Err(problem) = done {
            return Some(format!("what is due is denied: {}", problem.detail));
        }
        let again = self.context(log, key, &Actor::System, Some(id), Command::Due, society);
        match decide(&self.state, &again, &society.policy) {
            Ok(events) if events.is_empty() => None,
            found => Some(format!("what is due is due again straight after it was done: {found:?}")),
        }
    }

    fn answer(
        &mut self,
        log: &Log,
        person: usize,
        submission: &Rc<Submission>,
        society: &Society,
        planted: Option<Planted>,
    ) -> Reply<Accepted> {
        let key = (person, submission.id);
        let of_batch = self.replies.iter().find(|(other, _)| *other == key).map(|(_, kept)| kept);
        let kept = of_batch.or_else(|| log.replies.get(&key)).filter(|_| planted != Some(Planted::NoReplies));
        if let Some(kept) = kept {
            let same = kept.submission.request == submission.request;
            return if same { kept.reply.clone() } else { problem(ErrorCode::KeyReused) };
        }
        match self.write_one(log, person, submission, society) {
            Ok(accepted) => {
                let reply = Reply { status: 200, retry_after: None, body: Body::Value(accepted) };
                self.replies.push((key, Kept { submission: submission.clone(), reply: reply.clone() }));
                reply
            }
            Err(refusal) => problem(refusal),
        }
    }

    fn write_one(
        &mut self,
        log: &Log,
        person: usize,
        submission: &Submission,
        society: &Society,
    ) -> Result<Accepted, ApiError> {
        let (actor, id) = (&society.actors[person], submission.id);
        let incident = submission.request.incident(id);
        let command = parse(submission.request.clone(), society, self.now)?;
        let opens = matches!(command, Command::Declare(_) | Command::Open(_));
        let events = self.decide(log, id, actor, incident, command.clone(), society)?;
        self.references += u64::from(opens);
        let seq = last_seen(&events, &actor.viewer()).unwrap_or_default();
        let receipt = incident
            .and_then(|id| self.state.incidents.get(&id))
            .map(|i| receipt(i, &command, actor, &society.policy, seq));
        Ok(match receipt {
            Some(Receipt { incident, reference, seq, answer_by, csm }) => {
                Accepted { seq, incident: Some(incident), reference: Some(reference), answer_by, csm }
            }
            None => Accepted { seq, incident: None, reference: None, answer_by: None, csm: None },
        })
    }

    fn decide(
        &mut self,
        log: &Log,
        id: CommandId,
        actor: &Actor,
        incident: Option<IncidentId>,
        command: Command,
        society: &Society,
    ) -> Result<Vec<Event>, ApiError> {
        let context = self.context(log, id, actor, incident, command, society);
        let events = decide(&self.state, &context, &society.policy).map_err(denied)?;
        for event in &events {
            self.state.apply(event);
            self.last = event.seq;
        }
        self.events.extend(events.iter().cloned());
        Ok(events)
    }

    fn context(
        &self,
        log: &Log,
        id: CommandId,
        actor: &Actor,
        incident: Option<IncidentId>,
        command: Command,
        society: &Society,
    ) -> CommandContext {
        let named = match &command {
            Command::Incident(IncidentCommand::Invite(Invitee::Person(who)))
            | Command::Incident(IncidentCommand::AssignRole { person: Some(who), .. }) => Some(who),
            _ => None,
        };
        let terms = match actor {
            Actor::Customer { account, .. } => society.terms(&account.id),
            Actor::Staff { .. } | Actor::System => callpoint_core::model::policy::Terms::default(),
        };
        CommandContext {
            id,
            actor: actor.clone(),
            incident,
            colleague: named.and_then(|who| society.colleague(actor, who)),
            command,
            last: self.last,
            reference: format!("NW-{}", self.references),
            terms,
            csm: None,
            report: incident.and_then(|id| log.report_of(id)),
            attachments: Vec::new(),
            now: self.now,
        }
    }
}

/// A request as the server's routes understand it.
fn parse(request: Request, society: &Society, now: Time) -> Result<Command, ApiError> {
    let policy = &society.policy;
    Ok(match request {
        Request::Report(draft) => {
            Command::Declare(Box::new(Report::parse(draft, &policy.scheme, &policy.classes, &policy.fields)?))
        }
        Request::Opening(opening) => Command::Open(Box::new(opening.parse(policy, now)?)),
        Request::Incident(_, command) => Command::Incident(command.parse(policy, now)?),
        Request::Component(id, command) => Command::Component(id, command),
        Request::Account(id, command) => Command::Account(id, AccountCommand::parse(command)?),
    })
}
