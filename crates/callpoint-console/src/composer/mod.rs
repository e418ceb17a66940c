//! The composer: its colour, its border and its words say how far it will reach before anything is sent.

pub mod audience;
pub mod choices;
pub mod draft;
pub mod drafts;

use std::rc::Rc;

use callpoint_core::{
    model::{
        id::{AccountId, ComponentId},
        incident::{Impact, Incident, Status},
        time::MINUTE,
    },
    text::{self, Key, fill, say, shape::Shape},
};
use callpoint_widget::components::{
    attachments::AddFiles,
    form::is_send_key,
    icon::icon,
    mention_field::{self, MentionField},
    written::preview,
};
use yew::prelude::*;

use crate::{
    controls::{SendMessage, select, when},
    message::{IncidentMsg, chosen, field, ticked, words},
    scene::{Scene, use_scene},
};
use audience::EntryAudience;
use choices::{NextUpdateChoice, ReplyAudience};
use draft::{ComposerDraft, DraftEdit};

/// What the composer needs.
#[derive(PartialEq, Properties)]
pub struct ComposerProps {
    /// Sends messages to the pane.
    pub send: SendMessage,
    /// The incident.
    pub incident: Rc<Incident>,
    /// What is being written.
    pub draft: ComposerDraft,
}

/// The composer.
#[component]
pub fn Composer(props: &ComposerProps) -> Html {
    let ComposerProps { send, incident, draft } = props;
    use_scene(incident.id).draw(|scene| composer(scene, incident, draft, send))
}

fn composer(scene: &Scene<'_>, incident: &Incident, draft: &ComposerDraft, send: &SendMessage) -> Html {
    let mode = draft.mode(incident);
    let reach = EntryAudience::ahead(incident, draft);
    let typed = send.reform(|text| IncidentMsg::EditDraft(DraftEdit::Text(text)));
    let people = draft.message_audience(incident).map(|to| mention_field::people(scene.reader, incident, &to));
    let people = people.unwrap_or_default();
    html! {
        <form class={classes!("composer", reach.class())} novalidate=true onkeydown={on_send_key(send, || IncidentMsg::Send)}
            onsubmit={send.reform(|event: SubmitEvent| { event.prevent_default(); IncidentMsg::Send })}>
            { modes(incident, mode, send) }
            { whom(incident, draft, mode, send) }
            if draft.publishes(incident) { { face(scene, incident, draft, send) } }
            <MentionField class="compose" rows="3" label={label(incident, draft)} placeholder={label(incident, draft)}
                value={draft.text.clone()} {typed} onkeydown={Callback::noop()} people={people} />
            { preview(&draft.text) }
            if mode.is_update() { { news(scene, incident, draft, send) } } else { { files(incident, draft, send) } }
            <div class="composer-end">
                { draft.error.as_ref().map(|words| html! {
                    <p class="fault" role="alert">{ words }</p>
                }) }
                { reach.chip() }
                <kbd aria-hidden="true">{ say(text::SEND_KEYS) }</kbd>
                <button class="primary" type="submit">{ say(mode.send()) }</button>
            </div>
        </form>
    }
}

/// The files that go with a reply or a note.
fn files(incident: &Incident, draft: &ComposerDraft, send: &SendMessage) -> Html {
    let id = incident.id;
    let changed = send.reform(move |files| IncidentMsg::Files(id, files));
    html! { <AddFiles writing={id.text()} {changed} failed={draft.files.failed} /> }
}

/// Control or Command with Enter sends, from any field of the form.
pub fn on_send_key(send: &SendMessage, msg: fn() -> IncidentMsg) -> Callback<KeyboardEvent> {
    when(send, move |event: KeyboardEvent| {
        let sends = is_send_key(&event);
        if sends {
            event.prevent_default();
        }
        sends.then(msg)
    })
}

fn modes(incident: &Incident, mode: ReplyAudience, send: &SendMessage) -> Html {
    let one = |option: ReplyAudience| {
        html! {
            <label key={say(option.label())} class="mode">
                <input type="radio" name="mode" aria-label={say(option.label())} checked={option == mode}
                    disabled={!option.fits(incident)}
                    onchange={send.reform(move |_| IncidentMsg::EditDraft(DraftEdit::ReplyAudience(option)))} />
                <span>{ say(option.label()) }</span>
            </label>
        }
    };
    // What a seal rules out is not there at all; what only lacks an account may still come.
    let offered = ReplyAudience::ALL.iter().copied().filter(|option| incident.seal.is_none() || option.fits(incident));
    html! {
        <div class="modes" role="radiogroup" aria-label={say(text::VISIBILITY_LABEL)}>{ for offered.map(one) }</div>
    }
}

/// Whom a reply goes to, where there is a choice.
fn whom(incident: &Incident, draft: &ComposerDraft, mode: ReplyAudience, send: &SendMessage) -> Html {
    if mode != ReplyAudience::Reply || incident.stakes.len() < 2 {
        return Html::default();
    }
    let chosen_now = draft.account(incident).map(|account| &account.id);
    let mut options = vec![(String::new(), "…".to_owned(), chosen_now.is_none())];
    options.extend(incident.stakes.iter().map(|stake| {
        (stake.account.id.to_string(), stake.account.name.clone(), chosen_now == Some(&stake.account.id))
    }));
    let pick =
        when(send, |event: Event| Some(IncidentMsg::EditDraft(DraftEdit::Account(AccountId::parse(&chosen(&event))?))));
    html! { <div class="fields">{ labelled(text::REPLY_TO, select(say(text::REPLY_TO), options, pick)) }</div> }
}

/// What everybody will see of it from now on.
fn face(scene: &Scene<'_>, incident: &Incident, draft: &ComposerDraft, send: &SendMessage) -> Html {
    const IMPACTS: [Impact; 4] = [Impact::None, Impact::Minor, Impact::Major, Impact::Critical];
    let impacts = IMPACTS
        .into_iter()
        .map(|impact| (value(impact.label()), say(impact.label()).to_owned(), impact == draft.impact(incident)));
    let pick = when(send, |event: Event| {
        let picked = chosen(&event);
        IMPACTS
            .into_iter()
            .find(|impact| value(impact.label()) == picked)
            .map(|impact| IncidentMsg::EditDraft(DraftEdit::Impact(impact)))
    });
    html! {
        <>
            <p class="note">{ icon(Shape::GLOBE) }{ say(text::FIRST_PUBLIC) }</p>
            <div class="fields">
                { labelled(text::FIELD_PUBLIC_TITLE, html! {
                    <input type="text" dir="auto" aria-label={say(text::FIELD_PUBLIC_TITLE)} maxlength="120" required=true
                        value={draft.title.clone()}
                        oninput={send.reform(|event| IncidentMsg::EditDraft(DraftEdit::Title(field(&event))))} />
                }) }
                { labelled(text::FIELD_IMPACT, select(say(text::FIELD_IMPACT), impacts.collect(), pick)) }
            </div>
            { parts(scene, incident, draft, send) }
        </>
    }
}

/// The value of an option in a list: the key of its words. Never its `Debug` form, which the build for browsers
/// leaves out.
fn value(label: Key) -> String {
    label.0.to_owned()
}

/// The components that the public update names.
fn parts(scene: &Scene<'_>, incident: &Incident, draft: &ComposerDraft, send: &SendMessage) -> Html {
    let named = draft.components(incident);
    let all = scene.client.cache.components();
    let names: Vec<_> = all.iter().filter(|c| named.contains(&c.id)).map(|c| c.name.as_str()).collect();
    let names = if names.is_empty() { say(text::AFFECTS_NOTHING).to_owned() } else { names.join(", ") };
    let choosing = draft.choosing;
    let tick = |id: ComponentId| {
        send.reform(move |event: Event| IncidentMsg::EditDraft(DraftEdit::Component(id.clone(), ticked(&event))))
    };
    html! {
        <div class="parts-named">
            <button type="button" class="link" aria-expanded={choosing.to_string()}
                onclick={send.reform(move |_| IncidentMsg::EditDraft(DraftEdit::Choosing(!choosing)))}>
                { fill(text::FIELD_AFFECTS, &[("components", &names)]) }
            </button>
            if choosing {
                <ul>{ for all.iter().map(|component| html! {
                    <li key={component.id.to_string()}><label>
                        <input type="checkbox" checked={named.contains(&component.id)} onchange={tick(component.id.clone())} />
                        { &component.name }
                    </label></li>
                }) }</ul>
            }
        </div>
    }
}

/// The status, the next update and the expected end that go with an update.
fn news(scene: &Scene<'_>, incident: &Incident, draft: &ComposerDraft, send: &SendMessage) -> Html {
    let next = draft.next.unwrap_or_else(|| NextUpdateChoice::fitting(incident, &scene.vendor.scheme));
    let way = send.reform(|event| IncidentMsg::EditDraft(DraftEdit::Workaround(words(&event))));
    html! {
        <div class="fields">
            { labelled(text::FIELD_STATUS, statuses(incident, draft, send)) }
            if incident.status.is_open() {
                { labelled(text::FIELD_NEXT, promises(next, send)) }
                if next == NextUpdateChoice::At {
                    { labelled(text::FIELD_WHEN, moment(text::FIELD_WHEN, &draft.next_at, DraftEdit::NextAt, send)) }
                }
                { labelled(text::FIELD_ETA, moment(text::FIELD_ETA, &draft.eta, DraftEdit::Eta, send)) }
            }
            { labelled(text::WORKAROUND, html! {
                <textarea rows="1" dir="auto" aria-label={say(text::WORKAROUND)} value={draft.workaround.clone()}
                    oninput={way} />
            }) }
        </div>
    }
}

fn statuses(incident: &Incident, draft: &ComposerDraft, send: &SendMessage) -> Html {
    let mut offered: Vec<Status> = Status::steps().collect();
    if incident.can_end() {
        offered.push(Status::Resolved);
    }
    offered.retain(|status| *status != incident.status && incident.is_open());
    let stays = fill(text::STATUS_STAYS, &[("status", say(incident.status.label()))]);
    let mut options = vec![(String::new(), stays, draft.status.is_none())];
    options.extend(
        offered
            .iter()
            .map(|status| (value(status.label()), say(status.label()).to_owned(), draft.status == Some(*status))),
    );
    let pick = send.reform(move |event: Event| {
        let picked = chosen(&event);
        IncidentMsg::EditDraft(DraftEdit::Status(
            offered.iter().copied().find(|status| value(status.label()) == picked),
        ))
    });
    select(say(text::FIELD_STATUS), options, pick)
}

fn promises(next: NextUpdateChoice, send: &SendMessage) -> Html {
    let words = |option: NextUpdateChoice| match option {
        NextUpdateChoice::Unscheduled => say(text::NEXT_NONE).to_owned(),
        NextUpdateChoice::In(minutes) => fill(text::NEXT_IN, &[("span", &text::span(i64::from(minutes) * MINUTE))]),
        NextUpdateChoice::At => say(text::NEXT_AT).to_owned(),
    };
    let value = |option: NextUpdateChoice| match option {
        NextUpdateChoice::Unscheduled => "none".to_owned(),
        NextUpdateChoice::In(minutes) => minutes.to_string(),
        NextUpdateChoice::At => "at".to_owned(),
    };
    let options = NextUpdateChoice::ALL.into_iter().map(|option| (value(option), words(option), option == next));
    let pick = when(send, move |event: Event| {
        let picked = chosen(&event);
        NextUpdateChoice::ALL
            .into_iter()
            .find(|option| value(*option) == picked)
            .map(|next| IncidentMsg::EditDraft(DraftEdit::NextUpdateChoice(next)))
    });
    select(say(text::FIELD_NEXT), options.collect(), pick)
}

fn moment(name: Key, value: &str, edit: fn(String) -> DraftEdit, send: &SendMessage) -> Html {
    html! {
        <input type="datetime-local" aria-label={say(name)} value={value.to_owned()}
            oninput={send.reform(move |event| IncidentMsg::EditDraft(edit(field(&event))))} />
    }
}

fn labelled(name: Key, control: Html) -> Html {
    // The control carries the same name itself; a label around it would make a list's choice part of the name.
    html! { <div class="field" key={say(name)}><span class="label" aria-hidden="true">{ say(name) }</span>{ control }</div> }
}

fn label(incident: &Incident, draft: &ComposerDraft) -> String {
    match draft.mode(incident) {
        ReplyAudience::Internal => say(text::WRITE_INTERNAL).to_owned(),
        ReplyAudience::Reply => {
            let name = match (&incident.seal, incident.stakes.first()) {
                (Some(_), Some(stake)) => &stake.reporter_name,
                _ => draft.account(incident).map_or("…", |account| &account.name),
            };
            fill(text::WRITE_REPLY, &[("account", name)])
        }
        ReplyAudience::Affected => say(text::WRITE_AFFECTED).to_owned(),
        ReplyAudience::Public => say(text::WRITE_PUBLIC).to_owned(),
    }
}
