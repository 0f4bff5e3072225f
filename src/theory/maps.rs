//! The maps from one layer to the next at infinite width.

use super::error::TheoryError;
use super::kernel::Kernel;

/// An activation with the variances of its layers.
#[derive(Clone, Copy, Debug)]
pub struct Maps<'k> {
    kernel: &'k Kernel,
    sigma_w2: f64,
    sigma_b2: f64,
}

/// The length map and the gradient factor at one variance.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Length {
    /// `V(q) = sigma_w2 E phi(sqrt(q) z)^2 + sigma_b2`.
    pub next: f64,
    /// `chi_perp = sigma_w2 E phi'(sqrt(q) z)^2`: the factor of squared gradients.
    pub chi_perp: f64,
    /// `chi_parallel = V'(q)`, kinks and jumps included: the factor of small errors of `q`.
    pub chi_parallel: f64,
}

impl<'k> Maps<'k> {
    /// Maps of layers with `fan_in Var W = sigma_w2` and `Var b = sigma_b2`.
    ///
    /// # Errors
    /// Refuses variances that are not finite, weights of variance 0 and biases of negative variance.
    pub fn new(kernel: &'k Kernel, sigma_w2: f64, sigma_b2: f64) -> Result<Self, TheoryError> {
        if !(sigma_w2.is_finite() && sigma_w2 > 0.0) {
            return Err(TheoryError::WeightVariance(sigma_w2));
        }
        if !(sigma_b2.is_finite() && sigma_b2 >= 0.0) {
            return Err(TheoryError::BiasVariance(sigma_b2));
        }
        Ok(Self {
            kernel,
            sigma_w2,
            sigma_b2,
        })
    }

    /// The activation's tables.
    #[must_use]
    pub fn kernel(&self) -> &'k Kernel {
        self.kernel
    }

    /// `fan_in Var W`.
    #[must_use]
    pub fn sigma_w2(&self) -> f64 {
        self.sigma_w2
    }

    /// `Var b`.
    #[must_use]
    pub fn sigma_b2(&self) -> f64 {
        self.sigma_b2
    }

    /// `ln V(exp(ln_q))` from the tables, at any scale; infinite where `V` overflows, `-inf` where it is 0.
    #[must_use]
    pub fn ln_next(&self, ln_q: f64) -> f64 {
        ln_add(
            self.sigma_w2.ln() + self.kernel.local(ln_q).ln_second,
            self.sigma_b2.ln(),
        )
    }

    /// The length map at `q > 0` by direct quadrature.
    #[must_use]
    pub fn length(&self, q: f64) -> Length {
        let m = self.kernel.gaussian().moments(q);
        Length {
            next: self.sigma_w2 * m.second + self.sigma_b2,
            chi_perp: self.sigma_w2 * m.slope_second,
            chi_parallel: self.sigma_w2 * m.second_by_q,
        }
    }

    /// The deficit map at variance `q`: `1 - c` of the next layer for inputs that overlap by `c = 1 - epsilon` in this one
    /// (biases included in both), where `q` is a fixed point of the length map. By direct quadrature.
    #[must_use]
    pub fn deficit(&self, q: f64, epsilon: f64) -> f64 {
        self.sigma_w2 * self.kernel.gaussian().deficit(q, epsilon) / q
    }

    /// The slope `C'(c) = sigma_w2 E phi'(u1) phi'(u2)` of the correlation map at `c = 1 - epsilon`, jumps included; infinite
    /// at `epsilon = 0` for an activation that jumps. By direct quadrature.
    #[must_use]
    pub fn correlation_slope(&self, q: f64, epsilon: f64) -> f64 {
        let gaussian = self.kernel.gaussian();
        if gaussian.shape().jumps.is_empty() {
            return self.sigma_w2 * gaussian.products(q, epsilon)[1];
        }
        if epsilon == 0.0 {
            return f64::INFINITY;
        }
        self.sigma_w2 * (gaussian.products(q, epsilon)[1] + gaussian.jump_slope(q, epsilon))
    }

    /// `chi_perp` and `chi_parallel` in the limit `q -> 0`; `None` where `phi(0)` is not 0.
    #[must_use]
    pub fn slope_at_zero(&self) -> Option<f64> {
        let term = self.kernel.gaussian().shape().at_zero?;
        let mean_square = 0.5 * (term.left * term.left + term.right * term.right);
        Some(if term.degree == 1 {
            self.sigma_w2 * mean_square
        } else {
            0.0
        })
    }
}

/// `ln(exp(a) + exp(b))`.
pub(super) fn ln_add(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY || high == f64::INFINITY {
        high
    } else {
        high + (low - high).exp().ln_1p()
    }
}
