//! Optimizers: one row each.

use std::fmt;
use std::str::FromStr;

use crate::net::name::{did_you_mean, same};

/// How a gradient `g` changes a parameter `w`, at learning rate `eta`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Optimizer {
    /// `w -= eta g`.
    #[default]
    Sgd,
    /// `v = 0.9 v + g`, `w -= eta v`.
    Momentum,
    /// Adam with bias correction.
    Adam,
}

/// Share of the velocity that momentum keeps.
pub const MOMENTUM: f64 = 0.9;
/// Adam's decay rates of the first and second moment, and what is added to the root of the second.
pub const ADAM: [f64; 3] = [0.9, 0.999, 1e-8];

/// What there is to say about an optimizer.
#[derive(Clone, Copy, Debug)]
pub struct OptimizerRow {
    /// The optimizer.
    pub optimizer: Optimizer,
    /// The name a person types.
    pub name: &'static str,
    /// Other spellings.
    pub aliases: &'static [&'static str],
    /// The step, in plain text.
    pub formula: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// Learning rate where none is asked for.
    pub rate: f64,
    /// Learning rates that a sweep tries, ascending.
    pub sweep: &'static [f64],
}

/// Every optimizer, in the order of the enum.
pub const OPTIMIZERS: &[OptimizerRow] = &[
    OptimizerRow {
        optimizer: Optimizer::Sgd,
        name: "sgd",
        aliases: &["gradient_descent"],
        formula: "w -= eta g",
        source: "Robbins & Monro 1951; rate of keras.optimizers.SGD",
        rate: 0.01,
        sweep: &[0.003, 0.01, 0.03, 0.1, 0.3, 1.0],
    },
    OptimizerRow {
        optimizer: Optimizer::Momentum,
        name: "momentum",
        aliases: &["sgd_momentum"],
        formula: "v = 0.9 v + g; w -= eta v",
        source: "Polyak 1964, as torch.optim.SGD(momentum=0.9)",
        rate: 0.01,
        sweep: &[0.0003, 0.001, 0.003, 0.01, 0.03, 0.1],
    },
    OptimizerRow {
        optimizer: Optimizer::Adam,
        name: "adam",
        aliases: &[],
        formula: "m = 0.9 m + 0.1 g; v = 0.999 v + 0.001 g²; w -= eta (m/(1-0.9^t)) / (√(v/(1-0.999^t)) + 1e-8)",
        source: "Kingma & Ba 2015, algorithm 1, with its rate",
        rate: 0.001,
        sweep: &[0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03],
    },
];

impl Optimizer {
    /// Every optimizer.
    pub const ALL: [Self; 3] = [Self::Sgd, Self::Momentum, Self::Adam];

    /// Its row in the table.
    #[must_use]
    pub fn row(self) -> &'static OptimizerRow {
        &OPTIMIZERS[self as usize]
    }

    /// The name a person types.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Numbers that are kept for every parameter beside it: none, the velocity, or two moments.
    #[must_use]
    pub fn moments(self) -> usize {
        match self {
            Self::Sgd => 0,
            Self::Momentum => 1,
            Self::Adam => 2,
        }
    }
}

impl fmt::Display for Optimizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Why a text is no optimizer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error(
    "unknown optimizer `{name}`{}; allowed: {}",
    did_you_mean(name, OPTIMIZERS.iter().map(|row| row.name)),
    Optimizer::ALL.map(Optimizer::name).join(", ")
)]
pub struct OptimizerError {
    /// What was typed.
    pub name: String,
}

impl FromStr for Optimizer {
    type Err = OptimizerError;

    /// Reads a name or an alias; case does not matter.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = |row: &&OptimizerRow| {
            let mut names = std::iter::once(&row.name).chain(row.aliases);
            names.any(|name| same(name, text))
        };
        match OPTIMIZERS.iter().find(known) {
            Some(row) => Ok(row.optimizer),
            None => Err(OptimizerError {
                name: text.to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum_and_its_rates_ascend() {
        for (optimizer, row) in Optimizer::ALL.into_iter().zip(OPTIMIZERS) {
            assert_eq!(row.optimizer, optimizer);
            assert_eq!(row.name.parse(), Ok(optimizer));
            assert!(row.sweep.is_sorted() && row.sweep.contains(&row.rate));
        }
    }

    #[test]
    fn an_unknown_optimizer_is_answered_with_the_nearest() {
        assert_eq!(
            "adan".parse::<Optimizer>().unwrap_err().to_string(),
            "unknown optimizer `adan` (did you mean `adam`?); allowed: sgd, momentum, adam"
        );
    }
}
