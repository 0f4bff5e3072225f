//! What is written to a terminal beside frames, by `crossterm`'s commands.

use std::fmt;

use crossterm::Command;
use crossterm::cursor::{Hide, Show};
use crossterm::style::{Attribute, SetAttribute};
use crossterm::terminal::{EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen};

/// A command's bytes.
pub(super) fn bytes(command: &impl Command) -> Vec<u8> {
    let mut text = String::new();
    command
        .write_ansi(&mut text)
        .expect("a string takes everything");
    text.into_bytes()
}

/// Alternate screen, bracketed paste (so that pasted text presses no keys), no cursor.
pub(super) fn enter() -> Vec<u8> {
    [
        bytes(&EnterAlternateScreen),
        bytes(&Mode::On(BRACKETED_PASTE)),
        bytes(&Hide),
    ]
    .concat()
}

/// Reports of buttons and the wheel, not of movement (which `crossterm`'s own command asks for as well), in decimal; or none.
#[cfg(unix)]
pub(super) fn mouse(wanted: bool) -> Vec<u8> {
    if wanted {
        [bytes(&Mode::On(BUTTONS)), bytes(&Mode::On(DECIMAL))].concat()
    } else {
        [bytes(&Mode::Off(DECIMAL)), bytes(&Mode::Off(BUTTONS))].concat()
    }
}

/// Undoes everything that any part of the program, or a program before it, may have switched on: synchronized update, mouse
/// reports, focus reports, bracketed paste, attributes, hidden cursor, alternate screen.
pub(super) fn restore() -> Vec<u8> {
    let modes = [DECIMAL, MOVES, DRAGS, BUTTONS, FOCUS, BRACKETED_PASTE];
    let off = modes.map(|mode| bytes(&Mode::Off(mode))).concat();
    [
        bytes(&EndSynchronizedUpdate),
        off,
        bytes(&SetAttribute(Attribute::Reset)),
        bytes(&Show),
        bytes(&LeaveAlternateScreen),
    ]
    .concat()
}

/// Mouse reports: pressed buttons and the wheel.
const BUTTONS: u16 = 1000;
/// Movement with a pressed button.
const DRAGS: u16 = 1002;
/// All movement.
const MOVES: u16 = 1003;
/// Reports of the window's focus.
const FOCUS: u16 = 1004;
/// Reports in decimal numbers.
const DECIMAL: u16 = 1006;
const BRACKETED_PASTE: u16 = 2004;

/// A private mode of xterm that `crossterm` has no command for, or only together with reading events.
enum Mode {
    On(u16),
    Off(u16),
}

impl Command for Mode {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        match self {
            Self::On(mode) => write!(f, "\x1b[?{mode}h"),
            Self::Off(mode) => write!(f, "\x1b[?{mode}l"),
        }
    }

    #[cfg(windows)]
    fn execute_winapi(&self) -> std::io::Result<()> {
        // a console without escape sequences has no such mode
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_what_xterm_documents() {
        let text = |bytes| String::from_utf8(bytes).expect("text");
        assert_eq!(text(enter()), "\x1b[?1049h\x1b[?2004h\x1b[?25l");
        #[cfg(unix)]
        assert_eq!(
            [true, false].map(|wanted| text(mouse(wanted))),
            ["\x1b[?1000h\x1b[?1006h", "\x1b[?1006l\x1b[?1000l"]
        );
        assert_eq!(
            text(restore()),
            "\x1b[?2026l\x1b[?1006l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[0m\x1b[?25h\x1b[?1049l"
        );
    }
}
