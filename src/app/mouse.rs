//! The mouse: what a hand does with it, and what it points at.

use crate::app::action::Action;
use crate::net::spec::Field;

/// What is done with a mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gesture {
    /// The left button is pressed.
    Left,
    /// The right button is pressed.
    Right,
    /// The wheel is turned away from the hand.
    WheelUp,
    /// The wheel is turned towards the hand.
    WheelDown,
}

impl Gesture {
    /// Whether a button is pressed.
    #[must_use]
    pub fn is_press(self) -> bool {
        matches!(self, Self::Left | Self::Right)
    }
}

/// A gesture at a place of the screen, both counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mouse {
    /// What is done.
    pub gesture: Gesture,
    /// From the left.
    pub column: u16,
    /// From the top.
    pub row: u16,
}

/// What is at a place of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hit {
    /// A line of the network panel.
    Parameter(&'static Field),
    /// A column of a panel of curves, with its first layer, counted from 0.
    Layer(usize),
    /// A row and a column of what the view shows, as it counts them.
    Cell(usize, usize),
    /// Something that is written with its key: what it does, and its opposite.
    Act(Action, Option<Action>),
    /// A line of the command palette, 0 the best.
    Entry(usize),
    /// A line of the help.
    HelpLine(usize),
    /// The rest of a list of the view, or of what is open over it.
    List,
    /// Outside of what is open over the view, or the line that says how to close it.
    Outside,
}
