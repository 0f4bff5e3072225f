//! tch: the configuration of `nn::linear`.

use super::weights::{Form, Weights};
use super::{Code, Offsets, by_root, number, rounded};
use crate::net::initializer::FanMode;

pub(super) const IMPORTS: &str = "use tch::nn;\nuse tch::nn::Init;";
pub(super) const DEFAULT: &str =
    "let layer = nn::linear(&vs, fan_in, fan_out, nn::LinearConfig::default());";

/// Weights, biases, layer.
pub(super) fn layer(weights: Weights, offsets: Offsets) -> Code {
    let mut lines = Vec::new();
    let bias = match offsets {
        Offsets::Zeros => constant(0.0),
        Offsets::Constant { value } => constant(value),
        Offsets::Normal { mean, std } => normal(mean, &number(std)),
        Offsets::Uniform { low, high } => uniform(&number(low), &number(high)),
        Offsets::ByFanIn { factor } => {
            let bound = by_root(factor, "(fan_in as f64).sqrt().recip()");
            lines.push(format!("let bound = {bound};"));
            uniform("-bound", "bound")
        }
    };
    let weights = init(weights.uncut());
    let Some(init) = weights.lines.first() else {
        return weights;
    };
    lines.extend([
        format!("let ws_init = {init};"),
        format!("let bs_init = Some({bias});"),
        "let config = nn::LinearConfig { ws_init, bs_init, bias: true };".to_owned(),
        "let layer = nn::linear(&vs, fan_in, fan_out, config);".to_owned(),
    ]);
    Code { lines, ..weights }
}

/// The value of `Init`.
fn init(weights: Weights) -> Code {
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
            "tch",
        ),
        Weights::Normal { mean, std } => one(normal(mean, &number(std))),
        Weights::Uniform { low, high } => one(uniform(&number(low), &number(high))),
        Weights::Truncated { .. } => Code::none("tch has no truncated normal"),
        Weights::Orthogonal { gain } => {
            one(format!("Init::Orthogonal {{ gain: {} }}", number(gain)))
        }
        Weights::Constant { value } => one(constant(value)),
        Weights::Sparse { .. } => Code::none("tch has no sparse initializer"),
        Weights::Identity { .. } => Code::none("tch has no identity initializer"),
    }
}

fn scaled(variance: f64, mode: FanMode, form: Form) -> String {
    let fan = match mode {
        FanMode::FanIn => "fan_in as f64",
        FanMode::FanOut => "fan_out as f64",
        FanMode::FanAvg => "((fan_in + fan_out) as f64 / 2.0)",
        FanMode::FanGeoAvg => "((fan_in * fan_out) as f64).sqrt()",
    };
    let std = format!("({} / ({fan})).sqrt()", number(variance));
    match form {
        Form::Uniform => {
            let bound = format!("3f64.sqrt() * {std}");
            uniform(&format!("-{bound}"), &bound)
        }
        Form::Normal | Form::Truncated => normal(0.0, &std),
    }
}

fn normal(mean: f64, std: &str) -> String {
    format!("Init::Randn {{ mean: {}, stdev: {std} }}", number(mean))
}

fn uniform(low: &str, high: &str) -> String {
    format!("Init::Uniform {{ lo: {low}, up: {high} }}")
}

fn constant(value: f64) -> String {
    format!("Init::Const({})", number(value))
}
