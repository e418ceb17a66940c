//! What stands above the timeline: severity and reasons, the stakes with their keys, the commander, the seal.

use callpoint_core::model::{
    event::{Audience, Change, Consent},
    id::PersonId,
    incident::{Incident, Overdue, RoleAssignment, SeveritySuggestion, Status},
    person::Seal,
    policy::{COMMANDER, Engagement, SilenceLimit, Terms},
    severity::{RaiseCause, Severity},
    stake::{Closure, Downgrade, Stake},
    time::{DAY, HOUR, MINUTE},
};

use callpoint_core::wire::protocol::You;

use super::{
    Fixture, NOW, account, acme, ada, entries, event, id, incident, named, on_terms, quiet, staff, stake, told,
};
use crate::composer::draft::ComposerDraft;

fn proposed(minutes_left: Option<i64>, reminded: bool) -> Closure {
    let until = minutes_left.map(|minutes| NOW.plus(minutes * MINUTE));
    Closure::Proposed { at: NOW.plus(-30 * MINUTE), until, reminder: reminded.then_some(9), reminded }
}

/// One account of each engagement and each key, in an order that is not the one they are shown in.
fn every_key() -> Incident {
    use Engagement::{Advisory, CustomerLed, Shared};
    let one = |key: &str, engagement, closure| Stake {
        unanswered_since: None,
        terms: on_terms(engagement),
        closure,
        ..stake(account(key, &key.to_uppercase()), 2, 42)
    };
    let mut incident = quiet(1, "Pipelines stand still", 2);
    incident.stakes = vec![
        one("confirmed", Advisory, Closure::Confirmed(NOW.plus(-MINUTE))),
        one("waived", Advisory, Closure::Waived(NOW.plus(-MINUTE))),
        one("timed-out", Shared, Closure::TimedOut(NOW.plus(-MINUTE))),
        one("open", Advisory, Closure::Open),
        one("waits", Shared, proposed(Some(41 * 60), false)),
        one("soon", Shared, proposed(Some(11), true)),
        one("endless", CustomerLed, proposed(None, false)),
        Stake { disputes: 2, csm: None, ..one("disputed", CustomerLed, Closure::Open) },
    ];
    incident
}

/// The accounts in the order of their rows.
fn order(facts: &str) -> Vec<&str> {
    facts
        .split("<strong dir=\"auto\">")
        .skip(1)
        .filter_map(|row| row.split_once(" reported"))
        .map(|row| row.0)
        .collect()
}

#[test]
fn each_stake_shows_its_key_and_its_engagement() {
    insta::assert_snapshot!("stakes", Fixture::looking(every_key(), entries()).facts());
}

#[test]
fn who_disputes_stands_first_and_then_who_is_waited_for() {
    let facts = Fixture::with(vec![every_key()]).facts();
    let rows = ["DISPUTED", "WAITS", "SOON", "ENDLESS", "OPEN", "CONFIRMED", "WAIVED", "TIMED-OUT"];
    assert_eq!(order(&facts), rows, "{facts}");
}

#[test]
fn a_key_that_waits_says_when_it_counts_or_that_it_never_does() {
    let facts = |engagement, closure| {
        let mut incident = quiet(1, "x", 2);
        incident.stakes[0] = Stake { terms: on_terms(engagement), closure, ..incident.stakes[0].clone() };
        Fixture::with(vec![incident]).facts().replace('\u{a0}', " ")
    };
    let shared = facts(Engagement::Shared, proposed(Some(41 * 60), false));
    assert!(shared.contains("closes in 41 h") && !shared.contains("reminded"), "{shared}");
    let soon = facts(Engagement::Shared, proposed(Some(11), true));
    assert!(soon.contains("closes in 11:00, reminded"), "{soon}");
    let led = facts(Engagement::CustomerLed, proposed(None, false));
    assert!(led.contains("no timeout"), "{led}");
}

#[test]
fn what_was_agreed_since_is_said_beside_what_holds() {
    let mut fixture = Fixture::with(vec![quiet(1, "x", 2)]);
    assert!(!fixture.facts().contains("for new incidents"));
    fixture.client.cache.state.terms.insert(acme().id, on_terms(Engagement::CustomerLed));
    let facts = fixture.facts();
    assert!(facts.contains("Customer-led for new incidents") && facts.contains(">Advisory<"), "{facts}");
}

#[test]
fn only_where_the_engagement_allows_can_staff_close_for_an_account() {
    let facts = |engagement| {
        let mut incident = quiet(1, "x", 2);
        incident.stakes[0].terms = on_terms(engagement);
        Fixture::with(vec![incident]).facts()
    };
    assert!(facts(Engagement::Advisory).contains(">Close</button>"));
    for (engagement, why) in
        [(Engagement::Shared, "Customer or timeout closes"), (Engagement::CustomerLed, "Only customer can close")]
    {
        let drawn = facts(engagement);
        assert!(drawn.contains(why) && !drawn.contains(">Close</button>"), "{drawn}");
    }
}

#[test]
fn an_executive_can_close_for_an_account_that_leads_after_the_silence_that_was_configured() {
    let facts = |executive, minutes: i64, reminders| {
        let mut incident = quiet(1, "x", 2);
        let silence_limit = Some(SilenceLimit { days: 1, reminders: 2 });
        let stake = &mut incident.stakes[0];
        stake.terms = Terms { silence_limit, ..on_terms(Engagement::CustomerLed) };
        let at = NOW.plus(-minutes * MINUTE);
        stake.closure = Closure::Proposed { at, until: None, reminder: Some(9), reminded: true };
        (stake.reminders, stake.unanswered_since) = (reminders, None);
        let mut fixture = Fixture::with(vec![incident]);
        fixture.reader.you = You { executive, ..(*fixture.reader.you).clone() }.into();
        fixture.facts().replace('\u{a0}', " ")
    };
    assert!(facts(true, 24 * 60, 2).contains(">Close</button>"));
    for drawn in [facts(false, 24 * 60, 2), facts(true, 23 * 60, 2), facts(true, 24 * 60, 1)] {
        assert!(drawn.contains("or an executive after 24 hours (reminders delivered: "), "{drawn}");
        assert!(!drawn.contains(">Close</button>"), "{drawn}");
    }
}

#[test]
fn a_pending_downgrade_says_when_it_counts_and_why_it_was_asked() {
    let asked = |until| {
        let mut incident = told();
        let reason = "One region only.".to_owned();
        incident.stakes[0].downgrade =
            Some(Downgrade { severity: Severity(3), reason, at: NOW, until, reminder: None, reminded: false });
        Fixture::looking(incident, entries()).facts().replace('\u{a0}', " ")
    };
    let shared = asked(Some(NOW.plus(3 * HOUR + 12 * MINUTE)));
    insta::assert_snapshot!("downgrade", shared);
    assert!(shared.contains("Proposed SEV3, takes effect in 3 h 12 min"), "{shared}");
    assert!(asked(None).contains("Proposed SEV3, waiting for their reply"));
}

#[test]
fn the_level_that_counts_says_whose_word_it_is() {
    let says = |change: fn(&mut Incident)| {
        let mut incident = told();
        change(&mut incident);
        Fixture::with(vec![incident]).facts()
    };
    let declared = says(|_| {});
    assert!(declared.contains("SEV1 (set by Acme Robotics)"), "{declared}");
    assert!(declared.contains("Our assessment: SEV2") && declared.contains("One region."), "{declared}");
    let judged = says(|incident| incident.stakes[0].declared = Severity(3));
    assert!(judged.contains("SEV2 (our assessment)"), "{judged}");
    assert!(judged.contains("Effective severity: SEV2"), "{judged}");
    let lowered = says(|incident| incident.stakes[0].lowered = Some(Severity(3)));
    assert!(lowered.contains("SEV3 after agreed downgrade (Acme Robotics)"), "{lowered}");
    let nobody = says(|incident| (incident.stakes, incident.assessment) = (Vec::new(), None));
    assert!(nobody.contains("No severity yet"), "{nobody}");
}

#[test]
fn what_was_lowered_says_by_whose_consent() {
    let says = |consent| {
        let mut incident = told();
        incident.stakes[0].lowered = Some(Severity(2));
        let (account, reason) = (acme().id, "One region.".to_owned());
        let change = Change::Lowered { account, severity: Severity(2), reason, consent };
        let mut entries = entries();
        entries.push(event(6, staff(), Audience::Account(acme().id), change));
        Fixture::looking(incident, entries).facts()
    };
    assert!(says(Consent::Vendor).contains("Lowered to SEV2 by us"));
    assert!(says(Consent::Account).contains("Lowered to SEV2: they agreed"));
    assert!(says(Consent::Silence).contains("Lowered to SEV2: no reply"));
}

#[test]
fn what_the_rules_advise_is_taken_with_one_press() {
    let mut incident = quiet(1, "x", 2);
    incident.advice = Some(SeveritySuggestion { severity: Severity(1), cause: RaiseCause::Accounts });
    let open = Fixture::with(vec![incident.clone()]).facts();
    assert!(open.contains("Suggested: SEV1. Several customers are affected."), "{open}");
    assert!(open.contains(">Apply</button>"), "{open}");
    incident.status = Status::Resolved;
    assert!(!Fixture::with(vec![incident]).facts().contains(">Apply<"));
}

#[test]
fn how_far_an_account_has_read_is_said_of_what_it_can_see() {
    let read_to = |seq| {
        let mut incident = told();
        incident.stakes[0].read_to = seq;
        Fixture::looking(incident, entries()).facts()
    };
    assert!(read_to(0).contains("Not read by them yet"));
    // The second entry is a note of staff: who has read as far has read the first.
    assert!(read_to(2).contains("Read by them up to -1m"));
    assert!(read_to(5).contains("<span dir=\"auto\" class=\"read\">Read by them</span>"));
}

#[test]
fn nobody_commands_is_said_until_somebody_does() {
    let mut incident = quiet(1, "Pipelines stand still", 1);
    incident.roles.clear();
    insta::assert_snapshot!("no_commander", Fixture::with(vec![incident.clone()]).facts());
    incident.roles = vec![RoleAssignment { role: COMMANDER.into(), by: named("theo", "Theo Brandt") }];
    incident.war_room = Some("https://meet.example/nw-4101".into());
    let led = Fixture::with(vec![incident.clone()]).facts();
    assert!(!led.contains("No incident commander") && led.contains("commander: Theo Brandt"), "{led}");
    assert!(led.contains("rel=\"noopener noreferrer\"") && led.contains("https://meet.example/nw-4101"), "{led}");
    incident.war_room = Some("javascript:alert(1)".into());
    assert!(!Fixture::with(vec![incident]).facts().contains("javascript:"));
}

#[test]
fn a_sealed_incident_says_whom_it_is_open_to_and_can_be_unsealed() {
    let mut incident = Incident { publication: None, ..told() };
    let invited = vec![PersonId::parse("ben").unwrap(), PersonId::parse("cy").unwrap()];
    let (addresses, staff) = (vec!["dan@acme.example".into()], vec![PersonId::parse("zoe").unwrap()]);
    incident.seal = Some(Seal { reporter: PersonId::parse("ada"), invited, addresses, staff });
    let mut entries = entries();
    entries.truncate(4);
    let who = named("ben", "Ben Ode");
    entries.push(event(5, ada(), Audience::Account(acme().id), Change::Invited { who, report: None }));
    let looking = Fixture::looking(incident, entries);
    let barred = looking.facts();
    assert!(!barred.contains(">Unseal</button>") && !barred.contains(">Give access</button>"), "{barred}");
    let facts = looking.with_security().facts();
    let open_to =
        "Sealed: only the reporter, Ben Ode, cy, zoe, dan@acme.example (invited, hasn't signed in yet) and the";
    assert!(facts.contains(open_to) || facts.contains(&open_to.replace('\'', "&#x27;")), "{facts}");
    assert!(
        facts.contains(">Give access</button>")
            && facts.contains(">Unseal</button>")
            && !facts.contains(">Merge</button>"),
        "{facts}"
    );
    insta::assert_snapshot!("sealed", facts);
}

#[test]
fn what_was_merged_leads_to_where_it_goes_on_and_takes_no_words() {
    let mut merged = incident(1, "Pipelines stand still", 1, 42);
    (merged.merged_into, merged.status) = (Some(id(2)), Status::Resolved);
    let drawn = Fixture::with(vec![merged, incident(2, "Nothing builds", 1, 60)]).incident(&ComposerDraft::default());
    insta::assert_snapshot!("merged", drawn);
}

#[test]
fn a_rehearsal_and_what_is_late_stand_on_top() {
    let mut incident = quiet(1, "x", 2);
    incident.drill = true;
    incident.overdue = Overdue { acknowledge: true, promise: true, update: true, commander: false };
    (incident.others_affected, incident.paused_until) = (true, Some(NOW.plus(DAY)));
    incident.workaround = Some("Export by hand.".into());
    let facts = Fixture::with(vec![incident]).facts();
    for words in [
        "Drill: everything runs as usual",
        "First response overdue",
        "Missed update",
        "Update overdue",
        "Each account knows that other customers are affected too",
        "Paused until 1440m",
        "Export by hand.",
    ] {
        assert!(facts.contains(words), "{words}: {facts}");
    }
    insta::assert_snapshot!("drill", facts);
}
