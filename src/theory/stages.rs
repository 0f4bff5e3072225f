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
//! one over the width. A norm between matrix and activation makes `h` into `h / (h + eps)`. Source of the recursions: Yang & Schoenholz
//! (NeurIPS 2017), Xiong et al. (ICML 2020); the weights of the way back count as independent of those of the way up.

use std::f64::consts::{LN_2, LN_10};
use std::sync::Arc;

use crate::net::block::Norm;
use crate::net::input::Input;
use crate::net::spec::Spec;
use crate::net::stage::Stage;
use crate::net::tape::Linear;
use crate::theory::curve::LayerLaw;
use crate::theory::error::TheoryError;
use crate::theory::kernel::{Kernel, Local, Route};
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
    /// Share of `E z^2` that differs between two inputs; empty for a batch of one.
    pub distinguishability: Vec<f64>,
    /// Mean square of `dl/dz`.
    pub grad_z: Vec<f64>,
    /// Mean square of `dl/dx`.
    pub grad_x: Vec<f64>,
    /// Mean square of the branch's output, before `alpha`; empty in plain layers.
    pub branch: Vec<f64>,
    /// Share of the branch, `alpha` included, in the sum; empty in plain layers.
    pub share: Vec<f64>,
    /// Mean square of the batch-summed `dl/dW` of the first matrix and of the second, which is empty in plain layers.
    pub grad_w: [Vec<f64>; 2],
}

/// Variances of a matrix, `ln`; `None` where it is 0.
#[derive(Clone, Copy, Debug)]
struct Law {
    forward: f64,
    bias: f64,
    back: f64,
}

impl Law {
    fn of(linear: &Linear) -> Result<Self, TheoryError> {
        if linear.weights.support() == (0.0, 0.0) {
            return Ok(Self {
                forward: f64::NEG_INFINITY,
                bias: LayerLaw::bias(&linear.biases, linear.fan_in)?.ln(),
                back: f64::NEG_INFINITY,
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
        })
    }
}

/// One stage with `ln` of everything.
#[derive(Clone, Copy, Debug)]
struct Step {
    stage: Stage,
    first: Law,
    second: Option<Law>,
}

/// `ln` of the moments on the way through one stage.
#[derive(Clone, Copy, Debug)]
struct Passage {
    /// What enters the first matrix.
    entering: f64,
    /// What the first matrix gives.
    linear: f64,
    /// What differs of it.
    linear_differs: f64,
    /// `ln (q + eps)` that norms divide by: before, within, after.
    divisors: [f64; 3],
    local: Local,
    branch: f64,
    /// The sum before its norm.
    sum: f64,
    /// What leaves, and what differs of it.
    leaving: f64,
    differs: f64,
}

/// `ln (q + eps)`, or 0 without a norm.
fn divisor(norm: Option<Norm>, ln_q: f64, eps: f64) -> f64 {
    norm.map_or(0.0, |_| ln_add(ln_q, eps.ln()))
}

fn ln_square(factor: f64) -> f64 {
    2.0 * factor.abs().ln()
}

/// `ln` of `scale` times what the other is, where 0 times anything is 0.
fn times(a: f64, b: f64) -> f64 {
    if a == f64::NEG_INFINITY || b == f64::NEG_INFINITY {
        f64::NEG_INFINITY
    } else {
        a + b
    }
}

/// Predicts the curves of a spec that [has stages](Spec::has_stages).
///
/// # Errors
/// [`TheoryError::Architecture`] for data that meet a norm, whose rows are of sizes of their own; weights that are not centred or do not
/// mix; expectations that cannot be computed.
pub fn stage_curve(spec: &Spec) -> Result<StageCurve, TheoryError> {
    let distinct = match spec.block() {
        Some(_) => spec.sub_layers(),
        None => spec.layers().min(2),
    };
    let steps: Vec<Step> = (1..=distinct)
        .map(|number| {
            let stage = spec.stage(number);
            let second = stage.residual.map(|residual| Law::of(&residual.second));
            Ok(Step {
                first: Law::of(&stage.first)?,
                second: second.transpose()?,
                stage,
            })
        })
        .collect::<Result<_, TheoryError>>()?;
    if !matches!(spec.input(), Input::Noise) && steps.iter().any(has_norm) {
        return Err(TheoryError::Architecture {
            reason: "rows of data are of different sizes and means, which a norm takes out of each",
        });
    }
    let fold = Fold {
        spec,
        steps,
        kernel: Kernel::of(spec.activation()),
        eps: spec.draft().eps,
    };
    let passages = fold.forward()?;
    Ok(fold.curve(&passages))
}

fn has_norm(step: &Step) -> bool {
    let Stage {
        pre, inner, post, ..
    } = step.stage;
    pre.or(inner).or(post).is_some()
}

struct Fold<'a> {
    spec: &'a Spec,
    steps: Vec<Step>,
    kernel: Arc<Kernel>,
    eps: f64,
}

impl Fold<'_> {
    fn step(&self, number: usize) -> &Step {
        match self.spec.block() {
            Some(_) => &self.steps[(number - 1) % self.steps.len()],
            None => &self.steps[(number - 1).min(self.steps.len() - 1)],
        }
    }

    fn forward(&self) -> Result<Vec<Passage>, TheoryError> {
        let input = self.spec.input();
        let mut q = (input.mean_square() * self.spec.draft().embed.powi(2)).ln();
        let mut differs = q + (1.0 - input.overlap()).ln();
        let compared = self.spec.batch() > 1;
        let mut passages = Vec::with_capacity(self.spec.layers());
        for number in 1..=self.spec.layers() {
            let passage = self.pass(self.step(number), q, differs, compared)?;
            (q, differs) = (passage.leaving, passage.differs);
            passages.push(passage);
        }
        Ok(passages)
    }

    fn pass(
        &self,
        step: &Step,
        q: f64,
        differs: f64,
        compared: bool,
    ) -> Result<Passage, TheoryError> {
        let Step {
            stage,
            first,
            second,
        } = *step;
        let before = divisor(stage.pre, q, self.eps);
        let entering = q - before;
        let linear = ln_add(times(first.forward, entering), first.bias);
        let linear_differs = times(first.forward, differs - before);
        let within = divisor(stage.inner, linear, self.eps);
        let given = linear - within;
        let local = self.kernel.local(given);
        if given.is_nan() || local.ln_second.is_nan() || local.ln_slope.is_nan() {
            return Err(TheoryError::unresolved(self.kernel.gaussian(), given.exp()));
        }
        let epsilon = (linear_differs - linear).min(LN_2);
        let deficit = if compared && given.is_finite() {
            let allowance = self.kernel.allowance();
            self.kernel
                .ln_deficit(given, &local, epsilon, &Route::Direct, &allowance)
        } else {
            f64::NEG_INFINITY
        };
        if deficit.is_nan() {
            return Err(TheoryError::unresolved(self.kernel.gaussian(), given.exp()));
        }
        let hidden_differs = deficit + local.ln_second;
        let activated = Passage {
            entering,
            linear,
            linear_differs,
            divisors: [before, within, 0.0],
            local,
            branch: f64::NEG_INFINITY,
            sum: local.ln_second,
            leaving: local.ln_second,
            differs: hidden_differs,
        };
        let (Some(residual), Some(second)) = (stage.residual, second) else {
            return Ok(activated);
        };
        let (skip, alpha) = (ln_square(residual.skip), ln_square(residual.alpha));
        let branch = ln_add(times(second.forward, local.ln_second), second.bias);
        let sum = ln_add(times(skip, q), times(alpha, branch));
        let branch_differs = times(alpha, times(second.forward, hidden_differs));
        let sum_differs = ln_add(times(skip, differs), branch_differs);
        let after = divisor(stage.post, sum, self.eps);
        Ok(Passage {
            divisors: [before, within, after],
            branch,
            sum,
            leaving: sum - after,
            differs: sum_differs - after,
            ..activated
        })
    }

    fn curve(&self, passages: &[Passage]) -> StageCurve {
        let log10 = |of: &dyn Fn(&Passage) -> f64| -> Vec<f64> {
            passages.iter().map(|passage| of(passage) / LN_10).collect()
        };
        let layers = passages.len();
        let blocks = self.spec.block().is_some();
        let last = passages[layers - 1].leaving;
        let mut above = -divisor(self.spec.draft().last_norm, last, self.eps);
        let [mut grad_z, mut grad_x, mut first, mut second] = [(); 4].map(|()| vec![0.0; layers]);
        let batch = (self.spec.batch() as f64).ln();
        for (l, passage) in passages.iter().enumerate().rev() {
            let step = self.step(l + 1);
            let [before, within, after] = passage.divisors;
            grad_x[l] = above / LN_10;
            let sum = above - after;
            let (skip, hidden) = match (step.stage.residual, step.second) {
                (Some(residual), Some(law)) => {
                    let branch = times(ln_square(residual.alpha), sum);
                    second[l] = times(batch + passage.local.ln_second, branch) / LN_10;
                    (
                        times(ln_square(residual.skip), sum),
                        times(law.back, branch),
                    )
                }
                _ => (f64::NEG_INFINITY, sum),
            };
            let linear = times(hidden, passage.local.ln_slope - within);
            grad_z[l] = if blocks { above } else { linear } / LN_10;
            first[l] = times(batch + passage.entering, linear) / LN_10;
            above = ln_add(skip, times(step.first.back, linear) - before);
        }
        let compared = self.spec.batch() > 1;
        StageCurve {
            z_second_moment: log10(&|p| if blocks { p.leaving } else { p.linear }),
            x_second_moment: log10(&|p| p.leaving),
            x_variance: log10(&|p| {
                if blocks {
                    p.leaving
                } else {
                    p.local.ln_variance
                }
            }),
            distinguishability: if compared {
                log10(&|p| match blocks {
                    true => (p.differs - p.leaving).min(LN_2),
                    false => (p.linear_differs - p.linear).min(LN_2),
                })
            } else {
                Vec::new()
            },
            grad_z,
            grad_x,
            branch: if blocks {
                log10(&|p| p.branch)
            } else {
                Vec::new()
            },
            share: if blocks {
                let shares = passages.iter().enumerate().map(|(l, passage)| {
                    let residual = self.step(l + 1).stage.residual;
                    let alpha = residual.map_or(1.0, |residual| residual.alpha);
                    (times(ln_square(alpha), passage.branch) - passage.sum) / LN_10
                });
                shares.collect()
            } else {
                Vec::new()
            },
            grad_w: [first, if blocks { second } else { Vec::new() }],
        }
    }
}
