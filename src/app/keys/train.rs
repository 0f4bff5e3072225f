//! Keys of the train view.

use super::{KeyRow, pair, plain};
use crate::app::action::{Action, Category, Direction};
use crate::app::key::Key::{self, Char};

const HERE: Category = Category::Train;

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
        HERE,
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
        HERE,
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
        HERE,
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
        HERE,
        52,
    ),
];
