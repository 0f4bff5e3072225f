//! What one activation writes, and the driver that turns it into a [`Phi`].

use std::fmt;

use fearless_simd::{Level, Simd, f32x16, f64x8, prelude::*};

use crate::math::double::{each, eight_by_eight};
use crate::math::simd::{self, LANES, dispatch};

use super::{Phi, Shape};

/// One activation: its two scalar functions, its vector function, its shape.
///
/// The vector function is written once and compiled for every instruction set; a call of [`Phi::eval`] chooses among
/// them once for the whole slice.
pub(super) trait Kernel: Send + Sync + fmt::Debug {
    /// `phi(x)`.
    fn value(&self, x: f64) -> f64;
    /// `phi'(x)`.
    fn derivative(&self, x: f64) -> f64;
    /// `(phi(z), phi'(z))`, to be marked `#[inline(always)]`. NaN gives NaN.
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>);
    /// `phi(x)` to a few ulp of `max(|x|, |phi(x)|)`, to be marked `#[inline(always)]` where it is not the scalar one.
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        each(x, |x| (self.value(x), 0.0)).0
    }
    /// What is known beyond values.
    fn shape(&self) -> Shape;
}

impl<K: Kernel> Phi for K {
    fn value(&self, x: f64) -> f64 {
        Kernel::value(self, x)
    }

    fn derivative(&self, x: f64) -> f64 {
        Kernel::derivative(self, x)
    }

    fn eval(&self, level: Level, z: &[f32], x: &mut [f32], dx: &mut [f32]) {
        check_lengths(z, x, dx);
        dispatch!(level, s => drive(s, self, z, x, dx));
    }

    fn values(&self, x: &mut [f64]) {
        dispatch!(simd::level(), s => eight_by_eight(s, x, #[inline(always)] |x| self.doubles(x)));
    }

    fn shape(&self) -> Shape {
        Kernel::shape(self)
    }
}

/// Panics unless the three slices of [`Phi::eval`] fit together.
pub(super) fn check_lengths(z: &[f32], x: &[f32], dx: &[f32]) {
    assert!(
        z.len() == x.len() && z.len() == dx.len() && z.len().is_multiple_of(LANES),
        "slices of {}, {} and {} numbers: they must have the same length, a multiple of {LANES}",
        z.len(),
        x.len(),
        dx.len(),
    );
}

#[inline(always)]
fn drive<S: Simd, K: Kernel>(s: S, kernel: &K, z: &[f32], x: &mut [f32], dx: &mut [f32]) {
    for ((z, x), dx) in z
        .chunks_exact(LANES)
        .zip(x.chunks_exact_mut(LANES))
        .zip(dx.chunks_exact_mut(LANES))
    {
        let (value, derivative) = kernel.lanes(f32x16::from_slice(s, z));
        value.store_slice(x);
        derivative.store_slice(dx);
    }
}

/// The greatest single-precision number that is not above `limit`: for single-precision z, `z > limit` is
/// `z > largest_below(limit)`.
pub(super) fn largest_below(limit: f64) -> f32 {
    let nearest = limit as f32;
    if f64::from(nearest) > limit {
        nearest.next_down()
    } else {
        nearest
    }
}

/// A constant, given as a double and its rounding error, as two single-precision numbers.
pub(super) fn split(constant: (f64, f64)) -> (f32, f32) {
    let high = constant.0 as f32;
    (high, (constant.0 - f64::from(high) + constant.1) as f32)
}
