//! Finite width, trained: the networks of a [`Spec`](crate::net::spec::Spec) learn to tell labelled examples apart.
//!
//! On top of the `depth` layers stands a *head*, one more linear layer with the same initializer and as many units as there are
//! classes; its outputs go through a softmax, and the loss is the mean cross-entropy of the minibatch,
//! `-(1/B) sum_b ln p_b[label_b]`. Matrices, and all of a plain network, are single precision, as in the frameworks; what blocks and norms do
//! between matrices is what the simulation does, in double precision (see [`staged`]); losses are summed in double.
//!
//! Weights are drawn from the streams that [`sim`](crate::sim) uses: run `r` of a training starts from the very network that is
//! draw `r` of the simulation. Panels are `[unit][example]`; a bias is one more column of the weights, beside a row of ones.
//!
//! A step has two phases: minibatch parts pass forward and backward, each on one thread; then blocks of rows of all matrices
//! get their gradient, summed over the examples in order, and their update. So the bits do not depend on the threads.

pub mod batch;
pub mod examples;
pub mod head;
pub mod matrix;
pub mod network;
mod panels;
pub mod plan;
pub mod record;
mod stage_part;
pub mod staged;
pub mod training;
pub mod update;
