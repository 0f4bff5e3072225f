//! The names under which CSV and JSON give the statistics of a layer.

use crate::engine::snapshot::{LayerStats, Summary};

/// One statistic that is a distribution over draws.
pub(crate) struct Statistic {
    /// Key in JSON, prefix in CSV.
    pub(crate) name: &'static str,
    /// `None` where no backward pass has arrived yet.
    pub(crate) of: fn(&LayerStats) -> Option<Summary>,
}

/// Every distribution of a layer, in the order of the columns.
pub(crate) const STATISTICS: [Statistic; 9] = [
    Statistic {
        name: "z_second_moment",
        of: |layer| Some(layer.z_second_moment),
    },
    Statistic {
        name: "z_variance",
        of: |layer| Some(layer.z_variance),
    },
    Statistic {
        name: "x_second_moment",
        of: |layer| Some(layer.x_second_moment),
    },
    Statistic {
        name: "x_variance",
        of: |layer| Some(layer.x_variance),
    },
    Statistic {
        name: "grad_z",
        of: |layer| layer.grad_z,
    },
    Statistic {
        name: "grad_x",
        of: |layer| layer.grad_x,
    },
    Statistic {
        name: "grad_w",
        of: |layer| layer.grad_w,
    },
    Statistic {
        name: "grad_b",
        of: |layer| layer.grad_b,
    },
    Statistic {
        name: "distinguishability",
        of: |layer| Some(layer.distinguishability),
    },
];

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
