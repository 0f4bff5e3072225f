//! Units of work: a point with all its draws, or some of the draws of a point that is split.
//!
//! Unit `u` is piece `u mod p` of point `u div p`, where every point has `p` pieces. It belongs to shard `u mod N`.

use std::ops::Range;

use super::{GridError, Point, Points};
use crate::net::spec::Draws;
use crate::net::spec::field::DRAWS;
use crate::sweep::grid::{MOST_POINTS, Measure};

/// What a process measures at once.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The point.
    pub point: Point,
    /// Which of its draws, where it is split.
    pub draws: Option<Range<usize>>,
}

impl Points {
    /// How many units there are.
    #[must_use]
    pub fn units(&self) -> u64 {
        self.count * self.pieces
    }

    /// Units of a point; one where none is split.
    #[must_use]
    pub fn pieces(&self) -> u64 {
        self.pieces
    }

    /// Unit `number`.
    ///
    /// # Errors
    /// Its point cannot be measured.
    pub fn unit(&self, number: u64) -> Result<Unit, GridError> {
        let point = self.point(number / self.pieces)?;
        let draws = self.grid().split.map(|split| {
            let all = point.spec.draws_target();
            let first = ((number % self.pieces) as usize).saturating_mul(split as usize);
            first.min(all)..first.saturating_add(split as usize).min(all)
        });
        Ok(Unit { point, draws })
    }

    /// Finds out into how many pieces every point is split.
    pub(super) fn divide(&mut self) -> Result<(), GridError> {
        let Some(split) = self.grid.split else {
            return Ok(());
        };
        let swept = self.grid.axes.iter().find_map(|axis| {
            let field = axis.fields.iter().position(|name| name == DRAWS.name)?;
            let values = axis.values.iter().map(|all| all[field].as_str());
            let mut values: Vec<&str> = values.collect();
            values.dedup();
            Some(values.join(", "))
        });
        let draws = swept.unwrap_or_else(|| match self.base.draws {
            Draws::Auto => "auto".into(),
            Draws::Exactly(draws) => draws.to_string(),
        });
        let fixed: Option<u64> = draws.parse().ok();
        let Some(fixed) = fixed.filter(|_| self.grid.measure == Measure::Run) else {
            return Err(GridError::Split(draws));
        };
        self.pieces = fixed.max(1).div_ceil(split);
        let units = self.count.checked_mul(self.pieces);
        if units.is_none_or(|units| units > MOST_POINTS) {
            return Err(GridError::Points { points: units });
        }
        Ok(())
    }
}
