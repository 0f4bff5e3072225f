//! Sums over the rows of panels, and panels made of fresh numbers.
//!
//! Panels are in double precision. What is multiplied is in single precision, the first column and differences at sizes of their own
//! (powers of two), so that inputs that have become almost equal keep their digits: the first token of every other sequence is taken
//! from that of the first one, every other token from the first of its sequence. Sums are off by `64 2^-24 |a||b|` at most, see [`gram`](crate::math::gram).

mod narrow;

use fearless_simd::Simd;

use crate::math::gram::{GRAM_ROWS, add_cross, add_upper_gram, mirror};
use crate::math::product::matrix_times_panel;
use crate::math::simd::{self, dispatch};
use crate::math::stream::{Stream, StreamKey, fill_normal};
use crate::net::tape::ROWS;
pub use crate::sim::stages::lanes::Lanes;
pub use narrow::Narrow;

/// What the numbers of a panel in single precision stand for, by the [class](Lanes::class) of their column: themselves times these.
pub type Scales = [f64; 3];

/// The power of two above a size, 1 for 0 and what is not finite.
fn power_above(largest: f64) -> f64 {
    if largest > 0.0 && largest.is_finite() {
        libm::scalbn(1.0, libm::ilogb(largest).clamp(-1000, 1000) + 1)
    } else {
        1.0
    }
}

/// What is multiplied of a panel.
#[derive(Clone, Copy, PartialEq)]
enum Basis {
    /// Its columns as they are.
    Columns,
    /// The first column and differences.
    Differences,
    /// What goes with them in a sum over columns, `D X' = D~ X~'`: in place of the columns that others are taken from, sums.
    Sums,
}

/// A panel as it is multiplied.
#[derive(Clone, Copy)]
struct View<'a> {
    panel: &'a [f64],
    lanes: Lanes,
    basis: Basis,
    scales: Scales,
}

impl<'a> View<'a> {
    #[inline(always)]
    fn new<S: Simd>(simd: S, panel: &'a [f64], lanes: Lanes, basis: Basis) -> Self {
        let mut view = Self {
            panel,
            lanes,
            basis,
            scales: [1.0; 3],
        };
        let mut largest = vec![0.0_f64; lanes.all];
        view.largest(simd, &mut largest);
        let mut sizes = [0.0_f64; 3];
        for (lane, largest) in largest[..lanes.batch].iter().enumerate() {
            let class = if basis == Basis::Columns {
                0
            } else {
                lanes.class(lane)
            };
            sizes[class] = sizes[class].max(*largest);
        }
        view.scales = match basis {
            Basis::Columns => [power_above(sizes[0]); 3],
            Basis::Differences | Basis::Sums => sizes.map(power_above),
        };
        view
    }

    /// The row that is multiplied, in double precision.
    #[inline(always)]
    fn row(&self, row: &[f64], out: &mut [f64]) {
        out.copy_from_slice(row);
        match self.basis {
            Basis::Columns => {}
            Basis::Differences => self.lanes.take_apart(out),
            Basis::Sums => self.lanes.sum_up(out),
        }
    }

    #[inline(always)]
    fn largest<S: Simd>(&self, _: S, largest: &mut [f64]) {
        let mut own = vec![0.0; self.lanes.all];
        for row in self.panel.chunks_exact(self.lanes.all) {
            self.row(row, &mut own);
            for (largest, value) in largest.iter_mut().zip(&own) {
                let size = value.abs();
                *largest = if size > *largest { size } else { *largest };
            }
        }
    }

    /// Some rows in single precision; 0 in the padding.
    #[inline(always)]
    fn narrow<S: Simd>(&self, _: S, rows: std::ops::Range<usize>, out: &mut [f32]) {
        let lanes = self.lanes;
        let mut own = vec![0.0; lanes.all];
        let inverse = by_lane(lanes, self.scales.map(f64::recip));
        let rows = &self.panel[rows.start * lanes.all..rows.end * lanes.all];
        for (row, out) in rows
            .chunks_exact(lanes.all)
            .zip(out.chunks_exact_mut(lanes.all))
        {
            self.row(row, &mut own);
            for ((out, value), inverse) in out.iter_mut().zip(&own).zip(&inverse) {
                *out = (value * inverse) as f32;
            }
        }
    }

    fn units(&self) -> usize {
        self.panel.len() / self.lanes.all
    }
}

/// Ranges of so many rows at a time.
fn blocks(units: usize, rows: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    (0..units)
        .step_by(rows)
        .map(move |from| from..units.min(from + rows))
}

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
    Narrow::new(x, lanes).gram(lanes)
}

/// `D~'D~` of the sums that go with differences: `|D X'|^2` is the sum of its products with `X~'X~`, free of cancellation where `D` sums to
/// nearly 0 over columns of `X` that are nearly equal. The first entry is the square of the sum over all columns.
#[must_use]
pub fn sums_gram(d: &[f64], lanes: Lanes) -> Vec<f64> {
    let mut gram = vec![0.0; lanes.all * lanes.all];
    dispatch!(simd::level(), simd => {
        let view = View::new(simd, d, lanes, Basis::Sums);
        let mut rows = vec![0.0; GRAM_ROWS * lanes.all];
        for block in blocks(view.units(), GRAM_ROWS) {
            let rows = &mut rows[..block.len() * lanes.all];
            view.narrow(simd, block, rows);
            add_upper_gram(simd, rows, lanes.all, &mut gram);
        }
        rescale(&mut gram, lanes, view.scales, view.scales);
    });
    mirror(&mut gram, lanes.all);
    gram
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

/// A panel in single precision as it is multiplied, of the first column and differences or of the columns as they are; what its numbers stand
/// for.
pub fn narrowed(x: &[f64], lanes: Lanes, differences: bool, out: &mut [f32]) -> Scales {
    let basis = if differences {
        Basis::Differences
    } else {
        Basis::Columns
    };
    dispatch!(simd::level(), simd => {
        let view = View::new(simd, x, lanes, basis);
        view.narrow(simd, 0..view.units(), out);
        view.scales
    })
}

/// The numbers of a panel in single precision in double precision, differences put together.
pub fn widened(narrow: &[f32], lanes: Lanes, differences: bool, scales: Scales) -> Vec<f64> {
    let mut out = vec![0.0; narrow.len()];
    let scales = by_lane(lanes, scales);
    dispatch!(simd::level(), simd => widen(simd, narrow, lanes, differences, &scales, &mut out));
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

/// `Z'D` over all rows, with the first column of `Z` and differences.
#[must_use]
pub fn cross(z: &Narrow, d: &[f64], lanes: Lanes) -> Vec<f64> {
    let mut cross = vec![0.0; lanes.all * lanes.all];
    dispatch!(simd::level(), simd => {
        let d = View::new(simd, d, lanes, Basis::Columns);
        let mut right = vec![0.0; GRAM_ROWS * lanes.all];
        for block in blocks(d.units(), GRAM_ROWS) {
            let left = &z.rows[block.start * lanes.all..block.end * lanes.all];
            let right = &mut right[..block.len() * lanes.all];
            d.narrow(simd, block, right);
            add_cross(simd, left, right, lanes.all, &mut cross);
        }
        rescale(&mut cross, lanes, z.scales, d.scales);
    });
    cross
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

/// `Z = N mixing` for fresh numbers, of which the first `rank` of a row count; `mixing` gives the first column and differences.
#[must_use]
pub fn mix(fresh: &[f32], mixing: &[f64], rank: usize, lanes: Lanes) -> Narrow {
    let mixing = &mixing[..rank * lanes.all];
    let scales = sizes(mixing, lanes).map(power_above);
    let mixing = small(mixing, lanes, scales);
    let mut rows = vec![0.0; fresh.len()];
    dispatch!(simd::level(), simd => {
        matrix_times_panel::<_, false>(simd, fresh, lanes.all, &mixing, &mut rows, lanes.all);
    });
    Narrow { rows, scales }
}

/// `G = N mixing + X span` with `X` in the first column and differences; `mixing` has as many rows as count of a row of `N`.
pub fn form(fresh: &[f32], mixing: &[f64], x: &Narrow, span: &[f64], lanes: Lanes, g: &mut [f64]) {
    // X span = X_narrow (scales span)
    let mut span = span.to_vec();
    for (row, line) in span.chunks_exact_mut(lanes.all).enumerate() {
        let scale = x.scales[lanes.class(row)];
        line.iter_mut().for_each(|value| *value *= scale);
    }
    let largest = [mixing, &span[..]].map(|matrix| sizes(matrix, lanes));
    let scale = power_above(largest.iter().flatten().fold(0.0, |a: f64, b| a.max(*b)));
    let [mixing, span] = [mixing, &span[..]].map(|matrix| small(matrix, lanes, [scale; 3]));
    dispatch!(simd::level(), simd => formed_rows(simd, fresh, &mixing, [&x.rows, &span], lanes, scale, g));
}

#[inline(always)]
fn formed_rows<S: Simd>(
    simd: S,
    fresh: &[f32],
    mixing: &[f32],
    [x, span]: [&[f32]; 2],
    lanes: Lanes,
    scale: f64,
    g: &mut [f64],
) {
    let lanes = lanes.all;
    let size = ROWS * lanes;
    let mut rows = vec![0.0; size];
    let parts = fresh.chunks(size).zip(x.chunks(size));
    for ((fresh, x), g) in parts.zip(g.chunks_mut(size)) {
        let rows = &mut rows[..g.len()];
        matrix_times_panel::<S, false>(simd, fresh, lanes, mixing, rows, lanes);
        matrix_times_panel::<S, true>(simd, x, lanes, span, rows, lanes);
        for (g, value) in g.iter_mut().zip(rows) {
            *g = f64::from(*value) * scale;
        }
    }
}

#[cfg(test)]
mod tests;
