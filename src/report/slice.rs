//! What is shown of the table of a sweep.
//!
//! JSON, schema 1:
//!
//! ```json
//! {"schema": 1, "program": "initscope 0.1.0", "table": "grid.parquet", "quantity": "rate", "rows": "activation", "columns": "depth",
//!  "held": {"gain": "1"},
//!  "cells": [{"row": "relu", "column": "4", "point": 0, "value": -0.3}, ...]}
//! ```
//!
//! Levels of axes are texts as in the table; `rows` or `columns` is `null` where the table has no such axis. `value` is a number, a word,
//! or `null` for nothing, an infinity and no number. CSV: a line a cell, headed by the axes and the quantity.

use serde_json::{Map, Value, json};

use crate::report::csv::line;
use crate::report::json::{PROGRAM, SCHEMA, text};
use crate::sweep::columns::Cell;
use crate::sweep::slice::{MapSide, Slice};
use crate::sweep::table::csv_text;

/// The places of the map that the table has, row after row, with the row of the table.
fn places(slice: &Slice) -> impl Iterator<Item = ([usize; 2], usize)> + '_ {
    let [rows, columns] = [MapSide::Rows, MapSide::Columns].map(|side| slice.length(side));
    let all = (0..rows).flat_map(move |row| (0..columns).map(move |column| [row, column]));
    all.filter_map(|place| Some((place, slice.row_at(place)?)))
}

/// A text as the table itself writes it in CSV.
fn told(text: &str) -> String {
    csv_text(&Cell::Text(text.to_owned().into()))
}

/// For spreadsheets.
#[must_use]
pub fn csv(slice: &Slice) -> String {
    let sides = [MapSide::Rows, MapSide::Columns].map(|side| slice.axis(side));
    let axes = || {
        sides
            .into_iter()
            .zip(0..)
            .filter_map(|(axis, n)| Some((axis?, n)))
    };
    let names = axes().map(|(axis, _)| told(axis.name()));
    let head: Vec<String> = names.chain([told(slice.name())]).collect();
    let mut text = line(&head);
    for (place, row) in places(slice) {
        let levels = axes().map(|(axis, n): (_, usize)| told(&axis.levels()[place[n]]));
        let value = csv_text(&slice.cube().cell(row, slice.quantity()));
        text.push_str(&line(&levels.chain([value]).collect::<Vec<String>>()));
    }
    text
}

/// For programs.
#[must_use]
pub fn json(slice: &Slice) -> String {
    let [rows, columns] = [MapSide::Rows, MapSide::Columns].map(|side| slice.axis(side));
    let cube = slice.cube();
    let held = slice.held().map(|axis| {
        let own = &cube.axes()[axis];
        let level = own.levels()[slice.level(axis)].clone();
        (own.name().to_owned(), Value::from(level))
    });
    let cells = places(slice).map(|([row, column], of)| {
        let value = match cube.cell(of, slice.quantity()) {
            Cell::Integer(number) => json!(number),
            // an infinity and NaN are null
            Cell::Number(number) => json!(number),
            Cell::Text(word) => json!(word),
            Cell::Missing => Value::Null,
        };
        text(&json!({
            "row": rows.map(|axis| &axis.levels()[row]),
            "column": columns.map(|axis| &axis.levels()[column]),
            "point": cube.point(of),
            "value": value,
        }))
    });
    format!(
        "{{\"schema\":{SCHEMA},\n\"program\":{},\n\"table\":{},\n\"quantity\":{},\n\"rows\":{},\n\"columns\":{},\n\"held\":{},\n\"cells\":[\n{}\n]}}\n",
        text(&PROGRAM),
        text(&cube.name()),
        text(&slice.name()),
        text(&rows.map(crate::sweep::cube::CubeAxis::name)),
        text(&columns.map(crate::sweep::cube::CubeAxis::name)),
        text(&held.collect::<Map<String, Value>>()),
        cells.collect::<Vec<String>>().join(",\n"),
    )
}
