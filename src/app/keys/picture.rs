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
    KeyRow {
        keys: &[Char('p')],
        action: Action::Pin,
        back: Some((&[Char('P')], Action::Unpin)),
        name: "pin",
        does: "pin the network to compare others with it, unpin the last one or the one under the cursor",
        category: HERE,
        rank: 33,
    },
    plain(
        &[Char('c')],
        Action::Swap,
        "swap",
        "the network and what is pinned change places",
        HERE,
        34,
    ),
    plain(
        &[Char('1')],
        Action::Show(View::Scope),
        "scope",
        "the view with three curves over the layers",
        HERE,
        0,
    ),
    plain(
        &[Char('2')],
        Action::Show(View::Compare),
        "compare",
        "the network and what is pinned, curve over curve",
        HERE,
        32,
    ),
    plain(
        &[Char('3')],
        Action::Show(View::Atlas),
        "atlas",
        "every activation with every initializer at this depth and width",
        HERE,
        39,
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
    plain(
        &[Char('6')],
        Action::Show(View::Train),
        "train",
        "the network and what is pinned in training: do they learn?",
        HERE,
        53,
    ),
    plain(
        &[Char('7')],
        Action::Show(View::Factors),
        "factors",
        "what matters: one factor varied at a time around the network, and how much it changes",
        HERE,
        41,
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
        "save the picture or its numbers, copy the command line",
        HERE,
        29,
    ),
];
