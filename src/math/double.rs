//! Elementary functions of eight `f64` at once, a few ulp from the exact value: for what must not lose digits where its
//! terms cancel.
//!
//! Every function is generic over the instruction set and `#[inline(always)]`: call it inside
//! `simd::dispatch!`. NaN gives NaN, and a lane never depends on its neighbours. Scalar counterparts with the
//! same behaviour at the ends of the range are in [`special`](super::special) and `libm`.

use fearless_simd::{Simd, f64x8, prelude::*};

use crate::math::simd::{self, dispatch};

mod error_function;
mod exponential;
mod logarithm;
mod trigonometric;

pub use error_function::erf_and_slope;
pub use exponential::{exp, expm1, sigmoid_and_slope, tanh_and_slope};
pub use logarithm::{ln, softplus_and_slope};
pub use trigonometric::sin_cos;

/// `1.5 * 2^52`: adding it rounds to an integer, which is then in the low bits of the sum.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// `value` in every lane; `like` tells the instruction set.
#[inline(always)]
pub fn constant<S: Simd>(like: f64x8<S>, value: f64) -> f64x8<S> {
    f64x8::splat(like.token(), value)
}

/// `c[0] x^(N-1) + ... + c[N-1]` by Horner's rule.
#[inline(always)]
fn horner<S: Simd, const N: usize>(x: f64x8<S>, c: [f64; N]) -> f64x8<S> {
    let mut sum = constant(x, c[0]);
    for c in &c[1..] {
        sum = sum.mul_add(x, *c);
    }
    sum
}

/// `min(x, limit)`; NaN stays NaN.
#[inline(always)]
fn at_most<S: Simd>(x: f64x8<S>, limit: f64) -> f64x8<S> {
    x.simd_gt(limit).select(constant(x, limit), x)
}

/// `max(x, limit)`; NaN stays NaN.
#[inline(always)]
fn at_least<S: Simd>(x: f64x8<S>, limit: f64) -> f64x8<S> {
    x.simd_lt(limit).select(constant(x, limit), x)
}

/// `f` lane by lane.
#[inline(always)]
pub fn each<S: Simd>(x: f64x8<S>, f: impl Fn(f64) -> (f64, f64)) -> (f64x8<S>, f64x8<S>) {
    let (mut a, mut b) = (x, x);
    for ((x, a), b) in x
        .as_slice()
        .iter()
        .zip(a.as_mut_slice())
        .zip(b.as_mut_slice())
    {
        (*a, *b) = f(*x);
    }
    (a, b)
}

/// Applies a function of eight numbers to a slice of any length; what is left over is filled up with zeros.
#[inline(always)]
pub fn eight_by_eight<S: Simd>(s: S, x: &mut [f64], f: impl Fn(f64x8<S>) -> f64x8<S>) {
    let mut chunks = x.chunks_exact_mut(8);
    for chunk in &mut chunks {
        f(f64x8::from_slice(s, chunk)).store_slice(chunk);
    }
    let rest = chunks.into_remainder();
    if !rest.is_empty() {
        let mut padded = [0.0; 8];
        padded[..rest.len()].copy_from_slice(rest);
        rest.copy_from_slice(&f(f64x8::from_slice(s, &padded)).as_slice()[..rest.len()]);
    }
}

/// `x[i] = exp(x[i])`, by the instruction set of this machine.
#[expect(
    clippy::redundant_closure,
    reason = "a function handed over by name is not compiled for the instruction set"
)]
pub fn exp_each(x: &mut [f64]) {
    dispatch!(simd::level(), s => eight_by_eight(s, x, #[inline(always)] |x| exp(x)));
}

/// `sum_i w[i] (a[i] - b[i])^2` over the length of `weights`, by the instruction set of this machine.
///
/// # Panics
/// Where `a` or `b` is shorter than `weights`.
#[must_use]
pub fn squared_distance(weights: &[f64], a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (&a[..weights.len()], &b[..weights.len()]);
    dispatch!(simd::level(), s => squared_distance_on(s, weights, a, b))
}

#[inline(always)]
fn squared_distance_on<S: Simd>(s: S, weights: &[f64], a: &[f64], b: &[f64]) -> f64 {
    const WIDE: usize = 16;
    let mut sums = [f64x8::splat(s, 0.0); 2];
    let whole = weights.len() - weights.len() % WIDE;
    for at in (0..whole).step_by(WIDE) {
        for (sum, at) in sums.iter_mut().zip([at, at + 8]) {
            let load = |x: &[f64]| f64x8::from_slice(s, &x[at..at + 8]);
            let difference = load(a) - load(b);
            *sum = (load(weights) * difference).mul_add(difference, *sum);
        }
    }
    let rest: f64 = (whole..weights.len())
        .map(|i| weights[i] * (a[i] - b[i]) * (a[i] - b[i]))
        .sum();
    (sums[0] + sums[1]).as_slice().iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use fearless_simd::Level;

    use super::*;
    use crate::math::special;

    /// Both signs of every octave from 2^-40 to 2^12, some numbers in each, 0 and the infinities.
    fn grid() -> Vec<[f64; 8]> {
        let mut points = vec![0.0, -0.0, 1e-300, 746.0, -746.0, 1e300, -1e300, 3.0];
        for k in 0..52 * 32 {
            let x = f64::from(k) / 32.0 - 40.0;
            points.extend([x.exp2() * 1.01, -x.exp2() * 1.01]);
        }
        points.resize(points.len().next_multiple_of(8), 1.0);
        points.chunks(8).map(|c| c.try_into().unwrap()).collect()
    }

    /// Checks a pair of functions on every level against scalars, to so many ulp, or 1e-300.
    macro_rules! agree {
        ($of:expr, $scalar:expr, $bounds:expr) => {
            for (name, level) in simd::levels() {
                for x in grid() {
                    let run = |level: Level| {
                        dispatch!(level, s => {
                            let (a, b) = $of(f64x8::from_slice(s, &x));
                            (*a, *b)
                        })
                    };
                    let (a, b): ([f64; 8], [f64; 8]) = run(level);
                    for i in 0..8 {
                        let (want_a, want_b): (f64, f64) = $scalar(x[i]);
                        for (got, want, bound) in [(a[i], want_a, $bounds[0]), (b[i], want_b, $bounds[1])] {
                            let error = (got - want).abs() / (f64::EPSILON * want.abs() + 1e-300);
                            let same = got == want || got.is_nan() && want.is_nan();
                            assert!(same || error <= bound, "f({:e}) = {got:e}, not {want:e}: {error} on {name}", x[i]);
                        }
                    }
                }
            }
        };
    }

    #[test]
    fn the_exponential_and_its_relatives_agree_with_the_scalar_functions() {
        agree!(|x| (exp(x), x), |x| (libm::exp(x), x), [2.0, 0.0]);
        agree!(
            |x| (expm1(at_most(x, 709.0)), x),
            |x: f64| (libm::expm1(x.min(709.0)), x),
            [3.0, 0.0]
        );
        agree!(
            tanh_and_slope,
            |x| (libm::tanh(x), special::sech_square(x)),
            [4.0, 6.0]
        );
        let sigmoid = |x| (special::sigmoid(x), special::sigmoid_slope(x));
        agree!(sigmoid_and_slope, sigmoid, [4.0, 6.0]);
        agree!(
            softplus_and_slope,
            |x| (special::softplus(x), special::sigmoid(x)),
            [4.0, 4.0]
        );
    }

    #[test]
    fn the_logarithm_and_the_trigonometric_functions_agree_with_the_scalar_ones() {
        agree!(|x| (ln(x), x), |x| (libm::log(x), x), [2.0, 0.0]);
        agree!(sin_cos, libm::sincos, [3.0, 3.0]);
        // Subnormal numbers and infinity.
        for factor in [1e-300, 1e300] {
            agree!(
                |x| (ln(x * factor), x),
                |x: f64| (libm::log(x * factor), x),
                [2.0, 0.0]
            );
        }
    }

    #[test]
    fn a_weighted_squared_distance_is_that_of_its_terms() {
        let number = |i: usize| ((i * 37 + 11) % 101) as f64 / 101.0 - 0.5;
        for length in [0, 1, 7, 8, 15, 16, 17, 40, 100] {
            let [w, a, b] = [0, 1000, 2000]
                .map(|from| -> Vec<f64> { (from..from + length).map(number).collect() });
            let direct: f64 = (0..length).map(|i| w[i] * (a[i] - b[i]).powi(2)).sum();
            for (name, level) in simd::levels() {
                let sum = dispatch!(level, s => squared_distance_on(s, &w, &a, &b));
                // 100 terms below 1, each rounded three times
                assert!(
                    (sum - direct).abs() <= 300.0 * f64::EPSILON,
                    "{length} on {name}"
                );
            }
        }
    }

    #[test]
    fn the_error_function_agrees_with_the_scalar_one() {
        let slope = |x: f64| std::f64::consts::FRAC_2_SQRT_PI * libm::exp(-x * x);
        agree!(erf_and_slope, |x| (libm::erf(x), slope(x)), [4.0, 3.0]);
    }
}
