//! The verdict: what becomes of the signal, the gradient and the difference between inputs; in words, with a layer and a rate.
//!
//! Read from medians over draws, so that one unlucky draw decides nothing; from the prediction while no draw is in. The
//! limits are the table [`LIMITS`]. Among several failures the one after the fewest layers of travel decides (the signal
//! travels from layer 1, the gradient from layer `L`; inputs come before all layers), ties in the order of the table from the
//! bottom up. A signal and a gradient
//! that fail alike within one layer and an eighth of the way are a tie, which the signal wins: noise decides nothing. One more case:
//!
//! Networks of blocks are judged by their stream, and where every sub-layer has a norm by the gradients of the weights ([`BlockCurves`]).
//!
//! In the ordered phase the gradient and the difference between inputs shrink by the same factor per layer. Where more than
//! half of the signal is bias when the inputs have become alike, the weights are too small and only the bias keeps the signal up:
//! that is told as [`VerdictKind::Collapsing`], also when the gradient crosses its limit a few layers earlier.

mod blocks;
mod budget;
mod curves;
mod deaths;
mod failure;
mod float;
mod limits;
mod words;

pub use blocks::BlockCurves;
pub use budget::{Budget, BudgetSource};
pub use curves::Curves;
pub use float::{Crossing, FLOATS, Float, Reach};
pub use limits::{
    ALIKE_LIMIT, BIAS_LIMIT, COLLAPSE_LIMIT, DEAD_DRAWS_LIMIT, DEAD_LIMIT, DRIFT_LIMIT,
    ENTROPY_LIMIT, LIMITS, Limit, SATURATED_LIMIT,
};

use crate::engine::snapshot::{Inputs, Share};

use failure::Failure;

/// What becomes of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerdictKind {
    /// Signal, gradient and difference between inputs survive.
    #[default]
    Healthy,
    /// The same, and every branch is 0 at the start: the blocks do nothing yet.
    Identity,
    /// Signal or gradient falls below the limit.
    Vanishing,
    /// Signal or gradient rises above the limit, or overflows.
    Exploding,
    /// Inputs become indistinguishable.
    Collapsing,
    /// Most units sit where the derivative is below 5 % of its supremum.
    Saturated,
    /// Nothing comes through: exact zeros, or units whose derivative is zero for every input; or that is so in too many draws.
    Dead,
    /// All units tell the inputs apart alike: weights of one sign do not break their symmetry.
    Symmetric,
    /// The rows of data themselves hardly differ.
    Inputs,
}

/// What may fail in a network of blocks beside its three channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failing {
    /// Gradients of the weights, over the blocks.
    Weights,
    /// The difference between the tokens of a sequence.
    Tokens,
    /// The entropy of attention.
    Attention,
}

/// Which curve a verdict speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// `mean z^2`.
    Signal,
    /// Mean square of `dl/dz`.
    Gradient,
    /// Share of the signal that differs between inputs.
    Distinguishability,
}

/// What fails first, where and how fast.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// What becomes of the network.
    pub kind: VerdictKind,
    /// The channel that fails first; `None` when healthy.
    pub channel: Option<Channel>,
    /// First layer beyond the limit on the channel's way (the gradient comes from the last layer); `None` when healthy.
    pub layer: Option<usize>,
    /// Average drift of that channel until it fails, decades of mean square per layer travelled; 0 when healthy or where it
    /// fails at once.
    pub rate: f64,
    /// What crossed the limit: decades from the start (vanishing, exploding), log10 of the share that differs (collapsing,
    /// inputs), the share of units (saturated, dead), of draws (dead) or of what differs (symmetric), infinite for an overflow and
    /// for an exact zero; 0 when healthy.
    pub level: f64,
    /// Share of the signal that is bias at the layer that fails; 0 when healthy.
    pub bias_share: f64,
    /// What fails in a network of blocks that is not the channel itself.
    pub failing: Option<Failing>,
    /// Of a network of blocks.
    pub blocks: Option<BlockCurves>,
    /// Layers judged.
    pub depth: usize,
    /// Decades of mean square that signal and gradient may drift.
    pub drift_limit: f64,
    /// Signal drift over the whole depth, decades of mean square per layer.
    pub signal_rate: f64,
    /// Gradient drift over the whole depth, decades of mean square per layer going backward.
    pub gradient_rate: f64,
    /// Distinguishability drift over the whole depth, decades per layer.
    pub distinguishability_rate: f64,
    /// Whether no two inputs were compared: a batch of one, or curves without distinguishability.
    pub one_input: bool,
    /// Draws that are dead; none of none where theory judges.
    pub dead_draws: Share,
    /// Whether draws die by chance, each layer killing some: more units a layer heal that.
    pub by_chance: bool,
    /// Whether enough draws are in to know whether too many are dead.
    pub deaths_known: bool,
    /// What rows of data have in common, and how many rows there are.
    pub inputs: Option<(Inputs, usize)>,
    /// How many layers such a network may have: read off these curves, until more is known.
    pub budget: Budget,
    /// Where 16- and 32-bit numbers run out.
    pub reaches: [Reach; FLOATS.len()],
}

impl Verdict {
    /// How deep a healthy network may be, as theory says, where theory expects it healthy too.
    pub(super) fn expect_beyond(&mut self, theory: &Self) {
        let same = self.drift_limit == theory.drift_limit;
        if same && self.is_healthy() && theory.is_healthy() {
            self.budget = theory.budget;
        }
    }

    /// Whether nothing fails.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        matches!(self.kind, VerdictKind::Healthy | VerdictKind::Identity)
    }

    /// Whether more units a layer (or an activation without a flat part) are what heals it: too many draws die by chance.
    #[must_use]
    pub fn needs_width(&self) -> bool {
        self.by_chance && self.dead_draws.interval()[0] > DEAD_DRAWS_LIMIT
    }

    /// The depth scale `xi` of the channel that fails: layers over which its mean square changes by a factor e,
    /// `1/(|rate| ln 10)`; `None` when healthy or without a rate.
    #[must_use]
    pub fn xi(&self) -> Option<f64> {
        let xi = 1.0 / (self.rate.abs() * std::f64::consts::LN_10);
        (!self.is_healthy() && xi.is_finite() && xi > 0.0).then_some(xi)
    }
}

/// Judges a complete set of curves by the table [`LIMITS`].
#[must_use]
pub fn judge(curves: &Curves) -> Verdict {
    judge_within(curves, DRIFT_LIMIT)
}

/// The same with another limit on the drift of signal and gradient, in decades of mean square.
#[must_use]
pub fn judge_within(curves: &Curves, drift_limit: f64) -> Verdict {
    let failures = failure::all(curves, drift_limit);
    let first = decisive(&failures);
    let healthy = if first.is_none() {
        curves.signal.len()
    } else {
        0
    };
    let backward: Vec<f64> = curves.gradient.iter().rev().copied().collect();
    let (dead_draws, by_chance) = deaths::of(&curves.dead_draws);
    let mut verdict = Verdict {
        depth: curves.signal.len(),
        drift_limit,
        signal_rate: rate(&curves.signal),
        gradient_rate: rate(&backward),
        distinguishability_rate: rate(&curves.difference),
        one_input: curves.difference.iter().all(|d| d.is_nan()),
        dead_draws,
        by_chance,
        deaths_known: curves.deaths_known,
        inputs: curves.inputs,
        budget: match &curves.blocks {
            // what a block is may depend on how many there are
            Some(_) => Budget::default(),
            None => Budget::read_after(healthy, curves, drift_limit),
        },
        blocks: curves.blocks.clone(),
        reaches: float::reaches(curves),
        ..Verdict::default()
    };
    if let Some(f) = first {
        verdict.kind = f.kind;
        verdict.channel = Some(f.channel);
        verdict.layer = Some(f.layer);
        verdict.rate = f.rate;
        verdict.level = f.level;
        verdict.bias_share = f.bias_share;
        verdict.failing = f.failing;
    } else if curves
        .blocks
        .as_ref()
        .is_some_and(|blocks| blocks.zero.is_some())
    {
        verdict.kind = VerdictKind::Identity;
    }
    verdict
}

/// The failure that names the verdict (see the module's text).
fn decisive(failures: &[Failure]) -> Option<&Failure> {
    let first = failures.iter().min_by_key(|f| f.travelled)?;
    // signal and gradient that drift alike differ by the noise of the draws
    let near = first.travelled + 1 + first.travelled / 8;
    let tied = |f: &&Failure| {
        let drifts = matches!(f.kind, VerdictKind::Vanishing | VerdictKind::Exploding);
        drifts && f.kind == first.kind && f.travelled <= near
    };
    let first = failures.iter().find(tied).unwrap_or(first);
    let collapse = failures
        .iter()
        .find(|f| f.kind == VerdictKind::Collapsing && f.bias_share > BIAS_LIMIT);
    match collapse {
        Some(collapse) if first.kind == VerdictKind::Vanishing => Some(collapse),
        _ => Some(first),
    }
}

/// Average drift in decades per layer between the first and the last finite value.
fn rate(curve: &[f64]) -> f64 {
    let finite = || curve.iter().enumerate().filter(|(_, v)| v.is_finite());
    match (finite().next(), finite().next_back()) {
        (Some((i, a)), Some((j, b))) if j > i => (b - a) / (j - i) as f64,
        _ => 0.0,
    }
}
