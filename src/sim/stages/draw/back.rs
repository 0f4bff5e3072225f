//! The way back through the stages of a draw.

use crate::math::panel::Panel;
use crate::math::stream::Purpose;
use crate::sim::record::log10;
use crate::sim::source;
use crate::sim::stages::draw::{StageDraw, Task, normed};
use crate::sim::stages::norm;
use crate::sim::stages::plan::{Node, Plan};
use crate::sim::stages::product::Product;
use crate::sim::stages::rows::{self, Lanes};
use crate::sim::stages::statistics::{mean_square, peak};

impl StageDraw {
    /// The cotangents at the end of the network.
    pub(super) fn turn(&mut self, plan: &Plan) {
        let lanes = plan.lanes;
        let (norm, eps) = (plan.last_norm, plan.spec.draft().eps);
        let mut cotangents = Panel::zeros(self.x.len() / lanes.all, lanes.all);
        let key = self.key(2 * plan.spec.layers() + 1, Purpose::Cotangents);
        source::cotangents(&mut cotangents, lanes.batch, key);
        self.g = cotangents.data().iter().map(|g| f64::from(*g)).collect();
        if let (Some(norm), (y, Some(taken))) = (norm, normed(norm, eps, &self.x, lanes)) {
            norm::backward(norm, &taken, &y, &mut self.g, lanes);
        }
        self.task = Task::BackSecond;
    }

    /// Goes on with a transposed product that is streamed; `None` until it is complete.
    fn proceed(&mut self, product: &Product, second: bool, budget: u64) -> (Option<Vec<f64>>, u64) {
        let key = self.weights(second);
        let stream = self.stream.as_mut().expect("a streamed product");
        let (complete, cost) = product.go_back(key, stream, budget);
        if !complete {
            return (None, cost);
        }
        let stream = self.stream.take().expect("a streamed product");
        (Some(product.take_back(&stream)), cost)
    }

    /// Starts a transposed product of what is in `d`; `None` where it is streamed.
    fn transposed(
        &mut self,
        product: &Product,
        second: bool,
        x: &[f64],
        d_gram: &[f64],
    ) -> Option<Vec<f64>> {
        let key = self.weights(second);
        let saved = self.saved.last().expect("a stage is left");
        let passed = saved.passed(second);
        match product.begin_back(key, passed, x, &self.d, d_gram) {
            Ok(g) => Some(g),
            Err(stream) => {
                self.stream = Some(stream);
                None
            }
        }
    }

    /// log10 of the mean square of `dl/dW` over its entries, from `D'D` and what the matrix was given.
    fn weight_gradient(
        &self,
        product: &Product,
        second: bool,
        d_gram: &[f64],
        lanes: Lanes,
    ) -> f64 {
        let saved = self.saved.last().expect("a stage is left");
        let passed = saved.passed(second);
        let squares = rows::inner(d_gram, &passed.gram, lanes).max(0.0);
        log10(squares / (product.fan_in * product.fan_out) as f64, 0)
    }

    pub(super) fn back_second(&mut self, plan: &Plan, node: &Node, budget: u64) -> u64 {
        let (Some(second), Some(residual)) = (&node.second, &node.stage.residual) else {
            self.note_gradient(plan.lanes);
            self.d = std::mem::take(&mut self.g);
            self.task = Task::BackFirst;
            return 1;
        };
        let (formed, cost) = if self.stream.is_some() {
            self.proceed(second, true, budget)
        } else {
            let lanes = plan.lanes;
            self.note_gradient(lanes);
            if let Some(norm) = node.stage.post {
                let (sum, _) = self.sum(node, lanes);
                if let (y, Some(taken)) = normed(Some(norm), plan.spec.draft().eps, &sum, lanes) {
                    norm::backward(norm, &taken, &y, &mut self.g, lanes);
                }
            }
            self.d = self.g.iter().map(|g| residual.alpha * g).collect();
            self.g.iter_mut().for_each(|g| *g *= residual.skip);
            let (z, _) = self.hidden(plan, node);
            let mut a = Vec::new();
            plan.applied.pass(&z, lanes, &mut a, None, None);
            let d_gram = rows::products(&self.d, &self.d, lanes, [false; 2]);
            self.record.branches[self.stage - 1].grad_w =
                self.weight_gradient(second, true, &d_gram, lanes);
            (self.transposed(second, true, &a, &d_gram), second.cost())
        };
        if let Some(formed) = formed {
            self.d = formed;
            self.task = Task::BackFirst;
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

    pub(super) fn back_first(&mut self, plan: &Plan, node: &Node, budget: u64) -> u64 {
        let (formed, cost) = if self.stream.is_some() {
            self.proceed(&node.first, false, budget)
        } else {
            let d_gram = self.within(plan, node);
            if self.stage == 1 {
                (Some(Vec::new()), 1)
            } else {
                let saved = self.saved.last().expect("a stage is left");
                let (u, _) = normed(node.stage.pre, plan.spec.draft().eps, &saved.x, plan.lanes);
                let formed = self.transposed(&node.first, false, &u, &d_gram);
                (formed, node.first.cost())
            }
        };
        if let Some(formed) = formed {
            self.d = formed;
            self.task = Task::BackJoin;
        }
        cost
    }

    /// The gradient at what the first matrix gives, recorded; its Gram matrix.
    fn within(&mut self, plan: &Plan, node: &Node) -> Vec<f64> {
        let lanes = plan.lanes;
        let (z, taken) = self.hidden(plan, node);
        let (mut a, mut slopes) = (Vec::new(), Vec::new());
        plan.applied
            .pass(&z, lanes, &mut a, Some(&mut slopes), None);
        for (d, slope) in self.d.iter_mut().zip(&slopes) {
            *d *= slope;
        }
        if let (Some(norm), Some(taken)) = (node.stage.inner, taken) {
            norm::backward(norm, &taken, &z, &mut self.d, lanes);
        }
        let d_gram = rows::products(&self.d, &self.d, lanes, [false; 2]);
        let grad_w = self.weight_gradient(&node.first, false, &d_gram, lanes);
        let layer = &mut self.record.layers[self.stage - 1];
        if node.second.is_none() {
            layer.grad_z = log10(mean_square(&self.d, lanes), 0);
            layer.peaks[2] = log10(peak(&self.d, lanes), 0);
        }
        layer.grad_w = grad_w;
        layer.grad_b = bias_gradient(&d_gram, node.first.fan_out, lanes);
        d_gram
    }

    pub(super) fn back_join(&mut self, plan: &Plan, node: &Node) -> u64 {
        self.record.backward += 1;
        let saved = self.saved.pop().expect("a stage is left");
        if self.stage == 1 {
            self.task = Task::Done;
            return 1;
        }
        let lanes = plan.lanes;
        if let Some(norm) = node.stage.pre
            && let (y, Some(taken)) = normed(Some(norm), plan.spec.draft().eps, &saved.x, lanes)
        {
            norm::backward(norm, &taken, &y, &mut self.d, lanes);
        }
        if node.second.is_some() {
            for (g, d) in self.g.iter_mut().zip(&self.d) {
                *g += d;
            }
        } else {
            self.g = std::mem::take(&mut self.d);
        }
        self.stage -= 1;
        self.task = Task::BackSecond;
        (self.g.len()) as u64
    }
}

/// log10 of the mean square of the batch-summed `dl/db` from `D'D`.
fn bias_gradient(d_gram: &[f64], units: usize, lanes: Lanes) -> f64 {
    let lines = d_gram.chunks_exact(lanes.all).take(lanes.batch);
    let total: f64 = lines
        .map(|line| line[..lanes.batch].iter().sum::<f64>())
        .sum();
    log10(total.max(0.0) / units as f64, 0)
}
