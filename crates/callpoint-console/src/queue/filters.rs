//! Where the person chooses what is shown of a queue, and in what order.

use callpoint_core::{
    model::{
        id::{AccountId, ComponentId},
        incident::Status,
        severity::Severity,
    },
    text::{self, Key, fill, say},
};
use callpoint_widget::context::{use_client, use_reader};
use litemap::LiteMap;
use strum::VariantArray as _;
use web_sys::Element;
use yew::prelude::*;

use super::filter::{ANY_ROLE, Filter, HeldRole, Order, status_id, status_of_id};
use crate::{
    controls::{button, select},
    message::{ConsoleMsg, chosen},
    platform,
};

/// What the choices need.
#[derive(PartialEq, Properties)]
pub struct FiltersProps {
    /// Sends messages to the console.
    pub send: Callback<ConsoleMsg>,
    /// What is chosen.
    pub filter: Filter,
}

/// The choices. They get the focus, and Escape closes them.
#[component]
pub fn Filters(props: &FiltersProps) -> Html {
    let FiltersProps { send, filter } = props;
    let reader = use_reader();
    let form = use_node_ref();
    let known = use_client(|client| {
        let stakes = client.cache.state.incidents.values().flat_map(|incident| &incident.stakes);
        let accounts: LiteMap<(&str, &str), ()> =
            stakes.map(|stake| ((stake.account.name.as_str(), stake.account.id.as_str()), ())).collect();
        let accounts = accounts.iter().map(|((name, id), ())| ((*id).to_owned(), (*name).to_owned()));
        let components = client.cache.components().into_iter();
        let components = components.map(|component| (component.id.to_string(), component.name.clone()));
        (accounts.collect::<Vec<_>>(), components.collect::<Vec<_>>())
    });
    {
        let form = form.clone();
        use_effect_with((), move |()| {
            if let Some(form) = form.cast::<Element>() {
                platform::focus(&form, "select");
            }
        });
    }
    let (accounts, components) = &*known;
    let levels = reader.vendor.scheme.levels.iter().zip(1_u8..);
    let levels = levels.map(|(level, number)| (number.to_string(), level.name.clone()));
    let statuses =
        Status::VARIANTS.iter().map(|status| (status_id(*status).to_owned(), say(status.staff_label()).to_owned()));
    let roles = reader.vendor.roles.iter().map(|role| (role.clone(), text::role(role).to_owned()));
    let roles = [(ANY_ROLE.to_owned(), say(text::FILTER_ANY_ROLE).to_owned())].into_iter().chain(roles);
    let orders = Order::VARIANTS.iter().map(|order| (order.id().to_owned(), say(order.label()).to_owned()));
    let level = filter.level.map(|Severity(level)| level.to_string()).unwrap_or_default();
    let choice = Choice { send, filter };
    let escape = send.clone();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            platform::focus_page(super::search::ROW);
            escape.emit(ConsoleMsg::Filters(false));
        }
    });
    html! {
        <div class="filters" role="group" aria-label={say(text::FILTERS)} ref={form} {onkeydown}>
            { choice.of(text::FILTER_ACCOUNT, Some(text::FILTER_ANY_ACCOUNT), accounts.iter().cloned(),
                filter.account.as_ref().map_or("", AccountId::as_str), |filter, id| filter.account = AccountId::parse(id)) }
            { choice.of(text::FILTER_COMPONENT, Some(text::FILTER_ANY_COMPONENT), components.iter().cloned(),
                filter.component.as_ref().map_or("", ComponentId::as_str),
                |filter, id| filter.component = ComponentId::parse(id)) }
            { choice.of(text::FILTER_SEVERITY, Some(text::FILTER_ANY_SEVERITY), levels, &level,
                |filter, level| filter.level = level.parse().ok().map(Severity)) }
            { choice.of(text::FIELD_STATUS, Some(text::FILTER_ANY_STATUS), statuses, filter.status.map_or("", status_id),
                |filter, id| filter.status = status_of_id(id)) }
            { choice.of(text::FILTER_ROLE, Some(text::FILTER_NO_ROLE), roles, filter.role.as_ref().map_or("", HeldRole::name),
                |filter, name| filter.role = HeldRole::of_name(name)) }
            { choice.of(text::ORDER, None, orders, filter.order.id(),
                |filter, id| filter.order = Order::of_id(id).unwrap_or_default()) }
        </div>
    }
}

/// What each choice begins with.
struct Choice<'a> {
    send: &'a Callback<ConsoleMsg>,
    filter: &'a Filter,
}

impl Choice<'_> {
    /// One list: its options by value and words, after one that leaves it open.
    fn of(
        &self,
        name: Key,
        open: Option<Key>,
        options: impl Iterator<Item = (String, String)>,
        value: &str,
        set: fn(&mut Filter, &str),
    ) -> Html {
        let (filter, send) = (self.filter.clone(), self.send.clone());
        let onchange = Callback::from(move |event: Event| {
            let mut filter = filter.clone();
            set(&mut filter, &chosen(&event));
            send.emit(ConsoleMsg::Filter(filter));
        });
        let open = open.map(|key| (String::new(), say(key).to_owned()));
        let mut options: Vec<_> = open.into_iter().chain(options).collect();
        // A link may name what is not known here.
        if options.iter().all(|(known, _)| known != value) {
            options.push((value.to_owned(), value.to_owned()));
        }
        let options = options.into_iter().map(|(known, words)| {
            let is_chosen = known == value;
            (known, words, is_chosen)
        });
        html! { <label><span>{ say(name) }</span>{ select(say(name), options.collect(), onchange) }</label> }
    }
}

/// Opens the choices, and says how many there are while something is left out.
pub fn filter_button(filter: &Filter, open: bool, send: &Callback<ConsoleMsg>) -> Html {
    let chosen = filter.pairs().len();
    let label = if chosen == 0 {
        say(text::FILTER).to_owned()
    } else {
        fill(text::FILTER_COUNT, &[("count", &chosen.to_string())])
    };
    html! {
        <button class="link" aria-expanded={open.to_string()} aria-keyshortcuts="f"
            onclick={send.reform(move |_| ConsoleMsg::Filters(!open))}>{ label }</button>
    }
}

/// What stands where nothing of a queue is shown.
pub fn nothing(send: &Callback<ConsoleMsg>) -> Html {
    html! {
        <div class="hollow" role="status">
            <p>{ say(text::FILTER_NOTHING) }</p>
            { button("", text::FILTER_CLEAR, send, ConsoleMsg::Filter(Filter::default())) }
        </div>
    }
}
