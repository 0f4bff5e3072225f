//! Numbers separated by commas, semicolons, tabs or blanks, one example a line, perhaps below a line of names.
//!
//! What is not an input is found out and said: the line of names, a column that only counts the rows, the column of labels.

use std::io::Read;

use ndarray::Array2;

use super::InputError;
use super::data::{check_room, check_size};
use super::table::{LabelColumn, Raw, Table, keep_columns};

mod columns;
mod lines;

use columns::{Numbers, Texts, is_counter};
use lines::{LONGEST_CELL, Lines};

/// Rows from which on a first column without a name that counts them is taken for their number.
const COUNTED: usize = 10;

/// The table in the bytes of a text file of this name.
pub(super) fn decode(
    path: &str,
    bytes: impl Read,
    labels: LabelColumn<'_>,
) -> Result<Table, InputError> {
    let mut lines = Lines::new(path, bytes)?;
    let numbers = Numbers::new(lines.separator() != b',');
    let first = owned(path, lines.next()?)?;
    let second = match first {
        Some(_) => owned(path, lines.next()?)?,
        None => None,
    };
    let Some((_, cells)) = &first else {
        return Err(InputError::Empty {
            path: path.to_owned(),
        });
    };
    let columns = cells.len();
    let below = second.as_ref().map(|(_, cells)| &cells[..]);
    let named = numbers.is_header(cells, below);
    let header = named.then(|| cells.clone());
    let label = label_column(path, labels, header.as_deref(), columns)?;
    let mut reading = RowReader {
        path,
        columns,
        values: Vec::new(),
        texts: label.candidates(columns),
        rows: 0,
        numbers,
    };
    for (line, cells) in first.filter(|_| !named).into_iter().chain(second) {
        reading.push(line, cells.iter().map(String::as_str))?;
    }
    while let Some((line, cells)) = lines.next()? {
        let mut cells = cells.iter();
        reading.push_cells(line, &mut cells)?;
    }
    let remarks = remarks(lines.separator(), &reading.numbers, named);
    reading.finish(header, label, labels, remarks)
}

/// The cells of a file of labels: of one column.
pub(super) fn vector(path: &str, bytes: impl Read) -> Result<Raw, InputError> {
    let table = decode(path, bytes, LabelColumn::Only)?;
    Ok(table.labels.expect("a file of labels has its column"))
}

/// How the file was read, where that is not plain.
fn remarks(separator: u8, numbers: &Numbers, named: bool) -> Vec<String> {
    let apart = match separator {
        b';' => Some("cells separated by semicolons"),
        b'\t' => Some("cells separated by tabs"),
        b' ' => Some("cells separated by blanks"),
        _ => None,
    };
    let commas = numbers.commas().then_some("decimal commas");
    let header = named.then_some("the first line has the names");
    let said = [apart, commas, header].into_iter().flatten();
    said.map(str::to_owned).collect()
}

type Line = (usize, Vec<String>);

fn owned(path: &str, line: Option<(usize, lines::Cells<'_>)>) -> Result<Option<Line>, InputError> {
    let Some((number, cells)) = line else {
        return Ok(None);
    };
    let cells: Vec<String> = cells.iter().map(std::borrow::Cow::into_owned).collect();
    if cells.iter().any(|cell| cell.len() > LONGEST_CELL) {
        return Err(long_cell(path, number));
    }
    Ok(Some((number, cells)))
}

fn long_cell(path: &str, line: usize) -> InputError {
    InputError::Long {
        path: path.to_owned(),
        line,
        what: "a cell of this line",
        limit: "4 KiB",
    }
}

/// Where the labels are, as far as that is known before the rows are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LabelPlace {
    Nowhere,
    /// The first, or the second where the first counts the rows.
    First,
    At(usize),
}

impl LabelPlace {
    /// The columns in which there may be text.
    fn candidates(self, columns: usize) -> Vec<(usize, Texts)> {
        let candidates = match self {
            Self::Nowhere => 0..0,
            Self::First => 0..columns.min(2),
            Self::At(column) => column..column + 1,
        };
        candidates
            .map(|column| (column, Texts::default()))
            .collect()
    }
}

fn label_column(
    path: &str,
    labels: LabelColumn<'_>,
    header: Option<&[String]>,
    columns: usize,
) -> Result<LabelPlace, InputError> {
    let last = columns - 1;
    match labels {
        LabelColumn::None => Ok(LabelPlace::Nowhere),
        LabelColumn::First => Ok(LabelPlace::First),
        LabelColumn::Last => Ok(LabelPlace::At(last)),
        LabelColumn::Only if columns == 1 => Ok(LabelPlace::At(0)),
        LabelColumn::Only => Err(InputError::LabelColumns {
            labels: path.to_owned(),
            shape: vec![columns as u64],
        }),
        LabelColumn::Named(name) => {
            let header = header.unwrap_or_default();
            let exactly = header.iter().position(|known| known == name);
            let loosely = || {
                let name = name.to_lowercase();
                header.iter().position(|known| known.to_lowercase() == name)
            };
            let found = exactly.or_else(loosely).map(LabelPlace::At);
            found.ok_or_else(|| InputError::NoLabelColumn {
                labels: name.to_owned(),
                path: path.to_owned(),
                names: header.to_vec(),
            })
        }
    }
}

/// Rows as they are read.
struct RowReader<'p> {
    path: &'p str,
    columns: usize,
    /// Row by row; NaN where there is text in a column of `texts`.
    values: Vec<f64>,
    texts: Vec<(usize, Texts)>,
    rows: usize,
    numbers: Numbers,
}

impl RowReader<'_> {
    fn push_cells<'c>(
        &mut self,
        line: usize,
        cells: &mut dyn Iterator<Item = std::borrow::Cow<'c, str>>,
    ) -> Result<(), InputError> {
        let mut found = 0;
        for cell in cells {
            self.cell(line, found, &cell)?;
            found += 1;
        }
        self.end(line, found)
    }

    fn push<'c>(
        &mut self,
        line: usize,
        cells: impl Iterator<Item = &'c str>,
    ) -> Result<(), InputError> {
        self.push_cells(line, &mut cells.map(std::borrow::Cow::from))
    }

    fn cell(&mut self, line: usize, column: usize, cell: &str) -> Result<(), InputError> {
        if cell.len() > LONGEST_CELL {
            return Err(long_cell(self.path, line));
        }
        let number = self.numbers.read(cell);
        if self.numbers.are_mixed() {
            return Err(InputError::Decimals {
                path: self.path.to_owned(),
                line,
                column: column + 1,
                cell: cell.to_owned(),
            });
        }
        let text = self.texts.iter_mut().find(|(of, _)| *of == column);
        match (number, text) {
            (Some(value), None) if !value.is_finite() => {
                return Err(InputError::NotFinite {
                    path: self.path.to_owned(),
                    row: self.rows + 1,
                    column: column + 1,
                    value,
                });
            }
            (Some(number), None) => self.values.push(number),
            (Some(number), Some(_)) if number.is_finite() => self.values.push(number),
            (_, Some((_, texts))) => {
                texts.add(self.rows, line, cell);
                self.values.push(f64::NAN);
            }
            // a surplus cell is told as such
            (None, None) if column < self.columns => return Err(self.no_number(line, column, cell)),
            (None, None) => {}
        }
        Ok(())
    }

    fn no_number(&self, line: usize, column: usize, cell: &str) -> InputError {
        InputError::Cell {
            path: self.path.to_owned(),
            line,
            column: column + 1,
            cell: cell.to_owned(),
        }
    }

    fn end(&mut self, line: usize, found: usize) -> Result<(), InputError> {
        if found != self.columns {
            return Err(InputError::Ragged {
                path: self.path.to_owned(),
                line,
                found,
                expected: self.columns,
            });
        }
        self.rows += 1;
        let (rows, columns) = (self.rows as u64, self.columns as u64);
        check_size(self.path, rows, columns)?;
        check_room(self.path, rows, columns)
    }

    fn column(&self, column: usize) -> impl Iterator<Item = f64> + '_ {
        self.values
            .iter()
            .skip(column)
            .step_by(self.columns)
            .copied()
    }

    /// Takes what is no input away from what is.
    fn finish(
        mut self,
        mut names: Option<Vec<String>>,
        place: LabelPlace,
        labels: LabelColumn<'_>,
        mut remarks: Vec<String>,
    ) -> Result<Table, InputError> {
        check_size(self.path, self.rows as u64, self.columns as u64)?;
        let named = names.as_ref().map(|names| is_counter(&names[0]));
        let counts = named.unwrap_or(self.rows >= COUNTED);
        let needed = 2 + usize::from(labels != LabelColumn::None);
        let ascending = |from: f64| {
            (0_u32..)
                .zip(self.column(0))
                .all(|(n, x)| x == from + f64::from(n))
        };
        let counter = counts
            && self.columns >= needed
            && place != LabelPlace::At(0)
            && (ascending(0.0) || ascending(1.0));
        let label = match place {
            LabelPlace::Nowhere => None,
            LabelPlace::First => Some(usize::from(counter)),
            LabelPlace::At(column) => Some(column),
        };
        let texts = std::mem::take(&mut self.texts);
        let stray = texts
            .iter()
            .find(|(column, texts)| Some(*column) != label && !texts.is_empty());
        if let Some((column, texts)) = stray {
            let (line, cell) = texts.first();
            return Err(self.no_number(line, *column, cell));
        }
        let raw = label.map(|label| {
            let texts = texts.into_iter().find(|(column, _)| *column == label);
            let values: Vec<f64> = self.column(label).collect();
            match texts
                .map(|(_, texts)| texts)
                .filter(|texts| !texts.is_empty())
            {
                None => Raw::Numbers(values),
                Some(texts) => {
                    let (names, of) = texts.filled(&values);
                    Raw::Texts {
                        names,
                        of,
                        first: None,
                    }
                }
            }
        });
        if counter {
            remarks.push("the first column only counts the rows and is left out".into());
        }
        let kept: Vec<usize> = (0..self.columns)
            .filter(|column| Some(*column) != label && !(counter && *column == 0))
            .collect();
        if let Some(label) = label.filter(|_| labels != LabelColumn::Only) {
            if kept.is_empty() {
                return Err(InputError::NoColumnLeft {
                    path: self.path.to_owned(),
                });
            }
            let name = names
                .as_ref()
                .map_or(String::new(), |names| format!(" `{}`", names[label]));
            remarks.push(format!("labels in column {}{name}", label + 1));
        }
        // a file of labels alone: its first line may be one, and only the number of rows tells
        let first = names.as_ref().map(|names| names[0].clone());
        if kept.len() < self.columns {
            keep_columns(&mut self.values, self.columns, &kept);
            names = names.map(|names| kept.iter().map(|column| names[*column].clone()).collect());
        }
        let shape = (self.rows, kept.len());
        Ok(Table {
            rows: Array2::from_shape_vec(shape, self.values).expect("every row has as many"),
            names,
            remarks,
            labels: raw.map(|raw| match raw {
                Raw::Texts { names, of, .. } if labels == LabelColumn::Only => {
                    Raw::Texts { names, of, first }
                }
                raw => raw,
            }),
        })
    }
}
