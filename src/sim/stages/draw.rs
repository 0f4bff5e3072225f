//! One draw of all weights and biases of a network of stages: forward, backward, measured, in bounded steps.

mod back;

use std::sync::Arc;

use crate::math::panel::Panel;
use crate::math::stream::{Purpose, StreamKey};
use crate::net::block::Norm;
use crate::sim::record::{Branch, Layer, Record, log10};
use crate::sim::signal::{Inputs, stored_gram};
use crate::sim::source;
use crate::sim::stages::norm::{self, Taken};
use crate::sim::stages::phi::Found;
use crate::sim::stages::plan::{Node, Plan};
use crate::sim::stages::product::{Passed, Product, Stream};
use crate::sim::stages::rows::Lanes;
use crate::sim::stages::statistics::{self, Panelled, mean_square};

/// Every so many draws the effective rank is measured.
const RANKED: u32 = 4;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    /// `W1 u`.
    First,
    /// `W2 phi(..)`.
    Second,
    /// The sum with the stream, its norm, and what is measured.
    Join,
    /// The way back to the branch, and `W2' ..`.
    BackSecond,
    /// The slopes, and `W1' ..`.
    BackFirst,
    /// The sum with the gradient of the stream.
    BackJoin,
    /// Nothing.
    Done,
}

/// What the way back needs of one stage.
#[derive(Debug, Default)]
struct Saved {
    /// The stream that enters.
    x: Vec<f64>,
    first: Passed,
    second: Passed,
    /// Biases of both matrices; empty where they are zero.
    biases: [Vec<f32>; 2],
}

impl Saved {
    /// What the first or the second matrix leaves.
    fn passed(&self, second: bool) -> &Passed {
        if second { &self.second } else { &self.first }
    }

    fn passed_mut(&mut self, second: bool) -> &mut Passed {
        if second {
            &mut self.second
        } else {
            &mut self.first
        }
    }
}

/// One draw on its way.
#[derive(Debug)]
pub struct StageDraw {
    plan: Arc<Plan>,
    index: u32,
    stage: usize,
    task: Task,
    saved: Vec<Saved>,
    /// The stream on the way up.
    x: Vec<f64>,
    /// A streamed product.
    stream: Option<Stream>,
    /// On the way back: gradient of the stream, then the part of it that passes a branch by.
    g: Vec<f64>,
    /// On the way back: gradient within the branch.
    d: Vec<f64>,
    record: Record,
}

/// Adds a bias to every input.
fn add_biases(panel: &mut [f64], biases: &[f32], lanes: Lanes) {
    for (row, bias) in panel.chunks_exact_mut(lanes.all).zip(biases) {
        for value in row {
            *value += f64::from(*bias);
        }
    }
}

impl StageDraw {
    /// Starts draw number `index`.
    #[must_use]
    pub fn new(plan: Arc<Plan>, index: u32) -> Self {
        let mut draw = Self {
            plan,
            index,
            stage: 1,
            task: Task::First,
            saved: Vec::new(),
            x: Vec::new(),
            stream: None,
            g: Vec::new(),
            d: Vec::new(),
            record: Record::default(),
        };
        draw.restart(index);
        draw
    }

    /// Starts draw number `index` of the same plan.
    pub fn restart(&mut self, index: u32) {
        let plan = Arc::clone(&self.plan);
        let (spec, lanes) = (&plan.spec, plan.lanes);
        self.index = index;
        self.stage = 1;
        self.task = Task::First;
        self.saved.clear();
        self.stream = None;
        self.record = Record::default();
        let key = self.key(0, Purpose::Inputs);
        let rows = spec.input().rows();
        let inputs = match &rows {
            None => source::noise_inputs(spec.input_dim(), lanes.batch, lanes.all, key),
            Some(rows) => source::data_inputs(rows, lanes.batch, lanes.all, key),
        };
        if rows.is_some() {
            let (gram, _) = stored_gram(&inputs);
            self.record.inputs = Inputs::new(&inputs, &gram, lanes.batch);
        }
        self.x = numbers(&inputs, lanes, spec.draft().embed);
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

    /// What the finished draw leaves.
    #[must_use]
    pub fn take_record(&mut self) -> Record {
        std::mem::take(&mut self.record)
    }

    /// Whether forward and backward pass are complete.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.task == Task::Done
    }

    /// Works until about `budget` matrix entries (times vectors of inputs) have been touched, or the draw is done.
    pub fn advance(&mut self, budget: u64) {
        let plan = Arc::clone(&self.plan);
        let mut left = budget as i64;
        while left > 0 && !self.is_done() {
            left -= self.one_task(&plan, left as u64) as i64;
        }
    }

    fn key(&self, layer: usize, purpose: Purpose) -> StreamKey {
        StreamKey {
            seed: self.plan.spec.seed(),
            draw: self.index,
            layer: layer as u32,
            purpose,
        }
    }

    /// The key of a matrix of the present stage: the first or the second.
    fn weights(&self, second: bool) -> StreamKey {
        self.key(2 * self.stage - usize::from(!second), Purpose::Weights)
    }

    fn one_task(&mut self, plan: &Plan, budget: u64) -> u64 {
        let node = plan.node(self.stage);
        match self.task {
            Task::First => self.first(plan, node, budget),
            Task::Second => self.second(plan, node, budget),
            Task::Join => self.join(plan, node),
            Task::BackSecond => self.back_second(plan, node, budget),
            Task::BackFirst => self.back_first(plan, node, budget),
            Task::BackJoin => self.back_join(plan, node),
            Task::Done => 0,
        }
    }

    /// A product forward; `None` while it is streamed.
    fn product(
        &mut self,
        product: &Product,
        second: bool,
        x: impl FnOnce(&Self) -> Vec<f64>,
        budget: u64,
    ) -> (Option<Passed>, u64) {
        let key = self.weights(second);
        if self.stream.is_none() {
            let x = x(self);
            let (passed, stream) = product.begin(key, &x);
            if stream.is_none() {
                return (Some(passed), product.cost());
            }
            self.stream = stream;
            let saved = self.saved.last_mut().expect("a stage has begun");
            *saved.passed_mut(second) = passed;
        }
        let stream = self.stream.as_mut().expect("a streamed product");
        let (complete, cost) = product.go_on(key, stream, budget);
        if !complete {
            return (None, cost);
        }
        let stream = self.stream.take().expect("a streamed product");
        let saved = self.saved.last_mut().expect("a stage has begun");
        let mut passed = std::mem::take(saved.passed_mut(second));
        product.take(&mut passed, &stream);
        (Some(passed), cost)
    }

    fn biases(&self, product: &Product, second: bool) -> Vec<f32> {
        let key = StreamKey {
            purpose: Purpose::Biases,
            ..self.weights(second)
        };
        source::biases(product.biases, product.fan_out, key).unwrap_or_default()
    }

    fn first(&mut self, plan: &Plan, node: &Node, budget: u64) -> u64 {
        if self.stream.is_none() {
            let biases = [
                self.biases(&node.first, false),
                node.second
                    .as_ref()
                    .map_or_else(Vec::new, |second| self.biases(second, true)),
            ];
            self.saved.push(Saved {
                x: std::mem::take(&mut self.x),
                biases,
                ..Saved::default()
            });
        }
        let eps = plan.spec.draft().eps;
        let input = |draw: &Self| {
            let saved = draw.saved.last().expect("a stage has begun");
            normed(node.stage.pre, eps, &saved.x, plan.lanes).0
        };
        let (passed, cost) = self.product(&node.first, false, input, budget);
        if let Some(passed) = passed {
            self.saved.last_mut().expect("a stage has begun").first = passed;
            self.task = if node.second.is_some() {
                Task::Second
            } else {
                Task::Join
            };
        }
        cost
    }

    /// What the activation is given in the stage that was saved last, and what the norm before it took.
    fn hidden(&self, plan: &Plan, node: &Node) -> (Vec<f64>, Option<Taken>) {
        let saved = self.saved.last().expect("a stage has begun");
        let mut z = saved.first.z.clone();
        add_biases(&mut z, &saved.biases[0], plan.lanes);
        let taken = node
            .stage
            .inner
            .map(|norm| norm::forward(norm, plan.spec.draft().eps, &mut z, plan.lanes));
        (z, taken)
    }

    fn second(&mut self, plan: &Plan, node: &Node, budget: u64) -> u64 {
        let second = node.second.as_ref().expect("a stage with a stream");
        let input = |draw: &Self| {
            let mut a = Vec::new();
            let (z, _) = draw.hidden(plan, node);
            plan.applied.pass(&z, plan.lanes, &mut a, None, None);
            a
        };
        let (passed, cost) = self.product(second, true, input, budget);
        if let Some(passed) = passed {
            self.saved.last_mut().expect("a stage has begun").second = passed;
            self.task = Task::Join;
        }
        cost
    }

    /// The stream after the stage that was saved last, before its norm, and the branch.
    fn sum(&self, node: &Node, lanes: Lanes) -> (Vec<f64>, Vec<f64>) {
        let saved = self.saved.last().expect("a stage has begun");
        let residual = node.stage.residual.as_ref().expect("a stage with a stream");
        let mut branch = saved.second.z.clone();
        add_biases(&mut branch, &saved.biases[1], lanes);
        let pairs = saved.x.iter().zip(&branch);
        let sum = pairs.map(|(x, f)| residual.skip * x + residual.alpha * f);
        (sum.collect(), branch)
    }

    fn join(&mut self, plan: &Plan, node: &Node) -> u64 {
        let lanes = plan.lanes;
        let ranked = self.index.is_multiple_of(RANKED);
        let (z, _) = self.hidden(plan, node);
        let (mut a, mut found) = (Vec::new(), Found::default());
        plan.applied
            .pass(&z, lanes, &mut a, None, Some((&mut found, node.sampling)));
        let units = node.first.fan_out;
        let layer = match &node.stage.residual {
            None => {
                let saved = self.saved.last().expect("a stage has begun");
                let mut given = saved.first.z.clone();
                add_biases(&mut given, &saved.biases[0], lanes);
                let given = statistics::measure(&given, lanes, ranked);
                let output = statistics::measure(&a, lanes, false);
                self.x = a;
                statistics::layer(&given, &output, &found, units, lanes)
            }
            Some(residual) => {
                let (sum, branch) = self.sum(node, lanes);
                let (f2, y2) = (mean_square(&branch, lanes), mean_square(&sum, lanes));
                self.record.branches.push(Branch {
                    output: log10(f2, 0),
                    share: log10(residual.alpha * residual.alpha * f2 / y2, 0),
                    grad_w: f64::NAN,
                });
                self.x = normed(node.stage.post, plan.spec.draft().eps, &sum, lanes).0;
                let stream: Panelled = statistics::measure(&self.x, lanes, ranked);
                statistics::layer(&stream, &stream, &found, units, lanes)
            }
        };
        let overflows = !layer.z_second_moment.is_finite() && layer.z_second_moment > 0.0;
        self.record.layers.push(layer);
        if overflows {
            let rest = plan.spec.layers() - self.record.layers.len();
            let beyond = std::iter::repeat_n(Layer::beyond(f64::INFINITY), rest);
            self.record.layers.extend(beyond);
            if node.second.is_some() {
                self.record
                    .branches
                    .resize(plan.spec.layers(), Branch::UNKNOWN);
            }
            self.record.backward = plan.spec.layers();
            self.task = Task::Done;
        } else if self.stage < plan.spec.layers() {
            self.stage += 1;
            self.task = Task::First;
        } else {
            self.turn(plan);
        }
        (self.x.len() + a_cost(units, lanes)) as u64
    }
}

/// Work of passing hidden units through the activation, in the units of [`StageDraw::advance`].
fn a_cost(units: usize, lanes: Lanes) -> usize {
    4 * units * lanes.all
}

/// The panel after a norm, and what was taken; as it is where there is none.
fn normed(norm: Option<Norm>, eps: f64, x: &[f64], lanes: Lanes) -> (Vec<f64>, Option<Taken>) {
    let mut y = x.to_vec();
    let taken = norm.map(|norm| norm::forward(norm, eps, &mut y, lanes));
    (y, taken)
}

/// All inputs, `scale` times as large, of a panel of the first and differences.
fn numbers(inputs: &Panel, lanes: Lanes, scale: f64) -> Vec<f64> {
    let mut x = vec![0.0; inputs.units() * lanes.all];
    let rows = inputs.data().chunks_exact(lanes.all);
    for (row, x) in rows.zip(x.chunks_exact_mut(lanes.all)) {
        x[0] = f64::from(row[0]) * scale;
        for b in 1..lanes.batch {
            x[b] = x[0] + f64::from(row[b]) * scale;
        }
    }
    x
}
