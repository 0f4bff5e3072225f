//! The curves of several networks.
//!
//! CSV: one row for each network and layer, the networks in the order given; the column `network` has its text form, the others are
//! those of [`csv`](crate::report::csv), of networks of blocks alone those of [`blocks`](crate::report::blocks).
//!
//! JSON, schema 1: `{"schema", "program", "networks": [N, ...]}`; `N` has the keys of [`json`](crate::report::json) from `spec` to
//! `verdict`, a network of blocks `"schema": 2` and those of [`blocks`](crate::report::blocks).

use crate::engine::snapshot::Snapshot;
use crate::report::blocks;
use crate::report::csv::{cells, head, line, quoted};
use crate::report::json::{PROGRAM, SCHEMA, fields, text};

/// For spreadsheets.
#[must_use]
pub fn csv(networks: &[&Snapshot]) -> String {
    if networks
        .iter()
        .all(|snapshot| snapshot.spec.block().is_some())
    {
        return of_blocks(networks);
    }
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

/// The same of networks of blocks alone.
fn of_blocks(networks: &[&Snapshot]) -> String {
    let mut text = String::new();
    for (number, snapshot) in networks.iter().enumerate() {
        let network = quoted(&snapshot.spec.to_string());
        let lines = blocks::csv(snapshot);
        for (row, cells) in lines.lines().enumerate().skip(number.min(1)) {
            let first = if row == 0 { "network" } else { &*network };
            text.push_str(&format!("{first},{cells}\n"));
        }
    }
    text
}

/// For programs.
#[must_use]
pub fn json(networks: &[&Snapshot]) -> String {
    let each: Vec<String> = networks
        .iter()
        .map(|snapshot| match snapshot.spec.block() {
            None => format!("{{{}}}", fields(snapshot)),
            Some(_) => format!(
                "{{\"schema\":{},\n{}}}",
                blocks::SCHEMA,
                blocks::fields(snapshot)
            ),
        })
        .collect();
    format!(
        "{{\"schema\":{SCHEMA},\n\"program\":{},\n\"networks\":[\n{}\n]}}\n",
        text(&PROGRAM),
        each.join(",\n"),
    )
}
