//! The writing half. A type names its parts and one writer, the same for all, puts them down: about 3 kB, where
//! `serde_json` made 12 kB of code of its own for the same few types.

/// `value` as JSON.
#[must_use]
pub fn write(value: &dyn Write) -> String {
    let mut out = Writer(String::new());
    value.write(&mut out);
    out.0
}

/// A type that the client writes.
pub trait Write {
    /// Writes the value; nothing at all where it is not there, which leaves its field out.
    fn write(&self, out: &mut Writer);
}

/// The JSON written so far.
#[derive(Debug)]
pub struct Writer(String);

impl Writer {
    /// Something that is JSON already.
    pub fn raw(&mut self, json: &str) {
        self.0.push_str(json);
    }

    /// A string.
    pub fn text(&mut self, text: &str) {
        self.0.push('"');
        for char in text.chars() {
            match char {
                '"' | '\\' => self.0.push('\\'),
                '\0'..' ' => {
                    // The control characters that are left end in one hexadecimal digit, after 0 or 1.
                    self.raw(if char < '\u{10}' { "\\u000" } else { "\\u001" });
                    self.0.extend(char::from_digit(u32::from(char) % 16, 16));
                    continue;
                }
                _ => {}
            }
            self.0.push(char);
        }
        self.0.push('"');
    }

    /// One field of an object that was begun with `{`; the caller ends it with `}`.
    pub fn field(&mut self, name: &str, value: &dyn Write) {
        let before = self.0.len();
        self.separate();
        self.text(name);
        self.0.push(':');
        let start = self.0.len();
        value.write(self);
        if self.0.len() == start {
            self.0.truncate(before);
        }
    }

    /// One item of a list that was begun with `[`; the caller ends it with `]`.
    pub fn item(&mut self, value: &dyn Write) {
        self.separate();
        value.write(self);
    }

    fn separate(&mut self) {
        if !self.0.ends_with(['{', '[']) {
            self.0.push(',');
        }
    }
}

impl Write for String {
    fn write(&self, out: &mut Writer) {
        out.text(self);
    }
}

impl Write for i64 {
    fn write(&self, out: &mut Writer) {
        out.raw(&self.to_string());
    }
}

macro_rules! numbers {
    ($($number:ident)*) => {$(
        impl Write for $number {
            fn write(&self, out: &mut Writer) {
                // What the protocol counts stays far below 2⁶³.
                i64::try_from(*self).unwrap_or(i64::MAX).write(out);
            }
        }
    )*};
}

numbers! { u8 u32 u64 usize }

impl Write for bool {
    fn write(&self, out: &mut Writer) {
        out.raw(if *self { "true" } else { "false" });
    }
}

impl<T: Write> Write for Option<T> {
    fn write(&self, out: &mut Writer) {
        if let Some(value) = self {
            value.write(out);
        }
    }
}

impl<T: Write> Write for Vec<T> {
    fn write(&self, out: &mut Writer) {
        out.raw("[");
        for item in self {
            out.item(item);
        }
        out.raw("]");
    }
}

impl Write for crate::map::Map<String, String> {
    fn write(&self, out: &mut Writer) {
        out.raw("{");
        for (key, value) in self {
            out.field(key, value);
        }
        out.raw("}");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::map::Map;

    proptest! {
        #[test]
        fn what_it_writes_is_read_as_it_was(map in prop::collection::btree_map(".*", ".*", 0..4), number in any::<i64>()) {
            let ours: Map<String, String> = map.clone().into_iter().collect();
            prop_assert_eq!(serde_json::from_str::<std::collections::BTreeMap<String, String>>(&write(&ours)).unwrap(), map);
            prop_assert_eq!(write(&vec![number, number]), serde_json::to_string(&[number, number]).unwrap());
        }

        #[test]
        fn no_control_character_is_left_as_it_was(text in "[\0-\u{1f}]{0,9}") {
            let written = write(&text);
            prop_assert!(!written.contains(char::is_control));
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }

    #[test]
    fn what_is_not_there_is_left_out() {
        let mut out = Writer("{".to_owned());
        out.field("a", &None::<bool>);
        out.field("b", &true);
        out.field("c", &None::<bool>);
        out.field("d", &Some(1_u8));
        assert_eq!(out.0, r#"{"b":true,"d":1"#);
    }
}
