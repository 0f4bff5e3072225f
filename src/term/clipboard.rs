//! The clipboard of the terminal: it is asked by OSC 52 and never answers, and what stands between may keep the question.

use crossterm::clipboard::CopyToClipboard;

use crate::term::commands;

/// What stands between the program and the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Between {
    /// Nothing that is known of.
    #[default]
    Nothing,
    /// tmux, which takes OSC 52 where `set-clipboard` is `on` and hands on what is wrapped where `allow-passthrough` is.
    Tmux,
    /// GNU screen, which hands on device control strings of at most 768 bytes.
    Screen,
    /// The console of Linux, which has no clipboard.
    Console,
}

/// Bytes of a question in one device control string of screen.
const PIECE: usize = 240;

impl Between {
    /// From the environment; over SSH from the name of the terminal alone.
    pub(super) fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        if set("TMUX").is_some() || term.starts_with("tmux") {
            Self::Tmux
        } else if set("STY").is_some() || term.starts_with("screen") {
            Self::Screen
        } else if term == "linux" {
            Self::Console
        } else {
            Self::Nothing
        }
    }

    /// The bytes that ask for this text to be copied.
    pub(super) fn question(self, text: &str) -> Vec<u8> {
        let plain = commands::bytes(&CopyToClipboard::to_clipboard_from(text));
        match self {
            Self::Nothing => plain,
            Self::Console => Vec::new(),
            Self::Tmux => {
                let mut all = plain.clone();
                all.extend(b"\x1bPtmux;");
                for byte in plain {
                    // an escape within is doubled
                    all.extend(std::iter::repeat_n(byte, 1 + usize::from(byte == 0x1b)));
                }
                all.extend(b"\x1b\\");
                all
            }
            Self::Screen => {
                let mut all = plain.clone();
                // its end, which would end the control string, is the bell instead
                let body = plain.strip_suffix(b"\x1b\\").unwrap_or(&plain);
                let body = [body, b"\x07"].concat();
                for piece in body.chunks(PIECE) {
                    all.extend([b"\x1bP", piece, b"\x1b\\"].concat());
                }
                all
            }
        }
    }

    /// What has to be set so that the text arrives, as far as that is known.
    pub(super) fn condition(self) -> &'static str {
        match self {
            Self::Nothing => "it does not say whether it did",
            Self::Tmux => "tmux: `set -g set-clipboard on`",
            Self::Screen => "through screen or tmux, if they and the terminal allow it",
            Self::Console => "but this console has no clipboard",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&str, &str)]) -> Between {
        Between::detect(|name| {
            let found = variables.iter().find(|(n, _)| *n == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn what_stands_between_is_known_by_variables_and_over_ssh_by_the_name_of_the_terminal() {
        for (variables, between) in [
            (&[("TERM", "xterm-256color")][..], Between::Nothing),
            (
                &[("TERM", "screen-256color"), ("TMUX", "/tmp/x,1,0")],
                Between::Tmux,
            ),
            (&[("TERM", "tmux-256color")], Between::Tmux),
            (&[("TERM", "screen"), ("STY", "1.tty")], Between::Screen),
            (&[("TERM", "screen.xterm-256color")], Between::Screen),
            (&[("TERM", "linux")], Between::Console),
            (&[("TMUX", "")], Between::Nothing),
        ] {
            assert_eq!(found(variables), between, "{variables:?}");
        }
    }

    #[test]
    fn the_question_is_wrapped_as_tmux_and_screen_hand_it_on() {
        let asked = |between: Between| String::from_utf8(between.question("layer")).expect("ASCII");
        let plain = "\x1b]52;c;bGF5ZXI=\x1b\\";
        assert_eq!(asked(Between::Nothing), plain);
        assert_eq!(asked(Between::Console), "");
        assert_eq!(
            asked(Between::Tmux),
            format!("{plain}\x1bPtmux;\x1b\x1b]52;c;bGF5ZXI=\x1b\x1b\\\x1b\\")
        );
        assert_eq!(
            asked(Between::Screen),
            format!("{plain}\x1bP\x1b]52;c;bGF5ZXI=\x07\x1b\\")
        );
        let long = String::from_utf8(Between::Screen.question(&"x".repeat(600))).expect("ASCII");
        assert_eq!(long.matches("\x1bP").count(), 4);
    }
}
