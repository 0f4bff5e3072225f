//! A matrix of the user's (or the digits), scaled.

use std::sync::Arc;

use ndarray::Array2;

use super::table::Table;
use super::{InputError, Labels, Scale};
use crate::net::foreign::shown;

mod columns;
mod kept;

use columns::{column_moments, standardised};
use kept::Kept;

pub(super) use kept::check_room;

/// Most columns of a data file.
pub const MAX_COLUMNS: usize = 16384;
/// Most entries of a data file: 2^26, 768 MiB as read and scaled.
pub const MAX_ENTRIES: u64 = 1 << 26;
/// Bytes of an entry as it was read.
const READ: u64 = 8;
/// Bytes of an entry as the network sees it.
const SCALED: u64 = 4;
/// The largest magnitude of entries that are not scaled: single precision holds their squares and the sums of these.
pub(super) const EXTENT: (f64, f64) = (1e-15, 1e15);

/// Of the mean square of the input, the share of one column from which on that is said; see [`carries_most`].
const MOST: f64 = 0.5;

/// A matrix of rows = examples, as the network sees it and as it was read, with the name it goes by.
#[derive(Debug)]
pub struct Data {
    /// Path as typed, for messages and the command line.
    pub name: String,
    /// `examples x features`, scaled.
    pub rows: Array2<f32>,
    /// What was done to the numbers.
    scale: Scale,
    /// Mean over all entries as read.
    pub mean: f64,
    /// Standard deviation over all entries as read.
    pub std: f64,
    /// Columns that do not vary.
    constant: usize,
    moments: Moments,
    /// The class of every row, where it is known.
    pub labels: Option<Labels>,
    origin: Arc<Origin>,
    _kept: Kept,
}

/// A file as it was read.
#[derive(Debug)]
struct Origin {
    rows: Arc<Array2<f64>>,
    _kept: Kept,
    names: Option<Vec<String>>,
    remarks: Vec<String>,
}

impl Origin {
    fn of(rows: Arc<Array2<f64>>, names: Option<Vec<String>>, remarks: Vec<String>) -> Arc<Self> {
        Arc::new(Self {
            _kept: Kept::bytes(READ * rows.len() as u64),
            rows,
            names,
            remarks,
        })
    }
}

/// Second moments of the rows as the network sees them.
#[derive(Clone, Copy, Debug)]
struct Moments {
    /// Mean square of all entries.
    square: f64,
    /// Mean of the inner products of two different rows, divided by the dimension and by `square`.
    overlap: f64,
    /// The column with the largest share of the mean square, and that share.
    largest: (usize, f64),
}

impl Data {
    /// Standardises `examples x features`: `(x - mean) / std`, both over all entries, in double precision.
    ///
    /// One mean and one scale for all columns: what distinguishes the columns is kept, and `x_0` has second moment 1 as
    /// the noise has.
    ///
    /// # Errors
    /// As [`scaled`](Self::scaled).
    pub fn new(name: &str, raw: &Array2<f64>) -> Result<Self, InputError> {
        Self::scaled(name, Arc::new(raw.clone()), Scale::All)
    }

    /// `examples x features` of a file, scaled in this way, in double precision.
    ///
    /// # Errors
    /// No rows or columns, too many columns or entries, an entry that is NaN or infinite, entries that are all equal (within every
    /// column, for [`Scale::Column`]), and for [`Scale::None`] entries whose squares single precision does not hold.
    pub fn scaled(name: &str, raw: Arc<Array2<f64>>, scale: Scale) -> Result<Self, InputError> {
        Self::made(name, scale, Origin::of(raw, None, Vec::new()))
    }

    /// The rows of a file as it was read.
    pub(super) fn of(name: &str, table: Table, scale: Scale) -> Result<Self, InputError> {
        let origin = Origin::of(Arc::new(table.rows), table.names, table.remarks);
        Self::made(name, scale, origin)
    }

    /// The same numbers, scaled in another way.
    ///
    /// # Errors
    /// As [`scaled`](Self::scaled).
    pub fn rescaled(&self, scale: Scale) -> Result<Self, InputError> {
        let data = Self::made(&self.name, scale, Arc::clone(&self.origin))?;
        Ok(Self {
            labels: self.labels.clone(),
            ..data
        })
    }

    fn made(name: &str, scale: Scale, origin: Arc<Origin>) -> Result<Self, InputError> {
        let path = || name.to_owned();
        let raw = &*origin.rows;
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
        if scale != Scale::None && raw.iter().all(|x| *x == first) {
            return Err(InputError::Constant {
                path: path(),
                value: first,
            });
        }
        let within = (EXTENT.0..=EXTENT.1).contains(&largest);
        if scale == Scale::None && !within {
            return Err(InputError::Extent {
                path: path(),
                value: largest,
            });
        }
        let count = raw.len() as f64;
        let mean = raw.iter().map(|x| x / size).sum::<f64>() / count;
        let variance = raw.iter().map(|x| (x / size - mean).powi(2)).sum::<f64>() / count;
        let std = variance.sqrt();
        let mut constant = 0;
        let rows = match scale {
            Scale::All => raw.mapv(|x| ((x / size - mean) / std) as f32),
            Scale::None => raw.mapv(|x| x as f32),
            Scale::Column => {
                let columns = column_moments(raw);
                constant = columns.iter().filter(|column| column.std == 0.0).count();
                if constant == columns.len() {
                    return Err(InputError::ConstantColumns { path: path() });
                }
                standardised(raw, &columns)
            }
        };
        Ok(Self {
            name: path(),
            moments: Moments::of(&rows, scale),
            _kept: Kept::bytes(SCALED * rows.len() as u64),
            rows,
            scale,
            mean: mean * size,
            std: std * size,
            constant,
            labels: None,
            origin,
        })
    }

    /// What was done to the numbers.
    #[must_use]
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// The name with a scale behind it.
    #[must_use]
    pub fn scaled_name(&self, scale: Scale) -> String {
        format!("{} scale={scale}", self.name)
    }

    /// The numbers as read.
    pub(super) fn raw(&self) -> &Arc<Array2<f64>> {
        &self.origin.rows
    }

    /// Mean square of all entries as the network sees them.
    #[must_use]
    pub fn mean_square(&self) -> f64 {
        self.moments.square
    }

    /// Mean overlap of two different rows, `mean_{a != b} <a, b> / (dim E x^2)`; 0 where there is one row.
    #[must_use]
    pub fn overlap(&self) -> f64 {
        self.moments.overlap
    }

    /// Bytes that are kept: the rows as read in double precision, and as the network sees them in single precision.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.rows.len() as u64 * (READ + SCALED)
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

    /// What was done, e.g. `1797 x 64, standardised: mean 4.88, std 6.02, all columns together`.
    #[must_use]
    pub fn description(&self) -> String {
        let (rows, columns) = self.rows.dim();
        format!("{rows} x {columns}, {}", self.scaling())
    }

    /// What was done to the numbers.
    #[must_use]
    pub fn scaling(&self) -> String {
        let [mean, std] = [self.mean, self.std].map(three_digits);
        match self.scale {
            Scale::All => format!("standardised: mean {mean}, std {std}, all columns together"),
            Scale::None => format!("not scaled: mean {mean}, std {std}"),
            Scale::Column => {
                let zeros = match self.constant {
                    0 => String::new(),
                    1 => "; 1 constant column is 0".to_owned(),
                    many => format!("; {many} constant columns are 0"),
                };
                format!("each column standardised by its own mean and std{zeros}")
            }
        }
    }

    /// The same in at most 30 characters: `scaled: (x - 4.88)/6.02`.
    #[must_use]
    pub fn short_scaling(&self) -> String {
        match self.scale {
            Scale::All => {
                let sign = if self.mean < 0.0 { '+' } else { '-' };
                let [mean, std] = [self.mean.abs(), self.std].map(three_digits);
                format!("scaled: (x {sign} {mean})/{std}")
            }
            Scale::None => "not scaled".to_owned(),
            Scale::Column => "each column standardised".to_owned(),
        }
    }

    /// How the file was read, where that is not plain.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.origin.remarks
    }

    /// That one column carries most of the input, where it does: more than half of the mean square (of three columns two thirds, of two
    /// nine tenths).
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let (column, share) = self.moments.largest;
        let limit = carries_most(self.rows.ncols())?;
        let name = match &self.origin.names {
            Some(names) => format!(" `{}`", shown(&names[column])),
            None => String::new(),
        };
        let advice = match self.scale {
            Scale::All | Scale::None => "scale=column gives every column the same",
            Scale::Column => "the others are constant or nearly so",
        };
        // never 100 % of what others have a part in
        let percent = (100.0 * share).floor();
        (share > limit).then(|| {
            format!(
                "input column {}{name} carries {percent} % of the mean square of the input, more than {:.0} %; {advice}",
                column + 1,
                100.0 * limit
            )
        })
    }
}

/// The share of the mean square above which one of so many columns is said to carry most of it; `None` for one.
fn carries_most(columns: usize) -> Option<f64> {
    (columns > 1).then(|| MOST.max(2.0 / columns as f64).min(0.9))
}

impl Moments {
    fn of(rows: &Array2<f32>, scale: Scale) -> Self {
        let (count, dim) = (rows.nrows() as f64, rows.ncols() as f64);
        let mut sums = vec![0.0_f64; rows.ncols()];
        let mut squares = vec![0.0_f64; rows.ncols()];
        let mut total = 0.0;
        for row in rows.rows() {
            for ((value, sum), square) in row.iter().zip(&mut sums).zip(&mut squares) {
                let value = f64::from(*value);
                *sum += value;
                *square += value * value;
                total += value * value;
            }
        }
        // standardised together, it is 1 but for the rounding to single precision
        let square = match scale {
            Scale::All => 1.0,
            Scale::Column | Scale::None => total / (count * dim),
        };
        let products: f64 = sums.iter().map(|sum| sum * sum).sum::<f64>() - total;
        let pairs = count * (count - 1.0) * dim;
        let largest = (0..).zip(&squares).max_by(|a, b| a.1.total_cmp(b.1));
        Self {
            square,
            overlap: if count < 2.0 {
                0.0
            } else {
                // equal rows have 1, which rounding must not pass
                (products / pairs / square).min(1.0)
            },
            largest: largest.map_or((0, 0.0), |(column, square)| (column, square / total)),
        }
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
mod tests;
