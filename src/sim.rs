//! Finite width: real networks drawn, run forward and backward, and measured layer by layer.
//!
//! A weight matrix is only seen through its action ([`law::Law`]), so that it can be made block by block and dropped. Two
//! devices keep the curves true where single precision ends:
//!
//! - **Reference and differences.** Lane 0 of a panel holds the first input of the batch, every other lane the *difference*
//!   of its input from the first. A matrix acts on both alike, and the difference keeps its digits when all inputs have
//!   become almost equal.
//! - **Exponents.** A panel's numbers stand for `2^e` times themselves, with separate exponents for the reference, the
//!   differences and the gradient ([`panel_scale`]); where an activation is homogeneous, or its leading term near 0 or
//!   infinity is, the exponent passes through it exactly.
//!
//! What is computed is the [`Tape`](crate::net::tape::Tape) of the network, one section after the other: a linear operation
//! ([`law`]), the stream that joins it ([`join`]), its activation ([`forward`]), all in one sweep over the units
//! ([`forward_sweep`], [`backward_sweep`]). Networks of blocks, and plain layers with a norm, are computed operation by operation
//! ([`stages`]); [`network`] is either.

pub mod backward_sweep;
pub mod dense;
pub mod draw;
pub mod forward;
pub mod forward_sweep;
pub mod frame;
pub mod gradient;
pub mod join;
pub mod law;
pub mod layer_sums;
pub mod matrix_free;
pub mod network;
pub mod orthogonal;
pub mod panel_scale;
pub mod record;
pub mod saved_layer;
pub mod signal;
pub mod source;
pub mod stages;
pub mod standardized;
pub mod team;
pub mod units;
