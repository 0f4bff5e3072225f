//! Activations made of the exponential alone: elu, selu, celu, exponential, gaussian.

use fearless_simd::{Simd, f32x16, f64x8, prelude::*};

use crate::math::double;
use crate::math::elementary::{
    HEADROOM, LEAST, at_least, at_most, constant, exp, scaled_exp, scaled_exp_of_sum, two_product,
};
use crate::math::special;

use super::kernel::{Kernel, split};
use super::shape::{Shape, Smoothness};

/// `scale x` for x > 0, `scale alpha (exp(x) - 1)` for x <= 0; at 0 the slope from the left, `scale alpha`.
#[derive(Debug)]
pub(super) struct Elu {
    pub(super) alpha: f64,
    pub(super) scale: f64,
}

impl Kernel for Elu {
    fn value(&self, x: f64) -> f64 {
        if x > 0.0 {
            self.scale * x
        } else {
            self.scale * self.alpha * libm::expm1(x)
        }
    }
    fn derivative(&self, x: f64) -> f64 {
        if x > 0.0 {
            self.scale
        } else {
            self.scale * self.alpha * libm::exp(x)
        }
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let slope = (self.scale * self.alpha) as f32 * HEADROOM.recip();
        let e = scaled_exp(at_least(at_most(z, 0.0), LEAST));
        let right = z.simd_gt(0.0);
        let scale = constant(z, self.scale as f32);
        (
            right.select(z * scale, e.minus_one() * slope),
            right.select(scale, e.value() * slope),
        )
    }
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        let left = double::expm1(x.min(0.0)) * (self.scale * self.alpha);
        x.simd_gt(0.0).select(x * self.scale, left)
    }
    fn shape(&self) -> Shape {
        let smoothness = if self.alpha == 1.0 {
            Smoothness::C1
        } else {
            Smoothness::Kink
        };
        Shape::kinked(smoothness, &[0.0], self.scale * self.alpha.max(1.0))
            .zero(1, 0.0 - self.scale * self.alpha, self.scale)
            .infinity(1, 0.0, self.scale)
    }
}

/// `x` for x > 0, `alpha (exp(x / alpha) - 1)` for x <= 0.
#[derive(Debug)]
pub(super) struct Celu {
    pub(super) alpha: f64,
}

impl Kernel for Celu {
    fn value(&self, x: f64) -> f64 {
        if x > 0.0 {
            x
        } else {
            self.alpha * libm::expm1(x / self.alpha)
        }
    }
    fn derivative(&self, x: f64) -> f64 {
        if x > 0.0 {
            1.0
        } else {
            libm::exp(x / self.alpha)
        }
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let alpha = self.alpha as f32 * HEADROOM.recip();
        let (inverse, inverse_low) = split((self.alpha.recip(), 0.0));
        let left = at_least(at_most(z, 0.0), LEAST * self.alpha as f32);
        let (t, rest) = two_product(left, constant(z, inverse));
        let e = scaled_exp_of_sum(t, left.mul_add(inverse_low, rest));
        let right = z.simd_gt(0.0);
        (
            right.select(z, e.minus_one() * alpha),
            right.select(constant(z, 1.0), e.value() * HEADROOM.recip()),
        )
    }
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        let left = double::expm1(x.min(0.0) / self.alpha) * self.alpha;
        x.simd_gt(0.0).select(x, left)
    }
    fn shape(&self) -> Shape {
        Shape::kinked(Smoothness::C1, &[0.0], 1.0)
            .zero(1, -1.0, 1.0)
            .infinity(1, 0.0, 1.0)
    }
}

/// `exp(x)`.
#[derive(Debug)]
pub(super) struct Exponential;

impl Kernel for Exponential {
    fn value(&self, x: f64) -> f64 {
        libm::exp(x)
    }
    fn derivative(&self, x: f64) -> f64 {
        libm::exp(x)
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let e = exp(z);
        (e, e)
    }
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        double::exp(x)
    }
    fn shape(&self) -> Shape {
        Shape::analytic(f64::INFINITY)
    }
}

/// `exp(-x^2)`.
#[derive(Debug)]
pub(super) struct Gaussian;

/// `sqrt(2/e)`, the slope of the Gaussian at `-1/sqrt 2`.
const GAUSSIAN_SUP: f64 = 0.857_763_884_960_706_8;

/// Beyond this `exp(-x^2)` is 0 in single precision: its square is just within the reach of [`scaled_exp_of_sum`].
pub(super) const GAUSSIAN_REACH: f32 = 10.95;

impl Kernel for Gaussian {
    fn value(&self, x: f64) -> f64 {
        special::exp_neg_square(x)
    }
    fn derivative(&self, x: f64) -> f64 {
        -2.0 * x * special::exp_neg_square(x)
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let z = at_least(at_most(z, GAUSSIAN_REACH), -GAUSSIAN_REACH);
        let (square, rest) = two_product(z, z);
        let e = scaled_exp_of_sum(-square, -rest).value();
        (e * HEADROOM.recip(), e * z * (-2.0 * HEADROOM.recip()))
    }
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        double::exp(-(x * x))
    }
    fn shape(&self) -> Shape {
        Shape::analytic(GAUSSIAN_SUP).infinity(0, 0.0, 0.0)
    }
}
