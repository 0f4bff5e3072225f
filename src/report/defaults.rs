//! What every framework does when nobody configures the layer.
//!
//! JSON, schema 1: `{"schema", "program", "spec", "defaults": [D, ...]}`; `D` is a choice as in [`advice`](crate::report::advice) with
//! `"framework"`, `"layer_name"`, `"weights"`, `"biases"` (laws in words), `"sigma_w2"` (`fan_in Var W` of layers behind the
//! first), `"sigma_b2"`, `"truncated"` and `"source"`.

use serde_json::{Value, json};

use crate::engine::advice::Choice;
use crate::net::initializer::WeightLaw;
use crate::net::spec::Spec;
use crate::report::advice::object;
use crate::report::columns::{Side, aligned};
use crate::report::json::{SCHEMA, spec_object};

/// For people.
#[must_use]
pub fn table(spec: &Spec, defaults: &[Choice]) -> String {
    let head = [
        "layer",
        "weights",
        "biases",
        "fan_in Var W",
        "Var b",
        "cut",
        "verdict",
        "survives",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    let mut fates = String::new();
    for choice in defaults {
        let preset = choice.spec.default_layer();
        let (sigma_w2, sigma_b2) = variances(&choice.spec);
        let (kind, survives, fate) = match &choice.outlook {
            Ok(o) => (
                o.verdict.kind.name().to_owned(),
                o.verdict.budget.compact(),
                o.verdict.sentence(),
            ),
            Err(error) => ("-".into(), String::new(), error.clone()),
        };
        fates.push_str(&format!("{}: {fate}\n", preset.layer));
        rows.push(vec![
            preset.layer,
            preset.weights,
            preset.bias,
            format!("{sigma_w2:.4}"),
            format!("{sigma_b2:.3e}"),
            if truncated(&choice.spec) {
                "2 sigma"
            } else {
                "no"
            }
            .into(),
            kind,
            survives,
        ]);
    }
    use Side::{Left, Right};
    format!(
        "{}, {} wide, {} deep\n\n{}\n{fates}",
        spec.activation(),
        spec.width(),
        spec.depth(),
        aligned(&[Left, Left, Left, Right, Right, Left, Left, Right], &rows)
    )
}

/// For programs.
#[must_use]
pub fn json(spec: &Spec, defaults: &[Choice]) -> String {
    let rows: Vec<String> = defaults.iter().map(|c| row(c).to_string()).collect();
    format!(
        "{{\"schema\":{SCHEMA},\n\"program\":{},\n\"spec\":{},\n\"defaults\":[\n{}\n]}}\n",
        json!(concat!("initscope ", env!("CARGO_PKG_VERSION"))),
        spec_object(spec),
        rows.join(",\n"),
    )
}

fn row(choice: &Choice) -> Value {
    let preset = choice.spec.default_layer();
    let (sigma_w2, sigma_b2) = variances(&choice.spec);
    let mut row = json!({
        "framework": choice.spec.preset_name(),
        "layer_name": preset.layer,
        "weights": preset.weights,
        "biases": preset.bias,
        "sigma_w2": sigma_w2,
        "sigma_b2": sigma_b2,
        "truncated": truncated(&choice.spec),
        "source": preset.source,
    });
    if let (Value::Object(row), Value::Object(more)) = (&mut row, object(choice)) {
        row.extend(more);
    }
    row
}

/// `fan_in Var W` and `Var b` of the layers behind the first.
fn variances(spec: &Spec) -> (f64, f64) {
    let (fan_in, fan_out) = (spec.width(), spec.width());
    (
        fan_in as f64 * spec.weight_law(2).variance(fan_in, fan_out),
        spec.bias_law(2).variance(),
    )
}

fn truncated(spec: &Spec) -> bool {
    matches!(spec.weight_law(2), WeightLaw::TruncatedNormal { .. })
}
