//! The themes, one row each: every colour as a terminal of each ability gets it.
//!
//! | role | contrast at least, against the backgrounds the theme is for |
//! | --- | --- |
//! | words (`good`, `bad`, `faint`) | 4.5, as WCAG 2.2 asks of text |
//! | marks (curves, categories) | 3, as WCAG 2.2 asks of graphics |
//!
//! Blue means well and orange means ill, which every kind of colour vision tells apart. The categories were chosen from the
//! 6x6x6 cube so that the least distance between any two, seen with normal vision and with each of the three kinds of
//! dichromacy, is as large as it can be. Tiles go from blue through white to orange, as what they tell is harmless or harmful.

use ratatui::style::Color;

use crate::app::look::{Choice, Colour, Palette};
use crate::ui::theme::rgb;

/// One colour at every ability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hue {
    /// `0xRRGGBB`.
    pub rgb: u32,
    /// Its neighbour among the colours 16 to 255 of xterm.
    pub indexed: u8,
    /// Its namesake among the sixteen.
    pub sixteen: Color,
}

impl Hue {
    /// What a terminal is sent; `None` where it may be sent no colour.
    #[must_use]
    pub fn at(self, colour: Colour) -> Option<Color> {
        match colour {
            Colour::Mono => None,
            Colour::Sixteen => Some(self.sixteen),
            Colour::Indexed => Some(Color::Indexed(self.indexed)),
            Colour::True => Some(rgb::of(self.rgb)),
        }
    }
}

/// A theme.
#[derive(Clone, Copy, Debug)]
pub struct ThemeRow {
    /// Which.
    pub palette: Palette,
    /// What it is for, in the help of `--theme`.
    pub does: &'static str,
    /// Foreground and background of a picture in a file; on a screen both are the terminal's own.
    pub page: [u32; 2],
    /// A curve that is well, from its foot to its top.
    pub bar: [Hue; 3],
    /// A curve that fails, from its foot to its top.
    pub alarm: [Hue; 3],
    /// Good news in words.
    pub good: Hue,
    /// Bad news in words.
    pub bad: Hue,
    /// What has no limit at all.
    pub diverging: Hue,
    /// Frames and what matters less.
    pub faint: Hue,
    /// Things side by side that have no order.
    pub categories: [Hue; 4],
}

const fn hue(rgb: u32, indexed: u8, sixteen: Color) -> Hue {
    Hue {
        rgb,
        indexed,
        sixteen,
    }
}

/// Every theme, in the order of [`Palette`]'s names.
pub const PALETTES: [ThemeRow; 3] = [
    ThemeRow {
        palette: Palette::Universal,
        does: "reads on dark and on light backgrounds",
        page: [0xd8dee9, 0x16181d],
        bar: [
            hue(0x1f6bbd, 32, Color::LightBlue),
            hue(0x2f80d3, 32, Color::LightBlue),
            hue(0x4293e6, 33, Color::LightBlue),
        ],
        alarm: [
            hue(0xc24410, 166, Color::LightRed),
            hue(0xd5541a, 166, Color::LightRed),
            hue(0xe5672b, 202, Color::LightRed),
        ],
        good: hue(0x2477cb, 63, Color::LightBlue),
        bad: hue(0xce4911, 131, Color::LightRed),
        diverging: hue(0xbc3fbc, 133, Color::Magenta),
        faint: hue(0x757575, 243, Color::DarkGray),
        categories: [
            hue(0x5f87d7, 68, Color::LightBlue),
            hue(0xaf8700, 136, Color::LightRed),
            hue(0xd7005f, 161, Color::Magenta),
            hue(0x8700ff, 93, Color::DarkGray),
        ],
    },
    ThemeRow {
        palette: Palette::Dark,
        does: "brighter, for dark backgrounds",
        page: [0xd8dee9, 0x16181d],
        bar: [
            hue(0x3f82cc, 68, Color::LightBlue),
            hue(0x559ee3, 74, Color::LightBlue),
            hue(0x72bcff, 75, Color::LightBlue),
        ],
        alarm: [
            hue(0xc2551b, 166, Color::LightRed),
            hue(0xec7a34, 208, Color::LightRed),
            hue(0xffa866, 215, Color::LightRed),
        ],
        good: hue(0x6cb6f5, 75, Color::LightBlue),
        bad: hue(0xff9a52, 208, Color::LightRed),
        diverging: hue(0xd787ff, 177, Color::LightMagenta),
        faint: hue(0x8e939e, 246, Color::DarkGray),
        categories: [
            hue(0x87d7ff, 117, Color::LightCyan),
            hue(0xffaf00, 214, Color::LightYellow),
            hue(0xff5f87, 204, Color::LightRed),
            hue(0x875fff, 99, Color::LightMagenta),
        ],
    },
    ThemeRow {
        palette: Palette::Light,
        does: "deeper, for light backgrounds",
        page: [0x24292f, 0xffffff],
        bar: [
            hue(0x4a90d6, 68, Color::Blue),
            hue(0x2a74bf, 32, Color::Blue),
            hue(0x0b57a0, 25, Color::Blue),
        ],
        alarm: [
            hue(0xe0692c, 166, Color::Red),
            hue(0xc9500f, 166, Color::Red),
            hue(0xa63b00, 130, Color::Red),
        ],
        good: hue(0x005faf, 25, Color::Blue),
        bad: hue(0xb34100, 124, Color::Red),
        diverging: hue(0x8700af, 91, Color::Magenta),
        faint: hue(0x656d76, 241, Color::DarkGray),
        categories: [
            hue(0x0087d7, 32, Color::LightBlue),
            hue(0xaf5f00, 130, Color::Red),
            hue(0xd7005f, 161, Color::Magenta),
            hue(0x5f00af, 55, Color::Black),
        ],
    },
];

impl Palette {
    /// Its row.
    #[must_use]
    pub fn row(self) -> &'static ThemeRow {
        let named = Self::NAMES.iter().position(|(_, p)| *p == self);
        &PALETTES[named.unwrap_or(0)]
    }
}

/// From harmless to harmful: the ends of ColorBrewer's Blues and Oranges (C. Brewer) with white between them.
pub const HARM: [Hue; 7] = [
    hue(0x08519c, 25, Color::Blue),
    hue(0x4292c6, 68, Color::LightBlue),
    hue(0x9ecae1, 152, Color::LightBlue),
    hue(0xf0f0f0, 255, Color::White),
    hue(0xfdae6b, 215, Color::LightRed),
    hue(0xf16913, 202, Color::LightRed),
    hue(0xa63603, 130, Color::Red),
];
