//! Keyed random streams: sixteen xoshiro128++ generators side by side, one per lane.
//!
//! A stream is a function of its [`StreamKey`] alone, never of what was drawn before, so any block of any matrix of any draw can
//! be made again, on any thread, with the same bits.
//!
//! # Which numbers are whose
//!
//! The names are part of what a seed promises: the same request and seed give the same bits with any number of threads and
//! every instruction set. A change of this table, of [`StreamKey::lane`] or of a fill below changes values, and so does another
//! 0.x version of `rand` for the last two rows; the changelog says so.
//!
//! | [`Purpose`] | draw | layer | block | what its numbers are |
//! | --- | --- | --- | --- | --- |
//! | `Weights` | draw | 1, 2, ... | 16 x 128 entries of the matrix, row by row | independent entries |
//! | `Weights` | draw | 1, 2, ... | reflector of a Haar matrix | its normal vector |
//! | `Weights` | draw | 1, 2, ... | 64 rows of `W X` | what a matrix-free law draws forward |
//! | `Backward` | draw | 1, 2, ... | 64 rows of `Wᵀ D` | what a matrix-free law draws backward |
//! | `Biases` | draw | 1, 2, ... | 0 | all biases of the layer |
//! | `Inputs` | draw | 0 | 64 rows of the batch | noise |
//! | `Cotangents` | draw | depth + 1 | 64 rows of the batch | what the backward pass starts from |
//! | `Weights` | draw | 1, 2, ... | column of a sparse matrix | where its zeros are: [`StreamKey::rng`] |
//! | `Inputs` | draw | 0 | 0 | which rows of a data set are the batch: [`StreamKey::rng`] |
//! | `Examples` | run | epoch from 0 on | 0 | the order of the examples: [`StreamKey::rng`] |
//!
//! In a network of blocks, and of layers with a norm, a layer of this table is a matrix: sub-layer `l` has `8 l` and the numbers after it for
//! the matrices that read its input (Gaussian ones are drawn together under the first), `8 l + 7` for the last; cotangents follow as of one
//! sub-layer more, and noise of positions is `Inputs` of layer 1.
//!
//! Sources: Blackman & Vigna, "Scrambled linear pseudorandom number generators" (2021); Box & Muller (1958); M. Giles,
//! "Approximating the erfinv function" (GPU Computing Gems, 2011).

mod key;
#[cfg(test)]
mod tests;
mod transform;

use fearless_simd::{Simd, f32x16, i32x16, prelude::*, u32x16};

use crate::math::simd::LANES;
pub use key::{Purpose, StreamKey};
use transform::{erf_inv, erf_inv_central, ln, sin_cos_turns};

/// Sixteen independent xoshiro128++ generators; lane `k` gives the words of [`StreamKey::lane`]`(block, k)`.
#[derive(Clone, Copy)]
pub struct Stream<S: Simd> {
    state: [u32x16<S>; 4],
}

impl<S: Simd> Stream<S> {
    /// The stream of `key`, block `block`.
    #[inline(always)]
    pub fn new(simd: S, key: StreamKey, block: u64) -> Self {
        let lane = u32x16::from_slice(
            simd,
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        );
        let mut state = [lane; 4];
        let mut carry = lane;
        for (word, slot) in key.digest(block).iter().zip(&mut state) {
            carry = lowbias32(carry * key::STEP + *word);
            *slot = carry;
        }
        // the all-zero state is the only forbidden one
        state[0] |= 1_u32;
        Self { state }
    }

    /// Sixteen times 32 uniform bits.
    #[inline(always)]
    pub fn bits(&mut self) -> u32x16<S> {
        let [mut s0, mut s1, mut s2, mut s3] = self.state;
        let result = rotl(s0 + s3, 7) + s0;
        let t = s1 << 9_u32;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = rotl(s3, 11);
        self.state = [s0, s1, s2, s3];
        result
    }

    /// Sixteen uniform whole numbers in `0..2^24`.
    #[inline(always)]
    pub fn whole(&mut self) -> f32x16<S> {
        let bits: i32x16<S> = (self.bits() >> 8_u32).bitcast();
        bits.to_float()
    }

    /// Two vectors of independent `N(0, 1)` numbers by Box and Muller's method; |x| <= 6.6.
    #[inline(always)]
    pub fn normal_pair(&mut self) -> (f32x16<S>, f32x16<S>) {
        let bits: i32x16<S> = (self.bits() >> 1_u32).bitcast();
        let k: f32x16<S> = bits.to_float();
        let u = (k + 0.5) * (1.0 / 2_147_483_648.0);
        let radius = (ln(u.min(1.0)) * -2.0).max(0.0).sqrt();
        let turns: i32x16<S> = (self.bits() >> 8_u32).bitcast();
        let (sin, cos) = sin_cos_turns(turns);
        (radius * cos, radius * sin)
    }

    /// Sixteen independent numbers at the midpoints of `2^24` equal steps of that length, the first midpoint being `first`.
    #[inline(always)]
    pub fn uniform(&mut self, first: f32x16<S>, step: f32x16<S>) -> f32x16<S> {
        self.whole().mul_add(step, first)
    }

    /// Sixteen numbers of `N(0, 1)` conditioned on `[-cut, cut]`, by inversion: `sqrt(2) erfinv(erf_cut (2 u - 1))`.
    ///
    /// `erf_cut = erf(cut / sqrt(2))`, for `cut <= 5`.
    #[inline(always)]
    pub fn truncated_normal(&mut self, erf_cut: f32) -> f32x16<S> {
        let bits: i32x16<S> = (self.bits() >> 8_u32).bitcast();
        let k: f32x16<S> = bits.to_float();
        // odd multiples of 2^-24 in (-1, 1)
        let p = ((k - 8_388_607.5) * (1.0 / 8_388_608.0)) * erf_cut;
        // all of |p| <= 0.996 is in the central branch of erfinv
        let value = if erf_cut < 0.996 {
            erf_inv_central(p)
        } else {
            erf_inv(p)
        };
        value * std::f32::consts::SQRT_2
    }

    /// Sixteen numbers of `N(0, 1)` conditioned on `[low, high]`, `low <= 0 <= high`, by inversion.
    ///
    /// `ends` are `erf(low / sqrt(2))` and `erf(high / sqrt(2))`, both cuts within ±5.
    #[inline(always)]
    pub fn cut_normal(&mut self, [low, high]: [f32; 2]) -> f32x16<S> {
        let bits: i32x16<S> = (self.bits() >> 8_u32).bitcast();
        let k: f32x16<S> = bits.to_float();
        // odd multiples of 2^-24 in (-1, 1)
        let u = (k - 8_388_607.5) * (1.0 / 8_388_608.0);
        let middle = f32x16::splat(k.token(), 0.5 * (low + high));
        let p = u.mul_add(f32x16::splat(k.token(), 0.5 * (high - low)), middle);
        erf_inv(p) * std::f32::consts::SQRT_2
    }
}

#[inline(always)]
fn rotl<S: Simd>(x: u32x16<S>, k: u32) -> u32x16<S> {
    (x << k) | (x >> (32 - k))
}

#[inline(always)]
fn lowbias32<S: Simd>(mut x: u32x16<S>) -> u32x16<S> {
    x ^= x >> 16_u32;
    x *= 0x7feb_352d_u32;
    x ^= x >> 15_u32;
    x *= 0x846c_a68b_u32;
    x ^ (x >> 16_u32)
}

/// Fills `out` (a multiple of 16 long) with independent `N(0, std^2)` numbers.
#[inline(always)]
pub fn fill_normal<S: Simd>(simd: S, stream: &mut Stream<S>, std: f32, out: &mut [f32]) {
    let scale = f32x16::splat(simd, std);
    let mut pairs = out.chunks_exact_mut(2 * LANES);
    for pair in &mut pairs {
        let (a, b) = stream.normal_pair();
        let (low, high) = pair.split_at_mut(LANES);
        (a * scale).store_slice(low);
        (b * scale).store_slice(high);
    }
    let last = pairs.into_remainder();
    if !last.is_empty() {
        (stream.normal_pair().0 * scale).store_slice(last);
    }
}

/// The first midpoint and the length of `2^24` equal steps from `low` to `high`.
#[must_use]
pub fn uniform_steps(low: f32, high: f32) -> [f32; 2] {
    let step = (high - low) / 16_777_216.0;
    [low + 0.5 * step, step]
}

/// Fills `out` (a multiple of 16 long) with independent uniform numbers on `(low, high)`: the midpoints of `2^24` equal steps.
#[inline(always)]
pub fn fill_uniform<S: Simd>(
    simd: S,
    stream: &mut Stream<S>,
    low: f32,
    high: f32,
    out: &mut [f32],
) {
    let [first, step] = uniform_steps(low, high).map(|value| f32x16::splat(simd, value));
    for chunk in out.chunks_exact_mut(LANES) {
        stream.uniform(first, step).store_slice(chunk);
    }
}

/// Fills `out` (a multiple of 16 long) with `std` times `N(0, 1)` conditioned on `[-cut, cut]`, `erf_cut = erf(cut / sqrt 2)`.
#[inline(always)]
pub fn fill_truncated_normal<S: Simd>(
    simd: S,
    stream: &mut Stream<S>,
    std: f32,
    erf_cut: f32,
    out: &mut [f32],
) {
    let scale = f32x16::splat(simd, std);
    for chunk in out.chunks_exact_mut(LANES) {
        (stream.truncated_normal(erf_cut) * scale).store_slice(chunk);
    }
}
