//! Keys of the command palette.

use crate::app::action::Direction::{Back, Forward};
use crate::app::action::{Action, Edit};
use crate::app::key::Key::{self, Ctrl};
use crate::app::keys::row::{Category, KeyRow, rows};

const HERE: Category = Category::Palette;

/// The rows.
pub const ROWS: &[KeyRow] = rows! { HERE;
    [Key::Enter] Action::Accept, "do", 26,
        "command palette: do what is under the cursor";
    [Key::Down; Key::Up] Action::Choose(Forward) => Action::Choose(Back), "choose", 29,
        "command palette: next, previous line";
    [Ctrl('n'); Ctrl('p')] Action::Choose(Forward) => Action::Choose(Back), "line", 0,
        "command palette: the same";
    [Key::Esc] Action::Back, "cancel", 27,
        "command palette: leave everything as it is";
    [Ctrl('u')] Action::Edit(Edit::Clear), "clear", 28,
        "command palette: begin with an empty line";
    [Key::Right; Key::Left] Action::Edit(Edit::Right) => Action::Edit(Edit::Left), "cursor", 0,
        "command palette: one character right, left";
    [Key::End; Key::Home] Action::Edit(Edit::End) => Action::Edit(Edit::Start), "ends", 0,
        "command palette: to the end, to the beginning";
    [Key::Delete; Key::Backspace] Action::Edit(Edit::Delete) => Action::Edit(Edit::Erase), "erase", 0,
        "command palette: erase the character at, before the cursor";
};
