//! Keys that change what is simulated.

use crate::app::action::Direction::{Back, Forward};
use crate::app::action::{Action, Direction, Parameter};
use crate::app::key::Key::{self, Char};
use crate::app::keys::row::{Category, KeyRow, rows};

const HERE: Category = Category::Network;

/// The rows.
pub const ROWS: &[KeyRow] = rows! { HERE;
    [Char('a'); Char('A')] Action::Step(Parameter::Activation, Forward) => Action::Step(Parameter::Activation, Back), "activation", 1,
        "next, previous activation function";
    [Char('i'); Char('I')] Action::Step(Parameter::Initializer, Forward) => Action::Step(Parameter::Initializer, Back), "initializer", 5,
        "next, previous initializer; one place is the framework's default layer";
    [Char('f'); Char('F')] Action::Step(Parameter::Framework, Forward) => Action::Step(Parameter::Framework, Back), "framework", 8,
        "next, previous framework: dialect of the initializer and default layer";
    [Char('w'); Char('W')] Action::Step(Parameter::Width, Forward) => Action::Step(Parameter::Width, Back), "width", 6,
        "wider, narrower layers";
    [Char('d'); Char('D')] Action::Step(Parameter::Depth, Forward) => Action::Step(Parameter::Depth, Back), "depth", 7,
        "deeper, shallower network";
    [Char('b'); Char('B')] Action::Step(Parameter::Bias, Forward) => Action::Step(Parameter::Bias, Back), "bias", 9,
        "more, less bias variance";
    [Char('g'); Char('G')] Action::Step(Parameter::Gain, Forward) => Action::Step(Parameter::Gain, Back), "gain", 10,
        "larger, smaller multiplier of the weights";
    [Char('n'); Char('N')] Action::Step(Parameter::Input, Forward) => Action::Step(Parameter::Input, Back), "input", 11,
        "next, previous input: noise, digits, your data";
    [Char('s'); Char('S')] Action::Step(Parameter::Seed, Forward) => Action::Step(Parameter::Seed, Back), "seed", 12,
        "new seed, the one before";
    [Char('=')] Action::Open, "type one", 25,
        "type an activation: leaky_relu(0.1), x*sigmoid(1.702*x)";
    [Char('r')] Action::Remedy, "remedy", 4,
        "apply the best initializer for this activation, depth and width";
    [Char('u'); Char('U')] Action::Undo => Action::Redo, "undo", 14,
        "the network before the last change, the one after it again";
    [Key::Home, Char('0')] Action::Reset, "reset", 54,
        "back to what the program was started with";
};

/// The row that steps a parameter.
#[must_use]
pub fn row_of(parameter: Parameter) -> &'static KeyRow {
    let steps = Action::Step(parameter, Direction::Forward);
    let found = ROWS.iter().find(|row| row.action == steps);
    found.expect("every parameter has a row, see the tests")
}
