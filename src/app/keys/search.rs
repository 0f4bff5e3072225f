//! Keys while the help is searched.

use crate::app::action::{Action, Edit, Scroll};
use crate::app::key::Key::{self, Ctrl};
use crate::app::keys::row::{Category, KeyRow, rows};

const HERE: Category = Category::Search;

/// The rows.
pub const ROWS: &[KeyRow] = rows! { HERE;
    [Key::Esc] Action::Back, "end", 27,
        "search: back to the page";
    [Key::Down; Key::Up] Action::Scroll(Scroll::Lines(1)) => Action::Scroll(Scroll::Lines(-1)), "line", 0,
        "search: one line down, up";
    [Key::PageDown; Key::PageUp] Action::Scroll(Scroll::Pages(1)) => Action::Scroll(Scroll::Pages(-1)), "page", 0,
        "search: one page down, up";
    [Ctrl('u')] Action::Edit(Edit::Clear), "clear", 28,
        "search: begin with an empty line";
    [Key::Right; Key::Left] Action::Edit(Edit::Right) => Action::Edit(Edit::Left), "cursor", 0,
        "search: one character right, left";
    [Key::Delete; Key::Backspace] Action::Edit(Edit::Delete) => Action::Edit(Edit::Erase), "erase", 0,
        "search: erase the character at, before the cursor";
};
