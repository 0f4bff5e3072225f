//! What can be asked of whoever computes, and what comes back.
//!
//! The dashboard, a lecture and a test ask the same questions; a background thread or the caller's own answers them.

use std::sync::Arc;

use crate::engine::atlas::{AtlasRequest, AtlasSnapshot};
use crate::engine::factors::{FactorsNews, FactorsRequest};
use crate::engine::phase_map::{PhaseMapSnapshot, PhaseRequest};
use crate::engine::pins::{PinsRequest, PinsSnapshot};
use crate::engine::snapshot::Snapshot;
use crate::engine::training::{TrainingNews, TrainingRequest};
use crate::net::spec::Spec;

/// A network to simulate.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulationRequest {
    /// Number of this request; every snapshot carries it back.
    pub generation: u64,
    /// What to simulate.
    pub spec: Arc<Spec>,
}

/// A piece of work that is answered again and again while it becomes more complete. A newer request of the same kind replaces it.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Curves over the layers.
    Simulation(SimulationRequest),
    /// The phase plane of an activation.
    PhaseMap(PhaseRequest),
    /// Curves of pinned networks.
    Pins(PinsRequest),
    /// Every activation with every initializer.
    Atlas(AtlasRequest),
    /// What matters, around a network.
    Factors(FactorsRequest),
    /// Networks in training.
    Training(TrainingRequest),
}

impl Request {
    /// Whether one replaces the other.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// Curves over the layers of this network.
    #[must_use]
    pub fn simulation(generation: u64, spec: Arc<Spec>) -> Self {
        Self::Simulation(SimulationRequest { generation, spec })
    }
}

/// What is known of a [`Request`] at one moment.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Of the simulation.
    Simulation(Arc<Snapshot>),
    /// Of the phase plane.
    PhaseMap(Arc<PhaseMapSnapshot>),
    /// Of the pinned networks.
    Pins(Arc<PinsSnapshot>),
    /// Of every activation with every initializer.
    Atlas(Arc<AtlasSnapshot>),
    /// Of what matters.
    Factors(Arc<FactorsNews>),
    /// Of networks in training.
    Training(Arc<TrainingNews>),
}

impl Answer {
    /// The curves, where it is about them.
    #[must_use]
    pub fn snapshot(self) -> Option<Arc<Snapshot>> {
        match self {
            Self::Simulation(snapshot) => Some(snapshot),
            Self::PhaseMap(_)
            | Self::Pins(_)
            | Self::Atlas(_)
            | Self::Factors(_)
            | Self::Training(_) => None,
        }
    }
}
