//! One key press, as a terminal reports it and as a lecture script writes it.

use std::fmt;
use std::str::FromStr;

/// A key press without regard to modifiers a terminal cannot report reliably.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A printable character, upper case included; the space bar is `Char(' ')`.
    Char(char),
    /// A printable character out of the clipboard: text for a line that is being typed, never a hotkey.
    Pasted(char),
    /// Control and a lower-case letter or one of `@[\]^_`.
    Ctrl(char),
    /// Function key, 1 to 12.
    F(u8),
    /// Escape.
    Esc,
    /// Return.
    Enter,
    /// Tabulator.
    Tab,
    /// Shift and tabulator.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
}

/// The keys with a name, in the spelling of help, footer and lecture scripts.
const NAMES: &[(Key, &str)] = &[
    (Key::Char(' '), "space"),
    (Key::Esc, "Esc"),
    (Key::Enter, "Enter"),
    (Key::Tab, "Tab"),
    (Key::BackTab, "Shift-Tab"),
    (Key::Backspace, "Backspace"),
    (Key::Delete, "Delete"),
    (Key::Insert, "Insert"),
    (Key::Up, "Up"),
    (Key::Down, "Down"),
    (Key::Left, "Left"),
    (Key::Right, "Right"),
    (Key::Home, "Home"),
    (Key::End, "End"),
    (Key::PageUp, "PageUp"),
    (Key::PageDown, "PageDown"),
];

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((_, name)) = NAMES.iter().find(|(key, _)| key == self) {
            return f.write_str(name);
        }
        match self {
            Self::Char(c) | Self::Pasted(c) => write!(f, "{c}"),
            Self::Ctrl(c) => write!(f, "Ctrl-{}", c.to_ascii_uppercase()),
            Self::F(n) => write!(f, "F{n}"),
            _ => unreachable!("every other key is in NAMES"),
        }
    }
}

/// Why a text is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown key `{0}`: write one character, `Ctrl-C`, `F1` to `F12`, or one of {known}",
    known = names()
)]
pub struct KeyError(pub String);

fn names() -> String {
    let names: Vec<&str> = NAMES.iter().map(|(_, name)| *name).collect();
    names.join(", ")
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut characters = text.chars();
        if let (Some(c), None) = (characters.next(), characters.next())
            && !c.is_control()
        {
            return Ok(Self::Char(c));
        }
        if let Some((key, _)) = NAMES
            .iter()
            .find(|(_, name)| name.eq_ignore_ascii_case(text))
        {
            return Ok(*key);
        }
        let unknown = || KeyError(text.to_owned());
        if let Some(rest) = text
            .strip_prefix("Ctrl-")
            .or_else(|| text.strip_prefix("ctrl-"))
        {
            let mut rest = rest.chars();
            return match (rest.next(), rest.next()) {
                (Some(c), None) if ('@'..='_').contains(&c.to_ascii_uppercase()) => {
                    Ok(Self::Ctrl(c.to_ascii_lowercase()))
                }
                _ => Err(unknown()),
            };
        }
        let number = text
            .strip_prefix(['F', 'f'])
            .and_then(|n| n.parse::<u8>().ok())
            .ok_or_else(unknown)?;
        if (1..=12).contains(&number) {
            Ok(Self::F(number))
        } else {
            Err(unknown())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_reads_back_from_its_text() {
        let written = [
            Key::Char('a'),
            Key::Char('A'),
            Key::Char('?'),
            Key::Char('-'),
            Key::Ctrl('c'),
            Key::Ctrl('z'),
            Key::F(1),
            Key::F(12),
        ];
        for key in written.into_iter().chain(NAMES.iter().map(|(key, _)| *key)) {
            assert_eq!(key.to_string().parse(), Ok(key));
        }
    }

    #[test]
    fn whoever_types_no_key_is_told_every_name_that_is_one() {
        let message = "Entf".parse::<Key>().unwrap_err().to_string();
        for (_, name) in NAMES {
            assert!(message.contains(name), "{name}: {message}");
        }
    }

    #[test]
    fn a_single_f_is_a_letter_and_f0_is_no_key() {
        assert_eq!("f".parse(), Ok(Key::Char('f')));
        assert_eq!("F".parse(), Ok(Key::Char('F')));
        for wrong in [
            "", "F0", "F13", "Ctrl-", "Ctrl-ab", "Ctrl-1", "aa", "\u{1b}",
        ] {
            assert!(wrong.parse::<Key>().is_err(), "{wrong:?}");
        }
    }
}
