//! How products with weight matrices are computed.

use std::fmt;
use std::str::FromStr;

use super::{Draft, SpecError};
use crate::net::initializer::WeightLaw;

/// How products with weight matrices are computed; the law of what is measured is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// The cheaper of the two for the law, width and batch.
    #[default]
    Auto,
    /// Every weight is drawn.
    Dense,
    /// No weight is drawn, the same joint law is sampled directly; Gaussian laws of mean 0 and orthogonal ones only.
    MatrixFree,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Auto => "auto",
            Self::Dense => "dense",
            Self::MatrixFree => "matrix-free",
        })
    }
}

impl FromStr for Method {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            "dense" => Ok(Self::Dense),
            "matrix-free" | "matrix_free" => Ok(Self::MatrixFree),
            _ => Err(SpecError::Value {
                field: "engine",
                given: text.to_owned(),
                allowed: "auto, dense or matrix-free",
                example: "auto",
            }),
        }
    }
}

/// Refuses the matrix-free way for laws that are not rotation-invariant.
pub(super) fn check(draft: &Draft) -> Result<(), SpecError> {
    if draft.engine != Method::MatrixFree {
        return Ok(());
    }
    let initializer = draft.initializer_in_force();
    let width = draft.width;
    let law = initializer.law(draft.framework, width, width, draft.gain);
    super::structure::check_method(draft, &law)?;
    match law {
        WeightLaw::Orthogonal { .. } => Ok(()),
        law if law.is_gaussian() => Ok(()),
        _ => Err(SpecError::Engine {
            initializer: initializer.to_string(),
            framework: draft.framework,
        }),
    }
}
