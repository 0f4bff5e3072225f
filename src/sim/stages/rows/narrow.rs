//! Panels in single precision, as they are multiplied.

use std::ops::Range;

use fearless_simd::Simd;

use super::{Buffers, Lanes, Scales, by_lane, rescale, widen};
use crate::math::gram::{GRAM_ROWS, add_cross, add_upper_gram, add_upper_gram_in_doubles, mirror};
use crate::math::simd::{self, dispatch};
use crate::sim::stages::lanes::over_lanes;

/// What is multiplied of a panel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Basis {
    /// Its columns as they are.
    Columns,
    /// The first column and differences.
    #[default]
    Differences,
    /// What goes with them in a sum over columns, `D X' = D~ X~'`: in place of the columns that others are taken from, sums.
    Sums,
}

/// Largest sizes whose squares and products single precision holds, together with those of numbers that are small beside them.
pub(super) const HELD: std::ops::RangeInclusive<f32> = 1e-9..=1e9;

/// A panel in single precision.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    /// `[unit][lane]`, 0 in the padding.
    pub(in crate::sim::stages) rows: Vec<f32>,
    /// What they stand for.
    pub(in crate::sim::stages) scales: Scales,
}

impl Narrow {
    /// Of the first column and differences of a panel.
    #[must_use]
    pub fn new(x: &[f64], lanes: Lanes, buffers: &mut Buffers) -> Self {
        Self::of(x, lanes, Basis::Differences, buffers)
    }

    /// Of what is multiplied of a panel.
    #[must_use]
    pub fn of(x: &[f64], lanes: Lanes, basis: Basis, buffers: &mut Buffers) -> Self {
        let mut rows = buffers.take(x.len());
        let scales = narrowed(x, lanes, basis, &mut rows);
        Self { rows, scales }
    }

    /// Of rows that stand for themselves.
    pub(in crate::sim::stages) fn unscaled(rows: Vec<f32>) -> Self {
        let scales = [1.0; 3];
        Self { rows, scales }
    }

    /// Rows of [sums](Basis::Sums), all times a scale, where these are the largest sizes of their columns.
    pub(in crate::sim::stages) fn balanced(
        mut rows: Vec<f32>,
        largest: &[f32],
        scale: f64,
        lanes: Lanes,
    ) -> Self {
        let mut scales = [scale; 3];
        if !fits(largest, lanes, Basis::Sums) {
            let mut sizes = [0.0_f64; 3];
            for (lane, largest) in largest[..lanes.batch].iter().enumerate() {
                let size = &mut sizes[lanes.class(lane)];
                *size = size.max(f64::from(*largest));
            }
            let powers = sizes.map(power_above);
            let inverse = by_lane(lanes, powers.map(f64::recip));
            for row in rows.chunks_exact_mut(lanes.all) {
                for (value, inverse) in row.iter_mut().zip(&inverse) {
                    *value = (f64::from(*value) * inverse) as f32;
                }
            }
            for (scale, power) in scales.iter_mut().zip(powers) {
                *scale *= power;
            }
        }
        Self { rows, scales }
    }

    /// The memory.
    pub(in crate::sim::stages) fn into_rows(self) -> Vec<f32> {
        self.rows
    }

    /// Whether the numbers stand for themselves.
    pub(in crate::sim::stages) fn is_unscaled(&self) -> bool {
        self.scales == [1.0; 3]
    }

    /// Numbers.
    pub(in crate::sim::stages) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Writes some rows with all columns in double precision, where these are the first column and differences.
    pub(in crate::sim::stages) fn widen(&self, lanes: Lanes, rows: Range<usize>, out: &mut [f64]) {
        let scales = by_lane(lanes, self.scales);
        let rows = &self.rows[rows.start * lanes.all..rows.end * lanes.all];
        dispatch!(simd::level(), simd => over_lanes!(lanes => widen(simd, rows, lanes, true, &scales, out)));
    }

    /// `X'X` of what is multiplied, `lanes x lanes`.
    #[must_use]
    pub fn gram(&self, lanes: Lanes) -> Vec<f64> {
        self.gram_with::<false>(lanes)
    }

    /// The same in double precision, for columns that are nearly dependent.
    #[must_use]
    pub fn gram_in_doubles(&self, lanes: Lanes) -> Vec<f64> {
        self.gram_with::<true>(lanes)
    }

    fn gram_with<const DOUBLES: bool>(&self, lanes: Lanes) -> Vec<f64> {
        let mut gram = vec![0.0; lanes.all * lanes.all];
        dispatch!(simd::level(), simd => {
            for rows in self.rows.chunks(GRAM_ROWS * lanes.all) {
                if DOUBLES {
                    add_upper_gram_in_doubles(simd, rows, lanes.all, &mut gram);
                } else {
                    add_upper_gram(simd, rows, lanes.all, &mut gram);
                }
            }
            rescale(&mut gram, lanes, self.scales, self.scales);
        });
        mirror(&mut gram, lanes.all);
        gram
    }

    /// `Z'D` over all rows, `Z` the first column and differences, of the [sums](Basis::Sums) that go with `D`.
    #[must_use]
    pub fn cross(&self, d: &Self, lanes: Lanes) -> Vec<f64> {
        let mut cross = vec![0.0; lanes.all * lanes.all];
        dispatch!(simd::level(), simd => {
            add_cross(simd, &self.rows, &d.rows, lanes.all, &mut cross);
            rescale(&mut cross, lanes, self.scales, d.scales);
        });
        cross
            .chunks_exact_mut(lanes.all)
            .for_each(|row| lanes.single_out(row));
        cross
    }
}

/// Writes what is multiplied of a panel in single precision, 0 in the padding; what its numbers stand for.
pub fn narrowed(x: &[f64], lanes: Lanes, basis: Basis, out: &mut [f32]) -> Scales {
    let mut sizes = vec![0.0; lanes.all];
    dispatch!(simd::level(), simd => over_lanes!(lanes => convert(simd, x, lanes, basis, out, &mut sizes)));
    if fits(&sizes, lanes, basis) {
        return [1.0; 3];
    }
    dispatch!(simd::level(), simd => scaled(simd, x, lanes, basis, out))
}

/// What a column stands for: by its [class](Lanes::class), or one for all where columns are as they are.
fn class(lanes: Lanes, basis: Basis, lane: usize) -> usize {
    match basis {
        Basis::Columns => 0,
        Basis::Differences | Basis::Sums => lanes.class(lane),
    }
}

/// Whether numbers with these largest sizes in their columns can be multiplied in single precision as they are.
pub(in crate::sim::stages) fn fits(largest: &[f32], lanes: Lanes, basis: Basis) -> bool {
    let mut sizes = [None; 3];
    for (lane, largest) in largest[..lanes.batch].iter().enumerate() {
        let size = &mut sizes[class(lanes, basis, lane)];
        *size = Some(size.map_or(*largest, |size: f32| size.max(*largest)));
    }
    sizes.iter().flatten().all(|size| HELD.contains(size))
}

/// The row that is multiplied, in double precision, in place.
#[inline(always)]
fn based(row: &mut [f64], lanes: Lanes, basis: Basis) {
    match basis {
        Basis::Columns => {}
        Basis::Differences => lanes.take_apart(row),
        Basis::Sums => lanes.sum_up(row),
    }
}

/// Rows in single precision as they are, and the largest size of every column in it and before.
#[inline(always)]
fn convert<S: Simd>(
    _: S,
    x: &[f64],
    lanes: Lanes,
    basis: Basis,
    out: &mut [f32],
    largest: &mut [f32],
) {
    let mut own = vec![0.0; lanes.all];
    let (own, largest) = (&mut own[..lanes.all], &mut largest[..lanes.all]);
    let rows = x.chunks_exact(lanes.all);
    for (row, out) in rows.zip(out.chunks_exact_mut(lanes.all)) {
        own.copy_from_slice(row);
        based(own, lanes, basis);
        for ((out, largest), value) in out.iter_mut().zip(&mut *largest).zip(&*own) {
            *out = *value as f32;
            let size = out.abs();
            *largest = if size > *largest { size } else { *largest };
        }
        out[lanes.batch..].fill(0.0);
    }
}

/// The same, divided by a power of two of each class of columns, so that the largest is below 1.
#[inline(always)]
fn scaled<S: Simd>(_: S, x: &[f64], lanes: Lanes, basis: Basis, out: &mut [f32]) -> Scales {
    let mut own = vec![0.0; lanes.all];
    let mut sizes = [0.0_f64; 3];
    for row in x.chunks_exact(lanes.all) {
        own.copy_from_slice(row);
        based(&mut own, lanes, basis);
        for (lane, value) in own[..lanes.batch].iter().enumerate() {
            let (size, value) = (&mut sizes[class(lanes, basis, lane)], value.abs());
            *size = if value > *size { value } else { *size };
        }
    }
    let scales = match basis {
        Basis::Columns => [power_above(sizes[0]); 3],
        Basis::Differences | Basis::Sums => sizes.map(power_above),
    };
    let inverse = by_lane(lanes, scales.map(f64::recip));
    for (row, out) in x
        .chunks_exact(lanes.all)
        .zip(out.chunks_exact_mut(lanes.all))
    {
        own.copy_from_slice(row);
        based(&mut own, lanes, basis);
        let real = own[..lanes.batch].iter().zip(&inverse);
        for (out, (value, inverse)) in out.iter_mut().zip(real) {
            *out = (value * inverse) as f32;
        }
    }
    scales
}

/// The power of two above a size, 1 for 0 and what is not finite.
pub(super) fn power_above(largest: f64) -> f64 {
    if largest > 0.0 && largest.is_finite() {
        libm::scalbn(1.0, libm::ilogb(largest).clamp(-1000, 1000) + 1)
    } else {
        1.0
    }
}
