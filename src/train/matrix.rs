//! One weight matrix with its biases and what the optimizer keeps beside it.

use crate::math::panel::Panel;
use crate::math::stream::{Purpose, StreamKey};
use crate::train::plan::Shape;

/// Rows `i`: `fan_in` weights, the bias, zeros up to the stride.
#[derive(Debug)]
pub struct Matrix {
    pub(super) shape: Shape,
    pub(super) w: Panel,
    /// The velocity, or first and second moment: as many as the optimizer needs, each like `w`.
    pub(super) moments: Vec<Panel>,
}

impl Matrix {
    /// Weights and biases of draw `draw`, layer `layer` (1-based), from the streams of the simulation.
    #[must_use]
    pub fn new(shape: Shape, moments: usize, seed: u64, draw: u32, layer: u32) -> Self {
        let panel = || Panel::zeros(shape.fan_out, shape.stride);
        let mut matrix = Self {
            w: panel(),
            moments: (0..moments).map(|_| panel()).collect(),
            shape,
        };
        matrix.fill(seed, draw, layer);
        matrix
    }

    /// The same of another draw, where it is.
    pub(super) fn renew(&mut self, seed: u64, draw: u32, layer: u32) {
        for panel in std::iter::once(&mut self.w).chain(&mut self.moments) {
            panel.data_mut().fill(0.0);
        }
        self.fill(seed, draw, layer);
    }

    /// Weights and biases in place of zeros.
    fn fill(&mut self, seed: u64, draw: u32, layer: u32) {
        let shape = &self.shape;
        let key = |purpose| StreamKey {
            seed,
            draw,
            layer,
            purpose,
        };
        let size = [shape.fan_out, shape.fan_in];
        let w = self.w.data_mut();
        shape
            .weights
            .fill(key(Purpose::Weights), size, shape.stride, w);
        let biases = shape.biases.entries();
        let biases = biases.vector(shape.fan_out, key(Purpose::Biases));
        for (row, bias) in w.chunks_exact_mut(shape.stride).zip(biases) {
            row[shape.fan_in] = bias;
        }
    }

    /// Its size and laws.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The weights of unit `unit`.
    #[must_use]
    pub fn weights(&self, unit: usize) -> &[f32] {
        &self.row(unit)[..self.shape.fan_in]
    }

    /// The bias of unit `unit`.
    #[must_use]
    pub fn bias(&self, unit: usize) -> f32 {
        self.row(unit)[self.shape.fan_in]
    }

    fn row(&self, unit: usize) -> &[f32] {
        &self.w.data()[unit * self.shape.stride..][..self.shape.stride]
    }
}
