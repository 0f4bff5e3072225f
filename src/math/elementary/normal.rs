//! Functions of the normal distribution: `erf` and the Mills ratio.

use std::f32::consts::FRAC_2_SQRT_PI;

use fearless_simd::{Simd, f32x16};

use super::{at_least, at_most, horner};

/// Mills ratio as a quotient on `0 <= t <= 14.5`, highest powers first, relative error 1.4e-8. Every coefficient is
/// positive: nothing cancels.
const MILLS: ([f32; 5], [f32; 6]) = (
    [
        0.010_614_155,
        0.103_917_22,
        0.465_520_23,
        1.107_173_4,
        1.253_314_1,
    ],
    [
        0.010_614_066,
        0.103_922_39,
        0.476_006_27,
        1.212_896,
        1.681_281_4,
        1.0,
    ],
);

/// `erf(x) / x` as a quotient of polynomials in `x^2` on `|x| <= 3.925`, highest powers first, relative error 1.9e-8.
const ERF: ([f32; 6], [f32; 6]) = (
    [
        2.046_023_2e-6,
        0.000_284_845_04,
        0.003_772_601_5,
        0.052_769_456,
        0.190_594_91,
        FRAC_2_SQRT_PI,
    ],
    [
        3.804_781e-5,
        0.001_163_870_9,
        0.014_983_3,
        0.114_183_2,
        0.502_243_04,
        1.0,
    ],
);

/// The Mills ratio `Phi(-t) / phi(t)` of the normal distribution for `0 <= t <= 14.5`.
#[inline(always)]
pub fn mills_ratio<S: Simd>(t: f32x16<S>) -> f32x16<S> {
    horner(t, MILLS.0) / horner(t, MILLS.1)
}

/// `erf(x)`; 1 in single precision beyond 3.925.
#[inline(always)]
pub fn erf<S: Simd>(x: f32x16<S>) -> f32x16<S> {
    let x = at_least(at_most(x, 3.925), -3.925);
    let y = x * x;
    let erf = x * (horner(y, ERF.0) / horner(y, ERF.1));
    at_least(at_most(erf, 1.0), -1.0)
}
