//! PaddlePaddle: initializers as attributes of an `nn.Linear`.

use super::weights::{Form, Weights};
use super::{Code, Offsets, number, python, rounded};
use crate::net::initializer::TRUNCATED_STD;

pub(super) const IMPORTS: &str = "import paddle\nfrom paddle import nn";
pub(super) const DEFAULT: &str = "layer = nn.Linear(fan_in, fan_out)";

/// One call of `nn.Linear`; biases are zeros unless told.
pub(super) fn layer(weights: Weights, offsets: Offsets) -> Code {
    let Some((before, weight)) = attribute(weights) else {
        return Code::none("Paddle has no sparse initializer");
    };
    let mut lines: Vec<String> = before.into_iter().collect();
    let bias = offsets.law(constant, normal, uniform, "fan_in ** -0.5");
    let bias = bias.map_or_else(String::new, |law| format!(", bias_attr={law}"));
    lines.push(format!(
        "layer = nn.Linear(fan_in, fan_out, weight_attr={weight}{bias})"
    ));
    Code::exact(lines)
}

/// A line before, where one is needed, and the argument `weight_attr`.
fn attribute(weights: Weights) -> Option<(Option<String>, String)> {
    let text = match weights {
        Weights::Scaled {
            scale,
            gain,
            mode,
            form,
        } => {
            let std = python::deviation(rounded(scale * gain * gain, 14), mode);
            match form {
                Form::Normal => normal(0.0, &std),
                Form::Truncated => {
                    let line = format!("std = {std} / {TRUNCATED_STD:?}");
                    return Some((Some(line), truncated(0.0, "std", ["-2 * std", "2 * std"])));
                }
                Form::Uniform => python::within(&std, uniform),
            }
        }
        Weights::Normal { mean, std } => normal(mean, &number(std)),
        Weights::Uniform { low, high } => uniform(&number(low), &number(high)),
        Weights::Truncated {
            mean,
            raw_std,
            low,
            high,
        } => {
            let [low, high] = [low, high].map(number);
            truncated(mean, &number(raw_std), [&low, &high])
        }
        Weights::Orthogonal { gain } => format!("nn.initializer.Orthogonal({})", number(gain)),
        Weights::Identity { gain } => format!(
            "nn.initializer.Assign({} * paddle.eye(fan_in, fan_out))",
            number(gain)
        ),
        Weights::Constant { value } => constant(value),
        Weights::Sparse { .. } => return None,
    };
    Some((None, text))
}

fn normal(mean: f64, std: &str) -> String {
    format!("nn.initializer.Normal({}, {std})", number(mean))
}

/// The cuts are absolute.
fn truncated(mean: f64, std: &str, [low, high]: [&str; 2]) -> String {
    format!(
        "nn.initializer.TruncatedNormal({}, {std}, {low}, {high})",
        number(mean)
    )
}

fn uniform(low: &str, high: &str) -> String {
    format!("nn.initializer.Uniform({low}, {high})")
}

fn constant(value: f64) -> String {
    format!("nn.initializer.Constant({})", number(value))
}
