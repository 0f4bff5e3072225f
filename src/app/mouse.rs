//! The mouse: what a hand does with it, and what that means where it points.

use crate::app::action::{Action, Coordinate, Direction, Parameter, Scroll};
use crate::app::state::{Model, Popup, View};
use crate::app::update::Effect;
use crate::engine::factors::{Kind, Response};

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
pub enum Target {
    /// A line of the network panel.
    Parameter(Parameter),
    /// A column of a panel of curves, with its first layer, counted from 0.
    Layer(usize),
    /// A choice of the advice, 0 the best.
    Choice(usize),
    /// A pin of the compare view, by its place.
    Pin(usize),
    /// A cell of the atlas: row and column.
    Cell(usize, usize),
    /// A point of the phase plane: column and row, counted from the lower left corner.
    Point(usize, usize),
    /// A bar of the factors view.
    Factor(Response, Kind),
    /// Something that is written with its key: what it does, and its opposite.
    Deed(Action, Option<Action>),
    /// A line of the command palette, 0 the best.
    Entry(usize),
    /// A line of the help.
    HelpLine(usize),
    /// The rest of a list of the view, or of what is open over it.
    List,
    /// Outside of what is open over the view, or the line that says how to close it.
    Outside,
}

/// Lines that one notch of the wheel moves the help.
const NOTCH: i32 = 3;

impl Model {
    /// A gesture at what the screen shows there.
    pub(super) fn point(&mut self, target: Target, gesture: Gesture) -> Option<Effect> {
        let wheel = match gesture {
            Gesture::WheelDown => Some(Direction::Forward),
            Gesture::WheelUp => Some(Direction::Back),
            Gesture::Left | Gesture::Right => None,
        };
        match (&mut self.popup, target, wheel) {
            (_, Target::Deed(action, back), None) => {
                let meant = match gesture {
                    Gesture::Right => back,
                    _ => Some(action),
                };
                return meant.and_then(|action| self.act(action));
            }
            (_, Target::Deed(..), Some(_)) => {}
            (Some(_), Target::Outside, None) => self.popup = None,
            (Some(Popup::Palette(palette)), Target::Entry(place), None) => {
                let again = palette.chosen() == place;
                palette.choose(place);
                if again && gesture == Gesture::Left {
                    return self.accept();
                }
            }
            (Some(Popup::Palette(palette)), _, Some(direction)) => palette.step(direction),
            (Some(Popup::Help(top)), Target::HelpLine(line), None) => {
                *top = line;
                self.scroll(Scroll::Lines(0));
            }
            (Some(Popup::Help(_)), _, Some(direction)) => {
                let lines = match direction {
                    Direction::Forward => NOTCH,
                    Direction::Back => -NOTCH,
                };
                self.scroll(Scroll::Lines(lines));
            }
            (Some(_), ..) => {}
            (None, Target::Parameter(parameter), _) => {
                return self.act(Action::Step(parameter, turned(parameter, gesture)));
            }
            (None, Target::Layer(_), _) if gesture == Gesture::Right => self.layer = None,
            (None, Target::Layer(layer), None) => self.point_at(layer),
            (None, Target::Layer(_), Some(direction)) => {
                let layers = if direction == Direction::Forward {
                    1
                } else {
                    -1
                };
                self.walk(layers);
            }
            (None, Target::Choice(choice), None) => self.choice = choice,
            (None, Target::Pin(place), None) => self.point_at_pin(place),
            (None, Target::Cell(row, column), None) => self.point_in_atlas(row, column),
            (None, Target::Factor(response, kind), None) => self.point_at_factor(response, kind),
            (None, Target::Point(column, row), None) if gesture == Gesture::Left => {
                return self.go_to(column, row);
            }
            (None, Target::Point(..), Some(direction)) => {
                let up = match direction {
                    Direction::Back => Direction::Forward,
                    Direction::Forward => Direction::Back,
                };
                return self.act(Action::Move(Coordinate::SigmaB, up));
            }
            (None, _, Some(direction)) if self.view != View::Scope => {
                return self.act(Action::Choose(direction));
            }
            (None, ..) => {}
        }
        None
    }
}

/// Which way a gesture takes a parameter: the wheel turned away makes a number larger, and a table is read downward.
fn turned(parameter: Parameter, gesture: Gesture) -> Direction {
    use Direction::{Back, Forward};
    let table = matches!(
        parameter,
        Parameter::Activation | Parameter::Initializer | Parameter::Framework | Parameter::Input
    );
    match gesture {
        Gesture::Left => Forward,
        Gesture::Right => Back,
        Gesture::WheelUp if table => Back,
        Gesture::WheelUp => Forward,
        Gesture::WheelDown if table => Forward,
        Gesture::WheelDown => Back,
    }
}
