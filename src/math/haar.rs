//! Haar-distributed orthogonal matrices by Householder reflectors applied to a panel.
//!
//! `O = A_0 (1 + A_1) (I_2 + A_2) ...` (direct sums) with `A_k` the orthogonal matrix that takes the first unit vector to a
//! uniformly distributed one; Stewart, "The efficient generation of random orthogonal matrices" (SIAM J. Numer. Anal. 1980).
//! A rectangle is the leading part of the Haar matrix of the larger side (semi-orthogonal). `O x` applies the last reflector
//! first, `Oᵀ x` the first.

use fearless_simd::{Simd, f32x16, prelude::*};

use crate::math::panel::{Panel, padded};
use crate::math::simd::{self, LANES, dispatch};
use crate::math::stream::{Stream, StreamKey, fill_normal};

/// Applies the `A_k` of a `size x size` matrix (it is symmetric) to rows `k..` of the panel.
#[inline(always)]
pub fn reflect<S: Simd>(simd: S, key: StreamKey, size: usize, k: usize, y: &mut Panel) {
    let lanes = y.lanes();
    let length = size - k;
    let mut w = vec![0.0; length.next_multiple_of(2 * LANES)];
    fill_normal(simd, &mut Stream::new(simd, key, k as u64), 1.0, &mut w);
    let w = &mut w[..length];
    let norm = w
        .iter()
        .map(|v| f64::from(*v) * f64::from(*v))
        .sum::<f64>()
        .sqrt();
    // u = w / |w|; the reflector of u + sign(u_1) e_1 takes e_1 to -sign(u_1) u
    let sign = f64::from(w[0]).signum();
    let squared = 2.0 * norm * (norm + f64::from(w[0]).abs());
    w[0] += (sign * norm) as f32;
    let factor = f32x16::splat(simd, (2.0 / squared) as f32);
    let turn = f32x16::splat(simd, -sign as f32);
    let rows = &mut y.data_mut()[k * lanes..];
    for group in (0..lanes).step_by(LANES) {
        let mut dots = [f32x16::splat(simd, 0.0); 4];
        for (i, (row, w)) in rows.chunks_exact(lanes).zip(w.iter()).enumerate() {
            let v = f32x16::from_slice(simd, &row[group..][..LANES]);
            dots[i % 4] = f32x16::splat(simd, *w).mul_add(v, dots[i % 4]);
        }
        let dot = ((dots[0] + dots[1]) + (dots[2] + dots[3])) * factor;
        for (row, w) in rows.chunks_exact_mut(lanes).zip(w.iter()) {
            let slot = &mut row[group..][..LANES];
            let v = f32x16::from_slice(simd, slot);
            ((v - f32x16::splat(simd, *w) * dot) * turn).store_slice(slot);
        }
    }
}

/// Columns of a matrix that are made together.
const COLUMNS: usize = 64;

/// `gain` times the leading part of `[rows, columns]` of a Haar matrix into `out`, whose rows are `stride` apart.
pub fn matrix(
    key: StreamKey,
    gain: f32,
    [rows, columns]: [usize; 2],
    stride: usize,
    out: &mut [f32],
) {
    let size = rows.max(columns);
    for first in (0..columns).step_by(COLUMNS) {
        let count = COLUMNS.min(columns - first);
        let lanes = padded(count);
        let mut y = Panel::zeros(size, lanes);
        for c in 0..count {
            y.data_mut()[(first + c) * lanes + c] = gain;
        }
        // a reflector of later rows leaves these columns of the identity as they are
        for k in (0..first + count).rev() {
            dispatch!(simd::level(), simd => reflect(simd, key, size, k, &mut y));
        }
        for (row, line) in y.data().chunks_exact(lanes).take(rows).enumerate() {
            out[row * stride + first..][..count].copy_from_slice(&line[..count]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::stream::Purpose;

    #[test]
    fn the_matrix_has_orthonormal_columns_times_the_gain_and_tall_and_wide_parts_are_transposes_in_kind()
     {
        let key = StreamKey {
            seed: 3,
            draw: 0,
            layer: 1,
            purpose: Purpose::Weights,
        };
        for (rows, columns) in [(70, 70), (70, 33), (33, 70)] {
            let stride = columns + 5;
            let mut w = vec![0.0; rows * stride];
            matrix(key, 1.5, [rows, columns], stride, &mut w);
            let at = |i: usize, j: usize| f64::from(w[i * stride + j]);
            let short = rows.min(columns);
            for a in 0..short {
                for b in 0..=a {
                    let product: f64 = if rows >= columns {
                        (0..rows).map(|i| at(i, a) * at(i, b)).sum()
                    } else {
                        (0..columns).map(|j| at(a, j) * at(b, j)).sum()
                    };
                    // 70 reflectors, each exact to a few rounding errors of 2^-24
                    let expected = if a == b { 2.25 } else { 0.0 };
                    assert!(
                        (product - expected).abs() < 70.0 * 1e-6,
                        "{rows} {columns}: {product}"
                    );
                }
            }
        }
    }
}
