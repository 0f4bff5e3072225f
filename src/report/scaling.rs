//! How a network moves with its width, as text, CSV and JSON.
//!
//! CSV: `layer`, `series`, `slope` and `slope_se` (decades of mean square for ten times the width), then `log10_mean_W` and `log10_se_W` for
//! every width `W`. The series are those of [`run`](crate::report::json) for a plain network, and those of [`blocks`](crate::report::blocks).
//!
//! JSON, schema 1: `{"schema", "program", "spec", "draws", "widths", "layers": [{"layer", NAME: {"slope", "slope_se", "log10_mean": [..],
//! "log10_se": [..]}}]}`, one number a width; a series that no layer has is left out.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::engine::scaling::{columns, moves_most, shown, slope};
use crate::engine::snapshot::Snapshot;
use crate::report::csv::{cell, line};
use crate::report::json::{PROGRAM, number_or_null, spec_object};
use crate::report::table::Rows;

/// The version of the schema.
const SCHEMA: u32 = 1;

/// Head, slopes of every layer that has a row, and what they say.
#[must_use]
pub fn table(snapshots: &[Arc<Snapshot>], rows: Rows) -> String {
    let Some(first) = snapshots.first() else {
        return String::new();
    };
    let widths: Vec<String> = snapshots
        .iter()
        .map(|s| s.spec.width().to_string())
        .collect();
    let columns = shown(snapshots);
    let layers = first.layers.len();
    let mut text = format!(
        "{}, {} draws at each width: {}\n\nslopes: decades of mean square for ten times the width\n\nlayer",
        first.spec,
        first.draws,
        widths.join(" ")
    );
    text.extend(columns.iter().map(|column| format!("{:>8}", column.head)));
    text.push('\n');
    let step = rows.step(layers);
    for index in (0..layers).filter(|index| index % step == 0 || index + 1 == layers) {
        text.push_str(&format!("{:>5}", index + 1));
        text.extend(columns.iter().map(|column| {
            let found = slope(snapshots, index, column.of);
            found.map_or(format!("{:>8}", "-"), |found| {
                format!("{:>+8.2}", found.slope)
            })
        }));
        text.push('\n');
    }
    let spec = &first.spec;
    let beside = spec.with(|draft| {
        draft.initializer = "lecun_normal".parse().ok();
        draft.gain = 1.0;
    });
    let beside = beside.map_or_else(|_| spec.to_string(), |other| other.to_string());
    let sentence = match moves_most(snapshots, &columns) {
        None => "nothing on the way up moves with the width by more than 0.3 decades for ten times as many units".into(),
        Some((index, name, slope)) => format!(
            "{name} moves most: by {slope:+.1} decades at layer {}, so that what is tuned at one width is wrong at another\nbeside it: initscope scaling \"{beside}\"",
            index + 1,
        ),
    };
    format!("{text}{}\n{sentence}\n", rows.omission(layers))
}

/// One line a layer and series.
#[must_use]
pub fn csv(snapshots: &[Arc<Snapshot>]) -> String {
    let mut head = ["layer", "series", "slope", "slope_se"]
        .map(str::to_owned)
        .to_vec();
    for snapshot in snapshots {
        let width = snapshot.spec.width();
        head.extend([format!("log10_mean_{width}"), format!("log10_se_{width}")]);
    }
    let mut out = line(&head);
    let layers = snapshots
        .first()
        .map_or(0, |snapshot| snapshot.layers.len());
    let columns = columns(snapshots);
    for index in 0..layers {
        for column in &columns {
            let Some(found) = slope(snapshots, index, column.of) else {
                continue;
            };
            let mut cells = vec![(index + 1).to_string(), column.name.to_owned()];
            cells.extend([found.slope, found.error].map(cell));
            let all = snapshots
                .iter()
                .filter_map(|s| (column.of)(&s.layers[index]));
            cells.extend(all.flat_map(|of| [of.log10_mean, of.log10_se].map(cell)));
            out.push_str(&line(&cells));
        }
    }
    out
}

/// The document.
#[must_use]
pub fn json(snapshots: &[Arc<Snapshot>]) -> String {
    let Some(first) = snapshots.first() else {
        return String::new();
    };
    let columns = columns(snapshots);
    let layer = |index: usize| {
        let mut object = Map::new();
        object.insert("layer".into(), json!(index + 1));
        for column in &columns {
            let Some(found) = slope(snapshots, index, column.of) else {
                continue;
            };
            let all = || {
                snapshots
                    .iter()
                    .filter_map(|s| (column.of)(&s.layers[index]))
            };
            let means: Vec<Value> = all().map(|of| number_or_null(of.log10_mean)).collect();
            let errors: Vec<Value> = all().map(|of| number_or_null(of.log10_se)).collect();
            object.insert(
                column.name.into(),
                json!({
                    "slope": number_or_null(found.slope),
                    "slope_se": number_or_null(found.error),
                    "log10_mean": means,
                    "log10_se": errors,
                }),
            );
        }
        Value::Object(object)
    };
    let document = json!({
        "schema": SCHEMA,
        "program": PROGRAM,
        "spec": spec_object(&first.spec),
        "draws": first.draws,
        "widths": snapshots.iter().map(|s| s.spec.width()).collect::<Vec<_>>(),
        "layers": (0..first.layers.len()).map(layer).collect::<Vec<_>>(),
    });
    format!("{document}\n")
}
