//! The backward pass through one activation, with what is measured on the way.

use fearless_simd::{Simd, dispatch, f32x16, prelude::*};

use crate::math::panel::Panel;
use crate::math::product::add_gram;
use crate::math::simd::{self, LANES};

/// `delta = phi'(z) * g` in place on the first `units` rows of `g`; adds `deltaᵀ delta` (`lanes x lanes`) to `gram`.
pub fn through_activation(g: &mut Panel, slope: &Panel, units: usize, gram: &mut [f64]) {
    let lanes = g.lanes();
    let level = simd::level();
    let n = units * lanes;
    let (g, slope) = (&mut g.data_mut()[..n], &slope.data()[..n]);
    dispatch!(level, simd => {
        for (g, slope) in g.chunks_exact_mut(LANES).zip(slope.chunks_exact(LANES)) {
            product(simd, g, slope);
        }
        add_gram(simd, g, lanes, gram);
    });
}

#[inline(always)]
fn product<S: Simd>(simd: S, g: &mut [f32], slope: &[f32]) {
    (f32x16::from_slice(simd, g) * f32x16::from_slice(simd, slope)).store_slice(g);
}

/// Sum of squares of the first `units` rows (padding lanes hold zeros).
#[must_use]
pub fn squares(panel: &Panel, units: usize) -> f64 {
    let data = &panel.data()[..units * panel.lanes()];
    dispatch!(simd::level(), simd => {
        let mut total = 0.0;
        for block in data.chunks(64 * LANES) {
            total += block_squares(simd, block);
        }
        total
    })
}

#[inline(always)]
fn block_squares<S: Simd>(simd: S, block: &[f32]) -> f64 {
    let mut sums = f32x16::splat(simd, 0.0);
    for v in block.chunks_exact(LANES) {
        let v = f32x16::from_slice(simd, v);
        sums = v.mul_add(v, sums);
    }
    f64::from(sums.reduce_sum())
}

/// `sum_ab a[a][b] b[a][b]` over the real inputs: `||D Xᵀ||_F^2` when `a = DᵀD` and `b = XᵀX`, so that the squared norm of the
/// weight gradient needs no `n x n` product.
#[must_use]
pub fn inner(a: &[f64], b: &[f64], lanes: usize, batch: usize) -> f64 {
    (0..batch)
        .map(|i| {
            (0..batch)
                .map(|j| a[i * lanes + j] * b[i * lanes + j])
                .sum::<f64>()
        })
        .sum()
}

/// `sum_ab gram[a][b]` over the real inputs: the squared norm of the batch-summed bias gradient when `gram = DᵀD`.
#[must_use]
pub fn total(gram: &[f64], lanes: usize, batch: usize) -> f64 {
    (0..batch)
        .map(|i| gram[i * lanes..][..batch].iter().sum::<f64>())
        .sum()
}
