//! Random matrices with independent entries, made block by block: a block is a function of its key and place alone.

use fearless_simd::{Simd, dispatch};

use crate::math::product::{BLOCK_COLS, BLOCK_ROWS};
use crate::math::simd::{self, LANES};
use crate::math::stream::{Key, Stream, fill_normal, fill_truncated_normal, fill_uniform};

/// How the entries of a matrix are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Entries {
    /// Independent `N(0, std^2)`.
    Normal {
        /// Standard deviation.
        std: f32,
    },
    /// Independent uniform on `(low, high)`.
    Uniform {
        /// Lower end.
        low: f32,
        /// Upper end.
        high: f32,
    },
    /// `std` times `N(0, 1)` conditioned on `[-cut, cut]`.
    TruncatedNormal {
        /// Standard deviation before the cut.
        std: f32,
        /// `erf(cut / sqrt 2)`.
        erf_cut: f32,
    },
    /// `N(0, std^2)` with so many zeros in every column.
    Sparse {
        /// Zeros of a column.
        zeros: u64,
        /// Standard deviation of the others.
        std: f32,
    },
    /// `gain` on the main diagonal, 0 elsewhere.
    Identity {
        /// Value of the diagonal.
        gain: f32,
    },
    /// Every entry the same.
    Constant {
        /// That value.
        value: f32,
    },
}

impl Entries {
    /// The block at block row `row`, block column `col` of a matrix of `[rows, columns]`: `w` is 16 x 128 row by row; beyond the
    /// matrix it is arbitrary.
    #[inline(always)]
    pub fn block<S: Simd>(
        self,
        simd: S,
        key: Key,
        [height, width]: [usize; 2],
        [row, col]: [usize; 2],
        w: &mut [f32],
    ) {
        let block_columns = width.div_ceil(BLOCK_COLS);
        let mut stream = Stream::new(simd, key, (row * block_columns + col) as u64);
        let rows = BLOCK_ROWS.min(height - row * BLOCK_ROWS);
        // whole pairs of vectors, so that every generator fits
        let cols = BLOCK_COLS.min((width - col * BLOCK_COLS).next_multiple_of(2 * LANES));
        for (r, line) in w.chunks_exact_mut(BLOCK_COLS).take(rows).enumerate() {
            let line = &mut line[..cols];
            match self {
                Self::Normal { std } => fill_normal(simd, &mut stream, std, line),
                Self::Uniform { low, high } => fill_uniform(simd, &mut stream, low, high, line),
                Self::TruncatedNormal { std, erf_cut } => {
                    fill_truncated_normal(simd, &mut stream, std, erf_cut, line);
                }
                Self::Sparse { zeros, std } => {
                    fill_normal(simd, &mut stream, std, line);
                    for (c, entry) in line.iter_mut().enumerate() {
                        let column = (col * BLOCK_COLS + c) as u64;
                        let place = (row * BLOCK_ROWS + r) as u64;
                        if permuted(key, column, place, height as u64) < zeros {
                            *entry = 0.0;
                        }
                    }
                }
                Self::Identity { gain } => {
                    line.fill(0.0);
                    let diagonal = (row * BLOCK_ROWS + r).wrapping_sub(col * BLOCK_COLS);
                    if let Some(entry) = line.get_mut(diagonal) {
                        *entry = gain;
                    }
                }
                Self::Constant { value } => line.fill(value),
            }
        }
    }

    /// The whole matrix of `[rows, columns]` into `out`, whose rows are `stride` apart; what is between stays.
    pub fn matrix(self, key: Key, size: [usize; 2], stride: usize, out: &mut [f32]) {
        let [height, width] = size;
        let mut w = [0.0; BLOCK_ROWS * BLOCK_COLS];
        for row in 0..height.div_ceil(BLOCK_ROWS) {
            for col in 0..width.div_ceil(BLOCK_COLS) {
                dispatch!(simd::level(), simd => self.block(simd, key, size, [row, col], &mut w));
                let columns = BLOCK_COLS.min(width - col * BLOCK_COLS);
                let rows = BLOCK_ROWS.min(height - row * BLOCK_ROWS);
                for (r, line) in w.chunks_exact(BLOCK_COLS).take(rows).enumerate() {
                    let at = (row * BLOCK_ROWS + r) * stride + col * BLOCK_COLS;
                    out[at..at + columns].copy_from_slice(&line[..columns]);
                }
            }
        }
    }

    /// So many independent entries; those of a sparse or identity law are no vector.
    #[must_use]
    pub fn vector(self, count: usize, key: Key) -> Vec<f32> {
        let mut numbers = vec![0.0; count.next_multiple_of(2 * LANES)];
        dispatch!(simd::level(), simd => {
            let mut stream = Stream::new(simd, key, 0);
            match self {
                Self::Normal { std } => fill_normal(simd, &mut stream, std, &mut numbers),
                Self::Uniform { low, high } => fill_uniform(simd, &mut stream, low, high, &mut numbers),
                Self::TruncatedNormal { std, erf_cut } => {
                    fill_truncated_normal(simd, &mut stream, std, erf_cut, &mut numbers);
                }
                Self::Constant { value } => numbers.fill(value),
                Self::Sparse { .. } | Self::Identity { .. } => {
                    unreachable!("{self:?} is a law of matrices")
                }
            }
        });
        numbers.truncate(count);
        numbers
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
