//! Weights whose rows are standardized: some rows are made, multiplied and dropped.

use std::ops::Range;

use crate::math::panel::Panel;
use crate::math::product::{BLOCK_ROWS, matrix_times_panel, transposed_times_panel};
use crate::math::simd::{self, dispatch};
use crate::math::standardized::block_row;
use crate::math::stream::StreamKey;
use crate::sim::law::Law;
use crate::sim::team::Team;

/// Rows of mean 0 and norm `gain`, [`BLOCK_ROWS`] a part.
#[derive(Debug)]
pub struct Standardized {
    gain: f64,
    fan_in: usize,
    fan_out: usize,
}

impl Standardized {
    /// The action of a `fan_out x fan_in` matrix.
    #[must_use]
    pub fn new(gain: f64, fan_in: usize, fan_out: usize) -> Self {
        Self {
            gain,
            fan_in,
            fan_out,
        }
    }

    /// The rows of a part into `w`, and which they are.
    fn rows(&self, key: StreamKey, part: usize, w: &mut [f32]) -> Range<usize> {
        let size = [self.fan_out, self.fan_in];
        block_row(key, self.gain, size, part, self.fan_in, w);
        part * BLOCK_ROWS..self.fan_out.min((part + 1) * BLOCK_ROWS)
    }

    /// Room for the rows of a part.
    fn room(&self) -> Vec<f32> {
        vec![0.0; BLOCK_ROWS.min(self.fan_out) * self.fan_in]
    }
}

impl Law for Standardized {
    fn output_units(&self) -> usize {
        self.fan_out
    }

    fn forward_parts(&self) -> usize {
        self.fan_out.div_ceil(BLOCK_ROWS)
    }

    fn backward_parts(&self) -> usize {
        self.forward_parts()
    }

    fn part_cost(&self, lanes: usize) -> usize {
        BLOCK_ROWS * self.fan_in * (2 + lanes / 16)
    }

    fn forward(&self, key: StreamKey, parts: Range<usize>, x: &Panel, z: &mut Panel, _: Team) {
        let (lanes, mut w) = (x.lanes(), self.room());
        let x = &x.data()[..self.fan_in * lanes];
        for part in parts {
            let rows = self.rows(key, part, &mut w);
            let z = &mut z.data_mut()[rows.start * lanes..rows.end * lanes];
            dispatch!(simd::level(), simd => {
                matrix_times_panel::<_, false>(simd, &w, self.fan_in, x, z, lanes);
            });
        }
    }

    fn backward(&self, key: StreamKey, parts: Range<usize>, d: &Panel, g: &mut Panel, _: Team) {
        let (lanes, mut w) = (d.lanes(), self.room());
        let g = &mut g.data_mut()[..self.fan_in * lanes];
        if parts.start == 0 {
            g.fill(0.0);
        }
        for part in parts {
            let rows = self.rows(key, part, &mut w);
            let d = &d.data()[rows.start * lanes..rows.end * lanes];
            dispatch!(simd::level(), simd => {
                transposed_times_panel::<_, true>(simd, &w, self.fan_in, d, g, lanes);
            });
        }
    }
}
