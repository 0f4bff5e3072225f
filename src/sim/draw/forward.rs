//! The way up, layer by layer: for the first time and measured, or again from a checkpoint.

use crate::math::gram::mirror;
use crate::math::panel::Panel;
use crate::math::stream::Purpose;
use crate::sim::draw::plan::{Node, Plan, algebra_cost};
use crate::sim::draw::{Checkpoint, Cursor, Draw, Phase, last_part, latest_stream};
use crate::sim::forward_sweep::{self, ForwardPart, ForwardSweep, PreActivations, Precision};
use crate::sim::frame::Frame;
use crate::sim::join::{Flow, Join, SavedStream};
use crate::sim::matrix_free::Forward;
use crate::sim::panel_scale::{EXPONENT_LIMIT, PanelScale, Size, settle};
use crate::sim::record::Layer;
use crate::sim::saved_layer::{SavedLayer, histogram};
use crate::sim::source;
use crate::sim::team::{Team, for_each_part, zeroed};
use crate::sim::units::Units;

/// One draw in so many has its effective ranks measured: products of all pre-activations cost 5 % of a draw of 16 inputs and 11 %
/// of one of 64.
const RANKED: u32 = 4;

impl Draw {
    /// What the way up through a section starts with.
    pub(super) fn enter(&mut self, plan: &Plan, section: usize) -> Cursor {
        let phase = match plan.node(section).action.free() {
            None => Phase::Product,
            Some(law) if law.is_haar() => Phase::Fill,
            Some(_) => Phase::Prepare,
        };
        phase.of(section)
    }

    /// A panel of so many units, of those to use again where there is one.
    fn panel(&mut self, units: usize) -> Panel {
        let reused = self.spare.pop().filter(|panel| panel.units() == units);
        reused.unwrap_or_else(|| Panel::zeros(units, self.plan.lanes))
    }

    /// Notes that the values of a section overflow, and with them everything after it.
    fn overflow(&mut self, plan: &Plan, section: usize) -> Cursor {
        let missing = plan.depth() + 1 - section;
        let beyond = vec![Layer::beyond(f64::INFINITY); missing];
        self.record.layers.extend(beyond);
        self.record.backward = plan.depth();
        Phase::Done.of(section)
    }

    /// Keeps the outputs of a linear operation in `z` (or to be made there), if their size can be carried.
    fn save(
        &mut self,
        plan: &Plan,
        section: usize,
        mut z: Panel,
        scale: PanelScale,
        size: Size,
    ) -> Cursor {
        let (node, ops) = (plan.node(section), plan.section(section));
        let key = self.key(section, Purpose::Biases);
        let (biases, bias) = source::biases(node.biases, node.units, key)
            .zip(source::bias_size(node.biases))
            .map_or((Vec::new(), None), |(biases, size)| (biases, Some(size)));
        let flow = match size {
            Size::Finite(size) => Flow { scale, size },
            Size::Overflow => return self.overflow(plan, section),
            Size::Zero => {
                z.data_mut().fill(0.0);
                let exponent = bias.unwrap_or(0);
                Flow {
                    scale: PanelScale {
                        reference: exponent,
                        differences: exponent,
                    },
                    size: f64::NEG_INFINITY,
                }
            }
        };
        let stream = |flow, op: crate::net::tape::Stream, bias| {
            let stream = latest_stream(&self.saved, &self.checkpoints);
            Join::new(op, stream, flow, bias)
        };
        let before = ops.before.map(|op| stream(flow, op, bias));
        let frame = match (before, bias) {
            (Some((_, flow)), _) => Frame::new(&node.shape, flow.scale, flow.size),
            (None, None) => Frame::new(&node.shape, flow.scale, flow.size),
            (None, Some(bias)) => Frame::with_biases(&node.shape, flow.scale, flow.size, bias),
        };
        let output = Flow {
            scale: frame.output(),
            size: 0.0,
        };
        let after = ops.after.map(|op| stream(output, op, None));
        let joins = [before, after];
        if joins
            .iter()
            .flatten()
            .any(|(_, flow)| flow.scale.top() > EXPONENT_LIMIT)
        {
            return self.overflow(plan, section);
        }
        self.joins = joins.map(|join| join.map(|(join, _)| join));
        let forks = [ops.before, ops.after].map(|op| op.is_some_and(|op| op.fork));
        let [before, after] = [0, 1].map(|at| {
            joins[at].map(|(_, flow)| SavedStream {
                y: self.panel(node.units),
                scale: flow.scale,
                means: [0.0; 2],
                forks: forks[at],
            })
        });
        self.saved.push(SavedLayer {
            z,
            biases,
            streams: [before, after],
            frame,
            gram: Vec::new(),
            known: None,
        });
        Phase::Forward.of(section)
    }

    /// Parts `part..` of a streamed forward product, as many as the budget allows; returns the cost.
    pub(super) fn product(
        &mut self,
        plan: &Plan,
        section: usize,
        part: usize,
        budget: u64,
        team: Team,
    ) -> u64 {
        let node = plan.node(section);
        let law = node.action.streamed().expect("a streamed product");
        let cost = law.part_cost(plan.lanes) as u64;
        let parts = law.forward_parts();
        let end = last_part(part, parts, budget, cost);
        if part == 0 {
            self.pending = Some(self.panel(law.output_units()));
        }
        let key = self.key(section, Purpose::Weights);
        let z = self.pending.as_mut().expect("taken with the first part");
        let x = if section - 1 == self.saved_from {
            let checkpoint = self.checkpoints.last().expect("the input is always kept");
            checkpoint.x.as_ref().expect("kept for this law")
        } else {
            &self.x
        };
        law.forward(key, part..end, x, z, team);
        self.cursor = if end < parts {
            self.cursor.at(end)
        } else {
            let mut z = self.pending.take().expect("computed");
            let (_, mut scale) = self.output(section - 1);
            let size = settle(&mut z, node.units, plan.spec.batch(), &mut scale);
            self.save(plan, section, z, scale, size)
        };
        (end - part) as u64 * cost
    }

    /// Fresh numbers for a Haar matrix's product, with their Gram matrix.
    pub(super) fn fill(
        &mut self,
        plan: &Plan,
        section: usize,
        part: usize,
        budget: u64,
        team: Team,
    ) -> u64 {
        let (lanes, node) = (plan.lanes, plan.node(section));
        let (parts, cost) = (node.parts(), node.sweep_cost(lanes) / 2);
        let end = last_part(part, parts, budget, cost);
        if part == 0 {
            self.pending = Some(self.panel(node.units));
        }
        let key = self.key(section, Purpose::Weights);
        let z = self.pending.as_mut().expect("taken with the first part");
        let rows = z.data_mut().chunks_mut(node.part_units * lanes);
        let mut tasks: Vec<_> = rows.zip(&mut self.parts).enumerate().collect();
        for_each_part(
            team,
            &mut tasks[part..end],
            &mut self.workspaces,
            |(at, (rows, sums)), _| {
                sums.clear();
                forward_sweep::fill(
                    key,
                    *at * node.part_units,
                    rows,
                    lanes,
                    zeroed(&mut sums.fresh, lanes),
                );
            },
        );
        self.cursor = if end < parts {
            self.cursor.at(end)
        } else {
            self.reduce(parts);
            mirror(&mut self.total.fresh, lanes);
            Phase::Prepare.of(section)
        };
        (end - part) as u64 * cost
    }

    /// The small matrices of a matrix-free forward product.
    pub(super) fn prepare(&mut self, plan: &Plan, section: usize) -> u64 {
        let node = plan.node(section);
        let law = node.action.free().expect("a matrix-free product");
        let (gram, scale) = self.output(section - 1);
        let Forward {
            mixing,
            scale,
            size,
            known,
        } = law.forward(gram, &self.total.fresh, scale, plan.spec.batch());
        let z = match self.pending.take() {
            Some(filled) => filled,
            None => self.panel(node.units),
        };
        self.cursor = self.save(plan, section, z, scale, size);
        if let Some(saved) = self.saved.last_mut() {
            saved.known = Some(known);
        }
        self.mixing = mixing;
        algebra_cost(plan.lanes)
    }

    /// Parts `part..` of what is done unit by unit, as many as the budget allows; returns the cost.
    pub(super) fn forward(
        &mut self,
        plan: &Plan,
        section: usize,
        part: usize,
        budget: u64,
        team: Team,
    ) -> u64 {
        let (lanes, node) = (plan.lanes, plan.node(section));
        let (parts, units, cost) = (node.parts(), node.part_units, node.sweep_cost(lanes));
        let end = last_part(part, parts, budget, cost);
        let key = self.key(section, Purpose::Weights);
        let above = (section < plan.depth()).then(|| &plan.node(section + 1).action);
        let (saved, earlier) = self.saved.split_last_mut().expect("entered");
        let stream = latest_stream(earlier, &self.checkpoints);
        let mixing = &self.mixing;
        let source = match node.action.free() {
            None => PreActivations::Given,
            Some(law) if law.is_haar() => PreActivations::Mixed { mixing },
            Some(_) => PreActivations::Fresh { key, mixing },
        };
        let graded = saved
            .known
            .as_ref()
            .map_or(self.graded, |known| known.graded);
        let precision = if graded {
            Precision::Double
        } else {
            Precision::Single
        };
        let sweep = ForwardSweep {
            activation: &node.activation,
            frame: &saved.frame,
            source,
            joins: self.joins,
            sampling: self.measured.then_some(node.sampling),
            ranked: self.index.is_multiple_of(RANKED),
            gram: above
                .is_some_and(|law| law.free().is_some())
                .then_some(precision),
            lanes,
        };
        let keep_x = above.is_some_and(|law| law.streamed().is_some());
        let rows = units * lanes;
        let ops = plan.section(section);
        let joining = [ops.before, ops.after].map(|op| {
            let joins = op.is_some_and(|op| op.join.is_some());
            stream.filter(|_| joins).map_or(&[][..], |s| s.y.data())
        });
        let mut streams = saved
            .streams
            .each_mut()
            .map(|stream| stream.as_mut().map(|s| s.y.data_mut().chunks_mut(rows)));
        let mut x = self.x.data_mut().chunks_mut(rows);
        let z = &mut saved.z.data_mut()[..node.units * lanes];
        let mut tasks: Vec<ForwardPart<'_>> = z
            .chunks_mut(rows)
            .zip(&mut self.parts)
            .enumerate()
            .map(|(at, (z, sums))| ForwardPart {
                first: at * units,
                biases: saved.biases.get(at * units..).unwrap_or_default(),
                streams: [0, 1].map(|place| {
                    let from = joining[place].get(at * rows..).unwrap_or_default();
                    let to = streams[place].as_mut().and_then(Iterator::next);
                    (from, to.unwrap_or_default())
                }),
                x: x.next().filter(|_| keep_x).map(|x| &mut x[..z.len()]),
                z,
                sums,
            })
            .collect();
        for_each_part(
            team,
            &mut tasks[part..end],
            &mut self.workspaces,
            |task, work| {
                task.sums.clear();
                sweep.run(task, work);
            },
        );
        self.cursor = if end < parts {
            self.cursor.at(end)
        } else {
            self.arrived(plan, section)
        };
        (end - part) as u64 * cost
    }

    /// Sums and records a section's outputs, and decides what follows: the next section, a checkpoint, or the way back.
    fn arrived(&mut self, plan: &Plan, section: usize) -> Cursor {
        let (node, batch) = (plan.node(section), plan.spec.batch());
        self.reduce(node.parts());
        let saved = self.saved.last_mut().expect("entered");
        if section < plan.depth() && plan.node(section + 1).action.free().is_some() {
            mirror(&mut self.total.gram, plan.lanes);
            saved.gram.clone_from(&self.total.gram);
        }
        let sums = self.total.streams;
        for (stream, [first, others]) in saved.streams.iter_mut().zip(sums) {
            if let Some(stream) = stream {
                let units = node.units as f64;
                let differences = (node.units * (batch - 1)).max(1) as f64;
                stream.means = [first / units, others / differences];
            }
        }
        if self.measured {
            let record = self.measure(plan, node);
            self.record.layers.push(record);
        }
        let saved = self.saved.last_mut().expect("entered");
        if section == plan.depth() && self.measured {
            self.measured = false;
            let key = self.key(section + 1, Purpose::Cotangents);
            source::cotangents(&mut self.g, batch, key);
            return Phase::Fetch.of(section + 1);
        }
        if section == self.saved_from + plan.segment {
            if !self.measured {
                return Phase::Fetch.of(section + 1);
            }
            let streamed = plan.node(section + 1).action.streamed().is_some();
            let (gram, scale) = (std::mem::take(&mut saved.gram), saved.output());
            self.checkpoints.push(Checkpoint {
                x: streamed.then(|| self.x.clone()),
                scale,
                gram,
                stream: latest_stream(&self.saved, &self.checkpoints).cloned(),
            });
            self.forget();
            self.saved_from = section;
        }
        self.enter(plan, section + 1)
    }

    /// The forward half of a section's record.
    fn measure(&mut self, plan: &Plan, node: &Node) -> Layer {
        let (lanes, batch) = (plan.lanes, plan.spec.batch());
        mirror(&mut self.total.between, lanes);
        let sums = &self.total.layer_sums;
        let frame = &self.saved.last().expect("entered").frame;
        Layer {
            units: Units::new(
                &self.total.between,
                &self.total.common,
                sums.spread,
                [lanes, batch, node.units],
            ),
            histogram: histogram(&sums.samples, sums.z_squares / sums.count as f64),
            ..Layer::forward(sums, frame, node.units, batch)
        }
    }
}
