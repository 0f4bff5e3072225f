//! A curve as columns of blocks on a log scale.
//!
//! ```text
//! ██▇▆▅▄▄▃▂▁▁          a column is filled up to its value; the scale is written beside it
//! ███████████▇▆▅▄▃▂▁   partial blocks are eighths of a row
//! ```
//! A range of layers of a row or more and a band of two rows or more are shaded: a cell is full (`█`) where every draw of every layer of its column reaches it, then `▓` below the smallest median, `▒`
//! between the smallest and the largest, `░` up to the largest 90 % quantile. A prediction that leaves what was measured by more than
//! half a cell anywhere is a line along the whole curve (Braille: joined dots; else `*`), an edge of a predicted band of two rows or
//! more that is elsewhere than the measured one anywhere are sparse dots along it; `0` at the foot is an exact zero, `∞` at the top an overflow, `?` no number.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use crate::app::look::Glyphs;
use crate::engine::snapshot::Band;
use crate::ui::columns::Column;
use crate::ui::raster::Raster;
use crate::ui::scale::{Decades, EIGHTHS};
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::{BLOCKS, LINE, OVERFLOW, SHADES, UNKNOWN, ZERO};

/// One curve; as many columns as the area is wide.
#[derive(Clone, Debug)]
pub struct Spark<'a> {
    /// What was measured; `None` is not known yet.
    pub columns: &'a [Option<Column>],
    /// Which columns fail.
    pub failing: &'a [bool],
    /// What was predicted, log10.
    pub expected: &'a [Option<Band>],
    /// The vertical axis.
    pub scale: Decades,
    /// Colours.
    pub theme: &'a Theme,
    /// Characters of the thin line.
    pub glyphs: Glyphs,
}

/// A column as heights in eighths of a row.
struct Heights {
    low: usize,
    bottom: usize,
    top: usize,
    high: usize,
}

impl Heights {
    fn of(column: &Column, scale: &Decades, rows: usize) -> Option<Self> {
        let steps = rows * EIGHTHS;
        if !column.finite() {
            return column.overflow.then_some(Self {
                low: steps,
                bottom: steps,
                top: steps,
                high: steps,
            });
        }
        // A finite value is never invisible: one eighth at least. An exact zero is.
        let level = |v: f64| scale.level(v, steps).max(usize::from(v.is_finite()));
        let (low, bottom, top, high) = (
            level(column.low),
            level(column.bottom),
            level(column.top),
            level(column.high),
        );
        let bottom = if top - bottom < EIGHTHS { top } else { bottom };
        // A band below two rows would be seen at some columns and not at their neighbours.
        let (low, high) = if high - low < 2 * EIGHTHS {
            (bottom, top)
        } else {
            (low, high)
        };
        Some(Self {
            low,
            bottom,
            top,
            high,
        })
    }

    /// The glyph of the cell whose foot is at `foot` eighths.
    fn glyph(&self, foot: usize) -> &'static str {
        if self.top >= foot + EIGHTHS {
            if self.low > foot {
                BLOCKS[EIGHTHS]
            } else if self.bottom > foot {
                SHADES[0]
            } else {
                SHADES[1]
            }
        } else if self.top > foot {
            BLOCKS[self.top - foot]
        } else if self.high >= foot + EIGHTHS {
            SHADES[2]
        } else {
            BLOCKS[0]
        }
    }

    /// Whether a prediction at this height is outside the measured band by more than half a row.
    fn disagrees(&self, mark: usize) -> bool {
        mark + EIGHTHS / 2 < self.low || mark > self.high + EIGHTHS / 2
    }
}

/// Heights of the lines through one column in decades: the prediction, then the edges of its band; `None` where what was
/// measured shows them already.
fn lines(
    expected: &Band,
    measured: Option<&Heights>,
    scale: &Decades,
    rows: usize,
) -> [Option<f64>; 3] {
    let level = |v: f64| scale.level(v, rows * EIGHTHS);
    let Band { low, mid, high } = *expected;
    // A band below two rows is not told from its curve, as with what is measured.
    let wide = level(high) >= level(low) + 2 * EIGHTHS;
    let away = |edge: f64, from: fn(&Heights) -> usize| {
        measured.is_none_or(|h| from(h).abs_diff(level(edge)) >= EIGHTHS)
    };
    [
        measured
            .is_none_or(|h| h.disagrees(level(mid)))
            .then_some(mid),
        (wide && away(low, |h| h.low)).then_some(low),
        (wide && away(high, |h| h.high)).then_some(high),
    ]
}

impl Spark<'_> {
    /// The line of the prediction and the edges of its band, each along the whole curve where it is seen anywhere.
    fn rasters(&self, heights: &[Option<Heights>], rows: usize) -> [Raster; 2] {
        let seen = self.seen(heights, rows);
        let along = |of: fn(&Band) -> f64| -> Vec<Option<f64>> {
            let heights = self.expected.iter().take(heights.len());
            heights
                .map(|band| Some(self.scale.share(of(band.as_ref()?))))
                .collect()
        };
        let [mut line, mut edges] = [(); 2].map(|()| Raster::new(heights.len(), rows));
        if seen[0] {
            line.line(&along(|band| band.mid));
        }
        if seen[1] {
            edges.dots(&along(|band| band.low));
        }
        if seen[2] {
            edges.dots(&along(|band| band.high));
        }
        [line, edges]
    }

    /// Whether the prediction, the lower and the upper edge of its band are anywhere where nothing measured shows them.
    fn seen(&self, heights: &[Option<Heights>], rows: usize) -> [bool; 3] {
        let mut seen = [false; 3];
        for (heights, expected) in heights.iter().zip(self.expected) {
            let of = expected
                .as_ref()
                .map(|band| lines(band, heights.as_ref(), &self.scale, rows));
            for (seen, line) in seen.iter_mut().zip(of.into_iter().flatten()) {
                *seen |= line.is_some();
            }
        }
        seen
    }

    fn heights(&self, columns: usize, rows: usize) -> Vec<Option<Heights>> {
        let columns = self.columns.iter().take(columns);
        columns
            .map(|column| Heights::of(column.as_ref()?, &self.scale, rows))
            .collect()
    }

    /// Whether a line and whether edges are drawn on an area, for whoever explains them.
    #[must_use]
    pub fn drawn(&self, area: Rect) -> [bool; 2] {
        let rows = usize::from(area.height);
        let seen = self.seen(&self.heights(area.width.into(), rows), rows);
        [seen[0], seen[1] || seen[2]]
    }
}

impl Widget for Spark<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let rows = usize::from(area.height);
        let heights = self.heights(area.width.into(), rows);
        let [line, edges] = self.rasters(&heights, rows);
        for (y, row) in (area.top()..area.bottom()).zip((0..rows).rev()) {
            let fill = [false, true].map(|fails| self.theme.fill(fails, row, rows));
            for (x, (n, heights)) in (area.left()..).zip(heights.iter().enumerate()) {
                let measured = heights
                    .as_ref()
                    .map_or(BLOCKS[0], |h| h.glyph(row * EIGHTHS));
                let special = self.columns[n].as_ref().and_then(|c| special(c, row, rows));
                let style = fill[usize::from(self.failing.get(n) == Some(&true))];
                let cell = &mut buffer[(x, y)];
                cell.set_symbol(special.unwrap_or(measured))
                    .set_style(style);
                if special.is_some() || measured == SHADES[1] {
                    continue;
                }
                let line = line
                    .glyph(n, row, self.glyphs)
                    .map(|dots| match self.glyphs {
                        Glyphs::Blocks | Glyphs::Ascii => LINE,
                        Glyphs::Braille | Glyphs::Octants => dots,
                    });
                if let Some(line) = line.or_else(|| edges.glyph(n, row, self.glyphs)) {
                    text::over(cell, line, self.theme);
                }
            }
        }
    }
}

fn special(column: &Column, row: usize, rows: usize) -> Option<&'static str> {
    if column.overflow && row + 1 == rows {
        Some(OVERFLOW)
    } else if column.zero && row == 0 {
        Some(ZERO)
    } else if column.unknown && row == 0 {
        Some(UNKNOWN)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::look::Look;

    fn at(low: f64, bottom: f64, top: f64, high: f64) -> Option<Column> {
        Some(Column {
            low,
            bottom,
            top,
            high,
            zero: false,
            overflow: false,
            unknown: false,
        })
    }

    fn exactly(log10: f64) -> Option<Column> {
        at(log10, log10, log10, log10)
    }

    fn drawn(
        columns: &[Option<Column>],
        expected: &[Option<Band>],
        scale: Decades,
        rows: u16,
    ) -> Vec<String> {
        let area = Rect::new(0, 0, columns.len() as u16, rows);
        let mut buffer = Buffer::empty(area);
        Spark {
            columns,
            failing: &[],
            expected,
            scale,
            theme: &Theme::new(Look::default()),
            glyphs: Glyphs::Blocks,
        }
        .render(area, &mut buffer);
        (0..rows)
            .map(|y| (0..area.width).map(|x| buffer[(x, y)].symbol()).collect())
            .collect()
    }

    #[test]
    fn vanishing_falls_from_left_to_right() {
        let columns: Vec<_> = (0..8).map(|l| exactly(-2.0 * f64::from(l))).collect();
        let scale = Decades::around(0.0, columns.iter().flatten().map(|c| c.top));
        assert_eq!(
            drawn(&columns, &[None; 8], scale, 2),
            ["▇▅▃▁    ", "████▆▄▂▁"]
        );
    }

    #[test]
    fn healthy_is_flat_halfway_up() {
        let columns = [exactly(0.0); 6];
        let scale = Decades::around(0.0, [0.0]);
        assert_eq!(
            drawn(&columns, &[None; 6], scale, 4),
            ["      ", "      ", "██████", "██████"]
        );
    }

    #[test]
    fn the_band_and_the_extremes_are_shades_of_their_own() {
        let scale = Decades::around(0.0, [-4.0, 4.0]);
        let rows = drawn(&[at(-3.0, -1.0, 1.0, 3.0)], &[None], scale, 8);
        assert_eq!(rows, [" ", "░", "░", "▒", "▒", "▓", "▓", "█"]);
    }

    #[test]
    fn a_band_narrower_than_a_cell_is_a_clean_edge() {
        let scale = Decades::around(0.0, [0.0]);
        let rows = drawn(&[at(-0.1, -0.05, 0.12, 0.2)], &[None], scale, 4);
        assert_eq!(rows, [" ", "▂", "█", "█"]);
    }

    #[test]
    fn a_dead_layer_an_overflow_and_the_unknown_have_their_own_glyphs() {
        let odd = |zero, overflow, unknown| {
            Some(Column {
                low: f64::INFINITY,
                bottom: f64::INFINITY,
                top: f64::NEG_INFINITY,
                high: f64::NEG_INFINITY,
                zero,
                overflow,
                unknown,
            })
        };
        let columns = [
            odd(true, false, false),
            odd(false, true, false),
            odd(false, false, true),
            None,
        ];
        assert_eq!(
            drawn(&columns, &[None; 4], Decades::around(0.0, []), 3),
            [" ∞  ", " █  ", "0█? "]
        );
    }

    #[test]
    fn the_prediction_shows_where_the_curve_leaves_it_and_nowhere_else() {
        let scale = Decades::around(0.0, [0.0]);
        let columns = [exactly(0.0), exactly(-0.9), exactly(0.9), None];
        assert_eq!(
            drawn(&columns, &[Some(Band::line(0.01)); 4], scale, 4),
            ["  ▆ ", "****", "█ █ ", "█▂█ "]
        );
    }
    #[test]
    fn a_wide_band_shows_its_edges_around_what_was_measured() {
        let band = Some(Band {
            low: -2.0,
            mid: 0.0,
            high: 2.0,
        });
        let scale = Decades::around(0.0, [-4.0, 4.0]);
        // In the middle, by luck at an edge, outside, and an ensemble that has the band's own spread.
        let columns = [
            exactly(0.0),
            exactly(2.0),
            exactly(-3.5),
            at(-2.0, 0.0, 0.0, 2.0),
            None,
        ];
        assert_eq!(
            drawn(&columns, &[band; 5], scale, 8),
            [
                "     ",
                ".....",
                " █ ░ ",
                "*****",
                "██ ▓ ",
                ".....",
                "██ █ ",
                "██▄█ "
            ]
        );
    }
}
