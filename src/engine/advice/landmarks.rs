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

impl Landmarks {
    /// Solves for all of them.
    pub(super) fn of(kernel: &Kernel) -> Self {
        Self {
            edge: edge_of_chaos(kernel, 0.0),
            half_stable: half_stable(kernel),
            gains: gains(kernel),
        }
    }

    /// The edge of chaos, empty where there is none.
    pub(super) fn edge(&self) -> &[Critical] {
        self.edge.as_deref().unwrap_or_default()
    }
}
