//! Infinite width: how mean squares, overlaps and gradients move from layer to layer, and where they stop.
//!
//! Conventions: `z_l = W_l x_{l-1} + b_l`, `x_l = phi(z_l)`, `sigma_w2 = fan_in Var W`, `sigma_b2 = Var b`, `q = E z^2`.

pub mod criticality;
pub mod curve;
pub mod error;
pub mod finite;
pub mod fixed_point;
pub mod gaussian;
pub mod kernel;
pub mod maps;
mod pair;
pub mod phase;
pub mod stages;
