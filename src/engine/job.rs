//! Every kind of work as a job: started by a request, done in bounded steps, asked at any time what it knows.

use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::advice::Counsel;
use crate::engine::atlas::{Atlas, AtlasRequest, AtlasSnapshot};
use crate::engine::depth::{DepthNews, DepthRequest, DepthSearch};
use crate::engine::factors::{Experiment, Extent, FactorsNews, FactorsRequest};
use crate::engine::phase_map::{PhaseMap, PhaseMapSnapshot, PhaseRequest};
use crate::engine::pins::{Pins, PinsRequest, PinsSnapshot};
use crate::engine::scaling::{ScalingNews, WidthScan, is_alike};
use crate::engine::snapshot::{Phase, Snapshot};
use crate::engine::training::{Session, TrainingNews, TrainingRequest};
use crate::net::spec::Spec;

/// Answers of a training from its start to its end, where it is told of in [portions](Job::portion).
const TRAINING_PORTIONS: usize = 20;

/// Work that is done in bounded steps.
pub trait Job: Sized + Send + 'static {
    /// What is asked.
    type Request: Clone + std::fmt::Debug + PartialEq + Send + 'static;
    /// What is known at one moment.
    type Answer: Send + Sync + 'static;
    /// Whether the next job can use what a finished one has computed, so that it is kept.
    const REUSED: bool = true;

    /// Prepares a request; what the job before it has computed of the same is kept.
    fn start(request: Self::Request, before: Option<Self>) -> Self;
    /// Whether nothing more will come.
    fn is_done(&self) -> bool;
    /// A bounded piece of work on the current thread pool.
    fn step(&mut self);
    /// What is known now.
    fn answer(&self) -> Self::Answer;

    /// Counts what is worth showing at once, without waiting for the next frame.
    fn milestones(&self) -> usize {
        0
    }

    /// Whether every frame of its work is worth an answer.
    fn is_newsworthy(&self) -> bool {
        true
    }

    /// Hears how many seconds the last step took.
    fn spend(&mut self, _: f64) {}

    /// Whether the answers to both requests are about the same, so that those to one serve for the other.
    fn is_about(request: &Self::Request, other: &Self::Request) -> bool {
        request == other
    }

    /// Whether nothing more will come of a request after this answer.
    fn is_last(request: &Self::Request, answer: &Self::Answer) -> bool;

    /// The portion of the work that follows the one told last; portions are the same on every machine.
    fn next_portion(&self, told: Option<usize>) -> usize {
        told.map_or(0, |portion| portion + 1)
    }

    /// Goes on to the end of a portion and tells what is known there; by default everything is one portion.
    fn portion(&mut self, _: usize) -> Self::Answer {
        while !self.is_done() {
            self.step();
        }
        self.answer()
    }

    /// Whether a request about the same goes on with the portions of the one before it.
    const PORTIONS_GO_ON: bool = false;
}

/// The simulation of one network. A portion ends when the number of complete draws has doubled (1, 2, 4, ...) and there is advice.
impl Job for Engine {
    type Request = Arc<Spec>;
    type Answer = Snapshot;
    const REUSED: bool = false;

    fn start(spec: Arc<Spec>, _: Option<Self>) -> Self {
        Self::advising(spec, Counsel::default())
    }

    fn is_done(&self) -> bool {
        self.is_settled()
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn answer(&self) -> Snapshot {
        self.snapshot()
    }

    /// The first complete measured curve.
    fn milestones(&self) -> usize {
        usize::from(self.draws() > 0)
    }

    fn is_last(_: &Arc<Spec>, answer: &Snapshot) -> bool {
        answer.phase == Phase::Settled
    }

    fn portion(&mut self, portion: usize) -> Snapshot {
        let draws = 1 << portion;
        while !self.is_settled() && (self.draws() < draws || !self.is_advised()) {
            Self::step(self);
        }
        self.snapshot_of(draws)
    }
}

impl Job for PhaseMap {
    type Request = PhaseRequest;
    type Answer = PhaseMapSnapshot;

    fn start(request: PhaseRequest, before: Option<Self>) -> Self {
        Self::new(request, before)
    }

    fn is_done(&self) -> bool {
        self.is_complete()
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn answer(&self) -> PhaseMapSnapshot {
        self.snapshot()
    }

    /// The map is that of the activation; the reading belongs to one network on it.
    fn is_about(request: &PhaseRequest, other: &PhaseRequest) -> bool {
        request.plane == other.plane && request.spec.activation() == other.spec.activation()
    }

    fn is_last(request: &PhaseRequest, answer: &PhaseMapSnapshot) -> bool {
        let edge = answer.reading.as_ref().and_then(|r| r.edge.as_ref());
        answer.spec == request.spec && edge.is_some()
    }
}

impl Job for Pins {
    type Request = PinsRequest;
    type Answer = PinsSnapshot;

    fn start(request: PinsRequest, before: Option<Self>) -> Self {
        Self::new(&request, before)
    }

    fn is_done(&self) -> bool {
        self.is_complete()
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn answer(&self) -> PinsSnapshot {
        self.snapshot()
    }

    fn milestones(&self) -> usize {
        Self::milestones(self)
    }

    fn is_about(request: &PinsRequest, other: &PinsRequest) -> bool {
        request.specs == other.specs
    }

    fn is_last(request: &PinsRequest, answer: &PinsSnapshot) -> bool {
        !request.measure || answer.iter().all(|known| known.phase == Phase::Settled)
    }
}

impl Job for Atlas {
    type Request = AtlasRequest;
    type Answer = AtlasSnapshot;

    fn start(request: AtlasRequest, before: Option<Self>) -> Self {
        Self::new(request, before)
    }

    fn is_done(&self) -> bool {
        self.is_complete()
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn answer(&self) -> AtlasSnapshot {
        self.snapshot()
    }

    fn is_last(_: &AtlasRequest, answer: &AtlasSnapshot) -> bool {
        answer.is_complete()
    }
}

/// What matters, around a network. A portion ends when one more run of every network is over; the first, of no run, when all
/// are measured before step 1.
impl Job for Experiment {
    type Request = FactorsRequest;
    type Answer = FactorsNews;

    fn start(request: FactorsRequest, before: Option<Self>) -> Self {
        Self::new(request, before)
    }

    fn is_done(&self) -> bool {
        self.is_complete()
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn answer(&self) -> FactorsNews {
        Self::answer(self)
    }

    fn spend(&mut self, seconds: f64) {
        Self::spend(self, seconds);
    }

    fn is_about(request: &FactorsRequest, other: &FactorsRequest) -> bool {
        request.is_about(other)
    }

    fn is_last(request: &FactorsRequest, answer: &FactorsNews) -> bool {
        match request.extent {
            Extent::Design => true,
            Extent::Start => answer.is_measured(),
            Extent::Training => answer.is_settled(),
        }
    }

    fn portion(&mut self, runs: usize) -> FactorsNews {
        self.advance_to(runs)
    }
}

/// Networks in training. A portion ends when a twentieth of the steps is made; the first has none.
impl Job for Session {
    type Request = TrainingRequest;
    type Answer = TrainingNews;
    const PORTIONS_GO_ON: bool = true;

    fn start(request: TrainingRequest, before: Option<Self>) -> Self {
        Self::new(request, before)
    }

    fn is_done(&self) -> bool {
        self.is_complete()
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn answer(&self) -> TrainingNews {
        Self::answer(self)
    }

    fn spend(&mut self, seconds: f64) {
        Self::spend(self, seconds);
    }

    fn is_about(request: &TrainingRequest, other: &TrainingRequest) -> bool {
        request.is_about(other)
    }

    fn is_last(request: &TrainingRequest, answer: &TrainingNews) -> bool {
        !request.train || answer.is_settled()
    }

    fn next_portion(&self, told: Option<usize>) -> usize {
        told.map_or(0, |portion| portion + usize::from(self.request().train))
    }

    fn portion(&mut self, portion: usize) -> TrainingNews {
        let steps = self.request().recipe.steps * portion;
        self.advance_to(steps.div_ceil(TRAINING_PORTIONS))
    }
}

impl Job for DepthSearch {
    type Request = DepthRequest;
    type Answer = DepthNews;

    fn start(request: DepthRequest, before: Option<Self>) -> Self {
        Self::resume(request, before)
    }

    fn is_done(&self) -> bool {
        Self::is_done(self)
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn answer(&self) -> DepthNews {
        self.news()
    }

    fn milestones(&self) -> usize {
        Self::milestones(self)
    }

    /// What theory says, and the answer: nothing else is worth a frame.
    fn is_newsworthy(&self) -> bool {
        false
    }

    fn is_last(_: &DepthRequest, answer: &DepthNews) -> bool {
        answer.budget.is_measured()
    }
}

impl Job for WidthScan {
    type Request = Arc<Spec>;
    type Answer = ScalingNews;

    fn start(spec: Arc<Spec>, before: Option<Self>) -> Self {
        Self::new(spec, before)
    }

    fn is_done(&self) -> bool {
        self.is_settled()
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn answer(&self) -> ScalingNews {
        self.news()
    }

    fn milestones(&self) -> usize {
        self.measured()
    }

    fn is_about(request: &Arc<Spec>, other: &Arc<Spec>) -> bool {
        is_alike(request, other)
    }

    fn is_last(_: &Arc<Spec>, answer: &ScalingNews) -> bool {
        answer.snapshots.len() == answer.widths.len()
    }
}
