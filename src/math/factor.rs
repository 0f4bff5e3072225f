//! Factors and products of small square matrices (Gram matrices of a batch) in double precision, row by row.

use fearless_simd::{Simd, f64x8, prelude::*};

use crate::math::simd::{self, dispatch};

/// Doubles in one vector.
const WIDTH: usize = 8;

/// Columns that are pivoted among while nothing is nearly dependent: one vector of a panel.
const GROUP: usize = 16;

/// `K = Rᵀ R` by a Cholesky factorisation of the correlations `K_ab / sqrt(K_aa K_bb)` with pivoting.
///
/// Where `K = XᵀX` and `S` is [`right_inverse`](Self::right_inverse), the columns of `Q = X S` are orthonormal and `X = Q R`
/// up to the dropped directions. `size` is a multiple of 16.
///
/// Pivots are sought among sixteen columns before the next sixteen, so that `R` is an upper triangle of blocks, until columns
/// turn out to be nearly dependent ([`is_graded`](Self::is_graded)); then among all. Within a group small pivots of one group
/// would be divided by small pivots of the next, and `S` would grow with their product. With all columns to choose from it
/// grows as the inverse square root of the last pivot: `|N S_k|^2` (`N` the columns' lengths, so that `N S` acts on columns of
/// length 1) was at most 14 times the inverse of the smallest pivot in networks, thus `4e3^2`. An error `e` of the inner
/// products, in units of the columns' lengths, makes one of `e |N S_k|^2` in `QᵀQ`; a rounding `e` of `X` one of `e |N S_k|` in
/// `Q`. No entry of `R` is larger than what its column has left, whatever the errors of `K`: `|R_b|^2 <= K_bb`.
#[derive(Clone, Debug)]
pub struct GramFactor {
    size: usize,
    /// `size x size`, zero from row `rank` on.
    r: Vec<f64>,
    /// Lengths of the columns of `X`.
    norm: Vec<f64>,
    /// The columns taken, in order.
    taken: Vec<usize>,
    graded: bool,
}

/// Squared sine of the angle to the columns already taken below which a column is dropped: a thousandth of its length is left
/// out then, and of what is kept the rounding of single precision is magnified to about as much.
pub const RANK_TOLERANCE: f64 = 1e-6;

/// Squared sine below which columns are nearly dependent: the noise of inner products in single precision is a hundredth of it.
const GRADED: f64 = 1e-3;

/// Largest `|N S_k|^2` of a direction that is kept; what pivoting among all columns gives stays far below, save for matrices
/// made to defeat it (Kahan's), of which the directions beyond are dropped.
const AMPLIFICATION: f64 = 1e10;

impl GramFactor {
    /// Factors the leading `columns` rows and columns of `gram` (symmetric, `size x size`, finite); zero columns and columns
    /// within [`RANK_TOLERANCE`] of the others are dropped.
    #[must_use]
    pub fn new(gram: &[f64], size: usize, columns: usize) -> Self {
        let factor = Self::pivoted(gram, size, columns, GROUP);
        if factor.graded && size > GROUP {
            return Self::pivoted(gram, size, columns, size);
        }
        factor
    }

    /// The factor with pivots sought among `window` columns before the next.
    fn pivoted(gram: &[f64], size: usize, columns: usize, window: usize) -> Self {
        let mut norm = vec![0.0; size];
        for (column, norm) in norm[..columns].iter_mut().enumerate() {
            *norm = gram[column * size + column].max(0.0).sqrt();
        }
        let inverse: Vec<f64> = norm
            .iter()
            .map(|n| if *n > 0.0 { 1.0 / n } else { 0.0 })
            .collect();
        let mut r = vec![0.0; size * size];
        let mut taken = Vec::with_capacity(columns);
        // rest[a] = squared distance of the normalised column a from the span of those taken
        let mut rest: Vec<f64> = norm
            .iter()
            .map(|n| if *n > 0.0 { 1.0 } else { 0.0 })
            .collect();
        dispatch!(simd::level(), simd => pivot(simd, gram, &inverse, window, &mut rest, &mut r, &mut taken));
        let dropped = norm.iter().filter(|n| **n > 0.0).count() > taken.len();
        let smallest =
            |(row, column): (usize, &usize)| r[row * size + column] * r[row * size + column];
        let graded = dropped
            || taken
                .iter()
                .enumerate()
                .map(smallest)
                .any(|pivot| pivot < GRADED);
        for (row, _) in r.chunks_exact_mut(size).zip(&taken) {
            for (value, norm) in row.iter_mut().zip(&norm) {
                *value *= norm;
            }
        }
        Self {
            size,
            r,
            norm,
            taken,
            graded,
        }
    }

    /// For every sixteen columns, how many leading rows of `R` are not zero there.
    #[must_use]
    pub fn reach(&self) -> Vec<usize> {
        let used = |row: &usize, group: usize| {
            let vector = &self.r[row * self.size + group * GROUP..][..GROUP];
            vector.iter().any(|value| *value != 0.0)
        };
        (0..self.size / GROUP)
            .map(|group| (0..self.rank()).rfind(|row| used(row, group)))
            .map(|last| last.map_or(0, |row| row + 1))
            .collect()
    }

    /// Whether columns are nearly dependent: one was dropped, or what was left of one was less than a thousandth of its square.
    /// `S` then magnifies what single precision does to inner products.
    #[must_use]
    pub fn is_graded(&self) -> bool {
        self.graded
    }

    /// Number of independent columns.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.taken.len()
    }

    /// `R`, `size x size`; rows from the rank on are zero.
    #[must_use]
    pub fn r(&self) -> &[f64] {
        &self.r
    }

    /// `S` with `R S = I` on the first `rank` rows and columns, `size x size`; columns from the rank on are zero. Lowers the rank
    /// where `S` would otherwise grow beyond all use.
    #[must_use]
    pub fn right_inverse(&mut self) -> Vec<f64> {
        let size = self.size;
        let mut s = vec![0.0; size * size];
        dispatch!(simd::level(), simd => self.invert(simd, &mut s));
        let mut squares = vec![0.0; size];
        for (line, norm) in s.chunks_exact(size).zip(&self.norm) {
            for (sum, value) in squares.iter_mut().zip(line) {
                *sum += norm * norm * value * value;
            }
        }
        // column k of S needs the first k + 1 rows of R alone: what is left is the inverse of what is left
        if let Some(rank) = squares.iter().position(|sum| *sum > AMPLIFICATION) {
            self.taken.truncate(rank);
            self.r[rank * size..].fill(0.0);
            s.chunks_exact_mut(size)
                .for_each(|line| line[rank..].fill(0.0));
        }
        s
    }

    /// Back substitution: the taken columns of `R` form an upper triangular matrix; `s` holds its inverse in their rows.
    #[inline(always)]
    fn invert<S: Simd>(&self, simd: S, s: &mut [f64]) {
        let size = self.size;
        let mut sum = vec![0.0; size];
        for (row, &column) in self.taken.iter().enumerate().rev() {
            let line = &self.r[row * size..][..size];
            sum.fill(0.0);
            sum[row] = 1.0;
            let others = self.taken[row + 1..].iter();
            let terms = others.map(|other| (-line[*other], *other));
            add_rows(simd, &terms, s, &mut sum);
            let inverse = 1.0 / line[column];
            for (slot, value) in s[column * size..][..size].iter_mut().zip(&sum) {
                *slot = value * inverse;
            }
        }
        debug_assert!(self.taken.iter().all(|column| self.norm[*column] > 0.0));
    }
}

/// Takes column after column, each the farthest of its `window` from those before.
#[inline(always)]
fn pivot<S: Simd>(
    simd: S,
    gram: &[f64],
    inverse: &[f64],
    window: usize,
    rest: &mut [f64],
    r: &mut [f64],
    taken: &mut Vec<usize>,
) {
    let size = inverse.len();
    for group in (0..size).step_by(window) {
        loop {
            let (mut best, mut most) = (group, rest[group]);
            for (column, value) in rest[group..][..window].iter().enumerate() {
                if *value > most {
                    (best, most) = (group + column, *value);
                }
            }
            if !(most > RANK_TOLERANCE) {
                break;
            }
            let (above, line) = r.split_at_mut(taken.len() * size);
            let line = &mut line[..size];
            let scale = inverse[best];
            let row = &gram[best * size..][..size];
            for ((value, gram), inverse) in line.iter_mut().zip(row).zip(inverse) {
                *value = gram * (inverse * scale);
            }
            let terms = (0..taken.len()).map(|row| (-above[row * size + best], row));
            add_rows(simd, &terms, above, line);
            for column in &*taken {
                line[*column] = 0.0;
            }
            line[..group].fill(0.0);
            let root = most.sqrt();
            let inverse_root = 1.0 / root;
            for (rest, value) in rest.iter_mut().zip(&mut *line) {
                *value *= inverse_root;
                let left = *rest - *value * *value;
                if left < 0.0 {
                    *value = rest.sqrt().copysign(*value);
                }
                *rest = left.max(0.0);
            }
            line[best] = root;
            rest[best] = 0.0;
            taken.push(best);
        }
    }
}

/// `y += sum a x[row]` over the terms `(a, row)`, rows as long as `y`.
#[inline(always)]
fn add_rows<S: Simd>(
    simd: S,
    terms: &(impl Iterator<Item = (f64, usize)> + Clone),
    x: &[f64],
    y: &mut [f64],
) {
    let size = y.len();
    for (at, y) in y.chunks_exact_mut(2 * WIDTH).enumerate() {
        let mut low = f64x8::from_slice(simd, &y[..WIDTH]);
        let mut high = f64x8::from_slice(simd, &y[WIDTH..]);
        for (a, row) in terms.clone() {
            let a = f64x8::splat(simd, a);
            let x = &x[row * size + at * 2 * WIDTH..][..2 * WIDTH];
            low = a.mul_add(f64x8::from_slice(simd, &x[..WIDTH]), low);
            high = a.mul_add(f64x8::from_slice(simd, &x[WIDTH..]), high);
        }
        low.store_slice(&mut y[..WIDTH]);
        high.store_slice(&mut y[WIDTH..]);
    }
}

/// `A B` of `size x size` matrices, of which only the first `inner` columns of `A` and rows of `B` are not zero.
#[must_use]
pub fn multiply(a: &[f64], b: &[f64], size: usize, inner: usize) -> Vec<f64> {
    let mut c = vec![0.0; size * size];
    dispatch!(simd::level(), simd => product(simd, a, [size, 1], b, size, inner, &mut c));
    c
}

/// `Aᵀ B` of `size x size` matrices, of which only the first `inner` rows are not zero.
#[must_use]
pub fn transposed_multiply(a: &[f64], b: &[f64], size: usize, inner: usize) -> Vec<f64> {
    let mut c = vec![0.0; size * size];
    dispatch!(simd::level(), simd => product(simd, a, [1, size], b, size, inner, &mut c));
    c
}

/// `c[i][j] = sum_{k < inner} a[i steps[0] + k steps[1]] b[k][j]`, four rows and two vectors at once; `c` is 0 before.
#[inline(always)]
fn product<S: Simd>(
    simd: S,
    a: &[f64],
    steps: [usize; 2],
    b: &[f64],
    size: usize,
    inner: usize,
    c: &mut [f64],
) {
    const ROWS: usize = 4;
    const COLS: usize = 2 * WIDTH;
    for row in (0..size).step_by(ROWS) {
        // triangles of blocks are common
        let used = |k: &usize| (0..ROWS).any(|i| a[(row + i) * steps[0] + k * steps[1]] != 0.0);
        let Some(first) = (0..inner).find(used) else {
            continue;
        };
        let end = (first..inner).rfind(used).map_or(first, |last| last + 1);
        for col in (0..size).step_by(COLS) {
            let mut acc = [[f64x8::splat(simd, 0.0); 2]; ROWS];
            for k in first..end {
                let line = &b[k * size + col..][..COLS];
                let low = f64x8::from_slice(simd, &line[..WIDTH]);
                let high = f64x8::from_slice(simd, &line[WIDTH..]);
                for (i, [first, last]) in acc.iter_mut().enumerate() {
                    let value = f64x8::splat(simd, a[(row + i) * steps[0] + k * steps[1]]);
                    *first = value.mul_add(low, *first);
                    *last = value.mul_add(high, *last);
                }
            }
            for (i, [first, last]) in acc.iter().enumerate() {
                let slots = &mut c[(row + i) * size + col..][..COLS];
                first.store_slice(&mut slots[..WIDTH]);
                last.store_slice(&mut slots[WIDTH..]);
            }
        }
    }
}

#[cfg(test)]
mod tests;
