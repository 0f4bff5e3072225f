//! All matrices of one network.

use std::sync::Arc;

use rayon::prelude::*;

use crate::math::team::Team;
use crate::train::batch::MinibatchPart;
use crate::train::matrix::Matrix;
use crate::train::plan::Plan;
use crate::train::update::{Squares, Update, update};

/// One network, head included, made layer by layer.
#[derive(Debug)]
pub struct Network {
    plan: Arc<Plan>,
    run: u32,
    matrices: Vec<Matrix>,
}

impl Network {
    /// The network that is draw `run` of the spec, no layer of it made yet.
    #[must_use]
    pub fn new(plan: Arc<Plan>, run: u32) -> Self {
        Self {
            matrices: Vec::with_capacity(plan.shapes().len()),
            plan,
            run,
        }
    }

    /// Makes the next layers, as many as the team has threads; false when there was none left.
    pub fn build(&mut self, team: Team) -> bool {
        let first = self.matrices.len();
        let rest = &self.plan.shapes()[first..];
        let moments = self.plan.recipe().optimizer.moments();
        let (seed, run) = (self.plan.spec().seed(), self.run);
        let make = |(l, shape)| Matrix::new(shape, moments, seed, run, (first + l + 1) as u32);
        let made: Vec<Matrix> = match team {
            Team::Alone => rest.iter().take(1).copied().enumerate().map(make).collect(),
            Team::Pool => {
                let count = rayon::current_num_threads().min(rest.len());
                rest[..count]
                    .par_iter()
                    .copied()
                    .enumerate()
                    .map(make)
                    .collect()
            }
        };
        self.matrices.extend(made);
        !rest.is_empty()
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
        let rows = self.plan.spec().input().rows().expect("the plan has data");
        let labels = self.plan.labels().of();
        let share = 1.0 / examples.len() as f64;
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
            let labels: Vec<u16> = examples.iter().map(|e| labels[*e as usize]).collect();
            part.load(&rows, examples);
            part.forward(&self.matrices);
            part.judge(&labels, share);
            part.backward(&self.matrices);
        };
        match team {
            Team::Alone => work.into_iter().for_each(one),
            Team::Pool => work.into_par_iter().for_each(one),
        }
        parts
            .iter()
            .flat_map(|part| part.answers().iter().copied())
            .collect()
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

    /// One step with the gradient of the last [`pass`](Self::pass); sums of squares for each matrix where `measured`.
    pub fn learn(
        &mut self,
        parts: &[MinibatchPart],
        step: Update,
        measured: bool,
        team: Team,
    ) -> Vec<Squares> {
        update(&mut self.matrices, parts, step, measured, team)
    }
}
