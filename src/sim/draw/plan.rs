//! What all draws of a spec share: its tape with everything resolved that a draw needs of each section.

use std::convert::Infallible;

use crate::math::panel::padded;
use crate::net::activation::{Activation, Shape};
use crate::net::bias::BiasLaw;
use crate::net::spec::{Method, Spec};
use crate::net::tape::{Linear, Section, Tape, part_units};
use crate::sim::law::{LawAction, action};
use crate::sim::layer_sums::Sampling;

/// The linear operation of one section with its shapes, and the activation after it.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) fan_in: usize,
    pub(super) units: usize,
    pub(super) action: LawAction,
    pub(super) biases: BiasLaw,
    pub(super) activation: Activation,
    pub(super) shape: Shape,
    /// Units that are taken at once where a panel of it is passed through.
    pub(super) part_units: usize,
    pub(super) sampling: Sampling,
}

impl Node {
    fn new(section: &Section<Linear>, batch: usize, method: Method) -> Self {
        let Linear {
            fan_in,
            fan_out,
            weights,
            biases,
        } = section.linear;
        let lanes = padded(batch);
        let identity = || "identity".parse().expect("in the table");
        let activation: Activation = section.phi.clone().unwrap_or_else(identity);
        Self {
            fan_in,
            units: fan_out,
            action: action(weights, fan_in, fan_out, lanes, method),
            biases,
            shape: activation.phi().shape(),
            activation,
            part_units: part_units(fan_out, lanes),
            sampling: Sampling::new(fan_out, batch),
        }
    }

    /// Parts in which a panel of it is passed through.
    pub(super) fn parts(&self) -> usize {
        self.units.div_ceil(self.part_units)
    }

    /// Work of one part of a pass, on the scale of [`Plan::cost`]: half of what both ways need.
    pub(super) fn sweep_cost(&self, lanes: usize) -> u64 {
        let vectors = lanes / 16;
        let each = match self.action {
            LawAction::Streamed(_) => 4 + 2 * vectors,
            LawAction::Free(_) => 4 + 4 * vectors,
        };
        (self.part_units * lanes * each) as u64
    }

    /// Work of all passes and products.
    fn cost(&self, lanes: usize) -> u64 {
        let products = match self.action.streamed() {
            Some(law) => {
                let parts = law.forward_parts() + law.backward_parts();
                (parts * law.part_cost(lanes)) as u64
            }
            None => 2 * algebra_cost(lanes),
        };
        products + self.parts() as u64 * 2 * self.sweep_cost(lanes)
    }
}

/// Work of the `lanes x lanes` matrices of one matrix-free product, on the scale of [`Plan::cost`].
pub(super) fn algebra_cost(lanes: usize) -> u64 {
    (lanes as u64).pow(3) + 4000
}

/// What all draws of a spec share.
#[derive(Debug)]
pub struct Plan {
    pub(super) spec: Spec,
    pub(super) tape: Tape<Node>,
    pub(super) lanes: usize,
    /// Sections from one checkpoint to the next.
    pub(super) segment: usize,
    bytes: u64,
    cost: u64,
}

impl Plan {
    /// Resolves the laws of a spec, each in the cheaper of its ways.
    #[must_use]
    pub fn new(spec: &Spec) -> Self {
        Self::with_method(spec, spec.engine())
    }

    /// Resolves the laws of a spec, insisting on a way where there is a choice.
    ///
    /// # Panics
    /// The network has blocks or norms: see [`network`](crate::sim::network).
    #[must_use]
    pub fn with_method(spec: &Spec, method: Method) -> Self {
        assert!(!spec.has_stages(), "plain layers alone");
        Self::with_tape(spec, &spec.tape(), method)
    }

    /// A network of these operations with the input, batch and seed of a spec.
    #[must_use]
    pub fn with_tape(spec: &Spec, tape: &Tape, method: Method) -> Self {
        let lanes = padded(spec.batch());
        let node = |section: &Section<Linear>| {
            Ok::<_, Infallible>(Node::new(section, spec.batch(), method))
        };
        let Ok(nodes) = tape.try_map(node);
        let cost = |number| nodes.section(number).linear.cost(lanes);
        Self {
            cost: (1..=nodes.depth()).map(cost).sum(),
            spec: spec.clone(),
            tape: nodes,
            lanes,
            segment: tape.segment(lanes),
            bytes: tape.draw_bytes(lanes),
        }
    }

    /// What is simulated.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Bytes that one draw takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Work of one whole draw, on the scale of [`Draw::advance`](super::Draw::advance).
    #[must_use]
    pub fn cost(&self) -> u64 {
        self.cost
    }

    /// Sections of the network.
    pub(super) fn depth(&self) -> usize {
        self.tape.depth()
    }

    /// Section `1..=depth`.
    pub(super) fn section(&self, number: usize) -> &Section<Node> {
        self.tape.section(number)
    }

    pub(super) fn node(&self, number: usize) -> &Node {
        &self.tape.section(number).linear
    }

    /// Largest of some number of the sections.
    pub(super) fn largest(&self, of: impl Fn(&Node) -> usize) -> usize {
        let numbers = self
            .tape
            .distinct()
            .iter()
            .map(|section| of(&section.linear));
        numbers.max().expect("a section")
    }
}
