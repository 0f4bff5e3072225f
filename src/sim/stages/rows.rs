//! Sums over the rows of panels in double precision; multiplied and added in two steps, so that every instruction set gives the same
//! bits.

use fearless_simd::{Simd, dispatch};

use crate::math::simd;
use crate::math::stream::{Stream, StreamKey, fill_normal};
use crate::net::tape::ROWS;

/// Columns of panels: real inputs, and with padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes {
    /// Real inputs.
    pub batch: usize,
    /// The same rounded up to whole vectors.
    pub all: usize,
}

/// The first input and the differences of the others from it; 0 in the padding.
#[inline(always)]
fn to_differences(row: &[f64], batch: usize, out: &mut [f64]) {
    let first = row[0];
    for (out, value) in out.iter_mut().zip(row) {
        *out = value - first;
    }
    out[0] = first;
    out[batch..].fill(0.0);
}

/// `product[a][b] += sum over rows left[a] right[b]`, `right` a row of numbers.
#[inline(always)]
fn add_outer(left: &[f64], right: &[f64], batch: usize, product: &mut [f64]) {
    for (a, line) in left[..batch]
        .iter()
        .zip(product.chunks_exact_mut(right.len()))
    {
        for (sum, b) in line.iter_mut().zip(right) {
            *sum += a * b;
        }
    }
}

/// `left' right` over all rows, `lanes x lanes`; with `differences` the columns of `left`, and of `right`, are the first input and
/// differences from it.
#[must_use]
pub fn products(left: &[f64], right: &[f64], lanes: Lanes, differences: [bool; 2]) -> Vec<f64> {
    let mut product = vec![0.0; lanes.all * lanes.all];
    dispatch!(simd::level(), simd => sum_products(simd, left, right, lanes, differences, &mut product));
    product
}

#[inline(always)]
fn sum_products<S: Simd>(
    _: S,
    left: &[f64],
    right: &[f64],
    lanes: Lanes,
    differences: [bool; 2],
    product: &mut [f64],
) {
    let (mut a, mut b) = (vec![0.0; lanes.all], vec![0.0; lanes.all]);
    let pairs = left
        .chunks_exact(lanes.all)
        .zip(right.chunks_exact(lanes.all));
    for (left, right) in pairs {
        for (row, out, wanted) in [
            (left, &mut a, differences[0]),
            (right, &mut b, differences[1]),
        ] {
            if wanted {
                to_differences(row, lanes.batch, out);
            } else {
                out.copy_from_slice(row);
                out[lanes.batch..].fill(0.0);
            }
        }
        add_outer(&a, &b, lanes.batch, product);
    }
}

/// Fresh `N(0, 1)` numbers for so many rows.
#[must_use]
pub fn fresh(key: StreamKey, units: usize, lanes: usize) -> Vec<f32> {
    let mut numbers = vec![0.0; units * lanes];
    dispatch!(simd::level(), simd => {
        for (block, rows) in numbers.chunks_mut(ROWS * lanes).enumerate() {
            fill_normal(simd, &mut Stream::new(simd, key, block as u64), 1.0, rows);
        }
    });
    numbers
}

/// `X' N` with `X` in reference and differences and `N` fresh numbers.
#[must_use]
pub fn overlap(x: &[f64], fresh: &[f32], lanes: Lanes) -> Vec<f64> {
    let mut product = vec![0.0; lanes.all * lanes.all];
    dispatch!(simd::level(), simd => sum_overlap(simd, x, fresh, lanes, &mut product));
    product
}

#[inline(always)]
fn sum_overlap<S: Simd>(_: S, x: &[f64], fresh: &[f32], lanes: Lanes, product: &mut [f64]) {
    let (mut a, mut b) = (vec![0.0; lanes.all], vec![0.0; lanes.all]);
    for (row, fresh) in x.chunks_exact(lanes.all).zip(fresh.chunks_exact(lanes.all)) {
        to_differences(row, lanes.batch, &mut a);
        for (out, value) in b.iter_mut().zip(fresh) {
            *out = f64::from(*value);
        }
        add_outer(&a, &b, lanes.batch, product);
    }
}

/// `Z = N mixing` for fresh numbers, of which the first `rank` of a row count; `mixing` gives the first input and differences, `Z` all
/// inputs.
pub fn mix(fresh: &[f32], mixing: &[f64], rank: usize, lanes: Lanes, z: &mut [f64]) {
    dispatch!(simd::level(), simd => mixed_rows(simd, fresh, mixing, rank, lanes, z));
}

#[inline(always)]
fn mixed_rows<S: Simd>(
    _: S,
    fresh: &[f32],
    mixing: &[f64],
    rank: usize,
    lanes: Lanes,
    z: &mut [f64],
) {
    for (fresh, z) in fresh
        .chunks_exact(lanes.all)
        .zip(z.chunks_exact_mut(lanes.all))
    {
        z.fill(0.0);
        add_row(&fresh[..rank], mixing, z);
        let first = z[0];
        for value in &mut z[1..lanes.batch] {
            *value += first;
        }
    }
}

/// `z += fresh mixing`.
#[inline(always)]
fn add_row(fresh: &[f32], mixing: &[f64], z: &mut [f64]) {
    for (a, line) in fresh.iter().zip(mixing.chunks_exact(z.len())) {
        let a = f64::from(*a);
        for (z, b) in z.iter_mut().zip(line) {
            *z += a * b;
        }
    }
}

/// `G = N mixing + X span` with `X` in reference and differences.
pub fn form(fresh: &[f32], mixing: &[f64], x: &[f64], span: &[f64], lanes: Lanes, g: &mut [f64]) {
    dispatch!(simd::level(), simd => formed_rows(simd, fresh, mixing, x, span, lanes, g));
}

#[inline(always)]
fn formed_rows<S: Simd>(
    _: S,
    fresh: &[f32],
    mixing: &[f64],
    x: &[f64],
    span: &[f64],
    lanes: Lanes,
    g: &mut [f64],
) {
    let mut differences = vec![0.0; lanes.all];
    let rows = fresh.chunks_exact(lanes.all).zip(x.chunks_exact(lanes.all));
    for ((fresh, x), g) in rows.zip(g.chunks_exact_mut(lanes.all)) {
        g.fill(0.0);
        add_row(fresh, mixing, g);
        to_differences(x, lanes.batch, &mut differences);
        for (a, line) in differences[..lanes.batch]
            .iter()
            .zip(span.chunks_exact(lanes.all))
        {
            for (g, b) in g.iter_mut().zip(line) {
                *g += a * b;
            }
        }
    }
}

/// `sum over lanes and lanes of left right` of two symmetric matrices, the second given for the first input and differences.
#[must_use]
pub fn inner(left: &[f64], differences: &[f64], lanes: Lanes) -> f64 {
    let at = |a: usize, b: usize| differences[a * lanes.all + b];
    let mut total = 0.0;
    for a in 0..lanes.batch {
        for b in 0..lanes.batch {
            let mut value = at(0, 0);
            if a > 0 {
                value += at(a, 0);
            }
            if b > 0 {
                value += at(0, b);
            }
            if a > 0 && b > 0 {
                value += at(a, b);
            }
            total += left[a * lanes.all + b] * value;
        }
    }
    total
}
