//! What one layer of finite width adds: relative variances of its mean squares, given how far inputs overlap.

use super::Width;
use crate::theory::curve::{Curve, CurveRequest, State};
use crate::theory::kernel::Local;

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

impl Noise {
    /// The noise of a layer with expectations `local`, given how far inputs overlap.
    pub(super) fn new(
        request: &CurveRequest<'_>,
        units: usize,
        local: &Local,
        overlaps: Overlaps,
    ) -> Self {
        let units = units as f64;
        let Overlaps {
            c,
            square,
            cotangents,
        } = overlaps;
        // Orthogonal layers: the second Hermite coefficient is the change of length, and cotangents keep theirs.
        let kept = f64::from(u8::from(request.rest.orthogonal));
        let covariance = |k: f64, hermite: [f64; 2], c: f64, c2: f64, kept: f64| {
            let rest = (k - 1.0 - hermite[0] - hermite[1]).max(0.0);
            let power = if hermite[0] > 1e-9 { c * c2 } else { c2 * c2 };
            hermite[0] * c + (1.0 - kept) * hermite[1] * c2 + rest * power
        };
        let signal =
            |c, c2| covariance(local.kurtosis, local.hermite, c, c2, kept).max(0.0) / units;
        let ratio = 1.0 + covariance(local.slope_kurtosis, local.slope_hermite, c, square, 0.0);
        let own = 3.0 * local.slope_kurtosis - 1.0 - 2.0 * kept;
        let pair = ratio * (1.0 + 2.0 * cotangents) - 1.0 - 2.0 * kept * cotangents;
        let shared = (local.mixed - 1.0) / units;
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
                own: shared,
                pair: shared * square,
            },
        }
    }
}

/// Relative variance of the mean square of `z` given its expectation.
pub(super) fn length_noise(request: &CurveRequest<'_>, units: usize, overlaps: Overlaps) -> f64 {
    if request.rest.orthogonal {
        return 0.0;
    }
    let one = 1.0 / request.batch as f64;
    2.0 * (one + (1.0 - one) * overlaps.square) / units as f64
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
        let free = (1.0 - c * c) * (1.0 - c * c) * (1.0 - mean_share * mean_share);
        variance = (slope * slope * variance + share * share * free / units).min(1.0 - c * c);
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
    let mut variance = if request.rest.orthogonal {
        1.0 / units
    } else {
        0.0
    };
    let mut all = vec![0.0; curve.states.len()];
    for (l, state) in curve.states.iter().enumerate().rev() {
        all[l] = variance;
        let local = &state.local;
        let c = correlation(state);
        let square = (c * c + overlaps[l]).min(1.0);
        let overlap = slope_overlap(local, c);
        let ratio = 1.0 + (local.slope_kurtosis - 1.0) * square;
        variance = (overlap * overlap * variance
            + ratio * (1.0 - variance) * (1.0 - variance) / units)
            .min(1.0);
    }
    all
}
