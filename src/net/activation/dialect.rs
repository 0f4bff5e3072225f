//! Names that are not the same function in every framework.
//!
//! Read in the sources of Keras 3.15 (`activations/activations.py`, `layers/activations/prelu.py`), PyTorch 2.15
//! (`torch/nn/modules/activation.py`), JAX and Flax 0.12 (`jax/_src/nn/functions.py`, `flax/linen/activation.py`), Burn and candle
//! (August 2026). A framework without the function, and one whose parameter must be written, has the meaning said here.

use super::Row;
use crate::net::framework::Framework;

/// What a bare name of the table means, framework by framework.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// The name.
    name: &'static str,
    /// Other names, for the row of the table whatever the framework; the first is printed.
    pub always: &'static [&'static str],
    /// The text of what it is in each framework, in the order of [`Framework::ALL`]; the name itself where it is the row of the table.
    meanings: [&'static str; Framework::ALL.len()],
    /// Where these come from, and whose they are where a framework has none of its own.
    pub source: &'static str,
}

/// Every such name; the default parameters in the table are those of Keras.
const DIALECTS: &[Dialect] = &[
    Dialect {
        name: "leaky_relu",
        always: &[],
        meanings: [
            "leaky_relu(0.2)",
            "leaky_relu(0.01)",
            "leaky_relu(0.01)",
            "leaky_relu(0.01)",
            "leaky_relu(0.01)",
        ],
        source: "keras.activations.leaky_relu (its layer LeakyReLU has 0.3); candle has no default: as PyTorch",
    },
    Dialect {
        name: "prelu",
        always: &[],
        meanings: [
            "prelu(0)",
            "prelu(0.25)",
            "prelu(0.01)",
            "prelu(0.25)",
            "prelu(0.25)",
        ],
        source: "initial slopes: Keras' layer starts as relu, Flax' at 0.01",
    },
    Dialect {
        name: "gelu",
        always: &["gelu_erf", "gelu_exact"],
        meanings: ["gelu", "gelu", "gelu_tanh", "gelu", "gelu"],
        source: "jax.nn.gelu is approximate unless told",
    },
    Dialect {
        name: "hard_sigmoid",
        always: &["hard_sigmoid_keras3"],
        meanings: [
            "hard_sigmoid",
            "hard_sigmoid",
            "hard_sigmoid",
            "hard_sigmoid_keras2",
            "hard_sigmoid",
        ],
        source: "Burn has the slope 0.2 of ONNX",
    },
];

impl Dialect {
    /// The text of what the name is in a framework, by which it is built; `None` where it is the row of the table.
    #[must_use]
    pub fn meaning(&self, framework: Framework) -> Option<&'static str> {
        let index = Framework::ALL.iter().position(|f| *f == framework)?;
        Some(self.meanings[index]).filter(|text| *text != self.name)
    }
}

impl Row {
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
            let expected = [keras, pytorch, flax, burn, candle];
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
