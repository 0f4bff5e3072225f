//! What a network is made of: activations, initializers, their names, text and files.

mod activation_kernels;
mod activations;
mod expression_text;
mod expressions;
mod frameworks;
mod initializer_laws;
mod initializer_names;
mod input;
mod ladders;
mod properties;
mod snippets;
mod spec;
mod typed;
