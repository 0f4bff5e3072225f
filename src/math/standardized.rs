//! Matrices whose rows have mean 0 and one norm, in uniform directions: normal rows, standardized.

use crate::math::entries::Entries;
use crate::math::product::BLOCK_ROWS;
use crate::math::stream::StreamKey;

/// The [`BLOCK_ROWS`] rows, or those that are left, of block row `row` of a matrix of `[rows, columns]` into `out`, whose rows are
/// `stride` apart: `gain (w - mean w) / |w - mean w|` of `w` with independent `N(0, 1)` entries; zeros where there is one column.
pub fn block_row(
    key: StreamKey,
    gain: f64,
    size: [usize; 2],
    row: usize,
    stride: usize,
    out: &mut [f32],
) {
    Entries::Normal { std: 1.0 }.block_rows(key, size, row..row + 1, stride, out);
    for line in out.chunks_mut(stride).take(size[0] - row * BLOCK_ROWS) {
        let line = &mut line[..size[1]];
        let sum: f64 = line.iter().map(|w| f64::from(*w)).sum();
        let mean = sum / size[1] as f64;
        let squares = line.iter().map(|w| (f64::from(*w) - mean).powi(2));
        let norm = squares.sum::<f64>().sqrt();
        let scale = if norm == 0.0 { 0.0 } else { gain / norm };
        for w in line {
            *w = ((f64::from(*w) - mean) * scale) as f32;
        }
    }
}

/// The whole matrix of `[rows, columns]` into `out`, whose rows are `stride` apart; what is between stays.
pub fn matrix(key: StreamKey, gain: f64, size: [usize; 2], stride: usize, out: &mut [f32]) {
    for (row, out) in out[..size[0] * stride]
        .chunks_mut(BLOCK_ROWS * stride)
        .enumerate()
    {
        block_row(key, gain, size, row, stride, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::stream::Purpose;

    #[test]
    fn rows_have_mean_0_and_one_norm_and_what_is_between_them_stays() {
        let key = StreamKey {
            seed: 3,
            draw: 0,
            layer: 1,
            purpose: Purpose::Weights,
        };
        for [rows, columns] in [[40, 300], [16, 2], [1, 17], [5, 1]] {
            let stride = columns + 3;
            let mut out = vec![7.0; rows * stride];
            matrix(key, 1.5, [rows, columns], stride, &mut out);
            for line in out.chunks(stride) {
                let (row, between) = line.split_at(columns);
                let moment = |k: i32| row.iter().map(|w| f64::from(*w).powi(k)).sum::<f64>();
                let norm = if columns == 1 { 0.0 } else { 1.5 };
                assert!(moment(1).abs() < 1e-6 * columns as f64, "{columns}");
                assert!((moment(2).sqrt() - norm).abs() < 1e-6, "{columns}");
                assert_eq!(between, [7.0; 3]);
            }
        }
    }
}
