//! From a [`Spec`] to a stream of [`Snapshot`]s, as a resumable state machine.
//!
//! ```
//! use std::sync::Arc;
//! use initscope::engine::Engine;
//! use initscope::net::spec::{Draft, Spec};
//!
//! let spec = Spec::new(Draft { width: 32, depth: 4, ..Draft::default() }).unwrap();
//! let snapshot = Engine::new(Arc::new(spec), 1).run();
//! assert_eq!(snapshot.layers.len(), 4);
//! ```

pub mod advice;
pub mod agreement;
pub mod atlas;
pub mod factors;
pub mod phase_map;
pub mod pins;
pub mod prediction;
pub mod request;
pub mod snapshot;
pub mod summary;
pub mod training;
pub mod verdict;

use std::sync::Arc;

use rayon::prelude::*;

use crate::engine::advice::{Advice, Advisor};
use crate::engine::prediction::{Effort, predict};
use crate::engine::snapshot::{Phase, Prediction, Snapshot};
use crate::engine::summary::{inputs, layers, precision};
use crate::engine::verdict::{Curves, judge};
use crate::net::spec::{Draws, Spec};
use crate::sim::draw::{Draw, Plan};
use crate::sim::record::Record;
use crate::sim::team::Team;

/// Work of one step per draw in flight, in matrix entries times vectors of inputs: a few milliseconds on one core.
const QUANTUM: u64 = 3 << 20;

/// A draw that costs more than this is first computed by all cores together, so that the first complete curve comes early.
const LARGE: u64 = 32 << 20;

/// Steps after which advice no longer waits for the first complete draw.
const PATIENCE: usize = 64;

/// Draws after which an automatic ensemble is judged for the first time; it is judged again at every doubling.
const FIRST_JUDGEMENT: usize = 8;

/// One request on its way: theory at once, then draw after draw until the curves are known well enough.
///
/// The result depends on the spec alone, not on the number of threads: draws are keyed by their number, statistics are
/// computed over draws `0..n` in order, and whether `n` is enough is judged at fixed `n` only.
#[derive(Debug)]
pub struct Engine {
    spec: Arc<Spec>,
    generation: u64,
    plan: Arc<Plan>,
    prediction: Option<Arc<Prediction>>,
    /// At work from the first complete draw on, until there is advice.
    advisor: Option<Advisor>,
    advice: Option<Arc<Advice>>,
    steps: usize,
    running: Vec<Draw>,
    /// Finished draws whose memory the next ones take.
    idle: Vec<Draw>,
    /// Finished draws by number.
    finished: Vec<Option<Record>>,
    /// Leading draws that are all finished.
    complete: usize,
    next: usize,
    target: usize,
    judge_at: Option<usize>,
    settled: bool,
}

impl Engine {
    /// Prepares a request; no draw is made yet.
    #[must_use]
    pub fn new(spec: Arc<Spec>, generation: u64) -> Self {
        let automatic = spec.draws() == Draws::Auto;
        Self {
            plan: Arc::new(Plan::new(&spec)),
            prediction: predict(&spec, Effort::Quick).ok().map(Arc::new),
            advisor: Some(Advisor::new(Arc::clone(&spec))),
            advice: None,
            steps: 0,
            target: spec.draws_target(),
            judge_at: automatic.then_some(FIRST_JUDGEMENT),
            spec,
            generation,
            running: Vec::new(),
            idle: Vec::new(),
            finished: Vec::new(),
            complete: 0,
            next: 0,
            settled: false,
        }
    }

    /// Does a bounded piece of work (milliseconds) on the current thread pool.
    pub fn step(&mut self) {
        if self.settled {
            return;
        }
        if self.prediction.as_ref().is_some_and(|p| p.rough) {
            self.prediction = predict(&self.spec, Effort::Full).ok().map(Arc::new);
            return;
        }
        self.steps += 1;
        if (self.complete > 0 || self.steps > PATIENCE) && self.counsel() {
            return;
        }
        let threads = rayon::current_num_threads();
        let cost = self.plan.cost();
        let together = cost > LARGE && self.complete == 0;
        let slots = if together {
            1
        } else {
            threads * (QUANTUM / cost.max(1)).clamp(1, 16) as usize
        };
        let slots = slots.min(self.spec.draws_in_flight(slots));
        while self.running.len() < slots && self.next < self.target {
            let index = self.next as u32;
            self.running.push(match self.idle.pop() {
                Some(mut draw) => {
                    draw.restart(index);
                    draw
                }
                None => Draw::new(Arc::clone(&self.plan), index),
            });
            self.finished.push(None);
            self.next += 1;
        }
        if together {
            self.running[0].advance(QUANTUM * threads as u64, Team::Pool);
        } else {
            self.running
                .par_iter_mut()
                .for_each(|draw| draw.advance(QUANTUM, Team::Alone));
        }
        let (done, running) = std::mem::take(&mut self.running)
            .into_iter()
            .partition(Draw::is_done);
        self.running = running;
        self.collect(done);
    }

    /// A piece of the advice's work; false when there is none left.
    fn counsel(&mut self) -> bool {
        let Some(advisor) = &mut self.advisor else {
            return false;
        };
        if let Some(advice) = advisor.step() {
            self.advice = Some(Arc::new(advice));
            self.advisor = None;
        }
        true
    }

    fn collect(&mut self, done: Vec<Draw>) {
        for mut draw in done {
            let index = draw.index() as usize;
            self.finished[index] = Some(draw.take_record());
            self.idle.push(draw);
        }
        while self
            .finished
            .get(self.complete)
            .is_some_and(Option::is_some)
        {
            self.complete += 1;
        }
        while let Some(at) = self
            .judge_at
            .filter(|at| *at <= self.complete && *at < self.target)
        {
            if precision(&layers(&self.records(at)), self.spec.width()).enough {
                self.stop_at(at);
                return;
            }
            self.judge_at = Some(2 * at);
        }
        if self.complete >= self.target {
            self.stop_at(self.target);
        }
    }

    fn stop_at(&mut self, draws: usize) {
        self.settled = true;
        while self.counsel() {}
        self.running.clear();
        self.idle.clear();
        self.finished.truncate(draws);
        self.complete = draws;
    }

    /// The first `draws` records.
    fn records(&self, draws: usize) -> Vec<&Record> {
        self.finished[..draws].iter().flatten().collect()
    }

    /// Lets go of draws that are not complete, and of their memory; they begin anew with the next step.
    pub fn rest(&mut self) {
        self.running = Vec::new();
        self.idle = Vec::new();
        self.finished.truncate(self.complete);
        self.next = self.complete;
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// Draws that are complete (all of the first so many).
    #[must_use]
    pub fn draws(&self) -> usize {
        self.complete
    }

    /// Whether it is known what to type instead.
    #[must_use]
    pub fn is_advised(&self) -> bool {
        self.advice.is_some()
    }

    /// Share of the work that is done at most, 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f64 {
        if self.settled {
            1.0
        } else {
            self.complete as f64 / self.target as f64
        }
    }

    /// What is known now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.snapshot_of(self.complete)
    }

    /// What the first `draws` draws say (at most those complete); with none, what the first draw has reached.
    #[must_use]
    pub fn snapshot_of(&self, draws: usize) -> Snapshot {
        let draws = draws.min(self.complete);
        let records = match draws {
            0 => self
                .running
                .iter()
                .filter(|d| d.index() == 0)
                .map(Draw::record)
                .collect(),
            _ => self.records(draws),
        };
        let layers = layers(&records);
        let phase = match (draws, self.settled && draws == self.complete) {
            (0, _) => Phase::First,
            (_, false) => Phase::Refining,
            (_, true) => Phase::Settled,
        };
        let inputs = inputs(&records);
        let curves = match &self.prediction {
            _ if draws > 0 => {
                Some(Curves::measured(&self.spec, &layers).seeing(&self.spec, inputs))
            }
            Some(prediction) => Some(Curves::expected(&self.spec, prediction)),
            None => None,
        };
        Snapshot {
            generation: self.generation,
            phase,
            draws,
            draws_target: self.target,
            overflow: layers
                .iter()
                .position(|l| l.z_second_moment.log10_mean == f64::INFINITY)
                .map(|i| i + 1),
            worst_se: precision(&layers, self.spec.width()).worst_se,
            prediction: self.prediction.clone(),
            advice: self.advice.clone(),
            verdict: curves.as_ref().map(judge),
            inputs,
            layers,
            spec: Arc::clone(&self.spec),
        }
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
