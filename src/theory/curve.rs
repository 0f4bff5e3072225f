//! Predicted curves over depth at infinite width.
//!
//! Forward, `q_l = sigma_w2 E phi(z_{l-1})^2 + sigma_b2` from `q_1 = sigma_w2 q0 + sigma_b2`. Two inputs of overlap `c = 1 - epsilon`
//! keep `epsilon_{l+1} = sigma_w2 D(epsilon_l; q_l)/q_{l+1}`, where the bias drops out. Backward, from cotangents `N(0, 1)` at
//! `x_L` that are independent between inputs, `E (dl/dz_l)^2 = E phi'(z_l)^2 E (dl/dx_l)^2` and `E (dl/dx_{l-1})^2 = fan_out Var W_l
//! E (dl/dz_l)^2`. As overlaps of cotangents vanish in the mean, an entry of `dl/dW_l`, summed over a batch of `B`, has
//! `E (dl/dW_l)^2 = B E (dl/dz_l)^2 E x_{l-1}^2`, and one of `dl/db_l` has `B E (dl/dz_l)^2`.
//! Everything is carried as a logarithm, so 10,000 layers neither under- nor overflow.

use std::collections::HashMap;
use std::f64::consts::{LN_2, LN_10};

use super::error::TheoryError;
use super::kernel::{Kernel, Local, Route};
use super::maps::ln_add;
use crate::net::activation::Activation;
use crate::net::framework::BiasLaw;
use crate::net::initializer::WeightLaw;

/// Changes of `ln q` below which layers stand at one variance for their overlaps.
const SAME: f64 = 1e-9;
/// Layers at one variance that pay for a table of overlaps at it.
const RUN: usize = 16;
/// Layers in one octave of `q` that pay for its table of overlaps.
const CROWD: usize = 100;

/// The variances of one layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerLaw {
    /// `fan_in Var W`: what the forward pass multiplies by.
    pub sigma_w2: f64,
    /// `Var b`.
    pub sigma_b2: f64,
    /// `fan_out Var W`: what the backward pass multiplies by.
    pub back_w2: f64,
    /// Whether rows are orthonormal rather than independent: a draw then keeps lengths exactly.
    pub orthogonal: bool,
}

impl LayerLaw {
    /// A square layer of independent weights.
    #[must_use]
    pub fn square(sigma_w2: f64, sigma_b2: f64) -> Self {
        Self {
            sigma_w2,
            sigma_b2,
            back_w2: sigma_w2,
            orthogonal: false,
        }
    }

    /// The variances of a `fan_out x fan_in` layer.
    ///
    /// # Errors
    /// [`TheoryError::WeightMean`] for weights that are not centred, [`TheoryError::NoMixing`] for identity matrices,
    /// [`TheoryError::WeightVariance`] for weights that are all zero.
    pub fn of(
        weights: &WeightLaw,
        bias: &BiasLaw,
        fan_in: usize,
        fan_out: usize,
    ) -> Result<Self, TheoryError> {
        if matches!(weights, WeightLaw::Identity { .. }) {
            return Err(TheoryError::NoMixing);
        }
        let mean = weights.mean(fan_in, fan_out);
        let variance = weights.variance(fan_in, fan_out);
        if mean.abs() * (fan_in as f64).sqrt() > 1e-6 * variance.sqrt() {
            return Err(TheoryError::WeightMean { mean });
        }
        if !(variance.is_finite() && variance > 0.0) {
            return Err(TheoryError::WeightVariance(fan_in as f64 * variance));
        }
        Ok(Self {
            sigma_w2: fan_in as f64 * variance,
            sigma_b2: bias.variance(),
            back_w2: fan_out as f64 * variance,
            orthogonal: matches!(weights, WeightLaw::Orthogonal { .. }),
        })
    }
}

/// What to predict.
#[derive(Clone, Copy, Debug)]
pub struct CurveRequest<'a> {
    /// Activation of every layer.
    pub activation: &'a Activation,
    /// Layer 1.
    pub first: LayerLaw,
    /// Layers 2 to `depth`.
    pub rest: LayerLaw,
    /// Number of layers, at least 1.
    pub depth: usize,
    /// Second moment of the input's entries: 1 for standard noise.
    pub q0: f64,
    /// Mean overlap of two inputs, `E x y / q0`: 0 for independent noise.
    pub c0: f64,
    /// Inputs whose gradients are summed, at least 1.
    pub batch: usize,
    /// Whether to follow the overlap of inputs, the costly part.
    pub overlaps: bool,
}

/// The infinite-width values of one network; every vector has one log10 per layer 1 to depth.
///
/// `-inf` is an exact zero, `+inf` an overflow beyond all numbers (the exponential activation).
#[derive(Clone, Debug)]
pub struct Curve {
    /// `E z^2`.
    pub z_second_moment: Vec<f64>,
    /// `E x^2`.
    pub x_second_moment: Vec<f64>,
    /// `Var x`.
    pub x_variance: Vec<f64>,
    /// `1 - c` between the `z` of two inputs; empty where not asked for.
    pub distinguishability: Vec<f64>,
    /// `E (dl/dz)^2`.
    pub grad_z: Vec<f64>,
    /// `E (dl/dx)^2`, `x` the layer's output.
    pub grad_x: Vec<f64>,
    /// `E (dl/dW)^2`, summed over the batch before squaring.
    pub grad_w: Vec<f64>,
    /// `E (dl/db)^2`, summed over the batch before squaring.
    pub grad_b: Vec<f64>,
    /// `E (dl/dx)^2` at the input, log10.
    pub grad_input: f64,
    pub(super) states: Vec<State>,
}

/// One layer as the finite-width theory needs it.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    pub(super) ln_q: f64,
    pub(super) ln_epsilon: f64,
    pub(super) local: Local,
}

/// Predicts the curves.
///
/// # Errors
/// Refuses variances, moments, overlaps and sizes outside their range and expectations that cannot be computed.
pub fn curve(request: &CurveRequest<'_>) -> Result<Curve, TheoryError> {
    check(request)?;
    let kernel = Kernel::of(request.activation);
    let mut states = lengths(&kernel, request)?;
    if request.overlaps {
        overlaps(&kernel, request, &mut states)?;
    }
    let log10 = |f: fn(&State) -> f64| states.iter().map(|s| f(s) / LN_10).collect::<Vec<f64>>();
    let z_second_moment = log10(|s| s.ln_q);
    let x_second_moment = log10(|s| s.local.ln_second);
    // Beyond all numbers the mean and the variance no longer can be told apart.
    let x_variance = log10(|s| match s.local.ln_second {
        f64::INFINITY => f64::INFINITY,
        _ => s.local.ln_variance,
    });
    let distinguishability = if request.overlaps {
        log10(|s| s.ln_epsilon)
    } else {
        Vec::new()
    };

    let mut grad_z = vec![0.0; request.depth];
    let mut grad_x = vec![0.0; request.depth];
    let mut above = 0.0;
    for (l, state) in states.iter().enumerate().rev() {
        grad_x[l] = above / LN_10;
        above += state.local.ln_slope;
        grad_z[l] = above / LN_10;
        above += if l == 0 {
            request.first.back_w2.ln()
        } else {
            request.rest.back_w2.ln()
        };
    }
    let batch = (request.batch as f64).log10();
    let inputs = std::iter::once(request.q0.log10()).chain(x_second_moment.iter().copied());
    let grad_w = grad_z
        .iter()
        .zip(inputs)
        .map(|(g, x)| batch + g + x)
        .collect();
    let grad_b = grad_z.iter().map(|g| batch + g).collect();
    Ok(Curve {
        z_second_moment,
        x_second_moment,
        x_variance,
        distinguishability,
        grad_z,
        grad_x,
        grad_w,
        grad_b,
        grad_input: above / LN_10,
        states,
    })
}

fn check(request: &CurveRequest<'_>) -> Result<(), TheoryError> {
    for law in [request.first, request.rest] {
        for w in [law.sigma_w2, law.back_w2] {
            if !(w.is_finite() && w > 0.0) {
                return Err(TheoryError::WeightVariance(w));
            }
        }
        if !(law.sigma_b2.is_finite() && law.sigma_b2 >= 0.0) {
            return Err(TheoryError::BiasVariance(law.sigma_b2));
        }
    }
    if !(request.q0.is_finite() && request.q0 > 0.0) {
        return Err(TheoryError::InputMoment(request.q0));
    }
    if !(request.c0.abs() <= 1.0) {
        return Err(TheoryError::InputOverlap(request.c0));
    }
    for (what, size) in [("depth", request.depth), ("batch", request.batch)] {
        if size == 0 {
            return Err(TheoryError::Empty { what });
        }
    }
    Ok(())
}

/// `ln q_l` and the expectations there; overlaps are left for later. Stops computing where `q` stands still.
fn lengths(kernel: &Kernel, request: &CurveRequest<'_>) -> Result<Vec<State>, TheoryError> {
    let (ln_w, ln_b) = (request.rest.sigma_w2.ln(), request.rest.sigma_b2.ln());
    let mut ln_q = (request.first.sigma_w2 * request.q0 + request.first.sigma_b2).ln();
    let mut states = Vec::with_capacity(request.depth);
    while states.len() < request.depth {
        let local = kernel.local(ln_q);
        if ln_q.is_nan() || local.ln_second.is_nan() || local.ln_slope.is_nan() {
            return Err(TheoryError::unresolved(kernel.gaussian(), ln_q.exp()));
        }
        let state = State {
            ln_q,
            ln_epsilon: 0.0,
            local,
        };
        states.push(state);
        let next = ln_add(ln_w + local.ln_second, ln_b);
        if next == ln_q {
            states.resize(request.depth, state);
        }
        ln_q = next;
    }
    Ok(states)
}

/// `ln epsilon_l` along the lengths.
fn overlaps(
    kernel: &Kernel,
    request: &CurveRequest<'_>,
    states: &mut [State],
) -> Result<(), TheoryError> {
    let last = states[states.len() - 1].ln_q;
    let settled = states
        .iter()
        .rposition(|s| !((s.ln_q - last).abs() <= SAME))
        .map_or(0, |l| l + 1);
    let exact = kernel.slopes().is_some();
    let line = if !exact && states.len() - settled >= RUN {
        Some((settled, kernel.line(last)))
    } else {
        None
    };
    let mut crowds: HashMap<usize, usize> = HashMap::new();
    if !exact {
        for state in states.iter() {
            *crowds.entry(kernel.strip_of(state.ln_q)).or_default() += 1;
        }
    }
    let allowance = kernel.allowance();
    let ln_b = request.rest.sigma_b2.ln();
    let first = request.first.sigma_w2.ln() + request.q0.ln() + (1.0 - request.c0).ln();
    let mut ln_epsilon = (first - states[0].ln_q).min(LN_2);
    for l in 0..states.len() {
        states[l].ln_epsilon = ln_epsilon;
        let State { ln_q, local, .. } = states[l];
        let Some(next) = states.get(l + 1).map(|s| s.ln_q) else {
            break;
        };
        if !(ln_q.is_finite() && next.is_finite()) {
            continue;
        }
        let route = match &line {
            _ if exact => &Route::Direct,
            Some((from, line)) if l >= *from => line,
            _ if crowds[&kernel.strip_of(ln_q)] >= CROWD => &Route::Octave,
            _ => &Route::Direct,
        };
        // sigma_w2 E phi^2 is q less the share of the bias.
        let weights = (-(ln_b - next).exp()).ln_1p();
        let after = kernel.ln_deficit(ln_q, &local, ln_epsilon, route, &allowance) + weights;
        if after.is_nan() && local.ln_second.is_finite() && local.ln_slope.is_finite() {
            return Err(TheoryError::unresolved(kernel.gaussian(), ln_q.exp()));
        }
        if after.is_nan() {
            continue;
        }
        let after = after.min(LN_2);
        if after == ln_epsilon && next == ln_q && next == last {
            for state in &mut states[l + 1..] {
                state.ln_epsilon = after;
            }
            break;
        }
        ln_epsilon = after;
    }
    Ok(())
}
