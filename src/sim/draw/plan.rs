//! What all draws of a spec share.

use crate::math::panel::padded;
use crate::net::activation::Shape;
use crate::net::spec::{Method, Spec};
use crate::sim::law::{Law, action};

/// What all draws of a spec share.
#[derive(Debug)]
pub struct Plan {
    pub(super) spec: Spec,
    pub(super) shape: Shape,
    pub(super) first: Box<dyn Law>,
    pub(super) rest: Box<dyn Law>,
    pub(super) lanes: usize,
    /// Layers from one checkpoint to the next.
    pub(super) segment: usize,
}

impl Plan {
    /// Resolves the laws of a spec, each in the cheaper of its ways.
    #[must_use]
    pub fn new(spec: &Spec) -> Self {
        Self::with_method(spec, spec.engine())
    }

    /// Resolves the laws of a spec, insisting on a way where there is a choice.
    #[must_use]
    pub fn with_method(spec: &Spec, method: Method) -> Self {
        let (fan_in, width) = spec.fans(1);
        let lanes = padded(spec.batch());
        let depth = spec.depth();
        let segment = if spec.is_checkpointed() {
            (depth as f64).sqrt().ceil() as usize
        } else {
            depth
        };
        Self {
            shape: spec.activation().phi().shape(),
            first: action(spec.weight_law(1), fan_in, width, lanes, method),
            rest: action(spec.weight_law(2), width, width, lanes, method),
            lanes,
            segment,
            spec: spec.clone(),
        }
    }

    /// What is simulated.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Work of one whole draw, on the scale of [`Draw::advance`](super::Draw::advance).
    #[must_use]
    pub fn cost(&self) -> u64 {
        let layer = |law: &dyn Law| {
            (law.forward_parts() + law.backward_parts()) * law.part_cost(self.lanes)
        };
        let products = layer(&*self.first) + layer(&*self.rest) * (self.spec.depth() - 1);
        products as u64 + 3 * self.spec.depth() as u64 * self.pass_cost()
    }

    pub(super) fn law(&self, layer: usize) -> &dyn Law {
        if layer == 1 {
            &*self.first
        } else {
            &*self.rest
        }
    }

    /// Work of one part of a product in matrix entries times vectors.
    pub(super) fn part_cost(&self, layer: usize) -> u64 {
        self.law(layer).part_cost(self.lanes) as u64
    }

    /// Work of one pass through an activation, on the same scale.
    pub(super) fn pass_cost(&self) -> u64 {
        (self.spec.width() * self.lanes * (8 + self.lanes / 16)) as u64
    }
}
