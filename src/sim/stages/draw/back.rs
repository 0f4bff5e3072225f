//! The way back through the stages of a draw.

use std::ops::Range;

use crate::math::panel::Panel;
use crate::math::stream::Purpose;
use crate::net::stage::Residual;
use crate::sim::record::log10;
use crate::sim::source;
use crate::sim::stages::draw::{STREAMS, StageDraw, Task, a_cost, top};
use crate::sim::stages::middle::Middle;
use crate::sim::stages::mixing::Mixing;
use crate::sim::stages::passage::{norm_back, normed};
use crate::sim::stages::plan::{Last, Node, Plan};
use crate::sim::stages::product::{Begun, Gradient, Product};
use crate::sim::stages::rows::Lanes;
use crate::sim::stages::rows::Single;
use crate::sim::stages::statistics::{mean_square, peak};

/// What a transposed product gave.
enum Formed {
    Single(Single),
    Wide(Vec<f64>),
}

impl StageDraw {
    /// The cotangents at the end of the network.
    pub(super) fn turn(&mut self, plan: &Plan) {
        let lanes = plan.lanes;
        let mut cotangents = Panel::zeros(self.x.len() / lanes.all, lanes.all);
        let key = self.key((plan.spec.layers() + 1) * STREAMS, Purpose::Cotangents);
        source::cotangents(&mut cotangents, lanes.batch, key);
        self.g = cotangents.data().iter().map(|g| f64::from(*g)).collect();
        if plan.last_norm.is_some() {
            let (y, taken) = normed(plan.last_norm, &self.x, plan.with());
            norm_back(plan.last_norm, taken.as_ref(), &y, &mut self.g, plan.with());
        }
        self.task = Task::BackLast;
    }

    /// A transposed product of what is in `d` with matrices with these gradients; `None` while it is streamed.
    fn transposed(
        &mut self,
        product: &Product,
        last: bool,
        start: Option<Vec<Gradient>>,
        budget: u64,
    ) -> (Option<Formed>, u64) {
        let key = self.weights(last);
        if let Some(gradients) = start {
            let passed = top(&self.saved).passed(last);
            let begun = product.begin_back(key, passed, &self.d, &gradients, &mut self.buffers);
            for gradient in gradients {
                gradient.recycle(&mut self.buffers);
            }
            match begun {
                Begun::Formed(formed) => return (Some(Formed::Single(formed)), product.cost()),
                Begun::Streamed(stream) => self.stream = Some(stream),
            }
        }
        let mut stream = self.stream.take().expect("a streamed product");
        let (complete, cost) = product.go_back(key, &self.d, &mut stream, budget);
        if complete {
            return (Some(Formed::Wide(stream.into_numbers())), cost);
        }
        self.stream = Some(stream);
        (None, cost)
    }

    /// log10 of the mean square of `dl/dW` over the entries of every matrix, from its gradient at the output and what the matrices were given.
    fn weight_gradients(&self, product: &Product, last: bool, gradients: &[Gradient]) -> Vec<f64> {
        let given = &self.saved().passed(last).gram;
        let each = product.shapes().zip(gradients);
        each.map(|(entries, gradient)| {
            let products = gradient.gram.iter().zip(given);
            let squares: f64 = products.map(|(d, x)| d * x).sum();
            log10(squares.max(0.0) / entries as f64, 0)
        })
        .collect()
    }

    pub(super) fn back_last(&mut self, plan: &Plan, node: &Node, budget: u64) -> u64 {
        let (Some(last), Some(residual)) = (&node.last, &node.stage.residual) else {
            self.note_gradient(plan.lanes);
            self.d = std::mem::take(&mut self.g);
            self.task = Task::BackReads;
            return 1;
        };
        if self.stream.is_none() && self.gradients.is_none() {
            self.through_sum(plan, node, residual);
        }
        let last = match last {
            Last::Units(last) => last,
            Last::Tokens(mixing) => return self.through_mixing(plan, mixing),
        };
        if self.stream.is_none() && self.gradients.is_none() {
            let gradients = last.gradients(&self.d, &mut self.buffers);
            let [gradient] = self.weight_gradients(last, true, &gradients)[..] else {
                unreachable!("one matrix comes last");
            };
            self.record.branches[self.stage - 1].grad_w = gradient;
            self.gradients = Some(gradients);
            return a_cost(self.d.len());
        }
        let start = self.gradients.take();
        let (formed, cost) = self.transposed(last, true, start, budget);
        if let Some(formed) = formed {
            match formed {
                // what the middle takes in single precision
                Formed::Single(single) if self.takes_single(plan, node) => {
                    self.single = Some(single);
                }
                formed => self.d = self.widened(formed),
            }
            self.task = Task::BackReads;
        }
        cost
    }

    /// The gradient at what the last matrix gives, from that of what leaves the stage, which becomes that of the stream beside the branch.
    fn through_sum(&mut self, plan: &Plan, node: &Node, residual: &Residual) {
        self.note_gradient(plan.lanes);
        let passage = plan.passage(node);
        let branch = passage.branch_counts().then(|| self.branch(plan, node));
        let mut g = std::mem::take(&mut self.g);
        if let Some(branch) = &branch {
            let sum = || passage.sum(&self.saved().x, branch, residual.alpha);
            passage.left_back(sum, &mut g);
        }
        self.d = passage.sum_back(&mut g, residual.alpha);
        self.g = g;
        if let Some(branch) = &branch {
            passage.branch_back(branch, &mut self.d);
        }
    }

    /// The way back through a matrix of tokens, whose gradient is recorded.
    fn through_mixing(&mut self, plan: &Plan, mixing: &Mixing) -> u64 {
        let u = self.saved().wide(false, plan.lanes);
        let gradient = mixing.weight_gradient(&self.d, &u);
        self.record.branches[self.stage - 1].grad_w = log10(gradient, 0);
        self.d = mixing.backward(self.weights(true), &self.d);
        self.task = Task::BackReads;
        2 * mixing.cost(u.len() / plan.lanes.all)
    }

    /// Whether the middle of the stage that was saved last takes a gradient in single precision.
    fn takes_single(&self, plan: &Plan, node: &Node) -> bool {
        let saved = self.saved();
        saved.hidden(plan, node).is_some() || saved.attends(plan, node).is_some()
    }

    /// In double precision.
    fn widened(&mut self, formed: Formed) -> Vec<f64> {
        match formed {
            Formed::Wide(wide) => wide,
            Formed::Single(single) => {
                let wide = single.wide();
                self.buffers.give(single.rows);
                wide
            }
        }
    }

    /// Records the gradient of what leaves the present stage.
    fn note_gradient(&mut self, lanes: Lanes) {
        let layer = &mut self.record.layers[self.stage - 1];
        layer.grad_x = log10(mean_square(&self.g, lanes), 0);
        layer.grad_z = layer.grad_x;
        layer.peaks[2] = log10(peak(&self.g, lanes), 0);
    }

    pub(super) fn back_reads(&mut self, plan: &Plan, node: &Node, budget: u64) -> u64 {
        if self.stream.is_none() && self.gradients.is_none() {
            self.gradients = Some(self.within(plan, node));
            return a_cost(node.stage.given_units() * plan.lanes.all);
        }
        let gradients = self.gradients.take();
        let (formed, cost) = if self.stage == 1 {
            for gradient in gradients.into_iter().flatten() {
                gradient.recycle(&mut self.buffers);
            }
            (Some(Formed::Wide(Vec::new())), 1)
        } else if node.stage.reads.is_empty() {
            (Some(Formed::Wide(std::mem::take(&mut self.d))), 1)
        } else {
            self.transposed(&node.reads, false, gradients, budget)
        };
        if let Some(formed) = formed {
            self.d = self.widened(formed);
            self.task = Task::BackJoin;
        }
        cost
    }

    /// The gradient in `d` by what the middle gives becomes that by what it is given.
    fn through_middle(&mut self, plan: &Plan, node: &Node) {
        let lanes = plan.lanes;
        let d = std::mem::take(&mut self.d);
        if let Middle::Attention(attention) = &node.middle {
            let saved = self.saved();
            let read = |rows: Range<usize>, out: &mut [f64]| saved.write(false, lanes, rows, out);
            self.d = attention.backward(&read, &d);
            return;
        }
        let given = self.given_to_middle(plan, node);
        self.d = node.middle.backward(plan.with(), &given, d);
    }

    /// The gradient at what the matrices give that read the input, recorded.
    fn within(&mut self, plan: &Plan, node: &Node) -> Vec<Gradient> {
        let lanes = plan.lanes;
        let single = self.single.take();
        let saved = top(&self.saved);
        let within = (saved.hidden(plan, node), saved.attends(plan, node));
        let grads = match (single, within) {
            (Some(d), (Some(hidden), _)) => hidden.backward(d, &mut self.buffers),
            (Some(d), (_, Some(attends))) => attends.backward(d, &mut self.buffers),
            _ => {
                self.through_middle(plan, node);
                node.reads.gradients(&self.d, &mut self.buffers)
            }
        };
        let gradients = self.weight_gradients(&node.reads, false, &grads);
        let layer = &mut self.record.layers[self.stage - 1];
        if node.last.is_none() {
            layer.grad_z = log10(mean_square(&self.d, lanes), 0);
            layer.peaks[2] = log10(peak(&self.d, lanes), 0);
        }
        layer.grad_w = gradients.first().copied().unwrap_or(f64::NAN);
        layer.grad_b = bias_gradient(&grads, node.reads.fan_out);
        if node.last.is_some() {
            let others = &mut self.record.branches[self.stage - 1].others;
            for (slot, gradient) in others.iter_mut().zip(gradients.iter().skip(1)) {
                *slot = *gradient;
            }
        }
        grads
    }

    pub(super) fn back_join(&mut self, plan: &Plan, node: &Node) -> u64 {
        self.record.backward += 1;
        let saved = self.saved.pop().expect("a stage is left");
        if self.stage == 1 {
            saved.recycle(&mut self.buffers);
            self.task = Task::Done;
            return 1;
        }
        plan.passage(node).entered_back(&saved.x, &mut self.d);
        saved.recycle(&mut self.buffers);
        if node.last.is_some() {
            for (g, d) in self.g.iter_mut().zip(&self.d) {
                *g += d;
            }
        } else {
            self.g = std::mem::take(&mut self.d);
        }
        self.stage -= 1;
        self.task = Task::BackLast;
        (self.g.len()) as u64
    }
}

/// log10 of the mean square of the batch-summed `dl/db` of so many units: the first entry of each [`Gradient::gram`].
fn bias_gradient(gradients: &[Gradient], units: usize) -> f64 {
    let firsts = gradients
        .iter()
        .filter_map(|gradient| gradient.gram.first());
    let total: f64 = firsts.sum();
    log10(total / units as f64, 0)
}
