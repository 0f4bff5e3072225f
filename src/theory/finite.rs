//! Finite width: where the logarithms of a drawn network's mean squares lie around the infinite-width curve.
//!
//! # What fluctuates
//! Given the layer below, the units of a layer are independent and Gaussian, so the mean square `S` of `z` over units and inputs
//! is a Markov chain, `S' = sigma_w2 E phi^2 (1 + xi) + sigma_b2`, with a relative noise of variance `v/n` per layer,
//! ```text
//! v = (1/B) T(1) + (1 - 1/B) T(c),   T(c) = Cov(phi(z_a)^2, phi(z_b)^2) / (E phi^2)^2,
//! ```
//! for two inputs of overlap `c`; `T(1) = E phi^4/(E phi^2)^2 - 1` is 2 for a linear and 5 for a ReLU layer (Hanin & Nica 2018).
//! `T(c)` is a power series in `c` with the squared Hermite coefficients of `phi^2`: the first two are taken as they are, the
//! rest together at the next degree. Overlaps fluctuate too, by `1/n` per layer, and in deep linear nets this dominates.
//!
//! `ln S` is propagated as a normal variable: its mean and variance through `ln V(exp y)` by three-point Gauss-Hermite
//! quadrature, so that curvature and large spreads count, and the noise as the logarithm of a gamma variable of mean 1, which
//! is exact for a linear layer and within 2 % for a ReLU layer of 64 units. The propagation is done for one input and for the batch. The variance grows or shrinks with the square of the elasticity `d ln V/d ln q`.
//!
//! Backward the noise per layer is `(1/B) (3 E phi'^4/(E phi'^2)^2 - 1) + (1 - 1/B) (R(c) (1 + 2 tau) - 1)`, `R` the ratio `E phi'_a^2
//! phi'_b^2/(E phi'^2)^2` and `tau` the variance of the overlap of cotangents; the gradient also inherits the errors of `q`, with
//! the slope of `ln E phi'^2` in `ln q`, and shares the noise of the units with the signal.
//!
//! The weights that carry the gradient back have carried the signal: given `z = W x`, the gradient `W^T delta` has along `x` the mean
//! square `(delta z)^2/|x|^2` instead of a fresh one, which moves the mean by `1/n` per layer unless `E phi'^2` is constant
//! (see `alignment`; nothing for linear and ReLU layers).
//!
//! Averages over the batch: what inputs share is common, what each has of its own is averaged over (see `batch`). Where the map
//! amplifies errors and the spread is wide (GELU with He's gain), no normal variable will do, and the laws are not known (see `range`).
//!
//! Inputs whose lengths differ by `Var` across the batch (of `ln S`) are told apart by that as well: the overlap of their `z` is the
//! cosine times `E sqrt(S_a S_b)/E S = exp(-Var/4)`. What angles and lengths add to the logarithm of the share that differs is
//! weighted by their parts in it; the lengths' part is a sample variance and fluctuates by `2/(B - 1)` relatively.
//!
//! Orthogonal layers keep lengths: the parts of the noise that are a change of length drop out, and `z` lies on a sphere, on which
//! `E f` is less by `(1/n) q^2 d^2 E f/dq^2`. Biases add their change of length.

mod alignment;
mod batch;
mod difference;
mod noise;
mod range;
mod spreading;

use std::f64::consts::LN_10;

use self::noise::{Kept, Noise, Overlaps, length_noise};
pub use self::range::{DEEPEST, DEEPEST_DIFFERENCE, NARROWEST, Range, Unknown};
pub use self::spreading::Spreading;
use super::curve::{Curve, CurveRequest, State};
use super::kernel::Kernel;
use super::maps::ln_add;
use crate::math::gamma::log_moments;

/// 90 % quantile of `N(0, 1)`.
const QUANTILE: f64 = 1.281_551_565_544_6;

/// What finite width adds to a [`CurveRequest`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Width {
    /// Units per layer.
    pub units: usize,
    /// Variance of one input's mean square relative to its square: `2/input_dim` for standard noise.
    pub input_moment: f64,
    /// Whether every draw sees new inputs.
    pub fresh_inputs: bool,
    /// Variance of the overlap of two inputs: `1/input_dim` for standard noise.
    pub input_overlap: f64,
}

/// The law over draws of a log10, relative to the infinite-width curve.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// Mean of the log10 less the curve.
    pub shift: f64,
    /// Standard deviation of the log10.
    pub deviation: f64,
    /// 10 % quantile of the log10 less the curve.
    pub low: f64,
    /// 90 % quantile of the log10 less the curve.
    pub high: f64,
}

impl Spread {
    /// A normal law with this mean and variance of the natural logarithm.
    fn normal(shift: f64, variance: f64) -> Self {
        let (shift, deviation) = (shift / LN_10, variance.max(0.0).sqrt() / LN_10);
        Self {
            shift,
            deviation,
            low: shift - QUANTILE * deviation,
            high: shift + QUANTILE * deviation,
        }
    }

    /// Mean and variance of the natural logarithm.
    fn nats(&self) -> (f64, f64) {
        (self.shift * LN_10, (self.deviation * LN_10).powi(2))
    }
}

/// What to expect of single draws, one entry per layer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Spreads {
    /// `mean z^2` over units and inputs.
    pub signal: Vec<Spread>,
    /// Mean square of `dl/dz`.
    pub gradient: Vec<Spread>,
    /// Distinguishability; empty where the curve has none. A first-order estimate: errors of `q` are not followed.
    pub distinguishability: Vec<Spread>,
    /// Largest factor by which relative errors of `q` grow from some layer to a later one: the product of `d ln V/d ln q` between.
    pub amplification: f64,
    /// Where these laws are known.
    pub range: Range,
}

/// One layer's chain.
#[derive(Debug)]
struct ChainStep {
    /// Mean of `ln S` relative to the curve.
    shift: f64,
    /// Variance of `ln S`.
    variance: f64,
    /// `d ln S'/d ln S`.
    elasticity: f64,
    /// `d ln E phi'^2/d ln S`.
    slope_elasticity: f64,
    /// Mean of `ln E phi'^2` relative to the curve.
    slope_shift: f64,
    /// Variance that this layer's units add to `ln S'`, and mean and variance of their part in the gradient.
    noise: f64,
    slope_noise: (f64, f64),
    /// Covariance of the two.
    shared: f64,
}

/// Predicts the spread over draws of a network of finite width around `curve`, which answered `request` with overlaps: some hundred
/// nanoseconds per layer. Layers deeper than the laws were ever tested have none.
#[must_use]
pub fn spreads(request: &CurveRequest<'_>, curve: &Curve, width: &Width) -> Spreads {
    let mut spreading = Spreading::default();
    loop {
        if let Some(spreads) = spreading.step(request, curve, width) {
            return spreads;
        }
    }
}

/// Mean and variance of `ln S` at layer 1 relative to the curve.
fn start(request: &CurveRequest<'_>, curve: &Curve, width: &Width) -> (f64, f64) {
    let share = (request.first.sigma_w2.ln() + request.q0.ln() - curve.states[0].ln_q).exp();
    let (shift, variance) = if width.fresh_inputs {
        log_moments(width.input_moment / request.batch as f64)
    } else {
        (0.0, 0.0)
    };
    (share * shift, share * share * variance)
}

/// Signal and gradient with `ln S` as a normal variable, and every layer's chain.
#[derive(Debug)]
struct Closure {
    signal: Vec<Spread>,
    gradient: Vec<Spread>,
    steps: Vec<ChainStep>,
}

/// Signal, gradient and chain of a request.
fn closure(
    kernel: &Kernel,
    request: &CurveRequest<'_>,
    curve: &Curve,
    width: &Width,
    overlaps: &[Overlaps],
) -> Closure {
    let mut at = start(request, curve, width);
    let mut steps = Vec::with_capacity(curve.states.len());
    let mut signal = Vec::with_capacity(curve.states.len());
    for (l, (state, overlaps)) in curve.states.iter().zip(overlaps).enumerate() {
        let kept = Kept::of(request, l, state.ln_q);
        let noise = Noise::new(kept, width.units, &state.local, *overlaps);
        let beyond = || {
            ln_add(
                request.rest.sigma_w2.ln() + state.local.ln_second,
                request.rest.sigma_b2.ln(),
            )
        };
        let next = curve.states.get(l + 1).map_or_else(beyond, |s| s.ln_q);
        let (shift, variance) =
            log_moments(length_noise(kept, request.batch, width.units, *overlaps));
        signal.push(Spread::normal(at.0 + shift, at.1 + variance));
        let sphere = kept.sphere(kernel, state, width.units);
        let (step, after) = step(kernel, request, state, at, next, &noise, sphere);
        steps.push(step);
        at = after;
    }
    Closure {
        gradient: gradients(&steps),
        signal,
        steps,
    }
}

/// Mean and variance of `ln S` one layer on, with the linear response to errors.
fn step(
    kernel: &Kernel,
    request: &CurveRequest<'_>,
    state: &State,
    (shift, variance): (f64, f64),
    next: f64,
    noise: &Noise,
    sphere: [f64; 2],
) -> (ChainStep, (f64, f64)) {
    let (ln_w, ln_b) = (request.rest.sigma_w2.ln(), request.rest.sigma_b2.ln());
    let spread = (3.0 * variance).sqrt();
    let mut mean = [0.0; 2];
    let mut with_y = [0.0; 2];
    let mut square = 0.0;
    let weights = [(0.0, 2.0 / 3.0), (spread, 1.0 / 6.0), (-spread, 1.0 / 6.0)];
    let mut outcomes = [(0.0, [0.0; 2]); 3];
    for ((offset, _), outcome) in weights.iter().zip(&mut outcomes) {
        let local = if shift + offset == 0.0 {
            state.local
        } else {
            kernel.local(state.ln_q + shift + offset)
        };
        let y = ln_add(ln_w + local.ln_second, ln_b) - next;
        *outcome = (
            *offset,
            [
                if y.is_finite() { y } else { 0.0 },
                local.ln_slope - state.local.ln_slope,
            ],
        );
    }
    for ((_, weight), (_, f)) in weights.iter().zip(&outcomes) {
        mean[0] += weight * f[0];
        mean[1] += weight * f[1];
    }
    for ((_, weight), (offset, f)) in weights.iter().zip(&outcomes) {
        square += weight * (f[0] - mean[0]) * (f[0] - mean[0]);
        with_y[0] += weight * offset * f[0];
        with_y[1] += weight * offset * f[1];
    }
    // The share of the weights in the next q: the noise does not touch the bias.
    let share = 1.0 - (ln_b - next).exp();
    let local = &state.local;
    let (elasticity, slope_elasticity) = if variance > 1e-8 {
        (with_y[0] / variance, with_y[1] / variance)
    } else {
        (share * local.elasticity, local.slope_elasticity)
    };
    let square = if variance > 1e-8 {
        square
    } else {
        elasticity * elasticity * variance
    };
    let (noise_shift, noise_variance) = log_moments(noise.signal.over(request.batch));
    let step = ChainStep {
        shift,
        variance,
        elasticity,
        slope_elasticity,
        slope_shift: mean[1] + sphere[1],
        noise: share * share * noise_variance,
        slope_noise: log_moments(noise.slope.over(request.batch)),
        shared: share * noise.shared.over(request.batch),
    };
    (
        step,
        (
            mean[0] + share * (noise_shift + sphere[0]),
            square + share * share * noise_variance,
        ),
    )
}

/// From the last layer down: `ln (dl/dz_l)^2` is the sum over the layers above of `ln E phi'^2` and its noise.
fn gradients(steps: &[ChainStep]) -> Vec<Spread> {
    let mut all = vec![Spread::default(); steps.len()];
    // Response of the sum above to ln S of the layer above, variance from noise above, mean.
    let (mut response, mut variance, mut shift) = (0.0, 0.0, 0.0);
    for (step, spread) in steps.iter().zip(&mut all).rev() {
        let (noise_shift, noise) = step.slope_noise;
        variance += noise + response * response * step.noise + 2.0 * response * step.shared;
        shift += step.slope_shift + noise_shift;
        response = step.slope_elasticity + step.elasticity * response;
        *spread = Spread::normal(shift, response * response * step.variance + variance);
    }
    all
}

/// Largest product of the elasticities of the length map from some layer to each one.
fn growth(request: &CurveRequest<'_>, states: &[State]) -> Vec<f64> {
    let ln_b = request.rest.sigma_b2.ln();
    let mut ln_growth = 0.0_f64;
    let after = states.windows(2).map(|pair| {
        let share = 1.0 - (ln_b - pair[1].ln_q).exp();
        ln_growth = (ln_growth + (share * pair[0].local.elasticity).abs().ln()).max(0.0);
        ln_growth.exp()
    });
    std::iter::once(1.0).chain(after).collect()
}
