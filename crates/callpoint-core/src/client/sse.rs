//! A push parser for server-sent events, as the HTML standard's "event stream interpretation" lays it down.
//! Bytes in, frames out; chunks may end anywhere, even inside a character.

/// One frame of the stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The event's type; empty means `message`.
    pub event: String,
    /// The last id that the stream has given so far.
    pub id: String,
    /// The data lines, joined by line feeds.
    pub data: String,
}

/// Collects bytes into frames.
#[derive(Clone, Debug, Default)]
pub struct Parser {
    line: Vec<u8>,
    after_return: bool,
    started: bool,
    frame: Frame,
    has_data: bool,
}

impl Parser {
    /// Takes the next bytes and gives the frames they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Frame> {
        let mut frames = Vec::new();
        for &byte in bytes {
            match byte {
                b'\n' if self.after_return => self.after_return = false,
                b'\n' | b'\r' => {
                    self.after_return = byte == b'\r';
                    let line = core::mem::take(&mut self.line);
                    frames.extend(self.take_line(&String::from_utf8_lossy(&line)));
                }
                _ => {
                    self.after_return = false;
                    self.line.push(byte);
                }
            }
        }
        frames
    }

    fn take_line(&mut self, line: &str) -> Option<Frame> {
        let line = if self.started { line } else { line.strip_prefix('\u{feff}').unwrap_or(line) };
        self.started = true;
        if line.is_empty() {
            return self.dispatch();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.frame.event),
            "id" if !value.contains('\0') => value.clone_into(&mut self.frame.id),
            "data" => {
                if self.has_data {
                    self.frame.data.push('\n');
                }
                self.frame.data.push_str(value);
                self.has_data = true;
            }
            _ => {}
        }
        None
    }

    fn dispatch(&mut self) -> Option<Frame> {
        let frame = Frame {
            event: core::mem::take(&mut self.frame.event),
            id: self.frame.id.clone(),
            data: core::mem::take(&mut self.frame.data),
        };
        core::mem::take(&mut self.has_data).then_some(frame)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(text: &[u8]) -> Vec<Frame> {
        Parser::default().push(text)
    }

    #[test]
    fn frames_are_read_as_the_standard_says() {
        let frames = whole(
            "\u{feff}: hello\n\nid: 7\nevent:reset\ndata: {\"a\"\ndata:  1}\r\n\r\ndata\n\nid\ndata:x\r\r".as_bytes(),
        );
        let frame = |event: &str, id: &str, data: &str| Frame { event: event.into(), id: id.into(), data: data.into() };
        assert_eq!(frames, [frame("reset", "7", "{\"a\"\n 1}"), frame("", "7", ""), frame("", "", "x")]);
    }

    proptest! {
        #[test]
        fn chunk_borders_do_not_matter(text in "(data: ?[äa\n\r:]{0,6}|id: 5|event: é|\r\n|\n\n){0,12}", cuts in prop::collection::vec(0usize..100, 0..6)) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            let mut parser = Parser::default();
            let mut frames = Vec::new();
            let mut from = 0;
            for to in cuts.into_iter().chain([bytes.len()]) {
                frames.extend(parser.push(&bytes[from..to]));
                from = to;
            }
            prop_assert_eq!(frames, whole(bytes));
        }
    }
}
