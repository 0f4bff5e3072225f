//! One network of an atlas as theory and as draws see it.

use std::sync::Arc;

use super::{AT_ONCE, Cell, DRAWS, SLICE};
use crate::engine::depth::Expecting;
use crate::engine::snapshot::LayerStats;
use crate::engine::summary::{LayerSummary, inputs};
use crate::engine::verdict::{Curves, judge};
use crate::net::spec::Spec;
use crate::sim::network::{NetworkDraw, NetworkPlan};
use crate::sim::record::Record;
use crate::sim::team::Team;

/// A network that is being measured.
#[derive(Debug)]
pub(super) struct Measurement {
    pub(super) at: usize,
    spec: Arc<Spec>,
    draw: NetworkDraw,
    /// Draws that fit into a step.
    at_once: u64,
    records: Vec<Record>,
    /// What the records say, where there are enough of them to look.
    summary: Option<LayerSummary>,
    /// Once it is enough.
    pub(super) found: Option<Cell>,
}

impl Measurement {
    pub(super) fn new(at: usize, spec: &Arc<Spec>) -> Self {
        let plan = NetworkPlan::new(spec);
        Self {
            at,
            spec: Arc::clone(spec),
            at_once: (SLICE / plan.cost().max(1)).max(1),
            draw: plan.draw(0),
            records: Vec::new(),
            summary: None,
            found: None,
        }
    }

    pub(super) fn advance(&mut self) {
        for _ in 0..self.at_once {
            if self.summary.is_none() {
                self.draw.advance(SLICE, Team::Alone);
                if !self.draw.is_done() {
                    return;
                }
                self.records.push(self.draw.take_record());
                if [1, DRAWS].contains(&self.records.len()) {
                    self.summary = Some(LayerSummary::whole());
                }
            }
            if let Some(mut summary) = self.summary.take() {
                let records: Vec<&Record> = self.records.iter().collect();
                if !summary.step(&records) {
                    self.summary = Some(summary);
                    return;
                }
                self.found = self.enough(&records, summary.layers());
                if self.found.is_some() {
                    return;
                }
            }
            self.draw.restart(self.records.len() as u32);
        }
    }

    /// What the draws show, where there are enough of them.
    fn enough(&self, records: &[&Record], layers: &[LayerStats]) -> Option<Cell> {
        let draws = records.len();
        let curves = Curves::measured(&self.spec, layers).seeing(&self.spec, inputs(records));
        let verdict = judge(&curves);
        let survive = verdict.budget.healthy_at as f64;
        // of blocks it is not known how many layers survive
        let counted = verdict.blocks.is_none();
        let early = counted && !verdict.is_healthy() && survive <= AT_ONCE * verdict.depth as f64;
        (early || draws == DRAWS).then_some(Cell::Measured { verdict, draws })
    }
}

/// A network that theory looks at.
#[derive(Debug)]
pub(super) struct Foretelling {
    pub(super) at: usize,
    spec: Arc<Spec>,
    expecting: Expecting,
    /// Once it is known.
    pub(super) found: Option<Cell>,
}

impl Foretelling {
    pub(super) fn new(at: usize, spec: &Arc<Spec>) -> Self {
        Self {
            at,
            spec: Arc::clone(spec),
            expecting: Expecting::default(),
            found: None,
        }
    }

    pub(super) fn advance(&mut self) {
        let expected = self.expecting.step(&self.spec);
        self.found = expected.map(|expected| match expected {
            Ok((_, verdict)) => Cell::Expected(verdict),
            Err(why) => Cell::Unresolved(why),
        });
    }
}
