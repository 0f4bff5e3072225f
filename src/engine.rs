//! From a [`Spec`] to a stream of [`Snapshot`]s, as a resumable state machine.
//!
//! ```
//! use std::sync::Arc;
//! use initscope::engine::Engine;
//! use initscope::spec::{Draft, Spec};
//!
//! let spec = Spec::new(Draft { width: 32, depth: 4, ..Draft::default() }).unwrap();
//! let snapshot = Engine::new(Arc::new(spec)).run();
//! assert_eq!(snapshot.layers.len(), 4);
//! ```

pub mod advice;
#[doc(hidden)]
pub mod agreement;
#[doc(hidden)]
pub mod atlas;
#[doc(hidden)]
pub mod depth;
mod ensemble;
#[doc(hidden)]
pub mod factors;
#[doc(hidden)]
pub mod job;
#[doc(hidden)]
pub mod phase_map;
#[doc(hidden)]
pub mod pins;
#[doc(hidden)]
pub mod point;
pub mod prediction;
#[doc(hidden)]
pub mod request;
#[doc(hidden)]
pub mod scaling;
pub mod series;
pub mod snapshot;
pub mod summary;
#[doc(hidden)]
pub mod training;
pub mod verdict;

use std::sync::Arc;

use crate::engine::advice::{Advice, Advisor, Counsel, Remedy, Trials};
use crate::engine::ensemble::Ensemble;
use crate::engine::prediction::{of_stages, predict};
use crate::engine::snapshot::{Phase, Prediction, Snapshot};
use crate::engine::summary::measured;
use crate::engine::verdict::judge;
use crate::net::spec::Spec;
use crate::theory::stages::{Foretelling, sees_tokens};

/// Steps after which the ranking no longer waits for the first complete draw.
const PATIENCE: usize = 64;

/// One request on its way: theory at once, then draw after draw until the curves are known well enough, then, where it
/// [advises](Self::advising), the remedies that theory names, until one of them is measured healthy.
///
/// The result depends on the spec alone, not on the number of threads.
#[derive(Debug)]
pub struct Engine {
    spec: Arc<Spec>,
    ensemble: Ensemble,
    prediction: Option<Arc<Prediction>>,
    /// At work from the first complete draw on, where heads of attention are drawn for it.
    foretelling: Option<Foretelling>,
    /// At work from the first complete draw on, until everything is ranked by theory.
    advisor: Option<Advisor>,
    advice: Option<Arc<Advice>>,
    /// How advice is measured; `None` where it is not.
    counsel: Option<Counsel>,
    /// At work once the ensemble is complete.
    trials: Option<Trials>,
    steps: usize,
    settled: bool,
}

impl Engine {
    /// Prepares a request; no draw is made yet. Advice is theory's alone.
    #[must_use]
    pub fn new(spec: Arc<Spec>) -> Self {
        let (prediction, foretelling) = match sees_tokens(&spec) {
            true => (None, Foretelling::new(&spec).ok()),
            false => (predict(&spec).ok().map(Arc::new), None),
        };
        Self {
            ensemble: Ensemble::new(&spec),
            prediction,
            foretelling,
            advisor: Some(Advisor::new(Arc::clone(&spec))),
            advice: None,
            counsel: None,
            trials: None,
            steps: 0,
            settled: false,
            spec,
        }
    }

    /// The same, with advice that is measured.
    #[must_use]
    pub fn advising(spec: Arc<Spec>, counsel: Counsel) -> Self {
        Self {
            counsel: Some(counsel),
            ..Self::new(spec)
        }
    }

    /// Does a bounded piece of work (milliseconds) on the current thread pool.
    pub fn step(&mut self) {
        if self.settled {
            return;
        }
        self.steps += 1;
        let begun = self.ensemble.draws() > 0 || self.steps > PATIENCE;
        if begun && let Some(foretelling) = &mut self.foretelling {
            let curve = foretelling.advance();
            if !matches!(curve, Ok(None)) {
                let curve = curve.ok().flatten();
                self.prediction = curve.map(|curve| Arc::new(of_stages(curve)));
                self.foretelling = None;
            }
        } else if begun && let Some(advisor) = &mut self.advisor {
            if let Some(advice) = advisor.step() {
                self.advice = Some(Arc::new(advice));
                self.advisor = None;
            }
        } else if !self.ensemble.is_settled() {
            self.ensemble.step();
        } else if self.trials.is_none() {
            self.settle();
        } else if let Some(trials) = &mut self.trials {
            trials.step();
            self.advice = Some(trials.advice());
            self.settled = trials.is_done();
        }
    }

    /// What follows once both the ensemble and the ranking are complete.
    fn settle(&mut self) {
        let Some(advice) = self.advice.clone() else {
            return;
        };
        if !self.ensemble.prepare(self.ensemble.draws()) {
            return;
        }
        match self.counsel {
            Some(counsel) => {
                let trials = Trials::new((*advice).clone(), &self.ensemble, counsel);
                self.advice = Some(trials.advice());
                self.settled = trials.is_done();
                self.trials = Some(trials);
            }
            None => {
                let curves = self.ensemble.curves(self.draws());
                if judge(&curves).is_healthy() {
                    let advice = Arc::unwrap_or_clone(advice);
                    let remedy = Remedy::Needless;
                    self.advice = Some(Arc::new(Advice { remedy, ..advice }));
                }
                self.settled = true;
            }
        }
    }

    /// Lets go of draws that are not complete, and of their memory; they begin anew with the next step.
    pub fn rest(&mut self) {
        self.ensemble.rest();
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// Draws that are complete (all of the first so many).
    #[must_use]
    pub fn draws(&self) -> usize {
        self.ensemble.draws()
    }

    /// Whether it is known what theory would type instead and, once all draws are made, whether anything has to be measured.
    #[must_use]
    pub fn is_advised(&self) -> bool {
        let begun = self.settled || self.trials.is_some();
        self.advice.is_some() && (begun || !self.ensemble.is_settled())
    }

    /// What is being measured beside the network itself.
    #[must_use]
    pub fn trial(&self) -> Option<&str> {
        match &self.advice.as_deref()?.remedy {
            Remedy::Measuring(label) => Some(label),
            _ => None,
        }
    }

    /// Share of the work on the network itself that is done at least, 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f64 {
        if self.ensemble.is_settled() {
            1.0
        } else {
            self.draws() as f64 / self.ensemble.target() as f64
        }
    }

    /// What is known now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.snapshot_of(self.draws())
    }

    /// What the first `draws` draws say (at most those complete); with none, what the first draw has reached.
    #[must_use]
    pub fn snapshot_of(&self, draws: usize) -> Snapshot {
        let draws = draws.min(self.draws());
        let layers = self.ensemble.layers(draws).into_owned();
        let phase = match (draws, self.settled && draws == self.draws()) {
            (0, _) => Phase::First,
            (_, false) => Phase::Refining,
            (_, true) => Phase::Settled,
        };
        let mut snapshot = Snapshot {
            phase,
            draws_target: self.ensemble.target(),
            prediction: self.prediction.clone(),
            advice: self.advice.clone(),
            ..measured(&self.spec, draws, layers, self.ensemble.inputs(draws))
        };
        snapshot.verdict = snapshot.curves().as_ref().map(judge);
        let theory = self.advice.as_ref().map(|advice| &advice.present.outlook);
        if let (Some(verdict), Some(Ok(theory))) = (&mut snapshot.verdict, theory) {
            verdict.expect_beyond(&theory.verdict);
        }
        snapshot
    }

    /// Runs to the end.
    #[must_use]
    pub fn run(mut self) -> Snapshot {
        while !self.settled {
            self.step();
        }
        self.snapshot()
    }
}
