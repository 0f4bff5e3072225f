//! Why an input cannot be used.

use super::data::{EXTENT, MAX_COLUMNS, MAX_ENTRIES};
use super::labels::MAX_CLASSES;
use super::scale::Scale;
use crate::net::foreign::shown;
use crate::net::name::did_you_mean;
use crate::net::written::{Written, number};

/// Why an input cannot be used: what is wrong, what is allowed, what to type. Rows and columns count from 1.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.message(Written::Flag))]
#[expect(missing_docs, reason = "the message says what each field is")]
pub enum InputError {
    /// Neither a known name nor a file type we read.
    #[error(
        "unknown input `{}`{}; allowed: noise, digits, or the path of a .npy or .csv file",
        shown(path),
        did_you_mean(path, ["noise", "digits"])
    )]
    Extension { path: String },
    /// The file cannot be opened or is not what its name says.
    #[error(
        "cannot read input `{}`: {reason}; give the path of a .npy or .csv file",
        shown(path)
    )]
    Unreadable { path: String, reason: String },
    /// Not numbers.
    #[error(
        "input `{}` has dtype {}; allowed are floats and integers up to 64 bits: save it with numpy.save(path, x.astype('float32'))",
        shown(path),
        shown(dtype)
    )]
    Type { path: String, dtype: String },
    /// Not a matrix.
    #[error(
        "input `{}` has shape {}, not two dimensions; rows are examples: save it with numpy.save(path, x.reshape(len(x), -1))",
        shown(path),
        shown(&format!("{shape:?}"))
    )]
    Dimensions { path: String, shape: Vec<u64> },
    /// Rows of different length.
    #[error(
        "input `{}`, line {line}: {found} columns where the first line has {expected}; every row needs the same number",
        shown(path)
    )]
    Ragged {
        path: String,
        line: usize,
        found: usize,
        expected: usize,
    },
    /// A cell that is no number.
    Cell {
        path: String,
        line: usize,
        column: usize,
        cell: String,
    },
    /// Decimals behind points in some cells and behind commas in others.
    #[error(
        "input `{}`, line {line}, column {column}: `{}` has a decimal {} and cells before it the other sign; write all numbers in one way",
        shown(path),
        shown(cell),
        if cell.contains(',') { "comma" } else { "point" }
    )]
    Decimals {
        path: String,
        line: usize,
        column: usize,
        cell: String,
    },
    /// More text than any file of numbers has in one piece.
    #[error(
        "input `{}`, line {line}: {what} is longer than {limit}; one example a line, numbers alone (is a quote never closed?)",
        shown(path)
    )]
    Long {
        path: String,
        line: usize,
        what: &'static str,
        limit: &'static str,
    },
    /// A directory, a device, a pipe.
    #[error(
        "input `{}` is no regular file; write its numbers into one first",
        shown(path)
    )]
    Special { path: String },
    /// A file of another kind, and what to do with it.
    #[error("input `{}` is {what}, neither .npy nor CSV: {advice}", shown(path))]
    Format {
        path: String,
        what: &'static str,
        advice: String,
    },
    /// NaN or infinity.
    #[error(
        "input `{}`, row {row}, column {column} is {value}; every entry must be finite: fill it or drop the row",
        shown(path)
    )]
    NotFinite {
        path: String,
        row: usize,
        column: usize,
        value: f64,
    },
    /// Nothing in it.
    #[error(
        "input `{}` has no rows; at least one row of numbers is needed",
        shown(path)
    )]
    Empty { path: String },
    /// Nothing to standardise.
    Constant { path: String, value: f64 },
    /// More columns than a layer may have inputs.
    #[error(
        "input `{}` has {columns} columns, more than {MAX_COLUMNS}; give fewer columns (are rows and columns swapped?)",
        shown(path)
    )]
    TooWide { path: String, columns: u64 },
    /// More entries than are read.
    TooLarge {
        path: String,
        rows: u64,
        columns: u64,
        most: u64,
    },
    /// More bytes than a request may need.
    Memory {
        path: String,
        need: String,
        limit: String,
        kept: String,
        most: u64,
    },
    /// Neither a place of the labels nor a file nor the name of a column.
    #[error(
        "unknown labels `{}`{}; allowed: last, first, {}, or the path of a .npy or .csv file with one label a row",
        shown(labels),
        did_you_mean(labels, ["last", "first"]),
        listed(path, names)
    )]
    NoLabelColumn {
        labels: String,
        path: String,
        names: Vec<String>,
    },
    /// Labels without a file of examples.
    LabelsOfNoFile { labels: String, input: String },
    /// A scale without a file of examples.
    ScaleOfNoFile { scale: Scale, input: String },
    /// Neither of the three.
    Scale { given: String },
    /// No column has anything to standardise.
    ConstantColumns { path: String },
    /// Too large or too small for single precision.
    Extent { path: String, value: f64 },
    /// The only column cannot be input and label.
    NoColumnLeft { path: String },
    /// A file of labels with several columns.
    #[error(
        "labels `{}` have shape {}, not one column; one label a row is needed",
        shown(labels),
        shown(&format!("{shape:?}"))
    )]
    LabelColumns { labels: String, shape: Vec<u64> },
    /// Not one label a row.
    #[error(
        "input `{}` has {rows} rows and labels `{}` {found}; every row needs one",
        shown(path),
        shown(labels)
    )]
    LabelCount {
        labels: String,
        path: String,
        rows: usize,
        found: usize,
    },
    /// Not a class.
    #[error(
        "label {} of row {row} (labels `{}`) is no whole number; a label is the number of a class, such as 0 or 7",
        number(*value),
        shown(labels)
    )]
    Label {
        labels: String,
        row: usize,
        value: f64,
    },
    /// Nothing to tell apart, or a quantity instead of a class.
    #[error(
        "labels `{}` name {classes} class{}; 2 to {MAX_CLASSES} classes can be told apart",
        shown(labels),
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
    pub fn message(&self, by: Written) -> String {
        match self {
            Self::Constant { path, value } => format!(
                "every entry of input `{}` is {}: variance 0 cannot be standardised; give data that vary, or {}",
                shown(path),
                number(*value),
                by.value("input", "noise")
            ),
            Self::ConstantColumns { path } => format!(
                "no column of input `{}` varies: variance 0 cannot be standardised; give data that vary, or {}",
                shown(path),
                by.value("scale", "none")
            ),
            Self::Extent { path, value } => format!(
                "the largest entry of input `{}` is {} in magnitude; unscaled entries must reach from {} to {}: {}",
                shown(path),
                number(*value),
                number(EXTENT.0),
                number(EXTENT.1),
                by.advice("scale", "all")
            ),
            Self::Cell {
                path,
                line,
                column,
                cell,
            } => {
                let place = format!("input `{}`, line {line}, column {column}", shown(path));
                if cell.is_empty() {
                    format!("{place} is empty; fill it or drop the row")
                } else {
                    format!(
                        "{place}: `{}` is not a number; allowed are numbers, below at most one line of names, and classes in a column that {} names",
                        shown(cell),
                        by.name("labels")
                    )
                }
            }
            Self::TooLarge {
                path,
                rows,
                columns,
                most,
            } => format!(
                "input `{}` has {rows} rows of {columns}, more than {MAX_ENTRIES} entries; give at most {most} rows: a draw sees only {} of them",
                shown(path),
                by.name("batch")
            ),
            Self::Memory {
                path,
                need,
                limit,
                kept,
                most,
            } => format!(
                "input `{}` needs {need} of memory as read and scaled, more than the limit of {limit}{kept} allows; give at most {most} rows: a draw sees only {} of them",
                shown(path),
                by.name("batch")
            ),
            Self::LabelsOfNoFile { labels, input } => format!(
                "labels `{}` belong to a data file, and the input is {input}; leave out {}, or add {}",
                shown(labels),
                by.name("labels"),
                by.value("input", "FILE")
            ),
            Self::ScaleOfNoFile { scale, input } => format!(
                "scale {scale} belongs to a data file, and the input is {input}; leave out {}, or add {}",
                by.name("scale"),
                by.value("input", "FILE")
            ),
            Self::Scale { given } => format!(
                "scale `{}` is not all, column or none; {}",
                shown(given),
                by.advice("scale", "column")
            ),
            Self::NoColumnLeft { path } => format!(
                "input `{}` has one column, which cannot be input and label; give the labels in a file of their own: {}",
                shown(path),
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
            Self::ScaleOfNoFile { .. } | Self::ConstantColumns { .. } | Self::Extent { .. } => {
                vec!["scale", "input"]
            }
            Self::Scale { .. } => vec!["scale"],
            Self::NoLabelColumn { .. }
            | Self::LabelColumns { .. }
            | Self::Label { .. }
            | Self::Classes { .. }
            | Self::InLabels(_) => vec!["labels"],
            _ => vec!["input"],
        }
    }
}

/// The names of the columns, as far as they can be listed.
fn listed(path: &str, names: &[String]) -> String {
    const MOST: usize = 8;
    if names.is_empty() {
        return format!("the name of a column (input `{}` has none)", shown(path));
    }
    let some: Vec<String> = names.iter().take(MOST).map(|name| shown(name)).collect();
    let more = match names.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("the name of a column ({}{more})", some.join(", "))
}
