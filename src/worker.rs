//! Sources of snapshots: a background thread for the screen, the caller's own thread for everything else.

mod inline;
mod threaded;

use std::sync::Arc;

pub use inline::Inline;
pub use threaded::Threaded;

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

/// Why a source stopped working (a panic of the simulation, as a message for the screen).
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
}
