//! The way up, layer by layer: for the first time and measured, or again from a checkpoint.

use crate::math::gram::mirror;
use crate::math::panel::Panel;
use crate::math::stream::Purpose;
use crate::sim::ascent::{self, Ascent, Part, Precision, Source};
use crate::sim::draw::plan::Plan;
use crate::sim::draw::{Checkpoint, Draw, Stage, last_part};
use crate::sim::kept::{Kept, histogram};
use crate::sim::matrix_free::Forward;
use crate::sim::panel_scale::{PanelScale, Size, settle};
use crate::sim::record::Layer;
use crate::sim::source;
use crate::sim::team::{Team, each, open};
use crate::sim::units::Units;

/// One draw in so many has its effective ranks measured: products of all pre-activations cost 5 % of a draw of 16 inputs and 11 %
/// of one of 64.
const RANKED: u32 = 4;

impl Draw {
    /// What the way up through `layer` starts with; takes a panel for its pre-activations.
    pub(super) fn enter(&mut self, plan: &Plan, layer: usize) -> Stage {
        match plan.law(layer).free() {
            None => Stage::Product { layer, part: 0 },
            Some(law) if law.is_haar() => Stage::Fill { layer, part: 0 },
            Some(_) => Stage::Prepare { layer },
        }
    }

    /// A panel of so many units, of those to use again where there is one.
    fn panel(&mut self, units: usize) -> Panel {
        let reused = self.spare.pop().filter(|panel| panel.units() == units);
        reused.unwrap_or_else(|| Panel::zeros(units, self.plan.lanes))
    }

    /// Keeps the pre-activations in `z` (or to be made there), if their size can be carried.
    fn keep(
        &mut self,
        plan: &Plan,
        layer: usize,
        z: Panel,
        scale: PanelScale,
        size: Size,
    ) -> Stage {
        let spec = &plan.spec;
        if size == Size::Overflow {
            let missing = spec.depth() + 1 - layer;
            let beyond = vec![Layer::beyond(f64::INFINITY); missing];
            self.record.layers.extend(beyond);
            self.record.backward = spec.depth();
            return Stage::Done;
        }
        let law = spec.bias_law(layer);
        let biases = source::biases(law, spec.width(), self.key(layer, Purpose::Biases));
        let biases = biases.zip(source::bias_size(law));
        self.kept
            .push(Kept::new(z, scale, size, biases, &plan.shape));
        Stage::Ascend { layer, part: 0 }
    }

    /// Parts `part..` of a streamed forward product, as many as the budget allows; returns the cost.
    pub(super) fn product(
        &mut self,
        plan: &Plan,
        layer: usize,
        part: usize,
        budget: u64,
        team: Team,
    ) -> u64 {
        let law = plan.law(layer).streamed().expect("a streamed product");
        let cost = law.part_cost(plan.lanes) as u64;
        let parts = law.forward_parts();
        let end = last_part(part, parts, budget, cost);
        if part == 0 {
            self.pending = Some(self.panel(law.output_units()));
        }
        let key = self.key(layer, Purpose::Weights);
        let z = self.pending.as_mut().expect("taken with the first part");
        let x = if layer - 1 == self.kept_from {
            let checkpoint = self.checkpoints.last().expect("the input is always kept");
            checkpoint.x.as_ref().expect("kept for this law")
        } else {
            &self.x
        };
        law.forward(key, part..end, x, z, team);
        self.stage = if end < parts {
            Stage::Product { layer, part: end }
        } else {
            let mut z = self.pending.take().expect("computed");
            let (_, mut scale) = self.output(layer - 1);
            let size = settle(&mut z, plan.spec.width(), plan.spec.batch(), &mut scale);
            self.keep(plan, layer, z, scale, size)
        };
        (end - part) as u64 * cost
    }

    /// Fresh numbers for a Haar matrix's product, with their Gram matrix.
    pub(super) fn fill(
        &mut self,
        plan: &Plan,
        layer: usize,
        part: usize,
        budget: u64,
        team: Team,
    ) -> u64 {
        let (lanes, cost) = (plan.lanes, plan.sweep_cost(layer) / 2);
        let end = last_part(part, plan.parts(), budget, cost);
        if part == 0 {
            self.pending = Some(self.panel(plan.spec.width()));
        }
        let key = self.key(layer, Purpose::Weights);
        let z = self.pending.as_mut().expect("taken with the first part");
        let rows = z.data_mut().chunks_mut(plan.part_units * lanes);
        let mut tasks: Vec<_> = rows.zip(&mut self.parts).enumerate().collect();
        each(
            team,
            &mut tasks[part..end],
            &mut self.workspaces,
            |(at, (rows, sums)), _| {
                sums.clear();
                ascent::fill(
                    key,
                    *at * plan.part_units,
                    rows,
                    lanes,
                    open(&mut sums.fresh, lanes),
                );
            },
        );
        self.stage = if end < plan.parts() {
            Stage::Fill { layer, part: end }
        } else {
            self.reduce();
            mirror(&mut self.total.fresh, lanes);
            Stage::Prepare { layer }
        };
        (end - part) as u64 * cost
    }

    /// The small matrices of a matrix-free forward product.
    pub(super) fn prepare(&mut self, plan: &Plan, layer: usize) -> u64 {
        let law = plan.law(layer).free().expect("a matrix-free product");
        let (gram, scale) = self.output(layer - 1);
        let Forward {
            turn,
            scale,
            size,
            known,
        } = law.forward(gram, &self.total.fresh, scale, plan.spec.batch());
        let z = match self.pending.take() {
            Some(filled) => filled,
            None => self.panel(plan.spec.width()),
        };
        self.stage = self.keep(plan, layer, z, scale, size);
        if let Some(kept) = self.kept.last_mut() {
            kept.known = Some(known);
        }
        self.turn = turn;
        plan.algebra_cost()
    }

    /// Parts `part..` of the way through the activation, as many as the budget allows; returns the cost.
    pub(super) fn ascend(
        &mut self,
        plan: &Plan,
        layer: usize,
        part: usize,
        budget: u64,
        team: Team,
    ) -> u64 {
        let (lanes, cost) = (plan.lanes, plan.sweep_cost(layer));
        let (parts, units) = (plan.parts(), plan.part_units);
        let end = last_part(part, parts, budget, cost);
        let key = self.key(layer, Purpose::Weights);
        let above = (layer < plan.spec.depth()).then(|| plan.law(layer + 1));
        let kept = self.kept.last_mut().expect("entered");
        let turn = &self.turn;
        let source = match plan.law(layer).free() {
            None => Source::Given,
            Some(law) if law.is_haar() => Source::Turned { turn },
            Some(_) => Source::Fresh { key, turn },
        };
        let graded = kept
            .known
            .as_ref()
            .map_or(self.graded, |known| known.graded);
        let precision = if graded {
            Precision::Double
        } else {
            Precision::Single
        };
        let ascent = Ascent {
            activation: plan.spec.activation(),
            frame: &kept.frame,
            source,
            sampling: self.measured.then_some(plan.sampling),
            ranked: self.index.is_multiple_of(RANKED),
            gram: above
                .is_some_and(|law| law.free().is_some())
                .then_some(precision),
            lanes,
        };
        let keep_x = above.is_some_and(|law| law.streamed().is_some());
        let mut x = self.x.data_mut().chunks_mut(units * lanes);
        let z = &mut kept.z.data_mut()[..plan.spec.width() * lanes];
        let rows = z.chunks_mut(units * lanes).zip(&mut self.parts);
        let mut tasks: Vec<Part<'_>> = rows
            .enumerate()
            .map(|(at, (z, sums))| Part {
                first: at * units,
                z,
                biases: kept.biases.get(at * units..).unwrap_or_default(),
                x: x.next().filter(|_| keep_x),
                sums,
            })
            .collect();
        each(
            team,
            &mut tasks[part..end],
            &mut self.workspaces,
            |task, work| {
                task.sums.clear();
                ascent.run(task, work);
            },
        );
        self.stage = if end < parts {
            Stage::Ascend { layer, part: end }
        } else {
            self.arrived(plan, layer)
        };
        (end - part) as u64 * cost
    }

    /// Sums and records a layer's outputs, and decides what follows: the next layer, a checkpoint, or the way back.
    fn arrived(&mut self, plan: &Plan, layer: usize) -> Stage {
        let spec = &plan.spec;
        self.reduce();
        let kept = self.kept.last_mut().expect("entered");
        if layer < spec.depth() && plan.law(layer + 1).free().is_some() {
            mirror(&mut self.total.gram, plan.lanes);
            kept.gram.clone_from(&self.total.gram);
        }
        if self.measured {
            mirror(&mut self.total.between, plan.lanes);
            let tally = &self.total.tally;
            let mut record = Layer::forward(tally, &kept.frame, spec.width(), spec.batch());
            record.units = Units::new(
                &self.total.between,
                &self.total.common,
                tally.spread,
                [plan.lanes, spec.batch(), spec.width()],
            );
            record.histogram = histogram(&tally.samples, tally.z_squares / tally.count as f64);
            self.record.layers.push(record);
        }
        if layer == spec.depth() && self.measured {
            self.measured = false;
            let key = self.key(layer + 1, Purpose::Cotangents);
            source::cotangents(&mut self.g, spec.batch(), key);
            return Stage::Fetch {
                layer: layer + 1,
                part: 0,
            };
        }
        if layer == self.kept_from + plan.segment {
            if !self.measured {
                return Stage::Fetch {
                    layer: layer + 1,
                    part: 0,
                };
            }
            let streamed = plan.law(layer + 1).streamed().is_some();
            self.checkpoints.push(Checkpoint {
                x: streamed.then(|| self.x.clone()),
                scale: kept.frame.output(),
                gram: std::mem::take(&mut kept.gram),
            });
            self.forget();
            self.kept_from = layer;
        }
        self.enter(plan, layer + 1)
    }
}
