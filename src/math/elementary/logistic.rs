//! The logistic family: `sigmoid`, `softplus`, `tanh`, each with its slope.

use fearless_simd::{Simd, f32x16, prelude::*};

use super::exp::{HEADROOM, LEAST, scaled_exp};
use super::{at_least, constant, horner};

/// `ln(1 + e) / e` on `0 <= e <= 1`, highest power first, relative error 4.7e-9.
const LN_1P: [f32; 10] = [
    -0.003_244_024_5,
    0.019_851_46,
    -0.056_959_525,
    0.106_036_54,
    -0.153_055_92,
    0.196_759_39,
    -0.249_541_34,
    0.333_299_64,
    -0.499_999_02,
    1.0,
];

/// `2^48 exp(-|x|)` and `2^-48 / (1 + exp(-|x|))`.
#[inline(always)]
fn decay<S: Simd>(x: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
    let e = scaled_exp(at_least(-x.abs(), LEAST)).value();
    (e, 1.0 / (e + HEADROOM))
}

/// `1 / (1 + exp(-x))` and its slope.
#[inline(always)]
pub fn sigmoid_and_slope<S: Simd>(x: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
    let (e, d) = decay(x);
    let one = constant(x, HEADROOM);
    (x.simd_lt(0.0).select(e, one) * d, e * (d * HEADROOM) * d)
}

/// `ln(1 + exp(x))` and its slope, the sigmoid.
#[inline(always)]
pub fn softplus_and_slope<S: Simd>(x: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
    let (scaled, d) = decay(x);
    let one = constant(x, HEADROOM);
    let e = scaled * HEADROOM.recip();
    (
        e.mul_add(horner(e, LN_1P), at_least(x, 0.0)),
        x.simd_lt(0.0).select(scaled, one) * d,
    )
}

/// `tanh(x)` and its slope `1 / cosh^2(x)`.
///
/// With `m = exp(-2|x|) - 1`: `tanh |x| = -m / (2 + m)` and the slope is `4 (1 + m) / (2 + m)^2`, so that neither small
/// values nor small slopes are differences of large ones.
#[inline(always)]
pub fn tanh_and_slope<S: Simd>(x: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
    let e = scaled_exp(at_least(x.abs() * -2.0, LEAST));
    let m = e.minus_one();
    let d = 1.0 / (m + 2.0 * HEADROOM);
    let slope = e.value() * (d * (4.0 * HEADROOM)) * d;
    ((m * d).copysign(x), slope)
}
