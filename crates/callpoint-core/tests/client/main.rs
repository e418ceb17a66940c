//! The client machine against the rules over a bad network.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on says where")]

mod server;
mod world;

use std::rc::Rc;

use callpoint_core::{
    client::{
        Client, Codec as _, ConnectionState, DeliveryState, Effect, Input, JsonCodec, Notice, SILENCE, sse::Parser,
    },
    model::{
        command::{IncidentCommand, Visibility},
        id::{CommandId, IncidentId},
        incident::Status,
        report::ReportDraft,
        severity::Severity,
        time::{DAY, HOUR, MINUTE, SECOND, Time},
    },
    rules::hint::Answers,
    wire::protocol::{Request, Submission},
};

use server::{bare, customer, staff};
use world::World;

fn report() -> Request {
    Request::Report(ReportDraft {
        what: "Labels do not print".into(),
        severity: Some(Severity(2)),
        answers: Answers::default(),
        ..ReportDraft::default()
    })
}

fn message(id: IncidentId, number: usize) -> Request {
    Request::Incident(
        id,
        IncidentCommand::Message { text: format!("message {number}"), to: None, attachments: Vec::new() },
    )
}

#[test]
fn nothing_is_lost_doubled_or_reordered_on_a_bad_network() {
    for seed in 0..400 {
        let mut world = World::new(seed);
        let first = world.submit(report());
        let id = IncidentId(first.0);
        for number in 0..12 {
            for _ in 0..world.chance.below(8) {
                world.step();
            }
            if world.chance.percent(60) {
                world.submit(message(id, number));
            }
            if world.chance.percent(50) {
                let to = if world.chance.percent(50) { Visibility::Internal } else { Visibility::Affected };
                world.staff_replies(id, to);
            }
            if world.chance.percent(20) {
                world.feed(Input::OpenThread(id));
            }
            if world.chance.percent(10) {
                world.kill();
            }
        }
        world.calm = true;
        for _ in 0..600 {
            world.step();
        }
        assert_eq!(world.server.received, world.submitted, "seed {seed}: each once, in order");
        assert!(world.disk.is_empty(), "seed {seed}: nothing is kept once it was received");
        let pending = world.client.outbox.entries().iter().filter(|k| !k.state.is_received()).count();
        assert_eq!(pending, 0, "seed {seed}");
        let seen = world.server.state.seen_by(&customer().viewer());
        assert_eq!(world.client.cache.state, seen, "seed {seed}: the page shows what is so");
        world.feed(Input::OpenThread(id));
        for _ in 0..40 {
            world.step();
        }
        let thread = world.server.thread(id).body.value().unwrap();
        let entries: Vec<_> = thread.entries.into_iter().map(Rc::new).collect();
        assert_eq!(world.client.cache.timeline(id).unwrap().entries, entries, "seed {seed}");
    }
}

#[test]
fn received_is_said_only_on_the_servers_word() {
    let mut world = World::new(1);
    world.calm = true;
    let id = world.submit(report());
    assert!(matches!(world.client.outbox.get(id).unwrap().state, DeliveryState::Sent));
    assert!(!world.notices.iter().any(|notice| matches!(notice, Notice::Report(_))));
    world.feed(Input::Answered(id, JsonCodec.reply(200, "<html>all is well</html>", None)));
    assert!(!world.client.outbox.get(id).unwrap().state.is_received(), "a proxy's page is no receipt");
    for _ in 0..40 {
        world.step();
    }
    assert!(world.client.outbox.get(id).unwrap().state.is_received());
    assert!(world.notices.iter().any(|notice| matches!(notice, Notice::Report(_))));
}

#[test]
fn a_refused_parcel_waits_for_its_author_and_stops_nobody() {
    let mut world = World::new(2);
    world.calm = true;
    let refused = world.submit(Request::Report(ReportDraft::default()));
    let fine = world.submit(report());
    for _ in 0..40 {
        world.step();
    }
    let DeliveryState::Refused(problem) = &world.client.outbox.get(refused).unwrap().state else {
        panic!("not refused")
    };
    assert_eq!(problem.field.as_deref(), Some("what"));
    assert!(world.disk.contains_key(&refused), "the words are still there");
    assert!(world.client.outbox.get(fine).unwrap().state.is_received());
    world.feed(Input::Discard(refused));
    assert!(world.disk.is_empty());
}

#[test]
fn a_yes_that_was_refused_is_no_answer_to_what_is_asked_later() {
    let mut world = World::new(8);
    world.calm = true;
    let id = IncidentId(world.submit(report()).0);
    for _ in 0..20 {
        world.step();
    }
    let early = world.submit(Request::Incident(id, IncidentCommand::Confirm {}));
    for _ in 0..20 {
        world.step();
    }
    assert!(matches!(world.client.outbox.get(early).unwrap().state, DeliveryState::Refused(_)), "its author sees it");
    let ask = IncidentCommand::ProposeResolution { text: "It prints again".into() };
    let ask = Submission { id: CommandId::new(world.now, 7), at: world.now, request: Request::Incident(id, ask) };
    world.server.post(&ask, &staff(), world.now);
    world.kill();
    for _ in 0..40 {
        world.step();
    }
    assert!(!world.server.received.contains(&early));
}

#[test]
fn a_silent_line_is_taken_for_dead_and_opened_again_after_the_last_event() {
    let mut world = World::new(3);
    world.calm = true;
    let id = IncidentId(world.submit(report()).0);
    for _ in 0..20 {
        world.step();
    }
    let cursor = world.client.connection.cursor();
    assert_eq!((world.client.connection.state(), cursor), (ConnectionState::Live, Some(1)));
    world.sent = None;
    world.staff_replies(id, Visibility::Affected);
    world.now = world.now.plus(HOUR);
    let effects = world.client.handle(Input::Tick, world.now);
    assert_eq!(effects, [Effect::Connect(cursor)]);
}

#[test]
fn a_clock_that_is_set_back_holds_nothing_up() {
    let (mut client, now) = (Client::new(5), Time(20_000 * DAY));
    client.handle(Input::Start(Vec::new()), now);
    let id = client.new_id(now, 1);
    client.handle(Input::Submit(Submission { id, at: now, request: report() }), now);
    client.handle(Input::Answered(id, bare(503, Some(30_000))), now);
    client.handle(Input::Disconnected(bare(503, Some(30_000))), now);
    let back = now.plus(-DAY);
    client.handle(Input::Tick, back);
    assert!((back.plus(30_000)..back.plus(31_000)).contains(&client.wake().unwrap()), "{:?}", client.wake());
    let effects = client.handle(Input::Tick, back.plus(31_000));
    assert_eq!(effects, [Effect::Send(id), Effect::Connect(None)]);
    client.handle(Input::Connected, back.plus(31_000));
    client.handle(Input::Tick, back.plus(-DAY));
    assert_eq!(client.handle(Input::Tick, back.plus(-DAY + SILENCE)), [Effect::Connect(None)], "silence is noticed");
}

#[test]
fn what_a_device_kept_goes_first_also_where_its_clock_was_set_back_since() {
    let (mut client, now) = (Client::new(6), Time(20_000 * DAY));
    let kept = Submission { id: CommandId::new(now.plus(DAY), 1), at: now.plus(DAY), request: report() };
    client.handle(Input::Start(vec![kept.clone()]), now);
    let id = client.new_id(now, 1);
    client.handle(Input::Submit(Submission { id, at: now, request: report() }), now);
    let order: Vec<_> = client.outbox.entries().iter().map(|entry| entry.submission.id).collect();
    assert_eq!(order, [kept.id, id]);
}

#[test]
fn what_the_device_would_not_take_is_given_to_it_again_before_what_comes_later() {
    let (mut client, now) = (Client::new(7), Time(20_000 * DAY));
    let submit = |client: &mut Client| {
        let id = client.new_id(now, 1);
        let effects = client.handle(Input::Submit(Submission { id, at: now, request: report() }), now);
        (id, effects.into_iter().filter(|effect| matches!(effect, Effect::Save(_))).collect::<Vec<_>>())
    };
    let (first, _) = submit(&mut client);
    let (second, saves) = submit(&mut client);
    assert_eq!(saves, [Effect::Save(first), Effect::Save(second)]);
    client.handle(Input::Saved(first), now);
    let (third, saves) = submit(&mut client);
    assert_eq!(saves, [Effect::Save(second), Effect::Save(third)]);
}

#[test]
fn a_thread_that_could_not_be_had_is_asked_for_once_it_is_there() {
    let mut world = World::new(4);
    world.calm = true;
    for _ in 0..20 {
        world.step();
    }
    let report = Submission { id: CommandId::new(world.now, 9), at: world.now, request: report() };
    let id = IncidentId(report.id.0);
    let nowhere = world.server.thread(id);
    world.client.handle(Input::OpenThread(id), world.now);
    world.client.handle(Input::ThreadLoaded(id, nowhere.clone()), world.now);
    assert!(world.client.is_missing(id));
    let cursor = world.client.connection.cursor().unwrap();
    world.server.post(&report, &customer(), world.now);
    let frames = Parser::default().push(world.server.frames(cursor).as_bytes());
    let effects = world.client.handle(Input::Received(JsonCodec.message(&frames[0])), world.now);
    assert!(effects.contains(&Effect::LoadThread(id)) && !world.client.is_missing(id), "{effects:?}");
    world.client.handle(Input::ThreadLoaded(id, nowhere.clone()), world.now);
    assert!(!world.client.is_missing(id), "an answer that was overtaken says nothing");
    let again = world.now.plus(5 * SECOND);
    assert_eq!(world.client.handle(Input::Tick, again), [Effect::LoadThread(id)]);

    let mut other = Client::new(4);
    other.handle(Input::OpenThread(id), again);
    other.handle(Input::ThreadLoaded(id, nowhere), again);
    let snapshot = Parser::default().push(world.server.snapshot(again).as_bytes());
    other.handle(Input::Received(JsonCodec.message(&snapshot[0])), again);
    assert!(!other.is_missing(id));
    other.handle(Input::ThreadLoaded(id, bare(503, None)), again);
    assert_eq!(other.handle(Input::Tick, again.plus(5 * SECOND)).last(), Some(&Effect::LoadThread(id)));
}

#[test]
fn what_is_asked_for_in_place_of_a_stream_is_taken_once_until_it_changes() {
    let mut world = World::new(3);
    world.calm = true;
    let id = IncidentId(world.submit(report()).0);
    for _ in 0..20 {
        world.step();
    }
    world.feed(Input::OpenThread(id));
    let polled = |world: &mut World| {
        let text = world.server.snapshot(world.now).replacen("event: reset", "event: polled", 1);
        let frames = Parser::default().push(text.as_bytes());
        world.client.handle(Input::Received(JsonCodec.message(&frames[0])), world.now)
    };
    assert!(!world.client.connection.is_polled());
    assert!(polled(&mut world).contains(&Effect::LoadThread(id)));
    assert!(world.client.connection.is_polled());
    assert_eq!(polled(&mut world), [], "nothing has changed");
    world.feed(Input::LeaveThread(id));
    let command = IncidentCommand::Move { status: Status::Identified };
    let moved = Submission { id: CommandId::new(world.now, 7), at: world.now, request: Request::Incident(id, command) };
    world.server.post(&moved, &staff(), world.now);
    let effects = polled(&mut world);
    assert!(effects.contains(&Effect::Notify(Notice::Unread(1))), "{effects:?}");
    world.feed(Input::OpenThread(id));
    let overtaken = world.server.snapshot(world.now).replacen("event: reset", "event: polled", 1);
    world.staff_replies(id, Visibility::Affected);
    assert!(polled(&mut world).contains(&Effect::LoadThread(id)), "there is something new");
    let cursor = world.client.connection.cursor().unwrap();
    world.staff_replies(id, Visibility::Affected);
    let frames = world.server.frames(cursor);
    world.pour(&frames);
    assert!(!world.client.connection.is_polled(), "the stream comes through again");
    let cursor = world.client.connection.cursor();
    let frames = Parser::default().push(overtaken.as_bytes());
    assert_eq!(world.client.handle(Input::Received(JsonCodec.message(&frames[0])), world.now), []);
    assert_eq!(world.client.connection.cursor(), cursor, "an answer that was overtaken takes nothing back");
}

#[test]
fn retries_spread_out_and_obey_the_server() {
    let waits = |retry_after| -> std::collections::BTreeSet<i64> {
        let wait = |seed| {
            let mut client = Client::new(seed);
            client.handle(Input::Start(Vec::new()), Time(0));
            client.handle(Input::Disconnected(bare(503, retry_after)), Time(0));
            client.wake().unwrap().0
        };
        (0..20).map(wait).collect()
    };
    let (free, asked) = (waits(None), waits(Some(30_000)));
    assert!(free.len() > 15 && free.iter().all(|wait| (0..1_000).contains(wait)), "{free:?}");
    assert!(asked.len() > 15 && asked.iter().all(|wait| (30_000..31_000).contains(wait)), "{asked:?}");
}

#[test]
fn a_thousand_clients_never_come_back_together() {
    const OUTAGE: i64 = 20 * MINUTE;
    let tries = |retry_after: Option<i64>| {
        let mut seconds = vec![0_u32; usize::try_from(OUTAGE / SECOND).unwrap()];
        for seed in 0..1_000 {
            let mut client = Client::new(seed * 7_919);
            let mut now = Time(0);
            client.handle(Input::Start(Vec::new()), now);
            while now.0 < OUTAGE {
                seconds[usize::try_from(now.0 / SECOND).unwrap()] += 1;
                client.handle(Input::Disconnected(bare(503, retry_after)), now);
                now = client.wake().unwrap();
                client.handle(Input::Tick, now);
            }
        }
        // What the server meets that comes back once everybody waits for as long as it gets.
        seconds.split_off(seconds.len() / 2)
    };
    for retry_after in [None, Some(20_000)] {
        let tries = tries(retry_after);
        let (peak, total) = (*tries.iter().max().unwrap(), tries.iter().sum::<u32>());
        let mean = f64::from(total) / f64::from(u32::try_from(tries.len()).unwrap());
        assert!(f64::from(peak) <= 2.0 * mean, "{peak} in a second, {mean} in the mean, {retry_after:?}");
    }
}
