//! Thin lines: dots under a grid of cells, two across and four down in each.
//!
//! ```text
//! ⠑⠢⢄⡀          Braille: every dot
//!    ⠈⠑⠢⢄
//! ˙·..          blocks and ASCII: one character a cell, at one of three heights
//!     ˙·.
//! ```

use ratatui::symbols::{braille::BRAILLE, pixel::OCTANTS};

use crate::app::look::Glyphs;
use crate::ui::theme::glyphs::DOTS;

/// Dots across a cell.
pub const ACROSS: usize = 2;
/// Dots down a cell.
pub const DOWN: usize = 4;

/// A grid of dots, all off at first.
#[derive(Clone, Debug)]
pub struct Raster {
    columns: usize,
    rows: usize,
    /// Bit `2 y + x` of a cell is its dot `x` from the left and `y` from the top.
    cells: Vec<u8>,
}

impl Raster {
    /// For so many cells.
    #[must_use]
    pub fn new(columns: usize, rows: usize) -> Self {
        Self {
            columns,
            rows,
            cells: vec![0; columns * rows],
        }
    }

    /// A line through one height for each column of cells, 0 at the foot and 1 at the top; it is broken where there is none. What
    /// lies outside is drawn at the edge; a step between neighbours is joined.
    pub fn line(&mut self, heights: &[Option<f64>]) {
        let dots = self.rows * DOWN;
        let dot = |height: f64| {
            let up = (height.clamp(0.0, 1.0) * dots as f64) as usize;
            up.min(dots.saturating_sub(1))
        };
        let mut before: Option<usize> = None;
        for (column, height) in heights.iter().take(self.columns).enumerate() {
            let Some(height) = *height else {
                before = None;
                continue;
            };
            let next = heights.get(column + 1).copied().flatten();
            let halves = [height, next.map_or(height, |n| f64::midpoint(height, n))];
            for (x, height) in halves.into_iter().enumerate() {
                let y = dot(height);
                let joint = before.map_or(y, |b| if b < y { b + 1 } else { y.max(b.max(1) - 1) });
                for y in joint.min(y)..=joint.max(y) {
                    self.mark(column * ACROSS + x, y);
                }
                before = Some(y);
            }
        }
    }

    /// Sparse dots along a line, one a cell: the line itself has two, joined.
    pub fn dots(&mut self, heights: &[Option<f64>]) {
        let dots = self.rows * DOWN;
        for (column, height) in heights.iter().take(self.columns).enumerate() {
            if let Some(height) = height {
                let up = (height.clamp(0.0, 1.0) * dots as f64) as usize;
                self.mark(column * ACROSS, up.min(dots.saturating_sub(1)));
            }
        }
    }

    /// Switches a dot on, counted from the left and from the foot; nothing where it is outside.
    pub fn mark(&mut self, x: usize, y: usize) {
        let (column, row) = (x / ACROSS, y / DOWN);
        if column < self.columns && row < self.rows {
            let bit = (DOWN - 1 - y % DOWN) * ACROSS + x % ACROSS;
            self.cells[row * self.columns + column] |= 1 << bit;
        }
    }

    /// The character of a cell, its row counted from the foot; `None` where no dot is on.
    #[must_use]
    pub fn glyph(&self, column: usize, row: usize, glyphs: Glyphs) -> Option<char> {
        let dots = *self.cells.get(row * self.columns + column)?;
        if dots == 0 || column >= self.columns {
            return None;
        }
        Some(match glyphs {
            Glyphs::Octants => OCTANTS[usize::from(dots)],
            Glyphs::Braille => BRAILLE[usize::from(dots)],
            Glyphs::Blocks | Glyphs::Ascii => {
                let on = (0..8).filter(|bit| dots >> bit & 1 == 1);
                let (sum, count) = on.fold((0, 0), |(sum, n), bit| (sum + bit / ACROSS, n + 1));
                let from_foot = DOWN * 2 - 1 - (2 * sum + count) / count;
                let third = [0, 0, 1, 1, 1, 1, 2, 2][from_foot.min(7)];
                DOTS[third].chars().next().unwrap_or('.')
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(heights: &[Option<f64>], rows: usize, glyphs: Glyphs) -> Vec<String> {
        let mut raster = Raster::new(heights.len(), rows);
        raster.line(heights);
        let cell = |column, row| raster.glyph(column, row, glyphs).unwrap_or(' ');
        (0..rows)
            .rev()
            .map(|row| (0..heights.len()).map(|column| cell(column, row)).collect())
            .collect()
    }

    #[test]
    fn a_slope_is_a_joined_line_of_dots() {
        let falling: Vec<Option<f64>> = (0..8).map(|n| Some(1.0 - f64::from(n) / 8.0)).collect();
        assert_eq!(
            drawn(&falling, 2, Glyphs::Braille),
            ["⠉⠑⠢⢄⡀   ", "    ⠈⠑⠢⠤"]
        );
        assert_eq!(drawn(&falling, 2, Glyphs::Blocks), ["˙··..   ", "    ˙···"]);
    }

    #[test]
    fn a_step_is_joined_and_a_gap_is_not() {
        let heights = [Some(0.0), Some(1.0), None, Some(0.5)];
        assert_eq!(drawn(&heights, 2, Glyphs::Braille), ["⢀⠏ ⣀", "⡸   "]);
    }

    #[test]
    fn what_is_outside_is_at_the_edge_and_no_number_at_the_foot() {
        let heights = [Some(7.0), Some(-7.0), Some(f64::NAN)];
        let rows = drawn(&heights, 1, Glyphs::Octants);
        assert_eq!(rows[0].chars().count(), 3);
        assert!(drawn(&[], 3, Glyphs::Braille).iter().all(String::is_empty));
    }
}
