//! Elementary functions of sixteen `f32` at once, accurate to a few ulp *relative* wherever the result is a normal
//! number; smaller results have an absolute error of a few units of 2^-149 (`exp` flushes them to 0).
//!
//! Every function is generic over the instruction set and `#[inline(always)]`: call it inside
//! `simd::dispatch!`. With and without fused multiply-add the last bits differ, so results differ between
//! instruction sets; on one instruction set they are the same bits in every run. A lane never depends on its neighbours.
//!
//! Coefficients are minimax fits (Lawson's algorithm on a 40-digit reference) of the stated error.

use fearless_simd::{Simd, f32x16, prelude::*, u32x16};

mod exp;
mod logistic;
mod normal;
mod trigonometric;

pub use exp::{HEADROOM, LEAST, ScaledExp, exp, expm1, scaled_exp, scaled_exp_of_sum};
pub use logistic::{sigmoid_and_slope, softplus_and_slope, tanh_and_slope};
pub use normal::{erf, mills_ratio};
pub use trigonometric::sin_cos;

/// `c[0] x^(N-1) + ... + c[N-1]` by Horner's rule.
#[inline(always)]
pub fn horner<S: Simd, const N: usize>(x: f32x16<S>, c: [f32; N]) -> f32x16<S> {
    let mut sum = constant(x, c[0]);
    for c in &c[1..] {
        sum = sum.mul_add(x, *c);
    }
    sum
}

/// `1.5 * 2^23`: adding it rounds to an integer, which is then in the low bits of the sum.
const ROUND: f32 = 12_582_912.0;

/// `value` in every lane; `like` tells the instruction set.
#[inline(always)]
pub fn constant<S: Simd>(like: f32x16<S>, value: f32) -> f32x16<S> {
    f32x16::splat(like.token(), value)
}

/// `min(x, limit)`; NaN stays NaN.
#[inline(always)]
pub fn at_most<S: Simd>(x: f32x16<S>, limit: f32) -> f32x16<S> {
    constant(x, limit).min(x)
}

/// `max(x, limit)`; NaN stays NaN.
#[inline(always)]
pub fn at_least<S: Simd>(x: f32x16<S>, limit: f32) -> f32x16<S> {
    constant(x, limit).max(x)
}

/// Whether `mul_add` rounds once on this instruction set.
#[inline(always)]
fn fused<S: Simd>(s: S) -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return s.level().as_avx2().is_some();
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    return cfg!(target_arch = "aarch64") && !s.level().is_fallback();
}

/// The 12 leading bits of each significand.
#[inline(always)]
fn leading<S: Simd>(x: f32x16<S>) -> f32x16<S> {
    let bits: u32x16<S> = x.bitcast();
    (bits & 0xffff_f000_u32).bitcast()
}

/// `a b` as an unevaluated sum `(high, low)`, exact when nothing over- or underflows (Dekker 1971).
#[inline(always)]
pub fn two_product<S: Simd>(a: f32x16<S>, b: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
    let high = a * b;
    if fused(a.token()) {
        return (high, a.mul_sub(b, high));
    }
    let (ah, bh) = (leading(a), leading(b));
    let (al, bl) = (a - ah, b - bh);
    (high, ((ah * bh - high) + ah * bl + al * bh) + al * bl)
}

#[cfg(test)]
mod tests {
    use crate::math::simd::dispatch;
    use fearless_simd::Level;

    use super::*;

    /// Sixteen results of a function on the best level, and on the baseline where that is another.
    fn on_levels(f: impl Fn(Level) -> [f32; 16]) -> Vec<[f32; 16]> {
        let mut results = vec![f(Level::new())];
        #[cfg(target_arch = "x86_64")]
        results.extend(Level::new().as_sse2().map(|token| f(Level::Sse2(token))));
        results
    }

    fn lanes(numbers: &[f32]) -> [f32; 16] {
        let mut lanes = [1.0; 16];
        lanes[..numbers.len()].copy_from_slice(numbers);
        lanes
    }

    #[test]
    fn exp_is_right_at_the_ends_of_its_range() {
        let x = lanes(&[88.722_83, -87.336, 88.722_85, 1e30, -87.337, -1e30, -1e-20]);
        for y in on_levels(|level| dispatch!(level, s => exp(f32x16::from_slice(s, &x)).to_array()))
        {
            // The exponential multiplies the rounding of its argument, 4e-6, into the result.
            assert!((y[0] / f32::MAX - 1.0).abs() < 2e-5);
            assert!((y[1] / f32::MIN_POSITIVE - 1.0).abs() < 1e-3);
            assert_eq!(y[2..4], [f32::INFINITY; 2]);
            assert_eq!(y[4..7], [0.0, 0.0, 1.0]);
        }
    }

    #[test]
    fn expm1_cancels_nothing() {
        let x = lanes(&[-1e-20, -1e-6, -0.5, -1e30, 20.0]);
        for y in
            on_levels(|level| dispatch!(level, s => expm1(f32x16::from_slice(s, &x)).to_array()))
        {
            for (x, y) in x.iter().zip(y) {
                let want = libm::expm1(f64::from(*x));
                assert!((f64::from(y) / want - 1.0).abs() < 2e-7, "{x:e}: {y:e}");
            }
        }
    }

    #[test]
    fn a_product_and_its_error_are_exact() {
        let (a, b) = (
            lanes(&[1.1, 3.3e-5, -7.7e7]),
            lanes(&[0.9, 1.234_567, 3.1e5]),
        );
        for sum in on_levels(|level| {
            dispatch!(level, s => {
                let (high, low) = two_product(f32x16::from_slice(s, &a), f32x16::from_slice(s, &b));
                for i in 0..16 {
                    let exact = f64::from(a[i]) * f64::from(b[i]);
                    assert_eq!(f64::from(high.as_slice()[i]) + f64::from(low.as_slice()[i]), exact);
                }
                high.to_array()
            })
        }) {
            assert_eq!(sum[0], 1.1 * 0.9);
        }
    }

    #[test]
    fn sine_and_cosine_are_right_next_to_their_zeros() {
        // The single-precision numbers nearest to the multiples of pi/2, on both paths.
        for first in (0..2048).step_by(16) {
            let x: [f32; 16] = std::array::from_fn(|i| {
                (f64::from(first + i as i32) * std::f64::consts::FRAC_PI_2) as f32
            });
            let both = |level| {
                dispatch!(level, s => {
                    let (sin, cos) = sin_cos(f32x16::from_slice(s, &x));
                    (sin.to_array(), cos.to_array())
                })
            };
            for y in on_levels(|level| both(level).0) {
                for (x, y) in x.iter().zip(y) {
                    let want = libm::sin(f64::from(*x));
                    assert!((f64::from(y) - want).abs() <= 3e-7 * want.abs(), "{x}");
                }
            }
            for y in on_levels(|level| both(level).1) {
                for (x, y) in x.iter().zip(y) {
                    let want = libm::cos(f64::from(*x));
                    assert!((f64::from(y) - want).abs() <= 3e-7 * want.abs(), "{x}");
                }
            }
        }
    }
}
