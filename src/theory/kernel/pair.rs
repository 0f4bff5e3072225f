//! The deficit `E (phi(u1) - phi(u2))^2 / 2` fast, to about `1e-9`: what the overlap tables are filled from.
//!
//! With `m = (u1 + u2)/2`, `d = (u1 - u2)/2` as in the direct path. An analytic activation is summed on one lattice for both
//! (the trapezoid rule converges exponentially, and `phi` is evaluated once per lattice point); any other by wide panels.

use std::f64::consts::PI;
use std::sync::OnceLock;

use crate::math::double::squared_distance;
use crate::math::quadrature::short_rule;
use crate::net::activation::Smoothness;
use crate::theory::gaussian::Gaussian;

/// Share of the last Legendre coefficients that ends a panel in `x`.
const SMOOTH: f64 = 1e-6;
/// Distance from 0 up to which features are looked for.
const FAR: f64 = 1048576.0;

/// Standard deviations covered on either side: beyond lies `1e-13` of the mass and `1e-11` of the fourth moment.
const REACH: f64 = 7.5;
/// Lattice steps per standard deviation: the trapezoid rule then errs by `exp(-2 pi^2 1.25^2) = 4e-14`, times `62^2` for
/// a quartic factor.
const PER_SD: f64 = 1.25;
/// Lattice steps per standard deviation beyond which panels are cheaper.
const MOST_STEPS: f64 = 300.0;
/// Widest panel, in standard deviations.
const PANEL: f64 = 4.0;

/// How to sum over pairs.
#[derive(Debug)]
pub(super) struct Rule {
    /// Largest step in `x` of a lattice that resolves the activation, where there is one.
    step: Option<f64>,
    /// Points between which the activation is smooth, ascending; `None` where it never becomes so.
    breaks: OnceLock<Option<Vec<f64>>>,
}

impl Rule {
    pub(super) fn new(gaussian: &Gaussian) -> Self {
        Self {
            step: lattice_step(gaussian),
            breaks: OnceLock::new(),
        }
    }

    fn breaks(&self, gaussian: &Gaussian) -> Option<&[f64]> {
        let find = || {
            let (left, right) = (
                gaussian.coarse_breaks(true, FAR, SMOOTH)?,
                gaussian.coarse_breaks(false, FAR, SMOOTH)?,
            );
            let zero = gaussian.shape().kinks.contains(&0.0).then_some(0.0);
            Some(
                left.iter()
                    .rev()
                    .map(|x| -x)
                    .chain(zero)
                    .chain(right)
                    .collect(),
            )
        };
        self.breaks.get_or_init(find).as_deref()
    }

    /// The deficit at variance `q` for `u1`, `u2` at the angle `theta` (`c = cos theta`), `0 < theta < pi`.
    pub(super) fn deficit(&self, gaussian: &Gaussian, q: f64, theta: f64) -> f64 {
        let s = q.sqrt();
        let (sd_d, sd_m) = (s * (0.5 * theta).sin(), s * (0.5 * theta).cos());
        // exp(2 x) moves the mass by 2 s standard deviations.
        let shape = gaussian.shape();
        let steep = shape.at_infinity.is_none() && shape.derivative_sup.is_infinite();
        let reach = if steep { REACH + 2.5 * s } else { REACH };
        match self.step {
            Some(h) if s < MOST_STEPS * h => lattice(gaussian, h, reach, sd_m, sd_d),
            _ => self.breaks(gaussian).map_or(f64::NAN, |breaks| {
                panels(gaussian, breaks, reach, sd_m, sd_d)
            }),
        }
    }
}

/// The largest step whose lattice sums do not notice a shift by half a step; `None` where there is none.
fn lattice_step(gaussian: &Gaussian) -> Option<f64> {
    if gaussian.shape().smoothness != Smoothness::Analytic {
        return None;
    }
    let phi = gaussian.activation().phi();
    let blind = |h: f64| {
        [0.5_f64, 1.0, 6.0].iter().all(|sd| {
            let sum = |shift: f64| -> f64 {
                let h = h.min(sd / PER_SD);
                let count = (REACH * sd / h) as i32;
                let at = |i: i32| {
                    let m = h * (f64::from(i) + shift);
                    let difference = phi.value(m + 0.5 * sd) - phi.value(m - 0.5 * sd);
                    difference * difference * (-0.5 * m * m / (sd * sd)).exp()
                };
                (-count..=count).map(at).sum()
            };
            let (a, b) = (sum(0.0), sum(0.5));
            (a - b).abs() <= 1e-9 * a.abs()
        })
    };
    (0..10).map(|i| 1.4 * 0.75_f64.powi(i)).find(|h| blind(*h))
}

fn lattice(gaussian: &Gaussian, most: f64, reach: f64, sd_m: f64, sd_d: f64) -> f64 {
    let phi = gaussian.activation().phi();
    let step = most.min(sd_d / PER_SD).min(sd_m / PER_SD);
    // m runs in whole multiples of the step of d.
    let stride = (most.min(sd_m / PER_SD) / step) as i64;
    let (d_count, m_count) = (
        (reach * sd_d / step) as i64 + 1,
        (reach * sd_m / (step * stride as f64)) as i64 + 1,
    );
    let farthest = m_count * stride + d_count;
    let shared = 2 * farthest < (2 * m_count + 1) * 2 * d_count;
    let at = |k: i64| phi.value(step * k as f64);
    let weight = |k: i64, sd: f64| {
        let z = step * k as f64 / sd;
        (-0.5 * z * z).exp()
    };
    let d_weights: Vec<f64> = (1..=d_count).map(|j| weight(j, sd_d)).collect();
    let m_weights = (-m_count..=m_count).map(|i| (i * stride, weight(i * stride, sd_m)));
    let total: f64 = if shared {
        // phi on the lattice, upward and downward, so that both ends of a pair run forward.
        let up: Vec<f64> = (-farthest..=farthest).map(at).collect();
        let down: Vec<f64> = up.iter().rev().copied().collect();
        let from = |k: i64| &up[(farthest + k) as usize..];
        let back_from = |k: i64| &down[(farthest - k) as usize..];
        m_weights
            .map(|(m, w)| w * squared_distance(&d_weights, from(m + 1), back_from(m - 1)))
            .sum()
    } else {
        let pair = |m: i64, j: i64| at(m + j) - at(m - j);
        m_weights
            .map(|(m, w)| {
                let sum = (1..).zip(&d_weights).map(|(j, v)| v * pair(m, j).powi(2));
                w * sum.sum::<f64>()
            })
            .sum()
    };
    // Both signs of d; the factor 1/2 of the deficit; d = 0 adds nothing.
    total * step * step * stride as f64 / (2.0 * PI * sd_m * sd_d)
}

/// The outer variable is the narrow one of `m` and `d`; for `c < 0` that is `m`, and they change places as `u2` changes sign.
fn panels(gaussian: &Gaussian, breaks: &[f64], reach: f64, sd_m: f64, sd_d: f64) -> f64 {
    let phi = gaussian.activation().phi();
    let mirrored = sd_m < sd_d;
    let sign = if mirrored { -1.0 } else { 1.0 };
    let (wide, narrow) = if mirrored { (sd_d, sd_m) } else { (sd_m, sd_d) };
    // Where two breakpoints meet in the wide variable.
    let mut meetings: Vec<f64> = breaks
        .iter()
        .flat_map(|a| breaks.iter().map(move |b| 0.5 * (a - sign * b)))
        .collect();
    let start = if mirrored { -reach * narrow } else { 0.0 };
    let mut cuts = Vec::new();
    let mut total = 0.0;
    for (d, weight_d) in nodes(start, reach * narrow, narrow, &mut meetings) {
        cuts.clear();
        cuts.extend(breaks.iter().flat_map(|k| [k - d, sign * k + d]));
        let inner: f64 = nodes(-reach * wide, reach * wide, wide, &mut cuts)
            .map(|(m, weight)| {
                let difference = phi.value(m + d) - phi.value(sign * (m - d));
                weight * difference * difference
            })
            .sum();
        total += weight_d * inner;
    }
    // The factor 1/2 of the deficit, and where only d > 0 was summed both its signs.
    total / ((if mirrored { 4.0 } else { 2.0 }) * PI * sd_m * sd_d)
}

/// Nodes and weights (the Gaussian's `exp(-x^2/(2 sd^2))` included) over `[a, b]`, split at `cuts` and at most [`PANEL`] wide.
fn nodes(a: f64, b: f64, sd: f64, cuts: &mut Vec<f64>) -> impl Iterator<Item = (f64, f64)> {
    cuts.retain(|c| *c > a && *c < b);
    cuts.push(b);
    cuts.sort_by(f64::total_cmp);
    let mut left = a;
    let mut panels = Vec::with_capacity(2 * cuts.len());
    for &right in cuts.iter() {
        if right > left {
            let pieces = ((right - left) / (PANEL * sd)).ceil();
            let half = 0.5 * (right - left) / pieces;
            panels
                .extend((0..pieces as usize).map(|i| (left + half * (2.0 * i as f64 + 1.0), half)));
            left = right;
        }
    }
    panels.into_iter().flat_map(move |(centre, half)| {
        short_rule().iter().map(move |&(x, w)| {
            let at = half * x + centre;
            (at, half * w * (-0.5 * at * at / (sd * sd)).exp())
        })
    })
}
