//! What all draws of a network of stages share.

use crate::math::panel::padded;
use crate::net::block::Norm;
use crate::net::spec::{Method, Spec};
use crate::net::stage::{self, Stage};
use crate::sim::layer_sums::Sampling;
use crate::sim::stages::middle::{Middle, With};
use crate::sim::stages::mixing::Mixing;
use crate::sim::stages::passage::Passage;
use crate::sim::stages::phi::Applied;
use crate::sim::stages::product::Product;
use crate::sim::stages::rows::Lanes;

/// The last matrix of a branch.
#[derive(Debug)]
pub enum Last {
    /// From what the middle gives back to the stream.
    Units(Product),
    /// Over the tokens of what enters the branch.
    Tokens(Mixing),
}

/// One stage with everything resolved that a draw needs.
#[derive(Debug)]
pub struct Node {
    /// What it computes.
    pub stage: Stage,
    /// The matrices that read its input.
    pub reads: Product,
    /// What stands between the matrices.
    pub middle: Middle,
    /// Its last matrix, where there is a stream.
    pub last: Option<Last>,
    /// Which numbers of what the middle is given are counted.
    pub sampling: Sampling,
}

impl Node {
    fn new(stage: Stage, lanes: Lanes, method: Method) -> Self {
        let middle = Middle::new(&stage, lanes);
        let residual = stage.residual.as_ref();
        Self {
            reads: Product::new(&stage.reads, lanes, method),
            last: residual.map(|residual| match stage.middle {
                stage::Middle::Tokens(_) => Last::Tokens(Mixing::new(residual.last, lanes)),
                _ => Last::Units(Product::new(&[residual.last], lanes, method)),
            }),
            sampling: middle.sampling(stage.given_units(), lanes),
            middle,
            stage,
        }
    }

    fn cost(&self) -> u64 {
        let last = match &self.last {
            None => 0,
            Some(Last::Units(product)) => product.cost(),
            Some(Last::Tokens(mixing)) => mixing.cost(self.stage.given_units()),
        };
        2 * (self.reads.cost() + last)
    }
}

/// What all draws of a network of stages share.
#[derive(Debug)]
pub struct Plan {
    pub(super) spec: Spec,
    /// The stages that differ.
    nodes: Vec<Node>,
    pub(super) lanes: Lanes,
    applied: Applied,
    pub(super) last_norm: Option<Norm>,
    cost: u64,
}

impl Plan {
    /// Resolves the stages of a spec that [has them](Spec::has_stages).
    #[must_use]
    pub fn new(spec: &Spec) -> Self {
        Self::with_method(spec, spec.engine())
    }

    /// The same, insisting on a way where there is a choice; matrices that act more than once are always formed.
    #[must_use]
    pub fn with_method(spec: &Spec, method: Method) -> Self {
        let lanes = Lanes {
            batch: spec.batch(),
            all: padded(spec.batch()),
            tokens: spec.tokens(),
        };
        let method = match spec.draft().copies {
            true => Method::Dense,
            false => method,
        };
        let nodes = (1..=spec.distinct_stages())
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
        &self.nodes[self.spec.stage_like(number, self.nodes.len()) - 1]
    }

    /// The operations of a stage beside its products.
    pub(super) fn passage<'a>(&'a self, node: &'a Node) -> Passage<'a> {
        Passage {
            stage: &node.stage,
            middle: &node.middle,
            with: self.with(),
        }
    }

    /// What the operations between matrices need.
    pub(super) fn with(&self) -> With<'_> {
        With {
            applied: &self.applied,
            eps: self.spec.draft().eps,
            lanes: self.lanes,
        }
    }
}
