//! Laws with independent entries, streamed: a block of weights is drawn from its keyed stream, multiplied, and dropped.

use std::ops::Range;

use fearless_simd::{Simd, dispatch};
use rayon::prelude::*;

use crate::math::panel::Panel;
use crate::math::product::{
    BLOCK_COLS, BLOCK_ROWS, block_times_panel, block_transposed_times_panel,
};
use crate::math::simd;
use crate::math::stream::{Key, Stream, fill_normal, fill_truncated_normal, fill_uniform};
use crate::net::initializer::WeightLaw;
use crate::sim::law::Law;
use crate::sim::team::Team;

/// Beyond this many standard deviations a cut is not noticed: the normal generator itself ends at 6.6.
const NO_CUT: f64 = 5.0;

/// How the entries of a block are made.
#[derive(Clone, Copy, Debug)]
enum Fill {
    Normal { std: f32 },
    Uniform { low: f32, high: f32 },
    TruncatedNormal { std: f32, erf_cut: f32 },
    Sparse { zeros: u64, std: f32 },
    Identity { gain: f32 },
    Constant { value: f32 },
}

/// A `fan_out x fan_in` matrix with independent entries (or a trivial one), made in blocks of 16 x 128.
#[derive(Debug)]
pub struct Dense {
    fill: Fill,
    fan_in: usize,
    fan_out: usize,
}

impl Dense {
    /// The action of `law`; an orthogonal law is not of this kind.
    #[must_use]
    pub fn new(law: WeightLaw, fan_in: usize, fan_out: usize) -> Self {
        let fill = match law {
            WeightLaw::Normal { std } => Fill::Normal { std: std as f32 },
            WeightLaw::Uniform { low, high } => Fill::Uniform {
                low: low as f32,
                high: high as f32,
            },
            WeightLaw::TruncatedNormal { raw_std, high, .. } => {
                let cut = high / raw_std;
                if cut < NO_CUT {
                    let erf_cut = libm::erf(cut * std::f64::consts::FRAC_1_SQRT_2) as f32;
                    Fill::TruncatedNormal {
                        std: raw_std as f32,
                        erf_cut,
                    }
                } else {
                    Fill::Normal {
                        std: raw_std as f32,
                    }
                }
            }
            WeightLaw::Sparse { sparsity, std } => Fill::Sparse {
                zeros: (sparsity * fan_out as f64).ceil() as u64,
                std: std as f32,
            },
            WeightLaw::Identity { gain } => Fill::Identity { gain: gain as f32 },
            WeightLaw::Constant { value } => Fill::Constant {
                value: value as f32,
            },
            WeightLaw::Orthogonal { .. } => {
                unreachable!("an orthogonal matrix has no independent entries")
            }
        };
        Self {
            fill,
            fan_in,
            fan_out,
        }
    }

    /// Block columns of the matrix.
    fn block_columns(&self) -> usize {
        self.fan_in.div_ceil(BLOCK_COLS)
    }

    /// Makes the block at block row `row`, block column `col`: `w` is 16 x 128 row by row; beyond the matrix it is arbitrary.
    #[inline(always)]
    fn block<S: Simd>(&self, simd: S, key: Key, row: usize, col: usize, w: &mut [f32]) {
        let mut stream = Stream::new(simd, key, (row * self.block_columns() + col) as u64);
        let rows = BLOCK_ROWS.min(self.fan_out - row * BLOCK_ROWS);
        // whole pairs of vectors, so that every generator fits
        let cols = BLOCK_COLS.min((self.fan_in - col * BLOCK_COLS).next_multiple_of(32));
        for (r, line) in w.chunks_exact_mut(BLOCK_COLS).take(rows).enumerate() {
            let line = &mut line[..cols];
            match self.fill {
                Fill::Normal { std } => fill_normal(simd, &mut stream, std, line),
                Fill::Uniform { low, high } => fill_uniform(simd, &mut stream, low, high, line),
                Fill::TruncatedNormal { std, erf_cut } => {
                    fill_truncated_normal(simd, &mut stream, std, erf_cut, line);
                }
                Fill::Sparse { zeros, std } => {
                    fill_normal(simd, &mut stream, std, line);
                    for (c, entry) in line.iter_mut().enumerate() {
                        let column = (col * BLOCK_COLS + c) as u64;
                        if permuted(
                            key,
                            column,
                            (row * BLOCK_ROWS + r) as u64,
                            self.fan_out as u64,
                        ) < zeros
                        {
                            *entry = 0.0;
                        }
                    }
                }
                Fill::Identity { gain } => {
                    line.fill(0.0);
                    let diagonal = (row * BLOCK_ROWS + r).wrapping_sub(col * BLOCK_COLS);
                    if let Some(entry) = line.get_mut(diagonal) {
                        *entry = gain;
                    }
                }
                Fill::Constant { value } => line.fill(value),
            }
        }
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
            self.block(simd, key, row, col, &mut w);
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
            self.block(simd, key, row, col, &mut w);
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

/// Image of `index` under a keyed pseudo-random permutation of `0..size`: a six-round Feistel network on the next even number
/// of bits, walked until it lands inside (Black & Rogaway 2002). One permutation for each column of a sparse matrix.
fn permuted(key: Key, column: u64, index: u64, size: u64) -> u64 {
    let half = (u64::BITS - (size - 1).max(1).leading_zeros()).div_ceil(2);
    let mask = (1_u64 << half) - 1;
    let secret = key.scalar(1 << 63 | column);
    let mut value = index;
    loop {
        let (mut left, mut right) = (value >> half, value & mask);
        for round in 0..6_u64 {
            let mut f = (right ^ secret.rotate_left(8 * round as u32))
                .wrapping_add(round)
                .wrapping_mul(0x9e37_79b9_7f4a_7c15);
            f = (f ^ (f >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
            (left, right) = (right, left ^ (f >> 40) & mask);
        }
        value = left << half | right;
        if value < size {
            return value;
        }
    }
}
