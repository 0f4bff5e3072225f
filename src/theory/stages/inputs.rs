//! Inputs that do not see each other: lengths and the difference between two, as logarithms.

use std::f64::consts::{LN_2, LN_10};
use std::sync::Arc;

use super::{StageCurve, Step, divisor, ln_square, times};
use crate::net::spec::Spec;
use crate::net::stage::Middle;
use crate::theory::error::TheoryError;
use crate::theory::kernel::{Kernel, Route};
use crate::theory::maps::ln_add;

/// `ln` of the moments on the way through one stage.
#[derive(Clone, Copy, Debug)]
struct Passage {
    /// What enters the first matrix.
    entering: f64,
    /// What the first matrix gives.
    linear: f64,
    /// What differs of it.
    linear_differs: f64,
    /// What the matrix beside a gate gives; 0 where there is none.
    beside: f64,
    /// `ln (q + eps)` that norms divide by: before the matrices, before the activation, behind the branch, behind the sum.
    divisors: [f64; 4],
    /// What the middle gives, and what the last matrix reads.
    second: f64,
    /// `E phi'^2` and `Var phi`.
    slope: f64,
    variance: f64,
    branch: f64,
    /// The sum before its norm.
    sum: f64,
    /// What leaves, and what differs of it.
    leaving: f64,
    differs: f64,
}

/// The curves of a network whose tokens do not attend to each other.
pub(super) fn curve(spec: &Spec, steps: Vec<Step>) -> Result<StageCurve, TheoryError> {
    let fold = Fold {
        spec,
        steps,
        kernel: Kernel::of(spec.activation()),
        eps: spec.draft().eps,
    };
    let passages = fold.forward()?;
    Ok(fold.curve(&passages))
}

struct Fold<'a> {
    spec: &'a Spec,
    steps: Vec<Step>,
    kernel: Arc<Kernel>,
    eps: f64,
}

impl Fold<'_> {
    fn step(&self, number: usize) -> &Step {
        &self.steps[self.spec.stage_like(number, self.steps.len()) - 1]
    }

    fn forward(&self) -> Result<Vec<Passage>, TheoryError> {
        let (input, draft) = (self.spec.input(), self.spec.draft());
        let [embed, position] = [draft.embed, draft.position].map(|std| std * std);
        let mut q = (input.mean_square() * (embed + position)).ln();
        // sequences share the noise of a position, tokens of one sequence do not
        let shared = match self.spec.sequences() {
            1 => 0.0,
            _ => position / (embed + position),
        };
        let mut differs = q + ((1.0 - input.overlap()) * (1.0 - shared)).ln();
        let first = divisor(draft.initial_norm, q, self.eps);
        (q, differs) = (q - first, differs - first);
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
        let Step { stage, reads, last } = step;
        let first = reads[0];
        let before = divisor(stage.pre, q, self.eps);
        let entering = q - before;
        // of one token alone attention gives its value
        if let Middle::Attention(_) = stage.middle {
            return Ok(self.lone(step, q, differs));
        }
        let linear = first.given(entering);
        let linear_differs = times(first.forward, differs - before);
        let inner = match stage.middle {
            Middle::Activation(norm) => norm,
            Middle::Gate | Middle::Attention(_) => None,
        };
        let within = divisor(inner, linear, self.eps);
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
        let mut hidden = local.ln_second;
        let mut share = deficit;
        let mut beside = 0.0;
        if let (Middle::Gate, Some(law)) = (stage.middle, reads.get(1)) {
            beside = law.given(entering);
            share = share_of_product(share, times(law.forward, differs - before) - beside);
            hidden = times(hidden, beside);
        }
        let hidden_differs = times(hidden, share);
        let activated = Passage {
            entering,
            linear,
            linear_differs,
            beside,
            divisors: [before, within, 0.0, 0.0],
            second: local.ln_second,
            slope: local.ln_slope,
            variance: local.ln_variance,
            branch: f64::NEG_INFINITY,
            sum: hidden,
            leaving: hidden,
            differs: hidden_differs,
        };
        Ok(match last {
            Some(_) => self.join(step, activated, q, differs),
            None => activated,
        })
    }

    /// The sum with the stream, where what leaves of a passage is what the last matrix reads.
    fn join(&self, step: &Step, read: Passage, q: f64, differs: f64) -> Passage {
        let (Some(residual), Some(last)) = (step.stage.residual, step.last) else {
            return read;
        };
        let (skip, alpha) = (ln_square(residual.skip), ln_square(residual.alpha));
        let output = last.given(read.leaving);
        let behind = divisor(residual.norm, output, self.eps);
        let branch = output - behind;
        let branch_differs = times(last.forward, read.differs) - behind;
        let sum = ln_add(times(skip, q), times(alpha, branch));
        let sum_differs = ln_add(times(skip, differs), times(alpha, branch_differs));
        let after = divisor(step.stage.post, sum, self.eps);
        let [before, within, ..] = read.divisors;
        Passage {
            divisors: [before, within, behind, after],
            branch,
            sum,
            leaving: sum - after,
            differs: sum_differs - after,
            ..read
        }
    }

    /// Attention of sequences of one token, which see themselves alone: the value is what the last matrix reads.
    fn lone(&self, step: &Step, q: f64, differs: f64) -> Passage {
        let value = step.reads[2];
        let before = divisor(step.stage.pre, q, self.eps);
        let entering = q - before;
        let linear = value.given(entering);
        let linear_differs = times(value.forward, differs - before);
        let read = Passage {
            entering,
            linear,
            linear_differs,
            beside: 0.0,
            divisors: [before, 0.0, 0.0, 0.0],
            second: linear,
            slope: 0.0,
            variance: linear,
            branch: f64::NEG_INFINITY,
            sum: linear,
            leaving: linear,
            differs: linear_differs,
        };
        self.join(step, read, q, differs)
    }

    fn curve(&self, passages: &[Passage]) -> StageCurve {
        let log10 = |of: &dyn Fn(&Passage) -> f64| -> Vec<f64> {
            passages.iter().map(|passage| of(passage) / LN_10).collect()
        };
        let layers = passages.len();
        let blocks = self.spec.block().is_some();
        let last = passages[layers - 1].leaving;
        let mut above = -divisor(self.spec.draft().last_norm, last, self.eps);
        let [mut grad_z, mut grad_x] = [(); 2].map(|()| vec![0.0; layers]);
        let mut grad_w = [(); 4].map(|()| vec![f64::NAN; layers]);
        let batch = (self.spec.batch() as f64).ln();
        for (l, passage) in passages.iter().enumerate().rev() {
            let step = self.step(l + 1);
            let [before, within, behind, after] = passage.divisors;
            grad_x[l] = above / LN_10;
            let sum = above - after;
            let (skip, read) = match (step.stage.residual, step.last) {
                (Some(residual), Some(law)) => {
                    let branch = times(ln_square(residual.alpha), sum) - behind;
                    let given = times(passage.second, passage.beside);
                    grad_w[3][l] = times(batch + given, branch) / LN_10;
                    (
                        times(ln_square(residual.skip), sum),
                        times(law.back, branch),
                    )
                }
                _ => (f64::NEG_INFINITY, sum),
            };
            // the gradients at what the matrices give, each with its law
            let nothing = f64::NEG_INFINITY;
            let at = match step.stage.middle {
                Middle::Activation(_) => vec![times(read, passage.slope - within)],
                Middle::Gate => vec![
                    times(read, passage.slope + passage.beside),
                    times(read, passage.second),
                ],
                // scores of one token have no slope
                Middle::Attention(_) => vec![nothing, nothing, read],
            };
            grad_z[l] = if blocks { above } else { at[0] } / LN_10;
            let mut entering = nothing;
            for (which, (gradient, law)) in at.iter().zip(&step.reads).enumerate() {
                grad_w[which][l] = times(batch + passage.entering, *gradient) / LN_10;
                entering = ln_add(entering, times(law.back, *gradient));
            }
            above = ln_add(skip, entering - before);
        }
        let compared = self.spec.batch() > 1;
        StageCurve {
            z_second_moment: log10(&|p| if blocks { p.leaving } else { p.linear }),
            x_second_moment: log10(&|p| p.leaving),
            x_variance: log10(&|p| {
                if blocks { p.leaving } else { p.variance }
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
            grad_w: grad_w.map(known),
            ..StageCurve::default()
        }
    }
}

/// A curve of which something is known, or none.
pub(super) fn known(curve: Vec<f64>) -> Vec<f64> {
    if curve.iter().all(|v| v.is_nan()) {
        Vec::new()
    } else {
        curve
    }
}

/// `ln` of the share that differs of a product of two independent factors, of which these `ln` shares differ: `r + t - r t`.
fn share_of_product(r: f64, t: f64) -> f64 {
    let (small, other) = (r.exp().min(t.exp()), r.max(t));
    if small < 1.0 {
        ln_add(r.min(t), times(other, (-small).ln_1p()))
    } else {
        (small + other.exp() - small * other.exp()).max(0.0).ln()
    }
}
