//! The language that people here read, as the server gave its words.

use std::cell::RefCell;

use callpoint_core::text::{self, Language};
use js_sys::{Array, Intl::PluralRules, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

thread_local! {
    static SPOKEN: RefCell<Option<SpokenLanguage>> = const { RefCell::new(None) };
}

struct SpokenLanguage {
    tag: String,
    plurals: PluralRules,
    language: &'static Language,
}

/// Speaks this language from here on: `{lang, words}`, or English where it is `undefined`.
pub fn speak(locale: &JsValue) {
    let part = |name: &str| Reflect::get(locale, &name.into()).unwrap_or_default();
    let tag = part("lang").as_string();
    SPOKEN.with_borrow_mut(|spoken| {
        // The words of a language stay in memory: the same ones serve whoever boots again.
        if spoken.as_ref().map(|spoken| &spoken.tag) != tag.as_ref() {
            *spoken = tag.map(|tag| SpokenLanguage::new(tag, part("words").unchecked_ref()));
        }
        text::speak(spoken.as_ref().map(|spoken| spoken.language));
    });
}

/// The language that is spoken here, where it is not English.
pub fn tag() -> Option<String> {
    // English is spoken as a language where the page has words of its own in it.
    SPOKEN.with_borrow(|spoken| spoken.as_ref().map(|spoken| spoken.tag.clone()).filter(|tag| !tag.starts_with("en")))
}

/// The locale list for the browser's own formats: empty, its own, while English is spoken.
pub fn locales() -> Array {
    tag().into_iter().map(JsValue::from).collect()
}

impl SpokenLanguage {
    fn new(tag: String, words: &Object) -> Self {
        let pairs = Object::entries(words).into_iter().filter_map(|pair| {
            let pair: Array = pair.unchecked_into();
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        });
        let plurals = PluralRules::new(&Array::of1(&JsValue::from(&*tag)), &Object::new());
        Self { plurals, language: Language::new(pairs, category), tag }
    }
}

fn category(count: usize) -> String {
    #[expect(clippy::cast_precision_loss, reason = "nothing is counted here that a double does not hold")]
    SPOKEN.with_borrow(|spoken| {
        spoken.as_ref().map(|spoken| spoken.plurals.select(count as f64).into()).unwrap_or_default()
    })
}
