//! The left pane: the queues with their counts, and the components with their status.

use callpoint_core::{
    client::{DeliveryState, OutboxEntry},
    model::{
        command::ComponentCommand,
        component::{Component, ComponentStatus},
        id::{AccountId, CommandId, ComponentId},
        person::Account,
    },
    text::{
        self, fill, say,
        shape::{Shape, condition_class},
    },
    wire::protocol::Request,
};
use callpoint_widget::{
    components::icon::icon,
    context::{use_client, use_driver, use_now, use_reader},
};
use litemap::LiteMap;
use yew::prelude::*;

use super::{QUEUE_REFRESH, Queue, QueueContext, keys::KeyList, opening::OpeningForm, policies::EscalationPolicies};
use crate::{
    controls::{button, select, sends, when},
    desktop::switch::DesktopSwitch,
    layout::public_condition,
    message::{ConsoleMsg, chosen},
    scene::Scene,
};

/// What the pane needs.
#[derive(PartialEq, Properties)]
pub struct SideProps {
    /// Sends messages to the console.
    pub send: Callback<ConsoleMsg>,
    /// The chosen queue.
    pub queue: Queue,
    /// Whether the components are open where they take room from the rows.
    pub components: bool,
}

/// What is done with a component's status.
#[derive(Clone)]
enum StatusMsg {
    /// Set it; what makes the public headline worse waits to be confirmed.
    Choose(ComponentId, ComponentStatus),
    /// Set the one that waits.
    Confirm,
    /// Forget the one that waits.
    Cancel,
    /// Discard a refused submission.
    Discard(CommandId),
}

/// The pane.
#[component]
pub fn Side(props: &SideProps) -> Html {
    let SideProps { send, queue, components: open } = props;
    let open = *open;
    let reader = use_reader();
    let driver = use_driver();
    let confirming = use_state(|| None::<(ComponentId, ComponentStatus)>);
    let known = use_client(|client| {
        let components: Vec<Component> = client.cache.components().into_iter().cloned().collect();
        let set = |entry: &&OutboxEntry| matches!(entry.submission.request, Request::Component(..));
        let asked: Vec<OutboxEntry> = client.outbox.entries().iter().filter(set).cloned().collect();
        (components, asked, client.is_offline())
    });
    let components = &known.0;
    let worst = components.iter().map(|component| component.status).max().unwrap_or_default();
    let set = {
        let (send, driver, confirming) = (send.clone(), driver.clone(), confirming.clone());
        Callback::from(move |msg| {
            let waiting = (*confirming).clone();
            confirming.set(None);
            match msg {
                StatusMsg::Choose(id, status)
                    if driver.read(|client| status > public_condition(&client.cache.state)) =>
                {
                    confirming.set(Some((id, status)));
                }
                StatusMsg::Choose(id, status) => send.emit(ConsoleMsg::SetComponent(id, status)),
                StatusMsg::Confirm => {
                    waiting.into_iter().for_each(|(id, status)| send.emit(ConsoleMsg::SetComponent(id, status)));
                }
                StatusMsg::Cancel => {}
                StatusMsg::Discard(id) => send.emit(ConsoleMsg::Discard(id)),
            }
        })
    };
    let lines = driver.read(|client| {
        let scene = Scene::new(client, &reader, driver.now());
        let waiting = |component: &Component| {
            confirming.as_ref().filter(|(id, _)| *id == component.id).map(|(_, status)| *status)
        };
        components.iter().map(|component| line(&scene, component, waiting(component), &set)).collect::<Vec<_>>()
    });
    html! {
        <aside class="pane side">
            <Queues {send} queue={*queue} />
            <NewIncident {send} />
            <section class="parts" data-open={open.to_string()}>
                <h2>{ say(text::COMPONENTS) }</h2>
                <button class={classes!("parts-toggle", condition_class(worst))} aria-expanded={open.to_string()}
                    onclick={send.reform(move |_| ConsoleMsg::Components(!open))}>
                    { icon(Shape::of_condition(worst)) }{ say(text::COMPONENTS) }
                </button>
                <ul class="components">{ for lines }</ul>
            </section>
            <EscalationPolicies />
            <DesktopSwitch />
            <KeyList />
        </aside>
    }
}

/// What the list of queues needs.
#[derive(PartialEq, Properties)]
struct QueuesProps {
    send: Callback<ConsoleMsg>,
    /// The chosen one.
    queue: Queue,
}

/// The queues with their counts.
#[component]
fn Queues(props: &QueuesProps) -> Html {
    let QueuesProps { send, queue: chosen } = props;
    let person = use_reader().you.person.clone();
    let now = use_now(QUEUE_REFRESH);
    let counts = use_client(move |client| {
        let context = QueueContext { now, person: person.as_ref() };
        let held = |queue: Queue| {
            client.cache.state.incidents.values().filter(|incident| queue.holds(incident, context)).count()
        };
        Queue::ALL.iter().map(|queue| (*queue, held(*queue))).collect::<Vec<_>>()
    });
    let entry = |(queue, count): (Queue, usize)| {
        let presses = count > 0 && queue.presses();
        html! {
            <li key={queue.id()}>
                <button class={classes!("queue", presses.then_some("presses"))} data-queue={queue.id()}
                    aria-current={(*chosen == queue).then_some("true")}
                    onclick={sends(send, ConsoleMsg::Queue(queue))}>
                    <span>{ say(queue.label()) }</span>{ " " }<span class="count">{ count }</span>
                </button>
            </li>
        }
    };
    html! {
        <nav aria-label={say(text::QUEUES)}><ul class="queues">{ for counts.iter().copied().map(entry) }</ul></nav>
    }
}

/// What the form needs around it.
#[derive(PartialEq, Properties)]
struct NewIncidentProps {
    send: Callback<ConsoleMsg>,
}

/// The form that opens an incident, and what was opened and is not with the server yet.
#[component]
fn NewIncident(props: &NewIncidentProps) -> Html {
    let send = &props.send;
    let reader = use_reader();
    let driver = use_driver();
    let known = use_client(|client| {
        let components = client.cache.components().into_iter().map(|part| (part.id.clone(), part.name.clone()));
        let mut accounts: Vec<Account> = Vec::new();
        let mut known: LiteMap<&AccountId, ()> = LiteMap::new();
        for stake in client.cache.state.incidents.values().flat_map(|incident| &incident.stakes) {
            if known.insert(&stake.account.id, ()).is_none() {
                accounts.push(stake.account.clone());
            }
        }
        let opened = |entry: &&OutboxEntry| matches!(entry.submission.request, Request::Opening(_));
        let under_way: Vec<OutboxEntry> = client.outbox.entries().iter().filter(opened).cloned().collect();
        (components.collect::<Vec<_>>(), accounts, under_way, client.is_offline())
    });
    let (components, accounts, under_way, _) = &*known;
    let under_way = driver.read(|client| {
        let scene = Scene::new(client, &reader, driver.now());
        under_way.iter().map(|entry| pending(&scene, entry, send, ConsoleMsg::Discard)).collect::<Vec<_>>()
    });
    html! {
        <>
            <OpeningForm {send} scheme={reader.vendor.scheme.clone()} components={components.clone()}
                accounts={accounts.clone()} />
            { for under_way }
        </>
    }
}

/// One component with its status to set, or the one that waits to be confirmed.
fn line(
    scene: &Scene<'_>,
    component: &Component,
    waiting: Option<ComponentStatus>,
    send: &Callback<StatusMsg>,
) -> Html {
    let asked =
        scene.client.outbox.entries().iter().rev().find_map(|outbox_entry| match &outbox_entry.submission.request {
            Request::Component(id, ComponentCommand::SetStatus { status }) if *id == component.id => {
                Some((outbox_entry, *status))
            }
            _ => None,
        });
    let refused = |outbox_entry: &OutboxEntry| matches!(outbox_entry.state, DeliveryState::Refused(_));
    let status =
        asked.filter(|(outbox_entry, _)| !refused(outbox_entry)).map_or(component.status, |(_, status)| status);
    let id = component.id.clone();
    let set = when(send, move |event: Event| {
        let value = chosen(&event);
        let status = *ComponentStatus::ALL.iter().find(|status| condition_class(**status) == value)?;
        Some(StatusMsg::Choose(id.clone(), status))
    });
    let chosen = waiting.unwrap_or(status);
    let options = ComponentStatus::ALL
        .iter()
        .map(|&option| (condition_class(option).to_owned(), say(option.label()).to_owned(), option == chosen));
    html! {
        <li key={component.id.to_string()} class={condition_class(status)}>
            { icon(Shape::of_condition(status)) }
            <span class="part-name" dir="auto" title={component.name.clone()}>{ &component.name }</span>
            { select(&component.name, options.collect(), set) }
            if let Some(wanted) = waiting {
                { confirmation(wanted, send) }
            } else if component.is_set_by_hand() {
                <p class="part-stage">{ say(text::SET_BY_HAND) }{ " " }{ undo(component, send) }</p>
            }
            { asked.map(|(outbox_entry, _)| pending(scene, outbox_entry, send, StatusMsg::Discard)) }
        </li>
    }
}

/// What everybody would read, before they do.
fn confirmation(status: ComponentStatus, send: &Callback<StatusMsg>) -> Html {
    let reach = fill(text::CONFIRM_HEADLINE, &[("headline", say(status.headline()))]);
    html! {
        <div class="part-stage confirm" role="alert">
            <p>{ reach }</p>
            { button("primary", text::SET_STATUS, send, StatusMsg::Confirm) }
            { button("link", text::CANCEL, send, StatusMsg::Cancel) }
        </div>
    }
}

/// Gives a component back to the incidents that name it.
fn undo(component: &Component, send: &Callback<StatusMsg>) -> Html {
    let msg = StatusMsg::Choose(component.id.clone(), ComponentStatus::Operational);
    let label = format!("{}: {}", say(text::UNDO), component.name);
    html! { <button class="link" aria-label={label} onclick={sends(send, msg)}>{ say(text::UNDO) }</button> }
}

/// What was asked and is not with the server yet; what was refused can be discarded.
pub fn pending<M: Clone + 'static>(
    scene: &Scene<'_>,
    outbox_entry: &OutboxEntry,
    send: &Callback<M>,
    discard: fn(CommandId) -> M,
) -> Html {
    if outbox_entry.state.is_received() {
        return Html::default();
    }
    let discard = discard(outbox_entry.submission.id);
    html! {
        <p class="part-stage" role="status">
            { scene.delivery(outbox_entry) }{ " " }
            if matches!(outbox_entry.state, DeliveryState::Refused(_)) {
                <button class="link" onclick={sends(send, discard)}>{ say(text::DISCARD) }</button>
            }
        </p>
    }
}
