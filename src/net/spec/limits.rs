//! What each field of a spec may be, and how a value outside is refused.

use std::fmt::{Display, LowerExp};
use std::ops::RangeInclusive;

use super::{Bias, Draft, Draws, SpecError};
use crate::net::written::number;

/// Units per layer.
pub const WIDTH: RangeInclusive<usize> = 1..=16384;
/// Layers.
pub const DEPTH: RangeInclusive<usize> = 1..=10000;
/// Inputs seen at once.
pub const BATCH: RangeInclusive<usize> = 1..=256;
/// Dimension of the noise input, and columns of a data file.
pub const INPUT_DIM: RangeInclusive<usize> = 1..=16384;
/// Ensemble size.
pub const DRAWS: RangeInclusive<usize> = 1..=100_000;
/// Multiplier of the weights.
pub const GAIN: RangeInclusive<f64> = 1e-6..=1e6;
/// Standard deviation of the biases.
pub const BIAS: RangeInclusive<f64> = 0.0..=1e6;

/// Refuses the first field outside its range.
pub(super) fn check(draft: &Draft) -> Result<(), SpecError> {
    within("width", draft.width, &WIDTH, None)?;
    check_depth(draft.depth)?;
    within("batch", draft.batch, &BATCH, None)?;
    // A gain of 0 or less is a slip, not a wish for the smallest: the answer is the neutral value.
    within(
        "gain",
        draft.gain,
        &GAIN,
        (draft.gain.is_nan() || draft.gain <= 0.0).then_some(1.0),
    )?;
    if let Bias::Normal(std) = draft.bias {
        within("bias", std, &BIAS, std.is_nan().then_some(0.0))?;
    }
    if let Draws::Exactly(draws) = draft.draws {
        within("draws", draws, &DRAWS, None)?;
    }
    draft.input.check()?;
    match (draft.input.dim(), draft.input_dim) {
        (Some(columns), Some(dim)) => Err(SpecError::InputDim {
            dim,
            input: draft.input.to_string(),
            columns,
        }),
        (None, Some(dim)) => within("input_dim", dim, &INPUT_DIM, None),
        (_, None) => Ok(()),
    }
}

/// Whether a number of layers is in [`DEPTH`].
///
/// # Errors
/// [`SpecError::Range`] with the range and the nearest allowed value.
pub fn check_depth(depth: usize) -> Result<(), SpecError> {
    within("depth", depth, &DEPTH, None)
}

/// `value` in `range`, or the message with the range and the nearest allowed value (or `instead`).
fn within<T: PartialOrd + Display + LowerExp + Copy>(
    field: &'static str,
    value: T,
    range: &RangeInclusive<T>,
    instead: Option<T>,
) -> Result<(), SpecError> {
    if range.contains(&value) {
        return Ok(());
    }
    let (low, high) = (*range.start(), *range.end());
    let nearest = if value < low { low } else { high };
    Err(SpecError::Range {
        field,
        value: number(value),
        low: number(low),
        high: number(high),
        suggestion: number(instead.unwrap_or(nearest)),
    })
}
