//! Bytes from a terminal to keys: a total state machine, one byte at a time.
//!
//! What is no key (replies to queries, mouse reports, Alt with a letter, broken UTF-8) is swallowed whole, so that no part of it
//! presses a hotkey; of pasted text the printable ASCII characters remain, as [`Key::Pasted`]. Sequences: ECMA-48 (CSI, strings), the xterm, rxvt and Linux console spellings of keys.

use crate::app::key::Key;

/// How long to wait for the rest of what has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// A key's sequence arrives at once.
    Short,
    /// A paste or a long reply may take a while.
    Long,
}

/// Where in a sequence the decoder stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// Continuation bytes still to come, and the bits so far.
    Utf8(u8, u32),
    Escape,
    /// First parameter; whether a later one is being read; whether it has a private marker or an intermediate byte.
    Csi {
        first: u16,
        later: bool,
        private: bool,
        empty: bool,
    },
    Ss3,
    /// `ESC [ [`: a function key of the Linux console.
    Console,
    /// Bytes of an old mouse report to skip.
    Mouse(u8),
    /// Inside OSC, DCS, SOS, PM or APC.
    Text,
    TextEscape,
    /// Inside a bracketed paste, with so many bytes of its end seen.
    Paste(usize),
}

const PASTE_END: &[u8] = b"\x1b[201~";

/// Turns bytes into keys.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    state: State,
    answers: usize,
}

impl Decoder {
    /// Takes bytes in, cut anywhere, and appends the keys that they complete.
    pub fn feed(&mut self, bytes: &[u8], keys: &mut Vec<Key>) {
        for byte in bytes {
            let (state, key) = step(self.state, *byte);
            self.answers += usize::from(is_position(self.state, *byte));
            self.state = state;
            keys.extend(key);
        }
    }

    /// How often the terminal has said where its cursor is since the last call.
    pub fn answers(&mut self) -> usize {
        std::mem::take(&mut self.answers)
    }

    /// Whether something has begun and how long to wait for its end.
    #[must_use]
    pub fn patience(&self) -> Option<Patience> {
        match self.state {
            State::Ground => None,
            State::Text | State::TextEscape | State::Paste(_) => Some(Patience::Long),
            _ => Some(Patience::Short),
        }
    }

    /// Nothing more came in time: a lone escape byte was the Escape key, anything else is dropped.
    pub fn give_up(&mut self) -> Option<Key> {
        let lone = self.state == State::Escape;
        self.state = State::Ground;
        lone.then_some(Key::Esc)
    }
}

/// Whether a byte ends a report of the cursor's position, `CSI row ; column R`.
fn is_position(state: State, byte: u8) -> bool {
    let report = matches!(
        state,
        State::Csi {
            later: true,
            private: false,
            ..
        }
    );
    report && byte == b'R'
}

/// One byte further.
fn step(state: State, byte: u8) -> (State, Option<Key>) {
    use State::{Console, Csi, Escape, Ground, Mouse, Paste, Ss3, Text, TextEscape, Utf8};
    match (state, byte) {
        (Paste(seen), _) => paste(seen, byte),
        (Text, 0x07) => (Ground, None),
        (Text, 0x1b) => (TextEscape, None),
        (Text, _) => (Text, None),
        (TextEscape, b'\\') => (Ground, None),
        (TextEscape, _) => step(Escape, byte),
        (Mouse(1), _) => (Ground, None),
        (Mouse(left), _) => (Mouse(left - 1), None),
        (Escape, 0x1b) => (Escape, Some(Key::Esc)),
        (_, 0x18 | 0x1a) if state != Ground => (Ground, None),
        (_, 0x1b) => (Escape, None),
        (Ground, _) => ground(byte),
        (Utf8(left, bits), 0x80..=0xbf) => {
            let bits = bits << 6 | u32::from(byte & 0x3f);
            if left > 1 {
                return (Utf8(left - 1, bits), None);
            }
            (
                Ground,
                char::from_u32(bits)
                    .filter(|c| !c.is_control())
                    .map(Key::Char),
            )
        }
        (Utf8(..), _) => ground(byte),
        (Escape, b'[') => (
            Csi {
                first: 0,
                later: false,
                private: false,
                empty: true,
            },
            None,
        ),
        (Escape, b'O') => (Ss3, None),
        (Escape, b']' | b'P' | b'X' | b'^' | b'_') => (Text, None),
        (Escape, _) => (Ground, None),
        (Ss3, b'0'..=b'9' | b';') => (Ss3, None),
        (Ss3, _) => (Ground, letter(byte)),
        (Console, b'A'..=b'E') => (Ground, Some(Key::F(byte - b'A' + 1))),
        (Console, _) => (Ground, None),
        (
            Csi {
                first,
                later,
                private,
                empty,
            },
            _,
        ) => csi(first, later, private, empty, byte),
    }
}

fn ground(byte: u8) -> (State, Option<Key>) {
    let key = match byte {
        b'\t' => Key::Tab,
        b'\r' | b'\n' => Key::Enter,
        0x08 | 0x7f => Key::Backspace,
        0x00..=0x1f => Key::Ctrl(char::from(byte + 0x40).to_ascii_lowercase()),
        0x20..=0x7e => Key::Char(char::from(byte)),
        0xc2..=0xdf => return (State::Utf8(1, u32::from(byte & 0x1f)), None),
        0xe0..=0xef => return (State::Utf8(2, u32::from(byte & 0x0f)), None),
        0xf0..=0xf4 => return (State::Utf8(3, u32::from(byte & 0x07)), None),
        0x80..=0xc1 | 0xf5..=0xff => return (State::Ground, None),
    };
    (State::Ground, Some(key))
}

fn csi(first: u16, later: bool, private: bool, empty: bool, byte: u8) -> (State, Option<Key>) {
    let state = |first, later, private| {
        (
            State::Csi {
                first,
                later,
                private,
                empty: false,
            },
            None,
        )
    };
    match byte {
        b'0'..=b'9' if later => state(first, later, private),
        b'0'..=b'9' => state(
            first
                .saturating_mul(10)
                .saturating_add(u16::from(byte - b'0')),
            later,
            private,
        ),
        b';' | b':' => state(first, true, private),
        b'<'..=b'?' | 0x20..=0x2f => state(first, later, true),
        b'[' if empty => (State::Console, None),
        b'M' if empty => (State::Mouse(3), None),
        b'~' if first == 200 && !private => (State::Paste(0), None),
        b'~' if !private => (State::Ground, numbered(first)),
        // a reply with the cursor's position has parameters, F3 has none
        b'R' if !empty => (State::Ground, None),
        0x40..=0x7e if !private => (State::Ground, letter(byte)),
        0x40..=0x7e => (State::Ground, None),
        0x00..=0x1f | 0x7f..=0xff => state(first, later, private),
    }
}

/// Keys with a final letter, after `ESC [` or `ESC O`.
fn letter(byte: u8) -> Option<Key> {
    Some(match byte {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' => Key::Right,
        b'D' => Key::Left,
        b'F' => Key::End,
        b'H' => Key::Home,
        b'M' => Key::Enter,
        b'P'..=b'S' => Key::F(byte - b'P' + 1),
        b'Z' => Key::BackTab,
        _ => return None,
    })
}

/// Keys with a number before `~`.
fn numbered(number: u16) -> Option<Key> {
    Some(match number {
        1 | 7 => Key::Home,
        2 => Key::Insert,
        3 => Key::Delete,
        4 | 8 => Key::End,
        5 => Key::PageUp,
        6 => Key::PageDown,
        11..=15 => Key::F(number as u8 - 10),
        17..=21 => Key::F(number as u8 - 11),
        23 | 24 => Key::F(number as u8 - 12),
        _ => return None,
    })
}

/// One byte of a paste. What may be the beginning of its end is kept back and lost where it is not: it starts with an escape.
fn paste(seen: usize, byte: u8) -> (State, Option<Key>) {
    let seen = if byte == PASTE_END[seen] {
        seen + 1
    } else {
        usize::from(byte == PASTE_END[0])
    };
    if seen == PASTE_END.len() {
        return (State::Ground, None);
    }
    let text = seen == 0 && matches!(byte, b' '..=b'~');
    (
        State::Paste(seen),
        text.then(|| Key::Pasted(char::from(byte))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(bytes: &[u8]) -> Vec<Key> {
        let mut keys = Vec::new();
        let mut decoder = Decoder::default();
        decoder.feed(bytes, &mut keys);
        keys.extend(decoder.give_up());
        keys
    }

    #[test]
    fn every_terminals_spelling_of_a_key_is_understood() {
        let table: &[(&[&str], Key)] = &[
            (&["\x1b[A", "\x1bOA", "\x1b[1;5A"], Key::Up),
            (&["\x1b[D", "\x1bOD"], Key::Left),
            (&["\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~"], Key::Home),
            (&["\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~"], Key::End),
            (&["\x1b[5~", "\x1b[5;2~"], Key::PageUp),
            (&["\x1bOP", "\x1b[11~", "\x1b[[A", "\x1b[P"], Key::F(1)),
            (&["\x1bOR", "\x1b[13~", "\x1b[[C", "\x1b[R"], Key::F(3)),
            (&["\x1b[24~"], Key::F(12)),
            (&["\x1b[Z"], Key::BackTab),
            (&["\r", "\n", "\x1bOM"], Key::Enter),
            (&["\x7f", "\x08"], Key::Backspace),
            (&["\x03"], Key::Ctrl('c')),
            (&["\x1a"], Key::Ctrl('z')),
            (&["\x1c"], Key::Ctrl('\\')),
            (&["é"], Key::Char('é')),
            (&["😀"], Key::Char('😀')),
            (&["\x1b"], Key::Esc),
        ];
        for (spellings, key) in table {
            for bytes in *spellings {
                assert_eq!(keys(bytes.as_bytes()), [*key], "{bytes:?}");
            }
        }
    }

    #[test]
    fn what_is_no_key_is_swallowed_whole() {
        let swallowed = [
            "\x1b[?2026;2$y",
            "\x1b[24;80R",
            "\x1b]11;rgb:1616/1818/1d1d\x07",
            "\x1b]11;rgb:1616/1818/1d1d\x1b\\",
            "\x1bP>|xterm(388)\x1b\\",
            "\x1b[?64;1;2c",
            "\x1b[<0;10;20M",
            "\x1b[M qq",
            "\x1bq",
            "\x1b[99999999999q",
            "\x1b[I",
        ];
        for bytes in swallowed {
            assert_eq!(
                keys(format!("{bytes}a").as_bytes()),
                [Key::Char('a')],
                "{bytes:?}"
            );
        }
        assert_eq!(
            keys(b"\xff\xc0\xe2\x82a\x80b"),
            [Key::Char('a'), Key::Char('b')]
        );
    }

    #[test]
    fn reports_of_the_cursor_are_counted_and_press_nothing() {
        let (mut decoder, mut keys) = (Decoder::default(), Vec::new());
        decoder.feed(b"\x1b[24;80R\x1b[R\x1b[1;1Ra\x1b[?1;1R", &mut keys);
        assert_eq!(keys, [Key::F(3), Key::Char('a')]);
        assert_eq!((decoder.answers(), decoder.answers()), (2, 0));
    }

    #[test]
    fn pasted_text_is_text_and_never_a_hotkey() {
        let pasted = |text: &str| text.chars().map(Key::Pasted).collect::<Vec<_>>();
        let around = |inner: &str| keys(format!("\x1b[200~{inner}\x1b[201~").as_bytes());
        assert_eq!(around("x*tanh(x)"), pasted("x*tanh(x)"));
        assert_eq!(around("q\nq\x03\té"), pasted("qq"));
        // an escape in it is no key and takes the beginning of what looks like the end along
        assert_eq!(around("a\x1b[20b"), pasted("ab"));
        assert_eq!(around("a\x1bq\x1b\x1b[201"), pasted("aq"));
    }

    #[test]
    fn where_the_bytes_are_cut_does_not_matter() {
        let bytes = "a\x1b[1;5A\x1bOHé\x1b]0;q\x07\x1b[200~q\x1b[201~\x1b[[Bz".as_bytes();
        let whole = keys(bytes);
        assert_eq!(whole.len(), 7);
        for cut in 0..bytes.len() {
            let (mut decoder, mut parts) = (Decoder::default(), Vec::new());
            decoder.feed(&bytes[..cut], &mut parts);
            decoder.feed(&bytes[cut..], &mut parts);
            assert_eq!(parts, whole, "cut at {cut}");
        }
    }

    #[test]
    fn escape_is_a_key_only_when_nothing_follows_in_time() {
        let (mut decoder, mut keys) = (Decoder::default(), Vec::new());
        decoder.feed(b"\x1b", &mut keys);
        assert!(keys.is_empty());
        assert_eq!(decoder.patience(), Some(Patience::Short));
        assert_eq!(decoder.give_up(), Some(Key::Esc));
        assert_eq!(decoder.patience(), None);
        decoder.feed(b"\x1b[1;", &mut keys);
        assert_eq!(decoder.give_up(), None);
        decoder.feed(b"5", &mut keys);
        assert_eq!(keys, [Key::Char('5')]);
    }

    #[test]
    fn any_bytes_are_survived_and_leave_the_decoder_usable() {
        let mut random = 0x2545_f491_4f6c_dd1d_u64;
        let (mut decoder, mut keys) = (Decoder::default(), Vec::new());
        for _ in 0..200_000 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            // escape, brackets and digits far more often than by chance
            let byte = if random & 3 == 0 {
                b"\x1b[O]P;?<M~12"[(random >> 8) as usize % 12]
            } else {
                (random >> 16) as u8
            };
            decoder.feed(&[byte], &mut keys);
        }
        decoder.give_up();
        keys.clear();
        decoder.feed(b"q", &mut keys);
        assert_eq!(keys, [Key::Char('q')]);
    }
}
