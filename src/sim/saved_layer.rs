//! What the forward pass leaves of one layer for the backward pass.

use crate::math::panel::Panel;
use crate::sim::frame::Frame;
use crate::sim::join::SavedStream;
use crate::sim::matrix_free::Known;
use crate::sim::panel_scale::PanelScale;
use crate::sim::record::BINS;

/// Outputs of one linear operation with what their numbers stand for, and what the way back needs besides.
#[derive(Debug)]
pub struct SavedLayer {
    /// `W x`, `[unit][lane]`, lane 0 the first input, the others differences from it; biases are not added.
    pub z: Panel,
    /// Biases, to be added to lane 0; empty where they are zero.
    pub biases: Vec<f32>,
    /// The stream before and after the activation, where there is one.
    pub streams: [Option<SavedStream>; 2],
    /// How the activation reads what is given to it.
    pub frame: Frame,
    /// `XᵀX` of the output, as stored, where the next layer's law needs it; otherwise empty.
    pub gram: Vec<f64>,
    /// What a matrix-free law must know in the backward pass.
    pub known: Option<Known>,
}

impl SavedLayer {
    /// What the activation is given: numbers, and biases still to be added to lane 0.
    #[must_use]
    pub fn activated(&self) -> (&[f32], &[f32]) {
        match &self.streams[0] {
            Some(stream) => (stream.y.data(), &[]),
            None => (self.z.data(), &self.biases),
        }
    }

    /// What the numbers of the layer's output stand for.
    #[must_use]
    pub fn output(&self) -> PanelScale {
        let after = self.streams[1].as_ref();
        after.map_or_else(|| self.frame.output(), |stream| stream.scale)
    }
}

/// Counts `z / rms(z)` of samples of `z`; `mean_square` is that of `z`.
#[must_use]
pub fn histogram(samples: &[f32], mean_square: f64) -> [u16; BINS] {
    let mut counts = [0; BINS];
    if mean_square <= 0.0 {
        return counts;
    }
    let per_bin = (BINS as f64 / 8.0 / mean_square.sqrt()) as f32;
    for z in samples {
        let at = z * per_bin + (BINS / 2) as f32;
        counts[(at.max(0.0) as usize).min(BINS - 1)] += 1;
    }
    counts
}
