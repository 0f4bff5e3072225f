//! Styles: the only place that knows colours.
//!
//! Text is in the terminal's own foreground on its own background. Colour says one thing, blue or orange (safe for colour-blind
//! eyes), and whatever it says is also said by a character or a word.

pub mod glyphs;
pub mod palette;
pub mod rgb;

use ratatui::style::{Color, Modifier, Style};

use crate::app::look::{Colour, Look};
use palette::{HARM, Hue, ThemeRow};

/// The styles of the dashboard.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// Running text.
    pub text: Style,
    /// Names, keys, what was changed last.
    pub strong: Style,
    /// Frames and what matters less.
    pub faint: Style,
    /// A curve, where it has one colour.
    pub bar: Style,
    /// A curve that fails, where it has one colour.
    pub alarm: Style,
    /// Good news in words.
    pub good: Style,
    /// Bad news in words.
    pub bad: Style,
    /// What has no limit at all.
    pub diverging: Style,
    /// What must not be overlooked: frozen, a message.
    pub notice: Style,
    row: &'static ThemeRow,
    colour: Colour,
}

impl Theme {
    /// The theme of views with many tiles of a colour each: none but the 256 colours, which cost least to send.
    #[must_use]
    pub fn of_tiles(look: Look) -> Self {
        Self::new(Look {
            colour: look.colour.min(Colour::Indexed),
            ..look
        })
    }

    /// The theme of a look.
    #[must_use]
    pub fn new(look: Look) -> Self {
        let row = look.palette.row();
        let with = |hue: Hue| foreground(hue.at(look.colour));
        Self {
            text: Style::new(),
            strong: Style::new().add_modifier(Modifier::BOLD),
            faint: if look.colour >= Colour::Indexed {
                with(row.faint)
            } else {
                // a shade of the user's own foreground
                Style::new().add_modifier(Modifier::DIM)
            },
            bar: with(row.bar[1]),
            alarm: with(row.alarm[1]),
            good: with(row.good),
            bad: with(row.bad),
            diverging: with(row.diverging),
            notice: Style::new().add_modifier(Modifier::REVERSED),
            row,
            colour: look.colour,
        }
    }

    /// The style of row `n`, counted from the foot, of a curve of so many rows: one colour a row, so that a frame stays small.
    #[must_use]
    pub fn fill(&self, fails: bool, n: usize, rows: usize) -> Style {
        let stops = if fails { self.row.alarm } else { self.row.bar };
        let place = (n as f64 + 0.5) / rows.max(1) as f64;
        foreground(match self.colour {
            Colour::True => Some(rgb::of(rgb::between(stops.map(|hue| hue.rgb), place))),
            few => stops[band(place, stops.len())].at(few),
        })
    }

    /// The style of a category, round and round; its character is in [`MARKERS`](glyphs::MARKERS).
    #[must_use]
    pub fn category(&self, n: usize) -> Style {
        let all = self.row.categories;
        foreground(all[n % all.len()].at(self.colour))
    }

    /// Text on the colour of a harm, 0 none and 1 most. Write the number or a character of [`DENSITY`](glyphs::DENSITY) or
    /// [`TREND`](glyphs::TREND) on it: without colours there is nothing else.
    #[must_use]
    pub fn harm(&self, share: f64) -> Style {
        self.tile(HARM[band(share, HARM.len())])
    }

    /// Black or white text, whichever is read better, on a colour.
    fn tile(&self, hue: Hue) -> Style {
        // equally far from both: (L + 0.05)^2 = 1.05 * 0.05
        const MIDDLE: f64 = 0.179;
        let Some(ground) = hue.at(self.colour) else {
            return self.text;
        };
        let dark = rgb::shown(ground).is_some_and(|rgb| rgb::luminance(rgb) < MIDDLE);
        let ink = match (self.colour, dark) {
            (Colour::True, true) => Color::Rgb(255, 255, 255),
            (Colour::True, false) => Color::Rgb(0, 0, 0),
            (Colour::Indexed, true) => Color::Indexed(231),
            (Colour::Indexed, false) => Color::Indexed(16),
            (_, true) => Color::White,
            (_, false) => Color::Black,
        };
        Style::new().fg(ink).bg(ground)
    }
}

fn foreground(colour: Option<Color>) -> Style {
    Style {
        fg: colour,
        ..Style::new()
    }
}

/// Which of `count` equal parts of 0..1 a share is in; what lies outside is in the nearest, NaN in the first.
fn band(share: f64, count: usize) -> usize {
    ((share * count as f64) as usize).min(count - 1)
}

#[cfg(test)]
mod tests;
