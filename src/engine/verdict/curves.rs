//! What a verdict is read from.

use crate::engine::snapshot::{Band, Inputs, LayerStats, Prediction, Share, Summary};
use crate::engine::summary::deaths_are_known;
use crate::engine::verdict::{BlockCurves, Channel};
use crate::math::root::brent;
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
    /// log10 of the mean square of the biases.
    pub bias: Vec<f64>,
    /// log10 of the largest `|z|`, `|x|` and `|dl/dz|` of a layer.
    pub peaks: [Vec<f64>; 3],
    /// Share of the difference between inputs that is the same in all units, where there is more than one unit.
    pub alike: Vec<f64>,
    /// Draws that are dead at this layer or before.
    pub dead_draws: Vec<Share>,
    /// Whether enough draws are in to know whether too many are dead.
    pub deaths_known: bool,
    /// What rows of data have in common, and how many rows there are.
    pub inputs: Option<(Inputs, usize)>,
    /// Standard error of a median of signal, gradient and difference at the end of its way, decades; 0 for a prediction.
    pub errors: [f64; 3],
    /// Of a network of blocks.
    pub blocks: Option<BlockCurves>,
    /// Whether theory expects them and nobody has measured; then `peaks` are those of a Gaussian law of that size.
    pub foretold: bool,
}

/// Standard error of a median in units of that of a mean, `sqrt(pi/2)` (normal law).
const MEDIAN: f64 = 1.253_314_137_315_5;

impl Curves {
    /// The medians over draws. `layers` must have their gradients, where there is one draw at least.
    #[must_use]
    pub fn measured(spec: &Spec, layers: &[LayerStats]) -> Self {
        let judged =
            |channel: Channel| move |l: &LayerStats| channel.of(l).unwrap_or(Summary::UNKNOWN);
        let [signal, gradient, difference] = Channel::ALL.map(judged);
        let medians = |of: &dyn Fn(&LayerStats) -> Summary| -> Vec<f64> {
            layers.iter().map(|l| of(l).log10_p50).collect()
        };
        // A single draw has no error (NaN): its curve is taken as it is.
        let error = |s: Option<Summary>| match s.map(|s| MEDIAN * s.log10_se) {
            Some(error) if error.is_finite() => error,
            _ => 0.0,
        };
        Self {
            signal: medians(&signal),
            gradient: medians(&gradient),
            difference: medians(&difference),
            output: medians(&|l| l.x_second_moment),
            saturated: layers.iter().map(|l| l.saturated).collect(),
            dead: layers.iter().map(|l| l.dead).collect(),
            bias: biases(spec, layers.len()),
            peaks: [0, 1, 2].map(|k| layers.iter().map(|l| l.peaks[k]).collect()),
            foretold: false,
            blocks: BlockCurves::measured(spec, layers),
            alike: layers.iter().map(|l| alike(l, spec.width())).collect(),
            dead_draws: layers.iter().map(|l| l.dead_draws).collect(),
            deaths_known: deaths_are_known(layers, spec.width()),
            inputs: None,
            errors: [
                error(layers.last().map(signal)),
                error(layers.first().map(gradient)),
                error(layers.last().map(difference)),
            ],
        }
    }

    /// The same with what the inputs have in common.
    #[must_use]
    pub fn seeing(self, spec: &Spec, inputs: Option<Inputs>) -> Self {
        let rows = spec.input().rows().map(|rows| rows.nrows());
        Self {
            inputs: inputs.zip(rows),
            ..self
        }
    }

    /// What a typical draw is expected to show. Saturated, dead and alike units are not predicted.
    #[must_use]
    pub fn expected(spec: &Spec, prediction: &Prediction) -> Self {
        let typical = |bands: &[Band]| -> Vec<f64> { bands.iter().map(Band::typical).collect() };
        let (signal, gradient) = (typical(&prediction.signal), typical(&prediction.gradient));
        let largest = largest_of_normals((spec.width() * spec.batch()) as f64).log10();
        let peaks = [&signal, &prediction.x_second_moment, &gradient]
            .map(|squares| squares.iter().map(|s| 0.5 * s + largest).collect());
        let curves = Self {
            signal,
            gradient,
            peaks,
            difference: typical(&prediction.distinguishability),
            output: prediction.x_second_moment.clone(),
            bias: biases(spec, prediction.signal.len()),
            foretold: true,
            ..Self::default()
        };
        // weights alone keep the share that differs: what is less of it at layer 1 is bias
        let without_bias = (1.0 - curves.bias_share(0)).log10();
        let difference = curves.difference.first().map(|d| d - without_bias);
        let inputs = difference.map(|difference| Inputs {
            difference,
            distinct: None,
        });
        curves.seeing(spec, inputs)
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
            alike: first(&self.alike),
            dead_draws: self.dead_draws[..depth.min(self.dead_draws.len())].to_vec(),
            peaks: self.peaks.each_ref().map(|peaks| first(peaks)),
            blocks: self.blocks.clone(),
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

/// The median of the largest `|x|` of so many independent N(0, 1) numbers.
fn largest_of_normals(count: f64) -> f64 {
    // P(|x| > t) = erfc(t / sqrt 2), and (1 - P)^count = 1/2 at the median.
    let outside = -(-std::f64::consts::LN_2 / count).exp_m1();
    brent(0.0, 38.0, |t| {
        libm::erfc(t / std::f64::consts::SQRT_2).ln() - outside.ln()
    })
}

/// The share of the difference between inputs that units have in common; NaN where chance alone could make it large.
///
/// With independent signs of `n` units it is largest, as `Beta(1/2, (n - 1)/2)`, where a single direction is left: above
/// [`ALIKE_LIMIT`](super::ALIKE_LIMIT) with probability 0.20 for two units, 0.05 for three, 0.001 for eight. Sixteen units of all
/// draws together make that less than 1e-4 for nine draws of ten.
fn alike(layer: &LayerStats, units: usize) -> f64 {
    let alive = layer.dead_draws.total - layer.dead_draws.count;
    if units > 1 && units * alive >= 16 {
        layer.alike
    } else {
        f64::NAN
    }
}

/// log10 of the mean square of the biases of layers 1 to `depth`; in a network of blocks biases are only part of a branch.
fn biases(spec: &Spec, depth: usize) -> Vec<f64> {
    if spec.block().is_some() {
        return vec![f64::NEG_INFINITY; depth];
    }
    (1..=depth)
        .map(|l| spec.bias_law(l).second_moment().log10())
        .collect()
}
