//! Rows of numbers with all lanes: products, norms, fresh ones.

use fearless_simd::Simd;

use crate::math::simd::{self, dispatch};
use crate::math::stream::{Stream, StreamKey, fill_normal};

/// Divides every lane of rows by `sqrt(mean square + eps)`; by what.
pub(super) fn normalize(rows: &mut [f64], lanes: usize, eps: f64) -> Vec<f64> {
    let units = (rows.len() / lanes) as f64;
    let mut squares = vec![0.0; lanes];
    for row in rows.chunks_exact(lanes) {
        for (sum, value) in squares.iter_mut().zip(row) {
            *sum += value * value;
        }
    }
    // a lane of zeros stays one
    let divisor = |sum: &f64| match (sum / units + eps).sqrt() {
        0.0 => f64::INFINITY,
        rho => rho,
    };
    let divisors: Vec<f64> = squares.iter().map(divisor).collect();
    for row in rows.chunks_exact_mut(lanes) {
        for (value, rho) in row.iter_mut().zip(&divisors) {
            *value /= rho;
        }
    }
    divisors
}

/// `dl/dx = (g - y mean(g y)) / rho` in place of `g = dl/dy`, `y` what [`normalize`] left.
pub(super) fn denormalize(y: &[f64], divisors: &[f64], g: &mut [f64]) {
    let lanes = divisors.len();
    let units = (y.len() / lanes) as f64;
    let mut along = vec![0.0; lanes];
    for (g, y) in g.chunks_exact(lanes).zip(y.chunks_exact(lanes)) {
        for (sum, (g, y)) in along.iter_mut().zip(g.iter().zip(y)) {
            *sum += g * y;
        }
    }
    along.iter_mut().for_each(|sum| *sum /= units);
    for (g, y) in g.chunks_exact_mut(lanes).zip(y.chunks_exact(lanes)) {
        let taken = along.iter().zip(divisors);
        for ((g, y), (along, rho)) in g.iter_mut().zip(y).zip(taken) {
            *g = (*g - y * along) / rho;
        }
    }
}

/// `L'L` of rows of so many lanes.
#[must_use]
pub fn gram(rows: &[f64], lanes: usize) -> Vec<f64> {
    let mut product = vec![0.0; lanes * lanes];
    let all = [lanes, 0, lanes];
    dispatch!(simd::level(), simd => add_outer(simd, rows, rows, all, &mut product));
    product
}

/// Normal rows `n M`, `n` of fresh numbers with standard deviation 1 and `mixing` a matrix over so many lanes.
#[must_use]
pub fn normal_rows(
    key: StreamKey,
    block: u64,
    count: usize,
    mixing: &[f64],
    lanes: usize,
) -> Vec<f64> {
    let mut rows = vec![0.0; count * lanes];
    dispatch!(simd::level(), simd => {
        let mut fresh = vec![0.0_f32; (count * lanes).next_multiple_of(simd::LANES)];
        fill_normal(simd, &mut Stream::new(simd, key, block), 1.0, &mut fresh);
        let fresh: Vec<f64> = fresh.into_iter().map(f64::from).collect();
        add_mixed(simd, &fresh[..count * lanes], mixing, [lanes, 0, lanes], &mut rows);
    });
    rows
}

/// The transpose of a `size x size` matrix.
#[must_use]
pub fn transposed(matrix: &[f64], size: usize) -> Vec<f64> {
    let entry = |at: usize| matrix[at % size * size + at / size];
    (0..size * size).map(entry).collect()
}

/// The commonest lanes, `[all, from, tokens]`: loops over them are compiled for their length.
const SIXTEEN: [usize; 3] = [16, 0, 16];

/// `product[i][j] += sum over rows left[i] right[j]` for `tokens` lanes from `from` on; `lanes = [all, from, tokens]`.
#[inline(always)]
pub(super) fn add_outer<S: Simd>(
    simd: S,
    left: &[f64],
    right: &[f64],
    lanes: [usize; 3],
    product: &mut [f64],
) {
    match lanes {
        SIXTEEN => add_outer_of(simd, left, right, SIXTEEN, product),
        lanes => add_outer_of(simd, left, right, lanes, product),
    }
}

#[inline(always)]
fn add_outer_of<S: Simd>(
    _: S,
    left: &[f64],
    right: &[f64],
    lanes: [usize; 3],
    product: &mut [f64],
) {
    let [all, from, tokens] = lanes;
    for (left, right) in left.chunks_exact(all).zip(right.chunks_exact(all)) {
        let right = &right[from..from + tokens];
        for (left, line) in left[from..from + tokens]
            .iter()
            .zip(product.chunks_exact_mut(tokens))
        {
            for (sum, right) in line.iter_mut().zip(right) {
                *sum += left * right;
            }
        }
    }
}

/// `output[j] += sum_i rows[i] mixing[i][j]` in every row, for the same lanes.
#[inline(always)]
pub(super) fn add_mixed<S: Simd>(
    simd: S,
    rows: &[f64],
    mixing: &[f64],
    lanes: [usize; 3],
    output: &mut [f64],
) {
    match lanes {
        SIXTEEN => add_mixed_of(simd, rows, mixing, SIXTEEN, output),
        lanes => add_mixed_of(simd, rows, mixing, lanes, output),
    }
}

#[inline(always)]
fn add_mixed_of<S: Simd>(
    _: S,
    rows: &[f64],
    mixing: &[f64],
    lanes: [usize; 3],
    output: &mut [f64],
) {
    let [all, from, tokens] = lanes;
    for (row, output) in rows.chunks_exact(all).zip(output.chunks_exact_mut(all)) {
        let output = &mut output[from..from + tokens];
        for (value, line) in row[from..from + tokens]
            .iter()
            .zip(mixing.chunks_exact(tokens))
        {
            for (sum, weight) in output.iter_mut().zip(line) {
                *sum += value * weight;
            }
        }
    }
}
