//! What to type instead: every initializer for an activation, depth and width, ranked by what theory expects of it.
//!
//! A [`Choice`] is judged like a measured network, from the curve that a typical draw of this width follows. Its
//! [`load`](Outlook::load) is the largest share of a limit of [`LIMITS`](crate::engine::verdict::LIMITS) that any channel uses
//! up at any layer, at the worse end of the band that holds 80 % of the draws: at 1, one draw in ten is over the limit.
//!
//! Ranking. Choices whose load is at most 1 come first, the textbook's (at the edge of chaos, or published with the
//! activation) before other names of the table, these before tuned variances and these before those that need a bias; then the other healthy ones by load; then those that fail, by the
//! number of layers that survive; last what theory cannot judge. Loads are compared in steps of 5 %, ties go to the
//! simpler name.

mod candidates;
mod findings;
mod landmarks;

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;

use crate::engine::prediction::{predict, request};
use crate::engine::snapshot::{Band, Prediction};
use crate::engine::verdict::{COLLAPSE_LIMIT, Curves, DRIFT_LIMIT, Verdict, judge};
use crate::net::spec::Spec;
use crate::theory::curve::{CurveRequest, LayerLaw, curve};
use crate::theory::kernel::Kernel;
use crate::theory::maps::Maps;
use candidates::{Candidate, Class, Search};
use landmarks::Landmarks;

/// Load up to which a plain name is preferred to a better tuned variance: nine draws in ten stay within every limit.
pub const COMFORTABLE: f64 = 1.0;

/// Layers that one step of an [`Advisor`] may evaluate, some milliseconds; at least one network.
const STEP_LAYERS: usize = 256;

/// One initializer with its bias, judged.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The network with this choice.
    pub spec: Arc<Spec>,
    /// What it is called, as typed: `he_normal`, `variance_scaling(1.98,fan_in,normal), bias 0.3`.
    pub label: String,
    /// Why it is in the list.
    pub reason: String,
    /// What theory expects; the reason where it has no answer.
    pub outlook: Result<Outlook, String>,
    class: Class,
}

/// What theory expects of a choice.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// Judged from the typical curve.
    pub verdict: Verdict,
    /// Largest share of a limit that is used up, 0 and above; infinite for an overflow.
    pub load: f64,
    /// `chi_perp` in the limit of many layers, the gradient's factor; `None` where `q` diverges.
    pub chi_perp: Option<f64>,
    /// `chi_parallel = V'(q)` there: errors of `q` grow above 1.
    pub chi_parallel: Option<f64>,
}

impl Outlook {
    /// `stable`, `marginal` or `unstable` by `chi_parallel` below, at or above 1 (to 1e-3: a thousand layers); `diverges` where `q` does.
    #[must_use]
    pub fn stability(&self) -> &'static str {
        match self.chi_parallel {
            None => "diverges",
            Some(chi) if (chi - 1.0).abs() <= 1e-3 => "marginal",
            Some(chi) if chi < 1.0 => "stable",
            Some(_) => "unstable",
        }
    }
}

impl Choice {
    /// Whether theory expects a typical draw to be healthy.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.outlook.as_ref().is_ok_and(|o| o.verdict.is_healthy())
    }

    /// Its place among choices: a key that sorts from best to worst (see the module's text).
    fn order(&self, other: &Self) -> Ordering {
        let key = |choice: &Self| {
            let Ok(outlook) = &choice.outlook else {
                return (3, Class::Unranked, 0, 0);
            };
            let steps = (outlook.load.min(1e6) * 20.0).round() as u64;
            if !outlook.verdict.is_healthy() {
                let survives = outlook.verdict.budget.layers.unwrap_or(usize::MAX);
                (2, Class::Named, usize::MAX - survives, steps)
            } else if outlook.load <= COMFORTABLE {
                (0, choice.class, 0, steps)
            } else {
                (1, Class::Named, 0, steps)
            }
        };
        key(self)
            .cmp(&key(other))
            .then(self.class.cmp(&other.class))
    }
}

/// Every choice for a spec, best first.
#[derive(Clone, Debug)]
pub struct Advice {
    /// The network that was asked about, judged.
    pub present: Choice,
    /// Every choice, best first.
    pub choices: Vec<Choice>,
    /// What the layer that nobody configured does in every framework.
    pub defaults: Vec<Choice>,
    /// What is worth knowing about this activation, one sentence each, without full stop.
    pub findings: Vec<String>,
}

impl Advice {
    /// What to apply: the best choice, where it is better than the present network; `None` where that is as good.
    #[must_use]
    pub fn remedy(&self) -> Option<&Choice> {
        let best = self.choices.first().filter(|best| best.outlook.is_ok())?;
        let same = best.spec == self.present.spec;
        let present_is_fine = self
            .present
            .outlook
            .as_ref()
            .is_ok_and(|o| o.verdict.is_healthy() && o.load <= COMFORTABLE);
        (!same && !present_is_fine && best.order(&self.present) == Ordering::Less).then_some(best)
    }
}

impl Advice {
    /// Why there is no remedy, in a few words.
    #[must_use]
    pub fn no_remedy(&self) -> &'static str {
        match (&self.present.outlook, self.choices.first()) {
            (_, None) => "no initializer of the table fits this network",
            (Ok(o), _) if o.verdict.is_healthy() => "this network is healthy as it is",
            (Ok(_), _) => "no initializer of the table does better",
            (Err(_), Some(_)) => "theory cannot judge any initializer here",
        }
    }
}

/// Ranks everything at once: some ten milliseconds at 64 layers, some hundred where overlaps
/// have no table yet.
#[must_use]
pub fn advise(spec: &Arc<Spec>) -> Advice {
    let mut advisor = Advisor::new(Arc::clone(spec));
    loop {
        if let Some(advice) = advisor.step() {
            return advice;
        }
    }
}

/// What the layer that nobody configured does in every framework, with this activation, depth and width, in the order of
/// [`Framework::ALL`](crate::net::framework::Framework::ALL).
#[must_use]
pub fn defaults(spec: &Spec) -> Vec<Choice> {
    candidates::defaults(spec).into_iter().map(judged).collect()
}

/// [`advise`] in bounded steps.
#[derive(Debug)]
pub struct Advisor {
    spec: Arc<Spec>,
    landmarks: Landmarks,
    queue: VecDeque<Candidate>,
    judged: Vec<Choice>,
    /// Outlooks by the laws of the first layer and the rest, which are all that theory sees.
    known: Vec<([LayerLaw; 2], Outlook)>,
    searches: Vec<Search>,
    listed: bool,
}

impl Advisor {
    /// Nothing is judged yet; the points of criticality are found.
    #[must_use]
    pub fn new(spec: Arc<Spec>) -> Self {
        let landmarks = Landmarks::of(spec.activation());
        Self {
            queue: candidates::named(&spec, &landmarks).into(),
            landmarks,
            spec,
            judged: Vec::new(),
            known: Vec::new(),
            searches: Vec::new(),
            listed: false,
        }
    }

    /// Networks judged so far, searches in progress not counted.
    #[must_use]
    pub fn judged(&self) -> usize {
        self.judged.len()
    }

    /// Judges some candidates; the advice once there are no more.
    pub fn step(&mut self) -> Option<Advice> {
        for _ in 0..(STEP_LAYERS / self.spec.depth()).max(1) {
            if let Some(candidate) = self.queue.pop_front() {
                let choice = self.judge(candidate);
                self.judged.push(choice);
            } else if !self.listed {
                self.listed = true;
                let (tuned, searches) = candidates::tuned(&self.spec, &self.landmarks);
                self.queue.extend(tuned);
                self.searches = searches;
                return None;
            } else if let Some(search) = self.searches.last_mut() {
                match search.next() {
                    Some(candidate) => {
                        let choice = judged(candidate);
                        search.learn(choice);
                    }
                    None => {
                        let best = self.searches.pop().and_then(Search::into_best);
                        self.judged.extend(best);
                    }
                }
            } else {
                return Some(self.finish());
            }
        }
        None
    }

    fn finish(&mut self) -> Advice {
        let mut choices = std::mem::take(&mut self.judged);
        choices.sort_by(Choice::order);
        let mut kept: Vec<Choice> = Vec::new();
        for choice in choices {
            let known = kept.iter().any(|k| {
                k.label == choice.label
                    || (choice.class.is_tuned() && candidates::same_law(&k.spec, &choice.spec))
            });
            if !known {
                kept.push(choice);
            }
        }
        let defaults = candidates::defaults(&self.spec);
        Advice {
            present: self.judge(candidates::present(&self.spec)),
            findings: findings::about(&self.spec, &self.landmarks, &kept),
            choices: kept,
            defaults: defaults.into_iter().map(|d| self.judge(d)).collect(),
        }
    }

    /// [`judged`], once for every law.
    fn judge(&mut self, candidate: Candidate) -> Choice {
        let laws = request(&candidate.spec).ok().map(|r| [r.first, r.rest]);
        let known = laws.and_then(|laws| self.known.iter().find(|(of, _)| *of == laws));
        if let Some((_, outlook)) = known {
            return candidate.judged(Ok(outlook.clone()));
        }
        let choice = judged(candidate);
        if let (Some(laws), Ok(outlook)) = (laws, &choice.outlook) {
            self.known.push((laws, outlook.clone()));
        }
        choice
    }
}

/// What theory expects of a candidate.
fn judged(candidate: Candidate) -> Choice {
    let outlook = match predict(&candidate.spec) {
        Ok(prediction) if prediction.typical_is_known() => {
            Ok(outlook(&candidate.spec, &prediction))
        }
        Ok(prediction) => Err(prediction.note.unwrap_or_default()),
        Err(error) => Err(error.to_string()),
    };
    candidate.judged(outlook)
}

/// Judges a prediction.
#[must_use]
pub fn outlook(spec: &Spec, prediction: &Prediction) -> Outlook {
    let (fan_in, fan_out) = (spec.width(), spec.width());
    let sigma_w2 = fan_in as f64 * spec.weight_law(2).variance(fan_in, fan_out);
    let kernel = Kernel::of(spec.activation());
    let point = Maps::new(&kernel, sigma_w2, spec.bias_law(2).variance())
        .and_then(|maps| maps.phase(false))
        .ok();
    Outlook {
        verdict: judge(&Curves::expected(spec, prediction)),
        load: load(prediction),
        chi_perp: point.and_then(|p| p.chi_perp),
        chi_parallel: point.and_then(|p| p.chi_parallel),
    }
}

/// Largest share of a limit used up at any layer at the worse end of the band.
fn load(prediction: &Prediction) -> f64 {
    let drift = |bands: &[Band], start: Option<f64>| {
        let start = start.unwrap_or(f64::NAN);
        bands
            .iter()
            .map(|b| finite((b.high - start).abs().max((b.low - start).abs())) / DRIFT_LIMIT)
            .fold(0.0, f64::max)
    };
    let signal = &prediction.signal;
    let gradient = &prediction.gradient;
    let lost = prediction
        .distinguishability
        .iter()
        .map(|b| finite(b.low / COLLAPSE_LIMIT))
        .fold(0.0, f64::max);
    drift(signal, signal.first().map(|b| b.mid))
        .max(drift(gradient, gradient.last().map(|b| b.mid)))
        .max(lost)
}

/// A lower bound of the load: the drift of the infinite-width curve, which needs no overlaps of inputs; 0 where theory has no answer.
fn least_load(spec: &Spec) -> f64 {
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
