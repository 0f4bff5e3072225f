//! Sums over the rows of panels, and panels made of fresh numbers.
//!
//! What is multiplied is in single precision, the first column and differences from it, at sizes of their own (powers of two) where
//! these are far from 1, so that inputs that have become almost equal keep their digits: the first token of every other sequence is taken
//! from that of the first one, every other token from the first of its sequence. Sums are off by `64 2^-24 |a||b|` at most, see [`gram`](crate::math::gram).

mod buffers;
mod narrow;

use std::ops::Range;

use fearless_simd::Simd;

use crate::math::gram::add_cross;
use crate::math::product::matrix_times_panel;
use crate::math::simd::{self, dispatch};
use crate::math::stream::{Stream, StreamKey, fill_normal};
use crate::net::tape::ROWS;
pub use crate::sim::stages::lanes::Lanes;
use crate::sim::stages::lanes::over_lanes;
pub use buffers::Buffers;
pub(in crate::sim::stages) use narrow::fits;
pub use narrow::{Basis, Narrow, narrowed};
use narrow::{HELD, power_above};

/// What the numbers of a panel in single precision stand for, by the [class](Lanes::class) of their column: themselves times these.
pub type Scales = [f64; 3];

/// Gives sums over rows of products of numbers in single precision the sizes that they stand for.
fn rescale(sums: &mut [f64], lanes: Lanes, left: Scales, right: Scales) {
    for (a, line) in sums.chunks_exact_mut(lanes.all).enumerate() {
        let left = left[lanes.class(a)];
        for (b, value) in line.iter_mut().enumerate() {
            *value *= left * right[lanes.class(b)];
        }
    }
}

/// `X'X` of the first column and differences of a panel in double precision.
#[must_use]
pub fn gram(x: &[f64], lanes: Lanes) -> Vec<f64> {
    Narrow::new(x, lanes, &mut Buffers::default()).gram(lanes)
}

/// `D'D` from `D~'D~`.
#[must_use]
pub fn plain_gram(sums: &[f64], lanes: Lanes) -> Vec<f64> {
    let all = lanes.all;
    let mut gram = sums.to_vec();
    gram.chunks_exact_mut(all)
        .for_each(|row| lanes.single_out(row));
    let mut column = vec![0.0; all];
    for lane in 0..lanes.batch {
        for (value, row) in column.iter_mut().zip(gram.chunks_exact(all)) {
            *value = row[lane];
        }
        lanes.single_out(&mut column);
        for (value, row) in column.iter().zip(gram.chunks_exact_mut(all)) {
            row[lane] = *value;
        }
    }
    gram
}

/// The numbers of a panel in single precision in double precision, differences put together.
pub fn widened(narrow: &[f32], lanes: Lanes, differences: bool, scales: Scales) -> Vec<f64> {
    let mut out = vec![0.0; narrow.len()];
    let scales = by_lane(lanes, scales);
    dispatch!(simd::level(), simd => over_lanes!(lanes => widen(simd, narrow, lanes, differences, &scales, &mut out)));
    out
}

/// What the numbers of every lane stand for; 0 in the padding.
fn by_lane(lanes: Lanes, scales: Scales) -> Vec<f64> {
    let mut all = vec![0.0; lanes.all];
    for (lane, scale) in all[..lanes.batch].iter_mut().enumerate() {
        *scale = scales[lanes.class(lane)];
    }
    all
}

#[inline(always)]
fn widen<S: Simd>(
    _: S,
    narrow: &[f32],
    lanes: Lanes,
    differences: bool,
    scales: &[f64],
    out: &mut [f64],
) {
    let rows = narrow.chunks_exact(lanes.all);
    for (row, out) in rows.zip(out.chunks_exact_mut(lanes.all)) {
        for ((out, value), scale) in out.iter_mut().zip(row).zip(scales) {
            *out = f64::from(*value) * scale;
        }
        if differences {
            lanes.put_together(out);
        }
    }
}

/// Fresh `N(0, 1)` numbers of these rows, in place of what is there.
#[must_use]
pub fn fresh(key: StreamKey, rows: Range<usize>, lanes: usize, mut numbers: Vec<f32>) -> Vec<f32> {
    let size = ROWS * lanes;
    let (mut first, mut rest) = (rows.start, &mut numbers[..]);
    dispatch!(simd::level(), simd => while first < rows.end {
        let (block, skipped) = (first / ROWS, first % ROWS);
        let end = rows.end.min((block + 1) * ROWS);
        let (own, behind) = std::mem::take(&mut rest).split_at_mut((end - first) * lanes);
        let mut stream = Stream::new(simd, key, block as u64);
        if skipped == 0 {
            fill_normal(simd, &mut stream, 1.0, own);
        } else {
            let mut whole = vec![0.0; size];
            fill_normal(simd, &mut stream, 1.0, &mut whole);
            own.copy_from_slice(&whole[skipped * lanes..][..own.len()]);
        }
        (first, rest) = (end, behind);
    });
    numbers
}

/// `X'N` with `X` in the first column and differences and `N` fresh numbers.
#[must_use]
pub fn overlap(x: &Narrow, fresh: &[f32], lanes: Lanes) -> Vec<f64> {
    let mut product = vec![0.0; lanes.all * lanes.all];
    dispatch!(simd::level(), simd => {
        add_cross(simd, &x.rows, fresh, lanes.all, &mut product);
        rescale(&mut product, lanes, x.scales, [1.0; 3]);
    });
    product
}

/// A small matrix in single precision, its columns over sizes of their own.
fn small(matrix: &[f64], lanes: Lanes, scales: Scales) -> Vec<f32> {
    let mut out = vec![0.0; matrix.len()];
    for (line, out) in matrix
        .chunks_exact(lanes.all)
        .zip(out.chunks_exact_mut(lanes.all))
    {
        for (lane, (value, out)) in line.iter().zip(out).enumerate() {
            *out = (value / scales[lanes.class(lane)]) as f32;
        }
    }
    out
}

/// Largest size in the columns of every class.
fn sizes(matrix: &[f64], lanes: Lanes) -> [f64; 3] {
    let mut largest = [0.0_f64; 3];
    for line in matrix.chunks_exact(lanes.all) {
        for (lane, value) in line.iter().enumerate() {
            let slot = &mut largest[lanes.class(lane)];
            *slot = slot.max(value.abs());
        }
    }
    largest
}

/// `Z = N mixing` in place of fresh numbers, of which the first `rank` of a row count; `mixing` gives the first column and differences.
#[must_use]
pub fn mix(mut fresh: Vec<f32>, mixing: &[f64], rank: usize, lanes: Lanes) -> Narrow {
    let mixing = &mixing[..rank * lanes.all];
    let sizes = sizes(mixing, lanes);
    let held = |size: &f64| *size == 0.0 || HELD.contains(&(*size as f32));
    let scales = match sizes.iter().all(held) {
        true => [1.0; 3],
        false => sizes.map(power_above),
    };
    let mixing = small(mixing, lanes, scales);
    let mut rows = vec![0.0; ROWS * lanes.all];
    dispatch!(simd::level(), simd => for fresh in fresh.chunks_mut(ROWS * lanes.all) {
        let rows = &mut rows[..fresh.len()];
        matrix_times_panel::<_, false>(simd, fresh, lanes.all, &mixing, rows, lanes.all);
        fresh.copy_from_slice(rows);
    });
    Narrow {
        rows: fresh,
        scales,
    }
}

/// A panel whose columns are as they are, all times one scale.
#[derive(Debug)]
pub struct Single {
    /// `[unit][lane]`.
    pub rows: Vec<f32>,
    /// What 1 stands for.
    pub scale: f64,
}

impl Single {
    /// In double precision.
    #[must_use]
    pub fn wide(&self) -> Vec<f64> {
        let mut wide = vec![0.0; self.rows.len()];
        dispatch!(simd::level(), _ => for (wide, value) in wide.iter_mut().zip(&self.rows) {
            *wide = f64::from(*value) * self.scale;
        });
        wide
    }
}

/// `G = N mixing + X span` in place of `N`, with `X` in the first column and differences; `mixing` has as many rows as count of a row of
/// `N`.
#[must_use]
pub fn form(mut fresh: Vec<f32>, mixing: &[f64], x: &Narrow, span: &[f64], lanes: Lanes) -> Single {
    // X span = X_narrow (scales span)
    let mut span = span.to_vec();
    for (row, line) in span.chunks_exact_mut(lanes.all).enumerate() {
        let scale = x.scales[lanes.class(row)];
        line.iter_mut().for_each(|value| *value *= scale);
    }
    let largest = [mixing, &span[..]].map(|matrix| sizes(matrix, lanes));
    let scale = power_above(largest.iter().flatten().fold(0.0, |a: f64, b| a.max(*b)));
    let [mixing, span] = [mixing, &span[..]].map(|matrix| small(matrix, lanes, [scale; 3]));
    dispatch!(simd::level(), simd => formed_rows(simd, &mut fresh, &mixing, [&x.rows, &span], lanes));
    Single { rows: fresh, scale }
}

#[inline(always)]
fn formed_rows<S: Simd>(
    simd: S,
    fresh: &mut [f32],
    mixing: &[f32],
    [x, span]: [&[f32]; 2],
    lanes: Lanes,
) {
    let lanes = lanes.all;
    let size = ROWS * lanes;
    let mut rows = vec![0.0; size];
    for (fresh, x) in fresh.chunks_mut(size).zip(x.chunks(size)) {
        let rows = &mut rows[..fresh.len()];
        matrix_times_panel::<S, false>(simd, fresh, lanes, mixing, rows, lanes);
        matrix_times_panel::<S, true>(simd, x, lanes, span, rows, lanes);
        fresh.copy_from_slice(rows);
    }
}

#[cfg(test)]
mod tests;
