//! Numbers that carry their derivative (forward-mode differentiation), over one `f64` or several side by side.

use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::math::special;

use super::function::Function;

/// What the arithmetic of an expression needs. A pair is a function's value and its slope at `self`.
pub(super) trait Number:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// `value` in the shape of `self`.
    fn like(self, value: f64) -> Self;
    /// `yes` where `self > than`, else `no`.
    fn if_above(self, than: Self, yes: Self, no: Self) -> Self;
    /// `yes` where `self == to`, else `no`.
    fn if_equal(self, to: Self, yes: Self, no: Self) -> Self;
    /// `|self|`
    fn size(self) -> Self;
    /// The square root.
    fn root(self) -> Self;
    /// The exponential function.
    fn exp(self) -> (Self, Self);
    /// `exp(self) - 1`
    fn expm1(self) -> (Self, Self);
    /// The natural logarithm.
    fn ln(self) -> (Self, Self);
    /// The hyperbolic tangent.
    fn tanh(self) -> (Self, Self);
    /// The logistic function.
    fn sigmoid(self) -> (Self, Self);
    /// `ln(1 + exp self)`
    fn softplus(self) -> (Self, Self);
    /// The error function.
    fn erf(self) -> (Self, Self);
    /// Sine and cosine.
    fn sin_cos(self) -> (Self, Self);
    /// A function without a kernel of its own, number by number.
    fn each(self, f: impl Fn(f64) -> (f64, f64)) -> (Self, Self);
    /// `self` to the power of `exponent`.
    fn power(self, exponent: Self) -> Self;

    /// A power with a whole exponent, by squaring.
    #[inline(always)]
    fn to_the(self, exponent: u32) -> Self {
        let (mut power, mut square, mut n) = (self.like(1.0), self, exponent);
        while n > 0 {
            if n & 1 == 1 {
                power = power * square;
            }
            square = square * square;
            n >>= 1;
        }
        power
    }

    /// A product of slopes, 0 where one of them is: what is flat stays flat although another factor overflows.
    #[inline(always)]
    fn chain(self, other: Self) -> Self {
        let zero = self.like(0.0);
        let product = self.if_equal(zero, zero, self * other);
        other.if_equal(zero, zero, product)
    }
}

impl Number for f64 {
    #[inline(always)]
    fn like(self, value: f64) -> Self {
        value
    }
    #[inline(always)]
    fn if_above(self, than: Self, yes: Self, no: Self) -> Self {
        if self > than { yes } else { no }
    }
    #[inline(always)]
    fn if_equal(self, to: Self, yes: Self, no: Self) -> Self {
        if self == to { yes } else { no }
    }
    fn size(self) -> Self {
        self.abs()
    }
    fn root(self) -> Self {
        self.sqrt()
    }
    fn exp(self) -> (Self, Self) {
        let e = libm::exp(self);
        (e, e)
    }
    fn expm1(self) -> (Self, Self) {
        (libm::expm1(self), libm::exp(self))
    }
    fn ln(self) -> (Self, Self) {
        (libm::log(self), 1.0 / self)
    }
    fn tanh(self) -> (Self, Self) {
        (libm::tanh(self), special::sech_square(self))
    }
    fn sigmoid(self) -> (Self, Self) {
        (special::sigmoid(self), special::sigmoid_slope(self))
    }
    fn softplus(self) -> (Self, Self) {
        (special::softplus(self), special::sigmoid(self))
    }
    fn erf(self) -> (Self, Self) {
        let slope = std::f64::consts::FRAC_2_SQRT_PI * special::exp_neg_square(self);
        (libm::erf(self), slope)
    }
    fn sin_cos(self) -> (Self, Self) {
        libm::sincos(self)
    }
    fn each(self, f: impl Fn(f64) -> (f64, f64)) -> (Self, Self) {
        f(self)
    }
    fn power(self, exponent: Self) -> Self {
        libm::pow(self, exponent)
    }
}

/// A value and its derivative with respect to `x`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dual<N> {
    pub(super) value: N,
    pub(super) slope: N,
}

impl<N: Number> Dual<N> {
    /// A number that does not depend on `x`.
    #[inline(always)]
    pub(super) fn constant(value: N) -> Self {
        Self {
            value,
            slope: value.like(0.0),
        }
    }

    /// `u + c`
    #[inline(always)]
    pub(super) fn shift(self, c: f64) -> Self {
        Self {
            value: self.value + self.value.like(c),
            ..self
        }
    }

    /// `c u`
    #[inline(always)]
    pub(super) fn scale(self, c: f64) -> Self {
        let c = self.value.like(c);
        Self {
            value: self.value * c,
            slope: self.slope * c,
        }
    }

    /// `u / c`
    #[inline(always)]
    pub(super) fn over(self, c: f64) -> Self {
        let c = self.value.like(c);
        Self {
            value: self.value / c,
            slope: self.slope / c,
        }
    }

    #[inline(always)]
    pub(super) fn add(self, other: Self) -> Self {
        Self {
            value: self.value + other.value,
            slope: self.slope + other.slope,
        }
    }

    #[inline(always)]
    pub(super) fn subtract(self, other: Self) -> Self {
        Self {
            value: self.value - other.value,
            slope: self.slope - other.slope,
        }
    }

    #[inline(always)]
    pub(super) fn multiply(self, other: Self) -> Self {
        Self {
            value: self.value * other.value,
            slope: self.slope.chain(other.value) + other.slope.chain(self.value),
        }
    }

    /// The slope is `(u' - (u/v) v') / v`: squaring v would overflow earlier.
    #[inline(always)]
    pub(super) fn divide(self, other: Self) -> Self {
        let value = self.value / other.value;
        let rest = self.slope - other.slope.chain(value);
        let zero = value.like(0.0);
        Self {
            value,
            slope: rest.if_equal(zero, zero, rest / other.value),
        }
    }

    #[inline(always)]
    pub(super) fn negate(self) -> Self {
        Self {
            value: -self.value,
            slope: -self.slope,
        }
    }

    /// The greater of two; where they are equal, the flatter slope (what relu and hard_tanh have at their corners). NaN
    /// stays NaN.
    #[inline(always)]
    pub(super) fn greater(self, other: Self) -> Self {
        let (a, b) = (self, other);
        let equal = (a.value + b.value) * a.value.like(0.5);
        let flatter = a.slope.size().if_above(b.slope.size(), b.slope, a.slope);
        let value = b.value.if_above(a.value, b.value, equal);
        let slope = b.value.if_above(a.value, b.slope, flatter);
        Self {
            value: a.value.if_above(b.value, a.value, value),
            slope: a.value.if_above(b.value, a.slope, slope),
        }
    }

    /// The lesser of two, like [`greater`](Self::greater).
    #[inline(always)]
    pub(super) fn lesser(self, other: Self) -> Self {
        self.negate().greater(other.negate()).negate()
    }

    /// A power with any exponent: `u^v` has the slope `v u^(v-1) u' + u^v ln(u) v'`.
    #[inline(always)]
    pub(super) fn power(self, other: Self) -> Self {
        let (u, v) = (self.value, other.value);
        let value = u.power(v);
        let below = u.power(v - v.like(1.0));
        let (ln, _) = u.ln();
        Self {
            value,
            slope: self.slope.chain(v.chain(below)) + other.slope.chain(value.chain(ln)),
        }
    }

    /// A power with a whole exponent.
    #[inline(always)]
    pub(super) fn integer(self, exponent: i32) -> Self {
        let one = self.value.like(1.0);
        let n = exponent.unsigned_abs();
        let factor = self.value.like(f64::from(exponent));
        let (value, slope) = match exponent {
            0 => (one, factor),
            1.. => {
                let below = self.value.to_the(n - 1);
                (below * self.value, factor * below)
            }
            _ => {
                let value = one / self.value.to_the(n);
                (value, factor * value / self.value)
            }
        };
        Self {
            value,
            slope: self.slope.chain(slope),
        }
    }

    /// `f(u)` with the slope `f'(u) u'`, given `(f(u), f'(u))`.
    #[inline(always)]
    fn through(self, (value, slope): (N, N)) -> Self {
        Self {
            value,
            slope: self.slope.chain(slope),
        }
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        let root = self.value.root();
        self.through((root, root.like(0.5) / root))
    }

    /// -1, 0 or 1, without slope; NaN stays NaN.
    #[inline(always)]
    fn sign(self) -> Self {
        let (zero, one) = (self.value.like(0.0), self.value.like(1.0));
        let below = zero.if_above(self.value, -one, self.value);
        Self::constant(self.value.if_above(zero, one, below))
    }

    /// `|u|` with slope 0 at 0.
    #[inline(always)]
    fn abs(self) -> Self {
        self.through((self.value.size(), self.sign().value))
    }

    /// `max(u, 0)` with slope 0 at 0; NaN stays NaN.
    #[inline(always)]
    fn relu(self) -> Self {
        let zero = self.value.like(0.0);
        Self {
            value: zero.if_above(self.value, zero, self.value),
            slope: self.value.if_above(zero, self.slope, zero),
        }
    }

    /// `u + sqrt(u^2 + c)`, on the left as `c / (sqrt(u^2 + c) - u)`, which does not cancel; the slope is `value / sqrt(u^2 + c)`.
    #[inline(always)]
    fn hyperbola(self, c: f64) -> Self {
        let (u, c) = (self.value, self.value.like(c));
        let zero = u.like(0.0);
        let root = (u * u + c).root();
        let value = u.if_above(zero, root + u, c / (root - u));
        self.through((value, value / root))
    }

    #[inline(always)]
    fn cos(self) -> Self {
        let (sin, cos) = self.value.sin_cos();
        self.through((cos, -sin))
    }

    #[inline(always)]
    fn tan(self) -> Self {
        let (sin, cos) = self.value.sin_cos();
        self.through((sin / cos, cos.like(1.0) / (cos * cos)))
    }
}

/// A loop over a row: every `u` becomes what stands behind it. No function is passed for that, because a call through one
/// might not be inlined, and then every single vector operation becomes a call.
macro_rules! each {
    ($row:expr, $u:ident => $result:expr) => {
        for number in $row {
            let $u = *number;
            *number = $result;
        }
    };
}
pub(super) use each;

/// Passes every number of a row through `f`.
#[inline(always)]
pub(super) fn apply<N: Number>(f: &Function, row: &mut [Dual<N>]) {
    match f {
        Function::Exp => each!(row, u => u.through(u.value.exp())),
        Function::Expm1 => each!(row, u => u.through(u.value.expm1())),
        Function::Ln => each!(row, u => u.through(u.value.ln())),
        Function::Ln1p => scalar(row, |u| (libm::log1p(u), 1.0 / (1.0 + u))),
        Function::Hyperbola(c) => each!(row, u => u.hyperbola(*c)),
        Function::Sqrt => each!(row, u => u.sqrt()),
        Function::Abs => each!(row, u => u.abs()),
        Function::Sign => each!(row, u => u.sign()),
        Function::Relu => each!(row, u => u.relu()),
        Function::Tanh => each!(row, u => u.through(u.value.tanh())),
        Function::Sigmoid => each!(row, u => u.through(u.value.sigmoid())),
        Function::Softplus => each!(row, u => u.through(u.value.softplus())),
        Function::Erf => each!(row, u => u.through(u.value.erf())),
        Function::Sin => each!(row, u => u.through(u.value.sin_cos())),
        Function::Cos => each!(row, u => u.cos()),
        Function::Tan => each!(row, u => u.tan()),
        Function::Atan => scalar(row, |u| (libm::atan(u), 1.0 / (1.0 + u * u))),
        Function::Sinh => scalar(row, |u| (libm::sinh(u), libm::cosh(u))),
        Function::Cosh => scalar(row, |u| (libm::cosh(u), libm::sinh(u))),
        Function::Table(act) => {
            let phi = act.phi();
            scalar(row, |u| match u.is_nan() {
                true => (u, u),
                false => (phi.value(u), phi.derivative(u)),
            });
        }
    }
}

/// A function that has no vector form.
#[inline(always)]
fn scalar<N: Number>(row: &mut [Dual<N>], f: impl Fn(f64) -> (f64, f64)) {
    each!(row, u => u.through(u.value.each(&f)));
}
