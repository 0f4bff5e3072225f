//! The colour of a number or a word of a table: blue where it is good, orange where it is bad, white to blue where neither end is.

use crate::sweep::columns::Cell;
use crate::sweep::slice::Slice;
use crate::ui::number;
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::{DENSITY, UNKNOWN, step};
use crate::ui::tiles::Shown;

/// Which numbers of a column are bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bad {
    /// Small ones.
    Small,
    /// The same of numbers of layers, by their logarithms.
    Few,
    /// Large ones.
    Large,
    /// Those far from 0 on either side.
    Far,
    /// Neither end.
    Neither,
}

/// Which numbers of a column of this name are bad.
fn bad(name: &str) -> Bad {
    const FEW: [&str; 6] = [
        "depth_budget",
        "depth_budget_healthy_at",
        "depth_budget_fails_at",
        "layer",
        "overflow_layer",
        "diverged_step",
    ];
    const SMALL: [&str; 4] = [
        "accuracy",
        "accuracy_reached",
        "share_that_learns",
        "effective_rank",
    ];
    const LARGE: [&str; 8] = [
        "loss",
        "loss_reached",
        "uncertainty_left",
        "saturated",
        "dead",
        "alike",
        "dead_draws",
        "worst_se",
    ];
    const NEITHER: [&str; 3] = ["draws", "best_rate", "chance_loss"];
    match name {
        name if FEW.contains(&name) => Bad::Few,
        name if LARGE.contains(&name) || name.ends_with("_se") => Bad::Large,
        name if SMALL.contains(&name) || name.starts_with("distinguishability_log10") => Bad::Small,
        name if NEITHER.contains(&name) => Bad::Neither,
        _ => Bad::Far,
    }
}

/// How bad a word is.
fn harm(word: &str) -> f64 {
    match word {
        "HEALTHY" | "LEARNS" => 0.0,
        "IDENTITY" => 0.2,
        "SLOW" => 0.35,
        "SATURATED" | "SYMMETRIC" | "INPUTS" => 0.6,
        "VANISHING" | "COLLAPSING" | "STALLS" | "signal" | "gradient" | "distinguishability" => {
            0.75
        }
        "EXPLODING" | "DEAD" | "DIVERGES" => 1.0,
        _ => 0.5,
    }
}

/// The colours of what is shown.
pub(super) struct Shade<'a> {
    bad: Bad,
    /// Of all numbers of the column.
    range: [f64; 2],
    words: Option<&'a [String]>,
}

impl<'a> Shade<'a> {
    pub(super) fn of(slice: &'a Slice) -> Self {
        let (cube, quantity) = (slice.cube(), slice.quantity());
        Self {
            bad: bad(slice.name()),
            range: cube.range(quantity).unwrap_or([0.0, 0.0]),
            words: cube.words(quantity),
        }
    }

    /// What stands in a tile of so many columns.
    pub(super) fn tile(&self, cell: Option<&Cell>, room: usize, theme: &Theme) -> Shown {
        match cell {
            None | Some(Cell::Missing) => super::nothing(theme),
            Some(Cell::Text(word)) => self::word(word, room, theme),
            Some(Cell::Integer(whole)) => self.number(*whole as f64, room, theme),
            Some(Cell::Number(number)) => self.number(*number, room, theme),
        }
    }

    fn number(&self, x: f64, room: usize, theme: &Theme) -> Shown {
        if x.is_nan() {
            return (' ', UNKNOWN.into(), theme.faint);
        }
        let (harm, size) = self.share(x);
        let style = theme.harm(harm);
        // a number on a colour needs no shade before it
        let symbol = match style.bg {
            Some(_) => ' ',
            None => step(&DENSITY, size).chars().next().unwrap_or(' '),
        };
        (symbol, number::within(x, room), style)
    }

    /// The harm of a number, and how far from its other end it is.
    fn share(&self, x: f64) -> (f64, f64) {
        let [low, high] = self.range;
        let within = |x: f64, low: f64, high: f64| {
            let share = if high > low {
                (x - low) / (high - low)
            } else {
                0.0
            };
            // of an infinity the end
            share.clamp(0.0, 1.0)
        };
        let log = |layers: f64| layers.max(1.0).ln();
        let harm = match self.bad {
            Bad::Small => 1.0 - within(x, low, high),
            Bad::Few => 1.0 - within(log(x), log(low), log(high)),
            Bad::Large => within(x, low, high),
            Bad::Far => within(x.abs(), 0.0, low.abs().max(high.abs())),
            Bad::Neither => {
                let share = within(x, low, high);
                return (0.5 * (1.0 - share), share);
            }
        };
        (harm, harm)
    }

    /// Samples of tiles of so many columns, with what they mean.
    pub(super) fn legend(&self, room: usize, theme: &Theme) -> Vec<(Shown, String)> {
        if let Some(words) = self.words {
            let words = words.iter().filter(|word| !word.is_empty());
            let sample = |word: &String| (self::word(word, room, theme), word.clone());
            return words.map(sample).collect();
        }
        let [low, high] = self.range;
        let [of_low, of_high] = match self.bad {
            Bad::Small | Bad::Few => ["least, worst", "most, best"],
            Bad::Large => ["least, best", "most, worst"],
            Bad::Far => ["least", "most; 0 is best"],
            Bad::Neither => ["least", "most"],
        };
        vec![
            (self.number(low, room, theme), of_low.into()),
            (self.number(high, room, theme), of_high.into()),
            (super::nothing(theme), "not in the table".into()),
            ((' ', UNKNOWN.into(), theme.faint), "no number".into()),
        ]
    }
}

/// A word on its colour: its beginning, where there is no room for all of it.
fn word(word: &str, room: usize, theme: &Theme) -> Shown {
    let harm = harm(word);
    let symbol = match harm {
        good if good < 0.3 => '✓',
        bad if bad > 0.5 => '✗',
        _ => ' ',
    };
    let begins: String = word.chars().take(room).collect();
    // beside its sign
    (symbol, format!("{begins:<room$}"), theme.harm(harm))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::columns::ColumnKind;
    use crate::sweep::grid::Measure;
    use crate::sweep::measure;

    #[test]
    fn blue_is_the_good_end_of_every_column_that_has_one() {
        let shade = |name, range| Shade {
            bad: bad(name),
            range,
            words: None,
        };
        let harm = |name, range, x| shade(name, range).share(x).0;
        assert_eq!(harm("depth_budget", [1.0, 1000.0], f64::INFINITY), 0.0);
        assert_eq!(harm("depth_budget", [1.0, 1000.0], 1.0), 1.0);
        assert_eq!(harm("gradient_rate", [-0.5, 0.1], -0.5), 1.0);
        assert_eq!(harm("gradient_rate", [-0.5, 0.1], 0.0), 0.0);
        assert_eq!(
            harm("z_variance_log10_p50", [-9.0, 3.0], f64::NEG_INFINITY),
            1.0
        );
        assert_eq!(harm("loss", [0.1, 2.0], 0.1), 0.0);
        assert_eq!(harm("grad_w_log10_se", [0.0, 2.0], 2.0), 1.0);
        assert_eq!(harm("distinguishability_log10_p50", [-6.0, 0.0], -6.0), 1.0);
        // what is neither good nor bad is never orange
        assert!(harm("draws", [2.0, 8.0], 8.0) < 0.5 && harm("draws", [2.0, 8.0], 2.0) <= 0.5);
        assert_eq!(harm("loss", [1.0, 1.0], 1.0), 0.0);
    }

    #[test]
    fn every_column_that_is_named_here_is_one_of_a_table() {
        let all: Vec<String> = Measure::NAMES
            .iter()
            .flat_map(|(_, measure)| measure.keeps().iter().map(|(_, keep)| (*measure, *keep)))
            .flat_map(|(measure, keep)| measure::columns(measure, keep))
            .filter(|column| column.kind != ColumnKind::Text)
            .map(|column| column.name.to_string())
            .collect();
        let known = |bad_of: Bad| all.iter().filter(|name| bad(name) == bad_of).count();
        for (bad_of, least) in [
            (Bad::Few, 6),
            (Bad::Small, 4),
            (Bad::Large, 8),
            (Bad::Neither, 3),
        ] {
            assert!(known(bad_of) >= least, "{bad_of:?}");
        }
    }
}
