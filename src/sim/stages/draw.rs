//! One draw of all weights and biases of a network of stages: forward, backward, measured, in bounded steps.

mod back;
mod join;
mod saved;

use std::ops::Range;
use std::sync::Arc;

use crate::math::panel::{Panel, padded};
use crate::math::stream::{Purpose, StreamKey};
use crate::sim::record::Record;
use crate::sim::signal::{Inputs, stored_gram};
use crate::sim::source;
use crate::sim::stages::middle::{Given, Middle, attended};
use crate::sim::stages::norm;
use crate::sim::stages::phi::Found;
use crate::sim::stages::plan::{Last, Node, Plan};
use crate::sim::stages::product::{Gradient, Passed, Product, Stream};
use crate::sim::stages::rows::{Buffers, Lanes, Narrow, Single};

use saved::Saved;

/// Every so many draws the effective rank is measured.
const RANKED: u32 = 4;

/// Streams of random numbers to a stage: a matrix each, the last of the stage at [`LAST`].
pub const STREAMS: usize = 8;
/// Which of them is that of the last matrix.
pub const LAST: usize = 7;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    /// The products with `u`.
    Reads,
    /// The product with what the middle gives.
    Last,
    /// The sum with the stream, its norm, and what is measured.
    Join,
    /// The way back to the branch, and through its last matrix.
    BackLast,
    /// The way back through the middle, and through the matrices that read `u`.
    BackReads,
    /// The sum with the gradient of the stream.
    BackJoin,
    /// Nothing.
    Done,
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
    /// What the middle of the present stage was given, until it is recorded.
    found: Found,
    /// A streamed product.
    stream: Option<Stream>,
    /// What the last matrix will be given.
    given: Option<Narrow>,
    /// On the way back: gradients at the outputs of the matrices that come next.
    gradients: Option<Vec<Gradient>>,
    /// On the way back: gradient of the stream, then the part of it that passes a branch by.
    g: Vec<f64>,
    /// On the way back: gradient within the branch.
    d: Vec<f64>,
    /// In its place where what comes next takes it in single precision.
    single: Option<Single>,
    /// Memory for panels.
    buffers: Buffers,
    record: Record,
}

impl StageDraw {
    /// Starts draw number `index`.
    #[must_use]
    pub fn new(plan: Arc<Plan>, index: u32) -> Self {
        let mut draw = Self {
            plan,
            index,
            stage: 1,
            task: Task::Reads,
            saved: Vec::new(),
            x: Vec::new(),
            found: Found::default(),
            stream: None,
            given: None,
            gradients: None,
            g: Vec::new(),
            d: Vec::new(),
            single: None,
            buffers: Buffers::default(),
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
        self.task = Task::Reads;
        for saved in std::mem::take(&mut self.saved) {
            saved.recycle(&mut self.buffers);
        }
        self.single = None;
        (self.stream, self.given, self.gradients) = (None, None, None);
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
        if spec.draft().position != 0.0 {
            self.add_positions(spec.draft().position, lanes);
        }
        if let Some(norm) = spec.draft().initial_norm {
            norm::forward(norm, spec.draft().eps, &mut self.x, lanes);
        }
    }

    /// Adds noise of its own to every position, the same for all sequences.
    fn add_positions(&mut self, std: f64, lanes: Lanes) {
        let all = padded(lanes.tokens);
        let key = self.key(1, Purpose::Inputs);
        let noise = source::noise_inputs(self.x.len() / lanes.all, lanes.tokens, all, key);
        let positions = Lanes {
            batch: lanes.tokens,
            all,
            tokens: lanes.tokens,
        };
        let noise = numbers(&noise, positions, std);
        for (x, own) in self
            .x
            .chunks_exact_mut(lanes.all)
            .zip(noise.chunks_exact(all))
        {
            for sequence in x[..lanes.batch].chunks_exact_mut(lanes.tokens) {
                for (x, own) in sequence.iter_mut().zip(own) {
                    *x += own;
                }
            }
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

    /// The key of the last matrix of the present stage, or of the first that reads its input.
    fn weights(&self, last: bool) -> StreamKey {
        let stage = self.plan.spec.stage_drawn(self.stage);
        self.key(
            stage * STREAMS + if last { LAST } else { 0 },
            Purpose::Weights,
        )
    }

    fn one_task(&mut self, plan: &Plan, budget: u64) -> u64 {
        let node = plan.node(self.stage);
        match self.task {
            Task::Reads => self.reads(plan, node, budget),
            Task::Last => self.last(plan, node, budget),
            Task::Join => self.join(plan, node),
            Task::BackLast => self.back_last(plan, node, budget),
            Task::BackReads => self.back_reads(plan, node, budget),
            Task::BackJoin => self.back_join(plan, node),
            Task::Done => 0,
        }
    }

    fn saved(&self) -> &Saved {
        top(&self.saved)
    }

    fn saved_mut(&mut self) -> &mut Saved {
        self.saved.last_mut().expect("a stage is on its way")
    }

    /// A product forward with `x`, which begins it; `None` while it is streamed.
    fn product(
        &mut self,
        product: &Product,
        last: bool,
        x: Option<Narrow>,
        budget: u64,
    ) -> (Option<Passed>, u64) {
        let key = self.weights(last);
        if let Some(x) = x {
            let (passed, stream) = product.begin(key, x, &mut self.buffers);
            if stream.is_none() {
                return (Some(passed), product.cost());
            }
            self.stream = stream;
            *self.saved_mut().passed_mut(last) = passed;
        }
        let stream = self.stream.as_mut().expect("a streamed product");
        let (complete, cost) = product.go_on(key, stream, budget);
        if !complete {
            return (None, cost);
        }
        let stream = self.stream.take().expect("a streamed product");
        let passed = std::mem::take(self.saved_mut().passed_mut(last));
        (Some(passed.giving(stream.into_numbers())), cost)
    }

    fn reads(&mut self, plan: &Plan, node: &Node, budget: u64) -> u64 {
        let input = self.stream.is_none().then(|| {
            let last = match &node.last {
                Some(Last::Units(last)) => last.biases(self.weights(true)),
                // a matrix of tokens adds its own
                Some(Last::Tokens(_)) | None => Vec::new(),
            };
            let biases = [node.reads.biases(self.weights(false)), last];
            self.saved.push(Saved {
                x: std::mem::take(&mut self.x),
                biases,
                ..Saved::default()
            });
            plan.passage(node).entered(&self.saved().x)
        });
        if node.stage.reads.is_empty() {
            let u = input.expect("nothing is streamed");
            let cost = u.len() as u64;
            self.saved_mut().reads = Passed::of(u);
            self.task = Task::Last;
            return cost;
        }
        let input = input.map(|u| Narrow::new(&u, plan.lanes, &mut self.buffers));
        let (passed, cost) = self.product(&node.reads, false, input, budget);
        if let Some(passed) = passed {
            self.saved_mut().reads = passed;
            self.task = if node.last.is_some() {
                Task::Last
            } else {
                Task::Join
            };
        }
        cost
    }

    /// What the middle is given in the stage that was saved last.
    fn given_to_middle(&self, plan: &Plan, node: &Node) -> Given {
        plan.passage(node)
            .given(self.saved().wide(false, plan.lanes))
    }

    /// What the middle gives; what it was given is noted.
    fn noted(&mut self, plan: &Plan, node: &Node) -> Vec<f64> {
        self.found = Found::default();
        if let Middle::Attention(attention) = &node.middle {
            let saved = top(&self.saved);
            let read =
                |rows: Range<usize>, out: &mut [f64]| saved.write(false, plan.lanes, rows, out);
            return attended(attention, &read, Some(&mut self.found));
        }
        let given = self.given_to_middle(plan, node);
        let noted = Some((&mut self.found, node.sampling));
        node.middle.forward(plan.with(), &given, noted)
    }

    /// The same as it is multiplied.
    fn noted_narrow(&mut self, plan: &Plan, node: &Node) -> Narrow {
        let saved = top(&self.saved);
        let single = match (saved.hidden(plan, node), saved.attends(plan, node)) {
            (Some(hidden), _) => hidden.forward(node.sampling, &mut self.buffers),
            (_, Some(attends)) => attends.forward(&mut self.buffers),
            _ => None,
        };
        if let Some((narrow, found)) = single {
            self.found = found;
            return narrow;
        }
        let given = self.noted(plan, node);
        Narrow::new(&given, plan.lanes, &mut self.buffers)
    }

    fn last(&mut self, plan: &Plan, node: &Node, budget: u64) -> u64 {
        let last = match node.last.as_ref().expect("a stage with a stream") {
            Last::Units(last) => last,
            Last::Tokens(mixing) => {
                self.found = Found::default();
                let u = self.saved().wide(false, plan.lanes);
                let mixed = mixing.forward(self.weights(true), &u);
                self.saved_mut().last = Passed::of(mixed);
                self.task = Task::Join;
                return mixing.cost(u.len() / plan.lanes.all);
            }
        };
        if self.stream.is_none() && self.given.is_none() {
            let given = self.noted_narrow(plan, node);
            let cost = a_cost(given.len());
            self.given = Some(given);
            return cost;
        }
        let input = self.given.take();
        let (passed, cost) = self.product(last, true, input, budget);
        if let Some(passed) = passed {
            self.saved_mut().last = passed;
            self.task = Task::Join;
        }
        cost
    }
}

/// The stage that was saved last.
fn top(saved: &[Saved]) -> &Saved {
    saved.last().expect("a stage is on its way")
}

/// Work of passing so many hidden numbers through the activation, in the units of [`StageDraw::advance`].
fn a_cost(numbers: usize) -> u64 {
    4 * numbers as u64
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
