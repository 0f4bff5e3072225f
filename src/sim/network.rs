//! Draws of any network: fused sweeps over plain layers, operations one by one where there are blocks or norms.

use std::sync::Arc;

use crate::net::spec::{Method, Spec};
use crate::sim::draw::{Draw, Plan};
use crate::sim::record::Record;
use crate::sim::stages;
use crate::sim::stages::draw::StageDraw;
use crate::sim::team::Team;

/// What all draws of a network share.
#[derive(Clone, Debug)]
pub enum NetworkPlan {
    /// Plain layers.
    Plain(Arc<Plan>),
    /// Blocks, or layers with a norm.
    Stages(Arc<stages::plan::Plan>),
}

impl NetworkPlan {
    /// Of a spec.
    #[must_use]
    pub fn new(spec: &Spec) -> Self {
        Self::with_method(spec, spec.engine())
    }

    /// The same, insisting on a way where there is a choice.
    #[must_use]
    pub fn with_method(spec: &Spec, method: Method) -> Self {
        if spec.has_stages() {
            Self::Stages(Arc::new(stages::plan::Plan::with_method(spec, method)))
        } else {
            Self::Plain(Arc::new(Plan::with_method(spec, method)))
        }
    }

    /// What is simulated.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        match self {
            Self::Plain(plan) => plan.spec(),
            Self::Stages(plan) => plan.spec(),
        }
    }

    /// Work of one whole draw.
    #[must_use]
    pub fn cost(&self) -> u64 {
        match self {
            Self::Plain(plan) => plan.cost(),
            Self::Stages(plan) => plan.cost(),
        }
    }

    /// Bytes that one draw takes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Plain(plan) => plan.bytes(),
            Self::Stages(plan) => plan.spec().stage_bytes(plan.spec().padded_batch()),
        }
    }

    /// Starts draw number `index`.
    #[must_use]
    pub fn draw(&self, index: u32) -> NetworkDraw {
        match self {
            Self::Plain(plan) => NetworkDraw::Plain(Box::new(Draw::new(Arc::clone(plan), index))),
            Self::Stages(plan) => {
                NetworkDraw::Stages(Box::new(StageDraw::new(Arc::clone(plan), index)))
            }
        }
    }
}

/// One draw on its way.
#[derive(Debug)]
pub enum NetworkDraw {
    /// Plain layers.
    Plain(Box<Draw>),
    /// Blocks, or layers with a norm.
    Stages(Box<StageDraw>),
}

impl NetworkDraw {
    /// Starts draw number `index` in the memory of this one.
    pub fn restart(&mut self, index: u32) {
        match self {
            Self::Plain(draw) => draw.restart(index),
            Self::Stages(draw) => draw.restart(index),
        }
    }

    /// Number of this draw.
    #[must_use]
    pub fn index(&self) -> u32 {
        match self {
            Self::Plain(draw) => draw.index(),
            Self::Stages(draw) => draw.index(),
        }
    }

    /// What is known so far.
    #[must_use]
    pub fn record(&self) -> &Record {
        match self {
            Self::Plain(draw) => draw.record(),
            Self::Stages(draw) => draw.record(),
        }
    }

    /// What the finished draw leaves.
    #[must_use]
    pub fn take_record(&mut self) -> Record {
        match self {
            Self::Plain(draw) => draw.take_record(),
            Self::Stages(draw) => draw.take_record(),
        }
    }

    /// Whether forward and backward pass are complete.
    #[must_use]
    pub fn is_done(&self) -> bool {
        match self {
            Self::Plain(draw) => draw.is_done(),
            Self::Stages(draw) => draw.is_done(),
        }
    }

    /// Works until about `budget` matrix entries (times vectors of inputs) have been touched, or the draw is done.
    pub fn advance(&mut self, budget: u64, team: Team) {
        match self {
            Self::Plain(draw) => draw.advance(budget, team),
            Self::Stages(draw) => draw.advance(budget),
        }
    }
}
