//! What staff see in each state.

use callpoint_core::{
    client::{Codec as _, Input, JsonCodec, Reply},
    model::{
        command::{ComponentCommand, IncidentCommand, Visibility},
        component::ComponentStatus,
        id::{AccountId, CommandId, ComponentId},
        incident::{Incident, Overdue},
    },
    wire::{
        error::{ApiError, ErrorCode},
        protocol::{Request, Submission},
    },
};
use yew::prelude::*;

use super::{Fixture, NOW, entries, id, incident, seal, told, variety};
use crate::{
    composer::choices::ReplyAudience,
    composer::draft::ComposerDraft,
    queue::Queue,
    sign_in::screen::{SignedOutReason, screen},
};

#[test]
fn a_queue_with_every_kind_of_row() {
    insta::assert_snapshot!(Fixture::with(variety()).layout(Queue::All));
}

#[test]
fn an_empty_queue_says_so() {
    let drawn = Fixture::with(Vec::new()).layout(Queue::OnUs);
    assert!(drawn.contains("No one is waiting for a reply."), "{drawn}");
    assert!(!drawn.contains("data-incident"));
}

#[test]
fn an_incident_shows_facts_and_how_far_each_entry_reaches() {
    insta::assert_snapshot!(Fixture::told().incident(&ComposerDraft::default()));
}

#[test]
fn an_incident_whose_timeline_is_on_its_way() {
    let drawn = Fixture::with(vec![told()]).incident(&ComposerDraft::default());
    assert!(drawn.contains("Pipelines stand still") && drawn.contains("Loading…"), "{drawn}");
}

#[test]
fn the_composer_in_each_mode() {
    let fixture = Fixture::with(vec![Incident { publication: None, ..told() }]);
    for mode in ReplyAudience::ALL.iter().copied() {
        let draft = ComposerDraft { mode: Some(mode), text: "Words".into(), ..ComposerDraft::default() };
        insta::assert_snapshot!(format!("composer_{mode:?}"), fixture.composer(&draft));
    }
}

#[test]
fn words_of_a_stranger_stay_text() {
    let drawn = Fixture::told().incident(&ComposerDraft::default());
    assert!(drawn.contains("Looks like the &lt;queue&gt;."), "{drawn}");
}

#[test]
fn a_refused_reply_is_given_back_and_never_over_other_words() {
    let mut fixture = Fixture::told();
    let command = CommandId::new(NOW, 99);
    let to = Some(Visibility::Account(AccountId::parse("acme").unwrap()));
    let request =
        Request::Incident(id(1), IncidentCommand::Message { text: "Soon.".into(), to, attachments: Vec::new() });
    fixture.client.handle(Input::Submit(Submission { id: command, at: NOW, request }), NOW);
    let sending = fixture.incident(&ComposerDraft::default());
    assert!(sending.contains("Sending…") && !sending.contains("Edit and send again"), "{sending}");
    let problem = ApiError::from(ErrorCode::Closed);
    let answer = JsonCodec.reply(409, &JsonCodec.encode(&problem), None);
    fixture.client.handle(Input::Answered(command, answer), NOW);
    let refused = fixture.incident(&ComposerDraft::default());
    assert!(refused.contains("Couldn't send: This incident is closed."), "{refused}");
    assert!(refused.contains("<button class=\"link\">Edit and send again"), "{refused}");
    let busy = fixture.incident(&ComposerDraft { text: "Something else".into(), ..ComposerDraft::default() });
    assert!(busy.contains("<button disabled=\"disabled\" class=\"link\">Edit and send again"), "{busy}");
}

#[test]
fn without_a_connection_the_console_says_what_it_knows() {
    let mut fixture = Fixture::with(Vec::new());
    fixture.client.handle(Input::Disconnected(Reply::none()), NOW);
    let drawn = fixture.layout(Queue::All);
    assert!(drawn.contains("No connection. Last updated at 0m."), "{drawn}");
}

#[test]
fn a_sealed_incident_reaches_its_reporter_and_no_wider() {
    let mut entries = entries();
    entries.truncate(4);
    let fixture = Fixture::looking(Incident { seal: seal(), publication: None, ..told() }, entries);
    let drawn = fixture.incident(&ComposerDraft::default());
    // Three entries that she sees, and the composer.
    assert_eq!(drawn.matches("Only people with access").count(), 4, "{drawn}");
    assert_eq!(drawn.matches("Internal: only staff with access").count(), 1, "{drawn}");
    for absent in ["Acme Robotics only", "affected account", "Update affected", "Public update"] {
        assert!(!drawn.contains(absent), "{absent}: {drawn}");
    }
}

#[test]
fn nobody_has_seen_it_is_said_until_staff_have_spoken() {
    let unseen = "Not acknowledged";
    let fresh = Incident { acknowledged: None, ..told() };
    let waiting = |incident: &Incident| {
        let mut incident = incident.clone();
        incident.stakes[0].unanswered_since = Some(NOW);
        incident
    };
    let drawn = Fixture::with(vec![waiting(&fresh)]).incident(&ComposerDraft::default());
    assert!(drawn.contains(unseen) && drawn.contains("Acknowledge"), "{drawn}");
    // Answered, and then asked again: the answer stands in the timeline.
    let fixture = Fixture::looking(waiting(&fresh), entries());
    for drawn in
        [fixture.incident(&ComposerDraft::default()), Fixture::with(vec![fresh]).incident(&ComposerDraft::default())]
    {
        assert!(!drawn.contains(unseen) && drawn.contains("Acknowledge"), "{drawn}");
    }
}

#[test]
fn what_is_private_to_an_account_is_work_and_no_outage() {
    let at_rest = |incidents| {
        let mut fixture = Fixture::with(incidents);
        for component in fixture.client.cache.state.components.iter_mut().map(|(_, component)| component) {
            component.status = ComponentStatus::Operational;
        }
        let drawn = fixture.layout(Queue::All);
        drawn.split("class=\"who\"").next().unwrap().to_owned()
    };
    let private = Incident { publication: None, ..told() };
    let one = at_rest(vec![private.clone()]);
    assert!(one.contains("1 open incident") && !one.contains("Degraded performance"), "{one}");
    assert!(!one.contains("now operational") && !one.contains("All systems operational"), "{one}");
    let two = at_rest(vec![told(), Incident { id: id(2), ..private }]);
    assert!(two.contains("now partial") && two.contains("Partial outage · 2 open incidents"), "{two}");
    assert!(at_rest(Vec::new()).contains("All systems operational"));
}

#[test]
fn the_gate_in_each_state() {
    for why in [
        SignedOutReason::Loading,
        SignedOutReason::Nobody,
        SignedOutReason::LinkExpired,
        SignedOutReason::Ended,
        SignedOutReason::NoReply,
    ] {
        insta::assert_snapshot!(
            format!("gate_{why:?}"),
            Fixture::with(Vec::new()).draw(screen(why, "", &Callback::noop()))
        );
    }
    insta::assert_snapshot!(
        "gate_with_a_provider",
        Fixture::with(Vec::new()).draw(screen(SignedOutReason::Nobody, "Northwind ID", &Callback::noop()))
    );
}

#[test]
fn a_component_shows_what_was_asked_until_the_server_has_it() {
    let mut fixture = Fixture::with(Vec::new());
    let command = CommandId::new(NOW, 98);
    let set = ComponentCommand::SetStatus { status: ComponentStatus::MajorOutage };
    let request = Request::Component(ComponentId::parse("pages").unwrap(), set);
    fixture.client.handle(Input::Submit(Submission { id: command, at: NOW, request }), NOW);
    let asked = fixture.layout(Queue::All);
    assert!(asked.contains("<li class=\"major\">") && asked.contains("Sending…"), "{asked}");
    let answer = JsonCodec.reply(200, "{\"seq\":7}", None);
    fixture.client.handle(Input::Answered(command, answer), NOW);
    let done = fixture.layout(Queue::All);
    assert!(!done.contains("Sending…") && !done.contains("Could not send"), "{done}");
}

#[test]
fn a_rehearsal_a_class_and_what_is_late_are_marked_in_their_rows() {
    let mut row = incident(1, "Nothing builds", 1, 90);
    row.drill = true;
    row.class = "billing".into();
    row.acknowledged = told().acknowledged;
    row.overdue = Overdue { acknowledge: true, promise: true, update: true, commander: true };
    let drawn = Fixture::with(vec![row.clone()]).layout(Queue::All);
    insta::assert_snapshot!(
        "row_late",
        drawn.split_once("<ul class=\"rows\">").unwrap().1.split("</ul>").next().unwrap()
    );
    // Beside the time by which the first look is late, that it is late is not said again.
    row.acknowledged = None;
    let drawn = Fixture::with(vec![row]).layout(Queue::All);
    assert!(
        drawn.contains("First response overdue by 1\u{a0}h") && !drawn.contains(">First response overdue<"),
        "{drawn}"
    );
}

#[test]
fn a_rehearsal_is_no_open_incident_over_everything() {
    let drill = Incident { drill: true, publication: None, ..told() };
    let drawn = Fixture::with(vec![drill]).layout(Queue::All);
    assert!(!drawn.contains("1 open incident"), "{drawn}");
}
