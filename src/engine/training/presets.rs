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
    /// The networks it is trained beside: `activation/initializer`, or the whole text form.
    pub against: &'static [&'static str],
    /// Optimizer; each network is swept over its rates.
    pub optimizer: Optimizer,
    /// Steps.
    pub steps: usize,
    /// Runs of each.
    pub runs: usize,
}

/// Every preset.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "thirty-layers",
        summary: "He against Xavier with ReLU, Xavier against He with tanh, 30 layers deep, each at its best learning rate",
        base: "relu/he_normal 128x30 input=digits",
        against: &["relu/glorot_normal", "tanh/glorot_normal", "tanh/he_normal"],
        optimizer: Optimizer::Sgd,
        steps: 300,
        runs: 1,
    },
    Preset {
        name: "branch-scale",
        summary: "24 residual blocks without norms, the last matrix of every branch scaled by 1/sqrt(2N), zero, or left as it is",
        base: "relu/he_normal 64x24 block=res(mlp(1)) out=1/sqrt(2N)",
        against: &[
            "relu/he_normal 64x24 block=res(mlp(1)) out=0",
            "relu/he_normal 64x24 block=res(mlp(1))",
        ],
        optimizer: Optimizer::Sgd,
        steps: 150,
        runs: 1,
    },
    Preset {
        name: "norm-place",
        summary: "16 blocks of attention and MLP, LayerNorm before the branches against after the sums",
        base: "relu/glorot_uniform 64x16 block=pre(ln,attn(4))+pre(ln,mlp(4)) final=ln",
        against: &["relu/glorot_uniform 64x16 block=post(ln,attn(4))+post(ln,mlp(4))"],
        optimizer: Optimizer::Adam,
        steps: 100,
        runs: 1,
    },
];

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
