//! Biases: what a person asks for, and the law that it is in a layer.
//!
//! A number is a standard deviation; any initializer whose law knows no fans is a law of biases as well, in the dialect of the
//! framework; `uniform(c/sqrt(fan_in))` is the law of most default layers.

use std::fmt;
use std::str::FromStr;

use crate::math::entries::Entries;
use crate::net::call::Call;
use crate::net::framework::Framework;
use crate::net::initializer::{Initializer, InitializerError, Scheme, WeightLaw};
use crate::net::name::same;
use crate::net::written::value;

/// Law of the bias entries of one layer, which are independent.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum BiasLaw {
    /// All zero.
    Zeros,
    /// `N(mean, std^2)`.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation.
        std: f64,
    },
    /// Uniform on `[low, high]`.
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// Every bias the same.
    Constant {
        /// That value.
        value: f64,
    },
}

impl BiasLaw {
    /// `U(±bound)`.
    #[must_use]
    pub fn symmetric(bound: f64) -> Self {
        Self::Uniform {
            low: -bound,
            high: bound,
        }
    }

    /// Mean of a bias.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Zeros => 0.0,
            Self::Normal { mean, .. } => mean,
            Self::Uniform { low, high } => f64::midpoint(low, high),
            Self::Constant { value } => value,
        }
    }

    /// Variance of a bias.
    #[must_use]
    pub fn variance(&self) -> f64 {
        match *self {
            Self::Zeros | Self::Constant { .. } => 0.0,
            Self::Normal { std, .. } => std * std,
            Self::Uniform { low, high } => {
                let half = (high - low) / 2.0;
                half * half / 3.0
            }
        }
    }

    /// Standard deviation of a bias.
    #[must_use]
    pub fn std(&self) -> f64 {
        match *self {
            Self::Zeros | Self::Constant { .. } => 0.0,
            Self::Normal { std, .. } => std,
            Self::Uniform { low, high } => (high - low) / 2.0 / 3_f64.sqrt(),
        }
    }

    /// Mean square of a bias.
    #[must_use]
    pub fn second_moment(&self) -> f64 {
        self.variance() + self.mean() * self.mean()
    }

    /// How the biases are made in single precision.
    #[must_use]
    pub fn entries(&self) -> Entries {
        match *self {
            Self::Zeros => Entries::Constant { value: 0.0 },
            Self::Normal { mean: 0.0, std } => Entries::Normal { std: std as f32 },
            Self::Normal { mean, std } => Entries::ShiftedNormal {
                mean: mean as f32,
                std: std as f32,
            },
            Self::Uniform { low, high } => Entries::Uniform {
                low: low as f32,
                high: high as f32,
            },
            Self::Constant { value } => Entries::Constant {
                value: value as f32,
            },
        }
    }

    /// The size of a bias, for choosing an exponent beside it: the largest end of an interval, mean or standard deviation.
    #[must_use]
    pub fn size(&self) -> f64 {
        match *self {
            Self::Zeros => 0.0,
            Self::Normal { mean, std } => mean.abs().max(std),
            Self::Uniform { low, high } => low.abs().max(high.abs()),
            Self::Constant { value } => value.abs(),
        }
    }

    /// Whether every bias is 0.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.size() == 0.0
    }
}

/// Which bias law, before the fans are known.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Bias {
    /// The preset's where the weights are the framework's default, zeros beside a named initializer.
    #[default]
    Auto,
    /// The bias law of the framework's default layer.
    Preset,
    /// `N(0, sigma^2)`; 0 is zeros.
    Normal(f64),
    /// `U(±factor/sqrt(fan_in))`.
    ByFanIn(f64),
    /// The law of an initializer that knows no fans, as the framework means it.
    Drawn(Initializer),
}

impl Bias {
    /// The law in a layer with so many inputs, where the default layer has this one; `None` is left to the weights.
    pub(super) fn law(&self, framework: Framework, fan_in: usize) -> Option<BiasLaw> {
        match self {
            Self::Auto | Self::Preset => None,
            Self::Normal(0.0) => Some(BiasLaw::Zeros),
            Self::Normal(std) => Some(BiasLaw::Normal {
                mean: 0.0,
                std: *std,
            }),
            Self::ByFanIn(factor) => Some(BiasLaw::symmetric(factor / (fan_in as f64).sqrt())),
            // the fans do not matter
            Self::Drawn(initializer) => law_of(initializer.law(framework, 1, 1, 1.0)),
        }
    }
}

/// The law of biases that are drawn like such weights; `None` for weights that depend on each other or are cut.
fn law_of(weights: WeightLaw) -> Option<BiasLaw> {
    let law = match weights {
        WeightLaw::Normal { mean, std } => BiasLaw::Normal { mean, std },
        WeightLaw::Uniform { low, high } => BiasLaw::Uniform { low, high },
        WeightLaw::Constant { value } => BiasLaw::Constant { value },
        WeightLaw::TruncatedNormal { .. }
        | WeightLaw::Orthogonal { .. }
        | WeightLaw::Sparse { .. }
        | WeightLaw::Identity { .. }
        | WeightLaw::Standardized { .. } => return None,
    };
    Some(if law.is_zero() { BiasLaw::Zeros } else { law })
}

/// Why a text says no biases.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message says what each field is")]
#[non_exhaustive]
pub enum BiasError {
    /// Neither a number nor a law.
    #[error(
        "`{given}` is not a standard deviation (0 is no bias), a law such as constant(0.1), normal(0.1), uniform(0.06) or uniform(1/sqrt(fan_in)), `preset` or `auto`"
    )]
    Unknown { given: String },
    /// An initializer for matrices only.
    #[error(
        "`{name}` is a law of weights only: biases are normal, uniform or constant, for instance `normal(0.1)`"
    )]
    WeightsOnly { name: &'static str },
    /// Another function of the fan.
    #[error(
        "`{given}` is not understood: of the fans, biases know `uniform(c/sqrt(fan_in))` alone, for instance `uniform(1/sqrt(fan_in))`"
    )]
    Fan { given: String },
    /// A law with wrong numbers.
    #[error("{0}")]
    Law(#[from] InitializerError),
}

impl fmt::Display for Bias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.pad("auto"),
            Self::Preset => f.pad("preset"),
            Self::Normal(std) => std.fmt(f),
            Self::ByFanIn(factor) => f.pad(&format!("uniform({factor}/sqrt(fan_in))")),
            Self::Drawn(initializer) => initializer.fmt(f),
        }
    }
}

impl FromStr for Bias {
    type Err = BiasError;

    /// `auto`, `preset`, a standard deviation, or a law: `constant(0.1)`, `normal(0.1)`, `uniform(0.06)`, `uniform(-0.1,0.2)`,
    /// `uniform(1/sqrt(fan_in))`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => return Ok(Self::Auto),
            "preset" => return Ok(Self::Preset),
            _ => {}
        }
        if let Some(std) = value(text) {
            return Ok(Self::Normal(std));
        }
        if text.contains("fan_in") {
            let given = || text.trim().to_owned();
            return by_fan_in(text).ok_or_else(|| BiasError::Fan { given: given() });
        }
        let initializer: Initializer = text.parse().map_err(|error| match error {
            InitializerError::Unknown { .. } | InitializerError::Syntax { .. } => {
                let given = text.trim().to_owned();
                BiasError::Unknown { given }
            }
            error => BiasError::Law(error),
        })?;
        let name = initializer.name();
        match initializer.scheme(Framework::default()) {
            Scheme::Normal { mean: 0.0, std } if !initializer.follows_the_framework() => {
                Ok(Self::Normal(std))
            }
            Scheme::Constant { value: 0.0 } => Ok(Self::Normal(0.0)),
            Scheme::Normal { .. }
            | Scheme::Uniform { .. }
            | Scheme::Interval { .. }
            | Scheme::Constant { .. } => Ok(Self::Drawn(initializer)),
            Scheme::Scaled { .. }
            | Scheme::Truncated { .. }
            | Scheme::Orthogonal { .. }
            | Scheme::Sparse { .. }
            | Scheme::Identity { .. } => Err(BiasError::WeightsOnly { name }),
        }
    }
}

/// `uniform(c/sqrt(fan_in))`, also with both ends: a bound that is `c/sqrt(fan_in)` at 1, 4 and 9 inputs.
fn by_fan_in(text: &str) -> Option<Bias> {
    let call = Call::read(text)?;
    if !["uniform", "random_uniform"]
        .iter()
        .any(|name| same(name, &call.name))
    {
        return None;
    }
    let at = |fan: &str, of: &str| -> Option<f64> { value(&of.replace("fan_in", fan)) };
    let factor = |of: &str| {
        let c = at("1", of)?;
        let falls = |fan: &str, root: f64| {
            at(fan, of).is_some_and(|bound| (bound * root / c - 1.0).abs() < 1e-14)
        };
        (c != 0.0 && c.is_finite() && falls("4", 2.0) && falls("9", 3.0)).then_some(c)
    };
    let ends: Vec<f64> = call
        .arguments
        .iter()
        .map(|argument| factor(&argument.value))
        .collect::<Option<_>>()?;
    match ends[..] {
        [c] if c > 0.0 => Some(Bias::ByFanIn(c)),
        [low, high] if low == -high && high > 0.0 => Some(Bias::ByFanIn(high)),
        _ => None,
    }
}
