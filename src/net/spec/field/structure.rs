//! The rows of blocks and norms.

use super::table::PLAIN;
use super::{Field, parsed};
use crate::net::block::{FACTOR, Factor, Norm};
use crate::net::spec::SpecError;
use crate::net::written::number;

/// What is repeated: sub-layers joined by `+`.
pub const BLOCK: Field = Field {
    name: "block",
    placeholder: "BLOCK",
    about: "Residual block that the depth repeats: sub-layers pre(NORM,mlp(RATIO)), post(NORM,mlp(RATIO)) or res(mlp(RATIO)) joined by +, NORM ln or rms, with skip=FACTOR and alpha=FACTOR",
    example: "pre(ln,mlp(4))",
    draws_weights: true,
    get: |draft| draft.block.as_ref().map(ToString::to_string),
    set: |draft, text| {
        draft.block = match text {
            "none" => None,
            text => Some(text.parse()?),
        };
        Ok(())
    },
    ..PLAIN
};

/// Multiplier of the last matrix of every branch.
pub const OUTWARD: Field = Field {
    name: "out",
    placeholder: "FACTOR",
    about: "Multiplier of the last matrix of every branch, a number or a power of the blocks N or sub-layers L [default: 1]",
    example: "1/sqrt(2N)",
    draws_weights: true,
    get: |draft| (draft.outward != Factor::ONE).then(|| draft.outward.to_string()),
    set: |draft, text| {
        draft.outward = factor("out", text)?;
        Ok(())
    },
    ..PLAIN
};

/// Multiplier of the first matrix of every branch.
pub const INWARD: Field = Field {
    name: "in",
    placeholder: "FACTOR",
    about: "Multiplier of the first matrix of every branch, a number or a power of the blocks N or sub-layers L [default: 1]",
    example: "1/sqrt(L)",
    draws_weights: true,
    get: |draft| (draft.inward != Factor::ONE).then(|| draft.inward.to_string()),
    set: |draft, text| {
        draft.inward = factor("in", text)?;
        Ok(())
    },
    ..PLAIN
};

/// The norm after the last block.
pub const LAST_NORM: Field = Field {
    name: "final",
    placeholder: "NORM",
    about: "Norm after the last block: ln, rms or none [default: none]",
    example: "ln",
    names: norms,
    get: |draft| draft.last_norm.map(|norm| norm.name().to_owned()),
    set: |draft, text| {
        draft.last_norm = norm("final", text)?;
        Ok(())
    },
    ..PLAIN
};

/// The norm between matrix and activation of every plain layer.
pub const NORM: Field = Field {
    name: "norm",
    placeholder: "NORM",
    about: "Norm between matrix and activation of every plain layer: ln, rms or none [default: none]",
    example: "ln",
    names: norms,
    get: |draft| draft.norm.map(|norm| norm.name().to_owned()),
    set: |draft, text| {
        draft.norm = norm("norm", text)?;
        Ok(())
    },
    ..PLAIN
};

/// Standard deviation of the noise that enters the first block.
pub const EMBED: Field = Field {
    name: "embed",
    about: "Standard deviation of the noise that enters a network with blocks or norms [default: 1]",
    example: "0.02",
    get: |draft| (draft.embed != 1.0).then(|| number(draft.embed)),
    set: |draft, text| {
        draft.embed = parsed("embed", text, "a number", "0.02")?;
        Ok(())
    },
    ..PLAIN
};

/// What every norm adds to the variance.
pub const EPS: Field = Field {
    name: "eps",
    about: "What every norm adds to the variance before the root [default: 0]",
    example: "1e-5",
    get: |draft| (draft.eps != 0.0).then(|| number(draft.eps)),
    set: |draft, text| {
        draft.eps = parsed("eps", text, "a number", "1e-5")?;
        Ok(())
    },
    ..PLAIN
};

fn norms() -> Vec<&'static str> {
    vec!["ln", "rms", "none"]
}

fn norm(field: &'static str, text: &str) -> Result<Option<Norm>, SpecError> {
    let named = Norm::ALL.into_iter().find(|norm| norm.name() == text);
    match (text, named) {
        ("none", _) => Ok(None),
        (_, Some(norm)) => Ok(Some(norm)),
        _ => Err(SpecError::Value {
            field,
            given: text.to_owned(),
            allowed: "ln, rms or none",
            example: "ln",
        }),
    }
}

fn factor(field: &'static str, text: &str) -> Result<Factor, SpecError> {
    text.parse().map_err(|()| SpecError::Value {
        field,
        given: text.to_owned(),
        allowed: FACTOR,
        example: "1/sqrt(2N)",
    })
}
