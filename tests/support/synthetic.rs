//! Snapshots made by hand: smooth curves whose every number is known.

use std::sync::Arc;

use initscope::engine::snapshot::{
    BINS, Band, LayerStats, Phase, Prediction, Share, Snapshot, Summary,
};
use initscope::engine::verdict::{Curves, judge};
use initscope::net::spec::Spec;

/// Straight lines in decades.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lines {
    /// Signal: at the first layer, and drift per layer.
    pub(crate) signal: (f64, f64),
    /// Gradient: at the last layer, and drift per layer going backward.
    pub(crate) gradient: (f64, f64),
    /// Distinguishability: drift per layer from 1.
    pub(crate) distinguishability: f64,
    /// Half the width of the 10-90 % band per square root of the layer.
    pub(crate) band: f64,
    /// By how many decades per layer theory differs.
    pub(crate) theory_off: f64,
}

/// `relu` with variance halved at every layer.
pub(crate) const VANISHING: Lines = Lines {
    signal: (0.0, -0.301),
    gradient: (-0.301, -0.301),
    distinguishability: -0.02,
    band: 0.02,
    theory_off: 0.0,
};

/// A complete, settled snapshot of a spec, with these lines.
pub(crate) fn settled(spec: &Spec, lines: Lines) -> Snapshot {
    let depth = spec.depth();
    let layers: Vec<LayerStats> = (0..depth).map(|l| layer(l, depth, lines)).collect();
    let theory = |value: f64, drift: usize| {
        let mid = value + lines.theory_off * drift as f64;
        let half = half_band(lines, drift);
        Band {
            low: mid - half,
            mid,
            high: mid + half,
        }
    };
    let prediction = Prediction {
        signal: (0..depth)
            .map(|l| theory(layers[l].z_second_moment.log10_p50, l))
            .collect(),
        gradient: (0..depth)
            .map(|l| theory(layers[l].grad_z.expect("set").log10_p50, depth - 1 - l))
            .collect(),
        distinguishability: (0..depth)
            .map(|l| theory(layers[l].distinguishability.log10_p50, l))
            .collect(),
        x_second_moment: layers.iter().map(|l| l.x_second_moment.log10_p50).collect(),
        x_variance: layers.iter().map(|l| l.x_variance.log10_p50).collect(),
        stages: None,
        note: None,
    };
    Snapshot {
        spec: Arc::new(spec.clone()),
        phase: Phase::Settled,
        draws: 128,
        draws_target: 512,
        overflow: None,
        worst_se: 0.012,
        inputs: None,
        verdict: Some(judge(&Curves::measured(spec, &layers))),
        layers,
        prediction: Some(Arc::new(prediction)),
        advice: None,
    }
}

/// Half the 10-90 % band after that many layers of travel, decades.
fn half_band(lines: Lines, travelled: usize) -> f64 {
    lines.band * (travelled as f64 + 1.0).sqrt()
}

fn layer(l: usize, depth: usize, lines: Lines) -> LayerStats {
    let (forward, backward) = (l, depth - 1 - l);
    let summary = |log10: f64, travelled: usize| {
        let half = half_band(lines, travelled);
        Summary {
            log10_mean: log10,
            log10_se: half / 10.0,
            log10_p10: log10 - half,
            log10_p50: log10,
            log10_p90: log10 + half,
        }
    };
    let signal = summary(lines.signal.0 + lines.signal.1 * forward as f64, forward);
    let gradient = summary(
        lines.gradient.0 + lines.gradient.1 * backward as f64,
        backward,
    );
    LayerStats {
        peaks: [f64::NAN; 3],
        z_second_moment: signal,
        z_variance: signal,
        x_second_moment: summary(signal.log10_p50 - 0.301, forward),
        x_variance: summary(signal.log10_p50 - 0.5, forward),
        grad_z: Some(gradient),
        grad_x: Some(gradient),
        grad_w: Some(gradient),
        grad_b: Some(gradient),
        distinguishability: summary(lines.distinguishability * forward as f64, forward),
        z_mean: 0.0,
        x_mean: 0.4,
        saturated: 0.5,
        dead: 0.01 * forward as f64 / depth as f64,
        effective_rank: 12.5,
        alike: 0.0625,
        dead_draws: Share {
            count: 0,
            total: 32,
        },
        branch: None,
        histogram: gaussian(),
    }
}

/// A Gaussian in the bins of a snapshot.
fn gaussian() -> [f32; BINS] {
    let width = 8.0 / BINS as f64;
    std::array::from_fn(|bin| {
        let z = (bin as f64 + 0.5) * width - 4.0;
        (width * (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt()) as f32
    })
}
