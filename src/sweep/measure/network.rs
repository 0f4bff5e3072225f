//! What is kept of the draws of a network.

use std::sync::Arc;

use crate::engine::point::{snapshot, sounded};
use crate::engine::series::{SERIES, SINGLES, statistics};
use crate::engine::snapshot::{LayerStats, Snapshot, Summary};
use crate::engine::verdict::{Channel, Verdict};
use crate::net::spec::Spec;
use crate::sim::record::{Layer, Record};
use crate::sweep::columns::{Cell, Column};
use crate::sweep::grid::{Keep, Measure};
use crate::sweep::rows::push;

/// A number of a layer of one draw: its name, and what it is.
type OfDraw = (&'static str, fn(&Layer) -> f64);

/// The series of one draw, by the names of [`SERIES`].
static DRAWN: [OfDraw; SERIES.len()] = [
    ("z_second_moment", |layer| layer.z_second_moment),
    ("z_variance", |layer| layer.z_variance),
    ("x_second_moment", |layer| layer.x_second_moment),
    ("x_variance", |layer| layer.x_variance),
    ("grad_z", |layer| layer.grad_z),
    ("grad_x", |layer| layer.grad_x),
    ("grad_w", |layer| layer.grad_w),
    ("grad_b", |layer| layer.grad_b),
    ("distinguishability", |layer| layer.distinguishability),
];

/// The other numbers of one draw, by the names of [`SINGLES`]; `effective_rank` and `alike` are measured in every fourth.
static DRAWN_SINGLES: [OfDraw; SINGLES.len() - 1] = [
    ("z_mean", |layer| layer.z_mean),
    ("x_mean", |layer| layer.x_mean),
    ("saturated", |layer| layer.saturated),
    ("dead", |layer| layer.dead),
    ("effective_rank", |layer| layer.units.effective_rank),
    ("alike", |layer| layer.units.alike),
];

pub(super) fn columns(keep: Keep) -> Vec<Column> {
    let (integer, number, text) = (
        Column::integer::<&str>,
        Column::number::<&str>,
        Column::text::<&str>,
    );
    match keep {
        Keep::Layers | Keep::Ends => {
            let mut columns = vec![integer("draws"), integer("layer")];
            for series in &SERIES {
                let names = statistics(&Summary::default()).map(|(name, _)| name);
                columns.extend(names.map(|name| Column::number(format!("{}_{name}", series.name))));
            }
            columns.extend(SINGLES.map(|(name, _)| number(name)));
            columns
        }
        Keep::Draws => {
            let mut columns = vec![integer("draw"), integer("layer")];
            columns.extend(DRAWN.map(|(name, _)| Column::number(format!("{name}_log10"))));
            columns.extend(DRAWN_SINGLES.map(|(name, _)| number(name)));
            columns
        }
        _ => vec![
            text("network"),
            integer("draws"),
            text("kind"),
            text("channel"),
            integer("layer"),
            number("rate"),
            number("signal_rate"),
            number("gradient_rate"),
            number("distinguishability_rate"),
            number("depth_budget"),
            integer("depth_budget_healthy_at"),
            number("depth_budget_fails_at"),
            text("depth_budget_source"),
            number("dead_draws"),
            integer("overflow_layer"),
            number("worst_se"),
        ],
    }
}

pub(super) fn rows(
    spec: &Arc<Spec>,
    records: &[&Record],
    network: &str,
    measure: Measure,
    keep: Keep,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    if keep == Keep::Draws {
        for (draw, record) in records.iter().enumerate() {
            for (layer, values) in (1..).zip(&record.layers) {
                let mut row = vec![Cell::count(draw), Cell::count(layer)];
                let all = DRAWN.iter().chain(&DRAWN_SINGLES);
                row.extend(all.map(|(_, of)| Cell::Number(of(values) + 0.0)));
                push(&mut bytes, &row);
            }
        }
        return bytes;
    }
    let snapshot = snapshot(spec, records);
    let layers = (1..).zip(&snapshot.layers);
    match keep {
        Keep::Layers => {
            layers.for_each(|(n, layer)| push(&mut bytes, &of_layer(&snapshot, n, layer)));
        }
        Keep::Ends => layers
            .filter(|(n, _)| *n == 1 || *n == snapshot.layers.len())
            .for_each(|(n, layer)| push(&mut bytes, &of_layer(&snapshot, n, layer))),
        _ => {
            let verdict = match measure {
                Measure::Check => sounded(&snapshot),
                Measure::Run | Measure::Train => snapshot.verdict.clone(),
            };
            push(
                &mut bytes,
                &of_point(&snapshot, &verdict.unwrap_or_default(), network),
            );
        }
    }
    bytes
}

fn of_layer(snapshot: &Snapshot, number: usize, layer: &LayerStats) -> Vec<Cell> {
    let mut row = vec![Cell::count(snapshot.draws), Cell::count(number)];
    for series in &SERIES {
        // all gradients have arrived
        let summary = (series.of)(layer).unwrap_or_default();
        row.extend(statistics(&summary).map(|(_, value)| Cell::Number(value + 0.0)));
    }
    row.extend(SINGLES.map(|(_, of)| Cell::Number(of(layer) + 0.0)));
    row
}

fn of_point(snapshot: &Snapshot, verdict: &Verdict, network: &str) -> Vec<Cell> {
    let number = |value: f64| Cell::Number(value + 0.0);
    let depth = |layers: Option<usize>| number(layers.map_or(f64::INFINITY, |n| n as f64));
    let (healthy, fails) = verdict.budget.bounds();
    // how deep a network of blocks may be is not known
    let budget = match verdict.blocks {
        Some(_) => [Cell::Missing, Cell::Missing, Cell::Missing, Cell::Missing],
        None => [
            depth(fails.map(|_| healthy)),
            Cell::count(healthy),
            depth(fails),
            Cell::Text(verdict.budget.source.name().into()),
        ],
    };
    let [of_kind, healthy_at, fails_at, source] = budget;
    let dead = snapshot
        .layers
        .last()
        .map_or(f64::NAN, |layer| layer.dead_draws.value());
    let channel = verdict.channel.map(Channel::name);
    vec![
        Cell::Text(network.to_owned().into()),
        Cell::count(snapshot.draws),
        Cell::Text(verdict.kind.name().into()),
        channel.map_or(Cell::Missing, |name| Cell::Text(name.into())),
        Cell::maybe(verdict.layer),
        number(verdict.rate),
        number(verdict.signal_rate),
        number(verdict.gradient_rate),
        number(verdict.distinguishability_rate),
        of_kind,
        healthy_at,
        fails_at,
        source,
        number(dead),
        Cell::maybe(snapshot.overflow),
        number(snapshot.worst_se),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_draw_have_the_names_of_the_series() {
        let names =
            |table: &[OfDraw]| -> Vec<&str> { table.iter().map(|(name, _)| *name).collect() };
        let series: Vec<&str> = SERIES.iter().map(|series| series.name).collect();
        assert_eq!(names(&DRAWN), series);
        let singles: Vec<&str> = SINGLES.iter().map(|(name, _)| *name).collect();
        assert_eq!(names(&DRAWN_SINGLES), singles[..singles.len() - 1]);
    }
}
