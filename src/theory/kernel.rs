//! What theory knows of one activation: expectations at any variance, tabulated on first use and shared by everyone.

mod lattice;
mod length;
mod local;
mod overlap;
mod pair;

use std::collections::HashMap;
use std::f64::consts::{LN_2, PI};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use self::lattice::Lattice;
use self::length::{End, Octave, Side};
pub use self::local::Local;
use self::local::{Scaled, degree_one, homogeneous_share};
use self::overlap::{OCTAVE, Strip};
use self::pair::Rule;
use super::error::TheoryError;
use super::gaussian::{Allowance, Gaussian, MOMENTS, Moments};
use crate::net::activation::{Activation, LeadingTerm};

/// Kernels kept for later requests.
const KEPT: usize = 48;

/// Where an overlap's deficit comes from. All three agree to `1e-7`, far better for most; a request chooses by how
/// often it will ask, so equal requests give equal bits.
#[derive(Debug)]
pub enum Route {
    /// By summation: 2 to 300 microseconds.
    Direct,
    /// From the table of an octave of `q`, filled on first use with some hundred summations and then kept.
    Octave,
    /// From a table at one `q`, filled with some ten summations.
    Line(Box<Line>),
}

/// Overlaps at one variance, made by [`Kernel::line`].
#[derive(Debug)]
pub struct Line(Strip<1>);

/// `ln q` from which overlaps are tabulated in `sqrt(q)`, all the way to 0.
const NEAR_ZERO: f64 = -8.0 * LN_2;

/// `|ln q|` beyond which the ratio of a deficit to its base no longer changes: corrections are below `exp(-37)`, and the sums of
/// a function of degree d still are numbers at `600/d`.
const EXTREME: f64 = 100.0;

/// Angle below which a continuous activation's deficit is its limit to `1e-8`.
const SMALLEST: f64 = 1e-9;

/// Steps of a typed activation in the sums of one curve at most, those that fill tables left out: some 0.3 s.
const MOST_IN_CURVE: usize = 1 << 28;
/// The same of those that fill one cell of a table: some 70 ms.
const MOST_IN_CELL: usize = 1 << 26;

/// An activation with its tables.
#[derive(Debug)]
pub struct Kernel {
    gaussian: Gaussian,
    homogeneous: Option<Scaled>,
    zero: OnceLock<End>,
    infinity: OnceLock<End>,
    octaves: Vec<OnceLock<Octave>>,
    /// Samples of octaves that are prepared.
    begun: Mutex<HashMap<usize, Vec<Moments>>>,
    /// Where `q` is no number any more, towards 0 and towards infinity.
    beyond: [OnceLock<[f64; MOMENTS]>; 2],
    least_growth: OnceLock<f64>,
    rule: OnceLock<Rule>,
    zero_strip: OnceLock<Strip<OCTAVE>>,
    strips: Vec<OnceLock<Strip<OCTAVE>>>,
    lattice: Lattice,
}

impl Kernel {
    /// The kernel of an activation, shared with all earlier requests for it.
    #[must_use]
    pub fn of(activation: &Activation) -> Arc<Self> {
        static KERNELS: Mutex<Vec<Arc<Kernel>>> = Mutex::new(Vec::new());
        let mut kernels = KERNELS.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kernels
            .iter()
            .position(|k| k.gaussian.activation() == activation);
        let kernel = found.map_or_else(|| Arc::new(Self::new(activation)), |i| kernels.remove(i));
        kernels.insert(0, Arc::clone(&kernel));
        kernels.truncate(KEPT);
        kernel
    }

    /// The kernel of an activation that is given the mean of the biases besides: that of `phi(x + mean)`.
    ///
    /// # Errors
    /// [`TheoryError::BiasMean`] where that function is not known well enough.
    pub fn with_bias_mean(activation: &Activation, mean: f64) -> Result<Arc<Self>, TheoryError> {
        let shifted = activation.shifted(mean);
        shifted
            .map(|shifted| Self::of(&shifted))
            .ok_or(TheoryError::BiasMean { mean })
    }

    /// A fresh kernel with empty tables.
    #[must_use]
    pub fn new(activation: &Activation) -> Self {
        let gaussian = Gaussian::new(activation);
        let homogeneous = degree_one(&gaussian).map(Scaled::homogeneous);
        Self {
            gaussian,
            homogeneous,
            zero: OnceLock::new(),
            infinity: OnceLock::new(),
            beyond: Default::default(),
            octaves: (0..length::OCTAVES).map(|_| OnceLock::new()).collect(),
            begun: Mutex::default(),
            least_growth: OnceLock::new(),
            rule: OnceLock::new(),
            zero_strip: OnceLock::new(),
            strips: (0..length::OCTAVES).map(|_| OnceLock::new()).collect(),
            lattice: Lattice::new(),
        }
    }

    /// The direct, accurate path.
    #[must_use]
    pub fn gaussian(&self) -> &Gaussian {
        &self.gaussian
    }

    /// The two slopes of an activation that is exactly `left |x|` for x < 0 and `right x` for x > 0.
    #[must_use]
    pub fn slopes(&self) -> Option<LeadingTerm> {
        self.homogeneous.and(self.gaussian.shape().at_zero)
    }

    /// The least `ln(E phi^2/q)` for `ln q` from 0 to `highest` (the same in every call), on a lattice of 1/8; `-inf` for an
    /// activation that is not known to grow.
    pub(super) fn least_growth(&self, highest: f64) -> f64 {
        if self
            .gaussian
            .shape()
            .at_infinity
            .is_none_or(|g| g.degree == 0)
        {
            return f64::NEG_INFINITY;
        }
        let steps = (8.0 * highest) as i32;
        let growth = |i: i32| {
            let u = 0.125 * f64::from(i);
            self.local(u).ln_second - u
        };
        *self
            .least_growth
            .get_or_init(|| (0..=steps).map(growth).fold(f64::INFINITY, f64::min))
    }

    /// Expectations at `q = exp(ln_q)`, any finite `ln_q`; relative error below `1e-12` in second moment, variance and slope.
    #[must_use]
    pub fn local(&self, ln_q: f64) -> Local {
        self.scaled(ln_q).local(0.5 * ln_q)
    }

    /// The moments at `q` from the tables, where they can be represented.
    #[must_use]
    pub fn moments(&self, q: f64) -> Moments {
        let ln_q = q.ln();
        let scaled = self.scaled(ln_q);
        let mut all = scaled.moments;
        for (value, power) in all.iter_mut().zip(scaled.powers) {
            if power != 0 {
                *value *= (0.5 * ln_q * f64::from(power)).exp();
            }
        }
        Moments::from_array(all)
    }

    /// `ln q` and the moments on the lattice of the scans for critical points, `q` from 2e-4 to 1e6.
    pub(super) fn scan(&self) -> impl Iterator<Item = (f64, &Moments)> {
        (0..lattice::BLOCKS).flat_map(|block| self.scan_block(block))
    }

    /// Computes what comes next of that lattice and of the tables it is read from, two points at most, `at` 0 at first; `false` where
    /// there is nothing more.
    pub(super) fn prepare_scan(&self, at: &mut usize) -> bool {
        const PARTS: usize = length::POINTS + 1;
        while *at < lattice::BLOCKS * PARTS {
            let (block, part) = (*at / PARTS, *at % PARTS);
            *at += 1;
            if part == length::POINTS {
                let _ = self.scan_block(block);
                return true;
            }
            if self.sample(lattice::last(block)) {
                return true;
            }
        }
        false
    }

    /// One more sample of the table at `ln_q`; `false` where there are enough.
    fn sample(&self, ln_q: f64) -> bool {
        let index = length::octave(ln_q);
        if self.end(ln_q).is_some() || self.octaves[index].get().is_some() {
            return false;
        }
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let samples = begun.entry(index).or_default();
        let left = samples.len() < length::POINTS;
        if left {
            samples.push(Octave::sample(&self.gaussian, index, samples.len()));
        }
        left
    }

    fn scan_block(&self, block: usize) -> impl Iterator<Item = (f64, &Moments)> {
        self.lattice.block(block, |q| self.moments(q))
    }

    /// `ln (D(epsilon)/E phi^2)` at `q = exp(ln_q)`, where `local` are the expectations there: the deficit
    /// `D = E phi^2 - E phi(u1) phi(u2)` at correlation `1 - epsilon`, `0 < epsilon <= 2`. `-inf` at `ln_epsilon = -inf`; exact for
    /// `left |x|`, `right x`. NaN where it is not known, or `allowance` is spent.
    #[must_use]
    pub fn ln_deficit(
        &self,
        ln_q: f64,
        local: &Local,
        ln_epsilon: f64,
        route: &Route,
        allowance: &Allowance,
    ) -> f64 {
        let half = (0.5 * ln_epsilon - 0.5 * LN_2).exp().min(1.0);
        let theta = 2.0 * half.asin();
        if let Some(term) = self.slopes().or_else(|| self.far_term(ln_q, theta)) {
            return local.ln_slope_share + ln_epsilon + homogeneous_share(term, theta).ln();
        }
        let base = self.ln_base(local, ln_epsilon);
        if theta < SMALLEST && self.continuous() {
            return base;
        }
        // Below the smallest angle a jump's ratio is constant.
        let theta = theta.clamp(SMALLEST, PI - 1e-6);
        let found = match route {
            Route::Direct => None,
            Route::Line(line) => line
                .0
                .at(ln_q, theta, &|u, theta, own| self.ratio(u, theta, own)),
            Route::Octave => self.tabulated(ln_q, theta),
        };
        base + found.unwrap_or_else(|| self.ratio(ln_q, theta, allowance))
    }

    /// What the deficits of one curve may take.
    #[must_use]
    pub fn allowance(&self) -> Allowance {
        Allowance::of(self.gaussian.evaluations_in_rows(MOST_IN_CURVE))
    }

    /// An empty table of overlaps over a range of `ln q` or `s` up to the standard deviation `sd`.
    fn strip<const N: usize>(&self, range: (f64, f64), sd: f64) -> Strip<N> {
        let most = self.gaussian.evaluations_in_rows(MOST_IN_CELL);
        Strip::new(range, self.continuous(), sd, most)
    }

    fn continuous(&self) -> bool {
        self.gaussian.shape().jumps.is_empty()
    }

    /// A table of overlaps at one variance, for a run of layers that stand at a fixed point.
    #[must_use]
    pub fn line(&self, ln_q: f64) -> Route {
        let range = (ln_q - 1.0, ln_q + 1.0);
        Route::Line(Box::new(Line(self.strip(range, (0.5 * ln_q).exp()))))
    }

    /// What the ratio `v` of [`overlap`] is relative to, beside `E phi^2`.
    fn ln_base(&self, local: &Local, ln_epsilon: f64) -> f64 {
        if self.continuous() {
            local.ln_slope_share + ln_epsilon
        } else {
            local.ln_variance_share + 0.5 * ln_epsilon
        }
    }

    /// `v` by summation; beyond [`EXTREME`] as there, where every activation has become its term.
    fn ratio(&self, ln_q: f64, theta: f64, allowance: &Allowance) -> f64 {
        let rule = self.rule.get_or_init(|| Rule::new(&self.gaussian));
        let shape = self.gaussian.shape();
        let leading_terms = [shape.at_zero, shape.at_infinity];
        let degree = leading_terms.iter().flatten().map(|term| term.degree).max();
        let extreme = EXTREME.min(600.0 / f64::from(degree.unwrap_or(0)));
        let ln_q = ln_q.clamp(-extreme, extreme);
        let ln_epsilon = LN_2 + 2.0 * (0.5 * theta).sin().ln();
        let local = self.local(ln_q);
        rule.deficit(&self.gaussian, ln_q.exp(), theta, allowance)
            .ln()
            - local.ln_second
            - self.ln_base(&local, ln_epsilon)
    }

    /// The slopes at infinity of an activation that is linear there, beyond `sqrt(q) = 1000` and a thousand times the distance of its
    /// farthest feature, and for angles that do not resolve the region around 0: the kink's share of the deficit is then right to about
    /// `1e-3/theta`.
    fn far_term(&self, ln_q: f64, theta: f64) -> Option<LeadingTerm> {
        let term = self
            .gaussian
            .shape()
            .at_infinity
            .filter(|g| g.degree == 1)?;
        let features = self.gaussian.shape().features.iter();
        let farthest = features.fold(1.0, |far: f64, x| far.max(x.abs()));
        let sd = (0.5 * ln_q).exp() / farthest;
        (sd > 1e3 && sd * theta > 1e2).then_some(term)
    }

    /// `v` from the strip of an octave, or of everything towards 0.
    fn tabulated(&self, ln_q: f64, theta: f64) -> Option<f64> {
        if let Some(ln_edge) = self.towards_zero(ln_q) {
            let edge = (0.5 * ln_edge).exp();
            let strip = self
                .zero_strip
                .get_or_init(|| self.strip((0.0, edge), edge));
            return strip.at((0.5 * ln_q).exp(), theta, &|s, theta, own| {
                self.ratio(2.0 * s.ln(), theta, own)
            });
        }
        let index = length::octave(ln_q);
        let (low, high) = length::octave_range(index);
        let strip = self.strips[index].get_or_init(|| self.strip((low, high), (0.5 * high).exp()));
        strip.at(ln_q.clamp(low, high), theta, &|u, theta, own| {
            self.ratio(u, theta, own)
        })
    }

    /// A number that is the same for variances whose overlaps share one table.
    #[must_use]
    pub fn strip_of(&self, ln_q: f64) -> usize {
        self.towards_zero(ln_q)
            .map_or_else(|| length::octave(ln_q), |_| length::OCTAVES)
    }

    /// Where the strip towards 0 begins, in `ln q`, if `ln_q` lies in it.
    fn towards_zero(&self, ln_q: f64) -> Option<f64> {
        let edge = self
            .end(ln_q)
            .filter(|_| ln_q < 0.0)?
            .boundary()
            .min(NEAR_ZERO);
        (ln_q <= edge).then_some(edge)
    }

    /// The table of the end that `ln_q` lies in.
    fn end(&self, ln_q: f64) -> Option<&End> {
        let (side, cell) = match ln_q {
            u if u < Side::Zero.farthest() => (Side::Zero, &self.zero),
            u if u > Side::Infinity.farthest() => (Side::Infinity, &self.infinity),
            _ => return None,
        };
        let end = cell.get_or_init(|| End::new(&self.gaussian, side));
        (side.sign() * (ln_q - end.boundary()) <= 0.0).then_some(end)
    }

    fn scaled(&self, ln_q: f64) -> Scaled {
        if let Some(scaled) = self.homogeneous {
            return scaled;
        }
        if let Some(end) = self.end(ln_q) {
            return end.at(ln_q);
        }
        if ln_q.abs() > length::LARGEST {
            let largest = length::LARGEST.copysign(ln_q);
            let beyond = self.beyond[usize::from(ln_q > 0.0)]
                .get_or_init(|| length::beyond(&self.gaussian, largest));
            return Scaled {
                moments: *beyond,
                powers: [0; MOMENTS],
            };
        }
        let index = length::octave(ln_q);
        let octave = self.octaves[index].get_or_init(|| {
            let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
            let samples = begun.remove(&index).unwrap_or_default();
            drop(begun);
            Octave::new(&self.gaussian, index, &samples)
        });
        Scaled {
            moments: octave.at(&self.gaussian, index, ln_q),
            powers: [0; MOMENTS],
        }
    }
}
