//! What is measured at every layer, as named series over draws: a table that reports, verdict and precision read.

use crate::engine::snapshot::{LayerStats, Summary};
use crate::engine::verdict::Channel;

/// One series: a log10 of every layer, as a distribution over draws.
#[derive(Clone, Copy, Debug)]
pub struct Series {
    /// Key in JSON, prefix in CSV.
    pub name: &'static str,
    /// The channel that it is judged as; `None` where it is reported alone.
    pub channel: Option<Channel>,
    /// `None` where no backward pass has arrived yet.
    pub of: fn(&LayerStats) -> Option<Summary>,
}

/// Every series, in the order of reports.
pub static SERIES: [Series; 9] = [
    judged("z_second_moment", Channel::Signal, |layer| {
        Some(layer.z_second_moment)
    }),
    reported("z_variance", |layer| Some(layer.z_variance)),
    reported("x_second_moment", |layer| Some(layer.x_second_moment)),
    reported("x_variance", |layer| Some(layer.x_variance)),
    judged("grad_z", Channel::Gradient, |layer| layer.grad_z),
    reported("grad_x", |layer| layer.grad_x),
    reported("grad_w", |layer| layer.grad_w),
    reported("grad_b", |layer| layer.grad_b),
    judged("distinguishability", Channel::Distinguishability, |layer| {
        Some(layer.distinguishability)
    }),
];

/// A series of a network of blocks: its name, and what it is of a layer.
pub type BlockSeries = (&'static str, fn(&LayerStats) -> Option<Summary>);

/// Every series of a network of blocks, in the order of reports.
pub const BLOCK_SERIES: [BlockSeries; 12] = [
    ("stream", |l| Some(l.z_second_moment)),
    ("stream_gradient", |l| l.grad_z),
    ("distinguishability", |l| Some(l.distinguishability)),
    ("branch", |l| l.branch.as_ref().map(|b| b.output)),
    ("branch_share", |l| l.branch.as_ref().map(|b| b.share)),
    ("tokens", |l| l.branch.as_ref().map(|b| b.tokens)),
    ("entropy", |l| l.branch.as_ref().map(|b| b.entropy)),
    ("scores", |l| l.branch.as_ref().map(|b| b.scores)),
    ("grad_first", |l| l.grad_w),
    ("grad_second", |l| {
        l.branch.as_ref().and_then(|b| Some(b.others?[0]))
    }),
    ("grad_third", |l| {
        l.branch.as_ref().and_then(|b| Some(b.others?[1]))
    }),
    ("grad_last", |l| l.branch.as_ref().and_then(|b| b.grad_w)),
];

/// The numbers of a [`Summary`] with their names, which follow that of the series in CSV.
#[must_use]
pub fn statistics(summary: &Summary) -> [(&'static str, f64); 5] {
    [
        ("log10_mean", summary.log10_mean),
        ("log10_se", summary.log10_se),
        ("log10_p10", summary.log10_p10),
        ("log10_p50", summary.log10_p50),
        ("log10_p90", summary.log10_p90),
    ]
}

/// A number of a layer that is no series: its name, and what it is.
pub type Single = (&'static str, fn(&LayerStats) -> f64);

/// The numbers of a layer that are no series, in the order of reports.
pub static SINGLES: [Single; 7] = [
    ("z_mean", |layer| layer.z_mean),
    ("x_mean", |layer| layer.x_mean),
    ("saturated", |layer| layer.saturated),
    ("dead", |layer| layer.dead),
    ("effective_rank", |layer| layer.effective_rank),
    ("alike", |layer| layer.alike),
    ("dead_draws", |layer| layer.dead_draws.value()),
];

const fn judged(
    name: &'static str,
    channel: Channel,
    of: fn(&LayerStats) -> Option<Summary>,
) -> Series {
    Series {
        name,
        channel: Some(channel),
        of,
    }
}

const fn reported(name: &'static str, of: fn(&LayerStats) -> Option<Summary>) -> Series {
    Series {
        name,
        channel: None,
        of,
    }
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 3] = [Self::Signal, Self::Gradient, Self::Distinguishability];

    /// The series that this channel judges, at one layer.
    #[must_use]
    pub fn of(self, layer: &LayerStats) -> Option<Summary> {
        let series = SERIES.iter().find(|series| series.channel == Some(self));
        (series.expect("one of each channel").of)(layer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_judges_one_series_and_every_series_has_a_name_of_its_own() {
        for channel in Channel::ALL {
            let judged = SERIES.iter().filter(|s| s.channel == Some(channel));
            assert_eq!(judged.count(), 1, "{channel:?}");
        }
        for (at, series) in SERIES.iter().enumerate() {
            assert!(SERIES[..at].iter().all(|other| other.name != series.name));
        }
    }
}
