//! The form with which staff open an incident, a maintenance or a drill themselves.

use callpoint_core::{
    model::{
        id::{AccountId, ComponentId},
        opening::{Opening, PlannedWork},
        person::Account,
        severity::{Scheme, Severity},
        time::Time,
    },
    text::{self, Key, say},
};
use yew::prelude::*;

use crate::{
    controls::select,
    message::{ConsoleMsg, chosen, field, words},
    platform,
};

/// What is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpeningKind {
    /// What nobody has reported.
    #[default]
    Found,
    /// Something that concerns an account.
    Account,
    /// Planned work.
    Maintenance,
    /// A rehearsal.
    Drill,
}

impl OpeningKind {
    const ALL: [Self; 4] = [Self::Found, Self::Account, Self::Maintenance, Self::Drill];

    const fn label(self) -> Key {
        match self {
            Self::Found => text::OPENING_FOUND,
            Self::Account => text::OPENING_ACCOUNT,
            Self::Maintenance => text::OPENING_MAINTENANCE,
            Self::Drill => text::DRILL_MARK,
        }
    }

    const fn note(self) -> Key {
        match self {
            Self::Found => text::OPENING_FOUND_NOTE,
            Self::Account => text::OPENING_ACCOUNT_NOTE,
            Self::Maintenance => text::OPENING_MAINTENANCE_NOTE,
            Self::Drill => text::DRILL_NOTE,
        }
    }
}

/// The form as it is filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpeningInput {
    /// What is opened.
    pub kind: OpeningKind,
    /// What it is called.
    pub title: String,
    /// What is known of it.
    pub text: String,
    /// How bad it is.
    pub severity: Option<Severity>,
    /// What it affects.
    pub component: Option<ComponentId>,
    /// The id of the account that it is for.
    pub account: String,
    /// That account's name, where it is not known.
    pub account_name: String,
    /// When planned work begins, as the browser writes a local time.
    pub starts: String,
    /// When it ends.
    pub ends: String,
}

impl OpeningInput {
    /// What is asked of the server, with times by the device's clock; or what is missing.
    ///
    /// # Errors
    /// What to say beside the button.
    pub fn opening(&self, accounts: &[Account], instant: impl Fn(&str) -> Option<Time>) -> Result<Opening, Key> {
        if self.title.trim().is_empty() {
            return Err(text::OPENING_NEED_TITLE);
        }
        let planned = self.kind == OpeningKind::Maintenance;
        let severity = self.severity.filter(|_| !planned);
        if severity.is_none() && !planned {
            return Err(text::NEED_LEVEL);
        }
        let account = match self.kind {
            OpeningKind::Account => Some(self.account(accounts).ok_or(text::NEED_ACCOUNT)?),
            OpeningKind::Found | OpeningKind::Maintenance | OpeningKind::Drill => None,
        };
        let window = || {
            let (starts_at, ends_at) = (instant(&self.starts)?, instant(&self.ends)?);
            (starts_at < ends_at).then_some(PlannedWork { starts_at, ends_at })
        };
        let maintenance = if planned { Some(window().ok_or(text::OPENING_NEED_WINDOW)?) } else { None };
        Ok(Opening {
            title: self.title.clone(),
            text: self.text.clone(),
            severity,
            class: None,
            components: self.component.iter().cloned().collect(),
            drill: self.kind == OpeningKind::Drill,
            account,
            maintenance,
        })
    }

    fn account(&self, accounts: &[Account]) -> Option<Account> {
        let id = AccountId::parse(self.account.trim())?;
        if let Some(known) = accounts.iter().find(|account| account.id == id) {
            return Some(known.clone());
        }
        let name = self.account_name.trim().to_owned();
        (!name.is_empty()).then_some(Account { id, name })
    }
}

/// What the form needs.
#[derive(PartialEq, Properties)]
pub struct OpeningFormProps {
    /// What sends messages to the console.
    pub send: Callback<ConsoleMsg>,
    /// The levels to choose from.
    pub scheme: Scheme,
    /// The components to choose from, by id and name.
    pub components: Vec<(ComponentId, String)>,
    /// Accounts that are known by their incidents.
    pub accounts: Vec<Account>,
}

/// The form, folded away.
#[component]
pub fn OpeningForm(props: &OpeningFormProps) -> Html {
    let input = use_state_eq(OpeningInput::default);
    let problem = use_state_eq(|| None::<Key>);
    let edit = |change: fn(&mut OpeningInput, String)| {
        let input = input.clone();
        Callback::from(move |value: String| {
            let mut next = (*input).clone();
            change(&mut next, value);
            input.set(next);
        })
    };
    let typed = |change: fn(&mut OpeningInput, String)| edit(change).reform(|event: InputEvent| field(&event));
    let picked = |change: fn(&mut OpeningInput, String)| edit(change).reform(|event: Event| chosen(&event));
    let submit = {
        let (input, problem, send, accounts) =
            (input.clone(), problem.clone(), props.send.clone(), props.accounts.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match input.opening(&accounts, platform::parse_local_time) {
                Ok(opening) => {
                    send.emit(ConsoleMsg::OpenIncident(Box::new(opening)));
                    input.set(OpeningInput::default());
                    problem.set(None);
                }
                Err(key) => problem.set(Some(key)),
            }
        })
    };
    let line = |label: Key, kind: &'static str, value: &str, change: fn(&mut OpeningInput, String)| {
        html! {
            <label>
                <span class="label">{ say(label) }</span>
                <input type={kind} dir="auto" autocomplete="off" value={value.to_owned()} oninput={typed(change)} />
            </label>
        }
    };
    let list = |label: Key, options: Vec<(String, String, bool)>, change: fn(&mut OpeningInput, String)| {
        html! { <label><span class="label">{ say(label) }</span>{ select(say(label), options, picked(change)) }</label> }
    };
    let kinds = OpeningKind::ALL.into_iter().enumerate();
    let kinds = kinds.map(|(at, kind)| (at.to_string(), say(kind.label()).to_owned(), kind == input.kind)).collect();
    let none = (String::new(), "–".to_owned(), input.severity.is_none());
    let levels = props.scheme.severities().map(|severity| {
        (severity.0.to_string(), props.scheme.name(severity).to_owned(), input.severity == Some(severity))
    });
    let anywhere = (String::new(), say(text::AFFECTS_NOTHING).to_owned(), input.component.is_none());
    let components = props.components.iter();
    let components = components.map(|(id, name)| (id.to_string(), name.clone(), input.component.as_ref() == Some(id)));
    let planned = input.kind == OpeningKind::Maintenance;
    html! {
        <details class="opening">
            <summary>{ say(text::OPENING) }</summary>
            <form class="form" aria-label={say(text::OPENING)} novalidate=true onsubmit={submit}>
                { list(text::OPENING_KIND, kinds, |input, value| {
                    let kind = value.parse().ok().and_then(|at: usize| OpeningKind::ALL.get(at).copied());
                    input.kind = kind.unwrap_or_default();
                }) }
                <p class="quiet">{ say(input.kind.note()) }</p>
                { line(text::OPENING_TITLE, "text", &input.title, |input, value| input.title = value) }
                <label>
                    <span class="label">{ say(text::OPENING_TEXT) }</span>
                    <textarea rows="2" dir="auto" value={input.text.clone()}
                        oninput={edit(|input, value| input.text = value).reform(|event: InputEvent| words(&event))} />
                </label>
                if !planned {
                    { list(text::OPENING_LEVEL, std::iter::once(none).chain(levels).collect(),
                        |input, value| input.severity = value.parse().ok().map(Severity)) }
                }
                { list(text::COMPONENTS, std::iter::once(anywhere).chain(components).collect(),
                    |input, value| input.component = ComponentId::parse(&value)) }
                if input.kind == OpeningKind::Account {
                    { line(text::OPENING_ACCOUNT_ID, "text", &input.account, |input, value| input.account = value) }
                    { line(text::OPENING_ACCOUNT_NAME, "text", &input.account_name,
                        |input, value| input.account_name = value) }
                }
                if planned {
                    { line(text::OPENING_STARTS, "datetime-local", &input.starts, |input, value| input.starts = value) }
                    { line(text::OPENING_ENDS, "datetime-local", &input.ends, |input, value| input.ends = value) }
                }
                <p class="fault" role="alert">{ (*problem).map(say).unwrap_or_default() }</p>
                <button class="primary" type="submit">{ say(text::OPENING_SEND) }</button>
            </form>
        </details>
    }
}
