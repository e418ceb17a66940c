//! From the log into the queue, and from the queue to the mail server: at least once, each mail with an id that is the
//! same for every try, and each by itself.

use std::{collections::BTreeMap, time::Duration};

use callpoint_core::{
    model::{
        command::Command,
        event::{Change, Event},
        id::{AccountId, CommandId, PersonId, Seq},
        incident::Incident,
        person::{Actor, Author, PersonRef, Viewer},
        time::{DAY, HOUR, MINUTE, Time},
    },
    rules::notifications::{Addressee, NotificationKind, addressees},
    text,
};
use lettre::{Address, message::Mailbox};
use tokio::sync::watch;
use uuid::Uuid;

use super::{
    MailConnector, NAME, content::ContentContext, link::MailLink, mailbox::DemoMail, message::Mail, transport::Refused,
};
use crate::{
    connect::send::shortened,
    crypto,
    engine::{feed::CHUNK, writer::WriteRequest},
    locale::Locale,
    store::{MailOutcome, QueuedMail, StoreError},
};

/// What other processes queued is noticed at this pace.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The first wait for a server that takes nothing; each one after is twice as long, up to the last.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// The longest such wait.
const LAST_WAIT: Duration = Duration::from_secs(60);

/// How many mails are looked at together.
const LIMIT: i64 = 32;

/// A try that takes longer is taken for lost, and another made.
const CLAIM: i64 = 2 * MINUTE;

/// A mail that was not taken for so long is parked.
const GIVE_UP_AFTER: i64 = 5 * DAY;

/// What was done with is known for so long.
const KEPT: i64 = 30 * DAY;

/// Whether staff may see what is sealed, for those who are not locked out.
type Security = BTreeMap<PersonId, bool>;

/// A mail with the command that caused it, and what it is for.
type QueuedFor = (CommandId, NotificationKind, QueuedMail);

/// Tells people what happens until the server ends.
pub(super) async fn run(connector: MailConnector, head: watch::Receiver<Seq>, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        () = connector.follow(head) => {}
    }
}

impl MailConnector {
    async fn follow(&self, mut head: watch::Receiver<Seq>) {
        let mut last = self.begin().await;
        let (mut moved, mut wait, mut forgotten) = (self.clock.moved(), FIRST_WAIT, Time(0));
        loop {
            head.mark_unchanged();
            moved.mark_unchanged();
            match self.round(&mut last).await {
                Ok(Ok(())) => wait = FIRST_WAIT,
                Ok(Err(why)) => {
                    tracing::warn!(why, "the mail server takes nothing; trying again");
                    tokio::time::sleep(shortened(wait)).await;
                    wait = (wait * 2).min(LAST_WAIT);
                    continue;
                }
                Err(error) => tracing::warn!(%error, "mails can't be read; trying again"),
            }
            let now = self.clock.now();
            if now.since(forgotten) > DAY {
                forgotten = now;
                if let Err(error) = self.store.forget_mails(now.plus(-KEPT)).await {
                    tracing::warn!(%error, "old mails could not be forgotten");
                }
            }
            let woken = tokio::select! {
                changed = head.changed() => changed.is_ok(),
                changed = moved.changed() => changed.is_ok(),
                () = tokio::time::sleep(POLL_INTERVAL) => true,
            };
            if !woken {
                return;
            }
        }
    }

    /// The last event that was dealt with.
    async fn begin(&self) -> Seq {
        loop {
            match self.store.connector(NAME).await {
                Ok(seq) => return seq,
                Err(error) => tracing::warn!(%error, "mails can't be read; trying again"),
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Queues what is new and sends what is due; says why if the server takes nothing just now.
    async fn round(&self, last: &mut Seq) -> Result<Result<(), String>, StoreError> {
        self.queue_new(last).await?;
        loop {
            let due = self.store.due_mails(self.clock.now(), LIMIT).await?;
            if due.is_empty() {
                return Ok(Ok(()));
            }
            let staff = self.security().await?;
            for mail in due {
                if let Err(why) = self.deliver(&mail, &staff).await? {
                    return Ok(Err(why));
                }
            }
        }
    }

    async fn security(&self) -> Result<Security, StoreError> {
        let staff = self.store.staff().await?.into_iter().filter(|member| member.revoked_at.is_none());
        Ok(staff.filter_map(|member| Some((PersonId::parse(&member.id)?, member.security))).collect())
    }

    async fn queue_new(&self, last: &mut Seq) -> Result<(), StoreError> {
        loop {
            let events = self.store.events_after(*last, CHUNK).await?;
            let Some(end) = events.last().map(|event| event.seq) else { return Ok(()) };
            let staff = self.security().await?;
            let mut mails = Vec::new();
            for event in &events {
                let Some(id) = event.incident else { continue };
                // As it was then: whoever came later is told of what comes later.
                let Some(incident) = self.store.incident_at(id, event.seq).await? else { continue };
                if !incident.drill || self.drills {
                    for to in to(event, &incident, &staff) {
                        let (account, person) = reader(&to.viewer);
                        mails.push((event.command, to.kind, self.queued(event, &incident, account, person)));
                    }
                    if let (Change::InvitedByEmail { .. }, [account]) = (&event.change, event.to.accounts()) {
                        let mail = self.queued(event, &incident, Some(account), None);
                        mails.push((event.command, NotificationKind::Invitation, mail));
                    }
                }
            }
            let mails = self.once(mails).await?;
            self.store.queue_mails(NAME, &mails, end).await?;
            *last = end;
        }
    }

    /// A reply acknowledges: whoever gets it is not told of that too.
    async fn once(&self, mails: Vec<QueuedFor>) -> Result<Vec<QueuedMail>, StoreError> {
        let mut once = Vec::new();
        for (command, kind, mail) in &mails {
            let reader = |mail: &QueuedMail| (mail.account.clone(), mail.person.clone());
            let other =
                mails.iter().find(|(of, other, to)| of == command && other != kind && reader(to) == reader(mail));
            if let (NotificationKind::Acknowledged, Some((_, other, _))) = (kind, other)
                && let Some(person) = &mail.person
                && !self.store.contact(mail.account.as_ref(), person).await?.unwanted.contains(other)
            {
                continue;
            }
            once.push(mail.clone());
        }
        Ok(once)
    }

    fn queued(
        &self,
        event: &Event,
        incident: &Incident,
        account: Option<&AccountId>,
        person: Option<&PersonId>,
    ) -> QueuedMail {
        let whose = account.map_or("", |account| account.as_str());
        let digest = crypto::digest(&format!("{whose}\u{1f}{}", person.map_or("", |person| person.as_str())));
        let now = self.clock.now();
        QueuedMail {
            id: format!("{}.{}", event.seq, digest.get(..16).unwrap_or_default()),
            seq: event.seq,
            account: account.cloned(),
            person: person.cloned(),
            queued_at: now,
            due_at: self.quiet_until(incident).unwrap_or(now),
            tries: 0,
        }
    }

    /// When mail about this incident goes out again, if it rests now.
    fn quiet_until(&self, incident: &Incident) -> Option<Time> {
        let quiet = self.quiet.as_ref()?;
        let rests = incident.effective_severity().is_some_and(|severity| severity.0 >= quiet.rank);
        quiet.end(self.clock.now()).filter(|_| rests)
    }

    /// Tries one mail. Says why if the server takes nothing just now.
    async fn deliver(&self, mail: &QueuedMail, staff: &Security) -> Result<Result<(), String>, StoreError> {
        let now = self.clock.now();
        if !self.store.claim_mail(mail, now.plus(CLAIM)).await? {
            return Ok(Ok(()));
        }
        let (outcome, away) = match self.send(mail, staff).await? {
            Ok(outcome) => (outcome, None),
            Err(Refused::Away(why)) => (MailOutcome::Again(mail.due_at), Some(why)),
            Err(Refused::Later(why)) if now.since(mail.queued_at) < GIVE_UP_AFTER => {
                let wait = (MINUTE << mail.tries.min(6)).min(HOUR);
                tracing::warn!(mail = mail.id, why, "a mail was not taken; it is sent again");
                (MailOutcome::Again(now.plus(wait)), None)
            }
            Err(Refused::Later(why) | Refused::Never(why)) => {
                tracing::warn!(mail = mail.id, why, "a mail can't be delivered; it is parked");
                (MailOutcome::Parked(why), None)
            }
        };
        self.store.end_mail(&mail.id, &outcome).await?;
        Ok(away.map_or(Ok(()), Err))
    }

    /// Makes the mail of what its reader may see by now, and hands it over.
    async fn send(&self, mail: &QueuedMail, staff: &Security) -> Result<Result<MailOutcome, Refused>, StoreError> {
        let skipped = Ok(Ok(MailOutcome::Skipped));
        let Some(event) = self.store.event(mail.seq).await? else { return skipped };
        let incident = match event.incident {
            Some(id) => self.store.incident(id).await?,
            None => None,
        };
        let Some(incident) = incident else { return skipped };
        let Some(person) = &mail.person else {
            let locale = self.language_of(&event.by).await?;
            return Ok(self.send_to_address(mail, &event, &incident, locale).await);
        };
        // As of now: it may have been sealed, answered or left alone since it was queued.
        let is_reader = |to: &Addressee| reader(&to.viewer) == (mail.account.as_ref(), Some(person));
        let Some(to) = to(&event, &incident, staff).into_iter().find(is_reader) else { return skipped };
        if let Some(until) = self.quiet_until(&incident) {
            return Ok(Ok(MailOutcome::Again(until)));
        }
        let contact = self.store.contact(mail.account.as_ref(), person).await?;
        if contact.unwanted.contains(&to.kind) {
            return skipped;
        }
        let Some(address) = contact.email.and_then(|email| email.parse::<Address>().ok()) else { return skipped };
        let sees = event.seen_by(&to.viewer).zip(incident.seen_by(&to.viewer));
        let Some((seen, facts)) = sees else { return skipped };
        let (account, kind, now) = (mail.account.as_ref(), to.kind, self.clock.now());
        let locale = Locale::of(&contact.language);
        let content = locale.speaking(|| self.context(now, account, kind).content(&seen, &facts));
        let link = MailLink { account: mail.account.clone(), person: person.clone(), kind };
        let written = Mail {
            id: &mail.id,
            incident: incident.id,
            reference: &facts.reference,
            vendor: &self.vendor,
            locale,
            why: match (account, kind) {
                (Some(_), NotificationKind::Invitation) => text::MAIL_WHY_INVITED,
                (Some(_), _) => text::MAIL_WHY,
                (None, _) => text::MAIL_WHY_STAFF,
            },
            from: &self.from,
            to: Mailbox::new(Some(to.who.name.clone()), address),
            at: now,
            content: &content,
            link: &self.links.thread(account, incident.id),
            unsubscribe: Some(&self.links.unsubscribe(&link)),
        };
        if let Err(refused) = self.hand_over(&written).await {
            return Ok(Err(refused));
        }
        if kind == NotificationKind::Reminder {
            return Ok(self.note_delivery(mail, &event, to.who).await);
        }
        Ok(Ok(MailOutcome::Sent))
    }

    /// What somebody reads, so far as it is known.
    async fn language_of(&self, author: &Author) -> Result<&'static Locale, StoreError> {
        let Author::Customer { person, account, .. } = author else { return Ok(Locale::english()) };
        Ok(Locale::of(&self.store.contact(Some(account), person).await?.language))
    }

    /// An invitation to whoever has an address, in the language of the colleague who invites them. Nobody is known who could see anything, so it says nothing of the incident.
    async fn send_to_address(
        &self,
        mail: &QueuedMail,
        event: &Event,
        incident: &Incident,
        locale: &'static Locale,
    ) -> Result<MailOutcome, Refused> {
        let (Change::InvitedByEmail { email }, Some(account)) = (&event.change, &mail.account) else {
            return Ok(MailOutcome::Skipped);
        };
        // Taken up by now, or of no use any more.
        if !incident.seal.as_ref().is_some_and(|seal| seal.addresses.contains(email)) {
            return Ok(MailOutcome::Skipped);
        }
        if let Some(until) = self.quiet_until(incident) {
            return Ok(MailOutcome::Again(until));
        }
        let address = email.parse::<Address>().map_err(|error| Refused::Never(error.to_string()))?;
        let now = self.clock.now();
        let content = locale
            .speaking(|| self.context(now, Some(account), NotificationKind::Invitation).invitation(account, incident));
        let written = Mail {
            id: &mail.id,
            incident: incident.id,
            reference: "",
            vendor: &self.vendor,
            locale,
            why: text::MAIL_WHY_INVITED,
            from: &self.from,
            to: Mailbox::new(None, address),
            at: now,
            content: &content,
            link: &self.links.thread(Some(account), incident.id),
            unsubscribe: None,
        };
        self.hand_over(&written).await.map(|()| MailOutcome::Sent)
    }

    fn context<'a>(&'a self, now: Time, account: Option<&'a AccountId>, kind: NotificationKind) -> ContentContext<'a> {
        ContentContext { vendor: &self.vendor, scheme: &self.scheme, now, account, kind }
    }

    async fn hand_over(&self, written: &Mail<'_>) -> Result<(), Refused> {
        let message = written.locale.speaking(|| written.message());
        let message = message.map_err(|error| Refused::Never(error.to_string()))?;
        let shown = DemoMail {
            at: written.at,
            to: written.to.to_string(),
            subject: written.content.subject.clone(),
            text: written.locale.speaking(|| written.text()),
            link: written.link.to_owned(),
        };
        self.server.send(message, shown).await
    }

    /// Tells the rules that a reminder was taken: only now may silence count. If that fails, the mail is sent again.
    async fn note_delivery(&self, mail: &QueuedMail, event: &Event, to: PersonRef) -> Result<MailOutcome, Refused> {
        let lost = |why: &str| Refused::Away(format!("that a reminder was delivered could not be written: {why}"));
        let Some(account) = mail.account.clone() else { return Ok(MailOutcome::Sent) };
        let random = crypto::random().map_err(|error| lost(&error.to_string()))?;
        let random = random.first_chunk::<16>().map_or(0, |bytes| Uuid::from_bytes(*bytes).as_u128());
        let write = WriteRequest {
            key: CommandId::new(self.clock.now(), random),
            actor: Actor::System,
            tier: None,
            incident: event.incident,
            command: Command::ReminderDelivered { account, reminder: event.seq, to },
            attachments: Vec::new(),
            digest: String::new(),
        };
        self.writer.write(write).await.map(|_| MailOutcome::Sent).map_err(|problem| lost(&problem.detail))
    }
}

/// Everybody whom an event is mailed to.
fn to(event: &Event, incident: &Incident, staff: &Security) -> Vec<Addressee> {
    addressees(event, incident, |person| staff.get(person).copied())
}

/// Whose eyes these are.
const fn reader(viewer: &Viewer) -> (Option<&AccountId>, Option<&PersonId>) {
    match viewer {
        Viewer::Customer { person, account } => (Some(account), Some(person)),
        Viewer::Staff { person, .. } => (None, Some(person)),
        Viewer::Anonymous => (None, None),
    }
}
