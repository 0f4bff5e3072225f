//! One ensemble of one depth, and how sure its verdict is.

use crate::engine::ensemble::Ensemble;
use crate::engine::snapshot::{LayerStats, Summary};
use crate::engine::verdict::{Budget, Channel, Curves, judge_within};
use crate::net::spec::Spec;
use crate::sim::record::{Layer, Record};

/// Standard errors on each side of a median: 1 % is beyond.
const SIGMAS: f64 = 2.326_347_874;
/// Standard error of a median in units of that of a mean, `sqrt(pi/2)` (normal law).
const MEDIAN: f64 = 1.253_314_137_315_5;

/// What an ensemble says of its depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Healthy wherever the medians are within their intervals.
    Healthy,
    /// It fails wherever they are.
    Fails(Option<Channel>),
    /// The one or the other.
    Unsure,
}

/// The same with what it says of shallower ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProbeReading {
    pub(super) depth: usize,
    pub(super) draws: usize,
    pub(super) fate: Fate,
    /// The deepest network of its first layers that seems healthy.
    pub(super) likely: usize,
    /// The deepest that does so wherever the medians are.
    pub(super) sure: usize,
}

impl ProbeReading {
    /// Judges curves whose medians of signal, gradient and difference, at the ends of their ways, are known to these margins.
    pub(super) fn new(curves: &Curves, margins: [f64; 3], draws: usize, drift_limit: f64) -> Self {
        let judged = |margins: [f64; 3]| judge_within(&moved(curves, margins), drift_limit);
        let (strict, lenient) = (judged(margins), judged(margins.map(|m| -m)));
        let fate = if strict.is_healthy() {
            Fate::Healthy
        } else if lenient.is_healthy() {
            Fate::Unsure
        } else {
            Fate::Fails(lenient.channel)
        };
        Self {
            depth: curves.signal.len(),
            draws,
            fate,
            likely: Budget::read(curves, drift_limit).healthy_at,
            sure: strict.budget.healthy_at,
        }
    }
}

/// The curves with the ends of their ways farther from the start by their channel's margin, or nearer by as much where that is
/// negative, but not beyond the start; the difference between inputs lower, or higher. A signal may end at every layer, a gradient at
/// the first.
fn moved(curves: &Curves, [signal, gradient, difference]: [f64; 3]) -> Curves {
    let far =
        |start: Option<&f64>, end: f64, by: f64| match end - start.copied().unwrap_or(f64::NAN) {
            way if way == 0.0 || way.is_nan() => end,
            way if way.is_infinite() && by > f64::NEG_INFINITY => end,
            way => end - way + (way.abs() + by).max(0.0).copysign(way),
        };
    let mut moved = curves.clone();
    for end in moved.signal.iter_mut().skip(1) {
        *end = far(curves.signal.first(), *end, signal);
    }
    if let Some(end) = moved.gradient.first_mut() {
        *end = far(curves.gradient.last(), *end, gradient);
    }
    for end in &mut moved.difference {
        if end.is_finite() {
            *end -= difference;
        }
    }
    moved
}

/// Margins of an ensemble that only its summaries are left of.
pub(super) fn margins_of(layers: &[LayerStats]) -> [f64; 3] {
    let margin = |summary: Option<Summary>| match summary {
        Some(s) if s.log10_se.is_finite() => SIGMAS * MEDIAN * s.log10_se,
        Some(s) if s.log10_p10 == s.log10_p90 || s.log10_p50.is_nan() => 0.0,
        _ => f64::INFINITY,
    };
    [
        margin(layers.last().map(|l| l.z_second_moment)),
        margin(layers.first().and_then(|l| l.grad_z)),
        margin(layers.last().map(|l| l.distinguishability)),
    ]
}

/// Half the confidence interval of the median, from the order of the values alone: the number of draws below it is binomial.
fn margin(mut values: Vec<f64>) -> f64 {
    if values.iter().any(|v| v.is_nan()) {
        return 0.0;
    }
    values.sort_unstable_by(f64::total_cmp);
    let draws = values.len();
    let away = 0.5 * SIGMAS * (draws as f64).sqrt();
    let low = (0.5 * draws as f64 - away).floor().max(0.0) as usize;
    let [low, high] = [values[low], values[draws - 1 - low]];
    let middle = f64::midpoint(values[(draws - 1) / 2], values[draws / 2]);
    let side = |a: f64, b: f64| if a == b { 0.0 } else { b - a };
    side(low, middle).max(side(middle, high))
}

/// From the first layer to the last.
fn way(record: &Record, value: fn(&Layer) -> f64) -> f64 {
    let ends = record.layers.first().zip(record.layers.last());
    ends.map_or(0.0, |(first, last)| value(last) - value(first))
}

/// The ensemble of one depth on its way.
#[derive(Debug)]
pub(super) struct Probe {
    ensemble: Ensemble,
    draws: usize,
}

impl Probe {
    pub(super) fn new(spec: &Spec, draws: usize) -> Self {
        Self {
            ensemble: Ensemble::new(spec),
            draws,
        }
    }

    /// Work of the draws that are wanted.
    pub(super) fn cost(&self) -> u64 {
        self.ensemble.draw_cost().saturating_mul(self.draws as u64)
    }

    /// As many draws again, at the same cost.
    pub(super) fn double(&mut self) {
        self.draws *= 2;
    }

    pub(super) fn step(&mut self) {
        if self.ensemble.draws() < self.draws {
            self.ensemble.step();
        }
    }

    /// What the draws say, once there are as many as wanted and they are summed up.
    pub(super) fn reading(&mut self, drift_limit: f64) -> Option<ProbeReading> {
        if self.ensemble.draws() < self.draws || !self.ensemble.prepare(self.draws) {
            return None;
        }
        let curves = self.ensemble.curves(self.draws);
        let records = self.ensemble.records(self.draws);
        let of = |value: fn(&Record) -> f64| margin(records.iter().map(|r| value(r)).collect());
        let margins = [
            of(|r| way(r, |layer| layer.z_second_moment)),
            of(|r| way(r, |layer| layer.grad_z)),
            of(|r| r.layers.last().map_or(0.0, |l| l.distinguishability)),
        ];
        Some(ProbeReading::new(&curves, margins, self.draws, drift_limit))
    }
}
