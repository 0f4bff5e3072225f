//! Expectations at one variance as the maps use them, and closed forms for homogeneous activations.

use std::f64::consts::PI;

use super::length;
use crate::net::activation::LeadingTerm;
use crate::theory::gaussian::{Gaussian, MOMENTS, Moments};

/// Expectations at one variance in ratios and logarithms that neither under- nor overflow, `x = sqrt(q) z`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Local {
    /// `ln E phi^2`.
    pub ln_second: f64,
    /// `ln Var phi`.
    pub ln_variance: f64,
    /// `ln E phi'^2`.
    pub ln_slope: f64,
    /// `ln (q E phi'^2 / E phi^2)`.
    pub ln_slope_share: f64,
    /// `ln (Var phi / E phi^2)`.
    pub ln_variance_share: f64,
    /// `d ln E phi^2 / d ln q`.
    pub elasticity: f64,
    /// `d ln E phi'^2 / d ln q`.
    pub slope_elasticity: f64,
    /// `(E phi')^2 / E phi'^2`.
    pub slope_mean_share: f64,
    /// `E phi^4 / (E phi^2)^2`.
    pub kurtosis: f64,
    /// `E phi'^4 / (E phi'^2)^2`.
    pub slope_kurtosis: f64,
    /// `E phi^2 phi'^2 / (E phi^2 E phi'^2)`.
    pub mixed: f64,
    /// Shares of the first and second Hermite coefficient in `E phi^4 / (E phi^2)^2`: `(E phi^2 h_n)^2 / (E phi^2)^2`.
    pub hermite: [f64; 2],
    /// The same for `phi'^2`.
    pub slope_hermite: [f64; 2],
}

/// Moments divided by powers of `s = sqrt(q)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scaled {
    pub(super) moments: [f64; MOMENTS],
    pub(super) powers: [i32; MOMENTS],
}

impl Scaled {
    /// Closed forms for `left |x|`, `right x`.
    pub(super) fn homogeneous(term: LeadingTerm) -> Self {
        let (l2, r2) = (term.left * term.left, term.right * term.right);
        let (second, fourth) = (0.5 * (l2 + r2), 0.5 * (l2 * l2 + r2 * r2));
        let mean = (term.left + term.right) / (2.0 * PI).sqrt();
        let moments = Moments {
            mean,
            second,
            variance: second - mean * mean,
            fourth: 3.0 * fourth,
            slope_mean: 0.5 * (term.right - term.left),
            slope_second: second,
            slope_fourth: fourth,
            mixed: fourth,
            second_by_q: second,
            second_z: 2.0 * (r2 - l2) / (2.0 * PI).sqrt(),
            slope_second_z: (r2 - l2) / (2.0 * PI).sqrt(),
            slope_second_zz: 0.0,
        };
        Self {
            moments: moments.to_array(),
            powers: length::powers(1, 0),
        }
    }

    pub(super) fn local(self, ln_s: f64) -> Local {
        let m = Moments::from_array(self.moments);
        let p = self.powers;
        // Indices of powers follow the declaration of Moments.
        let (second, variance, fourth, slope, slope_fourth, mixed, by_q) =
            (p[1], p[2], p[3], p[5], p[6], p[7], p[8]);
        let shift = |power: i32| {
            if power == 0 {
                0.0
            } else {
                f64::from(power) * ln_s
            }
        };
        let ln = |value: f64, power: i32| {
            if value <= 0.0 {
                f64::NEG_INFINITY
            } else {
                value.ln() + shift(power)
            }
        };
        let ratio = |a: f64, b: f64, power: i32| {
            let plain = if b == 0.0 { 0.0 } else { a / b };
            if power == 0 {
                plain
            } else {
                plain * (f64::from(power) * ln_s).exp()
            }
        };
        let (second_2, slope_2) = (m.second * m.second, m.slope_second * m.slope_second);
        let second_zz = 2.0 * m.second_by_q;
        Local {
            ln_second: ln(m.second, second),
            ln_variance: ln(m.variance, variance),
            ln_slope: ln(m.slope_second, slope),
            ln_slope_share: (m.slope_second / m.second).ln() + shift(2 + slope - second),
            ln_variance_share: (m.variance / m.second).ln() + shift(variance - second),
            elasticity: ratio(m.second_by_q, m.second, 2 + by_q - second),
            slope_elasticity: ratio(0.5 * m.slope_second_zz, m.slope_second, p[11] - slope),
            slope_mean_share: ratio(
                m.slope_mean * m.slope_mean,
                m.slope_second,
                2 * p[4] - slope,
            ),
            kurtosis: ratio(m.fourth, second_2, fourth - 2 * second),
            slope_kurtosis: ratio(m.slope_fourth, slope_2, slope_fourth - 2 * slope),
            mixed: ratio(m.mixed, m.second * m.slope_second, mixed - second - slope),
            hermite: [
                ratio(m.second_z * m.second_z, second_2, 2 * (p[9] - second)),
                ratio(
                    0.5 * second_zz * second_zz,
                    second_2,
                    2 * (2 + by_q - second),
                ),
            ],
            slope_hermite: [
                ratio(
                    m.slope_second_z * m.slope_second_z,
                    slope_2,
                    2 * (p[10] - slope),
                ),
                ratio(
                    0.5 * m.slope_second_zz * m.slope_second_zz,
                    slope_2,
                    2 * (p[11] - slope),
                ),
            ],
        }
    }
}

/// `D/(q E phi'^2 epsilon)` for `left |x|`, `right x`: with `phi = a x + b |x|`, `a^2 + b^2 = E phi'^2` and the arc-cosine kernel
/// `E |u1 u2| = (2 q/pi) (sin theta + (pi/2 - theta) cos theta)` (Cho & Saul 2009) it is
/// `1 - (b^2/(a^2 + b^2)) (2/pi) (sin theta - theta cos theta)/(1 - cos theta)`.
pub(super) fn homogeneous_share(term: LeadingTerm, theta: f64) -> f64 {
    let (a, b) = (
        0.5 * (term.right - term.left),
        0.5 * (term.right + term.left),
    );
    let t2 = theta * theta;
    // Both differences by their series where they would cancel; the next terms are below 1e-17 of the first.
    let ratio = if theta < 0.05 {
        theta * (1.0 - t2 / 10.0 + t2 * t2 / 280.0 - t2 * t2 * t2 / 15120.0)
            / 3.0
            / (0.5 - t2 / 24.0 + t2 * t2 / 720.0 - t2 * t2 * t2 / 40320.0)
    } else {
        let half = (0.5 * theta).sin();
        (theta.sin() - theta * theta.cos()) / (2.0 * half * half)
    };
    1.0 - b * b / (a * a + b * b) * (2.0 / PI) * ratio
}

/// The term of an activation that is homogeneous of degree one: term at 0 and infinity agree, and so do a few values.
pub(super) fn degree_one(gaussian: &Gaussian) -> Option<LeadingTerm> {
    let shape = gaussian.shape();
    let term = shape
        .at_zero
        .filter(|g| g.degree == 1 && shape.at_infinity == Some(*g))?;
    let agrees = |x: f64| {
        let value = gaussian.activation().phi().value(x);
        let want = if x < 0.0 {
            -term.left * x
        } else {
            term.right * x
        };
        (value - want).abs() <= 4.0 * f64::EPSILON * want.abs()
    };
    let flat = shape.kinks.iter().all(|k| *k == 0.0) && (term.left, term.right) != (0.0, 0.0);
    let samples = [0.01, 0.1, 0.37, 0.8, 1.0, 1.7, 2.9, 5.3, 11.0, 50.0];
    (flat && samples.iter().all(|x| agrees(*x) && agrees(-x))).then_some(term)
}
