//! What is expected of a choice, or measured of it.

use super::Choice;
use super::candidates::Candidate;
use crate::engine::depth::Expecting;
use crate::engine::prediction::request;
use crate::engine::snapshot::{Band, LayerStats, Prediction, Summary};
use crate::engine::verdict::{COLLAPSE_LIMIT, Channel, DRIFT_LIMIT, Verdict};
use crate::net::spec::Spec;
use crate::theory::curve::{CurveRequest, curve};
use crate::theory::kernel::Kernel;
use crate::theory::maps::Maps;

/// Where an [`Outlook`] comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// Theory: the curve of a typical draw.
    Predicted,
    /// So many draws: the medians.
    Measured(usize),
}

impl Evidence {
    /// `predicted` or `measured`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Predicted => "predicted",
            Self::Measured(_) => "measured",
        }
    }

    /// The draws behind it, 0 for a prediction.
    #[must_use]
    pub fn draws(self) -> usize {
        match self {
            Self::Predicted => 0,
            Self::Measured(draws) => draws,
        }
    }
}

/// What becomes of a choice.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outlook {
    /// Where it comes from.
    pub evidence: Evidence,
    /// Judged from the typical curve, or from the medians over draws.
    pub verdict: Verdict,
    /// Largest share of a limit that is used up at the worse end of the band of 8 in 10 draws, 0 and above; infinite for an
    /// overflow.
    pub load: f64,
    /// Largest share of units and inputs with a small slope at any layer, 0 to 1; theory does not predict it.
    pub saturated: Option<f64>,
    /// `chi_perp` and `chi_parallel` in the limit of many layers; `None` where theory has no answer.
    pub limit: Option<Chi>,
}

/// The factors of theory in the limit of many layers.
#[derive(Clone, Copy, Debug)]
pub struct Chi {
    /// The gradient's factor; `None` where `q` diverges.
    pub perp: Option<f64>,
    /// `V'(q)`: errors of `q` grow above 1; `None` where `q` diverges.
    pub parallel: Option<f64>,
}

impl Outlook {
    /// The gradient's factor in the limit of many layers; `None` where `q` diverges or theory has no answer.
    #[must_use]
    pub fn chi_perp(&self) -> Option<f64> {
        self.limit?.perp
    }

    /// `V'(q)` there; `None` where `q` diverges or theory has no answer.
    #[must_use]
    pub fn chi_parallel(&self) -> Option<f64> {
        self.limit?.parallel
    }

    /// `stable`, `marginal` or `unstable` by `chi_parallel` below, at or above 1 (to 1e-3: a thousand layers); `diverges` where `q`
    /// does; `unknown` where theory has no answer.
    #[must_use]
    pub fn stability(&self) -> &'static str {
        match self.limit {
            None => "unknown",
            Some(chi) => match chi.parallel {
                None => "diverges",
                Some(chi) if (chi - 1.0).abs() <= 1e-3 => "marginal",
                Some(chi) if chi < 1.0 => "stable",
                Some(_) => "unstable",
            },
        }
    }

    /// Layers that are travelled before something fails; all of them where nothing does.
    pub(super) fn travelled(&self) -> usize {
        let verdict = &self.verdict;
        match (verdict.layer, verdict.channel) {
            (Some(layer), Some(Channel::Gradient)) => verdict.depth - layer,
            (Some(layer), _) => layer - 1,
            (None, _) => verdict.depth,
        }
    }
}

/// What theory expects of a candidate.
pub(super) fn judged(candidate: Candidate) -> Choice {
    let mut judging = Judging::default();
    loop {
        if let Some(outlook) = judging.step(&candidate.spec) {
            return candidate.judged(outlook);
        }
    }
}

/// What theory expects of a candidate, on its way in bounded steps.
#[derive(Debug, Default)]
pub(super) struct Judging {
    expecting: Expecting,
    expected: Option<(Prediction, Verdict)>,
}

impl Judging {
    /// Some layers more of its network, the same in every step; what is expected once there are no more.
    pub(super) fn step(&mut self, spec: &Spec) -> Option<Result<Outlook, String>> {
        if let Some((prediction, verdict)) = self.expected.take() {
            return Some(Ok(outlook(spec, &prediction, verdict)));
        }
        match self.expecting.step(spec)? {
            Ok(expected) => {
                self.expected = Some(expected);
                None
            }
            Err(why) => Some(Err(why)),
        }
    }
}

/// A prediction with its verdict, and the limit of many layers.
fn outlook(spec: &Spec, prediction: &Prediction, verdict: Verdict) -> Outlook {
    let (fan_in, fan_out) = (spec.width(), spec.width());
    let sigma_w2 = fan_in as f64 * spec.weight_law(2).variance(fan_in, fan_out);
    let bias = spec.bias_law(2);
    let point = Kernel::with_bias_mean(spec.activation(), bias.mean())
        .and_then(|kernel| Maps::new(&kernel, sigma_w2, bias.variance())?.phase(false))
        .ok();
    Outlook {
        evidence: Evidence::Predicted,
        verdict,
        load: load([
            &prediction.signal,
            &prediction.gradient,
            &prediction.distinguishability,
        ]),
        saturated: None,
        limit: Some(Chi {
            perp: point.and_then(|p| p.chi_perp),
            parallel: point.and_then(|p| p.chi_parallel),
        }),
    }
}

/// [`load`] of measured layers.
pub(super) fn measured_load(layers: &[LayerStats]) -> f64 {
    let band = |s: Option<Summary>| Band {
        low: s.map_or(f64::NAN, |s| s.log10_p10),
        mid: s.map_or(f64::NAN, |s| s.log10_p50),
        high: s.map_or(f64::NAN, |s| s.log10_p90),
    };
    let of = |pick: fn(&LayerStats) -> Option<Summary>| -> Vec<Band> {
        layers.iter().map(|layer| band(pick(layer))).collect()
    };
    let several = layers
        .iter()
        .all(|l| !l.distinguishability.log10_p50.is_nan());
    let differences = of(|l| Some(l.distinguishability));
    load([
        &of(|l| Some(l.z_second_moment)),
        &of(|l| l.grad_z),
        if several { &differences } else { &[] },
    ])
}

/// Largest share of a limit used up at any layer at the worse end of the bands of signal, gradient and distinguishability.
fn load([signal, gradient, difference]: [&[Band]; 3]) -> f64 {
    let drift = |bands: &[Band], start: Option<f64>| {
        let start = start.unwrap_or(f64::NAN);
        bands
            .iter()
            .map(|b| finite((b.high - start).abs().max((b.low - start).abs())) / DRIFT_LIMIT)
            .fold(0.0, f64::max)
    };
    let lost = difference
        .iter()
        .map(|b| finite(b.low / COLLAPSE_LIMIT))
        .fold(0.0, f64::max);
    drift(signal, signal.first().map(|b| b.mid))
        .max(drift(gradient, gradient.last().map(|b| b.mid)))
        .max(lost)
}

/// A lower bound of the load: the drift of the infinite-width curve, which needs no overlaps of inputs; 0 where theory has no answer.
pub(super) fn least_load(spec: &Spec) -> f64 {
    let Ok(lengths) = request(spec).and_then(|all| {
        curve(&CurveRequest {
            overlaps: false,
            ..all
        })
    }) else {
        return 0.0;
    };
    let drift = |curve: &[f64], start: Option<&f64>| {
        let start = start.copied().unwrap_or(f64::NAN);
        let far = curve.iter().map(|v| finite((v - start).abs()));
        far.fold(0.0, f64::max) / DRIFT_LIMIT
    };
    let (signal, gradient) = (&lengths.z_second_moment, &lengths.grad_z);
    drift(signal, signal.first()).max(drift(gradient, gradient.last()))
}

/// What is no number is no good.
fn finite(value: f64) -> f64 {
    if value.is_nan() { f64::INFINITY } else { value }
}
