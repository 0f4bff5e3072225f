//! Keys of the compare view.

use super::{KeyRow, plain};
use crate::app::action::{Action, Category, Direction};
use crate::app::key::Key::{self, Char};

const HERE: Category = Category::Compare;

/// The rows.
pub(super) const ROWS: &[KeyRow] = &[
    KeyRow {
        keys: &[Key::Down, Char('j')],
        action: Action::Choose(Direction::Forward),
        back: Some((&[Key::Up, Char('k')], Action::Choose(Direction::Back))),
        name: "pin",
        does: "compare view: next, previous pin",
        category: HERE,
        rank: 31,
    },
    plain(
        &[Key::Enter],
        Action::Swap,
        "swap",
        "compare view: the network and the pin under the cursor change places",
        HERE,
        28,
    ),
    plain(
        &[Char('v')],
        Action::CompareDefaults,
        "frameworks",
        "compare view: PyTorch, Keras, Flax and Burn, each with the layer that nobody configured",
        HERE,
        27,
    ),
];
