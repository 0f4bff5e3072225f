//! Networks trained side by side as they are asked for: prepared at once, trained as far and as long as it is wanted.

use std::sync::Arc;

use crate::engine::training::{Contestant, Run, TrainingSnapshot, Trainings, check};
use crate::net::recipe::Recipe;
use crate::net::spec::Spec;
use crate::train::plan::{Plan, PlanError};

/// What to train.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingRequest {
    /// Side by side.
    pub specs: Vec<Arc<Spec>>,
    /// How all of them are trained.
    pub recipe: Recipe,
    /// Whether steps may be made; else what is known already is asked for.
    pub train: bool,
}

impl TrainingRequest {
    /// Whether the answers are the same in the end.
    #[must_use]
    pub fn is_about(&self, other: &Self) -> bool {
        self.specs == other.specs && self.recipe == other.recipe
    }
}

/// What is known of a request.
#[derive(Clone, Debug)]
pub struct TrainingNews {
    /// What was asked for.
    pub request: TrainingRequest,
    /// For each spec its training, or why there is none.
    pub networks: Vec<Result<Contestant, PlanError>>,
    /// Seconds of training since this was asked for first, and steps made in them, where somebody has counted; what was measured
    /// before step 1 is left out.
    pub spent: Option<(f64, usize)>,
}

impl TrainingNews {
    /// Whether nothing more can come, however long it is asked for.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.runs().all(|run| run.done)
    }

    /// The trainings, without what cannot be trained.
    #[must_use]
    pub fn snapshot(&self) -> TrainingSnapshot {
        TrainingSnapshot {
            settled: self.is_settled(),
            contestants: self.networks.iter().flatten().cloned().collect(),
        }
    }

    /// Whether any step is made.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        let begun = |run: &Run| !run.record.losses.is_empty() || run.done;
        self.runs().any(begun)
    }

    fn runs(&self) -> impl Iterator<Item = &Run> {
        let trained = self.networks.iter().flatten();
        trained.flat_map(|e| e.rates.iter().flat_map(|rate| &rate.runs))
    }
}

/// A request on its way.
#[derive(Debug)]
pub struct Session {
    request: TrainingRequest,
    /// The contestant of each spec.
    places: Vec<Result<usize, PlanError>>,
    trainings: Trainings,
    seconds: Option<f64>,
    /// Whether the last piece of work was training.
    trained: bool,
    /// Steps that were made before this was asked for.
    before: usize,
}

impl Session {
    /// Prepares a request; what an earlier one has made of the same network by the same recipe is kept.
    #[must_use]
    pub fn new(request: TrainingRequest, before: Option<Self>) -> Self {
        if let Some(before) = before {
            if before.request.is_about(&request) {
                return Self { request, ..before };
            }
            return Self::prepared(request, Some(before.trainings));
        }
        Self::prepared(request, None)
    }

    fn prepared(request: TrainingRequest, before: Option<Trainings>) -> Self {
        let mut plans = Vec::new();
        let mut places = Vec::new();
        for spec in &request.specs {
            places.push(Plan::new(spec, &request.recipe).map(|plan| {
                plans.push(Arc::new(plan));
                plans.len() - 1
            }));
        }
        if let Err(error) = check(&plans, 0) {
            plans.clear();
            for place in places.iter_mut().filter(|place| place.is_ok()) {
                *place = Err(error.clone());
            }
        }
        let trainings = Trainings::resumed(plans, before);
        Self {
            request,
            places,
            before: trainings.progress().made,
            trainings,
            seconds: None,
            trained: false,
        }
    }

    /// What is asked for.
    #[must_use]
    pub fn request(&self) -> &TrainingRequest {
        &self.request
    }

    /// Whether nothing more will come of this request.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.request.train || self.trainings.is_settled()
    }

    /// Does a bounded piece of work (some milliseconds a network, a step at least) on the current thread pool.
    pub fn step(&mut self) {
        if !self.is_complete() {
            self.trained = !self.trainings.is_measuring();
            self.trainings.step();
        }
    }

    /// Hears how many seconds the last piece of work took.
    pub fn spend(&mut self, seconds: f64) {
        if self.trained {
            *self.seconds.get_or_insert(0.0) += seconds;
        }
    }

    /// Goes on until every network has made so many steps, and tells what was known then: it does not depend on the threads.
    #[must_use]
    pub fn advance_to(&mut self, steps: usize) -> TrainingNews {
        while !self.is_complete() && self.trainings.is_before(steps) {
            self.step();
        }
        let mut news = self.answer();
        for contestant in news.networks.iter_mut().flatten() {
            let asked = contestant.plan.recipe().steps;
            let rates = contestant.rates.iter_mut();
            for run in rates.flat_map(|rate| &mut rate.runs) {
                let record = run.record.until(steps);
                run.done = record.diverged.is_some() || record.losses.len() == asked;
                run.record = Arc::new(record);
            }
        }
        news
    }

    /// What is known now.
    #[must_use]
    pub fn answer(&self) -> TrainingNews {
        let known = self.trainings.snapshot().contestants;
        let networks = self.places.iter().map(|place| match place {
            Ok(place) => Ok(known[*place].clone()),
            Err(why) => Err(why.clone()),
        });
        let made = self.trainings.progress().made.saturating_sub(self.before);
        TrainingNews {
            request: self.request.clone(),
            networks: networks.collect(),
            spent: self.seconds.map(|seconds| (seconds, made)),
        }
    }
}
