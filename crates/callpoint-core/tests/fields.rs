//! The vendor's own fields: what each kind takes, and that nothing that is written in them keeps a report from being
//! read, or is lost.

use callpoint_core::{
    model::{
        field::{FieldAnswer, FieldKind, FieldWords, ReportField, check_fields, first_missing, read_fields},
        limits::{CHOICES_LIMIT, FIELD_ID_LIMIT, FIELD_LIMIT, FIELDS_LIMIT, TITLE_LIMIT},
        report::{Report, ReportDraft},
        severity::{Scheme, Severity},
    },
    wire::error::Constraint,
};
use litemap::LiteMap;
use proptest::prelude::*;

fn field(id: &str, kind: FieldKind) -> ReportField {
    ReportField { id: id.into(), label: id.to_uppercase(), kind, ..ReportField::default() }
}

fn choice(choices: &[&str]) -> ReportField {
    let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
    ReportField { choices, ..field("f", FieldKind::Choice) }
}

fn within(kind: FieldKind, min: &str, max: &str) -> ReportField {
    ReportField { min: min.into(), max: max.into(), ..field("f", kind) }
}

fn written(pairs: &[(&str, &str)]) -> LiteMap<String, String> {
    pairs.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect()
}

fn rule(field: &ReportField, value: &str) -> Option<Constraint> {
    field.read(value).err().map(|invalid| invalid.rule)
}

#[test]
fn each_kind_takes_what_it_is_for() {
    for (field, good, bad) in [
        (field("f", FieldKind::Text), vec!["x", " two\nlines ", "ä"], vec![]),
        (
            field("f", FieldKind::Number),
            vec!["7", "-0.5", " 007 ", "-0"],
            vec![
                "seven", "1,000.5", "1,0,5", "1,000", "inf", "NaN", "0x7", "1e3", "5.", ".5", "-", "--1", "+1",
                "1 000", "٣",
            ],
        ),
        (
            field("f", FieldKind::Date),
            vec!["2026-11-27", "2024-02-29", "2000-02-29"],
            vec![
                "27.11.2026",
                "2026-02-29",
                "1900-02-29",
                "2026-13-01",
                "2026-1-1",
                "2026-00-10",
                "2026-04-31",
                "2026-04-30-",
            ],
        ),
        (choice(&["Berlin", "Wien"]), vec!["Berlin"], vec!["berlin", "Paris"]),
    ] {
        for value in good {
            assert_eq!(field.read(value).as_deref(), Ok(value.trim()), "{value}");
        }
        for value in bad {
            assert_eq!(field.read(value).map_err(|invalid| invalid.name()), Err("fields.f".into()), "{value}");
        }
        assert_eq!(field.read(" \u{200b}").as_deref(), Ok(""), "what is empty is no mistake");
    }
    assert_eq!(field("f", FieldKind::Number).read("1,5").as_deref(), Ok("1.5"));
}

#[test]
fn bounds_and_lengths_hold_and_are_named() {
    let pallets = within(FieldKind::Number, "1", "33.5");
    assert_eq!(rule(&pallets, "0.99"), Some(Constraint::Below));
    assert_eq!(rule(&pallets, "33.51"), Some(Constraint::Above));
    assert_eq!(rule(&pallets, "33.50"), None);
    assert_eq!(pallets.read("-1").unwrap_err().to_string(), "`fields.f` must not be below 1.");
    let day = within(FieldKind::Date, "2026-01-01", "");
    assert_eq!((rule(&day, "2025-12-31"), rule(&day, "2026-01-01")), (Some(Constraint::Below), None));
    let short = ReportField { max_length: Some(3), ..field("f", FieldKind::Text) };
    assert_eq!((rule(&short, "äöü"), rule(&short, "abcd")), (None, Some(Constraint::TooLong(3))));
    assert_eq!(
        rule(&field("f", FieldKind::LongText), &"x".repeat(FIELD_LIMIT + 1)),
        Some(Constraint::TooLong(FIELD_LIMIT))
    );
}

#[test]
fn what_is_required_is_asked_for_and_keeps_no_report_from_being_declared() {
    let fields = [field("plant", FieldKind::Text), ReportField { required: true, ..field("order", FieldKind::Number) }];
    let none = LiteMap::new();
    assert_eq!(first_missing(&fields, &none).map(|field| &*field.id), Some("order"));
    assert_eq!(first_missing(&fields, &written(&[("order", "\u{200b}")])).map(|field| &*field.id), Some("order"));
    let missing = FieldAnswer { id: "order".into(), label: "ORDER".into(), value: String::new() };
    assert_eq!(read_fields(&fields, &none, &none), Ok(vec![missing.clone()]));
    let all = written(&[("order", "17"), ("plant", "Wien")]);
    assert_eq!(first_missing(&fields, &all), None);
    let plant = FieldAnswer { id: "plant".into(), label: "PLANT".into(), value: "Wien".into() };
    assert_eq!(read_fields(&fields, &all, &none), Ok(vec![plant, FieldAnswer { value: "17".into(), ..missing }]));
}

#[test]
fn what_is_written_in_a_pages_own_field_or_one_that_is_gone_is_kept() {
    let fields = [field("order", FieldKind::Number)];
    let all = written(&[("gone", " 1 "), ("order", "7"), ("shelf", "B7"), ("no id", "x"), ("empty", " ")]);
    let asked = written(&[("shelf", "Shelf"), ("order", "Not the vendor's"), ("gone", "two\nlines")]);
    let told: Vec<_> = read_fields(&fields, &all, &asked).unwrap();
    let told: Vec<_> = told.iter().map(|answer| (&*answer.label, &*answer.value)).collect();
    assert_eq!(told, [("ORDER", "7"), ("gone", "1"), ("Shelf", "B7")]);
    let draft =
        ReportDraft { what: "Labels".into(), severity: Some(Severity(1)), fields: all, ..ReportDraft::default() };
    let report = Report::parse(draft, &Scheme::preset("sev1-3").unwrap(), &[], &fields).unwrap();
    assert_eq!(report.details, "no id: x", "no words are lost");
    let many: LiteMap<_, _> = (0..50).map(|at| (format!("f{at:02}"), "x".to_owned())).collect();
    assert_eq!(read_fields(&fields, &many, &asked).unwrap().len(), FIELDS_LIMIT);
    let long = written(&[("shelf", &"x".repeat(FIELD_LIMIT + 1))]);
    assert_eq!(read_fields(&fields, &long, &asked).map_err(|invalid| invalid.name()), Err("fields.shelf".into()));
}

#[test]
fn a_field_is_read_in_the_language_or_else_as_it_is() {
    let own = FieldWords { label: "Werk".into(), choices: vec!["Wien (A)".into()], ..FieldWords::default() };
    let words = [("de".to_owned(), own)].into_iter().collect();
    let field = ReportField { help: "Where".into(), words, ..choice(&["Wien"]) };
    let german = ("Werk", "Where", &["Wien (A)".to_owned()][..]);
    assert_eq!(field.in_language("de"), german);
    assert_eq!(field.in_language("de-AT"), german);
    assert_eq!(field.in_language("fr"), ("F", "Where", &["Wien".to_owned()][..]));
}

/// One change of a definition that makes it useless, and the part that is named.
type Spoil = (fn(&mut ReportField), &'static str);

#[test]
fn a_definition_that_can_not_be_used_is_named_by_its_part() {
    let number = || within(FieldKind::Number, "1", "2");
    let good = [number(), choice(&["a", "b"]), within(FieldKind::Date, "2026-01-01", "2026-01-01")];
    for field in &good {
        assert_eq!(field.check(), Ok(()));
    }
    let spoils: [Spoil; 17] = [
        (|f| f.id = "A".into(), "id"),
        (|f| f.id = String::new(), "id"),
        (|f| f.id = "x".repeat(FIELD_ID_LIMIT + 1), "id"),
        (|f| f.label = " ".into(), "label"),
        (|f| f.label = "x".repeat(TITLE_LIMIT + 1), "label"),
        (|f| f.help = "two\nlines".into(), "help"),
        (|f| f.choices = vec!["a".into()], "choices"),
        (|f| *f = choice(&[]), "choices"),
        (|f| *f = choice(&["a", "a"]), "choices"),
        (|f| *f = choice(&[" a"]), "choices"),
        (
            |f| *f = ReportField { choices: (0..=CHOICES_LIMIT).map(|at| at.to_string()).collect(), ..choice(&[]) },
            "choices",
        ),
        (|f| f.min = "x".into(), "min"),
        (|f| f.max = "0.5".into(), "max"),
        (|f| f.kind = FieldKind::Date, "min"),
        (|f| f.max_length = Some(3), "max_length"),
        (|f| *f = ReportField { max_length: Some(1_001), ..field("f", FieldKind::Text) }, "max_length"),
        (
            |f| {
                let own = FieldWords { choices: vec!["a".into()], ..FieldWords::default() };
                *f = ReportField { words: [("de".to_owned(), own)].into_iter().collect(), ..choice(&["a", "b"]) };
            },
            "words",
        ),
    ];
    for (spoil, part) in spoils {
        let mut spoiled = number();
        spoil(&mut spoiled);
        assert_eq!(spoiled.check().map_err(|fault| fault.part), Err(part), "{spoiled:?}");
    }
    let twice = [number(), choice(&["a"])];
    assert_eq!(check_fields(&twice).map_err(|(place, fault)| (place, fault.part)), Err((1, "id")));
    let many: Vec<_> = (0..=FIELDS_LIMIT).map(|at| field(&format!("f{at}"), FieldKind::Text)).collect();
    assert_eq!(check_fields(&many).map_err(|(place, _)| place), Err(FIELDS_LIMIT));
    assert_eq!(check_fields(many.get(1..).unwrap()), Ok(()));
}

fn kinds() -> impl Strategy<Value = FieldKind> {
    prop_oneof![
        Just(FieldKind::Text),
        Just(FieldKind::LongText),
        Just(FieldKind::Number),
        Just(FieldKind::Date),
        Just(FieldKind::Choice)
    ]
}

fn any_field() -> impl Strategy<Value = ReportField> {
    let bound =
        prop_oneof![Just(String::new()), "-?[0-9]{1,3}(\\.[0-9]{1,2})?", "20[0-9]{2}-0[1-9]-[12][0-9]", ".{0,3}"];
    let head = ("[a-d]", "[ -~]{0,3}", kinds(), any::<bool>());
    (head, prop::collection::vec("[a-c]{0,2}", 0..3), bound.clone(), bound, prop::option::of(0_u32..5)).prop_map(
        |((id, label, kind, required), choices, min, max, max_length)| ReportField {
            id,
            label,
            kind,
            required,
            choices,
            min,
            max,
            max_length,
            ..ReportField::default()
        },
    )
}

proptest! {
    /// The order of decimals, against whole numbers of a hundredth, which are exact.
    #[test]
    fn numbers_are_bounded_as_arithmetic_says(value in -20_000_i32..20_000, min in -20_000_i32..20_000, zeros in 0_usize..3) {
        let text = |hundredths: i32| {
            let sign = if hundredths < 0 { "-" } else { "" };
            format!("{sign}{}{}.{:02}", "0".repeat(zeros), hundredths.abs() / 100, hundredths.abs() % 100)
        };
        let least = within(FieldKind::Number, &text(min), "");
        prop_assert_eq!(rule(&least, &text(value)), (value < min).then_some(Constraint::Below));
        let most = within(FieldKind::Number, "", &text(min));
        prop_assert_eq!(rule(&most, &text(value)), (value > min).then_some(Constraint::Above));
    }

    /// What was read is read again as it is: the browser's reading passes the server's.
    #[test]
    fn whatever_is_written_is_named_by_its_field_or_kept_as_it_was_read(
        fields in prop::collection::vec(any_field(), 0..4),
        written in prop::collection::btree_map("[a-e]", "[-0-9a-c.,\u{200b}\\n ]{0,6}", 0..5),
    ) {
        let usable: Vec<_> = fields.into_iter().filter(|field| field.check().is_ok()).collect();
        let fields: LiteMap<_, _> = usable.into_iter().map(|field| (field.id.clone(), field)).collect();
        let fields: Vec<_> = fields.into_iter().map(|(_, field)| field).collect();
        prop_assert_eq!(check_fields(&fields), Ok(()));
        let written: LiteMap<_, _> = written.into_iter().collect();
        let draft = |fields: LiteMap<String, String>| {
            ReportDraft { what: "x".into(), severity: Some(Severity(1)), fields, ..ReportDraft::default() }
        };
        let parse = |draft| Report::parse(draft, &Scheme::preset("sev1-3").unwrap(), &[], &fields);
        match parse(draft(written.clone())) {
            Ok(report) => {
                let again = report.fields.iter().map(|answer| (answer.id.clone(), answer.value.clone())).collect();
                let again = parse(draft(again)).map(|report| report.fields);
                prop_assert_eq!(again, Ok(report.fields.clone()));
                for (id, value) in &written {
                    let kept = report.fields.iter().any(|answer| answer.id == *id && !answer.value.is_empty());
                    prop_assert_eq!(kept, !callpoint_core::model::limits::is_blank(value), "{}", id);
                }
            }
            Err(invalid) => {
                let id = invalid.part.clone().unwrap_or_default();
                prop_assert_eq!(invalid.name(), format!("fields.{}", &id));
                prop_assert!(written.contains_key(&id) && fields.iter().any(|field| field.id == id));
            }
        }
    }
}
