//! The fields that the vendor or the page defines: in the report form, and as a report has them.

use callpoint_core::{
    model::{
        field::{FieldAnswer, FieldKind, ReportField},
        report::ReportDraft,
    },
    text::{self, say},
};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{button::Send, form::fault};
use crate::{
    context::ReaderContext,
    panel::{FieldError, PanelMsg},
    platform::language,
};

/// The fields that the form asks for, or those that may stay empty.
pub fn own_fields(
    reader: &ReaderContext,
    required: bool,
    draft: &ReportDraft,
    error: Option<&FieldError>,
    send: &Send,
) -> Html {
    let language = language::tag().unwrap_or_default();
    let fields = reader.vendor.fields.iter().filter(|field| field.required == required);
    fields.map(|field| own_field(field, &language, draft, error, send)).collect()
}

fn own_field(
    field: &ReportField,
    language: &str,
    draft: &ReportDraft,
    error: Option<&FieldError>,
    send: &Send,
) -> Html {
    let (label, help, choices) = field.in_language(language);
    let name = field.name();
    let invalid = error.is_some_and(|error| error.field == name).then_some("true");
    let required = field.required.then_some("true");
    let value = draft.fields.get(&field.id).cloned().unwrap_or_default();
    let (send, id) = (send.clone(), field.id.clone());
    // A text area and a choice have their value under the same name.
    let fill = Callback::from(move |event: Event| {
        let value = event.target_unchecked_into::<HtmlInputElement>().value();
        send.emit(PanelMsg::FillField(id.clone(), value));
    });
    let oninput = fill.reform(|event: InputEvent| event.into());
    let about = (!help.is_empty()).then(|| [&name, "-help"].concat());
    let control = match field.kind {
        FieldKind::Choice => {
            let option = |(choice, words): (&String, &String)| {
                html! { <option value={choice.clone()} selected={*choice == value}>{ words }</option> }
            };
            html! {
                <select name={name.clone()} aria-invalid={invalid} aria-required={required} aria-describedby={about.clone()}
                    onchange={fill}>
                    <option value="" selected={value.is_empty()} />
                    { for field.choices.iter().zip(choices).map(option) }
                </select>
            }
        }
        FieldKind::LongText => html! {
            <textarea name={name.clone()} rows="2" dir="auto" aria-invalid={invalid} aria-required={required}
                aria-describedby={about.clone()} {value} {oninput} />
        },
        FieldKind::Text | FieldKind::Number | FieldKind::Date => {
            // A browser gives nothing of what it does not take for a number: it would be lost.
            let kind = if field.kind == FieldKind::Date { "date" } else { "text" };
            let inputmode = (field.kind == FieldKind::Number).then_some("decimal");
            html! {
                <input class="own-field" name={name.clone()} type={kind} {inputmode} dir="auto" aria-invalid={invalid}
                    aria-required={required} aria-describedby={about.clone()} {value} {oninput} />
            }
        }
    };
    html! {
        <div>
            <label><span class="label" dir="auto">{ label }</span>{ control }</label>
            if let Some(id) = about { <p class="quiet" dir="auto" {id}>{ help }</p> }
            { fault(error, &name) }
        </div>
    }
}

/// What a report has in them. What is missing is asked for, from whoever can add it.
pub fn answers(reader: &ReaderContext, fields: &[FieldAnswer]) -> Html {
    if fields.is_empty() {
        return Html::default();
    }
    let language = language::tag().unwrap_or_default();
    let missing = if reader.you.staff { text::FIELD_MISSING } else { text::FIELD_ASKED };
    let item = |answer: &FieldAnswer| {
        // In the reader's language, as long as it is still the same question.
        let known = |field: &&ReportField| field.id == answer.id && field.label == answer.label;
        let field = reader.vendor.fields.iter().find(known);
        let (label, _, choices) = field.map_or((&*answer.label, "", &[][..]), |field| field.in_language(&language));
        let chosen = field.and_then(|field| field.choices.iter().position(|choice| *choice == answer.value));
        let value = chosen.and_then(|at| choices.get(at)).unwrap_or(&answer.value);
        let value = if value.is_empty() {
            html! { <em>{ say(missing) }</em> }
        } else {
            html! { { value } }
        };
        html! { <><dt dir="auto">{ label }</dt><dd dir="auto">{ value }</dd></> }
    };
    html! {
        <>
            if !reader.you.staff { <p class="label told">{ say(text::FIELDS_TOLD) }</p> }
            <dl class="own-fields">{ for fields.iter().map(item) }</dl>
        </>
    }
}
