//! Keys that change what is shown.

use super::{KeyRow, plain};
use crate::app::action::{Action, Category, Direction};
use crate::app::key::Key::Char;
use crate::app::state::View;

const HERE: Category = Category::Picture;

/// The rows.
pub(super) const ROWS: &[KeyRow] = &[
    plain(
        &[Char(' ')],
        Action::Freeze,
        "freeze",
        "hold the picture still, let it go",
        HERE,
        13,
    ),
    KeyRow {
        keys: &[Char('x')],
        action: Action::Quantity(Direction::Forward),
        back: Some((&[Char('X')], Action::Quantity(Direction::Back))),
        name: "z or x",
        does: "signal panel: variance or mean square of z, of x = phi(z)",
        category: HERE,
        rank: 15,
    },
    plain(
        &[Char('1')],
        Action::Show(View::Scope),
        "scope",
        "the view with three curves over the layers",
        HERE,
        0,
    ),
    plain(
        &[Char('4')],
        Action::Show(View::Phase),
        "phase",
        "the phase plane of the activation, with the network on it",
        HERE,
        16,
    ),
    plain(
        &[Char('5')],
        Action::Show(View::Advice),
        "advice",
        "every initializer ranked for this network, with the lines to paste",
        HERE,
        20,
    ),
    KeyRow {
        keys: &[Char('t')],
        action: Action::Theme(Direction::Forward),
        back: Some((&[Char('T')], Action::Theme(Direction::Back))),
        name: "theme",
        does: "next, previous theme: any background, dark, light",
        category: HERE,
        rank: 30,
    },
    plain(
        &[Char('e')],
        Action::Export,
        "export",
        "save the picture or the curves, copy the command line",
        HERE,
        29,
    ),
];
