//! A weight matrix seen only through its action on a batch.

use std::fmt::Debug;
use std::ops::Range;

use crate::math::panel::Panel;
use crate::math::stream::StreamKey;
use crate::net::initializer::WeightLaw;
use crate::net::spec::Method;
use crate::sim::dense::Dense;
use crate::sim::matrix_free::{Invariant, MatrixFree};
use crate::sim::orthogonal::Orthogonal;
use crate::sim::standardized::Standardized;
use crate::sim::team::Team;

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
    /// Computes the given parts of `z = W x`. What `z` held before does not matter.
    fn forward(&self, key: StreamKey, parts: Range<usize>, x: &Panel, z: &mut Panel, team: Team);
    /// Computes the given parts of `g = Wᵀ d`. What `g` held before does not matter.
    fn backward(&self, key: StreamKey, parts: Range<usize>, d: &Panel, g: &mut Panel, team: Team);
}

/// How a layer's law acts.
#[derive(Debug)]
pub enum LawAction {
    /// Through its matrix, made block by block.
    Streamed(Box<dyn Law>),
    /// Through the law of its products alone.
    Free(MatrixFree),
}

impl LawAction {
    /// The streamed law, if it is one.
    #[must_use]
    pub fn streamed(&self) -> Option<&dyn Law> {
        match self {
            Self::Streamed(law) => Some(&**law),
            Self::Free(_) => None,
        }
    }

    /// The matrix-free law, if it is one.
    #[must_use]
    pub fn free(&self) -> Option<&MatrixFree> {
        match self {
            Self::Streamed(_) => None,
            Self::Free(law) => Some(law),
        }
    }
}

/// The cheapest way to act with a `fan_out x fan_in` matrix of this law on a batch in `lanes` lanes; `method` may insist.
#[must_use]
pub fn action(
    law: WeightLaw,
    fan_in: usize,
    fan_out: usize,
    lanes: usize,
    method: Method,
) -> LawAction {
    let invariant = match law {
        WeightLaw::Normal { mean: 0.0, std } => Some(Invariant::Gaussian { std }),
        WeightLaw::Orthogonal { gain } => Some(Invariant::Haar { gain }),
        _ => None,
    };
    let applies = |law: &Invariant| MatrixFree::applies(*law, fan_in, fan_out, lanes);
    let wanted = |law: &Invariant| match method {
        Method::Auto => matches!(law, Invariant::Haar { .. }) || MatrixFree::pays(fan_in, lanes),
        Method::Dense => false,
        Method::MatrixFree => true,
    };
    if let Some(invariant) = invariant.filter(applies).filter(wanted) {
        return LawAction::Free(MatrixFree::new(invariant, fan_in, lanes));
    }
    LawAction::Streamed(match (law, law.entries(fan_out)) {
        (WeightLaw::Orthogonal { gain }, _) => Box::new(Orthogonal::new(gain, fan_in, fan_out)),
        (_, Some(entries)) => Box::new(Dense::new(entries, fan_in, fan_out)),
        (WeightLaw::Standardized { gain }, _) => Box::new(Standardized::new(gain, fan_in, fan_out)),
        (_, None) => unreachable!("only these have dependent entries"),
    })
}
