//! What the matrices of a network multiply and give for some examples, in single precision.

use crate::math::panel::Panel;
use crate::math::product::{matrix_times_panel, transposed_times_panel};
use crate::math::simd::{self, LANES, dispatch};
use crate::train::matrix::Matrix;
use crate::train::plan::Shape;

/// Inputs and outputs of all matrices, a lane an example or a token of one.
#[derive(Debug)]
pub(super) struct Panels {
    /// The input that each matrix multiplies.
    sources: Vec<usize>,
    /// What is multiplied: `fan_in` rows and one of ones.
    inputs: Vec<Panel>,
    /// The same by lane: rows of the matrix' stride.
    transposed: Vec<Panel>,
    /// `z` of every matrix after the pass forward, `dl/dz` after the pass back.
    deltas: Vec<Panel>,
}

impl Panels {
    /// Room for matrices of these shapes, each of which multiplies an input of this number with so many lanes.
    pub(super) fn new(
        shapes: &[Shape],
        sources: Vec<usize>,
        lanes: impl Fn(usize) -> usize,
    ) -> Self {
        let mut inputs = Vec::new();
        let mut transposed = Vec::new();
        let mut deltas = Vec::new();
        for (l, shape) in shapes.iter().enumerate() {
            let lanes = lanes(l);
            deltas.push(Panel::zeros(shape.fan_out, lanes));
            if sources[l] < inputs.len() {
                continue;
            }
            let mut panel = Panel::zeros(shape.fan_in + 1, lanes);
            panel.data_mut()[shape.fan_in * lanes..].fill(1.0);
            inputs.push(panel);
            let mut panel = Panel::zeros(lanes, shape.stride);
            for row in panel.data_mut().chunks_exact_mut(shape.stride) {
                row[shape.fan_in] = 1.0;
            }
            transposed.push(panel);
        }
        Self {
            sources,
            inputs,
            transposed,
            deltas,
        }
    }

    /// The input of matrix `l`, its row of ones left out.
    pub(super) fn input_mut(&mut self, l: usize) -> &mut [f32] {
        let panel = &mut self.inputs[self.sources[l]];
        let units = (panel.units() - 1) * panel.lanes();
        &mut panel.data_mut()[..units]
    }

    /// No bias is added to what matrix `l` gives.
    pub(super) fn leave_out_bias(&mut self, l: usize) {
        let source = self.sources[l];
        let panel = &mut self.inputs[source];
        let (units, lanes) = (panel.units() - 1, panel.lanes());
        panel.data_mut()[units * lanes..].fill(0.0);
        let panel = &mut self.transposed[source];
        let stride = panel.lanes();
        for row in panel.data_mut().chunks_exact_mut(stride) {
            row[units] = 0.0;
        }
    }

    /// The input of matrix `l` was written: it is known by lane as well.
    pub(super) fn is_written(&mut self, l: usize) {
        let source = self.sources[l];
        let panel = &self.inputs[source];
        let units = (panel.units() - 1) * panel.lanes();
        transpose(
            &panel.data()[..units],
            panel.lanes(),
            &mut self.transposed[source],
        );
    }

    /// Writes the input of matrix `l`, zeros behind the first `real` lanes.
    pub(super) fn give(&mut self, l: usize, x: &[f64], real: usize) {
        let lanes = self.deltas[l].lanes();
        narrow(x, lanes, real, self.input_mut(l));
        self.is_written(l);
    }

    /// Row `lane` of the input of matrix `l` by lane, and the input itself.
    pub(super) fn lane_mut(&mut self, l: usize, lane: usize) -> (&mut [f32], &mut [f32]) {
        let source = self.sources[l];
        let panel = &mut self.transposed[source];
        let stride = panel.lanes();
        let line = &mut panel.data_mut()[lane * stride..][..stride];
        (line, self.inputs[source].data_mut())
    }

    /// `z` of matrix `l`.
    pub(super) fn multiply(&mut self, l: usize, matrix: &Matrix) {
        let (w, stride) = (matrix.w.data(), matrix.shape().stride);
        let x = &self.inputs[self.sources[l]];
        let (x, lanes) = (x.data(), x.lanes());
        let z = self.deltas[l].data_mut();
        dispatch!(simd::level(), simd => matrix_times_panel::<_, false>(simd, w, stride, x, z, lanes));
    }

    /// `g = W' dl/dz` of matrix `l`, or that added to `g`.
    pub(super) fn multiply_back<const ADD: bool>(&self, l: usize, matrix: &Matrix, g: &mut [f32]) {
        multiply_back::<ADD>(matrix, &self.deltas[l], g);
    }

    /// `z` or `dl/dz` of matrix `l`.
    pub(super) fn delta(&self, l: usize) -> &[f32] {
        self.deltas[l].data()
    }

    /// The same, to write.
    pub(super) fn delta_mut(&mut self, l: usize) -> &mut [f32] {
        self.deltas[l].data_mut()
    }

    /// What the last matrix gives, to write.
    pub(super) fn outputs_mut(&mut self) -> &mut [f32] {
        let outputs = self.deltas.last_mut().expect("a network has a head");
        outputs.data_mut()
    }

    /// `z` of a matrix and the input of the next.
    pub(super) fn across(&mut self, l: usize) -> (&mut [f32], &mut [f32]) {
        let z = self.deltas[l].data_mut();
        let x = &mut self.inputs[self.sources[l + 1]].data_mut()[..z.len()];
        (z, x)
    }

    /// `W' dl/dz` of matrix `l` in the place of `z` of the matrix before.
    pub(super) fn multiply_across(&mut self, l: usize, matrix: &Matrix) -> &mut [f32] {
        let (before, after) = self.deltas.split_at_mut(l);
        let g = before[l - 1].data_mut();
        multiply_back::<false>(matrix, &after[0], g);
        g
    }

    /// Writes `dl/dz` of matrix `l`, zeros behind the first `real` lanes.
    pub(super) fn set_delta(&mut self, l: usize, d: &[f64], real: usize) {
        let panel = &mut self.deltas[l];
        let lanes = panel.lanes();
        narrow(d, lanes, real, panel.data_mut());
    }

    /// Adds (`first`: writes) `dl/dW` of the units from `unit` on, as many as `gradient` has rows; the bias is the column `fan_in`.
    pub(super) fn add_gradient(&self, l: usize, unit: usize, first: bool, gradient: &mut [f32]) {
        let (x, d) = (&self.transposed[self.sources[l]], &self.deltas[l]);
        let lanes = d.lanes();
        let d = &d.data()[unit * lanes..];
        let (x, stride) = (x.data(), x.lanes());
        dispatch!(simd::level(), simd => if first {
            matrix_times_panel::<_, false>(simd, d, lanes, x, gradient, stride);
        } else {
            matrix_times_panel::<_, true>(simd, d, lanes, x, gradient, stride);
        });
    }
}

/// `g = W' d`, or that added to `g`.
fn multiply_back<const ADD: bool>(matrix: &Matrix, d: &Panel, g: &mut [f32]) {
    let (w, stride) = (matrix.w.data(), matrix.shape().stride);
    let (d, lanes) = (d.data(), d.lanes());
    dispatch!(simd::level(), simd => transposed_times_panel::<_, ADD>(simd, w, stride, d, g, lanes));
}

/// Rows in single precision, zeros behind the first `real` lanes.
fn narrow(wide: &[f64], lanes: usize, real: usize, narrow: &mut [f32]) {
    let rows = narrow.chunks_exact_mut(lanes).zip(wide.chunks_exact(lanes));
    for (narrow, wide) in rows {
        for (narrow, wide) in narrow[..real].iter_mut().zip(wide) {
            *narrow = *wide as f32;
        }
        narrow[real..].fill(0.0);
    }
}

/// The rows of `x`, `lanes` long, become the first columns of `out`.
fn transpose(x: &[f32], lanes: usize, out: &mut Panel) {
    let stride = out.lanes();
    let out = out.data_mut();
    for (first, units) in x.chunks(LANES * lanes).enumerate() {
        for lane in 0..lanes {
            let line = &mut out[lane * stride + first * LANES..];
            for (value, unit) in line.iter_mut().zip(units.chunks_exact(lanes)) {
                *value = unit[lane];
            }
        }
    }
}
