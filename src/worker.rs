//! Sources of snapshots: background threads for the screen, the caller's own thread for everything else.

mod background;
mod inline;
mod threaded;

pub use inline::Inline;
pub use threaded::Threaded;

use crate::engine::request::{Answer, Request, Work};

/// Why a source stopped working on something: a panic of the simulation or of theory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {work} failed: {reason}")]
pub struct SourceError {
    /// What it worked on.
    pub work: Work,
    /// What the panic said.
    pub reason: String,
}

/// Something that answers requests, the newest of each kind first and only.
pub trait Source {
    /// Replaces whatever of this kind is asked or being computed; other kinds go on beside it.
    fn request(&mut self, request: Request);
    /// Rests from this kind until it is asked for again; what is computed is kept.
    fn hold(&mut self, work: Work);
    /// The newest of each kind since the last call; an error where the work on it failed, which the next request starts anew.
    fn news(&mut self) -> Vec<Result<Answer, SourceError>>;
}

/// Asks for every wish that is not `asked` already and rests from every kind that is not wished for any more; whether anything
/// was asked.
pub fn ask(source: &mut dyn Source, asked: &mut Vec<Request>, wishes: Vec<Request>) -> bool {
    let mut anything = false;
    for wish in wishes.iter().filter(|wish| !asked.contains(wish)) {
        source.request(wish.clone());
        anything = true;
    }
    for kind in asked.iter() {
        if !wishes.iter().any(|wish| wish.work() == kind.work()) {
            source.hold(kind.work());
        }
    }
    *asked = wishes;
    anything
}
