//! The sum of the stream and a branch, and what is measured there.

use crate::sim::record::{Branch, Layer, log10};
use crate::sim::stages::draw::{RANKED, StageDraw, Task, a_cost};
use crate::sim::stages::passage::BranchOutput;
use crate::sim::stages::plan::{Node, Plan};
use crate::sim::stages::statistics::{self, mean_square};

impl StageDraw {
    /// What the branch of the stage that was saved last gives.
    pub(super) fn branch(&self, plan: &Plan, node: &Node) -> BranchOutput {
        plan.passage(node)
            .branch(self.saved().wide(true, plan.lanes))
    }

    pub(super) fn join(&mut self, plan: &Plan, node: &Node) -> u64 {
        let lanes = plan.lanes;
        let ranked = self.index.is_multiple_of(RANKED);
        let units = node.stage.given_units();
        let layer = match &node.stage.residual {
            None => {
                let given = self.saved().wide(false, lanes);
                let given = statistics::measure(&given, lanes, ranked);
                self.x = self.noted(plan, node);
                let output = statistics::measure(&self.x, lanes, false);
                statistics::layer(&given, &output, &self.found)
            }
            Some(residual) => {
                let (passage, branch) = (plan.passage(node), self.branch(plan, node));
                let sum = passage.sum(&self.saved().x, &branch, residual.alpha);
                let (f2, y2) = (mean_square(&branch.panel, lanes), mean_square(&sum, lanes));
                self.x = passage.left(sum);
                let stream = statistics::measure(&self.x, lanes, ranked);
                let found = &self.found;
                let attends = found.entropy;
                self.record.branches.push(Branch {
                    output: log10(f2, 0),
                    share: log10(residual.alpha * residual.alpha * f2 / y2, 0),
                    tokens: stream.tokens,
                    entropy: attends.map_or(f64::NAN, f64::log10),
                    scores: attends
                        .map_or(f64::NAN, |_| log10(found.squares / found.count as f64, 0)),
                    ..Branch::UNKNOWN
                });
                statistics::layer(&stream, &stream, found)
            }
        };
        let overflows = !layer.z_second_moment.is_finite() && layer.z_second_moment > 0.0;
        self.record.layers.push(layer);
        if overflows {
            let rest = plan.spec.layers() - self.record.layers.len();
            let beyond = std::iter::repeat_n(Layer::beyond(f64::INFINITY), rest);
            self.record.layers.extend(beyond);
            if node.last.is_some() {
                self.record
                    .branches
                    .resize(plan.spec.layers(), Branch::UNKNOWN);
            }
            self.record.backward = plan.spec.layers();
            self.task = Task::Done;
        } else if self.stage < plan.spec.layers() {
            self.stage += 1;
            self.task = Task::Reads;
        } else {
            self.turn(plan);
        }
        self.x.len() as u64 + a_cost(units * lanes.all)
    }
}
