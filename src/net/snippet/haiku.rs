//! Haiku: initializers of an `hk.Linear`.

use super::weights::{Form, Weights};
use super::{Code, Offsets, number, python, rounded};
use crate::net::initializer::{FanMode, TRUNCATED_STD};

pub(super) const IMPORTS: &str = "import haiku as hk";
pub(super) const DEFAULT: &str = "layer = hk.Linear(fan_out)";

/// One call of `hk.Linear`; biases are zeros unless told.
pub(super) fn layer(weights: Weights, offsets: Offsets) -> Code {
    let Some(kernel) = kernel(weights) else {
        return Code::none("Haiku has no sparse initializer");
    };
    let bias = offsets.law(constant, normal, uniform, "fan_in ** -0.5");
    let bias = bias.map_or_else(String::new, |law| format!(", b_init={law}"));
    Code::exact([format!("layer = hk.Linear(fan_out, w_init={kernel}{bias})")])
}

fn kernel(weights: Weights) -> Option<String> {
    Some(match weights {
        Weights::Scaled {
            scale,
            gain,
            mode,
            form,
        } => scaled(rounded(scale * gain * gain, 14), mode, form),
        Weights::Normal { mean, std } => normal(mean, &number(std)),
        Weights::Uniform { low, high } => uniform(&number(low), &number(high)),
        Weights::Truncated {
            mean,
            raw_std,
            low,
            high,
        } => {
            let ends = [low, high].map(|end| rounded((end - mean) / raw_std, 14));
            truncated(&number(raw_std), mean, ends)
        }
        Weights::Orthogonal { gain } => {
            format!("hk.initializers.Orthogonal({})", number(gain))
        }
        Weights::Identity { gain } => format!("hk.initializers.Identity({})", number(gain)),
        Weights::Constant { value } => constant(value),
        Weights::Sparse { .. } => return None,
    })
}

fn scaled(variance: f64, mode: FanMode, form: Form) -> String {
    let distribution = match form {
        Form::Normal => "normal",
        Form::Truncated => "truncated_normal",
        Form::Uniform => "uniform",
    };
    let name = match mode {
        FanMode::FanIn => "fan_in",
        FanMode::FanOut => "fan_out",
        FanMode::FanAvg => "fan_avg",
        FanMode::FanGeoAvg => {
            let std = python::deviation(variance, mode);
            return match form {
                Form::Normal => normal(0.0, &std),
                Form::Truncated => {
                    truncated(&format!("{std} / {TRUNCATED_STD:?}"), 0.0, [-2.0, 2.0])
                }
                Form::Uniform => python::within(&std, uniform),
            };
        }
    };
    let scale = number(variance);
    format!("hk.initializers.VarianceScaling({scale}, \"{name}\", \"{distribution}\")")
}

fn normal(mean: f64, std: &str) -> String {
    let mean = match mean {
        0.0 => String::new(),
        mean => format!(", {}", number(mean)),
    };
    format!("hk.initializers.RandomNormal({std}{mean})")
}

/// The cuts are in standard deviations from the mean.
fn truncated(std: &str, mean: f64, ends: [f64; 2]) -> String {
    let [low, high] = ends.map(number);
    match (mean, ends) {
        (0.0, [-2.0, 2.0]) => format!("hk.initializers.TruncatedNormal({std})"),
        _ => format!(
            "hk.initializers.TruncatedNormal({std}, {}, {low}, {high})",
            number(mean)
        ),
    }
}

fn uniform(low: &str, high: &str) -> String {
    format!("hk.initializers.RandomUniform({low}, {high})")
}

fn constant(value: f64) -> String {
    format!("hk.initializers.Constant({})", number(value))
}
