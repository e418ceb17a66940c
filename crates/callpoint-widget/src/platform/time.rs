//! This device's clock, and times as people here write them.

use callpoint_core::model::time::Time;
use js_sys::{
    Date, Function,
    Intl::{DateTimeFormat, DateTimeFormatOptions},
};
use wasm_bindgen::JsValue;

use super::language::locales;

/// This device's clock.
#[must_use]
pub fn now() -> Time {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of any real date fit")]
    Time(Date::now() as i64)
}

/// A time as people here write it: the hour alone today, with the day otherwise; `exact` spells everything out.
#[must_use]
pub fn format_time(time: Time, exact: bool) -> String {
    let date = date(time);
    let is_today = || date.to_date_string() == Date::new_0().to_date_string();
    FORMATS.with(|formats| {
        let format = if exact {
            &formats.exact
        } else if is_today() {
            &formats.today
        } else {
            &formats.earlier
        };
        let text = format.call1(&JsValue::UNDEFINED, &date).ok();
        text.and_then(|text| text.as_string()).unwrap_or_default()
    })
}

fn date(time: Time) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any real date fit")]
    Date::new(&JsValue::from_f64(time.0 as f64))
}

thread_local! {
    // A browser takes longer to make one of these than to use it.
    static FORMATS: Formats = Formats::new();
}

struct Formats {
    exact: Function,
    today: Function,
    earlier: Function,
}

impl Formats {
    fn new() -> Self {
        let options = |fields: &[(&str, &str)]| {
            let options = DateTimeFormatOptions::new();
            for (name, value) in fields {
                // A plain object takes any property.
                let _ = js_sys::Reflect::set(&options, &(*name).into(), &(*value).into());
            }
            DateTimeFormat::new(&locales(), &options).format()
        };
        let time = [("hour", "numeric"), ("minute", "2-digit")];
        Self {
            exact: options(&[("dateStyle", "long"), ("timeStyle", "long")]),
            today: options(&time),
            earlier: options(&[[("day", "numeric"), ("month", "short")], time].concat()),
        }
    }
}
