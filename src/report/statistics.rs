//! The names under which CSV and JSON give the numbers of a series.

use crate::engine::snapshot::Summary;

/// The numbers of a [`Summary`] with their keys.
pub(crate) fn numbers(summary: &Summary) -> [(&'static str, f64); 5] {
    [
        ("log10_mean", summary.log10_mean),
        ("log10_se", summary.log10_se),
        ("log10_p10", summary.log10_p10),
        ("log10_p50", summary.log10_p50),
        ("log10_p90", summary.log10_p90),
    ]
}
