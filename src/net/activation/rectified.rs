//! Rectifiers with two straight pieces: identity, relu and its leaky relatives, threshold.

use fearless_simd::{Simd, f32x16, prelude::*};

use crate::math::elementary::constant;

use super::kernel::{Kernel, largest_below};
use super::shape::{Shape, Smoothness};

/// `x`.
#[derive(Debug)]
pub(super) struct Identity;

impl Kernel for Identity {
    fn value(&self, x: f64) -> f64 {
        x
    }
    fn derivative(&self, _: f64) -> f64 {
        1.0
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        (z, constant(z, 1.0))
    }
    fn shape(&self) -> Shape {
        Shape::analytic(1.0)
            .zero(1, -1.0, 1.0)
            .infinity(1, -1.0, 1.0)
    }
}

/// `max(x, 0)`; slope 0 at 0.
#[derive(Debug)]
pub(super) struct Relu;

impl Kernel for Relu {
    fn value(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { x }
    }
    fn derivative(&self, x: f64) -> f64 {
        if x > 0.0 { 1.0 } else { 0.0 }
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let zero = constant(z, 0.0);
        let one = constant(z, 1.0);
        (
            z.simd_le(0.0).select(zero, z),
            z.simd_gt(0.0).select(one, zero),
        )
    }
    fn shape(&self) -> Shape {
        Shape::kinked(Smoothness::Kink, &[0.0], 1.0)
            .zero(1, 0.0, 1.0)
            .infinity(1, 0.0, 1.0)
    }
}

/// `x` for x > 0, `slope x` for x <= 0; slope `slope` at 0. Leaky, parametric and randomised (in evaluation) rectifiers.
#[derive(Debug)]
pub(super) struct Leaky {
    pub(super) slope: f64,
}

impl Kernel for Leaky {
    fn value(&self, x: f64) -> f64 {
        if x > 0.0 { x } else { self.slope * x }
    }
    fn derivative(&self, x: f64) -> f64 {
        if x > 0.0 { 1.0 } else { self.slope }
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let slope = constant(z, self.slope as f32);
        let right = z.simd_gt(0.0);
        (
            right.select(z, z * slope),
            right.select(constant(z, 1.0), slope),
        )
    }
    fn shape(&self) -> Shape {
        let shape = if self.slope == 1.0 {
            Shape::analytic(1.0)
        } else {
            Shape::kinked(Smoothness::Kink, &[0.0], self.slope.abs().max(1.0))
        };
        shape
            .zero(1, 0.0 - self.slope, 1.0)
            .infinity(1, 0.0 - self.slope, 1.0)
    }
}

/// `x` for x > `at`, else `value`; slope 0 at the threshold.
#[derive(Debug)]
pub(super) struct Threshold {
    pub(super) at: f64,
    pub(super) value: f64,
}

impl Kernel for Threshold {
    fn value(&self, x: f64) -> f64 {
        if x <= self.at { self.value } else { x }
    }
    fn derivative(&self, x: f64) -> f64 {
        if x > self.at { 1.0 } else { 0.0 }
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let at = largest_below(self.at);
        let value = constant(z, self.value as f32);
        (
            z.simd_le(at).select(value, z),
            z.simd_gt(at).select(constant(z, 1.0), constant(z, 0.0)),
        )
    }
    fn shape(&self) -> Shape {
        let shape = Shape::kinked(Smoothness::Kink, &[self.at], 1.0).infinity(1, 0.0, 1.0);
        let shape = if self.value == self.at {
            shape
        } else {
            shape.jumping(&[self.at])
        };
        if self.at < 0.0 {
            shape.zero(1, -1.0, 1.0)
        } else if self.value != 0.0 {
            shape
        } else if self.at > 0.0 {
            shape.zero(1, 0.0, 0.0)
        } else {
            shape.zero(1, 0.0, 1.0)
        }
    }
}
