//! What earlier versions stored in browsers: an outbox entry must be readable for as long as a device may hold one.

use callpoint_core::{
    model::{
        command::IncidentCommand,
        id::{CommandId, IncidentId},
        severity::Severity,
        time::Time,
    },
    rules::hint::SymptomAnswer,
    wire::protocol::{Request, Submission},
};

const AT: Time = Time(1_760_000_000_000);

#[test]
fn an_outbox_entry_stored_by_an_earlier_version_is_read() {
    let stored = [
        (r#"{"acknowledge":{}}"#, IncidentCommand::Acknowledge {}),
        (r#"{"confirm":{}}"#, IncidentCommand::Confirm {}),
        (
            r#"{"message":{"text":"Words"}}"#,
            IncidentCommand::Message { text: "Words".into(), to: None, attachments: Vec::new() },
        ),
        (r#"{"join":{"severity":1}}"#, IncidentCommand::Join { severity: Severity(1), text: String::new() }),
        (
            r#"{"propose_resolution":{"text":"Restarted"}}"#,
            IncidentCommand::ProposeResolution { text: "Restarted".into() },
        ),
    ];
    let id = serde_json::to_string(&CommandId::new(AT, 1)).unwrap();
    let incident = serde_json::to_string(&IncidentId::new(AT, 2)).unwrap();
    for (json, wanted) in stored {
        let entry = format!(r#"{{"id":{id},"at":{},"request":{{"incident":[{incident},{json}]}}}}"#, AT.0);
        let read: Submission = serde_json::from_str(&entry).unwrap();
        assert_eq!(read.request, Request::Incident(IncidentId::new(AT, 2), wanted));
    }
    let entry =
        format!(r#"{{"id":{id},"at":{},"request":{{"report":{{"what":"x","answers":{{"sees":"errors"}}}}}}}}"#, AT.0);
    let read: Submission = serde_json::from_str(&entry).unwrap();
    assert!(matches!(read.request, Request::Report(draft) if draft.answers.sees == Some(SymptomAnswer::Errors)));
}
