//! What a terminal can show, from the environment of the program; asking the terminal itself is slow and unreliable.

use std::time::Duration;

use crate::app::look::{Colour, Glyphs, Look};
use crate::term::Options;

impl Options {
    /// What the environment says; `variable` looks a variable up (the command line passes `std::env::var`).
    ///
    /// `NO_COLOR` (not empty) and terminals without colours: none. ASCII: `TERM=linux`, and a locale that names another character
    /// set than UTF-8 (no locale at all is taken for UTF-8). Over SSH at most 10 frames per second, else 30.
    #[must_use]
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let remote = set("SSH_CONNECTION").or_else(|| set("SSH_TTY")).is_some();
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
        let ascii = term == "linux" || locale.is_some_and(|locale| !names_utf8(&locale));
        let mono = set("NO_COLOR").is_some() || colourless(&term);
        Self {
            look: Look {
                colour: if mono { Colour::Mono } else { Colour::Sixteen },
                glyphs: if ascii { Glyphs::Ascii } else { Glyphs::Blocks },
            },
            frame: Duration::from_millis(if remote { 100 } else { 33 }),
            escape: Duration::from_millis(if remote { 200 } else { 50 }),
            dumb: term == "dumb",
        }
    }
}

fn names_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

fn colourless(term: &str) -> bool {
    ["vt100", "vt102", "vt220", "vt320"].contains(&term)
        || term.ends_with("-m")
        || term.ends_with("-mono")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Options {
        Options::detect(|name| {
            variables
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn an_ordinary_terminal_has_colours_blocks_and_30_frames() {
        let options = with(&[("TERM", "xterm-256color"), ("LANG", "en_GB.UTF-8")]);
        assert_eq!(
            options.look,
            Look {
                colour: Colour::Sixteen,
                glyphs: Glyphs::Blocks
            }
        );
        assert_eq!(
            (options.frame, options.dumb),
            (Duration::from_millis(33), false)
        );
    }

    #[test]
    fn over_ssh_there_are_10_frames_a_second_and_more_patience_with_escape() {
        let options = with(&[("SSH_CONNECTION", "1 2 3 4")]);
        assert_eq!(
            (options.frame, options.escape),
            (Duration::from_millis(100), Duration::from_millis(200))
        );
    }

    #[test]
    fn no_color_takes_the_colours_and_only_when_it_is_not_empty() {
        assert_eq!(with(&[("NO_COLOR", "1")]).look.colour, Colour::Mono);
        assert_eq!(with(&[("NO_COLOR", "")]).look.colour, Colour::Sixteen);
        assert_eq!(with(&[("TERM", "vt100")]).look.colour, Colour::Mono);
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
