//! What is known at one moment: immutable, shared with whoever draws or prints.

use std::sync::Arc;

use crate::engine::advice::{Advice, Remedy};
use crate::engine::verdict::{Channel, Curves, Verdict};
use crate::math::binomial::interval;
use crate::net::spec::Spec;
use crate::theory::stages::StageCurve;

/// Distribution over draws of the log10 of one per-draw mean square.
///
/// `-inf` stands for an exact zero (a dead layer), `+inf` for an overflow that the mathematics really has, NaN for what is
/// undefined (distinguishability of a single input, gradients behind an overflow).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// Mean over draws.
    pub log10_mean: f64,
    /// Standard error of that mean; NaN for one draw, and where a draw is not finite.
    pub log10_se: f64,
    /// 10 % quantile over draws.
    pub log10_p10: f64,
    /// Median over draws.
    pub log10_p50: f64,
    /// 90 % quantile over draws.
    pub log10_p90: f64,
}

impl Summary {
    /// Of what is not known, such as a gradient that has not arrived.
    pub(super) const UNKNOWN: Self = Self {
        log10_mean: f64::NAN,
        log10_se: f64::NAN,
        log10_p10: f64::NAN,
        log10_p50: f64::NAN,
        log10_p90: f64::NAN,
    };
}

pub use crate::sim::record::BINS;

/// How many of how many: draws, inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Those meant.
    pub count: usize,
    /// All.
    pub total: usize,
}

impl Share {
    /// 0 to 1; NaN of none.
    #[must_use]
    pub fn value(self) -> f64 {
        self.count as f64 / self.total as f64
    }

    /// Where the share is of all that could be drawn, with 95 % confidence: see [`interval`].
    #[must_use]
    pub fn interval(self) -> [f64; 2] {
        interval(self.count, self.total)
    }
}

/// What the rows of data have in common that a batch of two or more is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Inputs {
    /// log10 of the share of their mean square that differs between them, as a layer's distinguishability: the median over draws.
    pub difference: f64,
    /// How many inputs of a batch are distinct: the most of any draw; `None` where no draw is in.
    pub distinct: Option<Share>,
}

/// What is measured of the branch of a sub-layer; the fields of its [`LayerStats`] named after `z` and `x` then are the stream's after it,
/// `grad_w` is that of its first matrix, and `saturated`, `dead` and `histogram` are those of its hidden units.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchStats {
    /// Mean square of the branch's output, before `alpha`.
    pub output: Summary,
    /// Share of it, `alpha` included, in the mean square of the sum.
    pub share: Summary,
    /// Mean over entries of the squared, batch-summed `dl/dW` of the last matrix.
    pub grad_w: Option<Summary>,
    /// The same of the second and third matrix that read the input: keys and values, or what stands beside a gate; NaN where there is none.
    pub others: Option<[Summary; 2]>,
    /// Share of the stream's mean square that differs between the tokens of a sequence; NaN of one token.
    pub tokens: Summary,
    /// Mean entropy of a row of attention weights over its largest value; NaN where nothing attends.
    pub entropy: Summary,
    /// Mean square of a score; NaN where nothing attends.
    pub scores: Summary,
}

/// Everything measured at one layer. Gradient fields are `None` until a backward pass has reached the layer.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerStats {
    /// `mean z^2` over units and inputs.
    pub z_second_moment: Summary,
    /// Variance of `z` over units and inputs.
    pub z_variance: Summary,
    /// `mean x^2`, `x = phi(z)`.
    pub x_second_moment: Summary,
    /// Variance of `x` over units and inputs.
    pub x_variance: Summary,
    /// Mean square of `dl/dz`.
    pub grad_z: Option<Summary>,
    /// Mean square of `dl/dx`.
    pub grad_x: Option<Summary>,
    /// Mean over entries of the squared, batch-summed `dl/dW`.
    pub grad_w: Option<Summary>,
    /// Mean over entries of the squared, batch-summed `dl/db`.
    pub grad_b: Option<Summary>,
    /// Share of `mean z^2` that differs between inputs: 1 minus the mean pairwise overlap; none of a `z` that is exactly 0. Of sequences of
    /// tokens: between sequences at the same position, or between the tokens of the only one.
    pub distinguishability: Summary,
    /// log10 of the largest `|z|`, `|x|` and `|dl/dz|` over units and inputs, the median over draws; NaN until it is known.
    pub peaks: [f64; 3],
    /// Effective rank of `z` minus each unit's mean over the inputs: the participation ratio of its squared singular values, `(sum
    /// s_i^2)^2 / sum s_i^4`, 1 to `min(batch - 1, units)`. The median over every fourth draw, of those in which inputs differ; NaN
    /// of none.
    pub effective_rank: f64,
    /// Share of the same that is equal in all units (the squared mean over units in their mean square), 0 to 1; `1 / units` on average
    /// where the units' signs are independent. What nine draws of ten exceed of those in which inputs differ; NaN of none.
    pub alike: f64,
    /// Draws that are dead at this layer or before: its units have all slope 0 for every input, or signal or difference is exactly
    /// 0; one without any gradient for another reason counts where the gradient ends.
    pub dead_draws: Share,
    /// Mean over draws of the mean of `z` (units of z; 0 where it cannot be represented).
    pub z_mean: f64,
    /// Mean over draws of the mean of `x`.
    pub x_mean: f64,
    /// Share of units and inputs with `|phi'| < 5 %` of its supremum.
    pub saturated: f64,
    /// Share of units with `phi' = 0` for every input of the batch.
    pub dead: f64,
    /// Of the branch of a sub-layer; `None` in a plain layer.
    pub branch: Option<Box<BranchStats>>,
    /// Share of `z / rms(z)` in [`BINS`] equal bins over [-4, 4], the ends collecting what is outside; sums to 1.
    pub histogram: [f32; BINS],
}

/// Where the computation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The first draw is on its way: `layers` is shorter than the depth or gradients are missing.
    First,
    /// Complete curves: the ensemble is being refined, or remedies are being measured.
    Refining,
    /// Nothing more will come.
    Settled,
}

/// What the infinite-width theory expects at one layer, log10, with the finite-width 10-90 % band over draws; edges that are NaN are
/// not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// 10 % quantile expected over draws.
    pub low: f64,
    /// The infinite-width value.
    pub mid: f64,
    /// 90 % quantile expected over draws.
    pub high: f64,
}

impl Band {
    /// A curve whose spread is not predicted.
    #[must_use]
    pub fn line(mid: f64) -> Self {
        Self {
            low: mid,
            mid,
            high: mid,
        }
    }

    /// A curve whose band is not known: theory has no answer for this width.
    #[must_use]
    pub fn unknown(mid: f64) -> Self {
        Self {
            low: f64::NAN,
            mid,
            high: f64::NAN,
        }
    }

    /// Whether the band is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !(self.low.is_nan() || self.high.is_nan())
    }

    /// What a typical draw of this width has; the infinite-width value where the band is not known.
    #[must_use]
    pub fn typical(&self) -> f64 {
        if self.low.is_finite() && self.high.is_finite() {
            f64::midpoint(self.low, self.high)
        } else {
            self.mid
        }
    }
}

/// The predicted curves, one entry per layer; complete in the first snapshot of every request, but for networks whose tokens attend to each
/// other: after the first draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// `mean z^2`.
    pub signal: Vec<Band>,
    /// Mean square of `dl/dz`.
    pub gradient: Vec<Band>,
    /// Distinguishability.
    pub distinguishability: Vec<Band>,
    /// log10 of `mean x^2` at infinite width.
    pub x_second_moment: Vec<f64>,
    /// log10 of the variance of `x` at infinite width.
    pub x_variance: Vec<f64>,
    /// What is expected of a network of blocks or of layers with a norm beside that; its bands are not known.
    pub stages: Option<Arc<StageCurve>>,
    /// Why the band is not known at some layer or in some channel, in one line; `None` where it is known throughout.
    pub note: Option<String>,
}

impl Prediction {
    /// Whether the bands of all channels, and so the curves of a typical draw, are known at every layer. Where not, theory has no
    /// answer for this width: nothing is judged or ranked by it.
    #[must_use]
    pub fn typical_is_known(&self) -> bool {
        let channels = Channel::ALL.into_iter();
        channels
            .flat_map(|channel| self.channel(channel))
            .all(Band::is_known)
    }

    /// What is expected of the series that a channel judges.
    #[must_use]
    pub fn channel(&self, channel: Channel) -> &[Band] {
        match channel {
            Channel::Signal => &self.signal,
            Channel::Gradient => &self.gradient,
            Channel::Distinguishability => &self.distinguishability,
        }
    }
}

/// What is known at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What is simulated.
    pub spec: Arc<Spec>,
    /// Where the computation stands.
    pub phase: Phase,
    /// Complete draws behind the numbers (0 while the first is on its way).
    pub draws: usize,
    /// Draws that will be made at most.
    pub draws_target: usize,
    /// Layer at which the first draw overflowed, where the mathematics really does.
    pub overflow: Option<usize>,
    /// Largest standard error of a mean over layers and the three channels, in decades; NaN before the second draw.
    pub worst_se: f64,
    /// What the inputs have in common; `None` for noise and for a batch of one.
    pub inputs: Option<Inputs>,
    /// Layers 1..=depth, or the first few while [`Phase::First`].
    pub layers: Vec<LayerStats>,
    /// What theory expects; `None` where it has no answer for this spec.
    pub prediction: Option<Arc<Prediction>>,
    /// What to type instead; `None` until it is worked out, shortly after the first complete draw.
    pub advice: Option<Arc<Advice>>,
    /// In words and with a layer: from the complete draws, or from the prediction while there is none; `None` where theory has
    /// no answer either.
    pub verdict: Option<Verdict>,
}

impl Snapshot {
    /// What the verdict is read from: the draws, or where there is none yet what theory expects of a typical one, if it has an answer.
    #[must_use]
    pub fn curves(&self) -> Option<Curves> {
        match &self.prediction {
            _ if self.draws > 0 => {
                let curves = Curves::measured(&self.spec, &self.layers);
                Some(curves.seeing(&self.spec, self.inputs))
            }
            Some(prediction) if prediction.typical_is_known() => {
                Some(Curves::expected(&self.spec, prediction))
            }
            _ => None,
        }
    }

    /// Whether all draws are made and remedies are being measured.
    #[must_use]
    pub fn is_measuring_remedy(&self) -> bool {
        let advice = self.advice.as_deref();
        advice.is_some_and(|advice| matches!(advice.remedy, Remedy::Measuring(_)))
    }
}
