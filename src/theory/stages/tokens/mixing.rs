//! Matrices over tokens: `F_i = sum_j M_ij U_j`, as many rows as a sequence has tokens, which are few.

use super::super::{Law, Step};
use super::{Back, Fold, Passage, sum};
use crate::net::stage::Middle;

impl Fold {
    /// `w K` averaged over the tokens of each pair of sequences, at equal positions: rows of a matrix over tokens are not correlated. The
    /// mean over draws of the matrix, whose mean squares of a token are `sqrt(2 / tokens)` of it apart.
    pub(super) fn mixed(&self, law: Law, k: &[f64]) -> Vec<f64> {
        let (n, tokens) = (self.lanes, self.tokens);
        let mut mixed = vec![0.0; n * n];
        for first in (0..n).step_by(tokens) {
            for second in (0..n).step_by(tokens) {
                let diagonal = (0..tokens).map(|j| k[(first + j) * n + second + j]);
                let value = law.forward.exp() * diagonal.sum::<f64>() / tokens as f64;
                for i in 0..tokens {
                    mixed[(first + i) * n + second + i] = value;
                }
            }
        }
        mixed
    }

    /// What a matrix over tokens adds to the relative variance of the mean square of a token: of the `skip^2 K_ii + 2 skip alpha sum_j M_ij
    /// <x_i, u_j> + alpha^2 sum_jk M_ij M_ik C_jk` that it makes of `K_ii`, and of the last sum alone where a norm divides by it.
    pub(super) fn spread_of(&self, number: usize, passage: &Passage) -> f64 {
        let Step { stage, last, .. } = self.step(number);
        let (Middle::Tokens(_), Some(residual), Some(law)) = (stage.middle, stage.residual, last)
        else {
            return 0.0;
        };
        let (n, tokens) = (self.lanes, self.tokens);
        let each = law.forward.exp() / tokens as f64;
        let squares = |of: &dyn Fn(usize, usize) -> f64| -> f64 {
            let pairs = (0..tokens).flat_map(|i| (0..tokens).map(move |j| (i, j)));
            pairs.map(|(i, j)| of(i, j).powi(2)).sum()
        };
        let crossed = squares(&|i, j| self.k[i * n + j] / passage.divisors[0][j]) / tokens as f64;
        let branch = 2.0 * each.powi(2) * squares(&|i, j| passage.given[i * n + j]);
        let normed = branch / self.mean(&self.mixed(*law, &passage.given)).powi(2);
        if residual.norm.is_some() {
            return normed;
        }
        let alpha = residual.alpha.powi(2);
        let cross = 4.0 * residual.skip.powi(2) * alpha * each * crossed;
        (cross + alpha.powi(2) * branch) / passage.sum.powi(2)
    }

    /// Back through a matrix over tokens, of the gradients of what leaves and of the branch: a diagonal of the mean, and without norms the
    /// mean square of `dl/dM`, a sum over units and sequences.
    pub(super) fn unmix(
        &self,
        back: &mut Back,
        l: usize,
        [leaving, branch]: [&[f64]; 2],
        units: usize,
    ) {
        let passage = &self.passages[l];
        let Step { stage, last, .. } = self.step(l + 1);
        let (Some(residual), Some(law)) = (stage.residual, last) else {
            return;
        };
        let n = self.tokens;
        let mean = self.mean(branch);
        let mut entering = vec![0.0; n * n];
        for i in 0..n {
            entering[i * n + i] = law.back.exp() * mean;
        }
        // behind a norm a gradient is orthogonal to what passed it, which the diagonal of `dl/dM` sums: one entry of so many tokens
        let normed = self.steps.iter().any(|step| step.stage.is_normed());
        if !normed && self.spec.draft().last_norm.is_none() {
            let terms = (units * self.spec.sequences()) as f64;
            let given = self.mean(&self.own(&passage.given));
            back.grad_w[3][l] = (terms * mean * given).log10();
        }
        self.through(&passage.divisors[0], &mut entering);
        back.g = sum(residual.skip.powi(2), leaving, 1.0, &entering);
    }
}
