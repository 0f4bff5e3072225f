//! Which fields of blocks and norms go together.

use super::{Draft, Method, SpecError};
use crate::net::block::{Factor, RATIO};
use crate::net::initializer::WeightLaw;
use crate::net::input::Input;
use crate::net::spec::caps;
use crate::net::stage::hidden_units;
use crate::net::written::number;

/// Hidden units of a branch at most.
const HIDDEN: usize = 1 << 18;
/// Largest factor.
const FACTOR: f64 = 1e6;

/// Refuses what does not go together.
pub(super) fn check(draft: &Draft) -> Result<(), SpecError> {
    let (block, norm) = (draft.block.as_ref(), draft.norm);
    let lonely = |field, suggestion: &str, problem: &str| {
        Err(SpecError::Structure {
            field,
            other: "block",
            problem: problem.to_owned(),
            suggestion: suggestion.to_owned(),
        })
    };
    if block.is_none() {
        if draft.outward != Factor::ONE {
            return lonely(
                "block",
                "pre(ln,mlp(4))",
                "out scales the branches of a block, and there is none",
            );
        }
        if draft.inward != Factor::ONE {
            return lonely(
                "block",
                "pre(ln,mlp(4))",
                "in scales the branches of a block, and there is none",
            );
        }
        if draft.last_norm.is_some() {
            return lonely(
                "block",
                "pre(ln,mlp(4))",
                "final is the norm after the last block, and there is none",
            );
        }
        if norm.is_none() && draft.embed != 1.0 {
            return lonely("embed", "1", "embed is for networks with blocks or norms");
        }
    }
    if block.is_some() && norm.is_some() {
        return lonely(
            "norm",
            "",
            "norm is for plain layers: in a block the norm stands in its sub-layers",
        );
    }
    range("embed", draft.embed, 1e-6, FACTOR, "1")?;
    range("eps", draft.eps, 0.0, 1.0, "1e-5")?;
    let normed = block.is_some_and(|block| {
        block
            .sub_layers()
            .iter()
            .any(|sub| sub.place.norm().is_some())
    });
    if draft.eps != 0.0 && !(normed || norm.is_some() || draft.last_norm.is_some()) {
        return lonely("eps", "0", "eps is for networks with a norm");
    }
    if !matches!(draft.input, Input::Noise) && draft.embed != 1.0 {
        return lonely(
            "embed",
            "1",
            "embed is for noise: data come with their own size",
        );
    }
    let Some(block) = block else { return Ok(()) };
    let layers = draft.depth * block.sub_layers().len();
    if layers > caps().depth {
        return lonely(
            "depth",
            &(caps().depth / block.sub_layers().len()).max(1).to_string(),
            &format!("{layers} sub-layers are more than {}", caps().depth),
        );
    }
    for (field, factor, low) in [("out", draft.outward, 0.0), ("in", draft.inward, 0.0)] {
        range(field, factor.value(draft.depth, layers), low, FACTOR, "1")?;
    }
    for sub in block.sub_layers() {
        for (what, factor) in [("skip", sub.skip), ("alpha", sub.alpha)] {
            let value = factor.value(draft.depth, layers);
            if !(value.abs() <= FACTOR) {
                return lonely(
                    "block",
                    "pre(ln,mlp(4))",
                    &format!("{what} {factor} is {}, beyond {FACTOR}", number(value)),
                );
            }
        }
        let hidden = hidden_units(draft.width, sub.ratio);
        if hidden > HIDDEN {
            let ratio = (HIDDEN / draft.width).clamp(1, *RATIO.end() as usize);
            return lonely(
                "block",
                &format!("pre(ln,mlp({ratio}))"),
                &format!("{hidden} hidden units are more than {HIDDEN}"),
            );
        }
    }
    let dim = draft.input.dim().or(draft.input_dim).unwrap_or(draft.width);
    if dim != draft.width {
        return Err(SpecError::Structure {
            field: "width",
            other: "block",
            problem: format!(
                "the stream of a network of blocks is the input, of dimension {dim}, not {}",
                draft.width
            ),
            suggestion: dim.to_string(),
        });
    }
    Ok(())
}

/// Refuses the matrix-free way where stages have it for Gaussian weights alone.
pub(super) fn check_method(draft: &Draft, law: &WeightLaw) -> Result<(), SpecError> {
    let staged = draft.block.is_some() || draft.norm.is_some();
    if draft.engine == Method::MatrixFree && staged && !matches!(law, WeightLaw::Normal { .. }) {
        return Err(SpecError::Structure {
            field: "engine",
            other: "block",
            problem: "engine matrix-free is for Gaussian weights in networks with blocks or norms"
                .to_owned(),
            suggestion: "auto".to_owned(),
        });
    }
    Ok(())
}

fn range(
    field: &'static str,
    value: f64,
    low: f64,
    high: f64,
    suggestion: &str,
) -> Result<(), SpecError> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(SpecError::Range {
        field,
        value: number(value),
        low: number(low),
        high: number(high),
        suggestion: suggestion.to_owned(),
    })
}
