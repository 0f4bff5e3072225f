//! The name of a stream, and the generator that belongs to it.

use rand::{Rng, SeedableRng};
use rand_xoshiro::{SplitMix64, Xoshiro128PlusPlus};

use crate::math::simd::LANES;

/// What a stream is for; part of its key, so that no two purposes share bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Entries of a weight matrix.
    Weights = 1,
    /// Bias entries.
    Biases = 2,
    /// The batch of inputs.
    Inputs = 3,
    /// Cotangents at the output.
    Cotangents = 4,
    /// The part of the transposed product that a matrix-free law draws in the backward pass.
    Backward = 5,
    /// The order in which training takes the examples.
    Examples = 6,
}

/// The name of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamKey {
    /// Seed of the whole request.
    pub seed: u64,
    /// Number of the draw.
    pub draw: u32,
    /// Layer, 1-based; 0 for the input.
    pub layer: u32,
    /// What it is for.
    pub purpose: Purpose,
}

/// `2^64` divided by the golden ratio: the step of splitmix64.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// `2^32` divided by the golden ratio: what a word of a lane's state is multiplied by before the next word is added.
pub(super) const STEP: u32 = 0x9e37_79b9;

/// The finaliser of splitmix64 (Steele, Lea & Flood 2014), a bijection of 64 bits: its first number from one step before `h`.
fn mix(h: u64) -> u64 {
    SplitMix64::seed_from_u64(h.wrapping_sub(GOLDEN)).next_u64()
}

impl StreamKey {
    /// 128 bits that depend on every field and on `block`, lowest word first.
    pub(super) fn digest(self, block: u64) -> [u32; 4] {
        let mut h = mix(self.seed.wrapping_add(GOLDEN));
        h = mix(h ^ (u64::from(self.draw) << 32 | u64::from(self.layer)));
        h = mix(h ^ mix((self.purpose as u64) << 56 ^ block));
        let last = mix(h ^ GOLDEN);
        [h, h >> 32, last, last >> 32].map(|word| word as u32)
    }

    /// The generator of one lane of a block.
    ///
    /// Word `i` of its state is `mix(s · 0x9e3779b9 + d_i)` with `s` the word before (at first the lane's number), `d` the 128 bits
    /// of key and block, `mix` the 32-bit mixer `lowbias32` of C. Wellons' hash prospector; the first word is made odd, because all
    /// zeros is the one forbidden state. Lanes 0 to 15 fill arrays, see [`Stream`](super::Stream).
    #[must_use]
    pub fn lane(self, block: u64, lane: u32) -> Xoshiro128PlusPlus {
        let (mut seed, mut carry) = ([0; 16], lane);
        for (i, word) in self.digest(block).into_iter().enumerate() {
            carry = lowbias32(carry.wrapping_mul(STEP).wrapping_add(word));
            seed[4 * i..][..4].copy_from_slice(&carry.to_le_bytes());
        }
        seed[0] |= 1;
        Xoshiro128PlusPlus::from_seed(seed)
    }

    /// The generator of the few scalar decisions of a block (which example, which order), for everything that `rand` offers: the
    /// seventeenth lane, so that it shares no bits with what fills arrays.
    ///
    /// ```
    /// use initscope::math::stream::{StreamKey, Purpose};
    /// use rand::seq::SliceRandom;
    ///
    /// let key = StreamKey { seed: 7, draw: 0, layer: 0, purpose: Purpose::Examples };
    /// let [mut a, mut b] = [[1, 2, 3, 4, 5, 6, 7, 8]; 2];
    /// a.shuffle(&mut key.rng(0));
    /// b.shuffle(&mut key.rng(0));
    /// assert_eq!(a, b);
    /// ```
    #[must_use]
    pub fn rng(self, block: u64) -> Xoshiro128PlusPlus {
        self.lane(block, LANES as u32)
    }
}

fn lowbias32(mut x: u32) -> u32 {
    x = (x ^ x >> 16).wrapping_mul(0x7feb_352d);
    x = (x ^ x >> 15).wrapping_mul(0x846c_a68b);
    x ^ x >> 16
}
