//! Self-gated activations `x g(x)` with a smooth gate from 0 to 1: gelu, its two approximations, silu, mish.

use fearless_simd::{Simd, f32x16, f64x8, prelude::*};

use crate::math::double;
use crate::math::elementary::{
    HEADROOM, LEAST, ScaledExp, at_least, at_most, constant, mills_ratio, scaled_exp,
    scaled_exp_of_sum, two_product,
};
use crate::math::special;

use super::kernel::{Kernel, split};
use super::shape::Shape;

/// `z g(z)` and its slope, given at `t = |z|` the pair (`t g(z)`, slope) left of 0 and (`t (1 - g(z))`, 1 - slope) right of 0.
///
/// Where `g(-t) = 1 - g(t)`, as for a distribution function, both are the same pair. Little cancels, because right of 0
/// the gate is at least 1/2.
#[inline(always)]
fn reflect<S: Simd>(z: f32x16<S>, tail: f32x16<S>, slope: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
    (
        at_least(z, 0.0) - tail,
        z.simd_gt(0.0).select(1.0 - slope, slope),
    )
}

/// `z sigmoid(g(z))` and its slope for odd g, given `t = |z|`, `exp(-g(t))` and `growth = t g'(t)`.
#[inline(always)]
fn logistic_gate<S: Simd>(
    z: f32x16<S>,
    t: f32x16<S>,
    exp: ScaledExp<S>,
    growth: f32x16<S>,
) -> (f32x16<S>, f32x16<S>) {
    let e = exp.value();
    let d = 1.0 / (e + HEADROOM);
    // The slope at -t is sigmoid(-g) (1 - growth sigmoid(g)).
    let slope = e * growth.mul_add(d * -HEADROOM, 1.0) * d;
    reflect(z, t * e * d, slope)
}

/// Where `exp(-t^2/2)` reaches the end of [`scaled_exp_of_sum`].
const GELU_REACH: f32 = 15.49;

/// `x Phi(x)`, Phi the standard normal distribution function.
#[derive(Debug)]
pub(super) struct Gelu;

/// `Phi(sqrt 2) + sqrt 2 phi(sqrt 2)`: the second derivative `phi(x) (2 - x^2)` vanishes at `sqrt 2`.
const GELU_SUP: f64 = 1.128_904_145_185_154_7;

impl Kernel for Gelu {
    fn value(&self, x: f64) -> f64 {
        x * special::normal_cdf(x)
    }
    fn derivative(&self, x: f64) -> f64 {
        special::normal_cdf(x) + x * special::normal_pdf(x)
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        // Phi(-t) is the Mills ratio times the density.
        let t = at_most(z.abs(), GELU_REACH);
        let (square, rest) = two_product(t, t);
        let e = scaled_exp_of_sum(square * -0.5, rest * -0.5).value();
        let factor = special::FRAC_1_SQRT_TAU as f32 * HEADROOM.recip();
        let mills = mills_ratio(t);
        reflect(z, t * e * (mills * factor), (mills - t) * factor * e)
    }
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        let erf = double::erf_and_slope(x * std::f64::consts::FRAC_1_SQRT_2).0;
        x * (erf * 0.5 + 0.5)
    }
    fn shape(&self) -> Shape {
        gate_shape(0.5, GELU_SUP)
    }
}

/// The shape of `x g(x)` with `g(0) = gate`, `g(-inf) = 0`, `g(inf) = 1`.
fn gate_shape(gate: f64, derivative_sup: f64) -> Shape {
    Shape::analytic(derivative_sup)
        .zero(1, -gate, gate)
        .infinity(1, 0.0, 1.0)
}

/// `x sigmoid(g(x))` for odd g, from `e = exp(-|g(x)|)`.
fn gated(x: f64, e: f64) -> f64 {
    if x < 0.0 {
        x * (e / (1.0 + e))
    } else {
        x / (1.0 + e)
    }
}

/// The derivative of [`gated`], `s (1 + x g'(x) (1 - s))` with `s = sigmoid(g(x))`; `growth` is `x g'(x)`.
fn gated_slope(x: f64, e: f64, growth: f64) -> f64 {
    if e == 0.0 {
        f64::from(u8::from(x > 0.0))
    } else if x < 0.0 {
        e / (1.0 + e) * (1.0 + growth / (1.0 + e))
    } else {
        (1.0 + growth * (e / (1.0 + e))) / (1.0 + e)
    }
}

/// `x sigmoid(2u)` with `u = sqrt(2/pi) (x + 0.044715 x^3)`, which is `x (1 + tanh u) / 2`.
#[derive(Debug)]
pub(super) struct GeluTanh;

/// The slope of `gelu_tanh` at 1.4185040087908284, its inflection point (computed to 40 digits).
const GELU_TANH_SUP: f64 = 1.128_993_068_658_771_7;
/// `2 sqrt(2/pi)` and its rounding error.
const LINEAR: (f64, f64) = (1.595_769_121_605_730_8, -9.969_308_809_110_92e-17);
/// `2 sqrt(2/pi) 0.044715` and its rounding error.
const CUBIC: (f64, f64) = (0.071_354_816_272_600_25, -6.175_149_918_155_315e-19);

/// Where `exp(-2u)` reaches the end of [`scaled_exp_of_sum`].
const GELU_TANH_REACH: f32 = 11.2;

impl GeluTanh {
    /// `exp(-|2u|)`, with `2u` to twice double precision: rounding it costs `|2u|` half-ulps in the tail.
    fn decay(x: f64) -> f64 {
        let x = x.abs();
        if x > 23.0 {
            return 0.0;
        }
        let (square, square_low) = special::two_product(x, x);
        let (cubic, cubic_low) = special::two_product(CUBIC.0, square);
        let sum = LINEAR.0 + cubic;
        let (large, small) = if cubic > LINEAR.0 {
            (cubic, LINEAR.0)
        } else {
            (LINEAR.0, cubic)
        };
        let sum_low = small - (sum - large) + LINEAR.1;
        let low = sum_low + cubic_low + CUBIC.0 * square_low + CUBIC.1 * square;
        let (argument, argument_low) = special::two_product(sum, x);
        let e = libm::exp(-argument);
        e - e * (argument_low + low * x)
    }
}

impl Kernel for GeluTanh {
    fn value(&self, x: f64) -> f64 {
        gated(x, Self::decay(x))
    }
    fn derivative(&self, x: f64) -> f64 {
        let growth = x * (LINEAR.0 + 3.0 * CUBIC.0 * (x * x));
        gated_slope(x, Self::decay(x), growth)
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let ((linear, linear_low), (cubic, cubic_low)) = (split(LINEAR), split(CUBIC));
        let t = at_most(z.abs(), GELU_TANH_REACH);
        let (square, square_low) = two_product(t, t);
        let low = cubic_low * square + cubic * square_low;
        let (cubic, cubic_low) = two_product(square, constant(z, cubic));
        let linear = constant(z, linear);
        let sum = cubic + linear;
        let low = cubic.min(linear) - (sum - cubic.max(linear)) + (low + cubic_low + linear_low);
        let (argument, argument_low) = two_product(sum, t);
        let exp = scaled_exp_of_sum(-argument, -low.mul_add(t, argument_low));
        let growth = t * square.mul_add(3.0 * CUBIC.0 as f32, LINEAR.0 as f32);
        logistic_gate(z, t, exp, growth)
    }
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        x * double::sigmoid_and_slope(x * (x * x).mul_add(CUBIC.0, LINEAR.0)).0
    }
    fn shape(&self) -> Shape {
        gate_shape(0.5, GELU_TANH_SUP)
    }
}

/// `x sigmoid(beta x)`: silu for beta = 1, quick_gelu for 1.702.
#[derive(Debug)]
pub(super) struct Swish {
    /// The factor inside, as a double and its rounding error.
    beta: (f64, f64),
}

/// The slope of `x sigmoid(beta x)` where `beta x` = 2.3993572805154677, the same for every beta.
const SWISH_SUP: f64 = 1.099_839_320_128_867;

impl Swish {
    /// `x sigmoid(x)`.
    pub(super) const SILU: Self = Self { beta: (1.0, 0.0) };
    /// `x sigmoid(1.702 x)`.
    pub(super) const QUICK_GELU: Self = Self {
        beta: (1.702, 4.263_256_414_560_601e-17),
    };

    /// `exp(-beta |x|)`, the product to twice double precision.
    fn decay(&self, x: f64) -> f64 {
        let x = x.abs();
        if x > 1000.0 {
            return 0.0;
        }
        let (argument, low) = special::two_product(self.beta.0, x);
        let e = libm::exp(-argument);
        e - e * (low + self.beta.1 * x)
    }
}

impl Kernel for Swish {
    fn value(&self, x: f64) -> f64 {
        gated(x, self.decay(x))
    }
    fn derivative(&self, x: f64) -> f64 {
        gated_slope(x, self.decay(x), self.beta.0 * x)
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        let t = at_most(z.abs(), -LEAST / self.beta.0 as f32);
        let (beta, beta_low) = split(self.beta);
        let (argument, rest) = two_product(t, constant(z, beta));
        let exp = scaled_exp_of_sum(-argument, -t.mul_add(beta_low, rest));
        logistic_gate(z, t, exp, argument)
    }
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        x * double::sigmoid_and_slope(x * self.beta.0).0
    }
    fn shape(&self) -> Shape {
        gate_shape(0.5, SWISH_SUP)
    }
}

/// `x tanh(ln(1 + exp(x)))`.
///
/// With `e = exp(x)` and `w = e (e + 2)` the gate is `w / (w + 2)`; for x > 0 the same divided by `e^2`.
#[derive(Debug)]
pub(super) struct Mish;

/// The slope of mish at 1.4905711794854285, its inflection point (computed to 40 digits).
const MISH_SUP: f64 = 1.088_498_161_251_728;

impl Kernel for Mish {
    fn value(&self, x: f64) -> f64 {
        let e = libm::exp(-x.abs());
        if x < 0.0 {
            let w = e * (e + 2.0);
            x * (w / (w + 2.0))
        } else {
            let v = 1.0 + 2.0 * e;
            x * (v / (v + 2.0 * e * e))
        }
    }
    fn derivative(&self, x: f64) -> f64 {
        let e = libm::exp(-x.abs());
        if x < 0.0 {
            let d = e * (e + 2.0) + 2.0;
            e * ((e + 2.0) * d + 4.0 * x * (1.0 + e)) / (d * d)
        } else {
            let v = 1.0 + 2.0 * e;
            let d = v + 2.0 * e * e;
            (v * d + 4.0 * x * (1.0 + e) * (e * e)) / (d * d)
        }
    }
    #[inline(always)]
    fn lanes<S: Simd>(&self, z: f32x16<S>) -> (f32x16<S>, f32x16<S>) {
        // With e = exp(-|z|), left of 0 the gate is e h / d and the slope e (h d - 4 t (1 + e)) / d^2, h = e + 2 and
        // d = e h + 2. Right of 0, 1 minus the gate is e h / d and 1 minus the slope e (h d - 4 t (1 + e) e) / d^2,
        // h = 2e and d = e h + 2e + 1.
        let t = at_most(z.abs(), -LEAST);
        let scaled = scaled_exp(-t).value();
        let e = scaled * HEADROOM.recip();
        let right = z.simd_gt(0.0);
        let (one, double) = (constant(z, 1.0), e + e);
        let h = right.select(double, e + 2.0);
        let d = e.mul_add(h, right.select(double + 1.0, constant(z, 2.0)));
        let r = HEADROOM.recip() / d;
        let growth = t * 4.0 * (e + 1.0) * right.select(e, one);
        let slope = scaled * (h.mul_sub(d, growth) * (r * HEADROOM)) * r;
        reflect(z, t * (scaled * h) * r, slope)
    }
    #[inline(always)]
    fn doubles<S: Simd>(&self, x: f64x8<S>) -> f64x8<S> {
        let e = double::exp(-x.abs());
        let (w, v) = (e * (e + 2.0), e * 2.0 + 1.0);
        let right = v / (e * e).mul_add(2.0, v);
        x * x.simd_lt(0.0).select(w / (w + 2.0), right)
    }
    fn shape(&self) -> Shape {
        gate_shape(0.6, MISH_SUP)
    }
}
