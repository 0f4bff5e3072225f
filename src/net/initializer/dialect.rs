//! What a name means whose parameter is left out: in each framework something else.
//!
//! | name | keras, tfjs | flax | pytorch | tinygrad, mlx | paddle | haiku | burn, candle, tch |
//! | --- | --- | --- | --- | --- | --- | --- | --- |
//! | `random_normal` | std 0.05 | std 0.01 | std 1 | std 1 | std 1 | std 1 | none: as keras |
//! | `random_uniform` | `U(±0.05)` | `U[0, 0.01)` | `U[0, 1)` | `U[0, 1)` | `U(±1)` | `U[0, 1)` | none: as keras |
//! | `truncated_normal` | std 0.05 | std 0.01 | std 1, so cut at ±2 std | none: as keras | std 1, cut at ±2 | std 1 | none: as keras |
//!
//! Sources: Keras 3.15 `random_initializers.py`, JAX `initializers.py` (mid-2026), PyTorch 2.15 `nn/init.py`, those of
//! [`framework`](crate::net::framework); Burn, candle and tch require the numbers.

use super::{ArgumentValue, Initializer};
use crate::net::framework::Framework;

impl Initializer {
    /// The values with those of the framework where none are typed; a second end that nobody typed stays out.
    pub(super) fn resolved(&self, framework: Framework) -> Vec<ArgumentValue> {
        let mut values = self.values().to_vec();
        if values.first() == Some(&ArgumentValue::Own) {
            for (value, own) in values.iter_mut().zip(own(self.name(), framework)) {
                *value = ArgumentValue::Number(*own);
            }
        }
        values
    }

    /// Its text with the numbers that the framework adds: `random_normal(0.05)` for `random_normal` in Keras. There it reads back as
    /// the same law.
    #[must_use]
    pub fn in_full(&self, framework: Framework) -> String {
        let values = self.resolved(framework);
        Self { values, ..*self }.to_string()
    }

    /// Whether a parameter is left to the framework.
    #[must_use]
    pub fn follows_the_framework(&self) -> bool {
        self.values().first() == Some(&ArgumentValue::Own)
    }
}

impl Initializer {
    /// Whether a parameter is left to a framework that has no value of its own, so that it is Keras'.
    #[must_use]
    pub fn borrows_from_keras(&self, framework: Framework) -> bool {
        let none = match framework {
            Framework::Burn | Framework::Candle | Framework::Tch => true,
            Framework::Tinygrad | Framework::Mlx => self.name() == "truncated_normal",
            _ => false,
        };
        none && self.follows_the_framework()
    }
}

/// The framework's own values of the parameters that have no value in the table.
fn own(name: &str, framework: Framework) -> &'static [f64] {
    match (name, framework) {
        (
            "random_uniform",
            Framework::PyTorch | Framework::Tinygrad | Framework::Mlx | Framework::Haiku,
        ) => &[0.0, 1.0],
        ("truncated_normal", Framework::Tinygrad | Framework::Mlx) => &[0.05],
        (
            _,
            Framework::PyTorch
            | Framework::Tinygrad
            | Framework::Mlx
            | Framework::Paddle
            | Framework::Haiku,
        ) => &[1.0],
        (_, Framework::Flax) => &[0.01],
        (
            _,
            Framework::Keras
            | Framework::Burn
            | Framework::Candle
            | Framework::Tch
            | Framework::Tfjs,
        ) => &[0.05],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::initializer::WeightLaw;

    #[test]
    fn a_name_without_its_parameter_is_the_frameworks_own() {
        let cut = |raw_std: f64, at: f64| WeightLaw::TruncatedNormal {
            mean: 0.0,
            raw_std,
            low: -at,
            high: at,
        };
        let uniform = |low, high| WeightLaw::Uniform { low, high };
        // theory.md 1.1
        for (framework, normal, interval, truncated) in [
            (Framework::Keras, 0.05, (-0.05, 0.05), (0.05, 0.1)),
            (Framework::PyTorch, 1.0, (0.0, 1.0), (1.0, 2.0)),
            (Framework::Flax, 0.01, (0.0, 0.01), (0.01, 0.02)),
            (Framework::Burn, 0.05, (-0.05, 0.05), (0.05, 0.1)),
            (Framework::Candle, 0.05, (-0.05, 0.05), (0.05, 0.1)),
            (Framework::Tch, 0.05, (-0.05, 0.05), (0.05, 0.1)),
            (Framework::Tinygrad, 1.0, (0.0, 1.0), (0.05, 0.1)),
            (Framework::Mlx, 1.0, (0.0, 1.0), (0.05, 0.1)),
            (Framework::Paddle, 1.0, (-1.0, 1.0), (1.0, 2.0)),
            (Framework::Haiku, 1.0, (0.0, 1.0), (1.0, 2.0)),
            (Framework::Tfjs, 0.05, (-0.05, 0.05), (0.05, 0.1)),
        ] {
            for (name, law) in [
                (
                    "random_normal",
                    WeightLaw::Normal {
                        mean: 0.0,
                        std: normal,
                    },
                ),
                ("random_uniform", uniform(interval.0, interval.1)),
                ("truncated_normal", cut(truncated.0, truncated.1)),
            ] {
                let bare: Initializer = name.parse().expect("a name");
                assert!(bare.follows_the_framework());
                assert_eq!(bare.to_string(), name);
                assert_eq!(bare.law(framework, 30, 20, 1.0), law, "{name} {framework}");
                // what the screen says is that law, and stays as it is
                let said: Initializer = bare.in_full(framework).parse().expect("an initializer");
                assert_eq!(said.law(framework, 30, 20, 1.0), law, "{said} {framework}");
                assert!(!said.follows_the_framework());
                assert_eq!(said.to_string(), bare.in_full(framework));
            }
        }
    }

    #[test]
    fn a_typed_parameter_is_kept_even_where_it_is_the_frameworks_own() {
        for text in [
            "random_normal(0.05)",
            "random_uniform(0.05)",
            "random_uniform(0,1)",
            "truncated_normal(1)",
        ] {
            let typed: Initializer = text.parse().expect("an initializer");
            assert_eq!(typed.to_string(), text);
            assert!(Framework::ALL.iter().all(|f| typed.in_full(*f) == text));
        }
    }
}
