//! What a view is: something that fills the screen, asks for what it shows, and has keys of its own.

use std::any::Any;
use std::fmt;

use crate::app::action::Action;
use crate::app::context::Context;
use crate::app::keys::row::KeyRow;
use crate::app::mouse::Gesture;
use crate::app::view_info::ViewInfo;
use crate::engine::request::Request;
use crate::net::spec::Spec;

/// A row of the table of views.
#[derive(Clone, Copy, Debug)]
pub struct ViewRow {
    /// Name, keys, panels.
    pub info: ViewInfo,
    /// The view before it was ever opened.
    pub new: fn() -> Box<dyn View>,
}

/// What a view remembers, and what it does with it.
pub trait View: Duplicate + fmt::Debug + Any + Send + Sync {
    /// Whether it is to be had.
    fn is_present(&self, _: &Context) -> bool {
        true
    }

    /// Whether it has something to show of a network.
    fn takes(&self, _: &Spec) -> bool {
        true
    }

    /// It is opened.
    fn open(&mut self, _: &Context) {}

    /// Something has changed while it is on the screen.
    fn refresh(&mut self, _: &Context) {}

    /// What it needs to know beside the simulation and the pins.
    fn request(&self, _: &Context) -> Option<Request> {
        None
    }

    /// Whether it has something to show of what it needs to know.
    fn is_answered(&self, context: &Context) -> bool {
        let request = self.request(context);
        request.is_none_or(|request| context.inquiries.is_answered(request.work()))
    }

    /// Does what an action means here; false where it means the same everywhere, or nothing.
    fn act(&mut self, _: Action, _: &mut Context) -> bool {
        false
    }

    /// Does what a gesture means at a row and a column of what is pointed at here; false where the wheel moves the cursor of a list.
    fn point(&mut self, _: [usize; 2], _: Gesture, _: &mut Context) -> bool {
        false
    }

    /// Line and column under the cursor of its list, from 0; `None` where the cursor is where it begins, and without one.
    fn cursor(&self, _: &Context) -> Option<[usize; 2]> {
        None
    }

    /// The cursor of its list to this line and column, or to the nearest there is.
    fn place(&mut self, _: [usize; 2], _: &mut Context) {}

    /// Trains as these flags of a recipe say.
    fn follow(&mut self, _: &[(String, String)]) {}

    /// What is going on that another network would end; `None` where nothing is.
    fn running(&self, _: &Context) -> Option<String> {
        None
    }

    /// Puts away what it has opened last; false where nothing is.
    fn back(&mut self) -> bool {
        false
    }

    /// A row of the table of keys with the name of what it does as things stand; `None` where there is nothing for it to do.
    fn row_now(&self, row: &KeyRow, _: &Context) -> Option<KeyRow> {
        Some(*row)
    }

    /// What is worth doing next, and what that does.
    fn hint(&self, _: &Context) -> Option<(Action, String)>;

    /// The command line that prints the numbers on the screen, where there is one.
    fn command_line(&self, _: &Context) -> Option<String> {
        None
    }

    /// Why there are no numbers behind the picture yet; `None` where there are.
    fn no_numbers(&self, _: &Context) -> Option<String>;
}

/// How the name of the key that runs the work of a view changes.
pub(super) fn run_row(row: &KeyRow, [over, going_on, begun]: [bool; 3]) -> Option<KeyRow> {
    let name = match (row.action, going_on, begun) {
        (Action::Run, true, _) => "pause",
        (Action::Run, false, true) => "go on",
        _ => row.name,
    };
    let idle = row.action == Action::Run && over;
    (!idle).then_some(KeyRow { name, ..*row })
}

/// A view can be had twice.
pub trait Duplicate {
    /// The same once more.
    fn duplicate(&self) -> Box<dyn View>;
}

impl<T: View + Clone> Duplicate for T {
    fn duplicate(&self) -> Box<dyn View> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn View> {
    fn clone(&self) -> Self {
        // not of the box
        (**self).duplicate()
    }
}
