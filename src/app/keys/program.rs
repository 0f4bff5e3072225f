//! Keys of the program itself.

use crate::app::action::Action;
use crate::app::action::Direction::{Back, Forward};
use crate::app::key::Key::{self, Char, Ctrl, F};
use crate::app::keys::row::{Category, KeyRow, rows};

const HERE: Category = Category::Program;

/// The rows.
pub const ROWS: &[KeyRow] = rows! { HERE;
    [Key::Tab; Key::BackTab] Action::Turn(Forward) => Action::Turn(Back), "view", 0,
        "next, previous view";
    [Char(':'), Ctrl('p'), F(10)] Action::Palette, "commands", 40,
        "menu of everything that can be done; a few letters find an action or a name, numbers are typed directly";
    [Char('?'), F(1), Char('h')] Action::Help, "help", 2,
        "this help, and away with it";
    [Char('q'), Char('Q'), Ctrl('c')] Action::Quit, "quit", 3,
        "quit";
    [Key::Esc] Action::Back, "back", 0,
        "close what is open, put the layer cursor away, go back to the view that opened this one";
    [Ctrl('z')] Action::Suspend, "suspend", 0,
        "back to the shell; fg returns";
    [Char('z')] Action::Mouse, "mouse", 0,
        "leave the mouse to the terminal, to select text; take it again";
    [Ctrl('s')] Action::Keep, "keep", 0,
        "theme, mouse and keys as they are into the configuration file";
    [Ctrl('r')] Action::Record, "record", 0,
        "record what is done from now on, as a recording and a script in the working directory; again ends it";
    [Ctrl('l')] Action::Redraw, "redraw", 0,
        "paint the whole screen anew";
};
