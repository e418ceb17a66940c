//! What a client makes of visibility that changes while a thread is open: threads that are merged, withdrawn or
//! revealed; and how it says what was read.

use callpoint_core::{
    client::{Body, Client, Codec as _, Effect, Input, JsonCodec, Reply, StreamMessage, sse::Frame},
    model::{
        command::IncidentCommand as Ask,
        event::{Change, Event},
        id::{CommandId, IncidentId},
        incident::Status,
        person::Actor,
        policy::Engagement::Shared,
        severity::Severity,
        time::Time,
    },
    rules::{
        allowed::{AccountQuestion, question},
        headline::{headline, own_headline},
    },
    text as words,
    wire::error::ErrorCode,
    wire::protocol::{Request, Snapshot, Submission, Thread, Vendor, You},
};

use crate::world::{START, World, account, incident, people, policy, report, text};

/// The world as one person may see it.
fn snapshot(world: &World, who: &Actor) -> Snapshot {
    let Actor::Customer { person, name, account } = who else { panic!("a customer") };
    let state = world.state.seen_by(&who.viewer());
    Snapshot {
        seq: world.log.len() as u64,
        now: START,
        vendor: Vendor {
            name: "V".into(),
            scheme: policy().scheme,
            classes: Vec::new(),
            fields: Vec::new(),
            roles: Vec::new(),
            escalations: Vec::new(),
        },
        you: You {
            person: Some(person.clone()),
            name: name.clone(),
            account: Some(account.clone()),
            staff: false,
            security: false,
            executive: false,
            guest: false,
        },
        headline: headline(state.components.values(), state.incidents.values()),
        components: state.components.into_iter().map(|(_, value)| value).collect(),
        incidents: state.incidents.into_iter().map(|(_, value)| value).collect(),
    }
}

/// A client of one person beside a world, received by frames as a server's stream does.
struct Device {
    client: Client,
    who: Actor,
    received: usize,
}

impl Device {
    fn open(world: &World, who: &Actor) -> Self {
        let mut client = Client::new(1);
        client.handle(Input::Start(Vec::new()), START);
        client.handle(Input::Connected, START);
        client.handle(Input::Received(StreamMessage::Reset(Box::new(snapshot(world, who)))), START);
        Self { client, who: who.clone(), received: world.log.len() }
    }

    /// Receives what has happened since.
    fn receive(&mut self, world: &World) -> Vec<Effect> {
        let new: Vec<Event> = world.log[self.received..].iter().filter_map(|e| e.seen_by(&self.who.viewer())).collect();
        self.received = world.log.len();
        let receive = |event| self.client.handle(Input::Received(StreamMessage::Event(Box::new(event))), START);
        let effects = new.into_iter().flat_map(receive).collect();
        assert_eq!(self.client.cache.state, world.state.seen_by(&self.who.viewer()));
        effects
    }

    /// Opens a thread and answers what it asks for.
    fn open_thread(&mut self, world: &World, id: IncidentId) {
        assert_eq!(self.client.handle(Input::OpenThread(id), START), [Effect::LoadThread(id)]);
        let viewer = self.who.viewer();
        let entries = world.log.iter().filter(|e| e.incident == Some(id)).filter_map(|e| e.seen_by(&viewer)).collect();
        let incident = world.state.incidents[&id].seen_by(&viewer).unwrap();
        let thread = Thread { seq: world.log.len() as u64, incident, entries };
        let reply = Reply { status: 200, retry_after: None, body: Body::Value(thread) };
        self.client.handle(Input::ThreadLoaded(id, reply), START);
        assert!(self.client.cache.timeline(id).is_some());
    }
}

#[test]
fn a_merged_incident_leads_to_the_one_that_goes_on() {
    let [ada, _, gita, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let one = world.declare(&ada, report(2, false)).unwrap();
    let two = world.declare(&gita, report(2, false)).unwrap();
    let mut device = Device::open(&world, &gita);
    device.open_thread(&world, two);
    world.ask(&mara, two, Ask::Merge { into: one }).unwrap();
    device.receive(&world);
    assert_eq!(device.client.cache.merge_target(two), one);
    let own: Vec<IncidentId> = device.client.cache.own_incidents().iter().map(|incident| incident.id).collect();
    assert_eq!(own, [one]);
}

#[test]
fn the_most_severe_of_ones_own_open_incidents_comes_first() {
    let [ada, ..] = people();
    let mut world = World::new([Shared; 3]);
    let mut declare = |severity| world.declare(&ada, report(severity, false)).unwrap();
    let [mild, severe, middle] = [3, 1, 2].map(&mut declare);
    let device = Device::open(&world, &ada);
    let own: Vec<IncidentId> = device.client.cache.own_incidents().iter().map(|incident| incident.id).collect();
    assert_eq!(own, [severe, middle, mild]);
}

#[test]
fn ones_own_headline_claims_no_work_before_somebody_acknowledged_and_says_what_waits() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(1, false)).unwrap();
    let acme = account("acme").id;
    let headline = |world: &World| own_headline(world.state.incidents.values(), &acme);
    let asked = |world: &World| question(incident(world, id), &acme);
    assert_eq!((headline(&world), asked(&world)), (words::HEADLINE_NOT_ACKNOWLEDGED, None));
    world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    assert_eq!((headline(&world), asked(&world)), (words::HEADLINE_YOURS, None));
    let lower = Ask::ProposeDowngrade { account: acme.clone(), severity: Severity(3), reason: text() };
    world.ask(&mara, id, lower).unwrap();
    let downgrade = Some(AccountQuestion::Downgrade(Severity(3)));
    assert_eq!((headline(&world), asked(&world)), (words::HEADLINE_YOUR_REPLY, downgrade));
    world.ask(&mara, id, Ask::ProposeResolution { text: text() }).unwrap();
    assert_eq!(asked(&world), Some(AccountQuestion::Resolution), "whether it is fixed matters more");
    world.ask(&ada, id, Ask::Confirm {}).unwrap();
    assert_eq!(asked(&world), None);
}

#[test]
fn whoever_gains_sight_reads_the_thread_anew() {
    let [ada, _, gita, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    crate::keys::publish(&mut world, id);
    let mut device = Device::open(&world, &gita);
    device.open_thread(&world, id);
    world
        .ask(&gita, id, Ask::Join { severity: callpoint_core::model::severity::Severity(2), text: String::new() })
        .unwrap();
    let effects = device.receive(&world);
    assert!(effects.contains(&Effect::LoadThread(id)), "{effects:?}");
    assert!(device.client.cache.timeline(id).is_none(), "what was loaded is not all of it");
    world.ask(&mara, id, Ask::Move { status: Status::Identified }).unwrap();
    assert!(!device.receive(&world).contains(&Effect::LoadThread(id)));
}

#[test]
fn whoever_loses_sight_keeps_nothing() {
    let [ada, ben, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    let mut device = Device::open(&world, &ben);
    device.open_thread(&world, id);
    world.ask(&mara, id, Ask::Seal { reason: "Let us see".into() }).unwrap();
    device.receive(&world);
    assert_eq!((device.client.is_missing(id), device.client.cache.timeline(id).is_none()), (true, true));
}

#[test]
fn whoever_keeps_sight_of_what_is_sealed_reads_it_anew() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    let mut device = Device::open(&world, &ada);
    device.open_thread(&world, id);
    world.ask(&mara, id, Ask::Seal { reason: "Let us see".into() }).unwrap();
    let effects = device.receive(&world);
    assert!(effects.contains(&Effect::LoadThread(id)), "{effects:?}");
    assert!(!device.client.is_missing(id));
}

#[test]
fn several_threads_are_open_at_once_and_each_is_left_by_itself() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let [one, two] = [2, 3].map(|severity| world.declare(&ada, report(severity, false)).unwrap());
    let mut device = Device::open(&world, &ada);
    device.open_thread(&world, one);
    device.open_thread(&world, two);
    assert_eq!(device.client.handle(Input::OpenThread(one), START), [], "it is here already");
    device.client.handle(Input::LeaveThread(one), START);
    for id in [one, two] {
        world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    }
    device.receive(&world);
    let client = &device.client;
    assert!([one, two].iter().all(|id| client.cache.is_open(*id) && client.cache.to_read(*id).is_some()));
    assert_eq!(client.cache.unread_total(), 0, "what is on screen is not unread");
    let reset = StreamMessage::Reset(Box::new(snapshot(&world, &ada)));
    let effects = device.client.handle(Input::Received(reset), START);
    let loads: Vec<_> = effects.into_iter().filter(|effect| matches!(effect, Effect::LoadThread(_))).collect();
    assert_eq!(loads, [one, two].map(Effect::LoadThread), "each is read anew");
    device.client.handle(Input::LeaveThread(one), START);
    assert_eq!(device.client.cache.open_threads(), [two]);
}

#[test]
fn an_event_of_a_later_version_moves_the_place_and_nothing_else() {
    let [ada, ..] = people();
    let world = World::new([Shared; 3]);
    let mut device = Device::open(&world, &ada);
    let before = device.client.cache.state.clone();
    let frame = Frame { data: r#"{"seq": 90, "change": {"danced": {}}}"#.into(), ..Frame::default() };
    device.client.handle(Input::Received(JsonCodec.message(&frame)), START);
    assert_eq!(device.client.connection.cursor(), Some(90));
    assert_eq!(device.client.cache.state, before);
    let unknown: Result<Change, _> = serde_json::from_str("{\"danced\": {}}");
    assert!(unknown.is_err());
}

#[test]
fn what_is_on_screen_is_said_to_be_read_once_and_nobody_waits_for_it() {
    let [ada, _, _, _, mara, _] = people();
    let mut world = World::new([Shared; 3]);
    let id = world.declare(&ada, report(2, false)).unwrap();
    let mut device = Device::open(&world, &ada);
    assert_eq!(device.client.cache.to_read(id), None);
    device.open_thread(&world, id);
    world.ask(&mara, id, Ask::Acknowledge {}).unwrap();
    device.receive(&world);
    let seq = device.client.cache.to_read(id).unwrap();
    assert_eq!(seq, world.log.len() as u64);
    let submission =
        Submission { id: CommandId::new(Time(1), 1), at: Time(1), request: Request::Incident(id, Ask::Read { seq }) };
    let effects = device.client.handle(Input::Submit(submission.clone()), START);
    assert_eq!(effects, [Effect::Send(submission.id)], "nothing is kept on the device for it");
    assert_eq!(device.client.cache.to_read(id), None);
    let refused = Reply { status: 409, retry_after: None, body: Body::Problem(ErrorCode::NothingNew.into()) };
    assert_eq!(device.client.handle(Input::Answered(submission.id, refused), START), []);
    assert!(device.client.outbox.entries().is_empty());
}
