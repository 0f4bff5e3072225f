//! The vocabulary: activations, initializers, frameworks, inputs, and the always-valid [`Spec`](spec::Spec).

pub mod activation;
pub mod architecture;
pub mod bias;
pub mod block;
mod call;
pub mod conv;
pub mod described;
pub mod family;
pub mod foreign;
pub mod framework;
pub mod initializer;
pub mod input;
pub(crate) mod name;
pub mod optimizer;
pub mod preset;
pub mod recipe;
pub mod snippet;
pub mod spec;
pub mod stage;
pub mod tape;
pub mod written;
