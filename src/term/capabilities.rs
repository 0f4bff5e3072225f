//! What a terminal can show, from the environment of the program; asking the terminal itself is slow and unreliable.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use crate::app::look::{Colour, Glyphs, Look, Palette};
use crate::app::opening::Opening;
use crate::term::{Between, Lectures, Options};

/// Frames a second that can be asked for.
pub const FPS: RangeInclusive<u16> = 1..=30;

/// Over SSH, where nobody asks for another number.
const REMOTE_FPS: u16 = 10;

/// What the user asks for; `None` leaves it to the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// How many colours.
    pub colour: Option<Colour>,
    /// Which colours.
    pub palette: Option<Palette>,
    /// Which characters.
    pub glyphs: Option<Glyphs>,
    /// Frames a second at most, one of [`FPS`].
    pub fps: Option<u16>,
    /// Whether clicks and the wheel go to the dashboard.
    pub mouse: Option<bool>,
}

impl Wishes {
    /// These, and where they leave something open, those.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            colour: self.colour.or(other.colour),
            palette: self.palette.or(other.palette),
            glyphs: self.glyphs.or(other.glyphs),
            fps: self.fps.or(other.fps),
            mouse: self.mouse.or(other.mouse),
        }
    }
}

impl Options {
    /// The variables that decide something, the strongest first.
    pub const VARIABLES: &[&str] = &[
        "NO_COLOR",
        "FORCE_COLOR",
        "CLICOLOR_FORCE",
        "COLORTERM",
        "TERM",
        "LC_ALL",
        "LC_CTYPE",
        "LANG",
        "SSH_CONNECTION",
        "SSH_TTY",
    ];

    /// What the user asks for, else what the environment says; `variable` looks a variable up (the command line passes
    /// `std::env::var`).
    ///
    /// Colours, the first that is set: `NO_COLOR` none; `FORCE_COLOR` 0, 1, 2, 3 none, 16, 256, all; `CLICOLOR_FORCE` other than 0
    /// at least 16; `COLORTERM` `truecolor` or `24bit` all; `TERM` by its name, 16 where it says nothing. SSH hands on `TERM` alone.
    ///
    /// ASCII: `TERM=linux`, and a locale that names another character set than UTF-8 (no locale at all is taken for UTF-8).
    /// Over SSH at most 10 frames per second, else 30; a key's effect is shown 33 ms after the frame before, where nobody asks for less.
    #[must_use]
    pub fn detect(variable: impl Fn(&str) -> Option<String>, wishes: &Wishes) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let remote = set("SSH_CONNECTION").or_else(|| set("SSH_TTY")).is_some();
        let frame =
            |fps: u16| Duration::from_secs(1) / u32::from(fps.clamp(*FPS.start(), *FPS.end()));
        let fps = if remote { REMOTE_FPS } else { *FPS.end() };
        Self {
            look: Look {
                colour: wishes.colour.unwrap_or_else(|| colours(set, &term)),
                palette: wishes.palette.unwrap_or_default(),
                glyphs: wishes.glyphs.unwrap_or_else(|| glyphs(set, &term)),
            },
            opening: Opening::default(),
            keys: Arc::default(),
            frame: frame(wishes.fps.unwrap_or(fps)),
            key_frame: frame(wishes.fps.unwrap_or(*FPS.end())),
            escape: Duration::from_millis(if remote { 200 } else { 50 }),
            mouse: wishes.mouse.unwrap_or(true),
            dumb: term == "dumb",
            between: Between::detect(&variable),
            lectures: Lectures::none(),
            keeper: None,
            archive: None,
            greeting: false,
            stay: None,
        }
    }
}

fn glyphs(set: impl Fn(&str) -> Option<String>, term: &str) -> Glyphs {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
    if term == "linux" || locale.is_some_and(|locale| !names_utf8(&locale)) {
        Glyphs::Ascii
    } else {
        Glyphs::default()
    }
}

fn names_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

fn colours(set: impl Fn(&str) -> Option<String>, term: &str) -> Colour {
    if set("NO_COLOR").is_some() {
        return Colour::Mono;
    }
    if let Some(forced) = set("FORCE_COLOR") {
        return match forced.as_str() {
            "0" | "false" => Colour::Mono,
            "2" => Colour::Indexed,
            "3" => Colour::True,
            _ => Colour::Sixteen,
        };
    }
    let at_least = match set("CLICOLOR_FORCE").as_deref() {
        None | Some("0") => Colour::Mono,
        Some(_) => Colour::Sixteen,
    };
    at_least.max(match set("COLORTERM").as_deref() {
        Some("truecolor" | "24bit") => Colour::True,
        _ => of_term(term),
    })
}

/// What the name of a terminal says about its colours.
fn of_term(term: &str) -> Colour {
    const MONO: [&str; 5] = ["vt100", "vt102", "vt220", "vt320", "dumb"];
    const TRUE: [&str; 5] = ["alacritty", "contour", "foot", "ghostty", "kitty"];
    let name = term.strip_prefix("xterm-").unwrap_or(term);
    let first = name.split('-').next().unwrap_or(name);
    if MONO.contains(&term) || term.ends_with("-m") || term.ends_with("-mono") {
        Colour::Mono
    } else if term.ends_with("-direct") || TRUE.contains(&first) {
        Colour::True
    } else if term.contains("256color") {
        Colour::Indexed
    } else {
        Colour::Sixteen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(variables: &[(&str, &str)], wishes: &Wishes) -> Options {
        let value = |name: &str| {
            let found = variables.iter().find(|(n, _)| *n == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Options::detect(value, wishes)
    }

    fn with(variables: &[(&str, &str)]) -> Options {
        asked(variables, &Wishes::default())
    }

    #[test]
    fn an_ordinary_terminal_has_colours_braille_and_30_frames() {
        let options = with(&[
            ("TERM", "xterm-256color"),
            ("COLORTERM", "truecolor"),
            ("LANG", "en_GB.UTF-8"),
        ]);
        assert_eq!(
            options.look,
            Look {
                colour: Colour::True,
                palette: Palette::Universal,
                glyphs: Glyphs::Braille
            }
        );
        let frame = options.frame.as_millis();
        assert_eq!((frame, options.dumb), (33, false));
    }

    #[test]
    fn over_ssh_there_are_10_frames_a_second_and_more_patience_with_escape() {
        let options = with(&[("SSH_CONNECTION", "1 2 3 4"), ("TERM", "xterm-256color")]);
        assert_eq!(
            (options.frame, options.escape, options.look.colour),
            (
                Duration::from_millis(100),
                Duration::from_millis(200),
                Colour::Indexed
            )
        );
    }

    #[test]
    fn colours_are_found_in_the_order_of_the_conventions() {
        let table: &[(&[(&str, &str)], Colour)] = &[
            (&[("NO_COLOR", "1"), ("FORCE_COLOR", "3")], Colour::Mono),
            (&[("NO_COLOR", "")], Colour::Sixteen),
            (
                &[("FORCE_COLOR", "0"), ("COLORTERM", "truecolor")],
                Colour::Mono,
            ),
            (&[("FORCE_COLOR", "2"), ("TERM", "vt100")], Colour::Indexed),
            (&[("FORCE_COLOR", "3")], Colour::True),
            (
                &[("CLICOLOR_FORCE", "1"), ("TERM", "vt100")],
                Colour::Sixteen,
            ),
            (&[("CLICOLOR_FORCE", "0"), ("TERM", "vt100")], Colour::Mono),
            (
                &[("CLICOLOR_FORCE", "1"), ("COLORTERM", "24bit")],
                Colour::True,
            ),
            (
                &[("COLORTERM", "truecolor"), ("TERM", "screen")],
                Colour::True,
            ),
            (&[("COLORTERM", "1"), ("TERM", "rxvt")], Colour::Sixteen),
            (&[("TERM", "tmux-256color")], Colour::Indexed),
            (&[("TERM", "screen")], Colour::Sixteen),
            (&[("TERM", "xterm-direct")], Colour::True),
            (&[("TERM", "xterm-kitty")], Colour::True),
            (&[("TERM", "foot-extra")], Colour::True),
            (&[("TERM", "linux")], Colour::Sixteen),
            (&[("TERM", "linux-m")], Colour::Mono),
            (&[("TERM", "vt100")], Colour::Mono),
            (&[("TERM", "frobnicator-9000")], Colour::Sixteen),
            (&[], Colour::Sixteen),
        ];
        for (variables, colour) in table {
            assert_eq!(with(variables).look.colour, *colour, "{variables:?}");
        }
    }

    #[test]
    fn what_is_asked_for_wins_and_what_is_asked_first_wins_over_what_is_asked_later() {
        let flags = Wishes {
            colour: Some(Colour::Indexed),
            fps: Some(5),
            ..Wishes::default()
        };
        let file = Wishes {
            colour: Some(Colour::True),
            palette: Some(Palette::Light),
            glyphs: Some(Glyphs::Blocks),
            fps: Some(20),
            mouse: Some(false),
        };
        let options = asked(&[("NO_COLOR", "1"), ("TERM", "linux")], &flags.or(file));
        assert_eq!(
            options.look,
            Look {
                colour: Colour::Indexed,
                palette: Palette::Light,
                glyphs: Glyphs::Blocks
            }
        );
        let slow = Duration::from_millis(200);
        assert_eq!((options.frame, options.key_frame), (slow, slow));
        assert!(!options.mouse && with(&[]).mouse);
    }

    #[test]
    fn ascii_is_for_the_linux_console_and_other_character_sets() {
        let ascii = |variables: &[(&str, &str)]| with(variables).look.glyphs == Glyphs::Ascii;
        assert!(ascii(&[("TERM", "linux"), ("LANG", "C.UTF-8")]));
        assert!(
            ascii(&[("LANG", "de_DE.ISO-8859-1")])
                && ascii(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")])
        );
        assert!(!ascii(&[]) && !ascii(&[("LC_ALL", ""), ("LANG", "C.utf8")]));
    }

    #[test]
    fn a_dumb_terminal_is_known_as_such() {
        assert!(with(&[("TERM", "dumb")]).dumb);
    }
}
