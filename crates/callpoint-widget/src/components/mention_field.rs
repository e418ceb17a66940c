//! A text field that completes names behind an `@`: a list under it that the arrow keys go through while the focus stays
//! where people write.

use callpoint_core::{
    model::{event::Audience, incident::Incident},
    rules::mentions::mentionable,
    text::{self, say},
};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::context::ReaderContext;

/// The most names that are offered at once.
const OFFERED: usize = 6;

/// The names of those whom the reader can name in words to this audience.
#[must_use]
pub fn people(reader: &ReaderContext, incident: &Incident, to: &Audience) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for person in mentionable(incident, to) {
        if reader.you.person.as_ref() != Some(&person.person) && !names.contains(&person.name) {
            names.push(person.name.clone());
        }
    }
    names
}

/// What the field needs.
#[derive(PartialEq, Properties)]
pub struct MentionFieldProps {
    /// What is written.
    pub value: String,
    /// Gets what is written from now on.
    pub typed: Callback<String>,
    /// Gets the keys that the list does not take.
    pub onkeydown: Callback<KeyboardEvent>,
    /// Who can be named.
    pub people: Vec<String>,
    /// What the field is for.
    pub label: AttrValue,
    /// What stands in it while it is empty.
    pub placeholder: AttrValue,
    /// Its class.
    #[prop_or_default]
    pub class: &'static str,
    /// How many lines it shows.
    pub rows: &'static str,
}

/// The field.
#[derive(Debug)]
pub struct MentionField {
    field: NodeRef,
    /// Where somebody writes; none while nobody asks for names.
    caret: Option<u32>,
    active: usize,
    /// The text that has a name put in, and where they go on writing in it.
    next: Option<(String, u32)>,
}

/// What happens to the field.
#[derive(Debug)]
pub enum MentionMsg {
    /// Somebody wrote.
    Typed,
    /// The mark goes to this name.
    Mark(usize),
    /// This name was chosen.
    Choose(String),
    /// The list is not wanted.
    Close,
}

impl Component for MentionField {
    type Message = MentionMsg;
    type Properties = MentionFieldProps;

    fn create(_: &Context<Self>) -> Self {
        Self { field: NodeRef::default(), caret: None, active: 0, next: None }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: MentionMsg) -> bool {
        let MentionFieldProps { value, typed, .. } = ctx.props();
        let caret = self.caret.take();
        match msg {
            MentionMsg::Typed => {
                if let Some(field) = self.field.cast::<HtmlTextAreaElement>() {
                    self.caret = field.selection_start().ok().flatten();
                    self.active = 0;
                    typed.emit(field.value());
                }
            }
            MentionMsg::Mark(place) => (self.caret, self.active) = (caret, place),
            MentionMsg::Choose(name) => {
                if let Some(asked) = caret.and_then(|caret| Asked::at(value, caret)) {
                    let (written, at) = asked.completed(value, &name);
                    typed.emit(written.clone());
                    self.next = Some((written, at));
                }
            }
            MentionMsg::Close => return caret.is_some(),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (props, link) = (ctx.props(), ctx.link());
        let asked = self.caret.and_then(|caret| Asked::at(&props.value, caret));
        let offered = asked.map(|asked| asked.fitting(&props.people)).unwrap_or_default();
        let (open, at) = (!offered.is_empty(), self.active);
        let onkeydown = {
            let (link, offered, others) = (link.clone(), offered.clone(), props.onkeydown.clone());
            move |event: KeyboardEvent| {
                let plain = !event.ctrl_key() && !event.meta_key() && !event.is_composing();
                let last = offered.len().saturating_sub(1);
                let msg = match (event.key().as_str(), offered.get(at)) {
                    (_, None) => return others.emit(event),
                    _ if !plain => return others.emit(event),
                    ("ArrowDown", _) => MentionMsg::Mark(if at < last { at + 1 } else { 0 }),
                    ("ArrowUp", _) => MentionMsg::Mark(at.checked_sub(1).unwrap_or(last)),
                    ("Enter" | "Tab", Some(name)) if !event.shift_key() => MentionMsg::Choose(name.clone()),
                    ("Escape", _) => MentionMsg::Close,
                    _ => return others.emit(event),
                };
                // What is around it would send, leave or close.
                event.prevent_default();
                event.stop_propagation();
                link.send_message(msg);
            }
        };
        let option = |(place, name): (usize, &String)| {
            let (link, chosen) = (link.clone(), name.clone());
            // A press would take the focus from the field, which closes the list.
            let onmousedown = move |event: MouseEvent| {
                event.prevent_default();
                link.send_message(MentionMsg::Choose(chosen.clone()));
            };
            html! {
                <li id={option_id(place)} role="option" aria-selected={(place == at).to_string()} dir="auto" {onmousedown}>{ name }</li>
            }
        };
        html! {
            <div class="mention-field">
                <textarea ref={&self.field} name="message" class={props.class} rows={props.rows} dir="auto" aria-label={props.label.clone()}
                    placeholder={props.placeholder.clone()} value={props.value.clone()}
                    oninput={link.callback(|_: InputEvent| MentionMsg::Typed)} {onkeydown}
                    onblur={link.callback(|_: FocusEvent| MentionMsg::Close)} onclick={link.callback(|_: MouseEvent| MentionMsg::Close)}
                    aria-autocomplete="list" aria-haspopup="listbox" aria-controls={open.then_some("mentions")}
                    aria-activedescendant={open.then(|| option_id(at))} />
                if open {
                    <ul id="mentions" class="mentions" role="listbox" aria-label={say(text::MENTION_LIST)}>
                        { for offered.iter().enumerate().map(option) }
                    </ul>
                }
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        if let Some((_, at)) = self.next.take_if(|(written, _)| *written == ctx.props().value)
            && let Some(field) = self.field.cast::<HtmlTextAreaElement>()
        {
            let _ = field.set_selection_range(at, at);
        }
    }
}

fn option_id(place: usize) -> String {
    ["mention-", &place.to_string()].concat()
}

/// What stands behind the `@` right before the caret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asked<'a> {
    /// Where the `@` stands, and where what follows it ends.
    at: usize,
    end: usize,
    name: &'a str,
}

impl<'a> Asked<'a> {
    /// At a caret, which browsers count in UTF-16.
    fn at(text: &'a str, caret: u32) -> Option<Self> {
        let mut units = 0;
        let end = text.char_indices().find_map(|(at, c)| {
            let here = units >= caret;
            units += if c > '\u{ffff}' { 2 } else { 1 };
            here.then_some(at)
        });
        let end = end.unwrap_or(text.len());
        let before = text.get(..end)?;
        let at = before.rfind('@')?;
        let name = before.get(at + 1..)?;
        // An address has its `@` inside of a word.
        let begins = before.get(..at)?.chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric());
        (begins && name.len() <= 40 && !name.contains('\n')).then_some(Self { at, end, name })
    }

    /// Those of whom a part of the name begins so.
    fn fitting(&self, people: &[String]) -> Vec<String> {
        let begins =
            |rest: &str| rest.get(..self.name.len()).is_some_and(|start| start.eq_ignore_ascii_case(self.name));
        let fits = |name: &&String| {
            let parts = name.match_indices(' ').filter_map(|(at, _)| name.get(at + 1..));
            core::iter::once(name.as_str()).chain(parts).any(begins)
        };
        people.iter().filter(fits).take(OFFERED).cloned().collect()
    }

    /// The text with this name in it, and where the caret is then.
    fn completed(&self, text: &str, name: &str) -> (String, u32) {
        let [before, after] = [text.get(..self.at), text.get(self.end..)].map(Option::unwrap_or_default);
        let written = [before, "@", name, " "].concat();
        let caret = written.encode_utf16().count();
        ([&written, after.strip_prefix(' ').unwrap_or(after)].concat(), u32::try_from(caret).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(text: &str) -> Vec<String> {
        let people = ["Mara Lind", "Ada Okafor", "Émile Adam"].map(str::to_owned);
        let caret = u32::try_from(text.encode_utf16().count()).unwrap();
        Asked::at(text, caret).map(|asked| asked.fitting(&people)).unwrap_or_default()
    }

    #[test]
    fn names_are_offered_behind_an_at_by_how_any_part_of_them_begins() {
        assert_eq!(offered("Hi @"), ["Mara Lind", "Ada Okafor", "Émile Adam"]);
        assert_eq!(offered("👩‍💻 @ad"), ["Ada Okafor", "Émile Adam"]);
        assert_eq!(offered("(@Mara L"), ["Mara Lind"]);
        for none in ["Hi", "ada@ad", "@ad\n", "@Mara Lind is", "@nobody"] {
            assert_eq!(offered(none), Vec::<String>::new(), "{none:?}");
        }
    }

    #[test]
    fn a_name_takes_the_place_of_what_was_typed_of_it() {
        let text = "👩‍💻 @ma, look";
        let caret = u32::try_from("👩‍💻 @ma".encode_utf16().count()).unwrap();
        let (written, at) = Asked::at(text, caret).unwrap().completed(text, "Mara Lind");
        assert_eq!(written, "👩‍💻 @Mara Lind , look");
        assert_eq!(at, u32::try_from("👩‍💻 @Mara Lind ".encode_utf16().count()).unwrap());
    }
}
