//! What a gesture of the mouse means where it points.

use crate::app::action::{Action, Direction, Scroll};
use crate::app::mouse::{Gesture, Hit};
use crate::app::state::{Model, Popup};
use crate::net::spec::{Field, Values};

/// Lines that one notch of the wheel moves the help.
const NOTCH: i32 = 3;

impl Model {
    /// A gesture at what the screen shows there.
    pub(super) fn point(&mut self, target: Hit, gesture: Gesture) {
        let wheel = match gesture {
            Gesture::WheelDown => Some(Direction::Forward),
            Gesture::WheelUp => Some(Direction::Back),
            Gesture::Left | Gesture::Right => None,
        };
        match (&mut self.popup, target, wheel) {
            (_, Hit::Act(action, back), None) => {
                let meant = match gesture {
                    Gesture::Right => back,
                    _ => Some(action),
                };
                if let Some(action) = meant {
                    self.act(action);
                }
            }
            (_, Hit::Act(..), Some(_)) => {}
            (Some(_), Hit::Outside, None) => self.popup = None,
            (Some(Popup::Palette(palette)), Hit::Entry(place), None) => {
                let again = palette.chosen() == place;
                palette.choose(place);
                if again && gesture == Gesture::Left {
                    self.accept();
                }
            }
            (Some(Popup::Palette(palette)), _, Some(direction)) => palette.step(direction),
            (Some(Popup::Help(help)), Hit::HelpLine(line), None) => {
                help.top = line;
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
            (None, Hit::Parameter(parameter), _) => {
                self.act(Action::Step(parameter, turned(parameter, gesture)));
            }
            (None, Hit::Layer(_), _) if gesture == Gesture::Right => self.context.layer = None,
            (None, Hit::Layer(layer), None) => self.context.point_at(layer),
            (None, Hit::Layer(_), Some(Direction::Forward)) => self.context.walk(1),
            (None, Hit::Layer(_), Some(Direction::Back)) => self.context.walk(-1),
            (None, Hit::Cell(row, column), _) => {
                let (view, context) = self.on_screen();
                if !view.point([row, column], gesture, context)
                    && let Some(direction) = wheel
                {
                    self.act(Action::Choose(direction));
                }
            }
            (None, _, Some(direction)) => self.act(Action::Choose(direction)),
            (None, ..) => {}
        }
    }
}

/// Which way a gesture takes a parameter: the wheel turned away makes a number larger, and a table is read downward.
fn turned(parameter: &'static Field, gesture: Gesture) -> Direction {
    use Direction::{Back, Forward};
    let table = parameter.has(Values::Table);
    match gesture {
        Gesture::Left => Forward,
        Gesture::Right => Back,
        Gesture::WheelUp if table => Back,
        Gesture::WheelUp => Forward,
        Gesture::WheelDown if table => Forward,
        Gesture::WheelDown => Back,
    }
}
