//! What each field of a spec may be, and how a value outside is refused.

use std::fmt::{Display, LowerExp};
use std::ops::RangeInclusive;
use std::sync::OnceLock;

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

/// What this process allows at most, within the ranges above: less where it is lent to strangers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Units per layer, also of what is trained.
    pub width: usize,
    /// Layers, also of what is trained.
    pub depth: usize,
    /// Inputs seen at once.
    pub batch: usize,
    /// Ensemble size.
    pub draws: usize,
    /// Steps of a training.
    pub steps: usize,
    /// Bytes that a request may need.
    pub memory: u64,
}

impl Caps {
    /// The whole ranges, and 2 GiB of memory.
    pub const WIDEST: Self = Self {
        width: *WIDTH.end(),
        depth: *DEPTH.end(),
        batch: *BATCH.end(),
        draws: *DRAWS.end(),
        steps: usize::MAX,
        memory: 2 << 30,
    };

    /// Makes these the caps of the process; the first call alone counts.
    pub fn impose(self) {
        IMPOSED.get_or_init(|| self);
    }
}

static IMPOSED: OnceLock<Caps> = OnceLock::new();

/// What this process allows at most.
#[must_use]
pub fn caps() -> &'static Caps {
    IMPOSED.get().unwrap_or(&Caps::WIDEST)
}

/// Refuses the first field outside its range.
pub(super) fn check(draft: &Draft) -> Result<(), SpecError> {
    within("width", draft.width, &(1..=caps().width), None)?;
    check_depth(draft.depth)?;
    within("batch", draft.batch, &(1..=caps().batch), None)?;
    // A gain of 0 or less is a slip, not a wish for the smallest: the answer is the neutral value.
    within(
        "gain",
        draft.gain,
        &GAIN,
        (draft.gain.is_nan() || draft.gain <= 0.0).then_some(1.0),
    )?;
    if let Bias::Normal(std) | Bias::ByFanIn(std) = draft.bias {
        within("bias", std, &BIAS, std.is_nan().then_some(0.0))?;
    }
    if let Draws::Exactly(draws) = draft.draws {
        within("draws", draws, &(1..=caps().draws), None)?;
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

/// Whether a number of layers is in [`DEPTH`] and within the [`caps`].
///
/// # Errors
/// [`SpecError::Range`] with the range and the nearest allowed value.
pub fn check_depth(depth: usize) -> Result<(), SpecError> {
    within("depth", depth, &(1..=caps().depth), None)
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
