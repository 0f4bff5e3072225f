//! What a draw starts from: the batch of inputs, the biases, the cotangents at the output.

use fearless_simd::Simd;
use ndarray::ArrayView2;
use rand::seq::index::sample;

use crate::math::panel::Panel;
use crate::math::simd::{self, LANES, dispatch};
use crate::math::stream::{Stream, StreamKey, fill_normal};
use crate::net::bias::BiasLaw;
use crate::net::tape::ROWS;

/// Independent `N(0, 1)` in the first `batch` lanes of every row, 0 in the padding.
fn noise(panel: &mut Panel, batch: usize, key: StreamKey) {
    let lanes = panel.lanes();
    dispatch!(simd::level(), simd => fill_panel(simd, panel, key));
    for row in panel.data_mut().chunks_exact_mut(lanes) {
        row[batch..].fill(0.0);
    }
}

#[inline(always)]
fn fill_panel<S: Simd>(simd: S, panel: &mut Panel, key: StreamKey) {
    let lanes = panel.lanes();
    let mut numbers = vec![0.0; (ROWS * lanes).next_multiple_of(2 * LANES)];
    for (block, rows) in panel.data_mut().chunks_mut(ROWS * lanes).enumerate() {
        fill_normal(
            simd,
            &mut Stream::new(simd, key, block as u64),
            1.0,
            &mut numbers,
        );
        rows.copy_from_slice(&numbers[..rows.len()]);
    }
}

/// Turns the real lanes of every row into the first input and the differences of the others from it.
fn into_differences(panel: &mut Panel, batch: usize) {
    let lanes = panel.lanes();
    for row in panel.data_mut().chunks_exact_mut(lanes) {
        let first = row[0];
        for value in &mut row[1..batch] {
            *value -= first;
        }
    }
}

/// `batch` fresh inputs with independent `N(0, 1)` entries.
#[must_use]
pub fn noise_inputs(dim: usize, batch: usize, lanes: usize, key: StreamKey) -> Panel {
    let mut panel = Panel::zeros(dim, lanes);
    noise(&mut panel, batch, key);
    into_differences(&mut panel, batch);
    panel
}

/// `batch` of the given rows, which are as many at least, drawn without replacement.
#[must_use]
pub fn data_inputs(
    rows: &ArrayView2<'_, f32>,
    batch: usize,
    lanes: usize,
    key: StreamKey,
) -> Panel {
    let chosen = sample(&mut key.rng(0), rows.nrows(), batch).into_vec();
    let mut panel = Panel::zeros(rows.ncols(), lanes);
    for (unit, row) in panel.data_mut().chunks_exact_mut(lanes).enumerate() {
        for (b, value) in row[..batch].iter_mut().enumerate() {
            *value = rows[[chosen[b], unit]];
        }
    }
    into_differences(&mut panel, batch);
    panel
}

/// Independent `N(0, 1)` cotangents, one per unit and input.
pub fn cotangents(panel: &mut Panel, batch: usize, key: StreamKey) {
    noise(panel, batch, key);
}

/// The biases of one layer; `None` where they are all zero.
#[must_use]
pub fn biases(law: BiasLaw, units: usize, key: StreamKey) -> Option<Vec<f32>> {
    (law != BiasLaw::Zeros).then(|| law.entries().vector(units, key))
}

/// `log2` of the size of the biases, for choosing an exponent beside them.
#[must_use]
pub fn bias_size(law: BiasLaw) -> Option<i64> {
    (law != BiasLaw::Zeros).then(|| law.size().log2().round() as i64)
}
