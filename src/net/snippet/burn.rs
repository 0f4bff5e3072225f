//! Burn: `LinearConfig`, whose initializer would serve the bias too; hence the bias on a line of its own.

use super::weights::{Form, Weights};
use super::{Code, Offsets, by_root, number, rounded};
use crate::net::initializer::FanMode;

pub(super) const IMPORTS: &str = "use burn::nn::{Initializer, LinearConfig};";
pub(super) const DEFAULT: &str = "let layer = LinearConfig::new(fan_in, fan_out).init(&device);";

/// The layer, then its bias.
pub(super) fn layer(weights: Weights, offsets: Offsets) -> Code {
    let biases = match offsets {
        Offsets::Zeros => vec![bias("Zeros")],
        Offsets::Normal { mean, std } => vec![bias(&normal(mean, &number(std)))],
        Offsets::Uniform { low, high } => vec![bias(&uniform(low, high))],
        Offsets::ByFanIn { factor } => vec![
            format!(
                "let bound = {};",
                by_root(factor, "(fan_in as f64).sqrt().recip()")
            ),
            bias("Uniform { min: -bound, max: bound }"),
        ],
        Offsets::Constant { value } => {
            vec![bias(&format!("Constant {{ value: {} }}", number(value)))]
        }
    };
    let weights = initializer(weights.uncut());
    let Some(initializer) = weights.lines.first() else {
        return weights;
    };
    let mut lines = vec![
        "let mut layer = LinearConfig::new(fan_in, fan_out)".into(),
        "    .with_bias(false)".into(),
        format!("    .with_initializer(Initializer::{initializer})"),
        "    .init(&device);".into(),
    ];
    lines.extend(biases);
    Code { lines, ..weights }
}

/// The variant of `Initializer`.
fn initializer(weights: Weights) -> Code {
    let one = |text: String| Code::exact([text]);
    match weights {
        Weights::Scaled {
            scale,
            gain,
            mode,
            form,
        } => Code::uncut(
            scaled(rounded(scale * gain * gain, 14), mode, form),
            form,
            "Burn",
        ),
        Weights::Normal { mean, std } => one(normal(mean, &number(std))),
        Weights::Uniform { low, high } => one(uniform(low, high)),
        Weights::Truncated { .. } => Code::none("Burn has no truncated normal"),
        Weights::Orthogonal { gain } => one(format!("Orthogonal {{ gain: {} }}", number(gain))),
        Weights::Constant { value: 0.0 } => one("Zeros".into()),
        Weights::Constant { value: 1.0 } => one("Ones".into()),
        Weights::Constant { value } => one(format!("Constant {{ value: {} }}", number(value))),
        Weights::Sparse { .. } => Code::none("Burn has no sparse initializer"),
        Weights::Identity { .. } => Code::none("Burn has no identity initializer"),
    }
}

fn normal(mean: f64, std: &str) -> String {
    format!("Normal {{ mean: {}, std: {std} }}", number(mean))
}

fn uniform(low: f64, high: f64) -> String {
    format!("Uniform {{ min: {}, max: {} }}", number(low), number(high))
}

/// The line that gives the layer its biases.
fn bias(initializer: &str) -> String {
    format!("layer.bias = Some(Initializer::{initializer}.init([fan_out], &device));")
}

fn scaled(variance: f64, mode: FanMode, form: Form) -> String {
    let gain = match variance {
        2.0 => "2f64.sqrt()".into(),
        _ => number(rounded(variance.sqrt(), 15)),
    };
    let law = if form == Form::Uniform {
        "Uniform"
    } else {
        "Normal"
    };
    match mode {
        FanMode::FanIn | FanMode::FanOut => {
            let out = mode == FanMode::FanOut;
            format!("Kaiming{law} {{ gain: {gain}, fan_out_only: {out} }}")
        }
        FanMode::FanAvg => format!("Xavier{law} {{ gain: {gain} }}"),
        FanMode::FanGeoAvg => {
            let std = format!("{gain} * ((fan_in * fan_out) as f64).powf(-0.25)");
            match form {
                Form::Uniform => {
                    let bound = format!("3f64.sqrt() * {std}");
                    format!("Uniform {{ min: -{bound}, max: {bound} }}")
                }
                _ => normal(0.0, &std),
            }
        }
    }
}
