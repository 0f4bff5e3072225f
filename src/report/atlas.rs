//! Every activation with every initializer; the plane of a network of blocks.
//!
//! JSON, schema 1:
//!
//! ```json
//! {"schema": 1, "program": "initscope 0.1.0", "complete": true, "spec": {...},
//!  "cells": [{"activation": "relu", "initializer": "he_normal", "known": "measured", "draws": 3, "verdict": V}, ...]}
//! ```
//!
//! `spec` is what all networks share, with the activation and the initializer of the first; `V` is a verdict as in
//! [`json`](crate::report::json), its rates in decades of mean square per layer. `known` is `"measured"`, `"expected"` (by theory, 0
//! draws), `"unknown"` (theory has no answer and no draw is in; `"reason"` in place of `verdict`) or `"pending"` (not computed yet,
//! no `verdict`). The initializer `default` is the framework's default layer. Around a network of blocks `architecture` stands in the place of
//! `activation`, and the initializer `own` is the one that the architecture begins with. On the plane of one network of blocks a cell has the numbers `out` and
//! `gain` in their place.
//!
//! CSV: one row a cell under the same names, row after row of the atlas; `depth_budget`, the layers of the deepest healthy network of
//! this kind, is `inf` where nothing was found to fail, and what is not known is empty. Ensembles of other depths than the atlas' own are
//! not drawn: `depth_budget_source` is `own_curves` or `theory`.

use serde_json::{Map, Value, json};

use crate::engine::atlas::{AtlasSnapshot, Cell, initializers, plane};
use crate::report::csv::{line, quoted};
use crate::report::json::{PROGRAM, SCHEMA, spec_object, text, verdict_object};
use crate::report::verdict::{self, BUDGET};

const HEAD: [&str; 14] = [
    "activation",
    "initializer",
    "known",
    "draws",
    "kind",
    "layer",
    "depth_budget",
    "signal_rate",
    "gradient_rate",
    "distinguishability_rate",
    "reason",
    BUDGET[0],
    BUDGET[1],
    BUDGET[2],
];

/// One place of the table.
struct TableCell<'a> {
    row: String,
    column: String,
    cell: &'a Cell,
}

/// Row after row.
fn places(atlas: &AtlasSnapshot) -> Vec<TableCell<'_>> {
    let mut all = Vec::new();
    if atlas.request.is_plane() {
        for (row, factor) in plane::factors().into_iter().enumerate() {
            for (column, gain) in plane::gains().into_iter().enumerate() {
                all.push(TableCell {
                    row: factor.to_string(),
                    column: gain.to_string(),
                    cell: atlas.cell(row, column),
                });
            }
        }
        return all;
    }
    let columns = initializers();
    let blocks = atlas.request.is_of_architectures();
    for (row, of) in atlas.request.rows().into_iter().enumerate() {
        let name = match blocks {
            true => of.name,
            false => of.spec.activation().to_string(),
        };
        for (column, initializer) in columns.iter().enumerate() {
            let named = initializer.as_ref().map(ToString::to_string);
            let own = if blocks { "own" } else { "default" };
            all.push(TableCell {
                row: name.clone(),
                column: named.unwrap_or_else(|| own.into()),
                cell: atlas.cell(row, column),
            });
        }
    }
    all
}

/// What a row is, and what a column is.
fn kinds(atlas: &AtlasSnapshot) -> [&'static str; 2] {
    match (
        atlas.request.is_plane(),
        atlas.request.is_of_architectures(),
    ) {
        (true, _) => ["out", "gain"],
        (_, true) => ["architecture", HEAD[1]],
        _ => [HEAD[0], HEAD[1]],
    }
}

/// How a cell is known, and from how many draws.
fn known(cell: &Cell) -> (&'static str, usize) {
    match cell {
        Cell::Pending => ("pending", 0),
        Cell::Refused(_) => ("refused", 0),
        Cell::Unresolved(_) => ("unknown", 0),
        Cell::Expected(_) => ("expected", 0),
        Cell::Measured { draws, .. } => ("measured", *draws),
    }
}

/// Why nothing is known, where there is a reason.
fn reason(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Refused(why) | Cell::Unresolved(why) => Some(why),
        Cell::Pending | Cell::Expected(_) | Cell::Measured { .. } => None,
    }
}

/// For spreadsheets.
#[must_use]
pub fn csv(atlas: &AtlasSnapshot) -> String {
    let mut head = HEAD;
    [head[0], head[1]] = kinds(atlas);
    let mut text = line(&head.map(str::to_owned));
    for place in places(atlas) {
        let (known, draws) = known(place.cell);
        let verdict = place.cell.verdict().map(verdict::cells);
        let named = |name: &String| match name.parse::<f64>() {
            Ok(_) => name.clone(),
            Err(_) => quoted(name),
        };
        let mut row = vec![named(&place.row), named(&place.column)];
        row.extend([known.to_owned(), draws.to_string()]);
        row.extend(verdict.unwrap_or_default());
        row.push(reason(place.cell).map(quoted).unwrap_or_default());
        let budget = place.cell.verdict().map(verdict::budget_cells);
        row.extend(budget.unwrap_or_default());
        text.push_str(&line(&row));
    }
    text
}

/// For programs.
#[must_use]
pub fn json(atlas: &AtlasSnapshot) -> String {
    let kinds = kinds(atlas);
    let cells = places(atlas);
    let cells: Vec<String> = cells.iter().map(|p| text(&object(kinds, p))).collect();
    format!(
        "{{\"schema\":{SCHEMA},\n\"program\":{},\n\"complete\":{},\n\"spec\":{},\n\"cells\":[\n{}\n]}}\n",
        text(&PROGRAM),
        atlas.is_complete(),
        text(&spec_object(atlas.request.ground())),
        cells.join(",\n"),
    )
}

fn object([row, column]: [&str; 2], place: &TableCell<'_>) -> Map<String, Value> {
    let (known, draws) = known(place.cell);
    let mut object = Map::new();
    for (kind, name) in [(row, &place.row), (column, &place.column)] {
        // names of a plane are numbers
        let number = name.parse::<f64>().map(|number| json!(number));
        object.insert(kind.into(), number.unwrap_or_else(|_| json!(name)));
    }
    object.insert("known".into(), json!(known));
    object.insert("draws".into(), json!(draws));
    if let Some(verdict) = place.cell.verdict() {
        object.insert("verdict".into(), verdict_object(verdict));
    }
    if let Some(why) = reason(place.cell) {
        object.insert("reason".into(), json!(why));
    }
    object
}
