//! Why an input cannot be used.

use super::data::{MAX_COLUMNS, MAX_ENTRIES};
use super::labels::MAX_CLASSES;
use crate::net::name::did_you_mean;
use crate::net::written::{Written, number};

/// Why an input cannot be used: what is wrong, what is allowed, what to type. Rows and columns count from 1.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.told(Written::Flag))]
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
    Constant { path: String, value: f64 },
    /// More columns than a layer may have inputs.
    #[error(
        "input `{path}` has {columns} columns, more than {MAX_COLUMNS}; give fewer columns (are rows and columns swapped?)"
    )]
    TooWide { path: String, columns: u64 },
    /// More entries than are read.
    TooLarge {
        path: String,
        rows: u64,
        columns: u64,
        most: u64,
    },
    /// Neither `last` nor a file type we read.
    #[error(
        "unknown labels `{labels}`{}; allowed: last (the last column of the input), or the path of a .npy or .csv file with one whole number a row",
        did_you_mean(labels, ["last"])
    )]
    Labels { labels: String },
    /// Labels without a file of examples.
    LabelsOfNoFile { labels: String, input: String },
    /// The only column cannot be input and label.
    NoColumnLeft { path: String },
    /// A file of labels with several columns.
    #[error(
        "labels `{labels}` have shape {shape:?}, not one column; one whole number a row is needed"
    )]
    LabelColumns { labels: String, shape: Vec<u64> },
    /// Not one label a row.
    #[error("input `{path}` has {rows} rows and labels `{labels}` {found}; every row needs one")]
    LabelCount {
        labels: String,
        path: String,
        rows: usize,
        found: usize,
    },
    /// Not a class.
    #[error(
        "label {} of row {row} (labels `{labels}`) is no whole number; a label is the number of a class, such as 0 or 7",
        number(*value)
    )]
    Label {
        labels: String,
        row: usize,
        value: f64,
    },
    /// Nothing to tell apart, or a quantity instead of a class.
    #[error(
        "labels `{labels}` name {classes} class{}; 2 to {MAX_CLASSES} classes can be told apart",
        if *classes == 1 { "" } else { "es" }
    )]
    Classes { labels: String, classes: usize },
    /// The file of labels cannot be used.
    #[error(transparent)]
    InLabels(Box<InputError>),
}

impl InputError {
    /// The message with what to change as it is written there.
    #[must_use]
    pub fn told(&self, by: Written) -> String {
        match self {
            Self::Constant { path, value } => format!(
                "every entry of input `{path}` is {}: variance 0 cannot be standardised; give data that vary, or {}",
                number(*value),
                by.value("input", "noise")
            ),
            Self::TooLarge {
                path,
                rows,
                columns,
                most,
            } => format!(
                "input `{path}` has {rows} rows of {columns}, more than {MAX_ENTRIES} entries; give at most {most} rows: a draw sees only {} of them",
                by.name("batch")
            ),
            Self::LabelsOfNoFile { labels, input } => format!(
                "labels `{labels}` belong to a data file, and the input is {input}; leave out {}, or add {}",
                by.name("labels"),
                by.value("input", "FILE")
            ),
            Self::NoColumnLeft { path } => format!(
                "input `{path}` has one column, which cannot be input and label; give the labels in a file of their own: {}",
                by.value("labels", "FILE")
            ),
            // the others have one message, which names no field
            _ => self.to_string(),
        }
    }

    /// Which of `input` and `labels` are wrong, the one that the message would change first.
    #[must_use]
    pub fn fields(&self) -> Vec<&'static str> {
        match self {
            Self::LabelsOfNoFile { .. } | Self::NoColumnLeft { .. } | Self::LabelCount { .. } => {
                vec!["labels", "input"]
            }
            Self::Labels { .. }
            | Self::LabelColumns { .. }
            | Self::Label { .. }
            | Self::Classes { .. }
            | Self::InLabels(_) => vec!["labels"],
            _ => vec!["input"],
        }
    }
}
