//! The functions an expression may call.

use crate::net::activation::{ACTIVATIONS, Activation};
use crate::net::name::same;

use super::program::Op;

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
const FUNCTIONS: &[(&str, Op)] = &[
    ("exp", Op::Apply(Function::Exp)),
    ("ln", Op::Apply(Function::Ln)),
    ("log", Op::Apply(Function::Ln)),
    ("sqrt", Op::Apply(Function::Sqrt)),
    ("abs", Op::Apply(Function::Abs)),
    ("sign", Op::Apply(Function::Sign)),
    ("relu", Op::Apply(Function::Relu)),
    ("max", Op::Greater),
    ("min", Op::Lesser),
    ("tanh", Op::Apply(Function::Tanh)),
    ("sigmoid", Op::Apply(Function::Sigmoid)),
    ("softplus", Op::Apply(Function::Softplus)),
    ("erf", Op::Apply(Function::Erf)),
    ("sin", Op::Apply(Function::Sin)),
    ("cos", Op::Apply(Function::Cos)),
    ("tan", Op::Apply(Function::Tan)),
    ("atan", Op::Apply(Function::Atan)),
    ("sinh", Op::Apply(Function::Sinh)),
    ("cosh", Op::Apply(Function::Cosh)),
    ("pow", Op::Power),
];

/// The names of the functions beyond the table's.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|(name, _)| *name)
}

/// What a name calls.
#[derive(Clone, Debug)]
pub(super) enum Called {
    /// One of the functions here.
    Own(Op),
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
