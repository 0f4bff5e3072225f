//! The pass of a block of pre-activations through the activation, with everything that is measured on the way.
//!
//! Shapes: panels are `[unit][lane]`; lane 0 is the first input (the reference), lane `b` the difference of input `b` from it.

use fearless_simd::{Simd, dispatch, f32x16, prelude::*};

use crate::math::simd::{self, LANES};
use crate::net::activation::Activation;
use crate::sim::frame::Frame;
use crate::sim::record::SAMPLES;

/// Numbers handled at once: three such blocks stay in a first-level cache.
const BLOCK: usize = 1024;

/// A difference below this (in units of the argument) is propagated by the mean of the two slopes; the trapezoid's relative
/// error `delta^2 phi''' / (12 phi')` is then near 1e-6, the rounding of a direct difference above it near 1e-5.
const NEAR: f32 = 1.0 / 256.0;

/// Rows that share one block of a random stream, one flush of a Gram matrix and one call of [`block`].
pub const ROWS: usize = 64;

/// Running sums over units (and inputs) of one part of a layer, or of the whole.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Sum of the squares of `z 2^-top`.
    pub z_squares: f64,
    /// Sum of the squares of `phi`, in the frame's units.
    pub x_squares: f64,
    /// The first `z` and `x`: offsets that keep the digits of a variance that is small beside the mean.
    pub offset: [f64; 2],
    /// Sums of `(z - offset)` and its square.
    pub z_centred: [f64; 2],
    /// Sums of `(x - offset)` and its square.
    pub x_centred: [f64; 2],
    /// Sum over units of the sum over inputs of the squared stored differences, minus the squared sum over inputs / batch.
    pub spread: f64,
    /// Numbers with `|phi'|` below the saturation threshold.
    pub saturated: f64,
    /// Units with `phi' = 0` for every input.
    pub dead: u64,
    /// Numbers counted.
    pub count: u64,
    /// Some of the `z 2^-top`, for the histogram.
    pub samples: Vec<f32>,
}

impl Tally {
    /// Forgets everything.
    pub fn clear(&mut self) {
        let mut samples = std::mem::take(&mut self.samples);
        samples.clear();
        *self = Self {
            samples,
            ..Self::default()
        };
    }

    /// Adds the sums of other units.
    pub fn merge(&mut self, other: &Self) {
        if self.count == 0 {
            self.offset = other.offset;
        }
        let n = other.count as f64;
        let sums = [&mut self.z_centred, &mut self.x_centred];
        let theirs = [other.z_centred, other.x_centred];
        for (at, (ours, theirs)) in sums.into_iter().zip(theirs).enumerate() {
            // sum (v - a) and its square from those about b = a + by
            let by = other.offset[at] - self.offset[at];
            ours[0] += theirs[0] + n * by;
            ours[1] += theirs[1] + by * (2.0 * theirs[0] + n * by);
        }
        self.z_squares += other.z_squares;
        self.x_squares += other.x_squares;
        self.spread += other.spread;
        self.saturated += other.saturated;
        self.dead += other.dead;
        self.count += other.count;
        self.samples.extend_from_slice(&other.samples);
    }
}

/// Which numbers of a layer its histogram counts: evenly spread over units, the first inputs of each.
#[derive(Clone, Copy, Debug)]
pub struct Sampling {
    /// Every so many units.
    stride: usize,
    /// So many inputs.
    inputs: usize,
}

impl Sampling {
    /// At most [`SAMPLES`] numbers of `units x batch`.
    #[must_use]
    pub fn new(units: usize, batch: usize) -> Self {
        Self {
            stride: units.div_ceil(SAMPLES),
            inputs: batch.min((SAMPLES / units).max(1)),
        }
    }
}

/// Scratch memory of one thread and the lane masks.
#[derive(Debug)]
pub struct Workspace {
    /// 1 for the lanes of real inputs, 0 for padding.
    mask: Vec<f32>,
    /// The same without lane 0.
    others: Vec<f32>,
    batch: usize,
    z: Vec<f32>,
    zeta: Vec<f32>,
    x: Vec<f32>,
    dx: Vec<f32>,
    /// Two blocks of [`ROWS`] rows.
    pub rows: [Vec<f32>; 2],
}

impl Workspace {
    /// For a batch of this many inputs in `lanes` lanes.
    #[must_use]
    pub fn new(batch: usize, lanes: usize) -> Self {
        let mask: Vec<f32> = (0..lanes)
            .map(|b| if b < batch { 1.0 } else { 0.0 })
            .collect();
        let mut others = mask.clone();
        others[0] = 0.0;
        let block = vec![0.0; BLOCK.max(lanes)];
        Self {
            mask,
            others,
            batch,
            z: block.clone(),
            zeta: block.clone(),
            x: block.clone(),
            dx: block,
            rows: [vec![0.0; ROWS * lanes], vec![0.0; ROWS * lanes]],
        }
    }

    /// Number of inputs.
    #[must_use]
    pub fn batch(&self) -> usize {
        self.batch
    }
}

/// Pre-activations of some units and how they are read.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'a> {
    /// `[unit][lane]`.
    pub z: &'a [f32],
    /// One bias for each unit, or none.
    pub biases: &'a [f32],
    /// Units of all numbers.
    pub frame: &'a Frame,
    /// The function.
    pub activation: &'a Activation,
}

/// Passes some units through the activation: `x` in reference-and-differences form, `phi'` for every unit and input where it
/// is wanted; adds to `tally` when given. `first` is the number of the first unit in its layer.
pub fn block(
    stored: Stored<'_>,
    x: &mut [f32],
    mut slope: Option<&mut [f32]>,
    mut tally: Option<(&mut Tally, Sampling)>,
    first: usize,
    work: &mut Workspace,
) {
    let lanes = work.mask.len();
    let rows = (BLOCK / lanes).max(1);
    let level = simd::level();
    let frame = stored.frame;
    for start in (0..stored.z.len() / lanes).step_by(rows) {
        let range = start * lanes..stored.z.len().min((start + rows) * lanes);
        let n = range.len();
        let z = &stored.z[range.clone()];
        let biases = stored.biases.get(start..).unwrap_or_default();
        dispatch!(level, simd => expand(simd, frame, z, biases, work, lanes));
        frame.eval(
            stored.activation,
            &work.zeta[..n],
            &mut work.x[..n],
            &mut work.dx[..n],
        );
        if let Some((tally, sampling)) = &mut tally {
            dispatch!(level, simd => measure(simd, frame, z, work, n, tally));
            sample(*sampling, first + start, &work.z[..n], lanes, tally);
        }
        let x = &mut x[range.clone()];
        dispatch!(level, simd => combine(simd, frame, z, work, x, lanes));
        if let Some(slope) = slope.as_deref_mut() {
            slope[range].copy_from_slice(&work.dx[..n]);
        }
    }
}

/// Keeps the numbers that the histogram will count; `first` is the number of the first unit.
fn sample(sampling: Sampling, first: usize, z: &[f32], lanes: usize, tally: &mut Tally) {
    let skip = first.next_multiple_of(sampling.stride) - first;
    for row in z.chunks_exact(lanes).skip(skip).step_by(sampling.stride) {
        tally.samples.extend_from_slice(&row[..sampling.inputs]);
    }
}

/// Every input's own `z 2^-top` and argument, from reference and differences.
#[inline(always)]
fn expand<S: Simd>(
    simd: S,
    frame: &Frame,
    stored: &[f32],
    biases: &[f32],
    work: &mut Workspace,
    lanes: usize,
) {
    let argument = f32x16::splat(simd, frame.argument);
    let rows = work
        .z
        .chunks_exact_mut(lanes)
        .zip(work.zeta.chunks_exact_mut(lanes));
    for (unit, (row, (z, zeta))) in stored.chunks_exact(lanes).zip(rows).enumerate() {
        let bias = biases.get(unit).map_or(0.0, |bias| bias * frame.bias);
        let first = f32x16::splat(simd, row[0] * frame.reference + bias);
        for group in (0..lanes).step_by(LANES) {
            // lane 0 holds the reference, not a difference
            let scale =
                f32x16::from_slice(simd, &work.others[group..][..LANES]) * frame.differences;
            let difference = f32x16::from_slice(simd, &row[group..][..LANES]);
            let value = difference.mul_add(scale, first);
            value.store_slice(&mut z[group..][..LANES]);
            (value * argument).store_slice(&mut zeta[group..][..LANES]);
        }
    }
}

/// Stored output differences from values and slopes; lane 0 is the reference's value.
#[inline(always)]
fn combine<S: Simd>(
    simd: S,
    frame: &Frame,
    stored: &[f32],
    work: &Workspace,
    out: &mut [f32],
    lanes: usize,
) {
    let direct = f32x16::splat(simd, frame.direct);
    let size = f32x16::splat(simd, frame.differences * frame.argument);
    let half = f32x16::splat(simd, 0.5);
    let near = f32x16::splat(simd, NEAR);
    for (r, out) in out.chunks_exact_mut(lanes).enumerate() {
        let at = r * lanes;
        let (zeta0, x0, dx0) = (work.zeta[at], work.x[at], work.dx[at]);
        let bound = if frame.relative {
            near * zeta0.abs()
        } else {
            near
        };
        for group in (0..lanes).step_by(LANES) {
            let from = at + group;
            let difference = f32x16::from_slice(simd, &stored[from..][..LANES]);
            let zeta = f32x16::from_slice(simd, &work.zeta[from..][..LANES]);
            let x = f32x16::from_slice(simd, &work.x[from..][..LANES]);
            let dx = f32x16::from_slice(simd, &work.dx[from..][..LANES]);
            let smooth = (dx + dx0) * half * difference;
            let jump = (x - x0) * direct;
            let mut exact = (difference * size).abs().simd_ge(bound);
            for kink in &frame.kinks {
                exact |= ((zeta - *kink) * (zeta0 - *kink)).simd_le(0.0);
            }
            exact
                .select(jump, smooth)
                .store_slice(&mut out[group..][..LANES]);
        }
        out[0] = x0;
    }
}

/// Adds one block to the tally.
#[inline(always)]
fn measure<S: Simd>(
    simd: S,
    frame: &Frame,
    stored: &[f32],
    work: &Workspace,
    n: usize,
    tally: &mut Tally,
) {
    let lanes = work.mask.len();
    if tally.count == 0 {
        tally.offset = [f64::from(work.z[0]), f64::from(work.x[0])];
    }
    let [z_offset, x_offset] = tally.offset.map(|o| f32x16::splat(simd, o as f32));
    let zero = f32x16::splat(simd, 0.0);
    let threshold = f32x16::splat(simd, frame.saturation);
    let [
        mut z2,
        mut zc1,
        mut zc2,
        mut x2,
        mut xc1,
        mut xc2,
        mut saturated,
    ] = [zero; 7];
    let (mut squares, mut square_of_sum) = (zero, zero);
    let mut dead = 0;
    let rows = n / lanes;
    for start in (0..rows).step_by(LANES) {
        let mut sums = [zero; LANES];
        for row in start..rows.min(start + LANES) {
            let mut steepest = zero;
            let mut sum = zero;
            for group in (0..lanes).step_by(LANES) {
                let from = row * lanes + group;
                let mask = f32x16::from_slice(simd, &work.mask[group..][..LANES]);
                let z = f32x16::from_slice(simd, &work.z[from..][..LANES]);
                let x = f32x16::from_slice(simd, &work.x[from..][..LANES]);
                let slope = f32x16::from_slice(simd, &work.dx[from..][..LANES]).abs();
                let others = f32x16::from_slice(simd, &work.others[group..][..LANES]);
                let difference = f32x16::from_slice(simd, &stored[from..][..LANES]) * others;
                let (zm, xm) = (z * mask, x * mask);
                let (zc, xc) = ((z - z_offset) * mask, (x - x_offset) * mask);
                z2 = zm.mul_add(zm, z2);
                zc1 += zc;
                zc2 = zc.mul_add(zc, zc2);
                x2 = xm.mul_add(xm, x2);
                xc1 += xc;
                xc2 = xc.mul_add(xc, xc2);
                saturated += slope.simd_lt(threshold).select(mask, zero);
                steepest = steepest.max(slope);
                sum += difference;
                squares = difference.mul_add(difference, squares);
            }
            sums[row - start] = sum;
            dead += u64::from(steepest.simd_le(0.0).all_true());
        }
        let sums = totals(sums);
        square_of_sum = sums.mul_add(sums, square_of_sum);
    }
    let mean_square = f64::from(square_of_sum.reduce_sum()) / work.batch as f64;
    let add = |into: &mut [f64; 2], a: f32x16<S>, b: f32x16<S>| {
        into[0] += f64::from(a.reduce_sum());
        into[1] += f64::from(b.reduce_sum());
    };
    add(&mut tally.z_centred, zc1, zc2);
    add(&mut tally.x_centred, xc1, xc2);
    tally.z_squares += f64::from(z2.reduce_sum());
    tally.x_squares += f64::from(x2.reduce_sum());
    tally.spread += f64::from(squares.reduce_sum()) - mean_square;
    tally.saturated += f64::from(saturated.reduce_sum());
    tally.dead += dead;
    tally.count += (n / lanes * work.batch) as u64;
}

/// The sum over the lanes of each of sixteen vectors, in order.
#[inline(always)]
fn totals<S: Simd>(mut v: [f32x16<S>; LANES]) -> f32x16<S> {
    let mut left = LANES;
    while left > 1 {
        left /= 2;
        for i in 0..left {
            let (a, b) = (v[2 * i], v[2 * i + 1]);
            v[i] = a.unzip_low(b) + a.unzip_high(b);
        }
    }
    v[0]
}
