//! One cell of the atlas: a character, a number of three characters and a colour, so that nothing is told by colour alone.

use ratatui::style::Style;

use crate::app::views::atlas::AtlasQuantity;
use crate::engine::atlas::Cell;
use crate::engine::verdict::{COLLAPSE_LIMIT, Channel, DRIFT_LIMIT, Verdict, VerdictKind};
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::{DENSITY, OVERFLOW, TREND, UNKNOWN, step};
use crate::ui::tiles::Shown;

/// Stands before a number that theory expects and nobody has measured.
pub(super) const THEORY: char = '~';
/// Stands where there is no such network.
const NONE: &str = "-";

/// What stands in a cell.
pub(in crate::ui) fn of(
    cell: &Cell,
    quantity: AtlasQuantity,
    blocks: bool,
    theme: &Theme,
) -> Shown {
    let (verdict, measured) = match cell {
        Cell::Pending => return (' ', "·".into(), theme.faint),
        Cell::Refused(_) => return (' ', NONE.into(), theme.faint),
        Cell::Unresolved(_) => return (' ', UNKNOWN.into(), theme.faint),
        Cell::Expected(verdict) => (verdict, false),
        Cell::Measured { verdict, .. } => (verdict, true),
    };
    if blocks && quantity == AtlasQuantity::Layers {
        return word(verdict.kind, theme);
    }
    let told = match quantity {
        AtlasQuantity::Layers => layers(verdict, theme),
        AtlasQuantity::Signal => drift(decades(verdict, Channel::Signal), theme),
        AtlasQuantity::Gradient => drift(decades(verdict, Channel::Gradient), theme),
        AtlasQuantity::Distinguishability => {
            loss(decades(verdict, Channel::Distinguishability), theme)
        }
    };
    if measured {
        told.shown()
    } else {
        (THEORY, told.signed, told.style)
    }
}

/// A number in three characters.
struct ShortNumber {
    symbol: &'static str,
    number: String,
    /// The same where no symbol can say which way.
    signed: String,
    style: Style,
}

impl ShortNumber {
    fn magnitude(number: String, share: f64, theme: &Theme) -> Self {
        Self {
            symbol: step(&DENSITY, share),
            signed: number.clone(),
            number,
            style: theme.harm(share),
        }
    }

    /// More than so many, without harm.
    fn beyond(number: String, theme: &Theme) -> Self {
        let signed = match number.len() {
            3.. => ">99".into(),
            _ => format!(">{number}"),
        };
        Self {
            symbol: ">",
            signed,
            number,
            style: theme.harm(0.0),
        }
    }

    /// A number on a colour needs no shade before it, but a way does.
    fn shown(self) -> Shown {
        let shade = DENSITY.contains(&self.symbol) && self.style.bg.is_some();
        let symbol = self.symbol.chars().next().filter(|_| !shade);
        (symbol.unwrap_or(' '), self.number, self.style)
    }
}

/// A verdict in a word.
fn word(kind: VerdictKind, theme: &Theme) -> Shown {
    let (text, harm) = match kind {
        VerdictKind::Healthy => ("ok", 0.0),
        VerdictKind::Identity => ("id", 0.1),
        VerdictKind::Vanishing => ("van", 1.0),
        VerdictKind::Exploding => ("exp", 1.0),
        VerdictKind::Collapsing => ("col", 0.8),
        VerdictKind::Saturated => ("sat", 0.6),
        VerdictKind::Dead => ("dea", 1.0),
        VerdictKind::Symmetric => ("sym", 0.8),
        VerdictKind::Inputs => ("inp", 0.6),
    };
    (' ', text.to_owned(), theme.harm(harm))
}

/// Samples of a quantity with what they mean, most telling first.
pub(in crate::ui) fn legend(
    quantity: AtlasQuantity,
    blocks: bool,
    theme: &Theme,
) -> [(Shown, &'static str); 5] {
    if blocks && quantity == AtlasQuantity::Layers {
        return [
            (word(VerdictKind::Healthy, theme), "healthy"),
            (word(VerdictKind::Identity, theme), "all branches are 0"),
            (
                word(VerdictKind::Exploding, theme),
                "grows, its gradients too",
            ),
            (
                word(VerdictKind::Vanishing, theme),
                "falls, or its gradients do",
            ),
            (
                word(VerdictKind::Collapsing, theme),
                "tokens or inputs are alike",
            ),
        ];
    }
    let tile = |number: &str, share| ShortNumber::magnitude(number.into(), share, theme).shown();
    let way = |decades| drift(decades, theme).shown();
    let known = match quantity {
        AtlasQuantity::Layers => [
            (tile("7", 0.75), "fails within this depth"),
            (tile("99", 0.3), "healthy; deeper ones fail"),
            (
                ShortNumber::beyond("99".into(), theme).shown(),
                "healthy; nothing fails yet",
            ),
        ],
        AtlasQuantity::Signal | AtlasQuantity::Gradient => [
            (way(-19.0), "falls by 19 decades"),
            (way(-0.1), "keeps its size"),
            (way(19.0), "grows by 19 decades"),
        ],
        AtlasQuantity::Distinguishability => [
            (loss(-9.0, theme).shown(), "lost, 9 decades of it"),
            (loss(-2.0, theme).shown(), "less by 2 decades"),
            (loss(0.0, theme).shown(), "as different as at first"),
        ],
    };
    let [fails, ends, stays] = known;
    let theory = (THEORY, "7".to_owned(), theme.harm(0.75));
    let nothing = (' ', UNKNOWN.to_owned(), theme.faint);
    let expected = (theory, "expected, not measured yet");
    [
        fails,
        ends,
        stays,
        expected,
        (nothing, "theory has no answer"),
    ]
}

/// How many layers the deepest healthy network has; the fewer, the stronger. A network that is healthy keeps to the weaker two fifths.
fn layers(verdict: &Verdict, theme: &Theme) -> ShortNumber {
    let depth = verdict.depth.max(2) as f64;
    let short = |layers: usize| match layers {
        few if few < 1000 => few.to_string(),
        some => format!("{}k", some / 1000),
    };
    if verdict.budget.fails_at.is_none() {
        return ShortNumber::beyond(short(verdict.budget.bounds().0), theme);
    }
    let layers = verdict.budget.about();
    let n = layers.max(1) as f64;
    let share = if verdict.is_healthy() {
        0.39 * (1.0 - 0.5 * (n / depth).log10()).clamp(0.0, 1.0)
    } else {
        0.4 + 0.6 * (1.0 - n.ln() / depth.ln()).clamp(0.0, 1.0)
    };
    ShortNumber::magnitude(short(layers), share, theme)
}

/// Decades of a channel over the whole depth; infinite where it overflows or ends in zeros, as everything does behind a signal of
/// zeros.
fn decades(verdict: &Verdict, channel: Channel) -> f64 {
    let rate = match channel {
        Channel::Signal => verdict.signal_rate,
        Channel::Gradient => verdict.gradient_rate,
        Channel::Distinguishability => verdict.distinguishability_rate,
    };
    let fails = verdict.channel == Some(channel);
    let behind = fails || verdict.channel == Some(Channel::Signal);
    match (verdict.kind, verdict.level) {
        (VerdictKind::Dead, f64::NEG_INFINITY) if behind => f64::NEG_INFINITY,
        (VerdictKind::Exploding, f64::INFINITY) if fails => f64::INFINITY,
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
fn drift(decades: f64, theme: &Theme) -> ShortNumber {
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
    ShortNumber {
        symbol: step(&TREND, f64::midpoint(share, 1.0)),
        number,
        signed,
        style: theme.harm(share.abs()),
    }
}

/// Decades by which the difference between inputs shrinks.
fn loss(decades: f64, theme: &Theme) -> ShortNumber {
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
    ShortNumber::magnitude(number, share, theme)
}
