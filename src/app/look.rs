//! How the dashboard may look, as plain data: what the terminal can show and what its user wants.

use std::fmt;
use std::str::FromStr;

/// Which colours the terminal may be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Colour {
    /// Bold, dim and reverse only.
    Mono,
    /// The sixteen colours whose exact shade the terminal's user has chosen.
    #[default]
    Sixteen,
    /// The 6x6x6 cube and the greys of xterm.
    Indexed,
    /// Any colour: 8 bits each of red, green and blue.
    True,
}

/// Which characters the terminal can draw; each level has those of the levels before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Glyphs {
    /// Printable ASCII only.
    Ascii,
    /// Block elements, box lines and a few mathematical signs, each one column wide.
    Blocks,
    /// Lines of Braille dots, 2x4 a cell.
    #[default]
    Braille,
    /// Lines of octants, 2x4 a cell without gaps (Unicode 16, few fonts have them).
    Octants,
}

/// A set of colours, which `ui` knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Palette {
    /// Reads on dark and on light backgrounds.
    #[default]
    Universal,
    /// Brighter, for dark backgrounds.
    Dark,
    /// Deeper, for light backgrounds.
    Light,
}

/// A choice among a few with a name each.
pub trait Choice: Copy + PartialEq + 'static {
    /// What is chosen, for messages: `theme`.
    const WHAT: &'static str;
    /// Every choice with its name, in order.
    const NAMES: &'static [(&'static str, Self)];

    /// Its name.
    fn name(self) -> &'static str {
        let named = Self::NAMES.iter().find(|(_, choice)| *choice == self);
        named.map_or("", |(name, _)| name)
    }

    /// The one after it, or before it, round and round.
    #[must_use]
    fn next(self, forward: bool) -> Self {
        let count = Self::NAMES.len();
        let here = Self::NAMES.iter().position(|(_, choice)| *choice == self);
        let by = if forward { 1 } else { count - 1 };
        Self::NAMES[(here.unwrap_or(0) + by) % count].1
    }

    /// The choice of a name.
    ///
    /// # Errors
    /// There is no such name; the message lists those there are.
    fn of_name(text: &str) -> Result<Self, LookError> {
        let found = Self::NAMES.iter().find(|(name, _)| *name == text);
        found.map(|(_, choice)| *choice).ok_or_else(|| LookError {
            what: Self::WHAT,
            text: text.to_owned(),
            names: Self::NAMES.iter().map(|(name, _)| *name).collect(),
        })
    }
}

impl Choice for Colour {
    const WHAT: &'static str = "colours";
    const NAMES: &'static [(&'static str, Self)] = &[
        ("never", Self::Mono),
        ("16", Self::Sixteen),
        ("256", Self::Indexed),
        ("truecolor", Self::True),
    ];
}

impl Choice for Glyphs {
    const WHAT: &'static str = "characters";
    const NAMES: &'static [(&'static str, Self)] = &[
        ("ascii", Self::Ascii),
        ("blocks", Self::Blocks),
        ("braille", Self::Braille),
        ("octants", Self::Octants),
    ];
}

impl Choice for Palette {
    const WHAT: &'static str = "theme";
    const NAMES: &'static [(&'static str, Self)] = &[
        ("universal", Self::Universal),
        ("dark", Self::Dark),
        ("light", Self::Light),
    ];
}

/// A name that nothing has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no {what} `{text}`; there are {}", names.join(", "))]
pub struct LookError {
    what: &'static str,
    text: String,
    names: Vec<&'static str>,
}

impl FromStr for Colour {
    type Err = LookError;

    fn from_str(text: &str) -> Result<Self, LookError> {
        Self::of_name(text)
    }
}

impl FromStr for Glyphs {
    type Err = LookError;

    fn from_str(text: &str) -> Result<Self, LookError> {
        Self::of_name(text)
    }
}

impl FromStr for Palette {
    type Err = LookError;

    fn from_str(text: &str) -> Result<Self, LookError> {
        Self::of_name(text)
    }
}

impl fmt::Display for Palette {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Colours and characters together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Look {
    /// How many colours.
    pub colour: Colour,
    /// Which colours.
    pub palette: Palette,
    /// Which characters.
    pub glyphs: Glyphs,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads_back<T: Choice + FromStr<Err = LookError> + fmt::Debug>() {
        for (name, choice) in T::NAMES {
            assert_eq!(name.parse::<T>().as_ref(), Ok(choice));
            assert_eq!(choice.name(), *name);
        }
    }

    #[test]
    fn every_choice_reads_back_from_its_name() {
        reads_back::<Colour>();
        reads_back::<Glyphs>();
        reads_back::<Palette>();
        assert_eq!(
            "blue".parse::<Palette>().expect_err("no theme").to_string(),
            "no theme `blue`; there are universal, dark, light"
        );
    }

    #[test]
    fn themes_go_round() {
        assert_eq!(Palette::Light.next(true), Palette::Universal);
        assert_eq!(Palette::Universal.next(false), Palette::Light);
    }
}
