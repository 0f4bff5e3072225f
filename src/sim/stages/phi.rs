//! The activation on a panel in double precision.
//!
//! Values come from the single-precision kernel. An input that lies near the first one gets its value from the two slopes instead, so
//! that differences keep their digits; numbers beyond single precision are evaluated one by one.

use crate::math::simd;
use crate::net::activation::{Activation, Shape};
use crate::sim::frame::SATURATION;
use crate::sim::layer_sums::Sampling;
use crate::sim::stages::rows::Lanes;

/// A difference below this is propagated by the mean of the two slopes, as in [`forward`](crate::sim::forward): the relative error is
/// about `NEAR^2 phi''' / (12 phi')`.
const NEAR: f64 = 1.0 / 256.0;

/// Sizes that single precision holds with its squares.
const FITS: std::ops::RangeInclusive<f64> = 1e-15..=1e15;

/// What is found on the way.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Sum of squares of what the activation is given.
    pub squares: f64,
    /// Units and inputs with a slope below [`SATURATION`] of the supremum.
    pub saturated: usize,
    /// Units with slope 0 for every input.
    pub dead: usize,
    /// Largest `|z|` and `|phi(z)|`.
    pub peaks: [f64; 2],
    /// Some of the `z`, for the histogram.
    pub samples: Vec<f64>,
}

/// The activation with what must be known of it.
#[derive(Debug)]
pub struct Applied {
    activation: Activation,
    shape: Shape,
}

impl Applied {
    /// Of an activation.
    #[must_use]
    pub fn new(activation: &Activation) -> Self {
        Self {
            shape: activation.phi().shape(),
            activation: activation.clone(),
        }
    }

    /// `x = phi(z)` and `phi'(z)` where it is wanted.
    pub fn pass(
        &self,
        z: &[f64],
        lanes: Lanes,
        x: &mut Vec<f64>,
        mut slopes: Option<&mut Vec<f64>>,
        mut found: Option<(&mut Found, Sampling)>,
    ) {
        x.resize(z.len(), 0.0);
        if let Some(slopes) = &mut slopes {
            slopes.resize(z.len(), 0.0);
        }
        let saturation = SATURATION * self.shape.derivative_sup;
        let saturation = if saturation.is_finite() {
            saturation
        } else {
            0.0
        };
        let [mut narrow, mut value, mut slope] = [(); 3].map(|()| vec![0.0_f32; lanes.all]);
        for (unit, (z, x)) in z
            .chunks_exact(lanes.all)
            .zip(x.chunks_exact_mut(lanes.all))
            .enumerate()
        {
            let largest = z[..lanes.batch].iter().fold(0.0_f64, |a, z| a.max(z.abs()));
            let mut slopes_here = slopes
                .as_mut()
                .map(|slopes| &mut slopes[unit * lanes.all..][..lanes.all]);
            let single = largest == 0.0 || FITS.contains(&largest);
            if single {
                for (narrow, z) in narrow.iter_mut().zip(z) {
                    *narrow = *z as f32;
                }
                let first = narrow[0];
                narrow[lanes.batch..].fill(first);
                self.activation
                    .phi()
                    .eval(simd::level(), &narrow, &mut value, &mut slope);
            }
            let both = |b: usize| -> [f64; 2] {
                if single {
                    [f64::from(value[b]), f64::from(slope[b])]
                } else {
                    self.activation.phi().both(z[b])
                }
            };
            let first = both(0);
            let (mut steepest, mut peak) = (0.0_f64, 0.0_f64);
            for b in 0..lanes.batch {
                let [direct, slope] = both(b);
                x[b] = if b > 0 && self.is_near(z[0], z[b]) {
                    first[0] + 0.5 * (z[b] - z[0]) * (first[1] + slope)
                } else {
                    direct
                };
                if let Some(slopes) = &mut slopes_here {
                    slopes[b] = slope;
                }
                steepest = steepest.max(slope.abs());
                peak = peak.max(x[b].abs());
                if let Some((found, _)) = &mut found {
                    found.saturated += usize::from(slope.abs() < saturation);
                    found.squares += z[b] * z[b];
                }
            }
            if let Some((found, sampling)) = &mut found {
                found.dead += usize::from(steepest == 0.0);
                found.peaks = [found.peaks[0].max(largest), found.peaks[1].max(peak)];
                if unit % sampling.stride == 0 {
                    found.samples.extend(&z[..sampling.inputs]);
                }
            }
        }
    }

    /// Whether the slopes at both give the difference of the values.
    fn is_near(&self, a: f64, b: f64) -> bool {
        let relative = self.shape.at_zero.is_some_and(|term| term.degree > 1);
        let unit = if relative { a.abs() } else { 1.0 };
        let kinked = || {
            self.shape
                .kinks
                .iter()
                .any(|kink| (a < *kink) != (b < *kink) || a == *kink || b == *kink)
        };
        (b - a).abs() < NEAR * unit && !kinked()
    }
}
