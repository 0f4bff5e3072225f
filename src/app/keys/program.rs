//! Keys of the program itself.

use super::{KeyRow, plain};
use crate::app::action::{Action, Category};
use crate::app::key::Key::{self, Char, Ctrl, F};

const HERE: Category = Category::Program;

/// The rows.
pub(super) const ROWS: &[KeyRow] = &[
    plain(
        &[Char(':'), Ctrl('p')],
        Action::Palette,
        "commands",
        "command palette: every action and every name by a few of its letters, numbers typed directly",
        HERE,
        40,
    ),
    plain(
        &[Char('?'), F(1), Char('h')],
        Action::Help,
        "help",
        "this help, and away with it",
        HERE,
        2,
    ),
    plain(
        &[Char('q'), Char('Q'), Ctrl('c')],
        Action::Quit,
        "quit",
        "quit",
        HERE,
        3,
    ),
    plain(
        &[Key::Esc],
        Action::Close,
        "close",
        "close what is open, put the layer cursor away; quit when there is neither",
        HERE,
        0,
    ),
    plain(
        &[Ctrl('z')],
        Action::Suspend,
        "suspend",
        "back to the shell; fg returns",
        HERE,
        0,
    ),
    plain(
        &[Char('z')],
        Action::Mouse,
        "mouse",
        "leave the mouse to the terminal, to select text; take it again",
        HERE,
        0,
    ),
    plain(
        &[Ctrl('l')],
        Action::Redraw,
        "redraw",
        "paint the whole screen anew",
        HERE,
        0,
    ),
];
