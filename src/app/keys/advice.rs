//! Keys of the advice view.

use super::{KeyRow, plain};
use crate::app::action::{Action, Category, Direction};
use crate::app::key::Key::{self, Char};

const HERE: Category = Category::Advice;

/// The rows.
pub(super) const ROWS: &[KeyRow] = &[
    KeyRow {
        keys: &[Key::Down, Char('j')],
        action: Action::Choose(Direction::Forward),
        back: Some((&[Key::Up, Char('k')], Action::Choose(Direction::Back))),
        name: "choice",
        does: "advice view: next, previous choice",
        category: HERE,
        rank: 21,
    },
    KeyRow {
        keys: &[Key::Right],
        action: Action::Target(Direction::Forward),
        back: Some((&[Key::Left], Action::Target(Direction::Back))),
        name: "paste for",
        does: "advice view: lines to paste for the next, previous framework",
        category: HERE,
        rank: 22,
    },
    plain(
        &[Key::Enter],
        Action::Apply,
        "apply",
        "advice view: the choice becomes the network",
        HERE,
        23,
    ),
    plain(
        &[Char('y')],
        Action::Copy,
        "copy",
        "advice view: the lines into your terminal's clipboard, also over SSH",
        HERE,
        24,
    ),
];
