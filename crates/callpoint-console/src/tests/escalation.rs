//! The escalation policies, and where that of an incident stands.

use callpoint_core::{
    model::{
        escalation::{EscalationPolicy, EscalationStep, StepTarget},
        event::{Page, PageCause, PageStep, PageTarget},
        incident::Incident,
        severity::Severity,
        stake::Closure,
        time::MINUTE,
    },
    rules::paging::Paging,
};
use yew::prelude::*;

use super::{Fixture, NOW, incident, named, quiet, seal};
use crate::queue::policies::EscalationPolicies;

fn policy() -> EscalationPolicy {
    let staff = StepTarget::Staff { who: named("theo", "Theo Brandt"), security: false };
    EscalationPolicy {
        classes: Vec::new(),
        levels: vec![Severity(1)],
        steps: vec![
            EscalationStep { page: vec![StepTarget::OnCall, StepTarget::Owners], minutes: 5 },
            EscalationStep { page: vec![StepTarget::Schedule("secondary".into()), staff], minutes: 10 },
        ],
        repeats: 2,
        again_minutes: 90,
    }
}

fn configured(incidents: Vec<Incident>) -> Fixture {
    let mut fixture = Fixture::with(incidents);
    let mut vendor = (*fixture.reader.vendor).clone();
    vendor.escalations = vec![policy()];
    fixture.reader.vendor = vendor.into();
    fixture
}

/// Its step of the policy was paged a minute ago.
fn paged(incident: Incident, number: u8, repeat: u8) -> Incident {
    let step = PageStep { number, of: 2, repeat, repeats: 2, next_at: NOW.plus(4 * MINUTE) };
    let whom = PageTarget::OnCall(incident.class.clone());
    let page = Page { whom, severity: Severity(1), cause: PageCause::Declared, step: Some(step) };
    let at = NOW.plus(-MINUTE);
    let paging = Paging {
        page,
        at,
        acknowledged_at: None,
        active_at: at,
        commander_called: false,
        no_connector: false,
        open: Vec::new(),
    };
    Incident { paging: Some(Box::new(paging)), ..incident }
}

fn acknowledged(mut incident: Incident) -> Incident {
    if let Some(paging) = &mut incident.paging {
        paging.acknowledged_at = Some(NOW);
    }
    incident
}

/// The line that says where it stands.
fn line(incident: Incident) -> String {
    let facts = configured(vec![incident]).facts().replace('\u{a0}', " ");
    let (_, line) = facts.split_once("state paging").unwrap_or_default();
    line.split("</p>").next().unwrap_or_default().to_owned()
}

fn assert_says(line: &str, words: &[&str]) {
    for words in words {
        assert!(line.contains(words), "{words}: {line}");
    }
}

#[test]
fn the_policies_are_listed_with_those_that_hold_where_none_fits() {
    insta::assert_snapshot!(configured(Vec::new()).draw(html! { <EscalationPolicies /> }));
}

#[test]
fn an_incident_says_which_policy_holds_and_which_step_follows_when_and_for_whom() {
    let top = line(paged(incident(1, "x", 1, 5), 1, 0));
    let next = "next: step 2 of 2 at 4m, on-call (secondary), Theo Brandt";
    assert_says(&top, &["Policy: SEV1 · all classes except security", "Not acknowledged: on-call (service)", next]);
    let last = line(paged(incident(1, "x", 1, 5), 2, 2));
    assert_says(&last, &["next: step 1 of 2 at 4m, on-call (service), component owners"]);
    let other = line(paged(incident(1, "x", 2, 5), 1, 0));
    assert_says(&other, &["Policy: Default", "next: step 1 of 1 at 4m, on-call (service)"]);
}

#[test]
fn an_escalation_that_does_not_run_says_why() {
    let mut paused = paged(incident(1, "x", 2, 5), 1, 0);
    paused.paused_until = Some(NOW.plus(60 * MINUTE));
    assert_says(&line(paused.clone()), &["paused until 60m, then step 1 of 1"]);
    paused.stakes[0].declared = Severity(1);
    assert_says(&line(paused), &["next: step 2 of 2 at 4m"]);
    let promised = acknowledged(paged(quiet(1, "x", 1), 1, 0));
    assert_says(&line(promised.clone()), &["Acknowledged, escalation stopped", "if the next update is missed"]);
    let silent = Incident { next_update: None, ..promised.clone() };
    assert_says(&line(silent), &["starts again after 1 h 30 min without activity"]);
    let mut asked = promised;
    asked.stakes[0].closure = Closure::Proposed { at: NOW, until: None, reminder: None, reminded: false };
    assert_says(&line(asked), &["waiting for customers to answer"]);
    let drill = Incident { drill: true, ..incident(1, "x", 1, 5) };
    assert_says(&line(drill), &["Not running: drills page no one."]);
}

#[test]
fn a_sealed_incident_names_nobody_to_whom_it_is_not_open() {
    let mut vendor = Fixture::with(Vec::new()).reader.vendor;
    let mut sealed = paged(incident(1, "x", 1, 5), 1, 0);
    (sealed.seal, sealed.class) = (seal(), "security".into());
    let own = EscalationPolicy { classes: vec!["security".into()], ..policy() };
    std::rc::Rc::make_mut(&mut vendor).escalations = vec![own];
    let mut fixture = Fixture::with(vec![sealed]);
    fixture.reader.vendor = vendor;
    let facts = fixture.facts();
    assert_says(&facts, &["Policy: SEV1 · security", "next: step 2 of 2 at 4m, on-call (secondary)"]);
    assert!(!facts.contains("Theo"), "{facts}");
}
