//! All matrices of one network.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::math::team::Team;
use crate::train::batch::MinibatchPart;
use crate::train::matrix::Matrix;
use crate::train::plan::{Plan, Shape};
use crate::train::update::{How, Squares, update};

/// One network, head included, made layer by layer.
#[derive(Debug)]
pub struct Network {
    plan: Arc<Plan>,
    run: u32,
    matrices: Vec<Matrix>,
    /// Matrices of an earlier run, whose memory those of the same layers take: the last layer first.
    spare: Vec<Matrix>,
}

impl Network {
    /// The network that is draw `run` of the spec, no layer of it made yet.
    #[must_use]
    pub fn new(plan: Arc<Plan>, run: u32) -> Self {
        Self {
            matrices: Vec::with_capacity(plan.shapes().len()),
            spare: Vec::new(),
            plan,
            run,
        }
    }

    /// The network that is draw `run`, in the memory of this one.
    pub(super) fn restart(&mut self, run: u32) {
        self.run = run;
        // a network that is not built keeps what it has of the one before
        self.spare.extend(self.matrices.drain(..).rev());
    }

    /// Makes the next layers, as many as the team has threads; false when there was none left.
    pub fn build(&mut self, team: Team) -> bool {
        let first = self.matrices.len();
        let rest = &self.plan.shapes()[first..];
        if rest.is_empty() {
            return false;
        }
        let moments = self.plan.recipe().optimizer.moments();
        let (seed, run) = (self.plan.spec().seed(), self.run);
        let make = |(layer, shape, spare): (u32, Shape, Option<Matrix>)| match spare {
            Some(mut matrix) => {
                matrix.renew(seed, run, layer);
                matrix
            }
            None => Matrix::new(shape, moments, seed, run, layer),
        };
        let count = match team {
            Team::Alone => 1,
            Team::Pool => rayon::current_num_threads(),
        };
        let next: Vec<_> = self.plan.streams()[first..]
            .iter()
            .zip(&rest[..count.min(rest.len())])
            .map(|(stream, shape)| (*stream, *shape, self.spare.pop()))
            .collect();
        let made: Vec<Matrix> = next.into_par_iter().map(make).collect();
        self.matrices.extend(made);
        true
    }

    /// Whether every layer is made.
    #[must_use]
    pub fn is_built(&self) -> bool {
        self.matrices.len() == self.plan.shapes().len()
    }

    /// First layer to head.
    #[must_use]
    pub fn matrices(&self) -> &[Matrix] {
        &self.matrices
    }

    /// What it was made from.
    #[must_use]
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Forward, loss and back for these examples; returns `(-ln p of the label, whether it is the largest)` of each, in order.
    pub fn pass(
        &self,
        parts: &mut [MinibatchPart],
        examples: &[u32],
        team: Team,
    ) -> Vec<(f64, bool)> {
        let all = 0..self.plan.sections();
        self.forward(parts, examples, all.clone(), team);
        self.backward(parts, all, team);
        answers(parts)
    }

    /// Some sections of the way forward of some parts: their examples are loaded before the first, their loss is found after the last.
    pub(super) fn forward(
        &self,
        parts: &mut [MinibatchPart],
        examples: &[u32],
        range: Range<usize>,
        team: Team,
    ) {
        let rows = self.plan.data().rows().expect("the plan has data");
        let labels = self.plan.labels().of();
        let share = 1.0 / self.plan.recipe().batch_size as f64;
        let sections = self.plan.sections();
        let mut first = 0;
        let work: Vec<(&mut MinibatchPart, &[u32])> = parts
            .iter_mut()
            .map(|part| {
                let from = first;
                first += part.examples();
                (part, &examples[from..first])
            })
            .collect();
        let one = |(part, examples): (&mut MinibatchPart, &[u32])| {
            if range.start == 0 {
                part.load(&rows, examples);
            }
            part.forward_through(&self.matrices, range.clone());
            if range.end == sections {
                let labels: Vec<u16> = examples.iter().map(|e| labels[*e as usize]).collect();
                part.judge(&labels, share);
            }
        };
        match team {
            Team::Alone => work.into_iter().for_each(one),
            Team::Pool => work.into_par_iter().for_each(one),
        }
    }

    /// Some sections of the way back of some parts.
    pub(super) fn backward(&self, parts: &mut [MinibatchPart], range: Range<usize>, team: Team) {
        let one = |part: &mut MinibatchPart| part.backward_through(&self.matrices, range.clone());
        match team {
            Team::Alone => parts.iter_mut().for_each(one),
            Team::Pool => parts.par_iter_mut().for_each(one),
        }
    }

    /// `dl/dW` of matrix `l` after a [`pass`](Self::pass), `fan_out` rows of `fan_in` weights and the bias.
    #[must_use]
    pub fn gradient(&self, parts: &[MinibatchPart], l: usize) -> Vec<Vec<f32>> {
        let shape = self.plan.shapes()[l];
        let mut gradient = vec![0.0; shape.fan_out * shape.stride];
        for (p, part) in parts.iter().enumerate() {
            part.add_gradient(l, 0, p == 0, &mut gradient);
        }
        gradient
            .chunks_exact(shape.stride)
            .map(|row| row[..=shape.fan_in].to_vec())
            .collect()
    }

    /// One step of some matrices with the gradient of the last pass; sums of squares for each.
    pub(super) fn learn(
        &mut self,
        parts: &[MinibatchPart],
        range: Range<usize>,
        how: How<'_>,
        team: Team,
    ) -> Vec<Squares> {
        update(&mut self.matrices, parts, range, how, team)
    }
}

/// `(-ln p of the label, whether it is the largest)` of each example, in order.
pub(super) fn answers(parts: &[MinibatchPart]) -> Vec<(f64, bool)> {
    let each = parts.iter().flat_map(MinibatchPart::answers);
    each.copied().collect()
}
