//! What a view looks like.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::action::ViewName;
use crate::app::mouse::Hit;
use crate::app::state::Model;
use crate::ui::columns;
use crate::ui::layout::Panel;
use crate::ui::theme::Theme;

/// Draws into blank cells.
pub type Draw = fn(&Model, &Theme, Rect, &mut Buffer);
/// Writes what is known; `None` where nothing is known yet.
pub type Numbers = fn(&Model, Form) -> Option<String>;

/// Finds what is at a position of a screen.
pub type HitTest = fn(&Model, Rect, Position) -> Option<Hit>;
/// Finds panels, each with its inside.
pub type Panels = fn(&Model, Rect) -> Vec<(Panel, Rect)>;

/// A row of the table of faces: what a view looks like.
pub struct Face {
    /// Whose face it is.
    pub view: ViewName,
    /// Draws the whole screen of the view; a line with what is needed where it is too small.
    pub draw: Draw,
    /// Writes what the view is about.
    pub numbers: Numbers,
    /// Finds what can be pointed at, between the header and the footer.
    pub hit: Option<HitTest>,
    /// Finds the panels that can be pointed out by name, each with its inside.
    pub panels: Option<Panels>,
}

impl Face {
    /// Nothing can be pointed at, and nothing pointed out.
    pub(super) const fn new(view: ViewName, draw: Draw, numbers: Numbers) -> Self {
        Self {
            view,
            draw,
            numbers,
            hit: None,
            panels: None,
        }
    }
}

/// How numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// CSV.
    Rows,
    /// JSON.
    Document,
}

impl Form {
    /// What is known, in this form.
    pub(super) fn of<T: ?Sized>(
        self,
        known: &T,
        rows: fn(&T) -> String,
        document: fn(&T) -> String,
    ) -> String {
        match self {
            Self::Rows => rows(known),
            Self::Document => document(known),
        }
    }
}

/// The line of a list, counted from 0.
pub(super) fn line_of(list: Rect, here: Position) -> Option<usize> {
    list.contains(here).then(|| usize::from(here.y - list.y))
}

/// The first layer of a column.
pub(super) fn layer_of(plot: Rect, depth: usize, here: Position) -> Option<Hit> {
    let columns = usize::from(plot.width);
    plot.contains(here).then(|| {
        let column = usize::from(here.x - plot.x);
        Hit::Layer(columns::layers_of(column, columns, depth).start)
    })
}

/// A row and a column of what the view shows, or the rest of it, where the wheel moves the cursor all the same.
pub(super) fn cell_or_list(cell: Option<(usize, usize)>) -> Option<Hit> {
    Some(cell.map_or(Hit::List, |(row, column)| Hit::Cell(row, column)))
}
