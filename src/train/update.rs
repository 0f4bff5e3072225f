//! From a gradient to new weights, block of rows by block of rows.

use std::ops::Range;

use fearless_simd::{Simd, f32x16, prelude::*};
use rayon::prelude::*;

use crate::math::simd::{self, LANES, dispatch};
use crate::math::team::Team;
use crate::net::optimizer::{ADAM, MOMENTUM, Optimizer};
use crate::train::batch::MinibatchPart;
use crate::train::matrix::Matrix;

/// Rows whose gradient is made and used at once.
const ROWS: usize = 32;

/// One step of an optimizer: its numbers in single precision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Update {
    /// `w -= rate g`.
    Sgd {
        /// Learning rate.
        rate: f32,
    },
    /// `v = keep v + g`, `w -= rate v`.
    Momentum {
        /// Learning rate.
        rate: f32,
        /// Share of the velocity that stays.
        keep: f32,
    },
    /// `m = b1 m + (1 - b1) g`, `v = b2 v + (1 - b2) g^2`, `w -= rate m / (root sqrt(v) + epsilon)` with the bias corrections in
    /// `rate` and `root`.
    Adam {
        /// `eta / (1 - b1^t)`.
        rate: f32,
        /// `b1` and `1 - b1`.
        first: [f32; 2],
        /// `b2` and `1 - b2`.
        second: [f32; 2],
        /// `1 / sqrt(1 - b2^t)`.
        root: f32,
        /// Added to the root.
        epsilon: f32,
    },
}

impl Update {
    /// Step number `number`, counted from 1, at learning rate `rate`.
    #[must_use]
    pub fn new(optimizer: Optimizer, rate: f64, number: usize) -> Self {
        match optimizer {
            Optimizer::Sgd => Self::Sgd { rate: rate as f32 },
            Optimizer::Momentum => Self::Momentum {
                rate: rate as f32,
                keep: MOMENTUM as f32,
            },
            Optimizer::Adam => {
                let [b1, b2, epsilon] = ADAM;
                let t = number as f64;
                Self::Adam {
                    rate: (rate / (1.0 - b1.powf(t))) as f32,
                    first: [b1 as f32, (1.0 - b1) as f32],
                    second: [b2 as f32, (1.0 - b2) as f32],
                    root: (1.0 / (1.0 - b2.powf(t)).sqrt()) as f32,
                    epsilon: epsilon as f32,
                }
            }
        }
    }

    /// Changes weights `w` by gradient `g`, with the moments that belong to them; whole vectors, all of one length.
    pub fn apply(self, w: &mut [f32], g: &[f32], moments: &mut [&mut [f32]]) {
        dispatch!(simd::level(), simd => self.apply_with(simd, w, g, moments));
    }

    #[inline(always)]
    fn apply_with<S: Simd>(self, simd: S, w: &mut [f32], g: &[f32], moments: &mut [&mut [f32]]) {
        let splat = |x: f32| f32x16::splat(simd, x);
        let load = |x: &[f32]| f32x16::from_slice(simd, x);
        let vectors = w.chunks_exact_mut(LANES).zip(g.chunks_exact(LANES));
        match (self, moments) {
            (Self::Sgd { rate }, _) => {
                for (w, g) in vectors {
                    (load(w) - splat(rate) * load(g)).store_slice(w);
                }
            }
            (Self::Momentum { rate, keep }, [v]) => {
                for ((w, g), v) in vectors.zip(v.chunks_exact_mut(LANES)) {
                    let velocity = splat(keep) * load(v) + load(g);
                    velocity.store_slice(v);
                    (load(w) - splat(rate) * velocity).store_slice(w);
                }
            }
            (
                Self::Adam {
                    rate,
                    first: [b1, rest1],
                    second: [b2, rest2],
                    root,
                    epsilon,
                },
                [m, v],
            ) => {
                let moments = m.chunks_exact_mut(LANES).zip(v.chunks_exact_mut(LANES));
                for ((w, g), (m, v)) in vectors.zip(moments) {
                    let g = load(g);
                    let mean = splat(b1) * load(m) + splat(rest1) * g;
                    let square = splat(b2) * load(v) + splat(rest2) * (g * g);
                    mean.store_slice(m);
                    square.store_slice(v);
                    let size = square.sqrt() * splat(root) + splat(epsilon);
                    (load(w) - splat(rate) * mean / size).store_slice(w);
                }
            }
            _ => unreachable!("as many moments as the optimizer keeps"),
        }
    }
}

/// Sums of squares over weights and biases.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Squares {
    /// Of the gradient.
    pub gradient: f64,
    /// Of what the step changed.
    pub update: f64,
    /// Of the parameters before the step.
    pub weights: f64,
}

/// How some matrices learn.
#[derive(Clone, Copy, Debug)]
pub struct How<'a> {
    /// The step.
    pub step: Update,
    /// Whether sums of squares are wanted; else they are zeros.
    pub measured: bool,
    /// Which rows of one matrix learn, those before them have, and what their sums of squares are; all rows of all matrices without it.
    pub rows: Option<(&'a Range<usize>, Squares)>,
}

/// Rows of one matrix that learn at once, for so many multiplications at most: all, or a multiple of what one thread does at once.
pub(super) fn rows_within(budget: u64, rows: usize, cost: u64) -> usize {
    let own = cost.div_ceil(rows.max(1) as u64).max(1);
    let fitting = (budget / own) as usize / ROWS * ROWS;
    fitting.max(ROWS).min(rows)
}

/// Gradient and step for some matrices; sums of squares for each.
pub fn update(
    matrices: &mut [Matrix],
    parts: &[MinibatchPart],
    range: Range<usize>,
    how: How<'_>,
    team: Team,
) -> Vec<Squares> {
    let How {
        step,
        measured,
        rows,
    } = how;
    let one = |(l, matrix): (usize, &mut Matrix)| -> Squares {
        let (stride, units) = (matrix.shape.stride, matrix.shape.fan_out);
        let (rows, before) = rows.map_or((0..units, Squares::default()), |(rows, before)| {
            (rows.clone(), before)
        });
        let block = |(i, mut block): (usize, Block<'_>)| -> Squares {
            let mut gradient = vec![0.0; block.w.len()];
            for (p, part) in parts.iter().enumerate() {
                part.add_gradient(l, rows.start + i * ROWS, p == 0, &mut gradient);
            }
            let before = measured.then(|| block.w.to_vec());
            step.apply(block.w, &gradient, &mut block.moments);
            before.map_or_else(Squares::default, |before| Squares {
                gradient: squares(gradient.iter().map(|g| f64::from(*g))),
                weights: squares(before.iter().map(|w| f64::from(*w))),
                update: squares(
                    block
                        .w
                        .iter()
                        .zip(&before)
                        .map(|(new, old)| f64::from(*new) - f64::from(*old)),
                ),
            })
        };
        let blocks = blocks(
            matrix,
            rows.start * stride..rows.end * stride,
            ROWS * stride,
        );
        let sums: Vec<Squares> = match team {
            Team::Alone => blocks.into_iter().enumerate().map(block).collect(),
            Team::Pool => blocks.into_par_iter().enumerate().map(block).collect(),
        };
        sums.iter().fold(before, |a, b| Squares {
            gradient: a.gradient + b.gradient,
            update: a.update + b.update,
            weights: a.weights + b.weights,
        })
    };
    let chosen: Vec<(usize, &mut Matrix)> = range.clone().zip(&mut matrices[range]).collect();
    match team {
        Team::Alone => chosen.into_iter().map(one).collect(),
        Team::Pool => chosen.into_par_iter().map(one).collect(),
    }
}

/// Some rows of weights and the moments that belong to them.
struct Block<'a> {
    w: &'a mut [f32],
    moments: Vec<&'a mut [f32]>,
}

/// Blocks of so many numbers of some of those of a matrix.
fn blocks(matrix: &mut Matrix, range: Range<usize>, size: usize) -> Vec<Block<'_>> {
    let mut moments: Vec<_> = matrix
        .moments
        .iter_mut()
        .map(|moment| moment.data_mut()[range.clone()].chunks_mut(size))
        .collect();
    let weights = matrix.w.data_mut()[range].chunks_mut(size);
    weights
        .map(|w| Block {
            w,
            moments: moments
                .iter_mut()
                .map(|chunks| chunks.next().expect("as long as the weights"))
                .collect(),
        })
        .collect()
}

/// `sum x^2`, eight sums side by side and then together: the order is fixed, and the compiler may use vectors.
fn squares(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut sums = [0.0; 8];
    for (i, x) in numbers.enumerate() {
        sums[i % 8] += x * x;
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three steps with gradients 1, -2, 0.5 from w = 1, in double precision by the published formulas.
    fn by_hand(optimizer: Optimizer, rate: f64) -> f64 {
        let (mut w, mut m, mut v) = (1.0, 0.0, 0.0);
        for (t, g) in [(1, 1.0), (2, -2.0), (3, 0.5)] {
            match optimizer {
                Optimizer::Sgd => w -= rate * g,
                Optimizer::Momentum => {
                    v = 0.9 * v + g;
                    w -= rate * v;
                }
                Optimizer::Adam => {
                    m = 0.9 * m + 0.1 * g;
                    v = 0.999 * v + 0.001 * g * g;
                    let (mean, square) =
                        (m / (1.0 - 0.9_f64.powi(t)), v / (1.0 - 0.999_f64.powi(t)));
                    w -= rate * mean / (square.sqrt() + 1e-8);
                }
            }
        }
        w
    }

    #[test]
    fn three_steps_give_what_the_formulas_give() {
        // by hand: 1 - 0.1 (1 - 2 + 0.5); v = 1, -1.1, -0.49; Adam's first step is the rate itself
        assert!((by_hand(Optimizer::Sgd, 0.1) - 1.05).abs() < 1e-15);
        assert!((by_hand(Optimizer::Momentum, 0.1) - 1.059).abs() < 1e-15);
        for optimizer in Optimizer::ALL {
            let mut w = [1.0_f32; LANES];
            let (mut m, mut v) = ([0.0; LANES], [0.0; LANES]);
            for (number, g) in [(1, 1.0), (2, -2.0), (3, 0.5)] {
                let mut moments = [&mut m[..], &mut v[..]];
                let moments = &mut moments[..optimizer.moments()];
                Update::new(optimizer, 0.1, number).apply(&mut w, &[g; LANES], moments);
            }
            for w in w {
                // a few roundings of numbers near 1
                let error = f64::from(w) - by_hand(optimizer, 0.1);
                assert!(
                    error.abs() < 8.0 * f64::from(f32::EPSILON),
                    "{optimizer}: {error}"
                );
            }
        }
    }

    #[test]
    fn adam_moves_by_the_rate_whatever_the_size_of_the_first_gradient() {
        for g in [1e-3, 1.0, 1e10] {
            let mut w = [0.0_f32; LANES];
            let (mut m, mut v) = ([0.0; LANES], [0.0; LANES]);
            let step = Update::new(Optimizer::Adam, 0.25, 1);
            step.apply(&mut w, &[g; LANES], &mut [&mut m[..], &mut v[..]]);
            // epsilon / g = 1e-5 at the smallest
            assert!((w[0] + 0.25).abs() < 1e-5, "{g}: {}", w[0]);
        }
    }
}
