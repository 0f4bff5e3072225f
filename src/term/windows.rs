//! The console of a Windows process, by `crossterm` throughout.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossterm::ansi_support::supports_ansi;
use crossterm::event::{
    self, DisableMouseCapture, EnableMouseCapture, KeyCode, KeyEvent, KeyEventKind, KeyModifiers,
    MouseButton, MouseEvent, MouseEventKind,
};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode, size};

use crate::app::key::Key;
use crate::app::mouse::{Gesture, Mouse};
use crate::term::TermError;
use crate::term::decode::Input;
use crate::term::inbox::{Event, Sender};
use crate::term::screen::Screen;
use crate::term::terminal::Terminal;

/// Exit code of a program whose console went away.
pub(super) const LOST: i32 = 1;

/// How often the reader looks whether it is still wanted and whether the window has another size, which the console reports only
/// to those who have asked for the mouse.
const PAUSE: Duration = Duration::from_millis(50);

/// Standard input and output.
///
/// # Errors
/// One of them is no console, or it is one without escape sequences.
pub(super) fn of_process() -> Result<Box<dyn Terminal>, TermError> {
    if !io::stdout().is_terminal() {
        return Err(TermError::NotATerminal("standard output"));
    }
    if !io::stdin().is_terminal() {
        return Err(TermError::NotATerminal("standard input"));
    }
    if !supports_ansi() {
        return Err(TermError::OldConsole);
    }
    Ok(Box::new(Console::default()))
}

/// There are no signals; Ctrl-C is a key, and a console that is closed takes its programs along.
pub(super) fn watch(_: &Arc<Screen>, _: Sender) -> io::Result<()> {
    Ok(())
}

/// No shell stops and continues programs here.
pub(super) fn has_job_control() -> bool {
    false
}

/// Cannot be done.
///
/// # Errors
/// Always.
pub(super) fn stop() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[derive(Debug, Default)]
struct Console {
    hushed: AtomicBool,
}

impl Terminal for Console {
    fn set_raw(&self, raw: bool) -> io::Result<()> {
        if raw {
            enable_raw_mode()
        } else {
            disable_raw_mode()
        }
    }

    fn set_mouse(&self, wanted: bool) -> io::Result<Vec<u8>> {
        // a mode of the console, not of what is written to it
        if wanted {
            crossterm::execute!(io::stdout(), EnableMouseCapture)?;
        } else {
            crossterm::execute!(io::stdout(), DisableMouseCapture)?;
        }
        Ok(Vec::new())
    }

    fn size(&self) -> Option<(u16, u16)> {
        size()
            .ok()
            .filter(|(columns, rows)| *columns > 0 && *rows > 0)
    }

    fn write(&self, bytes: &[u8], _: Option<Instant>) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }

    fn give_up(&self) {}

    fn listen(&self, _: Duration, events: &Sender) -> io::Result<()> {
        let mut shown = self.size();
        while !self.hushed.load(Ordering::SeqCst) {
            let event = if event::poll(PAUSE)? {
                translated(event::read()?)
            } else {
                None
            };
            let now = self.size();
            let resized = (now != shown).then_some(Event::Resize);
            shown = now;
            for event in resized.into_iter().chain(event) {
                if !events.send(event) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn hush(&self) {
        self.hushed.store(true, Ordering::SeqCst);
    }
}

/// What the console reports, in the program's words; `None` for what means nothing here.
fn translated(event: event::Event) -> Option<Event> {
    let input = match event {
        event::Event::Key(event) => Input::Key(key(event)?),
        event::Event::Mouse(event) => Input::Mouse(mouse(event)?),
        event::Event::Resize(..) => return Some(Event::Resize),
        event::Event::FocusGained | event::Event::FocusLost => return None,
    };
    Some(Event::Input(input))
}

/// A key that goes down or repeats. AltGr arrives as Control and Alt together; Alt with a letter is no key of the program.
fn key(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    Some(match event.code {
        KeyCode::Char(c) if control == alt => Key::Char(c),
        KeyCode::Char(c) if control => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::F(number @ 1..=12) => Key::F(number),
        KeyCode::Esc => Key::Esc,
        KeyCode::Enter => Key::Enter,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Insert => Key::Insert,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        _ => return None,
    })
}

fn mouse(event: MouseEvent) -> Option<Mouse> {
    let gesture = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Gesture::Left,
        MouseEventKind::Down(MouseButton::Right) => Gesture::Right,
        MouseEventKind::ScrollUp => Gesture::WheelUp,
        MouseEventKind::ScrollDown => Gesture::WheelDown,
        _ => return None,
    };
    Some(Mouse {
        gesture,
        column: event.column,
        row: event.row,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_console_are_keys_of_the_program() {
        let pressed = |code, modifiers| key(KeyEvent::new(code, modifiers));
        let c = KeyCode::Char('c');
        assert_eq!(pressed(c, KeyModifiers::NONE), Some(Key::Char('c')));
        assert_eq!(pressed(c, KeyModifiers::CONTROL), Some(Key::Ctrl('c')));
        assert_eq!(pressed(c, KeyModifiers::ALT), None);
        let right_alt = KeyModifiers::CONTROL | KeyModifiers::ALT;
        assert_eq!(pressed(KeyCode::Char('@'), right_alt), Some(Key::Char('@')));
        assert_eq!(pressed(KeyCode::F(13), KeyModifiers::NONE), None);
        let up = KeyEvent::new_with_kind(c, KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(key(up), None);
    }
}
