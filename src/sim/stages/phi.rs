//! The activation on a panel in double precision.
//!
//! Values come from the single-precision kernel. An input that lies near the one that it is taken from gets its value from the two slopes instead, so
//! that differences keep their digits; numbers beyond single precision are evaluated one by one.

use crate::math::simd::{self, dispatch};
use crate::net::activation::{Activation, Shape};
use crate::net::tape::ROWS;
use crate::sim::frame::SATURATION;
use crate::sim::layer_sums::Sampling;
use crate::sim::stages::rows::Lanes;

/// A difference below this is propagated by the mean of the two slopes, as in [`forward`](crate::sim::forward): the relative error is
/// about `NEAR^2 phi''' / (12 phi')`.
const NEAR: f64 = 1.0 / 256.0;

/// Sizes that single precision holds with its squares.
const FITS: std::ops::RangeInclusive<f64> = 1e-15..=1e15;

/// What is found on the way, of what the activation is given, or of the scores of attention.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Sum of squares, and of how many numbers.
    pub squares: f64,
    /// Numbers.
    pub count: usize,
    /// Numbers with a slope below [`SATURATION`] of the supremum.
    pub saturated: usize,
    /// Units with slope 0 for every input, of so many.
    pub dead: [usize; 2],
    /// Largest `|z|` and `|phi(z)|`.
    pub peaks: [f64; 2],
    /// Some of the numbers, for the histogram.
    pub samples: Vec<f64>,
    /// Mean entropy of attention over its largest value; `None` where nothing attends.
    pub entropy: Option<f64>,
}

/// The activation with what must be known of it.
#[derive(Debug)]
pub struct Applied {
    activation: Activation,
    shape: Shape,
}

/// Values and slopes of some rows.
struct Block {
    narrow: Vec<f32>,
    value: Vec<f32>,
    slope: Vec<f32>,
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
        let size = ROWS * lanes.all;
        let mut block = Block {
            narrow: vec![0.0; size],
            value: vec![0.0; size],
            slope: vec![0.0; size],
        };
        let mut slope = vec![0.0; size];
        for (number, (z, x)) in z.chunks(size).zip(x.chunks_mut(size)).enumerate() {
            let slope = &mut slope[..z.len()];
            self.block(z, lanes, &mut block, x, slope);
            if let Some((found, sampling)) = &mut found {
                let rows = number * ROWS;
                dispatch!(simd::level(), _ => self.note([z, x, slope], lanes, rows, *sampling, found));
            }
            if let Some(slopes) = &mut slopes {
                slopes[number * size..][..z.len()].copy_from_slice(slope);
            }
        }
    }

    /// Some rows of `z`, `phi(z)` and `phi'(z)`; anything in the padding.
    fn block(&self, z: &[f64], lanes: Lanes, own: &mut Block, x: &mut [f64], slopes: &mut [f64]) {
        let size = z.len();
        dispatch!(simd::level(), _ => narrowed(z, lanes, &mut own.narrow));
        let phi = self.activation.phi();
        phi.eval(
            simd::level(),
            &own.narrow[..size],
            &mut own.value[..size],
            &mut own.slope[..size],
        );
        dispatch!(simd::level(), _ => {
            widened(&own.value, x);
            widened(&own.slope, slopes);
            self.refine(z, lanes, x, slopes);
        });
    }

    /// Rows that single precision does not hold one by one, and numbers near those that they are taken from by the slopes.
    #[inline(always)]
    fn refine(&self, z: &[f64], lanes: Lanes, x: &mut [f64], slopes: &mut [f64]) {
        let phi = self.activation.phi();
        let rows = z
            .chunks_exact(lanes.all)
            .zip(x.chunks_exact_mut(lanes.all))
            .zip(slopes.chunks_exact_mut(lanes.all));
        let mut apart = vec![0.0; lanes.all];
        for ((z, x), slopes) in rows {
            let larger = |largest: f64, value: &f64| largest.max(value.abs());
            let largest = z[..lanes.batch].iter().fold(0.0, larger);
            if !(largest == 0.0 || FITS.contains(&largest)) {
                for b in 0..lanes.batch {
                    [x[b], slopes[b]] = phi.both(z[b]);
                }
            }
            apart.copy_from_slice(z);
            lanes.take_apart(&mut apart);
            let nearer = |nearest: f64, value: &f64| nearest.min(value.abs());
            let nearest = apart[1..lanes.batch].iter().fold(f64::INFINITY, nearer);
            if nearest < NEAR * self.unit(largest) {
                // the first token of a sequence before those that are taken from it
                for b in 1..lanes.batch {
                    let base = lanes.base(b);
                    if self.is_near(z[base], z[b]) {
                        x[b] = x[base] + 0.5 * (z[b] - z[base]) * (slopes[base] + slopes[b]);
                    }
                }
            }
        }
    }

    /// Notes what is found of some rows, the first of which has this number.
    #[inline(always)]
    fn note(
        &self,
        [z, x, slopes]: [&[f64]; 3],
        lanes: Lanes,
        first: usize,
        sampling: Sampling,
        found: &mut Found,
    ) {
        let saturation = SATURATION * self.shape.derivative_sup;
        let saturation = if saturation.is_finite() {
            saturation
        } else {
            0.0
        };
        let rows = z
            .chunks_exact(lanes.all)
            .zip(x.chunks_exact(lanes.all))
            .zip(slopes.chunks_exact(lanes.all));
        let mut squares = vec![0.0; lanes.batch];
        for (unit, ((z, x), slopes)) in (first..).zip(rows) {
            let (mut steepest, mut peaks) = (0.0_f64, found.peaks);
            for b in 0..lanes.batch {
                squares[b] += z[b] * z[b];
                let slope = slopes[b].abs();
                steepest = steepest.max(slope);
                found.saturated += usize::from(slope < saturation);
                peaks = [peaks[0].max(z[b].abs()), peaks[1].max(x[b].abs())];
            }
            found.peaks = peaks;
            found.dead[0] += usize::from(steepest == 0.0);
            found.dead[1] += 1;
            if unit.is_multiple_of(sampling.stride) {
                found.samples.extend(&z[..sampling.inputs]);
            }
        }
        found.squares += squares.iter().sum::<f64>();
        found.count += z.len() / lanes.all * lanes.batch;
    }

    /// The size in whose units an input is near another.
    fn unit(&self, a: f64) -> f64 {
        let relative = self.shape.at_zero.is_some_and(|term| term.degree > 1);
        if relative { a.abs() } else { 1.0 }
    }

    /// Whether the slopes at both give the difference of the values.
    fn is_near(&self, a: f64, b: f64) -> bool {
        let kinked = || {
            self.shape
                .kinks
                .iter()
                .any(|kink| (a < *kink) != (b < *kink) || a == *kink || b == *kink)
        };
        (b - a).abs() < NEAR * self.unit(a) && !kinked()
    }
}

/// Rows in single precision, the padding as the first column.
#[inline(always)]
fn narrowed(z: &[f64], lanes: Lanes, narrow: &mut [f32]) {
    let rows = narrow.chunks_exact_mut(lanes.all);
    for (narrow, z) in rows.zip(z.chunks_exact(lanes.all)) {
        for (narrow, z) in narrow.iter_mut().zip(z) {
            *narrow = *z as f32;
        }
        let first = narrow[0];
        narrow[lanes.batch..].fill(first);
    }
}

#[inline(always)]
fn widened(narrow: &[f32], wide: &mut [f64]) {
    for (wide, narrow) in wide.iter_mut().zip(narrow) {
        *wide = f64::from(*narrow);
    }
}
