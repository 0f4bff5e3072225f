//! Keys of the phase view.

use super::{KeyRow, plain};
use crate::app::action::{Action, Category, Coordinate, Direction};
use crate::app::key::Key;

const HERE: Category = Category::Phase;

/// The rows.
pub(super) const ROWS: &[KeyRow] = &[
    KeyRow {
        keys: &[Key::Right],
        action: Action::Move(Coordinate::SigmaW, Direction::Forward),
        back: Some((
            &[Key::Left],
            Action::Move(Coordinate::SigmaW, Direction::Back),
        )),
        name: "sigma_w",
        does: "phase view: the network one point to larger, smaller sigma_w",
        category: HERE,
        rank: 17,
    },
    KeyRow {
        keys: &[Key::Up],
        action: Action::Move(Coordinate::SigmaB, Direction::Forward),
        back: Some((
            &[Key::Down],
            Action::Move(Coordinate::SigmaB, Direction::Back),
        )),
        name: "sigma_b",
        does: "phase view: the network one point to larger, smaller sigma_b",
        category: HERE,
        rank: 18,
    },
    plain(
        &[Key::Enter],
        Action::Snap,
        "edge",
        "phase view: to the edge of chaos at this sigma_b",
        HERE,
        19,
    ),
];
