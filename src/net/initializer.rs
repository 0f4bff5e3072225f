//! Weight initializers: one general law, the famous ones as specialisations.
//!
//! Dialects. The same name is not the same law everywhere:
//!
//! | name | keras | flax | haiku | tfjs | pytorch, paddle | others |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | `glorot_normal`, `he_normal`, `lecun_normal` | cut at 2σ, std corrected | as keras | as keras | cut, not corrected | not cut | not cut |
//! | `truncated_normal(std)` | cut at ±2·std, not corrected | as keras | as keras | as keras | cut at ±2 absolute | have none: as keras |
//! | `random_uniform(bound)` | `U(±bound)` | `U[0, bound)` | `U(±bound)` | `U(±bound)` | `U(±bound)` | `U(±bound)` |
//!
//! `he_normal` and `he_uniform` have the variance `1/fan_in` in MLX, where the gain is 1 unless it is given, and `2/fan_in` elsewhere
//! (tinygrad's slope is 0.01 unless it is given: one part in 10,000 less).
//!
//! Arguments that only PyTorch has (`gain` of `xavier_*`, `mode` and `nonlinearity` of `kaiming_*`) make the name PyTorch's: a normal
//! that is not cut, in every dialect. A name whose parameter is left out has the framework's own value, see `initializer/dialect.rs`.
//!
//! Every initializer exists in every dialect here: one that a framework lacks is what its formula says.
//! Sources read: PyTorch 2.15, Keras 3, JAX and Flax (mid-2026), Burn and candle (August 2026).

use crate::net::framework::Framework;

mod call;
mod dialect;
mod drawn;
mod law;
mod table;
mod text;

pub use drawn::EntryLaw;
pub use law::{WeightLaw, zeros_per_column};
pub use table::{
    ArgumentValue, DISTRIBUTIONS, Domain, FAN_MODES, INITIALIZERS, InitializerRow, Parameter,
};
pub use text::InitializerError;

/// Standard deviation of `N(0, 1)` cut at ±2: the correction of truncated variance scaling
/// (`scipy.stats.truncnorm.std(-2, 2)`, as Keras and JAX write it).
pub const TRUNCATED_STD: f64 = 0.879_625_661_034_239_8;

/// Which fan the variance is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FanMode {
    /// Inputs of a unit.
    FanIn,
    /// Outputs of a unit.
    FanOut,
    /// `(fan_in + fan_out) / 2`.
    FanAvg,
    /// `sqrt(fan_in * fan_out)`.
    FanGeoAvg,
}

impl FanMode {
    /// The fan of a `fan_out x fan_in` matrix.
    #[must_use]
    pub fn fan(self, fan_in: usize, fan_out: usize) -> f64 {
        let (i, o) = (fan_in as f64, fan_out as f64);
        match self {
            Self::FanIn => i,
            Self::FanOut => o,
            Self::FanAvg => f64::midpoint(i, o),
            Self::FanGeoAvg => (i * o).sqrt(),
        }
    }
}

/// Shape of the distribution of a variance-scaling initializer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Distribution {
    /// `normal`: truncated or not, as the dialect says for the named initializer; `variance_scaling(.., normal)` is never truncated.
    Normal,
    /// Normal cut at two standard deviations, corrected so that the variance is the target.
    TruncatedNormal,
    /// Uniform on a symmetric interval.
    Uniform,
}

/// What a row and its arguments mean, before dialect, fans and gain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scheme {
    /// Variance scaling; `named` ones follow the dialect.
    Scaled {
        scale: f64,
        mode: FanMode,
        distribution: Distribution,
        named: bool,
    },
    Normal {
        mean: f64,
        std: f64,
    },
    /// Symmetric, or in Flax from 0 on.
    Uniform {
        bound: f64,
    },
    /// The same in every dialect.
    Interval {
        low: f64,
        high: f64,
    },
    /// Cut at these ends, or where the dialect cuts.
    Truncated {
        mean: f64,
        std: f64,
        ends: Option<[f64; 2]>,
    },
    Orthogonal {
        gain: f64,
    },
    Sparse {
        sparsity: f64,
        std: f64,
    },
    Identity {
        gain: f64,
    },
    Constant {
        value: f64,
    },
}

/// A weight initializer as a person names it; [`Initializer::law`] resolves dialect, fans and gain.
///
/// ```
/// use initscope::net::framework::Framework;
/// use initscope::net::initializer::{Initializer, WeightLaw};
///
/// let he: Initializer = "kaiming_normal(0.2)".parse()?;
/// assert_eq!(he.to_string(), "he_normal(0.2)");
/// assert_eq!(he.law(Framework::PyTorch, 100, 50, 1.0), WeightLaw::Normal { mean: 0.0, std: (2.0 / 1.04 / 100.0_f64).sqrt() });
/// # Ok::<(), initscope::net::initializer::InitializerError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Initializer {
    row: usize,
    values: Vec<ArgumentValue>,
}

impl PartialEq for Initializer {
    fn eq(&self, other: &Self) -> bool {
        self.row == other.row && self.values == other.values
    }
}

impl Initializer {
    /// Every initializer with its default parameters (`sparse` and `constant` with an example), in table order.
    #[must_use]
    pub fn all() -> Vec<Self> {
        (0..INITIALIZERS.len()).map(Self::of_row).collect()
    }

    fn of_row(row: usize) -> Self {
        let values = INITIALIZERS[row]
            .parameters
            .iter()
            .map(|p| p.value)
            .collect();
        Self { row, values }
    }

    /// Its row in the table.
    #[must_use]
    pub fn row(&self) -> &'static InitializerRow {
        &INITIALIZERS[self.row]
    }

    /// The name without parameters, e.g. `he_normal`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.row().name
    }

    /// The values of its parameters, in the row's order, defaults included; [`ArgumentValue::Own`] where the framework has its own.
    #[must_use]
    pub fn values(&self) -> &[ArgumentValue] {
        &self.values
    }

    /// What its row and its arguments mean in a framework.
    pub(crate) fn scheme(&self, framework: Framework) -> Scheme {
        (self.row().scheme)(&self.resolved(framework))
    }

    /// The next row of the table, cyclic, with its default parameters.
    #[must_use]
    pub fn next(&self) -> Self {
        Self::of_row((self.row + 1) % INITIALIZERS.len())
    }

    /// The previous row of the table, cyclic, with its default parameters.
    #[must_use]
    pub fn previous(&self) -> Self {
        Self::of_row((self.row + INITIALIZERS.len() - 1) % INITIALIZERS.len())
    }

    /// The law of a `fan_out x fan_in` matrix in this dialect; `gain` multiplies every drawn weight.
    ///
    /// `fan_in, fan_out >= 1`, `gain > 0`. PyTorch's absolute cut at ±2 is scaled by the gain too: the gain multiplies
    /// what the initializer drew.
    #[must_use]
    pub fn law(&self, framework: Framework, fan_in: usize, fan_out: usize, gain: f64) -> WeightLaw {
        let law = match self.scheme(framework) {
            Scheme::Scaled {
                scale,
                mode,
                distribution,
                named,
            } => {
                let (scale, distribution) = match named {
                    true => framework.named(scale, distribution),
                    false => (scale, distribution),
                };
                let std = (scale / mode.fan(fan_in, fan_out)).sqrt();
                match distribution {
                    Distribution::Normal => WeightLaw::Normal { mean: 0.0, std },
                    Distribution::TruncatedNormal => corrected(std),
                    Distribution::Uniform => {
                        symmetric((3.0 * scale / mode.fan(fan_in, fan_out)).sqrt())
                    }
                }
            }
            Scheme::Normal { mean, std } => WeightLaw::Normal { mean, std },
            Scheme::Uniform { bound } => match framework {
                Framework::Flax => WeightLaw::Uniform {
                    low: 0.0,
                    high: bound,
                },
                _ => symmetric(bound),
            },
            Scheme::Interval { low, high } => WeightLaw::Uniform { low, high },
            Scheme::Truncated { mean, std, ends } => {
                let [low, high] = ends.unwrap_or_else(|| framework.ends(mean, std));
                WeightLaw::TruncatedNormal {
                    mean,
                    raw_std: std,
                    low,
                    high,
                }
            }
            Scheme::Orthogonal { gain } => WeightLaw::Orthogonal { gain },
            Scheme::Sparse { sparsity, std } => WeightLaw::Sparse { sparsity, std },
            Scheme::Identity { gain } => WeightLaw::Identity { gain },
            Scheme::Constant { value } => WeightLaw::Constant { value },
        };
        if gain == 1.0 { law } else { law.scaled(gain) }
    }
}

impl Framework {
    /// Where `truncated_normal(std)` is cut: PyTorch and Paddle at ±2 whatever the mean, others two standard deviations beside it.
    pub(crate) fn ends(self, mean: f64, std: f64) -> [f64; 2] {
        match self {
            Self::PyTorch | Self::Paddle => [-2.0, 2.0],
            _ => [mean - 2.0 * std, mean + 2.0 * std],
        }
    }
}

fn symmetric(bound: f64) -> WeightLaw {
    WeightLaw::Uniform {
        low: -bound,
        high: bound,
    }
}

/// Normal cut at two raw standard deviations whose realised standard deviation is `std`.
fn corrected(std: f64) -> WeightLaw {
    let raw_std = std / TRUNCATED_STD;
    WeightLaw::TruncatedNormal {
        mean: 0.0,
        raw_std,
        low: -2.0 * raw_std,
        high: 2.0 * raw_std,
    }
}
