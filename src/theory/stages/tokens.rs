//! Tokens that attend to each other: second moments over the lanes of one or two sequences.
//!
//! With `K` the Gram matrix of the stream, a unit's on average, `C` that after a norm and `G` that of gradients within a sequence
//!
//! ```text
//! mlp        Z = w1 C + s1,  A = E phi phi'(Z)           back  G_z = G_a o E phi' phi'(Z)
//! glu        A = E phi phi'(Z) o U,  U = w3 C + s3             G_z = G_a o E phi' phi'(Z) o U,  G_u = G_a o E phi phi'(Z)
//! attention  A = E over heads of P V P',  V = wv C + sv        see heads
//! mix        F = w1 I o mean_j K_jj  (of every pair of sequences)   G = W1 I o mean_i G_ii
//! join       K' = skip^2 K + alpha^2 (w2 A + s2)               G' = skip^2 G + alpha^2 W1 G_z ..
//! ```
//!
//! A norm divides entry `ij` by `sqrt((K_ii + eps)(K_jj + eps))`. Expectations of two tokens are those at the geometric mean of their variances:
//! right to second order in how far these are apart, which a norm keeps small; beyond [`APART`] there is no answer.

mod back;
mod mixing;

use std::sync::Arc;

use super::heads::{self, Given, Read};
use super::{Law, StageCurve, Step};
use crate::net::block::Norm;
use crate::net::spec::Spec;
use crate::net::stage::Middle;
use crate::theory::error::TheoryError;
use crate::theory::kernel::{Kernel, Route};

/// Ratio of the variances of two tokens up to which they count as equal: expectations are off by less than `ln(APART)^2 / 8` of their curvature
/// in `ln q`, a thousandth.
const APART: f64 = 1.1;

/// Entropy of attention over its largest value below which a network without norms has draws of many sizes.
const FROZEN: f64 = 0.1;

/// Relative variance over draws of the mean square of a token, from matrices over few tokens, up to which a mean square stands for it: what
/// divides by it, as the way back through a norm does, is off by as much, `0.01` decades.
const SPREAD: f64 = 0.02;

/// Relative step of the numerical derivative by the overlap.
const STEP: f64 = 1e-3;

/// The curves of a network whose tokens attend to each other, on their way: some heads or a layer at a time, up and then back.
#[derive(Debug)]
pub(super) struct Fold {
    spec: Spec,
    steps: Vec<Step>,
    kernel: Arc<Kernel>,
    tokens: usize,
    lanes: usize,
    /// The stream, and what the layers up to it leave for the way back.
    k: Vec<f64>,
    passages: Vec<Passage>,
    /// Relative variance over draws of the mean square of a token, from matrices over tokens.
    spread: f64,
    /// The heads of the next layer.
    heads: Option<heads::Forward>,
    back: Option<Back>,
}

/// The way back.
#[derive(Debug)]
struct Back {
    /// Moments of the gradient of the stream, and how many layers are left.
    g: Vec<f64>,
    left: usize,
    /// The heads of the next layer.
    heads: Option<heads::Backward>,
    gradient: Vec<f64>,
    grad_w: [Vec<f64>; 4],
}

/// The Gram matrices of one stage that the way back needs.
#[derive(Debug)]
struct Passage {
    /// What the matrices read.
    read: Vec<f64>,
    /// What norms divided by, a lane each: before the matrices, behind the branch, behind the sum.
    divisors: [Vec<f64>; 3],
    /// Derivatives by what the activation is given.
    slopes: Vec<f64>,
    /// `E phi phi'`, where there is a gate, and what stands beside it.
    gated: Option<[Vec<f64>; 2]>,
    attention: Option<Read>,
    entropy: f64,
    scores: f64,
    /// What the last matrix reads.
    given: Vec<f64>,
    /// Mean square of the branch, and of the sum.
    branch: f64,
    sum: f64,
    /// What leaves.
    leaving: Vec<f64>,
}

fn refused<T>(reason: &'static str) -> Result<T, TheoryError> {
    Err(TheoryError::Architecture { reason })
}

/// `w K + s`.
fn mapped(law: Law, k: &[f64]) -> Vec<f64> {
    let (w, s) = (law.forward.exp(), law.bias.exp());
    k.iter().map(|k| w * k + s).collect()
}

fn product(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a * b).collect()
}

/// `a X + b Y`.
fn sum(a: f64, x: &[f64], b: f64, y: &[f64]) -> Vec<f64> {
    x.iter().zip(y).map(|(x, y)| a * x + b * y).collect()
}

impl Fold {
    fn step(&self, number: usize) -> &Step {
        &self.steps[self.spec.stage_like(number, self.steps.len()) - 1]
    }

    /// Divides by the norms of the lanes; what was divided by.
    fn normed(&self, norm: Option<Norm>, k: &mut [f64]) -> Vec<f64> {
        let eps = self.spec.draft().eps;
        let divisors: Vec<f64> = match norm {
            None => vec![1.0; self.lanes],
            Some(_) => (0..self.lanes)
                .map(|i| (k[i * self.lanes + i] + eps).sqrt())
                .collect(),
        };
        divided(k, &divisors);
        divisors
    }

    /// Begins with the input.
    pub(super) fn new(spec: &Spec, steps: Vec<Step>) -> Self {
        let mut fold = Self {
            kernel: Kernel::of(spec.activation()),
            tokens: spec.tokens(),
            lanes: spec.tokens() * spec.sequences().min(2),
            spec: spec.clone(),
            steps,
            k: Vec::new(),
            passages: Vec::new(),
            spread: 0.0,
            heads: None,
            back: None,
        };
        fold.k = fold.input();
        fold
    }

    /// Some heads or one layer further, up or back; the curves after the last.
    pub(super) fn advance(&mut self) -> Result<Option<StageCurve>, TheoryError> {
        let number = self.passages.len() + 1;
        if number <= self.spec.layers() {
            if self.heads.is_none() {
                self.heads = self.attending(number)?;
            }
            let given = match &mut self.heads {
                None => None,
                Some(heads) => match heads.advance() {
                    None => return Ok(None),
                    given => given,
                },
            };
            self.heads = None;
            let passage = self.pass(number, given)?;
            self.spread += self.spread_of(number, &passage);
            if self.spread > SPREAD {
                return refused("matrices over so few tokens make every draw of other sizes");
            }
            self.k.clone_from(&passage.leaving);
            self.passages.push(passage);
            return Ok(None);
        }
        let mut back = match self.back.take() {
            Some(back) => back,
            None => self.turn(),
        };
        self.go_back(&mut back);
        if back.left == 0 {
            return Ok(Some(self.curve(back)));
        }
        self.back = Some(back);
        Ok(None)
    }

    /// The heads of a layer that attends to what the layers before it give.
    fn attending(&self, number: usize) -> Result<Option<heads::Forward>, TheoryError> {
        let Step { stage, reads, .. } = self.step(number);
        let Middle::Attention(attend) = stage.middle else {
            return Ok(None);
        };
        if attend.heads == 1 {
            return refused("all units of the only head share their weights of attention");
        }
        let mut read = self.k.clone();
        self.normed(stage.pre, &mut read);
        let [queries, keys, values] = [0, 1, 2].map(|which| mapped(reads[which], &read));
        let own = Read {
            attend,
            queries,
            keys,
            values,
            lanes: self.lanes,
            layer: number as u32,
        };
        Ok(Some(heads::Forward::new(own, self.tokens)))
    }

    /// The Gram matrix of what enters the first block.
    fn input(&self) -> Vec<f64> {
        let (draft, n) = (self.spec.draft(), self.lanes);
        let [embed, position] = [draft.embed, draft.position].map(|std| std * std);
        let entry = |at: usize| {
            let (i, j) = (at / n, at % n);
            let own = if i == j { embed } else { 0.0 };
            let shared = if i % self.tokens == j % self.tokens {
                position
            } else {
                0.0
            };
            own + shared
        };
        let mut k: Vec<f64> = (0..n * n).map(entry).collect();
        self.normed(draft.initial_norm, &mut k);
        k
    }

    fn pass(&self, number: usize, heads: Option<(Read, Given)>) -> Result<Passage, TheoryError> {
        let k = &self.k;
        let Step { stage, reads, last } = self.step(number);
        let (Some(residual), Some(last)) = (stage.residual, *last) else {
            return refused("tokens attend in blocks alone");
        };
        let mut read = k.clone();
        let before = self.normed(stage.pre, &mut read);
        let mut passage = Passage {
            read: Vec::new(),
            divisors: [before, Vec::new(), Vec::new()],
            slopes: Vec::new(),
            gated: None,
            attention: None,
            entropy: f64::NAN,
            scores: f64::NAN,
            given: Vec::new(),
            branch: 0.0,
            sum: 0.0,
            leaving: Vec::new(),
        };
        match stage.middle {
            Middle::Attention(_) => {
                let (own, given) = heads.expect("a layer that attends has its heads");
                passage.given = given.output;
                (passage.entropy, passage.scores) = (given.entropy, given.scores);
                if !stage.is_normed() && given.entropy < FROZEN {
                    return refused(
                        "attention without a norm freezes on few tokens, and its draws differ widely",
                    );
                }
                passage.attention = Some(own);
            }
            Middle::Tokens(_) => passage.given.clone_from(&read),
            Middle::Activation(_) | Middle::Gate => {
                let (values, slopes) = self.activated(&mapped(reads[0], &read))?;
                passage.slopes = slopes;
                passage.given = match (stage.middle, reads.get(1)) {
                    (Middle::Gate, Some(law)) => {
                        let beside = mapped(*law, &read);
                        let given = product(&values, &beside);
                        passage.gated = Some([values, beside]);
                        given
                    }
                    _ => values,
                };
            }
        }
        let mut branch = match stage.middle {
            Middle::Tokens(_) => self.mixed(last, &passage.given),
            _ => mapped(last, &passage.given),
        };
        passage.divisors[1] = self.normed(residual.norm, &mut branch);
        let [skip, alpha] = [residual.skip, residual.alpha].map(|factor| factor * factor);
        passage.leaving = sum(skip, k, alpha, &branch);
        (passage.branch, passage.sum) = (self.mean(&branch), self.mean(&passage.leaving));
        passage.divisors[2] = self.normed(stage.post, &mut passage.leaving);
        passage.read = read;
        Ok(passage)
    }

    /// `E phi phi'` and `E phi' phi'` of Gaussian lanes with this Gram matrix.
    fn activated(&self, z: &[f64]) -> Result<(Vec<f64>, Vec<f64>), TheoryError> {
        let n = self.lanes;
        let variances: Vec<f64> = (0..n).map(|i| z[i * n + i]).collect();
        let (low, high) = variances
            .iter()
            .fold((f64::INFINITY, 0.0_f64), |(a, b), v| (a.min(*v), b.max(*v)));
        if high > APART * low {
            return refused(
                "tokens of different sizes meet an activation without a norm before it",
            );
        }
        let allowance = self.kernel.allowance();
        let (mut values, mut slopes) = (vec![0.0; n * n], vec![0.0; n * n]);
        for i in 0..n {
            for j in i..n {
                let variance = (variances[i] * variances[j]).sqrt();
                let local = self.kernel.local(variance.ln());
                let second = local.ln_second.exp();
                let epsilon = ((variance - z[i * n + j]) / variance).clamp(0.0, 2.0);
                let deficit = |epsilon: f64| {
                    let ln = self.kernel.ln_deficit(
                        variance.ln(),
                        &local,
                        epsilon.ln(),
                        &Route::Octave,
                        &allowance,
                    );
                    second * ln.exp()
                };
                let (value, slope) = if i == j || epsilon == 0.0 {
                    (second, local.ln_slope.exp())
                } else {
                    // Price: d E phi phi' / d K = E phi' phi'
                    let [less, more] = [1.0 - STEP, 1.0 + STEP].map(|by| (by * epsilon).min(2.0));
                    let slope = (deficit(more) - deficit(less)) / (more - less) / variance;
                    (second - deficit(epsilon), slope)
                };
                if !(value.is_finite() && slope.is_finite()) {
                    return Err(TheoryError::unresolved(self.kernel.gaussian(), variance));
                }
                for at in [i * n + j, j * n + i] {
                    (values[at], slopes[at]) = (value, slope);
                }
            }
        }
        Ok((values, slopes))
    }

    /// Mean of the diagonal.
    fn mean(&self, k: &[f64]) -> f64 {
        let n = (k.len() as f64).sqrt().round() as usize;
        (0..n).map(|i| k[i * n + i]).sum::<f64>() / n as f64
    }

    /// The shares that differ between sequences at the same position, and between tokens of a sequence.
    fn differences(&self, k: &[f64]) -> [f64; 2] {
        let (n, tokens) = (self.lanes, self.tokens);
        let mean = self.mean(k);
        let over = |pair: &dyn Fn(usize, usize) -> bool| {
            let pairs = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
            let common = pairs.filter(|(i, j)| i != j && pair(*i, *j));
            let (sum, count) = common.fold((0.0, 0.0), |(sum, count), (i, j)| {
                let apart = 0.5 * (k[i * n + i] + k[j * n + j]) - k[i * n + j];
                (sum + apart, count + 1.0)
            });
            sum / count / mean
        };
        let same_position = |i: usize, j: usize| i % tokens == j % tokens;
        let same_sequence = |i: usize, j: usize| i / tokens == j / tokens;
        [over(&same_position), over(&same_sequence)]
    }

    /// The block of the first sequence.
    fn own(&self, k: &[f64]) -> Vec<f64> {
        let lines = k.chunks_exact(self.lanes).take(self.tokens);
        lines
            .flat_map(|line| &line[..self.tokens])
            .copied()
            .collect()
    }

    /// Divides the moments of a gradient by the norms of the first sequence.
    fn through(&self, divisors: &[f64], gradient: &mut [f64]) {
        divided(gradient, &divisors[..self.tokens]);
    }
}

/// Divides entry `ij` by the divisors of both lanes.
fn divided(k: &mut [f64], divisors: &[f64]) {
    for (line, a) in k.chunks_exact_mut(divisors.len()).zip(divisors) {
        for (value, b) in line.iter_mut().zip(divisors) {
            *value /= a * b;
        }
    }
}
