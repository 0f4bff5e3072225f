//! What can be asked of whoever computes, and what comes back.
//!
//! The dashboard, a lecture and a test ask the same questions; a background thread or the caller's own answers them.

use std::fmt;
use std::sync::Arc;

use crate::engine::atlas::{AtlasRequest, AtlasSnapshot};
use crate::engine::depth::{DepthNews, DepthRequest};
use crate::engine::factors::{FactorsNews, FactorsRequest};
use crate::engine::phase_map::{PhaseMapSnapshot, PhaseRequest};
use crate::engine::pins::{PinsRequest, PinsSnapshot};
use crate::engine::snapshot::Snapshot;
use crate::engine::training::{TrainingNews, TrainingRequest};
use crate::net::spec::Spec;

/// A kind of work: the newest request of each replaces the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Work {
    /// Of the simulation.
    Simulation,
    /// Of the phase plane.
    PhaseMap,
    /// Of the pinned networks.
    Pins,
    /// Of every activation with every initializer.
    Atlas,
    /// Of what matters.
    Factors,
    /// Of networks in training.
    Training,
    /// Of how deep the network may be.
    Depth,
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Simulation => "simulation",
            Self::PhaseMap => "phase map",
            Self::Pins => "comparison",
            Self::Atlas => "atlas",
            Self::Factors => "experiment",
            Self::Training => "training",
            Self::Depth => "depth search",
        })
    }
}

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
    /// How deep the network may be.
    Depth(DepthRequest),
}

impl Request {
    /// Of which kind it is.
    #[must_use]
    pub fn work(&self) -> Work {
        match self {
            Self::Simulation(_) => Work::Simulation,
            Self::PhaseMap(_) => Work::PhaseMap,
            Self::Pins(_) => Work::Pins,
            Self::Atlas(_) => Work::Atlas,
            Self::Factors(_) => Work::Factors,
            Self::Training(_) => Work::Training,
            Self::Depth(_) => Work::Depth,
        }
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
    /// Of how deep the network may be.
    Depth(Arc<DepthNews>),
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
            | Self::Training(_)
            | Self::Depth(_) => None,
        }
    }
}
