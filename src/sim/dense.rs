//! Laws with independent entries, streamed: a block of weights is drawn from its keyed stream, multiplied, and dropped.

use std::ops::Range;

use fearless_simd::{Simd, dispatch};
use rayon::prelude::*;

use crate::math::entries::Entries;
use crate::math::panel::Panel;
use crate::math::product::{
    BLOCK_COLS, BLOCK_ROWS, block_times_panel, block_transposed_times_panel,
};
use crate::math::simd;
use crate::math::stream::Key;
use crate::sim::law::Law;
use crate::sim::team::Team;

/// A `fan_out x fan_in` matrix with independent entries (or a trivial one), made in blocks of 16 x 128.
#[derive(Debug)]
pub struct Dense {
    entries: Entries,
    fan_in: usize,
    fan_out: usize,
}

impl Dense {
    /// The action of a matrix with these entries.
    #[must_use]
    pub fn new(entries: Entries, fan_in: usize, fan_out: usize) -> Self {
        Self {
            entries,
            fan_in,
            fan_out,
        }
    }

    /// Block columns of the matrix.
    fn block_columns(&self) -> usize {
        self.fan_in.div_ceil(BLOCK_COLS)
    }

    fn size(&self) -> [usize; 2] {
        [self.fan_out, self.fan_in]
    }

    /// `z = W x` for one block of rows.
    #[inline(always)]
    fn rows<S: Simd>(&self, simd: S, key: Key, row: usize, x: &Panel, z: &mut [f32]) {
        let lanes = x.lanes();
        let mut w = [0.0; BLOCK_ROWS * BLOCK_COLS];
        z.fill(0.0);
        for (col, x) in x.data()[..self.fan_in * lanes]
            .chunks(BLOCK_COLS * lanes)
            .enumerate()
        {
            self.entries
                .block(simd, key, self.size(), [row, col], &mut w);
            block_times_panel(simd, &w, x, z, lanes);
        }
    }

    /// `g = Wᵀ d` for one block of columns.
    #[inline(always)]
    fn columns<S: Simd>(&self, simd: S, key: Key, col: usize, d: &Panel, g: &mut [f32]) {
        let lanes = d.lanes();
        let mut w = [0.0; BLOCK_ROWS * BLOCK_COLS];
        g.fill(0.0);
        for (row, d) in d.data()[..self.fan_out * lanes]
            .chunks(BLOCK_ROWS * lanes)
            .enumerate()
        {
            self.entries
                .block(simd, key, self.size(), [row, col], &mut w);
            block_transposed_times_panel(simd, &w, d, g, lanes);
        }
    }
}

impl Law for Dense {
    fn output_units(&self) -> usize {
        self.fan_out
    }

    fn forward_parts(&self) -> usize {
        self.fan_out.div_ceil(BLOCK_ROWS)
    }

    fn backward_parts(&self) -> usize {
        self.block_columns()
    }

    fn part_cost(&self, lanes: usize) -> usize {
        (BLOCK_ROWS * self.fan_in).max(BLOCK_COLS * self.fan_out) * (1 + lanes / 16)
    }

    fn forward(&self, key: Key, parts: Range<usize>, x: &Panel, z: &mut Panel, team: Team) {
        let lanes = x.lanes();
        each_part(
            &mut z.data_mut()[..self.fan_out * lanes],
            BLOCK_ROWS * lanes,
            parts,
            team,
            |row, z| {
                dispatch!(simd::level(), simd => self.rows(simd, key, row, x, z));
            },
        );
    }

    fn backward(&self, key: Key, parts: Range<usize>, d: &Panel, g: &mut Panel, team: Team) {
        let lanes = d.lanes();
        each_part(
            &mut g.data_mut()[..self.fan_in * lanes],
            BLOCK_COLS * lanes,
            parts,
            team,
            |col, g| {
                dispatch!(simd::level(), simd => self.columns(simd, key, col, d, g));
            },
        );
    }
}

/// Calls `work(part, chunk)` for the chunks of `data` that `parts` names, on one thread or on all.
fn each_part(
    data: &mut [f32],
    chunk: usize,
    parts: Range<usize>,
    team: Team,
    work: impl Fn(usize, &mut [f32]) + Sync,
) {
    let end = (parts.end * chunk).min(data.len());
    let data = &mut data[parts.start * chunk..end];
    match team {
        Team::Alone => data
            .chunks_mut(chunk)
            .enumerate()
            .for_each(|(i, z)| work(parts.start + i, z)),
        Team::Pool => data
            .par_chunks_mut(chunk)
            .enumerate()
            .for_each(|(i, z)| work(parts.start + i, z)),
    }
}
