//! The way back, and the curves.

use super::super::heads::{self, Gradients};
use super::super::{StageCurve, Step, inputs};
use super::{Back, Fold, Passage, product, sum};
use crate::net::stage::Middle;

impl Fold {
    /// The gradient at the end.
    pub(super) fn turn(&self) -> Back {
        let (layers, n) = (self.spec.layers(), self.tokens);
        let mut g: Vec<f64> = (0..n * n)
            .map(|at| f64::from(u8::from(at % n == at / n)))
            .collect();
        let mut end = self.k.clone();
        let divisors = self.normed(self.spec.draft().last_norm, &mut end);
        self.through(&divisors, &mut g);
        Back {
            g,
            left: layers,
            heads: None,
            gradient: vec![0.0; layers],
            grad_w: [(); 4].map(|()| vec![f64::NAN; layers]),
        }
    }

    /// Back through the last of the layers that are left, or some heads of it.
    pub(super) fn go_back(&self, back: &mut Back) {
        let l = back.left - 1;
        let passage = &self.passages[l];
        let Step { stage, reads, last } = self.step(l + 1);
        let (Some(residual), Some(last)) = (stage.residual, last) else {
            back.left = l;
            return;
        };
        // what leaves may be normed
        let mut leaving = back.g.clone();
        self.through(&passage.divisors[2], &mut leaving);
        let alpha = residual.alpha.powi(2);
        let mut branch: Vec<f64> = leaving.iter().map(|g| alpha * g).collect();
        self.through(&passage.divisors[1], &mut branch);
        if let Middle::Tokens(units) = stage.middle {
            back.left = l;
            back.gradient[l] = self.mean(&back.g).log10();
            self.unmix(back, l, [&leaving, &branch], units);
            return;
        }
        let above: Vec<f64> = branch.iter().map(|g| last.back.exp() * g).collect();
        let at = match (&passage.attention, &passage.gated) {
            (Some(read), _) => {
                let heads = back.heads.get_or_insert_with(|| {
                    let laws = [0, 1, 2].map(|which| reads[which].back.exp());
                    heads::Backward::new(read, self.tokens, &above, laws)
                });
                let Some(Gradients(each)) = heads.advance() else {
                    return;
                };
                each.to_vec()
            }
            (None, Some([values, beside])) => {
                let gate = product(&above, &self.own(&passage.slopes));
                vec![
                    product(&gate, &self.own(beside)),
                    product(&above, &self.own(values)),
                ]
            }
            (None, None) => vec![product(&above, &self.own(&passage.slopes))],
        };
        (back.left, back.heads) = (l, None);
        back.gradient[l] = self.mean(&back.g).log10();
        let sequences = self.spec.sequences() as f64;
        let weights = |gradient: &[f64], given: &[f64]| {
            let total: f64 = product(gradient, &self.own(given)).iter().sum();
            (sequences * total).log10()
        };
        back.grad_w[3][l] = weights(&branch, &passage.given);
        let mut entering = vec![0.0; back.g.len()];
        for (which, (gradient, law)) in at.iter().zip(reads).enumerate() {
            back.grad_w[which][l] = weights(gradient, &passage.read);
            entering = sum(1.0, &entering, law.back.exp(), gradient);
        }
        self.through(&passage.divisors[0], &mut entering);
        back.g = sum(residual.skip.powi(2), &leaving, 1.0, &entering);
    }

    /// The curves once all layers have been gone through.
    pub(super) fn curve(&self, back: Back) -> StageCurve {
        let log10 = |of: &dyn Fn(&Passage) -> f64| -> Vec<f64> {
            let each = self.passages.iter();
            each.map(|passage| of(passage).log10()).collect()
        };
        let stream = log10(&|p| self.mean(&p.leaving));
        let [inputs, tokens] = [0, 1].map(|which| log10(&|p| self.differences(&p.leaving)[which]));
        let shares = self.passages.iter().enumerate().map(|(l, passage)| {
            let alpha = self.step(l + 1).stage.residual.map_or(1.0, |r| r.alpha);
            (alpha * alpha * passage.branch / passage.sum).log10()
        });
        StageCurve {
            z_second_moment: stream.clone(),
            x_second_moment: stream.clone(),
            x_variance: stream,
            distinguishability: match self.spec.sequences() {
                1 => tokens.clone(),
                _ => inputs,
            },
            grad_z: back.gradient.clone(),
            grad_x: back.gradient,
            branch: log10(&|p| p.branch),
            share: shares.collect(),
            tokens,
            entropy: log10(&|p| p.entropy),
            scores: log10(&|p| p.scores),
            grad_w: back.grad_w.map(inputs::known),
        }
    }
}
