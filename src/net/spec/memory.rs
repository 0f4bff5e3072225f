//! How much memory a request needs, before it is tried.

use super::{BATCH, Draft, Draws, Spec, SpecError, caps};
use crate::math::simd::LANES;

/// Networks that [`Draws::Auto`] stops at, at the latest.
pub const AUTO_DRAWS: usize = 512;
/// Networks that [`Draws::Auto`] may always make.
const AUTO_DRAWS_AT_LEAST: u64 = 16;
/// Memory that the records of an automatic ensemble may take: deep networks stop at fewer draws.
const AUTO_RECORDS: u64 = 128 << 20;
/// What is kept of one layer of one draw: eighteen `f64` and a histogram of 32 `u16`.
pub const RECORD_BYTES: u64 = 18 * 8 + 32 * 2;

/// What is kept of one branch of one draw beside its layer: eight `f64`.
const BRANCH_BYTES: u64 = 8 * 8;

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
            let layers =
                draft.depth.max(1) * draft.block.as_ref().map_or(1, |b| b.sub_layers().len());
            let room = AUTO_RECORDS / (RECORD_BYTES * layers as u64);
            AUTO_DRAWS
                .min(room.max(AUTO_DRAWS_AT_LEAST) as usize)
                .min(caps().draws)
        }
        Draws::Exactly(draws) => draws,
    }
}

/// What a spec needs, in one place.
///
/// - `draw`: what the tape says of one draw ([`Tape::draw_bytes`](crate::net::tape::Tape::draw_bytes)) or its stages do, and the order in which rows
///   of data are drawn.
/// - `records`: [`RECORD_BYTES`] per layer and draw, [`BRANCH_BYTES`] more of a branch.
/// - `data`: the rows as read and as the network sees them, and [`TOLD_BYTES`] per layer.
///
/// Fields must be in their ranges; then nothing here overflows.
fn estimate(draft: &Draft) -> Estimate {
    let spec = Spec {
        draft: draft.clone(),
    };
    let order = draft.input.rows().map_or(0, |rows| rows.nrows() * 8);
    let lanes = spec.padded_batch();
    let (draw, layers, record) = if spec.has_stages() {
        (
            spec.stage_bytes(lanes),
            spec.layers() as u64,
            RECORD_BYTES + BRANCH_BYTES,
        )
    } else {
        (
            spec.tape().draw_bytes(lanes),
            draft.depth as u64,
            RECORD_BYTES,
        )
    };
    Estimate {
        draw: draw + order as u64,
        records: record * layers * draws_target(draft) as u64,
        data: draft.input.bytes() + TOLD_BYTES * layers,
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
