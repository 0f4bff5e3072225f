//! How deep such a network may be.
//!
//! The number spoken of is a property of a kind of network, not of one network: with everything but the depth given, **the deepest
//! network that is healthy**. Where health is not monotone in depth it is the end of the first run: of a network that fails, the first
//! depth at all that fails, less one; of a healthy one, the first depth beyond its own that fails, less one.
//!
//! A forward pass does not know how many layers follow, and a gradient that arrives at layer `n` from above goes on like one that
//! starts there, but for what it has learnt of the layers above (of the order of one over the width). So the first `n` layers of a set
//! of curves are nearly those of a network of `n` layers, and [`Budget::read`] judges them all: an estimate, told as "about".
//! Ensembles of other depths (see [`depth`](crate::engine::depth)) turn it into a measurement.

use super::failure::{self, Failure};
use super::{Channel, Curves};

/// Where a [`Budget`] comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BudgetSource {
    /// Read off the first layers of this network's own draws.
    #[default]
    Curves,
    /// Read off the curves that theory expects of typical draws, and tried to the depth that is told.
    Theory,
    /// Ensembles of the depths that are told.
    Measured {
        /// Draws of the smaller of the two ensembles.
        draws: usize,
    },
}

impl BudgetSource {
    /// The word in JSON and CSV.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Curves => "own_curves",
            Self::Theory => "theory",
            Self::Measured { .. } => "measured",
        }
    }
}

/// How deep the deepest healthy network of this kind is: at least `healthy_at` layers and fewer than `fails_at`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// Layers of a network that is healthy; 0 where none is known to be.
    pub healthy_at: usize,
    /// Layers of a deeper one that fails; `None` where none was found.
    pub fails_at: Option<usize>,
    /// The channel by which that one fails.
    pub channel: Option<Channel>,
    /// Where this comes from.
    pub source: BudgetSource,
}

/// Depths up to which every one is looked at.
const EACH: usize = 32;

impl Budget {
    /// The first depth at which the first layers of these curves fail.
    #[must_use]
    pub fn read(curves: &Curves, drift_limit: f64) -> Self {
        Self::read_after(0, curves, drift_limit)
    }

    /// The same behind a depth that is healthy.
    #[must_use]
    pub fn read_after(healthy: usize, curves: &Curves, drift_limit: f64) -> Self {
        let fails = |depth: usize| channel(&failure::all(&curves.shortened(depth), drift_limit));
        let last = curves.signal.len();
        let (mut low, mut high): (_, Option<(usize, Channel)>) = (healthy, None);
        while low < last && high.is_none() {
            let next = (low + 1 + low.saturating_sub(EACH) / 16).min(last);
            match fails(next) {
                None => low = next,
                failure => high = failure.map(|channel| (next, channel)),
            }
        }
        while let Some((depth, _)) = high.filter(|(depth, _)| *depth > low + 1) {
            let middle = usize::midpoint(low, depth);
            match fails(middle) {
                None => low = middle,
                failure => high = failure.map(|channel| (middle, channel)),
            }
        }
        Self {
            healthy_at: low,
            fails_at: high.map(|(depth, _)| depth),
            channel: high.map(|(_, channel)| channel),
            source: if curves.foretold {
                BudgetSource::Theory
            } else {
                BudgetSource::Curves
            },
        }
    }

    /// Whether it was measured at the very depths.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        matches!(self.source, BudgetSource::Measured { .. })
    }

    /// `healthy_at` and `fails_at` with the digits that are known: all of neighbours that were measured, else two, the one rounded
    /// down and the other up.
    #[must_use]
    pub fn bounds(&self) -> (usize, Option<usize>) {
        if self.exact().is_some() || (self.is_measured() && self.fails_at.is_none()) {
            return (self.healthy_at, self.fails_at);
        }
        let up = |n: usize| n.div_ceil(unit(n)) * unit(n);
        (floor(self.healthy_at), self.fails_at.map(up))
    }

    /// `healthy_at` where the next depth was measured too, and fails.
    #[must_use]
    pub fn exact(&self) -> Option<usize> {
        let exact = self.is_measured() && self.fails_at == Some(self.healthy_at + 1);
        exact.then_some(self.healthy_at)
    }

    /// In a few characters: `12`, `350-500`, `~410` where it is no measurement, `>256` where nothing was found to fail.
    #[must_use]
    pub fn compact(&self) -> String {
        match self.bounds() {
            (low, None) => format!(">{low}"),
            _ if !self.is_measured() => format!("~{}", self.about()),
            (low, Some(high)) if high == low + 1 => low.to_string(),
            (low, Some(high)) => format!("{low}-{high}"),
        }
    }

    /// `healthy_at` to the nearest number of two digits, for what is about right.
    #[must_use]
    pub fn about(&self) -> usize {
        let unit = unit(self.healthy_at);
        (self.healthy_at + unit / 2) / unit * unit
    }

    /// In one sentence without full stop.
    #[must_use]
    pub fn sentence(&self) -> String {
        let theory = match self.source {
            BudgetSource::Theory => ", by theory",
            BudgetSource::Curves | BudgetSource::Measured { .. } => "",
        };
        let text = match self.bounds() {
            (0, Some(1)) => "no depth is healthy: a single layer fails".into(),
            (0, Some(high)) => format!("fails at {high} layers"),
            (low, None) => format!("no failure up to {}", layers(low)),
            (_, Some(_)) if !self.is_measured() => {
                format!("healthy up to about {}", layers(self.about()))
            }
            (low, Some(high)) if high == low + 1 => format!("healthy up to {}", layers(low)),
            (low, Some(high)) => format!("healthy up to {low}-{high} layers"),
        };
        text + theory
    }
}

fn layers(n: usize) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} layer{plural}")
}

/// What the second digit of a number counts.
fn unit(n: usize) -> usize {
    10_usize.pow(n.max(1).ilog10().saturating_sub(1))
}

/// Two digits, not above.
fn floor(n: usize) -> usize {
    n / unit(n) * unit(n)
}

/// The channel of the failure after the fewest layers of travel.
fn channel(failures: &[Failure]) -> Option<Channel> {
    failures
        .iter()
        .min_by_key(|f| f.travelled)
        .map(|f| f.channel)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(curve: impl Fn(f64) -> f64, depth: usize) -> Curves {
        Curves {
            signal: vec![0.0; depth],
            gradient: (1..=depth).map(|l| curve(l as f64)).collect(),
            difference: vec![0.0; depth],
            output: vec![0.0; depth],
            bias: vec![f64::NEG_INFINITY; depth],
            ..Curves::default()
        }
    }

    /// Steep at first, flat behind: counted from the end, layer 1 is 2 decades away only in a network of 21 layers, but what counts is
    /// where the network begins.
    #[test]
    fn a_gradient_is_read_from_the_network_s_first_layers() {
        let curves = gradient(|l| 4.0 * 0.5_f64.powf(0.25 * l), 64);
        let far = |n: usize| curves.gradient[0] - curves.gradient[n - 1];
        let first = (1..=64).find(|n| far(*n) > 2.0).expect("fails");
        let budget = Budget::read(&curves, 2.0);
        assert_eq!(
            (budget.healthy_at, budget.fails_at),
            (first - 1, Some(first))
        );
        assert_eq!(budget.channel, Some(Channel::Gradient));
    }

    #[test]
    fn a_curve_within_its_limits_says_nothing_of_more_layers() {
        let budget = Budget::read(&gradient(|l| -0.01 * l, 64), 2.0);
        assert_eq!((budget.healthy_at, budget.fails_at), (64, None));
        assert_eq!(budget.sentence(), "no failure up to 64 layers");
    }

    #[test]
    fn digits_that_are_not_known_are_not_told() {
        let told = |healthy_at, fails_at, source| {
            let budget = Budget {
                healthy_at,
                fails_at,
                channel: None,
                source,
            };
            (budget.compact(), budget.sentence())
        };
        let measured = BudgetSource::Measured { draws: 64 };
        for (budget, compact, sentence) in [
            (
                (137, Some(138), measured),
                "137",
                "healthy up to 137 layers",
            ),
            ((1, Some(2), measured), "1", "healthy up to 1 layer"),
            (
                (137, Some(152), measured),
                "130-160",
                "healthy up to 130-160 layers",
            ),
            ((256, None, measured), ">256", "no failure up to 256 layers"),
            (
                (0, Some(1), measured),
                "0",
                "no depth is healthy: a single layer fails",
            ),
            ((0, Some(3), measured), "0-3", "fails at 3 layers"),
            (
                (137, Some(138), BudgetSource::Theory),
                "~140",
                "healthy up to about 140 layers, by theory",
            ),
            (
                (7, Some(8), BudgetSource::Curves),
                "~7",
                "healthy up to about 7 layers",
            ),
            (
                (1000, None, BudgetSource::Theory),
                ">1000",
                "no failure up to 1000 layers, by theory",
            ),
        ] {
            let (healthy_at, fails_at, source) = budget;
            let expected = (compact.to_owned(), sentence.to_owned());
            assert_eq!(told(healthy_at, fails_at, source), expected);
        }
    }
}
