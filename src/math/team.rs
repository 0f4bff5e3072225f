//! Who computes.

/// Whether a piece of work may use every core of the current thread pool. The bits of the result are the same either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Team {
    /// The calling thread alone.
    Alone,
    /// All threads of the pool.
    Pool,
}
