//! The caller's own thread: every call does a fixed piece of work, so that the same calls give the same answers.

use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::advice::Counsel;
use crate::engine::atlas::{Atlas, AtlasRequest};
use crate::engine::factors::{Experiment, FactorsNews};
use crate::engine::phase_map::{PhaseMap, PhaseRequest};
use crate::engine::pins::{Pins, PinsRequest};
use crate::engine::request::{Answer, Request, Work};
use crate::engine::snapshot::Snapshot;
use crate::engine::training::{Session, TrainingNews};
use crate::worker::{Source, SourceError};

/// Answers of a training from its start to its end.
const ANSWERS: usize = 20;

/// Computes when asked: every [`Source::news`] goes on with the simulation until the number of complete draws has doubled (1, 2, 4,
/// ...) and there is advice, with the experiment until one more run of every network is over (none at first, when all are measured
/// before step 1), with trainings until a twentieth of their steps is made (none at first), and with everything else until it is
/// complete.
///
/// How deep a network may be is not measured: a lecture does with what its curves and theory say.
///
/// Answers depend on the requests and the number of calls alone, not on the machine's speed or number of threads.
#[derive(Default)]
pub struct Inline {
    engine: Option<Engine>,
    draws: usize,
    map: Option<PhaseRequest>,
    asked: Option<PinsRequest>,
    pins: Option<Pins>,
    atlas: Option<AtlasRequest>,
    experiment: Option<Experiment>,
    /// Runs that are to be over at its next answer, while one is wanted.
    runs: Option<usize>,
    session: Option<Session>,
    /// Twentieths of its steps that were made at its last answer.
    twentieths: Option<usize>,
    /// Whether another answer is wanted.
    trains: bool,
}

impl Inline {
    /// The curves after twice as many draws; `None` when nothing more will come.
    pub fn simulate(&mut self) -> Option<Arc<Snapshot>> {
        let engine = self.engine.as_mut()?;
        while !engine.is_settled() && (engine.draws() < self.draws || !engine.is_advised()) {
            engine.step();
        }
        let snapshot = Arc::new(engine.snapshot_of(self.draws));
        if engine.is_settled() && engine.draws() <= self.draws {
            self.engine = None;
        } else {
            self.draws *= 2;
        }
        Some(snapshot)
    }

    fn training(&mut self) -> Option<Arc<TrainingNews>> {
        let session = self.session.as_mut().filter(|_| self.trains)?;
        let on = usize::from(session.request().train);
        let twentieths = self.twentieths.map_or(0, |made| made + on);
        let steps = (session.request().recipe.steps * twentieths).div_ceil(ANSWERS);
        let news = session.advance_to(steps);
        self.twentieths = Some(twentieths);
        self.trains = news.request.train && !news.is_settled();
        Some(Arc::new(news))
    }

    fn experiment(&mut self) -> Option<Arc<FactorsNews>> {
        let runs = self.runs.take()?;
        let experiment = self.experiment.as_mut()?;
        let news = experiment.advance_to(runs);
        self.runs = (news.request.measure && !news.is_settled()).then_some(runs + 1);
        Some(Arc::new(news))
    }
}

impl Source for Inline {
    fn request(&mut self, request: Request) {
        match request {
            Request::Simulation(request) => {
                self.engine = Some(Engine::advising(
                    request.spec,
                    request.generation,
                    Counsel::default(),
                ));
                self.draws = 1;
            }
            Request::PhaseMap(request) => self.map = Some(request),
            Request::Pins(request) => self.asked = Some(request),
            Request::Atlas(request) => self.atlas = Some(request),
            Request::Factors(request) => {
                self.experiment = Some(Experiment::new(request, self.experiment.take()));
                self.runs = Some(0);
            }
            Request::Training(request) => {
                let before = self.session.take();
                let same = |session: &Session| session.request().is_about(&request);
                if !before.as_ref().is_some_and(same) {
                    self.twentieths = None;
                }
                self.session = Some(Session::new(request, before));
                self.trains = true;
            }
            Request::Depth(_) => {}
        }
    }

    fn hold(&mut self, work: Work) {
        match work {
            Work::Simulation => self.engine = None,
            Work::PhaseMap => self.map = None,
            Work::Pins => self.asked = None,
            Work::Atlas => self.atlas = None,
            Work::Factors => self.runs = None,
            Work::Training => self.trains = false,
            Work::Depth => {}
        }
    }

    fn news(&mut self) -> Vec<Result<Answer, SourceError>> {
        let simulation = self.simulate().map(Answer::Simulation);
        let map = self
            .map
            .take()
            .map(|request| PhaseMap::new(request, None).run());
        let map = map.map(|map| Answer::PhaseMap(Arc::new(map)));
        let pins = self.asked.take().map(|request| {
            let mut pins = Pins::new(&request, self.pins.take());
            while !pins.is_complete() {
                pins.step();
            }
            let known = pins.snapshot();
            self.pins = Some(pins);
            Answer::Pins(Arc::new(known))
        });
        let atlas = self
            .atlas
            .take()
            .map(|request| Answer::Atlas(Arc::new(Atlas::new(request, None).run())));
        let factors = self.experiment().map(Answer::Factors);
        let training = self.training().map(Answer::Training);
        [simulation, map, pins, atlas, factors, training]
            .into_iter()
            .flatten()
            .map(Ok)
            .collect()
    }
}
