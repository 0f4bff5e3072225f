//! The vertical axis of a curve: a range of whole decades.

/// Steps of one character cell: eighths.
pub const EIGHTHS: usize = 8;

/// The farthest decade that is drawn; a curve that leaves it is clamped there (its numbers are still written out).
const FARTHEST: f64 = 1e6;

/// A range of decades, `low < high`, both whole and finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decades {
    low: f64,
    high: f64,
}

impl Decades {
    /// The scale of a curve that starts at `start` (log10): it holds the whole curve, rounded outward to whole decades, and at least a decade
    /// on either side of the decade nearest to the start. So a healthy curve is a flat line about halfway up, vanishing is seen as falling from
    /// near the top, exploding as rising from near the bottom. What is not finite is left out.
    #[must_use]
    pub fn around(start: f64, curve: impl IntoIterator<Item = f64>) -> Self {
        let start = if start.is_finite() {
            start.clamp(-FARTHEST, FARTHEST)
        } else {
            0.0
        };
        let (low, high) = extent(curve, start.round() - 1.0, start.round() + 1.0);
        Self {
            low: low.floor(),
            high: high.ceil(),
        }
    }

    /// The scale of a share of 1: full height is 1 (or what measurement noise puts above it by more than a tenth of a decade), at
    /// least two decades.
    #[must_use]
    pub fn of_share(curve: impl IntoIterator<Item = f64>) -> Self {
        let (low, high) = extent(curve, -2.0, 0.1);
        Self {
            low: low.floor(),
            high: (high - 0.1).ceil().max(0.0),
        }
    }

    /// log10 of the lower end.
    #[must_use]
    pub fn low(&self) -> f64 {
        self.low
    }

    /// log10 of the upper end.
    #[must_use]
    pub fn high(&self) -> f64 {
        self.high
    }

    /// How far up a value is, 0 at the lower end and 1 at the upper; what lies outside is below 0 or above 1.
    #[must_use]
    pub fn share(&self, log10: f64) -> f64 {
        (log10 - self.low) / (self.high - self.low)
    }

    /// Height of a value in steps of 0..=`steps`; what lies outside is clamped, NaN is 0.
    #[must_use]
    pub fn level(&self, log10: f64, steps: usize) -> usize {
        (self.share(log10).clamp(0.0, 1.0) * steps as f64).round() as usize
    }
}

fn extent(curve: impl IntoIterator<Item = f64>, low: f64, high: f64) -> (f64, f64) {
    curve
        .into_iter()
        .filter(|v| v.is_finite())
        .map(|v| v.clamp(-FARTHEST, FARTHEST))
        .fold((low, high), |(low, high), v| (low.min(v), high.max(v)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_curve_is_drawn_halfway_up() {
        let scale = Decades::around(0.0, [0.0, 0.02, -0.03]);
        assert_eq!((scale.low(), scale.high()), (-1.0, 1.0));
        assert_eq!(scale.level(0.0, 32), 16);
    }

    #[test]
    fn vanishing_starts_near_the_top_and_exploding_near_the_bottom() {
        let vanishing = Decades::around(0.0, [0.0, -18.7]);
        assert_eq!((vanishing.low(), vanishing.high()), (-19.0, 1.0));
        assert!(vanishing.level(0.0, 32) >= 30 && vanishing.level(-18.7, 32) <= 1);
        let exploding = Decades::around(0.0, [0.0, 18.7]);
        assert!(exploding.level(0.0, 32) <= 2 && exploding.level(18.7, 32) >= 31);
    }

    #[test]
    fn a_share_fills_the_panel() {
        let scale = Decades::of_share([0.0, 0.03, -0.2]);
        assert_eq!((scale.low(), scale.high()), (-2.0, 0.0));
        assert_eq!(scale.level(0.03, 32), 32);
    }

    #[test]
    fn whatever_the_curve_the_scale_is_finite_and_has_an_extent() {
        let odd = [
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MAX,
            f64::MIN,
            0.0,
            1e308,
            -1e-308,
        ];
        for start in odd {
            for other in odd {
                for scale in [
                    Decades::around(start, [other]),
                    Decades::of_share([start, other]),
                ] {
                    assert!(
                        scale.low().is_finite()
                            && scale.high() - scale.low() >= 2.0
                            && scale.high().is_finite()
                    );
                    for v in odd {
                        assert!(scale.level(v, 8) <= 8);
                    }
                }
            }
        }
    }
}
