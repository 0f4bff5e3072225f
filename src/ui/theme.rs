//! Colours and characters: the only place that knows either.
//!
//! Text is always in the terminal's own foreground. Colour says one thing, blue or orange-red (safe for colour-blind eyes), and
//! whatever it says is also said by a symbol or a word. The six of the sixteen colours that keep a contrast of 3 on black and on
//! white alike are bright blue, bright red, magenta, bright magenta, red and dark grey; only the first two are used, and magenta
//! for the one thing that is worse than bad on the phase plane.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use crate::app::look::{Colour, Glyphs, Look};

/// The styles of the dashboard.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// Running text.
    pub text: Style,
    /// Names, keys, what was changed last.
    pub strong: Style,
    /// Frames and what matters less.
    pub faint: Style,
    /// A curve.
    pub bar: Style,
    /// A curve that fails, and a verdict that is bad news.
    pub alarm: Style,
    /// A verdict that is good news.
    pub good: Style,
    /// What has no limit at all.
    pub diverging: Style,
    /// What must not be overlooked: frozen, a message.
    pub notice: Style,
}

impl Theme {
    /// The theme of a look.
    #[must_use]
    pub fn new(look: Look) -> Self {
        let coloured = |colour| match look.colour {
            Colour::Mono => Style::new(),
            Colour::Sixteen => Style::new().fg(colour),
        };
        Self {
            text: Style::new(),
            strong: Style::new().add_modifier(Modifier::BOLD),
            faint: Style::new().add_modifier(Modifier::DIM),
            bar: coloured(Color::LightBlue),
            alarm: coloured(Color::LightRed),
            good: coloured(Color::LightBlue),
            diverging: coloured(Color::Magenta),
            notice: Style::new().add_modifier(Modifier::REVERSED),
        }
    }
}

/// Partial blocks, 0 to 8 eighths from the bottom.
pub const BLOCKS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// Reached by most, by some, by few of the draws and layers of a column.
pub const SHADES: [&str; 3] = ["▓", "▒", "░"];
/// The prediction in the lower, middle, upper third of a cell.
pub const DOTS: [&str; 3] = [".", "·", "˙"];
/// An exact zero.
pub const ZERO: &str = "0";
/// An overflow.
pub const OVERFLOW: &str = "∞";
/// No number.
pub const UNKNOWN: &str = "?";

/// What ASCII has for every other character that is drawn.
const ASCII: &[(char, char)] = &[
    ('▁', '_'),
    ('▂', '_'),
    ('▃', '-'),
    ('▄', '-'),
    ('▅', '='),
    ('▆', '='),
    ('▇', '#'),
    ('█', '#'),
    ('▓', '%'),
    ('▒', '+'),
    ('░', ':'),
    ('·', '.'),
    ('˙', '\''),
    ('∞', '^'),
    ('─', '-'),
    ('│', '|'),
    ('┌', '+'),
    ('┐', '+'),
    ('└', '+'),
    ('┘', '+'),
    ('├', '+'),
    ('┤', '+'),
    ('━', '='),
    ('┃', '#'),
    ('┏', '#'),
    ('┓', '#'),
    ('┗', '#'),
    ('┛', '#'),
    ('┣', '#'),
    ('┫', '#'),
    ('→', '>'),
    ('←', '<'),
    ('✓', '+'),
    ('✗', 'x'),
    ('±', '~'),
    ('σ', 's'),
    ('∂', 'd'),
    ('√', 'v'),
    ('…', '~'),
    ('↓', 'v'),
    ('↑', '^'),
];

/// The last step of every frame: keeps to ASCII where the look asks for it. Total: what has no counterpart becomes `?`.
pub fn translate(buffer: &mut Buffer, look: Look) {
    if look.glyphs == Glyphs::Blocks {
        return;
    }
    for cell in &mut buffer.content {
        let symbol = cell.symbol();
        if symbol.is_ascii() {
            continue;
        }
        let first = symbol.chars().next().unwrap_or(' ');
        let ascii = ASCII
            .iter()
            .find(|(from, _)| *from == first)
            .map_or('?', |(_, to)| *to);
        cell.set_char(ascii);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;

    #[test]
    fn ascii_translates_one_to_one_and_only_to_ascii() {
        let text: String = ASCII
            .iter()
            .map(|(from, _)| *from)
            .chain("aé日".chars())
            .collect();
        let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 1));
        buffer.set_string(0, 0, &text, Style::new());
        translate(
            &mut buffer,
            Look {
                glyphs: Glyphs::Ascii,
                ..Look::default()
            },
        );
        assert!(buffer.content.iter().all(|cell| cell.symbol().is_ascii()));
        assert_eq!(
            buffer
                .cell((ASCII.len() as u16 + 1, 0))
                .expect("inside")
                .symbol(),
            "?"
        );
    }

    #[test]
    fn without_colour_no_style_has_one() {
        let theme = Theme::new(Look {
            colour: Colour::Mono,
            ..Look::default()
        });
        for style in [
            theme.text,
            theme.strong,
            theme.faint,
            theme.bar,
            theme.alarm,
            theme.good,
            theme.diverging,
            theme.notice,
        ] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }
}
