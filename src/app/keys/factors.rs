//! Keys of the factors view.

use super::{KeyRow, plain};
use crate::app::action::{Action, Category, Direction};
use crate::app::key::Key::{self, Char};

const HERE: Category = Category::Factors;

/// The rows.
pub(super) const ROWS: &[KeyRow] = &[
    plain(
        &[Char('x')],
        Action::Run,
        "start",
        "factors view: start the experiment, pause it, go on",
        HERE,
        42,
    ),
    KeyRow {
        keys: &[Key::Right],
        action: Action::Across(Direction::Forward),
        back: Some((&[Key::Left], Action::Across(Direction::Back))),
        name: "measure",
        does: "factors view: drift of the signal, of the gradient, distinguishability, uncertainty left, share that learns",
        category: HERE,
        rank: 43,
    },
    KeyRow {
        keys: &[Key::Down, Char('j')],
        action: Action::Choose(Direction::Forward),
        back: Some((&[Key::Up, Char('k')], Action::Choose(Direction::Back))),
        name: "factor",
        does: "factors view: next, previous factor, and why it matters",
        category: HERE,
        rank: 44,
    },
    KeyRow {
        keys: &[Char('m')],
        action: Action::Amount(Direction::Forward),
        back: Some((&[Char('M')], Action::Amount(Direction::Back))),
        name: "runs",
        does: "factors view: more, fewer runs of each network",
        category: HERE,
        rank: 45,
    },
    plain(
        &[Char('v')],
        Action::Preset(Direction::Forward),
        "usual base",
        "factors view: the network that `initscope factors` varies",
        HERE,
        46,
    ),
];
