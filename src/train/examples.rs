//! Which examples make up a minibatch.

use rand::seq::SliceRandom;

use crate::math::stream::{Purpose, StreamKey};

/// The order in which a run takes the examples: a new permutation every epoch, cut into whole minibatches.
#[derive(Clone, Debug)]
pub struct Order {
    seed: u64,
    run: u32,
    batch_size: usize,
    epoch: Option<usize>,
    order: Vec<u32>,
}

impl Order {
    /// The order of `examples` examples in minibatches of `batch_size`, at most as many.
    #[must_use]
    pub fn new(seed: u64, run: u32, examples: usize, batch_size: usize) -> Self {
        Self {
            seed,
            run,
            batch_size,
            epoch: None,
            order: (0..examples as u32).collect(),
        }
    }

    /// The examples of step `step`, counted from 0.
    pub fn batch(&mut self, step: usize) -> &[u32] {
        let batches = self.order.len() / self.batch_size;
        let (epoch, batch) = (step / batches, step % batches);
        if self.epoch != Some(epoch) {
            self.shuffle(epoch);
        }
        &self.order[batch * self.batch_size..][..self.batch_size]
    }

    /// The ascending order, shuffled by the stream of this epoch.
    fn shuffle(&mut self, epoch: usize) {
        let key = StreamKey {
            seed: self.seed,
            draw: self.run,
            layer: epoch as u32,
            purpose: Purpose::Examples,
        };
        for (place, example) in (0..).zip(&mut self.order) {
            *example = place;
        }
        self.order.shuffle(&mut key.rng(0));
        self.epoch = Some(epoch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_epoch_takes_every_example_at_most_once_and_in_another_order() {
        let mut order = Order::new(7, 0, 10, 3);
        let mut epoch = |first: usize| -> Vec<u32> {
            (first..first + 3)
                .flat_map(|step| order.batch(step).to_vec())
                .collect()
        };
        let (a, b) = (epoch(0), epoch(3));
        assert_ne!(a, b);
        assert_eq!(a, epoch(0));
        for mut taken in [a, b] {
            taken.sort_unstable();
            taken.dedup();
            assert_eq!(taken.len(), 9);
        }
    }
}
