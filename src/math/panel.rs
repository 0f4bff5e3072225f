//! `[unit][lane]` matrices of `f32`, sixteen inputs to a vector, aligned to a cache line.

use crate::math::simd::LANES;

/// A matrix of `units` rows and `lanes` columns (a multiple of 16), row by row, the first entry on a 64-byte boundary.
#[derive(Debug)]
pub struct Panel {
    lanes: usize,
    start: usize,
    length: usize,
    memory: Vec<f32>,
}

impl Panel {
    /// A panel of zeros; `lanes` is a multiple of 16.
    #[must_use]
    pub fn zeros(units: usize, lanes: usize) -> Self {
        assert!(
            lanes > 0 && lanes.is_multiple_of(LANES),
            "a panel has whole vectors, not {lanes} lanes"
        );
        let length = units * lanes;
        let memory = vec![0.0; length + LANES];
        let start = memory.as_ptr().align_offset(64).min(LANES);
        Self {
            lanes,
            start,
            length,
            memory,
        }
    }

    /// Columns, padding included.
    #[must_use]
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// Rows.
    #[must_use]
    pub fn units(&self) -> usize {
        self.length / self.lanes
    }

    /// All entries.
    #[must_use]
    pub fn data(&self) -> &[f32] {
        &self.memory[self.start..self.start + self.length]
    }

    /// All entries, to write.
    #[must_use]
    pub fn data_mut(&mut self) -> &mut [f32] {
        &mut self.memory[self.start..self.start + self.length]
    }
}

impl Clone for Panel {
    fn clone(&self) -> Self {
        let mut copy = Self::zeros(self.units(), self.lanes);
        copy.data_mut().copy_from_slice(self.data());
        copy
    }
}

/// Lanes that a batch of `batch` inputs takes: the next multiple of 16.
#[must_use]
pub fn padded(batch: usize) -> usize {
    batch.next_multiple_of(LANES)
}
