//! The way back: gradients layer by layer, pre-activations brought back where they were not kept.

use crate::math::gram::mirror;
use crate::math::stream::Purpose;
use crate::sim::descent::{Arrive, Descent, Fetch, Part};
use crate::sim::draw::plan::Plan;
use crate::sim::draw::{Draw, Stage, last_part};
use crate::sim::gradient;
use crate::sim::matrix_free::{self, Backward};
use crate::sim::panel_scale::{EXPONENT_LIMIT, Size, settle_alike};
use crate::sim::record::log10;
use crate::sim::signal::full_gram;
use crate::sim::team::{Team, each};

impl Draw {
    /// Whether the pre-activations of the layer below `layer` are at hand.
    fn has_below(&self, layer: usize) -> bool {
        layer - 1 > self.kept_from
    }

    /// Parts `part..` of the way down through `layer`, as many as the budget allows; returns the cost.
    ///
    /// With `arrive`, its `delta` from `dl/dx`; and, where pre-activations are at hand, outputs and slopes of the layer below.
    pub(super) fn descend(
        &mut self,
        plan: &Plan,
        layer: usize,
        arrive: bool,
        part: usize,
        budget: u64,
        team: Team,
    ) -> u64 {
        let (lanes, cost) = (plan.lanes, plan.sweep_cost(layer));
        let (parts, units, width) = (plan.parts(), plan.part_units, plan.spec.width());
        let end = last_part(part, parts, budget, cost);
        let key = self.key(layer, Purpose::Backward);
        let above_all = layer > plan.spec.depth();
        let free = plan.law(layer).free().filter(|_| layer > 1 && !above_all);
        let fetches = self.has_below(layer);
        let below = fetches.then(|| &self.kept[layer - self.kept_from - 2]);
        let z = if arrive && free.is_some() {
            &self.kept[layer - self.kept_from - 1].z.data()[..width * lanes]
        } else {
            &[]
        };
        let formed = self.formed.as_ref();
        let descent = Descent {
            arrive: arrive.then_some(Arrive {
                formed: formed.map(|Backward { turn, along, .. }| (turn, &along[..])),
                keep: layer > 1 && free.is_none(),
                seen: free.is_some(),
            }),
            fetch: below.map(|kept| Fetch {
                activation: plan.spec.activation(),
                frame: &kept.frame,
                gram: free.is_none() && !above_all,
                fresh: free.map(|law| (key, law.is_haar())),
            }),
            lanes,
        };
        let rows = units * lanes;
        let mut fresh = self.fresh.data_mut().chunks_mut(rows);
        let panels = self
            .g
            .data_mut()
            .chunks_mut(rows)
            .zip(self.x.data_mut().chunks_mut(rows));
        let panels = panels
            .zip(self.slope.data_mut().chunks_mut(rows))
            .zip(&mut self.parts);
        let mut tasks: Vec<Part<'_>> = panels
            .enumerate()
            .map(|(at, (((g, x), slope), sums))| Part {
                first: at * units,
                z: z.get(at * rows..).unwrap_or_default(),
                z_below: below.map_or(&[], |kept| &kept.z.data()[at * rows..]),
                biases: below
                    .and_then(|kept| kept.biases.get(at * units..))
                    .unwrap_or_default(),
                g,
                x,
                slope,
                fresh: fresh.next().unwrap_or_default(),
                sums,
            })
            .collect();
        each(
            team,
            &mut tasks[part..end],
            &mut self.workspaces,
            |task, work| {
                task.sums.clear();
                descent.run(task, work);
            },
        );
        let done = end == parts;
        self.stage = match arrive {
            true if done => self.descended(plan, layer),
            false if done => self.fetched(plan, layer),
            true => Stage::Descend { layer, part: end },
            false => Stage::Fetch { layer, part: end },
        };
        (end - part) as u64 * cost
    }

    /// Notes what was fetched of the layer below.
    fn fetched(&mut self, plan: &Plan, layer: usize) -> Stage {
        self.reduce();
        self.take_fetched(plan, layer);
        if layer > plan.spec.depth() {
            Stage::Descend {
                layer: layer - 1,
                part: 0,
            }
        } else {
            Stage::Conclude { layer }
        }
    }

    /// Completes the matrices of which only the upper half was summed.
    fn take_fetched(&mut self, plan: &Plan, layer: usize) {
        let lanes = plan.lanes;
        mirror(&mut self.total.fresh, lanes);
        let streamed = layer <= plan.spec.depth() && plan.law(layer).streamed().is_some();
        if streamed && self.has_below(layer) {
            mirror(&mut self.total.gram, lanes);
            let below = layer - self.kept_from - 2;
            self.kept[below].gram.clone_from(&self.total.gram);
        }
    }

    /// Records the gradients' sizes at this layer, and goes for the pre-activations below if they are not at hand.
    fn descended(&mut self, plan: &Plan, layer: usize) -> Stage {
        let spec = &plan.spec;
        let (units, lanes) = (spec.width(), plan.lanes);
        let count = (units * spec.batch()) as f64;
        self.reduce();
        self.formed = None;
        mirror(&mut self.total.power, lanes);
        self.power.clone_from(&self.total.power);
        self.seen.clone_from(&self.total.seen);
        let at = layer - self.kept_from - 1;
        self.known = self.kept[at].known.take();
        let record = &mut self.record.layers[layer - 1];
        record.grad_x = log10(self.total.squares / count, 2 * self.g_exponent);
        self.g_exponent += self.kept[at].frame.slope_exponent();
        record.peaks[2] = log10(f64::from(self.total.peak), self.g_exponent);
        let squares: f64 = self.power.iter().step_by(lanes + 1).sum();
        record.grad_z = log10(squares / count, 2 * self.g_exponent);
        let bias = gradient::total(&self.power, lanes, spec.batch()).max(0.0);
        record.grad_b = log10(bias / units as f64, 2 * self.g_exponent);
        if layer > 1 && !self.has_below(layer) {
            self.forget();
            self.checkpoints.pop();
            self.kept_from -= plan.segment;
            return self.enter(plan, self.kept_from + 1);
        }
        self.take_fetched(plan, layer);
        Stage::Conclude { layer }
    }

    /// Mean square of `dl/dW_layer` from `deltaᵀ delta` and `XᵀX` of the layer's input; the matrix-free transposed product.
    pub(super) fn conclude(&mut self, plan: &Plan, layer: usize) -> u64 {
        let spec = &plan.spec;
        let (fan_in, fan_out) = spec.fans(layer);
        let (gram, scale) = self.output(layer - 1);
        let gram = full_gram(gram, plan.lanes, scale);
        let frobenius = gradient::inner(&self.power, &gram, plan.lanes, spec.batch()).max(0.0);
        self.record.layers[layer - 1].grad_w = log10(
            frobenius / (fan_in * fan_out) as f64,
            2 * (self.g_exponent + scale.top()),
        );
        self.record.backward += 1;
        let free = plan.law(layer).free();
        self.stage = match (layer, free, &self.known) {
            (1, ..) => Stage::Done,
            (_, Some(law), Some(known)) => {
                let sums = matrix_free::Sums {
                    power: &self.power,
                    seen: &self.seen,
                    overlap: &self.total.overlap,
                    fresh: &self.total.fresh,
                };
                self.formed = law.backward(known, &sums, spec.batch());
                let exponent = self.formed.as_ref().map(|formed| formed.exponent);
                self.carried(layer, exponent)
            }
            _ => Stage::Transposed { layer, part: 0 },
        };
        plan.algebra_cost()
    }

    /// What follows once `dl/dx` of the layer below has been brought to the size of 1 by a power of two, if it could be.
    fn carried(&mut self, layer: usize, exponent: Option<i64>) -> Stage {
        match exponent {
            Some(by) if self.g_exponent <= EXPONENT_LIMIT => {
                self.g_exponent += by;
                Stage::Descend {
                    layer: layer - 1,
                    part: 0,
                }
            }
            _ => {
                self.record.gradient_overflow(layer - 1);
                Stage::Done
            }
        }
    }

    /// Parts `part..` of a streamed transposed product, as many as the budget allows; returns the cost.
    pub(super) fn transposed(
        &mut self,
        plan: &Plan,
        layer: usize,
        part: usize,
        budget: u64,
        team: Team,
    ) -> u64 {
        let law = plan.law(layer).streamed().expect("a streamed product");
        let cost = law.part_cost(plan.lanes) as u64;
        let parts = law.backward_parts();
        let end = last_part(part, parts, budget, cost);
        let key = self.key(layer, Purpose::Weights);
        law.backward(key, part..end, &self.g, &mut self.g_next, team);
        self.stage = if end < parts {
            Stage::Transposed { layer, part: end }
        } else {
            std::mem::swap(&mut self.g, &mut self.g_next);
            let (units, batch) = (plan.spec.width(), plan.spec.batch());
            let mut exponent = self.g_exponent;
            let size = settle_alike(&mut self.g, units, batch, &mut exponent);
            let by = (size != Size::Overflow).then_some(exponent - self.g_exponent);
            self.carried(layer, by)
        };
        (end - part) as u64 * cost
    }
}
