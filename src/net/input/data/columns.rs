//! Columns that are standardised each on its own.

use ndarray::Array2;

/// Mean and standard deviation of one column, both divided by `size`, a power of two.
#[derive(Clone)]
pub(super) struct ColumnMoments {
    size: f64,
    mean: f64,
    pub(super) std: f64,
}

/// The moments of every column, row by row: a column alone is scattered in memory.
pub(super) fn column_moments(raw: &Array2<f64>) -> Vec<ColumnMoments> {
    let count = raw.nrows() as f64;
    let first = raw.row(0);
    let mut largest = vec![0.0_f64; raw.ncols()];
    let mut varies = vec![false; raw.ncols()];
    for row in raw.rows() {
        for (n, x) in row.iter().enumerate() {
            largest[n] = largest[n].max(x.abs());
            varies[n] |= *x != first[n];
        }
    }
    let size = |largest: &f64| match *largest {
        0.0 => 1.0,
        largest => libm::ldexp(1.0, libm::ilogb(largest)),
    };
    let mut columns: Vec<ColumnMoments> = largest
        .iter()
        .map(|largest| ColumnMoments {
            size: size(largest),
            mean: 0.0,
            std: 0.0,
        })
        .collect();
    for row in raw.rows() {
        for (column, x) in columns.iter_mut().zip(row) {
            column.mean += x / column.size / count;
        }
    }
    for row in raw.rows() {
        for (column, x) in columns.iter_mut().zip(row) {
            column.std += (x / column.size - column.mean).powi(2) / count;
        }
    }
    for (column, varies) in columns.iter_mut().zip(varies) {
        column.std = if varies { column.std.sqrt() } else { 0.0 };
    }
    columns
}

/// Every column with mean 0 and variance 1, and 0 where it does not vary.
pub(super) fn standardised(raw: &Array2<f64>, columns: &[ColumnMoments]) -> Array2<f32> {
    let mut rows = Array2::zeros(raw.raw_dim());
    for (mut to, from) in rows.rows_mut().into_iter().zip(raw.rows()) {
        for ((to, x), column) in to.iter_mut().zip(from).zip(columns) {
            if column.std > 0.0 {
                *to = ((x / column.size - column.mean) / column.std) as f32;
            }
        }
    }
    rows
}
