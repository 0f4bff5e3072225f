//! One cell of the atlas: a character, a number of three characters and a colour, so that nothing is told by colour alone.

use ratatui::style::Style;

use crate::app::atlas::AtlasQuantity;
use crate::engine::atlas::Cell;
use crate::engine::verdict::{COLLAPSE_LIMIT, DRIFT_LIMIT, Kind, Verdict};
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::{DENSITY, OVERFLOW, TREND, UNKNOWN};

/// Stands before a number that theory expects and nobody has measured.
pub(super) const THEORY: char = '~';

/// A character with its style, and a number of at most three characters with its style.
pub(super) type Shown = ((char, Style), (String, Style));

/// What stands in a cell.
pub(super) fn of(cell: &Cell, quantity: AtlasQuantity, theme: &Theme) -> Shown {
    let plain = |symbol: char, text: String, style: Style| ((symbol, style), (text, style));
    let (verdict, measured) = match cell {
        Cell::Pending => return plain(' ', "·".into(), theme.faint),
        Cell::Unresolved(_) => return plain(' ', UNKNOWN.into(), theme.faint),
        Cell::Expected(verdict) => (verdict, false),
        Cell::Measured(verdict) => (verdict, true),
    };
    let told = match quantity {
        AtlasQuantity::Layers => layers(verdict, theme),
        AtlasQuantity::Signal => drift(verdict, verdict.signal_rate, theme),
        AtlasQuantity::Gradient => drift(verdict, verdict.gradient_rate, theme),
        AtlasQuantity::Distinguishability => loss(verdict, theme),
    };
    if measured {
        // the character in the colour that the number stands on
        let ink = Style {
            fg: told.style.bg,
            ..Style::new()
        };
        let symbol = told.symbol.chars().next().unwrap_or(' ');
        ((symbol, ink), (told.number, told.style))
    } else {
        plain(THEORY, told.signed, theme.text)
    }
}

/// A number in three characters.
struct Told {
    symbol: &'static str,
    number: String,
    /// The same where no symbol can say which way.
    signed: String,
    style: Style,
}

impl Told {
    fn magnitude(number: String, share: f64, theme: &Theme) -> Self {
        Self {
            symbol: step(&DENSITY, share),
            signed: number.clone(),
            number,
            style: theme.magnitude(share),
        }
    }
}

fn step(steps: &[&'static str; 5], share: f64) -> &'static str {
    steps[((share * 5.0) as usize).min(4)]
}

/// How many layers survive; the fewer, the stronger. A network that is healthy keeps to the weaker two fifths.
fn layers(verdict: &Verdict, theme: &Theme) -> Told {
    let depth = verdict.depth.max(2) as f64;
    let Some(layers) = verdict.budget.layers else {
        return Told::magnitude("all".into(), 0.0, theme);
    };
    let n = layers.max(1) as f64;
    let share = if verdict.is_healthy() {
        0.39 * (1.0 - 0.5 * (n / depth).log10()).clamp(0.0, 1.0)
    } else {
        0.4 + 0.6 * (1.0 - n.ln() / depth.ln()).clamp(0.0, 1.0)
    };
    let number = match layers {
        few if few < 1000 => few.to_string(),
        some if some < 100_000 => format!("{}k", some / 1000),
        many => format!("e{}", many.ilog10()),
    };
    Told::magnitude(number, share, theme)
}

/// Decades over the whole depth; infinite where it ends in zeros or overflows.
fn decades(verdict: &Verdict, rate: f64) -> f64 {
    match (verdict.kind, verdict.level) {
        (Kind::Dead, f64::NEG_INFINITY) => f64::NEG_INFINITY,
        (Kind::Exploding, f64::INFINITY) => f64::INFINITY,
        _ => rate * verdict.depth.saturating_sub(1) as f64,
    }
}

/// Two characters where possible, three at most, without sign.
fn size(decades: f64) -> String {
    match decades.abs() {
        huge if huge.is_infinite() => OVERFLOW.into(),
        none if none < 0.05 => "0".into(),
        small if small < 0.95 => format!(".{:.0}", 10.0 * small),
        some if some < 999.5 => format!("{some:.0}"),
        many => format!("e{:.0}", many.log10().floor()),
    }
}

/// Which way and how far; half of the colours are for what is within the limit.
fn drift(verdict: &Verdict, rate: f64, theme: &Theme) -> Told {
    let decades = decades(verdict, rate);
    let share = decades / DRIFT_LIMIT;
    let strength = match share.abs() {
        outside if outside > 1.0 => 1.0,
        // three tenths of the limit and less is neither
        inside => 0.65 * inside,
    };
    let share = strength.copysign(decades);
    let number = size(decades);
    let signed = match number.as_str() {
        "0" => number.clone(),
        text if text.chars().count() < 3 => {
            format!("{}{text}", if decades < 0.0 { '-' } else { '+' })
        }
        text => text.into(),
    };
    Told {
        symbol: step(&TREND, f64::midpoint(share, 1.0)),
        number,
        signed,
        style: theme.drift(share),
    }
}

/// Decades by which the difference between inputs shrinks.
fn loss(verdict: &Verdict, theme: &Theme) -> Told {
    let decades = decades(verdict, verdict.distinguishability_rate);
    let used = if decades == f64::INFINITY {
        0.0
    } else {
        (decades / COLLAPSE_LIMIT).max(0.0)
    };
    let share = if used <= 1.0 {
        0.39 * used
    } else {
        0.4 + 0.6 * (1.0 - 1.0 / used)
    };
    let number = match size(decades) {
        text if decades > 0.0 && text != "0" => format!("+{text}"),
        text => text,
    };
    Told::magnitude(number, share, theme)
}
