//! Expectations of an activation over one Gaussian, by direct quadrature: the accurate path everything else is tested against.

use std::cell::Cell;
use std::f64::consts::PI;

use crate::math::quadrature::Integrals;
use crate::math::quadrature::mesh::{Mesh, Subject};
use crate::net::activation::{Activation, Phi, Shape};

/// Number of quantities in [`Moments`].
pub const MOMENTS: usize = 12;

/// Expectations at one variance `q`, `x = sqrt(q) z`, `z ~ N(0, 1)`; `phi'` is the derivative almost everywhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// `E phi`.
    pub mean: f64,
    /// `E phi^2`.
    pub second: f64,
    /// `Var phi`, computed around `phi(0)` so that it does not cancel at small `q`.
    pub variance: f64,
    /// `E phi^4`.
    pub fourth: f64,
    /// `E phi'`.
    pub slope_mean: f64,
    /// `E phi'^2`.
    pub slope_second: f64,
    /// `E phi'^4`.
    pub slope_fourth: f64,
    /// `E phi^2 phi'^2`.
    pub mixed: f64,
    /// `d/dq E phi^2`, kinks and jumps included.
    pub second_by_q: f64,
    /// `E z phi^2`.
    pub second_z: f64,
    /// `E z phi'^2`.
    pub slope_second_z: f64,
    /// `E (z^2 - 1) phi'^2`.
    pub slope_second_zz: f64,
}

impl Moments {
    /// The fields in order of declaration.
    #[must_use]
    pub fn to_array(self) -> [f64; MOMENTS] {
        [
            self.mean,
            self.second,
            self.variance,
            self.fourth,
            self.slope_mean,
            self.slope_second,
            self.slope_fourth,
            self.mixed,
            self.second_by_q,
            self.second_z,
            self.slope_second_z,
            self.slope_second_zz,
        ]
    }

    /// The inverse of [`Moments::to_array`].
    #[must_use]
    pub fn from_array(a: [f64; MOMENTS]) -> Self {
        Self {
            mean: a[0],
            second: a[1],
            variance: a[2],
            fourth: a[3],
            slope_mean: a[4],
            slope_second: a[5],
            slope_fourth: a[6],
            mixed: a[7],
            second_by_q: a[8],
            second_z: a[9],
            slope_second_z: a[10],
            slope_second_zz: a[11],
        }
    }
}

/// Most breakpoints on one side of 0 in one sum: 8192 panels of a table activation take some ten milliseconds.
const MOST: usize = 8192;
/// The same of a typed one, and those it may have for `|x| <= 64`, divided by its steps in units of [`UNIT`].
const MOST_TYPED: [usize; 2] = [640, 160];
/// Steps of a typed activation that count as one of a table.
const UNIT: usize = 16;
/// Steps of a typed activation in one sum over pairs in rows at most: some 2 ms. A curve takes such a sum a layer, a table of advice
/// some hundred.
const MOST_IN_ROWS: usize = 1 << 21;
/// What an evaluation in such a sum costs beside the activation, in steps.
const BESIDE_ROWS: usize = 7;
/// Evaluations of a typed activation in one sum over pairs one by one at most, divided by its steps in units of [`UNIT`].
const MOST_PAIRS: usize = 1 << 19;
/// Steps of a typed activation in one search for a fixed point of the overlap at most: less than a second. `relu(tanh(x))` takes
/// 58 million.
const MOST_IN_SEARCH: usize = 1 << 27;
/// What an evaluation at a pair costs beside the activation, in steps.
const BESIDE_PAIRS: usize = 8;

/// A place where the activation's value jumps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jump {
    pub(super) at: f64,
    pub(super) left: f64,
    pub(super) right: f64,
}

/// An activation prepared for quadrature.
///
/// Panels follow the activation (split at its kinks and where it varies, scale 1 in `x`) and the Gaussian (two standard
/// deviations, scale `sqrt(q)`), so `q` may lie anywhere from `1e-300` to `1e15` unless the activation oscillates for ever.
#[derive(Debug)]
pub struct Gaussian {
    activation: Activation,
    shape: Shape,
    mesh: Mesh,
    origin: f64,
    jumps: Vec<Jump>,
    /// Why no expectation is known.
    unknown: Option<String>,
}

impl Gaussian {
    /// Prepares an activation.
    #[must_use]
    pub fn new(activation: &Activation) -> Self {
        let phi = activation.phi();
        let shape = phi.shape();
        let typed = activation.row().is_none();
        let [most, near] = MOST_TYPED.map(|most| most / units(phi));
        let mut anchors = shape.kinks.clone();
        anchors.extend(&shape.features);
        anchors.sort_by(f64::total_cmp);
        anchors.dedup();
        let subject = Subject {
            anchors,
            most: if typed { most } else { MOST },
            typed,
        };
        let jump = |&at: &f64| Jump {
            at,
            left: phi.value(at.next_down()),
            right: phi.value(at.next_up()),
        };
        let jumps = shape.jumps.iter().map(jump).collect();
        let mut gaussian = Self {
            activation: activation.clone(),
            mesh: Mesh::new(subject, &|x| sample(phi, x)),
            origin: phi.value(0.0),
            jumps,
            shape,
            unknown: None,
        };
        if typed {
            gaussian.unknown = gaussian.survey(near);
        }
        gaussian
    }

    /// Why no expectation over a typed activation is known.
    fn survey(&self, most: usize) -> Option<String> {
        let phi = self.activation.phi();
        let steep = |x: f64| {
            let scale = x.abs().max(1.0);
            [-1.0, 1.0].iter().any(|side| {
                let [far, middle, near] =
                    [1e-4, 1e-7, 1e-10].map(|d| phi.derivative(x + side * d * scale).abs());
                // Like a root or a logarithm: three decades closer, and steeper each time by as much.
                near.is_infinite() || near > 2.0 * middle && middle > 2.0 * far
            })
        };
        if let Some(kink) = self.shape.kinks.iter().find(|x| steep(**x)) {
            return Some(format!("its slope is infinite at x = {kink}"));
        }
        let wild = [false, true].iter().any(|negative| {
            let breaks = self.breaks(*negative, 64.0);
            breaks.is_none_or(|breaks| breaks.iter().filter(|x| **x <= 64.0).count() > most)
        });
        wild.then(|| "it varies too fast between x = -64 and 64".to_owned())
    }

    /// Why no expectation is known, for any variance; `None` where some are.
    #[must_use]
    pub fn unknown(&self) -> Option<&str> {
        self.unknown.as_deref()
    }

    /// Whether a sum with so many evaluations in rows may be computed.
    pub(super) fn affords_in_rows(&self, evaluations: usize) -> bool {
        evaluations <= self.evaluations_in_rows(MOST_IN_ROWS)
    }

    /// Whether a sum with so many evaluations at one pair after the other may be computed.
    pub(super) fn affords_pairs(&self, evaluations: usize) -> bool {
        !self.is_typed() || evaluations <= MOST_PAIRS / units(self.activation.phi())
    }

    /// What one search may take.
    pub(super) fn allowance(&self) -> Allowance {
        let [steps, _] = self.activation.phi().steps();
        Allowance::of(self.known_or(MOST_IN_SEARCH / (steps + BESIDE_PAIRS)))
    }

    /// Evaluations in rows that have so many steps together.
    pub(super) fn evaluations_in_rows(&self, steps: usize) -> usize {
        let [_, own] = self.activation.phi().steps();
        self.known_or(steps / (own + BESIDE_ROWS))
    }

    /// A limit for a typed activation; of those of the table it is known that they need none.
    fn known_or(&self, typed: usize) -> usize {
        if self.is_typed() { typed } else { usize::MAX }
    }

    fn is_typed(&self) -> bool {
        self.activation.row().is_none()
    }

    /// The activation.
    #[must_use]
    pub fn activation(&self) -> &Activation {
        &self.activation
    }

    /// Its shape.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    pub(super) fn jumps(&self) -> &[Jump] {
        &self.jumps
    }

    /// Breakpoints on one side as distances from 0; `None` where the activation cannot be resolved.
    pub(super) fn breaks(&self, negative: bool, reach: f64) -> Option<Vec<f64>> {
        let phi = self.activation.phi();
        self.mesh.side(negative, reach, &|x| sample(phi, x))
    }

    /// The fewest breakpoints up to `reach` on one side between which the activation is smooth to a share of its size.
    pub(super) fn coarse_breaks(&self, negative: bool, reach: f64, share: f64) -> Option<Vec<f64>> {
        let phi = self.activation.phi();
        self.mesh
            .thinned(negative, reach, share, &|x| sample(phi, x))
    }

    /// `integral f(x, z) dz / sqrt(2 pi)`, `x = sqrt(q) z`: `f` carries the weight `exp(-z^2/2)` itself, so that it can
    /// pair it with growing factors before anything overflows. NaN where the activation cannot be resolved.
    pub(super) fn integrate<const K: usize>(
        &self,
        q: f64,
        mut f: impl FnMut(f64, f64) -> [f64; K],
    ) -> [f64; K] {
        let sd = q.sqrt();
        let phi = self.activation.phi();
        let pair = |x: f64| sample(phi, x);
        let known = Cell::new(self.unknown.is_none());
        let mut all = Integrals::<K>::default();
        for negative in [false, true] {
            let sign = if negative { -1.0 } else { 1.0 };
            if known.get() {
                let breaks = self.mesh.points(negative, &pair, &known);
                all.walk(sd, breaks, |t| f(sign * t, sign * t / sd));
            }
        }
        if !known.get() {
            return [f64::NAN; K];
        }
        all.value.map(|v| v / (sd * (2.0 * PI).sqrt()))
    }

    /// All moments at variance `q > 0`, relative error about `1e-14` (absolute where a sign change cancels).
    ///
    /// NaN where the activation oscillates too fast at this `q` to be resolved, infinite where the expectation overflows.
    #[must_use]
    pub fn moments(&self, q: f64) -> Moments {
        let phi = self.activation.phi();
        let all = self.integrate(q, |x, z| {
            let root = (-0.125 * z * z).exp();
            let half = root * root;
            let [value, slope] = phi.both(x);
            let (v1, s1, v2, s2, c2) = (
                value * root,
                slope * root,
                value * half,
                slope * half,
                (value - self.origin) * half,
            );
            [
                c2 * half,
                v2 * v2,
                c2 * c2,
                (v1 * v1) * (v1 * v1),
                s2 * half,
                s2 * s2,
                (s1 * s1) * (s1 * s1),
                (v1 * s1) * (v1 * s1),
                v2 * s2 * z,
                v2 * v2 * z,
                s2 * s2 * z,
                s2 * s2 * (z * z - 1.0),
            ]
        });
        let mut moments = Moments::from_array(all);
        let jumps: f64 = self
            .jumps
            .iter()
            .map(|j| (j.right * j.right - j.left * j.left) * j.at * density(j.at, q))
            .sum();
        moments.variance = (moments.variance - moments.mean * moments.mean).max(0.0);
        moments.mean += self.origin;
        moments.second_by_q = moments.second_by_q / q.sqrt() + 0.5 * jumps / q;
        moments
    }

    /// `[E z phi / sqrt(q), E (z^2 - 1) phi / q]`: the means of the first two derivatives in the sense of distributions.
    #[must_use]
    pub fn stein(&self, q: f64) -> [f64; 2] {
        let phi = self.activation.phi();
        let [first, second] = self.integrate(q, |x, z| {
            let weighted = (phi.value(x) - self.origin) * (-0.5 * z * z).exp();
            [z * weighted, (z * z - 1.0) * weighted]
        });
        [first / q.sqrt(), second / q]
    }
}

/// Steps of a typed activation in units of [`UNIT`], at least 1.
fn units(phi: &dyn Phi) -> usize {
    phi.steps()[0].div_ceil(UNIT)
}

/// Evaluations that a search, a curve or a table may still make. What is computed beyond them is NaN, so that the answer depends on
/// the request alone: not on the machine, nor on what was computed before.
#[derive(Debug)]
pub struct Allowance(Cell<usize>);

impl Allowance {
    /// So many.
    pub(super) fn of(evaluations: usize) -> Self {
        Self(Cell::new(evaluations))
    }

    /// Takes note of so many.
    pub(super) fn spend(&self, evaluations: usize) {
        self.0.set(self.0.get().saturating_sub(evaluations));
    }

    /// Whether nothing is left.
    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}

/// Value, slope, and the rounding errors of both.
fn sample(phi: &dyn Phi, x: f64) -> [f64; 4] {
    let ([value, slope], [of_value, of_slope]) = (phi.both(x), phi.rounding(x));
    [value, slope, of_value, of_slope]
}

/// Density of `N(0, q)` at `x`.
pub(super) fn density(x: f64, q: f64) -> f64 {
    (-0.5 * x * x / q).exp() / (2.0 * PI * q).sqrt()
}
