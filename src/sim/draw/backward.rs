//! The way back: gradients layer by layer, pre-activations brought back where they were not kept.

use crate::math::stream::Purpose;
use crate::sim::draw::plan::Plan;
use crate::sim::draw::{Draw, Stage};
use crate::sim::forward::{self, Output};
use crate::sim::frame::Frame;
use crate::sim::gradient;
use crate::sim::law::{Seen, Team};
use crate::sim::panel_scale::{Size, settle_alike};
use crate::sim::record::log10;

impl Draw {
    /// `x_layer`, its Gram matrix and its slopes from kept pre-activations.
    pub(super) fn revisit(&mut self, plan: &Plan, layer: usize) {
        let spec = &plan.spec;
        let kept = &self.kept[layer - self.kept_from - 1];
        let frame = Frame::new(&plan.shape, kept.scale, kept.size);
        self.signal.scale = frame.output();
        self.signal.gram.fill(0.0);
        self.slope_exponent = frame.slope_exponent();
        let mut out = Output {
            x: &mut self.signal.x,
            slope: Some(&mut self.slope),
            gram: Some(&mut self.signal.gram),
        };
        forward::pass(
            spec.activation(),
            &frame,
            &kept.z,
            spec.width(),
            &mut out,
            None,
            &mut self.work,
        );
    }

    /// `delta_layer` in place of `dl/dx_layer`, and the gradients' sizes at this layer.
    pub(super) fn gradient(&mut self, plan: &Plan, layer: usize) -> i64 {
        let spec = &plan.spec;
        let (units, lanes) = (spec.width(), plan.lanes);
        let count = (units * spec.batch()) as f64;
        let record = &mut self.record.layers[layer - 1];
        record.grad_x = log10(
            gradient::squares(&self.g, units) / count,
            2 * self.g_exponent,
        );
        self.delta_gram.fill(0.0);
        gradient::through_activation(&mut self.g, &self.slope, units, &mut self.delta_gram);
        self.g_exponent += self.slope_exponent;
        let squares: f64 = self.delta_gram.iter().step_by(lanes + 1).sum();
        record.grad_z = log10(squares / count, 2 * self.g_exponent);
        let bias = gradient::total(&self.delta_gram, lanes, spec.batch()).max(0.0);
        record.grad_b = log10(bias / units as f64, 2 * self.g_exponent);
        self.stage = if layer > 1 && layer - 1 == self.kept_from {
            self.forget();
            self.checkpoints.pop();
            self.kept_from -= plan.segment;
            self.signal = self
                .checkpoints
                .last()
                .expect("the input is always kept")
                .clone();
            Stage::Product {
                layer: self.kept_from + 1,
                part: 0,
            }
        } else {
            Stage::Fetch { layer }
        };
        plan.pass_cost() as i64
    }

    /// Mean square of `dl/dW_layer` from `deltaᵀ delta` and `XᵀX` of the layer's input, whose slopes are fetched on the way.
    pub(super) fn fetch(&mut self, plan: &Plan, layer: usize) -> i64 {
        let spec = &plan.spec;
        if layer == 1 {
            self.signal = self.checkpoints[0].clone();
        } else {
            self.revisit(plan, layer - 1);
        }
        let (fan_in, fan_out) = spec.fans(layer);
        let gram = self.signal.full_gram();
        let frobenius = gradient::inner(&self.delta_gram, &gram, plan.lanes, spec.batch()).max(0.0);
        self.record.layers[layer - 1].grad_w = log10(
            frobenius / (fan_in * fan_out) as f64,
            2 * (self.g_exponent + self.signal.scale.top()),
        );
        self.record.backward += 1;
        self.stage = if layer == 1 {
            Stage::Done
        } else {
            Stage::Transposed { layer, part: 0 }
        };
        plan.pass_cost() as i64
    }

    /// Parts `part..` of the transposed product, as many as the budget allows; returns the cost.
    pub(super) fn transposed(
        &mut self,
        plan: &Plan,
        layer: usize,
        part: usize,
        budget: u64,
        team: Team,
    ) -> u64 {
        let law = plan.law(layer);
        let cost = plan.part_cost(layer);
        let end = law
            .backward_parts()
            .min(part + (budget / cost).max(1) as usize);
        let key = self.key(layer, Purpose::Weights);
        let seen = Seen {
            x: &self.signal,
            d: &self.g,
            d_gram: &self.delta_gram,
        };
        law.backward(
            key,
            part..end,
            &seen,
            &mut self.g_next,
            &mut self.memo,
            team,
        );
        self.stage = if end < law.backward_parts() {
            Stage::Transposed { layer, part: end }
        } else {
            std::mem::swap(&mut self.g, &mut self.g_next);
            match settle_alike(
                &mut self.g,
                plan.spec.width(),
                plan.spec.batch(),
                &mut self.g_exponent,
            ) {
                Size::Finite(_) | Size::Zero => Stage::Gradient { layer: layer - 1 },
                Size::Overflow => {
                    self.record.gradient_overflow(layer - 1);
                    Stage::Done
                }
            }
        };
        (end - part) as u64 * cost
    }
}
