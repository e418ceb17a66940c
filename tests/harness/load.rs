//! People who report without a pause, as the product's clients do: each report has a key, and is sent again under it
//! until the server has answered that it is there.

use std::{collections::BTreeMap, io::Write as _, time::Duration};

use callpoint_core::{
    model::{
        event::Change,
        id::CommandId,
        report::{Receipt, ReportDraft},
        severity::Severity,
    },
    wire::protocol::Request,
};
use callpoint_server::{
    clock::Clock,
    http::auth::{CustomerClaims, TokenKeys},
    store::Store,
};
use tokio::{sync::watch, task::JoinSet};

use crate::{Person, SECRET, key};

/// Whoever hears nothing for so long asks again.
const PATIENCE: Duration = Duration::from_secs(3);

/// Clients wait before they try again; these wait so long.
const RETRY: Duration = Duration::from_millis(50);

/// Somebody of a small account of their own, by a token of the tests' vendor, with a connection for each request.
pub fn reporter(origin: &str, number: usize) -> Person {
    let (sub, account) = (format!("reporter-{number}"), format!("account-{number}"));
    let claims = CustomerClaims::new(&sub, "Ada Marsh", (&account, "Acme"), Clock::default().now(), 600);
    let mut person = Person::with_token(origin, &TokenKeys::new(SECRET, 0).mint(&claims).unwrap());
    person.client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    person
}

/// What people hold a receipt for, by its key.
pub type Acknowledged = BTreeMap<CommandId, Receipt>;

/// Reports on their way.
pub struct Load {
    acknowledged: watch::Receiver<Acknowledged>,
    stop: watch::Sender<bool>,
    people: JoinSet<()>,
}

impl Load {
    /// These people begin to report.
    pub fn start(people: impl IntoIterator<Item = Person>) -> Self {
        let (told, acknowledged) = watch::channel(Acknowledged::new());
        let stop = watch::Sender::new(false);
        let people = people.into_iter().map(|person| keep_reporting(person, told.clone(), stop.subscribe()));
        Self { acknowledged, people: people.collect(), stop }
    }

    /// What they hold a receipt for by now.
    pub fn acknowledged(&self) -> Acknowledged {
        self.acknowledged.borrow().clone()
    }

    /// Waits until so many more were acknowledged.
    pub async fn goes_on(&mut self, reports: usize) {
        let wanted = self.acknowledged.borrow().len() + reports;
        let going_on = self.acknowledged.wait_for(|acknowledged| acknowledged.len() >= wanted);
        let went_on = tokio::time::timeout(Duration::from_secs(120), going_on).await;
        drop(went_on.expect("reports are acknowledged").unwrap());
    }

    /// Everybody finishes the report that they are at.
    pub async fn stop(mut self) -> Acknowledged {
        self.stop.send_replace(true);
        while let Some(person) = self.people.join_next().await {
            person.unwrap();
        }
        self.acknowledged.borrow().clone()
    }
}

async fn keep_reporting(person: Person, told: watch::Sender<Acknowledged>, stop: watch::Receiver<bool>) {
    let draft = ReportDraft {
        what: "Builds wait for a runner and never start.".to_owned(),
        severity: Some(Severity(2)),
        ..ReportDraft::default()
    };
    let request = Request::Report(draft);
    while !*stop.borrow() {
        let key = key();
        let receipt = until_answered(&person, key, &request).await;
        told.send_modify(|acknowledged| drop(acknowledged.insert(key, receipt)));
    }
}

async fn until_answered(person: &Person, key: CommandId, request: &Request) -> Receipt {
    loop {
        match person.try_to_ask(key, request, PATIENCE).await {
            Some(answer) if answer.status == 201 => return answer.json(),
            Some(answer) => assert!([429, 503, 502, 504].contains(&answer.status), "{} {}", answer.status, answer.body),
            None => {}
        }
        tokio::time::sleep(RETRY).await;
    }
}

/// What became of reports in a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many are there.
    pub present: usize,
    /// How many of the acknowledged are not, or are another incident than their receipt says.
    pub lost: usize,
    /// How many are there more than once, acknowledged or not.
    pub doubled: usize,
}

impl Tally {
    /// Looks for each of them.
    pub async fn of(store: &Store, acknowledged: &Acknowledged) -> Self {
        let mut found = BTreeMap::new();
        let mut tally = Self::default();
        let mut last = 0;
        loop {
            let events = store.events_after(last, 500).await.unwrap();
            let Some(end) = events.last() else { break };
            last = end.seq;
            for event in events.iter().filter(|event| matches!(event.change, Change::Declared { .. })) {
                tally.present += 1;
                tally.doubled += usize::from(found.insert(event.command, event.incident).is_some());
            }
        }
        let is_there = |(key, receipt): &(_, &Receipt)| found.get(*key) == Some(&Some(receipt.incident));
        tally.lost = acknowledged.iter().filter(|report| !is_there(report)).count();
        tally
    }

    /// That none is lost or doubled.
    pub fn assert_once(self) {
        assert_eq!((self.lost, self.doubled), (0, 0), "lost and doubled of {} reports", self.present);
    }
}

/// A row of the table that `cargo xtask chaos` collects; on a line of its own, whatever the test runner has begun.
pub fn print_row(row: &str) {
    std::io::stdout().write_all(format!("\n{row}\n").as_bytes()).unwrap();
}
