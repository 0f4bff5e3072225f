//! Gaussian and Haar matrices without the matrix: the same joint law of everything that is measured, from `n x batch` numbers.
//!
//! A Gaussian matrix seen through finitely many products is sampled by conditioning. With `X = Q R` (`Q` orthonormal columns),
//! `W Q` is a fresh Gaussian `U`, so `Z = U R`; given that, `W (I - QQᵀ)` is independent of all that was seen, so
//! `Wᵀ D = Q Uᵀ D + (I - QQᵀ) T` with `T = s N R_D`, `DᵀD = R_DᵀR_D`, `N` fresh. For `g` times a Haar matrix the same holds
//! with `U` and the fresh part uniform on Stiefel manifolds. `Q = X S` and `U = Z S` are never formed. Sources: Bolthausen
//! (Commun. Math. Phys. 2014), Bayati & Montanari (IEEE Trans. Inf. Theory 2011), Yang, "Tensor Programs" (2019).
//!
//! Here are the `lanes x lanes` matrices of it, in double precision; what is `n x lanes` is in [`forward_sweep`](super::forward_sweep) and
//! [`backward_sweep`](super::backward_sweep). Shapes: `X`: `fan_in x lanes`, `Z`, `D`, `U`: `fan_out x lanes`, `T`, `N`, `G`: `fan_in x lanes`.

use crate::math::factor::{GramFactor, multiply, transposed_multiply};
use crate::sim::panel_scale::{PanelScale, Size, settle_squares, settled_exponent};

/// Which rotation-invariant law.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Invariant {
    /// Independent `N(0, std^2)` entries.
    Gaussian {
        /// Standard deviation of an entry.
        std: f64,
    },
    /// `gain` times a Haar orthogonal matrix; square.
    Haar {
        /// Multiplier.
        gain: f64,
    },
}

/// A rotation-invariant `fan_out x fan_in` law acting on batches in `lanes` lanes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MatrixFree {
    law: Invariant,
    fan_in: usize,
    lanes: usize,
}

/// What fresh numbers are multiplied by: the first rows of a `lanes x lanes` matrix in single precision, an upper triangle of
/// blocks.
#[derive(Clone, Debug, Default)]
pub struct Mixing {
    /// Row by row.
    pub rows: Vec<f32>,
    /// For every sixteen lanes, how many leading rows are not zero there.
    pub reach: Vec<usize>,
}

/// The forward product: `Z = N mixing` for fresh `N` (`fan_out x lanes`).
#[derive(Clone, Debug)]
pub struct Forward {
    /// `rank x lanes`.
    pub mixing: Mixing,
    /// What the numbers of `Z` stand for.
    pub scale: PanelScale,
    /// Size of `Z` (its expectation over draws of `N`), see [`Size`].
    pub size: Size,
    /// What the backward product must know.
    pub known: Known,
}

/// What the backward product of a layer must know of its forward product.
#[derive(Clone, Debug)]
pub struct Known {
    /// `S = R⁺`, `lanes x lanes`: `X S` has orthonormal columns.
    s: Vec<f64>,
    /// Columns of `S`.
    rank: usize,
    /// Powers of two taken out of lane 0 and of the others of `Z = W X`.
    taken: [f64; 2],
    /// Whether columns of `X` are nearly dependent, so that those of the next layer's input may be expected to be.
    pub graded: bool,
}

/// The backward product: `G = N mixing + X span_part` for fresh `N` (`fan_in x lanes`).
#[derive(Clone, Debug)]
pub struct Backward {
    /// As many rows as `D` has independent columns.
    pub mixing: Mixing,
    /// Single precision, `lanes x lanes`.
    pub span_part: Vec<f32>,
    /// `G` stands for `2^exponent` times its numbers times those of `D`.
    pub exponent: i64,
}

/// Sums over units that the backward product needs, all `lanes x lanes`.
#[derive(Clone, Copy, Debug)]
pub struct Sums<'a> {
    /// `DᵀD`.
    pub d_gram: &'a [f64],
    /// `ZᵀD`.
    pub z_dot_d: &'a [f64],
    /// `XᵀN`.
    pub overlap: &'a [f64],
    /// `NᵀN`; for a Haar matrix only.
    pub fresh: &'a [f64],
}

impl MatrixFree {
    /// The law of that shape; a Haar matrix must be square and have at least three times as many units as the batch has lanes.
    #[must_use]
    pub fn new(law: Invariant, fan_in: usize, lanes: usize) -> Self {
        Self { law, fan_in, lanes }
    }

    /// Whether this law can be sampled without its matrix for a batch in `lanes` lanes.
    #[must_use]
    pub fn applies(law: Invariant, fan_in: usize, fan_out: usize, lanes: usize) -> bool {
        match law {
            Invariant::Gaussian { .. } => true,
            Invariant::Haar { .. } => fan_in == fan_out && fan_in >= 3 * lanes,
        }
    }

    /// Whether it is cheaper than the dense way. Measured at 16, 32, 64 and 128 lanes, both cost the same at 3.6, 3.3, 3.3 and
    /// 3.7 units to a lane.
    #[must_use]
    pub fn pays(fan_in: usize, lanes: usize) -> bool {
        2 * fan_in >= 7 * lanes
    }

    /// Whether the forward product needs the Gram matrix of its fresh numbers.
    #[must_use]
    pub fn is_haar(&self) -> bool {
        matches!(self.law, Invariant::Haar { .. })
    }

    /// The forward product for `gram = XᵀX` of what the layer is given, whose numbers stand for `scale`.
    ///
    /// `fresh = NᵀN` for a Haar matrix; `batch` real inputs. The numbers of `Z` are brought to the size of 1 by the size that
    /// their law gives them.
    #[must_use]
    pub fn forward(&self, gram: &[f64], fresh: &[f64], scale: PanelScale, batch: usize) -> Forward {
        let lanes = self.lanes;
        let diagonal = gram.iter().step_by(lanes + 1);
        let (variance, gain) = match self.law {
            Invariant::Gaussian { std } => (std * std, std),
            Invariant::Haar { gain } => (gain * gain / self.fan_in as f64, gain),
        };
        let first = variance * gram[0];
        let others = variance * diagonal.skip(1).sum::<f64>() / (batch.max(2) - 1) as f64;
        let mut settled = scale;
        let (size, steps) = settle_squares([first, others], &mut settled);
        if !matches!(size, Size::Finite(_)) {
            let known = Known {
                s: vec![0.0; lanes * lanes],
                rank: 0,
                taken: [1.0; 2],
                graded: false,
            };
            return Forward {
                mixing: Mixing {
                    rows: Vec::new(),
                    reach: vec![0; lanes / 16],
                },
                scale,
                size,
                known,
            };
        }
        let mut factor = GramFactor::new(gram, lanes, lanes);
        let s = factor.right_inverse();
        let rank = factor.rank();
        let (mixing, reach) = if self.is_haar() {
            let mut frame = GramFactor::new(fresh, lanes, rank);
            let mixing = multiply(&frame.right_inverse(), factor.r(), lanes, rank);
            (mixing, vec![rank; lanes / 16])
        } else {
            (factor.r().to_vec(), factor.reach())
        };
        // a power of two: exact
        let taken = steps.map(|step| (step as f64).exp2());
        let factors = taken.map(|taken| gain / taken);
        Forward {
            mixing: Mixing {
                rows: single(&mixing, lanes, rank, factors),
                reach,
            },
            scale: settled,
            size,
            known: Known {
                s,
                rank,
                taken,
                graded: factor.is_graded(),
            },
        }
    }

    /// The backward product; `None` when `D` is not finite.
    ///
    /// `G = T + X S (Uᵀ D - Sᵀ XᵀT)` with `T = N mixing`, `U = Z S`.
    #[must_use]
    pub fn backward(&self, known: &Known, sums: &Sums<'_>, batch: usize) -> Option<Backward> {
        let (lanes, rank) = (self.lanes, known.rank);
        let total: f64 = sums.d_gram.iter().step_by(lanes + 1).sum();
        let variance = match self.law {
            Invariant::Gaussian { std } => std * std,
            Invariant::Haar { gain } => gain * gain / self.fan_in as f64,
        };
        let exponent = settled_exponent(variance * total / batch as f64)?;
        let unit = (-exponent as f64).exp2();
        // Uᵀ D = Sᵀ ZᵀD, with the powers of two that Z has lost
        let mut z_dot_d = sums.z_dot_d.to_vec();
        for (row, line) in z_dot_d.chunks_exact_mut(lanes).enumerate() {
            let taken = known.taken[usize::from(row > 0)];
            line.iter_mut().for_each(|value| *value *= taken);
        }
        let (mixing, reach, rows) = match self.law {
            Invariant::Gaussian { std } => {
                let spread = GramFactor::new(sums.d_gram, lanes, lanes);
                let mixing: Vec<f64> = spread.r().iter().map(|r| r * std * unit).collect();
                (mixing, spread.reach(), spread.rank())
            }
            Invariant::Haar { gain } => {
                // what is left of D is carried by a fresh frame orthogonal to Q
                let fixed = transposed_multiply(&known.s, &z_dot_d, lanes, lanes);
                let known_power = transposed_multiply(&fixed, &fixed, lanes, rank);
                let squared = 1.0 / (gain * gain);
                let pairs = sums.d_gram.iter().zip(&known_power);
                let rest: Vec<f64> = pairs.map(|(all, known)| all - known * squared).collect();
                let rest = GramFactor::new(&rest, lanes, lanes);
                let span_part = transposed_multiply(&known.s, sums.overlap, lanes, lanes);
                let inside = transposed_multiply(&span_part, &span_part, lanes, rank);
                let pairs = sums.fresh.iter().zip(&inside);
                let outside: Vec<f64> = pairs.map(|(all, inside)| all - inside).collect();
                let mut frame = GramFactor::new(&outside, lanes, rest.rank());
                let mut mixing = multiply(&frame.right_inverse(), rest.r(), lanes, rest.rank());
                mixing.iter_mut().for_each(|value| *value *= gain * unit);
                (mixing, vec![rest.rank(); lanes / 16], rest.rank())
            }
        };
        // Uᵀ D - Sᵀ XᵀT = Sᵀ (ZᵀD - XᵀN mixing)
        let mut span_part = multiply(sums.overlap, &mixing, lanes, rows);
        for (overlap, z_dot_d) in span_part.iter_mut().zip(&z_dot_d) {
            *overlap = z_dot_d * unit - *overlap;
        }
        let span_part = transposed_multiply(&known.s, &span_part, lanes, lanes);
        let span_part = multiply(&known.s, &span_part, lanes, rank);
        Some(Backward {
            mixing: Mixing {
                rows: single(&mixing, lanes, rows, [1.0; 2]),
                reach,
            },
            span_part: single(&span_part, lanes, lanes, [1.0; 2]),
            exponent,
        })
    }
}

/// The first `rows` rows in single precision, lane 0 and the others multiplied by `factors`.
fn single(matrix: &[f64], lanes: usize, rows: usize, factors: [f64; 2]) -> Vec<f32> {
    let mut out = vec![0.0; rows * lanes];
    for (line, out) in matrix.chunks_exact(lanes).zip(out.chunks_exact_mut(lanes)) {
        for (value, out) in line.iter().zip(&mut *out) {
            *out = (value * factors[1]) as f32;
        }
        out[0] = (line[0] * factors[0]) as f32;
    }
    out
}
