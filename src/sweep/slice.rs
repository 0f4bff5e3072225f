//! Two axes of a cube beside each other, the others held.

use std::sync::Arc;

use crate::net::spec::Direction;
use crate::sweep::columns::Cell;
use crate::sweep::cube::{Cube, CubeAxis};

/// Along which side of a map an axis goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MapSide {
    /// From row to row.
    Rows,
    /// From column to column.
    Columns,
}

/// What is shown of a cube.
#[derive(Clone, Debug)]
pub struct Slice {
    cube: Arc<Cube>,
    /// The axes of rows and columns, where there are as many.
    sides: [Option<usize>; 2],
    /// A level of each axis; those of the sides are the cursor.
    levels: Vec<usize>,
    quantity: usize,
}

impl Slice {
    /// The first two axes, everything at its first level; a single axis goes from column to column.
    #[must_use]
    pub fn new(cube: Arc<Cube>) -> Self {
        let axes = cube.axes().len();
        Self {
            sides: match axes {
                0 => [None, None],
                1 => [None, Some(0)],
                _ => [Some(0), Some(1)],
            },
            levels: vec![0; axes],
            quantity: 0,
            cube,
        }
    }

    /// The cube.
    #[must_use]
    pub fn cube(&self) -> &Arc<Cube> {
        &self.cube
    }

    /// The place of the column that is shown.
    #[must_use]
    pub fn quantity(&self) -> usize {
        self.quantity
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.cube
            .quantities()
            .nth(self.quantity)
            .unwrap_or_default()
    }

    /// Shows another one.
    pub fn show(&mut self, quantity: usize) {
        self.quantity = quantity;
    }

    /// The axis of a side; `None` where the cube has not as many.
    #[must_use]
    pub fn axis(&self, side: MapSide) -> Option<&CubeAxis> {
        self.sides[side as usize].map(|axis| &self.cube.axes()[axis])
    }

    /// Levels along a side, 1 where it has no axis.
    #[must_use]
    pub fn length(&self, side: MapSide) -> usize {
        self.axis(side).map_or(1, |axis| axis.levels().len())
    }

    /// The axes that are held.
    pub fn held(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        let axes = 0..self.levels.len();
        axes.filter(|axis| !self.sides.contains(&Some(*axis)))
    }

    /// The level of an axis.
    #[must_use]
    pub fn level(&self, axis: usize) -> usize {
        self.levels[axis]
    }

    /// Row and column of the cursor.
    #[must_use]
    pub fn cursor(&self) -> [usize; 2] {
        self.sides
            .map(|axis| axis.map_or(0, |axis| self.levels[axis]))
    }

    /// The cursor to a row and a column, or to the nearest there are.
    pub fn put(&mut self, cursor: [usize; 2]) {
        for (axis, place) in self.sides.into_iter().zip(cursor) {
            if let Some(axis) = axis {
                let last = self.cube.axes()[axis].levels().len() - 1;
                self.levels[axis] = place.min(last);
            }
        }
    }

    /// The cursor one further along a side.
    pub fn step(&mut self, side: MapSide, direction: Direction) {
        let mut cursor = self.cursor();
        let place = &mut cursor[side as usize];
        *place = direction.along(*place, self.length(side));
        self.put(cursor);
    }

    /// A held axis at its next or previous level.
    pub fn turn(&mut self, axis: usize, direction: Direction) {
        if let Some(of) = self.cube.axes().get(axis) {
            self.levels[axis] = direction.around(self.levels[axis], of.levels().len());
        }
    }

    /// Another axis along a side; that of the other side changes places with it. False where there is no other.
    pub fn lay(&mut self, side: MapSide, direction: Direction) -> bool {
        let own = side as usize;
        let Some(here) = self.sides[own].filter(|_| self.levels.len() > 1) else {
            return false;
        };
        let next = direction.around(here, self.levels.len());
        if self.sides[1 - own] == Some(next) {
            self.sides[1 - own] = Some(here);
        }
        self.sides[own] = Some(next);
        true
    }

    /// The row of the table at a row and a column of the map.
    #[must_use]
    pub fn row_at(&self, place: [usize; 2]) -> Option<usize> {
        let mut levels = self.levels.clone();
        for (axis, place) in self.sides.into_iter().zip(place) {
            if let Some(axis) = axis {
                levels[axis] = place;
            }
        }
        self.cube.row_at(&levels)
    }

    /// The row under the cursor.
    #[must_use]
    pub fn row(&self) -> Option<usize> {
        self.cube.row_at(&self.levels)
    }

    /// What is shown at a row and a column of the map; `None` where the table has no such row.
    #[must_use]
    pub fn cell(&self, place: [usize; 2]) -> Option<Cell> {
        let row = self.row_at(place)?;
        Some(self.cube.cell(row, self.quantity))
    }

    /// The columns that are the ends of a band around the one that is shown: quantiles beside a median, a mean and its standard error.
    #[must_use]
    pub fn band(&self) -> Option<BandColumns> {
        let beside = |from: &str, to: &str| {
            let stem = self.name().strip_suffix(from)?;
            self.cube.quantity(&format!("{stem}{to}"))
        };
        if let (Some(low), Some(high)) = (beside("_p50", "_p10"), beside("_p50", "_p90")) {
            return Some(BandColumns::Quantiles(low, high));
        }
        beside("_mean", "_se").map(BandColumns::Error)
    }

    /// Least and most of the band at a row of the table.
    #[must_use]
    pub fn ends(&self, row: usize) -> Option<[f64; 2]> {
        let number = |quantity| match self.cube.cell(row, quantity) {
            Cell::Number(number) => Some(number),
            _ => None,
        };
        match self.band()? {
            BandColumns::Quantiles(low, high) => Some([number(low)?, number(high)?]),
            BandColumns::Error(error) => {
                let (mean, error) = (number(self.quantity)?, number(error)?);
                Some([mean - error, mean + error])
            }
        }
    }
}

/// What a band around a column is, by the places of the columns that say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BandColumns {
    /// From the 10 % to the 90 % quantile over draws.
    Quantiles(usize, usize),
    /// A standard error to either side.
    Error(usize),
}
