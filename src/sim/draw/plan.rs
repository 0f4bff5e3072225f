//! What all draws of a spec share.

use crate::math::panel::padded;
use crate::net::activation::Shape;
use crate::net::spec::{Method, Spec};
use crate::sim::law::{Action, action};
use crate::sim::tally::Sampling;
use crate::sim::team::part_units;

/// What all draws of a spec share.
#[derive(Debug)]
pub struct Plan {
    pub(super) spec: Spec,
    pub(super) shape: Shape,
    pub(super) first: Action,
    pub(super) rest: Action,
    pub(super) lanes: usize,
    /// Layers from one checkpoint to the next.
    pub(super) segment: usize,
    /// Units that are taken at once where a layer is passed through.
    pub(super) part_units: usize,
    pub(super) sampling: Sampling,
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
            part_units: part_units(width, lanes),
            sampling: Sampling::new(width, spec.batch()),
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
        let depth = self.spec.depth() as u64;
        let layer = |layer: usize| {
            let products = match self.law(layer).streamed() {
                Some(law) => {
                    let parts = law.forward_parts() + law.backward_parts();
                    (parts * law.part_cost(self.lanes)) as u64
                }
                None => 2 * self.algebra_cost(),
            };
            products + self.parts() as u64 * 2 * self.sweep_cost(layer)
        };
        layer(1) + layer(2) * (depth - 1)
    }

    pub(super) fn law(&self, layer: usize) -> &Action {
        if layer == 1 { &self.first } else { &self.rest }
    }

    /// Parts in which a layer is passed through.
    pub(super) fn parts(&self) -> usize {
        self.spec.width().div_ceil(self.part_units)
    }

    /// Work of one part of a pass through a layer, on the scale of [`cost`](Self::cost): half of what both ways need.
    pub(super) fn sweep_cost(&self, layer: usize) -> u64 {
        let vectors = self.lanes / 16;
        let each = match self.law(layer) {
            Action::Streamed(_) => 4 + 2 * vectors,
            Action::Free(_) => 4 + 4 * vectors,
        };
        (self.part_units * self.lanes * each) as u64
    }

    /// Work of the `lanes x lanes` matrices of one matrix-free product, on the same scale.
    pub(super) fn algebra_cost(&self) -> u64 {
        (self.lanes as u64).pow(3) + 4000
    }
}
