//! Attention of the tokens of every sequence to each other, forward and back, in double precision.
//!
//! Panels are `[unit][lane]`: `z` holds the units of the queries, then of the keys, then of the values, head after head. With `s = scale`,
//! for each head and sequence
//!
//! ```text
//! S = s Q'K,  A = softmax of each row over what it sees,  O = V A'
//! dV = dO A,  dA = dO'V,  dS = A o (dA - (A o dA) 1),  dQ = s K dS',  dK = s Q dS
//! ```
//!
//! where queries and keys may have been divided by their root mean square over the units of the head.

mod rows;

use std::ops::{Add, Mul, Range, Sub};

use crate::math::simd::{self, dispatch};
use rows::{add_mixed, add_outer, denormalize, normalize};

pub use rows::{gram, normal_rows, transposed};

/// Scores that are kept for a histogram at most.
const SAMPLES: usize = 1024;

/// What attention computes; equations and source stand at [`Attention`](crate::net::block::Attention).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attend {
    /// Heads of the queries.
    pub heads: usize,
    /// Heads of keys and values, each for as many heads of queries.
    pub kv_heads: usize,
    /// Units of a head.
    pub units: usize,
    /// Whether a token sees only itself and those before it.
    pub causal: bool,
    /// Whether queries and keys are rotated by their position.
    pub rope: bool,
    /// Multiplies `q . k`: `scale / sqrt(units)`.
    pub scale: f64,
    /// Where queries and keys are divided by `sqrt(mean square + eps)` over the units of a head: that `eps`.
    pub qk_norm: Option<f64>,
}

/// Columns of panels: sequence after sequence, token after token, then padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequences {
    /// Columns, padding included.
    pub all: usize,
    /// Tokens of a sequence.
    pub tokens: usize,
    /// Sequences.
    pub count: usize,
}

/// Base of the angles of [`Attend::rope`].
const BASE: f64 = 10_000.0;

/// What is measured of the scores.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Sum of the squares of the scores that are seen, and how many they are.
    pub scores: [f64; 2],
    /// Sum over rows of the entropy over its largest value, and how many rows: those that see one token alone are left out.
    pub entropy: [f64; 2],
    /// Some of the scores.
    pub samples: Vec<f64>,
    /// Largest size of a score.
    pub peak: f64,
}

impl Seen {
    /// Mean square of a score.
    #[must_use]
    pub fn mean_square(&self) -> f64 {
        self.scores[0] / self.scores[1]
    }

    /// Mean entropy of a row, 1 where all tokens that it sees weigh the same.
    #[must_use]
    pub fn mean_entropy(&self) -> f64 {
        self.entropy[0] / self.entropy[1]
    }
}

/// Writes these rows of a panel.
pub type Read<'a> = dyn Fn(Range<usize>, &mut [f64]) + 'a;

/// The rows of a panel with so many lanes.
pub fn rows_of(panel: &[f64], lanes: usize) -> impl Fn(Range<usize>, &mut [f64]) {
    move |rows, out| out.copy_from_slice(&panel[rows.start * lanes..rows.end * lanes])
}

/// One head in numbers: rows of its queries, keys and values, `units` of them with all lanes.
struct Head {
    q: Vec<f64>,
    k: Vec<f64>,
    v: Vec<f64>,
    /// What queries and keys of every lane were divided by; empty where they were not.
    divisors: [Vec<f64>; 2],
}

/// Attention on panels of so many lanes.
#[derive(Clone, Debug)]
pub struct Attention {
    attend: Attend,
    lanes: Sequences,
    /// `cos` and `sin` of the angles, `[pair of units][lane]`; empty without rotation.
    turns: Vec<[f64; 2]>,
}

impl Attention {
    /// Attention as it is resolved.
    #[must_use]
    pub fn new(attend: Attend, lanes: Sequences) -> Self {
        let half = if attend.rope { attend.units / 2 } else { 0 };
        let angle = |pair: usize, lane: usize| {
            let position = (lane % lanes.tokens) as f64;
            position * BASE.powf(-2.0 * pair as f64 / attend.units as f64)
        };
        let turns = (0..half).flat_map(|pair| {
            (0..lanes.all).map(move |lane| {
                let (sin, cos) = angle(pair, lane).sin_cos();
                [cos, sin]
            })
        });
        Self {
            turns: turns.collect(),
            attend,
            lanes,
        }
    }

    /// Units of `z` before the keys and before the values, and all of them.
    fn offsets(&self) -> [usize; 3] {
        let Attend {
            heads,
            kv_heads,
            units,
            ..
        } = self.attend;
        let (queries, keys) = (heads * units, kv_heads * units);
        [queries, queries + keys, queries + 2 * keys]
    }

    /// Where the rows of a head's queries, keys and values begin in `z`.
    fn begins(&self, head: usize) -> [usize; 3] {
        let [queries, shared] = self.rows(head);
        let [keys, values, _] = self.offsets();
        [queries, keys + shared, values + shared]
    }

    /// Where the rows of a head begin among all queries, and among all keys or values.
    #[must_use]
    pub fn rows(&self, head: usize) -> [usize; 2] {
        let Attend {
            heads,
            kv_heads,
            units,
            ..
        } = self.attend;
        [head * units, head * kv_heads / heads * units]
    }

    /// What is computed.
    #[must_use]
    pub fn attend(&self) -> Attend {
        self.attend
    }

    /// Rotates rows of queries or keys by their positions, or back.
    fn turn(&self, rows: &mut [f64], back: bool) {
        self.turned(rows, back, |number| number);
    }

    /// The same in single precision.
    pub fn turn_single(&self, rows: &mut [f32], back: bool) {
        self.turned(rows, back, |number| number as f32);
    }

    fn turned<T>(&self, rows: &mut [T], back: bool, number: impl Fn(f64) -> T)
    where
        T: Copy + Add<Output = T> + Sub<Output = T> + Mul<Output = T>,
    {
        let half = self.turns.len();
        if half == 0 {
            return;
        }
        let (low, high) = rows.split_at_mut(half);
        for ((a, b), [cos, sin]) in low.iter_mut().zip(high).zip(&self.turns) {
            let (cos, sin) = (number(*cos), number(if back { -sin } else { *sin }));
            (*a, *b) = (*a * cos - *b * sin, *b * cos + *a * sin);
        }
    }

    fn head(&self, z: &Read<'_>, head: usize) -> Head {
        let units = self.attend.units;
        let [q, k, v] = self.begins(head).map(|row| {
            let mut rows = vec![0.0; units * self.lanes.all];
            z(row..row + units, &mut rows);
            rows
        });
        let mut head = Head {
            q,
            k,
            v,
            divisors: [Vec::new(), Vec::new()],
        };
        self.turn(&mut head.q, false);
        self.turn(&mut head.k, false);
        if let Some(eps) = self.attend.qk_norm {
            let all = self.lanes.all;
            head.divisors = [&mut head.q, &mut head.k].map(|rows| normalize(rows, all, eps));
        }
        head
    }

    /// The gradients of queries and keys before they were normalized and rotated, in place of those behind.
    fn unturn(&self, head: &Head, [dq, dk]: [&mut [f64]; 2]) {
        if self.attend.qk_norm.is_some() {
            let [of_q, of_k] = &head.divisors;
            denormalize(&head.q, of_q, dq);
            denormalize(&head.k, of_k, dk);
        }
        self.turn(dq, true);
        self.turn(dk, true);
    }

    /// How many tokens row `i` sees, from the first on.
    fn sees(&self, i: usize) -> usize {
        if self.attend.causal {
            i + 1
        } else {
            self.lanes.tokens
        }
    }

    /// `A` of the first head for every sequence, `tokens x tokens` each.
    #[must_use]
    pub fn first_weights(&self, z: &[f64], mut seen: Option<&mut Seen>) -> Vec<Vec<f64>> {
        let head = self.head(&rows_of(z, self.lanes.all), 0);
        let sequences = 0..self.lanes.count;
        sequences
            .map(|sequence| self.weights(&head, sequence, seen.as_deref_mut()))
            .collect()
    }

    /// `A` of one head and sequence, `tokens x tokens`.
    fn weights(&self, head: &Head, sequence: usize, seen: Option<&mut Seen>) -> Vec<f64> {
        let tokens = self.lanes.tokens;
        let mut weights = vec![0.0; tokens * tokens];
        let lanes = [self.lanes.all, sequence * tokens, tokens];
        dispatch!(simd::level(), simd => add_outer(simd, &head.q, &head.k, lanes, &mut weights));
        self.soften(&mut weights, seen);
        weights
    }

    /// `A` in place of `Q'K`, `tokens x tokens`.
    pub fn soften(&self, weights: &mut [f64], mut seen: Option<&mut Seen>) {
        let tokens = self.lanes.tokens;
        for (i, row) in weights.chunks_exact_mut(tokens).enumerate() {
            let (row, hidden) = row.split_at_mut(self.sees(i));
            hidden.fill(0.0);
            row.iter_mut().for_each(|score| *score *= self.attend.scale);
            let top = row.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
            if let Some(seen) = &mut seen {
                for score in &*row {
                    seen.scores[0] += score * score;
                    seen.peak = seen.peak.max(score.abs());
                }
                seen.scores[1] += row.len() as f64;
                let room = SAMPLES.saturating_sub(seen.samples.len());
                seen.samples.extend(row.iter().take(room));
            }
            let mut total = 0.0;
            for score in &mut *row {
                *score = (*score - top).exp();
                total += *score;
            }
            row.iter_mut().for_each(|weight| *weight /= total);
            if let Some(seen) = seen.as_mut().filter(|_| row.len() > 1) {
                let terms = row.iter().filter(|weight| **weight > 0.0);
                let entropy: f64 = terms.map(|weight| -weight * weight.ln()).sum();
                seen.entropy[0] += entropy / (row.len() as f64).ln();
                seen.entropy[1] += 1.0;
            }
        }
    }

    /// `O` from `z`, biases included, both with all lanes.
    #[must_use]
    pub fn forward(&self, z: &Read<'_>, mut seen: Option<&mut Seen>) -> Vec<f64> {
        let Sequences { all, tokens, .. } = self.lanes;
        let size = self.attend.units * all;
        let mut output = vec![0.0; self.attend.heads * size];
        for (number, output) in output.chunks_exact_mut(size).enumerate() {
            let head = self.head(z, number);
            for sequence in 0..self.lanes.count {
                let weights = self.weights(&head, sequence, seen.as_deref_mut());
                let weights = transposed(&weights, tokens);
                let lanes = [all, sequence * tokens, tokens];
                dispatch!(simd::level(), simd => add_mixed(simd, &head.v, &weights, lanes, output));
            }
        }
        output
    }

    /// `dl/dz` from `z` and `d = dl/dO`.
    #[must_use]
    pub fn backward(&self, z: &Read<'_>, d: &[f64]) -> Vec<f64> {
        let Sequences { all, tokens, .. } = self.lanes;
        let size = self.attend.units * all;
        let [.., units] = self.offsets();
        let mut gradient = vec![0.0; units * all];
        for (number, d) in d.chunks_exact(size).enumerate() {
            let head = self.head(z, number);
            let [mut dq, mut dk, mut dv] = [(); 3].map(|()| vec![0.0; size]);
            for sequence in 0..self.lanes.count {
                let weights = self.weights(&head, sequence, None);
                self.add_back(&head, sequence, &weights, d, [&mut dq, &mut dk]);
                let lanes = [all, sequence * tokens, tokens];
                dispatch!(simd::level(), simd => add_mixed(simd, d, &weights, lanes, &mut dv));
            }
            self.unturn(&head, [&mut dq, &mut dk]);
            for (begin, own) in self.begins(number).into_iter().zip([dq, dk, dv]) {
                for (sum, own) in gradient[begin * all..][..size].iter_mut().zip(&own) {
                    *sum += own;
                }
            }
        }
        gradient
    }

    /// `A` of the first head and sequence, and `[dQ, dK]` of that head where there is one sequence.
    #[must_use]
    pub fn first_backward(&self, z: &[f64], d: &[f64]) -> (Vec<f64>, [Vec<f64>; 2]) {
        let head = self.head(&rows_of(z, self.lanes.all), 0);
        let weights = self.weights(&head, 0, None);
        let [mut dq, mut dk] = [(); 2].map(|()| vec![0.0; head.q.len()]);
        self.add_back(&head, 0, &weights, d, [&mut dq, &mut dk]);
        self.unturn(&head, [&mut dq, &mut dk]);
        (weights, [dq, dk])
    }

    /// `s dS` in place of `dA`, both `tokens x tokens`.
    pub fn harden(&self, weights: &[f64], inner: &mut [f64]) {
        let tokens = self.lanes.tokens;
        for (inner, weights) in inner
            .chunks_exact_mut(tokens)
            .zip(weights.chunks_exact(tokens))
        {
            let mean: f64 = inner.iter().zip(weights).map(|(d, w)| d * w).sum();
            for (d, weight) in inner.iter_mut().zip(weights) {
                *d = self.attend.scale * weight * (*d - mean);
            }
        }
    }

    /// Adds `dQ` and `dK` of one head and sequence, as they are rotated, from its `A` and `dO`.
    fn add_back(
        &self,
        head: &Head,
        sequence: usize,
        weights: &[f64],
        d: &[f64],
        [dq, dk]: [&mut [f64]; 2],
    ) {
        let Sequences { all, tokens, .. } = self.lanes;
        let mut inner = vec![0.0; tokens * tokens];
        let lanes = [all, sequence * tokens, tokens];
        dispatch!(simd::level(), simd => add_outer(simd, d, &head.v, lanes, &mut inner));
        self.harden(weights, &mut inner);
        let turned = transposed(&inner, tokens);
        dispatch!(simd::level(), simd => {
            add_mixed(simd, &head.k, &turned, lanes, dq);
            add_mixed(simd, &head.q, &inner, lanes, dk);
        });
    }
}

#[cfg(test)]
mod tests;
