//! What the network sees: noise, the embedded digits, or the user's own rows.
//!
//! Rows are examples. Data are standardised over all entries, so that `x_0` has second moment 1 whatever their source.
//! The digits are "Optical Recognition of Handwritten Digits" (E. Alpaydin, C. Kaynak, 1998, UCI Machine Learning
//! Repository, CC BY 4.0; see [`ATTRIBUTION`]).

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use ndarray::{Array2, ArrayView2};

use crate::net::name::did_you_mean;

mod csv_file;
mod data;
mod digits;
mod npy_file;

pub use data::{Data, MAX_COLUMNS, MAX_ENTRIES};
pub use digits::ATTRIBUTION;

/// The batch's source; each draw takes `batch` inputs of dimension `input_dim`.
#[derive(Clone, Debug, Default)]
pub enum Input {
    /// Independent `N(0, 1)` entries, fresh per draw.
    #[default]
    Noise,
    /// The UCI handwritten digits (8 x 8, standardised), embedded in the binary.
    Digits,
    /// The user's rows, standardised.
    Data(Arc<Data>),
}

impl Input {
    /// Columns of the data; `None` for noise, whose dimension is free.
    #[must_use]
    pub fn dim(&self) -> Option<usize> {
        match self {
            Self::Noise => None,
            Self::Digits => Some(digits::PIXELS),
            Self::Data(data) => Some(data.rows.ncols()),
        }
    }

    /// The standardised rows, `examples x dim`; `None` for noise.
    #[must_use]
    pub fn rows(&self) -> Option<ArrayView2<'_, f32>> {
        match self {
            Self::Noise => None,
            Self::Digits => Some(digits::digits().rows.view()),
            Self::Data(data) => Some(data.rows.view()),
        }
    }

    /// What the network sees, in a line: the size and what was removed.
    #[must_use]
    pub fn description(&self) -> String {
        match self {
            Self::Noise => "independent N(0, 1), fresh per draw".to_owned(),
            Self::Digits => digits::digits().description(),
            Self::Data(data) => data.description(),
        }
    }

    /// Whether the rows of a matrix can be inputs: not empty, not too wide.
    pub(super) fn check(&self) -> Result<(), InputError> {
        match self {
            Self::Noise | Self::Digits => Ok(()),
            Self::Data(data) => {
                let (rows, columns) = data.rows.dim();
                data::check_size(&data.name, rows as u64, columns as u64)
            }
        }
    }

    /// Reads and standardises a `.npy` or `.csv` file of rows = examples.
    ///
    /// # Errors
    /// Another extension, an unreadable file, and everything that [`InputError`] lists.
    pub fn load(path: &str) -> Result<Self, InputError> {
        let extension = Path::new(path)
            .extension()
            .map(|e| e.to_string_lossy().to_lowercase());
        let read: fn(&str) -> Result<Array2<f64>, InputError> = match extension.as_deref() {
            Some("npy") => npy_file::read,
            Some("csv") => csv_file::read,
            _ => {
                return Err(InputError::Extension {
                    path: path.to_owned(),
                });
            }
        };
        Ok(Self::Data(Arc::new(Data::new(path, &read(path)?)?)))
    }
}

/// Equal names: `noise`, `digits`, or the same path.
impl PartialEq for Input {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Noise, Self::Noise) | (Self::Digits, Self::Digits) => true,
            (Self::Data(a), Self::Data(b)) => a.name == b.name,
            _ => false,
        }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Noise => f.pad("noise"),
            Self::Digits => f.pad("digits"),
            Self::Data(data) => f.pad(&data.name),
        }
    }
}

impl FromStr for Input {
    type Err = InputError;

    /// `noise`, `digits`, or a path, whose file is read.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "noise" => Ok(Self::Noise),
            "digits" => Ok(Self::Digits),
            _ => Self::load(text),
        }
    }
}

/// Why an input cannot be used: what is wrong, what is allowed, what to type. Rows and columns count from 1.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message says what each field is")]
pub enum InputError {
    /// Neither a known name nor a file type we read.
    #[error(
        "unknown input `{path}`{}; allowed: noise, digits, or the path of a .npy or .csv file",
        did_you_mean(path, ["noise", "digits"])
    )]
    Extension { path: String },
    /// The file cannot be opened or is not what its name says.
    #[error("cannot read input `{path}`: {reason}; give the path of a .npy or .csv file")]
    Unreadable { path: String, reason: String },
    /// Not numbers.
    #[error(
        "input `{path}` has dtype {dtype}; allowed are floats and integers up to 64 bits: save it with numpy.save(path, x.astype('float32'))"
    )]
    Type { path: String, dtype: String },
    /// Not a matrix.
    #[error(
        "input `{path}` has shape {shape:?}, not two dimensions; rows are examples: save it with numpy.save(path, x.reshape(len(x), -1))"
    )]
    Dimensions { path: String, shape: Vec<u64> },
    /// Rows of different length.
    #[error(
        "input `{path}`, line {line}: {found} columns where the first line has {expected}; every row needs the same number"
    )]
    Ragged {
        path: String,
        line: usize,
        found: usize,
        expected: usize,
    },
    /// A cell that is no number.
    #[error(
        "input `{path}`, line {line}, column {column}: `{cell}` is not a number; only numbers separated by commas, after at most one header line"
    )]
    Cell {
        path: String,
        line: usize,
        column: usize,
        cell: String,
    },
    /// NaN or infinity.
    #[error(
        "input `{path}`, row {row}, column {column} is {value}; every entry must be finite: fill it or drop the row"
    )]
    NotFinite {
        path: String,
        row: usize,
        column: usize,
        value: f64,
    },
    /// Nothing in it.
    #[error("input `{path}` has no rows; at least one row of numbers is needed")]
    Empty { path: String },
    /// Nothing to standardise.
    #[error(
        "every entry of input `{path}` is {value}: variance 0 cannot be standardised; give data that vary, or --input noise"
    )]
    Constant { path: String, value: f64 },
    /// More columns than a layer may have inputs.
    #[error(
        "input `{path}` has {columns} columns, more than {MAX_COLUMNS}; give fewer columns (are rows and columns swapped?)"
    )]
    TooWide { path: String, columns: u64 },
    /// More entries than are read.
    #[error(
        "input `{path}` has {rows} rows of {columns}, more than {MAX_ENTRIES} entries; give at most {most} rows: a draw sees only --batch of them"
    )]
    TooLarge {
        path: String,
        rows: u64,
        columns: u64,
        most: u64,
    },
}
