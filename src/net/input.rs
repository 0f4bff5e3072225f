//! What the network sees: noise, the embedded digits, or the user's own rows.
//!
//! Rows are examples. Data are standardised over all entries, so that `x_0` has second moment 1 whatever their source.
//! The digits are "Optical Recognition of Handwritten Digits" (E. Alpaydin, C. Kaynak, 1998, UCI Machine Learning
//! Repository, CC BY 4.0; see [`ATTRIBUTION`]).

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use ndarray::{Array2, ArrayView2, Axis};

mod csv_file;
mod data;
mod digits;
mod error;
mod labels;
mod npy_file;
mod storage;

pub use data::{Data, MAX_COLUMNS, MAX_ENTRIES};
pub use digits::ATTRIBUTION;
pub use error::InputError;
pub use labels::{Labels, MAX_CLASSES};
pub use storage::Storage;

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

    /// The class of every row: of the digits, and of data that were read with labels.
    #[must_use]
    pub fn labels(&self) -> Option<&Labels> {
        match self {
            Self::Noise => None,
            Self::Digits => digits::digits().labels.as_ref(),
            Self::Data(data) => data.labels.as_ref(),
        }
    }

    /// Where the labels of a data file were read from, as typed: `last` or a path.
    #[must_use]
    pub fn label_source(&self) -> Option<&str> {
        match self {
            Self::Noise | Self::Digits => None,
            Self::Data(data) => data.labels.as_ref().map(Labels::source),
        }
    }

    /// The numbers as a file would hold them: the original pixels of the digits, the standardised rows of data; `None` for noise.
    #[must_use]
    pub fn stored(&self) -> Option<Array2<f64>> {
        match self {
            Self::Noise => None,
            Self::Digits => Some(digits::images()),
            Self::Data(data) => Some(data.rows.mapv(f64::from)),
        }
    }

    /// `noise`, `digits`, or a path, whose file is read; `labels` is `last` (the last column holds the classes and is no input)
    /// or the path of a file with one whole number a row.
    ///
    /// # Errors
    /// As [`load`](Self::load); labels beside `noise` or `digits`; labels that are no classes or not one a row.
    pub fn read(text: &str, labels: Option<&str>) -> Result<Self, InputError> {
        match (text, labels) {
            ("noise", None) => Ok(Self::Noise),
            ("digits", None) => Ok(Self::Digits),
            ("noise" | "digits", Some(labels)) => Err(InputError::LabelsOfNoFile {
                labels: labels.to_owned(),
                input: text.to_owned(),
            }),
            (path, None) => Self::load(path),
            (path, Some(labels)) => {
                let raw = matrix(path)?;
                let (rows, labels) = if labels == LAST {
                    let (rows, last) = without_last_column(path, &raw)?;
                    (rows, Labels::new(LAST, &last)?)
                } else {
                    (raw, Labels::new(labels, &vector(labels)?)?)
                };
                let data = Data::new(path, &rows)?.labelled(labels)?;
                Ok(Self::Data(Arc::new(data)))
            }
        }
    }

    /// Reads and standardises a `.npy` or `.csv` file of rows = examples.
    ///
    /// # Errors
    /// Another extension, an unreadable file, and everything that [`InputError`] lists.
    pub fn load(path: &str) -> Result<Self, InputError> {
        Ok(Self::Data(Arc::new(Data::new(path, &matrix(path)?)?)))
    }
}

/// The word for labels in the last column.
const LAST: &str = "last";

/// The matrix of a `.npy` or `.csv` file.
fn matrix(path: &str) -> Result<Array2<f64>, InputError> {
    match extension(path).as_deref() {
        Some("npy") => npy_file::read(path),
        Some("csv") => csv_file::read(path),
        _ => Err(InputError::Extension {
            path: path.to_owned(),
        }),
    }
}

/// The single column of a `.npy` or `.csv` file of labels.
fn vector(path: &str) -> Result<Vec<f64>, InputError> {
    let read = match extension(path).as_deref() {
        Some("npy") => npy_file::read_vector(path),
        Some("csv") => csv_file::read_vector(path),
        _ => Err(InputError::Labels {
            labels: path.to_owned(),
        }),
    };
    read.map_err(|error| InputError::InLabels(Box::new(error)))
}

fn extension(path: &str) -> Option<String> {
    let extension = Path::new(path).extension()?;
    Some(extension.to_string_lossy().to_lowercase())
}

/// All columns but the last, and the last.
fn without_last_column(
    path: &str,
    raw: &Array2<f64>,
) -> Result<(Array2<f64>, Vec<f64>), InputError> {
    let columns = raw.ncols();
    if columns < 2 {
        return Err(InputError::NoColumnLeft {
            path: path.to_owned(),
        });
    }
    let (rows, _) = raw.view().split_at(Axis(1), columns - 1);
    Ok((rows.to_owned(), raw.column(columns - 1).to_vec()))
}

/// Equal names: `noise`, `digits`, or the same path with labels from the same place.
impl PartialEq for Input {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Noise, Self::Noise) | (Self::Digits, Self::Digits) => true,
            (Self::Data(a), Self::Data(b)) => {
                a.name == b.name && self.label_source() == other.label_source()
            }
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
        Self::read(text, None)
    }
}
