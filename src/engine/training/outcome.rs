//! Whether a network has learned.

use std::fmt;

use crate::train::record::Record;

/// Uncertainty that a network that learns leaves at most, as a share.
const LEARNED: f64 = 0.5;
/// Uncertainty that a network that stalls leaves at least.
pub const STALLED: f64 = 0.95;
/// A loss above so many times chance, and above the first, has grown.
const GROWN: f64 = 2.0;

/// How a training ended, by the loss reached over the last tenth of its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It leaves less than half of the labels' uncertainty.
    Learns,
    /// In between.
    Slow,
    /// It leaves at least 95 %: it knows no more than how frequent the classes are.
    Stalls,
    /// The loss became NaN or infinite, or ended above what it began with and above twice what chance costs.
    Diverges,
}

impl Outcome {
    /// Every outcome, best first.
    pub const ALL: [Self; 4] = [Self::Learns, Self::Slow, Self::Stalls, Self::Diverges];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Learns => "LEARNS",
            Self::Slow => "SLOW",
            Self::Stalls => "STALLS",
            Self::Diverges => "DIVERGES",
        }
    }

    /// How a training stands; `None` before its first step. `entropy` is what a prediction by the frequencies of the classes costs.
    #[must_use]
    pub fn of(record: &Record, entropy: f64) -> Option<Self> {
        if record.diverged.is_some() {
            return Some(Self::Diverges);
        }
        let first = *record.losses.first()?;
        let reached = record.loss_reached();
        Some(if reached > first.max(GROWN * entropy) {
            Self::Diverges
        } else if reached >= STALLED * entropy {
            Self::Stalls
        } else if reached >= LEARNED * entropy {
            Self::Slow
        } else {
            Self::Learns
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Loss reached over the cost of chance, at most 1: the share of the labels' uncertainty that is left; 1 where it diverged or has
/// not begun.
#[must_use]
pub fn uncertainty_left(record: &Record, entropy: f64) -> f64 {
    let left = record.loss_reached() / entropy;
    if record.diverged.is_some() || left.is_nan() {
        1.0
    } else {
        left.min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::record::Divergence;

    fn record(losses: &[f64]) -> Record {
        Record {
            losses: losses.to_vec(),
            ..Record::default()
        }
    }

    #[test]
    fn the_loss_reached_decides() {
        let entropy = 10_f64.ln();
        let of = |losses: &[f64]| Outcome::of(&record(losses), entropy);
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[2.4, 1.0]), Some(Outcome::Learns));
        assert_eq!(of(&[2.4, 1.5]), Some(Outcome::Slow));
        assert_eq!(of(&[2.4, 2.3]), Some(Outcome::Stalls));
        // a loss that began high and came down has not grown
        assert_eq!(of(&[40.0, 9.0]), Some(Outcome::Stalls));
        assert_eq!(of(&[2.4, 9.0]), Some(Outcome::Diverges));
        let nan = Record {
            diverged: Some(Divergence {
                step: 2,
                loss: f64::NAN,
            }),
            ..record(&[1.0])
        };
        assert_eq!(Outcome::of(&nan, entropy), Some(Outcome::Diverges));
        assert_eq!(uncertainty_left(&nan, entropy), 1.0);
        assert_eq!(uncertainty_left(&record(&[1.0]), 2.0), 0.5);
    }
}
