//! TensorFlow.js: initializers of a dense layer.

use super::weights::{Form, Weights};
use super::{Code, Offsets, by_root, number, rounded};
use crate::net::initializer::{FanMode, TRUNCATED_STD};

pub(super) const IMPORTS: &str = "import * as tf from '@tensorflow/tfjs';";
pub(super) const DEFAULT: &str = "const layer = tf.layers.dense({units: fanOut});";

/// One call of `tf.layers.dense`; biases are zeros unless told.
pub(super) fn layer(weights: Weights, offsets: Offsets) -> Code {
    let kernel = kernel(weights);
    let bias = match offsets {
        Offsets::Zeros => Ok(String::new()),
        Offsets::Constant { value } => Ok(constant(value)),
        Offsets::Normal { mean, std } => Ok(normal(mean, &number(std))),
        Offsets::Uniform { low, high } => interval(low, high).ok_or(ZERO_END),
        Offsets::ByFanIn { factor } => {
            let bound = by_root(factor, "fanIn ** -0.5");
            Ok(uniform(&format!("-({bound})"), &bound))
        }
    };
    let bias = match bias {
        Ok(text) if text.is_empty() => text,
        Ok(text) => format!(", biasInitializer: {text}"),
        Err(note) => return Code::none(note),
    };
    let line = |kernel| {
        format!(
            "const layer = tf.layers.dense({{units: fanOut, kernelInitializer: {kernel}{bias}}});"
        )
    };
    Code {
        lines: kernel.lines.into_iter().map(line).collect(),
        ..kernel
    }
}

const ZERO_END: &str = "TensorFlow.js takes an end of 0 for none and puts ±0.05 there";

fn kernel(weights: Weights) -> Code {
    let one = |text: String| Code::exact([text]);
    match weights {
        Weights::Scaled {
            scale,
            gain,
            mode,
            form,
        } => {
            let std = deviation(rounded(scale * gain * gain, 14), mode);
            one(match form {
                Form::Normal => normal(0.0, &std),
                // its own scaled normals are cut and not corrected
                Form::Truncated => truncated(0.0, &format!("{std} / {TRUNCATED_STD:?}")),
                Form::Uniform => {
                    let bound = format!("Math.sqrt(3) * {std}");
                    uniform(&format!("-({bound})"), &bound)
                }
            })
        }
        Weights::Normal { mean, std } => one(normal(mean, &number(std))),
        Weights::Uniform { low, high } => interval(low, high).map_or(Code::none(ZERO_END), one),
        Weights::Truncated {
            mean,
            raw_std,
            low,
            high,
        } => {
            let far = |end: f64| (((end - mean) / raw_std).abs() - 2.0).abs() < 1e-12;
            match far(low) && far(high) {
                true => one(truncated(mean, &number(raw_std))),
                false => Code::none("TensorFlow.js cuts at two standard deviations only"),
            }
        }
        Weights::Orthogonal { gain } => one(format!(
            "tf.initializers.orthogonal({{gain: {}}})",
            number(gain)
        )),
        Weights::Identity { gain } => one(format!(
            "tf.initializers.identity({{gain: {}}})",
            number(gain)
        ))
        .but("TensorFlow.js makes identities of square layers only"),
        Weights::Constant { value } => one(constant(value)),
        Weights::Sparse { .. } => Code::none("TensorFlow.js has no sparse initializer"),
    }
}

/// `Math.sqrt(variance / fan)`, fans by name.
fn deviation(variance: f64, mode: FanMode) -> String {
    let fan = match mode {
        FanMode::FanIn => "fanIn",
        FanMode::FanOut => "fanOut",
        FanMode::FanAvg => "((fanIn + fanOut) / 2)",
        FanMode::FanGeoAvg => "Math.sqrt(fanIn * fanOut)",
    };
    format!("Math.sqrt({} / {fan})", number(variance))
}

fn normal(mean: f64, std: &str) -> String {
    let mean = number(mean);
    format!("tf.initializers.randomNormal({{mean: {mean}, stddev: {std}}})")
}

fn truncated(mean: f64, std: &str) -> String {
    let mean = number(mean);
    format!("tf.initializers.truncatedNormal({{mean: {mean}, stddev: {std}}})")
}

fn interval(low: f64, high: f64) -> Option<String> {
    (low != 0.0 && high != 0.0).then(|| uniform(&number(low), &number(high)))
}

fn uniform(low: &str, high: &str) -> String {
    format!("tf.initializers.randomUniform({{minval: {low}, maxval: {high}}})")
}

fn constant(value: f64) -> String {
    format!("tf.initializers.constant({{value: {}}})", number(value))
}
