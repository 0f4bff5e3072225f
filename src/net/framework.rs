//! Framework presets: the weight and bias law of a layer nobody configured, and the dialect of the named initializers.
//!
//! Read in the sources of PyTorch 2.15 (`torch/nn/modules/linear.py`, `torch/nn/init.py`), Keras 3 (`layers/core/dense.py`,
//! `initializers/random_initializers.py`), Flax (`linen/linear.py`, `nnx/nn/linear.py`), Burn (`nn/linear.rs`) and candle
//! (`candle-nn/src/linear.rs`), mid-2026; of tch 0.24.0 (`src/nn/linear.rs`, `src/nn/init.rs`), tinygrad 0.13.0
//! (`tinygrad/nn/__init__.py`, `tinygrad/mixin/rand.py`), MLX 0.32.2 (`python/mlx/nn/layers/linear.py`, `python/mlx/nn/init.py`),
//! PaddlePaddle 3 (`python/paddle/base/param_attr.py`, `python/paddle/nn/initializer/normal.py`), Haiku 0.0.17.dev
//! (`haiku/_src/basic.py`, `haiku/_src/initializers.py`) and TensorFlow.js of June 2025 (`tfjs-layers/src/layers/core.ts`,
//! `tfjs-layers/src/initializers.ts`).

use std::fmt;
use std::str::FromStr;

use crate::net::bias::BiasLaw;
use crate::net::initializer::{Distribution, Initializer, TRUNCATED_STD};
use crate::net::name::{did_you_mean, same};

/// A deep-learning framework, as dialect and as preset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Framework {
    /// Keras 3.
    #[default]
    Keras,
    /// PyTorch 2.
    PyTorch,
    /// JAX / Flax.
    Flax,
    /// Burn.
    Burn,
    /// candle.
    Candle,
    /// tch, PyTorch for Rust.
    Tch,
    /// tinygrad.
    Tinygrad,
    /// MLX.
    Mlx,
    /// PaddlePaddle.
    Paddle,
    /// Haiku.
    Haiku,
    /// TensorFlow.js.
    Tfjs,
}

/// What there is to say about a framework's default layer.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Preset {
    /// The framework.
    pub framework: Framework,
    /// The name a person types.
    pub name: &'static str,
    /// Other spellings.
    pub aliases: &'static [&'static str],
    /// The layer, e.g. `PyTorch Linear`.
    pub layer: &'static str,
    /// Its weight initializer as [`Initializer`] reads it.
    pub initializer: &'static str,
    /// Its weight law.
    pub weights: &'static str,
    /// Its bias law.
    pub bias: &'static str,
    /// What the framework's own source says.
    pub source: &'static str,
}

impl Preset {
    /// Name and aliases.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// Every framework, in the order of the hotkey.
pub const FRAMEWORKS: &[Preset] = &[
    Preset {
        framework: Framework::Keras,
        name: "keras",
        aliases: &["tensorflow", "tf"],
        layer: "Keras Dense",
        initializer: "glorot_uniform",
        weights: "U(±√(6/(fan_in+fan_out)))",
        bias: "zeros",
        source: "Keras 3 Dense: kernel_initializer=\"glorot_uniform\", bias_initializer=\"zeros\"",
    },
    Preset {
        framework: Framework::PyTorch,
        name: "pytorch",
        aliases: &["torch"],
        layer: "PyTorch Linear",
        initializer: "he_uniform(2.23606797749979)",
        weights: "U(±1/√fan_in)",
        bias: "U(±1/√fan_in)",
        source: "PyTorch 2.15 Linear.reset_parameters: kaiming_uniform_(weight, a=√5), bias U(±1/√fan_in)",
    },
    Preset {
        framework: Framework::Flax,
        name: "flax",
        aliases: &["jax"],
        layer: "Flax Dense",
        initializer: "lecun_normal",
        weights: "normal cut at 2σ, Var = 1/fan_in",
        bias: "zeros",
        source: "Flax Dense and nnx.Linear: lecun_normal(), bias zeros",
    },
    Preset {
        framework: Framework::Burn,
        name: "burn",
        aliases: &[],
        layer: "Burn Linear",
        initializer: "he_uniform(2.23606797749979)",
        weights: "U(±1/√fan_in)",
        bias: "U(±1/√fan_in)",
        source: "Burn LinearConfig: KaimingUniform { gain: 1/√3, fan_out_only: false } for weight and bias",
    },
    Preset {
        framework: Framework::Candle,
        name: "candle",
        aliases: &[],
        layer: "candle linear",
        initializer: "he_normal",
        weights: "N(0, 2/fan_in)",
        bias: "U(±1/√fan_in)",
        source: "candle-nn linear: DEFAULT_KAIMING_NORMAL (ReLU, fan_in), bias U(±1/√in_dim)",
    },
    Preset {
        framework: Framework::Tch,
        name: "tch",
        aliases: &["tch-rs"],
        layer: "tch linear",
        initializer: "he_uniform",
        weights: "U(±√(6/fan_in))",
        bias: "U(±1/√fan_in)",
        source: "tch 0.24.0 src/nn/linear.rs: ws_init DEFAULT_KAIMING_UNIFORM (ReLU, fan_in), bias Uniform(±1/√in_dim)",
    },
    Preset {
        framework: Framework::Tinygrad,
        name: "tinygrad",
        aliases: &[],
        layer: "tinygrad Linear",
        initializer: "he_uniform(2.23606797749979)",
        weights: "U(±1/√fan_in)",
        bias: "U(±1/√fan_in)",
        source: "tinygrad 0.13.0 tinygrad/nn/__init__.py Linear: bound = 1/√in_features for weight and bias",
    },
    Preset {
        framework: Framework::Mlx,
        name: "mlx",
        aliases: &[],
        layer: "MLX Linear",
        initializer: "he_uniform(2.23606797749979)",
        weights: "U(±1/√fan_in)",
        bias: "U(±1/√fan_in)",
        source: "MLX 0.32.2 python/mlx/nn/layers/linear.py Linear: scale = √(1/input_dims) for weight and bias",
    },
    Preset {
        framework: Framework::Paddle,
        name: "paddle",
        aliases: &["paddlepaddle"],
        layer: "Paddle Linear",
        initializer: "glorot_uniform",
        weights: "U(±√(6/(fan_in+fan_out)))",
        bias: "zeros",
        source: "PaddlePaddle 3 python/paddle/base/param_attr.py: XavierUniform() for weights, Constant(0.0) for biases",
    },
    Preset {
        framework: Framework::Haiku,
        name: "haiku",
        aliases: &["dm-haiku"],
        layer: "Haiku Linear",
        initializer: "variance_scaling(0.7737413035499232)",
        weights: "N(0, 1/fan_in) cut at 2σ",
        bias: "zeros",
        source: "Haiku 0.0.17.dev haiku/_src/basic.py Linear: TruncatedNormal(1/√fan_in), not corrected, so Var = 0.7737/fan_in; b_init zeros",
    },
    Preset {
        framework: Framework::Tfjs,
        name: "tfjs",
        aliases: &["tensorflow.js"],
        layer: "TF.js dense",
        initializer: "glorot_normal",
        weights: "N(0, 2/(fan_in+fan_out)) cut at 2σ",
        bias: "zeros",
        source: "TensorFlow.js (June 2025) tfjs-layers/src/layers/core.ts Dense: glorotNormal, cut and not corrected, so Var = 1.5475/(fan_in+fan_out); biasInitializer zeros",
    },
];

impl Framework {
    /// Every framework, in the order of the hotkey.
    pub const ALL: [Self; 11] = [
        Self::Keras,
        Self::PyTorch,
        Self::Flax,
        Self::Burn,
        Self::Candle,
        Self::Tch,
        Self::Tinygrad,
        Self::Mlx,
        Self::Paddle,
        Self::Haiku,
        Self::Tfjs,
    ];

    /// Its row in the table.
    #[must_use]
    pub fn preset(self) -> &'static Preset {
        &FRAMEWORKS[self.index()]
    }

    fn index(self) -> usize {
        self as usize
    }

    /// The name a person types, e.g. `pytorch`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.preset().name
    }

    /// The layer of the preset, e.g. `PyTorch Linear`.
    #[must_use]
    pub fn layer_name(self) -> &'static str {
        self.preset().layer
    }

    /// The next framework, cyclic.
    #[must_use]
    pub fn next(self) -> Self {
        Self::ALL[(self.index() + 1) % Self::ALL.len()]
    }

    /// The previous framework, cyclic.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::ALL[(self.index() + Self::ALL.len() - 1) % Self::ALL.len()]
    }

    /// What `glorot_*`, `he_*` and `lecun_*` of this scale are here: the scale and the distribution.
    ///
    /// Keras, Flax and Haiku cut their normals at two standard deviations and correct them, TensorFlow.js cuts and does not correct.
    /// MLX' `he_*` have the gain 1 unless told, so the variance `1/fan_in`.
    pub(crate) fn named(self, scale: f64, distribution: Distribution) -> (f64, Distribution) {
        let scale = match self {
            Self::Mlx if scale == 2.0 => 1.0,
            _ => scale,
        };
        match (distribution, self) {
            (Distribution::Normal, Self::Keras | Self::Flax | Self::Haiku) => {
                (scale, Distribution::TruncatedNormal)
            }
            (Distribution::Normal, Self::Tfjs) => (
                scale * TRUNCATED_STD * TRUNCATED_STD,
                Distribution::TruncatedNormal,
            ),
            (distribution, _) => (scale, distribution),
        }
    }

    /// Weight initializer of a layer nobody configured.
    #[must_use]
    pub fn default_initializer(self) -> Initializer {
        self.preset()
            .initializer
            .parse()
            .expect("a test reads every row")
    }

    /// Bias law of a layer nobody configured, `fan_in >= 1`.
    #[must_use]
    pub fn default_bias(self, fan_in: usize) -> BiasLaw {
        match self {
            Self::Keras | Self::Flax | Self::Paddle | Self::Haiku | Self::Tfjs => BiasLaw::Zeros,
            Self::PyTorch | Self::Burn | Self::Candle | Self::Tch | Self::Tinygrad | Self::Mlx => {
                BiasLaw::symmetric(1.0 / (fan_in as f64).sqrt())
            }
        }
    }
}

impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Why a text is no framework.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error(
    "unknown framework `{name}`{}; allowed: {}",
    did_you_mean(name, FRAMEWORKS.iter().flat_map(Preset::names)),
    Framework::ALL.map(Framework::name).join(", ")
)]
pub struct FrameworkError {
    /// What was typed.
    pub name: String,
}

impl FromStr for Framework {
    type Err = FrameworkError;

    /// Reads a name or an alias; case does not matter.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        FRAMEWORKS
            .iter()
            .find(|row| row.names().any(|known| same(known, text)))
            .map(|row| row.framework)
            .ok_or_else(|| FrameworkError {
                name: text.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::initializer::WeightLaw;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (framework, row) in Framework::ALL.iter().zip(FRAMEWORKS) {
            assert_eq!(row.framework, *framework);
            assert_eq!(row.name.parse::<Framework>(), Ok(*framework));
            for alias in row.aliases {
                assert_eq!(alias.parse::<Framework>(), Ok(*framework));
            }
            assert_eq!(framework.next().previous(), *framework);
            let _ = framework.default_initializer();
        }
    }

    #[test]
    fn an_untouched_layer_has_the_variance_of_its_framework() {
        // Var(W) * fan_in of a square layer and Var(b) * fan_in: theory.md 1.2.
        let expected = [
            (1.0, 0.0),
            (1.0 / 3.0, 1.0 / 3.0),
            (1.0, 0.0),
            (1.0 / 3.0, 1.0 / 3.0),
            (2.0, 1.0 / 3.0),
            (2.0, 1.0 / 3.0),
            (1.0 / 3.0, 1.0 / 3.0),
            (1.0 / 3.0, 1.0 / 3.0),
            (1.0, 0.0),
            // scipy.stats.truncnorm.var(-2, 2), which is not corrected
            (0.773_741_303_549_923_2, 0.0),
            (0.773_741_303_549_923_2, 0.0),
        ];
        for (framework, (weight, bias)) in Framework::ALL.into_iter().zip(expected) {
            let law = framework
                .default_initializer()
                .law(framework, 300, 300, 1.0);
            assert!(
                (law.variance(300, 300) * 300.0 - weight).abs() < 1e-14,
                "{framework}"
            );
            assert!(
                (framework.default_bias(300).variance() * 300.0 - bias).abs() < 1e-14,
                "{framework}"
            );
        }
    }

    #[test]
    fn pytorch_linear_is_uniform_within_one_over_root_fan_in() {
        let law = Framework::PyTorch
            .default_initializer()
            .law(Framework::PyTorch, 400, 7, 1.0);
        let WeightLaw::Uniform { low, high } = law else {
            panic!("{law:?}")
        };
        assert_eq!(low, -high);
        assert!((high - 0.05).abs() < 1e-16);
    }

    #[test]
    fn an_unknown_framework_is_answered_with_the_nearest() {
        let error = "pytroch".parse::<Framework>().unwrap_err().to_string();
        assert_eq!(
            error,
            "unknown framework `pytroch` (did you mean `pytorch`?); allowed: keras, pytorch, flax, burn, candle, tch, tinygrad, mlx, paddle, haiku, tfjs"
        );
    }
}
