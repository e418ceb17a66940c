//! A report in which every field has a value, and its file.

use callpoint_core::{
    model::{
        attachment::Attachment,
        id::AttachmentId,
        report::{Report, ReportDraft},
        severity::{Scheme, Severity},
    },
    rules::hint::{AffectedAnswer, Answers, DataAnswer, SinceAnswer, SymptomAnswer, WorkaroundAnswer},
};

use super::{AT, FIELDS, labels};

pub fn attachment() -> Attachment {
    let media_type = "image/png".into();
    Attachment { id: AttachmentId::new(AT, 7), name: "labels.png".into(), size: 4_096, media_type }
}

pub fn draft() -> ReportDraft {
    ReportDraft {
        what: "Labels do not print".into(),
        details: "Since noon".into(),
        component: Some(labels()),
        severity: Some(Severity(1)),
        class: Some("service".into()),
        drill: true,
        answers: Answers {
            sees: Some(SymptomAnswer::Errors),
            stopped: Some(AffectedAnswer::Everyone),
            since: Some(SinceAnswer::Today),
            around: Some(WorkaroundAnswer::None),
            data: Some(DataAnswer::Safe),
            security: Some(false),
        },
        fields: [("order".into(), "17".into()), ("shelf".into(), "B7".into())].into_iter().collect(),
        asked: [("shelf".into(), "Shelf".into())].into_iter().collect(),
        context: [("page".into(), "https://app.example/labels".into())].into_iter().collect(),
        attachments: vec![attachment().id],
    }
}

pub fn report() -> Report {
    let fields: Vec<_> = serde_json::from_str(FIELDS).unwrap();
    let report = Report::parse(draft(), &Scheme::preset("sev1-3").unwrap(), &[], &fields).unwrap();
    Report { attachments: vec![attachment()], ..report }
}
