//! Keys that change what is simulated.

use super::{KeyRow, pair, plain};
use crate::app::action::{Action, Category, Direction, Parameter};
use crate::app::key::Key::{self, Char};

const HERE: Category = Category::Network;

/// The row of a pair of letters that steps a parameter.
const fn step(
    parameter: Parameter,
    keys: &'static [Key],
    back: &'static [Key],
    name: &'static str,
    does: &'static str,
    rank: u8,
) -> KeyRow {
    let actions = [
        Action::Step(parameter, Direction::Forward),
        Action::Step(parameter, Direction::Back),
    ];
    pair(keys, back, actions, name, does, HERE, rank)
}

/// The rows.
pub(super) const ROWS: &[KeyRow] = &[
    step(
        Parameter::Activation,
        &[Char('a')],
        &[Char('A')],
        "activation",
        "next, previous activation function",
        1,
    ),
    step(
        Parameter::Initializer,
        &[Char('i')],
        &[Char('I')],
        "initializer",
        "next, previous initializer; one place is the framework's default layer",
        5,
    ),
    step(
        Parameter::Framework,
        &[Char('f')],
        &[Char('F')],
        "framework",
        "next, previous framework: dialect of the initializer and default layer",
        8,
    ),
    step(
        Parameter::Width,
        &[Char('w')],
        &[Char('W')],
        "width",
        "wider, narrower layers",
        6,
    ),
    step(
        Parameter::Depth,
        &[Char('d')],
        &[Char('D')],
        "depth",
        "deeper, shallower network",
        7,
    ),
    step(
        Parameter::Bias,
        &[Char('b')],
        &[Char('B')],
        "bias",
        "more, less bias variance",
        9,
    ),
    step(
        Parameter::Gain,
        &[Char('g')],
        &[Char('G')],
        "gain",
        "larger, smaller multiplier of the weights",
        10,
    ),
    step(
        Parameter::Input,
        &[Char('n')],
        &[Char('N')],
        "input",
        "next, previous input: noise, digits, your data",
        11,
    ),
    step(
        Parameter::Seed,
        &[Char('s')],
        &[Char('S')],
        "seed",
        "new seed, the one before",
        12,
    ),
    plain(
        &[Char('=')],
        Action::Open,
        "type one",
        "type an activation: leaky_relu(0.1), x*sigmoid(1.702*x)",
        HERE,
        25,
    ),
    plain(
        &[Char('r')],
        Action::Remedy,
        "remedy",
        "apply the best initializer for this activation, depth and width",
        HERE,
        4,
    ),
    pair(
        &[Char('u')],
        &[Char('U')],
        [Action::Undo, Action::Redo],
        "undo",
        "the network before the last change, the one after it again",
        HERE,
        14,
    ),
    plain(
        &[Key::Home, Char('0')],
        Action::Reset,
        "reset",
        "back to what the program was started with",
        HERE,
        54,
    ),
];
