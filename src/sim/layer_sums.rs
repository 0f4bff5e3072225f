//! What is summed over the units of a layer on the way up.

use crate::sim::record::SAMPLES;

/// Running sums over units (and inputs) of one part of a layer, or of the whole.
#[derive(Clone, Debug, Default)]
pub struct LayerSums {
    /// Sum of the squares of `z 2^-top`.
    pub z_squares: f64,
    /// Sum of the squares of `phi`, in the frame's units.
    pub x_squares: f64,
    /// The first `z` and `x`: offsets that keep the digits of a variance that is small beside the mean.
    pub offset: [f64; 2],
    /// Sums of `(z - offset)` and its square.
    pub z_centred: [f64; 2],
    /// Sums of `(x - offset)` and its square.
    pub x_centred: [f64; 2],
    /// Sum over units of the sum over inputs of the squared stored differences, minus the squared sum over inputs / batch.
    pub spread: f64,
    /// Numbers with `|phi'|` below the saturation threshold.
    pub saturated: f64,
    /// Units with `phi' = 0` for every input.
    pub dead: u64,
    /// Largest `|z 2^-top|` and `|phi|`, in the frame's units.
    pub peaks: [f32; 2],
    /// Numbers counted.
    pub count: u64,
    /// Some of the `z 2^-top`, for the histogram.
    pub samples: Vec<f32>,
}

impl LayerSums {
    /// Forgets everything.
    pub fn clear(&mut self) {
        let mut samples = std::mem::take(&mut self.samples);
        samples.clear();
        *self = Self {
            samples,
            ..Self::default()
        };
    }

    /// Adds the sums of other units.
    pub fn merge(&mut self, other: &Self) {
        if self.count == 0 {
            self.offset = other.offset;
        }
        let n = other.count as f64;
        let sums = [&mut self.z_centred, &mut self.x_centred];
        let theirs = [other.z_centred, other.x_centred];
        for (at, (ours, theirs)) in sums.into_iter().zip(theirs).enumerate() {
            // sum (v - a) and its square from those about b = a + by
            let by = other.offset[at] - self.offset[at];
            ours[0] += theirs[0] + n * by;
            ours[1] += theirs[1] + by * (2.0 * theirs[0] + n * by);
        }
        self.z_squares += other.z_squares;
        self.x_squares += other.x_squares;
        self.spread += other.spread;
        self.saturated += other.saturated;
        self.dead += other.dead;
        self.count += other.count;
        for (ours, theirs) in self.peaks.iter_mut().zip(other.peaks) {
            *ours = ours.max(theirs);
        }
        self.samples.extend_from_slice(&other.samples);
    }
}

/// Which numbers of a layer its histogram counts: evenly spread over units, the first inputs of each.
#[derive(Clone, Copy, Debug)]
pub struct Sampling {
    /// Every so many units.
    pub(super) stride: usize,
    /// So many inputs.
    pub(super) inputs: usize,
}

impl Sampling {
    /// At most [`SAMPLES`] numbers of `units x batch`.
    #[must_use]
    pub fn new(units: usize, batch: usize) -> Self {
        Self {
            stride: units.div_ceil(SAMPLES),
            inputs: batch.min((SAMPLES / units).max(1)),
        }
    }
}
