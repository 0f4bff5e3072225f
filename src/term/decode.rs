//! Bytes from a terminal to keys and gestures of a mouse: a total state machine, one byte at a time.
//!
//! What is no key (replies to queries, mouse reports of other spellings, Alt with a letter, broken UTF-8) is swallowed whole, so that no part of it
//! presses a hotkey; of pasted text the printable ASCII characters remain, as [`Key::Pasted`]. Sequences: ECMA-48 (CSI, strings), the xterm, rxvt and Linux console spellings of keys.

mod report;

use crate::app::key::Key;
use crate::app::mouse::Mouse;
use report::{Further, Report};

/// What a person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// Pressed a key.
    Key(Key),
    /// Used the mouse.
    Mouse(Mouse),
}

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
    /// A mouse report.
    Report(Report),
    /// Bytes of an old mouse report to skip.
    Mouse(u8),
    /// Inside OSC, DCS, SOS, PM or APC, and whether anything of it has come. Alt with `P`, `]`, `X`, `^` or `_` begins so and has no end.
    Text(bool),
    TextEscape,
    /// Inside a bracketed paste, with so many bytes of its end seen.
    Paste(usize),
}

const PASTE_END: &[u8] = b"\x1b[201~";

/// Turns bytes into keys and gestures.
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    state: State,
    answers: usize,
}

impl Decoder {
    /// Takes bytes in, cut anywhere, and appends what they complete.
    pub fn feed(&mut self, bytes: &[u8], inputs: &mut Vec<Input>) {
        for byte in bytes {
            if let (State::Report(report), false) = (self.state, matches!(byte, 0x18 | 0x1a | 0x1b))
            {
                self.state = match report.further(*byte) {
                    Further::Report(more) => State::Report(more),
                    Further::End(mouse) => {
                        inputs.extend(mouse.map(Input::Mouse));
                        State::Ground
                    }
                };
                continue;
            }
            let (state, key) = step(self.state, *byte);
            self.answers += usize::from(is_position(self.state, *byte));
            self.state = state;
            inputs.extend(key.map(Input::Key));
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
            State::Text(true) | State::TextEscape | State::Paste(_) => Some(Patience::Long),
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
        (Text(_), 0x07) => (Ground, None),
        (Text(_), 0x1b) => (TextEscape, None),
        (Text(_), 0x18 | 0x1a) => (Ground, None),
        // no reply holds another control character: a key is pressed, and what has begun is none
        (Text(_), 0x00..=0x1f) => ground(byte),
        (Text(_), _) => (Text(true), None),
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
        (Escape, b']' | b'P' | b'X' | b'^' | b'_') => (Text(false), None),
        (Escape, _) => (Ground, None),
        (Ss3, b'0'..=b'9' | b';') => (Ss3, None),
        (Ss3, _) => (Ground, letter(byte)),
        (Console, b'A'..=b'E') => (Ground, Some(Key::F(byte - b'A' + 1))),
        (Console, _) => (Ground, None),
        // its own bytes never come here
        (State::Report(_), _) => (Ground, None),
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
        b'<' if empty => (State::Report(Report::default()), None),
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
mod tests;
