//! Random matrices with independent entries, made block by block: a block is a function of its key and place alone.

mod pairs;
mod permutation;

use std::ops::Range;

use fearless_simd::{Simd, f32x16, prelude::*};

use crate::math::product::{BLOCK_COLS, BLOCK_ROWS, Meanwhile};
use crate::math::simd::{self, LANES, dispatch};
use crate::math::stream::{
    Stream, StreamKey, fill_normal, fill_truncated_normal, fill_uniform, uniform_steps,
};
use pairs::{CutNormal, Normal, Pairs, ShiftedNormal, Truncated, Uniform, fill};
use permutation::Permutation;

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
    /// Independent `N(mean, std^2)`.
    ShiftedNormal {
        /// Mean.
        mean: f32,
        /// Standard deviation.
        std: f32,
    },
    /// `mean` and `std` times `N(0, 1)` conditioned on an interval.
    CutNormal {
        /// Mean before the cuts.
        mean: f32,
        /// Standard deviation before the cuts.
        std: f32,
        /// `erf(cut / sqrt 2)` of the lower and the upper cut, in standard deviations from the mean and within ±5.
        erf_ends: [f32; 2],
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

/// What is done with blocks of weights, one after the other.
pub trait Use {
    /// Takes the block of that number, `BLOCK_ROWS x BLOCK_COLS` row by row and arbitrary beyond the matrix, and lets `meanwhile`
    /// make the next one.
    fn block(&mut self, number: usize, w: &[f32], meanwhile: &mut impl Meanwhile);
}

/// Memory of one block, whole vectors to a cache line.
#[repr(align(64))]
struct Block([f32; BLOCK_ROWS * BLOCK_COLS]);

/// Where a block lies in its matrix.
#[derive(Clone, Copy)]
struct BlockPlace {
    key: StreamKey,
    /// Rows and columns of the matrix.
    size: [usize; 2],
    /// Block row and block column.
    at: [usize; 2],
}

impl BlockPlace {
    #[inline(always)]
    fn stream<S: Simd>(self, simd: S) -> Stream<S> {
        let block_columns = self.size[1].div_ceil(BLOCK_COLS);
        let number = self.at[0] * block_columns + self.at[1];
        Stream::new(simd, self.key, number as u64)
    }

    /// Rows of the block inside the matrix.
    fn rows(self) -> usize {
        BLOCK_ROWS.min(self.size[0] - self.at[0] * BLOCK_ROWS)
    }

    /// Columns of the block inside the matrix, and a few more: whole pairs of vectors, so that every generator fits.
    fn columns(self) -> usize {
        let rest = self.size[1] - self.at[1] * BLOCK_COLS;
        BLOCK_COLS.min(rest.next_multiple_of(2 * LANES))
    }
}

/// A block on its way.
struct Making<'a, S: Simd, P> {
    law: &'a P,
    stream: Stream<S>,
    columns: usize,
    /// The next pair's place in `w`, and in its row.
    next: usize,
    column: usize,
    end: usize,
    w: &'a mut [f32],
}

impl<'a, S: Simd, P: Pairs<S>> Making<'a, S, P> {
    #[inline(always)]
    fn new(simd: S, law: &'a P, place: BlockPlace, w: &'a mut [f32]) -> Self {
        Self {
            law,
            stream: place.stream(simd),
            columns: place.columns(),
            next: 0,
            column: 0,
            end: place.rows() * BLOCK_COLS,
            w,
        }
    }

    #[inline(always)]
    fn finish(&mut self) {
        while self.next < self.end {
            self.step();
        }
    }
}

impl<S: Simd, P: Pairs<S>> Meanwhile for Making<'_, S, P> {
    #[inline(always)]
    fn step(&mut self) {
        if self.next >= self.end {
            return;
        }
        let [a, b] = self.law.pair(&mut self.stream);
        let (low, high) = self.w[self.next..][..2 * LANES].split_at_mut(LANES);
        a.store_slice(low);
        b.store_slice(high);
        self.next += 2 * LANES;
        self.column += 2 * LANES;
        if self.column == self.columns {
            self.next += BLOCK_COLS - self.columns;
            self.column = 0;
        }
    }
}

/// Blocks of a law of pairs, each made between the multiply-adds of the one before.
#[inline(always)]
fn pipeline<S: Simd, P: Pairs<S>>(
    simd: S,
    law: &P,
    places: impl Iterator<Item = BlockPlace>,
    user: &mut impl Use,
) {
    let mut memory = [const { Block([0.0; BLOCK_ROWS * BLOCK_COLS]) }; 2];
    let [Block(now), Block(next)] = &mut memory;
    let (mut now, mut next) = (&mut now[..], &mut next[..]);
    let mut places = places.peekable();
    if let Some(place) = places.peek() {
        Making::new(simd, law, *place, now).finish();
    }
    let mut number = 0;
    while places.next().is_some() {
        match places.peek() {
            Some(place) => {
                let mut making = Making::new(simd, law, *place, next);
                user.block(number, now, &mut making);
                making.finish();
            }
            None => user.block(number, now, &mut ()),
        }
        std::mem::swap(&mut now, &mut next);
        number += 1;
    }
}

impl Entries {
    /// Gives `user` the blocks at these places (block row, block column) of a matrix of `[rows, columns]`, in order, numbered
    /// from 0. The entries of a block depend on its key and place alone.
    #[inline(always)]
    pub fn blocks<S: Simd>(
        self,
        simd: S,
        key: StreamKey,
        size: [usize; 2],
        places: impl Iterator<Item = [usize; 2]>,
        user: &mut impl Use,
    ) {
        let splat = |value| f32x16::splat(simd, value);
        let places = places.map(|at| BlockPlace { key, size, at });
        match self {
            Self::Normal { std } => pipeline(simd, &Normal(splat(std)), places, user),
            Self::Uniform { low, high } => {
                let law = Uniform(uniform_steps(low, high).map(splat));
                pipeline(simd, &law, places, user);
            }
            Self::TruncatedNormal { std, erf_cut } => {
                pipeline(simd, &Truncated(splat(std), erf_cut), places, user);
            }
            // rare laws: every law in the pipeline is compiled into every product once more
            Self::ShiftedNormal { .. }
            | Self::CutNormal { .. }
            | Self::Sparse { .. }
            | Self::Identity { .. }
            | Self::Constant { .. } => {
                let mut block = Block([0.0; BLOCK_ROWS * BLOCK_COLS]);
                for (number, place) in places.enumerate() {
                    self.plain_block(simd, place, &mut block.0);
                    user.block(number, &block.0, &mut ());
                }
            }
        }
    }

    /// A block that is made before it is used.
    #[inline(always)]
    fn plain_block<S: Simd>(self, simd: S, place: BlockPlace, w: &mut [f32]) {
        let mut stream = place.stream(simd);
        let [row, col] = place.at;
        let columns = place.columns();
        let zeros_of: Vec<Permutation> = match self {
            Self::Sparse { .. } => (0..columns)
                .map(|c| (col * BLOCK_COLS + c) as u64)
                .map(|column| Permutation::of_column(place.key, column, place.size[0] as u64))
                .collect(),
            _ => Vec::new(),
        };
        let lines = w.chunks_exact_mut(BLOCK_COLS).take(place.rows());
        for (r, line) in lines.enumerate() {
            let line = &mut line[..columns];
            match self {
                Self::Sparse { zeros, std } => {
                    fill_normal(simd, &mut stream, std, line);
                    let index = (row * BLOCK_ROWS + r) as u64;
                    for (entry, permutation) in line.iter_mut().zip(&zeros_of) {
                        if permutation.at(index) < zeros {
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
                Self::ShiftedNormal { mean, std } => {
                    let law = ShiftedNormal([mean, std].map(|value| f32x16::splat(simd, value)));
                    fill(&mut stream, &law, line);
                }
                Self::CutNormal {
                    mean,
                    std,
                    erf_ends,
                } => {
                    let parts = [mean, std].map(|value| f32x16::splat(simd, value));
                    fill(&mut stream, &CutNormal(parts, erf_ends), line);
                }
                Self::Normal { .. } | Self::Uniform { .. } | Self::TruncatedNormal { .. } => {
                    unreachable!("{self:?} is made while the block before it is used")
                }
            }
        }
    }

    /// The whole matrix of `[rows, columns]` into `out`, whose rows are `stride` apart; what is between stays.
    pub fn matrix(self, key: StreamKey, size: [usize; 2], stride: usize, out: &mut [f32]) {
        self.block_rows(key, size, 0..size[0].div_ceil(BLOCK_ROWS), stride, out);
    }

    /// Some block rows of it, [`BLOCK_ROWS`] rows each but for the last.
    pub fn block_rows(
        self,
        key: StreamKey,
        size: [usize; 2],
        rows: Range<usize>,
        stride: usize,
        out: &mut [f32],
    ) {
        let block_columns = size[1].div_ceil(BLOCK_COLS);
        let first = rows.start * BLOCK_ROWS;
        let mut copy = Copy {
            size: [size[0] - first, size[1]],
            stride,
            block_columns,
            out,
        };
        let places = rows.flat_map(|row| (0..block_columns).map(move |col| [row, col]));
        dispatch!(simd::level(), simd => self.blocks(simd, key, size, places, &mut copy));
    }

    /// So many independent entries; those of a sparse or identity law are no vector.
    #[must_use]
    pub fn vector(self, count: usize, key: StreamKey) -> Vec<f32> {
        let mut numbers = vec![0.0; count.next_multiple_of(2 * LANES)];
        dispatch!(simd::level(), simd => {
            let mut stream = Stream::new(simd, key, 0);
            match self {
                Self::Normal { std } => fill_normal(simd, &mut stream, std, &mut numbers),
                Self::Uniform { low, high } => fill_uniform(simd, &mut stream, low, high, &mut numbers),
                Self::TruncatedNormal { std, erf_cut } => {
                    fill_truncated_normal(simd, &mut stream, std, erf_cut, &mut numbers);
                }
                Self::ShiftedNormal { mean, std } => {
                    let law = ShiftedNormal([mean, std].map(|value| f32x16::splat(simd, value)));
                    fill(&mut stream, &law, &mut numbers);
                }
                Self::CutNormal { mean, std, erf_ends } => {
                    let parts = [mean, std].map(|value| f32x16::splat(simd, value));
                    fill(&mut stream, &CutNormal(parts, erf_ends), &mut numbers);
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

/// Writes blocks to their places, in the order of rows.
struct Copy<'a> {
    size: [usize; 2],
    stride: usize,
    block_columns: usize,
    out: &'a mut [f32],
}

impl Use for Copy<'_> {
    #[inline(always)]
    fn block(&mut self, number: usize, w: &[f32], _: &mut impl Meanwhile) {
        let (row, col) = (number / self.block_columns, number % self.block_columns);
        let columns = BLOCK_COLS.min(self.size[1] - col * BLOCK_COLS);
        let rows = BLOCK_ROWS.min(self.size[0] - row * BLOCK_ROWS);
        for (r, line) in w.chunks_exact(BLOCK_COLS).take(rows).enumerate() {
            let at = (row * BLOCK_ROWS + r) * self.stride + col * BLOCK_COLS;
            self.out[at..at + columns].copy_from_slice(&line[..columns]);
        }
    }
}
