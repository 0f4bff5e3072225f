//! One draw of all weights and biases: forward, backward, measured, in bounded steps.

mod backward;
mod plan;

use std::sync::Arc;

pub use plan::Plan;

use crate::math::panel::Panel;
use crate::math::stream::{Key, Purpose};
use crate::net::spec::Spec;
use crate::sim::forward::{self, Output, Tally, Workspace};
use crate::sim::frame::Frame;
use crate::sim::kept::Kept;
use crate::sim::law::{Memo, Team};
use crate::sim::panel_scale::{PanelScale, Size};
use crate::sim::record::{Layer, Record};
use crate::sim::signal::Signal;
use crate::sim::source;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// `z_layer = W x`, this part next.
    Product { layer: usize, part: usize },
    /// `x_layer = phi(z_layer)`.
    Activate { layer: usize },
    /// `delta_layer = phi' g`.
    Gradient { layer: usize },
    /// `x_{layer-1}`, its Gram matrix and slopes, and with them `dl/dW_layer`.
    Fetch { layer: usize },
    /// `g_{layer-1} = Wᵀ delta_layer`, this part next.
    Transposed { layer: usize, part: usize },
    /// Nothing.
    Done,
}

/// One draw on its way.
#[derive(Debug)]
pub struct Draw {
    plan: Arc<Plan>,
    index: u32,
    stage: Stage,
    /// Whether the forward pass runs for the first time and is measured, or again to bring pre-activations back.
    measured: bool,
    work: Workspace,
    memo: Memo,
    /// Output of the layer before the one being computed.
    signal: Signal,
    /// Outputs `x_l` at the checkpoints `l = 0, segment, 2 segment, ...`.
    checkpoints: Vec<Signal>,
    /// Pre-activations of the layers after `kept_from`.
    kept: Vec<Kept>,
    kept_from: usize,
    /// Panels to use again.
    spare: Vec<Panel>,
    /// `dl/dx`, then `dl/dz` in place; its numbers stand for `2^g_exponent` times themselves.
    g: Panel,
    g_exponent: i64,
    /// Where the transposed product is written.
    g_next: Panel,
    /// Slopes of the layer whose `delta` comes next, with their exponent.
    slope: Panel,
    slope_exponent: i64,
    /// `deltaᵀ delta` of the layer whose `delta` is in `g`.
    delta_gram: Vec<f64>,
    record: Record,
}

impl Draw {
    /// Starts draw number `index`.
    #[must_use]
    pub fn new(plan: Arc<Plan>, index: u32) -> Self {
        let spec = &plan.spec;
        let (lanes, batch, width) = (plan.lanes, spec.batch(), spec.width());
        let key = Key {
            seed: spec.seed(),
            draw: index,
            layer: 0,
            purpose: Purpose::Inputs,
        };
        let x = match spec.input().rows() {
            None => source::noise_inputs(spec.input_dim(), batch, lanes, key),
            Some(rows) => source::data_inputs(&rows, batch, lanes, key),
        };
        let signal = Signal::new(x, PanelScale::default());
        Self {
            index,
            stage: Stage::Product { layer: 1, part: 0 },
            measured: true,
            work: Workspace::new(batch, lanes),
            memo: Memo::default(),
            checkpoints: vec![signal.clone()],
            signal,
            kept: Vec::new(),
            kept_from: 0,
            spare: Vec::new(),
            g: Panel::zeros(width, lanes),
            g_exponent: 0,
            g_next: Panel::zeros(width, lanes),
            slope: Panel::zeros(width, lanes),
            slope_exponent: 0,
            delta_gram: vec![0.0; lanes * lanes],
            record: Record::default(),
            plan,
        }
    }

    /// Number of this draw.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.index
    }

    /// What is known so far.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// What the finished draw leaves behind.
    #[must_use]
    pub fn into_record(self) -> Record {
        self.record
    }

    /// Whether forward and backward pass are complete.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// Works until about `budget` matrix entries (times vectors of inputs) have been touched, or the draw is done.
    pub fn advance(&mut self, budget: u64, team: Team) {
        let plan = Arc::clone(&self.plan);
        let mut left = budget as i64;
        while left > 0 && self.stage != Stage::Done {
            left -= match self.stage {
                Stage::Product { layer, part } => {
                    self.product(&plan, layer, part, left as u64, team) as i64
                }
                Stage::Transposed { layer, part } => {
                    self.transposed(&plan, layer, part, left as u64, team) as i64
                }
                Stage::Activate { layer } => self.activate(&plan, layer),
                Stage::Gradient { layer } => self.gradient(&plan, layer),
                Stage::Fetch { layer } => self.fetch(&plan, layer),
                Stage::Done => 0,
            };
        }
    }

    fn key(&self, layer: usize, purpose: Purpose) -> Key {
        Key {
            seed: self.plan.spec.seed(),
            draw: self.index,
            layer: layer as u32,
            purpose,
        }
    }

    /// Parts `part..` of the forward product, as many as the budget allows; returns the cost.
    fn product(&mut self, plan: &Plan, layer: usize, part: usize, budget: u64, team: Team) -> u64 {
        let law = plan.law(layer);
        if part == 0 {
            let units = law.output_units();
            let reused = self.spare.pop().filter(|panel| panel.units() == units);
            let z = reused.unwrap_or_else(|| Panel::zeros(units, plan.lanes));
            self.kept.push(Kept {
                z,
                scale: self.signal.scale,
                size: 0.0,
            });
        }
        let cost = plan.part_cost(layer);
        let end = law
            .forward_parts()
            .min(part + (budget / cost).max(1) as usize);
        let key = self.key(layer, Purpose::Weights);
        let kept = self.kept.last_mut().expect("pushed with the first part");
        law.forward(
            key,
            part..end,
            &self.signal,
            &mut kept.z,
            &mut self.memo,
            team,
        );
        self.stage = if end < law.forward_parts() {
            Stage::Product { layer, part: end }
        } else {
            self.finish_product(&plan.spec, layer)
        };
        (end - part) as u64 * cost
    }

    /// Adds the biases and brings the numbers back to the size of 1.
    fn finish_product(&mut self, spec: &Spec, layer: usize) -> Stage {
        let law = spec.bias_law(layer);
        let biases = source::biases(law, spec.width(), self.key(layer, Purpose::Biases));
        let kept = self.kept.last_mut().expect("the product was computed");
        if let (Some(biases), Some(size)) = (biases, source::bias_size(law)) {
            kept.add_biases(&biases, size);
        }
        match kept.settle(spec.width(), spec.batch()) {
            Size::Overflow => {
                let missing = spec.depth() + 1 - layer;
                self.record
                    .layers
                    .extend(vec![Layer::beyond(f64::INFINITY); missing]);
                self.record.backward = spec.depth();
                Stage::Done
            }
            Size::Finite(_) | Size::Zero => Stage::Activate { layer },
        }
    }

    /// `x_layer` from the pre-activations just computed, measured on the first way through.
    fn activate(&mut self, plan: &Plan, layer: usize) -> i64 {
        let spec = &plan.spec;
        let kept = self.kept.last().expect("the product was computed");
        let frame = Frame::new(&plan.shape, kept.scale, kept.size);
        if self.signal.x.units() != spec.width() {
            self.signal.x = Panel::zeros(spec.width(), plan.lanes);
        }
        self.signal.scale = frame.output();
        self.signal.gram.fill(0.0);
        let mut tally = Tally::default();
        let mut out = Output {
            x: &mut self.signal.x,
            slope: None,
            gram: plan.rest.uses_gram().then_some(&mut self.signal.gram),
        };
        let wanted = self.measured.then_some(&mut tally);
        forward::pass(
            spec.activation(),
            &frame,
            &kept.z,
            spec.width(),
            &mut out,
            wanted,
            &mut self.work,
        );
        if self.measured {
            let mut record = Layer::forward(&tally, &frame, spec.width(), spec.batch());
            record.histogram = kept.histogram(
                spec.width(),
                spec.batch(),
                tally.z_squares / tally.count as f64,
            );
            self.record.layers.push(record);
        }
        self.stage = self.after_activation(plan, layer);
        plan.pass_cost() as i64
    }

    /// Decides what follows `x_layer`: the next layer, a checkpoint, or the way back.
    fn after_activation(&mut self, plan: &Plan, layer: usize) -> Stage {
        if layer == plan.spec.depth() && self.measured {
            self.measured = false;
            let key = self.key(layer + 1, Purpose::Cotangents);
            source::cotangents(&mut self.g, plan.spec.batch(), key);
            self.revisit(plan, layer);
            return Stage::Gradient { layer };
        }
        if layer == self.kept_from + plan.segment {
            if !self.measured {
                return Stage::Fetch { layer: layer + 1 };
            }
            self.checkpoints.push(self.signal.clone());
            self.forget();
            self.kept_from = layer;
        }
        Stage::Product {
            layer: layer + 1,
            part: 0,
        }
    }

    /// Puts the kept panels aside.
    fn forget(&mut self) {
        self.spare.extend(self.kept.drain(..).map(|kept| kept.z));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::spec::{Bias, Draft, Draws};

    #[test]
    fn checkpoints_and_small_steps_change_no_bit() {
        for initializer in ["he_normal", "he_uniform", "orthogonal"] {
            let spec = Spec::new(Draft {
                activation: "gelu".parse().unwrap(),
                initializer: Some(initializer.parse().unwrap()),
                framework: crate::net::framework::Framework::PyTorch,
                bias: Bias::Normal(0.2),
                width: 160,
                depth: 23,
                input_dim: Some(40),
                draws: Draws::Exactly(1),
                ..Draft::default()
            })
            .unwrap();
            let mut whole = Draw::new(Arc::new(Plan::new(&spec)), 0);
            whole.advance(u64::MAX / 4, Team::Alone);
            for segment in [1, 5, 22] {
                let mut plan = Plan::new(&spec);
                plan.segment = segment;
                let mut draw = Draw::new(Arc::new(plan), 0);
                let mut steps = 0;
                while !draw.is_done() {
                    draw.advance(1, Team::Pool);
                    steps += 1;
                }
                assert!(steps > 100, "{initializer}: {steps} steps");
                assert_eq!(
                    draw.record(),
                    whole.record(),
                    "{initializer}, a checkpoint every {segment} layers"
                );
            }
        }
    }
}
