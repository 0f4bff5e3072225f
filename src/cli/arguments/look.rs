//! How the dashboard looks.

use clap::Args;

use crate::app::action::{Quantity, ViewName};
use crate::app::look::{Choice, Colour, Glyphs, Palette};
use crate::cli::values::{self, Wish};
use crate::term::capabilities::Wishes;
use crate::ui::theme::palette::PALETTES;

/// Every flag may be left out: then the terminal decides.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Look")]
pub(crate) struct LookArguments {
    /// Colours of the terminal: auto, never, 16, 256, truecolor [default: auto]
    #[arg(long, visible_alias = "colour", value_name = "COLOURS", value_parser = values::wish::<Colour>(), hide_possible_values = true)]
    pub(crate) color: Option<Wish<Colour>>,
    /// Colours of the dashboard
    #[arg(long, value_name = "NAME", value_parser = values::choice::<Palette>(), hide_possible_values = true, help = themes())]
    pub(crate) theme: Option<Palette>,
    /// Characters of the terminal: auto, ascii, blocks, braille, octants [default: auto]
    #[arg(long, value_name = "CHARACTERS", value_parser = values::wish::<Glyphs>(), hide_possible_values = true, conflicts_with = "ascii")]
    pub(crate) glyphs: Option<Wish<Glyphs>>,
    /// Printable ASCII only, as --glyphs ascii
    #[arg(long)]
    pub(crate) ascii: bool,
    /// Frames a second at most, 1 to 30 [default: 30, over SSH 10]
    #[arg(long, value_name = "NUMBER", value_parser = values::fps, allow_negative_numbers = true)]
    pub(crate) fps: Option<u16>,
    /// Clicks and the wheel go to the dashboard [default]; hold Shift to select text
    #[arg(long, overrides_with = "no_mouse")]
    pub(crate) mouse: bool,
    /// Leave clicks and the wheel to the terminal
    #[arg(long, overrides_with = "mouse")]
    pub(crate) no_mouse: bool,
}

impl LookArguments {
    /// These, and where they say nothing, those.
    pub(crate) fn over(self, other: Self) -> Self {
        let glyphs = self.glyphs.is_some() || self.ascii;
        let characters = if glyphs { self } else { other };
        let pointer = self.pointer().or(other.pointer());
        Self {
            color: self.color.or(other.color),
            theme: self.theme.or(other.theme),
            glyphs: characters.glyphs,
            ascii: characters.ascii,
            fps: self.fps.or(other.fps),
            mouse: pointer == Some(true),
            no_mouse: pointer == Some(false),
        }
    }

    /// Whether the dashboard is to have the mouse, of the two flags the later one.
    pub(crate) fn pointer(self) -> Option<bool> {
        (self.mouse || self.no_mouse).then_some(self.mouse)
    }

    /// What is asked for.
    pub(crate) fn wishes(self) -> Wishes {
        let glyphs = self.glyphs.and_then(|Wish(glyphs)| glyphs);
        Wishes {
            colour: self.color.and_then(|Wish(colour)| colour),
            palette: self.theme,
            glyphs: glyphs.or(self.ascii.then_some(Glyphs::Ascii)),
            fps: self.fps,
            mouse: self.pointer(),
        }
    }
}

/// The themes with what they are for.
fn themes() -> String {
    let each: Vec<String> = PALETTES
        .iter()
        .map(|row| format!("{} ({})", row.palette, row.does))
        .collect();
    format!("Theme: {} [default: universal]", each.join(", "))
}

/// The quantities, those of z before and of x behind the activation.
pub(super) fn quantities() -> String {
    let names: Vec<&str> = Quantity::NAMES.iter().map(|(name, _)| *name).collect();
    format!(
        "What the signal panel shows: {} [default: z-variance]",
        names.join(", ")
    )
}

/// The views.
pub(super) fn views() -> String {
    let names: Vec<&str> = ViewName::NAMES.iter().map(|(name, _)| *name).collect();
    format!(
        "View that is shown first: {} [default: scope]",
        names.join(", ")
    )
}
