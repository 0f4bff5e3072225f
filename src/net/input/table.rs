//! A file of rows as it was read, before anything is made of its numbers.

use ndarray::Array2;

use super::{InputError, Labels};

/// Rows of numbers, and what the file says beside them.
#[derive(Debug)]
pub(super) struct Table {
    /// `examples x features`, as read.
    pub(super) rows: Array2<f64>,
    /// Names of the features.
    pub(super) names: Option<Vec<String>>,
    /// How it was read, where that is not plain.
    pub(super) remarks: Vec<String>,
    /// What stands in the column of labels.
    pub(super) labels: Option<Raw>,
}

/// Which column of a file holds the labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LabelColumn<'a> {
    /// None of them.
    None,
    /// The first that does not count the rows.
    First,
    /// The last.
    Last,
    /// The one of this name.
    Named(&'a str),
    /// The only one: the file has nothing but labels.
    Only,
}

/// Labels as they stand in a file.
#[derive(Debug)]
pub(super) enum Raw {
    /// Numbers throughout.
    Numbers(Vec<f64>),
    /// Text, in some rows at least: the different ones, and which stands in every row. The first line of the file may be the name of
    /// the column or the first label.
    Texts {
        names: Vec<String>,
        of: Vec<u32>,
        first: Option<String>,
    },
}

impl Raw {
    /// The classes of so many rows.
    pub(super) fn labels(self, source: &str, rows: usize) -> Result<Labels, InputError> {
        match self {
            Self::Numbers(numbers) => Labels::new(source, &numbers),
            Self::Texts {
                mut names,
                mut of,
                first,
            } => {
                if let Some(first) = first.filter(|_| of.len() + 1 == rows) {
                    let known = names.iter().position(|name| *name == first);
                    of.insert(0, known.unwrap_or(names.len()) as u32);
                    if known.is_none() {
                        names.push(first);
                    }
                }
                Labels::named(source, &names, &of)
            }
        }
    }
}

/// Takes all columns but these, ascending, out of rows of so many.
pub(super) fn keep_columns(values: &mut Vec<f64>, columns: usize, kept: &[usize]) {
    let mut to = 0;
    for row in (0..values.len()).step_by(columns) {
        for column in kept {
            values[to] = values[row + column];
            to += 1;
        }
    }
    values.truncate(to);
    values.shrink_to_fit();
}

impl Table {
    /// A bare matrix; with labels in its first or last column where they are asked for.
    pub(super) fn of(
        path: &str,
        rows: Array2<f64>,
        labels: LabelColumn<'_>,
    ) -> Result<Self, InputError> {
        let columns = rows.ncols();
        let (label, kept) = match labels {
            LabelColumn::None | LabelColumn::Only => (None, Vec::new()),
            LabelColumn::First => (Some(0), (1..columns).collect()),
            LabelColumn::Last => (Some(columns - 1), (0..columns - 1).collect()),
            LabelColumn::Named(name) => {
                return Err(InputError::NoLabelColumn {
                    labels: name.to_owned(),
                    path: path.to_owned(),
                    names: Vec::new(),
                });
            }
        };
        let mut table = Self {
            rows,
            names: None,
            remarks: Vec::new(),
            labels: None,
        };
        if let Some(label) = label {
            if kept.is_empty() {
                return Err(InputError::NoColumnLeft {
                    path: path.to_owned(),
                });
            }
            table.labels = Some(Raw::Numbers(table.rows.column(label).to_vec()));
            table
                .remarks
                .push(format!("labels in column {}", label + 1));
            let shape = (table.rows.nrows(), kept.len());
            let (mut values, _) = std::mem::take(&mut table.rows).into_raw_vec_and_offset();
            keep_columns(&mut values, columns, &kept);
            table.rows = Array2::from_shape_vec(shape, values).expect("every row has as many");
        }
        Ok(table)
    }
}
