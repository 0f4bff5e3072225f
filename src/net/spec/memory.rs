//! How much memory a request needs, before it is tried.

use super::{BATCH, Draft, Draws, Spec, SpecError, caps};
use crate::math::simd::LANES;

/// Above this many bytes of activations per draw, the simulation keeps every `sqrt(depth)`-th layer and recomputes.
pub const CHECKPOINT_ABOVE: u64 = 64 << 20;
/// Networks that [`Draws::Auto`] stops at, at the latest.
pub const AUTO_DRAWS: usize = 512;
/// Networks that [`Draws::Auto`] may always make.
const AUTO_DRAWS_AT_LEAST: u64 = 16;
/// Memory that the records of an automatic ensemble may take: deep networks stop at fewer draws.
const AUTO_RECORDS: u64 = 128 << 20;
/// What is kept of one layer of one draw: eighteen `f64` and a histogram of 32 `u16`.
pub const RECORD_BYTES: u64 = 18 * 8 + 32 * 2;

/// What is said of one layer in the end: statistics over draws, predictions, and their words.
pub const TOLD_BYTES: u64 = 3 << 10;

impl Spec {
    /// The batch rounded up to whole vectors of [`LANES`].
    #[must_use]
    pub fn padded_batch(&self) -> usize {
        self.draft.seen().next_multiple_of(LANES)
    }

    /// Most networks this spec draws: the exact number, or [`AUTO_DRAWS`].
    #[must_use]
    pub fn draws_target(&self) -> usize {
        draws_target(&self.draft)
    }

    /// Whether the activations of one draw are checkpointed (see [`CHECKPOINT_ABOVE`]).
    #[must_use]
    pub fn is_checkpointed(&self) -> bool {
        all_layers(&self.draft) > CHECKPOINT_ABOVE
    }

    /// Bytes that this spec needs with one draw in flight, beside the program itself: activations, records, the data, and what is told.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        estimate(&self.draft).total()
    }

    /// How many draws may be in flight at once on `threads` threads without passing the [`caps`]; at least 1.
    ///
    /// The result never changes what is computed, only how much of it at a time.
    #[must_use]
    pub fn draws_in_flight(&self, threads: usize) -> usize {
        self.draws_beside(0, threads)
    }

    /// The same where so many bytes, the data among them, are taken already.
    #[must_use]
    pub fn draws_beside(&self, taken: u64, threads: usize) -> usize {
        let need = estimate(&self.draft);
        let taken = taken.max(need.records + need.data);
        let room = caps().memory.saturating_sub(taken) / need.draw.max(1);
        usize::try_from(room)
            .unwrap_or(usize::MAX)
            .clamp(1, threads.max(1))
    }
}

/// Parts of a layer that have sums of their own, at most, where it is not large.
const PARTS: usize = 8;
/// Numbers of a panel in one part of a large layer.
const PART_NUMBERS: usize = 1 << 19;

struct Estimate {
    draw: u64,
    records: u64,
    data: u64,
}

impl Estimate {
    fn total(&self) -> u64 {
        self.draw + self.records + self.data
    }
}

fn draws_target(draft: &Draft) -> usize {
    match draft.draws {
        Draws::Auto => {
            let room = AUTO_RECORDS / (RECORD_BYTES * draft.depth.max(1) as u64);
            AUTO_DRAWS
                .min(room.max(AUTO_DRAWS_AT_LEAST) as usize)
                .min(caps().draws)
        }
        Draws::Exactly(draws) => draws,
    }
}

/// Bytes of `width x padded batch` of `f32`.
fn panel(draft: &Draft) -> u64 {
    (draft.width * draft.seen().next_multiple_of(LANES) * 4) as u64
}

/// Bytes of `padded batch x padded batch` of `f64`.
fn square(draft: &Draft) -> u64 {
    let lanes = draft.seen().next_multiple_of(LANES) as u64;
    lanes * lanes * 8
}

/// Bytes of what is kept of one layer: pre-activations, biases, and the two small matrices that a matrix-free law keeps.
fn one_layer(draft: &Draft) -> u64 {
    panel(draft) + 2 * square(draft) + draft.width as u64 * 4
}

fn all_layers(draft: &Draft) -> u64 {
    draft.depth as u64 * one_layer(draft)
}

/// Bytes of what a draw works with: six panels, its inputs and where they come from, and the sums of each part of a layer (six small matrices).
fn at_work(draft: &Draft) -> u64 {
    let lanes = draft.seen().next_multiple_of(LANES);
    let dim = draft.input.rows().map(|rows| rows.ncols());
    let inputs = dim.or(draft.input_dim).unwrap_or(draft.width) * lanes * 4;
    // the order in which rows of data are drawn
    let order = draft.input.rows().map_or(0, |rows| rows.nrows() * 8);
    let parts = (PARTS * 32 / lanes).clamp(PARTS / 2, PARTS);
    let parts = parts.max((draft.width * lanes).div_ceil(PART_NUMBERS));
    6 * panel(draft) + (inputs + order) as u64 + parts as u64 * 6 * square(draft)
}

/// The memory model of the simulation, in one place.
///
/// - `draw`: the backward pass needs what the forward pass left of every layer, or, where that exceeds [`CHECKPOINT_ABOVE`],
///   of about `2 sqrt(depth)` layers (checkpoints and one recomputed segment); and what a draw works with. Weights are streamed
///   in blocks and count for nothing beside it.
/// - `records`: [`RECORD_BYTES`] per layer and draw.
/// - `data`: the rows as read and as the network sees them, and [`TOLD_BYTES`] per layer.
///
/// Fields must be in their ranges; then nothing here overflows.
fn estimate(draft: &Draft) -> Estimate {
    let all = all_layers(draft);
    let draw = if all > CHECKPOINT_ABOVE {
        (2.0 * (draft.depth as f64).sqrt()).ceil() as u64 * one_layer(draft)
    } else {
        all
    };
    let records = RECORD_BYTES * draft.depth as u64 * draws_target(draft) as u64;
    let data = draft.input.bytes() + TOLD_BYTES * draft.depth as u64;
    Estimate {
        draw: draw.min(all) + at_work(draft),
        records,
        data,
    }
}

/// Refuses what does not fit, with the estimate and the largest power-of-two batch or the number of draws that would.
pub(super) fn check(draft: &Draft) -> Result<(), SpecError> {
    let need = estimate(draft);
    if need.total() <= caps().memory {
        return Ok(());
    }
    let (field, suggestion) = if need.records > need.draw {
        let room = caps().memory.saturating_sub(need.draw + need.data);
        let draws = room / (RECORD_BYTES * draft.depth as u64);
        ("draws", draws.max(1) as usize)
    } else {
        let fits = |batch: &usize| {
            let smaller = Draft {
                batch: *batch,
                ..draft.clone()
            };
            estimate(&smaller).total() <= caps().memory
        };
        let batch = (4..=8).rev().map(|power| 1_usize << power).find(fits);
        ("batch", batch.unwrap_or(*BATCH.start()))
    };
    Err(SpecError::Memory {
        depth: draft.depth,
        width: draft.width,
        batch: draft.batch,
        draws: draws_target(draft),
        need: size(need.total()),
        limit: size(caps().memory),
        field,
        suggestion,
    })
}

/// Bytes in MiB or GiB, rounded up so that a refusal never reads "2.0 is more than 2.0".
#[must_use]
pub fn size(bytes: u64) -> String {
    const GIB: u64 = 1 << 30;
    if bytes < GIB {
        return format!("{} MiB", bytes.div_ceil(1 << 20));
    }
    format!(
        "{:.1} GiB",
        (bytes as f64 / GIB as f64 * 10.0).ceil() / 10.0
    )
}
