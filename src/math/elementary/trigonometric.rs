//! Sine and cosine.

use fearless_simd::{Simd, f32x16, prelude::*, u32x16};

use super::{ROUND, horner};

/// `pi/2` in four parts (Cody and Waite). The first three have at most 14 bits each, so that their products with the
/// quadrant, below 2^10, are exact; together they carry 66 bits, enough for every single-precision number up to
/// [`FAST_LIMIT`], the closest of which comes within about 1e-8 of a zero.
const FRAC_PI_2: [f32; 4] = [1.570_678_7, 0.000_117_614_865, 9.918_04e-10, 2.896_074e-13];
/// `1024 pi/2`, rounded down.
const FAST_LIMIT: f32 = 1608.0;
/// `(sin(r)/r - 1) / r^2` in powers of `r^2` on `|r| <= pi/4`, relative error of the sine 3.6e-9.
const SIN: [f32; 3] = [-0.000_195_169_8, 0.008_332_176, -0.166_666_55];
/// `(cos(r) - 1 + r^2/2) / r^4` in powers of `r^2` on `|r| <= pi/4`, error of the cosine 1e-10.
const COS: [f32; 3] = [2.443_808_8e-5, -0.001_388_736_4, 0.041_666_646];

/// `(sin x, cos x)`, relative error a few ulp also next to the zeros; NaN for infinite x.
///
/// Beyond |x| = 1608 the lanes concerned are computed one by one by `libm` (Payne-Hanek reduction).
#[inline(always)]
pub fn sin_cos<S: Simd>(x: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
    let shifted = x.mul_add(std::f32::consts::FRAC_2_PI, ROUND);
    let quadrant = shifted - ROUND;
    let mut r = x;
    for part in FRAC_PI_2 {
        r = quadrant.mul_add(-part, r);
    }
    let y = r * r;
    let sin = (r * y).mul_add(horner(y, SIN), r);
    let cos = (y * y).mul_add(horner(y, COS), y.mul_add(-0.5, 1.0));

    let bits: u32x16<S> = shifted.bitcast();
    let swap = (bits & 1).simd_eq(1);
    let signed = |value: f32x16<S>, sign: u32x16<S>| -> f32x16<S> {
        let value: u32x16<S> = value.bitcast();
        (value ^ ((sign & 2) << 30)).bitcast()
    };
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

#[cold]
fn one_by_one<S: Simd>(x: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
    let (mut sin, mut cos) = (x, x);
    for ((x, sin), cos) in x
        .as_slice()
        .iter()
        .zip(sin.as_mut_slice())
        .zip(cos.as_mut_slice())
    {
        (*sin, *cos) = libm::sincosf(*x);
    }
    (sin, cos)
}
