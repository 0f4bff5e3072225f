//! Factors of small symmetric positive semi-definite matrices (Gram matrices of a batch), in double precision.

use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};

/// `K = Rᵀ R` with a right inverse `S` of `R` (`R S = I`), from a Cholesky factorisation with complete pivoting on the
/// correlations `K_ab / sqrt(K_aa K_bb)`.
///
/// Where `K = XᵀX`, the columns of `Q = X S` are orthonormal and `X = Q R` up to the dropped directions.
#[derive(Clone, Debug)]
pub struct GramFactor {
    /// `rank x size`.
    pub r: Array2<f64>,
    /// `size x rank`.
    pub s: Array2<f64>,
}

/// Squared sine of the angle to the columns already taken below which a column is dropped: what is left of it is then the
/// rounding of a Gram matrix accumulated from single-precision numbers.
pub const RANK_TOLERANCE: f64 = 1e-6;

impl GramFactor {
    /// Factors `gram` (symmetric, `size x size`); zero columns and columns within [`RANK_TOLERANCE`] of the others are dropped.
    #[must_use]
    pub fn new(gram: &ArrayView2<'_, f64>) -> Self {
        let size = gram.nrows();
        let norm: Vec<f64> = gram.diag().iter().map(|d| d.max(0.0).sqrt()).collect();
        let mut order: Vec<usize> = (0..size).collect();
        // rest[a] = squared distance of the normalised column a from the span of those taken
        let mut rest: Vec<f64> = norm
            .iter()
            .map(|n| if *n > 0.0 { 1.0 } else { 0.0 })
            .collect();
        let mut r = Array2::<f64>::zeros((size, size));
        let mut rank = 0;
        while rank < size {
            let best = (rank..size)
                .max_by(|a, b| rest[order[*a]].total_cmp(&rest[order[*b]]))
                .expect("not empty");
            if rest[order[best]] <= RANK_TOLERANCE {
                break;
            }
            order.swap(rank, best);
            let pivot = order[rank];
            let root = rest[pivot].sqrt();
            r[[rank, pivot]] = root;
            for &column in &order[rank + 1..] {
                if norm[column] == 0.0 {
                    continue;
                }
                let known: f64 = (0..rank).map(|k| r[[k, pivot]] * r[[k, column]]).sum();
                let value = (gram[[pivot, column]] / (norm[pivot] * norm[column]) - known) / root;
                r[[rank, column]] = value;
                rest[column] = (rest[column] - value * value).max(0.0);
            }
            rest[pivot] = 0.0;
            rank += 1;
        }
        let mut s = Array2::<f64>::zeros((size, rank));
        // the pivot columns of r form an upper triangular matrix; s holds its inverse in their rows
        for column in 0..rank {
            for row in (0..=column).rev() {
                let known: f64 = (row + 1..=column)
                    .map(|k| r[[row, order[k]]] * s[[order[k], column]])
                    .sum();
                let unit = if row == column { 1.0 } else { 0.0 };
                s[[order[row], column]] = (unit - known) / r[[row, order[row]]];
            }
        }
        let norm = Array1::from(norm);
        let r = &r.slice_axis(Axis(0), Slice::from(..rank)) * &norm;
        for (mut row, n) in s.rows_mut().into_iter().zip(&norm) {
            if *n > 0.0 {
                row /= *n;
            }
        }
        Self { r, s }
    }

    /// Number of independent columns.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.r.nrows()
    }
}

/// Single-precision copy of a small matrix as panel rows: `out[k * lanes + b] = m[k][b]`, zero beyond the matrix.
pub fn copy_to_panel(m: &ArrayView2<'_, f64>, lanes: usize, out: &mut Vec<f32>) {
    out.clear();
    out.resize(lanes * lanes, 0.0);
    for (row, line) in m.rows().into_iter().zip(out.chunks_exact_mut(lanes)) {
        for (value, slot) in row.iter().zip(line) {
            *slot = *value as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_reproduces_a_well_conditioned_gram_matrix() {
        let x = Array2::from_shape_fn((9, 4), |(i, j)| {
            ((i * 7 + j * 3) % 11) as f64 - 5.0 + (i == j) as u8 as f64
        });
        let gram = x.t().dot(&x);
        let f = GramFactor::new(&gram.view());
        assert_eq!(f.rank(), 4);
        assert!((f.r.t().dot(&f.r) - &gram).iter().all(|d| d.abs() < 1e-10));
        let q = x.dot(&f.s);
        assert!(
            (q.t().dot(&q) - Array2::<f64>::eye(4))
                .iter()
                .all(|d| d.abs() < 1e-10)
        );
        assert!(
            (f.r.dot(&f.s) - Array2::<f64>::eye(4))
                .iter()
                .all(|d| d.abs() < 1e-10)
        );
    }

    #[test]
    fn dependent_and_zero_columns_are_dropped_but_reproduced() {
        let base = Array2::from_shape_fn((8, 2), |(i, j)| (i as f64 + 1.0).powi(j as i32));
        let mut x = Array2::zeros((8, 4));
        x.column_mut(1).assign(&base.column(0));
        x.column_mut(2).assign(&base.column(1));
        x.column_mut(3).assign(&(&base.column(0) * 1e-12));
        let gram = x.t().dot(&x);
        let f = GramFactor::new(&gram.view());
        assert_eq!(f.rank(), 2);
        let back = x.dot(&f.s).dot(&f.r);
        for (a, b) in back.iter().zip(&x) {
            assert!((a - b).abs() <= 1e-9 * b.abs().max(1e-12), "{a} {b}");
        }
    }
}
