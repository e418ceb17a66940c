//! Moments in the words of the language that is spoken, in UTC: what we make is read anywhere.

use callpoint_core::model::time::Time;
use icu_calendar::Iso;
use icu_datetime::{
    DateTimeFormatter, DateTimeFormatterPreferences,
    fieldsets::{MDE, YMD},
    input::{Date, DateTime, Time as TimeOfDay},
};
use jiff::{Timestamp, Zoned, tz::TimeZone};

use super::Locale;

/// `Friday, 27 November, 14:05 UTC`.
#[must_use]
pub fn date_time(time: Time) -> String {
    let format = DateTimeFormatter::try_new(locale(), MDE::long().with_time_hm());
    words(time, "%A, %-d %B, %H:%M", |moment| Some(format.ok()?.format(&moment).to_string())) + " UTC"
}

/// `27 Nov 2026, 14:05 UTC`.
#[must_use]
pub fn short_date_time(time: Time) -> String {
    let format = DateTimeFormatter::try_new(locale(), YMD::medium().with_time_hm());
    words(time, "%-d %b %Y, %H:%M", |moment| Some(format.ok()?.format(&moment).to_string())) + " UTC"
}

/// `27 November 2026`.
#[must_use]
pub fn date(time: Time) -> String {
    let format = DateTimeFormatter::try_new(locale(), YMD::long());
    words(time, "%-d %B %Y", |moment| Some(format.ok()?.format(&moment.date).to_string()))
}

/// `27 Nov 2026`.
#[must_use]
pub fn short_date(time: Time) -> String {
    let format = DateTimeFormatter::try_new(locale(), YMD::medium());
    words(time, "%-d %b %Y", |moment| Some(format.ok()?.format(&moment.date).to_string()))
}

fn locale() -> DateTimeFormatterPreferences {
    (&Locale::spoken().tag).into()
}

/// English has its own format: the order of day and month that everybody reads alike.
fn words(time: Time, english: &str, format: impl FnOnce(DateTime<Iso>) -> Option<String>) -> String {
    let moment = Timestamp::from_millisecond(time.0).unwrap_or_default().to_zoned(TimeZone::UTC);
    let formatted = Locale::spoken().language.and_then(|_| format(civil(&moment)?));
    formatted.unwrap_or_else(|| moment.strftime(english).to_string())
}

fn civil(moment: &Zoned) -> Option<DateTime<Iso>> {
    let unsigned = |number: i8| u8::try_from(number).ok();
    let (month, day) = (unsigned(moment.month())?, unsigned(moment.day())?);
    let (hour, minute) = (unsigned(moment.hour())?, unsigned(moment.minute())?);
    let date = Date::try_new_iso(moment.year().into(), month, day).ok()?;
    Some(DateTime { date, time: TimeOfDay::try_new(hour, minute, 0, 0).ok()? })
}
