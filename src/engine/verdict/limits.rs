//! The one table of limits: help, pages and tests print it.

use super::VerdictKind;

/// Signal and gradient may drift by this many decades of mean square (a factor 10 in size) before they count as vanishing or
/// exploding.
pub const DRIFT_LIMIT: f64 = 2.0;
/// Below this share (decimal logarithm) of difference between inputs they count as collapsed.
pub const COLLAPSE_LIMIT: f64 = -3.0;
/// Above this share of units and inputs with a small slope a layer counts as saturated.
pub const SATURATED_LIMIT: f64 = 0.9;
/// Above this share of units without slope for any input a layer counts as dead.
pub const DEAD_LIMIT: f64 = 0.95;
/// Above this share of dead draws a network is dead too often.
pub const DEAD_DRAWS_LIMIT: f64 = 0.1;
/// Above this share of the difference between inputs that is the same in all units they are alike.
pub const ALIKE_LIMIT: f64 = 0.9;
/// Below this share of its largest value the entropy of attention says that tokens see one token alone.
pub const ENTROPY_LIMIT: f64 = 0.1;
/// Above this share of bias in the signal a collapse explains a vanishing signal or gradient.
pub const BIAS_LIMIT: f64 = 0.5;

/// One kind of verdict and when it is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// The verdict.
    pub kind: VerdictKind,
    /// The limit; 0 where there is none.
    pub value: f64,
    /// What is compared with it.
    pub rule: &'static str,
    /// Why there.
    pub reason: &'static str,
}

/// When each verdict is given.
pub static LIMITS: [Limit; 13] = [
    Limit {
        kind: VerdictKind::Healthy,
        value: 0.0,
        rule: "none of the below at any layer",
        reason: "signal, gradient and the difference between inputs arrive",
    },
    Limit {
        kind: VerdictKind::Vanishing,
        value: DRIFT_LIMIT,
        rule: "the mean square of z (from layer 1) or of dl/dz (from the last layer) ends 2 decades below its start",
        reason: "a tenth of the size: layers learn at rates that differ tenfold",
    },
    Limit {
        kind: VerdictKind::Exploding,
        value: DRIFT_LIMIT,
        rule: "the same ends 2 decades above its start, or overflows",
        reason: "ten times the size: one learning rate is wrong at one end or the other",
    },
    Limit {
        kind: VerdictKind::Collapsing,
        value: COLLAPSE_LIMIT,
        rule: "less than 1e-3 of the mean square of z differs between inputs",
        reason: "inputs differ by 3 % of the signal's size; relu with he_normal has 1e-2 left after 64 layers and trains",
    },
    Limit {
        kind: VerdictKind::Saturated,
        value: SATURATED_LIMIT,
        rule: "more than 90 % of units and inputs have a slope below 5 % of the steepest",
        reason: "relu has half of its slopes 0 by nature; a tanh network has this only when its weights are far too large",
    },
    Limit {
        kind: VerdictKind::Dead,
        value: DEAD_LIMIT,
        rule: "more than 95 % of units have slope 0 for every input, or signal, gradient or difference is exactly 0",
        reason: "a relu unit of a collapsed network is on or off for all inputs, half of them off; beyond that no gradient is left",
    },
    Limit {
        kind: VerdictKind::Dead,
        value: DEAD_DRAWS_LIMIT,
        rule: "more than 10 % of the draws, with 95 % confidence, have a layer whose units all have slope 0 for every input",
        reason: "the 10-90 % band over draws then reaches 0: one network in ten never learns, whatever the optimizer",
    },
    Limit {
        kind: VerdictKind::Symmetric,
        value: ALIKE_LIMIT,
        rule: "more than 90 % of what differs between inputs is the same in all units, in nine draws of ten",
        reason: "units with independent signs share 1/width of it on average at any depth; with weights of one sign it nears 100 % at layer 2, and no rescaling changes it",
    },
    Limit {
        kind: VerdictKind::Inputs,
        value: COLLAPSE_LIMIT,
        rule: "less than 1e-3 of the mean square of the rows of data differs between them",
        reason: "what the inputs do not tell apart is no fault of the network",
    },
    Limit {
        kind: VerdictKind::Exploding,
        value: DRIFT_LIMIT,
        rule: "where every sub-layer has a norm, in place of the drifts above: the mean squares of dl/dW of a matrix are 2 decades apart over the blocks",
        reason: "the next norm divides by the size of the stream; what learns are the weights",
    },
    Limit {
        kind: VerdictKind::Collapsing,
        value: COLLAPSE_LIMIT,
        rule: "less than 1e-3 of the mean square of the stream differs between the tokens of a sequence",
        reason: "rank collapse: every token says the same, and queries and keys get no gradient",
    },
    Limit {
        kind: VerdictKind::Saturated,
        value: ENTROPY_LIMIT,
        rule: "the entropy of attention is below 10 % of the largest",
        reason: "entropy collapse: every token sees one other alone, and the softmax has no slope left",
    },
    Limit {
        kind: VerdictKind::Identity,
        value: 0.0,
        rule: "healthy, and every branch of a network of blocks is 0 at the start",
        reason: "intended by those who set a last matrix or a gate to 0: the blocks begin as the identity",
    },
];
