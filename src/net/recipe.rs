//! How a network is trained: optimizer, learning rate, steps, minibatch.

use std::ops::RangeInclusive;

use crate::net::input::MAX_CLASSES;
use crate::net::optimizer::Optimizer;
use crate::net::spec::option;

/// Units per layer of a network that is trained, at most.
pub const MAX_WIDTH: usize = 1024;
/// Layers, or blocks, of a network that is trained, at most.
pub const MAX_DEPTH: usize = 100;
/// Steps of a training.
pub const STEPS: RangeInclusive<usize> = 1..=100_000;
/// Examples of a minibatch.
pub const BATCH_SIZE: RangeInclusive<usize> = 1..=1024;
/// Networks that are trained from different draws.
pub const RUNS: RangeInclusive<usize> = 1..=1000;
/// Learning rates.
pub const RATE: RangeInclusive<f64> = 1e-9..=1e3;

/// Which learning rate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Rate {
    /// The optimizer's own (see [`OPTIMIZERS`](crate::net::optimizer::OPTIMIZERS)).
    #[default]
    Default,
    /// This one.
    Fixed(f64),
    /// Each of the optimizer's small sweep; the best is kept.
    Sweep,
}

/// How networks are trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// How a gradient changes the parameters.
    pub optimizer: Optimizer,
    /// Learning rate, constant over the training.
    pub rate: Rate,
    /// Minibatches that are learned from.
    pub steps: usize,
    /// Examples of a minibatch.
    pub batch_size: usize,
    /// Networks, each from a draw and an order of the examples of its own.
    pub runs: usize,
    /// Fewer classes: class `c` becomes `c mod classes`; `None` leaves them as they are.
    pub classes: Option<usize>,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            optimizer: Optimizer::Sgd,
            rate: Rate::Default,
            steps: 300,
            batch_size: 64,
            runs: 1,
            classes: None,
        }
    }
}

impl Recipe {
    /// The learning rates that are tried.
    #[must_use]
    pub fn rates(&self) -> Vec<f64> {
        match self.rate {
            Rate::Default => vec![self.optimizer.row().rate],
            Rate::Fixed(rate) => vec![rate],
            Rate::Sweep => self.optimizer.row().sweep.to_vec(),
        }
    }

    /// The flags of `initscope train` and `factors` that make this recipe of the usual one, whose rate is the optimizer's own and which
    /// leaves the classes as they are.
    #[must_use]
    pub fn flags_over(&self, usual: &Self) -> Vec<String> {
        let number =
            |flag, own: usize, other| (own != other).then(|| option(flag, &own.to_string()));
        let optimizer = self.optimizer != usual.optimizer;
        let flags = [
            optimizer.then(|| option("optimizer", self.optimizer.name())),
            match self.rate {
                Rate::Default => None,
                Rate::Fixed(rate) => Some(option("learning-rate", &rate.to_string())),
                Rate::Sweep => Some("--sweep".to_owned()),
            },
            number("steps", self.steps, usual.steps),
            number("batch-size", self.batch_size, usual.batch_size),
            number("runs", self.runs, usual.runs),
            self.classes
                .map(|classes| option("classes", &classes.to_string())),
        ];
        flags.into_iter().flatten().collect()
    }

    /// Whether a flag of this name belongs to a recipe.
    #[must_use]
    pub fn has(flag: &str) -> bool {
        FLAGS.contains(&flag)
    }

    /// The recipe with these flags, as [`flags_over`](Self::flags_over) writes them, without their dashes.
    ///
    /// # Errors
    /// A value that the flag cannot have, and what it can.
    pub fn changed(mut self, flags: &[(String, String)]) -> Result<Self, String> {
        for (flag, text) in flags {
            let whole = |range: &RangeInclusive<usize>| {
                let value = text.parse().ok().filter(|value| range.contains(value));
                value.ok_or_else(|| {
                    let (low, high) = (range.start(), range.end());
                    format!("--{flag} {text}: not a whole number from {low} to {high}")
                })
            };
            match &**flag {
                "optimizer" => self.optimizer = text.parse().map_err(|e| format!("{e}"))?,
                "learning-rate" => {
                    let rate = text.parse().ok().filter(|rate| RATE.contains(rate));
                    let [low, high] = [RATE.start(), RATE.end()];
                    self.rate = Rate::Fixed(rate.ok_or_else(|| {
                        format!("--{flag} {text}: not a number from {low} to {high}")
                    })?);
                }
                "sweep" => self.rate = Rate::Sweep,
                "steps" => self.steps = whole(&STEPS)?,
                "batch-size" => self.batch_size = whole(&BATCH_SIZE)?,
                "runs" => self.runs = whole(&RUNS)?,
                _ => self.classes = Some(whole(&(2..=MAX_CLASSES))?),
            }
        }
        Ok(self)
    }
}

/// The flags of a recipe.
const FLAGS: [&str; 7] = [
    "optimizer",
    "learning-rate",
    "sweep",
    "steps",
    "batch-size",
    "runs",
    "classes",
];
