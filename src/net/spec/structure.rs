//! Which fields of blocks and norms go together.

use super::{Draft, Method, SpecError};
use crate::net::block::{Block, Branch, Counts, Factor, Heads, Norm, RATIO, SubLayer};
use crate::net::conv::Conv;
use crate::net::initializer::WeightLaw;
use crate::net::input::Input;
use crate::net::spec::{BATCH, caps};
use crate::net::stage::hidden_units;
use crate::net::written::number;

/// Hidden units of a branch at most.
const HIDDEN: usize = 1 << 18;
/// Largest factor.
const FACTOR: f64 = 1e6;

/// Every norm of a network.
fn norms(draft: &Draft) -> Vec<Norm> {
    let inside = draft.block.iter().flat_map(Block::norms);
    let beside = [draft.norm, draft.initial_norm, draft.last_norm];
    inside.chain(beside.into_iter().flatten()).collect()
}

/// Refuses a field, given what to type instead and what is wrong, for the sake of another.
fn beside(other: &'static str) -> impl Fn(&'static str, &str, &str) -> Result<(), SpecError> {
    move |field, suggestion, problem| {
        Err(SpecError::Structure {
            field,
            other,
            problem: problem.to_owned(),
            suggestion: suggestion.to_owned(),
        })
    }
}

/// Refuses what a convolution does not go with.
fn check_conv(draft: &Draft, conv: &Conv) -> Result<(), SpecError> {
    let wrong = beside("conv");
    if draft.block.is_some() {
        return wrong(
            "conv",
            "none",
            "conv is for plain layers, and there is a block",
        );
    }
    let inputs = draft.input.dim().or(draft.input_dim).unwrap_or(draft.width);
    if !(inputs.is_multiple_of(conv.groups) && draft.width.is_multiple_of(conv.groups)) {
        let (groups, width) = (conv.groups, draft.width);
        let problem = format!("{groups} groups do not divide {inputs} and {width} channels");
        return wrong("conv", "3x3", &problem);
    }
    if conv.fans(draft.framework, inputs, draft.width).is_none() {
        let problem = "the fans of a convolution are known of PyTorch, Keras and Flax";
        return wrong("framework", "pytorch", problem);
    }
    let initializer = draft.initializer_in_force();
    let law = initializer.law(draft.framework, draft.width, draft.width, 1.0);
    match law {
        WeightLaw::Orthogonal { .. } | WeightLaw::Identity { .. } | WeightLaw::Sparse { .. } => {
            let problem =
                "only weights that are drawn each by itself have the fans of a convolution";
            wrong("initializer", "he_normal", problem)
        }
        _ => Ok(()),
    }
}

/// Refuses what does not go together.
pub(super) fn check(draft: &Draft) -> Result<(), SpecError> {
    let (block, norm) = (draft.block.as_ref(), draft.norm);
    let lonely = beside("block");
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
        for (set, what) in [
            (
                draft.initial_norm.is_some(),
                "initial is the norm before the first block",
            ),
            (
                draft.last_norm.is_some(),
                "final is the norm after the last block",
            ),
            (draft.copies, "copies are of the first block"),
            (
                draft.standardized,
                "standardized rows are those of a block's matrices",
            ),
            (draft.tokens.is_some(), "tokens are for networks of blocks"),
        ] {
            if set {
                let problem = format!("{what}, and there is none");
                return lonely("block", "pre(ln,mlp(4))", &problem);
            }
        }
        if norm.is_none() && (draft.embed, draft.position) != (1.0, 0.0) {
            return lonely("embed", "1", "embed is for networks with blocks or norms");
        }
    }
    if let Some(conv) = &draft.conv {
        check_conv(draft, conv)?;
    }
    if block.is_some() && norm.is_some() {
        return lonely(
            "norm",
            "",
            "norm is for plain layers: in a block the norm stands in its sub-layers",
        );
    }
    range("embed", draft.embed, 1e-6, FACTOR, "1")?;
    range("embed", draft.position, 0.0, FACTOR, "1")?;
    range("eps", draft.eps, 0.0, 1.0, "1e-5")?;
    let norms = norms(draft);
    if norms.contains(&Norm::Batch) && draft.batch < 2 {
        return lonely(
            "batch",
            "16",
            "BatchNorm takes the mean over two inputs at least",
        );
    }
    let attention = block.is_some_and(Block::norms_scores);
    if draft.eps != 0.0 && norms.is_empty() && !attention {
        return lonely("eps", "0", "eps is for networks with a norm");
    }
    if !matches!(draft.input, Input::Noise) && (draft.embed, draft.position) != (1.0, 0.0) {
        return lonely(
            "embed",
            "1",
            "embed is for noise: data come with their own size",
        );
    }
    let Some(block) = block else { return Ok(()) };
    tokens(draft, block)?;
    let layers = draft.depth * block.sub_layers().len();
    if layers > caps().depth {
        return lonely(
            "depth",
            &(caps().depth / block.sub_layers().len()).max(1).to_string(),
            &format!("{layers} sub-layers are more than {}", caps().depth),
        );
    }
    // a power of the block's number is largest at one of its ends
    for at in [1, draft.depth] {
        let at = Counts {
            blocks: draft.depth,
            sub_layers: layers,
            block: at,
        };
        for (field, factor) in [("out", draft.outward), ("in", draft.inward)] {
            range(field, factor.value(at), 0.0, FACTOR, "1")?;
        }
        for (what, factor) in block.sub_layers().iter().flat_map(SubLayer::factors) {
            let value = factor.value(at);
            let signed = ["skip", "alpha"].contains(&what);
            if !(value.abs() <= FACTOR) || (value < 0.0 && !signed) {
                let allowed = if signed { "-1e6 to 1e6" } else { "0 to 1e6" };
                let problem = format!(
                    "{what} {factor} is {}, and {allowed} is allowed",
                    number(value)
                );
                return lonely("block", "pre(ln,mlp(4))", &problem);
            }
        }
    }
    for sub in block.sub_layers() {
        let (Branch::Mlp { ratio, .. } | Branch::Glu { ratio }) = sub.branch else {
            continue;
        };
        let hidden = hidden_units(draft.width, ratio);
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

/// Refuses tokens that do not divide the batch, and heads that do not divide the width.
fn tokens(draft: &Draft, block: &Block) -> Result<(), SpecError> {
    let wrong = |field, problem: String, suggestion: String| {
        Err(SpecError::Structure {
            field,
            other: "block",
            problem,
            suggestion,
        })
    };
    if draft.tokens == Some(0) || draft.tokens.is_some_and(|tokens| tokens > *BATCH.end()) {
        let given = draft.tokens.unwrap_or(0) as f64;
        return range("tokens", given, 1.0, *BATCH.end() as f64, "16");
    }
    let length = draft.sequence();
    if !draft.batch.is_multiple_of(length) {
        let suggestion = (draft.batch / length).max(1) * length;
        let problem = format!(
            "the batch is {} tokens, no multiple of the {length} of a sequence",
            draft.batch
        );
        return wrong("batch", problem, suggestion.to_string());
    }
    if length > 1 && !matches!(draft.input, Input::Noise) {
        let problem = "tokens are noise: rows of data are no sequences".to_owned();
        return wrong("tokens", problem, "1".to_owned());
    }
    if length == 1 && draft.position != 0.0 {
        let problem =
            "a position has noise of its own where sequences have several tokens".to_owned();
        return wrong("embed", problem, number(draft.embed));
    }
    if draft.copies && draft.engine == Method::MatrixFree {
        let problem =
            "engine matrix-free is not for copies: a matrix that acts twice has seen what it gave"
                .to_owned();
        return wrong("engine", problem, "auto".to_owned());
    }
    if draft.standardized && draft.engine == Method::MatrixFree {
        let problem = "engine matrix-free is for Gaussian weights, not for standardized rows";
        return wrong("engine", problem.to_owned(), "auto".to_owned());
    }
    for sub in block.sub_layers() {
        let Branch::Attention(attention) = sub.branch else {
            continue;
        };
        let Some(heads) = attention.heads.count(draft.width) else {
            let problem = match attention.heads {
                Heads::Count(heads) => format!("{heads} heads do not divide {} units", draft.width),
                Heads::Of(units) => format!("heads of {units} units do not divide {}", draft.width),
            };
            let own = match attention.heads {
                Heads::Count(heads) => (1..=heads).rev().find(|n| draft.width.is_multiple_of(*n)),
                Heads::Of(_) => Some(1),
            };
            let suggestion = format!("pre(ln,attn({}))", own.unwrap_or(1));
            return wrong("block", problem, suggestion);
        };
        if let Some(kv) = attention.kv.filter(|kv| !heads.is_multiple_of(*kv)) {
            let problem = format!("{kv} heads of keys and values do not divide {heads} heads");
            return wrong("block", problem, format!("pre(ln,attn({heads}))"));
        }
        if attention.rope && !(draft.width / heads).is_multiple_of(2) {
            let problem = format!(
                "rope turns pairs of units, and a head has {}",
                draft.width / heads
            );
            return wrong("block", problem, format!("pre(ln,attn({heads}))"));
        }
    }
    Ok(())
}

/// Refuses the matrix-free way where stages have it for Gaussian weights alone.
pub(super) fn check_method(draft: &Draft, law: &WeightLaw) -> Result<(), SpecError> {
    let staged = draft.block.is_some() || draft.norm.is_some();
    if draft.engine == Method::MatrixFree && staged && !law.is_gaussian() {
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
