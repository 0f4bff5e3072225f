//! Several networks trained side by side, as a resumable state machine.
//!
//! ```
//! use std::sync::Arc;
//! use initscope::engine::training::{Outcome, Trainings};
//! use initscope::net::recipe::{Rate, Recipe};
//! use initscope::train::plan::Plan;
//!
//! let recipe = Recipe { rate: Rate::Fixed(0.1), steps: 100, ..Recipe::default() };
//! let plan = Plan::new(&"tanh/glorot_normal 32x3".parse()?, &recipe)?;
//! let snapshot = Trainings::new(vec![Arc::new(plan)], 0).run();
//! assert_eq!(snapshot.entrants[0].best().outcome(), Some(Outcome::Learns));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::VecDeque;
use std::sync::Arc;

use rayon::prelude::*;

use crate::math::team::Team;
use crate::net::spec::MEMORY_LIMIT;
use crate::train::plan::Plan;
use crate::train::record::Record;
use crate::train::training::Training;

mod outcome;
mod presets;

pub use outcome::{Outcome, STALLED, uncertainty_left};
pub use presets::{PRESETS, Preset};

/// Multiplications of one call of [`Trainings::step`] for each network in training, about: a few milliseconds on one core.
const QUANTUM: u64 = 1 << 27;

/// Every plan's runs at every rate, on their way.
///
/// The result depends on the plans alone, not on the number of threads.
#[derive(Debug)]
pub struct Trainings {
    generation: u64,
    entrants: Vec<Entrant>,
    waiting: VecDeque<Place>,
    running: Vec<Running>,
}

/// Where a training belongs: entrant, rate, run.
type Place = [usize; 3];

#[derive(Debug)]
struct Running {
    place: Place,
    bytes: u64,
    /// Steps that one call makes.
    steps: u64,
    training: Training,
}

impl Trainings {
    /// Prepares the trainings of these plans; no network is made yet.
    #[must_use]
    pub fn new(plans: Vec<Arc<Plan>>, generation: u64) -> Self {
        let entrants: Vec<Entrant> = plans.into_iter().map(Entrant::new).collect();
        let mut waiting = VecDeque::new();
        for (e, entrant) in entrants.iter().enumerate() {
            for (r, rate) in entrant.rates.iter().enumerate() {
                waiting.extend((0..rate.runs.len()).map(|run| [e, r, run]));
            }
        }
        Self {
            generation,
            entrants,
            waiting,
            running: Vec::new(),
        }
    }

    /// Does a bounded piece of work on the current thread pool: some steps of every network that fits into memory.
    pub fn step(&mut self) {
        self.admit();
        let threads = rayon::current_num_threads();
        if self.running.len() < threads {
            for running in &mut self.running {
                running.advance(Team::Pool);
            }
        } else {
            self.running
                .par_iter_mut()
                .for_each(|running| running.advance(Team::Alone));
        }
        for running in &self.running {
            let [e, r, run] = running.place;
            self.entrants[e].rates[r].runs[run] = Run {
                record: Arc::clone(running.training.record()),
                done: running.training.is_done(),
            };
        }
        self.running.retain(|running| !running.training.is_done());
    }

    /// Starts as many waiting trainings as memory allows.
    fn admit(&mut self) {
        let mut bytes: u64 = self.running.iter().map(|running| running.bytes).sum();
        while let Some(place) = self.waiting.front() {
            let entrant = &self.entrants[place[0]];
            let need = entrant.plan.memory_bytes();
            if !self.running.is_empty() && bytes + need > MEMORY_LIMIT {
                return;
            }
            let [_, r, run] = *place;
            let rate = entrant.rates[r].rate;
            let place = self.waiting.pop_front().expect("there is a front");
            self.running.push(Running {
                place,
                bytes: need,
                steps: (QUANTUM / entrant.plan.step_cost().max(1)).max(1),
                training: Training::new(Arc::clone(&entrant.plan), run as u32, rate),
            });
            bytes += need;
        }
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.waiting.is_empty() && self.running.is_empty()
    }

    /// Steps made and steps asked for, over all networks; a training that diverged has made all of its steps.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        let runs = self.entrants.iter().flat_map(|entrant| {
            let steps = entrant.plan.recipe().steps;
            let runs = entrant.rates.iter().flat_map(|rate| &rate.runs);
            runs.map(move |run| {
                let made = if run.done {
                    steps
                } else {
                    run.record.losses.len()
                };
                (made, steps)
            })
        });
        runs.fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    }

    /// What is known now.
    #[must_use]
    pub fn snapshot(&self) -> TrainingSnapshot {
        TrainingSnapshot {
            generation: self.generation,
            settled: self.is_settled(),
            entrants: self.entrants.clone(),
        }
    }

    /// Runs to the end.
    #[must_use]
    pub fn run(mut self) -> TrainingSnapshot {
        while !self.is_settled() {
            self.step();
        }
        self.snapshot()
    }
}

impl Running {
    fn advance(&mut self, team: Team) {
        for _ in 0..self.steps {
            self.training.advance(team);
        }
    }
}

/// What is known of several trainings at one moment.
#[derive(Clone, Debug)]
pub struct TrainingSnapshot {
    /// Number of the request that this answers.
    pub generation: u64,
    /// Whether nothing more will come.
    pub settled: bool,
    /// One for every plan, in their order.
    pub entrants: Vec<Entrant>,
}

/// One plan and its trainings.
#[derive(Clone, Debug)]
pub struct Entrant {
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
    /// What it has told so far.
    pub record: Arc<Record>,
    /// Whether it is over.
    pub done: bool,
}

impl Entrant {
    fn new(plan: Arc<Plan>) -> Self {
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
