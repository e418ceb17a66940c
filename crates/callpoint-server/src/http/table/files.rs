//! The part of the table that is about files that people attach.

use axum::http::Method;
use callpoint_core::{
    model::attachment::{NewAttachment, Upload},
    wire::{error::ErrorCode, protocol},
};
use serde_json::json;

use super::{Access, Endpoint, JSON, Schemas, id, key, read, write};
use crate::http::routes::attachments;

/// Every endpoint of files.
pub(super) fn endpoints(schemas: &mut Schemas) -> Vec<Endpoint> {
    let upload = schemas.of::<Upload>();
    let path = format!("{}/{{id}}", protocol::ATTACHMENTS);
    let offset = json!({
        "name": protocol::UPLOAD_OFFSET, "in": "header", "required": true,
        "description": "The byte at which this part begins: `offset` of the last answer.",
        "schema": { "type": "integer", "minimum": 0 },
    });
    let bytes = json!({ "type": "string", "format": "binary" });
    vec![
        write(
            protocol::ATTACHMENTS,
            attachments::begin,
            "beginUpload",
            "Begin to upload a file, whose id is the key, or ask where to go on.",
            schemas.of::<NewAttachment>(),
            (201, "So far it is durable.", upload.clone()),
        )
        .with(|operation| {
            operation.parameters = vec![key()];
            operation.codes = vec![ErrorCode::Forbidden, ErrorCode::FileTooLarge, ErrorCode::FileQuota];
        }),
        Endpoint::new(Method::PATCH, &path, attachments::append, "upload", "Upload a part of a file.").with(
            |operation| {
                operation.access = Access::SignedIn;
                operation.parameters = vec![id("uuid"), offset];
                operation.part = Some((attachments::PART, bytes.clone()));
                operation.answer = (200, "So far it is durable.", Some((JSON, upload)));
                operation.codes =
                    vec![ErrorCode::Forbidden, ErrorCode::NotFound, ErrorCode::OffsetConflict, ErrorCode::FileType];
            },
        ),
        Endpoint::new(
            Method::DELETE,
            &path,
            attachments::forget,
            "forgetUpload",
            "Forget an upload that no entry uses.",
        )
        .with(|operation| {
            operation.access = Access::SignedIn;
            operation.parameters = vec![id("uuid")];
            operation.answer = (204, "It is gone, or never was.", None);
            operation.codes = vec![ErrorCode::Forbidden, ErrorCode::NotFound];
        }),
        read(&path, attachments::read, "attachment", "A file, for whoever may see an entry that has it.", json!({}))
            .with(|operation| {
                operation.parameters = vec![id("uuid")];
                operation.answer = (200, "What is in it, by its own type.", Some(("application/octet-stream", bytes)));
                operation.codes = vec![ErrorCode::NotFound];
            }),
    ]
}
