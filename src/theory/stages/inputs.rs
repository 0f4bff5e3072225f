//! Inputs that do not see each other: lengths and the difference between two, as logarithms.

use std::f64::consts::LN_10;

use super::operations::{Back, Gradient, Operations, Passed, Signal, share_of_product};
use super::{StageCurve, Step, ln_square, times};
use crate::net::spec::Spec;
use crate::net::stage::Middle;
use crate::theory::error::TheoryError;
use crate::theory::maps::ln_add;

/// `ln` of the moments on the way through one stage.
#[derive(Clone, Copy, Debug)]
struct Passage {
    /// What the matrices read, or the middle where there are none.
    read: Signal,
    /// What the first matrix gives.
    linear: Signal,
    /// What the matrix beside a gate gives; 0 where there is none.
    beside: f64,
    /// What the activation gives, its variance, and `E phi'^2`.
    second: f64,
    variance: f64,
    slope: f64,
    /// What the last matrix reads.
    given: Signal,
    /// Before the matrices, between them, behind the branch, behind the sum.
    backs: [Back; 4],
    branch: f64,
    /// The sum before its norm.
    sum: f64,
    leaving: Signal,
}

/// The curves of a network whose tokens do not attend to each other.
pub(super) fn curve(spec: &Spec, steps: Vec<Step>) -> Result<StageCurve, TheoryError> {
    let fold = Fold {
        operations: Operations::new(spec, &steps),
        spec,
        steps,
    };
    let passages = fold.forward()?;
    fold.curve(&passages)
}

struct Fold<'a> {
    spec: &'a Spec,
    steps: Vec<Step>,
    operations: Operations<'a>,
}

impl Fold<'_> {
    fn step(&self, number: usize) -> &Step {
        &self.steps[self.spec.stage_like(number, self.steps.len()) - 1]
    }

    fn forward(&self) -> Result<Vec<Passage>, TheoryError> {
        let (input, draft) = (self.spec.input(), self.spec.draft());
        let [embed, position] = [draft.embed, draft.position].map(|std| std * std);
        let second = (input.mean_square() * (embed + position)).ln();
        // sequences share the noise of a position, tokens of one sequence do not
        let shared = match self.spec.sequences() {
            1 => 0.0,
            _ => position / (embed + position),
        };
        let noise = Signal {
            second,
            differs: second + ((1.0 - input.overlap()) * (1.0 - shared)).ln(),
            gaussian: true,
        };
        let mut stream = self.operations.normed(draft.initial_norm, noise)?.signal;
        let mut passages = Vec::with_capacity(self.spec.layers());
        for number in 1..=self.spec.layers() {
            let passage = self.pass(self.step(number), stream)?;
            stream = passage.leaving;
            passages.push(passage);
        }
        Ok(passages)
    }

    fn pass(&self, step: &Step, stream: Signal) -> Result<Passage, TheoryError> {
        let Step { stage, reads, .. } = step;
        let none = Back::Each { ln: 0.0, kept: 1.0 };
        let inner = match stage.middle {
            Middle::Activation(norm) => norm,
            Middle::Gate => None,
            // of one token alone attention gives its value
            Middle::Attention(_) => return self.lone(step, stream),
            Middle::Tokens(_) => unreachable!("one token is refused"),
        };
        let (before, linear, middle) = match reads.first() {
            // the activation of the stream, or of its norm
            None => {
                let middle = self.operations.activated(stage.pre, stream)?;
                let before = Passed {
                    signal: stream,
                    variance: stream.second,
                    slope: f64::NAN,
                    back: none,
                };
                (before, stream, middle)
            }
            Some(first) => {
                let before = match stage.entered {
                    true => self.operations.activated(stage.pre, stream)?,
                    false => self.operations.normed(stage.pre, stream)?,
                };
                let linear = before.signal.given(*first, before.variance);
                (before, linear, self.operations.activated(inner, linear)?)
            }
        };
        let mut given = middle.signal;
        let mut beside = 0.0;
        if let (Middle::Gate, Some(law)) = (stage.middle, reads.get(1)) {
            let up = before.signal.given(*law, before.variance);
            beside = up.second;
            let share = share_of_product(given.share(), up.differs - up.second);
            given.second = times(given.second, beside);
            given.differs = times(given.second, share);
        }
        let read = Passage {
            read: before.signal,
            linear,
            beside,
            second: middle.signal.second,
            variance: middle.variance,
            slope: middle.slope,
            given,
            backs: [before.back, middle.back, none, none],
            branch: f64::NEG_INFINITY,
            sum: given.second,
            leaving: given,
        };
        self.join(step, read, stream)
    }

    /// The sum with the stream of what the last matrix gives.
    fn join(&self, step: &Step, read: Passage, stream: Signal) -> Result<Passage, TheoryError> {
        let (Some(residual), Some(last)) = (step.stage.residual, step.last) else {
            return Ok(read);
        };
        let (skip, alpha) = (ln_square(residual.skip), ln_square(residual.alpha));
        // what passes a gate, or comes from attention, has mean 0
        let variance = match step.stage.middle {
            Middle::Activation(_) => read.variance,
            Middle::Gate | Middle::Attention(_) | Middle::Tokens(_) => read.given.second,
        };
        let given = read.given.given(last, variance);
        let branch = self.operations.normed(residual.norm, given)?;
        let add = |own: f64, other: f64| ln_add(times(skip, own), times(alpha, other));
        let sum = Signal {
            second: add(stream.second, branch.signal.second),
            differs: add(stream.differs, branch.signal.differs),
            gaussian: stream.gaussian && branch.signal.gaussian,
        };
        let after = self.operations.normed(step.stage.post, sum)?;
        let [before, within, ..] = read.backs;
        Ok(Passage {
            backs: [before, within, branch.back, after.back],
            branch: branch.signal.second,
            sum: sum.second,
            leaving: after.signal,
            ..read
        })
    }

    /// Attention of sequences of one token, which see themselves alone: the value is what the last matrix reads.
    fn lone(&self, step: &Step, stream: Signal) -> Result<Passage, TheoryError> {
        let none = Back::Each { ln: 0.0, kept: 1.0 };
        let before = self.operations.normed(step.stage.pre, stream)?;
        let value = before.signal.given(step.reads[2], before.variance);
        let read = Passage {
            read: before.signal,
            linear: value,
            beside: 0.0,
            second: value.second,
            variance: value.second,
            slope: 0.0,
            given: value,
            backs: [before.back, none, none, none],
            branch: f64::NEG_INFINITY,
            sum: value.second,
            leaving: value,
        };
        self.join(step, read, stream)
    }

    fn curve(&self, passages: &[Passage]) -> Result<StageCurve, TheoryError> {
        let log10 = |of: &dyn Fn(&Passage) -> f64| -> Vec<f64> {
            passages.iter().map(|passage| of(passage) / LN_10).collect()
        };
        let layers = passages.len();
        let blocks = self.spec.block().is_some();
        let end = self
            .operations
            .normed(self.spec.draft().last_norm, passages[layers - 1].leaving)?;
        let cotangents = Gradient {
            second: 0.0,
            overlap: 0.0,
        };
        let mut above = self.operations.back(end.back, cotangents);
        let [mut grad_z, mut grad_x] = [(); 2].map(|()| vec![0.0; layers]);
        let mut grad_w = [(); 4].map(|()| vec![f64::NAN; layers]);
        for (l, passage) in passages.iter().enumerate().rev() {
            let step = self.step(l + 1);
            let [before, within, behind, after] = passage.backs;
            grad_x[l] = above.second / LN_10;
            let sum = self.operations.back(after, above);
            let (skip, read) = match (step.stage.residual, step.last) {
                (Some(residual), Some(law)) => {
                    let branch = self
                        .operations
                        .back(behind, sum.times(ln_square(residual.alpha)));
                    grad_w[3][l] = self.operations.of_weights(branch, passage.given) / LN_10;
                    (sum.times(ln_square(residual.skip)), branch.times(law.back))
                }
                _ => (Gradient::NONE, sum),
            };
            // the gradients at what the matrices give, each with its law
            let at = match step.stage.middle {
                Middle::Activation(_) => vec![self.operations.back(within, read)],
                Middle::Gate => vec![
                    read.times(passage.slope + passage.beside),
                    read.times(passage.second),
                ],
                // scores of one token have no slope
                Middle::Attention(_) => vec![Gradient::NONE, Gradient::NONE, read],
                Middle::Tokens(_) => unreachable!("one token is refused"),
            };
            grad_z[l] = if blocks {
                grad_x[l]
            } else {
                at[0].second / LN_10
            };
            let mut entering = match step.reads[..] {
                [] => at[0],
                _ => Gradient::NONE,
            };
            for (which, (gradient, law)) in at.iter().zip(&step.reads).enumerate() {
                grad_w[which][l] = self.operations.of_weights(*gradient, passage.read) / LN_10;
                entering = entering.and(gradient.times(law.back));
            }
            above = skip.and(self.operations.back(before, entering));
        }
        let compared = self.spec.batch() > 1;
        let of_blocks = |curve: Vec<f64>| if blocks { curve } else { Vec::new() };
        let shares = passages.iter().enumerate().map(|(l, passage)| {
            let residual = self.step(l + 1).stage.residual;
            let alpha = residual.map_or(1.0, |residual| residual.alpha);
            (times(ln_square(alpha), passage.branch) - passage.sum) / LN_10
        });
        Ok(StageCurve {
            z_second_moment: log10(&|p| if blocks { p.leaving } else { p.linear }.second),
            x_second_moment: log10(&|p| p.leaving.second),
            x_variance: log10(&|p| match blocks {
                true => p.leaving.second,
                false => p.variance,
            }),
            distinguishability: if compared {
                log10(&|p| if blocks { p.leaving } else { p.linear }.share())
            } else {
                Vec::new()
            },
            grad_z,
            grad_x,
            branch: of_blocks(log10(&|p| p.branch)),
            share: of_blocks(shares.collect()),
            grad_w: grad_w.map(known),
            ..StageCurve::default()
        })
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
