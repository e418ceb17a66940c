//! Snapshots of every view in its states, drawn without a browser.

use super::stage::{NOW, answer, client, draw, id, mara, named, opened, own, proposed, public, submit, thread};
use crate::{
    components::{
        badge::{Variant, badge, others},
        offline::Offline,
    },
    panel::{FieldError, ThreadDraft, ThreadForm},
    screens::{home::HomeScreen, receipt::ReceiptScreen, report::ReportScreen, status::StatusScreen},
};
use callpoint_core::{
    client::{Client, Codec as _, Effect, Input, JsonCodec, Reply},
    model::{
        command::IncidentCommand,
        event::{Audience, Change, Event},
        id::{CommandId, ComponentId, IncidentId, PersonId},
        incident::{Assessment, Attribution, RoleAssignment, Status},
        person::{Author, PersonRef, Seal},
        report::{Receipt, ReportDraft},
        severity::Severity,
        stake::{Closure, Downgrade},
        time::{HOUR, MINUTE},
    },
    rules::hint::{AffectedAnswer, Answers, WorkaroundAnswer},
    text::{self, say},
    wire::{
        error::{ApiError, ErrorCode},
        protocol::{Request, Suggestions, Thread},
    },
};
use insta::assert_snapshot;
use std::rc::Rc;

use yew::prelude::*;

#[test]
fn home_in_each_state() {
    let home = |client: &Client| draw(client, html! { <HomeScreen send={Callback::noop()} /> });
    assert_snapshot!("home_signed_out", home(&client(false, Vec::new())));
    assert_snapshot!("home_with_nothing_open", home(&client(true, Vec::new())));
    let waiting = own(|incident| {
        incident.id = IncidentId::new(NOW, 2);
        incident.stakes[0].unanswered_since = None;
        incident.stakes[0].closure = proposed(NOW.plus(-MINUTE), Some(NOW.plus(HOUR)));
    });
    let ended = own(|incident| {
        incident.id = IncidentId::new(NOW, 3);
        incident.status = Status::Resolved;
        incident.resolved_at = Some(NOW.plus(-90 * MINUTE));
        incident.stakes[0].closure = Closure::Confirmed(NOW.plus(-90 * MINUTE));
    });
    let mut client = client(true, vec![own(|_| ()), waiting, ended, public()]);
    let draft = ReportDraft { what: "Not sent yet".into(), severity: Some(Severity(3)), ..ReportDraft::default() };
    submit(&mut client, Request::Report(draft));
    assert_snapshot!("home_with_incidents", home(&client));
}

#[test]
fn the_form_suggests_and_the_person_decides() {
    let client = client(true, Vec::new());
    let form = |draft: &ReportDraft, error: Option<FieldError>| {
        draw(&client, html! { <ReportScreen send={Callback::noop()} draft={Rc::new(draft.clone())} {error} /> })
    };
    assert_snapshot!("report_empty", form(&ReportDraft::default(), None));
    let (stopped, around, security) = (Some(AffectedAnswer::Everyone), Some(WorkaroundAnswer::None), Some(true));
    let draft = ReportDraft {
        what: "Labels".into(),
        component: ComponentId::parse("labels"),
        severity: Some(Severity(2)),
        answers: Answers { stopped, around, security, ..Answers::default() },
        fields: [("order".to_owned(), "seven".to_owned())].into_iter().collect(),
        context: [("page".to_owned(), "https://app.example/labels".to_owned())].into_iter().collect(),
        ..ReportDraft::default()
    };
    assert_snapshot!(
        "report_field_wrong",
        form(&draft, Some(FieldError { field: "fields.order".into(), words: say(text::NEED_NUMBER).into() }))
    );
    assert_snapshot!(
        "report_overridden",
        form(&draft, Some(FieldError { field: "what".into(), words: "Tell us what's going wrong.".into() }))
    );
}

#[test]
fn received_is_said_only_after_the_answer() {
    let mut client = client(true, Vec::new());
    let draft = ReportDraft { what: "Labels".into(), severity: Some(Severity(1)), ..ReportDraft::default() };
    let command = submit(&mut client, Request::Report(draft));
    let page = |client: &Client| draw(client, html! { <ReceiptScreen send={Callback::noop()} id={command} /> });
    assert!(page(&client).contains("Sending…") && !page(&client).contains("We've got your report"));
    answer(&mut client, command, 503, String::new());
    assert!(page(&client).contains("Not saved on this device"), "{}", page(&client));
    client.handle(Input::Saved(command), NOW);
    assert!(page(&client).contains("Saved on this device. Trying again in"), "{}", page(&client));
    client.handle(Input::RetryNow, NOW);
    let receipt = Receipt {
        incident: IncidentId(command.0),
        reference: "NW-4127".into(),
        seq: 11,
        answer_by: Some(NOW.plus(30 * MINUTE)),
        csm: Some("Mara Lee".into()),
    };
    answer(&mut client, command, 201, serde_json::to_string(&receipt).unwrap());
    assert_snapshot!("receipt", page(&client));
}

#[test]
fn a_thread_in_each_state() {
    let loading = client(true, vec![own(|_| ())]);
    assert!(thread(&loading, &ThreadDraft::default()).contains("Loading…"));
    assert_snapshot!("thread_new", thread(&opened(own(|_| ())), &ThreadDraft::default()));
    let late = own(|incident| {
        incident.acknowledged = Some(Attribution { by: mara(), at: NOW });
        incident.assessment = Some(Assessment { severity: Severity(2), reason: "There is a workaround".into() });
        incident.next_update = Some(NOW.plus(-MINUTE));
        incident.seal = Some(Seal::of(PersonId::parse("ada")));
    });
    assert_snapshot!("thread_overdue", thread(&opened(late), &ThreadDraft::default()));
    let proposed = opened(own(|incident| {
        incident.stakes[0].resolution = "Restarted the queue".into();
        incident.stakes[0].closure = proposed(NOW, Some(NOW.plus(41 * HOUR)));
    }));
    assert_snapshot!("thread_proposed", thread(&proposed, &ThreadDraft::default()));
    let disputing =
        ThreadDraft { form: Some(ThreadForm::Dispute), reason: "Still <stuck>".into(), ..ThreadDraft::default() };
    assert_snapshot!("thread_disputing", thread(&proposed, &disputing));
    let settled = own(|incident| {
        incident.status = Status::Resolved;
        incident.stakes[0].closure = Closure::Confirmed(NOW);
    });
    assert_snapshot!("thread_settled", thread(&opened(settled), &ThreadDraft::default()));
}

#[test]
fn a_severity_is_talked_over() {
    let asked = opened(own(|incident| {
        incident.stakes[0].downgrade = Some(Downgrade {
            severity: Severity(3),
            reason: "Printing from the browser works".into(),
            at: NOW.plus(-MINUTE),
            until: Some(NOW.plus(3 * HOUR)),
            reminder: None,
            reminded: false,
        });
        incident.assessment = Some(Assessment { severity: Severity(3), reason: "There is a workaround".into() });
    }));
    assert_snapshot!("thread_downgrade", thread(&asked, &ThreadDraft::default()));
    let form = |form| ThreadDraft { form: Some(form), severity: Some(Severity(2)), ..ThreadDraft::default() };
    for (name, shown) in [
        ("not_less", ThreadForm::DeclineDowngrade),
        ("how_bad", ThreadForm::ChangeSeverity),
        ("let_in", ThreadForm::Invite),
    ] {
        assert_snapshot!(format!("thread_{name}"), thread(&asked, &form(shown)));
    }
}

#[test]
fn a_colleague_is_chosen_or_has_an_address() {
    let sealed = opened(own(|incident| {
        let seal = Seal::of(PersonId::parse("ada"));
        incident.seal = Some(Seal { addresses: vec!["cy@acme.example".into()], ..seal });
    }));
    let (ben, other) = (named("Ben"), PersonRef { person: PersonId::parse("ben2").unwrap(), name: "Ben".into() });
    let colleagues = Some(vec![ben.clone(), other]);
    let draft = ThreadDraft { form: Some(ThreadForm::Invite), colleagues, ..ThreadDraft::default() };
    let by_email = thread(&sealed, &draft);
    assert!(by_email.contains("type=\"email\"") && by_email.contains("Ben (ben2)"), "{by_email}");
    assert!(by_email.contains("cy@acme.example (invited, hasn"), "{by_email}");
    assert_eq!(draft.missing().map(|error| error.words), Some(say(text::NEED_COLLEAGUE).to_owned()));
    let chosen = ThreadDraft { colleague: Some(ben.person), ..draft.clone() };
    assert!(!thread(&sealed, &chosen).contains("type=\"email\"") && chosen.missing().is_none());
    let free = ThreadDraft { reason: "ben".into(), ..draft.clone() };
    assert!(free.missing().is_some(), "a name is no address");
    assert!(ThreadDraft { reason: "dan@acme.example".into(), ..draft }.missing().is_none());
}

#[test]
fn a_thread_says_who_is_on_it_and_what_helps_meanwhile() {
    let staffed = opened(own(|incident| {
        incident.roles = vec![RoleAssignment { role: "commander".into(), by: named("Theo") }];
        incident.workaround = Some("Print from the browser".into());
        (incident.others_affected, incident.drill, incident.staff_read_to) = (true, true, 90);
    }));
    assert_snapshot!("thread_staffed", thread(&staffed, &ThreadDraft::default()));
    let ended = own(|incident| {
        (incident.status, incident.resolved_at) = (Status::Resolved, Some(NOW));
        incident.stakes[0].closure = Closure::TimedOut(NOW);
    });
    assert_snapshot!("thread_to_reopen", thread(&opened(ended), &ThreadDraft::default()));
}

#[test]
fn what_one_command_changed_is_one_entry() {
    let update = Change::Updated { text: "We are on it".into(), status: Status::Identified };
    let promised = Change::Promised { next_update: Some(NOW.plus(30 * MINUTE)), eta: None };
    let changes = [Change::Moved { status: Status::Identified }, update, promised];
    let event = |(seq, change)| Event {
        seq,
        command: CommandId::new(NOW, 5),
        at: NOW,
        by: Author::Vendor,
        incident: Some(id()),
        to: Audience::Public,
        seal: None,
        change,
    };
    let incident = own(|_| ());
    let mut client = client(true, vec![incident.clone()]);
    client.handle(Input::OpenThread(incident.id), NOW);
    let entries = (11..).zip(changes).map(event).collect();
    let answer = serde_json::to_string(&Thread { seq: 90, incident, entries }).unwrap();
    client.handle(Input::ThreadLoaded(id(), JsonCodec.reply(200, &answer, None)), NOW);
    let page = thread(&client, &ThreadDraft::default());
    assert_eq!(page.matches("<li class=\"entry").count(), 1, "{page}");
    assert!(page.contains("Status: Identified · Next update by 30m"), "{page}");
}

#[test]
fn others_can_say_that_it_is_them_too() {
    let mut incident = public();
    incident.id = id();
    let open = opened(incident);
    assert_snapshot!("thread_to_join", thread(&open, &ThreadDraft::default()));
    let joining = ThreadDraft { form: Some(ThreadForm::Join), reason: "Since nine".into(), ..ThreadDraft::default() };
    assert_snapshot!("thread_joining", thread(&open, &joining));
}

#[test]
fn what_may_be_the_same_is_offered_while_typing() {
    let mut client = client(true, Vec::new());
    let draft =
        ReportDraft { what: "Labels".into(), class: Some("billing".into()), drill: true, ..ReportDraft::default() };
    let asked = client.handle(Input::FindSimilar(&draft), NOW);
    assert_eq!(asked, [Effect::FindSimilar("/v1/suggestions?text=Labels".into())]);
    let mut past = public();
    past.workaround = Some("Print from the browser".into());
    let found = Suggestions { incidents: vec![public(), past] };
    let body = serde_json::to_string(&found).unwrap();
    client.handle(Input::SimilarFound(JsonCodec.reply(200, &body, None)), NOW);
    let page = draw(
        &client,
        html! { <ReportScreen send={Callback::noop()} draft={Rc::new(draft)} error={None::<FieldError>} /> },
    );
    assert_snapshot!("report_suggesting", page);
}

#[test]
fn what_was_written_here_shows_where_it_is() {
    let mut client = opened(own(|_| ()));
    let say = IncidentCommand::Message { text: "Any news?".into(), to: None, attachments: Vec::new() };
    let command = submit(&mut client, Request::Incident(id(), say));
    assert!(thread(&client, &ThreadDraft::default()).contains("Sending…"));
    answer(&mut client, command, 409, serde_json::to_string(&ApiError::from(ErrorCode::Closed)).unwrap());
    let refused = thread(&client, &ThreadDraft::default());
    assert!(refused.contains("Couldn't send") && refused.contains("Edit and send again"), "{refused}");
}

#[test]
fn a_broken_line_is_said() {
    let mut client = client(true, Vec::new());
    assert_eq!(draw(&client, html! { <Offline send={Callback::noop()} /> }), "");
    client.handle(Input::Disconnected(Reply::none()), NOW);
    assert_snapshot!("offline", draw(&client, html! { <Offline send={Callback::noop()} /> }));
}

#[test]
fn status_in_each_size() {
    let client = client(true, vec![own(|_| ()), public()]);
    assert_snapshot!("status", draw(&client, html! { <StatusScreen send={Callback::noop()} /> }));
    for variant in [Variant::Dot, Variant::Banner, Variant::Card] {
        let drawn = badge(variant, client.condition(), &others(&client, 3));
        assert_snapshot!(format!("badge_{variant:?}"), draw(&client, drawn));
    }
}
