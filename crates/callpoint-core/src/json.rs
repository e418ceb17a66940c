//! JSON in the browser's bundle. `serde_json` reads the same with better errors and several times the bytes: it
//! describes each mistake and undoes each half-built value, once per type; and it makes its writer anew for each.
//! The client asks only whether this is a value of that type; where somebody must be told what is wrong (the
//! server, the tools) `serde_json` reads. The snapshots of the wire types hold both to one format.

mod write;

pub use write::{Write, Writer, write};

use crate::map::Map;

/// The value that `text` holds; `None` if it is not JSON, or not a value of that type.
#[must_use]
pub fn read<T: Read>(text: &str) -> Option<T> {
    let json = parse(text)?;
    let mut fault = false;
    let value = T::read(&json, &mut fault);
    (!fault).then_some(value)
}

/// Apart from [`read`], and never a part of it, so that it is in the bundle once and not once per type.
#[inline(never)]
fn parse(text: &str) -> Option<Json> {
    let mut parser = Parser { text, at: 0 };
    let json = parser.value(DEPTH)?;
    (parser.peek() == 0).then_some(json)
}

/// A type that the client reads.
pub trait Read: Sized {
    /// The value, or any value with `fault` set. Nothing is undone on a fault: whoever asked drops the whole.
    fn read(json: &Json, fault: &mut bool) -> Self;
}

/// Deepest nesting that is read, so that hostile text can't exhaust the stack.
const DEPTH: u8 = 64;

/// A parsed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`, and what is not there.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number; the protocol has only whole ones, and others lose their fraction.
    Number(i64),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object, in the order of its text.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> &Self {
        match self {
            Self::Object(fields) => fields.iter().find(|(key, _)| key == name).map_or(&Self::Null, |(_, value)| value),
            _ => &Self::Null,
        }
    }

    /// The value of a field, read.
    pub fn field<T: Read>(&self, name: &str, fault: &mut bool) -> T {
        T::read(self.get(name), fault)
    }

    /// A variant and what belongs to it: a word alone, or an object of one word.
    #[must_use]
    pub fn variant(&self) -> (&str, &Self) {
        match self {
            Self::Text(word) => (word, &Self::Null),
            Self::Object(fields) => fields.first().map_or(("", &Self::Null), |(word, value)| (word, value)),
            _ => ("", &Self::Null),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// The next byte that is not space; 0 at the end.
    fn peek(&mut self) -> u8 {
        while matches!(self.byte(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
        self.byte()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let here = self.peek() == byte;
        self.at += usize::from(here);
        here
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        let here = self.text.get(self.at..)?.starts_with(word);
        self.at += word.len();
        here.then_some(value)
    }

    fn value(&mut self, depth: u8) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        match self.peek() {
            b'n' => self.word("null", Json::Null),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'"' => self.string().map(Json::Text),
            b'-' | b'0'..=b'9' => self.number(),
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                while !self.eat(b']') {
                    if !items.is_empty() && !self.eat(b',') {
                        return None;
                    }
                    items.push(self.value(depth)?);
                }
                Some(Json::List(items))
            }
            b'{' => {
                self.at += 1;
                let mut fields = Vec::new();
                while !self.eat(b'}') {
                    if !fields.is_empty() && !self.eat(b',') {
                        return None;
                    }
                    self.peek();
                    let key = self.string()?;
                    if !self.eat(b':') {
                        return None;
                    }
                    fields.push((key, self.value(depth)?));
                }
                Some(Json::Object(fields))
            }
            _ => None,
        }
    }

    fn number(&mut self) -> Option<Json> {
        let start = self.at;
        while matches!(self.byte(), b'-' | b'0'..=b'9') {
            self.at += 1;
        }
        let whole = self.text.get(start..self.at)?.parse().ok()?;
        while matches!(self.byte(), b'+' | b'-' | b'.' | b'e' | b'E' | b'0'..=b'9') {
            self.at += 1;
        }
        Some(Json::Number(whole))
    }

    fn string(&mut self) -> Option<String> {
        let mut rest = self.text.get(self.at..)?.strip_prefix('"')?;
        let mut text = String::new();
        loop {
            let stop = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
            text.push_str(rest.get(..stop)?);
            rest = rest.get(stop..)?;
            if let Some(after) = rest.strip_prefix('"') {
                self.at = self.text.len() - after.len();
                return Some(text);
            }
            let (found, after) = escape(rest.strip_prefix('\\')?)?;
            text.push(found);
            rest = after;
        }
    }
}

fn escape(text: &str) -> Option<(char, &str)> {
    let (byte, after) = (text.as_bytes().first()?, text.get(1..)?);
    let plain = match byte {
        b'"' | b'\\' | b'/' => char::from(*byte),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let (high, after) = hex(after)?;
            if !(0xd800..0xdc00).contains(&high) {
                return Some((char::from_u32(high)?, after));
            }
            let (low, after) = hex(after.strip_prefix("\\u")?)?;
            let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
            return Some((char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + low)?, after));
        }
        _ => return None,
    };
    Some((plain, after))
}

fn hex(text: &str) -> Option<(u32, &str)> {
    let digits = text.get(..4).filter(|digits| !digits.starts_with('+'))?;
    Some((u32::from_str_radix(digits, 16).ok()?, text.get(4..)?))
}

impl Read for String {
    fn read(json: &Json, fault: &mut bool) -> Self {
        match json {
            Json::Text(text) => return text.clone(),
            Json::Null => {}
            _ => *fault = true,
        }
        Self::new()
    }
}

impl Read for i64 {
    fn read(json: &Json, fault: &mut bool) -> Self {
        match json {
            Json::Number(number) => return *number,
            Json::Null => {}
            _ => *fault = true,
        }
        0
    }
}

macro_rules! numbers {
    ($($number:ident)*) => {$(
        impl Read for $number {
            fn read(json: &Json, fault: &mut bool) -> Self {
                let number = Self::try_from(i64::read(json, fault));
                *fault |= number.is_err();
                number.unwrap_or(0)
            }
        }
    )*};
}

numbers! { u8 u16 u32 u64 usize }

impl Read for bool {
    fn read(json: &Json, fault: &mut bool) -> Self {
        *fault |= !matches!(json, Json::Bool(_) | Json::Null);
        matches!(json, Json::Bool(true))
    }
}

impl<T: Read> Read for Option<T> {
    fn read(json: &Json, fault: &mut bool) -> Self {
        (!matches!(json, Json::Null)).then(|| T::read(json, fault))
    }
}

impl<T: Read> Read for Box<T> {
    fn read(json: &Json, fault: &mut bool) -> Self {
        Self::new(T::read(json, fault))
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(json: &Json, fault: &mut bool) -> Self {
        let mut list = Self::new();
        match json {
            // Not `collect`: that is a loop of its own for each type, with room reckoned ahead.
            Json::List(items) => {
                for item in items {
                    list.push(T::read(item, fault));
                }
            }
            Json::Null => {}
            _ => *fault = true,
        }
        list
    }
}

impl Read for Map<String, String> {
    fn read(json: &Json, fault: &mut bool) -> Self {
        match json {
            Json::Object(fields) => {
                fields.iter().map(|(key, value)| (key.clone(), String::read(value, fault))).collect()
            }
            _ => Self::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Value = Map<String, String>;

    proptest! {
        #[test]
        fn what_serde_json_writes_is_read_as_it_was(map in prop::collection::btree_map(".*", ".*", 0..4), number in any::<i64>()) {
            let map: Value = map.into_iter().collect();
            prop_assert_eq!(read::<Value>(&serde_json::to_string(&map).unwrap()), Some(map.clone()));
            prop_assert_eq!(read::<Value>(&serde_json::to_string_pretty(&map).unwrap()), Some(map));
            prop_assert_eq!(read::<Vec<i64>>(&format!("[{number} , {number}]")), Some(vec![number, number]));
        }

        #[test]
        fn whatever_it_reads_is_json(text in r#"[\[\]{}:,"a-cnu0-9\\ .-]{0,24}"#) {
            if let Some(list) = read::<Vec<String>>(&text) && !text.trim().starts_with('n') && !text.contains("null") {
                let known: Vec<String> = serde_json::from_str(&text.replace(",]", "]")).unwrap();
                prop_assert_eq!(known, list);
            }
        }
    }

    #[test]
    fn other_values_are_refused() {
        for wrong in ["", "{", "3", r#"{"a":1}"#, r#"{"a":"b",}"#, r#"{"a":"b"} x"#, r#"{"a" "b"}"#, "\"\n\""] {
            assert_eq!(read::<Value>(wrong).filter(|map| !map.is_empty()), None, "{wrong}");
        }
        assert_eq!(read::<String>(r#""\ud800""#), None);
        assert_eq!(read::<String>(r#""\u00e4\ud83d\ude00\n""#).as_deref(), Some("ä😀\n"));
        assert_eq!(read::<u8>("256"), None);
        assert_eq!(read::<Vec<String>>(&"[".repeat(100_000)), None);
    }
}
