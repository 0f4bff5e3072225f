//! Keys while the help is open.

use crate::app::action::Direction::{Back, Forward};
use crate::app::action::{Action, Scroll};
use crate::app::key::Key::{self, Char};
use crate::app::keys::row::{Category, KeyRow, rows};

const HERE: Category = Category::Help;

/// The rows.
pub const ROWS: &[KeyRow] = rows! { HERE;
    [Key::Down, Char('j'); Key::Up, Char('k')] Action::Scroll(Scroll::Lines(1)) => Action::Scroll(Scroll::Lines(-1)), "line", 0,
        "one line down, up";
    [Key::PageDown; Key::PageUp] Action::Scroll(Scroll::Pages(1)) => Action::Scroll(Scroll::Pages(-1)), "page", 0,
        "one page down, up";
    [Key::End; Key::Home] Action::Scroll(Scroll::Bottom) => Action::Scroll(Scroll::Top), "ends", 0,
        "to the end, to the beginning";
    [Key::Right, Key::Tab; Key::Left] Action::Page(Forward) => Action::Page(Back), "other page", 0,
        "from the keys of the view to what its panels show, and back";
    [Char('/')] Action::Search, "search", 0,
        "search every key and every word";
};
