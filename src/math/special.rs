//! Scalar special functions in double precision, each accurate to a few ulp *relative* over the
//! whole line, deep tails included.
//!
//! The elementary functions come from the `libm` crate (a port of FreeBSD's msun and of CORE-MATH):
//! pure Rust, so the same bits on every machine, unlike the system library behind `f64::exp`.
//! What is added here are the forms in which nothing cancels.

/// `1/sqrt(2)` to twice double precision: the `f64` constant plus this.
const FRAC_1_SQRT_2_LOW: f64 = -4.833_646_656_726_457e-17;

/// `1/sqrt(2 pi)`, the normal density at 0.
pub const FRAC_1_SQRT_TAU: f64 = 0.398_942_280_401_432_7;

/// `a b` as an unevaluated sum `(high, low)`, exact when nothing over- or underflows.
///
/// Dekker's product with Veltkamp's splitting (T. J. Dekker, Numer. Math. 18, 1971): it needs no
/// fused multiply-add, which `f64::mul_add` would have to emulate on a plain x86-64 build.
/// Domain: `|a|, |b| < 2^996`, and `a b` normal with 106 bits to spare.
#[must_use]
pub fn two_product(a: f64, b: f64) -> (f64, f64) {
    let split = |x: f64| {
        let c = 134_217_729.0 * x;
        let high = c - (c - x);
        (high, x - high)
    };
    let product = a * b;
    let ((ah, al), (bh, bl)) = (split(a), split(b));
    (product, ((ah * bh - product) + ah * bl + al * bh) + al * bl)
}

/// `exp(-x^2)`.
///
/// The square is carried to 106 bits: rounding it would cost `x^2` half-ulps in the tail.
/// Relative error a few ulp wherever the result is normal.
#[must_use]
pub fn exp_neg_square(x: f64) -> f64 {
    if x.abs() > 28.0 {
        return 0.0;
    }
    let (square, rest) = two_product(x, x);
    let e = libm::exp(-square);
    e - e * rest
}

/// The standard normal density `exp(-x^2/2) / sqrt(2 pi)`, relative error a few ulp in the tails too.
#[must_use]
pub fn normal_pdf(x: f64) -> f64 {
    if x.abs() > 39.0 {
        return 0.0;
    }
    let (square, rest) = two_product(x, x);
    let e = libm::exp(-0.5 * square);
    FRAC_1_SQRT_TAU * (e - e * (0.5 * rest))
}

/// The standard normal distribution function `Phi(x) = erfc(-x / sqrt 2) / 2`.
///
/// In the lower tail the relative condition number of `erfc` at `t` is about `2 t^2`, so the
/// rounding of `t = |x| / sqrt 2` is corrected to first order. The slope of `ln erfc` it needs is
/// `(2/sqrt pi) / erfcx(t)`, which `t + sqrt(t^2 + 4/pi)` gives within a few percent (Abramowitz and
/// Stegun 7.1.13). Relative error a few ulp wherever the result is normal.
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    if x >= 0.0 {
        return 0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2);
    }
    if x < -39.0 {
        return 0.0;
    }
    let (t, low) = two_product(-x, std::f64::consts::FRAC_1_SQRT_2);
    let rest = low - x * FRAC_1_SQRT_2_LOW;
    let slope = t + (t * t + std::f64::consts::FRAC_2_PI * 2.0).sqrt();
    0.5 * libm::erfc(t) * (1.0 - rest * slope)
}

/// The logistic function `1 / (1 + exp(-x))`.
#[must_use]
pub fn sigmoid(x: f64) -> f64 {
    let e = libm::exp(-x.abs());
    if x < 0.0 {
        e / (1.0 + e)
    } else {
        1.0 / (1.0 + e)
    }
}

/// The slope of [`sigmoid`], `1 / (4 cosh^2(x/2))`.
#[must_use]
pub fn sigmoid_slope(x: f64) -> f64 {
    let e = libm::exp(-x.abs());
    e / ((1.0 + e) * (1.0 + e))
}

/// `ln(1 + exp(x))`.
#[must_use]
pub fn softplus(x: f64) -> f64 {
    let tail = libm::log1p(libm::exp(-x.abs()));
    if x > 0.0 { x + tail } else { tail }
}

/// `1 / cosh^2(x)`, the slope of `tanh`.
#[must_use]
pub fn sech_square(x: f64) -> f64 {
    let e = libm::exp(-2.0 * x.abs());
    4.0 * e / ((1.0 + e) * (1.0 + e))
}

/// `x - tanh(x)`.
///
/// Below 1.5 the difference is `(x cosh x - sinh x) / cosh x`, and the numerator is the series
/// `sum over k >= 1 of 2k x^(2k+1) / (2k+1)!`, whose terms all have the same sign.
#[must_use]
pub fn tanh_shrink(x: f64) -> f64 {
    if x.abs() >= 1.5 {
        return x - libm::tanh(x);
    }
    let square = x * x;
    let mut power = x * square / 6.0;
    let mut sum = 0.0;
    for k in 1..=12 {
        let k = f64::from(k);
        sum += 2.0 * k * power;
        power *= square / ((2.0 * k + 2.0) * (2.0 * k + 3.0));
    }
    sum / libm::cosh(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks `f(x)` against 25 digits from mpmath, to four ulp.
    fn check(f: fn(f64) -> f64, values: &[(f64, f64)]) {
        for (x, want) in values {
            let error = (f(*x) - want).abs() / want.abs();
            assert!(
                error <= 4.0 * f64::EPSILON,
                "f({x}) = {}, not {want}",
                f(*x)
            );
        }
    }

    #[test]
    fn the_normal_distribution_is_right_in_its_tails() {
        check(
            normal_cdf,
            &[
                (-37.5, 4.605_353_009_581_955e-308),
                (-20.0, 2.753_624_118_606_233_7e-89),
                (-8.3, 5.205_569_744_890_254e-17),
                (-1.0, 0.158_655_253_931_457_05),
                (0.3, 0.617_911_422_188_952_7),
                (2.0, 0.977_249_868_051_820_8),
            ],
        );
        check(
            normal_pdf,
            &[
                (-37.3, 3.062_846_290_695_667e-303),
                (11.7, 7.509_728_772_496_539e-31),
                (0.1, 0.396_952_547_477_011_75),
            ],
        );
        assert_eq!(normal_cdf(-40.0), 0.0);
        assert_eq!(normal_cdf(40.0), 1.0);
    }

    #[test]
    fn tanh_shrink_keeps_its_relative_accuracy_across_the_switch() {
        check(
            tanh_shrink,
            &[
                (1e-09, 3.333_333_333_333_334e-28),
                (0.01, 3.333_200_005_396_607e-7),
                (1.4999, 0.594_769_818_654_776_7),
                (1.5001, 0.594_933_677_326_816_3),
                (-3.0, -2.004_945_246_313_269_5),
            ],
        );
    }

    #[test]
    fn a_product_and_its_error_are_exact() {
        let (a, b) = (1.0 + f64::EPSILON, 1.0 - f64::EPSILON);
        // (1 + e)(1 - e) = 1 - e^2
        assert_eq!(two_product(a, b), (1.0, -f64::EPSILON * f64::EPSILON));
    }
}
