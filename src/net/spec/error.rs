//! Why a request cannot be done.

use crate::net::activation::ActivationError;
use crate::net::framework::{Framework, FrameworkError};
use crate::net::initializer::InitializerError;
use crate::net::input::InputError;

/// Why a draft or a text is no spec: what is wrong, what is allowed, what to type.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message says what each field is")]
pub enum SpecError {
    /// A number outside its range.
    #[error(
        "{field} {value} is out of range {low}..={high}; try --{} {suggestion}",
        flag(field)
    )]
    Range {
        field: &'static str,
        value: String,
        low: String,
        high: String,
        suggestion: String,
    },
    /// A dimension asked for data, which bring their own.
    #[error(
        "input_dim {dim} is for noise only: input `{input}` has {columns} columns; leave out --input-dim"
    )]
    InputDim {
        dim: usize,
        input: String,
        columns: usize,
    },
    /// More memory than [`MEMORY_LIMIT`](super::MEMORY_LIMIT).
    #[error(
        "{depth} layers of {width} units, {batch} inputs and {draws} draws need about {need} GiB of memory, more than the limit of {limit} GiB; try {suggestion}"
    )]
    Memory {
        depth: usize,
        width: usize,
        batch: usize,
        draws: usize,
        need: String,
        limit: String,
        suggestion: String,
    },
    /// The matrix-free way for weights that are neither Gaussian nor orthogonal.
    #[error(
        "engine matrix-free needs Gaussian or orthogonal weights, and {initializer} in the dialect of {framework} is neither; try --engine auto"
    )]
    Engine {
        initializer: String,
        framework: Framework,
    },
    /// A word where the field needs something else.
    #[error("{field} `{given}` is not {allowed}; try --{} {example}", flag(field))]
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
    /// No such activation.
    #[error(transparent)]
    Activation(#[from] ActivationError),
    /// No such initializer.
    #[error(transparent)]
    Initializer(#[from] InitializerError),
    /// No such framework.
    #[error(transparent)]
    Framework(#[from] FrameworkError),
    /// No usable input.
    #[error(transparent)]
    Input(#[from] InputError),
}

/// `input_dim` as it is typed on the command line.
fn flag(field: &str) -> String {
    field.replace('_', "-")
}
