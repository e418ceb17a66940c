//! The vendor's own fields of the report form, by configuration.

use callpoint_core::model::field::{FieldKind, FieldWords, ReportField, check_fields};

use super::{ConfigError, FieldConfig};

/// Reads them, and says which of them can't be used and why.
pub(super) fn parse(given: &[FieldConfig]) -> Result<Vec<ReportField>, ConfigError> {
    let wrong = |place: usize, part: &str, message: &str| {
        ConfigError::value(&format!("report.fields[{place}].{part}"), message)
    };
    let mut fields = Vec::new();
    for (place, given) in given.iter().enumerate() {
        let kind = match given.kind.as_str() {
            "text" => FieldKind::Text,
            "long_text" => FieldKind::LongText,
            "number" => FieldKind::Number,
            "date" => FieldKind::Date,
            "choice" => FieldKind::Choice,
            _ => return Err(wrong(place, "kind", "must be `text`, `long_text`, `number`, `date` or `choice`")),
        };
        let length = |length: i64| u32::try_from(length).map_err(|_| wrong(place, "max_length", "must be 1 to 1,000"));
        let FieldConfig { id, label, required, help, choices, min, max, max_length, words, .. } = given.clone();
        let words = words
            .into_iter()
            .map(|(tag, own)| (tag, FieldWords { label: own.label, help: own.help, choices: own.choices }));
        fields.push(ReportField {
            id,
            label,
            kind,
            required,
            help,
            choices,
            min: min.as_ref().map(plain).unwrap_or_default(),
            max: max.as_ref().map(plain).unwrap_or_default(),
            max_length: max_length.map(length).transpose()?,
            words: words.collect(),
        });
    }
    check_fields(&fields).map_err(|(place, fault)| wrong(place, fault.part, fault.must))?;
    Ok(fields)
}

/// A number or a day as it stands in the file, quoted or not.
fn plain(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Datetime(day) => day.to_string(),
        // No bound: what it must be is said where bounds are checked.
        _ => "?".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    fn read(text: &str) -> Result<Vec<ReportField>, String> {
        let config: Config = toml::from_str(text).map_err(|error| error.to_string())?;
        parse(&config.report.fields).map_err(|error| error.to_string())
    }

    #[test]
    fn fields_are_read_in_their_order() {
        let read = read(
            r#"
            [[report.fields]]
            id = "order"
            label = "Order number"
            kind = "number"
            required = true
            help = "It is on the slip."
            min = 1
            max = 99.5
            words.de = { label = "Auftragsnummer", help = "Sie steht auf dem Lieferschein." }
            [[report.fields]]
            id = "plant"
            label = "Plant"
            kind = "choice"
            choices = ["Wien", "Graz"]
            [[report.fields]]
            id = "day"
            label = "Day"
            kind = "date"
            min = 2026-01-01
            max = "2026-12-31"
            [[report.fields]]
            id = "remark"
            label = "Remark"
            max_length = 20
            "#,
        )
        .unwrap();
        let plain: Vec<_> = read.iter().map(|field| (&*field.id, field.kind, &*field.min, &*field.max)).collect();
        let expected = [
            ("order", FieldKind::Number, "1", "99.5"),
            ("plant", FieldKind::Choice, "", ""),
            ("day", FieldKind::Date, "2026-01-01", "2026-12-31"),
            ("remark", FieldKind::Text, "", ""),
        ];
        assert_eq!(plain, expected);
        let required: Vec<_> =
            read.iter().filter(|field| field.required).map(|field| field.in_language("de").0).collect();
        assert_eq!(required, ["Auftragsnummer"]);
    }

    #[test]
    fn what_can_not_be_used_is_named() {
        for (text, wrong) in [
            ("id = 'A'\nlabel = 'x'", "report.fields[0].id: must have 1 to 40 lower-case letters"),
            ("id = 'a'\nlabel = ' '", "report.fields[0].label: must have 1 to"),
            ("id = 'a'\nlabel = 'x'\nkind = 'list'", "report.fields[0].kind: must be `text`"),
            ("id = 'a'\nlabel = 'x'\nkind = 'choice'", "report.fields[0].choices: must have 1 to"),
            ("id = 'a'\nlabel = 'x'\nchoices = ['b']", "report.fields[0].choices: is only for"),
            ("id = 'a'\nlabel = 'x'\nmin = 3", "report.fields[0].min: is only for the kinds `number` and `date`"),
            ("id = 'a'\nlabel = 'x'\nkind = 'number'\nmin = 'few'", "report.fields[0].min: must be a value"),
            ("id = 'a'\nlabel = 'x'\nkind = 'number'\nmin = 3\nmax = 2", "report.fields[0].max: must not be less"),
            ("id = 'a'\nlabel = 'x'\nmax_length = -1", "report.fields[0].max_length: must be 1 to 1,000"),
            ("id = 'a'\nlabel = 'x'\nwords.de = { choices = ['x'] }", "report.fields[0].words: must be"),
            (
                "id = 'a'\nlabel = 'x'\n[[report.fields]]\nid = 'a'\nlabel = 'y'",
                "report.fields[1].id: must not be that",
            ),
            ("id = 'a'\nlabel = 'x'\nsize = 3", "unknown field `size`"),
            ("id = 'a'\nlabel = 'x'\nwords.de = { title = 'x' }", "unknown field `title`"),
        ] {
            let error = read(&format!("[[report.fields]]\n{text}")).unwrap_err();
            assert!(error.contains(wrong), "{text}: {error}");
        }
    }
}
