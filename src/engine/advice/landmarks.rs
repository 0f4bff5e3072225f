//! What criticality says of an activation, found once for a whole table of advice.

use crate::theory::criticality::{Critical, Gains, edge_of_chaos, gains, half_stable};
use crate::theory::error::TheoryError;
use crate::theory::kernel::Kernel;

/// Special points of the phase plane.
#[derive(Debug)]
pub(super) struct Landmarks {
    /// Points of the edge of chaos without bias, or why there is none.
    pub(super) edge: Result<Vec<Critical>, TheoryError>,
    /// Where `chi_perp = chi_parallel = 1`.
    pub(super) half_stable: Vec<Critical>,
    /// What keeps mean squares at `q = 1`.
    pub(super) gains: Gains,
}

/// [`Landmarks`] on their way.
#[derive(Debug, Default)]
pub(super) struct LandmarkSearch {
    edge: Option<Result<Vec<Critical>, TheoryError>>,
    half_stable: Option<Vec<Critical>>,
}

impl LandmarkSearch {
    /// Solves for one kind of them; all once there are no more.
    pub(super) fn step(&mut self, kernel: &Kernel) -> Option<Landmarks> {
        if self.edge.is_none() {
            self.edge = Some(edge_of_chaos(kernel, 0.0));
            return None;
        }
        if self.half_stable.is_none() {
            self.half_stable = Some(half_stable(kernel));
            return None;
        }
        Some(Landmarks {
            edge: self.edge.take()?,
            half_stable: self.half_stable.take()?,
            gains: gains(kernel),
        })
    }
}

impl Landmarks {
    /// The edge of chaos, empty where there is none.
    pub(super) fn edge(&self) -> &[Critical] {
        self.edge.as_deref().unwrap_or_default()
    }
}
