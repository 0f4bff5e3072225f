//! The one table of keys: what is pressed, what it is called, what it does. Footer, help and README come from it.
//!
//! The table is written in parts, a category a file; [`rows`] goes through all of them.

mod advice;
mod atlas;
mod compare;
mod export;
mod factors;
mod help;
mod map;
mod network;
mod palette;
mod phase;
mod picture;
mod program;
mod scope;
mod train;

pub use map::{BACK, KeyMap, KeyMapError};

use crate::app::action::{Action, Category, Direction, Parameter};
use crate::app::export::Format;
use crate::app::key::Key;
use crate::app::state::View;

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct KeyRow {
    /// Keys that go forward; the first is the one to show.
    pub keys: &'static [Key],
    /// What they do.
    pub action: Action,
    /// Keys that go back, with what they do; the first is the one to show.
    pub back: Option<(&'static [Key], Action)>,
    /// One or two words, as in the footer and the network panel.
    pub name: &'static str,
    /// One line, as in the help and the README.
    pub does: &'static str,
    /// Heading.
    pub category: Category,
    /// Place in line for the footer, 1 first; 0 is never shown there.
    pub rank: u8,
}

/// The parts of the table, in the order of the help.
const PARTS: [&[KeyRow]; Category::ALL.len()] = [
    network::ROWS,
    picture::ROWS,
    program::ROWS,
    scope::ROWS,
    compare::ROWS,
    atlas::ROWS,
    phase::ROWS,
    advice::ROWS,
    train::ROWS,
    factors::ROWS,
    palette::ROWS,
    export::ROWS,
    help::ROWS,
];

/// What reaches outside the program: into the working directory and to the shell.
const OUTSIDE: &[Action] = &[
    Action::Save(Format::Svg),
    Action::Save(Format::Text),
    Action::Save(Format::Ansi),
    Action::Save(Format::Csv),
    Action::Save(Format::Json),
    Action::Overwrite,
    Action::Suspend,
];

/// Every key of the dashboard.
pub fn rows() -> impl Iterator<Item = &'static KeyRow> {
    PARTS.into_iter().flatten()
}

/// The row of an action that has no opposite.
const fn plain(
    keys: &'static [Key],
    action: Action,
    name: &'static str,
    does: &'static str,
    category: Category,
    rank: u8,
) -> KeyRow {
    KeyRow {
        keys,
        action,
        back: None,
        name,
        does,
        category,
        rank,
    }
}

/// The row of an action and its opposite.
const fn pair(
    keys: &'static [Key],
    back: &'static [Key],
    actions: [Action; 2],
    name: &'static str,
    does: &'static str,
    category: Category,
    rank: u8,
) -> KeyRow {
    KeyRow {
        back: Some((back, actions[1])),
        ..plain(keys, actions[0], name, does, category, rank)
    }
}

/// The rows of the layer cursor.
const fn layers(category: Category, one: &'static str, ten: &'static str, rank: u8) -> [KeyRow; 2] {
    [
        pair(
            &[Key::Right],
            &[Key::Left],
            [Action::Layer(1), Action::Layer(-1)],
            "layer",
            one,
            category,
            rank,
        ),
        pair(
            &[Key::PageDown],
            &[Key::PageUp],
            [Action::Layer(10), Action::Layer(-10)],
            "ten layers",
            ten,
            category,
            0,
        ),
    ]
}

/// What takes the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Focus {
    /// A view.
    View(View),
    /// The help over a view: its own keys come first.
    Help(View),
    /// The dialog of exports: nothing but it and the program.
    Export,
    /// The command palette: nothing but it and the keys of the program that are no text.
    Palette,
}

impl Focus {
    /// Whether characters are text here.
    #[must_use]
    pub fn types(self) -> bool {
        self == Self::Palette
    }

    /// Whether a row's keys can mean something here.
    #[must_use]
    pub fn knows(self, row: &KeyRow) -> bool {
        match (self, row.category) {
            (Self::Palette, category) => category == Category::Palette,
            (Self::Export, category) => {
                matches!(category, Category::Export | Category::Program)
            }
            (Self::Help(_), Category::Help) => true,
            (_, Category::Palette | Category::Export | Category::Help) => false,
            (Self::View(view) | Self::Help(view), category) => {
                category.view().is_none_or(|only| only == view)
            }
        }
    }
}

/// The row that steps a parameter.
#[must_use]
pub fn row_of(parameter: Parameter) -> &'static KeyRow {
    rows()
        .find(|row| row.action == Action::Step(parameter, Direction::Forward))
        .expect("every parameter has a row, see the tests")
}

#[cfg(test)]
mod tests;
