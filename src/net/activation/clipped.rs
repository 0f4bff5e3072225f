//! Piecewise polynomials: clipped straight lines, shrinkage, and the quadratics made of them.

use fearless_simd::{Simd, f32x16, prelude::*};

use crate::math::elementary::constant;

use super::kernel::{Kernel, largest_below};
use super::shape::{Shape, Smoothness};

/// `(x + shift) / scale` clipped to `low..=high`; slope 0 at both ends. relu6, hard_tanh, the hard sigmoids.
#[derive(Debug)]
pub(super) struct Clipped {
    shift: f64,
    scale: f64,
    low: f64,
    high: f64,
}

impl Clipped {
    /// `min(max(x, 0), 6)`.
    pub(super) const RELU6: Self = Self::new(0.0, 1.0, 0.0, 6.0);
    /// `min(max(x, -1), 1)`.
    pub(super) const HARD_TANH: Self = Self::new(0.0, 1.0, -1.0, 1.0);
    /// `min(max(x/6 + 1/2, 0), 1)`.
    pub(super) const HARD_SIGMOID: Self = Self::new(3.0, 6.0, 0.0, 1.0);
    /// `min(max(x/5 + 1/2, 0), 1)`.
    pub(super) const HARD_SIGMOID_KERAS2: Self = Self::new(2.5, 5.0, 0.0, 1.0);
    /// `min(max((x + 1)/2, 0), 1)`.
    pub(super) const SPARSE_SIGMOID: Self = Self::new(1.0, 2.0, 0.0, 1.0);

    const fn new(shift: f64, scale: f64, low: f64, high: f64) -> Self {
        Self {
            shift,
            scale,
            low,
            high,
        }
    }
    const fn from(&self) -> f64 {
        self.low * self.scale - self.shift
    }
    const fn to(&self) -> f64 {
        self.high * self.scale - self.shift
    }
}

impl Kernel for Clipped {
    fn value(&self, x: f64) -> f64 {
        if x <= self.from() {
            self.low
        } else if x >= self.to() {
            self.high
        } else {
            (x + self.shift) / self.scale
        }
    }
    fn derivative(&self, x: f64) -> f64 {
        if x > self.from() && x < self.to() {
            1.0 / self.scale
        } else {
            0.0
        }
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let (from, to) = (self.from() as f32, self.to() as f32);
        let slope = constant(z, self.scale.recip() as f32);
        let (low, high) = (self.low as f32, self.high as f32);
        let (below, above) = (z.simd_le(from), z.simd_ge(to));
        let zero = constant(z, 0.0);
        let x = above.select(constant(z, high), (z + self.shift as f32) * slope);
        (
            below.select(constant(z, low), x),
            below.select(zero, above.select(zero, slope)),
        )
    }
    fn shape(&self) -> Shape {
        let (from, to) = (self.from(), self.to());
        let shape = Shape::kinked(Smoothness::Kink, &[from, to], 1.0 / self.scale)
            .infinity(0, self.low, self.high);
        if self.shift != 0.0 {
            return shape;
        }
        let left = if from < 0.0 { -1.0 / self.scale } else { 0.0 };
        shape.zero(1, left, 1.0 / self.scale)
    }
}

/// `x - sign(x) width` where |x| > width, else 0; slope 0 at both ends.
#[derive(Debug)]
pub(super) struct Softshrink {
    pub(super) width: f64,
}

impl Kernel for Softshrink {
    fn value(&self, x: f64) -> f64 {
        if x > self.width {
            x - self.width
        } else if x < -self.width {
            x + self.width
        } else {
            0.0 * x
        }
    }
    fn derivative(&self, x: f64) -> f64 {
        if x.abs() > self.width { 1.0 } else { 0.0 }
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let width = self.width as f32;
        let rest = (self.width - f64::from(width)) as f32;
        let outside = z.abs().simd_gt(largest_below(self.width));
        let zero = constant(z, 0.0);
        // The distance is kept with its sign through the exact difference with the rounded width.
        let size = z.abs() - width - rest;
        (
            outside.select(size.copysign(z), z * 0.0),
            outside.select(constant(z, 1.0), zero),
        )
    }
    fn shape(&self) -> Shape {
        Shape::kinked(Smoothness::Kink, &[-self.width, self.width], 1.0)
            .zero(1, 0.0, 0.0)
            .infinity(1, -1.0, 1.0)
    }
}

/// `x` where |x| > width, else 0; slope 0 at both ends.
#[derive(Debug)]
pub(super) struct Hardshrink {
    pub(super) width: f64,
}

impl Kernel for Hardshrink {
    fn value(&self, x: f64) -> f64 {
        if x.abs() <= self.width { 0.0 } else { x }
    }
    fn derivative(&self, x: f64) -> f64 {
        if x.abs() > self.width { 1.0 } else { 0.0 }
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let limit = largest_below(self.width);
        let zero = constant(z, 0.0);
        (
            z.abs().simd_le(limit).select(zero, z),
            z.abs().simd_gt(limit).select(constant(z, 1.0), zero),
        )
    }
    fn shape(&self) -> Shape {
        let ends = [-self.width, self.width];
        Shape::kinked(Smoothness::Kink, &ends, 1.0)
            .jumping(&ends)
            .zero(1, 0.0, 0.0)
            .infinity(1, -1.0, 1.0)
    }
}

/// `x clip((x + 3)/6, 0, 1)`; slope 0 at -3 and 1 at 3.
#[derive(Debug)]
pub(super) struct HardSwish;

impl Kernel for HardSwish {
    fn value(&self, x: f64) -> f64 {
        if x <= -3.0 {
            0.0
        } else if x >= 3.0 {
            x
        } else {
            x * (x + 3.0) / 6.0
        }
    }
    fn derivative(&self, x: f64) -> f64 {
        if x <= -3.0 {
            0.0
        } else if x >= 3.0 {
            1.0
        } else {
            (2.0 * x + 3.0) / 6.0
        }
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let (below, above) = (z.simd_le(-3.0), z.simd_ge(3.0));
        let (zero, one) = (constant(z, 0.0), constant(z, 1.0));
        let x = z * ((z + 3.0) * (1.0 / 6.0));
        let slope = (z + 1.5) * (1.0 / 3.0);
        (
            below.select(zero, above.select(z, x)),
            below.select(zero, above.select(one, slope)),
        )
    }
    fn shape(&self) -> Shape {
        Shape::kinked(Smoothness::Kink, &[-3.0, 3.0], 1.5)
            .zero(1, -0.5, 0.5)
            .infinity(1, 0.0, 1.0)
    }
}

/// `max(x, 0)^2`.
#[derive(Debug)]
pub(super) struct ReluSquared;

impl Kernel for ReluSquared {
    fn value(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { x * x }
    }
    fn derivative(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { 2.0 * x }
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let left = z.simd_le(0.0);
        let zero = constant(z, 0.0);
        (left.select(zero, z * z), left.select(zero, z + z))
    }
    fn shape(&self) -> Shape {
        Shape::kinked(Smoothness::C1, &[0.0], f64::INFINITY)
            .zero(2, 0.0, 1.0)
            .infinity(2, 0.0, 1.0)
    }
}

/// 0 for x <= -1, `(x + 1)^2 / 4` between, `x` for x >= 1.
#[derive(Debug)]
pub(super) struct SparsePlus;

impl Kernel for SparsePlus {
    fn value(&self, x: f64) -> f64 {
        if x <= -1.0 {
            0.0
        } else if x >= 1.0 {
            x
        } else {
            0.25 * (x + 1.0) * (x + 1.0)
        }
    }
    fn derivative(&self, x: f64) -> f64 {
        if x <= -1.0 {
            0.0
        } else if x >= 1.0 {
            1.0
        } else {
            0.5 * (x + 1.0)
        }
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let (below, above) = (z.simd_le(-1.0), z.simd_ge(1.0));
        let (zero, one) = (constant(z, 0.0), constant(z, 1.0));
        let slope = (z + 1.0) * 0.5;
        (
            below.select(zero, above.select(z, slope * slope)),
            below.select(zero, above.select(one, slope)),
        )
    }
    fn shape(&self) -> Shape {
        Shape::kinked(Smoothness::C1, &[-1.0, 1.0], 1.0).infinity(1, 0.0, 1.0)
    }
}
