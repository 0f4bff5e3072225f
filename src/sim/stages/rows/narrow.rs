//! Panels in single precision, as they are multiplied.

use super::{Lanes, Scales, by_lane, narrowed, rescale, widen};
use crate::math::gram::{GRAM_ROWS, add_upper_gram, add_upper_gram_in_doubles, mirror};
use crate::math::simd::{self, dispatch};

/// A panel as it is multiplied, of its first column and differences.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    /// `[unit][lane]`.
    pub(in crate::sim::stages) rows: Vec<f32>,
    /// What they stand for.
    pub(in crate::sim::stages) scales: Scales,
}

impl Narrow {
    /// Of a panel in double precision.
    #[must_use]
    pub fn new(x: &[f64], lanes: Lanes) -> Self {
        let mut rows = vec![0.0; x.len()];
        let scales = narrowed(x, lanes, true, &mut rows);
        Self { rows, scales }
    }

    /// Numbers.
    pub(in crate::sim::stages) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Writes all columns in double precision.
    pub(in crate::sim::stages) fn widen(&self, lanes: Lanes, out: &mut [f64]) {
        let scales = by_lane(lanes, self.scales);
        dispatch!(simd::level(), simd => widen(simd, &self.rows, lanes, true, &scales, out));
    }

    /// `X'X` of the first column and differences, `lanes x lanes`.
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
}
