//! Pre-activations of one layer, kept for the backward pass.

use crate::math::panel::Panel;
use crate::sim::panel_scale::{PanelScale, Size, power, settle, shift};
use crate::sim::record::{BINS, SAMPLES};

/// Pre-activations of one layer with what their numbers stand for.
#[derive(Debug)]
pub struct Kept {
    /// `[unit][lane]`, lane 0 the first input, the others differences from it.
    pub z: Panel,
    /// What the numbers stand for.
    pub scale: PanelScale,
    /// `log2` of the largest root mean square, exponents included; `-inf` for zero.
    pub size: f64,
}

/// How far (in powers of two) the numbers may be below the biases before they are brought to the biases' exponent.
const BIAS_HEADROOM: i64 = 20;

impl Kept {
    /// Adds one bias to each unit of the reference; differences have none. `size` is the biases' exponent.
    pub fn add_biases(&mut self, biases: &[f32], size: i64) {
        if self.scale.reference < size - BIAS_HEADROOM {
            // what is lost to underflow here is far below the last digit of the biases
            shift(&mut self.z, biases.len(), self.scale.reference - size, 0);
            self.scale.reference = size;
        }
        let unit = power(-self.scale.reference);
        let lanes = self.z.lanes();
        for (row, bias) in self.z.data_mut().chunks_exact_mut(lanes).zip(biases) {
            row[0] += bias * unit;
        }
    }

    /// Brings the numbers back to the size of 1.
    pub fn settle(&mut self, units: usize, batch: usize) -> Size {
        let size = settle(&mut self.z, units, batch, &mut self.scale);
        self.size = match size {
            Size::Finite(size) => size,
            Size::Zero => {
                self.scale = PanelScale::default();
                self.z.data_mut().fill(0.0);
                f64::NEG_INFINITY
            }
            Size::Overflow => f64::INFINITY,
        };
        size
    }

    /// Counts `z / rms(z)` over at most [`SAMPLES`] numbers spread evenly over units and inputs; `mean_square` is that of
    /// `z 2^-top`.
    #[must_use]
    pub fn histogram(&self, units: usize, batch: usize, mean_square: f64) -> [u16; BINS] {
        let mut counts = [0; BINS];
        if mean_square <= 0.0 {
            return counts;
        }
        let top = self.scale.top();
        let per_bin = (BINS as f64 / 8.0 / mean_square.sqrt()) as f32;
        let reference = power(self.scale.reference - top) * per_bin;
        let difference = power(self.scale.differences - top) * per_bin;
        let stride = units.div_ceil(SAMPLES);
        let inputs = batch.min((SAMPLES / units).max(1));
        for row in self.z.data()[..units * self.z.lanes()]
            .chunks_exact(self.z.lanes())
            .step_by(stride)
        {
            let base = row[0] * reference + (BINS / 2) as f32;
            for (b, delta) in row[..inputs].iter().enumerate() {
                let at = if b == 0 {
                    base
                } else {
                    base + delta * difference
                };
                counts[(at.max(0.0) as usize).min(BINS - 1)] += 1;
            }
        }
        counts
    }
}
