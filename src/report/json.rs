//! The JSON document, schema 1.
//!
//! ```json
//! {"schema": 1,
//!  "program": "initscope 0.1.0",
//!  "spec": {"text": "relu/he_normal 256x64", "command": "initscope --activation relu ...", ...},
//!  "draws": 128,
//!  "layers": [{"layer": 1, "z_second_moment": S, "z_variance": S, "x_second_moment": S, "x_variance": S,
//!              "grad_z": S, "grad_x": S, "grad_w": S, "grad_b": S, "distinguishability": S,
//!              "z_mean": x, "x_mean": x, "saturated": x, "dead": x,
//!              "effective_rank": x, "alike": x, "dead_draws": x}, ...],
//!  "theory": {"note": null, "layers": [{"layer": 1, "z_second_moment_log10": x, "z_second_moment_log10_low": x,
//!              "z_second_moment_log10_high": x, "x_second_moment_log10": x, "x_variance_log10": x,
//!              "distinguishability_log10": x, ..., "grad_z_log10": x, ...}, ...]},
//!  "remedy": null,
//!  "overflow_layer": null,
//!  "verdict": {"kind": "HEALTHY", "channel": null, "layer": null, "rate": x, "signal_rate": x,
//!              "gradient_rate": x, "distinguishability_rate": x, "depth_budget": n,
//!              "depth_budget_healthy_at": n, "depth_budget_fails_at": n, "depth_budget_source": "measured",
//!              "sentence": "...", "budget": "...", "formats": ["...", ...],
//!              "dead_draws": {"count": n, "draws": n, "share": x, "low": x, "high": x, "by_chance": false},
//!              "inputs": null}}
//! ```
//!
//! `S` is `{"log10_mean": x, "log10_se": x, "log10_p10": x, "log10_p50": x, "log10_p90": x}`: mean, standard error and quantiles
//! over draws of the log10 of the per-draw mean square. Layers count from 1; `z` is before and `x` after the activation.
//! `grad_z`, `grad_x`: mean square over units and inputs of `dl/dz`, `dl/dx` of this layer; `grad_w`, `grad_b`: mean over
//! entries of the squared, batch-summed `dl/dW`, `dl/db`. `distinguishability`: the share of `mean z^2` that differs between
//! inputs. `saturated`, `dead`: shares from 0 to 1. Rates are decades of mean square per layer, the gradient's going backward.
//!
//! `depth_budget`: layers of the deepest healthy network of this kind (same spec, another depth), `null` where nothing was found to fail;
//! at least `depth_budget_healthy_at` layers are healthy, `depth_budget_fails_at` fail (`null`: none found). `depth_budget_source`:
//! `"measured"`, ensembles of these very depths; `"own_curves"`, read off the first layers of this network's draws; `"theory"`. What is not
//! measured has two digits, rounded away from each other.
//!
//! `effective_rank`: of `z` minus each unit's mean over the inputs, `(sum s_i^2)^2 / sum s_i^4` over its singular values, 1 to
//! `min(batch - 1, width)`, median over every fourth draw. `alike`: the share of the same that is equal in all units, exceeded in nine draws of
//! ten. Both `null` where no two inputs differ and for a batch of one. `dead_draws` of a layer: share of the draws that are dead there
//! or before, a layer's units having slope 0 for every input, or signal or difference being exactly 0.
//!
//! `dead_draws` of the verdict (`null` where theory judges): how many of the draws are dead, with the 95 % interval of the share;
//! `by_chance`: whether each layer kills some, so that more units a layer heal it. `inputs` (`null` for noise and a batch of one):
//! `{"difference": x, "distinct": n, "rows": n}`, log10 of the share of the rows' mean square that differs between them, distinct inputs
//! of a batch, rows of the data; `difference` `null` where they are the same.
//!
//! `theory`: what is expected, under the names of `initscope theory`: log10 at infinite width, with `_low` and `_high` the 10 and 90 %
//! quantiles over draws of this width; `null` where it is not known, `note` why a band is not, the whole `null` where theory has no
//! answer. `remedy`: the choice that was measured healthy, as `initscope check` says it, else `null`.
//!
//! `overflow_layer`: the first layer at which the mean signal overflows, else `null`.
//!
//! JSON has no infinities: **an exact zero has log10 `null`**, and so has an overflow; `S` then carries one more key, `"limit"`,
//! which is `"zero"`, `"overflow"`, (some draws this, some that) `"both"`, or `"undefined"` (as the
//! distinguishability where the signal overflows). A gradient that is not computed yet is `null`.
//!
//! `spec` holds every resolved value: see [`spec_object`]. Later programs of the same schema may add keys, never change or remove one.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::engine::series::{SERIES, SINGLES, statistics};
use crate::engine::snapshot::{LayerStats, Snapshot, Summary};
use crate::engine::verdict::{Channel, Verdict};
use crate::net::architecture::linear;
use crate::net::bias::BiasLaw;
use crate::net::block::Norm;
use crate::net::initializer::WeightLaw;
use crate::net::input::Scale;
use crate::net::spec::field::FRAMEWORK;
use crate::net::spec::{Draws, Spec};
use crate::net::tape::Linear;
use crate::report::verdict::budget;
use crate::report::{blocks, expected};

/// The version of the schema: a change that could break a reader makes it larger.
pub const SCHEMA: u32 = 1;

/// The schema of what is said of one network: 2 where it has blocks.
#[must_use]
pub fn schema_of(spec: &Spec) -> u32 {
    match spec.block() {
        None => SCHEMA,
        Some(_) => blocks::SCHEMA,
    }
}

/// The program and its version.
pub(super) const PROGRAM: &str = concat!("initscope ", env!("CARGO_PKG_VERSION"));

/// The document, one line a layer, ended by `\n`; of a network of blocks that of [`blocks`], schema 2.
#[must_use]
pub fn json(snapshot: &Snapshot) -> String {
    if snapshot.spec.block().is_some() {
        return blocks::json(snapshot);
    }
    format!(
        "{{\"schema\":{SCHEMA},\n\"program\":{},\n{}}}\n",
        text(&PROGRAM),
        fields(snapshot),
    )
}

/// What the document says of the network, from `spec` to `verdict`, without the braces.
pub(super) fn fields(snapshot: &Snapshot) -> String {
    let layers: Vec<String> = snapshot
        .layers
        .iter()
        .enumerate()
        .map(|(index, layer)| text(&layer_object(index + 1, layer)))
        .collect();
    let [(theory, expected), (remedy, choice)] = expected::objects(snapshot);
    format!(
        "\"spec\":{},\n\"draws\":{},\n\"layers\":[\n{}\n],\n\"{theory}\":{},\n\"{remedy}\":{},\n\"overflow_layer\":{},\n\"verdict\":{}",
        text(&spec_object(&snapshot.spec)),
        snapshot.draws,
        layers.join(",\n"),
        text(&expected),
        text(&choice),
        text(&snapshot.overflow),
        text(&snapshot.verdict.as_ref().map(verdict_object)),
    )
}

/// One value on one line.
pub(super) fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("maps with text keys and finite numbers")
}

/// Every resolved value of a spec.
///
/// `text` parses back, `command` reproduces the screen. `activation` and `initializer` are what is in force, with the numbers that
/// `framework` adds where none are typed;
/// `initializer_named` says whether it was asked for (else it is the framework's default layer). `first_layer` and
/// `other_layers` (`null` at depth 1) hold `fan_in`, `fan_out`, the laws of weights and biases with their parameters, and
/// `sigma_w2 = fan_in Var(W)`, `sigma_b2 = Var(b)`. `scale` is what was done to the numbers of data (`all` for the digits, `null` for
/// noise), `input_notes` what to know of a data file, size and scaling first; `batch` is never more than its rows.
#[must_use]
pub fn spec_object(spec: &Spec) -> Value {
    let draws = match spec.draws() {
        Draws::Auto => json!("auto"),
        Draws::Exactly(draws) => json!(draws),
    };
    let mut object = json!({
        "text": spec.to_string(),
        "command": spec.command_line(),
        "activation": spec.activation().in_full(),
        "initializer": spec.effective_initializer().in_full(spec.framework()),
        "initializer_named": spec.initializer().is_some(),
        "framework": FRAMEWORK.typed(spec),
        "gain": spec.gain(),
        "bias": spec.bias().to_string(),
        "width": spec.width(),
        "depth": spec.depth(),
        "batch": spec.batch(),
        "input": spec.input().to_string(),
        "labels": spec.input().label_source(),
        "scale": spec.input().scale().map(Scale::name),
        "input_notes": spec.input().notes(),
        "input_dim": spec.input_dim(),
        "seed": spec.seed(),
        "draws": draws,
        "engine": spec.engine().to_string(),
    });
    let more = if spec.block().is_some() {
        let last = spec.draft().last_norm;
        json!({
            "block": spec.block().map(ToString::to_string),
            "initial": spec.draft().initial_norm.map(Norm::name),
            "final": last.map(Norm::name),
            "tokens": spec.tokens(),
            "embed": spec.draft().embed,
            "position": spec.draft().position,
            "eps": spec.draft().eps,
            "copies": spec.draft().copies,
            "standardized": spec.draft().standardized,
            "sub_layers": blocks::sub_layers(spec),
        })
    } else {
        json!({
            "first_layer": linear_object(&linear(spec, 1)),
            "other_layers": (spec.depth() > 1).then(|| linear_object(&linear(spec, 2))),
        })
    };
    if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
        object.extend(more);
        if let Some(norm) = spec.norm() {
            object.insert("norm".into(), json!(norm.name()));
            object.insert("embed".into(), json!(spec.draft().embed));
            object.insert("eps".into(), json!(spec.draft().eps));
        }
    }
    object
}

pub(super) fn linear_object(linear: &Linear) -> Value {
    let Linear {
        fan_in,
        fan_out,
        weights,
        biases: bias,
    } = *linear;
    json!({
        "fan_in": fan_in,
        "fan_out": fan_out,
        "weights": weights_object(&weights),
        "weights_mean": weights.mean(fan_in, fan_out),
        "weights_std": weights.std(fan_in, fan_out),
        "sigma_w2": fan_in as f64 * weights.variance(fan_in, fan_out),
        "bias": bias_object(&bias),
        "bias_mean": bias.mean(),
        "sigma_b2": bias.variance(),
    })
}

fn weights_object(law: &WeightLaw) -> Value {
    match *law {
        WeightLaw::Normal { mean, std } => normal_object(mean, std),
        WeightLaw::Uniform { low, high } => json!({"law": "uniform", "low": low, "high": high}),
        WeightLaw::TruncatedNormal {
            mean,
            raw_std,
            low,
            high,
        } => {
            let law = "truncated_normal";
            match mean {
                0.0 => json!({"law": law, "raw_std": raw_std, "low": low, "high": high}),
                mean => {
                    json!({"law": law, "mean": mean, "raw_std": raw_std, "low": low, "high": high})
                }
            }
        }
        WeightLaw::Orthogonal { gain } => json!({"law": "orthogonal", "gain": gain}),
        WeightLaw::Sparse { sparsity, std } => {
            json!({"law": "sparse", "sparsity": sparsity, "std": std})
        }
        WeightLaw::Identity { gain } => json!({"law": "identity", "gain": gain}),
        WeightLaw::Constant { value } => json!({"law": "constant", "value": value}),
        WeightLaw::Standardized { gain } => json!({"law": "standardized", "gain": gain}),
    }
}

/// A normal law; its mean is said where it is not 0.
fn normal_object(mean: f64, std: f64) -> Value {
    match mean {
        0.0 => json!({"law": "normal", "std": std}),
        mean => json!({"law": "normal", "mean": mean, "std": std}),
    }
}

fn bias_object(law: &BiasLaw) -> Value {
    match *law {
        BiasLaw::Zeros => json!({"law": "zeros"}),
        BiasLaw::Normal { mean, std } => normal_object(mean, std),
        BiasLaw::Uniform { low, high } => json!({"law": "uniform", "low": low, "high": high}),
        BiasLaw::Constant { value } => json!({"law": "constant", "value": value}),
    }
}

fn layer_object(number: usize, layer: &LayerStats) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("layer".into(), json!(number));
    for series in &SERIES {
        let summary = (series.of)(layer);
        object.insert(
            series.name.into(),
            json!(summary.map(|summary| summary_object(&summary))),
        );
    }
    object.extend(SINGLES.map(|(key, of)| (key.to_owned(), number_or_null(of(layer)))));
    object
}

pub(super) fn summary_object(summary: &Summary) -> Map<String, Value> {
    let numbers = statistics(summary);
    let mut object = Map::new();
    object.extend(numbers.map(|(key, value)| (key.to_owned(), number_or_null(value))));
    let any = |limit: f64| numbers.iter().any(|(_, value)| *value == limit);
    let limit = match (any(f64::NEG_INFINITY), any(f64::INFINITY)) {
        (true, false) => "zero",
        (false, true) => "overflow",
        (true, true) => "both",
        (false, false) if summary.log10_mean.is_nan() => "undefined",
        (false, false) => return object,
    };
    object.insert("limit".into(), json!(limit));
    object
}

/// JSON knows finite numbers only; `-0` is written as `0`.
pub(super) fn number_or_null(value: f64) -> Value {
    if value.is_finite() {
        json!(value + 0.0)
    } else {
        Value::Null
    }
}

pub(crate) fn verdict_object(verdict: &Verdict) -> Value {
    let mut object = match verdict.blocks {
        None => budget(&verdict.budget),
        Some(_) => Map::from_iter([("notes".to_owned(), json!(blocks::notes(verdict)))]),
    };
    let more = json!({
        "kind": verdict.kind.name(),
        "channel": verdict.channel.map(Channel::name),
        "layer": verdict.layer,
        "rate": number_or_null(verdict.rate),
        "signal_rate": number_or_null(verdict.signal_rate),
        "gradient_rate": number_or_null(verdict.gradient_rate),
        "distinguishability_rate": number_or_null(verdict.distinguishability_rate),
        "sentence": verdict.sentence(),
        "budget": verdict.budget_sentence(),
        "formats": verdict.format_sentences(),
        "dead_draws": (verdict.dead_draws.total > 0).then(|| deaths_object(verdict)),
        "inputs": verdict.inputs.map(|(inputs, rows)| json!({
            "difference": number_or_null(inputs.difference),
            "distinct": inputs.distinct.map(|distinct| distinct.count),
            "rows": rows,
        })),
    });
    if let Value::Object(more) = more {
        object.extend(more);
    }
    Value::Object(object)
}

fn deaths_object(verdict: &Verdict) -> Value {
    let dead = verdict.dead_draws;
    let [low, high] = dead.interval();
    json!({
        "count": dead.count,
        "draws": dead.total,
        "share": dead.value(),
        "low": low,
        "high": high,
        "by_chance": verdict.by_chance,
    })
}
