//! The other side: the rules behind requests that may come twice, and a stream that starts at any event.

use std::collections::BTreeMap;

use callpoint_core::{
    client::{Accepted, Body, Codec as _, JsonCodec, Reply},
    model::{
        command::Command,
        event::Event,
        id::{AccountId, CommandId, IncidentId, PersonId},
        person::{Account, Actor},
        policy::{Policy, Terms},
        report::{Receipt, Report},
        severity::Scheme,
        time::Time,
    },
    rules::{
        decide::{CommandContext, decide},
        headline::headline,
        state::State,
    },
    wire::{
        error::{ApiError, ErrorCode},
        protocol::{Request, Snapshot, Submission, Thread, Vendor, You},
    },
};

pub fn customer() -> Actor {
    let account = Account { id: AccountId::parse("acme").unwrap(), name: "Acme".into() };
    Actor::Customer { person: PersonId::parse("ada").unwrap(), name: "Ada".into(), account }
}

pub fn staff() -> Actor {
    let (name, title) = ("Mara".into(), "CSM".into());
    Actor::Staff { person: PersonId::parse("mara").unwrap(), name, title, security: false }
}

/// The server as far as one client meets it.
#[derive(Default)]
pub struct Server {
    pub state: State,
    pub log: Vec<Event>,
    pub answered: BTreeMap<CommandId, Reply<Accepted>>,
    pub received: Vec<CommandId>,
}

impl Server {
    pub fn post(&mut self, submission: &Submission, actor: &Actor, now: Time) -> Reply<Accepted> {
        if let Some(answer) = self.answered.get(&submission.id) {
            return answer.clone();
        }
        let policy = Policy::of(Scheme::preset("sev1-3").unwrap());
        let incident = submission.request.incident(submission.id);
        let command = match submission.request.clone() {
            Request::Report(draft) => match Report::parse(draft, &policy.scheme, &policy.classes, &policy.fields) {
                Ok(report) => Command::Declare(Box::new(report)),
                Err(invalid) => return problem(invalid.into()),
            },
            Request::Incident(_, command) => match command.parse(&policy, now) {
                Ok(command) => Command::Incident(command),
                Err(invalid) => return problem(invalid.into()),
            },
            Request::Opening(opening) => Command::Open(opening),
            Request::Component(id, command) => Command::Component(id, command),
            Request::Account(id, command) => Command::Account(id, command),
        };
        let last = self.log.len() as u64;
        let reference = format!("NW-{last}");
        let (id, actor, terms) = (submission.id, actor.clone(), Terms::default());
        let order = CommandContext {
            id,
            actor,
            incident,
            command,
            last,
            reference,
            terms,
            csm: None,
            colleague: None,
            report: None,
            attachments: Vec::new(),
            now,
        };
        let events = match decide(&self.state, &order, &policy) {
            Ok(events) => events,
            Err(denied) => return problem(denied.into()),
        };
        events.iter().for_each(|event| self.state.apply(event));
        self.log.extend(events);
        let id = incident.unwrap();
        let reference = self.state.incidents[&id].reference.clone();
        let receipt = Receipt { incident: id, reference, seq: self.log.len() as u64, answer_by: None, csm: None };
        let answer = JsonCodec.reply(201, &JsonCodec.encode(&receipt), None);
        self.answered.insert(submission.id, answer.clone());
        self.received.push(submission.id);
        answer
    }

    pub fn snapshot(&self, now: Time) -> String {
        let viewer = customer().viewer();
        let state = self.state.seen_by(&viewer);
        let Actor::Customer { person, name, account } = customer() else { unreachable!() };
        let snapshot = Snapshot {
            seq: self.log.len() as u64,
            now,
            vendor: Vendor {
                name: "Northwind".into(),
                scheme: Scheme::preset("sev1-3").unwrap(),
                classes: Vec::new(),
                fields: Vec::new(),
                roles: Vec::new(),
                escalations: Vec::new(),
            },
            you: You {
                person: Some(person),
                name,
                account: Some(account),
                staff: false,
                security: false,
                executive: false,
                guest: false,
            },
            headline: headline(state.components.values(), state.incidents.values()),
            components: state.components.into_iter().map(|(_, value)| value).collect(),
            incidents: state.incidents.into_iter().map(|(_, value)| value).collect(),
        };
        format!("event: reset\nid: {}\ndata: {}\n\n", self.log.len(), serde_json::to_string(&snapshot).unwrap())
    }

    pub fn frames(&self, after: u64) -> String {
        let viewer = customer().viewer();
        let later = self.log.iter().filter(|event| event.seq > after).filter_map(|event| event.seen_by(&viewer));
        later.map(|e| format!("id: {}\ndata: {}\n\n", e.seq, serde_json::to_string(&e).unwrap())).collect()
    }

    pub fn thread(&self, id: IncidentId) -> Reply<Thread> {
        let viewer = customer().viewer();
        let Some(incident) = self.state.incidents.get(&id).and_then(|i| i.seen_by(&viewer)) else {
            return problem(ErrorCode::NotFound.into());
        };
        let of_it = self.log.iter().filter(|event| event.incident == Some(id));
        let entries = of_it.filter_map(|event| event.seen_by(&viewer)).collect();
        let thread = Thread { seq: self.log.len() as u64, incident, entries };
        JsonCodec.reply(200, &JsonCodec.encode(&thread), None)
    }
}

pub fn problem<T>(problem: ApiError) -> Reply<T> {
    Reply { status: problem.status, retry_after: None, body: Body::Problem(problem) }
}

/// A status without a body that can be read.
pub fn bare<T>(status: u16, retry_after: Option<i64>) -> Reply<T> {
    Reply { status, retry_after, body: Body::Unreadable }
}
