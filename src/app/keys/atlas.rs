//! Keys of the atlas view.

use super::{KeyRow, plain};
use crate::app::action::{Action, Category, Direction};
use crate::app::key::Key::{self, Char};

const HERE: Category = Category::Atlas;

/// The rows.
pub(super) const ROWS: &[KeyRow] = &[
    plain(
        &[Key::Enter],
        Action::Apply,
        "open",
        "atlas view: this activation with this initializer, in the scope",
        HERE,
        35,
    ),
    KeyRow {
        keys: &[Char('x')],
        action: Action::Quantity(Direction::Forward),
        back: Some((&[Char('X')], Action::Quantity(Direction::Back))),
        name: "numbers",
        does: "atlas view: layers of the deepest healthy network, drift of the signal, of the gradient, of the difference between inputs",
        category: HERE,
        rank: 36,
    },
    KeyRow {
        keys: &[Key::Down, Char('j')],
        action: Action::Choose(Direction::Forward),
        back: Some((&[Key::Up, Char('k')], Action::Choose(Direction::Back))),
        name: "row",
        does: "atlas view: next, previous activation",
        category: HERE,
        rank: 37,
    },
    KeyRow {
        keys: &[Key::Right],
        action: Action::Across(Direction::Forward),
        back: Some((&[Key::Left], Action::Across(Direction::Back))),
        name: "column",
        does: "atlas view: next, previous initializer",
        category: HERE,
        rank: 38,
    },
];
