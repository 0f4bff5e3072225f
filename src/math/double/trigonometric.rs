//! Sine and cosine, with the minimax polynomials of FreeBSD's `k_sin.c` and `k_cos.c` (errors below 2^-58).

use fearless_simd::{Simd, f64x8, prelude::*, u64x8};

use super::{ROUND, each, horner};

/// `pi/2` in three parts of 33 bits (Cody and Waite), whose products with the quadrant, below 2^20, are exact.
const FRAC_PI_2: [f64; 3] = [
    1.570_796_326_734_125_6,
    6.077_100_506_303_966e-11,
    2.022_266_248_711_166_5e-21,
];
/// Below `2^19 pi/2`.
const FAST_LIMIT: f64 = 800_000.0;
/// `(sin(r)/r - 1) / r^2` in powers of `r^2` on `|r| <= pi/4`.
const SIN: [f64; 6] = [
    1.589_690_995_211_55e-10,
    -2.505_076_025_340_686_3e-8,
    2.755_731_370_707_006_8e-6,
    -1.984_126_982_985_795e-4,
    8.333_333_333_322_49e-3,
    -1.666_666_666_666_663_2e-1,
];
/// `(cos(r) - 1 + r^2/2) / r^4` in powers of `r^2` on `|r| <= pi/4`.
const COS: [f64; 6] = [
    -1.135_964_755_778_819_5e-11,
    2.087_572_321_298_175e-9,
    -2.755_731_435_139_066_3e-7,
    2.480_158_728_947_673e-5,
    -1.388_888_888_887_411e-3,
    4.166_666_666_666_66e-2,
];

/// `(sin x, cos x)`, NaN for infinite x. Beyond |x| = 800,000 the lanes are computed one by one by `libm`.
#[inline(always)]
pub fn sin_cos<S: Simd>(x: f64x8<S>) -> (f64x8<S>, f64x8<S>) {
    let shifted = (x * std::f64::consts::FRAC_2_PI) + ROUND;
    let quadrant = shifted - ROUND;
    let mut r = x;
    for part in FRAC_PI_2 {
        r = quadrant.mul_add(-part, r);
    }
    let y = r * r;
    let sin = (r * y).mul_add(horner(y, SIN), r);
    let half = y * 0.5;
    let near = 1.0 - half;
    let cos = near + ((1.0 - near - half) + y * y * horner(y, COS));

    let bits: u64x8<S> = shifted.bitcast();
    let swap = (bits & 1).simd_eq(1);
    let fast = (
        signed(swap.select(cos, sin), bits),
        signed(swap.select(sin, cos), bits + 1),
    );
    let large = x.abs().simd_gt(FAST_LIMIT);
    if large.any_true() {
        let slow = one_by_one(x);
        return (large.select(slow.0, fast.0), large.select(slow.1, fast.1));
    }
    fast
}

/// `value`, negated where the second bit of `sign` is set.
#[inline(always)]
fn signed<S: Simd>(value: f64x8<S>, sign: u64x8<S>) -> f64x8<S> {
    let value: u64x8<S> = value.bitcast();
    (value ^ ((sign & 2) << 62)).bitcast()
}

#[cold]
fn one_by_one<S: Simd>(x: f64x8<S>) -> (f64x8<S>, f64x8<S>) {
    each(x, libm::sincos)
}
