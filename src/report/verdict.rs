//! The numbers behind a verdict, in text.

use serde_json::{Map, Value, json};

use crate::engine::verdict::{Budget, Verdict};
use crate::report::csv::cell;

/// The three rates, signed: `signal -0.301, gradient -0.301, distinguishability -0.012 decades per layer`.
#[must_use]
pub fn rates(verdict: &Verdict) -> String {
    format!(
        "signal {}, gradient {}, distinguishability {} decades per layer",
        decades(verdict.signal_rate),
        decades(verdict.gradient_rate),
        decades(verdict.distinguishability_rate)
    )
}

/// Where 16- and 32-bit numbers run out, a line for every format that does.
#[must_use]
pub(super) fn formats(verdict: &Verdict) -> String {
    let lines = verdict.format_sentences();
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// How deep such a network may be, for JSON, where what was not found is `null`:
///
/// * `depth_budget`: layers of the deepest healthy network of this kind (same spec, another depth), where a deeper one is known to fail;
/// * `depth_budget_healthy_at`: the most layers that are known to be healthy;
/// * `depth_budget_fails_at`: the fewest layers above them that are known to fail;
/// * `depth_budget_source`: `measured` (ensembles of these very depths), `own_curves` (read off the first layers of this network's
///   draws) or `theory`; the last two with two digits, rounded away from each other.
pub(super) fn budget(budget: &Budget) -> Map<String, Value> {
    let (healthy, fails) = budget.bounds();
    let mut fields = Map::new();
    fields.extend(
        [
            ("depth_budget", json!(fails.map(|_| healthy))),
            (BUDGET[0], json!(healthy)),
            (BUDGET[1], json!(fails)),
            (BUDGET[2], json!(budget.source.name())),
        ]
        .map(|(key, value)| (key.to_owned(), value)),
    );
    fields
}

/// What CSV has of a budget beside `depth_budget`, at the end of a row.
pub(super) const BUDGET: [&str; 3] = [
    "depth_budget_healthy_at",
    "depth_budget_fails_at",
    "depth_budget_source",
];

/// Their cells; `inf` where nothing was found to fail, empty of a network of blocks, of which it is not known.
pub(super) fn budget_cells(verdict: &Verdict) -> [String; 3] {
    if verdict.blocks.is_some() {
        return Default::default();
    }
    let (healthy, fails) = verdict.budget.bounds();
    [
        healthy.to_string(),
        layers(fails),
        verdict.budget.source.name().to_owned(),
    ]
}

/// A number of layers, `inf` where there is none.
fn layers(known: Option<usize>) -> String {
    known.map_or_else(|| cell(f64::INFINITY), |layers| layers.to_string())
}

/// `kind`, `layer` (empty when healthy), `depth_budget` (`inf` where nothing was found to fail) and the rates of the three channels, as cells
/// of CSV; the names are those of JSON.
pub(super) fn cells(verdict: &Verdict) -> [String; 6] {
    let layer = verdict.layer.map(|layer| layer.to_string());
    let (healthy, fails) = verdict.budget.bounds();
    [
        verdict.kind.name().to_owned(),
        layer.unwrap_or_default(),
        match verdict.blocks {
            None => layers(fails.map(|_| healthy)),
            Some(_) => String::new(),
        },
        cell(verdict.signal_rate),
        cell(verdict.gradient_rate),
        cell(verdict.distinguishability_rate),
    ]
}

/// A signed number of decades with three decimals; a zero has the sign `+`, and from a thousand on there is no number.
fn decades(rate: f64) -> String {
    if rate.is_finite() && rate.abs() >= 999.5 {
        return if rate > 0.0 { ">+999" } else { "<-999" }.into();
    }
    let text = format!("{rate:+.3}");
    if text == "-0.000" {
        "+0.000".into()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rates_are_signed_and_a_zero_is_positive() {
        let verdict = Verdict {
            signal_rate: -0.3006,
            gradient_rate: -0.000_1,
            distinguishability_rate: 0.01,
            ..Verdict::default()
        };
        assert_eq!(decades(7e56), ">+999");
        assert_eq!(
            rates(&verdict),
            "signal -0.301, gradient +0.000, distinguishability +0.010 decades per layer"
        );
    }
}
