//! The exponential, `sigmoid` and `tanh`.

use fearless_simd::{Simd, f64x8, prelude::*, u64x8};

use super::{ROUND, at_least, at_most, constant, horner};

/// `ln 2` in two parts (Cody and Waite): the first has 33 bits, so that its product with an exponent is exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// `1/13! ... 1/2!`: what is left of the series at `|r| <= 0.3466` is 4e-18 of `exp(r)`.
const EXP: [f64; 12] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    1.0 / 2.0,
];

/// `exp(x)` taken apart into `2^n` as two factors, and `exp(x - n ln 2) - 1`.
struct Parts<S: Simd> {
    powers: [f64x8<S>; 2],
    fraction: f64x8<S>,
}

/// Takes `exp(x)` apart; beyond 800 in size it over- or underflows anyway.
#[inline(always)]
fn parts<S: Simd>(x: f64x8<S>) -> Parts<S> {
    let x = at_least(at_most(x, 800.0), -800.0);
    let round = |x: f64x8<S>| (x + ROUND) - ROUND;
    let n = round(x * std::f64::consts::LOG2_E);
    let r = n.mul_add(-LN_2_HIGH, x);
    let r = n.mul_add(-LN_2_LOW, r);
    let fraction = (r * r).mul_add(horner(r, EXP), r);
    let half = round(n * 0.5);
    Parts {
        powers: [power(half), power(n - half)],
        fraction,
    }
}

/// `2^n` for whole `-1022 <= n <= 1023`.
#[inline(always)]
fn power<S: Simd>(n: f64x8<S>) -> f64x8<S> {
    let bits: u64x8<S> = (n + (ROUND + 1023.0)).bitcast();
    (bits << 52).bitcast()
}

/// `exp(x)`, subnormal results included.
#[inline(always)]
pub fn exp<S: Simd>(x: f64x8<S>) -> f64x8<S> {
    let Parts { powers, fraction } = parts(x);
    (fraction + 1.0) * powers[0] * powers[1]
}

/// `exp(x) - 1`, relative error a few ulp near 0 too, for `x <= 709`.
#[inline(always)]
pub fn expm1<S: Simd>(x: f64x8<S>) -> f64x8<S> {
    let Parts { powers, fraction } = parts(x);
    let power = powers[0] * powers[1];
    fraction.mul_add(power, power - 1.0)
}

/// `exp(-|x|)` and `1 / (1 + exp(-|x|))`.
#[inline(always)]
pub(super) fn decay<S: Simd>(x: f64x8<S>) -> (f64x8<S>, f64x8<S>) {
    let e = exp(-x.abs());
    (e, 1.0 / (e + 1.0))
}

/// `1 / (1 + exp(-x))` and its slope.
#[inline(always)]
pub fn sigmoid_and_slope<S: Simd>(x: f64x8<S>) -> (f64x8<S>, f64x8<S>) {
    let (e, d) = decay(x);
    (x.simd_lt(0.0).select(e, constant(x, 1.0)) * d, e * d * d)
}

/// `tanh(x)` and its slope: with `m = exp(-2|x|) - 1`, `-m / (2 + m)` and `4 (1 + m) / (2 + m)^2`.
#[inline(always)]
pub fn tanh_and_slope<S: Simd>(x: f64x8<S>) -> (f64x8<S>, f64x8<S>) {
    let Parts { powers, fraction } = parts(x.abs() * -2.0);
    let power = powers[0] * powers[1];
    let m = power.mul_add(fraction, power - 1.0);
    let d = 1.0 / (m + 2.0);
    let e = (fraction + 1.0) * powers[0] * powers[1];
    ((-m * d).copysign(x), e * 4.0 * d * d)
}
