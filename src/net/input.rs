//! What the network sees: noise, the embedded digits, or the user's own rows.
//!
//! Rows are examples. The digits, and data files unless another [`Scale`] is asked for, are standardised over all entries, so that
//! `x_0` has second moment 1 as that of the noise.
//! The digits are "Optical Recognition of Handwritten Digits" (E. Alpaydin, C. Kaynak, 1998, UCI Machine Learning
//! Repository, CC BY 4.0; see [`ATTRIBUTION`]).

use std::fmt;
use std::fs::File;
use std::io::{Chain, Cursor, Read};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use ndarray::{Array2, ArrayView2};

mod csv_file;
mod data;
mod digits;
mod error;
mod format;
mod labels;
mod npy_file;
mod npy_header;
mod scale;
mod storage;
mod table;

pub use data::{Data, MAX_COLUMNS, MAX_ENTRIES};
pub use digits::ATTRIBUTION;
pub use error::InputError;
pub use labels::{Labels, MAX_CLASSES};
pub use scale::Scale;
pub use storage::Storage;

use table::{LabelColumn, Raw, Table};

/// The batch's source; each draw takes `batch` inputs of dimension `input_dim`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Input {
    /// Independent `N(0, 1)` entries, fresh per draw.
    #[default]
    Noise,
    /// The UCI handwritten digits (8 x 8, standardised), embedded in the binary.
    Digits,
    /// The user's rows, scaled.
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

    /// The rows as the network sees them, `examples x dim`; `None` for noise.
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

    /// Mean square of all entries, `E x_0^2`: 1 where they are standardised together.
    #[must_use]
    pub fn mean_square(&self) -> f64 {
        match self {
            Self::Noise | Self::Digits => 1.0,
            Self::Data(data) => data.mean_square(),
        }
    }

    /// Mean overlap of two different inputs, `mean_{a != b} <a, b> / (dim E x_0^2)`: 0 for noise. It was computed when the data were
    /// read.
    #[must_use]
    pub fn overlap(&self) -> f64 {
        match self {
            Self::Noise => 0.0,
            Self::Digits => digits::digits().overlap(),
            Self::Data(data) => data.overlap(),
        }
    }

    /// What was done to the numbers; `None` for noise.
    #[must_use]
    pub fn scale(&self) -> Option<Scale> {
        match self {
            Self::Noise => None,
            Self::Digits => Some(Scale::All),
            Self::Data(data) => Some(data.scale()),
        }
    }

    /// The input as typed in one line, its scale behind it where that is not the default: `x.csv scale=none`.
    #[must_use]
    pub fn typed(&self) -> String {
        match self {
            Self::Data(data) if data.scale() != Scale::All => data.scaled_name(data.scale()),
            _ => self.to_string(),
        }
    }

    /// Bytes of the rows that are kept.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Noise => 0,
            Self::Digits => digits::digits().bytes(),
            Self::Data(data) => data.bytes(),
        }
    }

    /// What to know of a data file, the size and what was done to the numbers first: how it was read, and what to be warned of.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let Self::Data(data) = self else {
            return Vec::new();
        };
        let how = [data.description()]
            .into_iter()
            .chain(data.remarks().iter().cloned());
        let first = how.collect::<Vec<_>>().join("; ");
        let warning = data.warning().map(|warning| format!("warning: {warning}"));
        std::iter::once(first).chain(warning).collect()
    }

    /// The same data scaled in another way.
    ///
    /// # Errors
    /// There is no data file, or its numbers cannot be scaled so: see [`Data::scaled`].
    pub fn rescaled(&self, scale: Scale) -> Result<Self, InputError> {
        match self {
            Self::Data(data) if data.scale() == scale => Ok(self.clone()),
            Self::Data(data) => Ok(Self::Data(Arc::new(data.rescaled(scale)?))),
            Self::Noise | Self::Digits => Err(InputError::ScaleOfNoFile {
                scale,
                input: self.to_string(),
            }),
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

    /// The numbers as a file would hold them: the original pixels of the digits, data as they were read; `None` for noise.
    #[must_use]
    pub fn stored(&self) -> Option<Arc<Array2<f64>>> {
        match self {
            Self::Noise => None,
            Self::Digits => Some(Arc::new(digits::images())),
            Self::Data(data) => Some(Arc::clone(data.raw())),
        }
    }

    /// `noise`, `digits`, or a path, whose file is read and scaled in this way, together where nothing is said. `labels` is `last` or
    /// `first` (that column holds the classes and is no input), the name of the column that holds them, or the path of a file with
    /// one label a row.
    ///
    /// # Errors
    /// As [`load`](Self::load); labels or a scale beside `noise` or `digits`; labels that are no classes or not one a row.
    pub fn read(
        text: &str,
        labels: Option<&str>,
        scale: Option<Scale>,
    ) -> Result<Self, InputError> {
        let known = match text {
            "noise" => Self::Noise,
            "digits" => Self::Digits,
            path => return Self::of_file(path, labels, scale.unwrap_or_default()),
        };
        if let Some(labels) = labels {
            return Err(InputError::LabelsOfNoFile {
                labels: labels.to_owned(),
                input: text.to_owned(),
            });
        }
        scale.map_or(Ok(known.clone()), |scale| known.rescaled(scale))
    }

    fn of_file(path: &str, labels: Option<&str>, scale: Scale) -> Result<Self, InputError> {
        let file = labels.filter(|labels| is_known(&extension(labels)));
        let column = match labels.filter(|_| file.is_none()) {
            None => LabelColumn::None,
            Some("last") => LabelColumn::Last,
            Some("first") => LabelColumn::First,
            Some(name) => LabelColumn::Named(name),
        };
        let mut table = table(path, column)?;
        let raw = match file {
            Some(file) => {
                let read = vector(file);
                Some(read.map_err(|error| InputError::InLabels(Box::new(error)))?)
            }
            None => table.labels.take(),
        };
        let rows = table.rows.nrows();
        let mut data = Data::of(path, table, scale)?;
        if let (Some(raw), Some(source)) = (raw, labels) {
            data = data.labelled(raw.labels(source, rows)?)?;
        }
        Ok(Self::Data(Arc::new(data)))
    }

    /// Reads and standardises a `.npy` or `.csv` file of rows = examples.
    ///
    /// # Errors
    /// No regular file, another kind of file, an unreadable file, and everything that [`InputError`] lists.
    pub fn load(path: &str) -> Result<Self, InputError> {
        Self::of_file(path, None, Scale::All)
    }
}

/// The beginning of a file and the rest of it.
type Whole = Chain<Cursor<Vec<u8>>, File>;

/// Opens a file of numbers and tells by its first bytes whether it is `.npy`; what is neither that nor text is refused with the line
/// that converts it.
fn open(path: &str) -> Result<(bool, Whole), InputError> {
    let extension = extension(path);
    let owned = || path.to_owned();
    let unreadable = |error: std::io::Error| InputError::Unreadable {
        path: owned(),
        reason: error.to_string(),
    };
    // before it is opened: a pipe without a writer would never be
    let metadata = match std::fs::metadata(path) {
        Err(_) if !is_known(&extension) => return Err(InputError::Extension { path: owned() }),
        known => known.map_err(unreadable)?,
    };
    if !metadata.is_file() {
        return Err(InputError::Special { path: owned() });
    }
    let mut file = File::open(path).map_err(unreadable)?;
    let mut start = Vec::new();
    let limit = format::LOOKED_AT as u64;
    file.by_ref()
        .take(limit)
        .read_to_end(&mut start)
        .map_err(unreadable)?;
    if let Some((what, advice)) = format::recognised(path, &start) {
        return Err(InputError::Format {
            path: owned(),
            what,
            advice,
        });
    }
    let is_npy = start.starts_with(npy_header::MAGIC) || extension == "npy";
    if !is_npy && !is_known(&extension) {
        return Err(InputError::Extension { path: owned() });
    }
    Ok((is_npy, Cursor::new(start).chain(file)))
}

/// The rows of a file, and the labels that one of its columns holds.
fn table(path: &str, labels: LabelColumn<'_>) -> Result<Table, InputError> {
    match open(path)? {
        (true, bytes) => Table::of(path, npy_file::decode(path, bytes)?, labels),
        (false, bytes) => csv_file::decode(path, bytes, labels),
    }
}

/// The single column of a file of labels.
fn vector(path: &str) -> Result<Raw, InputError> {
    match open(path)? {
        (true, bytes) => npy_file::vector(path, bytes).map(Raw::Numbers),
        (false, bytes) => csv_file::vector(path, bytes),
    }
}

/// What a name ends with behind the last dot.
fn extension(path: &str) -> String {
    let extension = Path::new(path).extension();
    extension.map_or(String::new(), |e| e.to_string_lossy().to_lowercase())
}

/// Whether files whose names end so are read, if they hold what the name says.
fn is_known(extension: &str) -> bool {
    ["npy", "csv", "tsv", "txt"].contains(&extension)
}

/// Equal names: `noise`, `digits`, or the same path with labels from the same place, scaled in the same way.
impl PartialEq for Input {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Noise, Self::Noise) | (Self::Digits, Self::Digits) => true,
            (Self::Data(a), Self::Data(b)) => {
                a.name == b.name
                    && self.label_source() == other.label_source()
                    && self.scale() == other.scale()
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
        Self::read(text, None, None)
    }
}
