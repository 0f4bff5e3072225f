//! Background threads, one for every kind of request.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::Engine;
use crate::engine::advice::Counsel;
use crate::engine::atlas::{Atlas, AtlasRequest, AtlasSnapshot};
use crate::engine::depth::{DepthNews, DepthRequest, DepthSearch};
use crate::engine::factors::{Experiment, FactorsNews, FactorsRequest};
use crate::engine::phase_map::{PhaseMap, PhaseMapSnapshot, PhaseRequest};
use crate::engine::pins::{Pins, PinsRequest, PinsSnapshot};
use crate::engine::request::{Answer, Request, SimulationRequest, Work};
use crate::engine::snapshot::Snapshot;
use crate::engine::training::{Session, TrainingNews, TrainingRequest};
use crate::worker::background::{Background, Job};
use crate::worker::{Source, SourceError};

/// Works in threads of its own (and the rayon pool); dropping it ends them, each after its present step.
pub struct Threaded {
    simulation: Background<SimulationRequest, Snapshot>,
    map: Background<PhaseRequest, PhaseMapSnapshot>,
    pins: Background<PinsRequest, PinsSnapshot>,
    atlas: Background<AtlasRequest, AtlasSnapshot>,
    factors: Background<FactorsRequest, FactorsNews>,
    training: Background<TrainingRequest, TrainingNews>,
    depth: Background<DepthRequest, DepthNews>,
}

impl Threaded {
    /// Starts the threads; `news` is called from them whenever [`Source::news`] has something new.
    ///
    /// # Errors
    /// The operating system refused a thread.
    pub fn spawn(news: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        Self::spawn_with(news, |request| {
            Engine::advising(request.spec, request.generation, Counsel::default())
        })
    }

    /// [`spawn`](Self::spawn) with another way to start an engine, so that its failure can be tried.
    ///
    /// # Errors
    /// The operating system refused a thread.
    pub fn spawn_with(
        news: impl Fn() + Send + Sync + 'static,
        start: impl Fn(SimulationRequest) -> Engine + Send + 'static,
    ) -> std::io::Result<Self> {
        let news = Arc::new(news);
        let tell = || {
            let news = Arc::clone(&news);
            move || news()
        };
        Ok(Self {
            simulation: Background::spawn(Work::Simulation, tell(), move |request, _| {
                start(request)
            })?,
            map: Background::spawn(Work::PhaseMap, tell(), PhaseMap::new)?,
            pins: Background::spawn(Work::Pins, tell(), |request, before| {
                Pins::new(&request, before)
            })?,
            atlas: Background::spawn(Work::Atlas, tell(), Atlas::new)?,
            factors: Background::spawn(Work::Factors, tell(), Experiment::new)?,
            training: Background::spawn(Work::Training, tell(), Session::new)?,
            depth: Background::spawn(Work::Depth, tell(), DepthSearch::resume)?,
        })
    }
}

impl Source for Threaded {
    fn request(&mut self, request: Request) {
        match request {
            Request::Simulation(request) => self.simulation.request(request),
            Request::PhaseMap(request) => self.map.request(request),
            Request::Pins(request) => self.pins.request(request),
            Request::Atlas(request) => self.atlas.request(request),
            Request::Factors(request) => self.factors.request(request),
            Request::Training(request) => self.training.request(request),
            Request::Depth(request) => self.depth.request(request),
        }
    }

    fn hold(&mut self, work: Work) {
        match work {
            Work::Simulation => self.simulation.hold(),
            Work::PhaseMap => self.map.hold(),
            Work::Pins => self.pins.hold(),
            Work::Atlas => self.atlas.hold(),
            Work::Factors => self.factors.hold(),
            Work::Training => self.training.hold(),
            Work::Depth => self.depth.hold(),
        }
    }

    fn news(&mut self) -> Vec<Result<Answer, SourceError>> {
        let simulation = self
            .simulation
            .latest()
            .map(|new| new.map(Answer::Simulation));
        let map = self.map.latest().map(|new| new.map(Answer::PhaseMap));
        let pins = self.pins.latest().map(|new| new.map(Answer::Pins));
        let atlas = self.atlas.latest().map(|new| new.map(Answer::Atlas));
        let factors = self.factors.latest().map(|new| new.map(Answer::Factors));
        let training = self.training.latest().map(|new| new.map(Answer::Training));
        let depth = self.depth.latest().map(|new| new.map(Answer::Depth));
        [simulation, map, pins, atlas, factors, training, depth]
            .into_iter()
            .filter_map(Result::transpose)
            .collect()
    }
}

impl Job for Engine {
    type Answer = Snapshot;
    const REUSED: bool = false;

    fn is_done(&self) -> bool {
        self.is_settled()
    }

    /// The first complete measured curve.
    fn milestones(&self) -> usize {
        usize::from(self.draws() > 0)
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn answer(&self) -> Snapshot {
        self.snapshot()
    }
}

impl Job for Pins {
    type Answer = PinsSnapshot;
    const REUSED: bool = true;

    fn is_done(&self) -> bool {
        self.is_complete()
    }

    fn milestones(&self) -> usize {
        Self::milestones(self)
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn answer(&self) -> PinsSnapshot {
        self.snapshot()
    }
}

impl Job for Atlas {
    type Answer = AtlasSnapshot;
    const REUSED: bool = true;

    fn is_done(&self) -> bool {
        self.is_complete()
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn answer(&self) -> AtlasSnapshot {
        self.snapshot()
    }
}

impl Job for Experiment {
    type Answer = FactorsNews;
    const REUSED: bool = true;

    fn is_done(&self) -> bool {
        self.is_complete()
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn spend(&mut self, time: Duration) {
        self.spend(time.as_secs_f64());
    }

    fn answer(&self) -> FactorsNews {
        self.answer()
    }
}

impl Job for Session {
    type Answer = TrainingNews;
    const REUSED: bool = true;

    fn is_done(&self) -> bool {
        self.is_complete()
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn spend(&mut self, time: Duration) {
        self.spend(time.as_secs_f64());
    }

    fn answer(&self) -> TrainingNews {
        self.answer()
    }
}

impl Job for DepthSearch {
    type Answer = DepthNews;
    const REUSED: bool = true;

    fn is_done(&self) -> bool {
        Self::is_done(self)
    }

    /// What theory says, and the answer: nothing else is worth a frame.
    fn is_newsworthy(&self) -> bool {
        false
    }

    fn milestones(&self) -> usize {
        Self::milestones(self)
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn answer(&self) -> DepthNews {
        self.news()
    }
}

impl Job for PhaseMap {
    type Answer = PhaseMapSnapshot;
    const REUSED: bool = true;

    fn is_done(&self) -> bool {
        self.is_complete()
    }

    fn step(&mut self) {
        Self::step(self);
    }

    fn answer(&self) -> PhaseMapSnapshot {
        self.snapshot()
    }
}
