//! A part of a minibatch on its way through the network, forward and back.

use std::ops::Range;

use ndarray::ArrayView2;

use crate::math::panel::{Panel, padded};
use crate::math::simd::{self, LANES};
use crate::net::tape::{Stream, Tape};
use crate::train::head::cross_entropy;
use crate::train::matrix::Matrix;
use crate::train::panels::Panels;
use crate::train::plan::{Body, Plan, Shape};
use crate::train::stage_part::StagePart;

/// Lanes of one part where there are enough parts for every thread: two vectors, what a product takes at once.
const PART: usize = 2 * LANES;

/// Some examples of a minibatch side by side, and everything they leave in the layers.
#[derive(Debug)]
pub struct MinibatchPart {
    /// Real examples; in a plain network the other lanes repeat the first and weigh nothing.
    real: usize,
    /// Columns of the outputs.
    lanes: usize,
    panels: Panels,
    way: Way,
    answers: Vec<(f64, bool)>,
}

/// What is between the matrices.
#[derive(Debug)]
enum Way {
    Plain(PlainPart),
    Stages(Box<StagePart>),
}

/// What plain layers keep beside what their matrices multiply and give.
#[derive(Debug)]
struct PlainPart {
    /// The operations below the head.
    tape: Tape<Shape>,
    /// `phi'` of the hidden layers.
    slopes: Vec<Panel>,
    /// The stream that passes by, then its gradient.
    stream: Vec<f32>,
}

/// The parts of a minibatch of the plan's size for so many threads. How many there are changes no bit of any result: lanes of plain layers
/// know nothing of each other, and parts of a network of stages are always the same.
#[must_use]
pub fn parts(plan: &Plan, threads: usize) -> Vec<MinibatchPart> {
    let batch = plan.recipe().batch_size;
    let size = match plan.body() {
        Body::Plain(_) if batch.div_ceil(PART) < threads => LANES,
        Body::Plain(_) => PART,
        Body::Stages(staged) if staged.mixes_examples() => batch,
        Body::Stages(staged) => (PART / staged.spec.tokens()).max(1),
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
        let (panels, way) = match plan.body() {
            Body::Plain(tape) => {
                let hidden = shapes[..shapes.len() - 1].iter();
                let way = PlainPart {
                    tape: tape.clone(),
                    slopes: hidden.map(|s| Panel::zeros(s.fan_out, lanes)).collect(),
                    stream: Vec::new(),
                };
                let sources = (0..shapes.len()).collect();
                (Panels::new(shapes, sources, |_| lanes), Way::Plain(way))
            }
            Body::Stages(staged) => {
                let part = StagePart::new(staged, real);
                (part.panels(shapes), Way::Stages(Box::new(part)))
            }
        };
        Self {
            real,
            lanes,
            panels,
            way,
            answers: Vec::new(),
        }
    }

    /// Real examples.
    #[must_use]
    pub fn examples(&self) -> usize {
        self.real
    }

    /// Columns of a panel of outputs.
    #[must_use]
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// Takes these rows of the data as inputs.
    pub fn load(&mut self, rows: &ArrayView2<'_, f32>, examples: &[u32]) {
        if let Way::Stages(part) = &mut self.way {
            part.load(&mut self.panels, rows, examples);
            return;
        }
        let lanes = self.lanes;
        for lane in 0..lanes {
            let example = *examples.get(lane).unwrap_or(&examples[0]);
            let row = rows.row(example as usize);
            let (line, input) = self.panels.lane_mut(0, lane);
            for (unit, value) in row.iter().enumerate() {
                line[unit] = *value;
                input[unit * lanes + lane] = *value;
            }
        }
    }

    /// The [`Plan::sections`] of these matrices.
    fn sections(&self, matrices: &[Matrix]) -> usize {
        match &self.way {
            Way::Plain(_) => matrices.len(),
            Way::Stages(part) => part.sections(),
        }
    }

    /// All operations up to the outputs: `z = W x + b` of every matrix and what is done to it.
    pub fn forward(&mut self, matrices: &[Matrix]) {
        self.forward_through(matrices, 0..self.sections(matrices));
    }

    /// The same for some of the [`Plan::sections`], those before them gone through.
    pub(super) fn forward_through(&mut self, matrices: &[Matrix], range: Range<usize>) {
        let panels = &mut self.panels;
        match &mut self.way {
            Way::Plain(part) => part.forward(panels, matrices, range),
            Way::Stages(part) => part.forward(panels, matrices, range),
        }
    }

    /// The loss of every example, and `dl/dz` at the outputs for a minibatch of `1/share`.
    pub fn judge(&mut self, labels: &[u16], share: f64) {
        let outputs = self.panels.outputs_mut();
        self.answers = cross_entropy(outputs, self.lanes, labels, share);
    }

    /// `dl/dz` of every matrix from that of the last.
    pub fn backward(&mut self, matrices: &[Matrix]) {
        self.backward_through(matrices, 0..self.sections(matrices));
    }

    /// The same back through some of the sections, those after them gone through.
    pub(super) fn backward_through(&mut self, matrices: &[Matrix], range: Range<usize>) {
        let panels = &mut self.panels;
        match &mut self.way {
            Way::Plain(part) => part.backward(panels, matrices, range),
            Way::Stages(part) => part.backward(panels, matrices, range),
        }
    }

    /// `(-ln p of the label, whether it is the largest)` of every example.
    #[must_use]
    pub fn answers(&self) -> &[(f64, bool)] {
        &self.answers
    }

    /// `units x lanes`: `z` of matrix `l` after [`forward`](Self::forward) (in plain layers what the activation is given), `dl/dz` of
    /// it after [`backward`](Self::backward).
    #[must_use]
    pub fn delta(&self, l: usize) -> &[f32] {
        self.panels.delta(l)
    }

    /// The same, to set another gradient at the outputs.
    pub fn delta_mut(&mut self, l: usize) -> &mut [f32] {
        self.panels.delta_mut(l)
    }

    /// Adds (`first`: writes) `dl/dW` of the units from `unit` on, as many as `gradient` has rows; the bias is the column `fan_in`.
    pub(super) fn add_gradient(&self, l: usize, unit: usize, first: bool, gradient: &mut [f32]) {
        self.panels.add_gradient(l, unit, first, gradient);
    }
}

impl PlainPart {
    fn forward(&mut self, panels: &mut Panels, matrices: &[Matrix], range: Range<usize>) {
        let Self {
            tape,
            slopes,
            stream,
        } = self;
        for (l, matrix) in range.clone().zip(&matrices[range]) {
            panels.multiply(l, matrix);
            let Some(slopes) = slopes.get_mut(l) else {
                return;
            };
            let section = tape.section(l + 1);
            let (z, x) = panels.across(l);
            join(section.before, stream, z);
            match &section.phi {
                Some(phi) => phi.phi().eval(simd::level(), z, x, slopes.data_mut()),
                None => {
                    x.copy_from_slice(z);
                    slopes.data_mut().fill(1.0);
                }
            }
            join(section.after, stream, x);
            panels.is_written(l + 1);
        }
    }

    fn backward(&mut self, panels: &mut Panels, matrices: &[Matrix], range: Range<usize>) {
        for l in range.rev().filter(|l| *l > 0) {
            let g = panels.multiply_across(l, &matrices[l]);
            let section = self.tape.section(l);
            join_back(section.after, &mut self.stream, g);
            for (g, slope) in g.iter_mut().zip(self.slopes[l - 1].data()) {
                *g *= slope;
            }
            join_back(section.before, &mut self.stream, g);
        }
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
