//! Networks of blocks as text, CSV and JSON: the stream after every sub-layer and what its branch gives.
//!
//! CSV: `layer` (the number of the sub-layer from 1), `block`, `sub_layer` (within the block, from 1), then for each `NAME` below the
//! five numbers `NAME_log10_mean` to `NAME_log10_p90` as in [`csv`](crate::report::csv), then `saturated`, `dead` (of the hidden units),
//! `effective_rank`, `alike`, `dead_draws`.
//!
//! JSON, schema 2: as schema 1 (see [`json`](crate::report::json)), with other keys of a layer: `layer`, `block`, `sub_layer`, a series for each
//! `NAME`, and the numbers as in CSV. `verdict` has no depth budget; its `notes` say what the branches give. `spec` has `sub_layers`, an
//! object for each of a block, in place of `first_layer` and `other_layers`.
//!
//! | `NAME` | what, log10 of a mean over units and inputs |
//! | --- | --- |
//! | `stream` | mean square of the stream after the sub-layer |
//! | `stream_gradient` | mean square of the loss's whole derivative by it |
//! | `distinguishability` | share of `stream` that differs between inputs; of tokens as `tokens` where there is one sequence |
//! | `branch` | mean square of the branch's output, before `alpha` |
//! | `branch_share` | share of the branch, `alpha` included, in the mean square of the sum |
//! | `tokens` | share of `stream` that differs between the tokens of a sequence |
//! | `entropy` | mean entropy of a row of attention weights over its largest value |
//! | `scores` | mean square of a score of attention |
//! | `grad_first` | mean square of an entry of the batch-summed `dl/dW` of the first matrix that reads the branch's input: W1, gate or queries |
//! | `grad_second` | the same of the second: beside the gate, or keys |
//! | `grad_third` | the same of the third: values |
//! | `grad_last` | the same of the last matrix |

use serde_json::{Map, Value, json};

use crate::engine::series::{BLOCK_SERIES, statistics};
use crate::engine::snapshot::{LayerStats, Snapshot, Summary};
use crate::engine::verdict::{BlockCurves, Verdict};
use crate::net::block::{Norm, SubLayer};
use crate::net::spec::Spec;
use crate::net::stage::Stage;
use crate::net::tape::Linear;
use crate::report::csv::{cell, line};
use crate::report::json::{
    PROGRAM, linear_object, number_or_null, spec_object, summary_object, text, verdict_object,
};

/// The version of the schema of networks of blocks.
pub const SCHEMA: u32 = 2;

/// The other numbers of a layer.
fn plain(layer: &LayerStats) -> [(&'static str, f64); 5] {
    [
        ("saturated", layer.saturated),
        ("dead", layer.dead),
        ("effective_rank", layer.effective_rank),
        ("alike", layer.alike),
        ("dead_draws", layer.dead_draws.value()),
    ]
}

/// Block and sub-layer within it, both from 1, of layer `index` (from 0).
fn place(spec: &Spec, index: usize) -> [usize; 2] {
    let subs = spec.sub_layers();
    [index / subs + 1, index % subs + 1]
}

/// The header and one line a sub-layer.
#[must_use]
pub fn csv(snapshot: &Snapshot) -> String {
    let mut head = ["layer", "block", "sub_layer"].map(str::to_owned).to_vec();
    for (name, _) in BLOCK_SERIES {
        head.extend(statistics(&Summary::default()).map(|(key, _)| format!("{name}_{key}")));
    }
    let mut out = String::new();
    for (index, layer) in snapshot.layers.iter().enumerate() {
        let plain = plain(layer);
        if index == 0 {
            head.extend(plain.map(|(name, _)| name.to_owned()));
            out.push_str(&line(&head));
        }
        let mut cells = vec![(index + 1).to_string()];
        cells.extend(place(&snapshot.spec, index).map(|n| n.to_string()));
        for (_, of) in BLOCK_SERIES {
            match of(layer) {
                Some(summary) => cells.extend(statistics(&summary).map(|(_, value)| cell(value))),
                None => cells.extend(statistics(&Summary::default()).map(|_| String::new())),
            }
        }
        cells.extend(plain.map(|(_, value)| cell(value)));
        out.push_str(&line(&cells));
    }
    out
}

/// The document, one line a sub-layer.
#[must_use]
pub fn json(snapshot: &Snapshot) -> String {
    format!(
        "{{\"schema\":{SCHEMA},\n\"program\":{},\n{}}}\n",
        text(&PROGRAM),
        fields(snapshot)
    )
}

/// What the document says of the network, from `spec` to `verdict`, without the braces.
pub(super) fn fields(snapshot: &Snapshot) -> String {
    let layers: Vec<String> = (0..)
        .zip(&snapshot.layers)
        .map(|(index, layer)| text(&layer_object(&snapshot.spec, index, layer)))
        .collect();
    format!(
        "\"spec\":{},\n\"draws\":{},\n\"layers\":[\n{}\n],\n\"overflow_layer\":{},\n\"verdict\":{}",
        text(&spec_object(&snapshot.spec)),
        snapshot.draws,
        layers.join(",\n"),
        text(&snapshot.overflow),
        text(&snapshot.verdict.as_ref().map(verdict_object)),
    )
}

fn layer_object(spec: &Spec, index: usize, layer: &LayerStats) -> Map<String, Value> {
    let [block, sub_layer] = place(spec, index);
    let mut object = Map::new();
    object.insert("layer".into(), json!(index + 1));
    object.insert("block".into(), json!(block));
    object.insert("sub_layer".into(), json!(sub_layer));
    for (name, of) in BLOCK_SERIES {
        let summary = of(layer).map(|summary| summary_object(&summary));
        object.insert(name.into(), json!(summary));
    }
    let numbers = plain(layer).map(|(key, value)| (key.to_owned(), number_or_null(value)));
    object.extend(numbers);
    object
}

/// What a spec with blocks has in place of its layers: its sub-layers with every number resolved.
pub(super) fn sub_layers(spec: &Spec) -> Value {
    let Some(block) = spec.block() else {
        return Value::Null;
    };
    let each = (1..).zip(block.sub_layers()).map(|(number, sub)| {
        let stage = spec.stage(number);
        let residual = stage.residual.as_ref();
        json!({
            "norm": sub.place.norm().map(Norm::name),
            "inner_norm": sub.branch.norm().map(Norm::name),
            "activated": sub.activated,
            "place": sub.place.name(),
            "branch": sub.branch.to_string(),
            "skip": residual.map(|residual| residual.skip),
            "alpha": residual.map(|residual| residual.alpha),
            "matrices": matrices(sub, &stage),
        })
    });
    each.collect()
}

/// The matrices of a sub-layer by their roles.
fn matrices(sub: &SubLayer, stage: &Stage) -> Value {
    let roles = sub.branch.roles().iter().map(|role| role.name());
    let each = roles.zip(stage.matrices());
    let object: Map<String, Value> = each
        .map(|(role, linear)| (role.to_owned(), linear_object(linear)))
        .collect();
    Value::Object(object)
}

/// What the branches give, for the verdict of JSON.
pub(super) fn notes(verdict: &Verdict) -> Vec<String> {
    let blocks = verdict.blocks.as_ref();
    blocks.map_or_else(Vec::new, BlockCurves::notes)
}

/// The matrices of a block in words, a line for each sub-layer.
pub(super) fn setting(spec: &Spec) -> String {
    let Some(block) = spec.block() else {
        return String::new();
    };
    let law = |linear: &Linear| {
        let Linear {
            fan_in,
            fan_out,
            weights,
            ..
        } = linear;
        let variance = weights.variance(*fan_in, *fan_out);
        format!(
            "{fan_out}x{fan_in} with fan_in·Var W {:.4}",
            *fan_in as f64 * variance
        )
    };
    let each = (1..).zip(block.sub_layers()).map(|(number, sub)| {
        let stage = spec.stage(number);
        let roles = sub.branch.roles().iter().map(|role| role.name());
        let matrices: Vec<String> = roles
            .zip(stage.matrices())
            .map(|(role, linear)| format!("{role} {}", law(linear)))
            .collect();
        let factors = stage.residual.as_ref().map(|residual| {
            let (skip, alpha) = (residual.skip, residual.alpha);
            format!("; skip {skip:.4}, alpha {alpha:.4}")
        });
        format!(
            "{sub}: {}{}\n",
            matrices.join(", "),
            factors.unwrap_or_default()
        )
    });
    each.collect()
}
