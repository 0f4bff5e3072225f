//! The variance that finite width wants, found by simulation where theory's fails.

use std::sync::Arc;

use super::Choice;
use super::candidates::{self, Candidate};
use super::trial::Finding;
use crate::net::spec::{Bias, Spec};

/// Networks that are measured for one law.
const STEPS: usize = 9;

/// First change of `ln sigma_w2`; it doubles until the balance has changed its sign, then the interval is halved.
const STEP: f64 = 0.25;

const REASON: &str = "balanced by simulation at this depth and width";

/// A bisection of `ln sigma_w2` for one kind of law on the [balance](Finding::balance) of the measured drifts.
#[derive(Debug)]
pub(super) struct Tuning {
    spec: Arc<Spec>,
    /// Orthogonal weights, or independent ones with this standard deviation of the biases.
    law: Option<f64>,
    at: f64,
    step: f64,
    low: Option<f64>,
    high: Option<f64>,
    left: usize,
    best: Option<(f64, Candidate)>,
}

impl Tuning {
    /// One for independent weights, one for orthogonal ones, and one for every bias that theory proposes; each from what theory thinks
    /// best.
    pub(super) fn all(spec: &Arc<Spec>, choices: &[Choice]) -> Vec<Self> {
        let tuned = |choice: &&Choice| choice.class.is_tuned();
        let start = |law: Option<f64>| {
            let same = |choice: &&Choice| law_of(&choice.spec) == law;
            let found = choices.iter().filter(tuned).find(same);
            found
                .or_else(|| choices.iter().find(tuned))
                .map_or(2.0, |choice| sigma_w2(&choice.spec))
        };
        let mut laws = vec![Some(0.0), None];
        for choice in choices.iter().filter(tuned) {
            let law = law_of(&choice.spec);
            if !laws.contains(&law) {
                laws.push(law);
            }
        }
        let tuning = |law| Self {
            spec: Arc::clone(spec),
            law,
            at: start(law).ln(),
            step: STEP,
            low: None,
            high: None,
            left: STEPS,
            best: None,
        };
        laws.into_iter().map(tuning).collect()
    }

    /// The next network to measure.
    pub(super) fn next(&mut self) -> Option<Candidate> {
        self.left = self.left.checked_sub(1)?;
        let sigma_w2 = self.at.exp();
        match self.law {
            Some(bias) => candidates::scaled(&self.spec, sigma_w2, bias, REASON),
            None => candidates::rotated(&self.spec, sigma_w2, REASON),
        }
    }

    /// What came of it.
    pub(super) fn learn(&mut self, candidate: Candidate, finding: &Finding) {
        let load = finding.load;
        if self.best.as_ref().is_none_or(|(best, _)| load < *best) {
            self.best = Some((load, candidate));
        }
        if finding.balance < 0.0 {
            self.low = Some(self.at);
        } else {
            self.high = Some(self.at);
        }
        self.at = match (self.low, self.high) {
            (Some(low), Some(high)) => f64::midpoint(low, high),
            (Some(low), None) => low + self.step,
            (None, Some(high)) => high - self.step,
            (None, None) => self.at,
        };
        self.step *= 2.0;
    }

    /// What used up the smallest share of a limit.
    pub(super) fn into_best(self) -> Option<Candidate> {
        self.best.map(|(_, candidate)| candidate)
    }
}

fn law_of(spec: &Spec) -> Option<f64> {
    match spec.bias() {
        _ if candidates::is_orthogonal(spec) => None,
        Bias::Normal(bias) => Some(*bias),
        Bias::Auto | Bias::Preset | Bias::ByFanIn(_) | Bias::Drawn(_) => Some(0.0),
    }
}

/// `fan_in Var W` behind the first layer.
fn sigma_w2(spec: &Spec) -> f64 {
    spec.width() as f64 * spec.weight_law(2).variance(spec.width(), spec.width())
}
