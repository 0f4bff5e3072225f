//! Networks of blocks, and plain layers with a norm: every operation of a [`Stage`](crate::net::stage::Stage) on panels.
//!
//! The stream and its norms are in double precision; what is multiplied is in single precision, the first column and differences of the
//! others from it. Hidden units ([`hidden`]) and tokens that attend to each other ([`attends`]) stay as they are multiplied where single
//! precision does for them: columns of one sequence, or inputs without tokens, no norm of queries and keys, sizes from 1e-9 to 1e9. Else
//! they pass [`middle`] in double precision.
//!
//! Panels are `[unit][lane]`, a lane a token of a sequence, or an input (padding holds anything finite; every sum leaves it out).
//! Matrices are seen only through their products, as in [`matrix_free`](super::matrix_free): Gaussian ones are sampled by conditioning,
//! which is exact in distribution whatever is done to the panels between two products, because a matrix has seen its input only through
//! the product; others are streamed. Gram matrices are taken of the first column and of the differences of the others from it, so that
//! inputs that have become almost equal keep their digits. A draw is computed by one thread: its bits do not depend on how many there
//! are.

pub mod attends;
pub mod draw;
pub mod hidden;
pub mod lanes;
pub mod middle;
pub mod mixing;
pub mod norm;
pub mod passage;
pub mod phi;
pub mod plan;
pub mod product;
pub mod rows;
pub mod statistics;
