//! What is known of trainings at one moment.

use std::sync::Arc;

use crate::engine::training::{Outcome, Start, uncertainty_left};
use crate::train::plan::Plan;
use crate::train::record::Record;

/// What is known of several trainings at one moment.
#[derive(Clone, Debug)]
pub struct TrainingSnapshot {
    /// Whether nothing more will come.
    pub settled: bool,
    /// One for every plan, in their order.
    pub contestants: Vec<Contestant>,
}

/// One plan and its trainings.
#[derive(Clone, Debug)]
pub struct Contestant {
    /// What is trained, and how.
    pub plan: Arc<Plan>,
    /// One for every learning rate, ascending.
    pub rates: Vec<AtRate>,
}

/// The runs at one learning rate.
#[derive(Clone, Debug)]
pub struct AtRate {
    /// Learning rate.
    pub rate: f64,
    /// Runs `0..`, each from its own draw.
    pub runs: Vec<Run>,
    /// `-sum p ln p` of the classes, in nats: see [`Labels::entropy`](crate::net::input::Labels::entropy).
    pub entropy: f64,
}

/// One training.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The network before step 1, once it is measured.
    pub start: Option<Arc<Start>>,
    /// What it has told so far.
    pub record: Arc<Record>,
    /// Whether it is over.
    pub done: bool,
}

impl Contestant {
    pub(super) fn new(plan: Arc<Plan>) -> Self {
        let runs = vec![Run::default(); plan.recipe().runs];
        let rates = plan.recipe().rates().into_iter().map(|rate| AtRate {
            rate,
            runs: runs.clone(),
            entropy: plan.labels().entropy(),
        });
        Self {
            rates: rates.collect(),
            plan,
        }
    }

    /// The rate whose runs leave the least uncertainty; the smallest of equal ones.
    #[must_use]
    pub fn best(&self) -> &AtRate {
        self.rates
            .iter()
            .min_by(|a, b| a.left().total_cmp(&b.left()))
            .expect("a recipe has a rate")
    }
}

impl AtRate {
    /// Mean over runs of [`uncertainty_left`]; 1 for those that have made no step.
    #[must_use]
    pub fn left(&self) -> f64 {
        let left = self.runs.iter().map(|run| self.left_by(run));
        left.sum::<f64>() / self.runs.len() as f64
    }

    /// [`uncertainty_left`] of one run.
    #[must_use]
    pub fn left_by(&self, run: &Run) -> f64 {
        uncertainty_left(&run.record, self.entropy)
    }

    /// How one run ended, or stands; `None` before its first step.
    #[must_use]
    pub fn outcome_of(&self, run: &Run) -> Option<Outcome> {
        Outcome::of(&run.record, self.entropy)
    }

    /// How most runs ended, the better of two equally frequent; `None` before the first step.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        let of = |outcome| {
            let ended = self.runs.iter().filter_map(|run| self.outcome_of(run));
            ended.filter(|o| *o == outcome).count()
        };
        let counts = Outcome::ALL.map(|outcome| (of(outcome), outcome));
        let most = counts
            .iter()
            .map(|(count, _)| *count)
            .max()
            .filter(|n| *n > 0)?;
        counts
            .into_iter()
            .find(|(count, _)| *count == most)
            .map(|(_, outcome)| outcome)
    }

    /// Share of the runs that learn.
    #[must_use]
    pub fn share_that_learns(&self) -> f64 {
        let learns = |run: &&Run| self.outcome_of(run) == Some(Outcome::Learns);
        self.runs.iter().filter(learns).count() as f64 / self.runs.len() as f64
    }
}

fn runs(contestants: &[Contestant]) -> impl Iterator<Item = (&Run, &Plan)> {
    contestants.iter().flat_map(|contestant| {
        let all = contestant.rates.iter().flat_map(|rate| &rate.runs);
        all.map(|run| (run, &*contestant.plan))
    })
}

impl Run {
    /// What was known before step 1.
    #[must_use]
    pub fn untrained(&self) -> Self {
        Self {
            start: self.start.clone(),
            ..Self::default()
        }
    }

    /// Steps made and steps asked for; a training that diverged has made all of its steps.
    fn progress(&self, plan: &Plan) -> (usize, usize) {
        let asked = plan.recipe().steps;
        let made = if self.done {
            asked
        } else {
            self.record.losses.len()
        };
        (made, asked)
    }
}

/// What several trainings have come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Steps made; a training that diverged has made all of its steps.
    pub made: usize,
    /// Steps asked for.
    pub asked: usize,
    /// Networks that are measured before step 1.
    pub measured: usize,
    /// Networks.
    pub networks: usize,
    /// Runs that are over in every plan and at every rate: the first so many.
    pub runs: usize,
    /// Multiplications of the steps that are made, about.
    pub spent: u64,
    /// Multiplications of the steps that are left, about.
    pub cost: u64,
}

impl Progress {
    /// Of these trainings.
    #[must_use]
    pub fn of(contestants: &[Contestant]) -> Self {
        let mut progress = Self::default();
        for (run, plan) in runs(contestants) {
            let (made, asked) = run.progress(plan);
            progress.made += made;
            progress.asked += asked;
            progress.measured += usize::from(run.start.is_some());
            progress.networks += 1;
            progress.spent += made as u64 * plan.step_cost();
            progress.cost += (asked - made) as u64 * plan.step_cost();
        }
        let rates = contestants.iter().flat_map(|contestant| &contestant.rates);
        let done = |rate: &AtRate| rate.runs.iter().take_while(|run| run.done).count();
        progress.runs = rates.map(done).min().unwrap_or(0);
        progress
    }
}
