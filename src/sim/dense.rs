//! Laws with independent entries, streamed: a block of weights is drawn from its keyed stream, multiplied, and dropped.

use std::ops::Range;

use fearless_simd::Simd;
use rayon::prelude::*;

use crate::math::entries::{Entries, Use};
use crate::math::panel::Panel;
use crate::math::product::{
    BLOCK_COLS, BLOCK_ROWS, Meanwhile, block_times_panel, block_transposed_times_panel,
};
use crate::math::simd::{self, dispatch};
use crate::math::stream::StreamKey;
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

    /// `z = W x` for block rows from `row` on, as many as `z` has.
    #[inline(always)]
    fn rows<S: Simd>(&self, simd: S, key: StreamKey, row: usize, x: &Panel, z: &mut [f32]) {
        let lanes = x.lanes();
        let block_columns = self.block_columns();
        let block_rows = row..row + z.len().div_ceil(BLOCK_ROWS * lanes);
        let places = block_rows.flat_map(|row| (0..block_columns).map(move |col| [row, col]));
        z.fill(0.0);
        let mut rows = Rows {
            simd,
            x: &x.data()[..self.fan_in * lanes],
            z,
            lanes,
            block_columns,
        };
        self.entries
            .blocks(simd, key, self.size(), places, &mut rows);
    }

    /// `g = Wᵀ d` for block columns from `col` on, as many as `g` has.
    #[inline(always)]
    fn columns<S: Simd>(&self, simd: S, key: StreamKey, col: usize, d: &Panel, g: &mut [f32]) {
        let lanes = d.lanes();
        let block_rows = self.forward_parts();
        let block_columns = col..col + g.len().div_ceil(BLOCK_COLS * lanes);
        let places = block_columns.flat_map(|col| (0..block_rows).map(move |row| [row, col]));
        g.fill(0.0);
        let mut columns = Columns {
            simd,
            d: &d.data()[..self.fan_out * lanes],
            g,
            lanes,
            block_rows,
        };
        self.entries
            .blocks(simd, key, self.size(), places, &mut columns);
    }
}

/// Panels of some block rows of `z = W x`.
struct Rows<'a, S> {
    simd: S,
    x: &'a [f32],
    z: &'a mut [f32],
    lanes: usize,
    block_columns: usize,
}

impl<S: Simd> Use for Rows<'_, S> {
    #[inline(always)]
    fn block(&mut self, number: usize, w: &[f32], meanwhile: &mut impl Meanwhile) {
        let (row, col) = (number / self.block_columns, number % self.block_columns);
        let x = chunk(self.x.len(), BLOCK_COLS * self.lanes, col);
        let z = chunk(self.z.len(), BLOCK_ROWS * self.lanes, row);
        block_times_panel(
            self.simd,
            w,
            &self.x[x],
            &mut self.z[z],
            self.lanes,
            meanwhile,
        );
    }
}

/// Panels of some block columns of `g = Wᵀ d`.
struct Columns<'a, S> {
    simd: S,
    d: &'a [f32],
    g: &'a mut [f32],
    lanes: usize,
    block_rows: usize,
}

impl<S: Simd> Use for Columns<'_, S> {
    #[inline(always)]
    fn block(&mut self, number: usize, w: &[f32], meanwhile: &mut impl Meanwhile) {
        let (col, row) = (number / self.block_rows, number % self.block_rows);
        let d = chunk(self.d.len(), BLOCK_ROWS * self.lanes, row);
        let g = chunk(self.g.len(), BLOCK_COLS * self.lanes, col);
        block_transposed_times_panel(
            self.simd,
            w,
            &self.d[d],
            &mut self.g[g],
            self.lanes,
            meanwhile,
        );
    }
}

/// Where the chunk of that number lies in `length` numbers cut into chunks of `size`, the last of which may be shorter.
fn chunk(length: usize, size: usize, number: usize) -> Range<usize> {
    number * size..length.min((number + 1) * size)
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

    fn forward(&self, key: StreamKey, parts: Range<usize>, x: &Panel, z: &mut Panel, team: Team) {
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

    fn backward(&self, key: StreamKey, parts: Range<usize>, d: &Panel, g: &mut Panel, team: Team) {
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

/// Pieces of work for each thread, so that one that is late delays the others little.
const PIECES: usize = 4;

/// Calls `work(first, chunks)` for the chunks of `data` that `parts` names, all on one thread or some on each.
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
        Team::Alone => work(parts.start, data),
        Team::Pool => {
            let some = parts.len().div_ceil(PIECES * rayon::current_num_threads());
            data.par_chunks_mut(some * chunk)
                .enumerate()
                .for_each(|(i, z)| work(parts.start + i * some, z));
        }
    }
}
