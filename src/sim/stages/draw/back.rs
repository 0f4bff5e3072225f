//! The way back through the stages of a draw.

use crate::math::panel::Panel;
use crate::math::stream::Purpose;
use crate::sim::record::log10;
use crate::sim::source;
use crate::sim::stages::draw::{STREAMS, StageDraw, Task, a_cost};
use crate::sim::stages::passage::{norm_back, normed};
use crate::sim::stages::plan::{Node, Plan};
use crate::sim::stages::product::Product;
use crate::sim::stages::rows::Lanes;
use crate::sim::stages::statistics::{mean_square, peak};

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

    /// A transposed product of what is in `d` with matrices whose gradients have these Gram matrices; `None` while it is streamed.
    fn transposed(
        &mut self,
        product: &Product,
        last: bool,
        start: Option<Vec<Vec<f64>>>,
        budget: u64,
    ) -> (Option<Vec<f64>>, u64) {
        let key = self.weights(last);
        if let Some(grams) = start {
            let passed = self.saved().passed(last);
            let (formed, stream) = product.begin_back(key, passed, &self.d, &grams);
            if stream.is_none() {
                return (Some(formed), product.cost());
            }
            self.stream = stream;
        }
        let mut stream = self.stream.take().expect("a streamed product");
        let (complete, cost) = product.go_back(key, &self.d, &mut stream, budget);
        if complete {
            return (Some(stream.into_numbers()), cost);
        }
        self.stream = Some(stream);
        (None, cost)
    }

    /// log10 of the mean square of `dl/dW` over the entries of every matrix, from `D'D` and what the matrices were given.
    fn weight_gradients(&self, product: &Product, last: bool, grams: &[Vec<f64>]) -> Vec<f64> {
        let given = &self.saved().passed(last).gram;
        let each = product.shapes().zip(grams);
        each.map(|(entries, gram)| {
            let products = gram.iter().zip(given);
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
        if self.stream.is_none() && self.grams.is_none() {
            self.note_gradient(plan.lanes);
            let (passage, branch) = (plan.passage(node), self.branch(plan, node));
            let mut g = std::mem::take(&mut self.g);
            let sum = || passage.sum(&self.saved().x, &branch, residual.alpha);
            passage.left_back(sum, &mut g);
            self.d = passage.sum_back(&mut g, residual.alpha);
            self.g = g;
            passage.branch_back(&branch, &mut self.d);
            let grams = last.gradient_grams(&self.d);
            let [gradient] = self.weight_gradients(last, true, &grams)[..] else {
                unreachable!("one matrix comes last");
            };
            self.record.branches[self.stage - 1].grad_w = gradient;
            self.grams = Some(grams);
            return a_cost(self.d.len());
        }
        let start = self.grams.take();
        let (formed, cost) = self.transposed(last, true, start, budget);
        if let Some(formed) = formed {
            self.d = formed;
            self.task = Task::BackReads;
        }
        cost
    }

    /// Records the gradient of what leaves the present stage.
    fn note_gradient(&mut self, lanes: Lanes) {
        let layer = &mut self.record.layers[self.stage - 1];
        layer.grad_x = log10(mean_square(&self.g, lanes), 0);
        layer.grad_z = layer.grad_x;
        layer.peaks[2] = log10(peak(&self.g, lanes), 0);
    }

    pub(super) fn back_reads(&mut self, plan: &Plan, node: &Node, budget: u64) -> u64 {
        if self.stream.is_none() && self.grams.is_none() {
            self.grams = Some(self.within(plan, node));
            return a_cost(self.d.len());
        }
        let grams = self.grams.take();
        let (formed, cost) = if self.stage == 1 {
            (Some(Vec::new()), 1)
        } else if node.stage.reads.is_empty() {
            (Some(std::mem::take(&mut self.d)), 1)
        } else {
            self.transposed(&node.reads, false, grams, budget)
        };
        if let Some(formed) = formed {
            self.d = formed;
            self.task = Task::BackJoin;
        }
        cost
    }

    /// The gradient at what the matrices give that read the input, recorded; its Gram matrices.
    fn within(&mut self, plan: &Plan, node: &Node) -> Vec<Vec<f64>> {
        let lanes = plan.lanes;
        let given = self.hidden(plan, node);
        let d = std::mem::take(&mut self.d);
        self.d = node.middle.backward(plan.with(), &given, d);
        let grams = node.reads.gradient_grams(&self.d);
        let gradients = self.weight_gradients(&node.reads, false, &grams);
        let layer = &mut self.record.layers[self.stage - 1];
        if node.last.is_none() {
            layer.grad_z = log10(mean_square(&self.d, lanes), 0);
            layer.peaks[2] = log10(peak(&self.d, lanes), 0);
        }
        layer.grad_w = gradients.first().copied().unwrap_or(f64::NAN);
        layer.grad_b = bias_gradient(&grams, node.reads.fan_out);
        if node.last.is_some() {
            let others = &mut self.record.branches[self.stage - 1].others;
            for (slot, gradient) in others.iter_mut().zip(gradients.iter().skip(1)) {
                *slot = *gradient;
            }
        }
        grams
    }

    pub(super) fn back_join(&mut self, plan: &Plan, node: &Node) -> u64 {
        self.record.backward += 1;
        let saved = self.saved.pop().expect("a stage is left");
        if self.stage == 1 {
            self.task = Task::Done;
            return 1;
        }
        plan.passage(node).entered_back(&saved.x, &mut self.d);
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

/// log10 of the mean square of the batch-summed `dl/db` of so many units: the first entry of each of their
/// [`sums_gram`](crate::sim::stages::rows::sums_gram).
fn bias_gradient(grams: &[Vec<f64>], units: usize) -> f64 {
    let total: f64 = grams.iter().filter_map(|gram| gram.first()).sum();
    log10(total / units as f64, 0)
}
