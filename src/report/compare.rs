//! The curves of several networks.
//!
//! CSV: one row for each network and layer, the networks in the order given; the column `network` has its text form, the others are
//! those of [`csv`](crate::report::csv).
//!
//! JSON, schema 1: `{"schema", "program", "networks": [N, ...]}`; `N` has the keys of [`json`](crate::report::json) from `spec` to
//! `verdict`.

use crate::engine::snapshot::Snapshot;
use crate::report::csv::{cells, head, line, quoted};
use crate::report::json::{PROGRAM, SCHEMA, fields, text};

/// For spreadsheets.
#[must_use]
pub fn csv(networks: &[&Snapshot]) -> String {
    let row = |network: String, cells: Vec<String>| line(&[vec![network], cells].concat());
    let mut text = row("network".into(), head());
    for snapshot in networks {
        let network = quoted(&snapshot.spec.to_string());
        for (number, layer) in (1..).zip(&snapshot.layers) {
            text.push_str(&row(network.clone(), cells(number, layer)));
        }
    }
    text
}

/// For programs.
#[must_use]
pub fn json(networks: &[&Snapshot]) -> String {
    let each: Vec<String> = networks
        .iter()
        .map(|snapshot| format!("{{{}}}", fields(snapshot)))
        .collect();
    format!(
        "{{\"schema\":{SCHEMA},\n\"program\":{},\n\"networks\":[\n{}\n]}}\n",
        text(&PROGRAM),
        each.join(",\n"),
    )
}
