//! Sources of snapshots: background threads for the screen, the caller's own thread for everything else.

mod background;
mod inline;
mod threaded;

use std::sync::Arc;

pub use inline::Inline;
pub use threaded::Threaded;

use crate::engine::phase_map::{PhaseMapSnapshot, PhaseRequest};
use crate::engine::snapshot::Snapshot;
use crate::net::spec::Spec;

/// What to compute next; a newer request overwrites one that nobody has taken yet.
#[derive(Clone, Debug)]
pub struct Request {
    /// Number of this request; every snapshot carries it back.
    pub generation: u64,
    /// What to simulate.
    pub spec: Arc<Spec>,
}

/// Why a source stopped working (a panic of the simulation or of theory, as a message for the screen).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SourceError(pub String);

/// Something that answers requests with snapshots, the newest first and only.
pub trait Source {
    /// Replaces whatever is asked or being computed.
    fn request(&mut self, request: Request);
    /// The newest snapshot since the last call; `None` when there is nothing new.
    ///
    /// # Errors
    /// The simulation panicked; the next request starts it anew.
    fn latest(&mut self) -> Result<Option<Arc<Snapshot>>, SourceError>;
    /// Replaces whatever phase map is asked or being computed; the simulation goes on beside it.
    fn request_map(&mut self, request: PhaseRequest);
    /// The newest of the phase map since the last call; `None` when there is nothing new.
    ///
    /// # Errors
    /// Theory panicked; the next request starts it anew.
    fn latest_map(&mut self) -> Result<Option<Arc<PhaseMapSnapshot>>, SourceError>;
}
