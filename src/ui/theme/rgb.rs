//! Colours as numbers, `0xRRGGBB`.

use ratatui::style::Color;

/// A colour of 24 bits.
#[must_use]
pub fn of(rgb: u32) -> Color {
    let [_, r, g, b] = rgb.to_be_bytes();
    Color::Rgb(r, g, b)
}

/// The sixteen as xterm ships them, in the order of SGR 30-37 and 90-97; every user may have others.
const SIXTEEN: [u32; 16] = [
    0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f,
    0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
];

/// What xterm shows for a colour of its 256.
#[must_use]
pub fn xterm(index: u8) -> u32 {
    const LEVELS: [u32; 6] = [0, 95, 135, 175, 215, 255];
    let level = |n: u8| LEVELS[usize::from(n)];
    match index {
        232.. => (8 + 10 * (u32::from(index) - 232)) * 0x01_0101,
        16.. => {
            let n = index - 16;
            level(n / 36) << 16 | level(n / 6 % 6) << 8 | level(n % 6)
        }
        _ => SIXTEEN[usize::from(index)],
    }
}

/// The number of a colour as xterm shows it; `None` for the terminal's own foreground or background.
#[must_use]
pub fn shown(colour: Color) -> Option<u32> {
    const NAMES: [Color; 16] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    match colour {
        Color::Rgb(r, g, b) => Some(u32::from_be_bytes([0, r, g, b])),
        Color::Indexed(index) => Some(xterm(index)),
        named => NAMES
            .iter()
            .position(|name| *name == named)
            .map(|n| SIXTEEN[n]),
    }
}

/// The colour at a share of the way along three, component by component.
#[must_use]
pub fn between(stops: [u32; 3], share: f64) -> u32 {
    let along = share.clamp(0.0, 1.0) * 2.0;
    let (from, to, part) = if along < 1.0 {
        (stops[0], stops[1], along)
    } else {
        (stops[1], stops[2], along - 1.0)
    };
    let (from, to) = (from.to_be_bytes(), to.to_be_bytes());
    u32::from_be_bytes(std::array::from_fn(|i| {
        let (a, b) = (f64::from(from[i]), f64::from(to[i]));
        (a + (b - a) * part).round() as u8
    }))
}

/// Relative luminance of a colour, 0 black to 1 white (WCAG 2.2).
#[must_use]
pub fn luminance(rgb: u32) -> f64 {
    let [_, r, g, b] = rgb.to_be_bytes().map(|byte| {
        let share = f64::from(byte) / 255.0;
        if share <= 0.04045 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}
