//! This device's clock, and times as people here write them.

use callpoint_core::model::time::{DAY, MINUTE, Time};
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
    let is_today = || day(time) == day(now());
    FORMATS.with(|formats| {
        let format = if exact {
            &formats.exact
        } else if is_today() {
            &formats.today
        } else {
            &formats.earlier
        };
        written(format, time)
    })
}

/// The day of a time here, by its number.
#[must_use]
pub fn day(time: Time) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "no place on Earth is more than a day off")]
    let offset = date(time).get_timezone_offset() as i64;
    time.plus(-offset * MINUTE).0.div_euclid(DAY)
}

/// A day as people here write it.
#[must_use]
pub fn format_day(time: Time) -> String {
    FORMATS.with(|formats| written(&formats.day, time))
}

fn written(format: &Function, time: Time) -> String {
    let text = format.call1(&JsValue::UNDEFINED, &date(time)).ok();
    text.and_then(|text| text.as_string()).unwrap_or_default()
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
    day: Function,
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
            day: options(&[("dateStyle", "full")]),
            earlier: options(&[[("day", "numeric"), ("month", "short")], time].concat()),
        }
    }
}
