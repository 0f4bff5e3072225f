//! One draw of all weights and biases: forward, backward, measured, in bounded steps.

mod backward;
mod forward;
mod plan;

use std::sync::Arc;

pub use plan::Plan;

use crate::math::panel::Panel;
use crate::math::stream::{Purpose, StreamKey};
use crate::sim::backward_sweep::GradientExponents;
use crate::sim::draw::plan::Node;
use crate::sim::forward::Workspace;
use crate::sim::join::{Join, SavedStream, StreamGradient};
use crate::sim::matrix_free::{Backward, Known, Mixing};
use crate::sim::panel_scale::PanelScale;
use crate::sim::record::Record;
use crate::sim::saved_layer::SavedLayer;
use crate::sim::signal::{Inputs, stored_gram};
use crate::sim::source;
use crate::sim::team::{Sums, Team, keep_pool_awake};

/// Stages after which threads that have nothing to do are called again.
const STAGES: usize = 64;

/// Where a draw stands: what comes next, in which section of the tape and from which part of its units on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cursor {
    section: usize,
    phase: Phase,
    part: usize,
}

impl Cursor {
    /// The same from another part on.
    fn at(self, part: usize) -> Self {
        Self { part, ..self }
    }
}

/// One kind of work in a section. Outputs of section 0 are the inputs; what is above all sections is `depth + 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// `z = W x` by a streamed law.
    Product,
    /// Fresh numbers for a Haar matrix's product and their Gram matrix.
    Fill,
    /// The small matrices of a matrix-free product.
    Prepare,
    /// What is done unit by unit to `z`, which is made on the way where the law is matrix-free.
    Forward,
    /// The way back to `dl/dz` (and the outputs of the section below with their slopes where they can be had).
    Backward,
    /// The outputs of the section below with their slopes alone.
    Fetch,
    /// `dl/dW`, and what the transposed product needs.
    Conclude,
    /// `dl/dx = Wᵀ dl/dz` by a streamed law.
    Transposed,
    /// Nothing.
    Done,
}

impl Phase {
    /// Its first part in that section.
    fn of(self, section: usize) -> Cursor {
        Cursor {
            section,
            phase: self,
            part: 0,
        }
    }
}

/// What the forward pass can start from.
#[derive(Debug)]
struct Checkpoint {
    /// `x`, where the next section's law needs it.
    x: Option<Panel>,
    /// What its numbers stand for.
    scale: PanelScale,
    /// `XᵀX`, where the next section's law needs it (and at the input).
    gram: Vec<f64>,
    /// The stream that passes by.
    stream: Option<SavedStream>,
}

/// One draw on its way.
#[derive(Debug)]
pub struct Draw {
    plan: Arc<Plan>,
    index: u32,
    cursor: Cursor,
    /// Whether the forward pass runs for the first time and is measured, or again to bring pre-activations back.
    measured: bool,
    /// One for each thread at work.
    workspaces: Vec<Workspace>,
    /// One for each part of a section.
    parts: Vec<Sums>,
    /// All parts of the section together.
    total: Sums,
    /// Pre-activations being made by a streamed law, or fresh numbers of a Haar matrix's.
    pending: Option<Panel>,
    /// What fresh numbers are multiplied by in the matrix-free forward product being made.
    mixing: Mixing,
    /// The sums with the stream before and after the activation being made.
    joins: [Option<Join>; 2],
    /// Whether the inputs are nearly dependent, so that the outputs of a streamed first section may be expected to be.
    graded: bool,
    /// Outputs of the sections `0, segment, 2 segment, ...`.
    checkpoints: Vec<Checkpoint>,
    /// What the sections after `saved_from` left.
    saved: Vec<SavedLayer>,
    saved_from: usize,
    /// Panels to use again.
    spare: Vec<Panel>,
    /// Output of the section before the one being computed; on the way back of the one whose gradient comes next.
    x: Panel,
    /// Slopes of the same section.
    slope: Panel,
    /// Fresh numbers for the transposed product of the section above it.
    fresh: Panel,
    /// `dl/dx`, then `dl/dz` in place; its numbers stand for `2^g_exponent` times themselves.
    g: Panel,
    g_exponent: i64,
    /// What they stand for on the way back through the section.
    exponents: GradientExponents,
    /// Gradient of the stream.
    stream: Panel,
    stream_gradient: StreamGradient,
    /// Where a streamed transposed product is written.
    g_next: Panel,
    /// The matrix-free transposed product that gives the next `dl/dx`.
    formed: Option<Backward>,
    /// What it needs of its section: of the forward product, `deltaᵀ delta`, `zᵀ delta`.
    known: Option<Known>,
    d_gram: Vec<f64>,
    z_dot_d: Vec<f64>,
    record: Record,
}

impl Draw {
    /// Starts draw number `index`.
    #[must_use]
    pub fn new(plan: Arc<Plan>, index: u32) -> Self {
        let (lanes, batch) = (plan.lanes, plan.spec.batch());
        let widest = plan.largest(|node| node.units);
        let panel = |wanted: bool| Panel::zeros(if wanted { widest } else { 0 }, lanes);
        // the gradient is not brought back to the input: of the first section's product alone nothing is needed
        let mut above = plan
            .tape
            .distinct()
            .iter()
            .skip(1)
            .map(|s| &s.linear.action);
        let free = above.clone().any(|action| action.free().is_some());
        let streamed = above.any(|action| action.streamed().is_some());
        let mut draw = Self {
            index,
            cursor: Phase::Done.of(0),
            measured: true,
            workspaces: vec![Workspace::new(batch, lanes)],
            parts: vec![Sums::default(); plan.largest(Node::parts)],
            total: Sums::default(),
            pending: None,
            mixing: Mixing::default(),
            joins: [None; 2],
            graded: false,
            checkpoints: Vec::new(),
            saved: Vec::new(),
            saved_from: 0,
            spare: Vec::new(),
            x: panel(true),
            slope: panel(true),
            fresh: panel(free),
            g: panel(true),
            g_exponent: 0,
            exponents: GradientExponents::default(),
            stream: panel(plan.tape.has_streams()),
            stream_gradient: StreamGradient::default(),
            g_next: panel(streamed),
            formed: None,
            known: None,
            d_gram: Vec::new(),
            z_dot_d: Vec::new(),
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
        self.stream_gradient = StreamGradient::default();
        self.formed = None;
        self.pending = None;
        self.forget();
        self.saved_from = 0;
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
            stream: None,
        });
        self.cursor = self.enter(&plan, 1);
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
        self.cursor.phase == Phase::Done
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
        while left > 0 && !self.is_done() {
            keep_pool_awake(team, || {
                for _ in 0..STAGES {
                    if left > 0 {
                        left -= self.one_stage(&plan, left as u64, team) as i64;
                    }
                }
            });
        }
    }

    /// Parts of what comes next, as many as the budget allows; returns the cost.
    fn one_stage(&mut self, plan: &Plan, budget: u64, team: Team) -> u64 {
        let Cursor {
            section,
            phase,
            part,
        } = self.cursor;
        match phase {
            Phase::Product => self.product(plan, section, part, budget, team),
            Phase::Fill => self.fill(plan, section, part, budget, team),
            Phase::Prepare => self.prepare(plan, section),
            Phase::Forward => self.forward(plan, section, part, budget, team),
            Phase::Backward => self.backward(plan, section, true, part, budget, team),
            Phase::Fetch => self.backward(plan, section, false, part, budget, team),
            Phase::Conclude => self.conclude(plan, section),
            Phase::Transposed => self.transposed(plan, section, part, budget, team),
            Phase::Done => 0,
        }
    }

    fn key(&self, section: usize, purpose: Purpose) -> StreamKey {
        StreamKey {
            seed: self.plan.spec.seed(),
            draw: self.index,
            layer: section as u32,
            purpose,
        }
    }

    /// Puts the saved panels aside.
    fn forget(&mut self) {
        for saved in self.saved.drain(..) {
            let streams = saved.streams.into_iter().flatten().map(|stream| stream.y);
            self.spare.extend(std::iter::once(saved.z).chain(streams));
        }
    }

    /// What `section` left, which is at hand.
    fn saved(&self, section: usize) -> &SavedLayer {
        &self.saved[section - self.saved_from - 1]
    }

    /// `XᵀX` of the output of `section` as stored, and what its numbers stand for.
    fn output(&self, section: usize) -> (&[f64], PanelScale) {
        if section == self.saved_from {
            let checkpoint = self.checkpoints.last().expect("the input is always kept");
            (&checkpoint.gram, checkpoint.scale)
        } else {
            let saved = self.saved(section);
            (&saved.gram, saved.output())
        }
    }

    /// Adds the sums of the first so many parts, in the order of the units.
    fn reduce(&mut self, parts: usize) {
        self.total.clear();
        for part in &mut self.parts[..parts] {
            self.total.merge(part);
        }
    }
}

/// The stream that passes by what follows these sections.
fn latest_stream<'a>(
    saved: &'a [SavedLayer],
    checkpoints: &'a [Checkpoint],
) -> Option<&'a SavedStream> {
    let saved = saved.iter().rev();
    let mut saved = saved.flat_map(|saved| saved.streams.iter().rev().flatten());
    let kept = checkpoints.last().and_then(|kept| kept.stream.as_ref());
    saved.find(|stream| stream.forks).or(kept)
}

/// The end of the parts from `part` on that a budget allows, at least one.
fn last_part(part: usize, parts: usize, budget: u64, cost: u64) -> usize {
    parts.min(part + (budget / cost.max(1)).max(1) as usize)
}

#[cfg(test)]
mod tests;
