//! What theory expects beside what was measured, layer by layer, and the remedy: the curves have the names of `initscope theory`.
//!
//! `z_second_moment_log10`, `x_second_moment_log10`, `x_variance_log10`, `distinguishability_log10`, `grad_z_log10`: log10 at infinite
//! width; `NAME_low` and `NAME_high`: the 10 and 90 % quantiles expected over draws of this width, of the three that have a band.
//! What is not known is missing.

use serde_json::{Map, Value, json};

use crate::engine::advice::Advice;
use crate::engine::snapshot::{Band, Prediction, Snapshot};
use crate::report::advice::object;
use crate::report::csv::{cell, quoted};
use crate::report::json::number_or_null;

/// Name, and the band of a layer counted from 0; without spread where only a line is predicted.
type Curve = (&'static str, bool, fn(&Prediction, usize) -> Option<Band>);

const CURVES: [Curve; 5] = [
    ("z_second_moment_log10", true, |p, l| {
        p.signal.get(l).copied()
    }),
    ("x_second_moment_log10", false, |p, l| {
        p.x_second_moment.get(l).copied().map(Band::line)
    }),
    ("x_variance_log10", false, |p, l| {
        p.x_variance.get(l).copied().map(Band::line)
    }),
    ("distinguishability_log10", true, |p, l| {
        p.distinguishability.get(l).copied()
    }),
    ("grad_z_log10", true, |p, l| p.gradient.get(l).copied()),
];

/// Key and value of everything that is expected at a layer, counted from 0; NaN where it is not known.
fn values(prediction: Option<&Prediction>, layer: usize) -> Vec<(String, f64)> {
    let mut values = Vec::new();
    for (name, has_band, of) in CURVES {
        let band = prediction.and_then(|prediction| of(prediction, layer));
        let band = band.unwrap_or(Band::unknown(f64::NAN));
        values.push((name.to_owned(), band.mid));
        if has_band {
            values.push((format!("{name}_low"), band.low));
            values.push((format!("{name}_high"), band.high));
        }
    }
    values
}

fn remedy(snapshot: &Snapshot) -> Option<&crate::engine::advice::Choice> {
    snapshot.advice.as_deref().and_then(Advice::remedy)
}

/// The names of the columns, `remedy` last.
pub(super) fn head() -> Vec<String> {
    let names = values(None, 0).into_iter().map(|(name, _)| name);
    names.chain(["remedy".to_owned()]).collect()
}

/// The cells of a layer, counted from 0; `remedy` is the network to type instead, the same in every row, empty where there is none.
pub(super) fn cells(snapshot: &Snapshot, layer: usize) -> Vec<String> {
    let expected = values(snapshot.prediction.as_deref(), layer);
    let told = |value: f64| match value.is_nan() {
        true => String::new(),
        false => cell(value),
    };
    let remedy = remedy(snapshot).map(|choice| quoted(&choice.spec.to_string()));
    let cells = expected.into_iter().map(|(_, value)| told(value));
    cells.chain([remedy.unwrap_or_default()]).collect()
}

/// The keys `theory` and `remedy` of the document; `theory` is `null` where it has no answer.
pub(super) fn objects(snapshot: &Snapshot) -> [(&'static str, Value); 2] {
    let theory = snapshot.prediction.as_deref().map(|prediction| {
        let layer = |number: usize| {
            let mut layer = Map::new();
            layer.insert("layer".into(), json!(number + 1));
            let values = values(Some(prediction), number).into_iter();
            layer.extend(values.map(|(name, value)| (name, number_or_null(value))));
            Value::Object(layer)
        };
        let layers: Vec<Value> = (0..prediction.signal.len()).map(layer).collect();
        json!({"note": prediction.note, "layers": layers})
    });
    [
        ("theory", json!(theory)),
        ("remedy", json!(remedy(snapshot).map(object))),
    ]
}
