//! Reads JSON in the browser's bundle. `serde_json` does the same with better errors and three times the bytes: its
//! reader accepts a struct in two forms and describes each mistake, and all of that is compiled once per type. The
//! client asks only one thing, whether this is a value of that type; where somebody must be told what is wrong (the
//! server, the tools) `serde_json` reads.

use core::fmt::Display;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor,
    value::BorrowedStrDeserializer,
};

/// The value that `text` holds; `None` if it holds another or is not JSON.
#[must_use]
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = T::deserialize(&mut reader).ok()?;
    (reader.peek() == 0).then_some(value)
}

/// Deepest nesting that is read, so that hostile text can't exhaust the stack.
const DEPTH: u8 = 64;

/// Not a value of that type. What exactly is wrong is nobody's business here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unreadable;

impl Display for Unreadable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("unreadable")
    }
}

impl core::error::Error for Unreadable {}

impl serde::de::Error for Unreadable {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
    fn invalid_type(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn invalid_value(_: serde::de::Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn missing_field(_: &'static str) -> Self {
        Self
    }
    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

type Read<T> = Result<T, Unreadable>;

struct Reader<'de> {
    text: &'de str,
    at: usize,
    depth: u8,
}

/// A string of the text: borrowed unless it has escapes.
enum Text<'de> {
    Plain(&'de str),
    Escaped(String),
}

impl<'de> Reader<'de> {
    /// The next byte that is not space; 0 at the end.
    fn peek(&mut self) -> u8 {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let space = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count();
        self.at += space;
        rest.get(space).copied().unwrap_or(0)
    }

    fn expect(&mut self, byte: u8) -> Read<()> {
        if self.peek() == byte {
            self.at += 1;
            Ok(())
        } else {
            Err(Unreadable)
        }
    }

    fn word(&mut self, word: &str) -> Read<()> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.starts_with(word) {
            self.at += word.len();
            Ok(())
        } else {
            Err(Unreadable)
        }
    }

    fn deeper(&mut self) -> Read<()> {
        self.depth += 1;
        if self.depth > DEPTH { Err(Unreadable) } else { Ok(()) }
    }

    /// A whole number. The protocol has no others.
    fn number(&mut self) -> Read<i64> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.bytes().take_while(|byte| matches!(byte, b'-' | b'0'..=b'9')).count();
        let fraction = matches!(rest.as_bytes().get(length), Some(b'.' | b'e' | b'E'));
        self.at += length;
        match rest.get(..length).unwrap_or_default().parse() {
            Ok(number) if !fraction => Ok(number),
            _ => Err(Unreadable),
        }
    }

    fn string(&mut self) -> Read<Text<'de>> {
        self.expect(b'"')?;
        let rest = self.text.get(self.at..).unwrap_or_default();
        let stop = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).ok_or(Unreadable)?;
        let plain = rest.get(..stop).ok_or(Unreadable)?;
        self.at += stop;
        if self.word("\"").is_ok() {
            return Ok(Text::Plain(plain));
        }
        let mut text = plain.to_owned();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let next = rest.chars().next().ok_or(Unreadable)?;
            self.at += next.len_utf8();
            match next {
                '"' => return Ok(Text::Escaped(text)),
                '\\' => text.push(self.escape()?),
                '\0'..' ' => return Err(Unreadable),
                _ => text.push(next),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let byte = self.text.as_bytes().get(self.at).copied().unwrap_or(0);
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.hex()?;
                let code = if (0xd800..0xdc00).contains(&high) {
                    self.word("\\u")?;
                    let low = self.hex()?.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or(Unreadable)?;
                    0x1_0000 + ((high - 0xd800) << 10) + low
                } else {
                    high
                };
                char::from_u32(code).ok_or(Unreadable)?
            }
            _ => return Err(Unreadable),
        })
    }

    fn hex(&mut self) -> Read<u32> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| !d.starts_with('+')).ok_or(Unreadable)?;
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| Unreadable)
    }

    /// Whether another item follows; eats what stands between.
    fn more(&mut self, end: u8, first: &mut bool) -> Read<bool> {
        let next = self.peek();
        let first = core::mem::take(first);
        if next == end {
            self.at += 1;
            self.depth -= 1;
            return Ok(false);
        }
        if !first {
            self.expect(b',')?;
        }
        Ok(true)
    }

    fn visit_string<V: Visitor<'de>>(&mut self, visitor: V) -> Read<V::Value> {
        match self.string()? {
            Text::Plain(text) => visitor.visit_borrowed_str(text),
            Text::Escaped(text) => visitor.visit_str(&text),
        }
    }

    fn skip(&mut self) -> Read<()> {
        match self.peek() {
            b'"' => self.string().map(drop),
            b'{' | b'[' => {
                let object = self.peek() == b'{';
                self.at += 1;
                self.deeper()?;
                let mut first = true;
                while self.more(if object { b'}' } else { b']' }, &mut first)? {
                    if object {
                        self.peek();
                        self.string()?;
                        self.expect(b':')?;
                    }
                    self.skip()?;
                }
                Ok(())
            }
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            b'-' | b'0'..=b'9' => {
                let rest = self.text.get(self.at..).unwrap_or_default();
                self.at += rest.bytes().take_while(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')).count();
                Ok(())
            }
            _ => Err(Unreadable),
        }
    }
}

/// The items of a list or an object that was begun.
struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    first: bool,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        if self.reader.more(b']', &mut self.first)? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if self.reader.more(b'}', &mut self.first)? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        self.reader.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

/// An enum: a word, or an object of one word and what belongs to it.
struct Variant<'a, 'de> {
    reader: &'a mut Reader<'de>,
    name: Option<&'de str>,
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Self)> {
        match self.name {
            Some(name) => Ok((seed.deserialize(BorrowedStrDeserializer::new(name))?, self)),
            None => {
                let value = seed.deserialize(&mut *self.reader)?;
                self.reader.expect(b':')?;
                Ok((value, self))
            }
        }
    }
}

impl<'de> Variant<'_, 'de> {
    fn end<T>(&mut self, value: T) -> Read<T> {
        self.reader.expect(b'}').map(|()| value)
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Unreadable;

    fn unit_variant(self) -> Read<()> {
        self.name.map(drop).ok_or(Unreadable)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(mut self, seed: T) -> Read<T::Value> {
        let value = seed.deserialize(&mut *self.reader)?;
        self.end(value)
    }

    fn tuple_variant<V: Visitor<'de>>(mut self, _: usize, visitor: V) -> Read<V::Value> {
        let value = self.reader.deserialize_tuple(0, visitor)?;
        self.end(value)
    }

    fn struct_variant<V: Visitor<'de>>(mut self, _: &'static [&'static str], visitor: V) -> Read<V::Value> {
        let value = self.reader.deserialize_map(visitor)?;
        self.end(value)
    }
}

macro_rules! numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            self.peek();
            visitor.visit_i64(self.number()?)
        }
    )*};
}

macro_rules! strings {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            self.peek();
            self.visit_string(visitor)
        }
    )*};
}

macro_rules! absent {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Read<V::Value> {
            Err(Unreadable::custom(""))
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Unreadable;

    numbers! { deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }
    strings! { deserialize_str deserialize_string deserialize_char deserialize_identifier }
    absent! { deserialize_any deserialize_f32 deserialize_f64 deserialize_bytes deserialize_byte_buf deserialize_unit }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let yes = self.peek() == b't';
        self.word(if yes { "true" } else { "false" })?;
        visitor.visit_bool(yes)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.peek() == b'n' {
            self.word("null")?;
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.expect(b'[')?;
        self.deeper()?;
        visitor.visit_seq(Items { reader: self, first: true })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.expect(b'[')?;
        self.deeper()?;
        let value = visitor.visit_seq(Items { reader: &mut *self, first: true })?;
        self.depth -= 1;
        self.expect(b']').map(|()| value)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.expect(b'{')?;
        self.deeper()?;
        visitor.visit_map(Items { reader: self, first: true })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        if self.peek() == b'{' {
            self.at += 1;
            return visitor.visit_enum(Variant { reader: self, name: None });
        }
        match self.string()? {
            Text::Plain(name) => visitor.visit_enum(Variant { reader: self, name: Some(name) }),
            Text::Escaped(_) => Err(Unreadable),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, _: V) -> Read<V::Value> {
        Err(Unreadable)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_tuple(0, visitor)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Kind {
        Plain,
        One(String),
        Pair(u8, bool),
        Named { text: String, more: Option<Box<Kind>> },
        Empty {},
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Value {
        number: i64,
        #[serde(default)]
        list: Vec<Kind>,
        map: BTreeMap<String, u32>,
    }

    fn kind() -> impl Strategy<Value = Kind> {
        let leaf = prop_oneof![
            Just(Kind::Plain),
            Just(Kind::Empty {}),
            ".*".prop_map(Kind::One),
            any::<(u8, bool)>().prop_map(|(a, b)| Kind::Pair(a, b)),
        ];
        leaf.prop_recursive(3, 8, 1, |inner| {
            (".*", prop::option::of(inner.prop_map(Box::new))).prop_map(|(text, more)| Kind::Named { text, more })
        })
    }

    proptest! {
        #[test]
        fn what_serde_json_writes_is_read_as_it_was(
            number in any::<i64>(),
            list in prop::collection::vec(kind(), 0..4),
            map in prop::collection::btree_map(".*", any::<u32>(), 0..3),
        ) {
            let value = Value { number, list, map };
            prop_assert_eq!(read::<Value>(&serde_json::to_string(&value).unwrap()), Some(value.clone()));
            prop_assert_eq!(read::<Value>(&serde_json::to_string_pretty(&value).unwrap()), Some(value));
        }

        #[test]
        fn whatever_it_reads_serde_json_reads_the_same(text in r#"[\[\]{}:,"a-cnu0-9\\ .-]{0,24}"#) {
            if let Some(value) = read::<BTreeMap<String, Vec<String>>>(&text) {
                prop_assert_eq!(serde_json::from_str::<BTreeMap<String, Vec<String>>>(&text).unwrap(), value);
            }
        }
    }

    #[test]
    fn unknown_fields_are_passed_over_and_other_values_refused() {
        let text = r#" {"extra": {"a": [1.5e3, null, "\u00e4\ud83d\ude00", {}]}, "number": -7, "map": {}} "#;
        assert_eq!(read::<Value>(text), Some(Value { number: -7, list: Vec::new(), map: BTreeMap::new() }));
        for wrong in ["", "{", "null", "[]", r#"{"number":1.5,"map":{}}"#, r#"{"number":1,"map":{}} x"#, r#"{"number":1,}"#] {
            assert_eq!(read::<Value>(wrong), None, "{wrong}");
        }
        assert_eq!(read::<String>(r#""\ud800""#), None);
        assert_eq!(read::<Value>(&format!("{{\"x\":{}", "[".repeat(10_000))), None);
    }
}
