//! MLX: arrays in the places of those of an `nn.Linear`.

use super::weights::{Form, Weights};
use super::{Code, Offsets, by_root, number, python, rounded};
use crate::net::initializer::TRUNCATED_STD;

pub(super) const IMPORTS: &str = "import mlx.core as mx\nimport mlx.nn as nn";
pub(super) const DEFAULT: &str = "layer = nn.Linear(fan_in, fan_out)";

/// The layer, then its weight and its bias.
pub(super) fn layer(weights: Weights, offsets: Offsets) -> Code {
    let Some(weight) = array(weights) else {
        return Code::none("MLX' sparse initializer has its zeros in rows, not in columns");
    };
    let mut lines = vec![DEFAULT.to_owned(), format!("layer.weight = {weight}")];
    let bias = match offsets {
        Offsets::Zeros => full("fan_out,", 0.0),
        Offsets::Constant { value } => full("fan_out,", value),
        Offsets::Normal { mean, std } => normal("fan_out,", mean, &number(std)),
        Offsets::Uniform { low, high } => uniform("fan_out,", &number(low), &number(high)),
        Offsets::ByFanIn { factor } => {
            lines.push(format!("bound = {}", by_root(factor, "fan_in ** -0.5")));
            uniform("fan_out,", "-bound", "bound")
        }
    };
    lines.push(format!("layer.bias = {bias}"));
    Code::exact(lines)
}

const SHAPE: &str = "fan_out, fan_in";

fn array(weights: Weights) -> Option<String> {
    Some(match weights {
        Weights::Scaled {
            scale,
            gain,
            mode,
            form,
        } => {
            let variance = rounded(scale * gain * gain, 14);
            let std = python::deviation(variance, mode);
            match form {
                Form::Normal => normal(SHAPE, 0.0, &std),
                Form::Truncated => cut(0.0, &format!("{std} / {TRUNCATED_STD:?}"), [-2.0, 2.0]),
                Form::Uniform => python::within(&std, |low, high| uniform(SHAPE, low, high)),
            }
        }
        Weights::Normal { mean, std } => normal(SHAPE, mean, &number(std)),
        Weights::Uniform { low, high } => uniform(SHAPE, &number(low), &number(high)),
        Weights::Truncated {
            mean,
            raw_std,
            low,
            high,
        } => {
            let ends = [low, high].map(|end| rounded((end - mean) / raw_std, 14));
            cut(mean, &number(raw_std), ends)
        }
        Weights::Orthogonal { gain } => {
            format!("nn.init.orthogonal({})(layer.weight)", number(gain))
        }
        Weights::Identity { gain } => format!("{} * mx.eye(fan_out, fan_in)", number(gain)),
        Weights::Constant { value } => full(SHAPE, value),
        Weights::Sparse { .. } => return None,
    })
}

fn normal(shape: &str, mean: f64, std: &str) -> String {
    let mean = match mean {
        0.0 => String::new(),
        mean => format!("loc={}, ", number(mean)),
    };
    format!("mx.random.normal(({shape}), {mean}scale={std})")
}

/// `mx.random.truncated_normal` has mean 0 and standard deviation 1 before its cuts.
fn cut(mean: f64, std: &str, ends: [f64; 2]) -> String {
    let [low, high] = ends.map(number);
    let shift = match mean {
        0.0 => String::new(),
        mean => format!("{} + ", number(mean)),
    };
    format!("{shift}{std} * mx.random.truncated_normal({low}, {high}, ({SHAPE}))")
}

fn uniform(shape: &str, low: &str, high: &str) -> String {
    format!("mx.random.uniform({low}, {high}, ({shape}))")
}

fn full(shape: &str, value: f64) -> String {
    format!("mx.full(({shape}), {})", number(value))
}
