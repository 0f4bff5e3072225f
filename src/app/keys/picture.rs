//! Keys that change what is shown.

use crate::app::action::Action;
use crate::app::action::Direction::{Back, Forward};
use crate::app::key::Key::Char;
use crate::app::keys::row::{Category, KeyRow, rows};

const HERE: Category = Category::Picture;

/// The rows before those that open a view.
pub const ROWS: &[KeyRow] = rows! { HERE;
    [Char(' ')] Action::Freeze, "freeze", 13,
        "hold the picture still, let it go";
    [Char('x'); Char('X')] Action::Quantity(Forward) => Action::Quantity(Back), "z or x", 15,
        "signal panel: variance or mean square of z, of x = phi(z)";
    [Char('p'); Char('P')] Action::Pin => Action::Unpin, "pin", 33,
        "pin the network to compare others with it, unpin the last one or the one under the cursor";
    [Char('c')] Action::Swap, "swap", 34,
        "the network and what is pinned change places";
};

/// The rows behind those that open a view.
pub const MORE: &[KeyRow] = rows! { HERE;
    [Char('t'); Char('T')] Action::Theme(Forward) => Action::Theme(Back), "theme", 30,
        "next, previous theme: any background, dark, light";
    [Char('e')] Action::Export, "export", 29,
        "save the picture or its numbers, copy the command line";
};
