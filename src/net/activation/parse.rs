//! Reading an activation from its text form.

use std::str::FromStr;

use super::arguments::{approximated, is_key};
use super::row::{ActivationRow, Parameter};
use super::{ACTIVATIONS, Activation, ExpressionError, expression};
use crate::net::call::{Argument, Call, plain};
use crate::net::family::foreign_in;
use crate::net::name::{self, question, same};
use crate::net::written::{self, number};

/// Why a text is no activation: what was wrong, what is allowed, what to type.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ActivationError {
    /// No row has this name.
    #[error(
        "{}",
        foreign_in(name).map_or_else(
            || format!(
                "unknown activation `{name}`{}; `initscope list activations` shows all {}",
                question(nearest),
                ACTIVATIONS.len()
            ),
            |foreign| format!("`{name}` is no activation here: {}", foreign.sentence())
        )
    )]
    Unknown {
        /// What was typed.
        name: String,
        /// Names that look like it, best first.
        nearest: Vec<&'static str>,
    },
    /// Parentheses that do not close, or text after them.
    #[error(
        "cannot read `{text}`: an activation is a name, or a name and numbers as in `leaky_relu(0.2)`"
    )]
    Syntax {
        /// What was typed.
        text: String,
    },
    /// More numbers than the activation has parameters.
    #[error(
        "{name} takes {}, not {given}: type `{example}`",
        expected(name, parameters)
    )]
    Count {
        /// The activation.
        name: &'static str,
        /// Its parameters.
        parameters: &'static [Parameter],
        /// How many were typed.
        given: usize,
        /// A text that works.
        example: String,
    },
    /// An argument that is none of its parameters.
    #[error("{name} has no parameter `{key}`: type for instance `{example}`")]
    Parameter {
        /// The activation.
        name: &'static str,
        /// What was typed.
        key: String,
        /// A text that works.
        example: String,
    },
    /// A parameter that is no number.
    #[error("{name}: {} = `{given}` is not a number; type for instance `{example}`", parameter.name)]
    Number {
        /// The activation.
        name: &'static str,
        /// The parameter.
        parameter: &'static Parameter,
        /// What was typed.
        given: String,
        /// A text that works.
        example: String,
    },
    /// A parameter outside its range.
    #[error(
        "{name}: {} = {} is not allowed: {} to {}; type for instance `{example}`",
        parameter.name, number(*given), number(parameter.min), number(parameter.max)
    )]
    Range {
        /// The activation.
        name: &'static str,
        /// The parameter with its range.
        parameter: &'static Parameter,
        /// The value typed.
        given: f64,
        /// A text that works.
        example: String,
    },
    /// An expression that cannot be read or is no activation.
    #[error(transparent)]
    Expression(#[from] ExpressionError),
}

impl ActivationError {
    /// Where in the text it went wrong, in characters from 1; `None` where the whole of it is meant.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::Expression(error) => error.column(),
            _ => None,
        }
    }
}

fn expected(name: &str, parameters: &[Parameter]) -> String {
    let row = ACTIVATIONS.iter().find(|row| row.name == name);
    let differs = row.is_some_and(|row| row.dialect().is_some());
    let names: Vec<String> = parameters
        .iter()
        .map(|p| {
            let [default, min, max] = [p.default, p.min, p.max].map(number);
            let default = match differs {
                true => "default the framework's".to_owned(),
                false => format!("default {default}"),
            };
            format!("{} ({default}, {min} to {max})", p.name)
        })
        .collect();
    match names.as_slice() {
        [] => "no parameters".to_owned(),
        [one] => format!("one parameter, {one}"),
        many => format!("at most {} parameters, {}", many.len(), many.join(" and ")),
    }
}

fn names(row: &'static ActivationRow) -> impl Iterator<Item = &'static str> {
    let aliases = row.aliases.iter().chain(row.always());
    std::iter::once(row.name).chain(aliases.copied())
}

/// Up to three row names that resemble `name`, best first.
fn nearest(name: &str) -> Vec<&'static str> {
    let spellings = |row| names(row).map(move |spelling| (row.name, spelling));
    name::nearest(name, ACTIVATIONS.iter().flat_map(spellings))
}

impl FromStr for Activation {
    type Err = ActivationError;

    /// Reads a name, `name(number, ...)` where omitted trailing numbers take their defaults, or an expression in `x`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = &*plain(text);
        match Self::of_table(text) {
            Err(error @ ActivationError::Parameter { .. }) => Err(error),
            Err(_) if expression::is_meant(text) => Ok(expression::parse(text)?),
            named => named,
        }
    }
}

impl Activation {
    /// The row of this name with the numbers in parentheses.
    fn of_table(text: &str) -> Result<Self, ActivationError> {
        let call = Call::of_plain(text).ok_or_else(|| ActivationError::Syntax {
            text: text.to_owned(),
        })?;
        let approximated = approximated(&call);
        let name = approximated.unwrap_or(&call.name);
        let own = |a: &&Argument| !(approximated.is_some() && is_key(a, "approximate"));
        let given: Vec<&Argument> = call.arguments.iter().filter(own).collect();
        let row = ACTIVATIONS
            .iter()
            .find(|row| names(row).any(|known| same(known, name)))
            .ok_or_else(|| ActivationError::Unknown {
                name: name.to_owned(),
                nearest: nearest(name),
            })?;
        let always = row.always();
        if always.iter().any(|known| same(known, name)) && given.is_empty() {
            return Ok(Self::of_text(row, always[0].into()));
        }
        let mut values: Vec<f64> = row.parameters.iter().map(|p| p.default).collect();
        let foreign = given
            .iter()
            .find_map(|a| a.key.as_deref().filter(|k| row.parameter(k).is_none()));
        if let Some(key) = foreign {
            return Err(ActivationError::Parameter {
                name: row.name,
                key: key.to_owned(),
                example: row.example(),
            });
        }
        if given.len() > values.len() {
            return Err(ActivationError::Count {
                name: row.name,
                parameters: row.parameters,
                given: given.len(),
                example: row.example(),
            });
        }
        let count = given.len();
        for (position, argument) in given.into_iter().enumerate() {
            let index = match &argument.key {
                None => position,
                Some(word) => row.parameter(word).unwrap_or(position),
            };
            values[index] = read(row, &row.parameters[index], &argument.value)?;
        }
        if count == 0 {
            return Ok(Self::from(row));
        }
        Ok(Self::of_row(row, &values))
    }
}

fn read(
    row: &ActivationRow,
    parameter: &'static Parameter,
    given: &str,
) -> Result<f64, ActivationError> {
    let value: f64 = written::value(given).ok_or_else(|| ActivationError::Number {
        name: row.name,
        parameter,
        given: given.to_owned(),
        example: row.example(),
    })?;
    if (parameter.min..=parameter.max).contains(&value) {
        // Adding 0 turns -0 into 0, so that equal activations have equal texts.
        return Ok(value + 0.0);
    }
    Err(ActivationError::Range {
        name: row.name,
        parameter,
        given: value,
        example: row.example(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        text.parse::<Activation>().unwrap().to_string()
    }

    fn refusal(text: &str) -> String {
        text.parse::<Activation>().unwrap_err().to_string()
    }

    #[test]
    fn every_text_form_reads_back_as_itself() {
        for row in ACTIVATIONS {
            assert_eq!(read(row.name), row.name);
            assert_eq!(read(&row.example()), row.example());
            for alias in row.aliases {
                assert_eq!(read(alias), row.name);
            }
        }
    }

    #[test]
    fn keys_of_names_and_aliases_are_unique() {
        let all: Vec<&str> = ACTIVATIONS.iter().flat_map(names).collect();
        for (at, name) in all.iter().enumerate() {
            assert!(all[..at].iter().all(|other| !same(other, name)), "{name}");
        }
    }

    #[test]
    fn spelling_and_spaces_do_not_matter_and_defaults_are_not_printed() {
        for (typed, printed) in [
            ("LeakyReLU", "leaky_relu"),
            ("leaky-relu( 0.01 )", "leaky_relu(0.01)"),
            ("leaky_relu()", "leaky_relu"),
            ("GELU_exact", "gelu_erf"),
            ("leaky_relu(2e-1)", "leaky_relu(0.2)"),
            ("leaky_relu(-0)", "leaky_relu(0)"),
            ("hardtanh", "hard_tanh"),
            ("swish", "silu"),
            ("relu2", "relu_squared"),
            ("linear", "identity"),
            ("relu()", "relu"),
            (" threshold (0.1, 20) ", "threshold(0.1,20)"),
            ("threshold(2)", "threshold(2)"),
            ("threshold(1,20)", "threshold(1,20)"),
            ("rrelu_eval", "rrelu"),
        ] {
            assert_eq!(read(typed), printed);
        }
        assert_eq!("swish".parse::<Activation>(), "silu".parse());
    }

    #[test]
    fn an_unknown_name_suggests_its_neighbours() {
        assert_eq!(
            refusal("gleu"),
            "unknown activation `gleu` (did you mean `gelu`?); `initscope list activations` shows all 35"
        );
        assert_eq!(
            refusal("hardsig"),
            "unknown activation `hardsig` (did you mean `hard_sigmoid`, `hard_swish` or `hardshrink`?); \
             `initscope list activations` shows all 35"
        );
        assert_eq!(
            refusal("xyz"),
            "unknown activation `xyz`; `initscope list activations` shows all 35"
        );
    }

    #[test]
    fn wrong_parameters_are_refused_with_what_is_allowed() {
        for (typed, message) in [
            ("relu(0.2)", "relu takes no parameters, not 1: type `relu`"),
            (
                "leaky_relu(0.2,3)",
                "leaky_relu takes one parameter, slope (default the framework's, -10 to 10), not 2: type `leaky_relu(0.2)`",
            ),
            (
                "threshold(1,2,3)",
                "threshold takes at most 2 parameters, threshold (default 1, -1000 to 1000) and \
                 value (default 0, -1000 to 1000), not 3: type `threshold(0.1,20)`",
            ),
            (
                "leaky_relu(11)",
                "leaky_relu: slope = 11 is not allowed: -10 to 10; type for instance `leaky_relu(0.2)`",
            ),
            (
                "leaky_relu(nan)",
                "leaky_relu: slope = NaN is not allowed: -10 to 10; type for instance `leaky_relu(0.2)`",
            ),
            (
                "elu(one)",
                "elu: alpha = `one` is not a number; type for instance `elu(0.5)`",
            ),
            (
                "elu(0.5",
                "cannot read `elu(0.5`: an activation is a name, or a name and numbers as in `leaky_relu(0.2)`",
            ),
        ] {
            assert_eq!(refusal(typed), message);
        }
    }

    #[test]
    fn next_and_previous_walk_through_the_whole_table() {
        let first = Activation::all().next().unwrap();
        let mut act = first.clone();
        for expected in Activation::all() {
            assert_eq!(act, expected);
            assert_eq!(act.next().previous(), act);
            act = act.next();
        }
        assert_eq!(act, first);
        let leaky: Activation = "leaky_relu(0.2)".parse().unwrap();
        assert_eq!(leaky.next().name(), "prelu");
        assert_eq!(leaky.previous().name(), "relu");
    }

    #[test]
    fn a_custom_activation_has_no_row_and_leads_into_the_table() {
        let tanh: Activation = "tanh".parse().unwrap();
        let custom = Activation::custom("2 tanh(x)", tanh.phi.clone());
        assert_eq!((custom.name(), custom.text()), ("2 tanh(x)", "2 tanh(x)"));
        assert!(custom.row().is_none());
        assert_eq!(custom.next().name(), ACTIVATIONS[0].name);
        assert_eq!(custom.previous().name(), ACTIVATIONS[34].name);
    }
}
