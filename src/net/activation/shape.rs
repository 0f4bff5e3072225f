//! What theory and simulation must know of an activation beyond its values.

/// How smooth an activation is at its worst point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Smoothness {
    /// Analytic on the whole line.
    Analytic,
    /// Continuous derivative, some higher derivative jumps.
    C1,
    /// Continuous, the derivative jumps.
    Kink,
    /// The value itself jumps.
    Jump,
}

/// Leading behaviour `phi(x) ~ c |x|^degree` near a point (0 or infinity), with `c = left` for x < 0 and `c = right` for x > 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeadingTerm {
    /// Power of `|x|`.
    pub degree: u32,
    /// Coefficient for negative x.
    pub left: f64,
    /// Coefficient for positive x.
    pub right: f64,
}

impl LeadingTerm {
    /// `left |x|^degree` for x < 0, `right x^degree` for x > 0.
    #[must_use]
    pub const fn new(degree: u32, left: f64, right: f64) -> Self {
        Self {
            degree,
            left,
            right,
        }
    }
}

/// What theory and simulation must know of an activation beyond its values.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Shape {
    /// Smoothness at the worst point.
    pub smoothness: Smoothness,
    /// Every non-analytic point, ascending (jumps included).
    pub kinks: Vec<f64>,
    /// Points where the value itself jumps, ascending.
    pub jumps: Vec<f64>,
    /// Leading behaviour at 0; `None` where `phi(0) != 0`. Relative error of the term is O(|x|), and where a coefficient
    /// is 0 the function is exactly 0 near 0 on that side.
    pub at_zero: Option<LeadingTerm>,
    /// Leading behaviour at infinity; `None` where there is none (sin, exponential). The absolute error is O(1) for
    /// degree 1, o(1) for degree 0, and none for degree 2 (the square of relu).
    pub at_infinity: Option<LeadingTerm>,
    /// Whether the function *is* its term, the same one at 0 and at infinity: `phi(s x) = s^degree phi(x)` for s > 0.
    pub homogeneous: bool,
    /// Supremum of `|phi'|` away from jumps (infinite where unbounded).
    pub derivative_sup: f64,
    /// Points where a typed function has features much narrower than 1, ascending.
    pub features: Vec<f64>,
}

impl Shape {
    /// An analytic function with `|phi'| <= derivative_sup` and no leading_terms.
    pub(super) fn analytic(derivative_sup: f64) -> Self {
        Self {
            smoothness: Smoothness::Analytic,
            kinks: Vec::new(),
            jumps: Vec::new(),
            at_zero: None,
            at_infinity: None,
            homogeneous: false,
            derivative_sup,
            features: Vec::new(),
        }
    }

    /// A function that is analytic but for `kinks`, and no worse than `smoothness` there.
    pub(super) fn kinked(smoothness: Smoothness, kinks: &[f64], derivative_sup: f64) -> Self {
        Self {
            smoothness,
            kinks: kinks.to_vec(),
            ..Self::analytic(derivative_sup)
        }
    }

    /// The same with jumps of the value at `jumps`.
    pub(super) fn jumping(self, jumps: &[f64]) -> Self {
        Self {
            smoothness: Smoothness::Jump,
            jumps: jumps.to_vec(),
            ..self
        }
    }

    /// The same with a term at 0.
    pub(super) fn zero(self, degree: u32, left: f64, right: f64) -> Self {
        Self {
            at_zero: Some(LeadingTerm::new(degree, left, right)),
            ..self
        }
        .with_homogeneity()
    }

    /// The same with a term at infinity.
    pub(super) fn infinity(self, degree: u32, left: f64, right: f64) -> Self {
        Self {
            at_infinity: Some(LeadingTerm::new(degree, left, right)),
            ..self
        }
        .with_homogeneity()
    }

    /// In the table, equal leading_terms mean a homogeneous function.
    fn with_homogeneity(self) -> Self {
        Self {
            homogeneous: self.at_zero.is_some() && self.at_zero == self.at_infinity,
            ..self
        }
    }
}
