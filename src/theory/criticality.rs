//! Gains and critical points: which variances keep signals or gradients at infinite width.

use std::f64::consts::LN_2;
use std::fmt;

use super::error::TheoryError;
use super::kernel::Kernel;
use crate::math::root::brent;
use crate::theory::gaussian::Moments;

/// Relative differences below this are rounding.
const FLAT: f64 = 1e-11;
/// Standard deviations of `sqrt(fan_in) W` that keep one quantity at `q = 1` from one layer to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Gains {
    /// `1/sqrt(E phi(z)^2)`: keeps the mean square.
    pub second_moment: f64,
    /// `1/sqrt(E phi'(z)^2)`: keeps the gradient.
    pub gradient: f64,
    /// `1/sqrt(Var phi(z))`: keeps the variance where means are removed.
    pub centred_variance: f64,
}

/// The gains of an activation; infinite where the expectation is 0.
#[must_use]
pub fn gains(kernel: &Kernel) -> Gains {
    let m = kernel.gaussian().moments(1.0);
    let gain = |square: f64| 1.0 / square.sqrt();
    Gains {
        second_moment: gain(m.second),
        gradient: gain(m.slope_second),
        centred_variance: gain(m.variance),
    }
}

/// How `q` behaves near a critical point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// `|V'(q*)| < 1`.
    Stable,
    /// `V'(q*) > 1`: finite width drifts away.
    Unstable,
    /// Every `q` is a fixed point.
    Neutral,
    /// `q* = 0` with `V'(0) = 1`, and `V(q) < q` just above.
    Attracting,
    /// `q* = 0` with `V'(0) = 1`, and `V(q) > q` just above.
    Repelling,
    /// `V'(q*) = 1` as well: attracts from one side.
    HalfStable,
}

impl fmt::Display for Stability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Stable => "stable",
            Self::Unstable => "unstable",
            Self::Neutral => "neutral",
            Self::Attracting => "attracting",
            Self::Repelling => "repelling",
            Self::HalfStable => "half-stable",
        })
    }
}

/// A pair of variances at which `chi_perp = 1`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Critical {
    /// `fan_in Var W`.
    pub sigma_w2: f64,
    /// `Var b`.
    pub sigma_b2: f64,
    /// Fixed point of the length map; `None` where every `q` is one, 0 for the limit `q* -> 0`.
    pub q_star: Option<f64>,
    /// `chi_parallel = V'(q*)`.
    pub chi_parallel: f64,
    /// What finite width and depth make of it.
    pub stability: Stability,
}

/// Computes a little more of what the scans of this module read of a kernel, `at` 0 at first; `false` where there is nothing more.
#[must_use]
pub fn prepare(kernel: &Kernel, at: &mut usize) -> bool {
    kernel.slopes().is_none() && kernel.prepare_scan(at)
}

/// The edge of chaos at a bias variance: every `(sigma_w2, q*)` with `V(q*) = q*` and `chi_perp(q*) = 1`, ascending in `q*`.
///
/// With `sigma_w2 = 1/E phi'^2` the condition is `q - E phi^2/E phi'^2 = sigma_b2`, one equation for `q`, scanned from 2e-4
/// to 1e6; without bias and with `phi(0) = 0` the limit `q* -> 0` is a point of its own.
///
/// # Errors
/// [`TheoryError::NoEdge`] with the reason where there is none, [`TheoryError::BiasVariance`] for a negative variance,
/// [`TheoryError::Unknown`] and [`TheoryError::Unresolved`] where expectations cannot be computed.
pub fn edge_of_chaos(kernel: &Kernel, sigma_b2: f64) -> Result<Vec<Critical>, TheoryError> {
    if !(sigma_b2.is_finite() && sigma_b2 >= 0.0) {
        return Err(TheoryError::BiasVariance(sigma_b2));
    }
    let gaussian = kernel.gaussian();
    let none = |reason| TheoryError::NoEdge {
        activation: gaussian.activation().to_string(),
        sigma_b2,
        reason,
    };
    if !gaussian.shape().jumps.is_empty() {
        return Err(none(
            "its value jumps, so C'(1) is infinite and equal inputs always part",
        ));
    }
    if gaussian.unknown().is_some() {
        return Err(TheoryError::unresolved(gaussian, 1.0));
    }
    if let Some(term) = kernel.slopes() {
        if sigma_b2 > 0.0 {
            return Err(none(
                "homogeneous, so V(q) = q + sigma_b2 at chi_perp = 1 never settles",
            ));
        }
        let sigma_w2 = 2.0 / (term.left * term.left + term.right * term.right);
        return Ok(vec![Critical {
            sigma_w2,
            sigma_b2,
            q_star: None,
            chi_parallel: 1.0,
            stability: Stability::Neutral,
        }]);
    }
    let mut found = Vec::new();
    if sigma_b2 == 0.0 {
        found.extend(limit_at_zero(kernel));
    }
    let excess = |u: f64, m: &Moments| 1.0 - (m.second / m.slope_second + sigma_b2) * (-u).exp();
    for u in zeros(kernel, excess) {
        let (sigma_w2, chi_parallel) = critical_weights(kernel, u);
        let stability = match chi_parallel {
            x if (x - 1.0).abs() < 1e-9 => Stability::HalfStable,
            x if x < 1.0 => Stability::Stable,
            _ => Stability::Unstable,
        };
        found.push(Critical {
            sigma_w2,
            sigma_b2,
            q_star: Some(u.exp()),
            chi_parallel,
            stability,
        });
    }
    if found.is_empty() {
        let unknown = |(_, m): &(f64, &Moments)| m.slope_second.is_nan();
        if let Some((u, _)) = kernel.scan().find(unknown) {
            return Err(TheoryError::unresolved(gaussian, u.exp()));
        }
        return Err(none(
            "no q between 2e-4 and 1e6 has V(q) = q and chi_perp = 1 together",
        ));
    }
    Ok(found)
}

/// The edge of chaos as a curve: the `(sigma_w2, sigma_b2)` that make `q` a fixed point with `chi_perp = 1`, from the tables.
///
/// Where `sigma_b2` is negative no bias does; neither is finite where the slope vanishes.
#[must_use]
pub fn edge_at(kernel: &Kernel, q: f64) -> (f64, f64) {
    let m = kernel.moments(q);
    (1.0 / m.slope_second, q - m.second / m.slope_second)
}

/// The points with `chi_perp = chi_parallel = 1` at `q* > 0` (GELU, SiLU and their kin; Roberts, Yaida & Hanin, The
/// Principles of Deep Learning Theory, chapter 5), where `E phi phi'' = 0`. Empty where there is none.
#[must_use]
pub fn half_stable(kernel: &Kernel) -> Vec<Critical> {
    if kernel.slopes().is_some() || !kernel.gaussian().shape().jumps.is_empty() {
        return Vec::new();
    }
    let difference = |_: f64, m: &Moments| m.second_by_q / m.slope_second - 1.0;
    let point = |u: f64| {
        let q = u.exp();
        let m = kernel.gaussian().moments(q);
        let sigma_w2 = 1.0 / m.slope_second;
        let sigma_b2 = q - m.second * sigma_w2;
        Critical {
            sigma_w2,
            sigma_b2,
            q_star: Some(q),
            chi_parallel: sigma_w2 * m.second_by_q,
            stability: Stability::HalfStable,
        }
    };
    zeros(kernel, difference)
        .into_iter()
        .map(point)
        .filter(|p| p.sigma_b2 >= 0.0)
        .collect()
}

/// `sigma_w2 = 1/E phi'^2` and `V'` at `q = exp(u)`.
fn critical_weights(kernel: &Kernel, u: f64) -> (f64, f64) {
    let m = kernel.gaussian().moments(u.exp());
    (1.0 / m.slope_second, m.second_by_q / m.slope_second)
}

/// `q* -> 0` at `sigma_w2 = 1/(mean square of the slopes at 0)`.
fn limit_at_zero(kernel: &Kernel) -> Option<Critical> {
    let term = kernel
        .gaussian()
        .shape()
        .at_zero
        .filter(|g| g.degree == 1)?;
    let slope = 0.5 * (term.left * term.left + term.right * term.right);
    if slope == 0.0 {
        return None;
    }
    // ln(V(q)/q) just above 0, as soon as it is more than rounding.
    let growth = |i: i32| {
        let u = LN_2 * f64::from(i);
        kernel.local(u).ln_second - u - slope.ln()
    };
    let first = (-30..=0).map(growth).find(|g| g.abs() > FLAT)?;
    let stability = if first < 0.0 {
        Stability::Attracting
    } else {
        Stability::Repelling
    };
    Some(Critical {
        sigma_w2: 1.0 / slope,
        sigma_b2: 0.0,
        q_star: Some(0.0),
        chi_parallel: 1.0,
        stability,
    })
}

/// Sign changes of `f(ln q, moments)` over the lattice between values that are more than rounding.
fn zeros(kernel: &Kernel, f: impl Fn(f64, &Moments) -> f64) -> Vec<f64> {
    let mut found = Vec::new();
    let mut before: Option<(f64, f64)> = None;
    for (u, moments) in kernel.scan() {
        let y = f(u, moments);
        if y.abs() < FLAT || !y.is_finite() {
            continue;
        }
        if let Some((v, _)) = before.filter(|(_, x)| (*x > 0.0) != (y > 0.0)) {
            found.push(brent(v, u, |u| f(u, &kernel.moments(u.exp()))));
        }
        before = Some((u, y));
    }
    found
}
