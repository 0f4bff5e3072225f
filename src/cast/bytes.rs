//! What a terminal sends for a key, for the input events of a recording.

use crate::app::key::Key;

/// The bytes of a key as xterm sends them, without modifiers beyond those of [`Key`].
#[must_use]
pub fn of_key(key: Key) -> String {
    let csi = |rest: &str| format!("\x1b[{rest}");
    match key {
        Key::Char(c) | Key::Pasted(c) => c.to_string(),
        Key::Ctrl(c) => char::from(c.to_ascii_uppercase() as u8 & 0x1f).to_string(),
        Key::Esc => "\x1b".into(),
        Key::Enter => "\r".into(),
        Key::Tab => "\t".into(),
        Key::BackTab => csi("Z"),
        Key::Backspace => "\x7f".into(),
        Key::Insert => csi("2~"),
        Key::Delete => csi("3~"),
        Key::PageUp => csi("5~"),
        Key::PageDown => csi("6~"),
        Key::Up => csi("A"),
        Key::Down => csi("B"),
        Key::Right => csi("C"),
        Key::Left => csi("D"),
        Key::End => csi("F"),
        Key::Home => csi("H"),
        Key::F(n @ 1..=4) => format!("\x1bO{}", char::from(b'P' + n - 1)),
        Key::F(n) => {
            const NUMBERS: [u8; 8] = [15, 17, 18, 19, 20, 21, 23, 24];
            let number = NUMBERS[usize::from(n.clamp(5, 12)) - 5];
            csi(&format!("{number}~"))
        }
    }
}
