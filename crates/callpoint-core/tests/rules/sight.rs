//! What a client makes of sight that changes while somebody looks: threads that go on elsewhere, that are taken away,
//! that show more than before; and how it says what was read.

use callpoint_core::{
    client::{Answer, Client, Effect, Input},
    model::{
        command::IncidentCommand as Ask,
        event::{Change, Event},
        id::{CommandId, IncidentId},
        person::Actor,
        policy::Engagement::Shared,
        time::Time,
    },
    rules::headline::headline,
    wire::protocol::{Request, Snapshot, Submission, Thread, Vendor, You},
};

use crate::world::{START, World, people, policy, report};

/// A client of one person beside a world, told by frames as a server's stream does.
struct Desk {
    client: Client,
    who: Actor,
    told: usize,
}

impl Desk {
    fn open(world: &World, who: &Actor) -> Self {
        let Actor::Customer { person, name, account } = who else { panic!("a customer") };
        let state = world.state.seen_by(&who.viewer());
        let snapshot = Snapshot {
            seq: world.log.len() as u64,
            now: START,
            vendor: Vendor { name: "V".into(), scheme: policy().scheme, classes: Vec::new(), roles: Vec::new() },
            you: You {
                person: Some(person.clone()),
                name: name.clone(),
                account: Some(account.clone()),
                staff: false,
                security: false,
                guest: false,
            },
            headline: headline(state.components.values(), state.incidents.values()),
            components: state.components.into_values().collect(),
            incidents: state.incidents.into_values().collect(),
        };
        let mut client = Client::new(1);
        client.handle(Input::Started(Vec::new()), START);
        client.handle(Input::Opened, START);
        let frame = format!("event: reset\ndata: {}\n\n", serde_json::to_string(&snapshot).unwrap());
        client.handle(Input::Bytes(frame.as_bytes()), START);
        Self { client, who: who.clone(), told: world.log.len() }
    }

    /// Tells what has happened since.
    fn hear(&mut self, world: &World) -> Vec<Effect> {
        let news: Vec<Event> = world.log[self.told..].iter().filter_map(|e| e.seen_by(&self.who.viewer())).collect();
        self.told = world.log.len();
        let frame = |event: &Event| format!("id: {}\ndata: {}\n\n", event.seq, serde_json::to_string(event).unwrap());
        let frames: String = news.iter().map(frame).collect();
        let effects = self.client.handle(Input::Bytes(frames.as_bytes()), START);
        assert_eq!(self.client.cache.state, world.state.seen_by(&self.who.viewer()));
        effects
    }

    /// Opens a thread and answers what it asks for.
    fn look(&mut self, world: &World, id: IncidentId) {
        assert_eq!(self.client.handle(Input::Look(Some(id)), START), [Effect::Load(id)]);
        let viewer = self.who.viewer();
        let entries = world.log.iter().filter(|e| e.incident == Some(id)).filter_map(|e| e.seen_by(&viewer)).collect();
        let incident = world.state.incidents[&id].seen_by(&viewer).unwrap();
        let thread = Thread { seq: world.log.len() as u64, incident, entries };
        let answer = Answer { status: 200, body: serde_json::to_string(&thread).unwrap(), retry_after: None };
        self.client.handle(Input::Loaded(id, answer), START);
        assert!(self.client.cache.timeline(id).is_some());
    }
}

#[test]
fn a_merged_incident_leads_to_the_one_that_goes_on() {
    let [ada, _, gita, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let one = world.declare(&ada, report(2, false)).unwrap();
    let two = world.declare(&gita, report(2, false)).unwrap();
    let mut desk = Desk::open(&world, &gita);
    desk.look(&world, two);
    world.ask(&mara, two, Ask::Merge { into: one }).unwrap();
    desk.hear(&world);
    assert_eq!(desk.client.cache.merge_target(two), one);
    let own: Vec<IncidentId> = desk.client.cache.own_incidents().iter().map(|incident| incident.id).collect();
    assert_eq!(own, [one]);
}

#[test]
fn whoever_gains_sight_reads_the_thread_anew() {
    let [ada, _, gita, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    crate::keys::publish(&mut world, id);
    let mut desk = Desk::open(&world, &gita);
    desk.look(&world, id);
    world
        .ask(&gita, id, Ask::Join { severity: callpoint_core::model::severity::Severity(2), text: String::new() })
        .unwrap();
    let effects = desk.hear(&world);
    assert!(effects.contains(&Effect::Load(id)), "{effects:?}");
    assert!(desk.client.cache.timeline(id).is_none(), "what was loaded is not all of it");
    world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    assert!(!desk.hear(&world).contains(&Effect::Load(id)));
}

#[test]
fn whoever_loses_sight_keeps_nothing() {
    let [ada, ben, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    let mut desk = Desk::open(&world, &ben);
    desk.look(&world, id);
    world.ask(&mara, id, Ask::Seal { reason: "Let us see".into() }).unwrap();
    desk.hear(&world);
    assert_eq!((desk.client.missing(), desk.client.cache.timeline(id).is_none()), (Some(id), true));
}

#[test]
fn whoever_keeps_sight_of_what_is_sealed_reads_it_anew() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    let mut desk = Desk::open(&world, &ada);
    desk.look(&world, id);
    world.ask(&mara, id, Ask::Seal { reason: "Let us see".into() }).unwrap();
    let effects = desk.hear(&world);
    assert!(effects.contains(&Effect::Load(id)), "{effects:?}");
    assert_eq!(desk.client.missing(), None);
}

#[test]
fn what_waits_for_its_code_too_long_gives_way_to_a_snapshot() {
    let [ada, ..] = people();
    let world = World::new([Shared; 3]);
    let mut desk = Desk::open(&world, &ada);
    desk.client.wait_for_rest();
    let frames = |count: usize| "data: {\"seq\": 7}\n\n".repeat(count);
    let effects = desk.client.handle(Input::Bytes(frames(2_000).as_bytes()), START);
    assert_eq!(effects, []);
    let effects = desk.client.handle(Input::Bytes(frames(1).as_bytes()), START);
    assert_eq!(effects, [Effect::Connect(None)]);
}

#[test]
fn an_event_of_a_later_version_moves_the_place_and_nothing_else() {
    let [ada, ..] = people();
    let world = World::new([Shared; 3]);
    let mut desk = Desk::open(&world, &ada);
    let before = desk.client.cache.state.clone();
    desk.client.handle(Input::Bytes(b"id: 90\ndata: {\"seq\": 90, \"change\": {\"danced\": {}}}\n\n"), START);
    assert_eq!(desk.client.connection.cursor(), Some(90));
    assert_eq!(desk.client.cache.state, before);
    let unknown: Result<Change, _> = serde_json::from_str("{\"danced\": {}}");
    assert!(unknown.is_err());
}

#[test]
fn what_came_before_the_code_for_it_is_read_when_that_is_here() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    let mut desk = Desk::open(&world, &ada);
    desk.client.wait_for_rest();
    world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    let event = world.log.last().unwrap().seen_by(&ada.viewer()).unwrap();
    let frame = format!("id: {}\ndata: {}\n\n", event.seq, serde_json::to_string(&event).unwrap());
    let cursor = desk.client.connection.cursor();
    desk.client.handle(Input::Bytes(frame.as_bytes()), START);
    assert_eq!(
        (desk.client.connection.cursor(), desk.client.is_whole()),
        (cursor, false),
        "it comes again if the line breaks"
    );
    desk.client.handle(Input::Whole, START);
    assert_eq!(desk.client.cache.state, world.state.seen_by(&ada.viewer()));
    assert_eq!(desk.client.connection.cursor(), Some(event.seq));
}

#[test]
fn what_is_on_screen_is_said_to_be_read_once_and_nobody_waits_for_it() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    let mut desk = Desk::open(&world, &ada);
    assert_eq!(desk.client.to_read(), None);
    desk.look(&world, id);
    world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    desk.hear(&world);
    let (_, seq) = desk.client.to_read().unwrap();
    assert_eq!(seq, world.log.len() as u64);
    let parcel =
        Submission { id: CommandId::new(Time(1), 1), at: Time(1), request: Request::Incident(id, Ask::Read { seq }) };
    let effects = desk.client.handle(Input::Submit(parcel.clone()), START);
    assert_eq!(effects, [Effect::Send(parcel.id)], "nothing is kept on the device for it");
    assert_eq!(desk.client.to_read(), None);
    let refused = Answer { status: 409, body: r#"{"code":"nothing_new"}"#.into(), retry_after: None };
    assert_eq!(desk.client.handle(Input::Answered(parcel.id, refused), START), []);
    assert!(desk.client.outbox.kept().is_empty());
}
