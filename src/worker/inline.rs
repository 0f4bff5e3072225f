//! The caller's own thread: every call does a fixed piece of work, so that the same calls give the same snapshots.

use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::phase_map::{PhaseMap, PhaseMapSnapshot, PhaseRequest};
use crate::engine::snapshot::Snapshot;
use crate::worker::{Request, Source, SourceError};

/// Simulates when asked: every [`Source::latest`] goes on until the number of complete draws has doubled (1, 2, 4, ...), and
/// [`Source::latest_map`] until the map is complete.
///
/// Snapshots depend on the requests and the number of calls alone, not on the machine's speed or number of threads.
#[derive(Default)]
pub struct Inline {
    engine: Option<Engine>,
    draws: usize,
    map: Option<PhaseRequest>,
}

impl Source for Inline {
    fn request(&mut self, request: Request) {
        self.engine = Some(Engine::new(request.spec, request.generation));
        self.draws = 1;
    }

    fn latest(&mut self) -> Result<Option<Arc<Snapshot>>, SourceError> {
        let Some(engine) = &mut self.engine else {
            return Ok(None);
        };
        while engine.draws() < self.draws && !engine.is_settled() {
            engine.step();
        }
        let snapshot = Arc::new(engine.snapshot_of(self.draws));
        if engine.is_settled() && engine.draws() <= self.draws {
            self.engine = None;
        } else {
            self.draws *= 2;
        }
        Ok(Some(snapshot))
    }

    fn request_map(&mut self, request: PhaseRequest) {
        self.map = Some(request);
    }

    fn latest_map(&mut self) -> Result<Option<Arc<PhaseMapSnapshot>>, SourceError> {
        let request = self.map.take();
        Ok(request.map(|request| Arc::new(PhaseMap::new(request, None).run())))
    }
}
