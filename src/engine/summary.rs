//! From the records of the draws to what is known of each layer.

use std::sync::Arc;

use rayon::prelude::*;

use crate::engine::series::SERIES;
use crate::engine::snapshot::{
    BINS, BranchStats, Inputs, LayerStats, Phase, Share, Snapshot, Summary,
};
use crate::engine::verdict::DEAD_DRAWS_LIMIT;
use crate::net::spec::Spec;
use crate::sim::record::{Branch, Layer, Record};

/// Quantile `p`, linear between order statistics (type 7 of Hyndman & Fan 1996); the order of the values changes.
fn quantile(values: &mut [f64], p: f64) -> f64 {
    let at = p * (values.len() - 1) as f64;
    let (low, share) = (at.floor() as usize, at.fract());
    let (_, a, above) = values.select_nth_unstable_by(low, f64::total_cmp);
    let a = *a;
    match above.iter().copied().min_by(f64::total_cmp) {
        Some(b) if share > 0.0 && a != b => a + share * (b - a),
        _ => a,
    }
}

/// Whether quantiles are among what is asked for: they cost several times as much as means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Means,
    Quantiles,
}

/// Mean, standard error and quantiles over draws; the order of the values changes.
#[must_use]
pub fn summarise(values: &mut [f64]) -> Summary {
    summarised(values, Asked::Quantiles)
}

fn summarised(values: &mut [f64], asked: Asked) -> Summary {
    if values.iter().any(|v| v.is_nan()) {
        return Summary::UNKNOWN;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    let means = Summary {
        log10_mean: mean,
        log10_se: (squares / (count - 1.0) / count).sqrt(),
        ..Summary::UNKNOWN
    };
    match asked {
        Asked::Means => means,
        Asked::Quantiles => Summary {
            log10_p10: quantile(values, 0.1),
            log10_p50: quantile(values, 0.5),
            log10_p90: quantile(values, 0.9),
            ..means
        },
    }
}

/// Quantile `p` of the numbers that are not NaN; NaN of none.
fn known_quantile(values: impl Iterator<Item = f64>, p: f64) -> f64 {
    let mut values: Vec<f64> = values.filter(|v| !v.is_nan()).collect();
    if values.is_empty() {
        f64::NAN
    } else {
        quantile(&mut values, p)
    }
}

/// What the inputs of these records have in common.
#[must_use]
pub fn inputs(records: &[&Record]) -> Option<Inputs> {
    let all = || records.iter().filter_map(|record| record.inputs);
    let most = all().max_by_key(|inputs| inputs.distinct)?;
    Some(Inputs {
        distinct: Some(Share {
            count: most.distinct,
            total: most.batch,
        }),
        difference: known_quantile(all().map(|inputs| inputs.difference), 0.5),
    })
}

/// What is known of layer `index` (0-based) from these records, which all reach it and are dead at `deaths`.
fn layer(records: &[&Record], deaths: &[Option<usize>], index: usize, asked: Asked) -> LayerStats {
    let layers: Vec<&Layer> = records.iter().map(|r| &r.layers[index]).collect();
    let mut values = vec![0.0; layers.len()];
    let mut of = |field: fn(&Layer) -> f64| {
        for (value, layer) in values.iter_mut().zip(&layers) {
            *value = field(layer);
        }
        summarised(&mut values, asked)
    };
    let of_units = |field: fn(&Layer) -> f64, p: f64| match asked {
        Asked::Means => f64::NAN,
        Asked::Quantiles => known_quantile(layers.iter().map(|l| field(l)), p),
    };
    let arrived = records.iter().all(|r| index + r.backward >= r.layers.len());
    let mean = |field: fn(&Layer) -> f64| {
        layers.iter().map(|l| field(l)).sum::<f64>() / layers.len() as f64
    };
    let mut histogram = [0.0; BINS];
    for layer in &layers {
        for (sum, count) in histogram.iter_mut().zip(&layer.histogram) {
            *sum += f32::from(*count);
        }
    }
    let total: f32 = histogram.iter().sum();
    if total > 0.0 {
        histogram.iter_mut().for_each(|share| *share /= total);
    }
    LayerStats {
        z_second_moment: of(|l| l.z_second_moment),
        z_variance: of(|l| l.z_variance),
        x_second_moment: of(|l| l.x_second_moment),
        x_variance: of(|l| l.x_variance),
        grad_z: arrived.then(|| of(|l| l.grad_z)),
        grad_x: arrived.then(|| of(|l| l.grad_x)),
        grad_w: arrived.then(|| of(|l| l.grad_w)),
        grad_b: arrived.then(|| of(|l| l.grad_b)),
        distinguishability: of(|l| l.distinguishability),
        peaks: [
            of(|l| l.peaks[0]).log10_p50,
            of(|l| l.peaks[1]).log10_p50,
            of(|l| l.peaks[2]).log10_p50,
        ],
        effective_rank: of_units(|l| l.units.effective_rank, 0.5),
        alike: of_units(|l| l.units.alike, 0.1),
        dead_draws: Share {
            count: deaths
                .iter()
                .flatten()
                .filter(|at| **at <= index + 1)
                .count(),
            total: deaths.len(),
        },
        z_mean: mean(|l| l.z_mean),
        x_mean: mean(|l| l.x_mean),
        saturated: mean(|l| l.saturated),
        dead: mean(|l| l.dead),
        branch: branch(records, index, arrived).map(Box::new),
        histogram,
    }
}

/// What is known of the branch of that layer, where it has one.
fn branch(records: &[&Record], index: usize, arrived: bool) -> Option<BranchStats> {
    let branches: Option<Vec<&Branch>> = records.iter().map(|r| r.branches.get(index)).collect();
    let branches = branches?;
    let of = |field: fn(&Branch) -> f64| {
        let mut values: Vec<f64> = branches.iter().map(|branch| field(branch)).collect();
        summarise(&mut values)
    };
    Some(BranchStats {
        output: of(|b| b.output),
        share: of(|b| b.share),
        grad_w: arrived.then(|| of(|b| b.grad_w)),
        others: arrived.then(|| [of(|b| b.others[0]), of(|b| b.others[1])]),
        tokens: of(|b| b.tokens),
        entropy: of(|b| b.entropy),
        scores: of(|b| b.scores),
    })
}

/// Every layer that all of these records have reached.
#[must_use]
pub fn layers(records: &[&Record]) -> Vec<LayerStats> {
    layers_with(records, Asked::Quantiles)
}

fn layers_with(records: &[&Record], asked: Asked) -> Vec<LayerStats> {
    let mut summary = LayerSummary::new(asked);
    while !summary.advance(records, usize::MAX) {}
    summary.layers
}

/// Layers of one draw that a piece of a [`LayerSummary`] reads, about: few milliseconds on one core.
const PIECE: usize = 1 << 13;

/// What is known of every layer that some records have reached, some layers at a time.
#[derive(Debug)]
pub(super) struct LayerSummary {
    asked: Asked,
    /// Where each record is dead, of those that were looked at.
    deaths: Vec<Option<usize>>,
    layers: Vec<LayerStats>,
}

impl LayerSummary {
    fn new(asked: Asked) -> Self {
        Self {
            asked,
            deaths: Vec::new(),
            layers: Vec::new(),
        }
    }

    /// Of everything.
    pub(super) fn whole() -> Self {
        Self::new(Asked::Quantiles)
    }

    /// Without quantiles.
    pub(super) fn of_means() -> Self {
        Self::new(Asked::Means)
    }

    /// A bounded piece of it, always of the same records; whether it is complete.
    pub(super) fn step(&mut self, records: &[&Record]) -> bool {
        let layers = records.first().map_or(1, |record| record.layers.len());
        let next = records.iter().skip(self.deaths.len());
        if next.len() > 0 {
            let next = next.take((PIECE / layers.max(1)).max(1));
            self.deaths.extend(next.map(|record| record.death()));
            return false;
        }
        self.advance(records, (PIECE / records.len().max(1)).max(1))
    }

    fn advance(&mut self, records: &[&Record], most: usize) -> bool {
        let reached = records.iter().map(|r| r.layers.len()).min().unwrap_or(0);
        let next = records.iter().skip(self.deaths.len());
        self.deaths.extend(next.map(|record| record.death()));
        let deaths = &self.deaths;
        let first = self.layers.len();
        let next = first..reached.min(first.saturating_add(most));
        self.layers.par_extend(
            next.into_par_iter()
                .with_min_len(64)
                .map(|index| layer(records, deaths, index, self.asked)),
        );
        self.layers.len() >= reached
    }

    /// What is known so far.
    pub(super) fn layers(&self) -> &[LayerStats] {
        &self.layers
    }
}

/// Largest standard error of a mean over all layers of one channel, with the resolution that a screen needs there: the worst
/// ratio of the two decides whether the ensemble goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// Largest standard error over layers and channels, in decades; NaN before the second draw.
    pub worst_se: f64,
    /// Whether every channel is known to better than a screen can show, and the share of dead draws to one side of its limit.
    pub enough: bool,
}

/// The finest step of a curve that is worth showing, in decades.
const FINEST: f64 = 0.02;
/// Steps that the tallest panel has for the range of its curve, counted twice: half a step is not seen.
const STEPS: f64 = 200.0;

/// The share of dead draws to be expected from those of dead units below which no dead draw needs no more evidence.
const UNLIKELY: f64 = 0.1 * DEAD_DRAWS_LIMIT;

/// Whether the share of dead draws is known to be above or below [`DEAD_DRAWS_LIMIT`]: by its interval, or as none died and
/// none is likely to, were the units of a layer (`width` of them) dead independently of each other.
#[must_use]
pub fn deaths_are_known(layers: &[LayerStats], width: usize) -> bool {
    let Some(dead) = layers.last().map(|l| l.dead_draws) else {
        return false;
    };
    let [low, high] = dead.interval();
    let units = width.min(1 << 20) as i32;
    let likely: f64 = layers.iter().map(|l| l.dead.powi(units)).sum();
    low > DEAD_DRAWS_LIMIT || high < DEAD_DRAWS_LIMIT || dead.count == 0 && likely < UNLIKELY
}

/// All that so many draws of a network with these statistics say; without prediction, advice and verdict.
pub(super) fn measured(
    spec: &Arc<Spec>,
    draws: usize,
    layers: Vec<LayerStats>,
    inputs: Option<Inputs>,
) -> Snapshot {
    let overflows = |l: &LayerStats| l.z_second_moment.log10_mean == f64::INFINITY;
    Snapshot {
        spec: Arc::clone(spec),
        phase: Phase::Settled,
        draws,
        draws_target: spec.draws_target(),
        overflow: layers.iter().position(overflows).map(|index| index + 1),
        worst_se: precision(&layers, spec.width()).worst_se,
        inputs,
        layers,
        prediction: None,
        advice: None,
        verdict: None,
    }
}

/// How well the three channels are known, and how many draws die, of a network of that width.
#[must_use]
pub fn precision(layers: &[LayerStats], width: usize) -> Precision {
    let mut result = Precision {
        worst_se: f64::NAN,
        enough: deaths_are_known(layers, width),
    };
    for series in SERIES.iter().filter(|series| series.channel.is_some()) {
        let (mut low, mut high, mut worst) = (f64::INFINITY, f64::NEG_INFINITY, f64::NAN);
        for summary in layers.iter().filter_map(series.of) {
            if summary.log10_mean.is_finite() {
                low = low.min(summary.log10_mean);
                high = high.max(summary.log10_mean);
            }
            if summary.log10_se.is_finite() {
                worst = worst.max(summary.log10_se);
            }
        }
        let resolution = FINEST.max((high - low) / STEPS);
        // a channel without any standard error does not hold the ensemble up
        result.enough &= worst.is_nan() || worst <= resolution;
        result.worst_se = result.worst_se.max(worst);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_between_order_statistics() {
        let mut values = vec![3.0, 1.0, 2.0, 4.0, 5.0];
        let s = summarise(&mut values);
        assert_eq!((s.log10_mean, s.log10_p50), (3.0, 3.0));
        assert!((s.log10_p10 - 1.4).abs() < 1e-12 && (s.log10_p90 - 4.6).abs() < 1e-12);
        assert!((s.log10_se - (2.5_f64 / 5.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn one_dead_draw_makes_the_mean_minus_infinity_but_not_the_median() {
        let s = summarise(&mut [-1.0, f64::NEG_INFINITY, -2.0]);
        assert_eq!((s.log10_mean, s.log10_p50), (f64::NEG_INFINITY, -2.0));
        assert!(s.log10_se.is_nan());
    }
}
