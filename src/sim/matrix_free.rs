//! Gaussian and Haar matrices without the matrix: the same joint law of everything that is measured, from `n x batch` numbers.
//!
//! A Gaussian matrix seen through finitely many products is sampled by conditioning. With `X = Q R` (`Q` orthonormal columns),
//! `W Q` is a fresh Gaussian `U`, so `Z = U R`; given that, `W (I - QQᵀ)` is independent of all that was seen, so
//! `Wᵀ D = Q Uᵀ D + (I - QQᵀ) T` with `T = s N R_D`, `DᵀD = R_DᵀR_D`, `N` fresh. For `g` times a Haar matrix the same holds
//! with `U` and the fresh part uniform on Stiefel manifolds. `Q = X S` is never formed. Sources: Bolthausen (Commun. Math.
//! Phys. 2014), Bayati & Montanari (IEEE Trans. Inf. Theory 2011), Yang, "Tensor Programs" (2019).
//!
//! Shapes: `X`: `fan_in x lanes`, `Z`, `D`, `U`: `fan_out x lanes`, `T`, `N`, `G`: `fan_in x lanes`; small matrices
//! `lanes x lanes` in double precision.

use std::ops::Range;

use fearless_simd::{Simd, dispatch};
use ndarray::{Array2, ArrayView2};

use crate::math::factor::{GramFactor, copy_to_panel};
use crate::math::panel::Panel;
use crate::math::product::{add_cross, add_gram, matrix_times_panel};
use crate::math::simd;
use crate::math::stream::{Key, Purpose, Stream, fill_normal};
use crate::sim::law::{Law, Memo, Seen, Team};
use crate::sim::signal::Signal;

/// Rows whose random numbers come from one block of a stream.
const ROWS: usize = 64;

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
#[derive(Debug)]
pub struct MatrixFree {
    law: Invariant,
    fan_in: usize,
    fan_out: usize,
}

impl MatrixFree {
    /// The law of that shape; a Haar matrix must be square and have at least twice as many units as the batch has lanes.
    #[must_use]
    pub fn new(law: Invariant, fan_in: usize, fan_out: usize) -> Self {
        Self {
            law,
            fan_in,
            fan_out,
        }
    }

    /// Whether this law can be sampled without its matrix for a batch in `lanes` lanes.
    #[must_use]
    pub fn applies(law: Invariant, fan_in: usize, fan_out: usize, lanes: usize) -> bool {
        match law {
            Invariant::Gaussian { .. } => true,
            Invariant::Haar { .. } => fan_in == fan_out && fan_in >= 2 * lanes,
        }
    }

    /// Whether it is cheaper than the dense way, by the measured costs of a fused multiply-add of 16 lanes (0.27 ns) and of a
    /// normal number (0.45 ns).
    #[must_use]
    pub fn pays(fan_in: usize, lanes: usize) -> bool {
        let vectors = (lanes / 16) as f64;
        let free = 7.0 * lanes as f64 * vectors * 0.27 + 3.0 * lanes as f64 * 0.45 + 20.0;
        let dense = 2.0 * fan_in as f64 * (0.45 + 0.27 * vectors);
        free < dense
    }
}

/// `lanes x lanes` matrix from sums in row-major order.
fn square(sums: &[f64], lanes: usize) -> ArrayView2<'_, f64> {
    ArrayView2::from_shape((lanes, lanes), sums).expect("a square of that size")
}

/// Independent `N(0, 1)` numbers, a function of key and row alone; calls `each` with the panel rows of every block.
#[inline(always)]
fn each_block<S: Simd>(
    simd: S,
    key: Key,
    units: usize,
    lanes: usize,
    numbers: &mut Vec<f32>,
    mut each: impl FnMut(Range<usize>, &[f32]),
) {
    numbers.resize((ROWS * lanes).next_multiple_of(32), 0.0);
    for (block, first) in (0..units).step_by(ROWS).enumerate() {
        fill_normal(
            simd,
            &mut Stream::new(simd, key, block as u64),
            1.0,
            numbers,
        );
        let rows = ROWS.min(units - first);
        each(
            first * lanes..(first + rows) * lanes,
            &numbers[..rows * lanes],
        );
    }
}

/// Inner products of the columns of fresh numbers with those of `right`, and optionally the Gram matrix of the fresh numbers.
fn cross_with_fresh(
    key: Key,
    right: &Panel,
    units: usize,
    numbers: &mut Vec<f32>,
    mut gram: Option<&mut [f64]>,
) -> Array2<f64> {
    let lanes = right.lanes();
    let mut cross = vec![0.0; lanes * lanes];
    dispatch!(simd::level(), simd => each_block(simd, key, units, lanes, numbers, |range, fresh| {
        add_cross(simd, fresh, &right.data()[range], lanes, &mut cross);
        if let Some(gram) = gram.as_deref_mut() {
            add_gram(simd, fresh, lanes, gram);
        }
    }));
    square(&cross, lanes).to_owned()
}

/// Gram matrix of `units` rows of fresh numbers.
fn gram_of_fresh(key: Key, units: usize, lanes: usize, numbers: &mut Vec<f32>) -> Array2<f64> {
    let mut sums = vec![0.0; lanes * lanes];
    dispatch!(simd::level(), simd => each_block(simd, key, units, lanes, numbers, |_, fresh| {
        add_gram(simd, fresh, lanes, &mut sums);
    }));
    square(&sums, lanes).to_owned()
}

/// `out = N m` for fresh numbers `N`, row by row; with a panel `left`, also the inner products `leftᵀ out`.
fn fresh_times(
    key: Key,
    m: &ArrayView2<'_, f64>,
    out: &mut Panel,
    units: usize,
    memo: &mut Memo,
    left: Option<&Panel>,
) -> Array2<f64> {
    let lanes = out.lanes();
    copy_to_panel(m, lanes, &mut memo.small);
    let used = &memo.small[..m.nrows() * lanes];
    let data = out.data_mut();
    let mut cross = vec![0.0; lanes * lanes];
    dispatch!(simd::level(), simd => each_block(simd, key, units, lanes, &mut memo.numbers, |range, fresh| {
        let block = &mut data[range.clone()];
        block.fill(0.0);
        matrix_times_panel(simd, fresh, lanes, used, block, lanes);
        if let Some(left) = left {
            add_cross(simd, &left.data()[range], block, lanes, &mut cross);
        }
    }));
    square(&cross, lanes).to_owned()
}

/// `out += x m`, row by row.
fn add_panel_times(
    x: &Panel,
    m: &ArrayView2<'_, f64>,
    out: &mut Panel,
    units: usize,
    memo: &mut Memo,
) {
    let lanes = out.lanes();
    copy_to_panel(m, lanes, &mut memo.small);
    let used = &memo.small[..m.nrows() * lanes];
    let (x, out) = (
        &x.data()[..units * lanes],
        &mut out.data_mut()[..units * lanes],
    );
    dispatch!(simd::level(), simd => {
        for (x, out) in x.chunks(ROWS * lanes).zip(out.chunks_mut(ROWS * lanes)) {
            matrix_times_panel(simd, x, lanes, used, out, lanes);
        }
    });
}

/// `m` with rows added below (zeros) or cut to `rows`.
fn with_rows(m: &Array2<f64>, rows: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, m.ncols()), |(i, j)| {
        m.get((i, j)).copied().unwrap_or(0.0)
    })
}

impl MatrixFree {
    /// What turns fresh numbers `N` (`fan_out x lanes`) into `U`: `U = N a`, `a` (`lanes x rank`).
    fn stretch(&self, key: Key, rank: usize, lanes: usize, numbers: &mut Vec<f32>) -> Array2<f64> {
        match self.law {
            Invariant::Gaussian { std } => Array2::from_diag_elem(lanes, std).slice_columns(rank),
            Invariant::Haar { gain } => {
                let gram = gram_of_fresh(key, self.fan_out, lanes, numbers);
                let gram = gram.slice_columns(rank).slice_rows(rank);
                with_rows(&(GramFactor::new(&gram.view()).s * gain), lanes)
            }
        }
    }
}

/// Leading parts of a matrix, by value.
trait Leading {
    fn slice_columns(&self, columns: usize) -> Array2<f64>;
    fn slice_rows(&self, rows: usize) -> Array2<f64>;
}

impl Leading for Array2<f64> {
    fn slice_columns(&self, columns: usize) -> Array2<f64> {
        Array2::from_shape_fn((self.nrows(), columns), |at| self[at])
    }

    fn slice_rows(&self, rows: usize) -> Array2<f64> {
        Array2::from_shape_fn((rows, self.ncols()), |at| self[at])
    }
}

impl Law for MatrixFree {
    fn output_units(&self) -> usize {
        self.fan_out
    }

    fn forward_parts(&self) -> usize {
        1
    }

    fn backward_parts(&self) -> usize {
        1
    }

    fn part_cost(&self, lanes: usize) -> usize {
        self.fan_in.max(self.fan_out) * lanes * 6
    }

    fn uses_gram(&self) -> bool {
        true
    }

    fn forward(
        &self,
        key: Key,
        _: Range<usize>,
        x: &Signal,
        z: &mut Panel,
        memo: &mut Memo,
        _: Team,
    ) {
        let lanes = z.lanes();
        let factor = GramFactor::new(&square(&x.gram, lanes));
        let stretch = self.stretch(key, factor.rank(), lanes, &mut memo.numbers);
        fresh_times(
            key,
            &stretch.dot(&factor.r).view(),
            z,
            self.fan_out,
            memo,
            None,
        );
    }

    fn backward(
        &self,
        key: Key,
        _: Range<usize>,
        seen: &Seen<'_>,
        g: &mut Panel,
        memo: &mut Memo,
        _: Team,
    ) {
        let lanes = g.lanes();
        let fresh = Key {
            purpose: Purpose::Backward,
            ..key
        };
        let x = &seen.x.x;
        let known = GramFactor::new(&square(&seen.x.gram, lanes));
        let stretch = self.stretch(key, known.rank(), lanes, &mut memo.numbers);
        // A = Uᵀ D: the part of D that the forward product fixed
        let fixed = stretch.t().dot(&cross_with_fresh(
            key,
            seen.d,
            self.fan_out,
            &mut memo.numbers,
            None,
        ));
        let power = square(seen.d_gram, lanes);
        match self.law {
            Invariant::Gaussian { std } => {
                // G = T + X S (Uᵀ D - Sᵀ XᵀT), T = s N R_D
                let spread = GramFactor::new(&power);
                let t = with_rows(&(&spread.r * std), lanes);
                let overlap = fresh_times(fresh, &t.view(), g, self.fan_in, memo, Some(x));
                let along = known.s.t().dot(&overlap);
                add_panel_times(
                    x,
                    &known.s.dot(&(fixed - along)).view(),
                    g,
                    self.fan_in,
                    memo,
                );
            }
            Invariant::Haar { gain } => {
                // fixed holds g Oᵀ D along Q; the rest of D is carried by a fresh frame orthogonal to Q
                let rest = &power - &(fixed.t().dot(&fixed) / (gain * gain));
                let rest = GramFactor::new(&rest.view());
                let mut gram = vec![0.0; lanes * lanes];
                let overlap =
                    cross_with_fresh(fresh, x, self.fan_in, &mut memo.numbers, Some(&mut gram));
                let along = known.s.t().dot(&overlap.t()).slice_columns(rest.rank());
                let outside = square(&gram, lanes)
                    .to_owned()
                    .slice_columns(rest.rank())
                    .slice_rows(rest.rank());
                let frame = GramFactor::new(&(outside - along.t().dot(&along)).view());
                let turn = frame.s.dot(&with_rows(&rest.r, frame.rank())) * gain;
                fresh_times(
                    fresh,
                    &with_rows(&turn, lanes).view(),
                    g,
                    self.fan_in,
                    memo,
                    None,
                );
                add_panel_times(
                    x,
                    &known.s.dot(&(fixed - along.dot(&turn))).view(),
                    g,
                    self.fan_in,
                    memo,
                );
            }
        }
    }
}
