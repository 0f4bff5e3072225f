//! Where the length map and the correlation map settle, and how fast.
//!
//! Definitions after Poole et al. 2016 (arXiv:1606.05340) and Schoenholz et al. 2017 (arXiv:1611.01232).

use std::fmt;

use super::error::TheoryError;
use super::maps::{Length, Maps};
use crate::math::root::{brent, least};

/// Step of the search for fixed points, in `ln q`.
const STEP: f64 = 1.0 / 16.0;
/// `|ln(V(q)/q)|` below which `q` cannot be told from a fixed point.
const FLAT: f64 = 1e-13;
/// Distance from 1 below which a slope counts as 1.
const MARGIN: f64 = 1e-12;
/// `ln(V(q)/q)` at the points of a coarse search above which it is positive between them as well.
const CLEAR: f64 = 1e-2;
/// `ln q` where the search downwards may stop: the term at 0 decides from here on.
const LOWEST: f64 = -20.8;
/// The same upwards for the term at infinity.
const HIGHEST: f64 = 30.0;

/// What becomes of `q <- V(q)` from `q = 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// A fixed point `q* > 0` is reached.
    Converged,
    /// `q -> 0` exponentially.
    Zero,
    /// `q -> 0` by a power of the depth or slower: `V'(0) = 1`.
    ZeroMarginal,
    /// Every `q` is a fixed point.
    Neutral,
    /// `q` grows exponentially or faster.
    DivergesExp,
    /// `q` grows without bound, slower than any exponential.
    DivergesSubexp,
}

impl Status {
    /// The name used in output: `converged`, `zero`, `zero_marginal`, `neutral`, `diverges_exp`, `diverges_subexp`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Converged => "converged",
            Self::Zero => "zero",
            Self::ZeroMarginal => "zero_marginal",
            Self::Neutral => "neutral",
            Self::DivergesExp => "diverges_exp",
            Self::DivergesSubexp => "diverges_subexp",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The end of the road for depth. Fields are `None` where the question has no answer: everything where `q` diverges, the
/// overlap where `q* = 0`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct FixedPoint {
    /// What becomes of `q`.
    pub status: Status,
    /// Limit of `q` from 1.
    pub q_star: Option<f64>,
    /// `chi_parallel = V'(q*)`.
    pub chi_parallel: Option<f64>,
    /// `chi_perp` at `q*`; where `q* = 0`, the mean square of the one-sided slopes at 0.
    pub chi_perp: Option<f64>,
    /// Stable overlap in `[0, 1]`.
    pub c_star: Option<f64>,
    /// `C'(c*)`.
    pub chi_c: Option<f64>,
    /// `-1/ln |V'(q*)|`: layers over which errors of `q` fall by e; infinite at marginality.
    pub xi_q: Option<f64>,
    /// `-1/ln C'(c*)`.
    pub xi_c: Option<f64>,
    /// `-1/ln chi_perp`: negative where gradients explode.
    pub xi_grad: Option<f64>,
}

impl FixedPoint {
    /// The same of `z` with a mean that all layers have: `q* + mean^2`, and the overlap with `mean^2` above and below. Factors and depth
    /// scales are those of `z - mean`.
    #[must_use]
    pub fn with_mean(self, mean: f64) -> Self {
        let square = mean * mean;
        let overlap = |c: f64, q: f64| 1.0 - (1.0 - c) * q / (q + square);
        Self {
            c_star: self.c_star.zip(self.q_star).map(|(c, q)| overlap(c, q)),
            q_star: self.q_star.map(|q| q + square),
            ..self
        }
    }
}

/// `-1/ln |slope|`: infinite at 1, 0 at 0, negative above 1.
#[must_use]
pub fn depth_scale(slope: f64) -> f64 {
    if (slope.abs() - 1.0).abs() <= MARGIN {
        f64::INFINITY
    } else {
        -1.0 / slope.abs().ln() + 0.0
    }
}

impl Maps<'_> {
    /// What becomes of `q` from 1, with the limit where it is a positive number; from the tables.
    ///
    /// # Errors
    /// [`TheoryError::Unresolved`] where an expectation cannot be computed.
    pub fn limit(&self) -> Result<(Status, Option<f64>), TheoryError> {
        if let Some(slope) = self.kernel().slopes().and(self.slope_at_zero()) {
            let marginal = (slope - 1.0).abs() <= MARGIN;
            return Ok(match (marginal, self.sigma_b2() == 0.0) {
                (true, true) => (Status::Neutral, Some(1.0)),
                (true, false) => (Status::DivergesSubexp, None),
                (false, _) if slope > 1.0 => (Status::DivergesExp, None),
                (false, true) => (Status::Zero, None),
                (false, false) => (Status::Converged, Some(self.sigma_b2() / (1.0 - slope))),
            });
        }
        let gap = |u: f64| self.ln_next(u) - u;
        let start = gap(0.0);
        if start.is_nan() {
            return Err(self.unresolved(0.0));
        }
        if start.abs() <= FLAT {
            return Ok((Status::Converged, Some(1.0)));
        }
        if start > 0.0 && self.sigma_w2().ln() + self.kernel().least_growth(HIGHEST) > CLEAR {
            return Ok((self.beyond().0, None));
        }
        let (end, at_end) = if start > 0.0 {
            (self.upper_end(), self.beyond())
        } else {
            (self.lower_end(), self.below())
        };
        let direction = start.signum();
        let (mut before, mut here) = ((0.0, start), (0.0, start));
        while direction * here.0 < direction * end {
            let u = here.0 + direction * STEP;
            let next = (u, gap(u));
            if next.1.is_nan() {
                return Err(self.unresolved(u));
            }
            if next.1 * direction == f64::INFINITY || (next.1.abs() <= FLAT && at_end.1) {
                break;
            }
            if next.1 * direction <= 0.0 {
                return Ok((Status::Converged, Some(brent(here.0, u, gap).exp())));
            }
            // A pair of fixed points, or a double one, between the steps: the gap has a minimum and touches 0 there.
            if here.1.abs() < 0.01 && here.1.abs() < before.1.abs() && here.1.abs() < next.1.abs() {
                let bottom = least(before.0, next.0, |u| direction * gap(u));
                if direction * gap(bottom) <= FLAT {
                    let crosses = direction * gap(bottom) < -FLAT;
                    let at = if crosses {
                        brent(before.0, bottom, gap)
                    } else {
                        bottom
                    };
                    return Ok((Status::Converged, Some(at.exp())));
                }
            }
            (before, here) = (here, next);
        }
        Ok((at_end.0, None))
    }

    /// Where the search upwards ends.
    fn upper_end(&self) -> f64 {
        let bounded = self
            .kernel()
            .gaussian()
            .shape()
            .at_infinity
            .is_some_and(|g| g.degree == 0);
        let falls = self.slope_at_infinity().is_some_and(|s| s < 1.0 - MARGIN);
        if bounded || falls { 80.0 } else { HIGHEST }
    }

    /// Where the search downwards ends: a root exists where `V(0) > 0` or `V'(0) > 1`.
    fn lower_end(&self) -> f64 {
        let leaves = self.sigma_b2() > 0.0 || self.slope_at_zero().is_none_or(|s| s > 1.0 + MARGIN);
        if leaves { -700.0 } else { LOWEST }
    }

    /// `lim V(q)/q` for an activation that is linear at infinity.
    fn slope_at_infinity(&self) -> Option<f64> {
        let term = self
            .kernel()
            .gaussian()
            .shape()
            .at_infinity
            .filter(|g| g.degree == 1)?;
        Some(0.5 * self.sigma_w2() * (term.left * term.left + term.right * term.right))
    }

    /// The status where no fixed point lies above 1, and whether that is the marginal case.
    fn beyond(&self) -> (Status, bool) {
        let marginal = self
            .slope_at_infinity()
            .is_some_and(|s| (s - 1.0).abs() <= MARGIN);
        (
            if marginal {
                Status::DivergesSubexp
            } else {
                Status::DivergesExp
            },
            marginal,
        )
    }

    /// The status where no fixed point lies between 0 and 1, and whether that is the marginal case.
    fn below(&self) -> (Status, bool) {
        let marginal = self
            .slope_at_zero()
            .is_some_and(|s| (s - 1.0).abs() <= MARGIN)
            && self.sigma_b2() == 0.0;
        (
            if marginal {
                Status::ZeroMarginal
            } else {
                Status::Zero
            },
            marginal,
        )
    }

    fn unresolved(&self, ln_q: f64) -> TheoryError {
        TheoryError::unresolved(self.kernel().gaussian(), ln_q.exp())
    }

    /// Fixed points, slopes and depth scales by direct quadrature: `q*` and the slopes to about `1e-13`, divided by the
    /// distance of the slope from 1 where that is small.
    ///
    /// # Errors
    /// [`TheoryError::Cycles`] where `q` has no limit, [`TheoryError::Unresolved`] where an expectation cannot be computed.
    pub fn fixed_point(&self) -> Result<FixedPoint, TheoryError> {
        let (status, q) = self.limit()?;
        let mut found = FixedPoint {
            status,
            q_star: None,
            chi_parallel: None,
            chi_perp: None,
            c_star: None,
            chi_c: None,
            xi_q: None,
            xi_c: None,
            xi_grad: None,
        };
        if let Some(q) = q {
            let (q, length) = self.polish(q);
            if length.chi_parallel < -1.0 {
                return Err(TheoryError::Cycles {
                    activation: self.kernel().gaussian().activation().to_string(),
                    sigma_w2: self.sigma_w2(),
                    sigma_b2: self.sigma_b2(),
                    q,
                    slope: length.chi_parallel,
                });
            }
            let epsilon = self.overlap_deficit(q, length.chi_perp);
            let chi_c = if epsilon == 0.0 {
                length.chi_perp
            } else {
                self.correlation_slope(q, epsilon)
            };
            if epsilon.is_nan() || chi_c.is_nan() || length.chi_parallel.is_nan() {
                return Err(self.unresolved(q.ln()));
            }
            found.q_star = Some(q);
            found.chi_parallel = Some(length.chi_parallel);
            found.chi_perp = Some(length.chi_perp);
            found.c_star = Some(1.0 - epsilon);
            found.chi_c = Some(chi_c);
            found.xi_c = Some(depth_scale(chi_c));
        } else if matches!(status, Status::Zero | Status::ZeroMarginal) {
            found.q_star = Some(0.0);
            found.chi_perp = self.slope_at_zero();
            found.chi_parallel = found.chi_perp;
        }
        found.xi_q = found.chi_parallel.map(depth_scale);
        found.xi_grad = found.chi_perp.map(depth_scale);
        Ok(found)
    }

    /// Newton's method on `V(q) - q` by direct quadrature, from a root of the tabulated map.
    fn polish(&self, mut q: f64) -> (f64, Length) {
        let mut length = self.length(q);
        if self.kernel().slopes().is_some() {
            return (q, length);
        }
        for _ in 0..3 {
            let step = (length.next - q) / (1.0 - length.chi_parallel);
            if !(step.abs() < 1e-6 * q) {
                break;
            }
            q += step;
            length = self.length(q);
        }
        (q, length)
    }

    /// `1 - c*` at a fixed point `q` of the length map: 0 where equal inputs stay equal, else the one root below; NaN where it is
    /// not known.
    fn overlap_deficit(&self, q: f64, chi_perp: f64) -> f64 {
        let jumps = !self.kernel().gaussian().shape().jumps.is_empty();
        if chi_perp <= 1.0 + MARGIN && !jumps {
            return 0.0;
        }
        let gaussian = self.kernel().gaussian();
        let allowance = gaussian.allowance();
        let next = |epsilon| self.sigma_w2() * gaussian.deficit_within(q, epsilon, &allowance) / q;
        let growth = |t: f64| next(t * t) / (t * t) - 1.0;
        if growth(1.0).abs() <= FLAT {
            return 1.0;
        }
        // Nothing separates for ever: at t = 1e-150 the factor is chi_perp, or infinite for a jump.
        let mut known = true;
        let root = brent(0.0, 1.0, |t| {
            let y = if t == 0.0 {
                (chi_perp - 1.0).max(MARGIN)
            } else {
                growth(t)
            };
            known &= !y.is_nan();
            y
        });
        if known { root * root } else { f64::NAN }
    }
}
