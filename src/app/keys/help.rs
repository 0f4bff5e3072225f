//! Keys while the help is open.

use super::KeyRow;
use crate::app::action::{Action, Category, Scroll};
use crate::app::key::Key::{self, Char};

const HERE: Category = Category::Help;

/// The rows.
pub(super) const ROWS: &[KeyRow] = &[
    KeyRow {
        keys: &[Key::Down, Char('j')],
        action: Action::Scroll(Scroll::Lines(1)),
        back: Some((&[Key::Up, Char('k')], Action::Scroll(Scroll::Lines(-1)))),
        name: "line",
        does: "one line down, up",
        category: HERE,
        rank: 0,
    },
    KeyRow {
        keys: &[Key::PageDown],
        action: Action::Scroll(Scroll::Pages(1)),
        back: Some((&[Key::PageUp], Action::Scroll(Scroll::Pages(-1)))),
        name: "page",
        does: "one page down, up",
        category: HERE,
        rank: 0,
    },
    KeyRow {
        keys: &[Key::End],
        action: Action::Scroll(Scroll::Bottom),
        back: Some((&[Key::Home], Action::Scroll(Scroll::Top))),
        name: "ends",
        does: "to the end, to the beginning",
        category: HERE,
        rank: 0,
    },
];
