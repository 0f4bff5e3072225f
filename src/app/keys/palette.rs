//! Keys of the command palette.

use super::{KeyRow, plain};
use crate::app::action::{Action, Category, Direction, Edit};
use crate::app::key::Key::{self, Ctrl};

const HERE: Category = Category::Palette;

/// The rows.
pub(super) const ROWS: &[KeyRow] = &[
    plain(
        &[Key::Enter],
        Action::Accept,
        "do",
        "command palette: do what is under the cursor",
        HERE,
        26,
    ),
    KeyRow {
        keys: &[Key::Down],
        action: Action::Choose(Direction::Forward),
        back: Some((&[Key::Up], Action::Choose(Direction::Back))),
        name: "choose",
        does: "command palette: next, previous line",
        category: HERE,
        rank: 29,
    },
    KeyRow {
        keys: &[Ctrl('n')],
        action: Action::Choose(Direction::Forward),
        back: Some((&[Ctrl('p')], Action::Choose(Direction::Back))),
        name: "line",
        does: "command palette: the same",
        category: HERE,
        rank: 0,
    },
    plain(
        &[Key::Esc],
        Action::Close,
        "cancel",
        "command palette: leave everything as it is",
        HERE,
        27,
    ),
    plain(
        &[Ctrl('u')],
        Action::Edit(Edit::Clear),
        "clear",
        "command palette: begin with an empty line",
        HERE,
        28,
    ),
    KeyRow {
        keys: &[Key::Right],
        action: Action::Edit(Edit::Right),
        back: Some((&[Key::Left], Action::Edit(Edit::Left))),
        name: "cursor",
        does: "command palette: one character right, left",
        category: HERE,
        rank: 0,
    },
    KeyRow {
        keys: &[Key::End],
        action: Action::Edit(Edit::End),
        back: Some((&[Key::Home], Action::Edit(Edit::Start))),
        name: "ends",
        does: "command palette: to the end, to the beginning",
        category: HERE,
        rank: 0,
    },
    KeyRow {
        keys: &[Key::Delete],
        action: Action::Edit(Edit::Delete),
        back: Some((&[Key::Backspace], Action::Edit(Edit::Erase))),
        name: "erase",
        does: "command palette: erase the character at, before the cursor",
        category: HERE,
        rank: 0,
    },
];
