//! A program on sixteen numbers: two halves of eight `f64`, rounded to single precision at the end.

use fearless_simd::{Simd, f32x16, f64x8, prelude::*};

use crate::math::double::{
    constant, each, erf_and_slope, exp, expm1, ln, sigmoid_and_slope, sin_cos, softplus_and_slope,
    tanh_and_slope,
};
use crate::math::simd::LANES;

use super::dual::{Dual, Number};
use super::program::Program;

impl<S: Simd> Number for f64x8<S> {
    #[inline(always)]
    fn like(self, value: f64) -> Self {
        constant(self, value)
    }
    #[inline(always)]
    fn if_above(self, than: Self, yes: Self, no: Self) -> Self {
        self.simd_gt(than).select(yes, no)
    }
    #[inline(always)]
    fn if_equal(self, to: Self, yes: Self, no: Self) -> Self {
        self.simd_eq(to).select(yes, no)
    }
    #[inline(always)]
    fn size(self) -> Self {
        self.abs()
    }
    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
    }
    #[inline(always)]
    fn exp(self) -> (Self, Self) {
        let e = exp(self);
        (e, e)
    }
    #[inline(always)]
    fn expm1(self) -> (Self, Self) {
        (expm1(self), exp(self))
    }
    #[inline(always)]
    fn ln(self) -> (Self, Self) {
        (ln(self), 1.0 / self)
    }
    #[inline(always)]
    fn tanh(self) -> (Self, Self) {
        tanh_and_slope(self)
    }
    #[inline(always)]
    fn sigmoid(self) -> (Self, Self) {
        sigmoid_and_slope(self)
    }
    #[inline(always)]
    fn softplus(self) -> (Self, Self) {
        softplus_and_slope(self)
    }
    #[inline(always)]
    fn erf(self) -> (Self, Self) {
        erf_and_slope(self)
    }
    #[inline(always)]
    fn sin_cos(self) -> (Self, Self) {
        sin_cos(self)
    }
    #[inline(always)]
    fn each(self, f: impl Fn(f64) -> (f64, f64)) -> (Self, Self) {
        each(self, f)
    }
    #[inline(always)]
    fn power(self, exponent: Self) -> Self {
        let mut power = self;
        for (u, v) in power.as_mut_slice().iter_mut().zip(exponent.as_slice()) {
            *u = libm::pow(*u, *v);
        }
        power
    }
}

/// Vectors of eight that pass each step together: the choice of the step is paid once for all of them.
const WIDTH: usize = 8;

/// `x[i] = phi(z[i])`, `dx[i] = phi'(z[i])`.
#[inline(always)]
pub(super) fn drive<S: Simd>(s: S, program: &Program, z: &[f32], x: &mut [f32], dx: &mut [f32]) {
    const BLOCK: usize = WIDTH / 2 * LANES;
    let zero = f64x8::splat(s, 0.0);
    let mut stack = vec![[Dual::constant(zero); WIDTH]; program.depth()];
    let mut arguments = [zero; WIDTH];
    for ((z, x), dx) in z
        .chunks(BLOCK)
        .zip(x.chunks_mut(BLOCK))
        .zip(dx.chunks_mut(BLOCK))
    {
        for (z, pair) in z.chunks_exact(LANES).zip(arguments.chunks_exact_mut(2)) {
            let (low, high) = f32x16::from_slice(s, z).widen();
            pair.copy_from_slice(&[low, high]);
        }
        program.run(&arguments, &mut stack);
        for ((x, dx), pair) in x
            .chunks_exact_mut(LANES)
            .zip(dx.chunks_exact_mut(LANES))
            .zip(stack[0].chunks_exact(2))
        {
            pair[0].value.narrow(pair[1].value).store_slice(x);
            pair[0].slope.narrow(pair[1].slope).store_slice(dx);
        }
    }
}

/// `x[i] = phi(x[i])`.
#[inline(always)]
pub(super) fn values<S: Simd>(s: S, program: &Program, x: &mut [f64]) {
    let zero = f64x8::splat(s, 0.0);
    let mut stack = vec![[Dual::constant(zero); WIDTH]; program.depth()];
    for block in x.chunks_mut(8 * WIDTH) {
        let mut numbers = [0.0; 8 * WIDTH];
        numbers[..block.len()].copy_from_slice(block);
        let arguments: [f64x8<S>; WIDTH] =
            std::array::from_fn(|i| f64x8::from_slice(s, &numbers[8 * i..8 * i + 8]));
        program.run(&arguments, &mut stack);
        for (x, dual) in block.chunks_mut(8).zip(&stack[0]) {
            x.copy_from_slice(&dual.value.as_slice()[..x.len()]);
        }
    }
}
