//! A framework described by hand: the laws of the layer that nobody configured, and whose names it uses.
//!
//! `custom(weights=he_uniform(a=sqrt(5)), bias=uniform(1/sqrt(fan_in)), names=pytorch)`: the layer of PyTorch. Without `names` a
//! name means what Keras means by it.

use std::fmt;
use std::str::FromStr;

use crate::net::bias::{Bias, BiasError};
use crate::net::call::{Argument, Call};
use crate::net::framework::{Framework, FrameworkError};
use crate::net::initializer::{Initializer, InitializerError};
use crate::net::name::same;

/// The name before the parentheses.
pub const CUSTOM: &str = "custom";

const KEYS: [&str; 3] = ["weights", "bias", "names"];

/// A framework described by hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// Law of the weights of the layer that nobody configured.
    pub weights: Initializer,
    /// Law of its biases.
    pub bias: Bias,
    /// Whose names it uses.
    pub names: Framework,
}

/// Why a text describes no framework.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message says what each field is")]
#[non_exhaustive]
pub enum DescribedError {
    /// Not the form.
    #[error(
        "framework `{given}` is not understood: {problem}; type for instance `custom(weights=he_uniform, bias=uniform(1/sqrt(fan_in)))`"
    )]
    Form { given: String, problem: String },
    /// No law of weights.
    #[error("framework custom: weights: {0}")]
    Weights(#[from] InitializerError),
    /// No law of biases.
    #[error("framework custom: bias {0}")]
    Bias(#[from] BiasError),
    /// No framework whose names are used.
    #[error("framework custom: names: {0}")]
    Names(#[from] FrameworkError),
}

impl Described {
    /// Whether a text is meant to describe a framework: it is a call.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.split_once('(')
            .is_some_and(|(name, _)| same(name, CUSTOM))
            || same(text, CUSTOM)
    }
}

impl fmt::Display for Described {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            weights,
            bias,
            names,
        } = self;
        let names = match *names == Framework::default() {
            true => String::new(),
            false => format!(",names={names}"),
        };
        f.pad(&format!("{CUSTOM}(weights={weights},bias={bias}{names})"))
    }
}

impl FromStr for Described {
    type Err = DescribedError;

    /// Reads `custom(weights=LAW, bias=LAW, names=FRAMEWORK)`; the keys may be left out, biases are zeros unless said.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |problem: &str| DescribedError::Form {
            given: text.trim().to_owned(),
            problem: problem.to_owned(),
        };
        let call = Call::read(text).ok_or_else(|| wrong("parentheses do not match"))?;
        let mut given: [Option<String>; 3] = Default::default();
        for (position, Argument { key, value }) in call.arguments.into_iter().enumerate() {
            let index = match &key {
                None => Some(position).filter(|at| *at < KEYS.len()),
                Some(key) => KEYS.iter().position(|known| same(known, key)),
            };
            let known = format!("it has {}", KEYS.join(", "));
            let index = index.ok_or_else(|| wrong(&known))?;
            if given[index].replace(value).is_some() {
                return Err(wrong(&format!("{} is there twice", KEYS[index])));
            }
        }
        let [weights, bias, names] = given;
        let weights = weights.ok_or_else(|| wrong("it needs the law of its weights"))?;
        let bias = bias.map_or(Ok(Bias::Normal(0.0)), |bias| bias.parse())?;
        if matches!(bias, Bias::Auto | Bias::Preset) {
            return Err(wrong("its biases are a law, such as zeros"));
        }
        Ok(Self {
            weights: weights.parse()?,
            bias,
            names: names.map_or(Ok(Framework::default()), |names| names.parse())?,
        })
    }
}
