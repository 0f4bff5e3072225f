//! The theory against independent tables and against the simulation.

#[path = "../support/reference.rs"]
mod reference;

mod bands;
mod bias_mean;
mod curves;
mod finite_width;
mod fixed_points;
mod moments;
mod phase_map;
mod simulated;
mod special;

use initscope::net::activation::Activation;

/// `leaky_relu_0.2` is `leaky_relu(0.2)` here: numbers at the end of a reference id are parameters.
fn from_reference(id: &str) -> Activation {
    let tokens: Vec<&str> = id.split('_').collect();
    let words = tokens
        .iter()
        .take_while(|t| t.parse::<f64>().is_err())
        .count();
    let (name, parameters) = tokens.split_at(words);
    let text = format!("{}({})", name.join("_"), parameters.join(","));
    text.trim_end_matches("()").parse().expect("a reference id")
}
