//! The activation on a panel in double precision.
//!
//! Values come from the single-precision kernel. An input that lies near the one that it is taken from gets its value from the two slopes instead, so
//! that differences keep their digits; numbers beyond single precision are evaluated one by one.

use crate::math::simd::{self, dispatch};
use crate::net::activation::{Activation, Shape};
use crate::net::tape::ROWS;
use crate::sim::frame::SATURATION;
use crate::sim::layer_sums::Sampling;
use crate::sim::stages::lanes::{Lanes, largest, largest_single, over_lanes};

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

/// Values and slopes of some rows, at most [`ROWS`].
#[derive(Debug)]
pub struct Room {
    narrow: Vec<f32>,
    value: Vec<f32>,
    slope: Vec<f32>,
    x: Vec<f64>,
    slopes: Vec<f64>,
}

impl Room {
    /// For rows of these lanes.
    #[must_use]
    pub fn new(lanes: Lanes) -> Self {
        let size = ROWS * lanes.all;
        let [narrow, value, slope] = [(); 3].map(|()| vec![0.0; size]);
        let [x, slopes] = [(); 2].map(|()| vec![0.0; size]);
        Self {
            narrow,
            value,
            slope,
            x,
            slopes,
        }
    }
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

    /// `phi(z)` and `phi'(z)` of some rows, at most [`ROWS`]; anything in the padding.
    pub fn some<'r>(&self, z: &[f64], lanes: Lanes, room: &'r mut Room) -> [&'r [f64]; 2] {
        let size = z.len();
        let Room {
            narrow,
            value,
            slope,
            x,
            slopes,
        } = room;
        let (x, slopes) = (&mut x[..size], &mut slopes[..size]);
        dispatch!(simd::level(), _ => over_lanes!(lanes => narrowed(z, lanes, narrow)));
        let phi = self.activation.phi();
        let (value, slope) = (&mut value[..size], &mut slope[..size]);
        phi.eval(simd::level(), &narrow[..size], value, slope);
        dispatch!(simd::level(), _ => {
            widened(value, x);
            widened(slope, slopes);
            over_lanes!(lanes => self.refine(z, lanes, x, slopes));
        });
        [x, slopes]
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
        let apart = &mut apart[..lanes.all];
        for ((z, x), slopes) in rows {
            let largest = largest(&z[..lanes.batch]);
            if !(largest == 0.0 || FITS.contains(&largest)) {
                for b in 0..lanes.batch {
                    [x[b], slopes[b]] = phi.both(z[b]);
                }
            }
            apart.copy_from_slice(z);
            lanes.take_apart(apart);
            let near = NEAR * self.unit(largest);
            let mut some = false;
            for value in &apart[1..lanes.batch] {
                some |= value.abs() < near;
            }
            if some {
                // the first token of a sequence before those that are taken from it
                for b in 1..lanes.batch {
                    let base = lanes.base(b);
                    if self.is_near(z[base], z[b] - z[base], z[b]) {
                        x[b] = x[base] + 0.5 * (z[b] - z[base]) * (slopes[base] + slopes[b]);
                    }
                }
            }
        }
    }

    /// `phi(z)` and `phi'(z)` of rows in single precision, whose padding is as their first column.
    pub fn single(&self, z: &[f32], lanes: Lanes, value: &mut [f32], slope: &mut [f32]) {
        let phi = self.activation.phi();
        phi.eval(simd::level(), z, value, slope);
        dispatch!(simd::level(), _ => over_lanes!(lanes => {
            let rows = z.chunks_exact(lanes.all);
            let outputs = value.chunks_exact_mut(lanes.all).zip(slope.chunks_exact_mut(lanes.all));
            for (z, (value, slope)) in rows.zip(outputs) {
                let largest = f64::from(largest_single(z));
                if !(largest == 0.0 || FITS.contains(&largest)) {
                    for b in 0..lanes.batch {
                        let [x, own] = phi.both(f64::from(z[b]));
                        (value[b], slope[b]) = (x as f32, own as f32);
                    }
                }
            }
        }));
    }

    /// `phi` of rows as the first column and differences, for lanes of [one group](Lanes::is_one_group): of the differences of what it is
    /// given, of that with all columns, and of what [`single`](Self::single) gives.
    #[inline(always)]
    pub fn differences(
        &self,
        apart: &[f32],
        [z, value, slope]: [&[f32]; 3],
        lanes: Lanes,
        out: &mut [f32],
    ) {
        let given = apart.chunks_exact(lanes.all).zip(z.chunks_exact(lanes.all));
        let gives = value
            .chunks_exact(lanes.all)
            .zip(slope.chunks_exact(lanes.all));
        let rows = given.zip(gives).zip(out.chunks_exact_mut(lanes.all));
        for (((apart, z), (value, slope)), out) in rows {
            for (out, value_b) in out.iter_mut().zip(value) {
                *out = value_b - value[0];
            }
            out[0] = value[0];
            out[lanes.batch..].fill(0.0);
            let near = (NEAR * self.unit(f64::from(largest_single(&z[..lanes.batch])))) as f32;
            let mut some = 0;
            for apart in &apart[1..lanes.batch] {
                some |= u32::from(apart.abs() < near);
            }
            if some > 0 {
                for b in 1..lanes.batch {
                    if self.is_near(f64::from(z[0]), f64::from(apart[b]), f64::from(z[b])) {
                        out[b] = 0.5 * apart[b] * (slope[0] + slope[b]);
                    }
                }
            }
        }
    }

    /// Notes what is found of some rows of `z`, `phi(z)` and `phi'(z)`, the first of which has this number.
    pub fn note<T: Copy + Into<f64>>(
        &self,
        panels: [&[T]; 3],
        lanes: Lanes,
        first: usize,
        sampling: Sampling,
        found: &mut Found,
    ) {
        dispatch!(simd::level(), _ => over_lanes!(lanes =>
            self.note_rows(panels, lanes, first, sampling, found)));
    }

    #[inline(always)]
    fn note_rows<T: Copy + Into<f64>>(
        &self,
        [z, x, slopes]: [&[T]; 3],
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
        // one for each lane: they do not wait for each other
        let [mut squares, mut saturated, mut given, mut gives] =
            [(); 4].map(|()| vec![0.0_f64; lanes.all]);
        let [squares, saturated, given, gives] =
            [&mut squares, &mut saturated, &mut given, &mut gives].map(|v| &mut v[..lanes.batch]);
        let larger = |a: f64, b: f64| if b > a { b } else { a };
        for (unit, ((z, x), slopes)) in (first..).zip(rows) {
            let mut any = 0;
            for b in 0..lanes.batch {
                let [z, x, slope]: [f64; 3] = [z[b], x[b], slopes[b]].map(Into::into);
                squares[b] += z * z;
                saturated[b] += f64::from(u8::from(slope.abs() < saturation));
                given[b] = larger(given[b], z.abs());
                gives[b] = larger(gives[b], x.abs());
                // all bits but the sign
                any |= slope.to_bits() << 1;
            }
            found.dead[0] += usize::from(any == 0);
            found.dead[1] += 1;
            if unit.is_multiple_of(sampling.stride) {
                let sampled = z[..sampling.inputs].iter();
                found.samples.extend(sampled.map(|z| (*z).into()));
            }
        }
        for (peak, sizes) in found.peaks.iter_mut().zip([given, gives]) {
            *peak = larger(*peak, largest(sizes));
        }
        found.saturated += saturated.iter().sum::<f64>() as usize;
        found.squares += squares.iter().sum::<f64>();
        found.count += z.len() / lanes.all * lanes.batch;
    }

    /// The size in whose units an input is near another.
    fn unit(&self, a: f64) -> f64 {
        let relative = self.shape.at_zero.is_some_and(|term| term.degree > 1);
        if relative { a.abs() } else { 1.0 }
    }

    /// Whether the slopes at `a` and `b`, so far apart, give the difference of the values.
    fn is_near(&self, a: f64, apart: f64, b: f64) -> bool {
        let kinked = || {
            self.shape
                .kinks
                .iter()
                .any(|kink| (a < *kink) != (b < *kink) || a == *kink || b == *kink)
        };
        apart.abs() < NEAR * self.unit(a) && !kinked()
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
