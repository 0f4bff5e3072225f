//! Products of a block of matrix rows with `[unit][lane]` panels.

use fearless_simd::{Simd, f32x16, prelude::*};

use crate::math::simd::LANES;

/// Rows of one block of weights: what is drawn, multiplied and dropped at once.
pub const BLOCK_ROWS: usize = 16;
/// Columns of one block of weights: 16 x 128 numbers are 8 KiB, a quarter of a first-level cache.
pub const BLOCK_COLS: usize = 128;

/// Columns of a block that are multiplied at once where a batch fills 64 lanes: their part of the panel is half a first-level
/// cache, and stays there for all rows of the block.
const NEAR_COLS: usize = 64;

/// Other work that a product does between its multiply-adds, a little at a time: what waits for the results of one fills the
/// other's time.
pub trait Meanwhile {
    /// The next little piece, or nothing when all is done.
    fn step(&mut self);
}

/// No other work.
impl Meanwhile for () {
    #[inline(always)]
    fn step(&mut self) {}
}

/// Multiply-adds of one row or column of accumulators between two pieces of other work, divided by the rows: 64 pieces in a
/// whole block at the least.
const BETWEEN: usize = 32;

/// `z[i] += sum_j w[i][j] x[j]` for the rows `i` of a block: `w` is `BLOCK_ROWS x BLOCK_COLS` row by row, `x` the panel rows
/// of the block's columns (at most `BLOCK_COLS`), `z` those of its rows (at most `BLOCK_ROWS`); `lanes` columns each.
#[inline(always)]
pub fn block_times_panel<S: Simd>(
    simd: S,
    w: &[f32],
    x: &[f32],
    z: &mut [f32],
    lanes: usize,
    meanwhile: &mut impl Meanwhile,
) {
    for (at, x) in x.chunks(NEAR_COLS * lanes).enumerate() {
        let w = &w[at * NEAR_COLS..];
        rows_of::<S, true>(simd, w, BLOCK_COLS, x, z, lanes, meanwhile);
    }
}

/// `z[i] = sum_j w[i][j] x[j]` for a matrix whose rows are `stride` apart, added to what `z` holds with `ADD`; as many rows as
/// `z`, as many columns as `x` has rows.
#[inline(always)]
pub fn matrix_times_panel<S: Simd, const ADD: bool>(
    simd: S,
    w: &[f32],
    stride: usize,
    x: &[f32],
    z: &mut [f32],
    lanes: usize,
) {
    rows_of::<S, ADD>(simd, w, stride, x, z, lanes, &mut ());
}

/// [`matrix_times_panel`] with other work; each panel vector is loaded once for so many rows, each weight for so many vectors.
#[inline(always)]
fn rows_of<S: Simd, const ADD: bool>(
    simd: S,
    w: &[f32],
    stride: usize,
    x: &[f32],
    z: &mut [f32],
    lanes: usize,
    other: &mut impl Meanwhile,
) {
    let of = |vectors: usize| lanes.is_multiple_of(vectors * LANES);
    match registers(simd) {
        32 if of(4) => rows_times_panel::<S, 4, 4, ADD>(simd, w, stride, x, z, lanes, other),
        32 if of(2) => rows_times_panel::<S, 8, 2, ADD>(simd, w, stride, x, z, lanes, other),
        32 => rows_times_panel::<S, 8, 1, ADD>(simd, w, stride, x, z, lanes, other),
        16 => rows_times_panel::<S, 4, 1, ADD>(simd, w, stride, x, z, lanes, other),
        _ => rows_times_panel::<S, 2, 1, ADD>(simd, w, stride, x, z, lanes, other),
    }
}

/// How many sixteen-lane accumulators fit, as a class: 32 for one register a vector, 16 for two, 8 for four.
#[inline(always)]
pub(super) fn registers<S: Simd>(_: S) -> usize {
    2 * <S::f32s as SimdBase<S>>::LEN
}

/// [`matrix_times_panel`] with accumulators for `R` rows and `V` vectors of lanes; `lanes` is a multiple of `16 V`.
#[inline(always)]
fn rows_times_panel<S: Simd, const R: usize, const V: usize, const ADD: bool>(
    simd: S,
    w: &[f32],
    stride: usize,
    x: &[f32],
    z: &mut [f32],
    lanes: usize,
    other: &mut impl Meanwhile,
) {
    let rows = z.len() / lanes;
    for group in (0..lanes).step_by(V * LANES) {
        let whole = rows - rows % R;
        for row in (0..whole).step_by(R) {
            let (w, at) = (&w[row * stride..], [row, group]);
            some_rows::<S, R, V, ADD>(simd, w, stride, x, z, lanes, at, other);
        }
        for row in whole..rows {
            let (w, at) = (&w[row * stride..], [row, group]);
            some_rows::<S, 1, V, ADD>(simd, w, stride, x, z, lanes, at, other);
        }
    }
}

/// `R` rows of the product, lanes `group..group + 16 V`; `at = [row, group]`.
#[inline(always)]
#[expect(
    clippy::too_many_arguments,
    reason = "a matrix, two panels and a place"
)]
fn some_rows<S: Simd, const R: usize, const V: usize, const ADD: bool>(
    simd: S,
    w: &[f32],
    stride: usize,
    x: &[f32],
    z: &mut [f32],
    lanes: usize,
    at: [usize; 2],
    other: &mut impl Meanwhile,
) {
    let cols = x.len() / lanes;
    let [row, group] = at;
    let mut acc = [[f32x16::splat(simd, 0.0); V]; R];
    if ADD {
        for (r, acc) in acc.iter_mut().enumerate() {
            let z = &z[(row + r) * lanes + group..][..V * LANES];
            for (v, acc) in acc.iter_mut().enumerate() {
                *acc = f32x16::from_slice(simd, &z[v * LANES..][..LANES]);
            }
        }
    }
    let weights: [&[f32]; R] = std::array::from_fn(|r| &w[r * stride..][..cols]);
    // columns by number: the compiler then knows that every row of weights is long enough
    let between = const { BETWEEN / R };
    for first in (0..cols).step_by(between) {
        other.step();
        for j in first..cols.min(first + between) {
            let xj = &x[j * lanes + group..][..V * LANES];
            let xj: [f32x16<S>; V] =
                std::array::from_fn(|v| f32x16::from_slice(simd, &xj[v * LANES..][..LANES]));
            for r in 0..R {
                let weight = f32x16::splat(simd, weights[r][j]);
                for v in 0..V {
                    acc[r][v] = weight.mul_add(xj[v], acc[r][v]);
                }
            }
        }
    }
    for (r, acc) in acc.iter().enumerate() {
        let z = &mut z[(row + r) * lanes + group..][..V * LANES];
        for (v, acc) in acc.iter().enumerate() {
            acc.store_slice(&mut z[v * LANES..][..LANES]);
        }
    }
}

/// `z[i] = sum_j w[i][j] x[j]` (rows of `w` are `lanes` long, as in [`matrix_times_panel`]) where only the first `reach[v]` rows
/// of `x` are not zero in vector `v`: an upper triangle of blocks.
#[inline(always)]
pub fn matrix_times_triangle<S: Simd>(
    simd: S,
    w: &[f32],
    x: &[f32],
    reach: &[usize],
    z: &mut [f32],
    lanes: usize,
) {
    match registers(simd) {
        32 => triangle_rows::<S, 8>(simd, w, x, reach, z, lanes),
        16 => triangle_rows::<S, 4>(simd, w, x, reach, z, lanes),
        _ => triangle_rows::<S, 2>(simd, w, x, reach, z, lanes),
    }
}

/// [`matrix_times_triangle`] with accumulators for `R` rows and one vector.
#[inline(always)]
fn triangle_rows<S: Simd, const R: usize>(
    simd: S,
    w: &[f32],
    x: &[f32],
    reach: &[usize],
    z: &mut [f32],
    lanes: usize,
) {
    let rows = z.len() / lanes;
    for (group, reach) in reach.iter().enumerate() {
        let x = &x[..reach * lanes];
        let whole = rows - rows % R;
        for row in (0..whole).step_by(R) {
            let w = &w[row * lanes..];
            some_rows::<S, R, 1, false>(simd, w, lanes, x, z, lanes, [row, group * LANES], &mut ());
        }
        for row in whole..rows {
            let w = &w[row * lanes..];
            some_rows::<S, 1, 1, false>(simd, w, lanes, x, z, lanes, [row, group * LANES], &mut ());
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
    meanwhile: &mut impl Meanwhile,
) {
    columns_of::<S, true>(simd, w, BLOCK_COLS, d, g, lanes, meanwhile);
}

/// `g[j] = sum_i w[i][j] d[i]` for a matrix whose rows are `stride` apart, added to what `g` holds with `ADD`; as many columns as
/// `g` has rows, as many rows as `d`.
#[inline(always)]
pub fn transposed_times_panel<S: Simd, const ADD: bool>(
    simd: S,
    w: &[f32],
    stride: usize,
    d: &[f32],
    g: &mut [f32],
    lanes: usize,
) {
    columns_of::<S, ADD>(simd, w, stride, d, g, lanes, &mut ());
}

/// [`transposed_times_panel`] with other work, in the shapes of [`rows_of`].
#[inline(always)]
fn columns_of<S: Simd, const ADD: bool>(
    simd: S,
    w: &[f32],
    stride: usize,
    d: &[f32],
    g: &mut [f32],
    lanes: usize,
    other: &mut impl Meanwhile,
) {
    let of = |vectors: usize| lanes.is_multiple_of(vectors * LANES);
    match registers(simd) {
        32 if of(4) => columns_times_panel::<S, 4, 4, ADD>(simd, w, stride, d, g, lanes, other),
        32 if of(2) => columns_times_panel::<S, 8, 2, ADD>(simd, w, stride, d, g, lanes, other),
        32 => columns_times_panel::<S, 8, 1, ADD>(simd, w, stride, d, g, lanes, other),
        16 => columns_times_panel::<S, 4, 1, ADD>(simd, w, stride, d, g, lanes, other),
        _ => columns_times_panel::<S, 2, 1, ADD>(simd, w, stride, d, g, lanes, other),
    }
}

/// [`transposed_times_panel`] with accumulators for `C` columns and `V` vectors of lanes.
#[inline(always)]
fn columns_times_panel<S: Simd, const C: usize, const V: usize, const ADD: bool>(
    simd: S,
    w: &[f32],
    stride: usize,
    d: &[f32],
    g: &mut [f32],
    lanes: usize,
    other: &mut impl Meanwhile,
) {
    let cols = g.len() / lanes;
    for group in (0..lanes).step_by(V * LANES) {
        let whole = cols - cols % C;
        for col in (0..whole).step_by(C) {
            some_columns::<S, C, V, ADD>(simd, w, stride, d, g, lanes, [col, group], other);
        }
        for col in whole..cols {
            some_columns::<S, 1, V, ADD>(simd, w, stride, d, g, lanes, [col, group], other);
        }
    }
}

/// `C` columns of the transposed product, lanes `group..group + 16 V`; `at = [col, group]`.
#[inline(always)]
#[expect(
    clippy::too_many_arguments,
    reason = "a matrix, two panels and a place"
)]
fn some_columns<S: Simd, const C: usize, const V: usize, const ADD: bool>(
    simd: S,
    w: &[f32],
    stride: usize,
    d: &[f32],
    g: &mut [f32],
    lanes: usize,
    at: [usize; 2],
    other: &mut impl Meanwhile,
) {
    let [col, group] = at;
    let mut acc = [[f32x16::splat(simd, 0.0); V]; C];
    if ADD {
        for (c, acc) in acc.iter_mut().enumerate() {
            let g = &g[(col + c) * lanes + group..][..V * LANES];
            for (v, acc) in acc.iter_mut().enumerate() {
                *acc = f32x16::from_slice(simd, &g[v * LANES..][..LANES]);
            }
        }
    }
    let rows = d.len() / lanes;
    let w = &w[..rows * stride];
    let between = const { BETWEEN / C };
    for first in (0..rows).step_by(between) {
        other.step();
        for i in first..rows.min(first + between) {
            let di = &d[i * lanes + group..][..V * LANES];
            let di: [f32x16<S>; V] =
                std::array::from_fn(|v| f32x16::from_slice(simd, &di[v * LANES..][..LANES]));
            let weights = &w[i * stride + col..][..C];
            for c in 0..C {
                let weight = f32x16::splat(simd, weights[c]);
                for v in 0..V {
                    acc[c][v] = weight.mul_add(di[v], acc[c][v]);
                }
            }
        }
    }
    for (c, acc) in acc.iter().enumerate() {
        let g = &mut g[(col + c) * lanes + group..][..V * LANES];
        for (v, acc) in acc.iter().enumerate() {
            acc.store_slice(&mut g[v * LANES..][..LANES]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::math::simd::dispatch;

    use super::*;
    use crate::math::simd::levels;

    #[test]
    fn a_triangle_of_blocks_gives_what_the_whole_matrix_gives_on_every_instruction_set() {
        let lanes = 64;
        let reach = [11, 11, 30, 41];
        let w: Vec<f32> = (0..7 * lanes)
            .map(|i| ((i * 7) % 13) as f32 - 6.0)
            .collect();
        let mut x: Vec<f32> = (0..41 * lanes)
            .map(|i| ((i * 5) % 11) as f32 - 5.0)
            .collect();
        for (row, line) in x.chunks_exact_mut(lanes).enumerate() {
            for (v, vector) in line.chunks_exact_mut(LANES).enumerate() {
                if row >= reach[v] {
                    vector.fill(0.0);
                }
            }
        }
        let naive = |i: usize, b: usize| -> f32 {
            (0..41).map(|j| w[i * lanes + j] * x[j * lanes + b]).sum()
        };
        for (name, level) in levels() {
            let mut z = vec![1.0; 7 * lanes];
            dispatch!(level, simd => matrix_times_triangle(simd, &w, &x, &reach, &mut z, lanes));
            for (at, z) in z.iter().enumerate() {
                assert_eq!(*z, naive(at / lanes, at % lanes), "{name}");
            }
        }
    }
}
