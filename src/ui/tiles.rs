//! A table of tiles: a character, a number and a colour for every row and column, as much of it as fits around the cursor.
//!
//! ```text
//!                  glo glo he  he
//!              def uni nor uni nor
//!  mish          5   5   5  30  30
//! >tanh         24  24  24  65  65
//! ```

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::ui::text;
use crate::ui::theme::Theme;

/// Columns of a table from which on it says which part of it is seen.
const WITH_COUNT: u16 = 50;
/// Columns in which every row has its whole name.
const WHOLE_NAMES: usize = 21;
/// Lines over the table.
const HEAD: u16 = 2;

/// What stands in a tile: a character, a number that is not cut, and their style, so that nothing is told by colour alone.
pub(super) type Shown = (char, String, Style);

/// The name of a row or a column.
pub(super) type NameOf<'a> = &'a dyn Fn(usize) -> Cow<'a, str>;

/// A table of tiles.
pub(super) struct Tiles<'a> {
    /// Rows and columns, one of each at least.
    pub(super) size: (usize, usize),
    /// Row and column.
    pub(super) cursor: (usize, usize),
    pub(super) row: NameOf<'a>,
    pub(super) column: NameOf<'a>,
    /// Columns of the screen that a tile has, its character among them, where names over it are cut.
    pub(super) cells: RangeInclusive<usize>,
}

/// Which part of a table is seen, and where.
struct Seen {
    /// Columns of the rows' names.
    label: usize,
    /// Columns of each tile, of those that are seen.
    cells: Vec<usize>,
    columns: Range<usize>,
    rows: Range<usize>,
}

/// So many places of which `here` is seen, in the middle where there is room on both sides.
fn window(here: usize, count: usize, room: usize) -> Range<usize> {
    let room = room.min(count);
    let start = here.saturating_sub(room / 2).min(count - room);
    start..start + room
}

impl Seen {
    /// The columns that are seen, each with where it begins and how wide it is.
    fn places(&self) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
        let mut x = self.label;
        self.columns
            .clone()
            .zip(&self.cells)
            .map(move |(at, cell)| {
                let begins = x;
                x += cell;
                (at, begins, *cell)
            })
    }
}

impl Tiles<'_> {
    /// Columns of a tile under the whole name of its column.
    fn whole(&self, column: usize) -> usize {
        let name = (self.column)(column);
        let words = name.split('_').map(text::width);
        words.max().unwrap_or(0).max(*self.cells.start()) + 1
    }

    /// As much as fits around the cursor; the columns have their whole names where all of them do.
    fn seen(&self, inside: Rect) -> Seen {
        let ((rows, columns), (row, column)) = (self.size, self.cursor);
        let width = usize::from(inside.width);
        let least = if width < 50 { 12 } else { 13 };
        let room = width.saturating_sub(least);
        // none is narrower than this
        let all_may_fit = columns.saturating_mul(self.cells.start() + 1) <= room;
        let wide: Option<Vec<usize>> =
            all_may_fit.then(|| (0..columns).map(|at| self.whole(at)).collect());
        let wide = wide.filter(|wide| wide.iter().sum::<usize>() <= room);
        let (cells, count, used) = match wide {
            Some(wide) => {
                let used = wide.iter().sum();
                (wide, columns, used)
            }
            None => {
                let cell = (room / columns).clamp(*self.cells.start(), *self.cells.end());
                let count = (room / cell).clamp(1, columns);
                (vec![cell; count], count, columns.saturating_mul(cell))
            }
        };
        let label = width.saturating_sub(used);
        let lines = usize::from(inside.height.saturating_sub(HEAD));
        Seen {
            label: label.clamp(least, WHOLE_NAMES),
            columns: window(column, columns, count),
            rows: window(row, rows, lines),
            cells,
        }
    }

    /// Row and column of the tile at a place; beside the tiles the cursor's column.
    pub(super) fn at(&self, inside: Rect, here: Position) -> Option<(usize, usize)> {
        if !inside.contains(here) {
            return None;
        }
        let seen = self.seen(inside);
        let row = usize::from((here.y - inside.y).checked_sub(HEAD)?) + seen.rows.start;
        let x = usize::from(here.x - inside.x);
        let column = if x < seen.label {
            Some(self.cursor.1)
        } else {
            let mut places = seen.places();
            let found = places.find(|(_, begins, cell)| (*begins..begins + cell).contains(&x));
            found.map(|(at, ..)| at)
        };
        seen.rows.contains(&row).then_some((row, column?))
    }

    /// Draws them; a tile is asked for with the columns that its number has.
    pub(super) fn render(
        &self,
        theme: &Theme,
        inside: Rect,
        buffer: &mut Buffer,
        tile: impl Fn(usize, usize, usize) -> Shown,
    ) {
        let (row, column) = self.cursor;
        let seen = self.seen(inside);
        for (at, x, cell) in seen.places() {
            let style = if at == column {
                theme.strong
            } else {
                theme.text
            };
            for (y, text) in (0..HEAD).zip(text::over_column(&(self.column)(at), cell - 1)) {
                text::at(buffer, inside, (x + 1, y), &text, style);
            }
        }
        for (y, at) in (HEAD..).zip(seen.rows.clone()) {
            let here = at == row;
            let mark = if here { '>' } else { ' ' };
            let name = text::cut(&(self.row)(at), seen.label - 2);
            let style = if here { theme.strong } else { theme.text };
            text::at(buffer, inside, (0, y), &format!("{mark}{name}"), style);
            for (beside, x, cell) in seen.places() {
                let (symbol, number, style) = tile(at, beside, cell - 1);
                let style = if here && beside == column {
                    theme.notice
                } else {
                    style
                };
                let text = format!("{symbol}{number:>0$}", cell - 1);
                text::at(buffer, inside, (x, y), &text, style);
            }
        }
        let part = seen.rows.len() < self.size.0 || seen.columns.len() < self.size.1;
        // the name under the cursor stands on the same border
        if part && inside.width >= WITH_COUNT {
            let border = Rect {
                y: inside.bottom(),
                height: 1,
                ..inside
            };
            let (from, to, of) = (seen.rows.start + 1, seen.rows.end, self.size.0);
            text::right(
                buffer,
                border,
                &format!(" {from}-{to} of {of} "),
                theme.faint,
            );
        }
    }
}
