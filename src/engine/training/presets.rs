//! Experiments that are worth repeating.

use crate::net::optimizer::Optimizer;
use crate::net::recipe::{Rate, Recipe};

/// Networks and a recipe under a name.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// The name a person types.
    pub name: &'static str,
    /// What it shows, in a line.
    pub summary: &'static str,
    /// The first network as text.
    pub base: &'static str,
    /// `activation/initializer` of the networks it is trained beside.
    pub against: &'static [&'static str],
    /// Optimizer; each network is swept over its rates.
    pub optimizer: Optimizer,
    /// Steps.
    pub steps: usize,
    /// Runs of each.
    pub runs: usize,
}

/// Every preset.
pub const PRESETS: &[Preset] = &[Preset {
    name: "thirty-layers",
    summary: "He against Xavier with ReLU, Xavier against He with tanh, 30 layers deep, each at its best learning rate",
    base: "relu/he_normal 128x30 input=digits",
    against: &["relu/glorot_normal", "tanh/glorot_normal", "tanh/he_normal"],
    optimizer: Optimizer::Sgd,
    steps: 300,
    runs: 1,
}];

impl Preset {
    /// The preset of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// How its networks are trained.
    #[must_use]
    pub fn recipe(&self) -> Recipe {
        Recipe {
            optimizer: self.optimizer,
            rate: Rate::Sweep,
            steps: self.steps,
            runs: self.runs,
            ..Recipe::default()
        }
    }
}
