//! One step of one parameter: the next row of its table, the next rung of its ladder, or why there is none.

use std::fmt::Display;
use std::sync::Arc;

use crate::app::action::{Direction, Parameter};
use crate::app::keys::network::row_of;
use crate::net::activation::ActivationError;
use crate::net::foreign::shown;
use crate::net::framework::FrameworkError;
use crate::net::initializer::InitializerError;
use crate::net::input::{Data, Input, Scale};
use crate::net::spec::{BIASES, Bias, DEPTHS, GAINS, Spec, SpecError, WIDTHS};

/// The spec after one step; `user` is the data that the program was started with.
///
/// # Errors
/// Says at which end the parameter already is, or that memory is.
pub fn step(
    spec: &Spec,
    user: Option<&Arc<Data>>,
    parameter: Parameter,
    direction: Direction,
) -> Result<Spec, String> {
    use Direction::{Back, Forward};
    let next = match (parameter, direction) {
        (Parameter::Activation, Forward) => spec.next_activation(),
        (Parameter::Activation, Back) => spec.previous_activation(),
        (Parameter::Initializer, Forward) => spec.next_initializer(),
        (Parameter::Initializer, Back) => spec.previous_initializer(),
        (Parameter::Framework, Forward) => spec.next_framework(),
        (Parameter::Framework, Back) => spec.previous_framework(),
        (Parameter::Width, Forward) => spec.wider(),
        (Parameter::Width, Back) => spec.narrower(),
        (Parameter::Depth, Forward) => spec.deeper(),
        (Parameter::Depth, Back) => spec.shallower(),
        (Parameter::Bias, Forward) => spec.more_bias(),
        (Parameter::Bias, Back) => spec.less_bias(),
        (Parameter::Gain, Forward) => spec.more_gain(),
        (Parameter::Gain, Back) => spec.less_gain(),
        (Parameter::Input, Forward) => spec.next_input(user),
        (Parameter::Input, Back) => spec.previous_input(user),
        (Parameter::Seed, Forward) => spec.next_seed(),
        (Parameter::Seed, Back) => spec
            .with(|draft| draft.seed = draft.seed.saturating_sub(1))
            .unwrap_or_else(|_| spec.clone()),
    };
    if next == *spec {
        Err(stuck(spec, parameter, direction))
    } else {
        Ok(next)
    }
}

/// Why a parameter cannot have the value that was typed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// No activation.
    #[error(transparent)]
    Activation(#[from] ActivationError),
    /// No initializer.
    #[error(transparent)]
    Initializer(#[from] InitializerError),
    /// No framework.
    #[error(transparent)]
    Framework(#[from] FrameworkError),
    /// Out of range, or too much memory.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// No number.
    #[error("{what}: `{}` is not a {kind}", shown(text))]
    Number {
        /// The parameter.
        what: &'static str,
        /// What was typed.
        text: String,
        /// What it should be.
        kind: &'static str,
    },
    /// No input.
    #[error(
        "input: `{}` is not here; there are noise, digits, and a file that the program was started with",
        shown(.0)
    )]
    Input(String),
}

impl Fault {
    /// Where in the text it went wrong, in characters from 1; `None` where the whole of it is meant.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::Activation(error) => error.column(),
            _ => None,
        }
    }
}

/// The spec with a parameter as typed, the way [`Parameter::typed`] writes it; `user` is the data that the program was started with.
///
/// # Errors
/// The text is no value of that parameter, or none that can be computed.
pub fn set(
    spec: &Spec,
    user: Option<&Arc<Data>>,
    parameter: Parameter,
    text: &str,
) -> Result<Spec, Fault> {
    let mut draft = spec.draft().clone();
    let whole = "whole number";
    match parameter {
        Parameter::Activation => draft.activation = text.parse()?,
        Parameter::Initializer if text == "default" => draft.initializer = None,
        Parameter::Initializer => draft.initializer = Some(text.parse()?),
        Parameter::Framework => draft.framework = text.parse()?,
        Parameter::Width => draft.width = number(parameter, text, whole)?,
        Parameter::Depth => draft.depth = number(parameter, text, whole)?,
        Parameter::Seed => draft.seed = number(parameter, text, whole)?,
        Parameter::Gain => draft.gain = number(parameter, text, "number")?,
        Parameter::Bias => draft.bias = text.parse()?,
        Parameter::Input => {
            draft.input = match (text, user) {
                ("noise", _) => Input::Noise,
                ("digits", _) => Input::Digits,
                (name, user) => scaled(name, user)?,
            };
            draft.input_dim = None;
        }
    }
    Ok(Spec::new(draft)?)
}

/// The user's data by their name, with a scale behind it where they are not standardised together: `x.csv scale=none`.
fn scaled(text: &str, user: Option<&Arc<Data>>) -> Result<Input, Fault> {
    let found = user.and_then(|data| {
        let mut scales = Scale::NAMES.iter().map(|(_, scale)| *scale);
        let named = |scale: &Scale| {
            text == data.scaled_name(*scale) || *scale == Scale::All && text == data.name
        };
        Some((data, scales.find(named)?))
    });
    let (data, scale) = found.ok_or_else(|| Fault::Input(text.into()))?;
    let input = Input::Data(Arc::clone(data)).rescaled(scale);
    input.map_err(|error| SpecError::from(error).into())
}

fn number<T: std::str::FromStr>(
    parameter: Parameter,
    text: &str,
    kind: &'static str,
) -> Result<T, Fault> {
    let what = row_of(parameter).name;
    text.parse().map_err(|_| Fault::Number {
        what,
        text: text.into(),
        kind,
    })
}

/// The user's own data, where a spec sees it.
#[must_use]
pub fn data_of(spec: &Spec) -> Option<&Arc<Data>> {
    match spec.input() {
        Input::Data(data) => Some(data),
        Input::Noise | Input::Digits => None,
    }
}

/// Why a step changed nothing: the end of the ladder, or the limit on memory before it.
fn stuck(spec: &Spec, parameter: Parameter, direction: Direction) -> String {
    let end = match parameter {
        Parameter::Width => end(spec.width(), WIDTHS, direction),
        Parameter::Depth => end(spec.depth(), DEPTHS, direction),
        Parameter::Gain => end(spec.gain(), GAINS, direction),
        Parameter::Bias => match spec.bias() {
            Bias::Normal(std) => end(std, BIASES, direction),
            Bias::Auto | Bias::Preset => Some("auto comes first".into()),
        },
        Parameter::Seed => Some("0 is the smallest".into()),
        Parameter::Activation
        | Parameter::Initializer
        | Parameter::Framework
        | Parameter::Input => None,
    };
    let why = end.unwrap_or_else(|| "the next step would need more memory than is allowed".into());
    format!("{}: {why}", row_of(parameter).name)
}

/// The end of a ladder, where a value stands at it.
fn end<T: PartialOrd + Display + Copy>(
    value: T,
    ladder: &[T],
    direction: Direction,
) -> Option<String> {
    let (first, last) = (ladder.first()?, ladder.last()?);
    match direction {
        Direction::Forward => (value >= *last).then(|| format!("{last} is the largest")),
        Direction::Back => (value <= *first).then(|| format!("{first} is the smallest")),
    }
}
