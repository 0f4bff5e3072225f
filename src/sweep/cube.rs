//! A table of a sweep in memory as a cube: every row stands at one level of each axis.
//!
//! Axes are the fields of the grid, those that change together as one, and then what tells the rows of one point apart (`layer`, `draw`,
//! `rate`, `run`, `step`). What has one value alone is no axis. Levels are in the order of the file, which is that of the grid. The other
//! columns are quantities. Rows take 8 bytes a number and 4 a word or a level; a table that needs more than the limit of the process is
//! refused before it is read.

mod filling;
mod parquet;
mod roles;
mod text;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use crate::net::spec::{caps, size};
use crate::sweep::columns::Cell;
use crate::sweep::points::Points;
use filling::{Coded, RowTexts, Values};

/// Why a file is no cube: what is wrong, what is allowed.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message says what each field is")]
pub enum CubeError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("it is no table that `initscope sweep` or `initscope merge` has written: {0}")]
    Foreign(String),
    #[error("it has no rows")]
    Empty,
    #[error(
        "its {rows} rows need {need} of memory, more than the limit of {limit}; type --memory, or sweep in several grids"
    )]
    Memory {
        rows: u64,
        need: String,
        limit: String,
    },
}

/// Refuses a table that needs too much memory.
fn afford(rows: u64, bytes: u64) -> Result<(), CubeError> {
    let limit = caps().memory;
    if bytes <= limit && u32::try_from(rows).is_ok() {
        return Ok(());
    }
    let [need, limit] = [bytes, limit].map(size);
    Err(CubeError::Memory { rows, need, limit })
}

/// One axis.
#[derive(Clone, Debug)]
pub struct CubeAxis {
    name: String,
    levels: Vec<String>,
    /// The level of each row.
    of_rows: Vec<u32>,
}

impl CubeAxis {
    fn new(name: String, coded: Coded) -> Self {
        let (levels, of_rows) = coded.taken();
        Self {
            name,
            levels,
            of_rows,
        }
    }

    /// Its field, or its fields with commas between them.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What stands in the file at each level.
    #[must_use]
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// Whether every level of the one occurs with every level of the other.
    fn is_crossed_with(&self, other: &Self) -> bool {
        let pairs = self.levels.len() * other.levels.len();
        if pairs > self.of_rows.len() {
            return false;
        }
        let mut seen = vec![false; pairs];
        let mut left = pairs;
        for (own, of_other) in self.of_rows.iter().zip(&other.of_rows) {
            let pair = &mut seen[*own as usize * other.levels.len() + *of_other as usize];
            left -= usize::from(!std::mem::replace(pair, true));
        }
        left == 0
    }

    /// Both as one axis: its levels are the pairs that occur.
    fn joined(&self, other: &Self) -> Self {
        let mut known: HashMap<[u32; 2], u32> = HashMap::new();
        let mut levels = Vec::new();
        let pairs = self.of_rows.iter().zip(&other.of_rows);
        let of_rows = pairs.map(|(own, of_other)| {
            *known.entry([*own, *of_other]).or_insert_with(|| {
                let [a, b] = [
                    &self.levels[*own as usize],
                    &other.levels[*of_other as usize],
                ];
                levels.push(format!("{a}, {b}"));
                levels.len() as u32 - 1
            })
        });
        Self {
            of_rows: of_rows.collect(),
            levels,
            name: format!("{}, {}", self.name, other.name),
        }
    }
}

/// Axes from columns: what does not occur in all combinations changes together.
fn crossed(columns: Vec<CubeAxis>) -> Vec<CubeAxis> {
    let mut axes: Vec<CubeAxis> = Vec::new();
    for mut axis in columns.into_iter().filter(|axis| axis.levels.len() > 1) {
        while let Some(at) = axes.iter().position(|other| !other.is_crossed_with(&axis)) {
            axis = axes.remove(at).joined(&axis);
        }
        axes.push(axis);
    }
    axes
}

/// A table as a cube.
#[derive(Debug)]
pub struct Cube {
    name: String,
    /// The number of the point of each row.
    points: Vec<u32>,
    axes: Vec<CubeAxis>,
    quantities: Vec<(String, Values)>,
    /// The network of each row, where the table says it.
    networks: Option<RowTexts>,
    /// What says it elsewhere.
    grid: Option<Points>,
    /// Rows by their levels, where that is not the order of the file.
    order: Option<Vec<u32>>,
}

impl Cube {
    /// Reads a table in Parquet, JSON lines or CSV, whatever it is called.
    ///
    /// # Errors
    /// It cannot be read, is no table of a sweep, or needs too much memory.
    pub fn open(path: &Path) -> Result<Self, CubeError> {
        let mut file = File::open(path)?;
        if !file.metadata()?.is_file() {
            return Err(CubeError::Foreign("it is no file".into()));
        }
        let mut first = [0; 4];
        let length = file.read(&mut first)?;
        file.rewind()?;
        let filled = match &first[..length] {
            b"PAR1" => parquet::read(file)?,
            [b'{', ..] => text::lines(file)?,
            _ => text::csv(file)?,
        };
        if filled.rows == 0 {
            return Err(CubeError::Empty);
        }
        let mut cube = filled.cube();
        cube.name = path.to_string_lossy().into_owned();
        Ok(cube)
    }

    /// The file, as it was asked for.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.points.len()
    }

    /// Axes, those of the grid first.
    #[must_use]
    pub fn axes(&self) -> &[CubeAxis] {
        &self.axes
    }

    /// The names of the columns that are no axes.
    pub fn quantities(&self) -> impl ExactSizeIterator<Item = &str> {
        self.quantities.iter().map(|(name, _)| &**name)
    }

    /// The place of a quantity.
    #[must_use]
    pub fn quantity(&self, name: &str) -> Option<usize> {
        self.quantities().position(|own| own == name)
    }

    /// What stands in a row of a quantity.
    #[must_use]
    pub fn cell(&self, row: usize, quantity: usize) -> Cell {
        self.quantities[quantity].1.cell(row)
    }

    /// The finite numbers of a quantity, least and greatest; `None` of words, and where there is none.
    #[must_use]
    pub fn range(&self, quantity: usize) -> Option<[f64; 2]> {
        self.quantities[quantity].1.range()
    }

    /// The words of a quantity in the order of the file; `None` of numbers.
    #[must_use]
    pub fn words(&self, quantity: usize) -> Option<&[String]> {
        self.quantities[quantity].1.words()
    }

    /// The number of the point of a row.
    #[must_use]
    pub fn point(&self, row: usize) -> u32 {
        self.points[row]
    }

    /// The network of a row as text; `None` where the file does not say it.
    #[must_use]
    pub fn network(&self, row: usize) -> Option<String> {
        if let Some(networks) = &self.networks {
            return Some(networks.get(row).to_owned());
        }
        let point = self.grid.as_ref()?.point(self.points[row].into());
        point.ok().map(|point| point.spec.to_string())
    }

    /// The row at a level of each axis, the first where there are several.
    #[must_use]
    pub fn row_at(&self, levels: &[usize]) -> Option<usize> {
        let row = |place: usize| match &self.order {
            Some(order) => order[place] as usize,
            None => place,
        };
        let against = |place: usize| {
            let own = self
                .axes
                .iter()
                .map(|axis| axis.of_rows[row(place)] as usize);
            own.cmp(levels.iter().copied())
        };
        let (mut low, mut high) = (0, self.rows());
        while low < high {
            let middle = usize::midpoint(low, high);
            match against(middle) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal | Ordering::Greater => high = middle,
            }
        }
        (low < self.rows() && against(low) == Ordering::Equal).then(|| row(low))
    }

    /// Puts the rows in the order of their levels.
    fn sorted(mut self) -> Self {
        let axes = &self.axes;
        let levels = |row: u32| axes.iter().map(move |axis| axis.of_rows[row as usize]);
        let before = |a: &u32, b: &u32| levels(*a).cmp(levels(*b)).then(a.cmp(b));
        let rows = 0..self.points.len() as u32;
        if !rows.clone().is_sorted_by(|a, b| before(a, b).is_lt()) {
            let mut order: Vec<u32> = rows.collect();
            order.sort_unstable_by(before);
            self.order = Some(order);
        }
        self
    }
}

#[cfg(test)]
mod tests;
