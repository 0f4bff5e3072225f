//! Architectures: what a network is made of, one row each.

use crate::net::spec::Spec;
use crate::net::tape::{Linear, Tape};

/// A rule that makes the operations of a network from its spec.
#[derive(Clone, Copy, Debug)]
pub struct Architecture {
    /// The name it is printed with.
    pub name: &'static str,
    /// What it computes.
    pub equation: &'static str,
    /// Its operations.
    pub tape: fn(&Spec) -> Tape,
}

/// Every architecture.
pub static ARCHITECTURES: &[Architecture] = &[PLAIN];

/// Layer after layer.
pub const PLAIN: Architecture = Architecture {
    name: "plain",
    equation: "z = W x + b, x = phi(z)",
    tape: |spec| {
        Tape::plain(
            linear(spec, 1),
            linear(spec, 2),
            spec.activation(),
            spec.depth(),
        )
    },
};

/// The linear operation of layer `layer` of a spec: its fans, weights and biases.
#[must_use]
pub fn linear(spec: &Spec, layer: usize) -> Linear {
    let (fan_in, fan_out) = spec.fans(layer);
    Linear {
        fan_in,
        fan_out,
        weights: spec.weight_law(layer),
        biases: spec.bias_law(layer),
    }
}

impl Spec {
    /// The operations of the network.
    #[must_use]
    pub fn tape(&self) -> Tape {
        (ARCHITECTURES[0].tape)(self)
    }
}
