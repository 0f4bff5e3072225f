//! The functions an expression may call.

use crate::net::activation::{ACTIVATIONS, Activation};
use crate::net::name::same;

use super::program::Instruction;

/// A function of one number.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Function {
    /// `exp(u)`
    Exp,
    /// `exp(u) - 1`
    Expm1,
    /// The natural logarithm.
    Ln,
    /// `ln(1 + u)`
    Ln1p,
    /// The square root.
    Sqrt,
    /// `|u|`, slope 0 at 0.
    Abs,
    /// -1, 0 or 1; slope 0.
    Sign,
    /// `max(u, 0)`, slope 0 at 0.
    Relu,
    /// `tanh(u)`
    Tanh,
    /// `1 / (1 + exp(-u))`
    Sigmoid,
    /// `ln(1 + exp(u))`
    Softplus,
    /// `erf(u)`
    Erf,
    /// `sin(u)`
    Sin,
    /// `cos(u)`
    Cos,
    /// `tan(u)`
    Tan,
    /// `atan(u)`
    Atan,
    /// `sinh(u)`
    Sinh,
    /// `cosh(u)`
    Cosh,
    /// `u + sqrt(u^2 + c)`, c > 0.
    Hyperbola(f64),
    /// An activation of the table.
    Table(Activation),
}

/// The functions known by name, with what they do to the numbers on the stack.
const FUNCTIONS: &[(&str, Instruction)] = &[
    ("exp", Instruction::Apply(Function::Exp)),
    ("ln", Instruction::Apply(Function::Ln)),
    ("log", Instruction::Apply(Function::Ln)),
    ("sqrt", Instruction::Apply(Function::Sqrt)),
    ("abs", Instruction::Apply(Function::Abs)),
    ("sign", Instruction::Apply(Function::Sign)),
    ("relu", Instruction::Apply(Function::Relu)),
    ("max", Instruction::Greater),
    ("min", Instruction::Lesser),
    ("tanh", Instruction::Apply(Function::Tanh)),
    ("sigmoid", Instruction::Apply(Function::Sigmoid)),
    ("softplus", Instruction::Apply(Function::Softplus)),
    ("erf", Instruction::Apply(Function::Erf)),
    ("sin", Instruction::Apply(Function::Sin)),
    ("cos", Instruction::Apply(Function::Cos)),
    ("tan", Instruction::Apply(Function::Tan)),
    ("atan", Instruction::Apply(Function::Atan)),
    ("sinh", Instruction::Apply(Function::Sinh)),
    ("cosh", Instruction::Apply(Function::Cosh)),
    ("pow", Instruction::Power),
];

/// The names of the functions beyond the table's.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|(name, _)| *name)
}

/// What a name calls.
#[derive(Clone, Debug)]
pub(super) enum Called {
    /// One of the functions here.
    Own(Instruction),
    /// An activation of the table with its default parameters.
    Table(Activation),
}

/// The function of this name, in any spelling of the table.
pub(super) fn find(name: &str) -> Option<Called> {
    let own = FUNCTIONS.iter().find(|(known, _)| same(known, name));
    if let Some((_, op)) = own {
        return Some(Called::Own(op.clone()));
    }
    ACTIVATIONS
        .iter()
        .find(|row| same(row.name, name) || row.aliases.iter().any(|alias| same(alias, name)))
        .map(|row| Called::Table(Activation::from(row)))
}
