//! What all draws of a network of stages share.

use crate::math::panel::padded;
use crate::net::block::Norm;
use crate::net::spec::{Method, Spec};
use crate::net::stage::Stage;
use crate::sim::layer_sums::Sampling;
use crate::sim::stages::phi::Applied;
use crate::sim::stages::product::Product;
use crate::sim::stages::rows::Lanes;

/// One stage with everything resolved that a draw needs.
#[derive(Debug)]
pub struct Node {
    /// What it computes.
    pub stage: Stage,
    /// Its first matrix.
    pub first: Product,
    /// Its second, where there is a stream.
    pub second: Option<Product>,
    /// Which numbers of what the activation is given are counted.
    pub sampling: Sampling,
}

impl Node {
    fn new(stage: Stage, lanes: Lanes, method: Method) -> Self {
        let product = |linear| Product::new(linear, lanes, method);
        Self {
            stage,
            first: product(&stage.first),
            second: stage
                .residual
                .as_ref()
                .map(|residual| product(&residual.second)),
            sampling: Sampling::new(stage.first.fan_out, lanes.batch),
        }
    }

    fn cost(&self) -> u64 {
        let products = std::iter::once(&self.first).chain(&self.second);
        2 * products.map(Product::cost).sum::<u64>()
    }
}

/// What all draws of a network of stages share.
#[derive(Debug)]
pub struct Plan {
    pub(super) spec: Spec,
    /// The stages of the first block, or the first two plain layers; then the last of them again and again.
    nodes: Vec<Node>,
    pub(super) lanes: Lanes,
    pub(super) applied: Applied,
    pub(super) last_norm: Option<Norm>,
    cost: u64,
}

impl Plan {
    /// Resolves the stages of a spec that [has them](Spec::has_stages).
    #[must_use]
    pub fn new(spec: &Spec) -> Self {
        Self::with_method(spec, spec.engine())
    }

    /// The same, insisting on a way where there is a choice.
    #[must_use]
    pub fn with_method(spec: &Spec, method: Method) -> Self {
        let lanes = Lanes {
            batch: spec.batch(),
            all: padded(spec.batch()),
        };
        let distinct = match spec.block() {
            Some(_) => spec.sub_layers(),
            None => spec.layers().min(2),
        };
        let nodes: Vec<Node> = (1..=distinct)
            .map(|number| Node::new(spec.stage(number), lanes, method))
            .collect();
        let mut plan = Self {
            spec: spec.clone(),
            nodes,
            lanes,
            applied: Applied::new(spec.activation()),
            last_norm: spec.draft().last_norm,
            cost: 0,
        };
        plan.cost = (1..=spec.layers())
            .map(|number| plan.node(number).cost())
            .sum();
        plan
    }

    /// What is simulated.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Work of one whole draw, in matrix entries times vectors of inputs.
    #[must_use]
    pub fn cost(&self) -> u64 {
        self.cost
    }

    /// Stage `1..=layers`.
    #[must_use]
    pub fn node(&self, number: usize) -> &Node {
        let at = match self.spec.block() {
            Some(_) => (number - 1) % self.nodes.len(),
            None => (number - 1).min(self.nodes.len() - 1),
        };
        &self.nodes[at]
    }
}
