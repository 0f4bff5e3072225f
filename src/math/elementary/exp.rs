//! The exponential, plain and with headroom.

use fearless_simd::{Simd, f32x16, prelude::*, u32x16};

use super::{ROUND, at_least, constant, horner};

/// `ln 2` in two parts (Cody and Waite): the first has 9 bits, so that its product with an exponent is exact.
const LN_2_HIGH: f32 = 355.0 / 512.0;
const LN_2_LOW: f32 = -0.000_212_194_44;
/// `(exp(r) - 1 - r) / r^2` on `|r| <= 0.3471`, highest power first; contributes 3.1e-9 to the relative error of exp(r).
const EXP: [f32; 5] = [
    0.001_381_439,
    0.008_368_817,
    0.041_668_4,
    0.166_665_2,
    0.499_999_94,
];

/// The factor `2^48` that keeps `exp(t)` a normal number down to [`LEAST`].
pub const HEADROOM: f32 = (1_u64 << 48) as f32;
/// The least argument of [`scaled_exp`]: `exp(-120)` is 2^-173, 0 in single precision even if multiplied by 10^6.
pub const LEAST: f32 = -120.0;

/// `2^48 exp(t)` taken apart, so that `exp(t) - 1` cancels nothing.
///
/// With its factor the exponential does not underflow before a product that contains it does: the caller multiplies by
/// `2^-48` last, and a result too small for a normal number becomes subnormal or 0 by itself.
#[derive(Clone, Copy, Debug)]
pub struct ScaledExp<S: Simd> {
    /// `2^(48 + n)`
    power: f32x16<S>,
    /// `exp(t - n ln 2) - 1`, at most 0.42 in size
    fraction: f32x16<S>,
}

impl<S: Simd> ScaledExp<S> {
    /// `2^48 exp(t)`.
    #[inline(always)]
    pub fn value(self) -> f32x16<S> {
        self.power.mul_add(self.fraction, self.power)
    }

    /// `2^48 (exp(t) - 1)`.
    #[inline(always)]
    pub fn minus_one(self) -> f32x16<S> {
        self.power.mul_add(self.fraction, self.power - HEADROOM)
    }
}

/// The nearest integer n to `t / ln 2` as the low bits of a float, `offset` added, and `exp(t - n ln 2) - 1`, where t is
/// `high + low`.
#[inline(always)]
fn reduce<S: Simd>(high: f32x16<S>, low: f32x16<S>, offset: f32) -> (u32x16<S>, f32x16<S>) {
    let shifted = high.mul_add(std::f32::consts::LOG2_E, ROUND + offset);
    let n = shifted - (ROUND + offset);
    let r = n.mul_add(-LN_2_HIGH, high);
    let r = n.mul_add(-LN_2_LOW, r) + low;
    let fraction = (r * r).mul_add(horner(r, EXP), r);
    (shifted.bitcast(), fraction)
}

/// `2^48 exp(t)` for `-120 <= t <= 50`.
#[inline(always)]
pub fn scaled_exp<S: Simd>(t: f32x16<S>) -> ScaledExp<S> {
    // Adding -0 changes nothing and is optimised away.
    scaled_exp_of_sum(t, constant(t, -0.0))
}

/// `2^48 exp(high + low)` for `-120 <= high <= 50` and a small correction, `|low| < 0.001`.
#[inline(always)]
pub fn scaled_exp_of_sum<S: Simd>(high: f32x16<S>, low: f32x16<S>) -> ScaledExp<S> {
    // With the exponent bias of a float and the headroom added, n is an exponent field once shifted into place.
    let (n, fraction) = reduce(high, low, 127.0 + 48.0);
    ScaledExp {
        power: (n << 23).bitcast(),
        fraction,
    }
}

/// `exp(x)`: infinite above 88.72284, 0 below -87.33655, where it is no normal number any more.
#[inline(always)]
pub fn exp<S: Simd>(x: f32x16<S>) -> f32x16<S> {
    let (n, fraction) = reduce(x, constant(x, -0.0), 0.0);
    let significand: u32x16<S> = (fraction + 1.0).bitcast();
    let y: f32x16<S> = (significand + (n << 23)).bitcast();
    let infinity = constant(x, f32::INFINITY);
    let y = x.simd_gt(88.722_84).select(infinity, y);
    x.simd_lt(-87.336_54).select(constant(x, 0.0), y)
}

/// `exp(x) - 1` for x <= 50, without cancellation.
#[inline(always)]
pub fn expm1<S: Simd>(x: f32x16<S>) -> f32x16<S> {
    scaled_exp(at_least(x, LEAST)).minus_one() * HEADROOM.recip()
}
