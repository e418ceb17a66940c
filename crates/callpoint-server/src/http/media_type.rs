//! What a file is of: found in its contents, whatever its name or its uploader says of it.

/// Files may be of these types where the vendor configures no others. Documents of offices are archives of their own.
const DEFAULT_TYPES: [&str; 15] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/heif",
    "application/pdf",
    "text/plain",
    "application/zip",
    "application/gzip",
    "video/mp4",
    "video/quicktime",
    "video/webm",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
];

/// Pictures that any browser shows, and that can hold nothing that runs.
const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// What is text of whatever kind, and is only ever given as plain text: logs, HAR, CSV, JSON, and what would be markup.
pub const PLAIN: &str = "text/plain";

/// The type of a file by its beginning.
#[must_use]
pub fn media_type(beginning: &[u8]) -> &'static str {
    match infer::get(beginning).map(|kind| kind.mime_type()) {
        Some(kind) if !kind.starts_with("text/") => kind,
        _ if is_text(beginning) => PLAIN,
        _ => "application/octet-stream",
    }
}

/// Whether files of this type may be attached; `configured` says which, unless it is empty.
#[must_use]
pub fn is_allowed(media_type: &str, configured: &[String]) -> bool {
    match configured.is_empty() {
        true => DEFAULT_TYPES.contains(&media_type),
        false => configured.iter().any(|allowed| allowed == media_type),
    }
}

/// Whether browsers may show it by itself.
#[must_use]
pub fn is_shown(media_type: &str) -> bool {
    SHOWN.contains(&media_type)
}

/// Text in any encoding has none of the control characters that other files have; that of two bytes says so.
fn is_text(beginning: &[u8]) -> bool {
    let control = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127);
    beginning.starts_with(&[0xff, 0xfe]) || beginning.starts_with(&[0xfe, 0xff]) || !beginning.iter().any(control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contents_say_what_a_file_is_of() {
        for (beginning, kind) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"GIF89a\x01\0\x01\0", "image/gif"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
            (b"%PDF-1.7\n", "application/pdf"),
            (b"PK\x03\x04\x14\0\0\0\x08\0", "application/zip"),
            (b"\x1f\x8b\x08\0\0\0\0\0", "application/gzip"),
            (b"2026-11-20 ERROR \xc3\xa9chec\n", PLAIN),
            (b"caf\xe9 in Latin-1\n", PLAIN),
            (b"\xff\xfeh\0i\0", PLAIN),
            (b"{\"log\":{\"version\":\"1.2\"}}", PLAIN),
            (b"<!DOCTYPE html><script>alert(1)</script>", PLAIN),
            (b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", PLAIN),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>", PLAIN),
            (b"#!/bin/sh\nrm -rf /\n", PLAIN),
            (b"\0\x01\x02\x03", "application/octet-stream"),
        ] {
            assert_eq!(media_type(beginning), kind, "{}", String::from_utf8_lossy(beginning));
        }
        assert!(!DEFAULT_TYPES.contains(&media_type(b"MZ\x90\0\x03\0\0\0")), "programs");
        assert!(!DEFAULT_TYPES.contains(&media_type(b"\x7fELF\x02\x01\x01\0")), "programs");
    }

    #[test]
    fn nothing_that_could_run_is_shown() {
        for kind in DEFAULT_TYPES.into_iter().chain(["image/svg+xml", "text/html", "text/xml"]) {
            assert_eq!(is_shown(kind), SHOWN.contains(&kind), "{kind}");
        }
        assert!(!is_shown("image/svg+xml") && !is_shown(PLAIN) && !is_shown("application/pdf"));
    }
}
