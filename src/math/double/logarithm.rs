//! The natural logarithm and `softplus`, with the minimax polynomial of FreeBSD's `e_log.c` (error below 2^-58).

use fearless_simd::{Simd, f64x8, prelude::*, u64x8};

use super::exponential::decay;
use super::{at_least, constant, horner};

/// `ln 2` in two parts: the first has 33 bits, so that its product with an exponent is exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// `(ln((1 + s)/(1 - s)) / s - 2)` in powers of `s^2`, from the seventh down to the first, on `|s| <= 0.1716`.
const LN: [f64; 7] = [
    1.479_819_860_511_658_6e-1,
    1.531_383_769_920_937_3e-1,
    1.818_357_216_161_805e-1,
    2.222_219_843_214_978_4e-1,
    2.857_142_874_366_239e-1,
    3.999_999_999_940_942e-1,
    6.666_666_666_666_735e-1,
];
/// The bits of `sqrt(1/2)` and of 1.
const SQRT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
const ONE: u64 = 0x3ff0_0000_0000_0000;

/// `k ln 2 + ln(1 + f)` for `sqrt(1/2) <= 1 + f <= sqrt 2`.
#[inline(always)]
fn ln_1p<S: Simd>(k: f64x8<S>, f: f64x8<S>) -> f64x8<S> {
    let half_square = f * f * 0.5;
    let s = f / (f + 2.0);
    let z = s * s;
    let rest = horner(z, LN) * z;
    let small = s.mul_add(half_square + rest, k * LN_2_LOW);
    k.mul_add(LN_2_HIGH, (small - half_square) + f)
}

/// `ln(x)`; -infinity at 0, NaN below.
#[inline(always)]
pub fn ln<S: Simd>(x: f64x8<S>) -> f64x8<S> {
    let zero = constant(x, 0.0);
    let subnormal = x.simd_lt(f64::MIN_POSITIVE);
    let scaled = subnormal.select(x * (1_u64 << 54) as f64, x);
    let bits: u64x8<S> = scaled.bitcast();
    let shifted = bits + (ONE - SQRT_HALF);
    // The exponent in the low bits of 2^52.
    let exponent: f64x8<S> = ((shifted >> 52) | 0x4330_0000_0000_0000_u64).bitcast();
    let k =
        exponent - (4_503_599_627_370_496.0 + 1023.0) - subnormal.select(constant(x, 54.0), zero);
    let significand: f64x8<S> = ((shifted & 0x000f_ffff_ffff_ffff_u64) + SQRT_HALF).bitcast();
    let ln = ln_1p(k, significand - 1.0);
    let positive = x.simd_gt(0.0).select(ln, constant(x, f64::NAN));
    let finite = x.simd_eq(f64::INFINITY).select(x, positive);
    x.simd_eq(0.0)
        .select(constant(x, f64::NEG_INFINITY), finite)
}

/// `ln(1 + exp(x))` and its slope, the sigmoid.
#[inline(always)]
pub fn softplus_and_slope<S: Simd>(x: f64x8<S>) -> (f64x8<S>, f64x8<S>) {
    let (e, d) = decay(x);
    let (zero, one) = (constant(x, 0.0), constant(x, 1.0));
    // Above sqrt 2 half of 1 + e is reduced: 1 + f = (1 + e) / 2.
    let large = e.simd_gt(std::f64::consts::SQRT_2 - 1.0);
    let tail = ln_1p(large.select(one, zero), large.select((e - 1.0) * 0.5, e));
    (at_least(x, 0.0) + tail, x.simd_lt(0.0).select(e, one) * d)
}
