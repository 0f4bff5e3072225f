//! Keys that change what is simulated.

use crate::app::action::Direction::{Back, Forward};
use crate::app::action::{Action, Direction};
use crate::app::key::Key::{self, Char};
use crate::app::keys::row::{Category, KeyRow, rows};
use crate::net::spec::{Field, field};

const HERE: Category = Category::Network;

/// The rows.
pub const ROWS: &[KeyRow] = rows! { HERE;
    [Char('a'); Char('A')] Action::Step(&field::ACTIVATION, Forward) => Action::Step(&field::ACTIVATION, Back), "activation", 1,
        "next, previous activation function";
    [Char('i'); Char('I')] Action::Step(&field::INITIALIZER, Forward) => Action::Step(&field::INITIALIZER, Back), "initializer", 5,
        "next, previous initializer; one place is the framework's default layer";
    [Char('f'); Char('F')] Action::Step(&field::FRAMEWORK, Forward) => Action::Step(&field::FRAMEWORK, Back), "framework", 8,
        "next, previous framework: dialect of the initializer and default layer";
    [Char('w'); Char('W')] Action::Step(&field::WIDTH, Forward) => Action::Step(&field::WIDTH, Back), "width", 6,
        "wider, narrower layers";
    [Char('d'); Char('D')] Action::Step(&field::DEPTH, Forward) => Action::Step(&field::DEPTH, Back), "depth", 7,
        "deeper, shallower network";
    [Char('b'); Char('B')] Action::Step(&field::BIAS, Forward) => Action::Step(&field::BIAS, Back), "bias", 9,
        "more, less bias variance";
    [Char('g'); Char('G')] Action::Step(&field::GAIN, Forward) => Action::Step(&field::GAIN, Back), "gain", 10,
        "larger, smaller multiplier of the weights";
    [Char('n'); Char('N')] Action::Step(&field::INPUT, Forward) => Action::Step(&field::INPUT, Back), "input", 11,
        "next, previous input: noise, digits, your data";
    [Char('s'); Char('S')] Action::Step(&field::SEED, Forward) => Action::Step(&field::SEED, Back), "seed", 12,
        "new seed, the one before";
    [Char('.'); Char(',')] Action::Step(&field::ARCH, Forward) => Action::Step(&field::ARCH, Back), "model", 70,
        "next, previous network that people train: GPT-2, Llama, BERT, ...";
    [Char('=')] Action::Open, "type one", 25,
        "type an activation: leaky_relu(0.1), x*sigmoid(1.702*x)";
    [Char('r')] Action::Remedy, "remedy", 4,
        "apply the best initializer for this activation, depth and width";
    [Char('u'); Char('U')] Action::Undo => Action::Redo, "undo", 14,
        "the network before the last change, the one after it again";
    [Key::Home, Char('0')] Action::Reset, "reset", 54,
        "back to what the program was started with";
};

/// The fields that have keys, in the order of the network panel.
pub fn fields() -> impl Iterator<Item = &'static Field> {
    ROWS.iter().filter_map(|row| match row.action {
        Action::Step(field, _) => Some(field),
        _ => None,
    })
}

/// The row that steps a parameter.
#[must_use]
pub fn row_of(parameter: &'static Field) -> &'static KeyRow {
    let steps = Action::Step(parameter, Direction::Forward);
    let found = ROWS.iter().find(|row| row.action == steps);
    found.expect("every parameter has a row, see the tests")
}
