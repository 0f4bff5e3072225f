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
//! let snapshot = Trainings::new(vec![Arc::new(plan)]).run();
//! assert_eq!(snapshot.contestants[0].best().outcome(), Some(Outcome::Learns));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::VecDeque;
use std::sync::Arc;

use rayon::prelude::*;

use crate::math::team::Team;
use crate::net::spec::caps;
use crate::train::plan::Plan;
use crate::train::training::Training;
use start::Measurement;

mod contestant;
mod memory;
mod outcome;
mod presets;
mod session;
mod start;

pub use contestant::{AtRate, Contestant, Progress, Run, TrainingSnapshot};
pub use memory::{check, memory_bytes};
pub use outcome::{Outcome, STALLED, uncertainty_left};
pub use presets::{PRESETS, Preset};
pub use session::{Session, TrainingNews, TrainingRequest};
pub use start::Start;

/// Multiplications of one call of [`Trainings::step`] for each network in training, about: a few milliseconds on one core.
const QUANTUM: u64 = 1 << 27;

/// Networks being measured at once, and in training where they [take turns](Trainings::in_turns), for each thread.
const SLOTS: usize = 2;

/// Every plan's runs at every rate, on their way: run 0 of all of them first. Every network is measured before step 1, by the
/// simulation, before any is trained.
///
/// The result depends on the plans alone, not on the number of threads.
#[derive(Debug)]
pub struct Trainings {
    contestants: Vec<Contestant>,
    /// Entrants and runs that are to be measured: a network is the same at every rate.
    unmeasured: VecDeque<[usize; 2]>,
    measuring: Vec<Measuring>,
    waiting: VecDeque<RunIndex>,
    running: Vec<Running>,
    /// Bytes of the data, and of what all trainings will have told.
    kept: u64,
    /// Whether some wait for others, so that a step stays short.
    in_turns: bool,
}

/// Where a training belongs: contestant, rate, run.
type RunIndex = [usize; 3];

#[derive(Debug)]
struct Measuring {
    contestant: usize,
    run: usize,
    measurement: Measurement,
}

#[derive(Debug)]
struct Running {
    place: RunIndex,
    bytes: u64,
    /// Steps that one call makes.
    steps: u64,
    training: Training,
}

impl Trainings {
    /// Prepares the trainings of these plans, all side by side; no network is made yet.
    #[must_use]
    pub fn new(plans: Vec<Arc<Plan>>) -> Self {
        Self::with(plans.into_iter().map(Contestant::new).collect())
    }

    /// The same, a few at a time.
    #[must_use]
    pub fn in_turns(plans: Vec<Arc<Plan>>) -> Self {
        Self {
            in_turns: true,
            ..Self::new(plans)
        }
    }

    /// The trainings of these plans, side by side; those that are begun already go on.
    #[must_use]
    pub fn resumed(plans: Vec<Arc<Plan>>, before: Option<Self>) -> Self {
        let (mut known, running) = before.map_or_else(Default::default, |before| {
            let known: Vec<Option<Contestant>> = before.contestants.into_iter().map(Some).collect();
            (known, before.running)
        });
        let mut moved = vec![None; known.len()];
        let mut contestants = Vec::new();
        for (place, plan) in plans.into_iter().enumerate() {
            let same = |contestant: &Contestant| {
                let other = &contestant.plan;
                other.spec() == plan.spec() && other.recipe() == plan.recipe()
            };
            let found = known.iter().position(|e| e.as_ref().is_some_and(same));
            let contestant = found.and_then(|old| {
                moved[old] = Some(place);
                known[old].take()
            });
            contestants.push(contestant.unwrap_or_else(|| Contestant::new(plan)));
        }
        let mut trainings = Self::with(contestants);
        trainings.running = running
            .into_iter()
            .filter_map(|running| {
                let [e, rate, run] = running.place;
                let place = [moved[e]?, rate, run];
                Some(Running { place, ..running })
            })
            .collect();
        let running = &trainings.running;
        let waits = |place: &RunIndex| running.iter().all(|running| running.place != *place);
        trainings.waiting.retain(waits);
        trainings
    }

    fn runs(&self) -> impl Iterator<Item = &Run> {
        let rates = self
            .contestants
            .iter()
            .flat_map(|contestant| &contestant.rates);
        rates.flat_map(|rate| &rate.runs)
    }

    /// Whether a training has not come to this step yet.
    #[must_use]
    pub fn is_before(&self, step: usize) -> bool {
        self.runs().any(|run| {
            let record = &run.record;
            !run.done && (run.start.is_none() || record.losses.len() < step)
        })
    }

    fn with(contestants: Vec<Contestant>) -> Self {
        let mut waiting = Vec::new();
        let mut unmeasured = Vec::new();
        for (e, contestant) in contestants.iter().enumerate() {
            let runs = contestant.rates[0].runs.iter().enumerate();
            let unknown = runs.filter(|(_, run)| run.start.is_none());
            unmeasured.extend(unknown.map(|(run, _)| [e, run]));
            for (r, rate) in contestant.rates.iter().enumerate() {
                let runs = rate.runs.iter().enumerate();
                let left = runs.filter(|(_, run)| !run.done);
                waiting.extend(left.map(|(run, _)| [e, r, run]));
            }
        }
        waiting.sort_by_key(|[_, _, run]| *run);
        unmeasured.sort_by_key(|[_, run]| *run);
        Self {
            kept: memory::kept(contestants.iter().map(|contestant| &*contestant.plan)),
            contestants,
            unmeasured: unmeasured.into(),
            measuring: Vec::new(),
            waiting: waiting.into(),
            running: Vec::new(),
            in_turns: false,
        }
    }

    /// Whether networks are being measured: the next [`step`](Self::step) trains none.
    #[must_use]
    pub fn is_measuring(&self) -> bool {
        !self.unmeasured.is_empty() || !self.measuring.is_empty()
    }

    /// Does a bounded piece of work on the current thread pool: a part of some measurements, or some steps of every network that
    /// is in training.
    pub fn step(&mut self) {
        if self.is_measuring() {
            self.measure();
        } else {
            self.train();
        }
    }

    fn measure(&mut self) {
        let threads = rayon::current_num_threads();
        let slots = SLOTS * threads;
        while self.measuring.len() < slots {
            let Some([contestant, run]) = self.unmeasured.front().copied() else {
                break;
            };
            let spec = self.contestants[contestant].plan.spec();
            if self.measuring.len() >= spec.draws_beside(self.kept, slots) {
                break;
            }
            self.unmeasured.pop_front();
            let measurement = Measurement::new(spec, run);
            self.measuring.push(Measuring {
                contestant,
                run,
                measurement,
            });
        }
        if self.measuring.len() < threads {
            for measuring in &mut self.measuring {
                measuring.measurement.advance(Team::Pool);
            }
        } else {
            self.measuring
                .par_iter_mut()
                .for_each(|measuring| measuring.measurement.advance(Team::Alone));
        }
        let contestants = &mut self.contestants;
        self.measuring.retain(|measuring| {
            let start = measuring.measurement.start().map(Arc::new);
            if let Some(start) = &start {
                for rate in &mut contestants[measuring.contestant].rates {
                    rate.runs[measuring.run].start = Some(Arc::clone(start));
                }
            }
            start.is_none()
        });
    }

    fn train(&mut self) {
        self.admit(Vec::new());
        let threads = rayon::current_num_threads();
        // a record that nobody else holds grows where it is
        for running in &self.running {
            let [e, r, run] = running.place;
            self.contestants[e].rates[r].runs[run].record = Arc::default();
        }
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
            let run = &mut self.contestants[e].rates[r].runs[run];
            run.record = Arc::clone(running.training.record());
            run.done = running.training.is_done();
        }
        let (done, running) = std::mem::take(&mut self.running)
            .into_iter()
            .partition(|running| running.training.is_done());
        self.running = running;
        self.admit(done);
    }

    /// Starts as many waiting trainings as memory and turns allow, in the memory of those that have finished where they are of the same plan.
    fn admit(&mut self, mut finished: Vec<Running>) {
        let slots = if self.in_turns {
            SLOTS * rayon::current_num_threads()
        } else {
            usize::MAX
        };
        let mut bytes: u64 = self.running.iter().map(|running| running.bytes).sum();
        while self.running.len() < slots {
            let Some([e, r, run]) = self.waiting.front().copied() else {
                return;
            };
            let contestant = &self.contestants[e];
            let need = contestant.plan.memory_bytes();
            if !self.running.is_empty() && self.kept + bytes + need > caps().memory {
                return;
            }
            self.waiting.pop_front();
            let (plan, rate) = (&contestant.plan, contestant.rates[r].rate);
            let same = |done: &Running| Arc::ptr_eq(done.training.plan(), plan);
            let training = match finished.iter().position(same) {
                Some(at) => {
                    let mut training = finished.swap_remove(at).training;
                    training.restart(run as u32, rate);
                    training
                }
                None => {
                    finished.clear();
                    Training::new(Arc::clone(plan), run as u32, rate)
                }
            };
            self.running.push(Running {
                place: [e, r, run],
                bytes: need,
                steps: (QUANTUM / plan.step_cost().max(1)).max(1),
                training,
            });
            bytes += need;
        }
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        !self.is_measuring() && self.waiting.is_empty() && self.running.is_empty()
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress::of(&self.contestants)
    }

    /// What is known now.
    #[must_use]
    pub fn snapshot(&self) -> TrainingSnapshot {
        TrainingSnapshot {
            settled: self.is_settled(),
            contestants: self.contestants.clone(),
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
            if self.training.is_done() {
                return;
            }
            self.training.advance(team);
        }
    }
}
