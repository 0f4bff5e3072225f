//! Keys while an activation is typed.

use super::{KeyRow, plain};
use crate::app::action::{Action, Category, Edit};
use crate::app::key::Key::{self, Ctrl};

const HERE: Category = Category::Editor;

/// The rows.
pub(super) const ROWS: &[KeyRow] = &[
    plain(
        &[Key::Enter],
        Action::Accept,
        "apply",
        "typing an activation: it becomes the network's",
        HERE,
        26,
    ),
    plain(
        &[Key::Esc],
        Action::Close,
        "cancel",
        "typing an activation: leave everything as it is",
        HERE,
        27,
    ),
    plain(
        &[Ctrl('u')],
        Action::Edit(Edit::Clear),
        "clear",
        "typing an activation: begin with an empty line",
        HERE,
        28,
    ),
    KeyRow {
        keys: &[Key::Right],
        action: Action::Edit(Edit::Right),
        back: Some((&[Key::Left], Action::Edit(Edit::Left))),
        name: "cursor",
        does: "typing an activation: one character right, left",
        category: HERE,
        rank: 0,
    },
    KeyRow {
        keys: &[Key::End],
        action: Action::Edit(Edit::End),
        back: Some((&[Key::Home], Action::Edit(Edit::Start))),
        name: "ends",
        does: "typing an activation: to the end, to the beginning",
        category: HERE,
        rank: 0,
    },
    KeyRow {
        keys: &[Key::Delete],
        action: Action::Edit(Edit::Delete),
        back: Some((&[Key::Backspace], Action::Edit(Edit::Erase))),
        name: "erase",
        does: "typing an activation: erase the character at, before the cursor",
        category: HERE,
        rank: 0,
    },
];
