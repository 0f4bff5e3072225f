//! The deficit `E (phi(u1) - phi(u2))^2 / 2` fast, to about `1e-9`: what the overlap tables are filled from.
//!
//! With `m = (u1 + u2)/2`, `d = (u1 - u2)/2` as in the direct path. An analytic activation is summed on one lattice for both
//! (the trapezoid rule converges exponentially, and `phi` is evaluated once per lattice point); any other by wide panels.

use std::f64::consts::PI;
use std::sync::OnceLock;

use crate::math::double::{exp_each, squared_distance};
use crate::math::quadrature::SHORT_RULE;
use crate::net::activation::Smoothness;
use crate::theory::gaussian::{Allowance, Gaussian};

/// Share of the last Legendre coefficients that ends a panel in `x`.
const SMOOTH: f64 = 1e-6;
/// Distances from 0 up to which features are looked for: the second where the first are too many, and so on.
const FAR: [f64; 4] = [1048576.0, 4096.0, 256.0, 32.0];

/// Standard deviations covered on either side: beyond lies `1e-13` of the mass and `1e-11` of the fourth moment.
const REACH: f64 = 7.5;
/// The same of an activation that grows like an exponential.
const FARTHEST: f64 = 60.0;
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
    /// Points between which the activation is smooth, ascending, and how far they reach; `None` where it never becomes so.
    breaks: OnceLock<Option<(f64, Vec<f64>)>>,
}

impl Rule {
    pub(super) fn new(gaussian: &Gaussian) -> Self {
        Self {
            step: lattice_step(gaussian),
            breaks: OnceLock::new(),
        }
    }

    fn breaks(&self, gaussian: &Gaussian) -> Option<&(f64, Vec<f64>)> {
        let find = |far: f64| {
            let (left, right) = (
                gaussian.coarse_breaks(true, far, SMOOTH)?,
                gaussian.coarse_breaks(false, far, SMOOTH)?,
            );
            let zero = gaussian.shape().kinks.contains(&0.0).then_some(0.0);
            let all = left.iter().rev().map(|x| -x).chain(zero).chain(right);
            Some((far, all.collect()))
        };
        self.breaks
            .get_or_init(|| FAR.into_iter().find_map(find))
            .as_ref()
    }

    /// The deficit at variance `q` for `u1`, `u2` at the angle `theta` (`c = cos theta`), `0 < theta < pi`.
    pub(super) fn deficit(
        &self,
        gaussian: &Gaussian,
        q: f64,
        theta: f64,
        allowance: &Allowance,
    ) -> f64 {
        let s = q.sqrt();
        let (sd_d, sd_m) = (s * (0.5 * theta).sin(), s * (0.5 * theta).cos());
        // exp(2 x) moves the mass by 2 s standard deviations; beyond 60 nothing is left of any whose mean square is a number.
        let shape = gaussian.shape();
        let steep = shape.at_infinity.is_none() && shape.derivative_sup.is_infinite();
        let reach = if steep {
            (REACH + 2.5 * s).min(FARTHEST)
        } else {
            REACH
        };
        if gaussian.unknown().is_some() || allowance.is_spent() {
            return f64::NAN;
        }
        match self.step {
            Some(h) if s < MOST_STEPS * h => lattice(gaussian, h, reach, [sd_m, sd_d], allowance),
            _ => match self.breaks(gaussian) {
                Some((far, breaks)) if *far == FAR[0] || reach * (sd_m + sd_d) <= *far => {
                    panels(gaussian, breaks, reach, [sd_m, sd_d], allowance)
                }
                _ => f64::NAN,
            },
        }
    }
}

/// The largest step whose lattice sums do not notice a shift by half a step; `None` where there is none.
fn lattice_step(gaussian: &Gaussian) -> Option<f64> {
    let shape = gaussian.shape();
    if shape.smoothness != Smoothness::Analytic || !shape.features.is_empty() {
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

fn lattice(
    gaussian: &Gaussian,
    most: f64,
    reach: f64,
    [sd_m, sd_d]: [f64; 2],
    allowance: &Allowance,
) -> f64 {
    let phi = gaussian.activation().phi();
    let step = most.min(sd_d / PER_SD).min(sd_m / PER_SD);
    // m runs in whole multiples of the step of d.
    let stride = (most.min(sd_m / PER_SD) / step) as i64;
    let (d_count, m_count) = (
        (reach * sd_d / step) as i64 + 1,
        (reach * sd_m / (step * stride as f64)) as i64 + 1,
    );
    let farthest = m_count * stride + d_count;
    let pairs = (2 * m_count + 1).saturating_mul(2 * d_count);
    let shared = 2 * farthest < pairs;
    // An evaluation costs as much as some ten products.
    let evaluations = if shared { 2 * farthest } else { pairs };
    let evaluations = evaluations.saturating_add(pairs / 16) as usize;
    if !gaussian.affords_in_rows(evaluations) {
        return f64::NAN;
    }
    allowance.spend(evaluations);
    let on_lattice = |from: i64, to: i64| {
        let mut x: Vec<f64> = (from..=to).map(|k| step * k as f64).collect();
        phi.values(&mut x);
        x
    };
    let weights = |from: i64, to: i64, every: i64, sd: f64| {
        let z = |i: i64| step * (i * every) as f64 / sd;
        let mut all: Vec<f64> = (from..=to).map(|i| -0.5 * z(i) * z(i)).collect();
        exp_each(&mut all);
        all
    };
    let d_weights = weights(1, d_count, 1, sd_d);
    let m_weights = weights(-m_count, m_count, stride, sd_m);
    let m_weights = (-m_count..).map(|i| i * stride).zip(m_weights);
    let total: f64 = if shared {
        // phi on the lattice, upward and downward, so that both ends of a pair run forward.
        let up = on_lattice(-farthest, farthest);
        let down: Vec<f64> = up.iter().rev().copied().collect();
        let from = |k: i64| &up[(farthest + k) as usize..];
        let back_from = |k: i64| &down[(farthest - k) as usize..];
        m_weights
            .map(|(m, w)| w * squared_distance(&d_weights, from(m + 1), back_from(m - 1)))
            .sum()
    } else {
        m_weights
            .map(|(m, w)| {
                let around = on_lattice(m - d_count, m + d_count);
                let (below, above) = around.split_at(d_count as usize);
                let pairs = below.iter().rev().zip(&above[1..]).zip(&d_weights);
                w * pairs.map(|((a, b), v)| v * (a - b) * (a - b)).sum::<f64>()
            })
            .sum()
    };
    // Both signs of d; the factor 1/2 of the deficit; d = 0 adds nothing.
    total * step * step * stride as f64 / (2.0 * PI * sd_m * sd_d)
}

/// The outer variable is the narrow one of `m` and `d`; for `c < 0` that is `m`, and they change places as `u2` changes sign.
fn panels(
    gaussian: &Gaussian,
    breaks: &[f64],
    reach: f64,
    [sd_m, sd_d]: [f64; 2],
    allowance: &Allowance,
) -> f64 {
    let phi = gaussian.activation().phi();
    let mirrored = sd_m < sd_d;
    let sign = if mirrored { -1.0 } else { 1.0 };
    let (wide, narrow) = if mirrored { (sd_d, sd_m) } else { (sd_m, sd_d) };
    if !gaussian.affords_in_rows(breaks.len() * breaks.len()) {
        return f64::NAN;
    }
    // Where two breakpoints meet in the wide variable.
    let mut meetings: Vec<f64> = breaks
        .iter()
        .flat_map(|a| breaks.iter().map(move |b| 0.5 * (a - sign * b)))
        .collect();
    let start = if mirrored { -reach * narrow } else { 0.0 };
    let (mut outer, mut inner) = (Nodes::default(), Nodes::default());
    outer.fill(start, reach * narrow, narrow, &mut meetings);
    let across = (2.0 * reach / PANEL) as usize + 2 * breaks.len() + 1;
    if !gaussian.affords_in_rows(outer.points.len() * across * SHORT_RULE.len()) {
        return f64::NAN;
    }
    let mut cuts = Vec::new();
    let (mut first, mut second) = (Vec::new(), Vec::new());
    let mut total = 0.0;
    for (&d, &weight) in outer.points.iter().zip(&outer.weights) {
        cuts.clear();
        cuts.extend(breaks.iter().flat_map(|k| [k - d, sign * k + d]));
        inner.fill(-reach * wide, reach * wide, wide, &mut cuts);
        first.clear();
        first.extend(inner.points.iter().map(|m| m + d));
        second.clear();
        second.extend(inner.points.iter().map(|m| sign * (m - d)));
        allowance.spend(2 * first.len());
        phi.values(&mut first);
        phi.values(&mut second);
        total += weight * squared_distance(&inner.weights, &first, &second);
    }
    // The factor 1/2 of the deficit, and where only d > 0 was summed both its signs.
    total / ((if mirrored { 4.0 } else { 2.0 }) * PI * sd_m * sd_d)
}

/// Points and weights of an integral over a Gaussian.
#[derive(Default)]
struct Nodes {
    points: Vec<f64>,
    weights: Vec<f64>,
}

impl Nodes {
    /// Nodes and weights (the Gaussian's `exp(-x^2/(2 sd^2))` included) over `[a, b]`, split at `cuts` and at most [`PANEL`] wide.
    fn fill(&mut self, a: f64, b: f64, sd: f64, cuts: &mut Vec<f64>) {
        self.points.clear();
        self.weights.clear();
        cuts.retain(|c| *c > a && *c < b);
        cuts.push(b);
        cuts.sort_by(f64::total_cmp);
        let mut halves = Vec::with_capacity(2 * cuts.len());
        let mut left = a;
        for &right in cuts.iter() {
            if right > left {
                let pieces = ((right - left) / (PANEL * sd)).ceil();
                let half = 0.5 * (right - left) / pieces;
                for i in 0..pieces as usize {
                    let centre = left + half * (2.0 * i as f64 + 1.0);
                    self.points
                        .extend(SHORT_RULE.iter().map(|(x, _)| half * x + centre));
                    halves.push(half);
                }
                left = right;
            }
        }
        let exponents = self.points.iter().map(|x| -0.5 * x * x / (sd * sd));
        self.weights.extend(exponents);
        exp_each(&mut self.weights);
        for (weights, half) in self.weights.chunks_mut(SHORT_RULE.len()).zip(halves) {
            for (weight, (_, w)) in weights.iter_mut().zip(SHORT_RULE) {
                *weight *= half * w;
            }
        }
    }
}
