//! A weight matrix seen only through its action on a batch.

use std::fmt::Debug;
use std::ops::Range;

use crate::math::panel::Panel;
use crate::math::stream::Key;
use crate::net::initializer::WeightLaw;
use crate::net::spec::Method;
use crate::sim::dense::Dense;
use crate::sim::matrix_free::{Invariant, MatrixFree};
use crate::sim::orthogonal::Orthogonal;
use crate::sim::signal::Signal;

/// Whether a product may use every core of the current thread pool. The bits of the result are the same either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Team {
    /// The calling thread alone.
    Alone,
    /// All threads of the pool.
    Pool,
}

/// The law of one layer's weights: `Z = W X` and `G = Wᵀ D` for the matrix that a key names.
///
/// Work is cut into parts so that a caller can stop between them; parts are taken in order, each once.
pub trait Law: Debug + Send + Sync {
    /// Rows that the panel of `Z` must have (the first `fan_out` hold the result).
    fn output_units(&self) -> usize;
    /// Parts of the forward product.
    fn forward_parts(&self) -> usize;
    /// Parts of the transposed product.
    fn backward_parts(&self) -> usize;
    /// Rough cost of one part for a batch in `lanes` lanes, in entries times vectors of inputs.
    fn part_cost(&self, lanes: usize) -> usize;
    /// Whether products need the Gram matrix of what they are given.
    fn uses_gram(&self) -> bool {
        false
    }
    /// Computes the given parts of `z = W x`. What `z` held before does not matter.
    fn forward(
        &self,
        key: Key,
        parts: Range<usize>,
        x: &Signal,
        z: &mut Panel,
        memo: &mut Memo,
        team: Team,
    );
    /// Computes the given parts of `g = Wᵀ d`. What `g` held before does not matter.
    fn backward(
        &self,
        key: Key,
        parts: Range<usize>,
        seen: &Seen<'_>,
        g: &mut Panel,
        memo: &mut Memo,
        team: Team,
    );
}

/// What the transposed product is given.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// What the forward product was given, Gram matrix included.
    pub x: &'a Signal,
    /// `dl/dz`.
    pub d: &'a Panel,
    /// `DᵀD`, `lanes x lanes`.
    pub d_gram: &'a [f64],
}

/// Memory that products use and leave: kept from one call to the next to spare its first touch.
#[derive(Clone, Debug, Default)]
pub struct Memo {
    /// Random numbers of one block.
    pub numbers: Vec<f32>,
    /// A small matrix in single precision.
    pub small: Vec<f32>,
}

/// The cheapest way to act with a `fan_out x fan_in` matrix of this law on a batch in `lanes` lanes; `method` may insist.
#[must_use]
pub fn action(
    law: WeightLaw,
    fan_in: usize,
    fan_out: usize,
    lanes: usize,
    method: Method,
) -> Box<dyn Law> {
    let invariant = match law {
        WeightLaw::Normal { std } => Some(Invariant::Gaussian { std }),
        WeightLaw::Orthogonal { gain } => Some(Invariant::Haar { gain }),
        _ => None,
    };
    let applies = |law: &Invariant| MatrixFree::applies(*law, fan_in, fan_out, lanes);
    let wanted = |law: &Invariant| match method {
        Method::Auto => matches!(law, Invariant::Haar { .. }) || MatrixFree::pays(fan_in, lanes),
        Method::Dense => false,
        Method::MatrixFree => true,
    };
    match (invariant.filter(applies).filter(wanted), law) {
        (Some(invariant), _) => Box::new(MatrixFree::new(invariant, fan_in, fan_out)),
        (None, WeightLaw::Orthogonal { gain }) => Box::new(Orthogonal::new(gain, fan_in, fan_out)),
        (None, other) => Box::new(Dense::new(other, fan_in, fan_out)),
    }
}
