//! Which series of a network are told of at several widths, and which of them moves.

use std::sync::Arc;

use crate::engine::scaling::{Slope, slope};
use crate::engine::series::{BLOCK_SERIES, SERIES};
use crate::engine::snapshot::{LayerStats, Snapshot, Summary};

/// Slopes nearer to 0 than this are not told: half a decade over the widths that are measured.
const FLAT: f64 = 0.3;
/// Standard errors that a slope must be away from 0 to be told.
const SURE: f64 = 4.0;

/// A series: its name in CSV and JSON, its head in the table, whether it is of the way up, and what it is.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// In CSV and JSON.
    pub name: &'static str,
    /// In a table.
    pub head: &'static str,
    /// Whether it is of the way up.
    pub forward: bool,
    /// What it is of a layer.
    pub of: fn(&LayerStats) -> Option<Summary>,
}

/// The series of a network that some layer has, as a table shows them.
#[must_use]
pub fn shown(snapshots: &[Arc<Snapshot>]) -> Vec<Column> {
    let mut columns = columns(snapshots);
    // of one sequence inputs are tokens
    let tokens = columns.iter().any(|column| column.name == "tokens");
    columns.retain(|column| !(tokens && column.name == "distinguishability"));
    columns
}

/// The series of a network that some layer has.
#[must_use]
pub fn columns(snapshots: &[Arc<Snapshot>]) -> Vec<Column> {
    let heads = |name: &'static str| match name {
        "z_second_moment" => ("z", true),
        "stream" => ("stream", true),
        "branch" => ("branch", true),
        "branch_share" => ("share", true),
        "distinguishability" => ("differs", true),
        "tokens" => ("tokens", true),
        "scores" => ("scores", true),
        "entropy" => ("entropy", true),
        "grad_z" | "stream_gradient" => ("dl/dx", false),
        "grad_w" | "grad_first" => ("dl/dW1", false),
        "grad_second" => ("dl/dW2", false),
        "grad_third" => ("dl/dW3", false),
        "grad_last" => ("dl/dWn", false),
        _ => ("", true),
    };
    let column = |(name, of)| {
        let (head, forward) = heads(name);
        let column = Column {
            name,
            head,
            forward,
            of,
        };
        let layers = snapshots
            .first()
            .map_or(0, |snapshot| snapshot.layers.len());
        let known = (0..layers).any(|index| slope(snapshots, index, of).is_some());
        (known && !head.is_empty()).then_some(column)
    };
    let blocks = snapshots
        .first()
        .is_some_and(|snapshot| snapshot.spec.block().is_some());
    match blocks {
        true => BLOCK_SERIES.into_iter().filter_map(column).collect(),
        false => {
            let plain = SERIES.iter().map(|series| (series.name, series.of));
            plain.filter_map(column).collect()
        }
    }
}

/// What moves most on the way up: the layer from 0, the series and its slope; `None` where nothing does for sure.
#[must_use]
pub fn moves_most(
    snapshots: &[Arc<Snapshot>],
    columns: &[Column],
) -> Option<(usize, &'static str, f64)> {
    let layers = snapshots.first()?.layers.len();
    let told = |found: &Slope| found.slope.abs() > FLAT && found.slope.abs() > SURE * found.error;
    let places = (0..layers).flat_map(|index| columns.iter().map(move |column| (index, column)));
    let moved = places
        .filter(|(_, column)| column.forward)
        .filter_map(|(index, column)| {
            let found = slope(snapshots, index, column.of).filter(told)?;
            Some((index, column.name, found.slope))
        });
    moved.max_by(|a, b| a.2.abs().total_cmp(&b.2.abs()))
}
