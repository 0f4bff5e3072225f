//! Where the zeros of a sparse column are.

use rand::{Rng, RngExt, SeedableRng};
use rand_xoshiro::SplitMix64;

use crate::math::stream::StreamKey;

/// A pseudo-random permutation of `0..size` that can be asked about one place alone, which a shuffle cannot: blocks of a column are
/// made apart. A six-round Feistel network on the next even number of bits, walked until it lands inside (Black & Rogaway 2002); a
/// round's function is the first number of a splitmix64 that starts at the half and the round's secret.
#[derive(Clone, Copy)]
pub(super) struct Permutation {
    secrets: [u64; 6],
    size: u64,
    /// Bits of one half.
    half: u32,
}

impl Permutation {
    /// The permutation of one column of a sparse matrix.
    pub(super) fn of_column(key: StreamKey, column: u64, size: u64) -> Self {
        Self {
            secrets: key.rng(column).random(),
            size,
            half: (u64::BITS - (size - 1).max(1).leading_zeros()).div_ceil(2),
        }
    }

    /// Image of `index`.
    pub(super) fn at(&self, index: u64) -> u64 {
        let mask = (1_u64 << self.half) - 1;
        let mut value = index;
        loop {
            let (mut left, mut right) = (value >> self.half, value & mask);
            for secret in self.secrets {
                let mixed = SplitMix64::seed_from_u64(right ^ secret).next_u64();
                (left, right) = (right, left ^ mixed & mask);
            }
            value = left << self.half | right;
            if value < self.size {
                return value;
            }
        }
    }
}
