//! What one layer of finite width adds: relative variances of its mean squares, given how far inputs overlap.

use super::Width;
use crate::theory::curve::{Curve, CurveRequest, State};
use crate::theory::kernel::{Kernel, Local};

/// How far two inputs overlap at one layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Overlaps {
    /// Overlap of their `z` at infinite width.
    pub(super) c: f64,
    /// Mean square of the overlap, its own fluctuations included.
    pub(super) square: f64,
    /// Variance of the overlap of their cotangents.
    pub(super) cotangents: f64,
}

impl Overlaps {
    /// The overlaps at every layer.
    pub(super) fn all(request: &CurveRequest<'_>, curve: &Curve, width: &Width) -> Vec<Self> {
        let inputs = overlap_variances(request, curve, width);
        let cotangents = cotangent_variances(request, curve, width, &inputs);
        let one = |((state, variance), cotangents): ((&State, &f64), &f64)| {
            let c = correlation(state);
            Self {
                c,
                square: (c * c + variance).min(1.0),
                cotangents: *cotangents,
            }
        };
        curve
            .states
            .iter()
            .zip(&inputs)
            .zip(&cotangents)
            .map(one)
            .collect()
    }
}

/// A variance of one input's mean square, and its covariance with another's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paired {
    pub(super) own: f64,
    pub(super) pair: f64,
}

impl Paired {
    /// Of the mean over a batch.
    pub(super) fn over(self, batch: usize) -> f64 {
        let one = 1.0 / batch as f64;
        one * self.own + (1.0 - one) * self.pair
    }
}

/// The layer's noise, relative to the squares of the means.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noise {
    /// Of `E phi^2`.
    pub(super) signal: Paired,
    /// Of `E phi'^2` times the cotangent's square.
    pub(super) slope: Paired,
    /// Covariance of the two.
    pub(super) shared: Paired,
}

/// What an orthogonal layer keeps of the length that a layer of independent weights would change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    /// 1 for a layer that keeps lengths, the share that a projection keeps, 0 for independent weights.
    isometry: f64,
    /// The same of the layer above, which brings the cotangents: 0 for the last layer, where they are drawn.
    above: f64,
    /// Share of the biases in `q`.
    bias: f64,
}

impl Kept {
    /// Of layer `l`, counted from 0.
    pub(super) fn of(request: &CurveRequest<'_>, l: usize, ln_q: f64) -> Self {
        let law = if l == 0 { request.first } else { request.rest };
        Self {
            isometry: f64::from(u8::from(law.orthogonal)) * (law.back_w2 / law.sigma_w2).min(1.0),
            above: f64::from(u8::from(request.rest.orthogonal && l + 1 < request.depth)),
            bias: (law.sigma_b2.ln() - ln_q).exp(),
        }
    }

    /// The same layer for differences of inputs, which its own weights bring and no bias.
    pub(super) fn forward(self) -> Self {
        Self {
            above: self.isometry,
            ..self
        }
    }

    /// 1 for a layer that keeps lengths.
    pub(super) fn isometry(self) -> f64 {
        self.isometry
    }

    /// The part of the squared overlap `square` of two inputs with overlap `c` that is no change of length.
    pub(super) fn square(self, c: f64, square: f64) -> f64 {
        // Without the part of the biases, which are independent of each other.
        let weights = c - self.bias;
        let fluctuating = (square - c * c).max(0.0);
        self.isometry * (weights * weights + fluctuating)
    }

    /// What the missing change of length takes from `ln E phi^2` and `ln E phi'^2`: on a sphere, `E f(q) - (1/n) q^2 d^2 E f/dq^2`.
    pub(super) fn sphere(self, kernel: &Kernel, state: &State, units: usize) -> [f64; 2] {
        let kept = self.square(1.0, 1.0);
        if kept == 0.0 {
            return [0.0; 2];
        }
        let (up, down) = (
            kernel.local(state.ln_q + STEP),
            kernel.local(state.ln_q - STEP),
        );
        let local = &state.local;
        let curved = |e: f64, up: f64, down: f64| {
            let by = -kept * (e * e - e + (up - down) / (2.0 * STEP)) / units as f64;
            if by.is_finite() { by } else { 0.0 }
        };
        [
            curved(local.elasticity, up.elasticity, down.elasticity),
            curved(
                local.slope_elasticity,
                up.slope_elasticity,
                down.slope_elasticity,
            ),
        ]
    }
}

/// Step in `ln q` of a central difference.
const STEP: f64 = 1e-3;

impl Noise {
    /// The noise of a layer with expectations `local`, given how far inputs overlap.
    pub(super) fn new(kept: Kept, units: usize, local: &Local, overlaps: Overlaps) -> Self {
        let units = units as f64;
        let Overlaps {
            c,
            square,
            cotangents,
        } = overlaps;
        // Orthogonal layers: the second Hermite coefficient is the change of length, and cotangents keep theirs.
        let covariance = |k: f64, hermite: [f64; 2], c: f64, c2: f64, kept: f64| {
            let rest = (k - 1.0 - hermite[0] - hermite[1]).max(0.0);
            let power = if hermite[0] > 1e-9 { c * c2 } else { c2 * c2 };
            hermite[0] * c + hermite[1] * (c2 - kept) + rest * power
        };
        let signal = |c, c2| {
            covariance(local.kurtosis, local.hermite, c, c2, kept.square(c, c2)).max(0.0) / units
        };
        let slopes = |c, c2| {
            covariance(
                local.slope_kurtosis,
                local.slope_hermite,
                c,
                c2,
                kept.square(c, c2),
            )
        };
        let own = slopes(1.0, 1.0) + 2.0 * (local.slope_kurtosis - kept.above);
        let ratio = 1.0 + slopes(c, square);
        let pair = ratio * (1.0 + 2.0 * cotangents) - 1.0 - 2.0 * kept.above * cotangents;
        let both = 2.0 * local.elasticity * local.slope_elasticity;
        let shared = |square: f64, kept: f64| ((local.mixed - 1.0) * square - both * kept) / units;
        Self {
            signal: Paired {
                own: signal(1.0, 1.0),
                pair: signal(c, square),
            },
            slope: Paired {
                own: own.max(0.0) / units,
                pair: pair.max(0.0) / units,
            },
            shared: Paired {
                own: shared(1.0, kept.square(1.0, 1.0)),
                pair: shared(square, kept.square(c, square)),
            },
        }
    }
}

/// Relative variance of the mean square of `z` given its expectation.
pub(super) fn length_noise(kept: Kept, batch: usize, units: usize, overlaps: Overlaps) -> f64 {
    let change = |c: f64, square: f64| (square - kept.square(c, square)).max(0.0);
    let noise = Paired {
        own: change(1.0, 1.0),
        pair: change(overlaps.c, overlaps.square),
    };
    2.0 * noise.over(batch) / units as f64
}

pub(super) fn correlation(state: &State) -> f64 {
    1.0 - state.ln_epsilon.exp()
}

/// `E phi'_a phi'_b / E phi'^2` at overlap `c`, between its values at 0 and 1.
pub(super) fn slope_overlap(local: &Local, c: f64) -> f64 {
    local.slope_mean_share + (1.0 - local.slope_mean_share) * c.max(0.0)
}

/// Variances of the overlap of two inputs, layer by layer.
fn overlap_variances(request: &CurveRequest<'_>, curve: &Curve, width: &Width) -> Vec<f64> {
    let units = width.units as f64;
    let isometry = f64::from(u8::from(request.rest.orthogonal));
    let mut variance = width.input_overlap.min(1.0);
    let mut all = Vec::with_capacity(curve.states.len());
    for (l, state) in curve.states.iter().enumerate() {
        all.push(variance);
        let Some(next) = curve.states.get(l + 1) else {
            break;
        };
        let local = &state.local;
        let c = correlation(state);
        let share = 1.0 - (request.rest.sigma_b2.ln() - next.ln_q).exp();
        let slope = share * local.ln_slope_share.exp() * slope_overlap(local, c);
        let mean_share = 1.0 - local.ln_variance_share.exp();
        let linear = isometry * local.slope_mean_share * local.ln_slope_share.exp();
        let free =
            (1.0 - c * c).powi(2) * (1.0 - mean_share * mean_share - linear * linear).max(0.0);
        let most = 1.0 - c * c;
        let left = (1.0 - variance / most).max(0.0);
        variance = (slope * slope * variance + (share * left).powi(2) * free / units).min(most);
    }
    all
}

/// Variances of the overlap of two cotangents at each layer's output, from the top down.
fn cotangent_variances(
    request: &CurveRequest<'_>,
    curve: &Curve,
    width: &Width,
    overlaps: &[f64],
) -> Vec<f64> {
    let units = width.units as f64;
    let mut variance = 0.0;
    let mut all = vec![0.0; curve.states.len()];
    for (l, state) in curve.states.iter().enumerate().rev() {
        all[l] = variance;
        let local = &state.local;
        let c = correlation(state);
        let square = (c * c + overlaps[l]).min(1.0);
        let above = Kept::of(request, l, state.ln_q).above;
        let overlap = slope_overlap(local, c);
        let ratio = 1.0 + (local.slope_kurtosis - 1.0) * square;
        variance = (overlap * overlap * variance
            + (ratio - above) * (1.0 - variance) * (1.0 - variance) / units)
            .min(1.0);
    }
    all
}
