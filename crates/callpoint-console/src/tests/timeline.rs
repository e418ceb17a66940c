//! Lines of the timeline that staff alone have, or read in other words.

use callpoint_core::{
    client::Input,
    model::{
        command::IncidentCommand,
        event::{Audience, Change, Duty, Page, PageCause, PageOutcome, PageStep, PageTarget},
        id::{CommandId, PersonId},
        person::Author,
        policy::SERVICE,
        severity::{RaiseCause, Severity},
        time::MINUTE,
    },
    wire::protocol::{Request, Submission},
};

use super::{Fixture, NOW, acme, entries, event, id, named, staff, told};
use crate::composer::draft::ComposerDraft;

/// What is drawn of the timeline when this came last.
fn after(by: Author, to: Audience, change: Change) -> String {
    let mut entries = entries();
    entries.push(event(6, by, to, change));
    let drawn = Fixture::looking(told(), entries).incident(&ComposerDraft::default());
    drawn.split_once("<ol class=\"timeline\">").unwrap().1.split_once("</ol>").unwrap().0.to_owned()
}

fn system(to: Audience, change: Change) -> String {
    after(Author::System, to, change)
}

#[test]
fn staff_read_whom_was_asked_to_come_and_what_for() {
    let handled = |whom, cause, outcome| {
        let to = if matches!(whom, PageTarget::Account(_)) { Audience::Account(acme().id) } else { Audience::Internal };
        let connector = if outcome == PageOutcome::NoConnector { String::new() } else { "webhook".to_owned() };
        system(
            to,
            Change::PageHandled {
                page: 5,
                of: Page { whom, severity: Severity(1), cause, step: None },
                outcome,
                connector,
            },
        )
    };
    let on_call = || PageTarget::OnCall(SERVICE.into());
    let delivered = handled(on_call(), PageCause::Declared, PageOutcome::Delivered);
    assert!(delivered.contains("Paged on-call (service): SEV1 reported. Delivered to webhook."), "{delivered}");
    let owner = handled(PageTarget::Staff(named("theo", "Theo Brandt")), PageCause::Raised, PageOutcome::Undelivered);
    assert!(owner.contains("Couldn't page Theo Brandt: raised to SEV1. Not delivered to webhook."), "{owner}");
    let nobody = handled(on_call(), PageCause::Overdue, PageOutcome::NoConnector);
    assert!(nobody.contains("Nobody could be paged: no connector is set up."), "{nobody}");
    let own = handled(PageTarget::Account(acme().id), PageCause::Disputed, PageOutcome::Delivered);
    assert!(own.contains("Paged Acme Robotics's on-call team: fix disputed, SEV1"), "{own}");
    let step = |number, repeat| PageStep { number, of: 3, repeat, repeats: 2, next_at: NOW.plus(5 * MINUTE) };
    let again = |number, repeat| {
        let (whom, step) = (on_call(), Some(step(number, repeat)));
        let of = Page { whom, severity: Severity(1), cause: PageCause::Unattended, step };
        let (outcome, connector) = (PageOutcome::Delivered, "webhook".to_owned());
        system(Audience::Internal, Change::PageHandled { page: 5, of, outcome, connector })
    };
    let second = again(2, 0);
    assert!(second.contains("no activity since it was acknowledged, SEV1, step 2 of 3. Delivered"), "{second}");
    assert!(again(1, 2).contains("SEV1, step 1 of 3, repeat 2 of 2. Delivered"));
    let page = Page { whom: on_call(), severity: Severity(1), cause: PageCause::Declared, step: None };
    let requested = system(Audience::Internal, Change::Paged(page));
    assert!(!requested.contains("aged"), "nothing is said before it is known: {requested}");
    assert!(!own.contains("Your own"), "{own}");
}

#[test]
fn staff_read_what_the_rules_advise_and_what_nobody_does() {
    let advised = system(Audience::Internal, Change::Advised { severity: Severity(1), cause: RaiseCause::Accounts });
    assert!(advised.contains("Suggested: SEV1. Several customers are affected."), "{advised}");
    let overdue = system(Audience::Internal, Change::Overdue { duty: Duty::Commander });
    assert!(overdue.contains("No incident commander"), "{overdue}");
    let url = "https://meet.example/".to_owned();
    assert!(after(staff(), Audience::Internal, Change::WarRoomSet { url }).contains("set the war room"));
}

#[test]
fn staff_read_the_name_of_the_account_where_it_reads_you() {
    let to = || Audience::Account(acme().id);
    let waived = after(staff(), to(), Change::Waived { account: acme().id, reason: "No answer by phone.".into() });
    assert!(waived.contains("closed this for Acme Robotics") && waived.contains("No answer by phone."), "{waived}");
    let stake = Box::new(told().stakes[0].clone());
    let joined = after(staff(), to(), Change::Joined { stake, text: String::new() });
    assert!(joined.contains("Acme Robotics is also affected (SEV1)"), "{joined}");
}

#[test]
fn what_is_read_and_who_follows_is_no_line() {
    let to = || Audience::Account(acme().id);
    let (account, who) = (acme().id, named("ben", "Ben Ode"));
    let before = Fixture::told().incident(&ComposerDraft::default()).matches("class=\"entry ").count();
    for change in [
        Change::Read { account: Some(account.clone()), seq: 3 },
        Change::Followed { account, who, follows: true },
        Change::Revealed { to: None, incident: Box::new(told()) },
        Change::Withdrawn {},
    ] {
        assert_eq!(system(to(), change.clone()).matches("class=\"entry ").count(), before, "{change:?}");
    }
}

#[test]
fn words_that_name_whoever_looks_are_marked() {
    let said = |person: &str| Change::Said {
        text: "@Mara Lind, please look.".into(),
        mentions: vec![PersonId::parse(person).unwrap()],
        attachments: Vec::new(),
    };
    let other =
        || Author::Staff { person: PersonId::parse("theo").unwrap(), name: "Theo".into(), title: "Lead".into() };
    assert!(after(other(), Audience::Internal, said("mara")).contains("mentions you"));
    assert!(!after(other(), Audience::Internal, said("zoe")).contains("mentions you"));
}

#[test]
fn a_merged_incident_leads_on_from_its_line() {
    let merged = after(staff(), Audience::Public, Change::Merged { into: id(2), reference: "NW-4102".into() });
    assert!(merged.contains("Merged into NW-4102") && merged.contains(">Open NW-4102</button>"), "{merged}");
    // The incident that goes on has the other's entries, and this line among them.
    let here = after(staff(), Audience::Public, Change::Merged { into: id(1), reference: "NW-4101".into() });
    assert!(here.contains("merged another incident into this one") && !here.contains("NW-4101"), "{here}");
}

#[test]
fn what_is_on_its_way_says_what_was_asked_and_how_far_it_reaches() {
    let mut fixture = Fixture::told();
    let mut send = |number, command| {
        let request = Request::Incident(id(1), command);
        fixture.client.handle(Input::Submit(Submission { id: CommandId::new(NOW, number), at: NOW, request }), NOW);
    };
    let reason = || "Because.".to_owned();
    send(90, IncidentCommand::ProposeDowngrade { account: acme().id, severity: Severity(3), reason: reason() });
    send(91, IncidentCommand::AssignRole { role: "commander".into(), person: None });
    send(92, IncidentCommand::Read { seq: 5 });
    let drawn = fixture.incident(&ComposerDraft::default());
    let echoes = drawn.split("class=\"entry echo").skip(1).collect::<Vec<_>>();
    assert_eq!(echoes.len(), 2, "{drawn}");
    assert!(echoes[0].contains("proposed SEV3") && echoes[0].contains("Acme Robotics only"));
    assert!(echoes[1].contains("Role: commander") && echoes[1].contains("1 affected account"));
}

#[test]
fn the_latest_entries_of_a_long_timeline_are_mounted_and_the_way_to_the_others() {
    let said = |seq| {
        event(
            seq,
            staff(),
            Audience::Internal,
            Change::Said { text: seq.to_string(), mentions: Vec::new(), attachments: Vec::new() },
        )
    };
    let drawn = |length| Fixture::looking(told(), (1..=length).map(said).collect()).incident(&ComposerDraft::default());
    let mounted = |drawn: &str| drawn.matches("class=\"entry ").count();
    let short = drawn(60);
    assert!(mounted(&short) == 60 && !short.contains("Show earlier"), "{short}");
    let long = drawn(61);
    assert!(mounted(&long) == 60 && long.contains("Show earlier") && !long.contains("Show later"), "{long}");
    assert!(long.contains(">61<") && !long.contains(">1<"), "{long}");
}
