//! Products of a block of matrix rows with `[unit][lane]` panels, and Gram matrices of panels.

use fearless_simd::{Simd, f32x16, prelude::*};

use crate::math::simd::LANES;

/// Rows of one block of weights: what is drawn, multiplied and dropped at once.
pub const BLOCK_ROWS: usize = 16;
/// Columns of one block of weights: 16 x 128 numbers are 8 KiB, a quarter of a first-level cache.
pub const BLOCK_COLS: usize = 128;

/// `z[i] += sum_j w[i][j] x[j]` for the rows `i` of a block: `w` is `BLOCK_ROWS x BLOCK_COLS` row by row, `x` the panel rows
/// of the block's columns (at most `BLOCK_COLS`), `z` those of its rows (at most `BLOCK_ROWS`); `lanes` columns each.
#[inline(always)]
pub fn block_times_panel<S: Simd>(simd: S, w: &[f32], x: &[f32], z: &mut [f32], lanes: usize) {
    matrix_times_panel(simd, w, BLOCK_COLS, x, z, lanes);
}

/// `z[i] += sum_j w[i][j] x[j]` for a matrix whose rows are `stride` apart; as many rows as `z`, as many columns as `x` has rows.
#[inline(always)]
pub fn matrix_times_panel<S: Simd>(
    simd: S,
    w: &[f32],
    stride: usize,
    x: &[f32],
    z: &mut [f32],
    lanes: usize,
) {
    match registers(simd) {
        32 => rows_times_panel::<S, 8>(simd, w, stride, x, z, lanes),
        16 => rows_times_panel::<S, 4>(simd, w, stride, x, z, lanes),
        _ => rows_times_panel::<S, 2>(simd, w, stride, x, z, lanes),
    }
}

/// How many sixteen-lane accumulators fit, as a class: 32 for one register a vector, 16 for two, 8 for four.
#[inline(always)]
fn registers<S: Simd>(_: S) -> usize {
    2 * <S::f32s as SimdBase<S>>::LEN
}

#[inline(always)]
fn rows_times_panel<S: Simd, const R: usize>(
    simd: S,
    w: &[f32],
    stride: usize,
    x: &[f32],
    z: &mut [f32],
    lanes: usize,
) {
    let rows = z.len() / lanes;
    let cols = x.len() / lanes;
    for group in (0..lanes).step_by(LANES) {
        let mut row = 0;
        while row + R <= rows {
            let mut acc: [f32x16<S>; R] = std::array::from_fn(|r| {
                f32x16::from_slice(simd, &z[(row + r) * lanes + group..][..LANES])
            });
            let weights: [&[f32]; R] = std::array::from_fn(|r| &w[(row + r) * stride..][..cols]);
            for (j, xj) in x.chunks_exact(lanes).enumerate() {
                let xj = f32x16::from_slice(simd, &xj[group..][..LANES]);
                for r in 0..R {
                    acc[r] = f32x16::splat(simd, weights[r][j]).mul_add(xj, acc[r]);
                }
            }
            for (r, a) in acc.iter().enumerate() {
                a.store_slice(&mut z[(row + r) * lanes + group..][..LANES]);
            }
            row += R;
        }
        while row < rows {
            let out = &mut z[row * lanes + group..][..LANES];
            let mut acc = f32x16::from_slice(simd, out);
            for (weight, xj) in w[row * stride..][..cols].iter().zip(x.chunks_exact(lanes)) {
                acc = f32x16::splat(simd, *weight)
                    .mul_add(f32x16::from_slice(simd, &xj[group..][..LANES]), acc);
            }
            acc.store_slice(out);
            row += 1;
        }
    }
}

/// `g[j] += sum_i w[i][j] d[i]` for the columns `j` of a block: the transposed product, shapes as in [`block_times_panel`].
#[inline(always)]
pub fn block_transposed_times_panel<S: Simd>(
    simd: S,
    w: &[f32],
    d: &[f32],
    g: &mut [f32],
    lanes: usize,
) {
    match registers(simd) {
        32 => columns_times_panel::<S, 8>(simd, w, d, g, lanes),
        16 => columns_times_panel::<S, 4>(simd, w, d, g, lanes),
        _ => columns_times_panel::<S, 2>(simd, w, d, g, lanes),
    }
}

#[inline(always)]
fn columns_times_panel<S: Simd, const C: usize>(
    simd: S,
    w: &[f32],
    d: &[f32],
    g: &mut [f32],
    lanes: usize,
) {
    let cols = g.len() / lanes;
    for group in (0..lanes).step_by(LANES) {
        let mut col = 0;
        while col + C <= cols {
            let mut acc: [f32x16<S>; C] = std::array::from_fn(|c| {
                f32x16::from_slice(simd, &g[(col + c) * lanes + group..][..LANES])
            });
            for (di, row) in d.chunks_exact(lanes).zip(w.chunks_exact(BLOCK_COLS)) {
                let di = f32x16::from_slice(simd, &di[group..][..LANES]);
                let weights = &row[col..][..C];
                for c in 0..C {
                    acc[c] = f32x16::splat(simd, weights[c]).mul_add(di, acc[c]);
                }
            }
            for (c, a) in acc.iter().enumerate() {
                a.store_slice(&mut g[(col + c) * lanes + group..][..LANES]);
            }
            col += C;
        }
        while col < cols {
            let out = &mut g[col * lanes + group..][..LANES];
            let mut acc = f32x16::from_slice(simd, out);
            for (di, row) in d.chunks_exact(lanes).zip(w.chunks_exact(BLOCK_COLS)) {
                acc = f32x16::splat(simd, row[col])
                    .mul_add(f32x16::from_slice(simd, &di[group..][..LANES]), acc);
            }
            acc.store_slice(out);
            col += 1;
        }
    }
}

/// Rows summed in single precision before they are added to a double.
const GRAM_ROWS: usize = 64;

/// `gram[a][b] += sum_u p[u][a] p[u][b]`, `lanes x lanes`, accumulated in double precision over blocks of 64 rows; only the
/// vectors on and above the diagonal are computed, the rest is mirrored.
#[inline(always)]
pub fn add_gram<S: Simd>(simd: S, panel: &[f32], lanes: usize, gram: &mut [f64]) {
    for block in panel.chunks(GRAM_ROWS * lanes) {
        for a in (0..lanes).step_by(LANES) {
            for b in (a..lanes).step_by(LANES) {
                let acc = outer_products(simd, block, block, lanes, a, b);
                for (i, sums) in acc.iter().enumerate() {
                    for (j, sum) in sums.as_slice().iter().enumerate() {
                        gram[(a + i) * lanes + b + j] += f64::from(*sum);
                        if a != b {
                            gram[(b + j) * lanes + a + i] += f64::from(*sum);
                        }
                    }
                }
            }
        }
    }
}

/// `cross[a][b] += sum_u left[u][a] right[u][b]`, `lanes x lanes`, accumulated as in [`add_gram`].
#[inline(always)]
pub fn add_cross<S: Simd>(simd: S, left: &[f32], right: &[f32], lanes: usize, cross: &mut [f64]) {
    let block = GRAM_ROWS * lanes;
    for (left, right) in left.chunks(block).zip(right.chunks(block)) {
        for a in (0..lanes).step_by(LANES) {
            for b in (0..lanes).step_by(LANES) {
                let acc = outer_products(simd, left, right, lanes, a, b);
                for (i, sums) in acc.iter().enumerate() {
                    let row = &mut cross[(a + i) * lanes + b..][..LANES];
                    for (slot, sum) in row.iter_mut().zip(sums.as_slice()) {
                        *slot += f64::from(*sum);
                    }
                }
            }
        }
    }
}

/// Sums over rows of the outer products of lanes `a..a + 16` of `left` with lanes `b..b + 16` of `right`.
#[inline(always)]
fn outer_products<S: Simd>(
    simd: S,
    left: &[f32],
    right: &[f32],
    lanes: usize,
    a: usize,
    b: usize,
) -> [f32x16<S>; LANES] {
    let mut acc = [f32x16::splat(simd, 0.0); LANES];
    for (left, right) in left.chunks_exact(lanes).zip(right.chunks_exact(lanes)) {
        let left = &left[a..][..LANES];
        let right = f32x16::from_slice(simd, &right[b..][..LANES]);
        for i in 0..LANES {
            acc[i] = f32x16::splat(simd, left[i]).mul_add(right, acc[i]);
        }
    }
    acc
}
