//! Files that people attach to what they write. What is in them is the store's; an event holds what they are called, of
//! what type they are, and how large.

use serde::{Deserialize, Serialize};

use crate::{
    model::{
        event::Change,
        id::AttachmentId,
        limits::{ATTACHMENTS_LIMIT, FILE_NAME_LIMIT, clean, parse_text},
    },
    wire::error::{Constraint, Invalid},
};

/// A file of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attachment {
    /// The file, for `GET /v1/attachments/{id}`.
    pub id: AttachmentId,
    /// What it is called.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its media type, as the server found it in its contents.
    pub media_type: String,
}

/// A file that is about to be uploaded: the body of `POST /v1/attachments`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewAttachment {
    /// What it is called, at most 200 characters. What stands before a slash is left out.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
}

/// How far an upload is: the answer of `POST` and `PATCH`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Upload {
    /// The file.
    pub id: AttachmentId,
    /// So many of its bytes are stored: the next part begins there.
    pub offset: u64,
    /// Its size in bytes.
    pub size: u64,
}

impl NewAttachment {
    /// Checks the name, and leaves out of it what would show another one, or lead elsewhere.
    ///
    /// # Errors
    /// Names the first field that breaks its rule.
    pub fn parse(self) -> Result<Self, Invalid> {
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let name: String = clean(name).chars().filter(|char| !hides_an_ending(*char)).collect();
        let name = parse_text("name", &name.replace(['\n', '\t'], " "), FILE_NAME_LIMIT)?;
        if self.size == 0 {
            return Err(Invalid::new("size", Constraint::TooSmall(1)));
        }
        Ok(Self { name, size: self.size })
    }
}

/// What turns the direction of a text round, so that `exe.png` may be read where `gnp.exe` is written.
const fn hides_an_ending(char: char) -> bool {
    matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The files that a command names, each once.
///
/// # Errors
/// Where there are too many, or one is named twice.
pub fn check_attachments(ids: &[AttachmentId]) -> Result<(), Invalid> {
    if ids.len() > ATTACHMENTS_LIMIT {
        return Err(Invalid::new("attachments", Constraint::TooMany(ATTACHMENTS_LIMIT)));
    }
    let mut rest = ids;
    while let Some((first, others)) = rest.split_first() {
        if others.contains(first) {
            return Err(Invalid::new("attachments", Constraint::Malformed));
        }
        rest = others;
    }
    Ok(())
}

impl Change {
    /// The files that belong to it.
    #[must_use]
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Self::Said { attachments, .. } => attachments,
            Self::Declared { report, .. } | Self::Invited { report: Some(report), .. } => &report.attachments,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Time;

    fn named(name: &str) -> Result<String, Invalid> {
        NewAttachment { name: name.to_owned(), size: 1 }.parse().map(|new| new.name)
    }

    #[test]
    fn a_name_shows_its_ending_and_leads_nowhere() {
        for (given, name) in [
            ("trace.har", "trace.har"),
            ("../../etc/passwd", "passwd"),
            ("C:\\fakepath\\shot.png", "shot.png"),
            ("photo\u{202e}gnp.exe", "photognp.exe"),
            ("a\r\nb\u{0}.log", "a b.log"),
            ("écran 1.png", "écran 1.png"),
        ] {
            assert_eq!(named(given).as_deref(), Ok(name), "{given:?}");
        }
        for nameless in ["", "logs/", "\u{202e}", "\u{200b}"] {
            assert_eq!(named(nameless).unwrap_err().field, "name", "{nameless:?}");
        }
        assert!(named(&"x".repeat(FILE_NAME_LIMIT + 1)).is_err());
        assert_eq!(NewAttachment { name: "x".into(), size: 0 }.parse().unwrap_err().field, "size");
    }

    #[test]
    fn a_command_names_a_few_files_each_once() {
        let ids: Vec<_> = (0..=ATTACHMENTS_LIMIT as u128).map(|number| AttachmentId::new(Time(1), number)).collect();
        let (last, few) = ids.split_last().unwrap();
        assert_eq!(check_attachments(few), Ok(()));
        assert_eq!(check_attachments(&ids).unwrap_err().rule, Constraint::TooMany(ATTACHMENTS_LIMIT));
        assert!(check_attachments(&[*last, *last]).is_err());
    }
}
