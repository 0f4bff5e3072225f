//! Initializers as text: `he_normal(0.2)` and back.

use std::fmt;
use std::str::FromStr;

use super::{Domain, INITIALIZERS, Initializer, Parameter, Row, Value, WeightLaw};
use crate::net::family::foreign_in;
use crate::net::framework::Framework;
use crate::net::name::{did_you_mean, same};
use crate::net::written::{number, value};

/// Why a text is no initializer: what is wrong, what is allowed, what to type.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message says what each field is")]
pub enum InitializerError {
    /// No row has this name.
    #[error(
        "{}",
        foreign_in(name).map_or_else(
            || format!("unknown initializer `{name}`{}; allowed: {}", did_you_mean(name, names()), all()),
            |foreign| format!("`{name}` is no initializer here: {}", foreign.sentence())
        )
    )]
    Unknown { name: String },
    /// A parenthesis without its partner.
    #[error(
        "cannot read `{text}`: an initializer is a name, or a name and values as in `he_normal(0.2)`"
    )]
    Syntax { text: String },
    /// More values than parameters.
    #[error("`{name}` takes {most} parameters at most, not {given}; type `{usage}`")]
    Count {
        name: &'static str,
        most: usize,
        given: usize,
        usage: String,
    },
    /// `key=value` with a key that is none of its parameters.
    #[error("`{name}` has no parameter `{key}`; type `{usage}`")]
    Parameter {
        name: &'static str,
        key: String,
        usage: String,
    },
    /// A parameter given twice.
    #[error("`{name}` has `{key}` twice; type `{usage}`")]
    Twice {
        name: &'static str,
        key: &'static str,
        usage: String,
    },
    /// A parameter without default is not given.
    #[error("`{name}` needs its {key}; type for instance `{example}`")]
    Missing {
        name: &'static str,
        key: &'static str,
        example: String,
    },
    /// No number, or a number out of range.
    #[error(
        "{name}: {key} = `{given}` is not allowed: a number from {} to {}; type for instance `{example}`",
        number(*low), number(*high)
    )]
    Number {
        name: &'static str,
        key: &'static str,
        low: f64,
        high: f64,
        given: String,
        example: String,
    },
    /// An interval whose ends are the wrong way round.
    #[error(
        "{name}: the lower end of the interval, {}, is above the upper one, {}; type for instance `{name}(0.05)` or `{name}(-1,1)`",
        number(*low), number(*high)
    )]
    Interval {
        name: &'static str,
        low: f64,
        high: f64,
    },
    /// None of the allowed words.
    #[error("{name}: {key} = `{given}` is not allowed: {allowed}; type for instance `{example}`")]
    Word {
        name: &'static str,
        key: &'static str,
        allowed: String,
        given: String,
        example: String,
    },
}

fn names() -> impl Iterator<Item = &'static str> {
    INITIALIZERS.iter().flat_map(Row::names)
}

fn all() -> String {
    let names: Vec<&str> = INITIALIZERS.iter().map(|row| row.name).collect();
    names.join(", ")
}

impl Row {
    /// Name and aliases.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// How it is typed, with its defaults, e.g. `sparse(sparsity, std=0.01)`; in brackets what is else the framework's own.
    #[must_use]
    pub fn usage(&self) -> String {
        let parameters: Vec<String> = self
            .parameters
            .iter()
            .map(|p| match p.value {
                _ if p.required => p.name.to_owned(),
                Value::Own => format!("[{}]", p.name),
                value => format!("{}={value}", p.name),
            })
            .collect();
        match parameters.is_empty() {
            true => self.name.to_owned(),
            false => format!("{}({})", self.name, parameters.join(", ")),
        }
    }

    /// A text that is read, every parameter spelled out.
    fn example(&self) -> String {
        let told = self.parameters.iter().map_while(|p| match p.value {
            // of two the first is enough
            Value::Own => (p.name != "high").then(|| "0.05".to_owned()),
            value => Some(value.to_string()),
        });
        format!("{}({})", self.name, told.collect::<Vec<_>>().join(","))
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(x) => x.fmt(f),
            Self::Word(word) => f.pad(word),
            Self::Own => f.pad("the framework's own"),
        }
    }
}

/// The form that [`FromStr`] reads back: parameters at their default are left out from the end.
impl fmt::Display for Initializer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self
            .row()
            .parameters
            .iter()
            .zip(self.values())
            .rposition(|(parameter, value)| parameter.required || parameter.value != *value)
            .map_or(0, |last| last + 1);
        if told == 0 {
            return f.pad(self.name());
        }
        let values: Vec<String> = self.values()[..told].iter().map(Value::to_string).collect();
        f.pad(&format!("{}({})", self.name(), values.join(",")))
    }
}

impl FromStr for Initializer {
    type Err = InitializerError;

    /// Reads `name`, `name(value, ...)` or `name(parameter=value, ...)`; case and underscores of the name do not matter,
    /// and the aliases of the table (`xavier_*`, `kaiming_*`, `eye`) are accepted.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (name, arguments) = match text.split_once('(') {
            None => (text, ""),
            Some((name, rest)) => {
                let inner = rest.strip_suffix(')');
                let inner = inner.ok_or_else(|| InitializerError::Syntax {
                    text: text.to_owned(),
                })?;
                (name.trim_end(), inner.trim())
            }
        };
        let index = INITIALIZERS
            .iter()
            .position(|row| row.names().any(|known| same(known, name)))
            .ok_or_else(|| InitializerError::Unknown {
                name: name.to_owned(),
            })?;
        let mut initializer = Self::of_row(index);
        initializer.values = arguments_of(initializer.row(), arguments)?;
        let law = initializer.law(Framework::Keras, 1, 1, 1.0);
        match law {
            WeightLaw::Uniform { low, high } if low > high => {
                let name = initializer.name();
                Err(InitializerError::Interval { name, low, high })
            }
            _ => Ok(initializer),
        }
    }
}

/// The values of a row's parameters from `value, key=value, ...`.
fn arguments_of(row: &'static Row, list: &str) -> Result<Vec<Value>, InitializerError> {
    let (name, usage) = (row.name, || row.usage());
    let given: Vec<&str> = match list {
        "" => Vec::new(),
        list => list.split(',').map(str::trim).collect(),
    };
    if given.len() > row.parameters.len() {
        let (most, given) = (row.parameters.len(), given.len());
        return Err(InitializerError::Count {
            name,
            most,
            given,
            usage: usage(),
        });
    }
    let mut values: Vec<Option<Value>> = vec![None; row.parameters.len()];
    for (position, argument) in given.iter().enumerate() {
        let (index, word) = match argument.split_once('=') {
            None => (position, *argument),
            Some((key, word)) => {
                let index = row.parameters.iter().position(|p| same(p.name, key));
                let unknown = || InitializerError::Parameter {
                    name,
                    key: key.trim().to_owned(),
                    usage: usage(),
                };
                (index.ok_or_else(unknown)?, word.trim())
            }
        };
        let key = row.parameters[index].name;
        if values[index]
            .replace(read(row, &row.parameters[index], word)?)
            .is_some()
        {
            return Err(InitializerError::Twice {
                name,
                key,
                usage: usage(),
            });
        }
    }
    // a first value that is left out is the framework's own only where all are
    let first = row.parameters.first().filter(|p| p.value == Value::Own);
    if let Some(first) = first.filter(|_| values[0].is_none() && !given.is_empty()) {
        return Err(InitializerError::Missing {
            name,
            key: first.name,
            example: row.example(),
        });
    }
    let complete = |(parameter, value): (&Parameter, Option<Value>)| match value {
        None if parameter.required => Err(InitializerError::Missing {
            name,
            key: parameter.name,
            example: row.example(),
        }),
        value => Ok(value.unwrap_or(parameter.value)),
    };
    row.parameters.iter().zip(values).map(complete).collect()
}

fn read(row: &Row, parameter: &Parameter, given: &str) -> Result<Value, InitializerError> {
    let (name, key, example) = (row.name, parameter.name, || row.example());
    match parameter.domain {
        Domain::Number { low, high } => match value::<f64>(given) {
            // Adding 0 turns -0 into 0, so that equal laws have one text.
            Some(x) if (low..=high).contains(&x) => Ok(Value::Number(x + 0.0)),
            _ => {
                let (given, example) = (given.to_owned(), example());
                Err(InitializerError::Number {
                    name,
                    key,
                    low,
                    high,
                    given,
                    example,
                })
            }
        },
        Domain::Word(words) => words
            .iter()
            .find(|(word, other)| same(word, given) || same(other, given))
            .map(|(word, _)| Value::Word(word))
            .ok_or_else(|| {
                let allowed: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                let (allowed, given) = (allowed.join(", "), given.to_owned());
                InitializerError::Word {
                    name,
                    key,
                    allowed,
                    given,
                    example: example(),
                }
            }),
    }
}
