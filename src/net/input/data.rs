//! A matrix of the user's (or the digits), standardised.

use ndarray::Array2;

use super::{InputError, Labels};

/// Most columns of a data file.
pub const MAX_COLUMNS: usize = 16384;
/// Most entries of a data file: 2^26, 256 MiB once standardised.
pub const MAX_ENTRIES: u64 = 1 << 26;

/// A standardised matrix of rows = examples with the name it goes by.
#[derive(Debug)]
pub struct Data {
    /// Path as typed, for messages and the command line.
    pub name: String,
    /// `examples x features`, mean 0 and variance 1 over all entries.
    pub rows: Array2<f32>,
    /// Mean over all entries that was subtracted.
    pub mean: f64,
    /// Standard deviation over all entries that was divided by.
    pub std: f64,
    /// The class of every row, where it is known.
    pub labels: Option<Labels>,
}

impl Data {
    /// Standardises `examples x features`: `(x - mean) / std`, both over all entries, in double precision.
    ///
    /// One mean and one scale for all columns: what distinguishes the columns is kept, and `x_0` has second moment 1 as
    /// the noise has.
    ///
    /// # Errors
    /// No rows or columns, too many columns or entries, an entry that is NaN or infinite, all entries equal.
    pub fn new(name: &str, raw: &Array2<f64>) -> Result<Self, InputError> {
        let path = || name.to_owned();
        let (rows, columns) = raw.dim();
        check_size(name, rows as u64, columns as u64)?;
        if let Some(((row, column), value)) = raw.indexed_iter().find(|(_, x)| !x.is_finite()) {
            let (row, column, value) = (row + 1, column + 1, *value);
            return Err(InputError::NotFinite {
                path: path(),
                row,
                column,
                value,
            });
        }
        // Divided by a power of two near the largest magnitude first: no square overflows or vanishes, nothing is rounded.
        let largest = raw.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
        let size = libm::ldexp(1.0, libm::ilogb(largest));
        let first = raw[[0, 0]];
        if raw.iter().all(|x| *x == first) {
            return Err(InputError::Constant {
                path: path(),
                value: first,
            });
        }
        let count = raw.len() as f64;
        let mean = raw.iter().map(|x| x / size).sum::<f64>() / count;
        let variance = raw.iter().map(|x| (x / size - mean).powi(2)).sum::<f64>() / count;
        let std = variance.sqrt();
        let rows = raw.mapv(|x| ((x / size - mean) / std) as f32);
        Ok(Self {
            name: path(),
            rows,
            mean: mean * size,
            std: std * size,
            labels: None,
        })
    }

    /// These rows with a class for each.
    ///
    /// # Errors
    /// [`InputError::LabelCount`] where there are more or fewer labels than rows.
    pub fn labelled(self, labels: Labels) -> Result<Self, InputError> {
        let (rows, found) = (self.rows.nrows(), labels.of().len());
        if rows != found {
            return Err(InputError::LabelCount {
                labels: labels.source().to_owned(),
                path: self.name,
                rows,
                found,
            });
        }
        Ok(Self {
            labels: Some(labels),
            ..self
        })
    }

    /// What was done, e.g. `1797 x 64, standardised: mean 4.88, std 6.02 removed`.
    #[must_use]
    pub fn description(&self) -> String {
        let (rows, columns) = self.rows.dim();
        format!(
            "{rows} x {columns}, standardised: mean {}, std {} removed",
            three_digits(self.mean),
            three_digits(self.std)
        )
    }
}

/// Refuses an empty, too wide or too large matrix before it is read.
pub(super) fn check_size(name: &str, rows: u64, columns: u64) -> Result<(), InputError> {
    let path = name.to_owned();
    if rows == 0 || columns == 0 {
        return Err(InputError::Empty { path });
    }
    if columns > MAX_COLUMNS as u64 {
        return Err(InputError::TooWide { path, columns });
    }
    match rows.checked_mul(columns) {
        Some(entries) if entries <= MAX_ENTRIES => Ok(()),
        _ => Err(InputError::TooLarge {
            path,
            rows,
            columns,
            most: MAX_ENTRIES / columns,
        }),
    }
}

/// Three significant digits, plain where that is short.
fn three_digits(x: f64) -> String {
    let exponent = if x == 0.0 {
        0
    } else {
        x.abs().log10().floor() as i32
    };
    match exponent {
        -3..=2 => format!("{x:.*}", usize::try_from(2 - exponent).expect("at most 2")),
        3..=5 => format!("{x:.0}"),
        _ => format!("{x:.2e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn rows_have_mean_zero_and_variance_one_over_all_entries() {
        let data = Data::new("x", &array![[1.0, 2.0], [3.0, 6.0]]).expect("valid");
        let count = data.rows.len() as f32;
        let mean = data.rows.sum() / count;
        let second = data.rows.iter().map(|x| x * x).sum::<f32>() / count;
        assert!(mean.abs() < 1e-6 && (second - 1.0).abs() < 1e-6);
        assert_eq!((data.mean, data.std), (3.0, 3.5_f64.sqrt()));
    }

    #[test]
    fn huge_and_tiny_numbers_are_standardised_without_overflow() {
        for size in [1e300, 1e-300, 1.0] {
            let data = Data::new("x", &array![[size, -size], [size, -size]]).expect("valid");
            assert_eq!(data.rows, array![[1.0, -1.0], [1.0, -1.0]]);
        }
    }

    #[test]
    fn three_digits_are_plain_where_short() {
        let texts = [0.0, 4.884, -0.012_345, 123.4, 65_535.0, 1e-7, 3.2e9].map(three_digits);
        assert_eq!(
            texts,
            [
                "0.00", "4.88", "-0.0123", "123", "65535", "1.00e-7", "3.20e9"
            ]
        );
    }
}
