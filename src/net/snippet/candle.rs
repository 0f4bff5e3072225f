//! candle: `candle_nn::Init` as hints of a `VarBuilder`.

use super::weights::{Form, Weights};
use super::{Code, Offsets, by_root, number, rounded};
use crate::net::initializer::FanMode;

pub(super) const IMPORTS: &str =
    "use candle_nn::init::{FanInOut, Init, NonLinearity, NormalOrUniform};\nuse candle_nn::Linear;";
pub(super) const DEFAULT: &str = "let layer = candle_nn::linear(fan_in, fan_out, vb)?;";

/// Weight, bias, layer.
pub(super) fn layer(weights: Weights, offsets: Offsets) -> Code {
    let mut lines = Vec::new();
    let bias = match offsets {
        Offsets::Zeros => "Init::Const(0.0)".to_owned(),
        Offsets::Normal { mean, std } => normal(mean, &number(std)),
        Offsets::Uniform { low, high } => uniform(low, high),
        Offsets::Constant { value } => format!("Init::Const({})", number(value)),
        Offsets::ByFanIn { factor } => {
            let bound = by_root(factor, "(fan_in as f64).sqrt().recip()");
            lines.push(format!("let bound = {bound};"));
            "Init::Uniform { lo: -bound, up: bound }".to_owned()
        }
    };
    let weights = init(weights.uncut());
    let Some(init) = weights.lines.first() else {
        return weights;
    };
    lines.extend([
        format!("let init = {init};"),
        "let weight = vb.get_with_hints((fan_out, fan_in), \"weight\", init)?;".into(),
        format!("let bias = vb.get_with_hints(fan_out, \"bias\", {bias})?;"),
        "let layer = Linear::new(weight, Some(bias));".into(),
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
            "candle",
        ),
        Weights::Normal { mean, std } => one(normal(mean, &number(std))),
        Weights::Uniform { low, high } => one(uniform(low, high)),
        Weights::Truncated { .. } => Code::none("candle has no truncated normal"),
        Weights::Constant { value } => one(format!("Init::Const({})", number(value))),
        Weights::Orthogonal { .. } => Code::none("candle has no orthogonal initializer"),
        Weights::Sparse { .. } => Code::none("candle has no sparse initializer"),
        Weights::Identity { .. } => Code::none("candle has no identity initializer"),
    }
}

fn normal(mean: f64, std: &str) -> String {
    format!("Init::Randn {{ mean: {}, stdev: {std} }}", number(mean))
}

fn uniform(low: f64, high: f64) -> String {
    let (low, high) = (number(low), number(high));
    format!("Init::Uniform {{ lo: {low}, up: {high} }}")
}

fn scaled(variance: f64, mode: FanMode, form: Form) -> String {
    let std = match mode {
        FanMode::FanIn | FanMode::FanOut => return kaiming(variance, mode, form),
        FanMode::FanAvg => format!(
            "({} / (fan_in + fan_out) as f64).sqrt()",
            number(2.0 * variance)
        ),
        FanMode::FanGeoAvg => format!(
            "{} * ((fan_in * fan_out) as f64).powf(-0.25)",
            number(rounded(variance.sqrt(), 15))
        ),
    };
    match form {
        Form::Uniform => {
            let bound = format!("3f64.sqrt() * {std}");
            format!("Init::Uniform {{ lo: -{bound}, up: {bound} }}")
        }
        _ => normal(0.0, &std),
    }
}

fn kaiming(variance: f64, mode: FanMode, form: Form) -> String {
    let dist = if form == Form::Uniform {
        "Uniform"
    } else {
        "Normal"
    };
    let fan = if mode == FanMode::FanIn {
        "FanIn"
    } else {
        "FanOut"
    };
    let non_linearity = match variance {
        2.0 => "ReLU".into(),
        1.0 => "Linear".into(),
        _ => format!("ExplicitGain({})", number(rounded(variance.sqrt(), 15))),
    };
    format!(
        "Init::Kaiming {{ dist: NormalOrUniform::{dist}, fan: FanInOut::{fan}, non_linearity: NonLinearity::{non_linearity} }}"
    )
}
