//! Pre-activations of one layer, kept for the backward pass.

use crate::math::panel::Panel;
use crate::net::activation::Shape;
use crate::sim::frame::Frame;
use crate::sim::matrix_free::Known;
use crate::sim::panel_scale::{PanelScale, Size};
use crate::sim::record::BINS;

/// Pre-activations of one layer with what their numbers stand for, and what the way back needs besides.
#[derive(Debug)]
pub struct Kept {
    /// `W x`, `[unit][lane]`, lane 0 the first input, the others differences from it; biases are not added.
    pub z: Panel,
    /// Biases, to be added to lane 0; empty where they are zero.
    pub biases: Vec<f32>,
    /// How the activation reads them.
    pub frame: Frame,
    /// `XᵀX` of the output, as stored, where the next layer's law needs it; otherwise empty.
    pub gram: Vec<f64>,
    /// What a matrix-free law must know in the backward pass.
    pub known: Option<Known>,
}

impl Kept {
    /// Pre-activations whose numbers are settled (`z` stands for `scale`, is of that `size`), with their biases and
    /// `log2` of the biases' size.
    #[must_use]
    pub fn new(
        mut z: Panel,
        scale: PanelScale,
        size: Size,
        biases: Option<(Vec<f32>, i64)>,
        shape: &Shape,
    ) -> Self {
        let (scale, size) = match size {
            Size::Finite(size) => (scale, size),
            Size::Overflow => (scale, f64::INFINITY),
            Size::Zero => {
                z.data_mut().fill(0.0);
                let exponent = biases.as_ref().map_or(0, |(_, size)| *size);
                let scale = PanelScale {
                    reference: exponent,
                    differences: exponent,
                };
                (scale, f64::NEG_INFINITY)
            }
        };
        let (biases, frame) = match biases {
            None => (Vec::new(), Frame::new(shape, scale, size)),
            Some((biases, bias)) => (biases, Frame::with_biases(shape, scale, size, bias)),
        };
        Self {
            z,
            biases,
            frame,
            gram: Vec::new(),
            known: None,
        }
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
