//! One draw of all weights and biases: forward, backward, measured, in bounded steps.

mod backward;
mod forward;
mod plan;

use std::sync::Arc;

pub use plan::Plan;

use crate::math::panel::Panel;
use crate::math::stream::{Key, Purpose};
use crate::sim::forward::Workspace;
use crate::sim::kept::Kept;
use crate::sim::matrix_free::{Backward, Known, Turn};
use crate::sim::panel_scale::PanelScale;
use crate::sim::record::Record;
use crate::sim::signal::{Inputs, stored_gram};
use crate::sim::source;
use crate::sim::team::{Sums, Team, attended};

/// Stages after which threads that have nothing to do are called again.
const STAGES: usize = 64;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// `z_layer = W x` by a streamed law, this part next.
    Product { layer: usize, part: usize },
    /// Fresh numbers for a Haar matrix's product and their Gram matrix, this part next.
    Fill { layer: usize, part: usize },
    /// The small matrices of a matrix-free product.
    Prepare { layer: usize },
    /// `x_layer = phi(z_layer)`, with `z_layer` made on the way where the law is matrix-free; this part next.
    Ascend { layer: usize, part: usize },
    /// `delta_layer = phi' g` (and `x_{layer-1}` with its slopes where it can be had), this part next.
    Descend { layer: usize, part: usize },
    /// `x_{layer-1}` with its slopes alone, this part next.
    Fetch { layer: usize, part: usize },
    /// `dl/dW_layer`, and what the transposed product needs.
    Conclude { layer: usize },
    /// `g_{layer-1} = Wᵀ delta_layer` by a streamed law, this part next.
    Transposed { layer: usize, part: usize },
    /// Nothing.
    Done,
}

/// What the forward pass can start from.
#[derive(Debug)]
struct Checkpoint {
    /// `x_l`, where the next layer's law needs it.
    x: Option<Panel>,
    /// What its numbers stand for.
    scale: PanelScale,
    /// `XᵀX`, where the next layer's law needs it (and at the input).
    gram: Vec<f64>,
}

/// One draw on its way.
#[derive(Debug)]
pub struct Draw {
    plan: Arc<Plan>,
    index: u32,
    stage: Stage,
    /// Whether the forward pass runs for the first time and is measured, or again to bring pre-activations back.
    measured: bool,
    /// One for each thread at work.
    workspaces: Vec<Workspace>,
    /// One for each part of a layer.
    parts: Vec<Sums>,
    /// All parts of the layer together.
    total: Sums,
    /// Pre-activations being made by a streamed law, or fresh numbers of a Haar matrix's.
    pending: Option<Panel>,
    /// What fresh numbers are multiplied by in the matrix-free forward product being made.
    turn: Turn,
    /// Whether the inputs are nearly dependent, so that the outputs of a streamed first layer may be expected to be.
    graded: bool,
    /// Outputs at the layers `0, segment, 2 segment, ...`.
    checkpoints: Vec<Checkpoint>,
    /// Pre-activations of the layers after `kept_from`.
    kept: Vec<Kept>,
    kept_from: usize,
    /// Panels to use again.
    spare: Vec<Panel>,
    /// Output of the layer before the one being computed; on the way back of the layer whose `delta` comes next.
    x: Panel,
    /// Slopes of the same layer.
    slope: Panel,
    /// Fresh numbers for the transposed product of the layer above it.
    fresh: Panel,
    /// `dl/dx`, then `dl/dz` in place; its numbers stand for `2^g_exponent` times themselves.
    g: Panel,
    g_exponent: i64,
    /// Where a streamed transposed product is written.
    g_next: Panel,
    /// The matrix-free transposed product that gives the next `dl/dx`.
    formed: Option<Backward>,
    /// What it needs of its layer: of the forward product, `deltaᵀ delta`, `zᵀ delta`.
    known: Option<Known>,
    power: Vec<f64>,
    seen: Vec<f64>,
    record: Record,
}

impl Draw {
    /// Starts draw number `index`.
    #[must_use]
    pub fn new(plan: Arc<Plan>, index: u32) -> Self {
        let (lanes, batch, width) = (plan.lanes, plan.spec.batch(), plan.spec.width());
        let panel = |wanted: bool| Panel::zeros(if wanted { width } else { 0 }, lanes);
        let free = plan.rest.free().is_some();
        let mut draw = Self {
            index,
            stage: Stage::Done,
            measured: true,
            workspaces: vec![Workspace::new(batch, lanes)],
            parts: vec![Sums::default(); plan.parts()],
            total: Sums::default(),
            pending: None,
            turn: Turn::default(),
            graded: false,
            checkpoints: Vec::new(),
            kept: Vec::new(),
            kept_from: 0,
            spare: Vec::new(),
            x: panel(true),
            slope: panel(true),
            fresh: panel(free),
            g: panel(true),
            g_exponent: 0,
            g_next: panel(!free),
            formed: None,
            known: None,
            power: Vec::new(),
            seen: Vec::new(),
            record: Record::default(),
            plan,
        };
        draw.restart(index);
        draw
    }

    /// Starts draw number `index` of the same plan in the memory of this one.
    pub fn restart(&mut self, index: u32) {
        let plan = Arc::clone(&self.plan);
        let spec = &plan.spec;
        self.index = index;
        self.measured = true;
        self.record = Record::default();
        self.g_exponent = 0;
        self.formed = None;
        self.pending = None;
        self.forget();
        self.kept_from = 0;
        let key = self.key(0, Purpose::Inputs);
        let x = match spec.input().rows() {
            None => source::noise_inputs(spec.input_dim(), spec.batch(), plan.lanes, key),
            Some(rows) => source::data_inputs(&rows, spec.batch(), plan.lanes, key),
        };
        let (gram, graded) = stored_gram(&x);
        let data = spec.input().rows().is_some();
        self.record.inputs = Inputs::new(&x, &gram, spec.batch()).filter(|_| data);
        self.checkpoints.clear();
        self.graded = graded;
        self.checkpoints.push(Checkpoint {
            gram,
            x: Some(x),
            scale: PanelScale::default(),
        });
        self.stage = self.enter(&plan, 1);
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

    /// [`into_record`](Self::into_record) of a draw whose memory is used again.
    #[must_use]
    pub fn take_record(&mut self) -> Record {
        std::mem::take(&mut self.record)
    }

    /// Whether forward and backward pass are complete.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// Works until about `budget` matrix entries (times vectors of inputs) have been touched, or the draw is done.
    pub fn advance(&mut self, budget: u64, team: Team) {
        let plan = Arc::clone(&self.plan);
        if team == Team::Pool {
            let threads = rayon::current_num_threads();
            let (batch, lanes) = (plan.spec.batch(), plan.lanes);
            self.workspaces
                .resize_with(threads.max(self.workspaces.len()), || {
                    Workspace::new(batch, lanes)
                });
        }
        let mut left = budget as i64;
        while left > 0 && self.stage != Stage::Done {
            attended(team, || {
                for _ in 0..STAGES {
                    if left > 0 {
                        left -= self.one_stage(&plan, left as u64, team) as i64;
                    }
                }
            });
        }
    }

    /// Parts of the present stage, as many as the budget allows; returns the cost.
    fn one_stage(&mut self, plan: &Plan, budget: u64, team: Team) -> u64 {
        match self.stage {
            Stage::Product { layer, part } => self.product(plan, layer, part, budget, team),
            Stage::Fill { layer, part } => self.fill(plan, layer, part, budget, team),
            Stage::Prepare { layer } => self.prepare(plan, layer),
            Stage::Ascend { layer, part } => self.ascend(plan, layer, part, budget, team),
            Stage::Descend { layer, part } => self.descend(plan, layer, true, part, budget, team),
            Stage::Fetch { layer, part } => self.descend(plan, layer, false, part, budget, team),
            Stage::Conclude { layer } => self.conclude(plan, layer),
            Stage::Transposed { layer, part } => self.transposed(plan, layer, part, budget, team),
            Stage::Done => 0,
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

    /// Puts the kept panels aside.
    fn forget(&mut self) {
        self.spare.extend(self.kept.drain(..).map(|kept| kept.z));
    }

    /// Pre-activations of `layer`, which are at hand.
    fn kept(&self, layer: usize) -> &Kept {
        &self.kept[layer - self.kept_from - 1]
    }

    /// `XᵀX` of the output of `layer` as stored, and what its numbers stand for.
    fn output(&self, layer: usize) -> (&[f64], PanelScale) {
        if layer == self.kept_from {
            let checkpoint = self.checkpoints.last().expect("the input is always kept");
            (&checkpoint.gram, checkpoint.scale)
        } else {
            let kept = self.kept(layer);
            (&kept.gram, kept.frame.output())
        }
    }

    /// Adds the sums of all parts, in the order of the units.
    fn reduce(&mut self) {
        self.total.clear();
        for part in &mut self.parts {
            self.total.merge(part);
        }
    }
}

/// The end of the parts from `part` on that a budget allows, at least one.
fn last_part(part: usize, parts: usize, budget: u64, cost: u64) -> usize {
    parts.min(part + (budget / cost.max(1)).max(1) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::spec::{Bias, Draft, Draws, Spec};

    #[test]
    fn checkpoints_and_small_steps_change_no_bit() {
        // two inputs: batches of nearly dependent columns, whose inner products are summed in double precision
        let laws = [("he_normal", 40), ("he_uniform", 40), ("orthogonal", 40)];
        for (initializer, input_dim) in laws
            .into_iter()
            .chain([("he_normal", 2), ("orthogonal", 2)])
        {
            let spec = Spec::new(Draft {
                activation: "gelu".parse().unwrap(),
                initializer: Some(initializer.parse().unwrap()),
                framework: crate::net::framework::Framework::PyTorch,
                bias: Bias::Normal(0.2),
                width: 160,
                depth: 23,
                input_dim: Some(input_dim),
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
