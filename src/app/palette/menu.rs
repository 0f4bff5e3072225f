//! What the palette offers before anything is typed, and in which order.

use crate::app::action::{Action, Direction};
use crate::app::context::Context;
use crate::app::palette::entries::Command;

/// Before anything is typed: the views, what can be done in this one, changes of the network, lectures, the rest.
pub(super) fn place_in_menu(command: &Command, context: &Context) -> u8 {
    let own = |action| context.view.keys.iter().any(|row| row.action == action);
    match command {
        Command::Do(Action::Show(_)) => 0,
        Command::Do(action) if own(*action) => 1,
        Command::Do(Action::Remedy | Action::Step(_, Direction::Forward) | Action::Open) => 2,
        Command::Lecture(_) => 3,
        Command::Do(Action::Pin | Action::Export | Action::Help | Action::Quit) => 4,
        Command::Do(_) => 5,
        Command::Set(..) | Command::Theme(_) | Command::Bind(..) | Command::Open(_) => 6,
    }
}

/// Whether an action makes sense from the palette: what moves or closes the palette itself does not.
pub(super) fn is_offered(action: Action) -> bool {
    !matches!(
        action,
        Action::Palette
            | Action::Open
            | Action::Edit(_)
            | Action::Accept
            | Action::Back
            | Action::Page(_)
            | Action::Search
            | Action::Scroll(_)
    )
}
