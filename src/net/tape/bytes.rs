//! Memory that a draw of a network takes: what every section leaves for the way back, and what is worked with.

use super::{Linear, Section, Tape};

/// Above this many bytes of what a draw leaves for the way back, every `sqrt(depth)`-th section is kept and the others are computed
/// again.
pub const CHECKPOINT_ABOVE: u64 = 64 << 20;

/// Rows of a panel that share one block of a random stream and one flush of a sum.
pub const ROWS: usize = 64;

/// Parts of a panel at most, so that adding their sums costs little.
const PARTS: usize = 8;

/// Numbers of a panel that one part has at most, so that it takes milliseconds.
const NUMBERS: usize = 1 << 19;

/// Matrices of sums that a part of a panel has at most.
const SUMS: u64 = 6;

/// Panels that a draw works with at once: outputs, slopes, gradients, fresh numbers, and two on their way.
const PANELS: u64 = 6;

/// Units of one part of a panel: a multiple of [`ROWS`] that depends on the shape alone, never on the number of threads.
#[must_use]
pub fn part_units(units: usize, lanes: usize) -> usize {
    let blocks = units.div_ceil(ROWS);
    // the sums of a part are lanes x lanes: more lanes, fewer parts
    let parts = (PARTS * 32 / lanes).clamp(4, PARTS);
    let most = (NUMBERS / (ROWS * lanes)).max(1);
    blocks.div_ceil(parts).clamp(1, most) * ROWS
}

/// Bytes of `units x lanes` of `f32`.
fn panel(units: usize, lanes: usize) -> u64 {
    (units * lanes * 4) as u64
}

/// Bytes of `lanes x lanes` of `f64`.
fn square(lanes: usize) -> u64 {
    (lanes * lanes * 8) as u64
}

impl Section<Linear> {
    /// Panels of streams that this section leaves.
    fn streams(&self) -> u64 {
        u64::from(self.before.is_some()) + u64::from(self.after.is_some())
    }

    /// Bytes that it leaves for the way back: `W x`, its streams, its biases, and the Gram matrix and the factor of a matrix-free
    /// product.
    fn saved_bytes(&self, lanes: usize) -> u64 {
        let units = self.linear.fan_out;
        (1 + self.streams()) * panel(units, lanes) + 2 * square(lanes) + units as u64 * 4
    }
}

impl Tape {
    fn all_saved(&self, lanes: usize) -> u64 {
        let bytes = |section: &Section<Linear>| section.saved_bytes(lanes);
        // what is not stored are blocks like the first
        let left = self.depth() - self.distinct().len();
        let block = &self.distinct()[self.first..][..left.min(self.block)];
        let one: u64 = block.iter().map(bytes).sum();
        let all: u64 = self.distinct().iter().map(bytes).sum();
        all + (left / self.block.max(1)) as u64 * one
    }

    /// Sections from one checkpoint to the next for a batch in `lanes` lanes: all, or about `sqrt(depth)` where the way back would
    /// take more than [`CHECKPOINT_ABOVE`].
    #[must_use]
    pub fn segment(&self, lanes: usize) -> usize {
        let depth = self.depth();
        if self.all_saved(lanes) > CHECKPOINT_ABOVE {
            (depth as f64).sqrt().ceil() as usize
        } else {
            depth
        }
    }

    /// Bytes that one draw takes for a batch in `lanes` lanes.
    ///
    /// What a segment leaves for the way back, a checkpoint (a panel, its stream, a small matrix) for each segment, and what is worked
    /// with. Weights are made in blocks and count for nothing beside it.
    #[must_use]
    pub fn draw_bytes(&self, lanes: usize) -> u64 {
        let (depth, segment, widest) = (self.depth(), self.segment(lanes), self.widest());
        let all = self.all_saved(lanes);
        let saved = if segment < depth {
            let largest = |of: fn(&Section<Linear>, usize) -> u64| {
                let each = self.distinct().iter().map(|section| of(section, lanes));
                each.max().expect("a section")
            };
            let saved = segment as u64 * largest(Section::saved_bytes);
            let checkpoint =
                panel(widest, lanes) * (1 + u64::from(self.has_streams())) + square(lanes);
            all.min(saved + depth.div_ceil(segment) as u64 * checkpoint)
        } else {
            all
        };
        let inputs = panel(self.section(1).linear.fan_in, lanes);
        let parts = widest.div_ceil(part_units(widest, lanes)) as u64;
        let panels = PANELS + u64::from(self.has_streams());
        saved + panels * panel(widest, lanes) + inputs + parts * SUMS * square(lanes)
    }
}
