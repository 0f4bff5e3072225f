//! The ensembles of pinned networks, one after the other, as a resumable state machine.

use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::snapshot::Snapshot;
use crate::net::spec::Spec;

/// The networks to know of.
#[derive(Clone, Debug, PartialEq)]
pub struct PinsRequest {
    /// In the order in which they are measured.
    pub specs: Vec<Arc<Spec>>,
    /// Whether they may be measured; else theory alone is asked for.
    pub measure: bool,
}

/// What is known of every pinned network, in the order of the request.
pub type PinsSnapshot = Vec<Arc<Snapshot>>;

/// One network on its way.
#[derive(Debug)]
struct Pin {
    spec: Arc<Spec>,
    /// `None` once it is settled.
    engine: Option<Engine>,
    known: Arc<Snapshot>,
}

impl Pin {
    fn new(spec: &Arc<Spec>) -> Self {
        let engine = Engine::new(Arc::clone(spec));
        Self {
            spec: Arc::clone(spec),
            known: Arc::new(engine.snapshot()),
            engine: Some(engine),
        }
    }

    /// What is known now.
    fn snapshot(&self) -> Arc<Snapshot> {
        match &self.engine {
            Some(engine) => Arc::new(engine.snapshot()),
            None => Arc::clone(&self.known),
        }
    }
}

/// Pinned networks: theory for all of them at once, then the first that is not settled is measured to its end, then the next, so that
/// only one of them holds the memory of draws.
///
/// What becomes known of a network depends on its spec alone.
#[derive(Debug)]
pub struct Pins {
    pins: Vec<Pin>,
    measure: bool,
}

impl Pins {
    /// Prepares a request; what an earlier one knew of a network that is still pinned is kept, the rest is dropped.
    #[must_use]
    pub fn new(request: &PinsRequest, before: Option<Self>) -> Self {
        let mut kept = before.map_or_else(Vec::new, |before| before.pins);
        let pins = request.specs.iter().map(|spec| {
            let known = kept.iter().position(|pin| pin.spec == *spec);
            let mut pin = known.map_or_else(|| Pin::new(spec), |at| kept.swap_remove(at));
            if let Some(engine) = &mut pin.engine {
                engine.rest();
            }
            pin
        });
        Self {
            pins: pins.collect(),
            measure: request.measure,
        }
    }

    /// Whether nothing more will come of this request.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.measure || self.pins.iter().all(|pin| pin.engine.is_none())
    }

    /// How many networks have at least one complete draw, and how many are settled.
    #[must_use]
    pub fn milestones(&self) -> usize {
        let settled = |pin: &Pin| usize::from(pin.engine.is_none());
        let drawn = |pin: &Pin| {
            let begun = pin.engine.as_ref().is_none_or(|engine| engine.draws() > 0);
            usize::from(begun)
        };
        self.pins.iter().map(|pin| settled(pin) + drawn(pin)).sum()
    }

    /// Does a bounded piece of work (milliseconds) on the current thread pool.
    pub fn step(&mut self) {
        let unsettled = self.pins.iter_mut().find(|pin| pin.engine.is_some());
        let Some(pin) = unsettled.filter(|_| self.measure) else {
            return;
        };
        if let Some(engine) = &mut pin.engine {
            engine.step();
            if engine.is_settled() {
                pin.known = Arc::new(engine.snapshot());
                pin.engine = None;
            }
        }
    }

    /// What is known now.
    #[must_use]
    pub fn snapshot(&self) -> PinsSnapshot {
        self.pins.iter().map(Pin::snapshot).collect()
    }
}
