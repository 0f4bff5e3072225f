//! The pass of one layer's pre-activations through the activation, with everything that is measured on the way.
//!
//! Shapes: panels are `[unit][lane]`; lane 0 is the first input (the reference), lane `b` the difference of input `b` from it.

use fearless_simd::{Simd, dispatch, f32x16, prelude::*};

use crate::math::panel::Panel;
use crate::math::product::add_gram;
use crate::math::simd::{self, LANES};
use crate::net::activation::Activation;
use crate::sim::frame::Frame;

/// Numbers handled at once: three such blocks stay in a first-level cache.
const BLOCK: usize = 1024;

/// A difference below this (in units of the argument) is propagated by the mean of the two slopes; the trapezoid's relative
/// error `delta^2 phi''' / (12 phi')` is then near 1e-6, the rounding of a direct difference above it near 1e-5.
const NEAR: f32 = 1.0 / 256.0;

/// Running sums over units (and inputs) of one layer.
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
}

/// Scratch memory of the pass and the lane masks.
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
        }
    }

    /// Number of inputs.
    #[must_use]
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// 1 for the lanes of real inputs, 0 for padding.
    #[must_use]
    pub fn mask(&self) -> &[f32] {
        &self.mask
    }
}

/// Where the pass writes.
pub struct Output<'a> {
    /// The layer's output in reference-and-differences form.
    pub x: &'a mut Panel,
    /// `phi'` for every unit and input; `None` where it is not wanted.
    pub slope: Option<&'a mut Panel>,
    /// Gram matrix of `x` as stored, added to; `None` where it is not wanted.
    pub gram: Option<&'a mut [f64]>,
}

/// Passes the first `units` rows of `z` through the activation, adding to `tally` when given.
pub fn pass(
    activation: &Activation,
    frame: &Frame,
    z: &Panel,
    units: usize,
    out: &mut Output<'_>,
    tally: Option<&mut Tally>,
    work: &mut Workspace,
) {
    let lanes = z.lanes();
    let rows = (BLOCK / lanes).max(1);
    let level = simd::level();
    let mut tally = tally;
    for first in (0..units).step_by(rows) {
        let range = first * lanes..units.min(first + rows) * lanes;
        let n = range.len();
        let stored = &z.data()[range.clone()];
        dispatch!(level, simd => expand(simd, frame, stored, work, lanes));
        frame.eval(
            activation,
            &work.zeta[..n],
            &mut work.x[..n],
            &mut work.dx[..n],
        );
        if let Some(tally) = tally.as_deref_mut() {
            dispatch!(level, simd => measure(simd, frame, stored, work, n, tally));
        }
        let x = &mut out.x.data_mut()[range.clone()];
        dispatch!(level, simd => combine(simd, frame, stored, work, x, lanes));
        if let Some(gram) = out.gram.as_deref_mut() {
            dispatch!(level, simd => add_gram(simd, x, lanes, gram));
        }
        if let Some(slope) = out.slope.as_deref_mut() {
            slope.data_mut()[range].copy_from_slice(&work.dx[..n]);
        }
    }
}

/// Every input's own `z 2^-top` and argument, from reference and differences.
#[inline(always)]
fn expand<S: Simd>(simd: S, frame: &Frame, stored: &[f32], work: &mut Workspace, lanes: usize) {
    let argument = f32x16::splat(simd, frame.argument);
    let rows = work
        .z
        .chunks_exact_mut(lanes)
        .zip(work.zeta.chunks_exact_mut(lanes));
    for (row, (z, zeta)) in stored.chunks_exact(lanes).zip(rows) {
        let first = f32x16::splat(simd, row[0] * frame.reference);
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
    let one = f32x16::splat(simd, 1.0);
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
    let mut spread = 0.0_f64;
    let mut dead = 0;
    let inverse_batch = 1.0 / work.batch as f32;
    for at in (0..n).step_by(lanes) {
        let mut steepest = zero;
        let mut sum = zero;
        let mut squares = zero;
        for group in (0..lanes).step_by(LANES) {
            let from = at + group;
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
        let sum = sum.reduce_sum();
        spread += f64::from(squares.reduce_sum() - sum * sum * inverse_batch);
        dead += u64::from(steepest.simd_le(0.0).select(one, zero).reduce_sum() == LANES as f32);
    }
    let add = |into: &mut [f64; 2], a: f32x16<S>, b: f32x16<S>| {
        into[0] += f64::from(a.reduce_sum());
        into[1] += f64::from(b.reduce_sum());
    };
    add(&mut tally.z_centred, zc1, zc2);
    add(&mut tally.x_centred, xc1, xc2);
    tally.z_squares += f64::from(z2.reduce_sum());
    tally.x_squares += f64::from(x2.reduce_sum());
    tally.spread += spread;
    tally.saturated += f64::from(saturated.reduce_sum());
    tally.dead += dead;
    tally.count += (n / lanes * work.batch) as u64;
}
