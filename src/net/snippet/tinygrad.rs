//! tinygrad: tensors in the places of those of an `nn.Linear`.

use super::weights::{Form, Weights};
use super::{Code, Offsets, by_root, number, python, rounded};

pub(super) const IMPORTS: &str = "from tinygrad import Tensor, nn";
pub(super) const DEFAULT: &str = "layer = nn.Linear(fan_in, fan_out)";

/// The layer, then its weight and its bias.
pub(super) fn layer(weights: Weights, offsets: Offsets) -> Code {
    let weights = tensor(weights.uncut());
    let Some(weight) = weights.lines.first() else {
        return weights;
    };
    let mut lines = vec![DEFAULT.to_owned(), format!("layer.weight = {weight}")];
    let bias = match offsets {
        Offsets::Zeros => full("fan_out", 0.0),
        Offsets::Constant { value } => full("fan_out", value),
        Offsets::Normal { mean, std } => normal("fan_out", mean, &number(std)),
        Offsets::Uniform { low, high } => uniform("fan_out", &number(low), &number(high)),
        Offsets::ByFanIn { factor } => {
            lines.push(format!("bound = {}", by_root(factor, "fan_in ** -0.5")));
            uniform("fan_out", "-bound", "bound")
        }
    };
    lines.push(format!("layer.bias = {bias}"));
    Code { lines, ..weights }
}

const SHAPE: &str = "fan_out, fan_in";

fn tensor(weights: Weights) -> Code {
    let one = |text: String| Code::exact([text]);
    match weights {
        Weights::Scaled {
            scale,
            gain,
            mode,
            form,
        } => {
            let std = python::deviation(rounded(scale * gain * gain, 14), mode);
            let text = match form {
                Form::Normal | Form::Truncated => normal(SHAPE, 0.0, &std),
                Form::Uniform => python::within(&std, |low, high| uniform(SHAPE, low, high)),
            };
            Code::uncut(text, form, "tinygrad")
        }
        Weights::Normal { mean, std } => one(normal(SHAPE, mean, &number(std))),
        Weights::Uniform { low, high } => one(uniform(SHAPE, &number(low), &number(high))),
        Weights::Truncated { .. } => Code::none("tinygrad has no truncated normal"),
        Weights::Identity { gain } => {
            one(format!("{} * Tensor.eye(fan_out, fan_in)", number(gain)))
        }
        Weights::Constant { value } => one(full(SHAPE, value)),
        Weights::Orthogonal { .. } => Code::none("tinygrad has no orthogonal initializer"),
        Weights::Sparse { .. } => Code::none("tinygrad has no sparse initializer"),
    }
}

fn normal(shape: &str, mean: f64, std: &str) -> String {
    let mean = match mean {
        0.0 => String::new(),
        mean => format!("mean={}, ", number(mean)),
    };
    format!("Tensor.normal({shape}, {mean}std={std})")
}

fn uniform(shape: &str, low: &str, high: &str) -> String {
    format!("Tensor.uniform({shape}, low={low}, high={high})")
}

fn full(shape: &str, value: f64) -> String {
    match value {
        0.0 => format!("Tensor.zeros({shape})"),
        value => format!("Tensor.full(({shape},), {})", number(value)),
    }
}
