//! From theory's ranking to a remedy: choices are measured, best first, until one of them is healthy.
//!
//! 1. Choices that theory expects to be healthy, [`TRIED`] at most.
//! 2. Choices that theory cannot judge: a first judgement of each, then a whole ensemble of those that pass it.
//! 3. The variance that finite width wants, by bisection on the measured drifts.
//! 4. Where nothing is healthy: other widths, depths and activations, which are told as such.
//!
//! Of networks with blocks or norms every change is measured in its order until one is healthy, then shallower networks.
//!
//! What a healthy network is offered is nothing. All trials together cost at most [`BUDGET`], or [`TIMES`] what the network itself has
//! cost where that is more; what is beyond that stays a prediction.
//!
//! A remedy promises signal, gradient and differences between inputs, not learning. It was tried all the same: for the 35 activations at
//! 64 x 10 (glorot_normal or random_normal replaced, digits, SGD, the best of six rates, 100 steps) no remedy that is measured
//! healthy learns worse than what it replaces, sigmoid's with its variance of 139 included (loss 1.51 against 2.31).

use std::collections::VecDeque;
use std::sync::Arc;

use super::candidates::Candidate;
use super::outlook::judged;
use super::trial::{Finding, Trial};
use super::tuning::Tuning;
use super::{Advice, Choice, Evidence, Hopeless, Remedy, ways_out};
use crate::engine::ensemble::{Ensemble, FIRST_JUDGEMENT};
use crate::engine::verdict::{DRIFT_LIMIT, judge_within};
use crate::net::spec::Spec;

/// Cost of all trials, in matrix entries times vectors of inputs: some seconds on one core.
const BUDGET: u64 = 1 << 32;

/// The same as a multiple of what the network itself has cost.
const TIMES: u64 = 4;

/// Choices that theory expects to be healthy are measured until so many have failed.
const TRIED: usize = 24;

/// Draws of each network of a bisection.
const TUNING_DRAWS: usize = 16;

/// How advice is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counsel {
    /// Decades of mean square that signal and gradient may drift.
    pub drift_limit: f64,
    /// Whether every choice that theory cannot judge is measured, although nothing depends on it.
    pub thorough: bool,
}

impl Default for Counsel {
    fn default() -> Self {
        Self {
            drift_limit: DRIFT_LIMIT,
            thorough: false,
        }
    }
}

/// What is being measured.
#[derive(Debug)]
enum TrialSubject {
    /// A choice of the list, by its network.
    Choice(Arc<Spec>),
    /// The same, but only so far that it is known whether it is worth while.
    Glance(Arc<Spec>),
    /// A step of the bisection that is first in the queue.
    Step(Candidate),
    /// What a bisection has come to.
    Tuned(Candidate),
    /// A network beside the one that was asked about.
    WayOut,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TrialStage {
    Ranked,
    Glances,
    Glanced,
    Tuning,
    WaysOut,
    /// Choices that theory cannot judge, although nothing depends on them.
    Rest,
    Done,
}

/// [`Advice`] on its way from predicted to measured, in bounded steps.
#[derive(Debug)]
pub struct Trials {
    advice: Arc<Advice>,
    counsel: Counsel,
    left: u64,
    stage: TrialStage,
    queue: VecDeque<Arc<Spec>>,
    tunings: VecDeque<Tuning>,
    ways_out: Option<ways_out::Search>,
    trial: Option<(TrialSubject, Trial)>,
    measured: usize,
    too_costly: bool,
}

impl Trials {
    /// For a network that is measured.
    pub(in crate::engine) fn new(
        mut advice: Advice,
        ensemble: &Ensemble,
        counsel: Counsel,
    ) -> Self {
        let draws = ensemble.draws();
        let (layers, curves) = ensemble.measured(draws);
        let verdict = judge_within(&curves, counsel.drift_limit);
        let healthy = verdict.is_healthy();
        let finding = Finding {
            verdict,
            load: super::outlook::measured_load(&layers),
            evidence: Evidence::Measured(draws),
            saturated: curves.saturated.iter().copied().fold(0.0, f64::max),
            balance: 0.0,
            whole: true,
            cost: draws as u64 * ensemble.draw_cost(),
        };
        advice.present.take(&finding);
        let present = Arc::clone(&advice.present.spec);
        learn(&mut advice.choices, &present, &finding);
        let unranked = present.has_stages();
        let queue = advice
            .choices
            .iter()
            .filter(|c| (unranked || c.is_healthy()) && !c.is_measured());
        let mut trials = Self {
            counsel,
            left: BUDGET.max(TIMES.saturating_mul(finding.cost)),
            stage: if healthy {
                TrialStage::Rest
            } else {
                TrialStage::Ranked
            },
            queue: queue.map(|c| Arc::clone(&c.spec)).take(TRIED).collect(),
            tunings: VecDeque::new(),
            ways_out: None,
            trial: None,
            measured: 0,
            too_costly: false,
            advice: Arc::new(advice),
        };
        if healthy {
            trials.conclude(Remedy::Needless);
        } else {
            trials.begin();
        }
        trials
    }

    /// What is known now.
    #[must_use]
    pub fn advice(&self) -> Arc<Advice> {
        Arc::clone(&self.advice)
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.stage == TrialStage::Done
    }

    /// A bounded piece of work (milliseconds) on the current thread pool.
    pub fn step(&mut self) {
        if let Some((_, trial)) = &mut self.trial
            && let Some(finding) = trial.step()
            && let Some((subject, _)) = self.trial.take()
        {
            self.left = self.left.saturating_sub(finding.cost);
            self.learn(subject, &finding);
        }
        if self.trial.is_none() && !self.is_done() {
            self.begin();
        }
    }

    /// Begins the next trial, or comes to the end.
    fn begin(&mut self) {
        while self.trial.is_none() && self.stage != TrialStage::Done {
            match self.stage {
                TrialStage::Ranked | TrialStage::Glanced => match self.queue.pop_front() {
                    Some(spec) => {
                        self.measure(TrialSubject::Choice(Arc::clone(&spec)), &spec, usize::MAX);
                    }
                    None if self.advice.present.spec.has_stages() => match self.too_costly {
                        true => self.conclude(Remedy::TooCostly),
                        false => self.look_around(),
                    },
                    None if self.stage == TrialStage::Ranked => self.glances(TrialStage::Glances),
                    None => {
                        let spec = &self.advice.present.spec;
                        self.tunings = Tuning::all(spec, &self.advice.choices).into();
                        self.stage = TrialStage::Tuning;
                    }
                },
                TrialStage::Glances | TrialStage::Rest => match self.queue.pop_front() {
                    Some(spec) => {
                        self.measure(
                            TrialSubject::Glance(Arc::clone(&spec)),
                            &spec,
                            FIRST_JUDGEMENT,
                        );
                    }
                    None if self.stage == TrialStage::Glances => self.glanced(),
                    None => {
                        Arc::make_mut(&mut self.advice).arrange();
                        self.stage = TrialStage::Done;
                    }
                },
                TrialStage::Tuning => match self.tunings.front_mut().map(Tuning::next) {
                    Some(Some(candidate)) => {
                        let spec = Arc::clone(&candidate.spec);
                        self.measure(TrialSubject::Step(candidate), &spec, TUNING_DRAWS);
                    }
                    Some(None) => {
                        if let Some(best) = self.tunings.pop_front().and_then(Tuning::into_best) {
                            let spec = Arc::clone(&best.spec);
                            self.measure(TrialSubject::Tuned(best), &spec, usize::MAX);
                        }
                    }
                    None if self.too_costly => self.conclude(Remedy::TooCostly),
                    None => self.look_around(),
                },
                TrialStage::WaysOut => {
                    match self.ways_out.as_mut().and_then(ways_out::Search::next) {
                        Some((spec, _)) => {
                            self.measure(TrialSubject::WayOut, &spec, usize::MAX);
                            if let (None, Some(search)) = (&self.trial, &mut self.ways_out) {
                                search.learn(None);
                            }
                        }
                        None => {
                            let found = self.ways_out.take().map(ways_out::Search::into_found);
                            self.conclude(Remedy::None(Hopeless {
                                measured: self.measured,
                                ways_out: found.unwrap_or_default(),
                            }));
                        }
                    }
                }
                TrialStage::Done => {}
            }
        }
        let label = match &self.trial {
            Some((TrialSubject::Choice(spec) | TrialSubject::Glance(spec), _)) => {
                let choice = self.advice.choices.iter().find(|c| c.spec == *spec);
                choice.map(|choice| choice.label.clone())
            }
            Some((TrialSubject::Step(candidate) | TrialSubject::Tuned(candidate), _)) => {
                Some(candidate.label.clone())
            }
            Some((TrialSubject::WayOut, _)) => {
                let next = self.ways_out.as_mut().and_then(ways_out::Search::next);
                next.map(|(_, what)| what)
            }
            None => None,
        };
        if self.stage != TrialStage::Rest
            && let Some(label) = label
        {
            Arc::make_mut(&mut self.advice).remedy = Remedy::Measuring(label);
        }
    }

    fn measure(&mut self, subject: TrialSubject, spec: &Arc<Spec>, draws: usize) {
        match Trial::new(spec, draws, self.left, self.counsel.drift_limit) {
            Some(trial) => self.trial = Some((subject, trial)),
            None => self.too_costly |= !matches!(subject, TrialSubject::WayOut),
        }
    }

    /// Takes in what a trial has found.
    fn learn(&mut self, subject: TrialSubject, finding: &Finding) {
        let advice = Arc::make_mut(&mut self.advice);
        match subject {
            TrialSubject::Choice(spec) => {
                if !finding.whole {
                    self.too_costly = true;
                    return;
                }
                self.measured += 1;
                learn(&mut advice.choices, &spec, finding);
                if finding.verdict.is_healthy() {
                    self.conclude(Remedy::Found(spec));
                }
            }
            TrialSubject::Glance(spec) => {
                self.measured += 1;
                learn(&mut advice.choices, &spec, finding);
            }
            TrialSubject::Step(candidate) => {
                if let Some(tuning) = self.tunings.front_mut() {
                    tuning.learn(candidate, finding);
                }
            }
            TrialSubject::Tuned(candidate) => {
                if !finding.whole {
                    self.too_costly = true;
                    return;
                }
                self.measured += 1;
                let spec = Arc::clone(&candidate.spec);
                let mut choice = judged(candidate);
                choice.take(finding);
                advice.choices.retain(|other| other.label != choice.label);
                advice.choices.push(choice);
                if finding.verdict.is_healthy() {
                    self.conclude(Remedy::Found(spec));
                }
            }
            TrialSubject::WayOut => {
                if let Some(search) = &mut self.ways_out {
                    search.learn(Some(finding));
                }
            }
        }
    }

    /// Queues what theory cannot judge.
    fn glances(&mut self, stage: TrialStage) {
        let unknown = self.advice.choices.iter().filter(|c| c.outlook.is_err());
        self.queue = unknown.map(|choice| Arc::clone(&choice.spec)).collect();
        self.stage = stage;
    }

    /// Queues what has passed the first judgement, the best first.
    fn glanced(&mut self) {
        let advice = Arc::make_mut(&mut self.advice);
        advice.arrange();
        let healthy = advice
            .choices
            .iter()
            .filter(|c| c.is_measured() && c.is_healthy());
        self.queue = healthy.map(|c| Arc::clone(&c.spec)).take(TRIED).collect();
        self.stage = TrialStage::Glanced;
    }

    /// Nothing is healthy: what else is there?
    fn look_around(&mut self) {
        let advice = Arc::make_mut(&mut self.advice);
        advice.arrange();
        let least_bad = advice.least_bad();
        let first = advice.choices.iter().find(|choice| choice.class.is_tuned());
        let mut choices = vec![(&least_bad.spec, &*least_bad.label)];
        choices.extend(first.map(|choice| (&choice.spec, &*choice.label)));
        choices.dedup_by_key(|(_, label)| *label);
        self.ways_out = Some(ways_out::Search::new(&advice.present.spec, &choices));
        self.stage = TrialStage::WaysOut;
    }

    /// What is to be done is known.
    fn conclude(&mut self, remedy: Remedy) {
        let advice = Arc::make_mut(&mut self.advice);
        advice.remedy = remedy;
        advice.arrange();
        self.trial = None;
        self.queue.clear();
        if self.counsel.thorough {
            self.glances(TrialStage::Rest);
        } else {
            self.stage = TrialStage::Done;
        }
    }
}

impl Choice {
    /// Takes a measurement in the place of theory's judgement.
    fn take(&mut self, finding: &Finding) {
        let theory = self.outlook.as_ref().ok();
        let limit = theory.and_then(|o| o.limit);
        let mut verdict = finding.verdict.clone();
        if let Some(theory) = theory {
            verdict.expect_beyond(&theory.verdict);
        }
        self.outlook = Ok(super::Outlook {
            evidence: finding.evidence,
            verdict,
            load: finding.load,
            saturated: Some(finding.saturated),
            limit,
        });
    }
}

/// Every choice that is this very network, whatever its name, takes the measurement.
fn learn(choices: &mut [Choice], spec: &Spec, finding: &Finding) {
    let laws = |spec: &Spec| [1, 2].map(|layer| (spec.weight_law(layer), spec.bias_law(layer)));
    let same = |choice: &&mut Choice| match spec.has_stages() {
        true => *choice.spec == *spec,
        false => laws(&choice.spec) == laws(spec),
    };
    for choice in choices.iter_mut().filter(same) {
        choice.take(finding);
    }
}
