//! Why a request cannot be done.

use crate::net::activation::ActivationError;
use crate::net::bias::BiasError;
use crate::net::described::DescribedError;
use crate::net::family::Foreign;
use crate::net::framework::{Framework, FrameworkError};
use crate::net::initializer::InitializerError;
use crate::net::input::InputError;
use crate::net::written::Written;

/// Why a draft or a text is no spec: what is wrong, what is allowed, what to type.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.message(Written::Flag))]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message says what each field is")]
pub enum SpecError {
    /// A number outside its range.
    Range {
        field: &'static str,
        value: String,
        low: String,
        high: String,
        suggestion: String,
    },
    /// A dimension asked for data, which bring their own.
    InputDim {
        dim: usize,
        input: String,
        columns: usize,
    },
    /// More memory than [`caps`](super::caps) allow.
    Memory {
        depth: usize,
        width: usize,
        batch: usize,
        draws: usize,
        need: String,
        limit: String,
        /// What to make smaller: batch or draws.
        field: &'static str,
        suggestion: usize,
    },
    /// The matrix-free way for weights that are neither Gaussian nor orthogonal.
    Engine {
        initializer: String,
        framework: Framework,
    },
    /// A text that is no block of sub-layers.
    Block {
        part: String,
        problem: String,
        allowed: &'static str,
    },
    /// Fields that do not go together.
    Structure {
        /// The one to change.
        field: &'static str,
        /// The other.
        other: &'static str,
        problem: String,
        /// What to give it instead; empty to leave it out.
        suggestion: String,
    },
    /// A word where the field needs something else.
    Value {
        field: &'static str,
        given: String,
        allowed: &'static str,
        example: &'static str,
    },
    /// A text that is not in the short form.
    #[error(
        "cannot read `{part}`: {problem}; a spec is `activation/initializer WIDTHxDEPTH key=value ...`, for instance `relu/he_normal 256x64 seed=7`"
    )]
    Syntax { part: String, problem: String },
    /// A part of networks that are none of the family that is simulated.
    #[error("{}", .0.sentence())]
    Family(&'static Foreign),
    /// No such activation.
    #[error(transparent)]
    Activation(#[from] ActivationError),
    /// No such initializer.
    #[error(transparent)]
    Initializer(#[from] InitializerError),
    /// No such biases.
    Bias(#[from] BiasError),
    /// No such framework.
    #[error(transparent)]
    Framework(#[from] FrameworkError),
    /// No framework that is described by hand.
    #[error(transparent)]
    Described(#[from] DescribedError),
    /// No usable input.
    #[error(transparent)]
    Input(#[from] InputError),
}

impl SpecError {
    /// The message with what to change as it is written there.
    #[must_use]
    pub fn message(&self, by: Written) -> String {
        match self {
            Self::Range {
                field,
                value,
                low,
                high,
                suggestion,
            } => format!(
                "{field} {value} is not allowed: {low} to {high}; {}",
                by.advice(field, suggestion)
            ),
            Self::InputDim {
                dim,
                input,
                columns,
            } => format!(
                "input_dim {dim} is for noise only: input `{input}` has {columns} columns; leave out {}",
                by.name("input_dim")
            ),
            Self::Memory {
                depth,
                width,
                batch,
                draws,
                need,
                limit,
                field,
                suggestion,
            } => format!(
                "{depth} layers of {width} units, {batch} inputs and {draws} draws need about {need} of memory, more than the limit of {limit}; {}",
                by.advice(field, &suggestion.to_string())
            ),
            Self::Engine {
                initializer,
                framework,
            } => format!(
                "engine matrix-free needs Gaussian weights of mean 0 or orthogonal ones, and {initializer} in the dialect of {framework} is neither; {}",
                by.advice("engine", "auto")
            ),
            Self::Block {
                part,
                problem,
                allowed,
            } => format!(
                "block `{part}`: {problem}; {allowed} {}",
                by.value("block", "pre(ln,mlp(4))")
            ),
            Self::Structure {
                field,
                problem,
                suggestion,
                ..
            } if suggestion.is_empty() => format!("{problem}; leave out {}", by.name(field)),
            Self::Structure {
                field,
                problem,
                suggestion,
                ..
            } => format!("{problem}; {}", by.advice(field, suggestion)),
            Self::Value {
                field,
                given,
                allowed,
                example,
            } => format!(
                "{field} `{given}` is not {allowed}; {}",
                by.advice(field, example)
            ),
            Self::Input(error) => error.message(by),
            Self::Syntax { .. }
            | Self::Family(_)
            | Self::Activation(_)
            | Self::Initializer(_)
            | Self::Framework(_)
            | Self::Described(_) => self.to_string(),
            Self::Bias(error @ BiasError::Unknown { .. }) => {
                format!("bias {error}; {}", by.advice("bias", "0.1"))
            }
            Self::Bias(error) => format!("bias {error}"),
        }
    }

    /// The fields that together are wrong, the one that the message would change first; none where a whole text is.
    #[must_use]
    pub fn fields(&self) -> Vec<&'static str> {
        match self {
            Self::Range { field, .. } | Self::Value { field, .. } => vec![field],
            Self::Block { .. } => vec!["block"],
            Self::Structure { field, other, .. } => vec![field, other],
            Self::InputDim { .. } => vec!["input_dim", "input"],
            Self::Memory { field: "draws", .. } => vec!["draws", "depth", "width", "batch"],
            Self::Memory { .. } => vec!["batch", "depth", "width", "draws"],
            Self::Engine { .. } => vec!["engine", "initializer", "framework"],
            Self::Input(error) => error.fields(),
            Self::Syntax { .. } | Self::Family(_) => Vec::new(),
            Self::Activation(_) => vec!["activation"],
            Self::Initializer(_) => vec!["initializer"],
            Self::Bias(_) => vec!["bias"],
            Self::Framework(_) | Self::Described(_) => vec!["framework"],
        }
    }
}
