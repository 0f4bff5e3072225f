//! What a training tells.

use crate::train::update::Squares;

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
}
