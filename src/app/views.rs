//! The table of views. A view is a file that brings its name, its keys and its panels, and a row here; what it looks like is a row
//! of the table of faces.

pub mod advice;
pub mod atlas;
pub mod compare;
pub mod factors;
pub mod phase;
pub mod scaling;
pub mod scope;
pub mod table;
pub mod train;

use crate::app::action::ViewName;
use crate::app::keys::map::KeyMap;
use crate::app::keys::row::KeyRow;
use crate::app::keys::{export, help, network, palette, picture, program, search};
use crate::app::look::Choice;
use crate::app::view::ViewRow;

/// Every view, in the order of their keys; the first is the one that the program begins with.
pub static VIEWS: [ViewRow; 9] = [
    scope::ROW,
    compare::ROW,
    atlas::ROW,
    phase::ROW,
    advice::ROW,
    train::ROW,
    factors::ROW,
    scaling::ROW,
    table::ROW,
];

impl Choice for ViewName {
    const WHAT: &'static str = "view";
    const NAMES: &'static [(&'static str, Self)] = &NAMES;
}

const NAMES: [(&str, ViewName); VIEWS.len()] = {
    let mut names = [("", ViewName::SCOPE); VIEWS.len()];
    let mut place = 0;
    while place < names.len() {
        let name = VIEWS[place].info.name;
        names[place] = (name.0, name);
        place += 1;
    }
    names
};

/// Every key of the dashboard, in the order of the help.
pub fn rows() -> impl Iterator<Item = &'static KeyRow> {
    let opening = VIEWS.iter().flat_map(|view| view.info.opens);
    let own = VIEWS.iter().flat_map(|view| view.info.keys);
    network::ROWS
        .iter()
        .chain(picture::ROWS)
        .chain(opening)
        .chain(picture::MORE)
        .chain(program::ROWS)
        .chain(own)
        .chain(palette::ROWS)
        .chain(export::ROWS)
        .chain(help::ROWS)
        .chain(search::ROWS)
}

impl Default for KeyMap {
    fn default() -> Self {
        Self::of(rows().collect())
    }
}

#[cfg(test)]
mod tests;
