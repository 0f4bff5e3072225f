//! Smooth saturating activations and their integrals: sigmoid, tanh, erf, softsign, softplus and relatives, sin.

use std::f64::consts::FRAC_2_SQRT_PI;

use fearless_simd::{Simd, f32x16, f64x8, prelude::*};

use crate::math::double;
use crate::math::elementary::{
    HEADROOM, at_most, erf, horner, scaled_exp_of_sum, sigmoid_and_slope, sin_cos,
    softplus_and_slope, tanh_and_slope, two_product,
};
use crate::math::special;

use super::exponential::GAUSSIAN_REACH;
use super::kernel::Kernel;
use super::shape::{Shape, Smoothness};

/// `1 / (1 + exp(-x))`.
#[derive(Debug)]
pub(super) struct Sigmoid;

impl Kernel for Sigmoid {
    fn value(&self, x: f64) -> f64 {
        special::sigmoid(x)
    }
    fn derivative(&self, x: f64) -> f64 {
        special::sigmoid_slope(x)
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        sigmoid_and_slope(z)
    }
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        double::sigmoid_and_slope(x).0
    }
    fn shape(&self) -> Shape {
        Shape::analytic(0.25).infinity(0, 0.0, 1.0)
    }
}

/// `-ln(1 + exp(-x))`.
#[derive(Debug)]
pub(super) struct LogSigmoid;

impl Kernel for LogSigmoid {
    fn value(&self, x: f64) -> f64 {
        -special::softplus(-x)
    }
    fn derivative(&self, x: f64) -> f64 {
        special::sigmoid(-x)
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let (x, d) = softplus_and_slope(-z);
        (-x, d)
    }
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        -double::softplus_and_slope(-x).0
    }
    fn shape(&self) -> Shape {
        Shape::analytic(1.0).infinity(1, -1.0, 0.0)
    }
}

/// `ln(1 + exp(x))`.
#[derive(Debug)]
pub(super) struct Softplus;

impl Kernel for Softplus {
    fn value(&self, x: f64) -> f64 {
        special::softplus(x)
    }
    fn derivative(&self, x: f64) -> f64 {
        special::sigmoid(x)
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        softplus_and_slope(z)
    }
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        double::softplus_and_slope(x).0
    }
    fn shape(&self) -> Shape {
        Shape::analytic(1.0).infinity(1, 0.0, 1.0)
    }
}

/// `(x + sqrt(x^2 + b)) / 2`, with `b / 2 / (sqrt(x^2 + b) - x)` for x < 0.
#[derive(Debug)]
pub(super) struct Squareplus {
    pub(super) b: f64,
}

impl Kernel for Squareplus {
    fn value(&self, x: f64) -> f64 {
        let root = libm::hypot(x, self.b.sqrt());
        if x < 0.0 {
            0.5 * self.b / (root - x)
        } else {
            0.5 * (x + root)
        }
    }
    fn derivative(&self, x: f64) -> f64 {
        let root = libm::hypot(x, self.b.sqrt());
        if x < 0.0 {
            0.5 * (self.b / root) / (root - x)
        } else {
            0.5 + 0.5 * (x / root)
        }
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let b = self.b as f32;
        let size = z.abs();
        // Where the square could overflow, b no longer matters.
        let root = size.simd_gt(1e15).select(size, z.mul_add(z, b).sqrt());
        let half = size * 0.5 + root * 0.5;
        let x = z.simd_lt(0.0).select((0.25 * b) / half, half);
        (x, x / root)
    }
    fn shape(&self) -> Shape {
        Shape::analytic(1.0).infinity(1, 0.0, 1.0)
    }
}

/// `tanh(x)`.
#[derive(Debug)]
pub(super) struct Tanh;

impl Kernel for Tanh {
    fn value(&self, x: f64) -> f64 {
        libm::tanh(x)
    }
    fn derivative(&self, x: f64) -> f64 {
        special::sech_square(x)
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        tanh_and_slope(z)
    }
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        double::tanh_and_slope(x).0
    }
    fn shape(&self) -> Shape {
        Shape::analytic(1.0)
            .zero(1, -1.0, 1.0)
            .infinity(0, -1.0, 1.0)
    }
}

/// `(x - tanh x) / x^3` in powers of `x^2` on `|x| <= 1.25`, highest first, relative error 1.2e-8.
const TANHSHRINK: [f32; 9] = [
    2.298_507e-5,
    -0.000_218_292_54,
    0.001_011_876_6,
    -0.003_244_185_1,
    0.008_692_747,
    -0.021_820_815,
    0.053_961_124,
    -0.133_332_92,
    0.333_333_34,
];

/// `x - tanh(x)`.
#[derive(Debug)]
pub(super) struct Tanhshrink;

impl Kernel for Tanhshrink {
    fn value(&self, x: f64) -> f64 {
        special::tanh_shrink(x)
    }
    fn derivative(&self, x: f64) -> f64 {
        let t = libm::tanh(x);
        t * t
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let (t, _) = tanh_and_slope(z);
        let y = z * z;
        let near = z * y * horner(y, TANHSHRINK);
        (z.abs().simd_lt(1.25).select(near, z - t), t * t)
    }
    fn shape(&self) -> Shape {
        Shape::analytic(1.0)
            .zero(3, -1.0 / 3.0, 1.0 / 3.0)
            .infinity(1, -1.0, 1.0)
    }
}

/// `x / (1 + |x|)`.
#[derive(Debug)]
pub(super) struct Softsign;

impl Kernel for Softsign {
    fn value(&self, x: f64) -> f64 {
        x / (1.0 + x.abs())
    }
    fn derivative(&self, x: f64) -> f64 {
        let d = 1.0 / (1.0 + x.abs());
        d * d
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let d = 1.0 / (z.abs() + 1.0);
        (z * d, d * d)
    }
    fn shape(&self) -> Shape {
        Shape::kinked(Smoothness::C1, &[0.0], 1.0)
            .zero(1, -1.0, 1.0)
            .infinity(0, -1.0, 1.0)
    }
}

/// `erf(x)`.
#[derive(Debug)]
pub(super) struct Erf;

impl Kernel for Erf {
    fn value(&self, x: f64) -> f64 {
        libm::erf(x)
    }
    fn derivative(&self, x: f64) -> f64 {
        FRAC_2_SQRT_PI * special::exp_neg_square(x)
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let t = at_most(z.abs(), GAUSSIAN_REACH);
        let (square, rest) = two_product(t, t);
        let e = scaled_exp_of_sum(-square, -rest).value();
        (erf(z), e * (FRAC_2_SQRT_PI as f32 * HEADROOM.recip()))
    }
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        double::erf_and_slope(x).0
    }
    fn shape(&self) -> Shape {
        Shape::analytic(FRAC_2_SQRT_PI)
            .zero(1, -FRAC_2_SQRT_PI, FRAC_2_SQRT_PI)
            .infinity(0, -1.0, 1.0)
    }
}

/// `sin(x)`.
#[derive(Debug)]
pub(super) struct Sin;

impl Kernel for Sin {
    fn value(&self, x: f64) -> f64 {
        libm::sin(x)
    }
    fn derivative(&self, x: f64) -> f64 {
        libm::cos(x)
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        sin_cos(z)
    }
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        double::sin_cos(x).0
    }
    fn shape(&self) -> Shape {
        Shape::analytic(1.0).zero(1, -1.0, 1.0)
    }
}
