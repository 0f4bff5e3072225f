//! The (sigma_w, sigma_b) plane: which side of the edge of chaos a point lies on, fast enough for a map of it.

use super::error::TheoryError;
use super::fixed_point::Status;
use super::kernel::Route;
use super::maps::Maps;
use crate::math::root::brent;

/// Distance of `chi_perp` from 1 that counts as critical: a depth scale of 1000 layers.
const CRITICAL: f64 = 1e-3;

/// What deep layers do with two nearby inputs and with gradients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regime {
    /// Inputs become equal, gradients vanish: `C'(1) < 1`. Includes `q* = 0`.
    Ordered,
    /// On the edge: `C'(1) = 1` within `1e-3`.
    Critical,
    /// Inputs part, gradients explode: `C'(1) > 1`; always so where the activation jumps.
    Chaotic,
    /// `q` grows without bound.
    Diverging,
}

impl Regime {
    /// The word for it: `ordered`, `critical`, `chaotic`, `diverging`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Critical => "critical",
            Self::Chaotic => "chaotic",
            Self::Diverging => "diverging",
        }
    }
}

/// One point of the plane. Fields are `None` as in [`FixedPoint`](super::fixed_point::FixedPoint).
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct PhasePoint {
    /// Side of the edge.
    pub regime: Regime,
    /// What becomes of `q` from 1.
    pub status: Status,
    /// Limit of `q`.
    pub q_star: Option<f64>,
    /// `chi_perp` there.
    pub chi_perp: Option<f64>,
    /// `chi_parallel` there.
    pub chi_parallel: Option<f64>,
    /// Stable overlap; `None` also where it was not asked for and is not 1.
    pub c_star: Option<f64>,
}

impl Maps<'_> {
    /// Where this point of the plane lies, from the tables: `q*` and slopes to about `1e-11`, the overlap to `1e-6`.
    ///
    /// With `overlap` the stable overlap of the chaotic phase is solved for, from the octave tables (filled on first use).
    ///
    /// # Errors
    /// [`TheoryError::Unresolved`] where an expectation cannot be computed.
    pub fn phase(&self, overlap: bool) -> Result<PhasePoint, TheoryError> {
        let (status, q_star) = self.limit()?;
        let mut point = PhasePoint {
            regime: Regime::Diverging,
            status,
            q_star,
            chi_perp: None,
            chi_parallel: None,
            c_star: None,
        };
        match status {
            Status::DivergesExp | Status::DivergesSubexp => return Ok(point),
            Status::Zero | Status::ZeroMarginal => {
                point.q_star = Some(0.0);
                point.chi_perp = self.slope_at_zero();
                point.chi_parallel = point.chi_perp;
                point.regime = if status == Status::Zero {
                    Regime::Ordered
                } else {
                    Regime::Critical
                };
                return Ok(point);
            }
            Status::Converged | Status::Neutral => {}
        }
        let Some(q) = q_star else { return Ok(point) };
        let local = self.kernel().local(q.ln());
        let share = self.sigma_w2() * (local.ln_second - q.ln()).exp();
        let chi_perp = share * local.ln_slope_share.exp();
        point.chi_perp = Some(chi_perp);
        point.chi_parallel = Some(share * local.elasticity);
        let jumps = !self.kernel().gaussian().shape().jumps.is_empty();
        point.regime = match chi_perp {
            _ if jumps => Regime::Chaotic,
            x if (x - 1.0).abs() <= CRITICAL => Regime::Critical,
            x if x < 1.0 => Regime::Ordered,
            _ => Regime::Chaotic,
        };
        if chi_perp <= 1.0 && !jumps {
            point.c_star = Some(1.0);
        } else if overlap {
            let kernel = self.kernel();
            let allowance = kernel.allowance();
            let growth = |x: f64| {
                kernel.ln_deficit(q.ln(), &local, x, &Route::Octave, &allowance) + share.ln() - x
            };
            // Between independent inputs, which never part, and a difference of 1e-30, which always grows.
            let (low, high) = (-69.0, 0.0);
            let epsilon = if growth(high) >= -1e-9 {
                1.0
            } else {
                brent(low, high, growth).exp()
            };
            if growth(epsilon.ln()).is_nan() {
                return Err(TheoryError::unresolved(self.kernel().gaussian(), q));
            }
            point.c_star = Some(1.0 - epsilon);
        }
        Ok(point)
    }
}
