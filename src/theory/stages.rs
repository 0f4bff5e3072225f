//! Predicted curves of networks of blocks, and of plain layers with a norm, at infinite width.
//!
//! The stream has mean 0 over units: so has the noise that it begins with, and every branch ends in a matrix. With `q = E x^2`, the share
//! `epsilon` of it that differs between two inputs, `v = q / (q + eps)` after a norm before the branch (`q` without one),
//! `h = w1 v + s1` of the hidden units and `f = w2 E phi^2(h) + s2`,
//!
//! ```text
//! q'          = skip^2 q + alpha^2 f,               divided by itself + eps where a norm follows
//! q' epsilon' = skip^2 q epsilon + alpha^2 w2 (E phi^2 - E phi phi)
//! g           = (skip^2 + alpha^2 W2 W1 E phi'^2 / (q + eps)) g'
//! ```
//!
//! with `w = fan_in Var W`, `W = fan_out Var W`, `s = Var b`: stream and branch are uncorrelated, and what a norm projects out is of the order of
//! one over the width (BatchNorm mixes inputs: module `batch`). A norm between matrix and activation makes `h` into `h / (h + eps)`, one behind the branch `f` into `f / (f + eps)`. A gate
//! has `f = w2 E phi^2(h) (w3 v + s3) + s2` (module `inputs`). A matrix of standardized rows has `Var phi(h)` in place of `E phi^2(h)`. Where tokens attend to each other, these are matrices over tokens (module `tokens`).
//! Source of the recursions: Yang & Schoenholz (NeurIPS 2017), Xiong et al. (ICML 2020); the weights of the way back count as independent
//! of those of the way up.

mod batch;
mod heads;
mod inputs;
mod operations;
mod tokens;

use crate::net::block::{Block, Norm};
use crate::net::initializer::WeightLaw;
use crate::net::input::Input;
use crate::net::spec::Spec;
use crate::net::stage::{Middle, Stage};
use crate::net::tape::Linear;
use crate::theory::curve::LayerLaw;
use crate::theory::error::TheoryError;
use crate::theory::maps::ln_add;

/// The infinite-width values of one network, a log10 for each layer 1 to [`layers`](Spec::layers); in a network of blocks `z` and `x` are both the
/// stream after the layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageCurve {
    /// `E z^2`: of a plain layer before its norm.
    pub z_second_moment: Vec<f64>,
    /// `E x^2`.
    pub x_second_moment: Vec<f64>,
    /// `Var x`.
    pub x_variance: Vec<f64>,
    /// Share of `E z^2` that differs between two inputs (sequences at the same position, or tokens of the only one); empty for a batch of one.
    pub distinguishability: Vec<f64>,
    /// Mean square of `dl/dz`.
    pub grad_z: Vec<f64>,
    /// Mean square of `dl/dx`.
    pub grad_x: Vec<f64>,
    /// Mean square of the branch's output, before `alpha`; empty in plain layers.
    pub branch: Vec<f64>,
    /// Share of the branch, `alpha` included, in the sum; empty in plain layers.
    pub share: Vec<f64>,
    /// Share of `E x^2` that differs between two tokens of a sequence; empty where nothing attends.
    pub tokens: Vec<f64>,
    /// Mean entropy of a row of attention weights over its largest value, NaN where a layer does not attend; empty where none does.
    pub entropy: Vec<f64>,
    /// Mean square of a score, likewise.
    pub scores: Vec<f64>,
    /// Mean square of the batch-summed `dl/dW` of the three matrices that may read a layer's input and of the last, NaN where there is none;
    /// empty where no layer has one.
    pub grad_w: [Vec<f64>; 4],
}

/// Variances of a matrix, `ln`; `-inf` where it is 0.
#[derive(Clone, Copy, Debug)]
struct Law {
    forward: f64,
    bias: f64,
    back: f64,
    /// Whether its rows have mean 0 and so see nothing of what all units have in common.
    centred: bool,
}

impl Law {
    fn of(linear: &Linear) -> Result<Self, TheoryError> {
        if linear.weights.support() == (0.0, 0.0) {
            return Ok(Self {
                forward: f64::NEG_INFINITY,
                bias: LayerLaw::bias(&linear.biases, linear.fan_in)?.ln(),
                back: f64::NEG_INFINITY,
                centred: false,
            });
        }
        let law = LayerLaw::of(
            &linear.weights,
            &linear.biases,
            linear.fan_in,
            linear.fan_out,
        )?;
        Ok(Self {
            forward: law.sigma_w2.ln(),
            bias: law.sigma_b2.ln(),
            back: law.back_w2.ln(),
            centred: matches!(linear.weights, WeightLaw::Standardized { .. }),
        })
    }

    /// `ln` of the variance that it gives of `ln v`.
    fn given(&self, ln_v: f64) -> f64 {
        ln_add(times(self.forward, ln_v), self.bias)
    }
}

/// One stage with the laws of its matrices.
#[derive(Clone, Debug)]
struct Step {
    stage: Stage,
    reads: Vec<Law>,
    last: Option<Law>,
}

/// `ln (q + eps)`, or 0 without a norm.
fn divisor(norm: Option<Norm>, ln_q: f64, eps: f64) -> f64 {
    norm.map_or(0.0, |_| ln_add(ln_q, eps.ln()))
}

fn ln_square(factor: f64) -> f64 {
    2.0 * factor.abs().ln()
}

/// `ln` of a product of numbers given by their `ln`, where 0 times anything is 0.
fn times(a: f64, b: f64) -> f64 {
    if a == f64::NEG_INFINITY || b == f64::NEG_INFINITY {
        f64::NEG_INFINITY
    } else {
        a + b
    }
}

/// The curves of a network on their way: at once where no token sees another, else some heads or a layer at a time, up and back.
#[derive(Debug)]
pub struct Foretelling(Way);

#[derive(Debug)]
enum Way {
    Inputs(Box<Spec>, Vec<Step>),
    Tokens(Box<tokens::Fold>),
}

impl Foretelling {
    /// Of a spec that [has stages](Spec::has_stages).
    ///
    /// # Errors
    /// As [`stage_curve`].
    pub fn new(spec: &Spec) -> Result<Self, TheoryError> {
        let steps: Vec<Step> = (1..=spec.distinct_stages())
            .map(|number| {
                let stage = spec.stage(number);
                let reads = stage.reads.iter().map(Law::of);
                let last = stage.residual.map(|residual| Law::of(&residual.last));
                Ok(Step {
                    reads: reads.collect::<Result<_, TheoryError>>()?,
                    last: last.transpose()?,
                    stage,
                })
            })
            .collect::<Result<_, TheoryError>>()?;
        let refused = |reason| Err(TheoryError::Architecture { reason });
        if !matches!(spec.input(), Input::Noise) && steps.iter().any(|step| step.stage.is_normed())
        {
            return refused(
                "rows of data are of different sizes and means, which a norm takes out of each",
            );
        }
        if spec.draft().copies {
            return refused("blocks that are copies of one have seen what they gave");
        }
        if steps.iter().any(|step| step.stage.activated) {
            return refused("a stream that passes the activation is not Gaussian");
        }
        if mixes_inputs(spec, &steps) {
            let plain = |step: &Step| matches!(step.stage.middle, Middle::Activation(_));
            if spec.tokens() > 1 || !steps.iter().all(plain) {
                return refused("BatchNorm beside tokens or gates is not predicted");
            }
            if spec.batch() < batch::FEWEST {
                return refused("the gradient behind BatchNorm has no mean square below 4 inputs");
            }
        }
        let simple = |step: &Step| match step.stage.middle {
            Middle::Tokens(_) => true,
            Middle::Activation(Some(_)) => false,
            _ => !(step.stage.entered || step.stage.reads.is_empty()),
        };
        let mixes = |step: &Step| matches!(step.stage.middle, Middle::Tokens(_));
        let biased = |step: &Step| step.last.is_some_and(|law| law.bias > f64::NEG_INFINITY);
        if steps.iter().any(|step| mixes(step) && biased(step)) {
            return refused("the bias of a token is the same for all units, whose mean it moves");
        }
        if spec.tokens() == 1 && steps.iter().any(mixes) {
            return refused("a matrix over tokens is one number where there is one token");
        }
        let centred = |step: &Step| step.reads.iter().chain(&step.last).any(|law| law.centred);
        if sees_tokens(spec) && steps.iter().any(centred) {
            return refused(
                "tokens that see each other beside matrices of standardized rows is not predicted",
            );
        }
        if sees_tokens(spec) && !steps.iter().all(simple) {
            return refused(
                "tokens that see each other beside branches that begin with the activation or have a norm inside is not predicted",
            );
        }
        Ok(Self(match sees_tokens(spec) {
            true => Way::Tokens(Box::new(tokens::Fold::new(spec, steps))),
            false => Way::Inputs(Box::new(spec.clone()), steps),
        }))
    }

    /// Goes on by some heads or one layer of tokens (milliseconds), or to the end; the curves once all is done.
    ///
    /// # Errors
    /// As [`stage_curve`].
    pub fn advance(&mut self) -> Result<Option<StageCurve>, TheoryError> {
        match &mut self.0 {
            Way::Inputs(spec, steps) => inputs::curve(spec, std::mem::take(steps)).map(Some),
            Way::Tokens(fold) => fold.advance(),
        }
    }
}

/// Whether a norm takes numbers of all inputs together.
fn mixes_inputs(spec: &Spec, steps: &[Step]) -> bool {
    let ends = [spec.draft().initial_norm, spec.draft().last_norm];
    let inside = steps.iter().flat_map(|step| step.stage.norms());
    let mut all = inside.chain(ends.into_iter().flatten());
    all.any(|norm| norm == Norm::Batch)
}

/// Whether tokens see each other, so that the curves are of matrices over tokens, and may need a population of heads.
#[must_use]
pub fn sees_tokens(spec: &Spec) -> bool {
    spec.tokens() > 1 && spec.block().is_some_and(Block::mixes_tokens)
}

/// Predicts the curves of a spec that [has stages](Spec::has_stages).
///
/// # Errors
/// [`TheoryError::Architecture`] for data that meet a norm, whose rows are of sizes of their own, for blocks that are copies and for attention
/// with one head or with large scores and no norm; weights that are not centred or do not mix; expectations that cannot be computed.
pub fn stage_curve(spec: &Spec) -> Result<StageCurve, TheoryError> {
    let mut way = Foretelling::new(spec)?;
    loop {
        if let Some(curve) = way.advance()? {
            return Ok(curve);
        }
    }
}
