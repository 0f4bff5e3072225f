//! From uniform to normal numbers: logarithm, sine and cosine, inverse error function, all lane by lane.

use fearless_simd::{Simd, f32x16, i32x16, prelude::*, u32x16};

/// `ln x` for positive normal `x`, relative error below 2e-7 away from 1 and absolute error below 1e-7 near 1.
#[inline(always)]
pub(super) fn ln<S: Simd>(x: f32x16<S>) -> f32x16<S> {
    let simd = x.token();
    let bits: u32x16<S> = x.bitcast();
    // x = 2^e m with m in [sqrt(1/2), sqrt(2))
    let shifted = bits + (0x3f80_0000_u32 - 0x3f35_04f3_u32);
    let e: i32x16<S> = (shifted >> 23_u32).bitcast();
    let e: f32x16<S> = e.to_float();
    let e = e - 127.0;
    let m: f32x16<S> = ((shifted & 0x007f_ffff_u32) + 0x3f35_04f3_u32).bitcast();
    let f = m - 1.0;
    // Cephes logf: ln(1 + f) = f - f^2/2 + f^3 P(f)
    let mut p = f32x16::splat(simd, 7.037_683_6e-2);
    for c in [
        -1.151_461e-1,
        1.167_699_9e-1,
        -1.242_014_1e-1,
        1.424_932_3e-1,
        -1.666_805_7e-1,
        2.000_071_5e-1,
        -2.499_999_4e-1,
        3.333_333e-1,
    ] {
        p = p.mul_add(f, f32x16::splat(simd, c));
    }
    let f2 = f * f;
    let tail = p * f * f2 - f2 * 0.5;
    e.mul_add(f32x16::splat(simd, std::f32::consts::LN_2), f + tail)
}

/// `(sin, cos)` of `2 pi k / 2^24` for `k` in `0..2^24`, absolute error below 1e-7.
#[inline(always)]
pub(super) fn sin_cos_turns<S: Simd>(k: i32x16<S>) -> (f32x16<S>, f32x16<S>) {
    let simd = k.token();
    // quadrant q and the remainder r in [-1/8, 1/8] turns
    let shifted: u32x16<S> = (k + (1 << 21)).bitcast();
    let quadrant = (shifted >> 22_u32) & 3_u32;
    let rest: i32x16<S> = (shifted & 0x003f_ffff_u32).bitcast();
    let rest: f32x16<S> = (rest - (1 << 21)).to_float();
    let t = (rest + 0.5) * (2.0 * std::f32::consts::PI / 16_777_216.0);
    let t2 = t * t;
    let mut s = f32x16::splat(simd, -1.951_529_6e-4);
    for c in [8.332_161e-3, -1.666_665_5e-1] {
        s = s.mul_add(t2, f32x16::splat(simd, c));
    }
    let s = (s * t2).mul_add(t, t);
    let mut c = f32x16::splat(simd, 2.443_315_7e-5);
    for a in [-1.388_731_6e-3, 4.166_664_6e-2] {
        c = c.mul_add(t2, f32x16::splat(simd, a));
    }
    let c = (c * t2 - 0.5).mul_add(t2, f32x16::splat(simd, 1.0));
    let swap = (quadrant & 1_u32).simd_eq(1_u32);
    let sin_sign = (quadrant & 2_u32) << 30_u32;
    let cos_sign = ((quadrant + 1_u32) & 2_u32) << 30_u32;
    let sin: u32x16<S> = swap.select(c, s).bitcast();
    let cos: u32x16<S> = swap.select(s, c).bitcast();
    ((sin ^ sin_sign).bitcast(), (cos ^ cos_sign).bitcast())
}

/// `-ln(1 - p^2)`, the variable of both branches of `erfinv`.
#[inline(always)]
fn erf_inv_variable<S: Simd>(p: f32x16<S>) -> f32x16<S> {
    -ln((1.0 - p) * (1.0 + p))
}

/// `erfinv(p)` for |p| < 0.9966 by Giles' single-precision polynomial, relative error below 4e-7.
#[inline(always)]
pub(super) fn erf_inv_central<S: Simd>(p: f32x16<S>) -> f32x16<S> {
    let simd = p.token();
    let near = erf_inv_variable(p) - 2.5;
    let mut a = f32x16::splat(simd, 2.810_226_4e-8);
    for c in [
        3.432_739_4e-7,
        -3.523_387_7e-6,
        -4.391_506_5e-6,
        2.185_808_7e-4,
        -1.253_725e-3,
        -4.177_681_6e-3,
        2.466_407_3e-1,
        1.501_409_4,
    ] {
        a = a.mul_add(near, f32x16::splat(simd, c));
    }
    a * p
}

/// `erfinv(p)` for |p| <= 0.9999994 by Giles' two polynomials, relative error below 4e-7.
#[inline(always)]
pub(super) fn erf_inv<S: Simd>(p: f32x16<S>) -> f32x16<S> {
    let simd = p.token();
    let w = erf_inv_variable(p);
    let far = w.sqrt() - 3.0;
    let mut b = f32x16::splat(simd, -2.002_142_6e-4);
    for c in [
        1.009_505_6e-4,
        1.349_343_2e-3,
        -3.673_428_4e-3,
        5.739_507_7e-3,
        -7.622_461_3e-3,
        9.438_870_5e-3,
        1.001_674,
        2.832_976_8,
    ] {
        b = b.mul_add(far, f32x16::splat(simd, c));
    }
    w.simd_lt(5.0).select(erf_inv_central(p), b * p)
}
