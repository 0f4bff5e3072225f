//! Keys of the compare view.

use super::{KeyRow, layers, plain};
use crate::app::action::{Action, Category, Direction};
use crate::app::key::Key::{self, Char};

const HERE: Category = Category::Compare;

const LAYERS: [KeyRow; 2] = layers(
    HERE,
    "compare view: what all have at the first layer, at the next, at the one before; Esc ends it",
    "compare view: ten layers further, back",
    60,
);

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
    LAYERS[0],
    LAYERS[1],
];
