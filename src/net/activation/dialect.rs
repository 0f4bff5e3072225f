//! Names that are not the same function in every framework.
//!
//! Read in the sources of Keras 3.15 (`activations/activations.py`, `layers/activations/prelu.py`), PyTorch 2.15
//! (`torch/nn/modules/activation.py`), JAX and Flax 0.12 (`jax/_src/nn/functions.py`, `flax/linen/activation.py`), Burn and candle
//! (August 2026), tinygrad 0.13.0 (`tinygrad/mixin/elementwise.py`), MLX 0.32.2 (`python/mlx/nn/layers/activations.py`),
//! TensorFlow.js of June 2025 (`tfjs-layers/src/layers/advanced_activations.ts`, `tfjs-core/src/ops/leaky_relu.ts`,
//! `tfjs-layers/src/backend/tfjs_backend.ts`); tch is PyTorch's library, Paddle's slopes are PyTorch's, Haiku uses JAX'. A framework without the function, and one whose parameter must be written, has the meaning said here.

use super::ActivationRow;
use crate::net::framework::Framework;

/// What a bare name of the table means, framework by framework.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// The name.
    name: &'static str,
    /// Other names, for the row of the table whatever the framework; the first is printed.
    pub always: &'static [&'static str],
    /// The text of what it is in most frameworks; the name itself where it is the row of the table.
    usual: &'static str,
    /// And in the others.
    others: &'static [(&'static [Framework], &'static str)],
    /// Where these come from, and whose they are where a framework has none of its own.
    pub source: &'static str,
}

/// Every such name; the default parameters in the table are those of Keras.
const DIALECTS: &[Dialect] = &[
    Dialect {
        name: "leaky_relu",
        always: &[],
        usual: "leaky_relu(0.01)",
        others: &[(&[Framework::Keras, Framework::Tfjs], "leaky_relu(0.2)")],
        source: "keras.activations.leaky_relu and tf.leakyRelu of TensorFlow.js (their layers have 0.3); candle has no default: as PyTorch",
    },
    Dialect {
        name: "prelu",
        always: &[],
        usual: "prelu(0.25)",
        others: &[
            (&[Framework::Keras, Framework::Tfjs], "prelu(0)"),
            (&[Framework::Flax, Framework::Haiku], "prelu(0.01)"),
        ],
        source: "initial slopes: the layers of Keras and TensorFlow.js start as relu, Flax' at 0.01; Haiku and tinygrad have none: as Flax and as PyTorch",
    },
    Dialect {
        name: "gelu",
        always: &["gelu_erf", "gelu_exact"],
        usual: "gelu",
        others: &[(
            &[Framework::Flax, Framework::Haiku, Framework::Tinygrad],
            "gelu_tanh",
        )],
        source: "jax.nn.gelu and tinygrad's are approximate unless told",
    },
    Dialect {
        name: "hard_sigmoid",
        always: &["hard_sigmoid_keras3"],
        usual: "hard_sigmoid",
        others: &[(&[Framework::Burn, Framework::Tfjs], "hard_sigmoid_keras2")],
        source: "Burn has the slope 0.2 of ONNX, TensorFlow.js that of Keras 2",
    },
];

impl Dialect {
    /// The text of what the name is in a framework, by which it is built; `None` where it is the row of the table.
    #[must_use]
    pub fn meaning(&self, framework: Framework) -> Option<&'static str> {
        let other = self.others.iter().find(|(of, _)| of.contains(&framework));
        let text = other.map_or(self.usual, |(_, text)| text);
        Some(text).filter(|text| *text != self.name)
    }
}

impl ActivationRow {
    /// What the bare name means in each framework; `None` where it is the same in all.
    #[must_use]
    pub fn dialect(&self) -> Option<&'static Dialect> {
        DIALECTS.iter().find(|dialect| dialect.name == self.name)
    }

    /// Names that mean this row in every framework.
    pub(super) fn always(&self) -> &'static [&'static str] {
        self.dialect().map_or(&[], |dialect| dialect.always)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::activation::{ACTIVATIONS, Activation};

    #[test]
    fn every_meaning_is_an_activation_that_means_itself_everywhere() {
        for dialect in DIALECTS {
            let row = ACTIVATIONS.iter().find(|row| row.name == dialect.name);
            let row = row.expect("a row of the table");
            for framework in Framework::ALL {
                let Some(meant) = dialect.meaning(framework) else {
                    continue;
                };
                let meant: Activation = meant.parse().expect("an activation");
                assert!(Framework::ALL.iter().all(|f| meant.under(*f) == meant));
            }
            for always in dialect.always {
                let named: Activation = always.parse().expect("an activation");
                assert_eq!(named.text(), dialect.always[0]);
                assert_eq!(named.row().map(|r| r.name), Some(row.name));
                assert!(Framework::ALL.iter().all(|f| named.under(*f) == named));
            }
        }
    }

    #[test]
    fn a_bare_name_is_what_the_framework_means_by_it() {
        // theory.md 1.3, the slope of PReLU in Flax from flax/linen/activation.py
        for (name, keras, pytorch, flax, burn, candle) in [
            ("leaky_relu", -0.4, -0.02, -0.02, -0.02, -0.02),
            ("prelu", 0.0, -0.5, -0.02, -0.5, -0.5),
            (
                "gelu",
                -0.045_500_263_896_358_4,
                -0.045_500_263_896_358_4,
                -0.045_402_305_912_222_2,
                -0.045_500_263_896_358_4,
                -0.045_500_263_896_358_4,
            ),
            (
                "hard_sigmoid",
                1.0 / 6.0,
                1.0 / 6.0,
                1.0 / 6.0,
                0.1,
                1.0 / 6.0,
            ),
            (
                "elu",
                -0.864_664_716_763_387_3,
                -0.864_664_716_763_387_3,
                -0.864_664_716_763_387_3,
                -0.864_664_716_763_387_3,
                -0.864_664_716_763_387_3,
            ),
        ] {
            let typed: Activation = name.parse().expect("a name");
            let tinygrad = match name {
                "gelu" => flax,
                _ => pytorch,
            };
            let tfjs = match name {
                "hard_sigmoid" => burn,
                _ => keras,
            };
            let others = [pytorch, tinygrad, pytorch, pytorch, flax, tfjs];
            let expected = [keras, pytorch, flax, burn, candle]
                .into_iter()
                .chain(others);
            for (framework, expected) in Framework::ALL.into_iter().zip(expected) {
                let under = typed.under(framework);
                let value = under.phi().value(-2.0);
                assert!(
                    (value - expected).abs() < 1e-12,
                    "{name} {framework}: {value}"
                );
                assert_eq!(under.text(), name);
                // what the screen says is the same function without the framework
                let said: Activation = under.in_full().parse().expect("an activation");
                assert_eq!(said.phi().value(-2.0), value, "{name} {framework}");
            }
            assert_eq!(typed, typed.under(Framework::Keras));
        }
    }
}
