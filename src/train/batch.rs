//! A part of a minibatch on its way through the network, forward and back.

use std::ops::Range;

use ndarray::ArrayView2;

use crate::math::panel::{Panel, padded};
use crate::math::product::{matrix_times_panel, transposed_times_panel};
use crate::math::simd::{self, LANES, dispatch};
use crate::net::tape::{Stream, Tape};
use crate::train::head::cross_entropy;
use crate::train::matrix::Matrix;
use crate::train::plan::{Plan, Shape};

/// Examples of one part where there are enough parts for every thread: two vectors, what a product takes at once.
const PART: usize = 2 * LANES;

/// Some examples of a minibatch, `lanes` of them side by side, and everything they leave in the layers.
#[derive(Debug)]
pub struct MinibatchPart {
    /// The operations below the head.
    tape: Tape<Shape>,
    lanes: usize,
    /// Real examples; the other lanes repeat the first and weigh nothing.
    real: usize,
    /// What matrix `l` multiplies: `fan_in` rows and one of ones.
    inputs: Vec<Panel>,
    /// The same by example: `lanes` rows of the matrix' stride.
    transposed: Vec<Panel>,
    /// `phi'` of the hidden layers.
    slopes: Vec<Panel>,
    /// What the activation after every matrix is given after the pass forward, `dl/dz` of the matrix after the pass back.
    deltas: Vec<Panel>,
    /// The stream that passes by, then its gradient.
    stream: Vec<f32>,
    answers: Vec<(f64, bool)>,
}

/// The parts of a minibatch of the plan's size for so many threads. How many there are changes no bit of any result.
#[must_use]
pub fn parts(plan: &Plan, threads: usize) -> Vec<MinibatchPart> {
    let batch = plan.recipe().batch_size;
    let size = if batch.div_ceil(PART) < threads {
        LANES
    } else {
        PART
    };
    let sizes = (0..batch)
        .step_by(size)
        .map(|first| size.min(batch - first));
    sizes.map(|real| MinibatchPart::new(plan, real)).collect()
}

impl MinibatchPart {
    /// Room for `real` examples.
    #[must_use]
    pub fn new(plan: &Plan, real: usize) -> Self {
        let lanes = padded(real);
        let shapes = plan.shapes();
        let inputs = shapes.iter().map(|shape| {
            let mut panel = Panel::zeros(shape.fan_in + 1, lanes);
            panel.data_mut()[shape.fan_in * lanes..].fill(1.0);
            panel
        });
        let transposed = shapes.iter().map(|shape| {
            let mut panel = Panel::zeros(lanes, shape.stride);
            for row in panel.data_mut().chunks_exact_mut(shape.stride) {
                row[shape.fan_in] = 1.0;
            }
            panel
        });
        let outputs = |shapes: &[Shape]| -> Vec<Panel> {
            shapes
                .iter()
                .map(|shape| Panel::zeros(shape.fan_out, lanes))
                .collect()
        };
        Self {
            tape: plan.tape().clone(),
            lanes,
            real,
            inputs: inputs.collect(),
            transposed: transposed.collect(),
            slopes: outputs(&shapes[..shapes.len() - 1]),
            deltas: outputs(shapes),
            stream: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// Real examples.
    #[must_use]
    pub fn examples(&self) -> usize {
        self.real
    }

    /// Columns of a panel.
    #[must_use]
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// Takes these rows of the data as inputs.
    pub fn load(&mut self, rows: &ArrayView2<'_, f32>, examples: &[u32]) {
        let lanes = self.lanes;
        let stride = self.transposed[0].lanes();
        for lane in 0..lanes {
            let example = *examples.get(lane).unwrap_or(&examples[0]);
            let row = rows.row(example as usize);
            let line = &mut self.transposed[0].data_mut()[lane * stride..];
            let input = self.inputs[0].data_mut();
            for (unit, value) in row.iter().enumerate() {
                line[unit] = *value;
                input[unit * lanes + lane] = *value;
            }
        }
    }

    /// The operations of the tape, and the head: `z = W x + b` of every matrix and what is done to it unit by unit.
    pub fn forward(&mut self, matrices: &[Matrix]) {
        self.forward_through(matrices, 0..matrices.len());
    }

    /// The same for some of the matrices, those before them gone through.
    pub(super) fn forward_through(&mut self, matrices: &[Matrix], range: Range<usize>) {
        let Self { tape, stream, .. } = self;
        for (l, matrix) in range.clone().zip(&matrices[range]) {
            let z = self.deltas[l].data_mut();
            multiply(matrix, self.inputs[l].data(), z, self.lanes);
            let Some(slopes) = self.slopes.get_mut(l) else {
                return;
            };
            let section = tape.section(l + 1);
            let x = &mut self.inputs[l + 1].data_mut()[..z.len()];
            join(section.before, stream, z);
            match &section.phi {
                Some(phi) => phi.phi().eval(simd::level(), z, x, slopes.data_mut()),
                None => {
                    x.copy_from_slice(z);
                    slopes.data_mut().fill(1.0);
                }
            }
            join(section.after, stream, x);
            transpose(x, self.lanes, &mut self.transposed[l + 1]);
        }
    }

    /// The loss of every example, and `dl/dz` at the outputs for a minibatch of `1/share`.
    pub fn judge(&mut self, labels: &[u16], share: f64) {
        let outputs = self.deltas.last_mut().expect("a network has a head");
        self.answers = cross_entropy(outputs.data_mut(), self.lanes, labels, share);
    }

    /// `dl/dz` of every matrix from that of the last.
    pub fn backward(&mut self, matrices: &[Matrix]) {
        self.backward_through(matrices, 0..matrices.len());
    }

    /// The same back through some of the matrices, those after them gone through.
    pub(super) fn backward_through(&mut self, matrices: &[Matrix], range: Range<usize>) {
        for l in range.rev().filter(|l| *l > 0) {
            let matrix = &matrices[l];
            let (before, after) = self.deltas.split_at_mut(l);
            let g = before[l - 1].data_mut();
            multiply_transposed(matrix, after[0].data(), g, self.lanes);
            let section = self.tape.section(l);
            join_back(section.after, &mut self.stream, g);
            for (g, slope) in g.iter_mut().zip(self.slopes[l - 1].data()) {
                *g *= slope;
            }
            join_back(section.before, &mut self.stream, g);
        }
    }

    /// `(-ln p of the label, whether it is the largest)` of every example.
    #[must_use]
    pub fn answers(&self) -> &[(f64, bool)] {
        &self.answers
    }

    /// `units x lanes`: what the activation after matrix `l` is given after [`forward`](Self::forward), `dl/dz` of the matrix after
    /// [`backward`](Self::backward).
    #[must_use]
    pub fn delta(&self, l: usize) -> &[f32] {
        self.deltas[l].data()
    }

    /// The same, to set another gradient at the outputs.
    pub fn delta_mut(&mut self, l: usize) -> &mut [f32] {
        self.deltas[l].data_mut()
    }

    /// Adds (`first`: writes) `dl/dW` of the units from `unit` on, as many as `gradient` has rows; the bias is the column `fan_in`.
    pub(super) fn add_gradient(&self, l: usize, unit: usize, first: bool, gradient: &mut [f32]) {
        let (x, lanes) = (&self.transposed[l], self.lanes);
        let d = &self.deltas[l].data()[unit * lanes..];
        let (x, stride) = (x.data(), x.lanes());
        dispatch!(simd::level(), simd => if first {
            matrix_times_panel::<_, false>(simd, d, lanes, x, gradient, stride);
        } else {
            matrix_times_panel::<_, true>(simd, d, lanes, x, gradient, stride);
        });
    }
}

/// The stream joins what flows, or becomes what flows.
fn join(op: Option<Stream>, stream: &mut Vec<f32>, flow: &mut [f32]) {
    let Some(op) = op else { return };
    if let Some(scale) = op.join {
        let (skip, branch) = (scale.skip as f32, scale.branch as f32);
        for (flow, s) in flow.iter_mut().zip(stream.iter()) {
            *flow = skip * s + branch * *flow;
        }
    }
    if op.fork {
        stream.clear();
        stream.extend_from_slice(flow);
    }
}

/// The way back through [`join`]: the gradient of the stream is added, or becomes that of what flows; `g` that of the branch.
fn join_back(op: Option<Stream>, stream: &mut Vec<f32>, g: &mut [f32]) {
    let Some(op) = op else { return };
    if op.fork {
        for (g, s) in g.iter_mut().zip(stream.iter()) {
            *g += s;
        }
    }
    if let Some(scale) = op.join {
        let (skip, branch) = (scale.skip as f32, scale.branch as f32);
        stream.clear();
        stream.extend(g.iter().map(|g| skip * g));
        g.iter_mut().for_each(|g| *g *= branch);
    }
}

fn multiply(matrix: &Matrix, x: &[f32], z: &mut [f32], lanes: usize) {
    let (w, stride) = (matrix.w.data(), matrix.shape().stride);
    dispatch!(simd::level(), simd => matrix_times_panel::<_, false>(simd, w, stride, x, z, lanes));
}

fn multiply_transposed(matrix: &Matrix, d: &[f32], g: &mut [f32], lanes: usize) {
    let (w, stride) = (matrix.w.data(), matrix.shape().stride);
    dispatch!(simd::level(), simd => transposed_times_panel::<_, false>(simd, w, stride, d, g, lanes));
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
