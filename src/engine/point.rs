//! One network measured from beginning to end, with the numbers of `initscope run` and `initscope check` but without their advice.
//!
//! Where it is called in a pool of one thread, it uses one.

use std::ops::Range;
use std::sync::Arc;

use crate::engine::depth::{DepthSearch, expected};
use crate::engine::ensemble::{Ensemble, QUANTUM};
use crate::engine::prediction::predict;
use crate::engine::snapshot::Snapshot;
use crate::engine::summary::{inputs, layers, measured};
use crate::engine::verdict::{Verdict, judge};
use crate::net::spec::Spec;
use crate::sim::draw::{Draw, Plan};
use crate::sim::network::NetworkPlan;
use crate::sim::record::Record;
use crate::sim::team::Team;

/// Draws that an [`Ensemble`] has in flight on one thread at most.
const IN_FLIGHT: u64 = 16;

/// A network on its way.
#[derive(Debug)]
pub struct PointRun {
    spec: Arc<Spec>,
    ensemble: Ensemble,
}

impl PointRun {
    /// Nothing is drawn yet.
    #[must_use]
    pub fn new(spec: Arc<Spec>) -> Self {
        Self {
            ensemble: Ensemble::new(&spec),
            spec,
        }
    }

    /// Does a bounded piece of work (milliseconds) on the current thread pool.
    pub fn step(&mut self) {
        self.ensemble.step();
    }

    /// A bounded piece of what all draws say, once they are made; it without verdict and theory, once it is complete.
    pub(super) fn summed_up(&mut self) -> Option<Snapshot> {
        let draws = self.ensemble.draws();
        if !self.ensemble.is_settled() || !self.ensemble.prepare(draws) {
            return None;
        }
        let layers = self.ensemble.layers(draws).into_owned();
        Some(measured(
            &self.spec,
            draws,
            layers,
            self.ensemble.inputs(draws),
        ))
    }

    /// Whether all draws are made.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.ensemble.is_settled()
    }

    /// Share of the draws that may be asked for that is made.
    #[must_use]
    pub fn progress(&self) -> f64 {
        if self.is_settled() {
            return 1.0;
        }
        self.ensemble.draws() as f64 / self.ensemble.target() as f64
    }

    /// Every draw that is complete, in their order.
    #[must_use]
    pub fn records(&self) -> Vec<&Record> {
        self.ensemble.records(self.ensemble.draws())
    }

    /// The network.
    #[must_use]
    pub fn spec(&self) -> &Arc<Spec> {
        &self.spec
    }
}

/// Some draws of a network on their way, one after the other.
#[derive(Debug)]
pub struct DrawRange {
    draw: Draw,
    draws: Range<usize>,
    records: Vec<Record>,
}

impl DrawRange {
    /// Nothing is drawn yet; plain layers alone.
    #[must_use]
    pub fn new(spec: &Spec, draws: Range<usize>) -> Self {
        Self {
            draw: Draw::new(Arc::new(Plan::new(spec)), draws.start as u32),
            draws,
            records: Vec::new(),
        }
    }

    /// Does a bounded piece of work (milliseconds) on the current thread.
    pub fn step(&mut self) {
        if self.is_settled() {
            return;
        }
        self.draw.advance(QUANTUM, Team::Alone);
        if self.draw.is_done() {
            self.records.push(self.draw.take_record());
            let next = self.draws.start + self.records.len();
            self.draw.restart(next as u32);
        }
    }

    /// Whether all of them are made.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.records.len() == self.draws.len()
    }

    /// Share of them that is made.
    #[must_use]
    pub fn progress(&self) -> f64 {
        self.records.len() as f64 / self.draws.len().max(1) as f64
    }

    /// Those that are made, in their order.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }
}

/// Bytes that a [`PointRun`] of one thread needs at most, beside the program itself.
#[must_use]
pub fn memory_bytes(spec: &Spec) -> u64 {
    let plan = NetworkPlan::new(spec);
    let slots = (QUANTUM / plan.cost().max(1)).clamp(1, IN_FLIGHT);
    spec.memory_bytes() + (slots - 1) * plan.bytes()
}

/// Work of the draws that a spec may ask for, in matrix entries times vectors of inputs.
#[must_use]
pub fn work(spec: &Spec) -> u64 {
    NetworkPlan::new(spec).cost() * spec.draws_target() as u64
}

/// What these draws, the first of a spec, say. Where the network is healthy, and theory expects that too, how deep it may be is
/// theory's word.
///
/// # Panics
/// Without a draw.
#[must_use]
pub fn snapshot(spec: &Arc<Spec>, records: &[&Record]) -> Snapshot {
    assert!(!records.is_empty(), "at least one draw");
    let mut snapshot = measured(spec, records.len(), layers(records), inputs(records));
    snapshot.verdict = snapshot.curves().as_ref().map(judge);
    if let Some(verdict) = &mut snapshot.verdict
        && verdict.is_healthy()
        && let Ok(prediction) = predict(spec)
        && prediction.typical_is_known()
    {
        verdict.expect_beyond(&expected(spec, &prediction));
    }
    snapshot
}

/// The verdict of a snapshot with the depth of the deepest healthy network of its kind measured, as `initscope check` tells it.
#[must_use]
pub fn sounded(snapshot: &Snapshot) -> Option<Verdict> {
    let mut verdict = snapshot.verdict.clone()?;
    let mut search = DepthSearch::new(snapshot, &verdict);
    while !search.is_done() {
        search.step();
    }
    verdict.budget = search.budget();
    Some(verdict)
}
