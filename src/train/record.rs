//! What a training tells.

use crate::train::batch::Part;
use crate::train::update::Squares;

/// Before step 1, for every hidden layer, log10; measured on the first minibatch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// Mean of `z^2` over units and examples.
    pub signal: Vec<f64>,
    /// Mean of `(dl/dz)^2` over units and examples, `l` the mean cross-entropy of the minibatch.
    pub gradient: Vec<f64>,
    /// Share of the mean of `z^2` that differs between examples.
    pub distinguishability: Vec<f64>,
}

/// How every matrix, first layer to head, was changed by one step; biases included.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The step, counted from 1.
    pub step: usize,
    /// Frobenius norm of the gradient.
    pub gradient: Vec<f64>,
    /// Norm of the change over the norm of the parameters before it; NaN where those were all 0 and stayed so.
    pub ratio: Vec<f64>,
}

impl Change {
    pub(super) fn new(step: usize, squares: &[Squares]) -> Self {
        Self {
            step,
            gradient: squares.iter().map(|s| s.gradient.sqrt()).collect(),
            ratio: squares
                .iter()
                .map(|s| (s.update / s.weights).sqrt())
                .collect(),
        }
    }
}

/// The loss was no number any more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Divergence {
    /// The step whose minibatch showed it, counted from 1.
    pub step: usize,
    /// NaN or infinity.
    pub loss: f64,
}

/// What one training has told so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Mean cross-entropy of the minibatch of every step, before that step, in nats.
    pub losses: Vec<f64>,
    /// Share of the minibatch that was told right, before that step.
    pub accuracies: Vec<f64>,
    /// Some of the steps, the first and the last among them.
    pub changes: Vec<Change>,
    /// Before step 1.
    pub start: Option<Start>,
    /// Where it ended early, and how.
    pub diverged: Option<Divergence>,
}

impl Record {
    /// What was told up to this step.
    #[must_use]
    pub fn until(&self, step: usize) -> Self {
        let first = |numbers: &[f64]| numbers[..numbers.len().min(step)].to_vec();
        let changes = self.changes.iter().filter(|change| change.step <= step);
        Self {
            losses: first(&self.losses),
            accuracies: first(&self.accuracies),
            changes: changes.cloned().collect(),
            start: self.start.clone(),
            diverged: self.diverged.filter(|diverged| diverged.step <= step),
        }
    }

    /// Mean of the losses over the last tenth of the steps so far: what was reached. NaN before the first.
    #[must_use]
    pub fn loss_reached(&self) -> f64 {
        mean(last_tenth(&self.losses))
    }

    /// Mean of the accuracies over the last tenth of the steps so far. NaN before the first.
    #[must_use]
    pub fn accuracy_reached(&self) -> f64 {
        mean(last_tenth(&self.accuracies))
    }
}

fn last_tenth(numbers: &[f64]) -> &[f64] {
    &numbers[numbers.len() - numbers.len().div_ceil(10)..]
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

impl Start {
    /// Signal and distinguishability of a whole minibatch that has passed forward.
    pub(super) fn forward(part: &Part, layers: usize) -> Self {
        let mut start = Self::default();
        for l in 0..layers {
            let [square, spread] = moments(part.delta(l), part.lanes(), part.examples());
            start.signal.push(square.log10());
            start.distinguishability.push((spread / square).log10());
        }
        start
    }

    /// The gradient once it has passed back.
    pub(super) fn backward(&mut self, part: &Part, layers: usize) {
        self.gradient = (0..layers)
            .map(|l| moments(part.delta(l), part.lanes(), part.examples())[0].log10())
            .collect();
    }
}

/// Mean of the squares of a panel's real lanes, and the part of it that differs between lanes: the mean over units of the
/// variance over lanes with `n - 1` in the denominator, 1 minus the mean pairwise overlap in units of the former.
fn moments(panel: &[f32], lanes: usize, real: usize) -> [f64; 2] {
    let (mut square, mut spread) = (0.0, 0.0);
    for row in panel.chunks_exact(lanes) {
        let row = &row[..real];
        let mean = row.iter().map(|x| f64::from(*x)).sum::<f64>() / real as f64;
        for x in row {
            let x = f64::from(*x);
            square += x * x;
            spread += (x - mean) * (x - mean);
        }
    }
    let units = (panel.len() / lanes) as f64;
    [
        square / (units * real as f64),
        spread / (units * (real as f64 - 1.0)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_reached_is_the_mean_over_the_last_tenth() {
        let record = Record {
            losses: (0..20).map(f64::from).collect(),
            ..Record::default()
        };
        assert_eq!(record.loss_reached(), 18.5);
        assert!(Record::default().loss_reached().is_nan());
    }

    #[test]
    fn equal_examples_cannot_be_told_apart_and_opposite_ones_overlap_by_minus_one() {
        assert_eq!(moments(&[2.0, 2.0, 9.0, 9.0], 4, 2), [4.0, 0.0]);
        assert_eq!(moments(&[2.0, -2.0, 9.0, 9.0], 4, 2), [4.0, 8.0]);
    }
}
