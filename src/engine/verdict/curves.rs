//! What a verdict is read from.

use crate::engine::snapshot::{Band, LayerStats, Prediction, Summary};
use crate::net::spec::Spec;

/// One number per layer, layer 1 first. Logarithms are decimal: `-inf` is an exact zero, `+inf` an overflow, NaN undefined.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves {
    /// log10 of `mean z^2`.
    pub signal: Vec<f64>,
    /// log10 of the mean square of `dl/dz`.
    pub gradient: Vec<f64>,
    /// log10 of the share of `mean z^2` that differs between inputs.
    pub difference: Vec<f64>,
    /// log10 of `mean x^2`.
    pub output: Vec<f64>,
    /// Share of units and inputs with a small slope.
    pub saturated: Vec<f64>,
    /// Share of units without slope for any input.
    pub dead: Vec<f64>,
    /// log10 of the bias variance.
    pub bias: Vec<f64>,
    /// Standard error of a median of signal, gradient and difference at the end of its way, decades; 0 for a prediction.
    pub errors: [f64; 3],
    /// Whether theory expects them and nobody has measured.
    pub foretold: bool,
}

/// Standard error of a median in units of that of a mean, `sqrt(pi/2)` (normal law).
const MEDIAN: f64 = 1.253_314_137_315_5;

impl Curves {
    /// The medians over draws. `layers` must have their gradients, where there is one draw at least.
    #[must_use]
    pub fn measured(spec: &Spec, layers: &[LayerStats]) -> Self {
        let of = |pick: fn(&LayerStats) -> Summary| -> Vec<f64> {
            layers.iter().map(|l| pick(l).log10_p50).collect()
        };
        let gradient = |l: &LayerStats| l.grad_z.unwrap_or(UNKNOWN);
        // A single draw has no error (NaN): its curve is taken as it is.
        let error = |s: Option<Summary>| match s.map(|s| MEDIAN * s.log10_se) {
            Some(error) if error.is_finite() => error,
            _ => 0.0,
        };
        Self {
            signal: of(|l| l.z_second_moment),
            gradient: of(gradient),
            difference: of(|l| l.distinguishability),
            output: of(|l| l.x_second_moment),
            saturated: layers.iter().map(|l| l.saturated).collect(),
            dead: layers.iter().map(|l| l.dead).collect(),
            bias: biases(spec, layers.len()),
            foretold: false,
            errors: [
                error(layers.last().map(|l| l.z_second_moment)),
                error(layers.first().map(gradient)),
                error(layers.last().map(|l| l.distinguishability)),
            ],
        }
    }

    /// What a typical draw is expected to show. Saturated and dead units are not predicted.
    #[must_use]
    pub fn expected(spec: &Spec, prediction: &Prediction) -> Self {
        let typical = |bands: &[Band]| bands.iter().map(Band::typical).collect();
        Self {
            signal: typical(&prediction.signal),
            gradient: typical(&prediction.gradient),
            difference: typical(&prediction.distinguishability),
            output: prediction.x_second_moment.clone(),
            bias: biases(spec, prediction.signal.len()),
            foretold: true,
            ..Self::default()
        }
    }

    /// The first `depth` layers, nearly what a network of so many has (see [`Budget`](super::Budget)).
    #[must_use]
    pub(super) fn shortened(&self, depth: usize) -> Self {
        let first = |curve: &[f64]| curve[..depth.min(curve.len())].to_vec();
        Self {
            signal: first(&self.signal),
            gradient: first(&self.gradient),
            difference: first(&self.difference),
            output: first(&self.output),
            saturated: first(&self.saturated),
            dead: first(&self.dead),
            bias: first(&self.bias),
            ..*self
        }
    }

    /// Share of the signal that is bias at a layer (counted from 0), 0 to 1.
    #[must_use]
    pub fn bias_share(&self, index: usize) -> f64 {
        let share = 10_f64.powf(self.bias[index] - self.signal[index]);
        if share.is_nan() {
            0.0
        } else {
            share.clamp(0.0, 1.0)
        }
    }
}

/// log10 of the bias variance of layers 1 to `depth`.
fn biases(spec: &Spec, depth: usize) -> Vec<f64> {
    (1..=depth)
        .map(|l| spec.bias_law(l).variance().log10())
        .collect()
}

/// A layer that no gradient has reached yet.
const UNKNOWN: Summary = Summary {
    log10_mean: f64::NAN,
    log10_se: f64::NAN,
    log10_p10: f64::NAN,
    log10_p50: f64::NAN,
    log10_p90: f64::NAN,
};
