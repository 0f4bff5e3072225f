//! Laws whose entries are made two vectors at a time.

use fearless_simd::{Simd, f32x16, prelude::*};

use crate::math::simd::LANES;
use crate::math::stream::Stream;

/// A law whose entries come in pairs of vectors, row after row of a block.
pub(super) trait Pairs<S: Simd> {
    fn pair(&self, stream: &mut Stream<S>) -> [f32x16<S>; 2];
}

/// `N(0, std^2)`, by `std`.
pub(super) struct Normal<S: Simd>(pub(super) f32x16<S>);

impl<S: Simd> Pairs<S> for Normal<S> {
    #[inline(always)]
    fn pair(&self, stream: &mut Stream<S>) -> [f32x16<S>; 2] {
        let (a, b) = stream.normal_pair();
        [a * self.0, b * self.0]
    }
}

/// Uniform, by first midpoint and step.
pub(super) struct Uniform<S: Simd>(pub(super) [f32x16<S>; 2]);

impl<S: Simd> Pairs<S> for Uniform<S> {
    #[inline(always)]
    fn pair(&self, stream: &mut Stream<S>) -> [f32x16<S>; 2] {
        let [first, step] = self.0;
        [stream.uniform(first, step), stream.uniform(first, step)]
    }
}

/// Truncated normal, by `std` and `erf_cut`.
pub(super) struct Truncated<S: Simd>(pub(super) f32x16<S>, pub(super) f32);

impl<S: Simd> Pairs<S> for Truncated<S> {
    #[inline(always)]
    fn pair(&self, stream: &mut Stream<S>) -> [f32x16<S>; 2] {
        let mut one = || stream.truncated_normal(self.1) * self.0;
        [one(), one()]
    }
}

/// `N(mean, std^2)`, by mean and `std`.
pub(super) struct ShiftedNormal<S: Simd>(pub(super) [f32x16<S>; 2]);

impl<S: Simd> Pairs<S> for ShiftedNormal<S> {
    #[inline(always)]
    fn pair(&self, stream: &mut Stream<S>) -> [f32x16<S>; 2] {
        let [mean, std] = self.0;
        let (a, b) = stream.normal_pair();
        [a.mul_add(std, mean), b.mul_add(std, mean)]
    }
}

/// Normal cut at two points, by mean and `std` and by the error functions of the ends.
pub(super) struct CutNormal<S: Simd>(pub(super) [f32x16<S>; 2], pub(super) [f32; 2]);

impl<S: Simd> Pairs<S> for CutNormal<S> {
    #[inline(always)]
    fn pair(&self, stream: &mut Stream<S>) -> [f32x16<S>; 2] {
        let ([mean, std], ends) = (self.0, self.1);
        let mut one = || stream.cut_normal(ends).mul_add(std, mean);
        [one(), one()]
    }
}

/// Fills `out` (a multiple of 32 long) pair after pair.
#[inline(always)]
pub(super) fn fill<S: Simd>(stream: &mut Stream<S>, law: &impl Pairs<S>, out: &mut [f32]) {
    for chunk in out.chunks_exact_mut(2 * LANES) {
        let [a, b] = law.pair(stream);
        let (low, high) = chunk.split_at_mut(LANES);
        a.store_slice(low);
        b.store_slice(high);
    }
}
