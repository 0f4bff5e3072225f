//! Why a text is no expression.

use crate::net::activation::Parameter;
use crate::net::name::did_you_mean;
use crate::net::written::number;

use super::function::names;

/// Why a text is no activation as an expression in `x`. Columns count characters from 1.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpressionError {
    /// Something stands where it cannot stand.
    #[error("unexpected {found} at column {column} of `{text}`: expected {expected}")]
    Unexpected {
        /// What was typed.
        text: String,
        /// What stands there, quoted, or `end`.
        found: String,
        /// Where.
        column: usize,
        /// What may stand there.
        expected: &'static str,
    },
    /// A name followed by `(` that is no function.
    #[error(
        "unknown function `{name}` at column {column} of `{text}`{}: functions are {}, and every activation of `initscope list activations`",
        did_you_mean(name, names()),
        list()
    )]
    Function {
        /// What was typed.
        text: String,
        /// The name.
        name: String,
        /// Where.
        column: usize,
    },
    /// A name that is neither the variable nor a constant.
    #[error(
        "unknown name `{name}` at column {column} of `{text}`: the variable is `x`, constants are `pi` and `e`"
    )]
    Name {
        /// What was typed.
        text: String,
        /// The name.
        name: String,
        /// Where.
        column: usize,
    },
    /// A function without its argument.
    #[error("`{name}` at column {column} of `{text}` is a function: type `{example}`")]
    Bare {
        /// What was typed.
        text: String,
        /// The function.
        name: String,
        /// Where.
        column: usize,
        /// How it is used.
        example: String,
    },
    /// Too few or too many arguments.
    #[error("`{name}` at column {column} of `{text}` takes {takes}, not {given}: type `{example}`")]
    Arguments {
        /// What was typed.
        text: String,
        /// The function.
        name: String,
        /// Where.
        column: usize,
        /// How many it takes, in words.
        takes: String,
        /// How many there are.
        given: usize,
        /// How it is used.
        example: String,
    },
    /// A parameter of a table activation that is no number in its range.
    #[error(
        "{} at column {column} of `{text}` must be a number from {} to {}",
        parameter.name, number(parameter.min), number(parameter.max)
    )]
    Parameter {
        /// What was typed.
        text: String,
        /// The parameter with its range.
        parameter: Parameter,
        /// Where.
        column: usize,
    },
    /// A number beyond double precision.
    #[error("the number at column {column} of `{text}` is too large: at most 1e308")]
    Large {
        /// What was typed.
        text: String,
        /// Where.
        column: usize,
    },
    /// Longer or deeper than any activation needs.
    #[error("`{text}` is too long or too deeply nested: at most {limit}")]
    Size {
        /// The beginning of what was typed.
        text: String,
        /// What is allowed, in words.
        limit: String,
    },
    /// More to examine than any activation needs.
    #[error(
        "`{text}` changes its sides too often between x = -1000 and 1000 to be examined in {work} steps: type a simpler one",
        work = super::branches::WORK
    )]
    Work {
        /// What was typed.
        text: String,
    },
    /// No `x` in it.
    #[error(
        "`{text}` is a constant: an activation is an expression in `x`, for instance `x*sigmoid(1.702*x)`"
    )]
    Constant {
        /// What was typed.
        text: String,
    },
    /// Not a number somewhere on the real line near 0.
    #[error(
        "`{text}` is not a number {place}: an activation must be defined for every x from -{reach} to {reach}",
        reach = super::domain::REACH
    )]
    Undefined {
        /// What was typed.
        text: String,
        /// Where, in words.
        place: String,
    },
    /// Infinite at one point.
    #[error(
        "`{text}` is infinite at x = {at}: an activation must be finite there, only growth towards infinity may overflow"
    )]
    Pole {
        /// What was typed.
        text: String,
        /// Where.
        at: f64,
    },
}

impl ExpressionError {
    /// Where it went wrong, in characters from 1; `None` where no single place is to blame.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::Unexpected { column, .. }
            | Self::Function { column, .. }
            | Self::Name { column, .. }
            | Self::Bare { column, .. }
            | Self::Arguments { column, .. }
            | Self::Parameter { column, .. }
            | Self::Large { column, .. } => Some(*column),
            Self::Size { .. }
            | Self::Work { .. }
            | Self::Constant { .. }
            | Self::Undefined { .. }
            | Self::Pole { .. } => None,
        }
    }
}

fn list() -> String {
    let names: Vec<&str> = names().collect();
    names.join(", ")
}
