//! Keys of the train view.

use super::{KeyRow, plain};
use crate::app::action::{Action, Category, Direction};
use crate::app::key::Key::{self, Char};

const HERE: Category = Category::Train;

/// The row of a letter and its upper case.
const fn pair(
    keys: &'static [Key],
    back: &'static [Key],
    actions: [Action; 2],
    name: &'static str,
    does: &'static str,
    rank: u8,
) -> KeyRow {
    KeyRow {
        keys,
        action: actions[0],
        back: Some((back, actions[1])),
        name,
        does,
        category: HERE,
        rank,
    }
}

/// The rows.
pub(super) const ROWS: &[KeyRow] = &[
    plain(
        &[Char('x')],
        Action::Run,
        "start",
        "train view: start the training, pause it, go on",
        HERE,
        47,
    ),
    plain(
        &[Key::Enter],
        Action::Restart,
        "next seed",
        "train view: start everything again with the next seed",
        HERE,
        48,
    ),
    pair(
        &[Char('o')],
        &[Char('O')],
        [
            Action::Optimizer(Direction::Forward),
            Action::Optimizer(Direction::Back),
        ],
        "optimizer",
        "train view: next, previous optimizer, at its own learning rate",
        49,
    ),
    pair(
        &[Char('l')],
        &[Char('L')],
        [
            Action::LearningRate(Direction::Forward),
            Action::LearningRate(Direction::Back),
        ],
        "rate",
        "train view: larger, smaller learning rate",
        50,
    ),
    pair(
        &[Char('m')],
        &[Char('M')],
        [
            Action::Amount(Direction::Forward),
            Action::Amount(Direction::Back),
        ],
        "steps",
        "train view: more, fewer steps",
        51,
    ),
    pair(
        &[Char('v')],
        &[Char('V')],
        [
            Action::Preset(Direction::Forward),
            Action::Preset(Direction::Back),
        ],
        "experiment",
        "train view: 30 layers of ReLU, He against Glorot; of tanh, Glorot against He",
        52,
    ),
];
