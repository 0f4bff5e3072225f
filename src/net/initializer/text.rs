//! Initializers as text: `he_normal(0.2)` and back.

use std::fmt;
use std::str::FromStr;

use super::call::in_words_of_the_table;
use super::{ArgumentValue, Domain, INITIALIZERS, Initializer, InitializerRow, Parameter, Scheme};
use crate::net::call::{Argument, Call};
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
    /// A cut that does not hold the mean.
    #[error(
        "{name}: the mean {} is not between the cuts {} and {} (PyTorch's are ±2); type for instance `{name}(std=0.02, a=-2, b=2)`",
        number(*mean), number(*low), number(*high)
    )]
    Cut {
        name: &'static str,
        mean: f64,
        low: f64,
        high: f64,
    },
    /// Cuts that are given in both ways.
    #[error(
        "{name}: either `cut`, the same on both sides of 0, or `a` and `b`; type for instance `{name}(std=0.02, a=-2, b=2)`"
    )]
    Cuts { name: &'static str },
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
    INITIALIZERS.iter().flat_map(InitializerRow::names)
}

fn all() -> String {
    let names: Vec<&str> = INITIALIZERS.iter().map(|row| row.name).collect();
    names.join(", ")
}

impl InitializerRow {
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
                ArgumentValue::Own if p.keyed => format!("[{}=]", p.name),
                ArgumentValue::Own => format!("[{}]", p.name),
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
            _ if p.keyed => None,
            ArgumentValue::Own => (p.name != "high").then(|| "0.05".to_owned()),
            value => Some(value.to_string()),
        });
        format!("{}({})", self.name, told.collect::<Vec<_>>().join(","))
    }
}

impl fmt::Display for ArgumentValue {
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
        let pairs = self.row().parameters.iter().zip(self.values());
        let (keyed, placed): (Vec<_>, Vec<_>) = pairs.partition(|(parameter, _)| parameter.keyed);
        let told = |(parameter, value): &(&Parameter, &ArgumentValue)| {
            parameter.required || parameter.value != **value
        };
        let last = placed.iter().rposition(told).map_or(0, |last| last + 1);
        let placed = placed[..last].iter().map(|(_, value)| value.to_string());
        let keyed = keyed.iter().filter(|pair| told(pair));
        let keyed = keyed.map(|(parameter, value)| format!("{}={value}", parameter.name));
        let values: Vec<String> = placed.chain(keyed).collect();
        match values.is_empty() {
            true => f.pad(self.name()),
            false => f.pad(&format!("{}({})", self.name(), values.join(","))),
        }
    }
}

impl FromStr for Initializer {
    type Err = InitializerError;

    /// Reads `name`, `name(value, ...)` or `name(parameter=value, ...)`; case and underscores of the name do not matter,
    /// and the aliases of the table (`xavier_*`, `kaiming_*`, `eye`) are accepted, as are calls copied from a framework:
    /// `nn.init.kaiming_normal_(w, a=math.sqrt(5), mode='fan_out')`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let syntax = || InitializerError::Syntax {
            text: text.trim().to_owned(),
        };
        let Call { name, arguments } = Call::read(text).ok_or_else(syntax)?;
        let index = position(&name).ok_or(InitializerError::Unknown { name })?;
        let (index, arguments) = in_words_of_the_table(index, arguments)?;
        let mut initializer = Self::of_row(index);
        initializer.values = arguments_of(initializer.row(), &arguments)?;
        let name = initializer.name();
        match initializer.scheme(Framework::default()) {
            Scheme::Interval { low, high } if low > high => {
                Err(InitializerError::Interval { name, low, high })
            }
            Scheme::Uniform { bound } if bound < 0.0 => {
                let [low, high] = [-bound, bound];
                Err(InitializerError::Interval { name, low, high })
            }
            Scheme::Truncated { mean, ends, .. } => match ends.unwrap_or([-2.0, 2.0]) {
                [low, high] if low < high && (low..=high).contains(&mean) => Ok(initializer),
                [low, high] => Err(InitializerError::Cut {
                    name,
                    mean,
                    low,
                    high,
                }),
            },
            _ => Ok(initializer),
        }
    }
}

/// The row with this name or alias.
pub(super) fn position(name: &str) -> Option<usize> {
    INITIALIZERS
        .iter()
        .position(|row| row.names().any(|known| same(known, name)))
}

/// What is given for each of some keys, by position or by any of the key's spellings.
pub(super) fn bound(
    row: &'static InitializerRow,
    keys: &[Vec<&'static str>],
    usage: &str,
    arguments: &[Argument],
) -> Result<Vec<Option<String>>, InitializerError> {
    let (name, usage) = (row.name, || usage.to_owned());
    if arguments.len() > keys.len() {
        return Err(InitializerError::Count {
            name,
            most: keys.len(),
            given: arguments.len(),
            usage: usage(),
        });
    }
    let mut values = vec![None; keys.len()];
    for (position, Argument { key, value }) in arguments.iter().enumerate() {
        let index = match key {
            None => position,
            Some(key) => keys
                .iter()
                .position(|spellings| spellings.iter().any(|one| same(one, key)))
                .ok_or_else(|| InitializerError::Parameter {
                    name,
                    key: key.clone(),
                    usage: usage(),
                })?,
        };
        if values[index].replace(value.clone()).is_some() {
            return Err(InitializerError::Twice {
                name,
                key: keys[index][0],
                usage: usage(),
            });
        }
    }
    Ok(values)
}

/// The values of a row's parameters.
fn arguments_of(
    row: &'static InitializerRow,
    arguments: &[Argument],
) -> Result<Vec<ArgumentValue>, InitializerError> {
    let name = row.name;
    let keys: Vec<_> = row.parameters.iter().map(Parameter::spellings).collect();
    let given = bound(row, &keys, &row.usage(), arguments)?;
    let read_one = |(parameter, given): (&Parameter, Option<String>)| {
        given.map(|given| read(row, parameter, &given)).transpose()
    };
    let values: Vec<Option<ArgumentValue>> = row
        .parameters
        .iter()
        .zip(given)
        .map(read_one)
        .collect::<Result<_, _>>()?;
    // a first value that is left out is the framework's own only where all are
    let first = row
        .parameters
        .first()
        .filter(|p| p.value == ArgumentValue::Own);
    let others = row.parameters.iter().zip(&values);
    let needed = others.skip(1).any(|(p, value)| value.is_some() && !p.keyed);
    if let Some(first) = first.filter(|_| values[0].is_none() && needed) {
        return Err(InitializerError::Missing {
            name,
            key: first.name,
            example: row.example(),
        });
    }
    let complete = |(parameter, value): (&Parameter, Option<ArgumentValue>)| match value {
        None if parameter.required => Err(InitializerError::Missing {
            name,
            key: parameter.name,
            example: row.example(),
        }),
        value => Ok(value.unwrap_or(parameter.value)),
    };
    row.parameters.iter().zip(values).map(complete).collect()
}

pub(super) fn read(
    row: &InitializerRow,
    parameter: &Parameter,
    given: &str,
) -> Result<ArgumentValue, InitializerError> {
    let (name, key, example) = (row.name, parameter.name, || row.example());
    match parameter.domain {
        Domain::Number { low, high } => match value::<f64>(given) {
            // Adding 0 turns -0 into 0, so that equal laws have one text.
            Some(x) if (low..=high).contains(&x) => Ok(ArgumentValue::Number(x + 0.0)),
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
            .map(|(word, _)| ArgumentValue::Word(word))
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
