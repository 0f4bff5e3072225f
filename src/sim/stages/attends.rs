//! Attention of the tokens of one sequence in single precision, as panels are multiplied: the first token and differences from it.
//!
//! Rows of `A` sum to 1 and rows of `dS` to 0, so differences between tokens keep their digits however small they are (tilde: of the
//! first token and differences; on the way back, of the sum over tokens and every token but the first):
//!
//! ```text
//! O_i - O_0 = sum_j (A_ij - A_0j) (V_j - V_0),   O_0 = V_0 + sum_j A_0j (V_j - V_0)
//! dA_ij = dO_i (V_j - V_0) up to a number of the row,   sum_j dV_j = sum_i dO_i
//! dQ_i = sum_j dS_ij (K_j - K_0),   dK_j = (sum_i dS_ij) Q_0 + sum_i dS_ij (Q_i - Q_0),   sum_j dK_j = 0
//! ```
//!
//! `A_ij - A_0j` comes of differences of scores where these are small. Rotated queries and keys are taken as they are: the positions
//! tell them apart. Everything else passes [`Attention`] in double precision.

use std::borrow::Cow;

use crate::math::attention::{Attention, Seen};
use crate::math::gram::add_cross;
use crate::math::product::matrix_times_panel;
use crate::math::simd::{self, dispatch};
use crate::sim::stages::hidden::{join, sizes, sum_up};
use crate::sim::stages::lanes::{Lanes, over_lanes};
use crate::sim::stages::middle::found_of;
use crate::sim::stages::phi::Found;
use crate::sim::stages::product::Gradient;
use crate::sim::stages::rows::{Basis, Buffers, Narrow, Single, fits};

/// Differences of scores up to which `A_ij - A_0j` is computed from them.
const SMALL: f64 = 0.5;

/// Queries, keys and values of a stage.
#[derive(Clone, Copy, Debug)]
pub struct Attends<'a> {
    attention: &'a Attention,
    parts: &'a [Narrow],
    lanes: Lanes,
}

/// Rows of one head: queries and keys as they are multiplied, and values.
struct Head<'a> {
    q: Cow<'a, [f32]>,
    k: Cow<'a, [f32]>,
    v: &'a [f32],
}

/// A small matrix with as many columns as a panel.
struct Small {
    all: usize,
    numbers: Vec<f32>,
}

impl Small {
    fn new(all: usize) -> Self {
        let numbers = vec![0.0; all * all];
        Self { all, numbers }
    }

    fn set(&mut self, row: usize, column: usize, value: f64) {
        self.numbers[row * self.all + column] = value as f32;
    }

    /// `rows times this`, in `out` or added to it.
    fn times(&self, rows: &[f32], add: bool, out: &mut [f32]) {
        let (all, matrix) = (self.all, &self.numbers[..]);
        dispatch!(simd::level(), simd => match add {
            true => matrix_times_panel::<_, true>(simd, rows, all, matrix, out, all),
            false => matrix_times_panel::<_, false>(simd, rows, all, matrix, out, all),
        });
    }
}

impl<'a> Attends<'a> {
    /// Of the outputs of three matrices without biases; `None` where single precision does not do.
    #[must_use]
    pub fn new(attention: &'a Attention, parts: &'a [Narrow], lanes: Lanes) -> Option<Self> {
        let alone = lanes.tokens == lanes.batch;
        let plain = attention.attend().qk_norm.is_none();
        let fit = parts.iter().all(Narrow::is_unscaled);
        (alone && plain && fit).then_some(Self {
            attention,
            parts,
            lanes,
        })
    }

    /// Numbers of the rows of one head.
    fn size(&self) -> usize {
        self.attention.attend().units * self.lanes.all
    }

    fn head(&self, number: usize) -> Head<'a> {
        let size = self.size();
        let [queries, shared] = self.attention.rows(number).map(|row| row * self.lanes.all);
        let parts = self.parts;
        let rows = |part: usize, from: usize| &parts[part].rows[from..from + size];
        let multiplied = |apart: &'a [f32]| {
            if !self.attention.attend().rope {
                return Cow::Borrowed(apart);
            }
            let mut whole = vec![0.0; apart.len()];
            join(apart, &[], self.lanes, &mut whole);
            self.attention.turn_single(&mut whole, false);
            Cow::Owned(whole)
        };
        Head {
            q: multiplied(rows(0, queries)),
            k: multiplied(rows(1, shared)),
            v: rows(2, shared),
        }
    }

    /// `left' right`, `tokens x tokens`.
    fn outer(&self, left: &[f32], right: &[f32]) -> Vec<f64> {
        let Lanes { all, tokens, .. } = self.lanes;
        let mut outer = vec![0.0; all * all];
        dispatch!(simd::level(), simd => add_cross(simd, left, right, all, &mut outer));
        let lines = outer.chunks_exact(all).take(tokens);
        lines.flat_map(|line| line[..tokens].to_vec()).collect()
    }

    /// `A`, and `A_ij - A_0j` in its rows but the first.
    fn weights(&self, head: &Head<'_>, seen: Option<&mut Seen>) -> (Vec<f64>, Vec<f64>) {
        let tokens = self.lanes.tokens;
        let attend = self.attention.attend();
        let apart = self.outer(&head.q, &head.k);
        let mut weights = apart.clone();
        if !attend.rope {
            let line = apart[..tokens].to_vec();
            for (i, row) in weights.chunks_exact_mut(tokens).enumerate() {
                let own = if i == 0 { 0.0 } else { row[0] };
                let first = line[0] + own;
                for (j, score) in row.iter_mut().enumerate() {
                    // i0 and ij are differences but for i = 0, 0j but for j = 0
                    *score = match (i, j) {
                        (_, 0) => first,
                        (0, _) => *score + first,
                        _ => *score + line[j] + first,
                    };
                }
            }
        }
        self.attention.soften(&mut weights, seen);
        let mut differences = weights.clone();
        let (first, rest) = differences.split_at_mut(tokens);
        for (i, row) in (1..).zip(rest.chunks_exact_mut(tokens)) {
            let scores = apart[i * tokens..][..tokens].iter().enumerate();
            let scores: Vec<f64> = scores
                .map(|(j, score)| if j == 0 { 0.0 } else { attend.scale * score })
                .collect();
            let small = scores.iter().all(|score| score.abs() < SMALL);
            if attend.rope || attend.causal || !small {
                row.iter_mut()
                    .zip(&*first)
                    .for_each(|(a, first)| *a -= first);
                continue;
            }
            let grown = scores.iter().zip(&*first);
            let more: f64 = grown.map(|(score, first)| first * score.exp_m1()).sum();
            for ((a, first), score) in row.iter_mut().zip(&*first).zip(&scores) {
                *a = first * (score.exp_m1() - more) / (1.0 + more);
            }
        }
        (weights, differences)
    }

    /// What is given to the last matrix, and what is found of the scores; `None` where single precision does not do.
    #[must_use]
    pub fn forward(self, buffers: &mut Buffers) -> Option<(Narrow, Found)> {
        let (lanes, size) = (self.lanes, self.size());
        let tokens = lanes.tokens;
        let mut rows = buffers.take(self.parts[0].rows.len());
        let (mut largest, mut seen) = (vec![0.0; lanes.all], Seen::default());
        for (number, out) in rows.chunks_exact_mut(size).enumerate() {
            let head = self.head(number);
            let (_, differences) = self.weights(&head, Some(&mut seen));
            let mut mixing = Small::new(lanes.all);
            mixing.set(0, 0, 1.0);
            for j in 1..tokens {
                for i in 0..tokens {
                    mixing.set(j, i, differences[i * tokens + j]);
                }
            }
            mixing.times(head.v, false, out);
            dispatch!(simd::level(), _ => over_lanes!(lanes => sizes(out, lanes, &mut largest)));
        }
        if fits(&largest, lanes, Basis::Differences) {
            return Some((Narrow::unscaled(rows), found_of(seen)));
        }
        buffers.give(rows);
        None
    }

    /// The gradients at queries, keys and values of that by what is given to the last matrix.
    #[must_use]
    pub fn backward(self, d: Single, buffers: &mut Buffers) -> Vec<Gradient> {
        let (lanes, size) = (self.lanes, self.size());
        let Lanes { all, tokens, .. } = lanes;
        let attend = self.attention.attend();
        let mut gradients = [0, 1, 2].map(|part| buffers.take(self.parts[part].rows.len()));
        let mut begun = None;
        for (number, d) in d.rows.chunks_exact(size).enumerate() {
            let head = self.head(number);
            let (weights, _) = self.weights(&head, None);
            let mut inner = self.outer(d, head.v);
            inner
                .iter_mut()
                .step_by(tokens)
                .for_each(|first| *first = 0.0);
            self.attention.harden(&weights, &mut inner);
            let [mut of_q, mut of_k, mut of_v] = [(); 3].map(|()| Small::new(all));
            for i in 0..tokens {
                of_v.set(i, 0, 1.0);
                for j in 1..tokens {
                    of_v.set(i, j, weights[i * tokens + j]);
                }
                for j in 0..tokens {
                    of_q.set(j, i, inner[i * tokens + j]);
                    of_k.set(i, j, inner[i * tokens + j]);
                }
            }
            if !attend.rope {
                for j in 0..tokens {
                    let sum: f64 = inner[j..].iter().step_by(tokens).sum();
                    of_q.set(j, 0, sum);
                    of_k.set(0, j, sum);
                    of_k.set(j, 0, 0.0);
                }
                (0..tokens).for_each(|i| of_q.set(0, i, 0.0));
            }
            let [queries, shared] = self.attention.rows(number).map(|row| row * all);
            // heads that share keys and values add up
            let add = begun.replace(shared) == Some(shared);
            let [dq, dk, dv] = &mut gradients;
            of_v.times(d, add, &mut dv[shared..][..size]);
            of_q.times(&head.k, false, &mut dq[queries..][..size]);
            of_k.times(&head.q, add, &mut dk[shared..][..size]);
        }
        if attend.rope {
            for rows in &mut gradients[..2] {
                for rows in rows.chunks_exact_mut(size) {
                    self.attention.turn_single(rows, true);
                }
                dispatch!(simd::level(), _ => over_lanes!(lanes => sum_up(rows, lanes)));
            }
        }
        let Single { rows, scale } = d;
        buffers.give(rows);
        let balanced = gradients.into_iter().map(|rows| {
            let mut largest = vec![0.0; all];
            dispatch!(simd::level(), _ => over_lanes!(lanes => sizes(&rows, lanes, &mut largest)));
            Gradient::new(Narrow::balanced(rows, &largest, scale, lanes), lanes)
        });
        balanced.collect()
    }
}

#[cfg(test)]
mod tests;
