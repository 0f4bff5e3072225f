//! The pass of a block of pre-activations through the activation, with everything that is measured on the way.
//!
//! Shapes: panels are `[unit][lane]`; lane 0 is the first input (the reference), lane `b` the difference of input `b` from it.

use fearless_simd::{Simd, f32x16, prelude::*};

use crate::math::simd::{self, LANES, dispatch};
use crate::net::activation::Activation;
use crate::sim::frame::Frame;
use crate::sim::layer_sums::{LayerSums, Sampling};

/// Numbers handled at once: three such blocks stay in a first-level cache.
const BLOCK: usize = 1024;

/// A difference below this (in units of the argument) is propagated by the mean of the two slopes; the trapezoid's relative
/// error `delta^2 phi''' / (12 phi')` is then near 1e-6, the rounding of a direct difference above it near 1e-5.
const NEAR: f32 = 1.0 / 256.0;

pub use crate::net::tape::ROWS;

/// Scratch memory of one thread and the lane masks.
#[derive(Debug)]
pub struct Workspace {
    /// 1 for the lanes of real inputs, 0 for padding.
    mask: Vec<f32>,
    /// The same without lane 0.
    others: Vec<f32>,
    batch: usize,
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
/// is wanted; adds to `layer_sums` when given. `first` is the number of the first unit in its layer.
pub fn block(
    stored: Stored<'_>,
    x: &mut [f32],
    mut slope: Option<&mut [f32]>,
    mut layer_sums: Option<(&mut LayerSums, Sampling)>,
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
        let mut own = std::mem::take(&mut work.dx);
        let dx = match slope.as_deref_mut() {
            Some(slope) => &mut slope[range.clone()],
            None => &mut own[..n],
        };
        dispatch!(level, simd => expand(simd, frame, z, biases, work, lanes));
        frame.eval(stored.activation, &work.zeta[..n], &mut work.x[..n], dx);
        if let Some((layer_sums, sampling)) = &mut layer_sums {
            dispatch!(level, simd => measure(simd, frame, z, dx, work, layer_sums));
            sample(*sampling, first + start, work, n, frame, layer_sums);
        }
        let x = &mut x[range];
        dispatch!(level, simd => combine(simd, frame, z, dx, work, x));
        work.dx = own;
    }
}

/// Keeps the numbers that the histogram will count; `first` is the number of the first unit, `n` how many numbers there are.
fn sample(
    sampling: Sampling,
    first: usize,
    work: &Workspace,
    n: usize,
    frame: &Frame,
    layer_sums: &mut LayerSums,
) {
    let skip = first.next_multiple_of(sampling.stride) - first;
    let rows = work.zeta[..n].chunks_exact(work.mask.len());
    let rows = rows.skip(skip).step_by(sampling.stride);
    if sampling.inputs == 1 {
        layer_sums
            .samples
            .extend(rows.map(|row| row[0] * frame.back));
        return;
    }
    for row in rows {
        let numbers = row[..sampling.inputs].iter();
        layer_sums
            .samples
            .extend(numbers.map(|zeta| zeta * frame.back));
    }
}

/// Every input's own argument, from reference and differences.
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
    let differences = f32x16::splat(simd, frame.differences);
    let (reference, bias) = (frame.reference, frame.bias);
    let mut biases = biases.iter();
    let others = &work.others[..lanes];
    let rows = work.zeta.chunks_exact_mut(lanes);
    for (row, zeta) in stored.chunks_exact(lanes).zip(rows) {
        let bias = biases.next().map_or(0.0, |b| b * bias);
        let first = f32x16::splat(simd, row[0] * reference + bias);
        let vectors = row.chunks_exact(LANES).zip(others.chunks_exact(LANES));
        for ((row, others), zeta) in vectors.zip(zeta.chunks_exact_mut(LANES)) {
            // lane 0 holds the reference, not a difference
            let scale = f32x16::from_slice(simd, others) * differences;
            let value = f32x16::from_slice(simd, row).mul_add(scale, first);
            (value * argument).store_slice(zeta);
        }
    }
}

/// Stored output differences from values and slopes; lane 0 is the reference's value.
#[inline(always)]
fn combine<S: Simd>(
    simd: S,
    frame: &Frame,
    stored: &[f32],
    dx: &[f32],
    work: &Workspace,
    out: &mut [f32],
) {
    match frame.kinks[..] {
        [] => combine_at(simd, frame, [], stored, dx, work, out),
        [a] => combine_at(simd, frame, [a], stored, dx, work, out),
        [a, b] => combine_at(simd, frame, [a, b], stored, dx, work, out),
        // the first of them twice is as good as once
        [a, b, c] => combine_at(simd, frame, [a, b, c, a], stored, dx, work, out),
        [a, b, c, d, ..] => combine_at(simd, frame, [a, b, c, d], stored, dx, work, out),
    }
}

/// [`combine`] with so many kinks.
#[inline(always)]
fn combine_at<S: Simd, const K: usize>(
    simd: S,
    frame: &Frame,
    kinks: [f32; K],
    stored: &[f32],
    dx: &[f32],
    work: &Workspace,
    out: &mut [f32],
) {
    let lanes = work.mask.len();
    let direct = f32x16::splat(simd, frame.direct);
    let size = f32x16::splat(simd, frame.differences * frame.argument);
    let half = f32x16::splat(simd, 0.5);
    let near = f32x16::splat(simd, NEAR);
    let relative = frame.relative;
    let load = |v: &[f32]| f32x16::from_slice(simd, v);
    let rows = stored
        .chunks_exact(lanes)
        .zip(work.zeta.chunks_exact(lanes))
        .zip(work.x.chunks_exact(lanes).zip(dx.chunks_exact(lanes)));
    for (((stored, zeta), (x, dx)), out) in rows.zip(out.chunks_exact_mut(lanes)) {
        let zeta0 = f32x16::splat(simd, zeta[0]);
        let x0 = f32x16::splat(simd, x[0]);
        let dx0 = f32x16::splat(simd, dx[0]);
        let bound = if relative { near * zeta0.abs() } else { near };
        let vectors = stored
            .chunks_exact(LANES)
            .zip(zeta.chunks_exact(LANES))
            .zip(x.chunks_exact(LANES).zip(dx.chunks_exact(LANES)));
        for (((stored, zeta), (x, dx)), out) in vectors.zip(out.chunks_exact_mut(LANES)) {
            let (difference, zeta, x, dx) = (load(stored), load(zeta), load(x), load(dx));
            let smooth = (dx + dx0) * half * difference;
            let jump = (x - x0) * direct;
            let mut exact = (difference * size).abs().simd_ge(bound);
            for kink in kinks {
                exact |= ((zeta - kink) * (zeta0 - kink)).simd_le(0.0);
            }
            exact.select(jump, smooth).store_slice(out);
        }
        out[0] = x[0];
    }
}

/// Whether the squares of numbers up to `largest` can be summed in single precision: they neither overflow nor vanish.
#[must_use]
pub fn squares_fit(largest: f32) -> bool {
    const RANGE: (f32, f32) = (1.0 / (1_u64 << 50) as f32, (1_u64 << 56) as f32);
    largest == 0.0 || (RANGE.0..=RANGE.1).contains(&largest)
}

/// Adds one block to the layer_sums.
#[inline(always)]
fn measure<S: Simd>(
    simd: S,
    frame: &Frame,
    stored: &[f32],
    dx: &[f32],
    work: &Workspace,
    layer_sums: &mut LayerSums,
) {
    let lanes = work.mask.len();
    if layer_sums.count == 0 {
        layer_sums.offset = [f64::from(work.zeta[0] * frame.back), f64::from(work.x[0])];
    }
    let z_offset = f32x16::splat(simd, layer_sums.offset[0] as f32);
    let x_offset = f32x16::splat(simd, layer_sums.offset[1] as f32);
    let zero = f32x16::splat(simd, 0.0);
    let threshold = f32x16::splat(simd, frame.saturation);
    let back = f32x16::splat(simd, frame.back);
    let load = |v: &[f32]| f32x16::from_slice(simd, v);
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
    let (mut z_peak, mut x_peak) = (zero, zero);
    let mut dead = 0;
    let n = stored.len();
    let (mask, others) = (&work.mask[..lanes], &work.others[..lanes]);
    let group = LANES * lanes;
    for start in (0..n).step_by(group) {
        let range = start..(start + group).min(n);
        let mut sums = [zero; LANES];
        let lines = work.zeta[range.clone()]
            .chunks_exact(lanes)
            .zip(work.x[range.clone()].chunks_exact(lanes))
            .zip(dx[range.clone()].chunks_exact(lanes))
            .zip(stored[range].chunks_exact(lanes));
        for ((((z, x), slope), stored), total) in lines.zip(&mut sums) {
            let mut steepest = zero;
            let mut sum = zero;
            let vectors = z
                .chunks_exact(LANES)
                .zip(x.chunks_exact(LANES))
                .zip(slope.chunks_exact(LANES).zip(stored.chunks_exact(LANES)));
            let masks = mask.chunks_exact(LANES).zip(others.chunks_exact(LANES));
            for (((z, x), (slope, stored)), (mask, others)) in vectors.zip(masks) {
                let (z, x, mask) = (load(z) * back, load(x), load(mask));
                // padding holds the reference
                (z_peak, x_peak) = (z_peak.max(z.abs()), x_peak.max(x.abs()));
                let (slope, stored, others) = (load(slope), load(stored), load(others));
                let slope = slope.abs();
                let difference = stored * others;
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
            *total = sum;
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
    let largest = |v: f32x16<S>| v.as_slice().iter().fold(0.0, |a: f32, b| a.max(*b));
    let x_largest = largest(x_peak);
    add(&mut layer_sums.z_centred, zc1, zc2);
    layer_sums.z_squares += f64::from(z2.reduce_sum());
    if squares_fit(x_largest) {
        add(&mut layer_sums.x_centred, xc1, xc2);
        layer_sums.x_squares += f64::from(x2.reduce_sum());
    } else {
        for row in work.x[..n].chunks_exact(lanes) {
            for x in row[..work.batch].iter().map(|x| f64::from(*x)) {
                let centred = x - layer_sums.offset[1];
                layer_sums.x_centred[0] += centred;
                layer_sums.x_centred[1] += centred * centred;
                layer_sums.x_squares += x * x;
            }
        }
    }
    for (peak, here) in layer_sums
        .peaks
        .iter_mut()
        .zip([largest(z_peak), x_largest])
    {
        *peak = peak.max(here);
    }
    layer_sums.spread += f64::from(squares.reduce_sum()) - mean_square;
    layer_sums.saturated += f64::from(saturated.reduce_sum());
    layer_sums.dead += dead;
    layer_sums.count += (n / lanes * work.batch) as u64;
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
