//! The columns of a cube while a file is read.

use std::collections::HashMap;

use super::roles::{self, Role};
use super::{Cube, CubeAxis, CubeError, afford, crossed};
use crate::sweep::columns::{Cell, ColumnKind};
use crate::sweep::points::Points;

/// Words, each kept once.
#[derive(Debug, Default)]
pub(super) struct Coded {
    codes: Vec<u32>,
    known: HashMap<Box<str>, u32>,
    /// Of the words that are known, about.
    bytes: u64,
}

/// Bytes of a word beside its text: in the map while the file is read, in a list behind it.
const WORD: u64 = 96;

impl Coded {
    fn push(&mut self, word: &str) {
        let code = match self.known.get(word) {
            Some(code) => *code,
            None => {
                let code = self.known.len() as u32;
                self.known.insert(word.into(), code);
                self.bytes += WORD + word.len() as u64;
                code
            }
        };
        self.codes.push(code);
    }

    /// The words in the order of the file, and which of them stands in each row.
    pub(super) fn taken(self) -> (Vec<String>, Vec<u32>) {
        let mut words = vec![String::new(); self.known.len()];
        for (word, code) in self.known {
            words[code as usize] = word.into();
        }
        (words, self.codes)
    }
}

/// RowTexts, one behind the other.
#[derive(Debug, Default)]
pub(super) struct RowTexts {
    text: String,
    ends: Vec<usize>,
}

impl RowTexts {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// The text of a row.
    pub(super) fn get(&self, row: usize) -> &str {
        let begin = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[begin..self.ends[row]]
    }
}

/// What stands in the rows of a quantity.
#[derive(Debug)]
pub(super) enum Values {
    /// Doubles.
    Numbers(Vec<f64>),
    /// Whole numbers; NaN where there is none.
    Whole(Vec<f64>),
    /// Words, each once, and which of them stands where.
    Words(Vec<String>, Vec<u32>),
}

impl Values {
    pub(super) fn cell(&self, row: usize) -> Cell {
        match self {
            Self::Numbers(all) => Cell::Number(all[row]),
            Self::Whole(all) if all[row].is_nan() => Cell::Missing,
            Self::Whole(all) => Cell::Integer(all[row] as i64),
            Self::Words(words, codes) => match &*words[codes[row] as usize] {
                "" => Cell::Missing,
                word => Cell::Text(word.to_owned().into()),
            },
        }
    }

    pub(super) fn words(&self) -> Option<&[String]> {
        match self {
            Self::Words(words, _) => Some(words),
            Self::Numbers(_) | Self::Whole(_) => None,
        }
    }

    pub(super) fn range(&self) -> Option<[f64; 2]> {
        let all = match self {
            Self::Numbers(all) | Self::Whole(all) => all,
            Self::Words(..) => return None,
        };
        let finite = all.iter().copied().filter(|x| x.is_finite());
        let range = finite.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], x| {
            [low.min(x), high.max(x)]
        });
        (range[0] <= range[1]).then_some(range)
    }
}

/// One column on its way.
#[derive(Debug)]
enum Column {
    Point(Vec<u32>),
    Coded(Role, Coded),
    RowTexts(RowTexts),
    Numbers(ColumnKind, Vec<f64>),
}

/// What stands in one place of a file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'a> {
    /// Nothing.
    Nothing,
    Integer(i64),
    Number(f64),
    Text(&'a str),
}

/// A table on its way.
#[derive(Debug)]
pub(super) struct Filling {
    pub(super) names: Vec<String>,
    columns: Vec<Column>,
    pub(super) rows: usize,
    /// Bytes that all rows need, without the words.
    need: u64,
    /// What says the networks, where no column does.
    pub(super) grid: Option<Points>,
}

impl Filling {
    /// For so many rows with texts of so many bytes at most.
    pub(super) fn new(names: Vec<String>, rows: u64, texts: u64) -> Result<Self, CubeError> {
        let roles = roles::of(&names).map_err(CubeError::Foreign)?;
        let bytes = |role: &Role| match role {
            Role::Quantity(ColumnKind::Integer | ColumnKind::Number) | Role::Network => 8,
            _ => 4,
        };
        // the order of the rows beside them
        let row: u64 = roles.iter().map(bytes).sum::<u64>() + 4;
        let need = rows.saturating_mul(row).saturating_add(texts);
        afford(rows, need)?;
        let rows = rows as usize;
        let columns = roles.into_iter().map(|role| match role {
            Role::Point => Column::Point(Vec::with_capacity(rows)),
            Role::Network => Column::RowTexts(RowTexts {
                text: String::with_capacity(texts as usize),
                ends: Vec::with_capacity(rows),
            }),
            Role::Quantity(kind @ (ColumnKind::Integer | ColumnKind::Number)) => {
                Column::Numbers(kind, Vec::with_capacity(rows))
            }
            Role::Field | Role::Key | Role::Draws | Role::Quantity(ColumnKind::Text) => {
                let codes = Vec::with_capacity(rows);
                let coded = Coded::default();
                Column::Coded(role, Coded { codes, ..coded })
            }
        });
        Ok(Self {
            columns: columns.collect(),
            names,
            need,
            rows: 0,
            grid: None,
        })
    }

    /// So many rows more are whole.
    ///
    /// # Errors
    /// Their words need too much memory.
    pub(super) fn end_rows(&mut self, rows: usize) -> Result<(), CubeError> {
        self.rows += rows;
        let words = self.columns.iter().map(|column| match column {
            Column::Coded(_, coded) => coded.bytes,
            _ => 0,
        });
        afford(self.rows as u64, self.need + words.sum::<u64>())
    }

    /// Whether a column says the network of each row.
    pub(super) fn has_networks(&self) -> bool {
        let texts = |column: &Column| matches!(column, Column::RowTexts(_));
        self.columns.iter().any(texts)
    }

    /// Adds what stands in the next row of a column; false where that is not of its kind.
    pub(super) fn push(&mut self, column: usize, found: Found<'_>) -> bool {
        match (&mut self.columns[column], found) {
            (Column::Point(all), Found::Integer(number)) => match u32::try_from(number) {
                Ok(number) => all.push(number),
                Err(_) => return false,
            },
            (Column::RowTexts(all), Found::Text(text)) => all.push(text),
            (Column::Numbers(_, all), Found::Nothing) => all.push(f64::NAN),
            (Column::Numbers(_, all), Found::Integer(number)) => all.push(number as f64),
            (Column::Numbers(ColumnKind::Number, all), Found::Number(number)) => all.push(number),
            (Column::Coded(_, all), Found::Text(text)) => all.push(text),
            (Column::Coded(_, all), Found::Integer(number)) => all.push(&number.to_string()),
            (Column::Coded(_, all), Found::Number(number)) => all.push(&number.to_string()),
            (Column::Coded(_, all), Found::Nothing) => all.push(""),
            _ => return false,
        }
        true
    }

    /// The same of a text that stands for any of these.
    pub(super) fn push_text(&mut self, column: usize, text: &str) -> bool {
        let integer = || text.parse().ok().map(Found::Integer);
        let found = match &self.columns[column] {
            Column::Point(_) => integer(),
            Column::Numbers(..) if text.is_empty() => Some(Found::Nothing),
            Column::Numbers(ColumnKind::Integer, _) => integer(),
            Column::Numbers(..) => text.parse().ok().map(Found::Number),
            Column::RowTexts(_) | Column::Coded(..) => Some(Found::Text(text)),
        };
        found.is_some_and(|found| self.push(column, found))
    }

    /// The cube of what was read.
    pub(super) fn cube(self) -> Cube {
        let mut points = Vec::new();
        let (mut fields, mut keys, mut draws) = (Vec::new(), Vec::new(), None);
        let (mut quantities, mut networks) = (Vec::new(), None);
        for (name, column) in self.names.into_iter().zip(self.columns) {
            match column {
                Column::Point(all) => points = all,
                Column::RowTexts(all) => networks = Some(all),
                Column::Numbers(ColumnKind::Integer, all) => {
                    quantities.push((name, Values::Whole(all)));
                }
                Column::Numbers(_, all) => quantities.push((name, Values::Numbers(all))),
                Column::Coded(Role::Field, coded) => fields.push(CubeAxis::new(name, coded)),
                Column::Coded(Role::Key, coded) => keys.push(CubeAxis::new(name, coded)),
                Column::Coded(Role::Draws, coded) => draws = Some(CubeAxis::new(name, coded)),
                Column::Coded(_, coded) => {
                    let (words, codes) = coded.taken();
                    quantities.push((name, Values::Words(words, codes)));
                }
            }
        }
        let measured = 1 + points.windows(2).filter(|two| two[0] != two[1]).count();
        let mut axes = crossed(fields);
        let told: usize = axes.iter().map(|axis| axis.levels().len()).product();
        if let Some(draws) = draws {
            // swept where points are not told apart without them
            if told < measured && draws.levels().len() > 1 {
                axes.push(draws);
                axes = crossed(axes);
            } else {
                quantities.insert(0, as_numbers(draws));
            }
        }
        for (place, key) in keys.into_iter().enumerate() {
            if measured < points.len() && key.levels().len() > 1 {
                axes.push(key);
            } else {
                quantities.insert(place, as_numbers(key));
            }
        }
        let cube = Cube {
            name: String::new(),
            points,
            axes,
            quantities,
            networks,
            grid: self.grid,
            order: None,
        };
        cube.sorted()
    }
}

/// A column of numbers that is no axis.
fn as_numbers(axis: CubeAxis) -> (String, Values) {
    let numbers: Vec<f64> = axis
        .levels
        .iter()
        .map(|level| level.parse().unwrap_or(f64::NAN))
        .collect();
    let all = axis.of_rows.iter().map(|level| numbers[*level as usize]);
    let all = all.collect();
    let values = if numbers.iter().all(|x| x.fract() == 0.0) {
        Values::Whole(all)
    } else {
        Values::Numbers(all)
    };
    (axis.name, values)
}
